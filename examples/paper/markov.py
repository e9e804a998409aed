"""A text whose entropy is known: each letter depends on the few before it, and on nothing else.

    python markov.py

prints the entropy rate, which no model's loss can fall below, and the best possible accuracy.
"""

import numpy as np

LETTERS = 6
MEMORY = 2


def transitions(seed=0):
    """The chance of each letter after each context, shape [LETTERS ** MEMORY, LETTERS]."""
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(LETTERS, 0.4), size=LETTERS**MEMORY)


def write(table, count, rng):
    """A text of ``count`` letters as numbers, started by chance."""
    limits, chances = table.cumsum(axis=1), rng.random(count)
    text, context = np.empty(count, dtype=np.int64), 0
    for place, chance in enumerate(chances):
        letter = min(int(np.searchsorted(limits[context], chance)), LETTERS - 1)
        text[place] = letter
        context = (context * LETTERS + letter) % len(table)
    return text


def stationary(table):
    """How often each context occurs in the long run, shape [LETTERS ** MEMORY]."""
    contexts = np.arange(len(table))
    following = (contexts[:, None] * LETTERS + np.arange(LETTERS)) % len(table)
    moves = np.zeros((len(table), len(table)))
    moves[contexts[:, None], following] = table
    return np.linalg.matrix_power(moves, 4096)[0]


def entropy_rate(table):
    """Nats per letter: the smallest loss of any prediction."""
    return float(-(stationary(table) @ (table * np.log(table)).sum(axis=1)))


def best_accuracy(table):
    """The share of letters that the best guess gets right."""
    return float(stationary(table) @ table.max(axis=1))


def windows(length=8, train=4000, heldout=1000, seed=0):
    """Windows of ``length`` letters and the letter after each; none overlap."""
    table = transitions(seed)
    rng = np.random.default_rng([seed, 1])
    text = write(table, (train + heldout) * (length + 1), rng).reshape(-1, length + 1)
    x, y = text[:, :-1], text[:, -1]
    return x[:train], y[:train], x[train:], y[train:]


if __name__ == "__main__":
    table = transitions()
    print(f"entropy {entropy_rate(table):.3f} nats a letter, accuracy {best_accuracy(table):.3f}")
