"""The examples of the OpenAPI document: there is one everywhere, each is valid, and they work."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from serve.openapi import SPEC_PATH
from tests.serve import findings
from tests.serve.accounts.people import key_of
from tests.serve.actors import Actors, draw_photo, upload

Place = tuple[str, dict[str, Any]]


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get(SPEC_PATH).get_json())


def list_contents(document: dict[str, Any], *, requests: bool) -> Iterator[Place]:
    """Yields every media type of a body, with the operation that it belongs to."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts = {"": operation.get("requestBody", {})} if requests else operation["responses"]
            for status, part in parts.items():
                for kind, content in part.get("content", {}).items():
                    yield f"{method} {path} {status} {kind}".replace("  ", " "), content


def is_file(schema: dict[str, Any]) -> bool:
    return '"binary"' in str(schema).replace("'", '"')


def complain(document: dict[str, Any], content: dict[str, Any]) -> str:
    """Returns what is wrong with an example by its schema, empty where nothing is."""
    schema = {**content["schema"], "components": document["components"]}
    checker = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return "; ".join(error.message for error in checker.iter_errors(content["example"]))


@pytest.mark.parametrize("requests", [True, False], ids=["requests", "answers"])
def test_every_example_is_what_its_schema_says(document: dict[str, Any], *, requests: bool) -> None:
    wrong = []
    for place, content in list_contents(document, requests=requests):
        if "multipart" in place:
            # Files cannot be shown: the rest is, and holds but for them.
            continue
        if "example" in content:
            found = complain(document, content)
            wrong += [f"{place}: {found}"] if found else []
        elif not is_file(content["schema"]):
            wrong.append(f"{place}: no example")
    assert wrong == []


def test_a_wrong_example_would_be_found(document: dict[str, Any]) -> None:
    content = document["paths"]["/v1/orders"]["post"]["requestBody"]["content"]["application/json"]
    for change in ({"price_fen": "32.80"}, {"price_fen": 0}, {"promised_at": "noon"}, {"x": 1}):
        assert complain(document, {**content, "example": {**content["example"], **change}})


def test_the_figures_of_the_report_agree(document: dict[str, Any]) -> None:
    answer = document["paths"]["/v1/reports/summary"]["get"]["responses"]["200"]
    report = answer["content"]["application/json"]["example"]
    assert report["money"]["total_fen"] == sum(report["money"]["by_kind_fen"].values())
    assert sum(day["received"] for day in report["days"]) == report["received"]
    rated = report["satisfaction"]
    points = sum(score * count for score, count in enumerate(rated["scores"], start=1))
    assert sum(rated["scores"]) == rated["count"]
    assert rated["mean"] == points / rated["count"]


def test_forms_show_their_fields(document: dict[str, Any]) -> None:
    form = document["paths"]["/v1/claims"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert form["example"]["reason"] == "spoilage"
    without_files = {**form, "schema": document["components"]["schemas"]["ClaimForm"]}
    assert complain(document, without_files) == ""


def test_addresses_have_examples(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    assert "example" in parameter, path


def test_answers_to_mistakes_name_codes_and_statuses(document: dict[str, Any]) -> None:
    answers = document["paths"]["/v1/orders"]["post"]["responses"]
    for status in ("401", "403", "409", "422"):
        problem = answers[status]["content"]["application/problem+json"]["example"]
        assert str(problem["status"]) == status
        assert problem["type"].endswith(problem["code"])
        assert problem["instance"] == "/v1/orders"


def test_spreadsheets_are_shown_with_the_lines_that_they_have(
    client: FlaskClient, actors: Actors, document: dict[str, Any]
) -> None:
    recall = client.post(
        f"/v1/claims/{actors.add_claim(findings.CLEAN, batch='B7')}/recall",
        json={"reason": "warm"},
        headers=actors.as_agent,
    ).get_json()
    for path in ("/v1/reports/days.csv", "/v1/reports/claims.csv", "/v1/recalls/{recall_id}.csv"):
        content = document["paths"][path]["get"]["responses"]["200"]["content"]["text/csv"]
        shown = list(csv.reader(io.StringIO(content["example"])))
        address = path.format(recall_id=recall["id"])
        sent = client.get(address, headers=key_of(actors, "lead")).data.decode("utf-8-sig")
        header, *_ = csv.reader(io.StringIO(sent))
        assert shown[0] == header, path
        assert len(shown[1]) == len(header), path


def example_of(document: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    content = document["paths"][path][method]["requestBody"]["content"]
    (kind,) = content
    return dict(content[kind]["example"])


def test_the_examples_work_one_after_the_other(
    client: FlaskClient, actors: Actors, document: dict[str, Any]
) -> None:
    """What a developer copies from the page is accepted by the service, from order to feedback."""
    order = example_of(document, "post", "/v1/orders")
    made = client.post("/v1/orders", json=order, headers=actors.as_shop)
    assert made.status_code == 201, made.text
    shown = document["paths"]["/v1/orders"]["post"]["responses"]["201"]["content"]
    assert set(made.get_json()) == set(shown["application/json"]["example"])

    form = {**example_of(document, "post", "/v1/claims"), "photo": upload(draw_photo())}
    claim = client.post("/v1/claims", data=form, headers=actors.as_shop)
    assert claim.status_code == 201, claim.text

    order_of_link = actors.add_order()
    as_customer = {"Authorization": f"Bearer {actors.token_of(order_of_link)}"}
    claim_id = actors.add_claim(findings.CLEAN, order=order_of_link)
    for path, headers in (
        ("/v1/claims/{claim_id}/verdict", actors.as_agent),
        ("/v1/claims/{claim_id}/feedback", as_customer),
        ("/v1/claims/{claim_id}/appeal", actors.as_shop),
    ):
        body = example_of(document, "post", path)
        answer = client.post(path.format(claim_id=claim_id), json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        content = document["paths"][path]["post"]["responses"]["200"]["content"]
        assert set(content["application/json"]["example"]) <= set(answer.get_json())
