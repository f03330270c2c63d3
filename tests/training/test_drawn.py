import hashlib

import numpy as np
import pytest

from training.drawn.catalogue import FAMILIES, draw_sprite
from training.sprites import KINDS


def digest(seed: int, family: str | None, side_px: int = 48) -> str:
    sprite = draw_sprite(np.random.default_rng(seed), side_px, family)
    return hashlib.sha256(sprite.bgra.tobytes()).hexdigest()


def test_every_kind_of_foreign_object_can_be_drawn() -> None:
    assert set(FAMILIES.values()) == set(KINDS)


@pytest.mark.parametrize("side_px", [12, 27, 96, 300])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_fills_the_asked_side(family: str, side_px: int) -> None:
    sprite = draw_sprite(np.random.default_rng(3), side_px, family)
    assert sprite.kind == FAMILIES[family]
    assert sprite.bgra.dtype == np.uint8
    assert sprite.bgra.shape[2] == 4
    assert 0.75 * side_px <= max(sprite.bgra.shape[:2]) <= side_px
    assert sprite.bgra[..., 3].max() > 25


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_cut_out_and_not_a_rectangle(family: str) -> None:
    alpha = draw_sprite(np.random.default_rng(5), 64, family).bgra[..., 3]
    assert (alpha < 128).mean() > 0.02


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_draws_the_same_bytes_and_another_seed_others(family: str) -> None:
    assert digest(1, family) == digest(1, family)
    assert digest(1, family) != digest(2, family)


def test_without_a_family_any_is_drawn() -> None:
    rng = np.random.default_rng(0)
    groups = {draw_sprite(rng, 16).group for _ in range(60)}
    assert len(groups) > 20


def test_a_hair_keeps_its_width_in_pixels_at_any_side() -> None:
    def mean_width_px(side_px: int) -> float:
        areas = [
            draw_sprite(np.random.default_rng(seed), side_px, "hair").bgra[..., 3].sum() / 255
            for seed in range(30)
        ]
        return float(np.mean(areas)) / side_px

    assert mean_width_px(120) < 1.5 * mean_width_px(40)


@pytest.mark.parametrize(("side_px", "family"), [(3, "hair"), (40, "unicorn")])
def test_what_cannot_be_drawn_is_refused(side_px: int, family: str) -> None:
    with pytest.raises(ValueError, match="got"):
        draw_sprite(np.random.default_rng(0), side_px, family)
