"""Holds apart what is drawn to learn from and what is drawn only to measure."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from training.drawn.catalogue import FAMILIES, draw_sprite
from training.drawn.unseen.catalogue import UNSEEN, draw_unseen
from training.sprites import KINDS

TRAINING = Path(__file__).resolve().parents[2] / "training"


def digest(seed: int, family: str) -> str:
    sprite = draw_unseen(np.random.default_rng(seed), 48, family)
    return hashlib.sha256(sprite.bgra.tobytes()).hexdigest()


def test_no_family_is_both_learned_from_and_unseen() -> None:
    assert len(UNSEEN) >= 10
    assert not set(UNSEEN) & set(FAMILIES)
    assert set(UNSEEN.values()) <= set(KINDS)
    assert "hair" not in UNSEEN.values()


def test_nothing_that_training_runs_holds_an_unseen_painter() -> None:
    """`fit` composes every picture that is learned from; with it loaded, none is loaded."""
    code = "import sys, training.fit; print(*(m for m in sys.modules if '.unseen' in m))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=TRAINING.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == ""


def test_only_the_cases_to_measure_on_ask_for_unseen_things() -> None:
    users = {
        str(path.relative_to(TRAINING))
        for path in TRAINING.rglob("*.py")
        if "drawn.unseen" in path.read_text("utf-8") and "unseen" not in path.parent.name
    }
    assert users == {"cases.py"}


@pytest.mark.parametrize("family", UNSEEN)
def test_what_can_be_learned_from_cannot_be_drawn_as_unseen(family: str) -> None:
    with pytest.raises(ValueError, match="got"):
        draw_sprite(np.random.default_rng(0), 40, family)
    with pytest.raises(ValueError, match="got 'fly'"):
        draw_unseen(np.random.default_rng(0), 40, "fly")


@pytest.mark.parametrize("side_px", [27, 96])
@pytest.mark.parametrize("family", UNSEEN)
def test_a_family_fills_the_asked_side_and_is_cut_out(family: str, side_px: int) -> None:
    sprite = draw_unseen(np.random.default_rng(3), side_px, family)
    assert sprite.kind == UNSEEN[family]
    assert sprite.group == f"unseen/{family}"
    assert 0.75 * side_px <= max(sprite.bgra.shape[:2]) <= side_px
    assert sprite.bgra[..., 3].max() > 200
    assert (sprite.bgra[..., 3] < 128).mean() > 0.02


@pytest.mark.parametrize("family", UNSEEN)
def test_the_same_seed_draws_the_same_bytes_and_another_seed_others(family: str) -> None:
    assert digest(1, family) == digest(1, family)
    assert digest(1, family) != digest(2, family)


@pytest.mark.parametrize("family", UNSEEN)
def test_light_and_shade_fall_on_it(family: str) -> None:
    bgra = draw_unseen(np.random.default_rng(4), 90, family).bgra
    brightness = bgra[..., :3].mean(axis=2)[bgra[..., 3] > 200]
    assert brightness.std() > 8
