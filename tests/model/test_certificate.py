from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.certificate import (
    FORMAT,
    GRID,
    Certificate,
    Counts,
    Model,
    Promise,
    Source,
    count_audits,
    is_wrong,
    prove,
)
from model.errors import InvalidInput

PROMISE = Promise(0.02, 0.95)


def make(problem: str, *counts: Counts) -> Certificate:
    return Certificate(
        format=FORMAT,
        promise=PROMISE,
        model=Model("2026.11", "a" * 64),
        rules_sha256="b" * 64,
        problems={problem: prove(problem, counts, PROMISE)},
        source=Source("c" * 64, 1000, 900),
    )


GOOD = make("portion", (900, 30), (600, 2), (300, 0), (20, 0))


def test_the_lowest_proved_threshold_counts() -> None:
    assert GOOD.thresholds == {"portion": 0.15}
    proof = GOOD.problems["portion"]
    assert (proof.audited, proof.wrong, proof.needed) == (600, 2, 217)
    assert [tested.holds for tested in proof.grid] == [False, True, True, False]


def test_too_few_audits_prove_nothing_and_say_how_many_would() -> None:
    certificate = make("delivery", (148, 0))
    assert certificate.thresholds == {}
    proof = certificate.problems["delivery"]
    assert (proof.threshold, proof.audited, proof.needed) == (None, 148, 149)
    assert make("delivery", (149, 0)).thresholds == {"delivery": 1.0}


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=600), st.sampled_from([*GRID]))
def test_what_is_written_is_read_back(audits: list[tuple[float, bool]], problem: str) -> None:
    certificate = make(problem, *count_audits(problem, audits))
    again = Certificate.from_text(certificate.to_text())
    assert (again, again.sha256) == (certificate, certificate.sha256)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"wrong":30', '"wrong":1'),
        ('"threshold":0.15,"wrong":2}', '"threshold":0.1,"wrong":2}'),
        ('"audited":300', '"audited":700'),
        ('"audited":20', '"audited":200'),
        ('"confidence":0.95', '"confidence":0.5'),
        ('"max_wrong_fraction":0.02', '"max_wrong_fraction":0.2'),
        ('"max_wrong_fraction":0.02', '"max_wrong_fraction":NaN'),
        ('"format":2', '"format":1'),
        ('"format":2', '"format":2,"note":"mine"'),
        ('"format":2', '"format": 2'),
        ('"portion"', '"taste"'),
        ('"version":"2026.11"', '"version":7'),
        ("a" * 64, "a" * 63),
        ("}\n", ""),
        ("}\n", "}"),
    ],
)
def test_a_certificate_that_was_touched_is_refused(old: str, new: str) -> None:
    text = GOOD.to_text()
    assert old in text
    with pytest.raises(InvalidInput) as refused:
        Certificate.from_text(text.replace(old, new))
    assert refused.value.code == "invalid_certificate"
    assert len(str(refused.value)) < 600


def test_counts_that_no_claims_can_have_are_refused() -> None:
    impossible = make("portion", (600, 2), (600, 3), (300, 0), (20, 0))
    with pytest.raises(InvalidInput, match="nested"):
        Certificate.from_text(impossible.to_text())


def test_the_file_is_plain_json() -> None:
    read = json.loads(GOOD.to_text())
    assert read["problems"]["portion"]["grid"][1]["p_value"] == pytest.approx(0.0005, abs=3e-4)
    assert read["promise"] == {"max_wrong_fraction": 0.02, "confidence": 0.95}


@pytest.mark.parametrize(
    ("machine", "decision", "agent", "given_fen", "wrong"),
    [
        ("moderate", "approve", "moderate", 1000, False),
        ("moderate", "approve", "severe", 1000, False),
        ("moderate", "approve", "minor", 1000, True),
        ("minor", "approve", "none", 1000, True),
        ("minor", "approve", "unknown", 1000, True),
        ("minor", "decline", "severe", 1000, True),
        ("minor", "close", "severe", 1000, True),
        ("minor", "approve", "minor", 999, True),
        ("minor", "approve", "minor", 1001, False),
    ],
)
def test_a_pre_approval_is_wrong_unless_an_agent_confirms_it(
    machine: str, decision: str, agent: str, given_fen: int, wrong: bool
) -> None:
    assert is_wrong(machine, 1000, decision, agent, given_fen) is wrong
