import json
import shutil
from pathlib import Path

import pytest

from model.errors import Unavailable
from model.weights import CALIBRATION, GRAPH, RELEASE, WEIGHTS, identify, load_release


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped weights that a test may spoil."""
    for name in (GRAPH, CALIBRATION, RELEASE):
        shutil.copy(WEIGHTS / name, tmp_path / name)
    return tmp_path


def test_the_shipped_weights_are_the_ones_that_were_released() -> None:
    release = load_release()
    assert release.sha256 == json.loads((WEIGHTS / RELEASE).read_text("utf-8"))["sha256"]
    assert release.version.endswith(release.sha256[:8])


def test_the_weights_in_the_repository_stay_below_40_mb() -> None:
    shipped = [path for path in WEIGHTS.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in shipped) < 40e6


@pytest.mark.parametrize("name", [GRAPH, CALIBRATION])
def test_altered_weights_are_refused(copied: Path, name: str) -> None:
    (copied / name).write_bytes((copied / name).read_bytes() + b" ")
    with pytest.raises(Unavailable) as refused:
        load_release(copied)
    assert refused.value.code == "altered_weights"


def test_missing_weights_are_named(copied: Path) -> None:
    (copied / GRAPH).unlink()
    with pytest.raises(Unavailable, match=GRAPH) as refused:
        load_release(copied)
    assert refused.value.code == "no_weights"


@pytest.mark.parametrize("change", [{"spoiled_share": None}, {"of_tomorrow": 1.0}])
def test_a_calibration_of_another_version_is_refused_by_name(
    copied: Path, change: dict[str, float | None]
) -> None:
    stored = json.loads((copied / CALIBRATION).read_text("utf-8"))
    for name, value in change.items():
        stored[name] = value
        if value is None:
            del stored[name]
    text = json.dumps(stored).encode()
    (copied / CALIBRATION).write_bytes(text)
    sha256 = identify((copied / GRAPH).read_bytes(), text)
    (copied / RELEASE).write_text(json.dumps({"version": "x", "sha256": sha256}), "utf-8")
    with pytest.raises(Unavailable) as refused:
        load_release(copied)
    assert refused.value.code == "other_calibration"


def test_a_session_does_not_keep_the_bytes_of_its_graph() -> None:
    runtime = load_release().open_session()._session
    assert runtime.get_inputs()
    assert not [name for name, held in vars(runtime).items() if isinstance(held, bytes)]


def test_weights_that_changed_since_they_were_read_are_refused(copied: Path) -> None:
    release = load_release(copied)
    (copied / GRAPH).write_bytes((copied / GRAPH).read_bytes() + b" ")
    with pytest.raises(Unavailable) as refused:
        release.open_session()
    assert refused.value.code == "altered_weights"
