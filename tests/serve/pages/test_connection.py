"""Lost connections lose nothing, in a real browser."""

from __future__ import annotations

import threading

from apiflask import APIFlask
from flask import request
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from serve.claims.models import Claim
from tests.serve.browsing import Site
from tests.serve.pages.test_claiming import GALLERY, count_claims, photo, pick


def fill_in(page: Page, site: Site) -> None:
    page.goto(site.link(site.actors.add_order(late_min=45)))
    expect(page.locator("form[data-ready]")).to_be_attached()
    pick(page, "delivery")
    page.fill("#description", "凉了")
    page.locator(GALLERY).set_input_files([photo(1)])
    expect(page.locator(".thumbs img")).to_have_count(1)


def send(page: Page) -> None:
    page.get_by_role("button", name="提交").click()


def test_a_lost_answer_is_asked_for_again_by_itself_and_claims_once(page: Page, site: Site) -> None:
    fill_in(page, site)
    answered = []

    def lose_answer(route: Route) -> None:
        answered.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.route("**/c/*", lose_answer, times=1)
    send(page)
    expect(page.locator("#standing h2")).to_contain_text("¥16.40")
    assert answered == [303]
    assert count_claims(site.actors) == 1


def test_without_a_connection_the_page_says_so_and_sends_when_it_is_back(
    page: Page, site: Site
) -> None:
    fill_in(page, site)
    page.context.set_offline(True)
    send(page)
    expect(page.locator(".sending.lost")).to_contain_text("网络中断，正在自动重试")
    expect(page.get_by_role("button", name="立即重试")).to_be_visible()
    expect(page.locator("#description")).to_have_value("凉了")
    expect(page.locator(".thumbs img")).to_have_count(1)
    assert count_claims(site.actors) == 0
    page.context.set_offline(False)
    expect(page.locator("#standing")).to_be_visible()
    assert count_claims(site.actors) == 1


def test_one_can_try_again_at_once(page: Page, site: Site) -> None:
    page.clock.install()  # the page's own timers stand still
    fill_in(page, site)
    page.route("**/c/*", lambda route: route.abort(), times=1)
    send(page)
    page.get_by_role("button", name="立即重试").click()
    expect(page.locator("#standing")).to_be_visible()
    assert count_claims(site.actors) == 1


def test_tries_come_less_and_less_often(page: Page, site: Site) -> None:
    page.clock.install()
    fill_in(page, site)
    page.clock.pause_at("2040-01-01")
    tries = []

    def refuse(route: Route) -> None:
        tries.append(route.request.method)
        route.abort()

    page.route("**/c/*", refuse)
    send(page)
    lost = page.locator(".sending.lost")
    for wait_ms in (1000, 2000, 4000):
        expect(lost).to_be_visible()
        count = len(tries)
        page.clock.run_for(wait_ms - 50)
        assert len(tries) == count
        with page.expect_request("**/c/*"):
            page.clock.run_for(100)
    page.unroute("**/c/*")


def test_received_is_said_when_the_server_says_so(page: Page, site: Site, app: APIFlask) -> None:
    answered = threading.Event()
    app.before_request(lambda: (answered.wait(30), None)[1] if request.method == "POST" else None)
    fill_in(page, site)
    send(page)
    expect(page.locator("[data-sending-text]")).to_have_text("已发送，等待答复…")
    answered.set()
    expect(page.locator("#standing")).to_be_visible()


def test_nothing_changes_while_it_is_sent(page: Page, site: Site) -> None:
    fill_in(page, site)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("group", name="正在提交，内容暂时不能修改")).to_be_focused()
    for field in ("#description", "input[value=other]", ".thumb button"):
        page.locator(field).focus()
        assert page.evaluate("document.activeElement.closest('[data-sending]') !== null"), field
    page.get_by_role("button", name="修改内容").click()
    expect(page.locator(".sending")).to_be_hidden()
    page.fill("#description", "又凉又晚")
    page.context.set_offline(False)
    assert count_claims(site.actors) == 0
    send(page)
    expect(page.locator("#standing")).to_be_visible()
    with site.actors.runtime.transaction() as session:
        assert session.scalars(select(Claim.description)).all() == ["又凉又晚"]
