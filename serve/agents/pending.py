"""Verdicts that can be undone: checked and entered now, given when their time has come.

Until then nothing is owed, nothing is told and nothing is shown, in a blind case least of all:
undoing would be a way to look. An entered verdict is given once, by its job or by the sweep that
looks every minute, or not at all where something has come up that its agent could not know of.
"""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from model.errors import Conflict, FreshclaimError
from serve.accounts.changes import has_lost_role
from serve.accounts.service import PEOPLE, Caller, get_account, person_id
from serve.agents.checks import Checked, check_entry, check_verdict
from serve.agents.holds import end_hold, take_case
from serve.agents.models import PendingVerdict
from serve.agents.schemas import VerdictIn
from serve.agents.service import VERDICT_NOT_GIVEN, write_verdict
from serve.alerts.service import Notice, close_alerts, raise_alert
from serve.claims.service import load_claim
from serve.jobs.queue import GIVE_VERDICT
from serve.ledger.comparison import hash_said
from serve.ledger.service import Entry, append_event, events_of
from serve.ledger.standing import told
from serve.runtime import Runtime
from serve.times import after, to_iso, utc_now

if TYPE_CHECKING:
    from serve.accounts.models import Account
    from serve.claims.models import Claim

log = logging.getLogger(__name__)

UNDO_S = 60
"""How long a verdict can be undone."""

_BATCH = 100


def enter_verdict(runtime: Runtime, agent: Caller, claim_id: str, verdict: VerdictIn) -> None:
    """Checks a verdict and keeps it until it can be given; see `check_entry` for what it raises."""
    with runtime.transaction() as session:
        claim = load_claim(session, agent, claim_id, lock=True)
        checked = check_entry(session, agent, claim, verdict, entering=True)
        now = utc_now()
        pending = PendingVerdict(
            claim_id=claim.id,
            agent_id=person_id(agent),
            verdict=verdict.model_dump(mode="json", exclude={"undoable"}),
            photos=_photos(claim),
            appealed=claim.appeal is not None,
            entered_at=now,
            due_at=after(now, UNDO_S),
        )
        session.add(pending)
        close_alerts(session, VERDICT_NOT_GIVEN, str(claim.id), agent.name)
        runtime.jobs.defer(session, GIVE_VERDICT, delay_s=UNDO_S, claim_id=str(claim.id))
        entry = Entry(claim.id, "verdict_entered", agent.name, payload=_describe(pending, checked))
        append_event(session, entry)


def undo_verdict(runtime: Runtime, agent: Caller, claim_id: str) -> None:
    """Takes back the agent's own verdict; the case is theirs again.

    Raises:
        Conflict: they have none that is not given yet.
    """
    with runtime.transaction() as session:
        claim = load_claim(session, agent, claim_id, lock=True)
        pending = session.get(PendingVerdict, claim.id)
        if pending is None or pending.agent_id != person_id(agent):
            raise Conflict(
                f"A verdict can be undone by who entered it, for {UNDO_S} seconds",
                "a claim on which you have none that is not given yet",
                "A verdict that is given stands; the customer may appeal",
                code="nothing_to_undo",
            )
        session.delete(pending)
        session.flush()
        append_event(session, Entry(claim.id, "verdict_undone", agent.name))
        take_case(session, agent, claim.id)


def give_due_verdicts(runtime: Runtime) -> int:
    """Gives every verdict that can no longer be undone; returns how many were dealt with."""
    with runtime.transaction() as session:
        query = select(PendingVerdict.claim_id).where(PendingVerdict.due_at <= utc_now())
        due = session.scalars(query.order_by(PendingVerdict.due_at).limit(_BATCH)).all()
    done = 0
    for claim_id in due:
        try:
            done += give_pending(runtime, claim_id)
        except Exception:
            log.exception("the verdict on claim %s waits for the next try", claim_id)
    return done


