"""The promise of the risk certificate, by simulation of all that the service and training do.

Claims are drawn by their nonces, verdicts are written as rows, and rows are certified. Run with -s
to see the figures.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.certificate import Promise
from serve.agents.audits import AUDIT_COLUMNS
from serve.policy.evidence import CaseFile, OrderFacts
from training.certify import certify

pytestmark = pytest.mark.slow

DRAWS = 500
PROMISE = Promise(0.10, 0.90)
CLAIMS = 300
RATES = {"preapproved_propensity": 0.25, "passed_on_propensity": 0.5}
SMALL, LARGE = ("audit", 0.25, 0.13), ("blind", 0.5, 0.03)
"""Of a population: its draw, how often it is judged blind, how often the machine is wrong."""
SHARE_OF_SMALL = 0.7
FACTS = OrderFacts(price_fen=1000)
ROW = {
    **RATES,
    **{"problem": "delivery", "machine_severity": "moderate", "confidence": 1.0, "eligible": 1},
    **{"food_safety": 0, "proposed_fen": 500, "model_version": "", "model_sha256": ""},
    **{"policy_sha256": "p", "rules_sha256": "b" * 64, "decided_at": "2026-11-23T10:00:00Z"},
    **{"severity": "moderate", "labelled_by": "agent", "judged_at": "2026-11-23T11:00:00Z"},
}


def judge_blind(rng: random.Random) -> Iterator[dict[str, object]]:
    """Yields the rows of a season of claims."""
    for number in range(CLAIMS):
        purpose, rate, chance = SMALL if rng.random() < SHARE_OF_SMALL else LARGE
        case = CaseFile(str(number), "delivery", FACTS, nonce=f"{rng.getrandbits(128):032x}")
        if case.draw(purpose) >= rate:
            continue
        wrong = rng.random() < chance
        # Of wrong ones half are declined, half are given less.
        declined = wrong and rng.random() < 0.5
        yield {
            **ROW,
            "claim": case.claim_id,
            "blind_propensity": rate,
            "thin_draw": case.draw("thin"),
            "decision": "decline" if declined else "approve",
            "amount_fen": 0 if declined else 400 if wrong else 500,
        }


def certify_rows(folder: Path, rows: list[dict[str, object]]) -> bool:
    """Writes rows as the service does and says whether a certificate comes of them."""
    with (folder / "audits.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, AUDIT_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return bool(certify(folder, PROMISE).thresholds)


def test_the_promise_holds_for_two_populations_audited_unevenly(tmp_path: Path) -> None:
    """Right at the allowed share, where every certificate is a false one."""
    share = SHARE_OF_SMALL * SMALL[2] + (1 - SHARE_OF_SMALL) * LARGE[2]
    assert share == pytest.approx(PROMISE.max_wrong_fraction)
    rng = random.Random(7)
    false = {"thinned": 0, "as drawn": 0}
    for _ in range(DRAWS):
        rows = list(judge_blind(rng))
        false["thinned"] += certify_rows(tmp_path, rows)
        unthinned = [{**row, "thin_draw": 0.0} for row in rows]
        false["as drawn"] += certify_rows(tmp_path, unthinned)
    shares = {name: count / DRAWS for name, count in false.items()}
    print(f"\nfalse certificates: {shares}")
    level = PROMISE.level
    slack = 3 * math.sqrt(level * (1 - level) / DRAWS)
    assert level / 4 < shares["thinned"] <= level + slack
    assert shares["as drawn"] > level + slack
