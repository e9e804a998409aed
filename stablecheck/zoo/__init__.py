"""Models to start from: ``model: stablecheck.zoo:mlp``."""

from __future__ import annotations

from stablecheck.zoo.cnn import cnn
from stablecheck.zoo.mlp import mlp
from stablecheck.zoo.resnet import resnet
from stablecheck.zoo.transformer import transformer

__all__ = ["cnn", "mlp", "resnet", "transformer"]
