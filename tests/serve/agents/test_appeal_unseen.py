"""No verdict overtakes an appeal that came while its agent was at the case."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors

DECLINE = {"decision": "decline", "severity": "none"}
AUDIT_ALL = ("\npropensity = 0.05", "\npropensity = 1.0")


@pytest.mark.parametrize("begun_by", ["hold", "look"])
@pytest.mark.parametrize("undoable", [False, True])
def test_an_appeal_that_came_meanwhile_is_read_first(
    client: FlaskClient, actors: Actors, begun_by: str, undoable: bool
) -> None:
    actors.amend_policy(AUDIT_ALL)
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    path, verdict = f"/v1/claims/{claim_id}", {**DECLINE, "undoable": undoable}
    with time_machine.travel(utc_now() + timedelta(seconds=5)) as clock:
        if begun_by == "hold":
            client.post(f"{path}/hold", headers=actors.as_agent)
        else:
            (photo,) = client.get(path, headers=actors.as_agent).get_json()["photos"]
            client.get(photo["url"], headers=actors.as_agent)
        clock.shift(timedelta(seconds=90))
        client.post(f"{path}/appeal", json={"text": "it was mould"}, headers=actors.as_shop)
        for _ in "12":
            refused = client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent)
            assert (refused.status_code, refused.get_json()["code"]) == (409, "appeal_unseen")
            # A page that is open all along renews its hold, and shows no appeal by that.
            client.post(f"{path}/hold", headers=actors.as_agent)
        shown = client.get(path, headers=actors.as_agent).get_json()
        assert shown["appeal"] == "it was mould"
        given = client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent)
        assert given.status_code == 200, given.get_json()


def test_who_takes_the_case_after_it_has_read_it(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN)
    path = f"/v1/claims/{claim_id}"
    (photo,) = client.get(path, headers=actors.as_agent).get_json()["photos"]
    client.get(photo["url"], headers=actors.as_agent)
    client.post(f"{path}/verdict", json=DECLINE, headers=actors.as_agent)
    with time_machine.travel(utc_now() + timedelta(hours=1)) as clock:
        client.post(f"{path}/appeal", json={}, headers=actors.as_shop)
        clock.shift(timedelta(seconds=90))
        client.post(f"{path}/hold", headers=actors.as_agent)
        given = client.post(f"{path}/verdict", json=DECLINE, headers=actors.as_agent)
        assert given.status_code == 200, given.get_json()
