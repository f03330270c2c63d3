"""A password that somebody else made, which its person changes first."""

from __future__ import annotations

from flask.testing import FlaskClient

from serve.app import create_app
from tests.serve.accounts.people import PASSWORD, add_person, log_in
from tests.serve.actors import Actors
from tests.serve.console.test_people import post, shown_secret


def test_a_password_that_an_admin_made_opens_nothing_until_it_is_changed(
    client: FlaskClient, actors: Actors
) -> None:
    add_person(actors, "admin", "Sun Li")
    log_in(client, "Sun Li")
    made = shown_secret(post(client, "people", name="Wang Wei", role="lead"))
    theirs = create_app(actors.runtime).test_client()
    log_in(theirs, "Wang Wei", made)
    for path in ("", "dashboard", "looks"):
        assert theirs.get(f"/console/{path}").headers["Location"] == "/console/password"
    refused = theirs.get("/v1/claims")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "temporary_password")
    assert "first change it" in theirs.get("/console/password?lang=en").text
    kept = {"current": made, "new": made, "again": made}
    same = post(theirs, "password", **kept)
    assert (same.status_code, "must be another one" in same.text) == (422, True)
    changed = post(theirs, "password", **kept | {"new": PASSWORD, "again": PASSWORD})
    assert changed.status_code == 303
    assert theirs.get("/console/").status_code == 200
    assert theirs.get("/v1/claims").status_code == 200
    assert "first change it" not in theirs.get("/console/password?lang=en").text
