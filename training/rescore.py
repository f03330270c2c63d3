"""Assesses many stored photos again, for instance after a release."""

from __future__ import annotations

import json
from pathlib import Path

from tqdm import tqdm

from model.scorer import Scorer
from training.manifests import read_rows


def rescore(manifest: Path, out: Path) -> int:
    """Writes one assessment a line for every photo of a manifest; returns their number.

    Args:
        manifest: rows whose paths are relative to its folder.
        out: JSON lines, in the manifest's order.
    """
    scorer, rows = Scorer(), read_rows(manifest)
    partial = out.with_suffix(out.suffix + ".new")
    with partial.open("w", encoding="utf-8") as lines:
        for row in tqdm(rows, "rescore"):
            data = (manifest.parent / row.path).read_bytes()
            lines.write(json.dumps(scorer.assess(data, row.path).to_dict()) + "\n")
    partial.replace(out)
    return len(rows)
