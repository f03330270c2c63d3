"""From audited claims to a risk certificate; docs/certificate.md says what it promises."""

from __future__ import annotations

import csv
import io
import math
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model.canonical import hash_text
from model.certificate import (
    FORMAT,
    GRID,
    Certificate,
    Model,
    Promise,
    Proof,
    Source,
    count_audits,
    is_wrong,
    prove,
)
from model.errors import InvalidInput
from model.risk import is_kept
from model.severity import ORDER

AUDITS = "audits.csv"
_COLUMNS = {
    *("claim", "problem", "machine_severity", "confidence", "eligible", "food_safety"),
    *("proposed_fen", "blind_propensity", "preapproved_propensity", "passed_on_propensity"),
    *("thin_draw", "model_version", "model_sha256", "rules_sha256", "decided_at"),
    *("decision", "severity", "amount_fen"),
}
_WITHOUT_MODEL = "delivery"
"""The order's facts decide it: what was audited under one model holds under the next."""

NEVER_DRAWN = "under a policy that never draws some of its claims"
TWO_MODELS = "judged by two models"


@dataclass(frozen=True)
class Audit:
    """One claim that an agent judged without seeing the machine's finding.

    Attributes:
        claim: its id.
        problem: what the machine would have paid for.
        confidence: of the machine, in [0, 1].
        wrong: the agent did not confirm what the machine would have paid.
        propensity: the probability that the claim was judged this way, in (0, 1].
        least: the least such probability under its policy; 0 where some claims are never judged so.
        draw: in [0, 1), decides whether it stays where others were judged this way less often.
        model: version and sha256.
        rules: digest of the rules that the machine judged by.
        decided_at: when, UTC ISO 8601.
    """

    claim: str
    problem: str
    confidence: float
    wrong: bool
    propensity: float
    least: float
    draw: float
    model: Model
    rules: str
    decided_at: str


def read_promise(policy: Path) -> Promise:
    """Reads what a policy's `[certificate]` table wants promised.

    Raises:
        InvalidInput: the file is no policy.
    """
    try:
        table = tomllib.loads(policy.read_text("utf-8"))["certificate"]
        promise = Promise(float(table["max_wrong_fraction"]), float(table["confidence"]))
        if not (0 < promise.max_wrong_fraction < 1 and 0 < promise.confidence < 1):
            raise ValueError(f"shares lie between 0 and 1, got {table}")
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            "A policy says what a certificate promises, in [certificate]",
            f"{policy}: {error!r}",
            "Name a policy with --policy",
            code="invalid_policy",
        ) from error
    return promise


def certify(
    folder: Path, promise: Promise, model: str | None = None, rules: str | None = None
) -> Certificate:
    """Makes a certificate from what `python -m serve export` wrote; same bytes, same certificate.

    Args:
        folder: of the export.
        promise: what is to be proved, for each problem by itself.
        model: sha256 of the model to speak of; the one of the latest audited decision if None.
        rules: digest of the rules to speak of; those of its latest audited decision if None.

    Raises:
        InvalidInput: the file is missing or malformed, or nothing in it is of that model and rules.
    """
    text = _read(folder / AUDITS)
    rows, audits, left_out = _parse(folder / AUDITS, text)
    chosen = _choose(audits, left_out, model, rules)
    evened = _even_out(chosen)
    problems, used = {}, 0
    for problem in GRID:
        sample = [audit for audit in evened if audit.problem == problem]
        counts = count_audits(problem, [(audit.confidence, audit.wrong) for audit in sample])
        problems[problem] = prove(problem, counts, promise)
        used += len(sample)
    models = [audit.model for audit in chosen if audit.problem != _WITHOUT_MODEL]
    return Certificate(
        format=FORMAT,
        promise=promise,
        model=max(models, key=lambda found: found.sha256, default=Model("", "")),
        rules_sha256=chosen[0].rules,
        problems=problems,
        source=Source(hash_text(text), rows, used, left_out),
    )


def describe(certificate: Certificate) -> list[str]:
    """Returns one line a problem, and one on the audits, for people."""
    lines = [_describe(problem, proof) for problem, proof in certificate.problems.items()]
    source = certificate.source
    lines.append(f"{source.used} of {source.rows} audits used")
    return [*lines, *(f"{count} left out: {why}" for why, count in source.left_out.items())]


