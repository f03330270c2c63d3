from copy import deepcopy

import pytest
import torch
from timm.layers import BatchNormAct2d

from model.network import Network
from training.norms import fix_norms


@pytest.fixture
def network() -> Network:
    """A network whose statistics are not those of a fresh one."""
    torch.manual_seed(5)
    made = Network()
    for module in made.modules():
        if isinstance(module, BatchNormAct2d):
            torch.nn.init.uniform_(module.running_mean, -0.3, 0.3)
            torch.nn.init.uniform_(module.running_var, 0.5, 2.0)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.3, 0.3)
    return made


def test_fixed_norms_answer_as_the_network_in_use_does(network: Network) -> None:
    fixed = deepcopy(network).train()
    fix_norms(fixed.backbone)
    image = torch.rand(2, 3, 64, 96)
    with torch.no_grad():
        wanted = network.eval().backbone(image)
        found = fixed.backbone(image)
    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, atol=1e-4, rtol=1e-3)


def test_statistics_stay_and_weights_learn_under_their_names(network: Network) -> None:
    before = {name: value.clone() for name, value in network.state_dict().items()}
    fix_norms(network.train().backbone)
    assert list(network.state_dict()) == list(before)
    sum(value.square().mean() for value in network.backbone(torch.rand(2, 3, 64, 64))).backward()
    for name, value in network.backbone.named_parameters():
        assert value.grad is not None, name
        assert value.grad.abs().sum() > 0, name
    for name, value in network.backbone.named_buffers():
        assert torch.equal(value, before[f"backbone.{name}"]), name
