"""Every policy and certificate that is kept, for whoever checks all of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.policy.models import CertificateRecord, PolicyText


def read_policies(session: Session) -> Sequence[PolicyText]:
    """Returns the published policies."""
    return session.scalars(select(PolicyText).order_by(PolicyText.published_at)).all()


def read_certificates(session: Session) -> Sequence[CertificateRecord]:
    """Returns the certificates in the order in which they were loaded."""
    return session.scalars(select(CertificateRecord).order_by(CertificateRecord.loaded_at)).all()
