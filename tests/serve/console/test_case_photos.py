"""The photos on the page of a case: looking closely, and marking what is there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.serve import findings
from tests.serve.browsing import Site
from tests.serve.console.desk import (
    SAMPLE_PX,
    add_case,
    add_sample_case,
    drag,
    entered,
    give,
    open_case,
    send,
    sign_in,
    spot,
)


def zoom_of(page: Page) -> float:
    return float(page.locator("[data-stage]").get_attribute("data-zoom") or 0)


def own_boxes(page: Page) -> Locator:
    return page.locator("[data-marks] rect.box.mine")


def near(found: list[int], wanted: list[int], tolerance: int = 6) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def test_the_photo_is_zoomed_dragged_and_shown_whole_again(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert zoom_of(page) == pytest.approx(2.25)
    before = spot(page, 160, 120)
    page.mouse.move(*before)
    page.mouse.down()
    page.mouse.move(before[0] + 40, before[1] + 30, steps=3)
    page.mouse.up()
    after = spot(page, 160, 120)
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((40, 30), abs=2)
    page.keyboard.press("-")
    assert zoom_of(page) == pytest.approx(1.5)
    page.mouse.wheel(0, -400)
    expect(page.locator("[data-stage]")).to_have_attribute("data-zoom", re.compile(r"^[4-9]"))
    page.keyboard.press("w")
    assert zoom_of(page) == 1


def test_the_models_marks_are_switched_off_and_on(page: Page, site: Site) -> None:
    claim_id = add_sample_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    overlay, button = page.locator("[data-overlay]"), page.locator("[data-do=overlay]")
    proposed = page.locator("[data-marks] rect.box.machine")
    expect(overlay).to_be_visible()
    expect(proposed).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("o")
    expect(overlay).to_be_hidden()
    expect(proposed).to_be_hidden()
    button.click()
    expect(overlay).to_be_visible()
    assert page.evaluate("document.querySelector('[data-overlay]').decode().then(() => true)")


def test_a_photo_is_seen_even_where_its_marks_cannot_be_drawn(page: Page, site: Site) -> None:
    claim_id = add_sample_case(site.actors)
    sign_in(page, site)
    page.route("**/overlay", lambda route: route.fulfill(status=503))
    open_case(page, site, claim_id)
    expect(page.locator("[data-stage-note]")).to_contain_text("cannot be drawn now")
    expect(page.locator("[data-overlay]")).to_be_hidden()


def test_photos_are_turned_by_key_and_labelled_each_for_itself(page: Page, site: Site) -> None:
    site.actors.stop_draws()
    claim_id = site.actors.add_claim(findings.CLEAN, findings.CLEAN)
    first, second = (photo["sha256"] for photo in site.actors.show(claim_id)["photos"])
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("n")
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    # The radio that was chosen last keeps the arrows to itself only while it has the focus.
    expect(page.locator("[data-at]")).to_have_text("2 / 2")
    expect(page.locator("[name=spoilage]:checked")).to_have_count(0)
    page.keyboard.press("y")
    page.locator("[name=spoilage_severity]").select_option("minor")
    page.locator("label:has([name=kind][value=hair])").click()
    page.keyboard.press(",")
    expect(page.locator("[name=spoilage][value=no]")).to_be_checked()
    for key in "1d":
        page.keyboard.press(key)
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    labels = {label["photo"]: label for label in found["labels"]}
    assert (labels[first]["spoilage"], labels[first]["foreign_objects"]) == (False, [])
    assert (labels[second]["spoilage"], labels[second]["foreign_objects"]) == (True, ["hair"])
    assert labels[second]["spoilage_severity"] == "minor"


def test_boxes_are_drawn_moved_resized_and_stored(page: Page, site: Site) -> None:
    claim_id = add_sample_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("b")
    drag(page, (600, 500), (500, 600), (800, 700))
    expect(own_boxes(page)).to_have_count(1)
    drag(page, (700, 600), (750, 620))
    drag(page, (850, 720), (900, 800))
    page.get_by_label("Box 2: Kind").select_option("hair")
    for key in "4d":
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    for key in "4d":
        page.keyboard.press(key)
    send(page)
    (label,) = give(site.actors, claim_id)["labels"]
    (box,) = label["boxes"]  # the model's own was not confirmed
    assert box["kind"] == "hair"
    assert near(box["box_px"], [650, 520, 900, 800])
    assert label["foreign_objects"] == ["hair"]


def test_the_models_box_counts_once_it_is_confirmed_or_changed(page: Page, site: Site) -> None:
    claim_id = add_sample_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.get_by_role("button", name="Confirm: Box 1").click()
    expect(own_boxes(page)).to_have_count(1)
    page.get_by_role("button", name="Add a box by numbers").click()
    for corner, value in (("x0", 10), ("y0", 20), ("x1", 9999), ("y1", 40)):
        page.get_by_label(f"Box 2: {corner}").fill(str(value))
        page.get_by_label(f"Box 2: {corner}").press("Tab")
    drag(page, (360, 350), (370, 350))
    page.locator("[data-stage]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    for key in "4d":
        page.keyboard.press(key)
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    first, second = found["labels"][0]["boxes"]
    assert near(first["box_px"], [310, 306, 436, 396])
    assert second == {"kind": "other", "box_px": [10, 20, SAMPLE_PX[0], 40]}
    assert sorted(found["labels"][0]["foreign_objects"]) == ["insect", "other"]


def test_a_wrong_box_is_thrown_away(page: Page, site: Site) -> None:
    claim_id = add_sample_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.mouse.click(*spot(page, 360, 350))
    expect(page.locator("[data-marks] .handle")).to_have_count(4)
    page.keyboard.press("Delete")
    expect(page.locator("[data-marks] rect.box")).to_have_count(0)
    page.keyboard.press("x")
    for key in "1d":
        page.keyboard.press(key)
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert (found["labels"][0]["boxes"], found["labels"][0]["foreign_objects"]) == ([], [])


def test_a_spoiled_region_is_outlined_with_the_mouse(page: Page, site: Site) -> None:
    claim_id = add_sample_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("r")
    drag(page, (500, 200), (900, 200), (900, 600), (500, 600), (500, 210))
    expect(page.locator("[data-marks] polygon.region")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[name=spoilage][value=yes]")).to_be_checked()
    page.get_by_role("button", name="Add a region by numbers").click()
    page.get_by_label("Points of region 2").fill("0,0 50,0 5000,60")
    page.get_by_label("Points of region 2").press("Tab")
    for key in "3d":
        page.keyboard.press(key)
    send(page)
    (label,) = give(site.actors, claim_id)["labels"]
    drawn, typed = label["spoiled_regions"]
    assert typed == [[0, 0], [50, 0], [SAMPLE_PX[0], 60]]
    xs, ys = [x for x, _ in drawn], [y for _, y in drawn]
    assert near([min(xs), min(ys), max(xs), max(ys)], [500, 200, 900, 600])
    assert 4 <= len(drawn) <= 10


def test_an_outlined_region_is_moved_reshaped_and_deleted_with_the_mouse(
    page: Page, site: Site
) -> None:
    claim_id = add_sample_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("r")
    drag(page, (500, 200), (900, 200), (900, 600), (500, 600), (500, 210))
    page.keyboard.press("Escape")
    expect(page.locator("[data-marks] .handle")).to_have_count(0)
    drag(page, (700, 400), (760, 440))
    assert page.locator("[data-marks] circle.handle").count() >= 4
    drag(page, (960, 640), (1000, 700))
    page.keyboard.press("r")
    drag(page, (100, 500), (200, 500), (200, 600), (100, 510))
    expect(page.locator("[data-marks] polygon.region")).to_have_count(2)
    page.keyboard.press("Delete")
    expect(page.locator("[data-marks] polygon.region")).to_have_count(1)
    for key in "3d":
        page.keyboard.press(key)
    send(page)
    (label,) = give(site.actors, claim_id)["labels"]
    (region,) = label["spoiled_regions"]
    xs, ys = [x for x, _ in region], [y for _, y in region]
    assert near([min(xs), min(ys), max(xs), max(ys)], [560, 240, 1000, 700])
