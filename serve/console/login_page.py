"""The page that people sign in on, by whatever ways there are."""

from __future__ import annotations

from flask import Response

from serve.console.rendering import render
from serve.runtime import current_runtime


def render_login(status: int = 200, **values: object) -> Response:
    """Returns the page, with a form for passwords and a link to company accounts where they count.

    Args:
        status: the HTTP status.
        **values: what the template shows besides, such as `mistakes` and `next`.
    """
    runtime = current_runtime()
    return render(
        "login.html",
        status,
        company=runtime.issuer is not None,
        passwords=runtime.settings.password_login,
        **values,
    )
