from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from model.certificate import Certificate, Promise
from model.errors import InvalidInput
from model.severity import POLICY_PATH
from training.__main__ import main
from training.certify import NEVER_DRAWN, TWO_MODELS, certify, describe, read_promise

PROMISE = Promise(0.02, 0.95)
ROW = {
    "claim": "0",
    "problem": "spoilage",
    "machine_severity": "moderate",
    "confidence": "0.91",
    "eligible": "1",
    "food_safety": "0",
    "proposed_fen": "1000",
    "blind_propensity": "0.05",
    "preapproved_propensity": "0.05",
    "passed_on_propensity": "0.1",
    "thin_draw": "0.0",
    "model_version": "m1",
    "model_sha256": "a" * 64,
    "rules_sha256": "b" * 64,
    "decided_at": "2026-11-23T10:00:00.000Z",
    "decision": "approve",
    "severity": "moderate",
    "amount_fen": "1000",
}


def write(folder: Path, *rows: dict[str, str]) -> Path:
    with (folder / "audits.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, list(ROW))
        writer.writeheader()
        writer.writerows({**ROW, "claim": str(number), **row} for number, row in enumerate(rows))
    return folder


def repeat(count: int, **changes: str) -> list[dict[str, str]]:
    return [changes] * count


def test_enough_clean_audits_certify_and_others_do_not(tmp_path: Path) -> None:
    rows = [*repeat(400), *repeat(30, problem="portion", confidence="0.4")]
    certificate = certify(write(tmp_path, *rows), PROMISE)
    assert certificate.thresholds == {"spoilage": 0.70}
    assert [proof.audited for proof in certificate.problems.values()] == [400, 0, 30, 0]
    assert (certificate.model.version, certificate.rules_sha256) == ("m1", "b" * 64)
    assert (certificate.source.rows, certificate.source.used) == (430, 430)


def test_wrong_ones_below_a_confidence_raise_the_threshold(tmp_path: Path) -> None:
    wrong = repeat(40, confidence="0.82", decision="decline")
    certificate = certify(write(tmp_path, *repeat(600), *wrong), PROMISE)
    assert certificate.thresholds == {"spoilage": 0.85}
    (proof,) = [proof for proof in certificate.problems.values() if proof.threshold]
    assert (proof.audited, proof.wrong) == (600, 0)
    assert proof.grid[0].wrong == 40


@pytest.mark.parametrize(
    "verdict",
    [
        {"decision": "decline"},
        {"decision": "close"},
        {"severity": "minor"},
        {"severity": "unknown"},
        {"amount_fen": "999"},
    ],
)
def test_a_verdict_that_does_not_confirm_counts_as_wrong(
    tmp_path: Path, verdict: dict[str, str]
) -> None:
    certificate = certify(write(tmp_path, *repeat(5), verdict), PROMISE)
    assert certificate.problems["spoilage"].wrong == 1


def test_what_could_not_be_pre_approved_does_not_count(tmp_path: Path) -> None:
    rows = [{"eligible": "0", "confidence": "", "problem": ""}, {"food_safety": "1"}]
    certificate = certify(write(tmp_path, *repeat(7), *rows), PROMISE)
    assert certificate.problems["spoilage"].audited == 7
    assert (certificate.source.rows, certificate.source.used) == (9, 7)


def test_one_model_and_one_set_of_rules_are_spoken_of(tmp_path: Path) -> None:
    later = {"decided_at": "2026-11-24T10:00:00.000Z", "model_sha256": "c" * 64}
    amended = {"decided_at": "2026-11-22T10:00:00.000Z", "rules_sha256": "d" * 64}
    folder = write(tmp_path, *repeat(5), *repeat(3, **later), *repeat(2, **amended))

    def count(model: str | None = None, rules: str | None = None) -> int:
        return certify(folder, PROMISE, model, rules).problems["spoilage"].audited

    assert count() == 3
    assert count(model="a" * 64) == 5
    assert count(rules="d" * 64) == 2
    with pytest.raises(InvalidInput, match="10 audits") as refused:
        count(model="e" * 64)
    assert refused.value.code == "no_audits"


def test_deliveries_are_judged_by_no_model(tmp_path: Path) -> None:
    late = {"problem": "delivery", "confidence": "1.0"}
    old = {**late, "model_sha256": "", "model_version": ""}
    folder = write(tmp_path, *repeat(4), *repeat(100, **old), *repeat(100, **late))
    certificate = certify(folder, PROMISE)
    assert certificate.thresholds == {"delivery": 1.0}
    assert certificate.model.sha256 == "a" * 64
    alone = certify(write(tmp_path, *repeat(200, **old)), PROMISE)
    assert (alone.thresholds, alone.model.sha256) == ({"delivery": 1.0}, "")
    assert Certificate.from_text(alone.to_text()) == alone


def test_claims_that_were_audited_more_often_are_thinned(tmp_path: Path) -> None:
    often = {"blind_propensity": "0.1", "decision": "decline"}
    rows = [{**often, "thin_draw": str(number / 300)} for number in range(300)]
    proof = certify(write(tmp_path, *repeat(300), *rows), PROMISE).problems["spoilage"]
    assert (proof.audited, proof.wrong) == (450, 150)


def test_the_least_propensity_is_that_of_the_policies_and_not_of_the_rows(tmp_path: Path) -> None:
    """Of those audited least there may be none, of this problem or of any."""
    often = {"blind_propensity": "0.1", "thin_draw": "0.49"}
    rare = {"preapproved_propensity": "0.04", "problem": "portion", "blind_propensity": "0.1"}

    def count(*rows: dict[str, str]) -> int:
        return certify(write(tmp_path, *rows), PROMISE).problems["spoilage"].audited

    assert count(*repeat(10, **often)) == 10
    assert count(*repeat(10, **{**often, "thin_draw": "0.5"})) == 0
    assert count(*repeat(10, **often), rare) == 0


@pytest.mark.parametrize("never", ["preapproved_propensity", "passed_on_propensity"])
def test_a_policy_that_never_draws_some_claims_proves_nothing(tmp_path: Path, never: str) -> None:
    half = repeat(300, **{"blind_propensity": "0.1", never: "0.0"})
    certificate = certify(write(tmp_path, *repeat(5), *half), PROMISE)
    assert certificate.problems["spoilage"].audited == 5
    assert certificate.source.left_out == {NEVER_DRAWN: 300}
    assert describe(certificate)[-1] == f"300 left out: {NEVER_DRAWN}"
    assert Certificate.from_text(certificate.to_text()) == certificate
    with pytest.raises(InvalidInput, match="300 left out"):
        certify(write(tmp_path, *half), PROMISE)


def test_what_two_models_judged_is_left_out(tmp_path: Path) -> None:
    two = {"model_version": "", "model_sha256": ""}
    late = {"problem": "delivery", "confidence": "1.0"}
    folder = write(tmp_path, *repeat(5), *repeat(3, **two), *repeat(2, **two, **late))
    certificate = certify(folder, PROMISE)
    assert [proof.audited for proof in certificate.problems.values()] == [5, 0, 0, 2]
    assert certificate.source.left_out == {TWO_MODELS: 3}


def test_the_same_file_gives_the_same_certificate(tmp_path: Path) -> None:
    folder = write(tmp_path, *repeat(300), {"blind_propensity": "0.1"})
    first = certify(folder, PROMISE).to_text()
    assert first == certify(folder, PROMISE).to_text()
    assert Certificate.from_text(first).to_text() == first


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"confidence": "much"}, "row 2"),
        ({"confidence": "nan"}, "confidence nan"),
        ({"blind_propensity": "0"}, "blind_propensity 0.0"),
        ({"blind_propensity": "0.01"}, "least propensity 0.05"),
        ({"thin_draw": "1.0"}, "thin_draw 1.0"),
        ({"amount_fen": ""}, "row 2"),
        ({"problem": "taste"}, "taste"),
        ({"machine_severity": "unknown"}, "unknown"),
        ({"claim": "0"}, "once"),
    ],
)
def test_a_row_that_cannot_be_is_refused(
    tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told) as refused:
        certify(write(tmp_path, {}, changes), PROMISE)
    assert refused.value.code == "bad_manifest"


