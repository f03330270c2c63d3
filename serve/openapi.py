"""The OpenAPI document and its page."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from apiflask import APIFlask
from pydantic import BaseModel

from serve.illustration import illustrate
from serve.problems import MEDIA_TYPE

SPEC_PATH = "/openapi.json"


class FieldError(BaseModel):
    field: str
    rule: str


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    errors: list[FieldError] | None = None


_COMPONENTS = "#/components/schemas/"
_PROBLEM_REF = {"$ref": f"{_COMPONENTS}Problem"}

OWNERS: list[str | dict[str, list[Any]]] = ["api_key", "claim_link"]
"""Credentials of routes that a shop and its customer both use."""

PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A JPEG picture",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
    },
    422: {
        "description": "The photo cannot be shown",
        "content": {MEDIA_TYPE: {"schema": _PROBLEM_REF}},
    },
}
PLAIN_TEXT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Prometheus text format",
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": 'freshclaim_decisions_total{outcome="pre_approved"} 12.0',
            }
        },
    }
}
SPREADSHEET: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Comma-separated values",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    },
    404: {"description": "No such list", "content": {MEDIA_TYPE: {"schema": _PROBLEM_REF}}},
}

_OPEN_TO_EVERY_ROLE = ("get /v1/claims/{claim_id}", "get /v1/claims/{claim_id}/photos/{sha256}")
"""What a caller may not see there is not found."""

_OF_BODIES = {"400": "Unreadable request", "413": "Too large", "415": "Wrong media type"}

_TAGS = ("Orders", "Claims", "Webhooks", "Keys", "Assessments", "Policy", "Agents")
"""The subjects that shops need come first; what is not named comes last."""

_BOUNDS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}


def configure_openapi(app: APIFlask) -> None:
    """Sets what the document says about errors, credentials and examples."""
    app.config.update(
        HTTP_ERROR_SCHEMA=_PROBLEM_REF,
        VALIDATION_ERROR_SCHEMA=_PROBLEM_REF,
        AUTO_OPERATION_ID=True,
        AUTO_SERVERS=False,
        SECURITY_SCHEMES={
            "api_key": {
                "type": "http",
                "scheme": "bearer",
                "description": "an API key, fc_…, of a shop or an agent",
            },
            "claim_link": {
                "type": "http",
                "scheme": "bearer",
                "description": "the token of a claim link, valid for one order",
            },
        },
    )
    app.spec_processor(_finish_document)


def _finish_document(document: Any) -> Any:  # noqa: ANN401 - APIFlask also passes YAML text
    schema = Problem.model_json_schema(ref_template=_COMPONENTS + "{model}")
    nested = schema.pop("$defs")
    document["components"]["schemas"] |= {"Problem": schema, **nested}
    for model in document["components"]["schemas"].values():
        _word_bounds(model)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _finish_operation(operation, refuses=f"{method} {path}" not in _OPEN_TO_EVERY_ROLE)
    _sort_by_tag(document)
    illustrate(document)
    return document


def _sort_by_tag(document: dict[str, Any]) -> None:
    """Puts operations into the order in which their subjects are listed, shops' first."""
    tags = [tag["name"] for tag in document["tags"]]
    document["tags"] = [{"name": tag} for tag in dict.fromkeys(tags)]

    document["tags"].sort(key=lambda tag: _place_of(tag["name"]))
    by_tag = {
        path: min(_place_of(operation["tags"][0]) for operation in operations.values())
        for path, operations in document["paths"].items()
    }
    document["paths"] = {
        path: document["paths"][path]
        for path in sorted(by_tag, key=lambda path: (by_tag[path], len(path)))
    }


def _place_of(tag: str) -> int:
    return _TAGS.index(tag) if tag in _TAGS else len(_TAGS)


def _word_bounds(schema: Any) -> None:  # noqa: ANN401 - any part of a schema
    """Puts bounds into JSON Schema's words where pydantic leaves them in its own."""
    if isinstance(schema, list):
        for part in schema:
            _word_bounds(part)
    elif isinstance(schema, dict):
        for own, word in _BOUNDS.items():
            if isinstance(schema.get(own), int | float):
                schema[word] = schema.pop(own)
        for part in schema.values():
            _word_bounds(part)


def _finish_operation(operation: dict[str, Any], *, refuses: bool) -> None:
    answers = operation["responses"]
    operation["summary"] = operation["summary"].rstrip(".")
    if "security" in operation and refuses:
        answers.setdefault("403", {**deepcopy(answers["401"]), "description": "Not for this role"})
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        template = answers["422"]
        for status, description in _OF_BODIES.items():
            answers.setdefault(status, {**deepcopy(template), "description": description})
    if "201" in answers and "200" in answers:
        # Done before: the answer is the same.
        answers["200"]["content"] = deepcopy(answers["201"]["content"])
    for status, answer in answers.items():
        content = answer.get("content", {})
        if status[0] in "45" and "application/json" in content:
            answer["content"] = {MEDIA_TYPE: content["application/json"]}
