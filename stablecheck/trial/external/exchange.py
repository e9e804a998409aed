"""What a command is asked and what it answers, as files in a scratch folder of the trial's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from pydantic import ValidationError

from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.measures import MEASURES, OUTCOMES
from stablecheck.plan import TrialSpec
from stablecheck.trial.end_points import EndPointStore, Vector
from stablecheck.trial.external.soundness import faults
from stablecheck.trial.protocol import (
    RECORD_SCHEMA,
    REQUEST_SCHEMA,
    MeasuringRequest,
    TrialRecord,
    TrialRequest,
)

MOST_BYTES = 64 * 2**20
"""Size of a record at most."""
RECORDER = (
    "the script is to report what came out: `import stablecheck`, and at its end "
    "`stablecheck.report_score(score)`, or `recorder.report(score=score)` of a PathRecorder"
)
_MEASURES = frozenset(MEASURES) - (OUTCOMES - {"initial_loss", "loss_ratio"})


class RecordError(Exception):
    """What a command left is no record; the message says why, and what was expected."""


@dataclass(frozen=True)
class Exchange:
    """The files of one trial.

    Args:
        folder: Where they are; nothing else is in it.
    """

    folder: Path

    @property
    def request(self) -> Path:
        """What the command is asked."""
        return self.folder / "trial.json"

    @property
    def _record(self) -> Path:
        return self.folder / "record.json"

    @property
    def _end_point(self) -> Path:
        return self.folder / "end-point.npy"

    @property
    def _other_end_point(self) -> Path:
        return self.folder / "cross-seed-end-point.npy"

    def ask(self, spec: TrialSpec, end_points: EndPointStore) -> None:
        """Write the request, and the end point that the trial's control refers to."""
        other = end_points.find(spec.cross_seed) if spec.cross_seed is not None else None
        if other is not None:
            np.save(self._other_end_point, other, allow_pickle=False)
        asked = TrialRequest(
            schema=REQUEST_SCHEMA,
            seed=spec.seed,
            record=self._record,
            end_point=self._end_point if spec.keeps_end_point else None,
            cross_seed_end_point=self._other_end_point if other is not None else None,
            cross_seed_trial=spec.cross_seed if other is not None else None,
            measuring=MeasuringRequest(
                snapshots=spec.measuring.snapshots,
                batches=spec.measuring.batches,
                sources=spec.measuring.sources,
                exclude_tail=spec.measuring.exclude_tail,
            ),
        )
        self.request.write_text(asked.model_dump_json(by_alias=True), encoding="utf-8")

    def answer(self) -> TrialRecord:
        """The record that the command left.

        Raises:
            RecordError: There is none, or it is no record.
        """
        return _checked(_read(self._record))

    def end_point(self) -> Vector | None:
        """The end point that the command left, shape ``[D]``; None where it left none.

        Raises:
            RecordError: It is something else.
        """
        if not self._end_point.exists():
            return None
        try:
            found: Vector = np.load(self._end_point, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise RecordError(f"its end point is no .npy file: {one_line(error)}") from error
        if found.dtype != np.float32 or found.ndim != 1:
            raise RecordError(
                f"its end point is {found.dtype} of shape {found.shape}; expected float32 of "
                "shape (D,), all trained weights in one row"
            )
        return found


def _read(file: Path) -> Any:
    if not file.is_file():
        raise RecordError(f"it ended without a record; {RECORDER}")
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise RecordError(
            f"its record has {size / 2**20:.0f} MiB; expected at most {MOST_BYTES // 2**20}"
        )
    try:
        return json.loads(file.read_text("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise RecordError(
            f"its record is no JSON: {one_line(error)}; write it whole, then rename it into place"
        ) from error


def _refuse(constant: str) -> NoReturn:
    raise RecordError(f"its record holds {constant}; expected null where a number is undefined")


def _checked(document: Any) -> TrialRecord:
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != RECORD_SCHEMA:
        found = "none" if schema is None else repr(schema)
        raise RecordError(f"its record must have the schema {RECORD_SCHEMA!r}, found {found}")
    try:
        record = TrialRecord.model_validate_json(json.dumps(document))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RecordError(f"its record is wrong at {where}: {first['msg']}") from error
    _check_content(record)
    return record


def _check_content(record: TrialRecord) -> None:
    if record.status == "ok" and record.score is None:
        raise RecordError("its record says ok and has no score; expected a number, or diverged")
    unknown = next((name for name in record.measures if name not in _MEASURES), None)
    if unknown is not None:
        hint = did_you_mean(unknown, _MEASURES) or "; `stablecheck explain` lists those there are"
        raise RecordError(f"its record has an unknown measure {unknown!r}{hint}")
    fault = next(faults(record.path), None) if record.path is not None else None
    if fault is not None:
        raise RecordError(f"its record contradicts itself: {fault}")


def one_line(error: Exception) -> str:
    """What went wrong, for the middle of a sentence."""
    return " ".join(str(error).split())[:200] or type(error).__name__
