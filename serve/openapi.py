"""The OpenAPI document and its page."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask
from flask_swagger_ui import get_swaggerui_blueprint
from pydantic import BaseModel

from serve.problems import MEDIA_TYPE

DOCS_PATH = "/docs"
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


OWNERS: list[str | dict[str, list[Any]]] = ["api_key", "claim_link"]
"""Credentials of routes that a shop and its customer both use."""

PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"description": "A JPEG picture", "content": {"image/jpeg": {}}},
    422: {"description": "The photo cannot be shown", "content": {MEDIA_TYPE: {}}},
}
PLAIN_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus text format", "content": {"text/plain": {}}}
}
SPREADSHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "Comma-separated values", "content": {"text/csv": {}}},
    404: {"description": "No such list", "content": {MEDIA_TYPE: {}}},
}

_COMPONENTS = "#/components/schemas/"
_PROBLEM_REF = {"$ref": f"{_COMPONENTS}Problem"}


def configure_openapi(app: APIFlask) -> None:
    """Sets what the document says about errors and credentials, and serves its page."""
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
    page = get_swaggerui_blueprint(DOCS_PATH, SPEC_PATH, config={"app_name": "freshclaim"})
    app.register_blueprint(page)


def _finish_document(document: Any) -> Any:  # noqa: ANN401 - APIFlask also passes YAML text
    schema = Problem.model_json_schema(ref_template=_COMPONENTS + "{model}")
    nested = schema.pop("$defs")
    document["components"]["schemas"] |= {"Problem": schema, **nested}
    for path in document["paths"].values():
        for operation in path.values():
            _finish_operation(operation)
    return document


def _finish_operation(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    operation["summary"] = operation["summary"].rstrip(".")
    if "security" in operation:
        answers.setdefault("403", {**answers["401"], "description": "Not for this role"})
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        template = answers["422"]
        answers.setdefault("400", {**template, "description": "Unreadable request"})
        answers.setdefault("413", {**template, "description": "Too large"})
        answers.setdefault("415", {**template, "description": "Wrong media type"})
    for status, answer in answers.items():
        content = answer.get("content", {})
        if status[0] in "45" and "application/json" in content:
            answer["content"] = {MEDIA_TYPE: content["application/json"]}
