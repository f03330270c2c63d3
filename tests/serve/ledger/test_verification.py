from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims.assessing import assess_claim
from serve.claims.followup import settle_refund
from serve.claims.records import read_claims
from serve.claims.service import appeal_claim
from serve.commands import main
from serve.ledger.service import GENESIS, Head, hash_event, read_events, read_head
from serve.ledger.verification import SHOWN, Report, verify_ledger
from tests.serve import findings
from tests.serve.accounts.people import add_person
from tests.serve.actors import Actors
from tests.serve.ledger.tampering import tamper, unseen


@pytest.fixture
def history(actors: Actors) -> uuid.UUID:
    """A claim that was pre-approved and paid, appealed, and granted more by an agent."""
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    settle_refund(actors.runtime, only(actors, "SELECT id FROM refunds"))
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "it was worse")
    verdict = VerdictIn(decision="approve", severity="severe", amount_fen=2000, note="mouldy")
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    actors.add_claim(findings.INSECT, reason="foreign_object")
    assert verify(actors).intact
    return claim_id


def only(actors: Actors, query: str) -> int:
    with actors.runtime.transaction() as session:
        return int(session.scalar(text(query)) or 0)


def verify(actors: Actors, expected: Head | None = None) -> Report:
    return verify_ledger(actors.runtime, expected)


def forge(actors: Actors, statement: str) -> None:
    """Changes events and writes every hash anew, so that the chain alone shows nothing."""
    tamper(actors, statement)
    with actors.runtime.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        _rehash(session)


def _rehash(session: Session) -> None:
    previous = GENESIS
    for event in list(read_events(session)):
        event.previous_hash = previous
        event.hash = previous = hash_event(event)
    session.flush()


NO_TEXT = """UPDATE ledger SET payload = '{"photos": ["\\ud800"]}' WHERE position = 1"""
"""Half a surrogate pair: JSON that no UTF-8 can say."""

EDITED_EVENTS = {
    "UPDATE ledger SET amount_fen = 1 WHERE position = 2": "event 2: its hash",
    "UPDATE ledger SET at = at + interval '1 hour' WHERE position = 1": "event 1: its hash",
    "UPDATE ledger SET payload = '{}' WHERE position = 3": "event 3: its hash",
    "UPDATE ledger SET payload = '[7]' WHERE position = 3": "event 3: its hash",
    "UPDATE ledger SET actor = 'agent:me' WHERE position = 3": "event 3: its hash",
    "UPDATE ledger SET claim_id = NULL WHERE position = 3": "event 3: its hash",
    NO_TEXT: "event 1: its hash",
    "DELETE FROM ledger WHERE position = 2": "event 3: follows event 1",
    "UPDATE ledger SET hash = repeat('a', 64) WHERE position = 2": "event 3: is not bound",
}


def test_an_edited_event_breaks_the_chain(actors: Actors, history: uuid.UUID) -> None:
    assert unseen(actors, EDITED_EVENTS) == {}


