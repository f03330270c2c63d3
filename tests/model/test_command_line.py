import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model import scorer, weights
from model.__main__ import assess, main

ROOT = Path(__file__).parents[2]
SHIPPED = (weights.WEIGHTS / weights.GRAPH).is_file()
RENDERED = sorted((ROOT / "datasets" / "rendered" / "photos").glob("*_clean_*.jpg"))


@pytest.fixture(autouse=True)
def serve_release(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without shipped weights the command runs an untrained network: a real one all the same."""
    if not SHIPPED:
        folder = request.getfixturevalue("release")
        monkeypatch.setattr(scorer.Scorer.__init__, "__defaults__", (folder, None))


@pytest.fixture
def photo(tmp_path: Path, photo_bytes: bytes) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(photo_bytes)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["assess", *map(str, arguments)])


def test_people_get_a_table(photo: Path) -> None:
    ran = run(photo)
    assert "a.jpg  640 x 480" in ran.stdout
    assert "severity" in ran.stdout


def test_programs_get_one_object_a_line(photo: Path) -> None:
    lines = run("--json", photo, photo).stdout.splitlines()
    assert len(lines) == 2
    assert lines[0] == lines[1]
    assert json.loads(lines[0])["photo"] == "a.jpg"


def test_an_unreadable_photo_gets_its_line_and_exit_code_1(photo: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    ran = run("--json", broken, tmp_path / "missing.jpg", photo)
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [one["photo"] for one in told] == ["broken.jpg", "missing.jpg", "a.jpg"]
    assert [one["usable"] for one in told[:2]] == [False, False]
    assert told[0]["problems"] == ["unreadable"]
    assert "missing.jpg" in ran.stderr
    assert ran.exit_code == 1


def test_exit_codes_tell_used_from_wrongly_called(photo: Path, tmp_path: Path) -> None:
    [told] = run("--json", photo).stdout.splitlines()
    assert run("--json", photo).exit_code == (0 if json.loads(told)["usable"] else 1)
    assert run().exit_code == 2
    assert run("--colour", photo).exit_code == 2
    assert run(photo, "--packing", tmp_path / "none.jpg").exit_code == 2


def test_an_overlay_is_written_for_every_usable_photo(photo: Path, tmp_path: Path) -> None:
    again = shutil.copy(photo, tmp_path / "b.jpg")
    told = run("--json", "--overlay", tmp_path / "drawn", photo, again).stdout.splitlines()
    usable = [json.loads(line)["photo"] for line in told if json.loads(line)["usable"]]
    written = sorted(path.name for path in (tmp_path / "drawn").glob("*"))
    assert written == usable


def test_help_explains_every_option() -> None:
    shown = CliRunner().invoke(main, ["assess", "--help"]).output
    assert all(option.opts[0] in shown for option in assess.params if option.name != "photos")
    assert "Exit code" in shown


@pytest.mark.skipif(not (SHIPPED and RENDERED), reason="no released weights in this checkout")
def test_the_shipped_model_takes_rendered_meals_for_food() -> None:
    ran = run("--json", *RENDERED)
    assert ran.exit_code == 0, ran.output
    for line in ran.stdout.splitlines():
        told = json.loads(line)
        assert told["scene"]["label"] != "not_food"
        assert told["severity"] in {"none", "minor", "moderate", "severe", "unknown"}
