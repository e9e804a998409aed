"""Numbers brought to a common scale, by what the training part holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

_SCALERS: dict[str, Callable[[], Any]] = {
    "standard": StandardScaler,
    "minmax": MinMaxScaler,
    "robust": RobustScaler,
    "none": lambda: "passthrough",
}


def scaler(scaling: str) -> Any:
    """The step of a pipeline that scales as a recipe says; a constant column becomes 0."""
    return _SCALERS[scaling]()


def scaled(
    x_train: NDArray[Any], x_heldout: NDArray[Any], scaling: str
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Both parts, of shape ``[n, ...]``, each number scaled by itself."""
    if scaling == "none":
        return x_train, x_heldout
    fitted = scaler(scaling).fit(x_train.reshape(len(x_train), -1))
    train, heldout = (
        fitted.transform(part.reshape(len(part), -1)).reshape(part.shape)
        for part in (x_train, x_heldout)
    )
    return train, heldout
