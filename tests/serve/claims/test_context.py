"""What an agent sees beside the photos, and that it never tells what the machine found."""

from __future__ import annotations

import io
import json
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.assessments.uploads import check_uploads
from serve.claims.assessing import assess_claim
from serve.claims.context import describe_cold_chain
from serve.claims.intake import Submission, accept_claim
from serve.claims.models import Claim
from serve.orders.models import Order
from serve.orders.service import attach_packing_photo
from serve.privacy.service import accesses_of
from serve.times import to_iso
from tests.serve import findings
from tests.serve.actors import PROMISED, Actors, draw_photo, upload


def see(client: FlaskClient, actors: Actors, claim_id: uuid.UUID) -> dict[str, Any]:
    answer = client.get(f"/v1/claims/{claim_id}/context", headers=actors.as_agent)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def take_photo(seed: int, taken: datetime | None, offset: str = "+00:00") -> bytes:
    """Returns a photo as a phone stores it, with the time it was taken at."""
    exif, out = Image.Exif(), io.BytesIO()
    if taken:
        exif[0x8769] = {0x9003: f"{taken:%Y:%m:%d %H:%M:%S}"} | ({0x9011: offset} if offset else {})
    Image.open(io.BytesIO(draw_photo(seed))).save(out, "JPEG", exif=exif)
    return out.getvalue()


def claim_with(actors: Actors, *photos: bytes, order: Order | None = None) -> uuid.UUID:
    order = order or actors.add_order()
    uploads = check_uploads([upload(photo) for photo in photos], actors.runtime.scoring)
    submission = Submission(order.order_id, "spoilage", "", uploads)
    claim_id = accept_claim(actors.runtime, actors.shop, submission).claim_id
    with actors.runtime.transaction() as session:
        for photo in session.get_one(Claim, claim_id).photos:
            photo.assessment = {**findings.CLEAN, "sha256": photo.sha256}
    assess_claim(actors.runtime, claim_id)
    return claim_id


def codes(context: dict[str, Any]) -> list[str]:
    return [signal["code"] for signal in context["signals"]]


def test_the_order_and_its_cold_chain(client: FlaskClient, actors: Actors) -> None:
    readings = [
        {"at": PROMISED - timedelta(minutes=10), "celsius": 4.0},
        {"at": PROMISED - timedelta(minutes=30), "celsius": 4.0},
        {"at": PROMISED, "celsius": 12.0},
    ]
    facts = {"batch": "B7", "label_weight_g": 350, "cold_chain": readings}
    claim_id = actors.add_claim(findings.CLEAN, late_min=12, **facts)  # type: ignore[arg-type]
    context = see(client, actors, claim_id)
    order = context["order"]
    assert (order["product"], order["price_fen"], order["batch"]) == ("Caesar salad", 3280, "B7")
    assert (order["label_weight_g"], order["late_s"]) == (350, 720)
    assert order["packing_photo_url"] is None
    chain = context["cold_chain"]
    assert [reading["celsius"] for reading in chain["readings"]] == [4.0, 4.0, 12.0]
    assert datetime.fromisoformat(chain["readings"][0]["at"]) == readings[1]["at"]
    assert (chain["highest_celsius"], chain["limit_celsius"]) == (12.0, 8.0)
    # From 4 to 12 degrees in ten minutes: the last five of them above eight.
    assert chain["above_limit_s"] == 300


@pytest.mark.parametrize(
    ("celsius", "above_s"),
    [([], 0), ([20.0], 0), ([8.0, 8.0], 0), ([9.0, 9.0], 60), ([9.0, 7.0], 30), ([7, 9, 7], 60)],
)
def test_time_above_the_limit(celsius: list[float], above_s: int) -> None:
    stored = [
        {"at": to_iso(PROMISED + timedelta(minutes=i)), "celsius": value}
        for i, value in enumerate(celsius)
    ]
    assert describe_cold_chain(stored)["above_limit_s"] == above_s


def test_an_order_that_tells_little_leaves_little_to_say(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.CLEAN, promised_at=None, delivered_at=None)
    context = see(client, actors, claim_id)
    assert (context["order"]["late_s"], context["batch"]) == (None, None)
    assert context["cold_chain"]["highest_celsius"] is None
    assert context["customer"] == {"claims": 0, "granted_fen": 0, "declined": 0, "recent": []}
    assert (context["similar"], context["similar_hidden"]) == ([], False)


def test_a_photo_that_came_with_another_order_is_told_to_both(
    client: FlaskClient, actors: Actors
) -> None:
    photo = take_photo(1, PROMISED + timedelta(minutes=5))
    first, second = claim_with(actors, photo), claim_with(actors, photo)
    for claim_id, other in ((first, second), (second, first)):
        [signal] = see(client, actors, claim_id)["signals"]
        assert (signal["code"], signal["claims"]) == ("photo_in_other_claim", [str(other)])
        assert "其他订单" in signal["zh"]
        assert "another order" in signal["en"]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (-30, ["taken_before_delivery"]),
        (-10, []),
        (5, []),
        (23 * 60, []),
        (25 * 60, ["taken_long_after_delivery"]),
    ],
)
def test_when_a_photo_was_taken_is_compared_with_the_delivery(
    client: FlaskClient, actors: Actors, minutes: int, told: list[str]
) -> None:
    taken = PROMISED + timedelta(minutes=minutes)
    assert codes(see(client, actors, claim_with(actors, take_photo(1, taken)))) == told
    # A camera that states no zone shows the time of China.
    local = take_photo(2, taken + timedelta(hours=8), offset="")
    assert codes(see(client, actors, claim_with(actors, local))) == told


