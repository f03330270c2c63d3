"""Whom the company has taken the role from decides nothing more."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from serve.agents.pending import give_due_verdicts
from tests.serve import findings
from tests.serve.accounts.company import provider, settings, sign_in
from tests.serve.accounts.people import csrf_of
from tests.serve.accounts.provider import Provider
from tests.serve.actors import Actors
from tests.serve.agents.test_not_given import open_alerts
from tests.serve.agents.test_pending import APPROVE, a_minute_later, assert_intact

__all__ = ["provider", "settings"]


@pytest.mark.parametrize(("roles", "given_fen"), [([[]], 0), ([[], ["agent"]], 1000)])
def test_a_verdict_is_given_by_who_has_a_role_still(
    client: FlaskClient,
    actors: Actors,
    provider: Provider,
    roles: list[list[str]],
    given_fen: int,
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    provider.person["roles"] = ["agent"]
    sign_in(client)
    path = f"/v1/claims/{claim_id}/verdict"
    assert client.post(path, json=APPROVE, headers=csrf_of(client)).status_code == 200
    for now in roles:
        provider.person["roles"] = now
        sign_in(client)
    with a_minute_later():
        assert give_due_verdicts(actors.runtime) == 1
    assert actors.show(claim_id)["amount_fen"] == given_fen
    assert [told["code"] for told in open_alerts(actors)] == ["agent_disabled"] * (not given_fen)
    assert_intact(actors)
