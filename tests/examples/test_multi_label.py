"""The messages of the example: counts, and topics that are there or not."""

import numpy as np
import torch


def test_messages_are_counts_and_topics_zeros_and_ones(code):
    data = code("multi_label/data.py")
    x, y, x_heldout, y_heldout = data.messages(count=50, heldout=0.2)
    assert (x.shape, x_heldout.shape) == ((40, data.WORDS), (10, data.WORDS))
    assert (y.shape, y_heldout.shape) == ((40, data.TOPICS), (10, data.TOPICS))
    np.testing.assert_array_equal(np.unique(y), [0, 1])
    np.testing.assert_array_equal(x, np.round(np.abs(x)))
    assert set(y.sum(axis=1)) > {1, 2, 3}


def test_the_network_gives_a_logit_for_each_topic(code):
    model = code("multi_label/model.py").build(words=6, topics=4, hidden=3)
    assert model(torch.rand(5, 6)).shape == (5, 4)
