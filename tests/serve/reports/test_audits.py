"""Wrong pre-approvals: by blind verdicts alone, each with the same chance to be among them."""

from __future__ import annotations

import uuid

import pytest
from scipy import stats

from serve.claims.models import Claim
from serve.policy.audited import thin_draw
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.policy.certified import ALWAYS_BLIND, add_photo
from tests.serve.reports import story
from tests.serve.reports.story import TUESDAY, at, report

CONFIRM, LOWER = story.approve(1500), story.approve(1500, "minor")
ALL_AUDITED = (("\npropensity = 0.05", "\npropensity = 1.0"), *ALWAYS_BLIND[2:])


def amend(actors: Actors, *changes: tuple[str, str]) -> None:
    with at(days=-1):
        actors.amend_policy(*changes)


def pre_approve(actors: Actors, *, judged: story.VerdictIn | None = CONFIRM) -> uuid.UUID:
    claim_id = story.claim(actors, findings.MODERATE_SPOILAGE)
    if judged is not None:
        with at(3600):
            story.judge(actors, claim_id, judged)
    return claim_id


def test_the_interval_is_the_exact_one(actors: Actors) -> None:
    amend(actors, *ALWAYS_BLIND)
    for verdict in (CONFIRM, CONFIRM, CONFIRM, LOWER, story.DECLINE):
        pre_approve(actors, judged=verdict)
    found = report(actors, TUESDAY).wrong
    assert (found.audited, found.wrong, found.share) == (5, 2, 0.4)
    exact = stats.binomtest(2, 5).proportion_ci(0.95, method="exact")
    assert found.interval == pytest.approx((exact.low, exact.high))


def test_without_audits_nothing_is_said(actors: Actors) -> None:
    amend(actors, *ALL_AUDITED)
    # Judged blind, but never pre-approved; and pre-approved, but not judged yet.
    amend(actors, ("blind_propensity = 0.10", "blind_propensity = 1.0"))
    other = story.claim(actors, findings.CLEAN)
    with at(3600):
        story.judge(actors, other, story.DECLINE)
    pre_approve(actors, judged=None)
    found = report(actors, TUESDAY).wrong
    assert (found.audited, found.share, found.interval) == (0, None, None)


def test_pre_approvals_without_a_chance_of_an_audit_are_counted_apart(actors: Actors) -> None:
    with at(days=-1):
        actors.stop_draws()
    pre_approve(actors, judged=None)
    found = report(actors, TUESDAY).wrong
    assert (found.audited, found.unaudited) == (0, 1)


def test_what_agent_and_machine_saw_differently_is_no_audit(actors: Actors) -> None:
    amend(actors, *ALWAYS_BLIND)
    claim_id = pre_approve(actors, judged=None)
    with at(120), actors.runtime.transaction() as session:
        session.get_one(Claim, claim_id).status = "needs_agent"
    with at(180):
        add_photo(actors, claim_id)
    with at(3600):
        story.judge(actors, claim_id, CONFIRM)
    assert report(actors, TUESDAY).wrong.audited == 0


def test_an_appeal_before_the_audit_makes_it_none(actors: Actors) -> None:
    amend(actors, *ALWAYS_BLIND)
    claim_id = pre_approve(actors, judged=None)
    with at(600):
        story.appeal_claim(actors.runtime, actors.shop, str(claim_id), "more")
    with at(3600):
        story.judge(actors, claim_id, CONFIRM)
    whole = report(actors, TUESDAY)
    assert (whole.wrong.audited, whole.regrades.appeals.judged) == (0, 1)


def test_claims_audited_more_often_are_thinned(actors: Actors) -> None:
    amend(actors, *ALWAYS_BLIND)
    often = [pre_approve(actors, judged=story.DECLINE) for _ in range(6)]
    assert report(actors, TUESDAY).wrong.audited == 6
    with at(7200):
        actors.amend_policy(("\npropensity = 1.0", "\npropensity = 0.5"))
    # No claim of the other policy need be drawn: its pre-approvals are among those spoken of.
    with at(7300):
        actors.add_claim(findings.CLEAN)
    with actors.runtime.transaction() as session:
        draws = [thin_draw(session.get_one(Claim, key).decisions[-1]) for key in often]
    kept = sum(draw < 0.5 for draw in draws)
    found = report(actors, TUESDAY).wrong
    assert (found.audited, found.wrong, found.thinned_out) == (kept, kept, 6 - kept)
