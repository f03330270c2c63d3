"""Signing in with a company account in a real browser, over a real issuer and back."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from serve.app import create_app
from serve.runtime import make_runtime, publish_policy_file
from serve.settings import Settings
from tests.serve.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider, run_provider
from tests.serve.browsing import DESKTOP, PATIENCE_MS, PHONE
from tests.serve.pages.test_access import check
from tests.serve.webhooks.receiver import free_port

SCREENS = os.environ.get("CONSOLE_SCREENS")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with run_provider() as provider:
        provider.person |= {"name": "赵敏", "roles": ["lead"]}
        yield provider


@pytest.fixture
def address(settings: Settings, database_url: str, provider: Provider) -> Iterator[str]:
    """A service of its own: its public address is what the issuer sends browsers back to."""
    port = free_port()
    # The issuer is another site than the service: 127.0.0.1 is not localhost.
    address = f"http://localhost:{port}"
    own = replace(
        settings,
        public_url=address,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
    )
    runtime = make_runtime(own, database_url)
    publish_policy_file(runtime)
    server = make_server("127.0.0.1", port, create_app(runtime), threaded=True)
    server.daemon_threads = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()
    runtime.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_a_person_comes_in_by_company_account_and_goes_on_where_they_wanted(
    visitor: Page, address: str, provider: Provider
) -> None:
    visitor.goto(f"{address}/console/?lang=en")
    link = visitor.get_by_role("link", name="Sign in with your company account")
    check(visitor, "login")
    shoot(visitor, "login-company-en")
    link.press("Enter")
    expect(visitor.get_by_text("Signed in: 赵敏 (lead)")).to_be_visible()
    assert visitor.url.startswith(f"{address}/console/")
    assert "lang=en" in visitor.url
    assert "/authorize" in provider.asked
    visitor.get_by_role("button", name="Sign out").click()
    expect(visitor.get_by_role("status")).to_have_text("You are signed out.")


def test_troubles_are_told_on_the_login_page(
    visitor: Page, address: str, provider: Provider
) -> None:
    visitor.set_viewport_size(DESKTOP)
    provider.person["roles"] = []
    visitor.goto(f"{address}/console/login")
    visitor.get_by_role("link", name="使用公司账号登录").click()
    expect(visitor.get_by_role("alert")).to_contain_text("没有使用工作台的权限")
    check(visitor, "no role")
    shoot(visitor, "login-no-role-zh")
    provider.status = 500
    visitor.get_by_role("link", name="使用公司账号登录").click()
    expect(visitor.get_by_role("alert")).to_contain_text("没有响应")


def shoot(page: Page, name: str) -> None:
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}.png", full_page=True)
