"""An agent at the page of a case, for tests."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import time_machine
from playwright.sync_api import Page, ViewportSize, expect

from serve.agents.models import PendingVerdict
from serve.agents.pending import UNDO_S, give_pending
from serve.times import utc_now
from tests.serve import findings
from tests.serve.accounts.people import PASSWORD, add_person
from tests.serve.actors import Actors
from tests.serve.browsing import DESKTOP, Site
from tests.serve.pages.states import claim_with

SAMPLE_PX = (1152, 864)
"""Size of the sample pictures."""


def add_case(actors: Actors, **facts: object) -> uuid.UUID:
    """Makes a claim of spoiled food that waits for an agent: nothing was found."""
    actors.stop_draws()
    order = actors.add_order(**facts)
    return actors.add_claim(findings.CLEAN, order=order)


def add_sample_case(actors: Actors, **facts: object) -> uuid.UUID:
    """Makes a claim with a sample picture on which an insect was found, for an agent."""
    actors.stop_draws()
    finding = findings.assessment(kind="insect", shortfall=(0.02, 0.08))
    finding["width_px"], finding["height_px"] = SAMPLE_PX
    finding["foreign_object"]["objects"][0]["box_px"] = [300, 300, 420, 390]
    order = actors.add_order(**facts)
    return claim_with(
        actors, order, "salad_insect", finding, reason="foreign_object", marks=("object",)
    )


def sign_in(page: Page, site: Site, name: str = "Li Na", role: str = "agent") -> None:
    add_person(site.actors, role, name)
    page.goto(f"{site.address}/console/login")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def open_case(
    page: Page,
    site: Site,
    claim_id: uuid.UUID,
    language: str = "en",
    size: ViewportSize = DESKTOP,
) -> None:
    """Shows a case to who is signed in, and waits until it is theirs to decide or not."""
    page.set_viewport_size(size)
    with page.expect_response(f"**/v1/claims/{claim_id}/hold"):
        page.goto(f"{site.address}/console/cases/{claim_id}?lang={language}")
    expect(page.locator("html.scripted")).to_be_attached()


def send(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-undo]")).to_be_visible()


def entered(actors: Actors, claim_id: uuid.UUID) -> dict[str, Any] | None:
    """Returns the verdict that was entered and is not given yet."""
    with actors.runtime.transaction() as session:
        pending = session.get(PendingVerdict, claim_id)
        return pending and pending.verdict


def give(actors: Actors, claim_id: uuid.UUID) -> dict[str, Any]:
    """Lets the minute pass, and returns the verdict as it was given."""
    with time_machine.travel(utc_now() + timedelta(seconds=UNDO_S + 1)):
        assert give_pending(actors.runtime, claim_id)
    verdict: dict[str, Any] = actors.show(claim_id, for_agent=True)["verdict"]
    return verdict


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Returns where on the screen a pixel of the original lies."""
    place = page.evaluate(
        "([x, y]) => { const m = document.querySelector('[data-marks]').getScreenCTM();"
        " const p = new DOMPoint(x, y).matrixTransform(m); return [p.x, p.y]; }",
        [x, y],
    )
    return place[0], place[1]


def drag(page: Page, *points: tuple[float, float]) -> None:
    """Drags the mouse over pixels of the original."""
    page.mouse.move(*spot(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*spot(page, *point), steps=4)
    page.mouse.up()
