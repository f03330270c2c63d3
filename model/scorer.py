"""One photo in, one assessment out: one decode, two views by the network, sums over its maps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from model.assessment import Assessment, Evidence, ModelIdentity
from model.calibration import Calibration
from model.errors import FreshclaimError
from model.layout import SCENES
from model.outputs import Outputs, describe_photo, run_network
from model.photo import Photo, digest, read_photo
from model.portion import Filling, compare, measure_filling
from model.quality import find_problems
from model.regions import find_objects, find_place, score_picture, sigmoid
from model.scores import (
    NO_PORTION,
    ForeignObjectFinding,
    ForeignObjects,
    Portion,
    Scene,
    Scores,
    Spoilage,
)
from model.severity import default_rules, grade
from model.weights import WEIGHTS, Release, Session, load_release

_UNREADABLE = Scores(None, None, None, NO_PORTION)


class Scorer:
    """Assesses photos with one set of weights.

    The weights are read at the first use, so that a process that forks afterwards shares nothing.
    One scorer may serve several threads.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Prepares a scorer with the release in that folder."""
        self._folder = weights
        self._lock = Lock()
        self._loaded: tuple[Release, Session] | None = None

    @property
    def version(self) -> str:
        """Version of the weights."""
        return self._load()[0].version

    @property
    def sha256(self) -> str:
        """Digest of the weights and their calibration."""
        return self._load()[0].sha256

    def assess(
        self,
        data: bytes,
        name: str = "",
        packing: bytes | None = None,
        record: Sequence[bytes] = (),
    ) -> Assessment:
        """Assesses one photo.

        Args:
            data: bytes of the photo, as uploaded.
            name: what to call it in the answer.
            packing: the order's packing photo.
            record: earlier packing photos of the product.

        Returns:
            The assessment; a photo that cannot be read or used is told in `problems`. The same
            bytes give the same assessment.

        Raises:
            Unavailable: the weights are missing or damaged.
        """
        release, _ = self._load()
        try:
            photo = read_photo(data)
        except FreshclaimError:
            return self._conclude(release, name, _Seen(digest(data)), _UNREADABLE, ("unreadable",))
        seen = _Seen(photo.sha256, photo.width_px, photo.height_px)
        if problems := find_problems(photo):
            return self._conclude(release, name, seen, _UNREADABLE, problems)
        outputs = self.run(photo)
        scene = read_scene(outputs, release.calibration)
        if is_not_food(outputs, release.calibration):
            unscored = Scores(scene, None, None, NO_PORTION)
            return self._conclude(release, name, seen, unscored, ("not_food",))
        filling = self._measure(outputs)
        portion = compare(
            filling,
            self._measure_bytes(packing) if packing is not None else None,
            [full for earlier in record if (full := self._measure_bytes(earlier)) is not None],
            release.calibration,
            was_packed=packing is not None,
        )
        scores = read_scores(outputs, photo, scene, portion, release.calibration)
        evidence = _collect_evidence(outputs, photo, filling, release.calibration)
        return self._conclude(release, name, seen, scores, (), evidence)

    @property
    def describes(self) -> bool:
        """Whether the weights give photos an embedding."""
        return self._load()[1].describes

    def describe(self, data: bytes) -> NDArray[np.float32] | None:
        """Returns the embedding of a photo that was assessed: float32 (320,).

        None where the weights give none.

        Raises:
            InvalidInput: the bytes are no photo.
        """
        return describe_photo(self._load()[1], read_photo(data).bgr)

    def run(self, photo: Photo) -> Outputs:
        """Runs the network on a decoded photo."""
        return run_network(self._load()[1], photo.bgr)

    def _load(self) -> tuple[Release, Session]:
        with self._lock:
            if self._loaded is None:
                release = load_release(self._folder)
                self._loaded = release, release.open_session()
            return self._loaded

    def _measure(self, outputs: Outputs) -> Filling | None:
        food = np.maximum(outputs.maps["food"], outputs.maps["foreign"])
        return measure_filling(
            sigmoid(outputs.maps["container"]), sigmoid(food), self._load()[0].calibration
        )

    def _measure_bytes(self, data: bytes) -> Filling | None:
        """The filling in a reference photo; None when the photo is of no use."""
        try:
            photo = read_photo(data)
        except FreshclaimError:
            return None
        return None if find_problems(photo) else self._measure(self.run(photo))

    def _conclude(
        self,
        release: Release,
        name: str,
        seen: _Seen,
        scores: Scores,
        problems: tuple[str, ...],
        evidence: Evidence | None = None,
    ) -> Assessment:
        return Assessment(
            photo=name,
            sha256=seen.sha256,
            width_px=seen.width_px,
            height_px=seen.height_px,
            usable=not problems,
            problems=problems,
            scores=scores,
            grade=grade(scores, default_rules(), problems),
            model=ModelIdentity(release.version, release.sha256),
            evidence=evidence,
        )


class _Seen:
    """What is known of a photo before it is scored; sizes are 0 when it cannot be read."""

    def __init__(self, sha256: str, width_px: int = 0, height_px: int = 0) -> None:
        self.sha256, self.width_px, self.height_px = sha256, width_px, height_px


def _collect_evidence(
    outputs: Outputs, photo: Photo, filling: Filling | None, calibration: Calibration
) -> Evidence:
    return Evidence(
        bgr=photo.bgr,
        spoiled=sigmoid(outputs.maps["spoiled"]),
        spoiled_cell=calibration.spoiled_cell,
        mould=sigmoid(outputs.maps["mould"]),
        scale=photo.scale,
        container=filling.opening if filling else None,
        embedding=outputs.embedding,
    )


def _scene_shares(outputs: Outputs, calibration: Calibration) -> NDArray[np.float64]:
    logits = outputs.scene.astype(np.float64) / calibration.scene_temperature
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())


def read_scene(outputs: Outputs, calibration: Calibration) -> Scene:
    """Returns the likeliest scene with its probability."""
    shares = _scene_shares(outputs, calibration)
    best = int(shares.argmax())
    return Scene(SCENES[best], round(float(shares[best]), 4))


def is_not_food(outputs: Outputs, calibration: Calibration) -> bool:
    """Whether a photo is sent back because it does not show food."""
    share = _scene_shares(outputs, calibration)[SCENES.index("not_food")]
    return bool(share >= calibration.not_food_from)


def read_scores(
    outputs: Outputs, photo: Photo, scene: Scene, portion: Portion, calibration: Calibration
) -> Scores:
    """Turns the network's maps into scores; boxes are in pixels of the upright original."""
    place = find_place(outputs.maps["food"], outputs.maps["spoiled"])
    return Scores(
        scene,
        read_spoilage(outputs, calibration),
        _read_foreign(outputs, place, photo, calibration),
        portion,
    )


