"""The LightningModule of the example: its loss, its schedule, and the data it is given."""

import lightning
import numpy as np
import pytest
import torch


@pytest.fixture
def module(code):
    torch.manual_seed(0)
    return code("lightning/module.py").TumourClassifier(cost_of_missing=3.0).eval()


def test_a_missed_tumour_costs_three_times_as_much(module, monkeypatch):
    """The weighted mean of what each row costs, malignant ones three times."""
    monkeypatch.setattr(module, "log", lambda *_, **__: None)
    x, y = torch.randn(50, 30), torch.arange(50) % 2
    with torch.no_grad():
        loss = float(module.training_step((x, y), 0))
        chances = torch.softmax(module(x), dim=1).numpy()
    cost = -np.log(chances[np.arange(50), y])
    assert loss == pytest.approx(np.average(cost, weights=np.where(y == 0, 3, 1)), rel=1e-5)


@pytest.mark.filterwarnings("ignore")  # Lightning's own, on loaders and on what torch deprecates
def test_the_rate_rises_to_the_modules_own_and_falls_to_nearly_nothing(code):
    """Under a Trainer of Lightning itself, step by step."""
    module = code("lightning/module.py").TumourClassifier(lr=0.2)
    rows = torch.utils.data.TensorDataset(torch.randn(40, 30), torch.arange(40) % 2)
    rates = []
    module.on_train_batch_start = lambda *_: rates.append(module.optimizers().param_groups[0]["lr"])
    trainer = lightning.Trainer(
        max_epochs=5, accelerator="cpu", logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False,
    )  # fmt: skip
    trainer.fit(module, torch.utils.data.DataLoader(rows, batch_size=10))
    assert len(rates) == 20
    assert max(rates) == pytest.approx(0.2, rel=0.05)
    assert rates[0] < 0.2 / 20
    assert rates[-1] < 0.2 / 1000


def test_features_have_mean_0_and_deviation_1_in_the_training_part(code):
    x, y, x_heldout, y_heldout = code("lightning/data.py").tumours(heldout=0.3)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=1e-5)
    assert len(x) + len(x_heldout) == 569
    assert y.mean() == pytest.approx(y_heldout.mean(), abs=0.01)
