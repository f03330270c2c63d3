"""Reports over HTTP: who gets them, for which days, and as spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from serve.reports import sheets
from tests.serve import findings
from tests.serve.accounts.people import add_person, key_of, log_in
from tests.serve.actors import Actors
from tests.serve.reports import story
from tests.serve.reports.story import at

ROUTES = ("summary", "days.csv", "claims.csv")
DAYS = {"from": "2026-12-08", "to": "2026-12-09"}


def get(client: FlaskClient, actors: Actors, name: str, **query: str) -> TestResponse:
    headers = key_of(actors, "lead")
    return client.get(f"/v1/reports/{name}", query_string=query, headers=headers)


def read(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


@pytest.mark.parametrize("name", ROUTES)
def test_leads_and_admins_read_reports_and_nobody_else(
    client: FlaskClient, actors: Actors, name: str
) -> None:
    path = f"/v1/reports/{name}"
    assert client.get(path).status_code == 401
    for refused in (actors.as_agent, actors.as_shop):
        assert client.get(path, headers=refused).status_code == 403
    for role in ("lead", "admin"):
        assert client.get(path, headers=key_of(actors, role)).status_code == 200
    add_person(actors, "lead")
    log_in(client)
    assert client.get(path).status_code == 200


def test_a_summary_tells_its_days_and_figures(client: FlaskClient, actors: Actors) -> None:
    story.tell(actors)
    with at(days=2):
        told = get(client, actors, "summary", **DAYS).json
    assert told["period"] == {**DAYS, "time_zone": "Asia/Shanghai", "shop_id": None}
    assert (told["received"], told["money"]["total_fen"]) == (4, 5000)
    assert told["first_response"]["clock"]["kept_share"] == 0.75
    assert told["wrong_pre_approvals"]["interval"] is None
    other = get(client, actors, "summary", **DAYS, shop_id="00000000-0000-0000-0000-000000000001")
    assert other.json["received"] == 0


def test_without_days_the_last_seven_are_told(client: FlaskClient, actors: Actors) -> None:
    with at():
        period = get(client, actors, "summary").json["period"]
        assert (period["from"], period["to"]) == ("2026-12-02", "2026-12-08")
        since = get(client, actors, "summary", **{"from": "2026-12-07"}).json
    assert [day["day"] for day in since["days"]] == ["2026-12-07", "2026-12-08"]


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"from": "2026-12-09", "to": "2026-12-08"}, "invalid_period"),
        ({"from": "2024-01-01", "to": "2026-12-08"}, "invalid_period"),
        ({"from": "yesterday"}, "validation_error"),
        ({"to": "0001-01-01"}, "validation_error"),
        ({"shop_id": "x"}, "validation_error"),
    ],
)
def test_other_days_are_refused(
    client: FlaskClient, actors: Actors, days: dict[str, str], code: str
) -> None:
    answer = get(client, actors, "summary", **days)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_the_spreadsheet_of_days(client: FlaskClient, actors: Actors) -> None:
    story.tell(actors)
    tuesday, wednesday = read(get(client, actors, "days.csv", **DAYS))
    assert list(tuesday) == list(sheets.DAY_COLUMNS)
    assert (tuesday["day"], tuesday["received"], tuesday["alone"]) == ("2026-12-08", "3", "1")
    assert (tuesday["pre_approval_fen"], tuesday["verdict_fen"]) == ("3000", "2000")
    assert (wednesday["total_fen"], wednesday["order_value_fen"]) == ("0", "3000")


def test_the_spreadsheet_of_claims(client: FlaskClient, actors: Actors) -> None:
    claims = story.tell(actors)
    rows = {row["claim_id"]: row for row in read(get(client, actors, "claims.csv", **DAYS))}
    assert set(rows) == {str(claim_id) for claim_id in claims.values()}
    late, appealed = rows[str(claims["late"])], rows[str(claims["appealed"])]
    assert list(late) == list(sheets.CLAIM_COLUMNS)
    assert (late["received_at"], late["answer_s"]) == ("2026-12-09 10:00:00", "240.0")
    assert late["missed_clocks"] == "first_answer; verified"
    assert (late["verdict"], late["machine_severity"], late["product"]) == (
        "decline",
        "none",
        "鸡腿便当",
    )
    assert (appealed["appealed"], appealed["granted_fen"], appealed["alone"]) == ("1", "3000", "0")


def test_cells_that_begin_like_formulas_are_harmless(client: FlaskClient, actors: Actors) -> None:
    for start in "=+-@":
        with at():
            actors.add_claim(findings.CLEAN, product=f"{start}cmd()", batch=f"{start}1")
    rows = read(get(client, actors, "claims.csv", **DAYS))
    assert sorted(row["product"] for row in rows) == ["'+cmd()", "'-cmd()", "'=cmd()", "'@cmd()"]
    assert {row["batch"][0] for row in rows} == {"'"}


def test_claims_are_read_some_at_a_time(
    client: FlaskClient, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "_ROWS", 2)
    with at():
        claims = {str(actors.add_claim(findings.CLEAN)) for _ in range(5)}
    answer = get(client, actors, "claims.csv", **DAYS)
    assert answer.is_streamed
    chunks = [chunk.decode() for chunk in answer.response]
    assert [chunk.count("\n") for chunk in chunks] == [1, 2, 2, 1]
    assert {line.split(",")[0] for line in "".join(chunks[1:]).splitlines()} == claims


def test_every_column_is_documented() -> None:
    text = Path("docs/dashboard.md").read_text("utf-8")
    named = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))
    assert {*sheets.DAY_COLUMNS, *sheets.CLAIM_COLUMNS} <= named


def test_a_file_is_named_by_its_days(client: FlaskClient, actors: Actors) -> None:
    answer = get(client, actors, "days.csv", **DAYS)
    assert "days-2026-12-08-2026-12-09.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
