"""The text of the example: what its chances promise is what is counted in it."""

import numpy as np
import pytest
import torch

from tests.examples.conftest import EXAMPLES


@pytest.fixture
def data(code):
    return code("text/data.py")


@pytest.fixture
def text(data):
    return data.write(data.chances(), 40_000, np.random.default_rng(5))


def test_pairs_of_letters_are_as_frequent_in_a_long_text_as_computed(data, text):
    counted = np.zeros((data.LETTERS, data.LETTERS))
    np.add.at(counted, (text[:-1], text[1:]), 1 / (len(text) - 1))
    np.testing.assert_allclose(counted, data.pairs(data.chances()), atol=0.01)


def test_the_best_accuracy_is_that_of_guessing_by_the_true_chances(data, text):
    """Piece after piece: the first target by the letter before it, all others by the two before."""
    table, length = data.chances(), 4
    of_pairs = data.pairs(table)
    after_one = np.einsum("ab,abc->bc", of_pairs, table)
    pieces = text.reshape(-1, length + 1)
    right = [after_one[pieces[:, 0]].argmax(1) == pieces[:, 1]]
    for place in range(2, length + 1):
        guess = table[pieces[:, place - 2], pieces[:, place - 1]].argmax(1)
        right.append(guess == pieces[:, place])
    assert np.mean(right) == pytest.approx(data.best_accuracy(length), abs=0.01)


def test_every_target_is_the_letter_that_follows(data):
    x, y, x_heldout, y_heldout = data.windows(train=30, heldout=20, length=5)
    assert (x.shape, y.shape) == ((30, 5), (30, 5))
    assert (x_heldout.shape, y_heldout.shape) == ((20, 5), (20, 5))
    np.testing.assert_array_equal(x[:, 1:], y[:, :-1])


def test_the_comment_beside_the_limit_gives_the_numbers_of_the_text(data):
    comment = (EXAMPLES / "text" / "letters.yaml").read_text()
    most_frequent = data.pairs(data.chances()).sum(axis=0).max()
    assert f"{data.best_accuracy():.3f} of the letters right in the long run" in comment
    assert f"most frequent letter every time gets {most_frequent:.3f} right" in comment
    assert 0.95 * data.best_accuracy() == pytest.approx(0.56, abs=0.005)


def test_the_model_does_not_look_ahead(code):
    torch.manual_seed(0)
    model = code("text/model.py").LetterModel()
    text = torch.tensor([[0, 1, 2, 3], [0, 1, 5, 4]])
    logits = model(text)
    assert logits.shape == (2, 4, 6)
    torch.testing.assert_close(logits[0, :2], logits[1, :2])
    assert not torch.allclose(logits[0, 2:], logits[1, 2:])