def _describe(problem: str, proof: Proof) -> str:
    counts = f"{proof.wrong} of {proof.audited} audits wrong"
    if proof.threshold is None:
        return f"{problem}: nothing proved, {counts}; it takes {proof.needed} without a wrong one"
    return f"{problem}: from confidence {proof.threshold:.2f} on, {counts}"


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"An export holds {AUDITS}, the claims that agents judged blind",
            f"{path}: {error}",
            "Write it with `python -m serve export`",
            code="no_audits",
        ) from error


def _parse(path: Path, text: str) -> tuple[int, list[Audit], dict[str, int]]:
    """Returns the number of rows, those of claims that may be pre-approved, and what cannot count.

    What cannot count is told by its reason.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := _COLUMNS - set(reader.fieldnames or ()):
        raise _refuse(f"{path} without {', '.join(sorted(missing))}")
    audits: dict[str, Audit] = {}
    left_out: Counter[str] = Counter()
    rows = 0
    for rows, row in enumerate(reader, 1):
        try:
            if row["claim"] in audits:
                raise ValueError("a claim is there once")
            if row["eligible"] == "1" and row["food_safety"] == "0":
                audits[row["claim"]] = _parse_row(row)
        except (KeyError, TypeError, ValueError) as error:
            raise _refuse(f"{path}, row {rows}: {error}") from error
    usable = []
    for audit in audits.values():
        if why := _find_flaw(audit):
            left_out[why] += 1
        else:
            usable.append(audit)
    return rows, usable, dict(left_out)


def _find_flaw(audit: Audit) -> str | None:
    """Returns why an audit cannot count."""
    if audit.least == 0:
        return NEVER_DRAWN
    if audit.problem != _WITHOUT_MODEL and not audit.model.sha256:
        return TWO_MODELS
    return None


def _parse_row(row: dict[str, str]) -> Audit:
    if row["problem"] not in GRID or row["machine_severity"] not in ORDER:
        raise ValueError(f"problem {row['problem']!r}, severity {row['machine_severity']!r}")
    audit = Audit(
        claim=row["claim"],
        problem=row["problem"],
        confidence=float(row["confidence"]),
        wrong=is_wrong(
            row["machine_severity"],
            int(row["proposed_fen"]),
            row["decision"],
            row["severity"],
            int(row["amount_fen"]),
        ),
        propensity=float(row["blind_propensity"]),
        least=min(float(row["preapproved_propensity"]), float(row["passed_on_propensity"])),
        draw=float(row["thin_draw"]),
        model=Model(row["model_version"], row["model_sha256"]),
        rules=row["rules_sha256"],
        decided_at=row["decided_at"],
    )
    if math.isnan(audit.confidence) or not 0 < audit.propensity <= 1:
        raise ValueError(f"confidence {audit.confidence}, blind_propensity {audit.propensity}")
    if not 0 <= audit.least <= audit.propensity or not 0 <= audit.draw < 1:
        raise ValueError(f"least propensity {audit.least}, thin_draw {audit.draw}")
    return audit


def _choose(
    audits: Sequence[Audit], left_out: dict[str, int], model: str | None, rules: str | None
) -> list[Audit]:
    """Returns the audits of one model and one set of rules."""
    seen = [audit for audit in audits if audit.problem != _WITHOUT_MODEL] or audits
    named = [
        audit
        for audit in seen
        if model in (None, audit.model.sha256) and rules in (None, audit.rules)
    ]
    if not named:
        raise InvalidInput(
            "A certificate rests on audited claims of one model and one set of rules",
            f"{len(audits)} audits that may be pre-approved, none of"
            f" model {model or 'any'} and rules {rules or 'any'}"
            + "".join(f"; {count} left out: {why}" for why, count in left_out.items()),
            "Export again when agents have judged blind cases, or name what the file holds",
            code="no_audits",
        )
    latest = max(named, key=lambda audit: (audit.decided_at, audit.claim))
    return [
        audit
        for audit in audits
        if audit.rules == latest.rules
        and (audit.problem == _WITHOUT_MODEL or audit.model.sha256 == latest.model.sha256)
    ]


def _even_out(audits: Sequence[Audit]) -> list[Audit]:
    """Returns a sample in which every claim of the population had the same chance to be.

    The least chance is that of the policies, whether or not a claim with it was drawn.
    """
    least = min(audit.least for audit in audits)
    return [audit for audit in audits if is_kept(audit.draw, audit.propensity, least)]


def _refuse(what: str) -> InvalidInput:
    return InvalidInput(
        "A row of audited claims is as docs/manifest.md describes it", what, code="bad_manifest"
    )
