"""Loss and score of the example, on deliveries whose true quantiles are known."""

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.metrics import mean_pinball_loss


@pytest.fixture
def deliveries(code):
    """A large batch of inputs and minutes, with true mean and standard deviation."""
    data = code("custom_loss/data.py")
    x, minutes, *_ = data.deliveries(train=40_000, heldout=1)
    mean, deviation = data.mean_and_deviation(x)
    return (torch.tensor(x), torch.tensor(minutes)), mean, deviation


@pytest.fixture
def objective(code):
    return code("custom_loss/objective.py")


def numbers(mean, deviation, shares):
    """A model that knows the truth and gives the quantiles of these shares."""
    quantiles = torch.tensor(mean[:, None] + deviation[:, None] * norm.ppf(shares))
    return lambda _inputs: quantiles


def test_the_loss_is_the_mean_of_scikit_learns_for_both_quantiles(objective, deliveries):
    batch, mean, deviation = deliveries
    model = numbers(mean, deviation, [0.3, 0.6])
    both = [
        mean_pinball_loss(batch[1], model(None)[:, place], alpha=share)
        for place, share in enumerate([0.1, 0.9])
    ]
    assert float(objective.pinball(model, batch)) == pytest.approx(np.mean(both))


def test_the_true_quantiles_have_the_loss_of_a_normal_distribution(objective, deliveries):
    """A normal variable's pinball loss at its own quantile z is the deviation times its density."""
    batch, mean, deviation = deliveries
    loss = objective.pinball(numbers(mean, deviation, [0.1, 0.9]), batch)
    assert float(loss) == pytest.approx(deviation.mean() * norm.pdf(norm.ppf(0.1)), rel=0.02)


def test_no_other_quantiles_have_a_smaller_loss_than_the_true_ones(objective, deliveries):
    batch, mean, deviation = deliveries
    losses = {
        share: float(objective.pinball(numbers(mean, deviation, [share, 1 - share]), batch))
        for share in (0.02, 0.06, 0.1, 0.15, 0.3)
    }
    assert min(losses, key=losses.get) == 0.1


@pytest.mark.parametrize(("shares", "gap"), [([0.1, 0.9], 0.0), ([0.25, 0.75], 0.3)])
def test_the_score_is_the_distance_of_the_share_inside_from_eight_tenths(
    objective, deliveries, shares, gap
):
    (inputs, minutes), mean, deviation = deliveries
    quantiles = numbers(mean, deviation, shares)(inputs)
    parts = list(zip(inputs.split(1500), minutes.split(1500), quantiles.split(1500), strict=True))
    answers = iter([part[2] for part in parts])
    score = objective.coverage_gap(lambda _: next(answers), [part[:2] for part in parts])
    assert float(score) == pytest.approx(gap, abs=0.01)
