"""Puts examples into an OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType, NoneType
from typing import Any

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

_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "400": ("bad_request", "The request cannot be read: check its headers and body."),
    "401": (
        "no_credentials",
        "A request carries an API key or a claim-link token; received: neither; Send the header"
        " Authorization: Bearer, followed by the key or token.",
    ),
    "403": (
        "wrong_role",
        "This route is open to a shop; received: credentials of an agent; Use credentials of a"
        " shop.",
    ),
    "404": (
        "no_order",
        "An order is registered before a claim is made on it; received: order_id A-1001; Send the"
        " order to POST /v1/orders first.",
    ),
    "409": (
        "order_exists",
        "An order is registered once, with facts that stay; received: other facts for order_id"
        " A-1001; Send the same facts as before, or use another order_id.",
    ),
    "413": (
        "too_many_photos",
        "A claim comes with at most 5 photos; received: 6 photos; Send the photos that show the"
        " problem best.",
    ),
    "415": ("not_an_image", "A photo is a JPEG, PNG, WebP, HEIC or AVIF file."),
    "422": ("validation_error", "The request breaks a rule: price_fen: Field required."),
    "429": (
        "webhook_trial_running",
        "An endpoint is tried once at a time; received: a second ping while the first is on its"
        " way; Wait for its answer, at most 12 s.",
    ),
    "503": ("unavailable", "A part this needs is not ready: try again in a few seconds."),
}
"""By status, a code that it comes with."""

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
                    if status in _PROBLEMS:
                        content["example"] = _make_problem(status, path)
                    elif path in SHEETS:
                        content["example"] = SHEETS[path]
                    else:
                        artist.add_example(content, besides)


def _make_problem(status: str, path: str) -> dict[str, Any]:
    code, detail = _PROBLEMS[status]
    return {
        "type": f"urn:freshclaim:problem:{code}",
        "title": HTTPStatus(int(status)).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "instance": path.format(**PATHS),
    }


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
