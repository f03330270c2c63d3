from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from model.errors import Unavailable
from serve.claims.assessing import assess_claim
from serve.ledger.verification import verify_ledger
from serve.orders.models import Order
from serve.runtime import Runtime
from tests.serve.actors import Actors, draw_photo, upload
from tests.serve.findings import MODERATE_SPOILAGE


def post(
    client: FlaskClient, actors: Actors, order: Order, key: str | None = None, **changes: object
) -> TestResponse:
    """Posts a claim for a late delivery, which needs no photo."""
    form = {"order_id": order.order_id, "reason": "delivery", **changes}
    headers = actors.as_shop | ({"Idempotency-Key": key} if key else {})
    return client.post("/v1/claims", data=form, headers=headers)


def count(runtime: Runtime, table: str) -> int:
    with runtime.transaction() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def test_a_late_delivery_is_pre_approved_in_one_request(
    client: FlaskClient, actors: Actors
) -> None:
    answer = post(client, actors, actors.add_order(late_min=45))
    assert answer.status_code == 201
    claim = answer.get_json()
    assert claim["status"] == "pre_approved"
    assert claim["amount_fen"] == claim["refunds"][0]["amount_fen"] == 1640
    assert answer.headers["Location"] == f"/v1/claims/{claim['id']}"
    kinds = actors.ledger_kinds(uuid.UUID(claim["id"]))
    assert kinds == ["received", "decided", "refund_instructed"]


def test_the_same_key_and_body_get_the_same_answer(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order(late_min=45)
    first = post(client, actors, order, key="k")
    again = post(client, actors, order, key="k")
    assert again.status_code == first.status_code == 201
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(actors.runtime, "refunds") == 1


def test_the_answer_stays_the_first_one_when_the_claim_moves_on(
    client: FlaskClient, actors: Actors
) -> None:
    order = actors.add_order()
    first = post(client, actors, order, key="k").get_json()
    client.post(
        f"/v1/claims/{first['id']}/verdict",
        json={"decision": "decline", "severity": "none"},
        headers=actors.as_agent,
    )
    assert post(client, actors, order, key="k").get_json() == first


def test_a_key_with_another_body_is_refused(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order(late_min=45)
    post(client, actors, order, key="k")
    answer = post(client, actors, order, key="k", description="something else")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency_key_reused")


def test_two_shops_may_use_the_same_key(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order(late_min=45)
    post(client, actors, order, key="k")
    answer = client.post(
        "/v1/claims",
        data={"reason": "other"},
        headers={"Authorization": f"Bearer {actors.token_of(order)}", "Idempotency-Key": "k"},
        content_type="multipart/form-data",
    )
    assert answer.get_json()["code"] == "photo_missing"


def test_an_order_has_one_claim_per_reason(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order(late_min=45)
    first = post(client, actors, order).get_json()
    answer = post(client, actors, order, description="again")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "claim_exists")
    assert first["id"] in answer.get_json()["detail"]


@pytest.mark.parametrize("key", ["k", None])
def test_identical_submissions_at_once_make_one_claim_and_one_refund(
    app: APIFlask, actors: Actors, key: str | None
) -> None:
    order = actors.add_order(late_min=45)
    start = threading.Barrier(6)

    def submit(_: int) -> TestResponse:
        start.wait()
        return post(app.test_client(), actors, order, key=key)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(submit, range(6)))
    made = [answer for answer in answers if answer.status_code == 201]
    assert len(made) == (6 if key else 1)
    assert all(answer.get_json() == made[0].get_json() for answer in made)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert count(actors.runtime, "claims") == count(actors.runtime, "refunds") == 1
    assert verify_ledger(actors.runtime).intact


def test_claims_on_one_order_at_once_never_pay_past_its_price(
    actors: Actors,
) -> None:
    order = actors.add_order(late_min=45, price_fen=3000)
    spoiled = {**MODERATE_SPOILAGE}
    spoiled["spoilage"] = {**spoiled["spoilage"], "area_fraction": 0.6, "interval": [0.6, 0.6]}
    claims = [
        actors.add_claim(spoiled, order=order, decide=False),
        actors.add_claim(order=order, reason="delivery", decide=False),
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda claim_id: assess_claim(actors.runtime, claim_id), claims))
    assert sum(actors.show(claim_id)["amount_fen"] for claim_id in claims) == 3000


def test_caps_hold_when_a_customer_claims_many_orders_at_once(actors: Actors) -> None:
    claims = [
        actors.add_claim(reason="delivery", late_min=45, customer_id="eager", decide=False)
        for _ in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda claim_id: assess_claim(actors.runtime, claim_id), claims))
    statuses = sorted(actors.show(claim_id)["status"] for claim_id in claims)
    assert statuses == ["needs_agent"] * 3 + ["pre_approved"] * 3


