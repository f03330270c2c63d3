from pathlib import Path

import numpy as np
import pytest

from model.errors import InvalidInput
from training.claims import ClaimPhoto
from training.retrain import LEAST_CLAIMS, bound_mean, split_claims
from training.scene import ANY_FOOD


def claim(number: int) -> ClaimPhoto:
    return ClaimPhoto(Path(f"{number}.jpg"), f"shop/{number}", ANY_FOOD, False, (), ())


def test_a_bound_holds_the_true_mean_as_often_as_promised() -> None:
    rng = np.random.default_rng(0)
    held = [bound_mean(rng.normal(0.3, 1, 60))[0] < 0.3 for _ in range(150)]
    assert 0.89 < np.mean(held) <= 1.0


def test_a_bound_without_data_is_wide_open() -> None:
    for values in (np.array([]), np.array([5.0])):
        assert bound_mean(values) == (-np.inf, np.inf)


def test_claims_to_compare_on_are_never_learned_from() -> None:
    learned, held = split_claims([claim(number) for number in range(120)])
    assert len(held) >= LEAST_CLAIMS
    assert learned
    assert not {c.group for c in learned} & {c.group for c in held}


def test_too_few_claims_are_refused() -> None:
    with pytest.raises(InvalidInput, match=str(LEAST_CLAIMS)):
        split_claims([claim(number) for number in range(20)])
