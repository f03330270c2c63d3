"""The examples of answers to mistakes: each is what its route sends for such a mistake."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from model.photo import MAX_BYTES
from serve.accounts.keys import MAX_KEYS
from serve.claims.models import Claim
from serve.examples import PATHS
from serve.openapi import SPEC_PATH
from tests.serve import findings
from tests.serve.accounts.people import key_of
from tests.serve.actors import Actors, draw_photo, upload

Headers = dict[str, str]


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get(SPEC_PATH).get_json())


def examples(document: dict[str, Any], *statuses: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields method, path and the example of a problem."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status in set(statuses) & set(operation["responses"]):
                content = operation["responses"][status]["content"]
                yield method, path, content["application/problem+json"]["example"]


def example(document: dict[str, Any], method: str, path: str, status: int) -> dict[str, Any]:
    content = document["paths"][path][method]["responses"][str(status)]["content"]
    return dict(content["application/problem+json"]["example"])


def fill(document: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """Returns the example of a body, and a photo where files are sent."""
    operation = document["paths"][path][method]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        if "multipart" in kind:
            return {"data": {**content.get("example", {}), "photo": upload(draw_photo())}}
        return {"json": content["example"]}
    return {}


@pytest.fixture
def everybody(actors: Actors) -> list[Headers]:
    link = {"Authorization": f"Bearer {actors.token_of(actors.add_order())}"}
    return [actors.as_shop, actors.as_agent, key_of(actors, "lead"), link]


def test_requests_without_credentials(client: FlaskClient, document: dict[str, Any]) -> None:
    found = list(examples(document, "401"))
    assert len(found) > 30
    for method, path, shown in found:
        sent = client.open(path.format(**PATHS), method=method, **fill(document, method, path))
        assert sent.get_json() == shown


def test_requests_by_who_may_not_and_for_what_is_not_there(
    client: FlaskClient, document: dict[str, Any], everybody: list[Headers]
) -> None:
    """What the page shows is sent, to the last character, to one of four callers."""
    for method, path, shown in examples(document, "403", "404"):
        if shown["code"] == "blind_case":
            continue
        # An order that a shop registers here would be there in what follows.
        callers = everybody[1:] if (method, path) == ("post", "/v1/orders") else everybody
        sent = [
            client.open(
                path.format(**PATHS),
                method=method,
                headers=headers,
                **fill(document, method, path),
            ).get_json(silent=True)
            for headers in callers
        ]
        assert shown in sent, f"{method} {path}: {sent}"


def test_who_is_never_refused_reads_of_no_refusal(
    client: FlaskClient, document: dict[str, Any], everybody: list[Headers]
) -> None:
    for path in ("/v1/claims/{claim_id}", "/v1/claims/{claim_id}/photos/{sha256}"):
        assert "403" not in document["paths"][path]["get"]["responses"]
        for headers in everybody:
            assert client.get(path.format(**PATHS), headers=headers).status_code == 404


def first_words(problem: dict[str, Any]) -> tuple[int, str, str]:
    """Status, code and rule: what was received differs from case to case."""
    return problem["status"], problem["code"], problem["detail"].partition("; received")[0]


def assert_shown(document: dict[str, Any], method: str, path: str, sent: TestResponse) -> None:
    shown = example(document, method, path, sent.status_code)
    assert first_words(sent.get_json()) == first_words(shown), f"{method} {path}"


def test_fields_that_break_a_rule(
    client: FlaskClient, actors: Actors, document: dict[str, Any]
) -> None:
    order = actors.add_order(order_id=PATHS["order_id"])
    claim_id = str(actors.add_claim(findings.CLEAN, order=order))
    with actors.runtime.transaction() as session:
        sha256 = session.get_one(Claim, uuid.UUID(claim_id)).photos[0].sha256
    place = {**PATHS, "claim_id": claim_id, "sha256": sha256}
    as_lead = key_of(actors, "lead")
    as_customer = {"Authorization": f"Bearer {actors.token_of(order)}"}
    wrong: dict[str, Any] = {"query_string": {"limit": "x", "width": "x"}}
    for method, path, shown in examples(document, "422"):
        if shown["code"] != "validation_error":
            continue
        field = shown["detail"].partition("rule: ")[2].partition(":")[0]
        kinds = document["paths"][path][method].get("requestBody", {}).get("content", {})
        body: dict[str, Any] = (
            {"json": {"text": 1, "note": 1}} if "application/json" in kinds else {}
        )
        if "multipart/form-data" in kinds:
            body = {"data": {"photo": "no file"}}
        texts = [
            client.open(
                path.format(**place), method=method, headers=headers, **(body or wrong)
            ).get_json(silent=True)
            for headers in (actors.as_shop, as_lead, as_customer)
        ]
        rules = [text["detail"] for text in texts if text and text.get("status") == 422]
        assert any(f"{field}: " in rule for rule in rules), f"{method} {path}: {texts}"


def test_files_and_bodies_that_are_not_taken(
    client: FlaskClient, actors: Actors, document: dict[str, Any]
) -> None:
    order = actors.add_order(order_id=PATHS["order_id"])
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    place = {**PATHS, "claim_id": claim_id}
    for method, path, shown in examples(document, "415", "413", "400"):
        kinds = document["paths"][path][method]["requestBody"]["content"]
        # A form is unreadable when a connection breaks, which a test client's does not.
        if shown["code"] == "body_too_large" or (
            shown["code"] == "bad_request" and "application/json" not in kinds
        ):
            continue
        headers = key_of(actors, "lead")
        if path.startswith(("/v1/orders", "/v1/assess")) or path.endswith(
            ("claims", "photos", "appeal")
        ):
            headers = actors.as_shop
        if path.endswith("feedback"):
            headers = {"Authorization": f"Bearer {actors.token_of(order)}"}
        body: dict[str, Any]
        match shown["code"]:
            case "not_an_image":
                body = {"data": {"reason": "foreign_object", "photo": upload(b"%PDF-1.7")}}
            case "too_many_bytes":
                body = {"data": {"photo": upload(bytes(MAX_BYTES + 1))}}
            case "too_many_photos":
                body = {"data": {"photo": [upload(draw_photo(seed)) for seed in range(6)]}}
            case "unsupported_media_type":
                body = {"data": "x", "content_type": "text/plain"}
            case code:
                assert code == "bad_request"
                body = {"data": "{", "content_type": "application/json"}
        if "data" in body and isinstance(body["data"], dict) and path == "/v1/claims":
            body["data"] = {"order_id": order.order_id, "reason": "foreign_object", **body["data"]}
        sent = client.open(path.format(**place), method=method, headers=headers, **body)
        sent.request.environ["wsgi.input"].close()  # a file, where the body is large
        assert sent.status_code == shown["status"], f"{method} {path}: {sent.text}"
        assert_shown(document, method, path, sent)


def test_bodies_that_are_too_large(app: APIFlask, actors: Actors, document: dict[str, Any]) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    found = [place for place in examples(document, "413") if place[2]["code"] == "body_too_large"]
    assert found
    for method, path, shown in found:
        headers = actors.as_shop if path == "/v1/orders" else key_of(actors, "lead")
        if path.endswith(("appeal", "feedback")):
            headers = {"Authorization": f"Bearer {actors.token_of(actors.add_order())}"}
        sent = app.test_client().open(
            path.format(**PATHS), method=method, headers=headers, json={"x": "y" * 200}
        )
        assert sent.get_json() == shown


def test_orders_and_claims_that_are_made_twice(
    client: FlaskClient, actors: Actors, document: dict[str, Any]
) -> None:
    order = actors.add_order(order_id=PATHS["order_id"])
    facts = fill(document, "post", "/v1/orders")
    sent = client.post("/v1/orders", headers=actors.as_shop, **facts)
    assert_shown(document, "post", "/v1/orders", sent)
    path = "/v1/orders/{order_id}/packing-photo"
    for seed, status in ((1, 200), (2, 409)):
        photo = {"photo": upload(draw_photo(seed))}
        sent = client.put(path.format(**PATHS), data=photo, headers=actors.as_shop)
        assert sent.status_code == status
    assert_shown(document, "put", path, sent)
    actors.add_claim(findings.CLEAN, order=order, reason="spoilage")
    body = {"reason": "spoilage", "order_id": order.order_id, "photo": upload(draw_photo(9))}
    sent = client.post("/v1/claims", data=body, headers=actors.as_shop)
    assert_shown(document, "post", "/v1/claims", sent)


def test_claims_that_are_past_it(
    client: FlaskClient, actors: Actors, document: dict[str, Any]
) -> None:
    """On a claim that is paid no photo, verdict or second appeal is taken."""
    actors.stop_draws()
    order = actors.add_order()
    place = {"claim_id": actors.add_claim(findings.MODERATE_SPOILAGE, order=order)}
    as_customer = {"Authorization": f"Bearer {actors.token_of(order)}"}
    verdict = fill(document, "post", "/v1/claims/{claim_id}/verdict")
    photo = {"data": {"photo": upload(draw_photo(9))}}
    for method, end, headers, body in (
        ("post", "photos", actors.as_shop, photo),
        ("post", "verdict", actors.as_agent, verdict),
        ("post", "hand-over", actors.as_agent, {}),
        ("delete", "verdict", actors.as_agent, {}),
        ("get", "batch", actors.as_agent, {}),
        ("post", "recall", actors.as_agent, {"json": {"reason": "warm"}}),
    ):
        path = f"/v1/claims/{{claim_id}}/{end}"
        sent = client.open(path.format(**place), method=method, headers=headers, **body)
        assert sent.status_code == 409, f"{end}: {sent.text}"
        assert_shown(document, method, path, sent)
    path = "/v1/claims/{claim_id}/appeal"
    for status in (200, 409):
        sent = client.post(path.format(**place), json={"text": "x"}, headers=actors.as_shop)
        assert sent.status_code == status
    assert_shown(document, "post", path, sent)
    path = "/v1/claims/{claim_id}/feedback"
    sent = client.post(path.format(**place), json={"score": 5}, headers=as_customer)
    assert_shown(document, "post", path, sent)
    path = "/v1/claims/{claim_id}/hold"
    for headers in (actors.as_agent, key_of(actors, "agent")):
        sent = client.post(path.format(**place), headers=headers)
    assert_shown(document, "post", path, sent)


def test_keys_that_are_one_too_many_or_the_last(
    client: FlaskClient, actors: Actors, document: dict[str, Any]
) -> None:
    [key] = client.get("/v1/keys", headers=actors.as_shop).get_json()["keys"]
    sent = client.delete(f"/v1/keys/{key['id']}", headers=actors.as_shop)
    assert_shown(document, "delete", "/v1/keys/{key_id}", sent)
    for _ in range(MAX_KEYS):
        sent = client.post("/v1/keys", headers=actors.as_shop)
    assert_shown(document, "post", "/v1/keys", sent)


def test_evidence_and_reports_that_there_cannot_be(
    client: FlaskClient, actors: Actors, document: dict[str, Any]
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with actors.runtime.transaction() as session:
        sha256 = session.get_one(Claim, claim_id).photos[0].sha256
    path = "/v1/claims/{claim_id}/photos/{sha256}/overlay"
    address = path.format(claim_id=claim_id, sha256=sha256)
    assert_shown(document, "get", path, client.get(address, headers=actors.as_shop))
    for name in ("summary", "days.csv", "claims.csv"):
        period = {"from": "2020-01-01", "to": "2026-01-01"}
        path = f"/v1/reports/{name}"
        sent = client.get(path, query_string=period, headers=key_of(actors, "lead"))
        assert_shown(document, "get", path, sent)
