"""Objects cut out of ordinary photos, from a rectangle and a few strokes somebody wrote down.

Pictures are not kept, only the list: `datasets/<source>/cutouts.csv` beside the source's card.
"""

from __future__ import annotations

import zlib
from collections.abc import Container, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InvalidInput
from training.cutout_lists import parse_seeds, read_listing
from training.outlines import draw_outline
from training.sprites import Sprite

TEXTURE_PIECES = 2
_ITERATIONS = 6
_MARGIN_SHARE = 0.35
_KEPT_PART = 0.08
_FEATHER_SIGMA_PX = 0.7

Rect = tuple[int, int, int, int]


def cut_out(bgr: NDArray[np.uint8], rect: Rect, seeds: str = "") -> NDArray[np.uint8]:
    """Cuts one object out of a photo with GrabCut. Same arguments, same bytes.

    Args:
        bgr: uint8 (height, width, 3).
        rect: x0, y0, x1, y1 in pixels, x1 and y1 exclusive; the object lies inside.
        seeds: `f:x,y,r` marks a disc as object, `b:x,y,r` as ground, `f:x,y,x2,y2,r` a stroke of
            radius r; joined by `;`. A ground mark wins over an object mark.

    Returns:
        uint8 (height, width, 4) BGRA with straight alpha, cropped to the object; (0, 0, 4) where
        none was found.

    Raises:
        InvalidInput: the rectangle covers all of the photo, or nothing of it.
    """
    height, width = bgr.shape[:2]
    x0, y0, x1, y1 = rect
    margin = max(12, round(_MARGIN_SHARE * max(x1 - x0, y1 - y0)))
    left, top = max(0, x0 - margin), max(0, y0 - margin)
    near = np.ascontiguousarray(bgr[top : min(height, y1 + margin), left : min(width, x1 + margin)])
    mask = np.full(near.shape[:2], cv2.GC_BGD, np.uint8)
    mask[y0 - top : y1 - top, x0 - left : x1 - left] = cv2.GC_PR_FGD
    for value, points, radius in sorted(parse_seeds(seeds), reverse=True):
        (ax, ay), (bx, by) = points[0], points[-1]
        start, end = (ax - left, ay - top), (bx - left, by - top)
        cv2.line(mask, start, end, value, max(1, 2 * radius - 1))
    wanted = mask == cv2.GC_FGD
    if (mask == cv2.GC_BGD).all() or not (mask == cv2.GC_BGD).any():
        raise InvalidInput("A rectangle leaves some ground around it", rect, code="bad_cutout")
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(near, mask, (0, 0, 1, 1), *models, _ITERATIONS, cv2.GC_INIT_WITH_MASK)
    body = _keep_parts((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), wanted)
    return _feather(near, body)


def read_cutouts(
    csv_path: Path, photos_root: Path, paths: Container[str] | None = None
) -> Iterator[Sprite]:
    """Cuts out what a list names.

    Args:
        csv_path: list of rectangles; see training.cutout_lists.
        photos_root: folder that its paths start from.
        paths: if given, other paths are left out.

    Yields:
        One sprite for a `cutout` row, TEXTURE_PIECES for a `texture` row; the group is
        `<source>/<stem>`, as in the manifest.

    Raises:
        InvalidInput: a row is malformed, or its photo cannot be read.
    """
    for row in read_listing(csv_path):
        if paths is not None and row["path"] not in paths:
            continue
        bgr = cv2.imread(str(photos_root / row["path"]), cv2.IMREAD_COLOR)
        if bgr is None:
            raise InvalidInput("A listed photo can be read", row["path"], code="bad_cutout")
        rect = (int(row["x0"]), int(row["y0"]), int(row["x1"]), int(row["y1"]))
        group = f"{Path(row['path']).parts[1]}/{Path(row['path']).stem}"
        photo = np.asarray(bgr, np.uint8)
        if row["mode"] == "cutout":
            yield Sprite(cut_out(photo, rect, row["seeds"]), row["kind"], group)
        else:
            for piece in _cut_pieces(photo, rect, zlib.crc32(repr((group, rect)).encode())):
                yield Sprite(piece, row["kind"], group)


def _keep_parts(body: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keeps the largest part, those not much smaller, and those that hold an object mark."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(body.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    kept = areas >= max(1, _KEPT_PART * areas.max())
    kept[np.unique(labels[wanted & body])] = True
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)


def _feather(bgr: NDArray[np.uint8], body: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Softens the edge by a pixel; there the object's own colour goes on, not the ground's."""
    if not body.any():
        return np.zeros((0, 0, 4), np.uint8)
    solid = body.astype(np.float32)
    alpha = cv2.GaussianBlur(solid, (0, 0), _FEATHER_SIGMA_PX)
    around = cv2.GaussianBlur(bgr * solid[:, :, None], (0, 0), 1.5)
    weight = cv2.GaussianBlur(solid, (0, 0), 1.5)[:, :, None]
    colour = np.where(body[:, :, None], bgr, around / np.maximum(weight, 1e-3))
    bgra = np.dstack([colour, alpha * 255]).clip(0, 255).astype(np.uint8)
    rows, columns = np.nonzero(bgra[:, :, 3])
    return bgra[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _cut_pieces(bgr: NDArray[np.uint8], rect: Rect, seed: int) -> Iterator[NDArray[np.uint8]]:
    """Cuts squares of a rectangle along random outlines."""
    x0, y0, x1, y1 = rect
    rng = np.random.default_rng(seed)
    short = min(x1 - x0, y1 - y0, bgr.shape[0] - y0, bgr.shape[1] - x0)
    for _ in range(TEXTURE_PIECES):
        side = max(8, round(short * rng.uniform(0.6, 1.0)))
        left, top = (
            int(rng.integers(a, max(a + 1, b - side + 1))) for a, b in ((x0, x1), (y0, y1))
        )
        alpha = (draw_outline(rng, side) * 255).astype(np.uint8)
        yield np.dstack([bgr[top : top + side, left : left + side], alpha])
