from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from model.errors import InvalidInput
from serve.settings import Settings, read_settings, variable_of

DOCUMENT = Path("docs/settings.md")


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", DOCUMENT.read_text(), re.MULTILINE))
    for field in fields(Settings):
        default = field.default
        shown = {True: "1", False: "0", None: "", "": ""}.get(default, str(default))  # type: ignore[call-overload]
        assert rows.pop(variable_of(field.name)).strip().strip("`") == shown
    assert not rows


def test_settings_come_from_the_environment_and_the_command_line_wins() -> None:
    settings = read_settings(
        {"FRESHCLAIM_PORT": "9000", "FRESHCLAIM_WORKERS": "1", "FRESHCLAIM_JOBS_IN_PROCESS": "0"},
        port=9001,
        host=None,
    )
    assert (settings.port, settings.workers, settings.host) == (9001, 1, "127.0.0.1")
    assert not settings.jobs_in_process


def test_a_demo_is_shown_only_on_the_embedded_database_unless_asked_for() -> None:
    assert read_settings({}).show_demo
    database = {"DATABASE_URL": "postgresql://db/x"}
    assert not read_settings(database).show_demo
    assert read_settings({**database, "FRESHCLAIM_DEMO": "1"}).show_demo


@pytest.mark.parametrize(
    "environment",
    [
        {"FRESHCLAIM_PORT": "eighty"},
        {"FRESHCLAIM_PORT": "99999"},
        {"FRESHCLAIM_WORKERS": "0"},
        {"FRESHCLAIM_DEMO": "yes"},
        {"DATABASE_URL": "mysql://db/x"},
        {"FRESHCLAIM_TIME_ZONE": "Moon/Tycho"},
        {"FRESHCLAIM_TIME_ZONE": "../etc"},
    ],
)
def test_a_setting_without_a_valid_value_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(environment))):
        read_settings(environment)
