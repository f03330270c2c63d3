"""Takes the pictures in docs/screens: each state of the page in both languages and sizes.

Run it in the root of the checkout: `python -m tests.serve.pages.screens`.
"""

from __future__ import annotations

import io
import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from serve.accounts.service import Caller, create_account, issue_key
from serve.app import create_app
from serve.runtime import Runtime, open_runtime, publish_policy_file
from serve.settings import Settings
from tests.serve.actors import Actors
from tests.serve.browsing import DESKTOP, PHONE, Site, find_chromium
from tests.serve.pages.states import STATES

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "screens"
SHOWN = ("form", "waiting", "approved", "needs_photo", "closed")
SIZES = {"phone": PHONE, "desktop": DESKTOP}
COLOURS = 112
"""A palette keeps twenty pictures small; photos lose a little, texts nothing."""


@click.command()
@click.option("--out", default=FOLDER, type=click.Path(path_type=Path), help="where they go")
def main(out: Path) -> None:
    """Take a picture of every page that a customer sees."""
    out.mkdir(parents=True, exist_ok=True)
    with open_site() as site, open_browser() as browser:
        for state in SHOWN:
            order = site.actors.add_order(product="凯撒沙拉 Caesar salad", order_id=f"MT-{state}")
            STATES[state](site.actors, order)
            for language in ("zh-CN", "en"):
                for name, size in SIZES.items():
                    data = shoot(browser, site.link(order, f"?lang={language}"), size)
                    path = out / f"{state}-{language}-{name}.png"
                    path.write_bytes(data)
                    click.echo(f"{path.name}: {len(data) // 1024} KiB")


@contextmanager
def open_site() -> Iterator[Site]:
    """Yields the service with an empty database, on a port of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = Settings(data_dir=Path(folder), secret_key="for screens only")
        with open_runtime(settings) as runtime:
            publish_policy_file(runtime)
            server = make_server("127.0.0.1", 0, create_app(runtime), threaded=True)
            server.daemon_threads = False  # type: ignore[attr-defined]
            logging.getLogger("werkzeug").setLevel(logging.WARNING)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield Site(f"http://127.0.0.1:{server.server_port}", make_actors(runtime))
            server.shutdown()
            thread.join()
            server.server_close()


def make_actors(runtime: Runtime) -> Actors:
    """Returns a shop and an agent."""
    with runtime.transaction() as session:
        shop = create_account(session, "shop", "a shop")
        agent = create_account(session, "agent", "an agent")
        keys = issue_key(session, shop), issue_key(session, agent)
        callers = Caller("shop", account_id=shop.id), Caller("agent", account_id=agent.id)
    return Actors(runtime, callers[0], keys[0], callers[1], keys[1])


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Yields a Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def shoot(browser: Browser, address: str, size: ViewportSize) -> bytes:
    """Returns a small PNG of the whole page."""
    phone = size is PHONE
    context = browser.new_context(viewport=size, has_touch=phone, is_mobile=phone)
    page = context.new_page()
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


if __name__ == "__main__":
    main()
