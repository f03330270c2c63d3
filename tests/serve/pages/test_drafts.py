"""Drafts: what was entered survives a closed tab, and goes when it is sent or old."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.serve.browsing import PATIENCE_MS, Site
from tests.serve.pages.test_connection import fill_in, send

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
AGE_DRAFTS = """() => new Promise((resolve) => {
  const opening = indexedDB.open("freshclaim", 1);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction(["fields", "photos"], "readwrite");
    for (const name of ["fields", "photos"]) {
      transaction.objectStore(name).openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        cursor.update({ ...cursor.value, saved_at: Date.now() - 8 * 24 * 3600 * 1000 });
        cursor.continue();
      };
    }
    transaction.oncomplete = resolve;
  };
})"""
COUNT_DRAFTS = _IN_DATABASE.replace("ANSWER", "(fields, photos) => fields.length + photos.length")


def wait_for_drafts(page: Page, check: str) -> None:
    """Waits until an asynchronous check holds; Playwright's own waiting takes a promise for yes."""
    page.evaluate(f"""async () => {{
      const until = performance.now() + {PATIENCE_MS};
      while (!(await ({check})())) {{
        if (performance.now() > until) throw new Error("the drafts are others");
      }}
    }}""")


def expect_no_draft(page: Page) -> None:
    wait_for_drafts(page, f"async () => await ({COUNT_DRAFTS})() === 0")


def test_a_reload_restores_what_was_entered(page: Page, site: Site) -> None:
    fill_in(page, site)
    key = page.locator("input[name=key]").input_value()
    wait_for_drafts(page, DRAFT_HAS_PHOTO)
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
    wait_for_drafts(page, DRAFT_HAS_PHOTO)
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
    wait_for_drafts(page, DRAFT_HAS_PHOTO)
    page.goto(site.link(site.actors.add_order()))
    expect(page.locator("form[data-ready]")).to_be_attached()
    expect(page.locator("#description")).to_have_value("")
    expect(page.locator(".thumbs img")).to_have_count(0)


def test_any_page_clears_old_drafts(page: Page, site: Site) -> None:
    fill_in(page, site)
    wait_for_drafts(page, DRAFT_HAS_PHOTO)
    page.goto(f"{site.address}/policy")
    assert page.evaluate(COUNT_DRAFTS) == 2
    page.evaluate(AGE_DRAFTS)
    page.reload()
    expect_no_draft(page)


def test_a_claim_sent_elsewhere_clears_its_draft(page: Page, site: Site) -> None:
    fill_in(page, site)
    wait_for_drafts(page, DRAFT_HAS_PHOTO)
    form = {"reason": "delivery", "key": "another"}
    page.context.request.post(page.url, form=form)
    page.goto(page.url)
    expect(page.locator("#standing")).to_be_visible()
    expect_no_draft(page)


def test_the_claim_of_another_problem_leaves_a_draft(page: Page, site: Site) -> None:
    fill_in(page, site)
    page.locator("label:has(input[value=other])").click()
    wait_for_drafts(page, DRAFT_HAS_PHOTO.replace("f.description", "f.reason === 'other'"))
    link = page.url
    page.context.request.post(link, form={"reason": "delivery", "key": "another"})
    page.goto(link)
    expect(page.locator("#standing")).to_be_visible()
    page.goto(f"{link}?new=1")
    expect(page.locator("[data-draft]")).to_be_visible()
    expect(page.locator("input[value=other]")).to_be_checked()
