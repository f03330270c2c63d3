from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from serve.pages.texts import LANGUAGES, NAMES, texts_in
from serve.policy.table import REASONS

PAGES = Path(__file__).resolve().parents[3] / "serve" / "pages"
STEPS = ("received", "verified", "resolved", "closed")
NOTICES = ("asked", "claimed", "explained", "rated")
KINDS = ("insect", "hair", "plastic", "metal", "glass", "paper", "stone")
MARKS = ("spoiled", "mould", "object", "container")
GRADES = ("minor", "moderate", "severe")
BUILT = {
    *(f"about_{reason}" for reason in REASONS),
    *(f"step_{step}" for step in STEPS),
    *(f"notice_{notice}" for notice in NOTICES),
    *(f"rate_{score}" for score in range(1, 6)),
    *(f"kind_{kind}" for kind in KINDS),
    *(f"legend_{mark}" for mark in MARKS),
    *(f"spoilage_{grade}" for grade in GRADES),
}
"""Names that are put together."""


def named_in_templates() -> set[str]:
    sources = [path.read_text("utf-8") for path in (PAGES / "templates").glob("*.html")]
    return {name for source in sources for name in re.findall(r"\bt\.(\w+)", source)}


def test_templates_name_texts_that_exist() -> None:
    assert (named_in_templates() | BUILT) - NAMES == set()


def test_every_text_is_shown_somewhere() -> None:
    code = "".join(p.read_text("utf-8") for p in PAGES.glob("*.py"))
    in_code = {name for name in NAMES if f'"{name}"' in code}
    assert NAMES - named_in_templates() - in_code - BUILT == set()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_both_languages_say_the_same(name: str) -> None:
    zh, en = (texts_in(language)[name] for language in LANGUAGES)
    assert zh
    assert en
    assert placeholders(zh) == placeholders(en)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
