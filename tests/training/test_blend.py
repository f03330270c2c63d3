from pathlib import Path

import pytest
import torch

from model.errors import InvalidInput
from model.network import Network
from model.photo import digest
from training.blend import blend
from training.checkpoints import save_weights
from training.export import load_network


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("ends")
    paths = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        paths.append(save_weights(Network(), folder / f"{seed}.pt", {}))
    return paths[0], paths[1]


def test_every_weight_lies_in_the_middle_of_the_two(
    ends: tuple[Path, Path], tmp_path: Path
) -> None:
    mixed = load_network(blend(*ends, tmp_path / "mixed.pt")).state_dict()
    start, end = (load_network(path).state_dict() for path in ends)
    for name, value in mixed.items():
        if value.dtype.is_floating_point:
            assert torch.allclose(value, (start[name] + end[name]) / 2, atol=1e-6)
        else:
            assert torch.equal(value, start[name])


def test_a_blend_tells_what_it_was_made_of(ends: tuple[Path, Path], tmp_path: Path) -> None:
    stored = torch.load(blend(*ends, tmp_path / "mixed.pt"), weights_only=True)["settings"]
    assert stored == {"mean_of": [digest(path.read_bytes()) for path in ends]}


def test_neither_checkpoint_is_overwritten(ends: tuple[Path, Path]) -> None:
    before = ends[1].read_bytes()
    with pytest.raises(InvalidInput, match="beside"):
        blend(*ends, ends[1])
    assert ends[1].read_bytes() == before


def test_what_is_no_checkpoint_of_the_network_is_refused(
    ends: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.pt"
    torch.save({"weights": {"maps.weight": torch.zeros(1)}}, other)
    whole = ends[0].read_bytes()
    for content in (other.read_bytes(), b"", b"path,logit\n", whole[: len(whole) // 2]):
        other.write_bytes(content)
        with pytest.raises(InvalidInput, match=r"other\.pt"):
            blend(ends[0], other, tmp_path / "mixed.pt")
    assert not (tmp_path / "mixed.pt").exists()
