"""What the network is trained on, and what it is judged by."""

import torch

QUANTILES = torch.tensor([0.1, 0.9])
"""The shares of deliveries that come before the earlier and before the later number."""


def pinball(model, batch):
    """Mean pinball loss: smallest where each number is the quantile that it stands for.

    Koenker and Bassett 1978, Econometrica 46(1).
    """
    inputs, minutes = batch
    over = minutes[:, None] - model(inputs)
    return torch.maximum(QUANTILES * over, (QUANTILES - 1) * over).mean()


def coverage_gap(model, batches):
    """How far the share of deliveries between both numbers is from the promised 0.8."""
    inside = []
    for inputs, minutes in batches:
        earlier, later = model(inputs).T
        inside.append((earlier <= minutes) & (minutes <= later))
    promised = QUANTILES[1] - QUANTILES[0]
    return abs(torch.cat(inside).float().mean() - promised)
