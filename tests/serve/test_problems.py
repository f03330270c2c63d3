from __future__ import annotations

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from model import errors
from serve.problems import MEDIA_TYPE, STATUS_OF
from tests.serve import findings
from tests.serve.actors import Actors


def assert_problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.mimetype == MEDIA_TYPE
    problem = answer.get_json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    return dict(problem)


def test_an_unknown_address_is_a_problem(client: FlaskClient) -> None:
    assert_problem(client.get("/v1/nothing"), 404, "not_found")


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/v1/policy")
    assert_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"{not json", "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "bad_request"),
        (b"[]", "application/json", 422, "validation_error"),
        (b"null", "application/json", 422, "validation_error"),
        (b"{}", "application/json", 422, "validation_error"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"", "application/json", 400, "bad_request"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    client: FlaskClient, actors: Actors, body: bytes, media_type: str, status: int, code: str
) -> None:
    answer = client.post("/v1/orders", data=body, content_type=media_type, headers=actors.as_shop)
    assert_problem(answer, status, code)


def test_json_that_is_nested_too_deeply_is_a_problem(client: FlaskClient, actors: Actors) -> None:
    deep = '{"order_id": ' + "[" * 100_000 + "]" * 100_000 + "}"
    answer = client.post(
        "/v1/orders", data=deep, headers={**actors.as_shop, "Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


def test_each_broken_field_is_named(client: FlaskClient, actors: Actors) -> None:
    order = {"order_id": "1", "customer_id": "c", "product": "", "price_fen": 1.5}
    problem = assert_problem(
        client.post("/v1/orders", json=order, headers=actors.as_shop), 422, "validation_error"
    )
    assert {error["field"] for error in problem["errors"]} == {"product", "price_fen"}


def read_detail(answer: TestResponse, code: str) -> str:
    problem = answer.get_json()
    assert problem["code"] == code
    detail = str(problem["detail"])
    assert ".." not in detail
    assert "Value error" not in answer.get_data(as_text=True)
    assert detail.endswith(".")
    return detail


def test_rules_are_told_in_our_own_words(client: FlaskClient, actors: Actors) -> None:
    order = {"order_id": "a\tb", "customer_id": "c", "product": "p", "price_fen": "5"}
    order["delivered_at"] = "1820-01-01T00:00:00Z"
    answer = client.post("/v1/orders", json=order, headers=actors.as_shop)
    detail = read_detail(answer, "validation_error")
    assert "price_fen: a number is written as a number" in detail
    assert "delivered_at: a time lies in the years 1970 to 2100" in detail
    assert "order_id: A character is not allowed here" in detail
    assert "[" not in detail
    claim = actors.add_claim(findings.CLEAN)
    verdict = {"decision": "approve", "severity": "none"}
    answer = client.post(f"/v1/claims/{claim}/verdict", json=verdict, headers=actors.as_agent)
    assert "the whole: amount_fen is sent" in read_detail(answer, "validation_error")


def test_an_error_names_rule_value_and_remedy(client: FlaskClient, actors: Actors) -> None:
    answer = client.get("/v1/claims/abc", headers=actors.as_shop)
    rule, received, remedy = read_detail(answer, "no_claim").split("; ")
    assert rule.startswith("A claim is shown to its shop")
    assert received == "received: claim id abc"
    assert remedy.startswith("Check the id")
    answer = client.get("/v1/claims", headers=actors.as_shop)
    rule, received, remedy = read_detail(answer, "wrong_role").split("; ")
    assert rule == "This route is open to an agent"
    assert received == "received: credentials of a shop"
    assert remedy == "Use credentials of an agent."
    read_detail(client.get("/v1/claims"), "no_credentials")


def test_a_body_above_the_limit_is_a_problem(app: APIFlask, actors: Actors) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    answer = app.test_client().post("/v1/orders", json={"x": "y" * 200}, headers=actors.as_shop)
    assert_problem(answer, 413, "body_too_large")


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "Bearer fc_wrong", "Bearer a.b"])
def test_bad_credentials_are_a_problem(client: FlaskClient, header: str) -> None:
    answer = client.get("/v1/claims", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.mimetype == MEDIA_TYPE
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_in_the_address_is_not_taken(client: FlaskClient, actors: Actors) -> None:
    answer = client.get(f"/v1/claims?token={actors.agent_key}")
    assert_problem(answer, 401, "no_credentials")


def test_every_error_of_the_tree_has_its_status() -> None:
    assert set(STATUS_OF) == set(errors.FreshclaimError.__subclasses__())


@pytest.mark.parametrize("kind", list(STATUS_OF), ids=lambda kind: kind.__name__)
def test_our_errors_keep_their_code(app: APIFlask, kind: type[errors.FreshclaimError]) -> None:
    def fail() -> str:
        raise kind("A rule", "a value", "a remedy", code="some_code")

    app.add_url_rule("/fail", view_func=fail)
    answer = app.test_client().get("/fail")
    problem = assert_problem(answer, STATUS_OF[kind], "some_code")
    assert problem["detail"] == "A rule; received: a value; a remedy."
    assert ("Retry-After" in answer.headers) == (answer.status_code in (429, 503))


def test_a_bug_tells_nothing_of_the_inside(app: APIFlask) -> None:
    def fail() -> str:
        raise ValueError("secret")

    app.add_url_rule("/fail", view_func=fail)
    answer = app.test_client().get("/fail")
    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.get_data(as_text=True)


def test_a_database_that_is_away_is_not_a_bug(app: APIFlask) -> None:
    def fail() -> str:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    app.add_url_rule("/fail", view_func=fail)
    assert_problem(app.test_client().get("/fail"), 503, "database_down")
