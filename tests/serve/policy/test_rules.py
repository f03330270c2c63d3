from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from model.errors import InvalidInput
from serve.policy.rules import Policy, read_policy
from serve.policy.table import REASONS

TEXT = Path("policy.toml").read_text(encoding="utf-8")


def test_the_shipped_policy_is_whole() -> None:
    policy = Policy(TEXT)
    assert set(policy.table.wording.problems) == set(REASONS)
    assert policy.table.zero_material.limit_fen == 5000
    assert policy.table.clocks.food_safety_s == 3600


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("limit_fen = 5000", "limit_fen = -1", "limit_fen"),
        ("percent = 100\nextras", "percent = 120\nextras", "percent"),
        ("percent = 20\nextras", "percent = 60\nextras", "a more severe grade never pays less"),
        ('extras = ["small_coupon"]', 'extras = ["a_car"]', "no wording for extras"),
        ("[audit]", "[audits]", "audit"),
        ("version =", "version", "key"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(before: str, after: str, complaint: str) -> None:
    assert before in TEXT
    with pytest.raises(InvalidInput, match=complaint):
        Policy(TEXT.replace(before, after, 1))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.toml"):
        read_policy(tmp_path / "gone.toml")


def test_every_reason_has_both_languages() -> None:
    for wording in tomllib.loads(TEXT)["wording"]["reasons"].values():
        assert wording["zh"]
        assert wording["en"]
