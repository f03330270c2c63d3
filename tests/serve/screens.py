"""Takes the pictures in docs/screens: every page in both languages and sizes.

Run it in the root of the checkout: `python -m tests.serve.screens`.
"""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright
from sqlalchemy import func, select

from serve.accounts.service import PEOPLE
from serve.app import create_app
from serve.batches.service import call_back
from serve.claims.models import Claim
from serve.demo import prepare_demo
from serve.demo_day.day import play_day
from serve.runtime import open_runtime, publish_policy_file
from serve.settings import Settings
from serve.times import utc_now
from tests.serve.accounts.people import PASSWORD, add_person
from tests.serve.actors import make_actors
from tests.serve.browsing import DESKTOP, PHONE, Site, find_chromium, serving
from tests.serve.pages.states import STATES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
SAMPLES = Path("datasets/rendered")
LANGUAGES = ("zh-CN", "en")
SIZES = {"phone": PHONE, "desktop": DESKTOP}
COLOURS = 112
"""A palette keeps the pictures small; photos lose a little, texts nothing."""


@dataclass(frozen=True)
class Screen:
    """A page to take pictures of.

    Attributes:
        name: what the pictures are called.
        address: of the page, from the root of the site.
        person: role of who is signed in (agent, lead or admin), empty for nobody.
    """

    name: str
    address: str
    person: str = ""


PAGES = (
    Screen("home", "/"),
    Screen("policy", "/policy"),
    Screen("console-login", "/console/login"),
    Screen("console-password", "/console/password", "agent"),
)
"""Pages that need nothing in the database but who is signed in."""


DAY = (
    *("queue", "case", "case-safety", "case-blind", "case-judged", "alerts", "dashboard"),
    *("people", "looks", "recalls"),
)
"""Pages that show the demo's day of claims."""


def list_screens(site: Site, only: tuple[str, ...]) -> Iterator[Screen]:
    """Yields the wanted screens, or all; what a page shows is made just before it is yielded."""
    for state, make in STATES.items():
        if state in only or not only:
            order = site.actors.add_order(product="凯撒沙拉 Caesar salad", order_id=f"MT-{state}")
            make(site.actors, order)
            yield Screen(state, site.link(order).removeprefix(site.address))
    yield from (screen for screen in PAGES if screen.name in only or not only)
    if not only or set(only) & set(DAY):
        yield from (screen for screen in _play_day(site) if screen.name in only or not only)
        if "recalls" in only or not only:
            _call_back(site)
            yield Screen("recalls", "/console/recalls", "agent")


def _play_day(site: Site) -> tuple[Screen, ...]:
    """Fills the site with the demo's day; returns what then is worth a picture."""
    runtime = site.actors.runtime
    prepare_demo(runtime)
    play_day(runtime, SAMPLES, utc_now(), lambda: None)
    waits = Claim.agent_due_at.is_not(None)
    plain = waits & ~Claim.blind & ~Claim.food_safety & (Claim.reason == "spoilage")
    cases = {
        "case": plain,
        "case-safety": waits & ~Claim.blind & Claim.food_safety,
        "case-blind": waits & Claim.blind,
        "case-judged": ~waits & (Claim.reason == "spoilage") & Claim.verified_at.is_not(None),
    }
    with runtime.transaction() as session:
        shown = {
            name: session.scalars(select(Claim.id).where(which).order_by(Claim.received_at)).first()
            for name, which in cases.items()
        }
    return (
        Screen("queue", "/console/", "agent"),
        *(Screen(name, f"/console/cases/{key}", "agent") for name, key in shown.items() if key),
        Screen("alerts", "/console/alerts", "agent"),
        Screen("dashboard", "/console/dashboard", "lead"),
        Screen("people", "/console/people", "admin"),
        Screen("looks", f"/console/looks?claim={shown['case-judged']}", "admin"),
    )


def _call_back(site: Site) -> None:
    """Calls back the batch of the day that has the most claims."""
    runtime = site.actors.runtime
    most = select(Claim.batch).where(Claim.batch.is_not(None)).group_by(Claim.batch)
    with runtime.transaction() as session:
        batch = session.scalar(most.order_by(func.count().desc()).limit(1))
        claim_id = session.scalar(select(Claim.id).where(Claim.batch == batch).limit(1))
        call_back(session, runtime.jobs, site.actors.agent, str(claim_id), "箱内温度过高，三起投诉")


@click.command()
@click.option("--out", default=FOLDER, type=click.Path(path_type=Path), help="where they go")
@click.option("--only", multiple=True, help="take this page alone; may be given more than once")
def main(out: Path, only: tuple[str, ...]) -> None:
    """Take a picture of every page."""
    unknown = set(only) - {*STATES, *DAY, *(screen.name for screen in PAGES)}
    if unknown:
        raise click.BadParameter(f"there is no page {', '.join(sorted(unknown))}")
    out.mkdir(parents=True, exist_ok=True)
    with open_site() as site, open_browser() as browser:
        for role in PEOPLE:
            add_person(site.actors, role, role)
        for screen in list_screens(site, only):
            for language in LANGUAGES:
                for name, size in SIZES.items():
                    data = shoot(browser, site, screen, language, size)
                    path = out / f"{screen.name}-{language}-{name}.png"
                    path.write_bytes(data)
                    click.echo(f"{path.name}: {len(data) // 1024} KiB")


@contextmanager
def open_site() -> Iterator[Site]:
    """Yields the service with an empty database, on a port of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = Settings(data_dir=Path(folder), secret_key="for screens only")
        with open_runtime(settings) as runtime:
            publish_policy_file(runtime)
            logging.getLogger("werkzeug").setLevel(logging.WARNING)
            with serving(create_app(runtime), make_actors(runtime)) as site:
                yield site


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Yields a Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def shoot(
    browser: Browser,
    site: Site,
    screen: Screen,
    language: str,
    size: ViewportSize,
    *,
    is_dark: bool = False,
) -> bytes:
    """Returns a small PNG of the whole page."""
    phone = size["width"] < DESKTOP["width"]
    context = browser.new_context(
        viewport=size,
        has_touch=phone,
        is_mobile=phone,
        color_scheme="dark" if is_dark else "light",
    )
    if screen.person:
        sign_in(context, site, screen.person)
    page = context.new_page()
    joint = "&" if "?" in screen.address else "?"
    address = f"{site.address}{screen.address}{joint}lang={language}"
    page.goto(address, wait_until="networkidle")
    page.evaluate(
        "Promise.all([...document.images].map(i => (i.loading = 'eager', i.src && i.decode())))"
    )
    # Not `full_page`: that forgets on the way that a phone is touched.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    small = shot.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def sign_in(context: BrowserContext, site: Site, role: str) -> None:
    """Signs the person of this role in."""
    page = context.new_page()
    page.goto(f"{site.address}/console/login")
    page.fill("#name", role)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/console/")
    page.close()


if __name__ == "__main__":
    main()
