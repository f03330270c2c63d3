from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result

from training.__main__ import main
from training.alarms import read_alarms
from training.build import Index
from training.export import load_network

SMALL = ["--steps", "1", "--batch", "2", "--side", "96", "--workers", "0", "--device", "cpu"]


@pytest.fixture
def checkout(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with photos prepared, as `python -m training build` leaves it."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/build").symlink_to(index.masks.parent)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRESHCLAIM_PHOTOS", str(index.root))
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_two_runs_and_their_mean_as_make_model_does_them(checkout: Path) -> None:
    first, second, mean = (f"runs/m/{name}checkpoint.pt" for name in ("first/", "second/", ""))
    assert call("fit", *SMALL, "--run", "runs/m/first").exit_code == 0
    listed = call("alarms", "--start", first, "--out", "runs/m/alarms.csv")
    assert listed.exit_code == 0
    assert f"{len(read_alarms(Path('runs/m/alarms.csv')))} places" in listed.stdout
    again = ["--start", first, "--alarms", "runs/m/alarms.csv", "--run", "runs/m/second"]
    assert call("fit", *SMALL, *again).exit_code == 0
    assert call("blend", first, second, "--run", "runs/m").exit_code == 0
    weights = [load_network(Path(path)).maps.weight for path in (first, second, mean)]
    assert torch.allclose(weights[2], (weights[0] + weights[1]) / 2)
    assert not torch.equal(weights[0], weights[1])
    assert call("join", first, second, "--run", "runs/both").exit_code == 0
    assert call("blend", "runs/both/checkpoint.pt", second).exit_code == 1
    apart = call("split", "runs/both/checkpoint.pt", "--run", "runs/apart").stdout.split()
    assert torch.allclose(load_network(Path(apart[1])).maps.weight, weights[1], 1e-3, 1e-6)


def test_alarms_on_other_photos_alone_are_refused(checkout: Path) -> None:
    Path("alarms.csv").write_text("path,logit,x,y,on_food\nelsewhere.png,1,0.5,0.5,1\n", "utf-8")
    ran = call("fit", *SMALL, "--alarms", "alarms.csv", "--run", "runs/other")
    assert ran.exit_code == 1
    assert "elsewhere.png" in ran.stderr
    assert not Path("runs/other").exists()


@pytest.mark.parametrize("command", ["pack", "fit", "portion"])
def test_photos_have_to_be_prepared_first(
    command: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "empty").mkdir()
    monkeypatch.chdir(checkout / "empty")
    ran = call(command)
    assert ran.exit_code == 1
    assert "python -m training build" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_what_is_no_checkpoint_is_one_line(checkout: Path) -> None:
    Path("text.pt").write_text("weights", "utf-8")
    for arguments in (
        ("blend", "text.pt", "text.pt"),
        ("alarms", "--start", "text.pt"),
        ("fit", *SMALL, "--start", "text.pt", "--run", "runs/none"),
    ):
        ran = call(*arguments)
        assert ran.exit_code == 1, arguments
        assert "text.pt" in ran.stderr
        assert len(ran.stderr.strip().splitlines()[-1]) < 250
