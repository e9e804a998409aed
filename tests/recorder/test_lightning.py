"""The callback in a Trainer of PyTorch Lightning."""

import warnings

import lightning.pytorch as pl
import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

from stablecheck import PathRecorder
from stablecheck.errors import RecorderError
from stablecheck.recorder.lightning import PathCallback
from tests.recorder.loops import cross_entropy, small_loader, small_model


class Module(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = small_model()
        self.net[3].p = 0.0  # nothing random, so that the plain loop needs no common random state

    def training_step(self, batch, batch_idx):
        loss = cross_entropy(self.net, batch)
        self.log("loss", loss)
        return {"loss": loss}

    def validation_step(self, batch):
        self.log("val", cross_entropy(self.net, batch))

    def configure_optimizers(self):
        optimizer = torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9)
        return [optimizer], [torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)]


def fit(module, callback, *loaders, **options):
    trainer = pl.Trainer(
        accelerator="cpu", max_epochs=3, logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, callbacks=[callback], **options,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on workers of the loaders, which are not its matter
        trainer.fit(module, *loaders)
    return callback


def test_a_fit_is_recorded_and_measured_as_a_plain_loop_is():
    callback = fit(Module(), PathCallback(batches=2), small_loader(), small_loader(20))
    module = Module()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    recorder = PathRecorder(module, optimizer)
    for _ in range(3):
        for batch in small_loader():
            optimizer.zero_grad()
            cross_entropy(module.net, batch).backward()
            optimizer.step()
        schedule.step()

    def loss(model, batch):
        return cross_entropy(model.net, batch)

    expected = recorder.measure(loss, train=small_loader(), heldout=small_loader(20), batches=2)
    assert callback.found.record.step == tuple(range(18))
    assert callback.found.record.lr == expected.record.lr
    for source in ("train", "heldout"):
        for grid in ("rsi", "eb", "alignment", "loss"):
            np.testing.assert_allclose(
                getattr(getattr(callback.found.record, source), grid),
                getattr(getattr(expected.record, source), grid),
                rtol=1e-6,
            )
    assert callback.found.measures == pytest.approx(expected.measures, rel=1e-6, nan_ok=True)
    record = callback.recorder.report(score=0.9)
    assert (record.steps, record.path) == (18, callback.found.record)
    assert record.facts.n_train == 60


def test_the_precision_and_the_accumulation_of_the_trainer_are_those_of_the_measuring():
    """The first snapshot's loss is that of the untrained model under bfloat16's autocast."""
    batch = next(iter(small_loader()))
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        expected = cross_entropy(Module().net, batch).item()
    options = {"precision": "bf16-mixed", "accumulate_grad_batches": 3}
    callback = fit(Module(), PathCallback(), small_loader(), **options)
    assert callback.recorder.steps == 6
    found = callback.found.record.train.loss[0][0]
    assert found == expected
    assert found != pytest.approx(cross_entropy(Module().net, batch).item(), rel=1e-6)


def test_the_trained_weights_are_those_without_the_callback():
    watched, plain = Module(), Module()
    fit(watched, PathCallback(), small_loader(), small_loader())
    fit(plain, pl.Callback(), small_loader(), small_loader())
    state = plain.state_dict()
    assert all(torch.equal(state[name], value) for name, value in watched.state_dict().items())


def test_a_step_that_takes_only_a_batch_and_a_loss_of_ones_own_will_do():
    class Short(Module):
        def training_step(self, batch):
            return cross_entropy(self.net, self.on_device(batch))

        def on_device(self, batch):
            return batch

    given = PathCallback(lambda m, batch: cross_entropy(m.net, batch), heldout=[*small_loader()])
    own = PathCallback(heldout=[*small_loader()])
    fit(Short(), given, small_loader())
    fit(Short(), own, small_loader())
    assert own.found.record == given.found.record
    assert own.found.record.heldout is not None


class ByHand(Module):
    def __init__(self):
        super().__init__()
        self.automatic_optimization = False


class Two(Module):
    def configure_optimizers(self):
        return [torch.optim.SGD(self.net[at].parameters(), lr=0.1) for at in (0, 4)]


@pytest.mark.parametrize(
    ("module", "loader", "message"),
    [
        (ByHand, small_loader, r"optimises by hand, .*; expected PathCallback\(loss="),
        (lambda: Two().requires_grad_(), small_loader, "2 optimizers; expected one"),
        (Module, lambda: [small_loader(), small_loader()], "train_dataloader are 2 loaders; expec"),
    ],
)
def test_what_cannot_be_recorded_is_refused_before_the_training(module, loader, message):
    made = module()
    if isinstance(made, Two):
        made.automatic_optimization = False
    with pytest.raises(RecorderError, match=message) as error:
        fit(made, PathCallback(), loader())
    assert "\n" not in str(error.value)
    assert torch.equal(made.net[0].weight, Module().net[0].weight)


def test_without_lightning_its_absence_is_one_line(monkeypatch):
    import importlib
    import sys

    monkeypatch.setitem(sys.modules, "lightning.pytorch", None)
    monkeypatch.delitem(sys.modules, "stablecheck.recorder.lightning")
    with pytest.raises(RecorderError, match=r"pip install 'stablecheck\[lightning\]'"):
        importlib.import_module("stablecheck.recorder.lightning")


class Stream(IterableDataset):
    """Does not know its length."""

    def __iter__(self):
        yield from small_loader().dataset


def test_streams_of_batches_will_do():
    stream = DataLoader(Stream(), batch_size=10)
    callback = fit(Module(), PathCallback(), stream, stream)
    known = fit(Module(), PathCallback(), small_loader(), small_loader())
    assert callback.found.record == known.found.record
    assert callback.recorder.report().facts.n_train is None


def test_a_parameter_that_nobody_trains_is_left_out():
    class WithTeacher(Module):
        def __init__(self):
            super().__init__()
            self.teacher = nn.Linear(4, 3).requires_grad_(False)

    callback = fit(WithTeacher(), PathCallback(), small_loader())
    assert callback.recorder.report().parameters == sum(
        p.numel() for p in small_model().parameters()
    )
