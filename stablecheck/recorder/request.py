"""What a run asks of the training in this process, if a run has started it. Imports no torch."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from stablecheck.errors import RecorderError
from stablecheck.trial.protocol import VARIABLE, MeasuringRequest, TrialRequest

DEFAULT = MeasuringRequest(snapshots=40, batches=8, sources=("train", "heldout"), exclude_tail=0.05)
"""What is measured where nobody asks for anything else: the same as of a trial."""


def requested() -> TrialRequest | None:
    """The request of the run that started this process; None outside of one.

    Raises:
        RecorderError: There is one that cannot be read.
    """
    file = os.environ.get(VARIABLE)
    if not file:
        return None
    try:
        return TrialRequest.model_validate_json(Path(file).read_bytes())
    except OSError as error:
        found = error.strerror or str(error)
    except ValidationError as error:
        first = error.errors()[0]
        found = f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"
    raise RecorderError(
        f"{VARIABLE} names {file}, which is not the request of a trial ({found}); expected a file "
        "that stablecheck run has written; unset the variable where no run starts this process"
    )
