from __future__ import annotations

import stat
import uuid
from pathlib import Path

import pytest
from sqlalchemy import text

from model.errors import InvalidInput, Unauthenticated
from serve.accounts.keys import identify_key, revoke_keys
from serve.accounts.links import LinkSigner, read_secret, write_private
from serve.accounts.service import create_account, find_account
from serve.settings import Settings
from tests.serve.actors import Actors


def test_only_hashes_of_keys_are_kept(actors: Actors) -> None:
    with actors.runtime.transaction() as session:
        rows = session.execute(text("SELECT api_keys::text FROM api_keys")).scalars().all()
    assert len(rows) == 2
    for key in (actors.shop_key, actors.agent_key):
        assert key.startswith("fc_")
        assert not any(key in row for row in rows)


def test_a_key_tells_who_calls_until_it_is_revoked(actors: Actors) -> None:
    with actors.runtime.transaction() as session:
        assert identify_key(session, actors.shop_key) == actors.shop
        shop = find_account(session, "shop", "a shop")
        assert shop is not None
        assert revoke_keys(session, shop) == 1
        with pytest.raises(Unauthenticated):
            identify_key(session, actors.shop_key)


@pytest.mark.parametrize(("role", "name"), [("boss", "x"), ("shop", "  ")])
def test_accounts_have_a_role_and_a_name(actors: Actors, role: str, name: str) -> None:
    with pytest.raises(InvalidInput), actors.runtime.transaction() as session:
        create_account(session, role, name)


def test_a_link_is_signed_for_one_order() -> None:
    signer, order = LinkSigner("a secret"), uuid.uuid4()
    token = signer.sign(order)
    assert signer.read(token) == order
    name, signature = token.split(".")
    forged = LinkSigner("a secret").sign(uuid.uuid4()).split(".")[0]
    for wrong in (f"{forged}.{signature}", f"{name}.x", name, "", "é.ü", token + "x"):
        with pytest.raises(Unauthenticated):
            signer.read(wrong)
    with pytest.raises(Unauthenticated):
        LinkSigner("another secret").read(token)


def test_a_secret_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    secret = read_secret(settings)
    assert len(secret) >= 32
    assert read_secret(settings) == secret
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert not write_private(tmp_path / "data" / "secret_key", "other")
    assert read_secret(settings) == secret
