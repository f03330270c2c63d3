"""`python -m serve certificate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from serve.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from model.certificate import Certificate
    from serve.policy.rules import Policy

_OPERATOR = "operator"


@click.group()
def group() -> None:
    """Loads, shows and freezes the risk certificate (docs/certificate.md)."""


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def load(settings: Settings, file: Path) -> None:
    """Puts FILE, written by `python -m training certify`, in force instead of any other."""
    from serve.policy.certificates import load_certificate
    from serve.policy.service import policy_in_force
    from serve.runtime import open_runtime

    text = file.read_bytes().decode("utf-8", errors="replace")
    with open_runtime(settings) as runtime, runtime.transaction() as session:
        policy = policy_in_force(session)
        certificate = load_certificate(session, text, policy, _OPERATOR)
        for line in _describe(session, certificate, policy):
            click.echo(line)


@group.command()
@click.pass_obj
def show(settings: Settings) -> None:
    """Shows the certificate loaded last, what it covers now, and the audits since."""
    from model.certificate import Certificate
    from serve.policy.certificates import find_latest
    from serve.policy.service import policy_in_force
    from serve.runtime import open_runtime
    from serve.times import to_iso

    with open_runtime(settings) as runtime, runtime.transaction() as session:
        record = find_latest(session)
        if record is None:
            click.echo("No certificate: above the limit an agent decides.")
            return
        certificate = Certificate.from_text(record.text)
        for line in _describe(session, certificate, policy_in_force(session)):
            click.echo(line)
        click.echo(f"loaded {to_iso(record.loaded_at)}")
        if record.frozen_at is not None:
            click.echo(f"FROZEN {to_iso(record.frozen_at)}: {record.frozen_because}")


@group.command()
@click.argument("reason")
@click.pass_obj
def freeze(settings: Settings, reason: str) -> None:
    """Stops automation above the limit at once, for REASON, until another one is loaded."""
    from serve.policy.certificates import freeze_certificate
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime, runtime.transaction() as session:
        click.echo(f"{freeze_certificate(session, reason, _OPERATOR)} is frozen.")


def _describe(session: Session, certificate: Certificate, policy: Policy) -> Iterator[str]:
    from model.weights import load_release
    from serve.policy.certificates import cover_by, measure_standing

    model, release = certificate.model, load_release()
    promise = certificate.promise
    yield f"certificate {certificate.sha256}"
    yield (
        f"at most {promise.max_wrong_fraction:.2%} wrong pre-approvals"
        f" at {promise.confidence:.2%} confidence, of model {model.version or 'none'}"
    )
    covered = cover_by(certificate, policy, {release.sha256})
    for problem, threshold in certificate.thresholds.items():
        now = measure_standing(session, certificate, problem)
        yield (
            f"  {problem}: from confidence {threshold:.2f} on; since: {now.wrong} of {now.audited}"
            f" audits wrong, evidence against it {now.wealth:.2f} of {now.limit:.0f}"
            + ("" if problem in covered else "; NOT USED with this policy and model")
        )
