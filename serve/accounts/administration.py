"""What admins and operators change of an account."""

from __future__ import annotations

import re

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from model.errors import Conflict, InvalidInput
from serve.accounts.models import Account
from serve.accounts.service import PEOPLE
from serve.accounts.sign_ins import end_sign_ins
from serve.times import utc_now

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def set_disabled(session: Session, account: Account, *, disabled: bool) -> None:
    """Lets nobody in by an account, keys included, and ends its sessions; or lets them in again."""
    account.disabled_at = utc_now() if disabled else None
    if disabled:
        end_sign_ins(session, account.id)


def set_email(session: Session, account: Account, email: str) -> None:
    """Sets the address by which the OpenID provider's answer is matched.

    Raises:
        InvalidInput: the account is a shop's, or the text is no address.
        Conflict: another account has the address.
    """
    if account.role not in PEOPLE or not _EMAIL.fullmatch(email):
        raise InvalidInput(
            "A person may have an e-mail address",
            f"{email[:80]} for a {account.role}",
            "Give an address such as li.na@example.com",
            code="invalid_email",
        )
    account.email, account.oidc_subject = email, None
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            "An e-mail address belongs to one account",
            f"{email}, which another has",
            "Give another address",
            code="email_taken",
        ) from error
