"""Write churn.csv: synthetic customers whose true chance to leave is known.

    python make_data.py

prints the best accuracy that any prediction can reach, for all customers and for the latest fifth.
The chance follows from plan, country, price, complaints and usage, with an interaction of price and
plan; age, channel and the day of signing up tell nothing. Some customers have no app: then usage is
a gap, which raises the chance to leave. Some countries are unknown.
"""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

CUSTOMERS = 2000
FIRST_DAY, DAYS = date(2023, 1, 1), 730
PLANS = ("basic", "plus", "premium")
COUNTRIES = {"AT": 1.0, "CH": -2.0, "DE": 0.0, "FR": 2.0, "": 0.5}
CHANNELS = ("partner", "shop", "web")
SHARPNESS = 2.0
HEADER = ("customer_id", "signed_up", "plan", "country", "channel", "age", "price", "complaints",
          "usage", "leaves")  # fmt: skip


def customers(seed=7):
    """Columns by name, without ``leaves``, in the order of signing up; ``usage`` is NaN in gaps."""
    rng = np.random.default_rng(seed)
    plan = rng.integers(len(PLANS), size=CUSTOMERS)
    country = rng.choice(len(COUNTRIES), p=[0.15, 0.2, 0.35, 0.25, 0.05], size=CUSTOMERS)
    usage = rng.gamma(4, 5, size=CUSTOMERS).round(1)
    usage[rng.random(CUSTOMERS) < 0.1] = np.nan
    return {
        "day": np.sort(rng.integers(DAYS, size=CUSTOMERS)),
        "plan": plan,
        "country": country,
        "channel": rng.integers(len(CHANNELS), size=CUSTOMERS),
        "age": rng.integers(18, 80, size=CUSTOMERS),
        "price": (10 + 10 * plan + rng.normal(scale=4, size=CUSTOMERS)).round(2),
        "complaints": rng.poisson(1.2, size=CUSTOMERS),
        "usage": usage,
    }


def chance_to_leave(known):
    """The true chance, shape ``[CUSTOMERS]``; it rests on what the table shows alone."""
    above_list = (known["price"] - 10 - 10 * known["plan"]) / 4
    dislike = np.array(list(COUNTRIES.values()))[known["country"]]
    little_use = np.where(np.isnan(known["usage"]), 1.5, (20 - known["usage"]) / 10)
    logit = (
        1.5 * (known["complaints"] - 1.2)
        + above_list * (1.5 - 0.75 * known["plan"])
        + dislike
        + little_use
        - (known["plan"] - 1)
    )
    return 1 / (1 + np.exp(-SHARPNESS * logit))


def rows(known, leaves):
    """The lines of the table as texts."""
    for number, left in enumerate(leaves):
        one = {name: column[number] for name, column in known.items()}
        yield (
            f"C{number:04}",
            FIRST_DAY + timedelta(days=int(one["day"])),
            PLANS[one["plan"]],
            list(COUNTRIES)[one["country"]],
            CHANNELS[one["channel"]],
            one["age"],
            one["price"],
            one["complaints"],
            "" if np.isnan(one["usage"]) else one["usage"],
            "yes" if left else "no",
        )


def main():
    known = customers()
    chance = chance_to_leave(known)
    leaves = np.random.default_rng(8).random(CUSTOMERS) < chance
    with Path(__file__).with_name("churn.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *rows(known, leaves)])
    best = (chance > 0.5) == leaves
    latest = best[-CUSTOMERS // 5 :]
    print(
        f"{CUSTOMERS} customers, {leaves.mean():.0%} leave; best possible accuracy "
        f"{np.maximum(chance, 1 - chance).mean():.3f}, on the latest fifth {latest.mean():.3f}"
    )


if __name__ == "__main__":
    main()
