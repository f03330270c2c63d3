"""Memory stays bounded: who waits for a place holds no photo."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from serve.assessments.gate import Slots
from serve.claims.assessing import score_photo
from serve.storage import PhotoStore
from tests.serve import findings
from tests.serve.actors import Actors, draw_photo, upload

WAIT_S = 0.5


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes every photo whose bytes are read from the store or from a request."""
    noted: list[str] = []
    get = PhotoStore.get

    def get_noted(store: PhotoStore, name: str) -> bytes:
        noted.append(name)
        return get(store, name)

    def read_noted(file: object) -> bytes:
        noted.append("upload")
        return draw_photo()

    monkeypatch.setattr(PhotoStore, "get", get_noted)
    monkeypatch.setattr("serve.assessments.uploads.read_bounded", read_noted)
    return noted


@pytest.mark.parametrize("what", ["assessment", "claim", "overlay", "scoring"])
def test_no_photo_is_read_before_there_is_a_place_for_it(
    client: FlaskClient, actors: Actors, read: list[str], what: str
) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    photo = actors.show(claim_id)["photos"][0]
    form = {"photo": upload(draw_photo()), "order_id": actors.add_order().order_id}
    works: dict[str, Callable[[], object]] = {
        "assessment": lambda: client.post("/v1/assessments", data=form, headers=actors.as_shop),
        "claim": lambda: client.post(
            "/v1/claims", data={**form, "reason": "spoilage"}, headers=actors.as_shop
        ),
        "overlay": lambda: client.get(f"{photo['url']}/overlay", headers=actors.as_shop),
        "scoring": lambda: score_photo(actors.runtime, photo["sha256"], "a.jpg", {}, policy),
    }
    policy = actors.policy
    read.clear()
    thread = threading.Thread(target=works[what])
    with actors.runtime.scoring.slots:
        thread.start()
        thread.join(WAIT_S)
        assert thread.is_alive()
        assert read == []
    thread.join()
    assert read


def test_photos_are_stored_one_at_a_time(
    actors: Actors, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = actors.policy

    def put(store: PhotoStore, data: bytes) -> str:
        # The caller has a place: asking for one from elsewhere has to wait.
        other = threading.Thread(
            target=lambda: score_photo(actors.runtime, "0" * 64, "", {}, policy)
        )
        monkeypatch.setattr(threading, "excepthook", lambda _: None)
        read.clear()
        other.start()
        other.join(WAIT_S)
        assert other.is_alive()
        assert read == []
        return uuid.uuid4().hex

    monkeypatch.setattr(PhotoStore, "put", put)
    actors.add_claim(findings.CLEAN, decide=False)


def test_a_thread_that_has_a_place_keeps_it() -> None:
    slots = Slots(1)
    with slots, slots:
        pass
    taken = threading.Thread(target=slots.__enter__)
    taken.start()
    taken.join()
    waiting = threading.Thread(target=slots.__enter__, daemon=True)
    waiting.start()
    waiting.join(WAIT_S)
    assert waiting.is_alive()
