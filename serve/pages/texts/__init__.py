"""Every text of the pages in both languages, except what the policy and the model word themselves.

Tables rather than message catalogues, one a page: two languages, short texts, and no step that
compiles them. `tests/serve/pages/test_texts.py` holds them complete and in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from serve.pages.texts import claim, claim_form, every_page, mistakes, policy

LANGUAGES = ("zh-CN", "en")

_TEXTS = {
    **every_page.TEXTS,
    **claim_form.TEXTS,
    **claim.TEXTS,
    **policy.TEXTS,
    **mistakes.TEXTS,
}

NAMES = frozenset(_TEXTS)


def texts_in(language: str) -> Mapping[str, str]:
    """Returns all texts by name in one of `LANGUAGES`."""
    column = LANGUAGES.index(language)
    return MappingProxyType({name: texts[column] for name, texts in _TEXTS.items()})
