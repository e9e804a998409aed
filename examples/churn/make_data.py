"""Write churn.csv: synthetic customers whose true chance to leave is known.

The logit is linear in tenure, price and complaints, plus one interaction; the other features are
noise. The best possible accuracy (the Bayes rate) is printed.
"""

from pathlib import Path

import numpy as np

ROWS = 2400
FEATURES = ("tenure", "price", "complaints", "usage", "age", "region", "contacts", "discount")


def main():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(ROWS, len(FEATURES)))
    tenure, price, complaints = x[:, 0], x[:, 1], x[:, 2]
    logit = 3.0 * (-1.2 * tenure + 0.9 * price + 1.4 * complaints + 1.0 * tenure * price)
    chance = 1 / (1 + np.exp(-logit))
    leaves = rng.random(ROWS) < chance
    lines = [
        ",".join([*(f"{v:.4f}" for v in row), "yes" if y else "no"])
        for row, y in zip(x, leaves, strict=True)
    ]
    target = Path(__file__).with_name("churn.csv")
    target.write_text("\n".join([",".join([*FEATURES, "leaves"]), *lines]) + "\n")
    print(f"{ROWS} rows, Bayes accuracy {np.maximum(chance, 1 - chance).mean():.3f}")


if __name__ == "__main__":
    main()
