"""A text whose best possible prediction is known: each letter hangs on the two before it alone.

    python data.py

prints the share of letters that the best prediction of the next one gets right.
"""

import numpy as np

ALPHABET = "abcdef"
LETTERS = len(ALPHABET)
LENGTH = 16


def chances(seed=0):
    """The chance of each letter after each two, shape [LETTERS, LETTERS, LETTERS]."""
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(LETTERS, 0.2), size=(LETTERS, LETTERS))


def write(table, count, rng):
    """A text of ``count`` letters, as numbers."""
    text = [0, 0]
    for _ in range(count):
        text.append(rng.choice(LETTERS, p=table[text[-2], text[-1]]))
    return np.array(text[2:])


def windows(train=600, heldout=200, length=LENGTH, seed=0):
    """Pieces of text and, for each of their letters, the one that follows it."""
    text = write(chances(), (train + heldout) * (length + 1), np.random.default_rng(seed))
    pieces = text.reshape(-1, length + 1)
    x, y = pieces[:, :-1], pieces[:, 1:]
    return x[:train], y[:train], x[train:], y[train:]


def pairs(table):
    """How often two letters stand side by side in the long run, shape [LETTERS, LETTERS]."""
    often = np.full((LETTERS, LETTERS), 1 / LETTERS**2)
    for _ in range(4096):
        often = np.einsum("ab,abc->bc", often, table)
    return often


def best_accuracy(length=LENGTH):
    """The share of letters that the best prediction gets right in pieces of this length.

    The first letter of a piece has one letter before it less than the chain remembers.
    """
    triples = pairs(chances())[:, :, None] * chances()
    first, others = triples.sum(axis=0).max(axis=1).sum(), triples.max(axis=2).sum()
    return float((first + (length - 1) * others) / length)


if __name__ == "__main__":
    sample = "".join(ALPHABET[letter] for letter in windows()[0][0])
    print(f"text such as {sample}; best possible accuracy {best_accuracy():.3f}")
