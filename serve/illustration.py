"""Puts examples into an OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType, NoneType
from typing import Any

from serve.example_problems import (
    BY_OPERATION,
    BY_STATUS,
    NOT_WHOLE,
    OF_SHOPS,
    OPEN_TO,
    RULES,
    Problem,
)
from serve.example_report import SHEETS
from serve.examples import FIELDS, MODELS, OPERATIONS, PATHS

_COMPONENTS = "#/components/schemas/"
_FOR_AGENTS = "for agents"
_BY_TYPE: Mapping[str, Any] = {"integer": 1, "number": 0.5, "boolean": False, "string": "text"}
_BY_FORMAT: Mapping[str, str] = {
    "date": "2026-11-22",
    "date-time": "2026-11-22T12:25:03.000Z",
    "uuid": "5f0c2b1e-8a4d-4c1b-9d63-0e7a52f4c9d1",
}
_PYTHON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "string": str,
    "array": list,
    "object": dict,
    "null": NoneType,
}

Schema = Mapping[str, Any]


def illustrate(document: dict[str, Any]) -> None:
    """Gives every request body, answer and address of the document an example, in place."""
    artist = _Artist(document["components"]["schemas"])
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            besides = OPERATIONS.get(f"{method} {path}", {})
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in PATHS:
                    parameter["example"] = PATHS[parameter["name"]]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                artist.add_example(content)
            for status, answer in operation["responses"].items():
                for content in answer.get("content", {}).values():
                    if status[0] in "45":
                        content["example"] = _make_problem(
                            f"{method} {path}", operation["tags"][0], status
                        )
                    elif path in SHEETS:
                        content["example"] = SHEETS[path]
                    else:
                        artist.add_example(content, besides)


def _make_problem(operation: str, tag: str, status: str) -> dict[str, Any]:
    """Returns what an operation answers with a status of 400 or more.

    Args:
        operation: method and path, as `get /v1/claims`.
        tag: its first one, which tells whose operation it is.
        status: one that the document lists for it.
    """
    path = operation.partition(" ")[2]
    usual = {**BY_STATUS, "403": _refuse(operation, tag), "422": _break_rule(operation)}
    code, detail = {**usual, **BY_OPERATION.get(operation, {})}[status]
    return {
        "type": f"urn:freshclaim:problem:{code}",
        "title": HTTPStatus(int(status)).phrase,
        "status": int(status),
        "code": code,
        "detail": detail.format(**PATHS),
        "instance": path.format(**PATHS),
    }


def _break_rule(operation: str) -> Problem:
    field, rule = RULES.get(operation, ("limit", NOT_WHOLE))
    return "validation_error", f"The request breaks a rule: {field}: {rule}."


def _refuse(operation: str, tag: str) -> Problem:
    roles = OPEN_TO.get(operation) or (("a shop",) if tag in OF_SHOPS else ("an agent",))
    others = ("an agent", "a shop", "a claim link")
    received = next(role for role in others if role not in roles)
    return (
        "wrong_role",
        f"This route is open to {' and '.join(roles)}; received: credentials of {received};"
        f" Use credentials of {' or '.join(roles)}.",
    )


class _Artist:
    """Makes values that schemas allow. None stands for a file, which JSON cannot hold."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components

    def add_example(
        self, content: dict[str, Any], besides: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        """Adds an example to a media type that has a schema and none yet."""
        if "schema" in content and "example" not in content:
            example = self._make(content["schema"], "")
            if example:
                content["example"] = {**example, **besides} if besides else example

    def _make(self, schema: Schema, model: str) -> Any:  # noqa: ANN401 - any JSON value
        schema, model = self._resolve(schema, model)
        if model in MODELS and schema.get("type") == "object":
            return MODELS[model]
        if "anyOf" in schema:
            return self._make(schema["anyOf"][0], model)
        if schema.get("type") == "object":
            return self._make_object(schema, model)
        if schema.get("type") == "array":
            item = self._make(schema.get("items", {}), model)
            return None if item is None else [item]
        return _make_scalar(schema)

    def _make_object(self, schema: Schema, model: str) -> dict[str, Any]:
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping):
            keys = schema.get("propertyNames", {}).get("enum", ["name"])
            return {keys[0]: self._make(more, model)}
        made = {}
        for name, inner in schema.get("properties", {}).items():
            known, value = self._look_up(inner, model, name)
            if name in schema.get("required", ()) and not known:
                value = self._make(inner, model)
                known = value is not None
            if known:
                made[name] = value
        return made

    def _look_up(self, schema: Schema, model: str, field: str) -> tuple[bool, Any]:
        """Returns whether an example of the field is listed that its schema allows, and that."""
        if not str(schema.get("description", "")).startswith(_FOR_AGENTS):
            for name in (f"{model}.{field}", field):
                if name in FIELDS and self._allows(schema, FIELDS[name]):
                    return True, FIELDS[name]
        return False, None

    def _allows(self, schema: Schema, value: object) -> bool:
        """Whether a value is of the schema's kind; a test looks at every example in full."""
        schema, _ = self._resolve(schema, "")
        if "anyOf" in schema:
            return any(self._allows(branch, value) for branch in schema["anyOf"])
        if value not in schema.get("enum", [value]) or schema.get("format") == "binary":
            return False
        items = schema.get("items", {})
        inner = not isinstance(value, list) or all(self._allows(items, one) for one in value)
        return inner and isinstance(value, _PYTHON_TYPES.get(schema.get("type", ""), object))

    def _resolve(self, schema: Schema, model: str) -> tuple[Schema, str]:
        """Follows references; the last one names the model, `ClaimOut.PhotoOut` as `PhotoOut`."""
        while "$ref" in schema:
            name = schema["$ref"].removeprefix(_COMPONENTS)
            schema, model = self._components[name], name.rpartition(".")[2]
        return schema, model


def _make_scalar(schema: Schema) -> Any:  # noqa: ANN401 - any JSON value
    if schema.get("format") == "binary":
        return None
    if "const" in schema or "enum" in schema:
        return schema.get("const") or schema["enum"][0]
    if schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    return _BY_TYPE.get(schema.get("type", ""), "text")
