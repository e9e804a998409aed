"""A module of ``pytorch_lightning``, the older name of ``lightning.pytorch``."""

from __future__ import annotations

import torch
from pytorch_lightning import LightningModule

from tests.candidate.frameworks import lightning_modules


class Classifier(LightningModule):
    """Has what the module of the other package has."""

    def __init__(self) -> None:
        super().__init__()
        other = lightning_modules.Classifier()
        self.net, self.head = other.net, other.head

    forward = lightning_modules.Classifier.forward
    training_step = lightning_modules.Classifier.training_step

    def configure_optimizers(self):
        groups = [{"params": self.net.parameters()}]
        groups.append({"params": self.head.parameters(), "lr": 0.02})
        return torch.optim.SGD(groups, lr=0.1, momentum=0.9)
