"""One scorer per process, behind a gate that bounds how many photos are decoded at once."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from prometheus_client import Histogram

from model.severity import grade

if TYPE_CHECKING:
    from pathlib import Path

    from model.assessment import Assessment
    from model.scorer import Scorer
    from model.severity import GradeRules

log = logging.getLogger(__name__)

_SECONDS = Histogram("freshclaim_scoring_seconds", "Time to assess one photo")


class Slots:
    """So many places for threads; one that has a place keeps it when it asks again.

    A thread takes its place before it reads a photo's bytes, and gives it back when it has let go
    of them: those who wait hold no photo.
    """

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._mine = threading.local()

    def __enter__(self) -> None:
        depth = getattr(self._mine, "depth", 0)
        if depth == 0:
            self._free.acquire()
        self._mine.depth = depth + 1

    def __exit__(self, *_: object) -> None:
        self._mine.depth -= 1
        if self._mine.depth == 0:
            self._free.release()


class ScoringGate:
    """Lets at most so many photos be decoded and scored at a time; the others wait.

    The largest accepted photo takes a few hundred megabytes while it is decoded, so this bound
    is what bounds the memory of a process. The scorer is loaded at its first use, after fork.
    """

    def __init__(self, at_once: int, weights: Path | None = None) -> None:
        """Prepares the gate for so many photos at a time.

        Args:
            at_once: how many photos.
            weights: folder of the weights; None for the shipped ones.
        """
        self._slots = Slots(at_once)
        self._weights = weights
        self._loading = threading.Lock()
        self._scorer: Scorer | None = None

    @property
    def slots(self) -> Slots:
        """Hold one while the bytes of a photo are in memory."""
        return self._slots

    def assess(
        self,
        data: bytes,
        name: str,
        rules: GradeRules,
        packing: bytes | None = None,
        record: tuple[bytes, ...] = (),
    ) -> Assessment:
        """Assesses one photo and grades it by a policy's rules; read the bytes inside a slot.

        See `model.scorer.Scorer.assess`.
        """
        scorer = self.scorer()
        with _SECONDS.time(), self._slots:
            found = scorer.assess(data, name=name, packing=packing, record=record)
        return replace(found, grade=grade(found.scores, rules, found.problems))

    def scorer(self) -> Scorer:
        """Returns the scorer of this process."""
        with self._loading:
            if self._scorer is None:
                from model.scorer import Scorer

                self._scorer = Scorer(self._weights) if self._weights else Scorer()
            return self._scorer

    def check(self) -> None:
        """Loads the weights if they are not loaded.

        Raises:
            Unavailable: there are none, or they are not the ones that were released.
        """
        log.debug("model %s", self.scorer().version)

    def warm_up(self) -> None:
        """Loads the weights ahead of their first use; a failure shows when they are used."""
        try:
            self.check()
        except Exception:
            log.exception("the model could not be loaded")