def test_a_crash_after_acceptance_loses_nothing(actors: Actors) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45, decide=False)
    assert actors.show(claim_id)["status"] == "received"
    with actors.runtime.transaction() as session:
        job = session.execute(text("SELECT task_name, args FROM procrastinate_jobs")).one()
    assert job.task_name == "assess_claim"
    assess_claim(actors.runtime, uuid.UUID(job.args["claim_id"]))
    assert actors.show(claim_id)["status"] == "pre_approved"


def test_a_crash_while_deciding_leaves_the_claim_undecided_and_unpaid(
    actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45, decide=False)

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("serve.claims.assessing.instruct_refund", crash)
        with pytest.raises(KeyboardInterrupt):
            assess_claim(actors.runtime, claim_id)
    assert actors.show(claim_id)["status"] == "received"
    assert count(actors.runtime, "refunds") == count(actors.runtime, "decisions") == 0
    assess_claim(actors.runtime, claim_id)
    assess_claim(actors.runtime, claim_id)
    assert count(actors.runtime, "refunds") == count(actors.runtime, "decisions") == 1


def test_a_crash_before_the_commit_leaves_no_claim_and_no_job(
    client: FlaskClient, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = actors.add_order(late_min=45)

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("serve.claims.intake.append_event", crash)
        with pytest.raises(KeyboardInterrupt):
            post(client, actors, order, key="k")
    assert count(actors.runtime, "claims") == count(actors.runtime, "procrastinate_jobs") == 0
    assert post(client, actors, order, key="k").status_code == 201


def test_photos_that_cannot_be_stored_are_not_accepted(
    client: FlaskClient, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = actors.add_order()

    def fail(*_: object) -> str:
        raise Unavailable("Photos can be stored", code="storage_down")

    monkeypatch.setattr("serve.storage.PhotoStore.put", fail)
    answer = post(client, actors, order, reason="spoilage", photo=upload(draw_photo()))
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert count(actors.runtime, "claims") == 0


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"reason": "hunger"}, 422, "validation_error"),
        ({"reason": "spoilage"}, 422, "photo_missing"),
        ({"order_id": "no such order"}, 404, "no_order"),
        ({"description": "x" * 1001}, 422, "validation_error"),
        ({"description": "a\0b"}, 422, "validation_error"),
        ({"key": "a b"}, 422, "validation_error"),
    ],
)
def test_bad_claims_are_refused(
    client: FlaskClient, actors: Actors, changes: dict[str, str], status: int, code: str
) -> None:
    answer = post(client, actors, actors.add_order(), **changes)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert count(actors.runtime, "claims") == 0


def test_six_photos_are_too_many(client: FlaskClient, actors: Actors) -> None:
    photos = [upload(draw_photo(seed)) for seed in range(6)]
    answer = post(client, actors, actors.add_order(), reason="spoilage", photo=photos)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_many_photos")


def test_a_claim_link_opens_its_own_order_only(client: FlaskClient, actors: Actors) -> None:
    mine, other = actors.add_order(late_min=45), actors.add_order(late_min=45)
    headers = {"Authorization": f"Bearer {actors.token_of(mine)}"}
    form = {"order_id": other.order_id, "reason": "delivery"}
    answer = client.post("/v1/claims", data=form, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "other_order")
    answer = client.post("/v1/claims", data={"reason": "delivery"}, headers=headers)
    assert answer.get_json()["order_id"] == mine.order_id


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_claim_link_knows_the_order_that_a_form_leaves_empty(
    client: FlaskClient, actors: Actors, blank: str
) -> None:
    order = actors.add_order(late_min=45)
    headers = {"Authorization": f"Bearer {actors.token_of(order)}", "Idempotency-Key": "k"}
    form = {"order_id": blank, "reason": "delivery"}
    answer = client.post("/v1/claims", data=form, headers=headers)
    assert (answer.status_code, answer.get_json()["order_id"]) == (201, order.order_id)
    again = client.post("/v1/claims", data={"reason": "delivery"}, headers=headers)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_shop_names_the_order(client: FlaskClient, actors: Actors) -> None:
    answer = post(client, actors, actors.add_order(late_min=45), order_id="")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "no_order_id")


def test_a_link_also_travels_in_the_address_and_the_form(
    client: FlaskClient, actors: Actors
) -> None:
    order = actors.add_order(late_min=45)
    token = actors.token_of(order)
    answer = client.post("/v1/claims", data={"reason": "delivery", "token": token})
    assert answer.status_code == 201
    claim = answer.get_json()
    assert client.get(f"/v1/claims/{claim['id']}?token={token}").get_json() == claim
