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
        ("resolved_s = 86400", "resolved_s = 999999999999", "resolved_s"),
        ("window_s = 2592000", "window_s = 9223372036854775807", "window_s"),
        ("limit_fen = 5000", 'limit_fen = "5000"', "limit_fen"),
        ("version =", "version", "key"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(before: str, after: str, complaint: str) -> None:
    assert before in TEXT
    with pytest.raises(InvalidInput, match=complaint):
        Policy(TEXT.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("unsure_from = 0.25", "unsure_from = 0.9", "grades.spoilage: unsure_from is at most"),
        ("unsure_from = 0.25", 'unsure_from = "low"', "grades.spoilage: unsure_from is at most"),
        ("severe_shortfall_fraction = 0.30", "severe_shortfall_fraction = 0.05", "grades.portion"),
        ("photo_used_before = {", "photo_used_often = {", "no words for photo_used_before"),
    ],
)
def test_a_policy_that_cannot_be_published_is_read_only_as_an_old_one(
    tmp_path: Path, before: str, after: str, complaint: str
) -> None:
    assert before in TEXT
    text = TEXT.replace(before, after, 1)
    assert Policy(text).version
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=complaint):
        read_policy(tmp_path / "policy.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.toml"):
        read_policy(tmp_path / "gone.toml")


def test_every_reason_has_both_languages() -> None:
    for wording in tomllib.loads(TEXT)["wording"]["reasons"].values():
        assert wording["zh"]
        assert wording["en"]
