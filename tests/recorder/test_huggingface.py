"""The callback in a Trainer of Hugging Face, on models built from a configuration."""

import numpy as np
import pytest
import torch
import transformers
from torch.utils.data import DataLoader

from stablecheck import PathRecorder
from stablecheck.errors import RecorderError
from stablecheck.recorder.huggingface import PathTrainerCallback, own_loss


def tiny_model():
    torch.manual_seed(0)
    return transformers.BertForSequenceClassification(
        transformers.BertConfig(
            vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=12, max_position_embeddings=8, num_labels=2,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        )
    )  # fmt: skip


def rows(count=24):
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(0, 20, (count, 6), generator=generator)
    return [{"input_ids": one, "labels": int(one.sum()) % 2} for one in ids]


def train(callback, tmp_path, model=None, **options):
    arguments = {
        "output_dir": str(tmp_path), "per_device_train_batch_size": 4, "num_train_epochs": 2,
        "learning_rate": 1e-2, "use_cpu": True, "report_to": [], "save_strategy": "no",
        "disable_tqdm": True, "logging_strategy": "no", "max_grad_norm": 0.0,
        "lr_scheduler_type": "constant", "optim": "sgd",
    } | options  # fmt: skip
    trainer = transformers.Trainer(
        model=model or tiny_model(),
        args=transformers.TrainingArguments(**arguments),
        train_dataset=rows(),
        eval_dataset=rows(8),
        callbacks=[callback],
    )
    trainer.train()
    return callback, trainer.model


def collated(count, batch_size=4):
    batches = DataLoader(
        rows(count), batch_size=batch_size, collate_fn=transformers.default_data_collator
    )
    return [*batches]


def test_a_training_is_recorded_and_measured_as_a_plain_loop_is(tmp_path):
    order = collated(24)
    callback, _ = train(
        PathTrainerCallback(heldout=collated(8), batches=2),
        tmp_path,
        train_sampling_strategy="sequential",
    )
    model = tiny_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    recorder = PathRecorder(model, optimizer)
    model.train()
    for batch in order * 2:
        optimizer.zero_grad()
        model(**batch).loss.backward()
        optimizer.step()

    expected = recorder.measure(
        lambda model, batch: model(**batch).loss, train=order, heldout=collated(8), batches=2
    )
    assert callback.found.record.step == expected.record.step == tuple(range(12))
    assert callback.found.record.lr == expected.record.lr
    for source in ("train", "heldout"):
        for grid in ("rsi", "eb", "loss"):
            np.testing.assert_allclose(
                getattr(getattr(callback.found.record, source), grid),
                getattr(getattr(expected.record, source), grid),
                rtol=1e-5,
                atol=1e-9,
            )
    assert callback.recorder.report(score=0.5).facts.n_train == 24


def test_the_trained_weights_are_those_without_the_callback(tmp_path):
    _, watched = train(PathTrainerCallback(), tmp_path)
    _, plain = train(transformers.TrainerCallback(), tmp_path)
    state = plain.state_dict()
    assert all(torch.equal(state[name], value) for name, value in watched.state_dict().items())


def test_the_batches_of_the_evaluation_are_the_held_out_ones(tmp_path):
    callback, _ = train(PathTrainerCallback(), tmp_path, eval_strategy="epoch")
    assert callback.found.record.heldout is not None
    assert callback.recorder.report().facts.n_heldout == 8


def test_the_precision_of_the_trainer_is_that_of_the_measuring(tmp_path):
    """The first snapshot's loss is that of the untrained model under bfloat16's autocast."""
    batch = collated(24)[0]
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        expected = tiny_model().train()(**batch).loss.item()
    callback, _ = train(
        PathTrainerCallback(), tmp_path, bf16=True, train_sampling_strategy="sequential"
    )
    assert callback.found.record.train.loss[0][0] == pytest.approx(expected, rel=1e-6)


def test_the_best_model_at_the_end_is_refused_before_the_training(tmp_path):
    options = {"load_best_model_at_end": True, "eval_strategy": "epoch", "save_strategy": "epoch"}
    with pytest.raises(RecorderError, match="load_best_model_at_end puts other weights into the"):
        train(PathTrainerCallback(), tmp_path, **options)


def test_a_model_that_gives_no_loss_is_told():
    batch = {"input_ids": torch.zeros(2, 6, dtype=torch.long)}
    with pytest.raises(RecorderError, match=r"output has no loss; expected batches with labels"):
        own_loss(tiny_model(), batch)


def test_without_transformers_its_absence_is_one_line(monkeypatch):
    import importlib
    import sys

    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.delitem(sys.modules, "stablecheck.recorder.huggingface")
    with pytest.raises(RecorderError, match=r"pip install 'stablecheck\[huggingface\]'"):
        importlib.import_module("stablecheck.recorder.huggingface")