ADD_DECISION = """
INSERT INTO decisions (claim_id, inputs, outcome, policy_version, policy_sha256, model_version,
    model_sha256, decided_at)
SELECT claim_id, inputs, outcome, policy_version, policy_sha256, model_version, model_sha256,
    decided_at FROM decisions LIMIT 1
"""
ADD_REFUND = """
INSERT INTO refunds (claim_id, order_id, kind, amount_fen, extras, created_at)
SELECT id, order_id, 'more', 5, '[]', now() FROM claims
"""
TELL = """
UPDATE webhook_messages SET data = jsonb_set(CAST(data AS jsonb), '{{{}}}', '{}')
WHERE kind = 'refund.instructed'
"""
EDITED_ROWS = {
    "UPDATE claims SET reason = 'portion'": "claim: reason is portion",
    "UPDATE claims SET description = 'a hair'": "description_sha256",
    "UPDATE claims SET customer_id = 'another'": "customer_sha256",
    "UPDATE claims SET appeal = 'never mind' WHERE appeal IS NOT NULL": "appeal: text_sha256",
    "UPDATE claims SET erased_at = now(), description = ''": "times erased is 1",
    "UPDATE claims SET pre_approved_fen = 9": "pre-approved is 9",
    "UPDATE orders SET order_id = order_id || 'x'": "claim: order_id",
    "UPDATE claim_photos SET sha256 = repeat('0', 64)": "the photos",
    "DELETE FROM claim_photos": "the photos",
    "UPDATE decisions SET inputs = '{}'": "inputs_sha256",
    "UPDATE decisions SET outcome = '{}'": "outcome_sha256",
    "UPDATE decisions SET policy_sha256 = repeat('0', 64)": ": policy is",
    "UPDATE decisions SET model_version = '7'": ": model is",
    "UPDATE decisions SET decided_at = now()": ": decided_at is",
    "DELETE FROM decisions": "is in the ledger and is gone",
    ADD_DECISION: "the ledger has no such decision",
    "UPDATE verdicts SET severity = 'none'": "verdict 1: severity is none",
    "UPDATE verdicts SET decision = 'decline'": "verdict 1: decision is decline",
    "UPDATE verdicts SET note = ''": "verdict 1: note",
    "UPDATE verdicts SET amount_fen = 3000": "verdict 1: amount is 3000",
    "UPDATE verdicts SET labels = '[1]'": "verdict 1: labels",
    "UPDATE verdicts SET agent_id = gen_random_uuid()": "verdict 1: agent",
    "DELETE FROM verdicts": "0 verdicts, the ledger has 1",
    "UPDATE refunds SET amount_fen = 2": ": amount is 2, the ledger says",
    "UPDATE refunds SET kind = 'appeal' WHERE kind = 'decision'": "granted_by is appeal",
    "UPDATE refunds SET extras = '[\"coupon\"]'": ": extras is",
    "UPDATE refunds SET released_at = now() WHERE released_at IS NULL": ": paid is true",
    "UPDATE refunds SET released_at = NULL": ": paid is false",
    "UPDATE refunds SET released_at = now()": ": paid_at is",
    "DELETE FROM refunds WHERE released_at IS NULL": "was instructed and is gone",
    "DELETE FROM refunds WHERE released_at IS NOT NULL": "was paid and is gone",
    ADD_REFUND: "the ledger has not instructed it",
    "DELETE FROM claims WHERE appeal IS NOT NULL": "is in the ledger and is gone",
    "UPDATE claims SET status = 'closed'": "status is closed, the ledger says",
    "UPDATE claims SET status = 'received'": "received, the ledger says pre_approved",
    "UPDATE claims SET closed_at = now()": "status is resolved, closed_at is",
    "UPDATE claims SET food_safety = false": "food_safety is false",
    "UPDATE claims SET audit = NOT audit": "audit is",
    "UPDATE claims SET blind = NOT blind": "blind is",
    "UPDATE claims SET shop_id = gen_random_uuid()": "shop_id is",
    "UPDATE claims SET batch = 'B9'": "batch is B9, its order says None",
    "UPDATE orders SET customer_id = 'another'": "its order says another",
    "UPDATE orders SET price_fen = 9": "claim: order_sha256",
    "UPDATE orders SET product = 'soup'": "claim: order_sha256",
    "UPDATE orders SET batch = 'B9'": "claim: order_sha256",
    "UPDATE orders SET delivered_at = now()": "claim: order_sha256",
    "UPDATE orders SET promised_at = NULL": "claim: order_sha256",
    "UPDATE orders SET cold_chain = '[1]'": "claim: order_sha256",
    TELL.format("amount_fen", 9): ": amount_fen is 9, the ledger says",
    TELL.format("customer_id", '"me"'): ": customer_id is me",
    TELL.format("policy_version", '"7"'): ": policy_version is 7",
    "UPDATE webhook_messages SET kind = 'ping'": ": kind is ping",
    "UPDATE webhook_messages SET shop_id = gen_random_uuid()": "message of refund",
    "UPDATE webhook_messages SET delivered_at = now()": ": settled is true",
    "UPDATE webhook_messages SET withdrawn_at = NULL": ": settled is false",
    "DELETE FROM webhook_messages": "its message is gone",
    "UPDATE policies SET text = text || '#'": "its text is not the one of its hash",
    "UPDATE policies SET version = '7'": "its version is 7",
    "UPDATE policies SET effective_from = now()": "its text says otherwise",
}


def test_an_edited_row_differs_from_the_ledger(actors: Actors, history: uuid.UUID) -> None:
    assert unseen(actors, EDITED_ROWS) == {}


def test_an_edited_assessment_differs_from_the_ledger(actors: Actors) -> None:
    """The one test here that lets the model see a photo: its event is written with that."""
    claim_id = actors.add_claim(findings.CLEAN, decide=False)
    tamper(actors, "UPDATE claim_photos SET assessment = NULL")
    assess_claim(actors.runtime, claim_id)
    assert actors.ledger_kinds(claim_id)[:3] == ["received", "assessed", "decided"]
    assert verify(actors).intact
    tamper(actors, "UPDATE claim_photos SET assessment = '{}'")
    assert "the assessment is not the one" in verify(actors).findings[0]


