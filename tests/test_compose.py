"""compose.yaml gives the service what docs/settings.md promises of settings."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from serve.settings import Settings, read_settings, variable_of


@pytest.mark.parametrize("name", ["web", "worker"])
def test_every_setting_reaches_the_service(name: str) -> None:
    service = yaml.safe_load(Path("compose.yaml").read_text(encoding="utf-8"))["services"][name]
    set_here = service["environment"]
    assert {".env"} <= {entry["path"] for entry in service["env_file"]}
    known = {variable_of(field.name) for field in fields(Settings)}
    assert set(set_here) <= known
    assert set_here["FRESHCLAIM_JOBS_IN_PROCESS"] == "0"


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_the_image_is_built_for_wins_over_the_file(name: str) -> None:
    set_here = yaml.safe_load(Path("compose.yaml").read_text("utf-8"))["services"][name][
        "environment"
    ]
    image = dict(re.findall(r"(FRESHCLAIM_[A-Z_]+)=(\S+)", Path("Dockerfile").read_text("utf-8")))
    assert set(image) == {"FRESHCLAIM_HOST", "FRESHCLAIM_PORT", "FRESHCLAIM_DATA_DIR"}
    assert {variable: set_here.get(variable) for variable in image} == image


def test_the_example_names_settings_that_there_are() -> None:
    text = Path("compose.yaml").read_text(encoding="utf-8")
    named = [
        line.removeprefix("#   ") for line in text.splitlines() if line.startswith("#   FRESH")
    ]
    values = dict(line.split("=", 1) for line in named)
    assert set(values) <= {variable_of(field.name) for field in fields(Settings)}
    settings = read_settings(values)
    assert settings.trusted_proxies == 1
    assert settings.retention_days > 0
