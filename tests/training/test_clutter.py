import numpy as np
import pytest

from training.clutter import add_clutter
from training.scene import Canvas, start_canvas


def lay(seed: int) -> tuple[Canvas, Canvas]:
    """A plain canvas of food before and after clutter."""
    bgr = np.full((128, 128, 3), 120, np.uint8)
    before, after = (start_canvas(bgr.copy(), 0, 224) for _ in range(2))
    for canvas in (before, after):
        canvas.label("food")[:] = 1
        canvas.label("spoiled")[:40] = 1
    add_clutter(np.random.default_rng(seed), after)
    return before, after


def lay_many() -> dict[str, list[tuple[Canvas, Canvas]]]:
    made: dict[str, list[tuple[Canvas, Canvas]]] = {"caption": [], "chopsticks": []}
    for seed in range(30):
        pair = lay(seed)
        made[pair[1].pasted[0]].append(pair)
    return made


def test_both_sorts_are_laid_and_seen_most_times() -> None:
    for pairs in lay_many().values():
        assert len(pairs) > 5
        seen = [bool((before.bgr != after.bgr).any()) for before, after in pairs]
        assert np.mean(seen) > 0.7


def test_none_of_it_is_foreign() -> None:
    for pairs in lay_many().values():
        for _, after in pairs:
            assert not after.label("foreign").any()
            assert (after.kinds == 255).all()


def test_a_caption_leaves_the_food_below_as_it_was() -> None:
    for before, after in lay_many()["caption"]:
        assert np.array_equal(before.labels, after.labels)


def test_what_chopsticks_cover_is_neither_food_nor_spoiled() -> None:
    for before, after in lay_many()["chopsticks"]:
        covered = after.label("food") == 0
        assert not after.label("spoiled")[covered].any()
        changed = (before.bgr.astype(int) - after.bgr).any(2)
        assert (changed | ~covered).mean() > 0.9
        assert np.array_equal(before.label("food")[~covered], after.label("food")[~covered])


@pytest.mark.parametrize("seed", range(4))
def test_a_seed_lays_the_same_again(seed: int) -> None:
    assert np.array_equal(lay(seed)[1].bgr, lay(seed)[1].bgr)
