"""Pages for admins: people and shops, and what may be changed of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from model.errors import Conflict, Forbidden, FreshclaimError, InvalidInput, NotFound
from serve.accounts import administration
from serve.accounts.access import ADMIN, SHOP
from serve.accounts.cookies import resume_visit
from serve.accounts.directory import list_accounts, read_id, show_account, version_of
from serve.accounts.service import PEOPLE, Caller
from serve.accounts.sign_ins import Visitor
from serve.console.blueprint import ConsoleBlueprint
from serve.console.rendering import address_of, explain, format_day, render, status_of
from serve.runtime import current_runtime
from serve.times import to_iso

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

blueprint = ConsoleBlueprint("console_people", __name__)

_WAYS = {"password": "way_password", "company": "way_company", "key": "way_key"}
_NOTES = ("note_role", "note_disabled", "note_enabled", "note_revoked")
_PASSWORD, _KEY = "new_secret_password", "new_secret_key"

Shown = tuple[str, str, str]
"""A text, a name and a secret that is shown once."""


def resume_admin() -> Visitor:
    """Returns the admin who sent the request.

    Raises:
        Unauthenticated: nobody is signed in.
        Forbidden: it is another person, or the request may be forged.
    """
    visitor = resume_visit()
    if visitor.caller.role != ADMIN:
        raise Forbidden(
            "Admins see and change accounts",
            f"a request of the role {visitor.caller.role}",
            "Ask an admin",
            code="wrong_role",
        )
    return visitor


@blueprint.get("/people")
def show_people() -> Response:
    return _render_people(resume_admin())


@blueprint.post("/people")
def add_person() -> Response:
    visitor, form = resume_admin(), request.form
    try:
        with current_runtime().transaction() as session:
            account, secret = administration.add_person(
                session, visitor.caller, form.get("role", ""), form.get("name", "")[:100]
            )
            shown = (_PASSWORD, account.name, secret)
    except (Conflict, InvalidInput) as error:
        return _render_people(visitor, error)
    return _render_people(visitor, shown=shown)


@blueprint.post("/shops")
def add_shop() -> Response:
    visitor = resume_admin()
    try:
        with current_runtime().transaction() as session:
            shop, secret = administration.add_shop(
                session, visitor.caller, request.form.get("shop", "")[:100]
            )
            shown = (_KEY, shop.name, secret)
    except (Conflict, InvalidInput) as error:
        return _render_people(visitor, error)
    return _render_people(visitor, shown=shown)


@blueprint.get("/people/<account_id>")
def show_person(account_id: str) -> Response:
    return _render_person(resume_admin(), account_id)


@blueprint.post("/people/<account_id>/<change>")
def change_person(account_id: str, change: str) -> AnyResponse:
    visitor = resume_admin()
    known = read_id(account_id)
    if known is None or change not in _CHANGES:
        raise NotFound("A change is one of a page's forms", change[:40], code="not_found")
    try:
        done = _CHANGES[change](visitor.caller, known)
    except (Conflict, InvalidInput, NotFound) as error:
        return _render_person(visitor, account_id, error)
    if isinstance(done, str):
        return redirect(address_of("console_people.show_person", account_id=account_id, note=done))
    return _render_person(visitor, account_id, shown=done)


def _check_first(session: Session, account_id: UUID) -> None:
    """Refuses a form that was sent before: a reload of its answer would make another secret.

    Raises:
        Conflict: the account is no longer as it was when the page with the form was shown.
    """
    if request.form.get("version", "") != version_of(session, account_id):
        raise Conflict(
            "A secret is made once for each time that its form is shown",
            "a form of an account that has changed since, or one sent twice",
            "Look at the account, and press the button again if it is still wanted",
            code="form_sent_before",
        )


def _renew_password(by: Caller, account_id: UUID) -> Shown:
    with current_runtime().transaction() as session:
        account = administration.lock_account(session, account_id)
        _check_first(session, account_id)
        return _PASSWORD, account.name, administration.renew_password(session, by, account_id)


def _change_role(by: Caller, account_id: UUID) -> str:
    with current_runtime().transaction() as session:
        administration.change_role(session, by, account_id, request.form.get("role", ""))
    return "note_role"


def _change_access(by: Caller, account_id: UUID) -> str:
    disabled = request.form.get("disabled") == "1"
    with current_runtime().transaction() as session:
        administration.change_access(session, by, account_id, disabled=disabled)
    return "note_disabled" if disabled else "note_enabled"


def _add_key(by: Caller, account_id: UUID) -> Shown:
    with current_runtime().transaction() as session:
        account = administration.lock_account(session, account_id)
        _check_first(session, account_id)
        return _KEY, account.name, administration.add_key(session, by.name, account_id)[0]


def _drop_key(by: Caller, account_id: UUID) -> str:
    with current_runtime().transaction() as session:
        administration.drop_key(session, by.name, account_id, request.form.get("key", ""))
    return "note_revoked"


_CHANGES: dict[str, Callable[[Caller, UUID], str | Shown]] = {
    "password": _renew_password,
    "role": _change_role,
    "access": _change_access,
    "key": _add_key,
    "revoke": _drop_key,
}


def _render_people(
    visitor: Visitor, error: FreshclaimError | None = None, shown: Shown | None = None
) -> Response:
    with current_runtime().transaction() as session:
        people, shops = list_accounts(session, PEOPLE), list_accounts(session, (SHOP,))
    return _render(
        "people.html", visitor, error, shown=shown, groups={"people": people, "shops": shops}
    )


def _render_person(
    visitor: Visitor,
    account_id: str,
    error: FreshclaimError | None = None,
    shown: Shown | None = None,
) -> Response:
    with current_runtime().transaction() as session:
        account, keys = show_account(session, account_id)
        version = version_of(session, account.id)
    note = request.args.get("note")
    return _render(
        "person.html",
        visitor,
        error,
        shown=shown,
        account=account,
        account_keys=keys,
        version=version,
        note=note if note in _NOTES else None,
    )


def _render(
    template: str,
    visitor: Visitor,
    error: FreshclaimError | None,
    **values: Any,  # noqa: ANN401
) -> Response:
    return render(
        template,
        status_of(error) if error else 200,
        visitor=visitor,
        mistakes=[explain(error)] if error else [],
        roles=PEOPLE,
        ways=_WAYS,
        day=format_day,
        iso=to_iso,
        **values,
    )
