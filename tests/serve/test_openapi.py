from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from serve.openapi import SPEC_PATH
from tests.serve import findings
from tests.serve.accounts.people import key_of
from tests.serve.actors import Actors

ROUTES = {
    ("post", "/v1/orders"),
    ("post", "/v1/assessments"),
    ("post", "/v1/claims"),
    ("get", "/v1/claims"),
    ("get", "/v1/claims/{claim_id}"),
    ("post", "/v1/claims/{claim_id}/photos"),
    ("post", "/v1/claims/{claim_id}/appeal"),
    ("post", "/v1/claims/{claim_id}/verdict"),
    ("delete", "/v1/claims/{claim_id}/verdict"),
    ("post", "/v1/claims/{claim_id}/hold"),
    ("delete", "/v1/claims/{claim_id}/hold"),
    ("post", "/v1/claims/{claim_id}/hand-over"),
    ("get", "/v1/claims/{claim_id}/context"),
    ("get", "/v1/claims/{claim_id}/packing-photo"),
    ("get", "/v1/claims/{claim_id}/batch"),
    ("post", "/v1/claims/{claim_id}/recall"),
    ("get", "/v1/recalls/{recall_id}.csv"),
    ("get", "/v1/alerts"),
    ("post", "/v1/alerts/{alert_id}/close"),
    ("get", "/v1/reports/summary"),
    ("get", "/v1/reports/days.csv"),
    ("get", "/v1/reports/claims.csv"),
    ("get", "/v1/policy"),
    ("get", "/v1/webhook"),
    ("post", "/v1/webhook/test"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get(SPEC_PATH).get_json())


def test_the_document_names_every_route_of_the_contract(document: dict[str, Any]) -> None:
    described = {(m, path) for path, item in document["paths"].items() for m in item}
    assert described >= ROUTES


def test_every_error_is_described_as_a_problem(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            for status, answer in operation["responses"].items():
                if status[0] in "45":
                    assert list(answer["content"]) == ["application/problem+json"]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_the_service_keeps_to_its_document(app: APIFlask, actors: Actors) -> None:
    """Drives every route with made-up requests: no 500, no answer that is not described."""
    order = actors.add_order(batch="B7")
    claim_id = str(actors.add_claim(findings.CLEAN, order=order))
    lead = key_of(actors, "lead")["Authorization"].removeprefix("Bearer ")
    schema = schemathesis.openapi.from_wsgi(SPEC_PATH, app)
    for result in schema.get_all_operations():
        operation = result.ok()
        key = actors.shop_key
        for_agents = (
            "/verdict",
            "/hold",
            "/hand-over",
            "/context",
            "/packing-photo",
            "/batch",
            "/recall",
            "/recalls",
            "/alerts",
            "/close",
        )
        if operation.path.endswith(for_agents) or operation.label == "GET /v1/claims":
            key = actors.agent_key
        if operation.path.endswith("/feedback"):
            key = actors.token_of(order)
        if operation.path.startswith("/v1/reports"):
            key = lead
        _drive(operation, key, claim_id)


def _drive(operation: Any, key: str, claim_id: str) -> None:  # noqa: ANN401
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def check(case: Any) -> None:  # noqa: ANN401
        if "claim_id" in case.path_parameters:
            case.path_parameters["claim_id"] = claim_id
        # Some rules span fields (an amount goes with one decision): no schema can say those.
        case.call_and_validate(
            headers={"Authorization": f"Bearer {key}"}, excluded_checks=[positive_data_acceptance]
        )

    check()
