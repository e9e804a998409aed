"""Dimension and effective dimension, against eigenvalues of covariances that are written out."""

import numpy as np
import pytest
import torch
from sklearn.preprocessing import OneHotEncoder
from torch import nn

from stablecheck.candidate.dimensions import dimensions, participation_ratio
from stablecheck.candidate.items import Items
from stablecheck.candidate.samples import InMemory
from stablecheck.candidate.streaming import Streamed

TABLE, LINEAR = nn.Embedding(9, 2), nn.Linear(3, 2)


def of_eigenvalues(x):
    eigenvalues = np.linalg.eigvalsh(np.cov(x.T))
    return eigenvalues.sum() ** 2 / (eigenvalues**2).sum()


def samples(inputs, rows):
    return InMemory(inputs, torch.zeros(rows))


@pytest.fixture
def tokens():
    """Some occur often and others rarely, and the second place repeats half of the first."""
    generator = np.random.default_rng(0)
    ids = generator.integers(0, 9, size=(200, 4)) ** 2 // 9
    ids[:100, 1] = ids[:100, 0]
    return torch.from_numpy(ids)


@pytest.mark.parametrize("seed", range(3))
def test_the_effective_dimension_agrees_with_the_eigenvalues(seed):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(30, 5 + 20 * seed)) * np.arange(1, 6 + 20 * seed)
    assert participation_ratio(torch.from_numpy(x)) == pytest.approx(of_eigenvalues(x))


def test_tokens_count_as_their_one_hot_code(tokens):
    encoded = OneHotEncoder(sparse_output=False).fit_transform(tokens.numpy())
    dimension, effective = dimensions(samples(tokens, 200), TABLE)
    assert dimension == encoded.shape[1]
    assert effective == pytest.approx(of_eigenvalues(encoded))


def test_renaming_tokens_changes_nothing(tokens):
    renamed = torch.randperm(9, generator=torch.Generator().manual_seed(1))[tokens]
    assert dimensions(samples(renamed, 200), TABLE) == pytest.approx(
        dimensions(samples(tokens, 200), TABLE)
    )


def test_whole_numbers_of_a_model_without_a_table_are_amounts(tokens):
    dimension, effective = dimensions(samples(tokens, 200), LINEAR)
    assert dimension == 4
    assert effective == pytest.approx(of_eigenvalues(tokens.numpy()))


def test_tokens_and_amounts_are_taken_together(tokens):
    amounts = torch.randn(200, 3, generator=torch.Generator().manual_seed(2))
    encoded = OneHotEncoder(sparse_output=False).fit_transform(tokens.numpy())
    together = np.column_stack([encoded, amounts.double()])
    dimension, effective = dimensions(samples({"ids": tokens, "x": amounts}, 200), TABLE)
    assert dimension == together.shape[1]
    assert effective == pytest.approx(of_eigenvalues(together))


def test_one_token_everywhere_leaves_no_dimension_that_varies():
    assert dimensions(samples(torch.full((20, 3), 4), 20), TABLE) == (3, 0.0)


def test_streamed_tokens_have_the_dimensions_of_those_in_memory(tokens):
    streamed = Streamed(torch.utils.data.TensorDataset(tokens, torch.zeros(200)), Items(None, None))
    assert dimensions(streamed, TABLE) == dimensions(samples(tokens, 200), TABLE)


class Large(torch.utils.data.Dataset):
    """Rows of 8 MiB as float64."""

    def __init__(self):
        self.read = 0

    def __len__(self):
        return 60

    def __getitem__(self, index):
        self.read += 1
        return torch.linspace(0, index, 2**20), 0


def test_no_more_streamed_rows_are_held_than_fit_64_mebibytes():
    large = Large()
    dimension, effective = dimensions(Streamed(large, Items(None, None)), LINEAR)
    assert (dimension, effective) == (2**20, pytest.approx(1.0))
    assert large.read == 1 + 64 // 8
