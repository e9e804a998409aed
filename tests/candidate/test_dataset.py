"""The digest of data tells everything apart that trains or scores differently."""

import torch

from stablecheck.candidate.dataset import Dataset
from stablecheck.candidate.samples import InMemory

X, Y = torch.arange(6.0).reshape(3, 2), torch.arange(3.0)


def digest_of(inputs=X, **fields):
    part = InMemory(inputs, Y)
    return Dataset(part, part, **fields).sha256


def test_the_same_data_has_the_same_digest():
    assert digest_of(target_std=2.0) == digest_of(target_std=2.0)


def test_units_names_and_classes_change_the_digest():
    one, other = {"left": X, "right": X + 1}, {"right": X, "left": X + 1}
    digests = [
        digest_of(),
        digest_of(target_std=4.0),
        digest_of(target_mean=1.0),
        digest_of(classes=("a", "b")),
        digest_of(inputs=one),
        digest_of(inputs=other),
    ]
    assert len(set(digests)) == len(digests)
