from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from flask.testing import FlaskClient

from serve.console.rendering import SAME_TEXT
from serve.console.texts import NAMES, texts_in
from serve.demo import prepare_demo
from serve.pages.texts import LANGUAGES
from serve.runtime import Runtime
from tests.serve.accounts.people import add_person, csrf_of, log_in
from tests.serve.actors import Actors

ROOM = Path(__file__).resolve().parents[3] / "serve" / "console"
BUILT = {"role_shop", "role_agent", "role_lead", "role_admin", "people", "shops"}
BUILT_BEFORE = ("alert_", "clock_", "days_", "duration_", "kind_")
"""How names begin that the dashboard puts together."""


@pytest.mark.parametrize("path", ["/console/", "/console/password"])
def test_strangers_are_sent_to_sign_in_and_then_on(
    client: FlaskClient, actors: Actors, path: str
) -> None:
    add_person(actors)
    asked = client.get(f"{path}?lang=en")
    assert asked.status_code == 303
    page = client.get(asked.location)
    assert page.status_code == 200
    assert ">Sign in<" in page.text
    wanted = re.search(r'name="next" value="([^"]*)"', page.text)
    assert wanted is not None
    form = {"name": "Li Na", "password": "correct horse battery", "next": wanted[1]}
    assert client.post("/console/login", data=form).location == f"{path}?lang=en"


def test_who_posts_too_late_signs_in_and_lands_on_a_page(
    client: FlaskClient, actors: Actors
) -> None:
    add_person(actors)
    late = client.post("/console/logout?lang=en")
    assert late.location == "/console/login?lang=en"
    page = client.get(late.location)
    wanted = re.search(r'name="next" value="([^"]*)"', page.text)
    assert wanted is not None
    form = {"name": "Li Na", "password": "correct horse battery", "next": wanted[1]}
    landed = client.post("/console/login", data=form, follow_redirects=True)
    assert landed.status_code == 200


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil", "/console/\\..\n", "/c/x"]
)
def test_signing_in_leads_to_no_other_site(
    client: FlaskClient, actors: Actors, wanted: str
) -> None:
    add_person(actors)
    form = {"name": "Li Na", "password": "correct horse battery", "next": wanted}
    assert client.post("/console/login", data=form).location == "/console/"


def test_pages_are_sealed(client: FlaskClient, actors: Actors) -> None:
    add_person(actors)
    log_in(client)
    page = client.get("/console/password")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<script>|style=|\son\w+=", page.text)
    assert csrf_of(client)["X-CSRF-Token"] in page.text


def test_errors_are_pages_in_the_visitors_language(client: FlaskClient, actors: Actors) -> None:
    add_person(actors)
    log_in(client)
    refused = client.post("/console/logout?lang=en")
    assert refused.status_code == 403
    assert texts_in("en")["error_csrf"] in refused.text
    wrong = client.post("/console/login?lang=zh-CN", data={"name": "<b>", "password": "x"})
    assert texts_in("zh-CN")["error_wrong_login"] in wrong.text
    assert "<b>" not in wrong.text


def test_the_demo_agent_can_sign_in_and_still_can_after_a_restart(
    client: FlaskClient, runtime: Runtime
) -> None:
    shown = prepare_demo(runtime)
    assert prepare_demo(runtime).agent_password == shown.agent_password
    assert log_in(client, shown.agent_name, shown.agent_password).status_code == 303


def named_in_templates() -> set[str]:
    sources = [path.read_text("utf-8") for path in (ROOM / "templates").rglob("*.html")]
    return {name for source in sources for name in re.findall(r"\bt\.(\w+)", source)}


def test_texts_are_complete_and_in_use() -> None:
    named = named_in_templates()
    assert (named | BUILT) - NAMES == set()
    rooms = [path for path in ROOM.rglob("*.py") if "texts" not in path.parts]
    code = "".join(path.read_text("utf-8") for path in rooms)
    shown = {name for name in NAMES if f'"{name}"' in code}
    built = {name for name in NAMES if name.startswith(BUILT_BEFORE)}
    assert NAMES - named - shown - BUILT - built - worded_errors() == set()


def worded_errors() -> set[str]:
    """Returns the names of the texts of all errors that the service can answer with."""
    code = "".join(path.read_text("utf-8") for path in ROOM.parent.rglob("*.py"))
    codes = set(re.findall(r'\bcode="(\w+)"', code)) - set(SAME_TEXT)
    return {f"error_{name}" for name in codes | set(SAME_TEXT.values())}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_both_languages_say_the_same(name: str) -> None:
    zh, en = (texts_in(language)[name] for language in LANGUAGES)
    assert zh
    assert en
    assert placeholders(zh) == placeholders(en)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
