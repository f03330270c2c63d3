"""What a tried policy comes to: a summary to read and a table of every change."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from serve.claims.trial import Trial

OUTCOMES = ("pre_approved", "needs_photo", "needs_agent")
COLUMNS = (
    *("claim", "decided_at", "reason", "outcome_before", "outcome_after", "severity_before"),
    *("severity_after", "fen_before", "fen_after", "agent_decision", "agent_fen", "why"),
)


@dataclass
class _Move:
    """Claims that go from one outcome to another."""

    claims: int = 0
    difference_fen: int = 0
    agents: Counter[str] = field(default_factory=Counter)


class Report:
    """Counts trials as they come."""

    def __init__(self) -> None:
        self.claims = 0
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.before_fen = self.after_fen = 0
        self.moves: dict[tuple[str, str], _Move] = defaultdict(_Move)

    @property
    def changed(self) -> int:
        """How many decisions change."""
        return sum(move.claims for move in self.moves.values())

    def add(self, trial: Trial) -> None:
        """Counts one claim."""
        self.claims += 1
        self.before[trial.move[0]] += 1
        self.after[trial.move[1]] += 1
        self.before_fen += trial.before["amount_fen"]
        self.after_fen += trial.after.amount_fen
        if trial.changed:
            move = self.moves[trial.move]
            move.claims += 1
            move.difference_fen += trial.difference_fen
            if trial.agent:
                move.agents[_judge(trial, *trial.agent)] += 1

    def lines(self) -> Iterator[str]:
        """Yields the summary, line by line."""
        yield f"{'':<28}{'then':>12}{'tried':>12}{'':>4}"
        for outcome in OUTCOMES:
            then, tried = self.before[outcome], self.after[outcome]
            yield f"{outcome:<28}{then:>12}{tried:>12}{tried - then:>+10}"
        difference = _yuan(self.after_fen - self.before_fen, sign=True)
        yield (
            f"{'paid by the machine, yuan':<28}{_yuan(self.before_fen):>12}"
            f"{_yuan(self.after_fen):>12}{difference:>10}"
        )
        yield f"{self.changed} of {self.claims} decisions change."
        for (before, after), move in sorted(self.moves.items()):
            agents = ", ".join(f"{count} {what}" for what, count in sorted(move.agents.items()))
            yield (
                f"  {before} -> {after}: {move.claims},"
                f" {_yuan(move.difference_fen, sign=True)} yuan"
                + (f"; agents: {agents}" if agents else "")
            )


def write_changes(trials: Iterable[Trial], report: Report, file: IO[str] | None) -> None:
    """Counts every trial, and writes those that change as CSV where a file is given."""
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n") if file else None
    if writer:
        writer.writeheader()
    for trial in trials:
        report.add(trial)
        if writer and trial.changed:
            writer.writerow(_row(trial))


def open_table(path: Path) -> IO[str]:
    """Opens a CSV file for writing, with the mark by which spreadsheets know UTF-8."""
    return path.open("w", newline="", encoding="utf-8-sig")


def _row(trial: Trial) -> dict[str, object]:
    decision, amount_fen = trial.agent or ("", "")
    return {
        "claim": trial.claim_id,
        "decided_at": trial.decided_at.isoformat(),
        "reason": trial.reason,
        "outcome_before": trial.before["outcome"],
        "outcome_after": trial.after.outcome,
        "severity_before": trial.before["severity"],
        "severity_after": trial.after.severity,
        "fen_before": trial.before["amount_fen"],
        "fen_after": trial.after.amount_fen,
        "agent_decision": decision,
        "agent_fen": amount_fen,
        "why": trial.after.reasons[0]["code"],
    }


def _judge(trial: Trial, decision: str, amount_fen: int) -> str:
    """Says how an agent's verdict stands to what the tried policy would have paid."""
    if decision == "decline":
        return "declined"
    tried_fen = trial.after.amount_fen
    if amount_fen == tried_fen:
        return "gave the same"
    return "gave more" if amount_fen > tried_fen else "gave less"


def _yuan(fen: int, *, sign: bool = False) -> str:
    mark = "-" if fen < 0 else "+" if sign else ""
    return f"{mark}{abs(fen) // 100}.{abs(fen) % 100:02d}"
