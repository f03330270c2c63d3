"""Networks that answer together: their file, their graph, and learning on from them."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from model.errors import InvalidInput
from model.network import Ensemble, Network
from model.photo import digest
from model.weights import Session
from training.checkpoints import join_checkpoints, load_weights, save_weights, split_checkpoint
from training.export import export_fp32, load_network


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("members")
    paths = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        paths.append(save_weights(Network(), folder / f"{seed}.pt", {}))
    return paths[0], paths[1]


def test_the_graph_answers_with_the_mean_of_its_members(
    members: tuple[Path, Path], tmp_path: Path
) -> None:
    joined = join_checkpoints(members, tmp_path / "joined.pt")
    image = np.random.default_rng(0).normal(size=(1, 3, 64, 96)).astype(np.float32)
    first, second, both = (
        Session(export_fp32(load_network(path), tmp_path / "graph.onnx").read_bytes(), 1).run(image)
        for path in (*split_checkpoint(joined, tmp_path), joined)
    )
    for name in ("maps", "kinds", "scene"):
        mean = (getattr(first, name) + getattr(second, name)) / 2
        assert np.allclose(getattr(both, name), mean, atol=1e-4), name
        assert not np.allclose(getattr(both, name), getattr(first, name), atol=1e-2), name
    assert both.embedding is not None
    assert first.embedding is not None
    assert np.allclose(both.embedding, first.embedding, atol=1e-4)


def test_members_come_out_as_they_went_in_to_half_precision(
    members: tuple[Path, Path], tmp_path: Path
) -> None:
    joined = join_checkpoints(members, tmp_path / "joined.pt")
    stored = torch.load(joined, weights_only=True)["settings"]
    assert stored == {"answers_of": [digest(path.read_bytes()) for path in members]}
    parts = split_checkpoint(joined, tmp_path / "parts")
    assert len(parts) == 2
    for part, member in zip(parts, members, strict=True):
        ours, theirs = (load_network(path).state_dict() for path in (part, member))
        assert all(torch.allclose(ours[name], theirs[name], 1e-3, 1e-6) for name in theirs)
        assert all(torch.equal(ours[name], theirs[name]) for name in theirs if "bn" in name)
    assert split_checkpoint(members[0], tmp_path / "parts") == [members[0]]


def test_joining_more_keeps_all(members: tuple[Path, Path], tmp_path: Path) -> None:
    joined = join_checkpoints(members, tmp_path / "joined.pt")
    more = load_network(join_checkpoints([joined, members[0]], tmp_path / "more.pt"))
    assert isinstance(more, Ensemble)
    assert len(more.members) == 3


def test_layers_that_all_have_in_common_are_computed_once(
    members: tuple[Path, Path], tmp_path: Path
) -> None:
    other = load_network(members[0])
    with torch.no_grad():
        other.kinds.bias += 1
        other.maps.weight += 1
    joined = join_checkpoints(
        [members[0], save_weights(other, tmp_path / "other.pt", {})], tmp_path / "joined.pt"
    )
    one, both = (
        [
            node.op_type
            for node in onnx.load(export_fp32(load_network(path), tmp_path / "g")).graph.node
        ]
        for path in (members[0], joined)
    )
    assert both.count("Conv") == one.count("Conv") + 2


def test_a_checkpoint_is_not_joined_alone_nor_over_itself(members: tuple[Path, Path]) -> None:
    before = members[0].read_bytes()
    with pytest.raises(InvalidInput, match="At least two"):
        join_checkpoints(members[:1], members[0].with_name("alone.pt"))
    with pytest.raises(InvalidInput, match="beside"):
        join_checkpoints(members, members[0])
    assert members[0].read_bytes() == before


def test_one_network_is_wanted_where_one_learns(members: tuple[Path, Path], tmp_path: Path) -> None:
    joined = join_checkpoints(members, tmp_path / "joined.pt")
    with pytest.raises(InvalidInput, match=r"joined\.pt holds 2"):
        load_weights(Network(), joined)
    (tmp_path / "text.pt").write_text("no weights", "utf-8")
    with pytest.raises(InvalidInput, match=r"text\.pt"):
        join_checkpoints([members[0], tmp_path / "text.pt"], tmp_path / "new.pt")
    assert not (tmp_path / "new.pt").exists()