def test_times_are_told_by_the_clock_of_beijing(client: FlaskClient, actors: Actors) -> None:
    taken = PROMISED - timedelta(minutes=30)
    [signal] = see(client, actors, claim_with(actors, take_photo(1, taken)))["signals"]
    beijing = f"{taken.astimezone(timezone(timedelta(hours=8))):%Y-%m-%d %H:%M}"
    assert f"（{beijing}）" in signal["zh"]
    assert f"({beijing}, Beijing time)" in signal["en"]


def test_a_photo_without_a_time_is_told_of_and_means_nothing(
    client: FlaskClient, actors: Actors
) -> None:
    taken = take_photo(1, PROMISED + timedelta(minutes=5))
    claim_id = claim_with(actors, taken, take_photo(2, None))
    [signal] = see(client, actors, claim_id)["signals"]
    assert signal["code"] == "no_capture_time"
    assert signal["en"].startswith("1 photo(s)")
    assert "不说明任何问题" in signal["zh"]


def test_the_page_asks_no_store_when_a_photo_was_taken(client: FlaskClient, actors: Actors) -> None:
    claim_id = claim_with(actors, take_photo(1, PROMISED - timedelta(hours=3)))
    with actors.runtime.transaction() as session:
        (photo,) = session.get_one(Claim, claim_id).photos
        actors.runtime.photos.remove(photo.sha256)
    assert codes(see(client, actors, claim_id)) == ["taken_before_delivery"]


def test_the_customers_history_is_of_this_shop_and_of_other_claims(
    client: FlaskClient, actors: Actors
) -> None:
    actors.stop_draws()
    facts = {"customer_id": "customer-77", "late_min": 45}
    granted = actors.add_claim(reason="delivery", **facts)  # type: ignore[arg-type]
    declined = actors.add_claim(findings.CLEAN, customer_id="customer-77")
    verdict = VerdictIn(decision="decline", severity="none")
    give_verdict(actors.runtime, actors.agent, str(declined), verdict)
    actors.add_claim(findings.CLEAN)
    claim_id = actors.add_claim(reason="delivery", **facts)  # type: ignore[arg-type]
    context = see(client, actors, claim_id)
    history = context["customer"]
    assert (history["claims"], history["granted_fen"], history["declined"]) == (2, 1640, 1)
    assert [claim["id"] for claim in history["recent"]] == [str(declined), str(granted)]
    [signal] = [s for s in context["signals"] if s["code"] == "several_claims"]
    assert signal["claims"] == [str(declined), str(granted)]
    assert "several_claims" not in codes(see(client, actors, declined))


def test_the_batchs_history(client: FlaskClient, actors: Actors) -> None:
    others = [actors.add_claim(findings.INSECT, reason="foreign_object", batch="B7")]
    actors.add_claim(findings.CLEAN, batch="B8")
    actors.add_order(batch="B7")
    claim_id = actors.add_claim(findings.CLEAN, batch="B7")
    history = see(client, actors, claim_id)["batch"]
    assert (history["claims"], history["orders"]) == (1, 3)
    assert [claim["id"] for claim in history["recent"]] == [str(key) for key in others]


def test_a_blind_case_has_the_context_of_any_other(client: FlaskClient, actors: Actors) -> None:
    actors.amend_policy(("\npropensity = 0.05", "\npropensity = 1.0"))
    facts = {"customer_id": "customer-77", "batch": "B7"}

    def add(found: dict[str, Any]) -> uuid.UUID:
        return actors.add_claim(found, **facts)  # type: ignore[arg-type]

    first, second = add(findings.MODERATE_SPOILAGE), add(findings.SEVERE_SPOILAGE)
    for claim_id in (first, second):
        assert actors.show(claim_id)["amount_fen"] > 0
        assert actors.show(claim_id, for_agent=True)["decision"] is None
        context = see(client, actors, claim_id)
        assert (context["similar"], context["similar_hidden"]) == ([], True)
        # The other one is judged blind too: neither money nor grade of it is told.
        assert context["customer"]["granted_fen"] == 0
        [other] = context["customer"]["recent"]
        assert (other["status"], other["severity"]) == ("needs_agent", None)
        told = json.dumps(context)
        assert not [word for word in ("severe", "moderate", "pre_approved") if word in told]
        assert set(codes(context)) == {"no_capture_time"}


def test_only_people_who_decide_see_the_context_and_the_packing_photo(
    client: FlaskClient, actors: Actors
) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    for path in ("context", "packing-photo"):
        refused = client.get(f"/v1/claims/{claim_id}/{path}", headers=actors.as_shop)
        assert refused.status_code == 403
        link = f"/v1/claims/{claim_id}/{path}?token={actors.token_of(order)}"
        assert client.get(link).status_code == 403
        assert client.get(f"/v1/claims/{claim_id}/{path}").status_code == 401
        unknown = client.get(f"/v1/claims/{uuid.uuid4()}/{path}", headers=actors.as_agent)
        assert unknown.get_json()["code"] == "no_claim"


def test_a_look_at_the_packing_photo_is_logged(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    path = f"/v1/claims/{claim_id}/packing-photo"
    missing = client.get(path, headers=actors.as_agent)
    assert (missing.status_code, missing.get_json()["code"]) == (404, "no_packing_photo")
    sha256 = actors.runtime.photos.put(take_photo(9, PROMISED))
    with actors.runtime.transaction() as session:
        attach_packing_photo(session, session.get_one(Order, order.id), sha256)
    assert see(client, actors, claim_id)["order"]["packing_photo_url"] == path
    shown = client.get(path, headers=actors.as_agent)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert not Image.open(io.BytesIO(shown.data)).getexif()
    with actors.runtime.transaction() as session:
        [look] = accesses_of(session, claim_id)
    assert (look.actor, look.sha256, look.purpose) == (actors.agent.name, sha256, "view")
