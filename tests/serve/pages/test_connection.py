"""Lost connections and closed tabs lose nothing, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

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


def test_a_reload_restores_what_was_entered(page: Page, site: Site) -> None:
    fill_in(page, site)
    key = page.locator("input[name=key]").input_value()
    page.wait_for_function(DRAFT_HAS_PHOTO)
    page.reload()
    expect(page.locator("[data-draft]")).to_contain_text("已恢复您上次填写的内容")
    expect(page.locator("input[value=delivery]")).to_be_checked()
    expect(page.locator("#description")).to_have_value("凉了")
    expect(page.locator(".thumbs img")).to_have_count(1)
    assert page.locator("input[name=key]").input_value() == key
    send(page)
    expect(page.locator("#standing")).to_be_visible()
    assert page.evaluate(COUNT_DRAFTS) == 0


def test_a_restored_draft_can_be_discarded(page: Page, site: Site) -> None:
    fill_in(page, site)
    key = page.locator("input[name=key]").input_value()
    page.wait_for_function(DRAFT_HAS_PHOTO)
    page.reload()
    page.get_by_role("button", name="清空重填").click()
    expect(page.locator(".thumbs img")).to_have_count(0)
    expect(page.locator("#description")).to_have_value("")
    expect(page.locator("input[name=reason]:checked")).to_have_count(0)
    assert page.locator("input[name=key]").input_value() != key
    page.reload()
    expect(page.locator("form[data-ready]")).to_be_attached()
    expect(page.locator("[data-draft]")).to_be_hidden()


def test_a_draft_belongs_to_its_link(page: Page, site: Site) -> None:
    fill_in(page, site)
    page.wait_for_function(DRAFT_HAS_PHOTO)
    page.goto(site.link(site.actors.add_order()))
    expect(page.locator("form[data-ready]")).to_be_attached()
    expect(page.locator("#description")).to_have_value("")
    expect(page.locator(".thumbs img")).to_have_count(0)


_IN_DATABASE = """() => new Promise((resolve) => {
  const opening = indexedDB.open("freshclaim", 1);
  opening.onsuccess = () => {
    const stores = ["fields", "photos"];
    const transaction = opening.result.transaction(stores);
    const asked = stores.map((name) => transaction.objectStore(name).getAll());
    transaction.oncomplete = () => resolve((ANSWER)(...asked.map((a) => a.result)));
  };
})"""
DRAFT_HAS_PHOTO = _IN_DATABASE.replace(
    "ANSWER",
    "(fields, photos) => fields.some((f) => f.description) && photos.some((p) => p.list.length)",
)
COUNT_DRAFTS = _IN_DATABASE.replace("ANSWER", "(fields, photos) => fields.length + photos.length")
