"""Scikit-learn's breast cancer data, standardised by its training part."""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


def tumours(heldout=0.3, seed=0):
    """Features ``[n, 30]`` and classes, 0 malignant and 1 benign, of both parts."""
    x, y = load_breast_cancer(return_X_y=True)
    x_train, x_heldout, y_train, y_heldout = train_test_split(
        x, y, test_size=heldout, random_state=seed, stratify=y
    )
    scaler = StandardScaler().fit(x_train)
    x_train, x_heldout = (
        scaler.transform(part).astype(np.float32) for part in (x_train, x_heldout)
    )
    return x_train, y_train, x_heldout, y_heldout
