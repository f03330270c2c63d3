"""The log of looks at customers' photos, for admins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, request

from serve.accounts.directory import list_accounts, read_id
from serve.accounts.service import PEOPLE, ROLES, names_of_accounts
from serve.console.blueprint import ConsoleBlueprint
from serve.console.people_views import resume_admin
from serve.console.rendering import format_day, read_page, render
from serve.privacy.service import LINK, OPERATOR, list_accesses
from serve.runtime import current_runtime
from serve.times import to_iso

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from serve.privacy.models import PhotoAccess

blueprint = ConsoleBlueprint("console_looks", __name__)

PAGE = 50

_PURPOSES = {
    "view": "look_view",
    "thumbnail": "look_thumbnail",
    "overlay": "look_overlay",
    "export": "look_export",
}


@dataclass(frozen=True)
class _Wanted:
    """What the visitor asks to see."""

    claim: str
    person: str
    page: int

    @property
    def impossible(self) -> bool:
        """Whether no look can fit: an id was typed that is none."""
        return any(text and read_id(text) is None for text in (self.claim, self.person))


@blueprint.get("/looks")
def show_looks() -> Response:
    visitor = resume_admin()
    wanted = _read_wanted()
    with current_runtime().transaction() as session:
        looks, total = _find(session, wanted)
        shown = _name_persons(session, looks)
        people = list_accounts(session, PEOPLE)
        people += list_accounts(session, ("shop",))
    return render(
        "looks.html",
        visitor=visitor,
        looks=shown,
        total=total,
        people=people,
        wanted=wanted,
        is_last=wanted.page * PAGE >= total,
        purposes=_PURPOSES,
        operator=OPERATOR,
        link=LINK,
        day=format_day,
        iso=to_iso,
    )


def _read_wanted() -> _Wanted:
    asked = request.args
    claim, person = (asked.get(name, "").strip() for name in ("claim", "person"))
    return _Wanted(claim, person, read_page(asked))


def _find(session: Session, wanted: _Wanted) -> tuple[list[PhotoAccess], int]:
    if wanted.impossible:
        return [], 0
    # Whoever was an agent then may be a lead now: a look is noted with the role of its time.
    actors = [f"{role}:{read_id(wanted.person)}" for role in ROLES] if wanted.person else []
    looks, total = list_accesses(
        session,
        claim_id=read_id(wanted.claim),
        actors=actors,
        limit=PAGE,
        offset=(wanted.page - 1) * PAGE,
    )
    return list(looks), total


def _name_persons(
    session: Session, looks: list[PhotoAccess]
) -> list[tuple[PhotoAccess, UUID | None, str]]:
    """Returns each look with the account and the name of who looked, where it was an account."""
    persons = [_person_of(look) for look in looks]
    names = names_of_accounts(session, [person for person in persons if person])
    return [
        (look, person, names[person] if person else look.actor)
        for look, person in zip(looks, persons, strict=True)
    ]


def _person_of(look: PhotoAccess) -> UUID | None:
    return read_id(look.actor.partition(":")[2])
