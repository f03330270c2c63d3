"""A day of claims in the database, made by the services that make them in earnest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from model.errors import NotFound, Unavailable
from serve.claims.clocks import escalate_clocks
from serve.claims.followup import close_followed_up
from serve.demo import PARTNER_NAME, demo_shop
from serve.demo_day.people import Cast, gather_cast
from serve.demo_day.pictures import Pictures
from serve.demo_day.plot import DELIVERY, list_cases
from serve.demo_day.receiver import NOBODY, run_receiver
from serve.demo_day.scenes import Life, name_order
from serve.demo_day.stage import Scene, Stage, open_stage
from serve.orders.service import find_order
from serve.policy.rules import Policy, read_policy
from serve.policy.service import policy_in_force, publish_policy
from serve.runtime import Runtime
from serve.times import to_iso, utc_now
from serve.webhooks.delivery import deliver_message
from serve.webhooks.endpoints import set_endpoint
from serve.webhooks.service import list_undelivered

DAY = timedelta(hours=26)
"""A claim of 24 hours ago is on an order from before."""

_CLOCKS_EVERY, _DELIVERS_EVERY = timedelta(minutes=10), timedelta(minutes=1)
_RECEIVER_FAILS = timedelta(minutes=50)
"""So long before the end the canteen's backend goes down."""

_ORDER_TO_CLAIM, _LATE_ORDER_TO_CLAIM = timedelta(minutes=55), timedelta(minutes=103)


def count_cases() -> int:
    """Returns how many claims a day has."""
    return len(list_cases())


def is_played(session: Session, end: datetime) -> bool:
    """Whether the day that ends on this date is there."""
    try:
        find_order(session, demo_shop(session).id, name_order(_name_day(end), 1))
    except NotFound:
        return False
    return True


def play_day(runtime: Runtime, samples: Path, end: datetime, begun: Callable[[], None]) -> None:
    """Writes the day before `end`: all of it, or nothing where it is broken off.

    Args:
        runtime: the parts to work with.
        samples: folder of the pictures, with its manifest.
        end: when the day is over: now.
        begun: called when a claim has come in.
    """
    pictures = Pictures(samples)
    with run_receiver() as address, open_stage(runtime) as stage:
        _ensure_policy(stage.runtime, end - DAY)
        with stage.runtime.transaction() as session:
            cast = gather_cast(session)
        _move_endpoint(stage, cast, address)
        for number, case in enumerate(list_cases(), 1):
            life = Life(stage, cast, pictures, case, number, _name_day(end), begun)
            ordered = _LATE_ORDER_TO_CLAIM if case.picture == DELIVERY else _ORDER_TO_CLAIM
            stage.add(end - timedelta(hours=case.hours_ago) - ordered, life.live())
        stage.add(end - DAY, _watch_clocks(stage))
        stage.add(end - DAY, _deliver(stage, cast))
        stage.add(end - _RECEIVER_FAILS, _go_down(stage, cast))
        stage.play(end)


def _name_day(end: datetime) -> str:
    return f"{end:%Y%m%d}"


def _ensure_policy(runtime: Runtime, start: datetime) -> None:
    """Publishes the policy file's rules for the day where none was in force yet when it began."""
    with runtime.transaction() as session, suppress(Unavailable):
        policy_in_force(session, start)
        return
    text = read_policy(runtime.settings.policy_file).text
    lines = text.splitlines(keepends=True)
    version = next(line for line in lines if line.startswith("version"))
    since = next(line for line in lines if line.startswith("effective_from"))
    named = version.rstrip().rstrip('"') + f'-demo-{start:%Y%m%d%H}"\n'
    text = text.replace(version, named, 1)
    text = text.replace(since, f"effective_from = {to_iso(start)}\n", 1)
    with runtime.transaction() as session:
        publish_policy(session, Policy(text))


def _move_endpoint(stage: Stage, cast: Cast, url: str) -> None:
    runtime = stage.runtime
    with runtime.transaction() as session:
        set_endpoint(session, runtime.jobs, cast.shops[PARTNER_NAME], url)


def _watch_clocks(stage: Stage) -> Scene:
    while True:
        escalate_clocks(stage.runtime)
        close_followed_up(stage.runtime)
        yield utc_now() + _CLOCKS_EVERY


def _go_down(stage: Stage, cast: Cast) -> Scene:
    _move_endpoint(stage, cast, NOBODY)
    yield from ()


def _deliver(stage: Stage, cast: Cast) -> Scene:
    """Delivers what waits, as the worker does; a backend that is down is tried again."""
    runtime = stage.runtime
    while True:
        with runtime.transaction() as session:
            waiting = list_undelivered(session, cast.shops[PARTNER_NAME])
        for message_id in waiting:
            with suppress(Unavailable):
                deliver_message(runtime, message_id)
        yield utc_now() + (_DELIVERS_EVERY if not waiting else 5 * _DELIVERS_EVERY)
