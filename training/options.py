"""Checks of options of the command line."""

from __future__ import annotations

import click
import torch

from model.layout import SIDE_MULTIPLE


def check_side(ctx: click.Context, param: click.Parameter, side_px: int) -> int:
    """Refuses a side that the network's strides do not divide."""
    if side_px % SIDE_MULTIPLE:
        raise click.BadParameter(f"{side_px} is no multiple of {SIDE_MULTIPLE}")
    return side_px


def check_device(ctx: click.Context, param: click.Parameter, device: str) -> str:
    """Refuses a GPU that is not there."""
    if device == "cuda" and not torch.cuda.is_available():
        raise click.BadParameter("no GPU is found here")
    return device
