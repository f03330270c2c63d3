"""A lead may be the agent who judges a blind case: no figure tells what the machine made of it."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import date
from typing import Any

import pytest

from serve.reports.cohort import Scope
from serve.reports.periods import Period
from serve.reports.presentation import present_summary
from serve.reports.sheets import CLAIM_COLUMNS, write_claims
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.policy.certified import ALWAYS_BLIND
from tests.serve.reports import story
from tests.serve.reports.story import TUESDAY, WEDNESDAY, at, report


@pytest.fixture
def cases(actors: Actors) -> tuple[uuid.UUID, uuid.UUID]:
    """Two blind cases that wait: one pre-approved, paid and rated, one passed on."""
    with at(days=-1):
        actors.amend_policy(*ALWAYS_BLIND)
    approved = story.claim(actors, findings.MODERATE_SPOILAGE)
    with at(300):
        story.rate(actors, approved, 5)
    return approved, story.claim(actors, findings.CLEAN, days=1)


def figures(actors: Actors, day: date) -> dict[str, Any]:
    shown = present_summary(report(actors, day))
    del shown["period"], shown["days"][0]["day"]
    return shown


def rows(actors: Actors, day: date) -> list[dict[str, str]]:
    with at(days=2):
        scope = Scope(Period(day, day, actors.runtime.settings.zone), None, utc_now())
        text = "".join(write_claims(actors.runtime, scope)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_no_figure_tells_what_was_found(actors: Actors, cases: tuple[uuid.UUID, uuid.UUID]) -> None:
    approved, passed_on = (figures(actors, day) for day in (TUESDAY, WEDNESDAY))
    assert approved == passed_on
    assert (approved["received"], approved["held_back"]) == (1, 1)
    assert approved["waiting_now"] == 2
    assert approved["money"]["total_fen"] == 0
    assert approved["satisfaction"]["count"] == 0


def test_no_spreadsheet_tells_what_was_found(
    actors: Actors, cases: tuple[uuid.UUID, uuid.UUID]
) -> None:
    for day, claim_id in zip((TUESDAY, WEDNESDAY), cases, strict=True):
        (row,) = rows(actors, day)
        told = {name for name, cell in row.items() if cell}
        assert (row["claim_id"], row["status"]) == (str(claim_id), "needs_agent")
        assert told <= set(CLAIM_COLUMNS[: CLAIM_COLUMNS.index("status") + 1])


def test_with_the_verdict_a_case_counts_in_full(
    actors: Actors, cases: tuple[uuid.UUID, uuid.UUID]
) -> None:
    with at(3600):
        story.judge(actors, cases[0], story.approve(1500))
    told = figures(actors, TUESDAY)
    assert (told["held_back"], told["first_response"]["count"]) == (0, 1)
    assert told["money"]["by_kind_fen"]["pre_approval"] == 1500
    assert told["wrong_pre_approvals"]["audited"] == 1
    assert told["satisfaction"]["count"] == 1
    (row,) = rows(actors, TUESDAY)
    assert (row["granted_fen"], row["score"], row["pre_approved"]) == ("1500", "5", "1")
