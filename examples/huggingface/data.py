"""Reviews in a made-up language, of which it is known what makes them good.

    python data.py

prints some of them. A good review has more words of praise than of blame, a bad one fewer. One
label of twenty is wrong, so that no prediction gets more than 0.95 right in the long run.
"""

import numpy as np
import torch
from torch.utils.data import Dataset

VOCABULARY = 16
PADDING, PRAISE, BLAME = 0, range(1, 5), range(5, 9)
LENGTH = 12
WRONG = 0.05


class Reviews(Dataset):
    """Mappings as a tokenizer gives them: ids and mask of shape [LENGTH], and the label."""

    def __init__(self, reviews, labels):
        self.reviews, self.labels = reviews, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        ids = torch.tensor(self.reviews[index])
        padded = torch.nn.functional.pad(ids, (0, LENGTH - len(ids)), value=PADDING)
        return {
            "input_ids": padded,
            "attention_mask": (padded != PADDING).long(),
            "labels": int(self.labels[index]),
        }


def opinion(review):
    """Words of praise minus words of blame."""
    return int(np.isin(review, PRAISE).sum() - np.isin(review, BLAME).sum())


def write(count, rng):
    """Reviews of four to LENGTH words that praise or blame on the whole."""
    found = []
    while len(found) < count:
        review = rng.integers(1, VOCABULARY, size=rng.integers(4, LENGTH + 1)).tolist()
        if opinion(review) != 0:
            found.append(review)
    return found


def reviews(train=1000, heldout=1000, seed=0):
    """The training part and the held-out part."""
    rng = np.random.default_rng(seed)
    texts = write(train + heldout, rng)
    good = np.array([opinion(text) > 0 for text in texts])
    labels = good ^ (rng.random(len(texts)) < WRONG)
    return Reviews(texts[:train], labels[:train]), Reviews(texts[train:], labels[train:])


if __name__ == "__main__":
    signs = dict.fromkeys(PRAISE, "+") | dict.fromkeys(BLAME, "-")
    for text in write(5, np.random.default_rng(0)):
        print(" ".join(signs.get(word, "o") for word in text), "→", opinion(text))
