"""What comes on top of the money comes with an agent's verdict, too."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from serve.ledger.verification import verify_ledger
from tests.serve import findings
from tests.serve.actors import Actors


@pytest.mark.parametrize(
    ("severity", "amount_fen", "extras"),
    [
        ("severe", 3280, ["coupon_or_upgrade"]),
        ("severe", 3279, []),
        ("minor", 656, ["small_coupon"]),
        ("minor", 655, []),
        ("unknown", 3280, []),
    ],
)
def test_they_go_with_what_the_policy_gives(
    client: FlaskClient, actors: Actors, severity: str, amount_fen: int, extras: list[str]
) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN)
    verdict = {"decision": "approve", "severity": severity, "amount_fen": amount_fen}
    path = f"/v1/claims/{claim_id}"
    given = client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent).get_json()
    (refund,) = given["refunds"]
    assert [extra["code"] for extra in refund["extras"]] == extras
    assert verify_ledger(actors.runtime).intact


def test_they_come_once(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN)
    path, verdict = f"/v1/claims/{claim_id}", {"decision": "approve", "severity": "minor"}
    for amount_fen in (2000, 3000):
        given = {**verdict, "amount_fen": amount_fen}
        client.post(f"{path}/verdict", json=given, headers=actors.as_agent)
        client.post(f"{path}/appeal", json={}, headers=actors.as_shop)
    refunds = actors.show(claim_id)["refunds"]
    told = [[extra["code"] for extra in refund["extras"]] for refund in refunds]
    assert told == [["small_coupon"], []]
