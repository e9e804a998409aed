"""The data sets that scikit-learn carries along, without a download."""

from __future__ import annotations

import sklearn.datasets

from stablecheck.candidate.raw import RawData
from stablecheck.errors import CandidateError

_LOADERS = {
    "breast_cancer": sklearn.datasets.load_breast_cancer,
    "diabetes": sklearn.datasets.load_diabetes,
    "digits": sklearn.datasets.load_digits,
    "iris": sklearn.datasets.load_iris,
    "wine": sklearn.datasets.load_wine,
}


def load_bundled(name: str) -> RawData:
    """Load one of scikit-learn's bundled data sets by name."""
    if name not in _LOADERS:
        raise CandidateError(
            ("candidate", "data"),
            f"unknown bundled data set {name!r}; expected one of {', '.join(sorted(_LOADERS))}",
        )
    bunch = _LOADERS[name]()
    columns = [str(column) for column in bunch.feature_names]
    return RawData(bunch.data, bunch.target, columns=columns, scalable=True)
