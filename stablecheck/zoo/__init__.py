"""Models to start from: ``model: stablecheck.zoo:mlp``."""

from __future__ import annotations

from stablecheck.zoo.cnn import cnn
from stablecheck.zoo.mlp import mlp

__all__ = ["cnn", "mlp"]
