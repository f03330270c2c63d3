"""compose.yaml gives the service what docs/settings.md promises of settings."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from serve.settings import Settings, read_settings, variable_of

NOT_FOR_CONTAINERS = {"FRESHCLAIM_HOST", "FRESHCLAIM_PORT", "FRESHCLAIM_DATA_DIR"}
"""The image sets them."""


@pytest.mark.parametrize("name", ["web", "worker"])
def test_every_setting_reaches_the_service(name: str) -> None:
    service = yaml.safe_load(Path("compose.yaml").read_text(encoding="utf-8"))["services"][name]
    set_here = service["environment"]
    from_file = {".env"} & {entry["path"] for entry in service.get("env_file", [])}
    wanted = {variable_of(field.name) for field in fields(Settings)} - NOT_FOR_CONTAINERS
    assert from_file or wanted <= set(set_here)
    assert set_here["FRESHCLAIM_JOBS_IN_PROCESS"] == "0"


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
