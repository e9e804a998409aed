"""A training that is not PyTorch's at all: a random forest, told its settings as arguments."""

from __future__ import annotations

import argparse

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

import stablecheck

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--trees", type=int, default=200)
parser.add_argument("--data-fraction", type=float, default=1.0)
options = parser.parse_args()

x, y = load_breast_cancer(return_X_y=True)
x, x_heldout, y, y_heldout = train_test_split(x, y, test_size=0.3, random_state=0, stratify=y)
if options.data_fraction < 1:
    x, _, y, _ = train_test_split(
        x, y, train_size=options.data_fraction, random_state=options.seed, stratify=y
    )
forest = RandomForestClassifier(options.trees, random_state=options.seed).fit(x, y)
score = roc_auc_score(y_heldout, forest.predict_proba(x_heldout)[:, 1])
print(f"seed {options.seed}, {options.trees} trees: ROC AUC {score:.4f}")
stablecheck.report_score(score)