def read_spoilage(outputs: Outputs, calibration: Calibration) -> Spoilage:
    """Spoiled share of the food with its interval, and the probabilities of spoilage and mould."""
    maps = outputs.maps
    spoiled = sigmoid(maps["spoiled"]) >= calibration.spoiled_cell
    food = sigmoid(maps["food"]) >= calibration.food_cell
    visible = food | spoiled
    cells_share = float(spoiled.sum() / max(int(visible.sum()), 1))
    share, (low, high) = calibration.read_share(cells_share)
    everywhere = np.ones(food.shape, bool)
    return Spoilage(
        probability=round(
            calibration.spoiled.apply(score_picture(maps["spoiled"], everywhere, "spoiled")), 4
        ),
        area_fraction=round(share, 4),
        interval=(round(low, 4), round(high, 4)),
        mould_probability=round(
            calibration.mould.apply(score_picture(maps["mould"], everywhere, "mould")), 4
        ),
    )


def _read_foreign(
    outputs: Outputs, place: NDArray[np.bool_], photo: Photo, calibration: Calibration
) -> ForeignObjects:
    maps = outputs.maps
    probability = calibration.foreign.apply(score_picture(maps["foreign"], place, "foreign"))
    regions = find_objects(
        maps["foreign"], outputs.kinds, place, calibration.foreign_cell, calibration.kind_from
    )
    rows, columns = maps["foreign"].shape
    objects = []
    for region in regions:
        x0, y0, x1, y1 = region.box
        box = (
            max(0, round(x0 / columns * photo.width_px)),
            max(0, round(y0 / rows * photo.height_px)),
            min(photo.width_px, round(x1 / columns * photo.width_px)),
            min(photo.height_px, round(y1 / rows * photo.height_px)),
        )
        # The few cells of a small region may outdo the picture's strongest ten.
        surely = min(probability, calibration.foreign.apply(region.score))
        objects.append(ForeignObjectFinding(region.kind, round(surely, 4), box))
    return ForeignObjects(round(probability, 4), tuple(objects))
