from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from torch import Tensor, nn

from model.errors import Conflict
from model.network import Network
from training.__main__ import main
from training.alarms import Alarm
from training.checkpoints import save_weights
from training.claims import ClaimPhoto
from training.export import load_network
from training.fit import FitSettings, fit, identify_run, scale_rates, schedule
from training.recipe import Recipe
from training.scene import ANY_FOOD
from training.stock import Stock, add_alarms

RECIPE = Recipe(side_px=64)
SETTINGS = FitSettings(steps=2, batch=2, workers=0, frozen_blocks=2)
STAY = 4
"""Steps of a run in two halves; all within the warm-up, whose rates do not depend on the steps."""
Weights = dict[str, Tensor]


def read_weights(path: Path) -> Weights:
    weights: Weights = torch.load(path, weights_only=True)["weights"]
    return weights


def read_state(run: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(run / "run.pt", weights_only=True)
    return state


def is_equal(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Sums in the same order every time; and these pictures are too small to be worth two."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that is not the one of ImageNet."""
    torch.manual_seed(77)
    path = tmp_path_factory.mktemp("start") / "checkpoint.pt"
    torch.save({"weights": Network().state_dict(), "settings": {}}, path)
    return path


@pytest.fixture(scope="module")
def half(stock: Stock, start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two steps."""
    out = tmp_path_factory.mktemp("half")
    fit(stock, RECIPE, SETTINGS, out, start)
    return out


def test_a_run_writes_a_checkpoint_that_can_be_exported(half: Path) -> None:
    stored = torch.load(half / "checkpoint.pt", weights_only=True)
    assert stored["settings"]["steps"] == SETTINGS.steps
    assert stored["settings"]["seed"] == SETTINGS.seed
    network = load_network(half / "checkpoint.pt")
    assert not network.training
    with torch.no_grad():
        maps, kinds, scene = network(torch.zeros(1, 3, 64, 96))
    assert maps.shape[2:] == kinds.shape[2:] == (16, 24)
    assert all(torch.isfinite(values).all() for values in (maps, kinds, scene))


def test_training_moves_what_is_not_frozen(half: Path, start: Path) -> None:
    before, after = read_weights(start), read_weights(half / "checkpoint.pt")
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    for name in ("maps.weight", "kinds.weight", "scene.1.weight", "refine.1.running_mean"):
        assert name in moved
    assert any(name.startswith("backbone.blocks.2.") for name in moved)


def test_frozen_blocks_stay_as_they_are_norms_included(half: Path, start: Path) -> None:
    before = read_weights(start)
    names = ("conv_stem.", "bn1.", "blocks.0.", "blocks.1.")
    frozen = [name for name in before if name.startswith(tuple(f"backbone.{n}" for n in names))]
    assert any(name.endswith("running_var") for name in frozen)
    assert any(name.endswith("num_batches_tracked") for name in frozen)
    for weights in (read_weights(half / "checkpoint.pt"), read_state(half)["network"]):
        assert all(torch.equal(weights[name], before[name]) for name in frozen)


def test_without_frozen_blocks_the_stem_learns_too(
    stock: Stock, start: Path, tmp_path: Path
) -> None:
    settings = replace(SETTINGS, steps=1, frozen_blocks=0)
    after = read_weights(fit(stock, RECIPE, settings, tmp_path, start))
    before = read_weights(start)
    for name in ("backbone.conv_stem.weight", "backbone.bn1.weight"):
        assert not torch.equal(before[name], after[name])
    assert torch.equal(before["backbone.bn1.running_mean"], after["backbone.bn1.running_mean"])


def test_what_is_kept_is_the_average_over_steps(half: Path) -> None:
    state = read_state(half)
    kept = read_weights(half / "checkpoint.pt")
    assert is_equal(kept, state["averaged"])
    assert not is_equal(kept, state["network"])
    assert state["step"] == SETTINGS.steps


def test_the_average_lags_behind_the_last_step(half: Path, start: Path) -> None:
    state, name = read_state(half), "maps.weight"
    before, last, kept = (
        w[name] for w in (read_weights(start), state["network"], state["averaged"])
    )
    assert 0 < (kept - before).norm() < (last - before).norm()


def fit_in_halves(stock: Stock, start: Path, half: Path, folder: Path) -> tuple[Path, Path]:
    """Returns the folders of a run in one go and of the same run in two halves."""
    whole, resumed = folder / "whole", Path(copytree(half, folder / "resumed"))
    for out in (whole, resumed):
        fit(stock, RECIPE, replace(SETTINGS, steps=STAY), out, start)
    return whole, resumed


def skip_dropout(values: Tensor, *_: object, **__: object) -> Tensor:
    return values


def test_a_resumed_run_ends_where_it_would_have_ended(
    stock: Stock, start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nn.functional, "dropout", skip_dropout)
    half = tmp_path / "half"
    fit(stock, RECIPE, SETTINGS, half, start)
    whole, resumed = fit_in_halves(stock, start, half, tmp_path)
    for name in ("network", "averaged"):
        assert is_equal(read_state(whole)[name], read_state(resumed)[name])
    assert read_state(resumed)["step"] == STAY
    assert not is_equal(read_state(half)["network"], read_state(resumed)["network"])


def test_a_resumed_run_drops_out_what_it_would_have_dropped(
    stock: Stock, start: Path, half: Path, tmp_path: Path
) -> None:
    whole, resumed = fit_in_halves(stock, start, half, tmp_path)
    assert is_equal(read_state(whole)["network"], read_state(resumed)["network"])


def test_the_same_run_gives_the_same_weights(
    stock: Stock, start: Path, half: Path, tmp_path: Path
) -> None:
    again = read_weights(fit(stock, RECIPE, SETTINGS, tmp_path / "again", start))
    assert is_equal(again, read_weights(half / "checkpoint.pt"))
    other = fit(stock, RECIPE, replace(SETTINGS, seed=4), tmp_path / "other", start)
    assert not is_equal(again, read_weights(other))


def test_a_finished_run_is_not_run_again(
    stock: Stock, start: Path, half: Path, tmp_path: Path
) -> None:
    copy = Path(copytree(half, tmp_path / "copy"))
    again = fit(stock, RECIPE, SETTINGS, copy, start)
    assert is_equal(read_weights(again), read_weights(half / "checkpoint.pt"))


CLAIM = ClaimPhoto(Path("a.jpg"), "shop/1", ANY_FOOD, False, (), ())


@pytest.mark.parametrize(
    ("settings", "recipe", "claims", "from_start"),
    [
        (replace(SETTINGS, seed=4), RECIPE, (), True),
        (replace(SETTINGS, batch=3), RECIPE, (), True),
        (replace(SETTINGS, head_rate=1e-3), RECIPE, (), True),
        (SETTINGS, replace(RECIPE, foreign=0.1), (), True),
        (SETTINGS, RECIPE, (CLAIM,), True),
        (SETTINGS, RECIPE, (), False),
    ],
    ids=["seed", "batch", "rate", "recipe", "claims", "start"],
)
def test_another_run_is_not_taken_for_this_one(
    stock: Stock,
    start: Path,
    half: Path,
    settings: FitSettings,
    recipe: Recipe,
    claims: tuple[ClaimPhoto, ...],
    from_start: bool,
) -> None:
    before = {path.name: path.read_bytes() for path in half.iterdir()}
    with pytest.raises(Conflict, match="another run") as caught:
        fit(replace(stock, claims=claims), recipe, settings, half, start if from_start else None)
    assert caught.value.code == "other_run"
    assert {path.name: path.read_bytes() for path in half.iterdir()} == before


def test_a_run_is_known_again_elsewhere_but_not_with_larger_pictures(stock: Stock) -> None:
    known = identify_run(stock, Recipe(), FitSettings(), None)
    elsewhere = FitSettings(steps=99, workers=16, device="cuda")
    assert identify_run(stock, Recipe(), elsewhere, None) == known
    assert identify_run(stock, Recipe(side_px=384), FitSettings(), None) != known


def test_other_false_alarms_make_another_run(stock: Stock) -> None:
    known = identify_run(stock, Recipe(), FitSettings(), None)
    first, second = (row.path for row in stock.meals[:2])
    lists = ([first, second], [second, first], [first])
    others = [
        add_alarms(stock, [Alarm(path, 1.0, 0.5, 0.5, False) for path in paths]) for paths in lists
    ]
    identities = {identify_run(other, Recipe(), FitSettings(), None) for other in others}
    assert len({*identities, known}) == 4


def test_rates_follow_the_root_of_the_batch() -> None:
    usual = FitSettings()
    assert scale_rates(usual) == usual
    large = scale_rates(replace(usual, batch=4 * usual.batch))
    assert large.head_rate == pytest.approx(2 * usual.head_rate)
    assert large.backbone_rate == pytest.approx(2 * usual.backbone_rate)
    chosen = scale_rates(replace(usual, batch=64), 1.5)
    assert chosen.head_rate == pytest.approx(1.5 * usual.head_rate)


def test_a_run_killed_while_it_writes_leaves_what_it_wrote_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_weights(nn.Linear(2, 2), tmp_path / "latest.pt", {"step": 200})

    def die(_: object, file: Path) -> None:
        Path(file).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", die)
    with pytest.raises(KeyboardInterrupt):
        save_weights(nn.Linear(2, 2), path, {"step": 400})
    assert torch.load(path, weights_only=True)["settings"] == {"step": 200}


def test_a_run_keeps_weights_to_measure_on_the_way(half: Path) -> None:
    stored = torch.load(half / "latest.pt", weights_only=True)
    assert stored["settings"]["step"] == SETTINGS.steps
    assert is_equal(stored["weights"], read_weights(half / "checkpoint.pt"))


@pytest.mark.parametrize("side", ["100", "32", "544"])
def test_a_side_that_cannot_be_composed_is_refused(side: str) -> None:
    ran = CliRunner().invoke(main, ["fit", "--side", side])
    assert ran.exit_code == 2
    assert "--side" in ran.output


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_missed_at_once() -> None:
    ran = CliRunner().invoke(main, ["fit", "--device", "cuda"])
    assert ran.exit_code == 2
    assert "no GPU" in ran.output


def test_a_run_begins_from_its_start(stock: Stock, start: Path, tmp_path: Path) -> None:
    still = replace(SETTINGS, steps=1, head_rate=0.0, backbone_rate=0.0)
    before = read_weights(start)
    parameters = {name for name, _ in Network().named_parameters()}
    began = read_weights(fit(stock, RECIPE, still, tmp_path / "start", start))
    assert all(torch.equal(began[name], before[name]) for name in parameters)
    imagenet = read_weights(fit(stock, RECIPE, still, tmp_path / "imagenet"))
    name = "backbone.conv_stem.weight"
    assert not torch.equal(imagenet[name], before[name])
    # Trained filters are no noise: some are far stronger than others.
    strengths = imagenet[name].flatten(1).norm(dim=1)
    assert strengths.max() > 5 * strengths.min()


def test_the_rate_warms_up_to_its_peak_and_falls_to_nothing() -> None:
    settings = FitSettings(steps=300, warmup_steps=40)
    rates = [schedule(step, settings) for step in range(301)]
    assert rates[0] == pytest.approx(1 / 40)
    assert rates[39] == pytest.approx(1)
    assert rates[:40] == sorted(rates[:40])
    assert rates[40:] == sorted(rates[40:], reverse=True)
    assert len(set(rates[:40])) == 40
    assert rates[170] == pytest.approx(0.5)
    assert rates[300] == pytest.approx(0, abs=1e-9)
    assert min(rates) >= 0
    assert max(rates) == pytest.approx(1)