def give_pending(runtime: Runtime, claim_id: uuid.UUID) -> bool:
    """Gives a verdict whose time has come, or says why not; a second call finds nothing to do.

    Returns:
        Whether there was one.
    """
    with runtime.transaction() as session:
        pending = session.get(PendingVerdict, claim_id)
        if pending is None:
            return False
        account = get_account(session, pending.agent_id)
        agent = Caller(account.role, account_id=account.id)
        # Read by the service: the account may be nobody's any more who sees the claim.
        claim = load_claim(session, Caller(PEOPLE[0]), str(claim_id), lock=True)
        # Read again now that nobody else can undo, give or enter one.
        pending = session.get(PendingVerdict, claim_id, populate_existing=True)
        if pending is None or pending.agent_id != account.id or pending.due_at > utc_now():
            return False
        content_sha256 = pending.content_sha256
        session.delete(pending)
        session.flush()
        try:
            _refuse_altered(session, pending, content_sha256)
            _refuse_disabled(session, account)
            _refuse_overtaken(claim, pending)
            verdict = VerdictIn.model_validate(pending.verdict)
            checked = check_verdict(session, agent, claim, verdict)
        except FreshclaimError as error:
            _tell_not_given(session, agent, claim, error)
        else:
            entered_at = pending.entered_at
            write_verdict(
                session, runtime.jobs, agent, claim, verdict, checked, entered_at=entered_at
            )
        return True


def _photos(claim: Claim) -> list[str]:
    return [photo.sha256 for photo in claim.photos]


def _describe(pending: PendingVerdict, checked: Checked) -> dict[str, Any]:
    """Returns what the ledger holds of an entered verdict: enough to tell if it was changed."""
    return {
        **{name: pending.verdict[name] for name in ("decision", "severity", "amount_fen")},
        "due_at": to_iso(pending.due_at),
        "entered_sha256": pending.content_sha256,
        "said_sha256": hash_said(pending.verdict["note"], checked.labels),
    }


def _refuse_altered(session: Session, pending: PendingVerdict, content_sha256: str) -> None:
    """Gives nothing that somebody wrote into the database after the agent had entered it."""
    events = events_of(session, pending.claim_id)
    entered = [event for event in events if event.kind == "verdict_entered"]
    if not entered or told(entered[-1]).get("entered_sha256") != content_sha256:
        raise Conflict(
            "A verdict is given as it was entered",
            "one that is not the one in the ledger",
            "Find out who changed the database, and give the verdict again",
            code="verdict_altered",
        )


def _refuse_disabled(session: Session, account: Account) -> None:
    if account.role not in PEOPLE or has_lost_role(session, account.id):
        raise Conflict(
            "A verdict is given by somebody who decides cases",
            "one whose role was taken",
            "Somebody else looks",
            code="agent_disabled",
        )
    if account.disabled_at is not None:
        raise Conflict(
            "A verdict is given by somebody who works here",
            "one whose account was disabled",
            "Somebody else looks",
            code="agent_disabled",
        )


def _refuse_overtaken(claim: Claim, pending: PendingVerdict) -> None:
    """Holds back a verdict that would be given on something its agent has not seen."""
    if _photos(claim) != pending.photos:
        raise Conflict(
            "A verdict is given on the photos that it was entered on",
            "a photo that came since",
            "Look at it, and give the verdict again",
            code="photo_added",
        )
    if (claim.appeal is not None) != pending.appealed:
        raise Conflict(
            "A verdict is given on what the customer had said when it was entered",
            "an appeal that came since",
            "Read it, and give the verdict again",
            code="appeal_added",
        )


def _tell_not_given(session: Session, agent: Caller, claim: Claim, error: FreshclaimError) -> None:
    """Leaves the claim in the queue, free for anyone, and tells its agent why."""
    end_hold(session, claim.id)
    why = {"code": error.code, "reason": str(error)}
    append_event(session, Entry(claim.id, VERDICT_NOT_GIVEN, agent.name, payload=why))
    details = {**why, "agent_id": str(agent.account_id)}
    subject = str(claim.id)
    raise_alert(session, Notice(VERDICT_NOT_GIVEN, subject, details, claim.id, claim.shop_id))
