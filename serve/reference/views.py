"""The reference of the API as a page: Swagger UI, with nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, make_response, redirect, render_template, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

blueprint = Blueprint(
    "reference",
    __name__,
    url_prefix="/docs",
    template_folder="templates",
    static_folder="static",
    static_url_path="/own",
)

_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SWAGGER = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")
"""Of what the library ships, what the page asks for."""


@blueprint.get("/")
def show_reference() -> Response:
    answer = make_response(render_template("reference/page.html"))
    answer.headers["Content-Security-Policy"] = _CONTENT_POLICY
    return answer


@blueprint.get("/index.html")
def show_index() -> AnyResponse:
    return redirect("/docs/", 301)


@blueprint.get(f"/<any({', '.join(repr(name) for name in _SWAGGER)}):name>")
def send_part(name: str) -> Response:
    return send_from_directory(Path(flask_swagger_ui.__file__).parent / "dist", name)
