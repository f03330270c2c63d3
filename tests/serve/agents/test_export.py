from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

from flask.testing import FlaskClient

from serve.agents.export import COLUMNS, Exported, export_claims
from tests.serve import findings
from tests.serve.actors import Actors

SHARED = ["path", "role", "source", "class", "licence", "group", "mask", "note"]


def test_labelled_claims_become_a_manifest(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(
        findings.INSECT, findings.CLEAN, reason="foreign_object", order=order
    )
    first, second = (photo["sha256"] for photo in actors.show(claim_id)["photos"])
    box = {"kind": "insect", "box_px": [10, 20, 60, 80]}
    label = {"photo": first, "spoilage": False, "boxes": [box]}
    verdict = {
        "decision": "decline",
        "severity": "severe",
        "labels": [label],
        "note": "a fly, 苍蝇",
    }
    client.post(f"/v1/claims/{claim_id}/verdict", json=verdict, headers=actors.as_agent)
    actors.add_claim(findings.CLEAN)  # has no verdict

    assert export_claims(actors.runtime, tmp_path) == Exported(
        claims=1, photos=1, unlabelled=1, audits=0
    )
    export_claims(actors.runtime, tmp_path)  # a second run changes nothing
    with (tmp_path / "manifest.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row)[:8] == SHARED
    assert list(row) == list(COLUMNS)
    assert row["path"] == f"photos/{first}.jpg"
    assert hashlib.sha256((tmp_path / row["path"]).read_bytes()).hexdigest() == first
    assert (row["role"], row["source"]) == ("claim", str(actors.shop.account_id))
    assert row["group"] == f"{actors.shop.account_id}/{order.order_id}"
    assert (row["spoilage"], row["foreign_object_kinds"]) == ("no", "insect")
    assert json.loads(row["boxes"]) == [[10, 20, 60, 80, "insect"]]
    assert (row["severity"], row["blind"], row["audit_propensity"]) == ("severe", "0", "1.0")
    assert row["labelled_by"] == str(actors.agent.account_id)
    assert row["model_version"] == "test"
    assert row["note"] == "a fly, 苍蝇"
    assert second not in (tmp_path / "manifest.csv").read_text(encoding="utf-8")


def test_an_outline_of_spoiled_food_is_exported_as_it_was_drawn(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    outline = [[0, 0], [320, 0], [160, 240]]
    label = {"spoilage": True, "spoiled_regions": [outline]}
    verdict = {"decision": "decline", "severity": "minor", "labels": [label]}
    client.post(f"/v1/claims/{claim_id}/verdict", json=verdict, headers=actors.as_agent)
    export_claims(actors.runtime, tmp_path)
    with (tmp_path / "manifest.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert json.loads(row["spoiled_regions"]) == [outline]


def test_nothing_labelled_is_an_empty_manifest(actors: Actors, tmp_path: Path) -> None:
    assert export_claims(actors.runtime, tmp_path / "new") == Exported(0, 0, 0, 0)
    assert (tmp_path / "new" / "manifest.csv").read_text().strip() == ",".join(COLUMNS)
