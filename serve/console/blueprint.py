"""What every page of the console has in common: its address, its seal, its way to tell errors."""

from __future__ import annotations

from flask import Blueprint, Response, request

from serve.console.rendering import answer_error

_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class ConsoleBlueprint(Blueprint):
    """Pages below /console/, sealed alike."""

    def __init__(self, name: str, import_name: str, static_folder: str | None = None) -> None:
        super().__init__(
            name,
            import_name,
            url_prefix="/console",
            template_folder="templates",
            static_folder=static_folder,
        )
        self.after_request(_seal)
        self.register_error_handler(Exception, answer_error)


def _seal(answer: Response) -> Response:
    """Nothing is kept or runs that is not ours; our own requests say where they come from."""
    answer.headers["Content-Security-Policy"] = _CONTENT_POLICY
    # Not no-referrer: browsers then also withhold the Origin that forged requests are known by.
    answer.headers["Referrer-Policy"] = "same-origin"
    if not (request.endpoint or "").endswith(".static"):
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Vary"] = "Accept-Language, Cookie"
    return answer