def test_a_forged_event_betrays_itself_by_the_tables(actors: Actors, history: uuid.UUID) -> None:
    forge(actors, "UPDATE ledger SET amount_fen = 1 WHERE kind = 'paid'")
    report = verify(actors)
    assert not [finding for finding in report.findings if finding.startswith("event")]
    assert any("amount paid" in finding for finding in report.findings)


def test_money_without_anybody_who_granted_it_is_found(actors: Actors, history: uuid.UUID) -> None:
    """Refund and events agree, and no decision or verdict gave the claim so much."""
    raised = "SET amount_fen = amount_fen + 7 WHERE"
    tamper(actors, f"UPDATE refunds {raised} kind = 'verdict'")
    forge(actors, f"UPDATE ledger {raised} kind = 'refund_instructed' AND actor LIKE 'agent%'")
    assert any("granted is 2007, the ledger says 2000" in f for f in verify(actors).findings)


def test_a_kept_head_finds_what_the_ledger_alone_cannot(actors: Actors, history: uuid.UUID) -> None:
    head = verify(actors).head
    with actors.runtime.transaction() as session:
        assert read_head(session) == head
    assert verify(actors, head).intact
    actors.add_claim(findings.CLEAN)
    assert verify(actors, head).intact
    assert verify(actors, Head(0, GENESIS)).intact

    forge(actors, "UPDATE ledger SET actor = 'nobody' WHERE position = 1")
    assert verify(actors).intact
    assert "written anew" in verify(actors, head).findings[0]


def test_a_ledger_cut_short_with_its_rows_is_found_by_its_head(actors: Actors) -> None:
    first = actors.add_claim(findings.CLEAN)
    second = actors.add_claim(findings.MODERATE_SPOILAGE)
    head = verify(actors).head
    for table in ("ledger", "decisions", "refunds", "claim_photos"):
        tamper(actors, f"DELETE FROM {table} WHERE claim_id = '{second}'")
    tamper(actors, f"DELETE FROM claims WHERE id = '{second}'")
    assert actors.ledger_kinds(first)
    assert verify(actors).intact
    assert "the ledger ends at" in verify(actors, head).findings[0]


def test_a_service_that_goes_on_writing_differs_from_nothing(
    actors: Actors, history: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim is decided after the chain was read and before the claims are."""

    def read_later(session: Session) -> object:
        actors.add_claim(findings.MODERATE_SPOILAGE)
        return read_claims(session)

    monkeypatch.setattr("serve.ledger.verification.read_claims", read_later)
    report = verify(actors)
    assert report.intact, report.findings
    assert report.claims == 2


def test_findings_are_bounded_and_counted(actors: Actors) -> None:
    for _ in range(SHOWN + 2):
        actors.add_claim(reason="delivery", decide=False)
    tamper(actors, "UPDATE claims SET reason = 'portion'")
    report = verify(actors)
    assert (len(report.findings), report.count) == (SHOWN, SHOWN + 2)


def test_the_commands_say_what_they_found(
    actors: Actors, history: uuid.UUID, tmp_path: Path
) -> None:
    url = actors.runtime.engine.url.render_as_string(hide_password=False)

    def run(*arguments: str) -> tuple[int, str]:
        environment = {"DATABASE_URL": url.replace("+psycopg", "")}
        result = CliRunner().invoke(main, ["--data", str(tmp_path), *arguments], env=environment)
        return result.exit_code, result.output

    code, head = run("ledger", "head")
    assert code == 0
    code, output = run("ledger", "verify", "--expect", head.strip())
    assert (code, "2 claims, intact." in output, f"head {head}" in output) == (0, True, True)
    assert run("ledger", "verify", "--expect", "tomorrow")[0] == 2
    tamper(actors, "UPDATE refunds SET amount_fen = 2")
    code, output = run("ledger", "verify")
    assert code == 1
    assert f"claim {history}: refund" in output


def test_a_leads_verdict_is_as_good_as_an_agents(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    lead = add_person(actors, "lead", "Wang Fang")
    verdict = VerdictIn(decision="decline", severity="none")
    give_verdict(actors.runtime, lead, str(claim_id), verdict)
    assert verify_ledger(actors.runtime).findings == []
