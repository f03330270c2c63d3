"""The shipped weights: which there are, what they are called, and a session to run them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from model.calibration import Calibration, read_calibration
from model.errors import Unavailable

WEIGHTS = Path(__file__).resolve().parent / "weights"
GRAPH, CALIBRATION, RELEASE = "network.onnx", "calibration.json", "release.json"


@dataclass(frozen=True)
class Release:
    """A set of weights with its calibration.

    Attributes:
        version: name of the release.
        sha256: digest over graph and calibration; either changes what is answered.
        calibration: how outputs become probabilities.
    """

    version: str
    sha256: str
    calibration: Calibration
    _folder: Path

    def open_session(self, threads: int = 1) -> Session:
        """Makes an inference session in this process; make it after forking.

        Raises:
            Unavailable: the weights in the folder are gone or are others by now.
        """
        graph, calibration, _ = _read_files(self._folder)
        _check_digest(identify(graph, calibration), self.sha256)
        return Session(graph, threads)


class Answer(NamedTuple):
    """What the network answers for one prepared photo.

    Attributes:
        maps: float32 (5, rows, columns) logits.
        kinds: float32 (8, rows, columns) logits.
        scene: float32 (4,) logits.
        embedding: float32 (320,); None from a graph that was exported without.
    """

    maps: NDArray[np.float32]
    kinds: NDArray[np.float32]
    scene: NDArray[np.float32]
    embedding: NDArray[np.float32] | None


class Session:
    """Runs the network on one prepared photo at a time; calls from several threads are safe."""

    def __init__(self, graph: bytes, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # An arena grows with every new input shape, and photos have many shapes.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )
        # It keeps the bytes for providers that fail, of which there are none here: a second copy of
        # the weights in each worker.
        self._session._model_bytes = None
        given = {output.name for output in self._session.get_outputs()}
        self._outputs = [name for name in Answer._fields if name in given]

    @property
    def describes(self) -> bool:
        """Whether the graph tells the embedding."""
        return "embedding" in self._outputs

    def run(self, image: NDArray[np.float32]) -> Answer:
        """Returns the answer for an input (1, 3, height, width), see `model.layout`."""
        values = self._session.run(self._outputs, {"image": image})
        found = {name: value[0] for name, value in zip(self._outputs, values, strict=True)}
        return Answer(**{"embedding": None, **found})


def load_release(folder: Path = WEIGHTS) -> Release:
    """Reads the weights of a folder.

    Raises:
        Unavailable: there are none, or they are not the ones that were released.
    """
    graph, calibration, release = _read_files(folder)
    sha256 = identify(graph, calibration)
    _check_digest(sha256, release["sha256"])
    try:
        read = read_calibration(calibration.decode("utf-8"))
    except (KeyError, TypeError) as error:
        raise Unavailable(
            "The calibration of the weights holds what this version of the program reads",
            repr(error),
            "Check out the program and the weights of one version",
            code="other_calibration",
        ) from error
    return Release(release["version"], sha256, read, folder)


def _read_files(folder: Path) -> tuple[bytes, bytes, dict[str, str]]:
    try:
        graph = (folder / GRAPH).read_bytes()
        calibration = (folder / CALIBRATION).read_bytes()
        release: dict[str, str] = json.loads((folder / RELEASE).read_text("utf-8"))
    except FileNotFoundError as error:
        raise Unavailable(
            "The weights folder holds " + ", ".join((GRAPH, CALIBRATION, RELEASE)),
            error.filename,
            "Check out the weights, or train some with `make model`",
            code="no_weights",
        ) from error
    return graph, calibration, release


def _check_digest(sha256: str, released: str) -> None:
    if sha256 != released:
        raise Unavailable(
            "The weights are the ones that were released",
            f"sha256 {sha256}, released was {released}",
            "Check out the weights again",
            code="altered_weights",
        )


def identify(graph: bytes, calibration: bytes) -> str:
    """Returns the digest that names a model: of its graph and its calibration together."""
    sha256 = hashlib.sha256(graph)
    sha256.update(b"\0" + calibration)
    return sha256.hexdigest()
