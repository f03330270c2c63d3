"""The examples of the OpenAPI document: there is one everywhere, each is valid, and they work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from serve.openapi import SPEC_PATH
from tests.serve import findings
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

    claim_id = actors.add_claim(findings.CLEAN)
    for path, headers in (
        ("/v1/claims/{claim_id}/verdict", actors.as_agent),
        ("/v1/claims/{claim_id}/feedback", actors.as_shop),
        ("/v1/claims/{claim_id}/appeal", actors.as_shop),
    ):
        body = example_of(document, "post", path)
        answer = client.post(path.format(claim_id=claim_id), json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        content = document["paths"][path]["post"]["responses"]["200"]["content"]
        assert set(content["application/json"]["example"]) <= set(answer.get_json())