def test_a_missing_file_or_column_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="python -m serve export"):
        certify(tmp_path, PROMISE)
    (tmp_path / "audits.csv").write_text("claim,problem\n", "utf-8")
    with pytest.raises(InvalidInput, match="confidence"):
        certify(tmp_path, PROMISE)


def test_the_command_writes_what_the_policy_wants_promised(tmp_path: Path) -> None:
    assert read_promise(POLICY_PATH) == PROMISE
    out = tmp_path / "certificate.json"
    write(tmp_path, *repeat(300))
    ran = CliRunner().invoke(main, ["certify", str(tmp_path), "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "spoilage: from confidence 0.70 on, 0 of 300 audits wrong" in ran.output
    assert "portion: nothing proved, 0 of 0 audits wrong; it takes 217" in ran.output
    assert Certificate.from_text(out.read_bytes().decode()).promise == PROMISE


def test_nothing_proved_is_written_down_and_told_by_the_exit_code(tmp_path: Path) -> None:
    out = tmp_path / "certificate.json"
    write(tmp_path, *repeat(30))
    ran = CliRunner().invoke(main, ["certify", str(tmp_path), "--out", str(out)])
    assert ran.exit_code == 3
    assert json.loads(out.read_text())["problems"]["spoilage"]["threshold"] is None
    strict = tmp_path / "policy.toml"
    strict.write_text("[certificate]\nmax_wrong_fraction = 2\nconfidence = 0.9\n", "utf-8")
    arguments = ["certify", str(tmp_path), "--out", str(out), "--policy", str(strict)]
    refused = CliRunner().invoke(main, arguments)
    assert refused.exit_code == 1
    assert "[certificate]" in refused.output
