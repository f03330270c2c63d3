from pathlib import Path

import pytest
import torch

from model.errors import InvalidInput
from model.network import Network
from training.blend import blend
from training.export import load_network
from training.fit import save_weights


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("ends")
    paths = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        paths.append(save_weights(Network(), folder / f"{seed}.pt", {}))
    return paths[0], paths[1]


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_every_weight_lies_between_the_two_by_its_share(
    ends: tuple[Path, Path], share: float, tmp_path: Path
) -> None:
    mixed = load_network(blend(*ends, tmp_path / "mixed.pt", share)).state_dict()
    start, end = (load_network(path).state_dict() for path in ends)
    for name, value in mixed.items():
        if value.dtype.is_floating_point:
            assert torch.allclose(value, (1 - share) * start[name] + share * end[name], atol=1e-6)
        else:
            assert torch.equal(value, start[name])


def test_what_is_no_checkpoint_of_the_network_is_refused(
    ends: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.pt"
    torch.save({"weights": {"maps.weight": torch.zeros(1)}}, other)
    with pytest.raises(InvalidInput, match=r"other\.pt"):
        blend(ends[0], other, tmp_path / "mixed.pt")
    assert not (tmp_path / "mixed.pt").exists()
