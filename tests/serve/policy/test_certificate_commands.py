from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model.certificate import Promise
from model.errors import InvalidInput
from model.weights import RELEASE, WEIGHTS
from serve.policy.certificate_commands import group
from serve.settings import Settings
from tests.serve.actors import Actors
from tests.serve.policy.certified import make_certificate

Call = Callable[..., Result]


@pytest.fixture
def call(settings: Settings, database_url: str) -> Call:
    """Calls `python -m serve certificate` on the database of the test."""
    settings = replace(settings, database_url=database_url)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(group, arguments, obj=settings)

    return call


@pytest.fixture
def shipped() -> str:
    sha256: str = json.loads((WEIGHTS / RELEASE).read_text())["sha256"]
    return sha256


def test_load_show_and_freeze_tell_what_holds(
    call: Call, actors: Actors, shipped: str, tmp_path: Path
) -> None:
    assert "an agent decides" in call("show").output
    file = tmp_path / "certificate.json"
    certificate = make_certificate(actors.policy, model=shipped)
    file.write_text(certificate.to_text(), "utf-8")
    loaded = call("load", str(file))
    assert loaded.exit_code == 0, loaded.output
    assert certificate.sha256 in loaded.output
    assert "spoilage: from confidence 0.70 on; since: 0 of 0 audits wrong" in loaded.output
    assert "NOT USED" not in loaded.output
    assert call("freeze", "new packaging").exit_code == 0
    shown = call("show").output
    assert "FROZEN" in shown
    assert "new packaging" in shown


def test_a_certificate_of_another_model_is_told_to_be_idle(
    call: Call, actors: Actors, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(make_certificate(actors.policy, model="a" * 64).to_text(), "utf-8")
    assert "NOT USED" in call("load", str(file)).output
    assert "NOT USED" in call("show").output


def test_a_file_that_may_not_count_is_refused(call: Call, actors: Actors, tmp_path: Path) -> None:
    broken, lax = tmp_path / "broken.json", tmp_path / "lax.json"
    broken.write_bytes(b"\xff{}")
    lax.write_text(make_certificate(actors.policy, promise=Promise(0.05, 0.95)).to_text(), "utf-8")
    for file, code in ((broken, "invalid_certificate"), (lax, "certificate_too_lax")):
        refused = call("load", str(file)).exception
        assert isinstance(refused, InvalidInput)
        assert refused.code == code
    assert "an agent decides" in call("show").output
