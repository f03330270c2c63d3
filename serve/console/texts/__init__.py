"""Every text of the pages for people who work here, in both languages, one table a page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from serve.console.texts import (
    alerts,
    case,
    case_facts,
    case_verdict,
    dashboard,
    every_page,
    mistakes,
    people,
    queue,
    recalls,
    signing_in,
)
from serve.pages.texts import LANGUAGES

_TEXTS = {
    **every_page.TEXTS,
    **signing_in.TEXTS,
    **mistakes.TEXTS,
    **people.TEXTS,
    **case.TEXTS,
    **case_facts.TEXTS,
    **case_verdict.TEXTS,
    **queue.TEXTS,
    **recalls.TEXTS,
    **dashboard.TEXTS,
    **alerts.TEXTS,
}

NAMES = frozenset(_TEXTS)


def texts_in(language: str) -> Mapping[str, str]:
    """Returns all texts by name in one of the pages' languages."""
    column = LANGUAGES.index(language)
    return MappingProxyType({name: texts[column] for name, texts in _TEXTS.items()})
