"""LightningModules of the tests: each is a candidate's model."""

from __future__ import annotations

import torch
import torchmetrics
from lightning import LightningModule
from torch import nn
from torch.nn import functional
from torch.optim import lr_scheduler


class Classifier(LightningModule):
    """Logs as tutorials do, with ``configure_optimizers`` in any form."""

    def __init__(self, form: str = "optimizer", lr: float = 0.1, dropout: float = 0.0) -> None:
        super().__init__()
        self.form, self.lr = form, lr
        self.net = nn.Sequential(nn.Linear(64, 16), nn.Tanh(), nn.Dropout(dropout))
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        return self.head(self.net(x))

    def training_step(self, batch, batch_idx):
        x, y = batch
        logits = self(x)
        loss = functional.cross_entropy(logits, y)
        self.log("train_loss", loss, prog_bar=True)
        self.log_dict({"accuracy": (logits.argmax(1) == y).float().mean()})
        return loss

    def configure_optimizers(self):
        sgd = torch.optim.SGD(
            [{"params": self.net.parameters()}, {"params": self.head.parameters(), "lr": 0.02}],
            lr=self.lr,
            momentum=0.9,
        )
        return getattr(self, self.form)(sgd)

    def optimizer(self, sgd):
        return sgd

    def plain(self, sgd):
        return torch.optim.SGD(self.parameters(), lr=self.lr)

    def one_in_a_list(self, sgd):
        return [sgd]

    def two_lists(self, sgd):
        return [sgd], [lr_scheduler.StepLR(sgd, 1, gamma=0.5)]

    def a_dict(self, sgd):
        return {"optimizer": sgd}

    def a_dict_with_a_scheduler(self, sgd):
        return {"optimizer": sgd, "lr_scheduler": lr_scheduler.ExponentialLR(sgd, 0.7)}

    def a_dict_in_a_list(self, sgd):
        return [{"optimizer": sgd, "lr_scheduler": lr_scheduler.ExponentialLR(sgd, 0.7)}]

    def every_third_step(self, sgd):
        scheduler = lr_scheduler.ExponentialLR(sgd, 0.9)
        settings = {"scheduler": scheduler, "interval": "step", "frequency": 3}
        return {"optimizer": sgd, "lr_scheduler": settings}

    def every_second_epoch(self, sgd):
        scheduler = lr_scheduler.ExponentialLR(sgd, 0.3)
        return [sgd], [{"scheduler": scheduler, "interval": "epoch", "frequency": 2}]

    def one_cycle(self, sgd):
        steps = self.trainer.estimated_stepping_batches
        scheduler = lr_scheduler.OneCycleLR(sgd, max_lr=[0.2, 0.1], total_steps=int(steps))
        return {"optimizer": sgd, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

    def cosine_of_epochs(self, sgd):
        return [sgd], [lr_scheduler.CosineAnnealingLR(sgd, T_max=self.trainer.max_epochs)]

    def warm_up_then_decay(self, sgd):
        warm = lr_scheduler.LinearLR(sgd, 0.1, total_iters=5)
        decay = lr_scheduler.CosineAnnealingLR(sgd, 40)
        scheduler = lr_scheduler.SequentialLR(sgd, [warm, decay], milestones=[5])
        return [sgd], [{"scheduler": scheduler, "interval": "step"}]

    def two(self, sgd):
        return [sgd, torch.optim.SGD(self.head.parameters(), lr=0.1)]

    def plateau(self, sgd):
        return {
            "optimizer": sgd,
            "lr_scheduler": lr_scheduler.ReduceLROnPlateau(sgd),
            "monitor": "val_loss",
        }

    def nothing(self, sgd):
        return None

    def no_scheduler(self, sgd):
        return [sgd], [{"scheduler": "cosine"}]

    def weekly(self, sgd):
        scheduler = lr_scheduler.ExponentialLR(sgd, 0.9)
        return {"optimizer": sgd, "lr_scheduler": {"scheduler": scheduler, "interval": "week"}}

    def without_the_head(self, sgd):
        return torch.optim.SGD(self.net.parameters(), lr=0.1)

    def needs_a_closure(self, sgd):
        return torch.optim.LBFGS(self.parameters(), lr=0.1)


FORMS = (
    "optimizer", "one_in_a_list", "two_lists", "a_dict", "a_dict_with_a_scheduler",
    "a_dict_in_a_list", "every_third_step", "every_second_epoch", "one_cycle", "cosine_of_epochs",
    "warm_up_then_decay",
)  # fmt: skip


class Dict(Classifier):
    """Returns its loss in a dict, and takes the batch alone."""

    def training_step(self, batch):
        return {"loss": super().training_step(batch, 0), "more": 3}


HOOKS = (
    "on_fit_start", "on_train_start", "on_train_epoch_start", "on_train_batch_start",
    "on_before_zero_grad", "on_before_backward", "on_after_backward", "on_before_optimizer_step",
    "configure_gradient_clipping", "lr_scheduler_step", "on_train_batch_end", "on_train_epoch_end",
    "on_train_end", "on_fit_end",
)  # fmt: skip


class Telling(Classifier):
    """Takes down what is called, when, and with which number of the batch."""

    def __init__(self) -> None:
        super().__init__("every_third_step")
        self.told: list[tuple[object, ...]] = []

    def training_step(self, batch, batch_idx):
        if self.trainer.training:
            self.told.append(("training_step", self.global_step, self.current_epoch, batch_idx))
        return super().training_step(batch, batch_idx)


def _telling(name):
    def hook(self, *arguments, **named):
        numbers = tuple(one for one in arguments if isinstance(one, int))
        self.told.append((name, self.global_step, self.current_epoch, *numbers))
        return getattr(Classifier, name)(self, *arguments, **named)

    return hook


for _name in HOOKS:
    setattr(Telling, _name, _telling(_name))


class Changing(Classifier):
    """Changes its gradients, rates and weights in hooks, and ends at the averaged weights."""

    def __init__(self) -> None:
        super().__init__("two_lists")
        self.average = nn.Linear(16, 10).requires_grad_(False)

    def on_train_epoch_start(self):
        self.noise = 0.1 / (1 + self.current_epoch)

    def on_after_backward(self):
        self.head.bias.grad += self.noise

    def configure_gradient_clipping(
        self, optimizer, gradient_clip_val=None, gradient_clip_algorithm=None
    ):
        self.clip_gradients(optimizer, gradient_clip_val=0.5, gradient_clip_algorithm="norm")

    def lr_scheduler_step(self, scheduler, metric):
        scheduler.step()
        scheduler.step()

    @torch.no_grad()
    def on_train_batch_end(self, outputs, batch, batch_idx):
        for mean, now in zip(self.average.parameters(), self.head.parameters(), strict=True):
            mean.lerp_(now, float(outputs["loss"]) * 0.01)

    def on_train_end(self):
        self.head.load_state_dict(self.average.state_dict())


class ByValue(Classifier):
    """Clips each gradient."""

    def configure_gradient_clipping(
        self, optimizer, gradient_clip_val=None, gradient_clip_algorithm=None
    ):
        self.clip_gradients(optimizer, gradient_clip_val=0.01, gradient_clip_algorithm="value")


class Annealed(Classifier):
    """Its loss rests on the step."""

    def training_step(self, batch, batch_idx):
        return super().training_step(batch, batch_idx) * (1 + self.global_step / 100)


class FadingIn(Classifier):
    """Its outputs rest on the step."""

    def forward(self, x):
        return super().forward(x) * self.share()

    def share(self):
        return 0.5 + self.global_step / 50


class AskedByName(FadingIn):
    """The same, where no method names the step."""

    def share(self):
        return 0.5 + getattr(self, "_".join(("global", "step"))) / 50


class LaterLayers(LightningModule):
    """Has its layers from ``setup`` and ``configure_model``, and no ``forward``."""

    def setup(self, stage):
        assert stage == "fit"
        self.first = nn.Linear(64, 12)

    def configure_model(self):
        self.last = nn.Linear(12, 10)

    def training_step(self, batch, batch_idx):
        x, y = batch
        return functional.cross_entropy(self.last(self.first(x).relu()), y)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)


