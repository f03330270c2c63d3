"""The pages as plain HTTP: what a browser without JavaScript, and a stranger, gets."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from serve.orders.models import Order
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors, draw_photo, upload


@pytest.fixture
def order(actors: Actors) -> Order:
    return actors.add_order(late_min=45)


@pytest.fixture
def link(actors: Actors, order: Order) -> str:
    return f"/c/{actors.token_of(order)}"


def test_a_plain_form_post_makes_a_claim_once(client: FlaskClient, link: str) -> None:
    form = {"reason": "delivery", "description": "cold", "key": "k-1", "photo": upload(b"", "")}
    first = client.post(link, data=dict(form))
    assert first.status_code == 303
    again = client.post(link, data={**form, "photo": upload(b"", "")})
    assert again.headers["Location"] == first.headers["Location"]
    assert "¥16.40" in client.get(first.headers["Location"]).text
    assert client.get(link).headers["Location"] == first.headers["Location"]


def test_claiming_the_same_again_leads_to_the_claim_there_is(
    client: FlaskClient, link: str
) -> None:
    first = client.post(link, data={"reason": "delivery", "key": "k-1"})
    other = client.post(link, data={"reason": "delivery", "key": "k-2", "description": "more"})
    assert other.status_code == 303
    assert other.headers["Location"].startswith(first.headers["Location"])
    assert "已经提交过" in client.get(other.headers["Location"]).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"photo": upload(draw_photo(), "a.jpg")}, "请选择遇到的问题"),
        ({"reason": "spoilage"}, "请至少添加一张照片"),
        ({"reason": "delivery", "description": "x" * 1001}, "补充说明太长"),
        ({"reason": "spoilage", "photo": [upload(b"x", f"{n}.jpg") for n in range(6)]}, "照片太多"),
        ({"reason": "spoilage", "photo": upload(b"", "a.jpg")}, "a.jpg：照片文件不完整"),
        ({"reason": "spoilage", "photo": upload(draw_photo()[:900], "a.jpg")}, "a.jpg：照片"),
    ],
    ids=["no reason", "no photo", "long text", "six photos", "empty file", "cut short"],
)
def test_mistakes_come_back_in_words_with_what_was_entered(
    client: FlaskClient, link: str, form: dict[str, object], told: str
) -> None:
    answer = client.post(link, data={"description": "black & <b>", **form})
    assert 400 <= answer.status_code < 500
    assert told in answer.text
    if "description" not in form:
        assert "black &amp; &lt;b&gt;" in answer.text
    if "reason" in form:
        assert f'value="{form["reason"]}" required checked' in answer.text


def test_the_address_is_kept_secret(client: FlaskClient, link: str) -> None:
    headers = client.get(link).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", ["/c/", "/c/nonsense", "/c/a/b/c", "/c/nonsense/claims/1"])
def test_a_wrong_link_leads_to_a_clear_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "请从商家发来的消息里重新打开" in answer.text


def test_an_old_link_says_so(client: FlaskClient, actors: Actors, order: Order, link: str) -> None:
    with actors.runtime.transaction() as session:
        long_ago = utc_now() - timedelta(days=31)
        session.execute(update(Order).where(Order.id == order.id).values(created_at=long_ago))
    answer = client.get(link, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert answer.status_code == 403
    assert "This link has expired" in answer.text


def test_a_link_opens_its_own_order_alone(client: FlaskClient, actors: Actors, link: str) -> None:
    other = actors.add_claim(findings.MODERATE_SPOILAGE)
    for path in (f"/claims/{other}", f"/claims/{uuid.uuid4()}", "/claims/x"):
        assert client.get(link + path).status_code == 404
    photo = {"photo": upload(draw_photo(3))}
    assert client.post(f"{link}/claims/{other}/photos", data=photo).status_code == 404
    assert client.post(f"{link}/claims/{other}/appeal").status_code == 404
    assert actors.show(other)["appeal"] is None


def test_a_second_appeal_is_answered_kindly(client: FlaskClient, link: str) -> None:
    claim = client.post(link, data={"reason": "delivery"}).headers["Location"]
    assert client.post(f"{claim}/appeal").status_code == 303
    again = client.post(f"{claim}/appeal")
    assert again.status_code == 409
    assert "人工已经在看" in again.text
    assert client.get(f"{claim}/appeal").headers["Location"] == claim


@pytest.mark.parametrize(
    ("accepted", "asked", "language"),
    [
        ("", "", "zh-CN"),
        ("zh-TW,zh;q=0.9", "", "zh-CN"),
        ("fr", "", "zh-CN"),
        ("en-US,en;q=0.8", "", "en"),
        ("en", "?lang=zh-CN", "zh-CN"),
        ("zh-CN", "?lang=en", "en"),
        ("zh-CN", "?lang=<script>", "zh-CN"),
    ],
)
def test_the_language_is_the_visitors(
    client: FlaskClient, link: str, accepted: str, asked: str, language: str
) -> None:
    text = client.get(link + asked, headers={"Accept-Language": accepted}).text
    assert f'<html lang="{language}">' in text


def test_a_chosen_language_stays_through_a_claim(client: FlaskClient, link: str) -> None:
    answer = client.post(f"{link}?lang=en", data={"reason": "delivery"}, follow_redirects=True)
    assert "Pre-approved: ¥16.40 refund" in answer.text
    assert "?lang=en" in answer.request.url


def test_the_bare_address_names_the_service_and_leads_on(client: FlaskClient) -> None:
    text = client.get("/?lang=en").text
    assert "Meal care" in text
    assert "open the claim link that the shop sent you" in text
    for path in ("/policy?lang=en", "/docs/", "/openapi.json"):
        assert f'href="{path}"' in text
        assert client.get(path).status_code == 200
    assert "请打开商家发给您的申请链接" in client.get("/").text


def test_the_policy_is_told_with_its_own_numbers(client: FlaskClient, actors: Actors) -> None:
    text = client.get("/policy?lang=en").text
    table = actors.policy.table
    assert f"Version {table.version}" in text
    assert "more than 33.3 % of the food spoiled, or mould" in text
    assert "full refund + a coupon, or an upgrade of the next order" in text
    assert "insect, glass, metal, stone, plastic" in text
    assert "more than 30 minutes after the promised time" in text
    assert "Below ¥50.00" in text
    assert "at most" not in text
    actors.amend_policy(
        (
            "[compensation.delivery.moderate]\n",
            "[compensation.delivery.moderate]\nmax_fen = 8000\n",
        ),
        ("[certificate]", '[[overrides]]\nshop = "a shop"\nlimit_fen = 3000\n[certificate]'),
    )
    text = client.get("/policy?lang=en").text
    assert "50 % refund, at most ¥80.00" in text
    assert "Some meals or shops have terms of their own." in text
