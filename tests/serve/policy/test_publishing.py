"""Which policy holds when, and that a claim keeps the one that it came in under."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from model.errors import Conflict, Unavailable
from serve.claims.assessing import assess_claim
from serve.claims.intake import Submission, accept_claim
from serve.claims.replay import replay_claim
from serve.policy.comparing import compare_policies
from serve.policy.rules import Policy
from serve.policy.service import policy_in_force, publish_policy
from serve.policy.table import find_gaps
from serve.times import to_iso, utc_now
from tests.serve import findings
from tests.serve.actors import Actors

HALF = "[compensation.spoilage.moderate]\npercent = 50"
LESS = "[compensation.spoilage.moderate]\npercent = 40"


def publish(actors: Actors, version: str, *, in_s: int, moderate: str = HALF) -> Policy:
    policy = actors.policy
    text = policy.text.replace(policy.version, version, 1).replace(HALF, moderate)
    line = next(line for line in text.splitlines() if line.startswith("effective_from"))
    since = to_iso(utc_now() + timedelta(seconds=in_s))
    policy = Policy(text.replace(line, f"effective_from = {since}"))
    with actors.runtime.transaction() as session:
        publish_policy(session, policy)
    return policy


def test_a_policy_holds_from_its_time_on(actors: Actors) -> None:
    today = actors.policy
    later = publish(actors, "later", in_s=3600)
    assert actors.policy.version == today.version
    with actors.runtime.transaction() as session:
        soon = policy_in_force(session, utc_now() + timedelta(seconds=3601))
    assert soon.sha256 == later.sha256


def test_of_two_policies_of_one_time_the_one_published_last_holds(actors: Actors) -> None:
    first = publish(actors, "first", in_s=-60)
    line = next(line for line in first.text.splitlines() if line.startswith("effective_from"))
    second = Policy(first.text.replace('"first"', '"second"'))
    assert line in second.text
    with actors.runtime.transaction() as session:
        publish_policy(session, second)
    assert actors.policy.version == "second"


def test_a_version_stands_for_one_text(actors: Actors) -> None:
    policy = actors.policy
    with actors.runtime.transaction() as session:
        assert not publish_policy(session, policy)
    with (
        pytest.raises(Conflict, match=policy.version),
        actors.runtime.transaction() as session,
    ):
        publish_policy(session, Policy(policy.text + "\n# another text\n"))


def test_without_a_policy_in_force_claims_are_refused_and_not_lost(
    client: FlaskClient, actors: Actors
) -> None:
    order = actors.add_order(late_min=45)
    form = {"order_id": order.order_id, "reason": "delivery"}
    with actors.runtime.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("DELETE FROM policies"))
    answer = client.post("/v1/claims", data=form, headers=actors.as_shop)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "no_policy_in_force")
    with actors.runtime.transaction() as session, pytest.raises(Unavailable):
        policy_in_force(session)


def test_a_policy_that_changes_mid_claim_changes_nothing_for_the_claim(actors: Actors) -> None:
    """Received under one policy, decided when another holds: the first one counts, clocks too."""
    before = actors.policy
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, decide=False)
    due = [step["due"] for step in actors.show(claim_id)["progress"]]
    publish(actors, "stricter", in_s=-1, moderate=LESS)
    assess_claim(actors.runtime, claim_id)
    claim = actors.show(claim_id)
    assert claim["decision"]["policy"]["version"] == before.version
    assert claim["amount_fen"] == 1640
    assert [step["due"] for step in claim["progress"]] == due
    (replay,) = replay_claim(actors.runtime, str(claim_id))
    assert replay.identical
    assert actors.show(actors.add_claim(findings.MODERATE_SPOILAGE))["amount_fen"] == 1312


def test_an_older_text_that_lacks_new_words_still_decides(actors: Actors) -> None:
    new = ("photo_used_before", "urgent_words", "below_certificate", "capped_by_policy")
    lines = actors.policy.text.splitlines()
    old = Policy("\n".join(line for line in lines if not line.startswith(new)))
    for code in new:
        assert all(old.explain(code, yuan="5.00").values())
    assert set(find_gaps(old.table)) == {f"wording.reasons: no words for {code}" for code in new}


def test_a_claim_goes_by_the_policy_of_when_its_request_began(actors: Actors) -> None:
    before, began = actors.policy, utc_now()
    publish(actors, "since", in_s=0)
    order = actors.add_order(late_min=45)
    submission = Submission(order.order_id, "delivery", "", [], received_at=began - timedelta(1))
    with actors.runtime.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(
            text("UPDATE policies SET effective_from = :at WHERE sha256 = :sha256"),
            {"at": began - timedelta(days=2), "sha256": before.sha256},
        )
    claim_id = accept_claim(actors.runtime, actors.shop, submission).claim_id
    assess_claim(actors.runtime, claim_id)
    assert actors.show(claim_id)["decision"]["policy"]["version"] == before.version


def test_every_entry_that_differs_is_listed_words_last() -> None:
    shipped = Path("policy.toml").read_text(encoding="utf-8")
    before = Policy(shipped)
    after = Policy(
        shipped.replace(HALF, LESS).replace('zh = "变质"', 'zh = "腐坏"', 1)
        + '\n[[overrides]]\nshop = "a"\nproduct = "b"\nlimit_fen = 7\n'
    )
    changes = [(c.entry, c.before, c.after) for c in compare_policies(before, after)]
    assert ("compensation.spoilage.moderate.percent", "50", "40") in changes
    assert ("overrides.[b of a].limit_fen", "-", "7") in changes
    assert ("wording.problems.spoilage.zh", "变质", "腐坏") in changes
    assert len(changes) == 5  # and the names of the override
    assert compare_policies(before, before) == []
