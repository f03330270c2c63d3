"""What is in the photo store: nothing that was refused, nothing that a crash left, all else."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text

from serve.assessments.uploads import check_uploads
from serve.claims.intake import Submission, accept_claim
from serve.orders.models import Order
from serve.privacy.purge import purge_old
from serve.privacy.sweep import sweep_photos, take_over
from serve.runtime import Runtime
from serve.storage import PhotoStore
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors, draw_photo, upload
from tests.serve.privacy.test_purge import add_closed, photos_of


def stored(actors: Actors) -> set[str]:
    folder = Path(actors.runtime.settings.photo_store)
    return {path.name for path in folder.rglob("*") if path.is_file()}


def accept(runtime: Runtime, actors: Actors, data: bytes, order: Order) -> uuid.UUID:
    uploads = check_uploads([upload(data)], runtime.scoring)
    submission = Submission(order.order_id, "spoilage", "", uploads)
    return accept_claim(runtime, actors.shop, submission).claim_id


def test_what_is_refused_is_not_stored(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    with actors.runtime.transaction() as session:
        session.execute(text("UPDATE claims SET status = 'resolved'"))
    before = stored(actors)
    link = f"/c/{actors.token_of(order)}"
    seeds = iter(range(100, 200))

    def send(path: str, **form: str) -> int:
        data = {**form, "photo": [upload(draw_photo(next(seeds)))]}
        return client.post(path, data=data, headers=actors.as_shop).status_code

    again = {"order_id": order.order_id, "reason": "spoilage"}
    assert send(f"/v1/claims/{claim_id}/photos") == 409
    assert send("/v1/claims", **again) == 409
    assert send(f"{link}/claims/{claim_id}/photos") == 409
    assert send(f"{link}/claims/{uuid.uuid4()}/photos") == 404
    assert send(link, reason="spoilage") == 303  # leads to the first claim
    assert stored(actors) == before


def test_what_nothing_names_is_swept_after_a_day(client: FlaskClient, actors: Actors) -> None:
    packed = actors.add_order()
    path = f"/v1/orders/{packed.order_id}/packing-photo"
    data = {"photo": upload(draw_photo(301))}
    assert client.put(path, data=data, headers=actors.as_shop).status_code == 200
    actors.add_claim(findings.CLEAN)
    actors.runtime.photos.check()
    take_over(actors.runtime)
    kept = stored(actors)
    loose = actors.runtime.photos.put(draw_photo(302))
    folder = Path(actors.runtime.settings.photo_store)
    part = folder / loose[:2] / f"{loose}.{uuid.uuid4().hex}.part"
    part.write_bytes(b"half a photo")
    foreign = folder / loose[:2] / "README"
    foreign.write_text("an operator's note")

    assert sweep_photos(actors.runtime) == 0
    with time_machine.travel(utc_now() + timedelta(days=1, minutes=1), tick=False):
        young = actors.runtime.photos.put(draw_photo(303))
        now = utc_now().timestamp()
        os.utime(folder / young[:2] / young, (now, now))
        assert sweep_photos(actors.runtime) == 2
    assert stored(actors) == kept | {young, "README"}


class Paused(PhotoStore):
    """A store that pauses in the middle of one step until `go` returns."""

    def __init__(self, url: str, step: str, go: Callable[[], None]) -> None:
        super().__init__(url)
        self.step, self.go, self.reached = step, go, Event()

    def put(self, data: bytes) -> str:
        name = super().put(data)
        if self.step == "put":
            self.reached.set()
            self.go()
        return name

    def remove(self, name: str) -> bool:
        if self.step == "remove":
            self.reached.set()
            self.go()
        return super().remove(name)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def wait_for(actors: Actors, done: Event) -> None:
    """Returns once the other side is done, or waits for this one."""
    query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    end = time.monotonic() + 60
    while not done.wait(0.02) and time.monotonic() < end:
        with actors.runtime.transaction() as session:
            if session.scalar(query):
                return


def pause(actors: Actors, step: str, done: Event) -> tuple[Runtime, Paused]:
    url = actors.runtime.settings.photo_store
    store = Paused(url, step, lambda: wait_for(actors, done))
    return replace(actors.runtime, photos=store), store


def purge(runtime: Runtime) -> None:
    purge_old(runtime, 39, "operator")


def test_a_photo_that_is_sent_again_while_it_is_purged_is_kept(
    actors: Actors, pool: ThreadPoolExecutor
) -> None:
    (sha256,) = photos_of(actors, add_closed(actors))
    data = actors.runtime.photos.get(sha256)
    order, done = actors.add_order(), Event()
    runtime, store = pause(actors, "remove", done)
    with time_machine.travel(utc_now() + timedelta(days=40)):
        purging = pool.submit(purge, runtime)
        assert store.reached.wait(60)
        accept(actors.runtime, actors, data, order)
        done.set()
        purging.result(60)
    assert actors.runtime.photos.get(sha256) == data


@pytest.mark.parametrize("remove", [purge, sweep_photos])
def test_a_photo_of_a_claim_that_is_being_accepted_is_not_removed(
    actors: Actors, pool: ThreadPoolExecutor, remove: Callable[[Runtime], object]
) -> None:
    (sha256,) = photos_of(actors, add_closed(actors))
    data = actors.runtime.photos.get(sha256)
    order, done = actors.add_order(), Event()
    runtime, store = pause(actors, "put", done)
    if remove is sweep_photos:
        with time_machine.travel(utc_now() + timedelta(days=40), tick=False):
            purge(actors.runtime)
        take_over(actors.runtime)
        actors.runtime.photos.put(data)  # as a crash leaves it
    with time_machine.travel(utc_now() + timedelta(days=40)):
        accepting = pool.submit(accept, runtime, actors, data, order)
        assert store.reached.wait(60)
        remove(actors.runtime)
        done.set()
        accepting.result(60)
    assert actors.runtime.photos.get(sha256) == data
