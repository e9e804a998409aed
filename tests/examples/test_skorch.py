"""The net of the example, fitted by skorch itself."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale


@pytest.fixture
def net(code):
    torch.manual_seed(0)
    return code("skorch/net.py").build(hidden=8).set_params(verbose=0)


def test_skorch_itself_learns_with_it(net):
    x, y = load_wine(return_X_y=True)
    net.fit(scale(x).astype(np.float32), y)
    assert net.score(scale(x).astype(np.float32), y) > 0.7


def test_its_loss_smooths_the_labels_by_a_twentieth(net):
    """Of the cross-entropy 0.95 are the label's, and 0.05 are spread over the three cultivars."""
    net.initialize()
    logits, y = torch.randn(20, 3), torch.arange(20) % 3
    surprise = -torch.log_softmax(logits, dim=1)
    expected = (0.95 * surprise[torch.arange(20), y] + 0.05 * surprise.mean(dim=1)).mean()
    torch.testing.assert_close(net.get_loss(logits, y), expected)
