"""docs/integrate.md as a shop's developer reads it: its code is run as it stands there."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.serve.actors import Actors, draw_photo
from tests.serve.browsing import Site
from tests.serve.jobs.working import work_once
from tests.serve.webhooks.conftest import point_to

PAGE = Path(__file__).parents[2] / "docs" / "integrate.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
MOST_LINES = 30
ORDER = {
    "order_id": "A-1001",
    "customer_id": "c-77",
    "product": "Caesar salad",
    "price_fen": 3280,
    "promised_at": "2026-11-22T12:00:00Z",
    "delivered_at": "2026-11-22T12:45:00Z",
}


def run_block(defines: str, **known: object) -> SimpleNamespace:
    (code,) = (block for block in BLOCKS if defines in block)
    names: dict[str, Any] = {"__name__": "integrate", **known}
    exec(compile(code, str(PAGE), "exec"), names)
    return SimpleNamespace(**names)


@pytest.fixture
def shop(site: Site) -> SimpleNamespace:
    return run_block("def call(")


@pytest.fixture
def api(shop: SimpleNamespace, site: Site) -> Iterator[httpx.Client]:
    with shop.connect(site.address, site.actors.shop_key) as api:
        yield api


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_code_is_short(block: str) -> None:
    assert len(block.splitlines()) <= MOST_LINES


def claim_by_link(site: Site, link: str) -> dict[str, Any]:
    """Claims as the customer does, with nothing but the link."""
    token = link.rsplit("/", 1)[1]
    answer = httpx.post(
        f"{site.address}/v1/claims", data={"reason": "delivery", "token": token}, timeout=30
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_the_client_registers_and_reads(
    site: Site, shop: SimpleNamespace, api: httpx.Client
) -> None:
    link = shop.register_order(api, ORDER)
    assert shop.register_order(api, ORDER) == link
    assert shop.read_claims(api, "A-1001") == []
    made = claim_by_link(site, link)
    (claim,) = shop.read_claims(api, "A-1001")
    assert (claim["id"], claim["status"]) == (made["id"], "pre_approved")
    assert claim["amount_fen"] == 1640


def test_the_example_beside_it_is_an_order(site: Site, shop: SimpleNamespace) -> None:
    """Its address and key are a placeholder's; all else is as it stands."""
    key = site.actors.shop_key
    run = run_block(
        "link = register_order",
        connect=lambda *_: shop.connect(site.address, key),
        register_order=shop.register_order,
    )
    run.api.close()
    assert run.link.rsplit("/", 1)[0].endswith("/c")


def test_the_client_tells_what_is_wrong(shop: SimpleNamespace, api: httpx.Client) -> None:
    shop.register_order(api, ORDER)
    with pytest.raises(RuntimeError, match=r"order_exists: .*other facts"):
        shop.register_order(api, {**ORDER, "price_fen": 1})
    for wrong in ("3280", 32.8):
        with pytest.raises(RuntimeError, match=r"validation_error: .*price_fen"):
            shop.register_order(api, {**ORDER, "price_fen": wrong})
    with pytest.raises(RuntimeError, match="no_order"):
        shop.read_claims(api, "A-1002")


@pytest.fixture
def receiver() -> Iterator[tuple[Any, str]]:
    """The page's receiver, on a port of its own, with its address."""

    class Quiet(run_block("class Receiver").Receiver):  # type: ignore[misc]
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Quiet, f"http://127.0.0.1:{server.server_port}/webhooks"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_receiver_pays_what_is_signed_and_once(
    site: Site,
    shop: SimpleNamespace,
    api: httpx.Client,
    receiver: tuple[Any, str],
) -> None:
    taker, url = receiver
    taker.secret = point_to(site.actors, url)
    tried = shop.call(api, "POST", "/v1/webhook/test")
    assert (tried["acknowledged"], tried["status"]) == (True, 204)
    claim_by_link(site, shop.register_order(api, ORDER))
    work_once(site.actors.runtime)
    assert list(taker.payments.values()) == [1640]
    assert shop.read_claims(api, "A-1001")[0]["refunds"][0]["released_at"]
    assert shop.call(api, "GET", "/v1/webhook")["waiting"] == 0


def test_the_receiver_refuses_what_others_sign(
    site: Site,
    shop: SimpleNamespace,
    api: httpx.Client,
    receiver: tuple[Any, str],
) -> None:
    taker, url = receiver
    point_to(site.actors, url)
    taker.secret = "whsec_" + "A" * 43 + "="
    tried = shop.call(api, "POST", "/v1/webhook/test")
    assert (tried["acknowledged"], tried["status"]) == (False, 401)
    assert taker.payments == {}


def test_a_shop_sees_the_claims_on_its_own_orders_alone(
    site: Site,
    shop: SimpleNamespace,
    api: httpx.Client,
    actors: Actors,
) -> None:
    shop.register_order(api, ORDER)
    form = {"order_id": "A-1001", "reason": "portion"}
    made = shop.call(api, "POST", "/v1/claims", data=form, files={"photo": draw_photo()})
    (listed,) = shop.call(api, "GET", "/v1/orders/A-1001")["claims"]
    assert (listed["id"], listed["reason"]) == (made["id"], "portion")
    stranger = shop.connect(site.address, actors.add_shop_key())
    with stranger, pytest.raises(RuntimeError, match="no_order"):
        shop.call(stranger, "GET", "/v1/orders/A-1001")
