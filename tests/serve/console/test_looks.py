"""The log of looks at photos, as admins read it."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient

from serve.accounts.service import Caller
from serve.console.looks_views import PAGE
from serve.privacy.service import EXPORT, OPERATOR, log_access, note_access
from tests.serve import findings
from tests.serve.accounts.people import add_person, log_in
from tests.serve.actors import Actors


@pytest.fixture
def looks(client: FlaskClient, actors: Actors) -> list[uuid.UUID]:
    """Two claims: one with more looks of an agent than a page shows, one exported."""
    claims = [actors.add_claim(findings.CLEAN) for _ in range(2)]
    with actors.runtime.transaction() as session:
        for _ in range(PAGE + 1):
            log_access(session, actors.agent, claims[0], "a" * 64, "view")
        log_access(session, actors.shop, claims[0], "a" * 64, "overlay")
        note_access(session, OPERATOR, claims[1], "b" * 64, EXPORT)
    add_person(actors, "admin", "Sun Li")
    log_in(client, "Sun Li")
    return claims


def rows(page: str) -> int:
    return len(re.findall(r'<p class="who">', page))


def test_looks_are_filtered_by_claim_and_by_person(
    client: FlaskClient, actors: Actors, looks: list[uuid.UUID]
) -> None:
    everything = client.get("/console/looks?lang=en").text
    assert f"{PAGE + 3} in all" in everything
    assert "operator on the command line" in everything
    exported = client.get(f"/console/looks?lang=en&claim={looks[1]}").text
    assert (rows(exported), "1 in all" in exported) == (1, True)
    shops = client.get(f"/console/looks?lang=en&person={actors.shop.account_id}").text
    assert (rows(shops), "a shop" in shops, "saw the evidence" in shops) == (1, True, True)
    both = f"/console/looks?lang=en&person={actors.shop.account_id}&claim={looks[1]}"
    assert "No look fits" in client.get(both).text


def test_a_look_by_the_claim_link_names_no_person(
    client: FlaskClient, actors: Actors, looks: list[uuid.UUID]
) -> None:
    with actors.runtime.transaction() as session:
        log_access(session, Caller("customer", order_pk=uuid.uuid4()), looks[1], "c" * 64, "view")
    page = client.get(f"/console/looks?claim={looks[1]}").text
    assert (rows(page), "持申请链接的人" in page) == (2, True)


def test_looks_come_in_pages(client: FlaskClient, actors: Actors, looks: list[uuid.UUID]) -> None:
    path = f"/console/looks?lang=en&person={actors.agent.account_id}"
    first = client.get(path).text
    assert rows(first) == PAGE
    onwards = re.search(r'href="([^"]+)">Earlier', first)
    assert onwards is not None
    assert "Later" not in first
    second = client.get(onwards[1].replace("&amp;", "&")).text
    assert (rows(second), "Later" in second, "Earlier" in second) == (1, True, False)


def test_a_look_keeps_its_person_when_the_role_changes(
    client: FlaskClient, actors: Actors, looks: list[uuid.UUID]
) -> None:
    person = add_person(actors, "lead", "Wang Wei")
    with actors.runtime.transaction() as session:
        note_access(session, f"agent:{person.account_id}", looks[1], "b" * 64, "view")
    assert "1 in all" in client.get(f"/console/looks?lang=en&person={person.account_id}").text


@pytest.mark.parametrize(
    "query", ["claim=nonsense", "person=%00", "page=0", "page=-1", "page=99999999999", "page=9999"]
)
def test_whatever_is_asked_there_is_a_page(
    client: FlaskClient, looks: list[uuid.UUID], query: str
) -> None:
    assert client.get(f"/console/looks?{query}").status_code == 200