class Queue(Classifier):
    """Its loss rests on a buffer that its training step changes."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("seen", torch.zeros(10))

    def training_step(self, batch, batch_idx):
        loss = super().training_step(batch, batch_idx)
        self.seen += 0.1 * functional.one_hot(batch[1], 10).float().mean(0)
        return loss + (self(batch[0]).mean(0) * self.seen).sum()


class Tutorial(Classifier):
    """Keeps its losses until the epoch ends, and a metric of torchmetrics."""

    def __init__(self) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.accuracy = torchmetrics.Accuracy("multiclass", num_classes=10)
        self.losses = []
        self.epoch_means = []

    def training_step(self, batch, batch_idx):
        loss = super().training_step(batch, batch_idx)
        self.accuracy(self(batch[0]), batch[1])
        self.log("accuracy", self.accuracy, on_step=False, on_epoch=True)
        self.losses.append(loss)
        return loss

    def on_train_epoch_end(self):
        self.epoch_means.append(float(torch.stack(self.losses).detach().mean()))
        self.print(f"loss {self.epoch_means[-1]:.3f} on {self.device}")
        self.losses.clear()


class Manual(Classifier):
    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False


class Skipping(Classifier):
    def training_step(self, batch, batch_idx):
        return None


class Lossless(Classifier):
    def training_step(self, batch, batch_idx):
        return {"logits": self(batch[0])}


class Stepless(LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Linear(64, 10)


class OwnStep(Classifier):
    def optimizer_step(self, epoch, batch_idx, optimizer, optimizer_closure=None):
        optimizer.step(closure=optimizer_closure)


class Augmenting(Classifier):
    def on_after_batch_transfer(self, batch, dataloader_idx):
        return batch


class OldStyle(Classifier):
    def training_step(self, batch, batch_idx, optimizer_idx):
        return super().training_step(batch, batch_idx)


class Asking(Classifier):
    def training_step(self, batch, batch_idx):
        return super().training_step(batch, batch_idx) / self.trainer.strategy.world_size


class Ending(Classifier):
    def on_train_batch_start(self, batch, batch_idx):
        return -1


class HalfFrozen(Classifier):
    def __init__(self) -> None:
        super().__init__()
        self.net.eval()


class FrozenInside(Classifier):
    """Has a layer below another one that is to stay in evaluation mode."""

    def __init__(self) -> None:
        super().__init__()
        self.net[2].eval()


class WithCallbacks(Classifier):
    def configure_callbacks(self):
        return []


class AskingEarly(Classifier):
    def setup(self, stage):
        self.steps = self.trainer.max_steps


class Recording(Classifier):
    """Takes down every rate that a step is taken with."""

    def __init__(self, form: str) -> None:
        super().__init__(form)
        self.rates: list[list[float]] = []

    def configure_optimizers(self):
        configured = super().configure_optimizers()
        optimizer = configured["optimizer"] if isinstance(configured, dict) else configured[0]
        optimizer = optimizer[0] if isinstance(optimizer, list) else optimizer
        optimizer.register_step_pre_hook(self._take_down)
        return configured

    def _take_down(self, optimizer, args, kwargs):
        self.rates.append([group["lr"] for group in optimizer.param_groups])
