"""What a training leaves for the run that asked for it. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stablecheck.errors import RecorderError
from stablecheck.trial.protocol import TrialRecord
from stablecheck.writing import whole_file


def leave_record(record: TrialRecord, file: Path) -> None:
    """Write a record, whole or not at all.

    Raises:
        RecorderError: It cannot be written.
    """
    with _explained(file), whole_file(file) as opened:
        opened.write(record.model_dump_json(by_alias=True).encode())


def leave_end_point(parameters: NDArray[np.float32], file: Path) -> None:
    """Write an end point, shape ``[D]``, as ``.npy``, whole or not at all.

    Raises:
        RecorderError: It cannot be written.
    """
    with _explained(file), whole_file(file) as opened:
        np.save(opened, parameters, allow_pickle=False)


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RecorderError(
            f"{file} cannot be written ({error.strerror or error}); expected a folder that exists "
            "and has room"
        ) from error
