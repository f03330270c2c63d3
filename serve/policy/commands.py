"""`python -m serve policy`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from serve.settings import Settings
from serve.times import to_iso, utc_now

if TYPE_CHECKING:
    from serve.policy.rules import Policy

_FILE = click.Path(path_type=Path)


@click.group()
def group() -> None:
    """Checks, compares, tries and publishes policies."""


@group.command()
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Says whether the policy FILE holds, and in short what it gives; exits with 1 if not."""
    from serve.policy.rules import read_policy
    from serve.policy.table import grades_in_order

    policy = read_policy(file)
    table = policy.table
    click.echo(f"{policy.version}, from {_tell_time(policy)}, sha256 {policy.sha256}")
    if policy.table.effective_from <= utc_now():
        click.echo(
            "  its time has come: once published it holds, unless a policy of a later time does"
        )
    for problem, grades in table.compensation.items():
        told = [
            f"{grade} {grades[grade].percent} %"
            + (f" (at most {grades[grade].max_fen} fen)" if grades[grade].max_fen else "")
            for grade in grades_in_order(grades)
        ]
        click.echo(f"  {problem}: {', '.join(told)}")
    click.echo(f"  without a certificate below {table.zero_material.limit_fen} fen")
    click.echo(f"  overrides: {len(table.overrides)}")


@group.command()
@click.argument("file", type=_FILE)
@click.argument("other", type=_FILE, required=False)
@click.pass_obj
def diff(settings: Settings, file: Path, other: Path | None) -> None:
    """Shows what changes from the policy in force to FILE, or from FILE to OTHER.

    Exits with 1 where they differ, as diff does.
    """
    from serve.policy.comparing import compare_policies
    from serve.policy.rules import read_policy
    from serve.runtime import open_runtime

    if other is None:
        after = read_policy(file)
        with open_runtime(settings) as runtime:
            before = runtime.policy()
    else:
        before, after = read_policy(file), read_policy(other)
    changes = compare_policies(before, after)
    for change in changes:
        click.echo(f"{change.entry}: {change.before} -> {change.after}")
    click.echo(f"{len(changes)} entries differ.", err=True)
    sys.exit(1 if changes else 0)


@group.command()
@click.argument("file", type=_FILE)
@click.option("--csv", "table", type=_FILE, help="Also write every change into this CSV file.")
@click.pass_obj
def replay(settings: Settings, file: Path, table: Path | None) -> None:
    """Replays all past claims under the policy FILE.

    Shows which decisions and how much money would change. Nothing is written or paid.
    """
    from serve.claims.trial import try_policy
    from serve.claims.trial_report import Report, open_table, write_changes
    from serve.policy.rules import read_policy
    from serve.runtime import open_runtime

    policy, report = read_policy(file), Report()
    with (
        open_runtime(settings) as runtime,
        runtime.transaction() as session,
        open_table(table) if table else nullcontext() as out,
    ):
        write_changes(try_policy(session, policy), report, out)
    click.echo(f"Policy {policy.version} on {report.claims} claims that were decided:")
    for line in report.lines():
        click.echo(line)


@group.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def publish(settings: Settings, file: Path) -> None:
    """Publishes the policy FILE: it is in force from its effective_from on."""
    from serve.policy.rules import read_policy
    from serve.policy.service import publish_policy
    from serve.runtime import open_runtime

    policy = read_policy(file)
    with open_runtime(settings) as runtime, runtime.transaction() as session:
        new = publish_policy(session, policy)
    done = "published" if new else "was published before"
    click.echo(f"{policy.version}: {done}, holds from {_tell_time(policy)}")


def _tell_time(policy: Policy) -> str:
    return to_iso(policy.table.effective_from) or ""
