"""The application factory."""

from __future__ import annotations

from apiflask import APIFlask
from flask import Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from model.errors import UnsupportedMedia
from model.photo import MAX_BYTES
from serve import health
from serve.accounts import views as account_views
from serve.agents import views as agent_views
from serve.alerts import views as alert_views
from serve.assessments import views as assessment_views
from serve.batches import views as batch_views
from serve.claims import context_views, photo_views
from serve.claims import views as claim_views
from serve.claims.schemas import MAX_PHOTOS
from serve.console import alert_views as console_alert_views
from serve.console import (
    case_views,
    company_views,
    dashboard_views,
    looks_views,
    people_views,
    queue_views,
    recall_views,
)
from serve.console import views as console_views
from serve.metrics import register_metrics
from serve.openapi import configure_openapi
from serve.orders import views as order_views
from serve.pages import views as page_views
from serve.policy import views as policy_views
from serve.privacy import views as privacy_views
from serve.problems import register_error_handlers
from serve.reference import views as reference_views
from serve.reports import views as report_views
from serve.runtime import Runtime, attach_runtime
from serve.webhooks import views as webhook_views

VERSION = "0.1.0"
FORM_BYTES = 1024 * 1024
"""Room for everything in a form that is not a photo."""

_MEDIA_TYPES = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")

_BLUEPRINTS = (
    order_views.blueprint,
    assessment_views.blueprint,
    claim_views.blueprint,
    photo_views.blueprint,
    context_views.blueprint,
    agent_views.blueprint,
    account_views.blueprint,
    webhook_views.blueprint,
    privacy_views.blueprint,
    alert_views.blueprint,
    batch_views.blueprint,
    report_views.blueprint,
    policy_views.blueprint,
    page_views.blueprint,
    console_views.blueprint,
    company_views.blueprint,
    people_views.blueprint,
    looks_views.blueprint,
    case_views.blueprint,
    queue_views.blueprint,
    recall_views.blueprint,
    reference_views.blueprint,
    dashboard_views.blueprint,
    console_alert_views.blueprint,
    health.blueprint,
)


def create_app(runtime: Runtime) -> APIFlask:
    """Returns the web application around a runtime."""
    app = APIFlask(__name__, title="freshclaim", version=VERSION, docs_path=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_PHOTOS * MAX_BYTES + FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_BYTES
    app.config["MAX_FORM_PARTS"] = 64
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    attach_runtime(app, runtime)
    _trust_proxies(app, runtime.settings.trusted_proxies)
    register_error_handlers(app)
    register_metrics(app)
    configure_openapi(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.before_request(_check_media_type)
    app.after_request(_harden)
    return app


def _trust_proxies(app: APIFlask, count: int) -> None:
    """Takes the client's address and scheme from so many reverse proxies in front."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count
        )


def _check_media_type() -> None:
    if request.content_length and request.mimetype not in _MEDIA_TYPES:
        raise UnsupportedMedia(
            f"A request body has the media type {' or '.join(_MEDIA_TYPES)}",
            request.mimetype or "a body without a media type",
            "See GET /docs for what this route takes",
            code="unsupported_media_type",
        )


def _harden(answer: Response) -> Response:
    """Browsers take our answers as what they are declared to be, and share nothing onwards."""
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "no-referrer")
    answer.headers.setdefault("X-Frame-Options", "DENY")
    return answer
