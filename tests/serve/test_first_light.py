"""The shipped model and the rendered samples, from the photo to the refund."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from flask.testing import FlaskClient

from model.scorer import Scorer
from serve.claims.replay import replay_claim
from serve.claims.service import load_claim
from serve.runtime import Runtime
from serve.samples import Sample, read_samples
from serve.storage import PhotoStore
from tests.serve.actors import Actors, draw_photo, upload
from tests.serve.sampling import claim_sample

SAMPLES = Path("datasets/rendered")


def sample(reason: str, product: str = "") -> Sample:
    """Returns the first sample of a reason and, where given, of a product."""
    fitting = (s for s in read_samples(SAMPLES) if s.reason == reason and product in s.product)
    return next(fitting)


def draw_dark() -> bytes:
    """Returns a photo taken without light: almost black, a little noise."""
    noise = np.random.default_rng(0).integers(0, 6, (600, 800, 3), np.uint8)
    return cv2.imencode(".jpg", noise)[1].tobytes()


def test_the_service_says_what_the_command_line_says(client: FlaskClient, actors: Actors) -> None:
    photo = sample("spoilage").photo
    answers = [
        client.post(
            "/v1/assessments",
            data={"photo": upload(photo.read_bytes(), photo.name)},
            headers=actors.as_shop,
        ).get_json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert answers[0] == Scorer().assess(photo.read_bytes(), name=photo.name).to_dict()


STRICT = (
    ("min_probability = 0.7", "min_probability = 0.0"),
    ("unsure_from = 0.25", "unsure_from = 0.0"),
    ("severe_area_fraction = 0.333333", "severe_area_fraction = 0.0"),
)


def test_photos_are_graded_by_the_policy_in_force(client: FlaskClient, actors: Actors) -> None:
    photo = sample("portion").photo.read_bytes()

    def assess() -> str:
        data = {"photo": upload(photo)}
        answer = client.post("/v1/assessments", data=data, headers=actors.as_shop)
        return str(answer.get_json()["severity"])

    assert assess() != "severe"
    actors.amend_policy(*STRICT)
    assert assess() == "severe"


def test_photos_replay_after_the_policy_has_changed(actors: Actors) -> None:
    claim = claim_sample(actors.runtime, sample("spoilage"))
    actors.amend_policy(*STRICT)
    (replay,) = replay_claim(actors.runtime, str(claim["id"]), photos=True)
    assert replay.identical, replay.differences


def compare_portion(client: FlaskClient, actors: Actors, name: str) -> dict[str, Any]:
    names = {"photo": name, "packing_photo": "salad_packing"}
    data = {
        field: upload((SAMPLES / "photos" / f"{chosen}.jpg").read_bytes())
        for field, chosen in names.items()
    }
    answer = client.post("/v1/assessments", data=data, headers=actors.as_shop).get_json()
    portion: dict[str, Any] = answer["portion"]
    return portion


def test_a_portion_is_compared_with_the_packing_photo(client: FlaskClient, actors: Actors) -> None:
    portion = compare_portion(client, actors, "salad_portion_35")
    assert portion["basis"] == "packing_photo"
    low, high = portion["interval"]
    assert low <= portion["shortfall_fraction"] <= high
    # The bowl holds about a third of what was packed.
    assert portion["shortfall_fraction"] > 0
    assert high > 0.5


def test_a_bowl_that_is_covered_from_wall_to_wall_gives_no_estimate(
    client: FlaskClient, actors: Actors
) -> None:
    portion = compare_portion(client, actors, "salad_portion_full")
    assert portion == {"shortfall_fraction": None, "interval": None, "basis": "packing_photo"}


def test_a_photo_of_something_else_is_asked_for_again(runtime: Runtime) -> None:
    claim = claim_sample(runtime, sample("spoilage", "not_food"))
    assert claim["status"] == "needs_photo"
    assert claim["decision"]["reasons"][0]["code"] == "photo_not_food"


def test_a_better_photo_moves_a_claim_on(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order()
    link = {"Authorization": f"Bearer {actors.token_of(order)}"}
    clear = sample("spoilage").photo.read_bytes()
    data = {"reason": "spoilage", "photo": upload(draw_dark())}
    claim = client.post("/v1/claims", data=data, headers=link).get_json()
    assert claim["status"] == "needs_photo"
    assert claim["decision"]["reasons"][0]["code"] == "photo_too_dark"
    path = f"/v1/claims/{claim['id']}/photos"
    claim = client.post(path, data={"photo": upload(clear)}, headers=link).get_json()
    assert claim["status"] in ("pre_approved", "needs_agent")
    assert len(claim["photos"]) == 2
    results = replay_claim(actors.runtime, claim["id"], photos=True)
    assert [result.differences + result.notes for result in results] == [[], []]


def test_every_sample_is_decided_and_replays_from_its_photo(runtime: Runtime) -> None:
    for found in read_samples(SAMPLES):
        claim = claim_sample(runtime, found)
        assert claim["status"] in ("pre_approved", "needs_photo", "needs_agent"), found
        (result,) = replay_claim(runtime, str(claim["id"]), photos=True)
        assert not result.differences + result.notes, found


def test_mould_that_is_seen_brings_the_whole_price_back(actors: Actors) -> None:
    """From the pixels of a sample picture to the refund, by the weights that ship.

    They are not sure enough of this mould, and see a possible object in it: under the policy in
    force an agent looks.
    """
    table = "[grades.foreign_object]"
    before, after = Path("policy.toml").read_text(encoding="utf-8").split(table)
    assert "min_probability = 0.7" in before
    assert "unsure_from = 0.25" in after
    sooner = before.replace("min_probability = 0.7", "min_probability = 0.5", 1)
    actors.amend_policy(
        text=sooner + table + after.replace("unsure_from = 0.25", "unsure_from = 0.6", 1)
    )
    found = next(s for s in read_samples(SAMPLES) if s.photo.stem == "salad_mould")
    claim = claim_sample(actors.runtime, found)
    assert claim["status"] == "pre_approved"
    assert claim["decision"]["percent"] == 100
    assert claim["decision"]["amount_fen"] > 0
    assert "mould" in [why["code"] for why in claim["decision"]["reasons"]]
    assert "mould" in claim["photos"][0]["marks"]
    kinds = actors.ledger_kinds(uuid.UUID(claim["id"]))
    assert kinds == ["received", "assessed", "decided", "refund_instructed"]


def test_the_evidence_is_drawn_for_those_who_may_see_it(
    client: FlaskClient, actors: Actors
) -> None:
    photo = sample("spoilage").photo
    order = actors.add_order()
    data = {"order_id": order.order_id, "reason": "spoilage", "photo": upload(photo.read_bytes())}
    claim = client.post("/v1/claims", data=data, headers=actors.as_shop).get_json()
    (shown,) = claim["photos"]
    overlay = client.get(shown["overlay_url"], headers=actors.as_shop)
    assert overlay.mimetype == "image/jpeg"
    drawn = cv2.imdecode(np.frombuffer(overlay.data, np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None
    wanted = shown["assessment"]["width_px"] / shown["assessment"]["height_px"]
    assert drawn.shape[1] / drawn.shape[0] == pytest.approx(wanted, rel=0.02)
    stranger = client.get(
        shown["overlay_url"], headers={"Authorization": f"Bearer {actors.add_shop_key()}"}
    )
    assert stranger.status_code == 404


def test_the_overlay_uses_the_evidence_of_the_decision(
    client: FlaskClient, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = sample("portion")
    assert short.packing is not None
    for seed in range(3):
        earlier = actors.add_order(product="rice")
        data = {"photo": upload(draw_photo(seed))}
        path = f"/v1/orders/{earlier.order_id}/packing-photo"
        assert client.put(path, data=data, headers=actors.as_shop).status_code == 200
    order = actors.add_order(product="rice")
    data = {"order_id": order.order_id, "reason": "portion"}
    form = {**data, "photo": upload(short.photo.read_bytes())}
    claim = client.post("/v1/claims", data=form, headers=actors.as_shop).get_json()
    # A packing photo that comes after the decision changes nothing about it.
    path = f"/v1/orders/{order.order_id}/packing-photo"
    client.put(path, data={"photo": upload(short.packing.read_bytes())}, headers=actors.as_shop)
    with actors.runtime.transaction() as session:
        references = load_claim(session, actors.shop, claim["id"]).photos[0].references
    assert references is not None
    assert len(references["record"]) == 3
    read: list[str] = []
    get = PhotoStore.get
    monkeypatch.setattr(PhotoStore, "get", lambda s, name: read.append(name) or get(s, name))
    shown = claim["photos"][0]
    assert client.get(shown["overlay_url"], headers=actors.as_shop).status_code == 200
    assert read == [shown["sha256"], *references["record"]]


def test_a_large_photo_is_taken_whole(client: FlaskClient, actors: Actors) -> None:
    picture = cv2.imread(str(sample("spoilage").photo))
    assert picture is not None
    large = cv2.resize(picture, (4032, 3024), interpolation=cv2.INTER_CUBIC)
    data = io.BytesIO(cv2.imencode(".jpg", large)[1].tobytes()).read()
    order = actors.add_order()
    form = {"order_id": order.order_id, "reason": "spoilage", "photo": upload(data)}
    answer = client.post("/v1/claims", data=form, headers=actors.as_shop)
    answer.request.environ["wsgi.input"].close()
    claim = answer.get_json()
    assert uuid.UUID(claim["id"])
    size = claim["photos"][0]["assessment"]
    assert (size["width_px"], size["height_px"]) == (4032, 3024)
