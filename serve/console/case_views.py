"""A case on one screen. It is acted upon through the routes below /v1, by `static/case.js`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Response, url_for

from serve.accounts.cookies import resume_visit
from serve.accounts.service import PEOPLE, name_of_account
from serve.claims.context import describe_context
from serve.claims.presentation import is_hidden, present_claim
from serve.claims.service import load_claim, policy_of
from serve.console.blueprint import ConsoleBlueprint
from serve.console.case_amounts import propose_amounts, word_limit
from serve.console.case_chain import draw_chain
from serve.console.case_scores import list_bars, word_limits, word_photo_problems
from serve.console.case_words import (
    KEYS,
    KINDS,
    MARKS,
    OUTCOMES,
    SCENES,
    SCRIPT_WORDS,
    SEVERITIES,
    STATUSES,
)
from serve.console.recall_rows import describe_batch_of
from serve.console.recent_rows import DECISION_TEXTS, describe_entered, describe_not_given
from serve.console.rendering import address_of, format_day, render
from serve.console.texts import texts_in
from serve.pages.rendering import begin_sentence, choose_language, format_time, format_yuan, say
from serve.pages.status import is_past
from serve.runtime import current_runtime
from serve.times import from_iso, utc_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from serve.accounts.sign_ins import Visitor
    from serve.claims.models import Claim

blueprint = ConsoleBlueprint("console_case", __name__)


@blueprint.get("/cases/<claim_id>")
def show_case(claim_id: str) -> Response:
    visitor, runtime = resume_visit(), current_runtime()
    t = texts_in(choose_language())
    with runtime.transaction() as session:
        claim = load_claim(session, visitor.caller, claim_id)
        shown = present_claim(session, runtime, claim, for_agent=True, reader=visitor.caller)
        context = describe_context(session, claim)
        policy = policy_of(session, claim)
        target = name_of_account(session, claim.shop_id), context["order"]["product"]
        hidden, photos = is_hidden(claim), _list_photos(claim, shown)
        erased = claim.erased_at is not None
        not_given = list(describe_not_given(session, visitor.caller, t))
        entered = describe_entered(session, visitor.caller)
        batch = describe_batch_of(session, claim)
    return render(
        "case.html",
        visitor=visitor,
        claim=shown,
        context=context,
        batch=batch,
        day=format_day,
        policy=policy,
        hidden=hidden,
        erased=erased,
        not_given=not_given,
        others=[one for one in entered if one["id"] != shown["id"]],
        may_decide=_may_decide(visitor, shown),
        photos=[] if erased else photos,
        chain=draw_chain(context["cold_chain"]),
        limit=word_limit(shown, t),
        bars=partial(list_bars, policy=policy, t=t),
        word_limits=word_limits,
        problems=partial(word_photo_problems, language=choose_language()),
        page_data=_page_data(visitor, shown, photos, propose_amounts(shown, policy, target, t)),
        **_words(t),
    )


def _may_decide(visitor: Visitor, claim: Mapping[str, Any]) -> bool:
    """Whether the case waits for a verdict of this person: one that was handed over, for a lead."""
    left = claim["for_lead"] and visitor.caller.role == PEOPLE[0]
    return claim["agent_due_at"] is not None and not left


def _words(t: Mapping[str, str]) -> dict[str, Any]:
    language = choose_language()
    return {
        "yuan": format_yuan,
        "say": partial(say, language),
        "sentence": begin_sentence,
        "when": partial(format_time, language),
        "is_past": is_past,
        "kinds": {kind: t[name] for kind, name in KINDS.items()},
        "decisions": {decision: t[name] for decision, name in DECISION_TEXTS.items()},
        "scenes": {scene: t[name] for scene, name in SCENES.items()},
        "marks": {mark: t[name] for mark, name in MARKS.items()},
        "outcomes": {outcome: t[name] for outcome, name in OUTCOMES.items()},
        "statuses": {status: t[name] for status, name in STATUSES.items()},
        "severities": SEVERITIES,
        "keys": [(keys, t[name]) for keys, name in KEYS],
    }


def _list_photos(claim: Claim, shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the photos with their sizes, which are no finding: boxes are drawn on them."""
    sizes = {photo.sha256: photo.assessment or {} for photo in claim.photos}
    return [
        {
            **photo,
            "width_px": sizes[photo["sha256"]].get("width_px", 0),
            "height_px": sizes[photo["sha256"]].get("height_px", 0),
        }
        for photo in shown["photos"]
    ]


def _page_data(
    visitor: Visitor,
    claim: Mapping[str, Any],
    photos: list[dict[str, Any]],
    proposals: Mapping[str, Any],
) -> dict[str, Any]:
    """Returns what the page's script works with."""
    t = texts_in(choose_language())
    pending = claim["pending_verdict"]
    return {
        "id": claim["id"],
        "agent": visitor.name,
        "waiting": _may_decide(visitor, claim),
        "judged_at": claim["verdict"] and claim["verdict"]["at"],
        "held_by": claim["held_by"],
        "pending": pending and {**pending, "seconds": _seconds_until(pending["due_at"])},
        "proposals": proposals,
        "available_fen": claim["available_fen"],
        "authority_fen": claim["authority_fen"],
        "photos": [_photo_data(photo) for photo in photos],
        "kinds": {kind: t[name] for kind, name in KINDS.items()},
        "words": {name.removeprefix("case_"): t[name] for name in SCRIPT_WORDS},
        "login": address_of(
            "show_login", next=url_for("console_case.show_case", claim_id=claim["id"])
        ),
    }


def _photo_data(photo: Mapping[str, Any]) -> dict[str, Any]:
    found = (photo["assessment"] or {}).get("foreign_object") or {}
    return {
        **{name: photo[name] for name in ("sha256", "url", "overlay_url", "marks")},
        **{name: photo[name] for name in ("width_px", "height_px")},
        "objects": found.get("objects", []),
    }


def _seconds_until(moment: str) -> int:
    due = from_iso(moment)
    return max(0, round((due - utc_now()).total_seconds())) if due else 0
