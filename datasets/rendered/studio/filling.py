"""From a recipe and a share of the full portion to a filled vessel."""

from typing import Any

import numpy as np

from studio import cuts, morsels
from studio.heap import Heap, bed
from studio.leaves import make_leaf
from studio.mesh import Array, turn
from studio.vessels import Vessel

PIECES = {
    "tomato_half": (cuts.tomato_half, 0.12),
    "cherry_tomato": (cuts.cherry_tomato, 0.14),
    "cucumber": (cuts.cucumber, 0.05),
    "egg_half": (cuts.egg_half, 0.12),
    "onion_ring": (cuts.onion_ring, 0.15),
    "carrot_stick": (cuts.carrot_stick, 0.15),
    "carrot_coin": (morsels.carrot_coin, 0.06),
    "rice_grain": (morsels.rice_grain, 0.42),
    "sesame": (morsels.sesame, 0.2),
    "black_sesame": (morsels.black_sesame, 0.2),
    "plum": (morsels.plum, 0.25),
    "corn": (morsels.corn, 0.08),
    "pea": (morsels.pea, 0.06),
    "chicken": (morsels.chicken, 0.06),
    "karaage": (morsels.karaage, 0.12),
    "cube": (morsels.cube, 0.05),
    "crouton": (morsels.crouton, 0.05),
    "olive": (morsels.olive, 0.06),
    "broccoli": (morsels.broccoli, 0.2),
}
TILT = {
    "egg_half": 0.18,
    "tomato_half": 0.35,
    "cucumber": 0.3,
    "rice_grain": 0.14,
    "sesame": 0.2,
    "broccoli": 0.25,
    "chicken": 0.2,
    "onion_ring": 0.15,
    "carrot_stick": 0.15,
}
TUMBLE = {"cherry_tomato", "corn", "pea", "cube", "crouton", "karaage"}
DRAPE = {"onion_ring": 0.7, "carrot_stick": 0.7, "chicken": 0.25, "cucumber": 0.15}


def fill(
    vessel: Vessel, recipe: list[dict[str, Any]], share: float, seed: int, rot: dict[str, float]
) -> Heap:
    """Fill a vessel.

    Args:
        vessel: the container.
        recipe: parts, each with its area, level, bed, leaves, toppings and sprinkles.
        share: of the full portion, 0..1.
        seed: draws everything.
        rot: `share` of the leaves that rot and `decay`, how far, both 0..1; empty for fresh.
    """
    rng = np.random.default_rng(seed)
    heap = Heap(vessel, rng)
    for part in recipe:
        _fill_part(heap, part, share, rot)
    heap.settle()
    return heap


def _region(heap: Heap, area: list[float], margin_cm: float) -> np.ndarray:
    """Cells of the part's rectangle, in halves of the opening, less a margin."""
    x0, x1 = area[0] * heap.vessel.half[0], area[1] * heap.vessel.half[0]
    y0, y1 = area[2] * heap.vessel.half[1], area[3] * heap.vessel.half[1]
    m = margin_cm
    inside = (heap.x > x0 + m) & (heap.x < x1 - m) & (heap.y > y0 + m) & (heap.y < y1 - m)
    return inside & (heap.vessel.reach(heap.x, heap.y) < 0.99 - m / max(heap.vessel.half))


def _level(heap: Heap, part: dict[str, Any], region: np.ndarray, share: float) -> Array:
    """Target height: a dome over the filled share of the part's depth."""
    x, y = heap.x[region], heap.y[region]
    centre, half = (x.min() + x.max()) / 2, max(np.ptp(x) / 2, 1e-6)
    middle, deep = (y.min() + y.max()) / 2, max(np.ptp(y) / 2, 1e-6)
    far = ((heap.x - centre) / half) ** 2 + ((heap.y - middle) / deep) ** 2
    dome = part.get("dome", 1.0) * np.clip(1.0 - 0.8 * far, -0.3, 1.0)
    full = part["level"] * heap.vessel.height + dome
    return heap.floor + share * np.maximum(full - heap.floor, 0.0)


def _fill_part(heap: Heap, part: dict[str, Any], share: float, rot: dict[str, float]) -> None:
    region = _region(heap, part["area"], 0.0)
    level = _level(heap, part, region, share)
    bed(heap, level - part.get("cover", 1.2), part["bed"], region)
    amount = share**0.6
    inner = _region(heap, part["area"], part.get("margin", 1.0))
    if part.get("leaves"):
        _leaves(heap, part, level, inner, round(part["leaf_count"] * amount), rot)
    mid = _region(heap, part["area"], part.get("topping_margin", 1.0))
    toppings = _listed(part.get("toppings", {}), amount)
    if not part.get("ordered"):
        toppings = [toppings[k] for k in heap.rng.permutation(len(toppings))]
    for sort in toppings:
        _place(heap, sort, level, mid)
    near = _region(heap, part["area"], part.get("sprinkle_margin", 0.5))
    for sort in _listed(part.get("sprinkles", {}), share):
        _place(heap, sort, level, near)


def _listed(wanted: dict[str, int], amount: float) -> list[str]:
    """Every piece of the table once, in the table's order."""
    return [name for name, count in wanted.items() for _ in range(round(count * amount))]


def _leaves(
    heap: Heap,
    part: dict[str, Any],
    level: Array,
    region: np.ndarray,
    count: int,
    rot: dict[str, float],
) -> None:
    sorts = list(part["leaves"])
    weight = np.array([part["leaves"][s] for s in sorts], float)
    for k in range(count):
        sort = sorts[int(heap.rng.choice(len(sorts), p=weight / weight.sum()))]
        late = k > count * 0.45
        bad = late and heap.rng.random() < rot.get("share", 0.0)
        decay = rot["decay"] * heap.rng.uniform(0.6, 1.3) if bad else 0.0
        leaf = make_leaf(sort, heap.rng, min(decay, 1.0))
        x, y = heap.lowest_place(level, region, 10)
        flip = np.diag([1.0, -1.0, -1.0]) if heap.rng.random() < 0.25 else np.eye(3)
        stiff = 0.5 if sort == "spinach" else 0.4
        heap.lay(leaf.posed(flip), x, y, 0.34, 0.3, stiff + 0.25 * decay)


def _place(heap: Heap, sort: str, level: Array, region: np.ndarray) -> None:
    make, sink = PIECES[sort]
    piece = make(heap.rng)
    if sort in TUMBLE:
        piece = piece.posed(turn(*heap.rng.uniform(0, 2 * np.pi, 3)))
    if sort == "plum":
        x, y = float(heap.x[region].mean()), float(heap.y[region].mean())
    else:
        x, y = heap.lowest_place(level, region, 1 if "sesame" in sort else 14)
    heap.lay(piece, x, y, TILT.get(sort, 0.45), sink, DRAPE.get(sort, 0.0))
