"""Measures for operators, at GET /metrics in the Prometheus text format."""

from __future__ import annotations

import os
import time

from apiflask import APIFlask
from flask import Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)

from serve.multiprocess import MULTIPROCESS
from serve.times import utc_now

_REQUESTS = Counter(
    "freshclaim_http_requests", "Requests by route and status", ["method", "route", "status"]
)
_SECONDS = Histogram("freshclaim_http_seconds", "Time to answer", ["method", "route"])


def register_metrics(app: APIFlask) -> None:
    """Measures every request."""

    @app.before_request
    def _start_clock() -> None:
        g.started_s = time.perf_counter()
        g.started_at = utc_now()

    @app.after_request
    def _observe(answer: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        _REQUESTS.labels(request.method, route, answer.status_code).inc()
        if "started_s" in g:
            _SECONDS.labels(request.method, route).observe(time.perf_counter() - g.started_s)
        return answer


def render_metrics() -> Response:
    """Returns the measures of all processes of this service."""
    registry = REGISTRY
    if os.environ.get(MULTIPROCESS):
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
