"""The language of a visitor, and templates filled in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Protocol

from flask import Response, make_response, render_template, request, url_for

from serve.pages.texts import LANGUAGES, texts_in
from serve.times import from_iso

_BEIJING_UTC_OFFSET = timedelta(hours=8)
"""The customers' clock; China keeps one time and no summer time, so no zone data is needed."""

_MODULES = (
    *("claiming.js", "drafts.js", "metadata.js", "picker.js", "prepare.js", "preparing.js"),
    *("quality.js", "sending.js", "viewer.js", "words.js"),
)
"""Imported by `static/pages.js`; named in the page so that they load side by side."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Worded(Protocol):
    """Something the policy words in both languages."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def choose_language() -> str:
    """Returns this request's language: `?lang=`, else what the browser prefers, else zh-CN."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def address_of(endpoint: str, **values: object) -> str:
    """Returns the address of a page, in the language that was asked for."""
    if request.args.get("lang") in LANGUAGES:
        values.setdefault("lang", request.args["lang"])
    return url_for(f"pages.{endpoint}", **values)  # type: ignore[arg-type]


def render_page(template: str, status: int = 200, **values: object) -> Response:
    """Fills a template in the visitor's language."""
    language = choose_language()
    filled = render_template(
        template,
        modules=_MODULES,
        t=texts_in(language),
        language=language,
        other_language=next(other for other in LANGUAGES if other != language),
        address_of=address_of,
        say=partial(say, language),
        sentence=begin_sentence,
        when=partial(format_time, language),
        yuan=format_yuan,
        **values,
    )
    return make_response(filled, status)


def say(language: str, wording: Worded | Mapping[str, str]) -> str:
    """Returns a policy's or a reason's text in a language."""
    name = "en" if language == "en" else "zh"
    return wording[name] if isinstance(wording, Mapping) else str(getattr(wording, name))


def begin_sentence(text: str) -> str:
    """Returns the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def format_yuan(amount_fen: int) -> str:
    """Writes an amount of fen as yuan: 3280 is ¥32.80."""
    return f"¥{amount_fen // 100}.{amount_fen % 100:02d}"


def format_time(language: str, moment: str) -> str:
    """Writes a UTC ISO 8601 time by the clock of Beijing."""
    utc = from_iso(moment)
    if utc is None:
        return ""
    local = in_beijing(utc)
    if language == "en":
        return f"{local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def in_beijing(moment: datetime) -> datetime:
    """Returns the time by the clock of Beijing."""
    return moment.astimezone(timezone(_BEIJING_UTC_OFFSET))
