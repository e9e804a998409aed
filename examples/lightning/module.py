"""The candidate as a LightningModule, as it is trained with a Trainer elsewhere."""

import torch
from lightning import LightningModule
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import OneCycleLR


class TumourClassifier(LightningModule):
    """Logits for malignant and benign; a malignant tumour that is missed costs more."""

    def __init__(self, features=30, hidden=16, lr=0.1, cost_of_missing=3.0):
        super().__init__()
        self.save_hyperparameters()
        self.network = nn.Sequential(
            nn.Linear(features, hidden), nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, 2)
        )
        self.register_buffer("costs", torch.tensor([cost_of_missing, 1.0]))

    def forward(self, x):
        return self.network(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        logits = self(x)
        loss = cross_entropy(logits, y, weight=self.costs)
        self.log("train_loss", loss)
        self.log("train_accuracy", (logits.argmax(1) == y).float().mean(), prog_bar=True)
        return loss

    def configure_optimizers(self):
        sgd = torch.optim.SGD(self.parameters(), lr=self.hparams.lr, momentum=0.9)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = OneCycleLR(sgd, max_lr=self.hparams.lr, total_steps=steps)
        return {"optimizer": sgd, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
