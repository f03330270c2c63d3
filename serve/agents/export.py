"""Writes labelled claims as a manifest: the format by which the service teaches.

The format is described in `docs/manifest.md`; it begins with the columns of every data set.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from model.canonical import dump_canonical
from serve.agents.audits import write_audits
from serve.agents.models import Verdict
from serve.agents.service import latest_verdicts
from serve.claims.service import get_claim
from serve.orders.service import get_order
from serve.privacy.service import EXPORT, OPERATOR, note_access
from serve.runtime import Runtime

if TYPE_CHECKING:
    from serve.claims.models import Claim, ClaimPhoto

COLUMNS = (
    *("path", "role", "source", "class", "licence", "group", "mask", "note"),
    *("sha256", "severity", "spoilage", "foreign_object_kinds", "boxes", "labelled_by"),
    *("blind", "audit_propensity", "model_version", "spoilage_severity", "claim", "decision"),
    "spoiled_regions",
)
LICENCE = "customer: to judge claims and to train this project's models, never to publish"
_SUFFIXES = {b"\xff\xd8": ".jpg", b"\x89P": ".png", b"RI": ".webp"}


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        claims: claims with a labelled photo.
        photos: labelled photos.
        unlabelled: photos whose claim has a verdict, but that have no labels of their own.
        audits: claims that an agent judged blind, whether labelled or not.
    """

    claims: int
    photos: int
    unlabelled: int
    audits: int


def export_claims(
    runtime: Runtime, folder: Path, progress: Callable[[int, int], None] | None = None
) -> Exported:
    """Writes every labelled photo with its row, and blind verdicts; writing again is safe.

    Args:
        runtime: the parts to work with.
        folder: made if missing; gets manifest.csv, photos/ and audits.csv.
        progress: called with verdicts done and verdicts in all.
    """
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    part = folder / ".manifest.csv.part"
    claims = photos = unlabelled = 0
    with runtime.transaction() as session:
        verdicts = latest_verdicts(session)
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for number, verdict in enumerate(verdicts, 1):
            # The looks are on record, whatever happens later, before any photo leaves the store.
            with runtime.transaction() as session:
                claim = get_claim(session, verdict.claim_id)
                rows = list(_rows(session, claim, verdict))
                without = len(claim.photos) - len(rows)
            for row in rows:
                row["path"] = _write_photo(runtime, row["sha256"], folder)
            writer.writerows(rows)
            claims += bool(rows)
            photos += len(rows)
            unlabelled += without
            if progress:
                progress(number, len(verdicts))
    with runtime.transaction() as session:
        audits = write_audits(session, folder)
    os.replace(part, folder / "manifest.csv")
    return Exported(claims, photos, unlabelled, audits)


def _rows(session: Session, claim: Claim, verdict: Verdict) -> Iterator[dict[str, Any]]:
    """Yields the rows of a claim's labelled photos, each noted as a look, still without a path."""
    labels = {label["photo"]: label for label in verdict.labels}
    order = get_order(session, claim.order_id)
    if claim.erased_at is not None:
        return
    for photo in claim.photos:
        label = labels.get(photo.sha256)
        if label is None:
            continue
        note_access(session, OPERATOR, claim.id, photo.sha256, EXPORT)
        yield {
            "role": "claim",
            "source": str(claim.shop_id),
            "class": _scene(photo),
            "licence": LICENCE,
            "group": f"{claim.shop_id}/{order.order_id}",
            "mask": "",
            "note": verdict.note,
            "sha256": photo.sha256,
            **_label_columns(label),
            **_verdict_columns(claim, verdict),
        }


def _label_columns(label: dict[str, Any]) -> dict[str, Any]:
    kinds = label["foreign_objects"]
    boxes = [[*box["box_px"], box["kind"]] for box in label["boxes"]]
    return {
        "spoilage": {True: "yes", False: "no", None: ""}[label["spoilage"]],
        "spoilage_severity": label["spoilage_severity"] or "",
        "foreign_object_kinds": "" if kinds is None else "|".join(kinds) or "none",
        "boxes": dump_canonical(boxes),
        # Verdicts from before regions could be drawn have none.
        "spoiled_regions": dump_canonical(label.get("spoiled_regions", [])),
    }


def _verdict_columns(claim: Claim, verdict: Verdict) -> dict[str, Any]:
    decision = claim.decisions[-1] if claim.decisions else None
    return {
        "severity": verdict.severity,
        "labelled_by": str(verdict.agent_id),
        "blind": int(verdict.blind),
        "audit_propensity": decision.outcome["audit_propensity"] if decision else 1.0,
        "model_version": decision.model_version if decision else "",
        "claim": str(claim.id),
        "decision": verdict.decision,
    }


def _scene(photo: ClaimPhoto) -> str:
    scene = (photo.assessment or {}).get("scene")
    return scene["label"] if scene else "unsorted"


def _write_photo(runtime: Runtime, sha256: str, folder: Path) -> str:
    data = runtime.photos.get(sha256)
    name = f"photos/{sha256}{_SUFFIXES.get(data[:2], '.heic')}"
    path = folder / name
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.rename(path)
    return name
