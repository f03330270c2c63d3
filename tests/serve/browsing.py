"""The application in a real Chromium: what tests of pages stand on."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from werkzeug.serving import make_server

from serve.orders.models import Order
from tests.serve.actors import Actors

PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=800)


PATIENCE_MS = 30_000
"""A busy machine is no failure."""


@dataclass
class Site:
    """The application on a port of its own."""

    address: str
    actors: Actors

    def link(self, order: Order, path: str = "") -> str:
        return f"{self.address}/c/{self.actors.token_of(order)}{path}"


def find_chromium() -> str | None:
    """Returns the path of a Chromium, where the machine has one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def serving(app: APIFlask, actors: Actors) -> Iterator[Site]:
    """Yields the application while it serves."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # An answer that a page no longer waits for ends before its database does.
    server.daemon_threads = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", actors)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(app: APIFlask, actors: Actors) -> Iterator[Site]:
    with serving(app, actors) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("pages are tested in a Chromium: install one, or name it in CHROMIUM")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did that it must not do."""

    complaints: list[str]
    strangers: list[str]


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A phone that fails the test when a page errs, or asks anyone but the site for anything."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    watch = Watch([], [])
    page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    page.on(
        "console",
        lambda line: watch.complaints.append(line.text) if "Security" in line.text else None,
    )
    page.on("request", lambda request: _note_stranger(watch, site, request.url))
    yield page
    context.close()
    assert watch.complaints == []
    assert watch.strangers == []


def _note_stranger(watch: Watch, site: Site, url: str) -> None:
    if not url.startswith((site.address, "blob:", "data:")):
        watch.strangers.append(url)
