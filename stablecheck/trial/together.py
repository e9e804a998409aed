"""Many trials of one shape from their specifications to their records, as one ensemble."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch

from stablecheck.candidate.prepared import Prepared
from stablecheck.errors import DivergedError
from stablecheck.plan import TrialSpec
from stablecheck.trial.descent import Descending, as_it_comes
from stablecheck.trial.draft import Draft, reference_of
from stablecheck.trial.end_points import EndPointStore
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.loop import Trained, Training, begin
from stablecheck.trial.measuring_together import measure_sources_together
from stablecheck.trial.path import measured
from stablecheck.trial.record import Trial
from stablecheck.trial.snapshot_limits import DEFAULT, SnapshotLimits
from stablecheck.trial.subject import Subject, make_subject
from stablecheck.trial.views import OtherEndPoint


@dataclass(frozen=True)
class _Measurable:
    """A draft whose training ended well, and what its path is measured against."""

    draft: Draft
    subject: Subject
    other: OtherEndPoint | None


def run_together(
    members: Sequence[tuple[Prepared, TrialSpec]],
    device: torch.device,
    end_points: EndPointStore,
    limits: SnapshotLimits = DEFAULT,
    descending: Descending = as_it_comes,
) -> list[Trial]:
    """Train, score and measure trials of one shape at once; records in the order of the members.

    All their snapshots are within limits; their steps are computed as ``descending`` says.

    A member that diverges, or whose own code fails before or after the common training, is a record
    of its own and does not touch the others. Each is charged an equal share of the time.

    Raises:
        NotVectorizableError: They cannot be computed together.
        NotCapturableError: As ``train_together``.
        torch.OutOfMemoryError: The device has no room for so many.
        Exception: Whatever the candidate's code raises while they train together.
    """
    started = time.perf_counter()
    drafts = [Draft(prepared, spec, in_company=len(members) > 1) for prepared, spec in members]
    begun = [(one, replace(begun, limits=limits)) for one, begun in _begun(drafts, device)]
    trained = _train(drafts, begun, end_points, descending)
    measuring = time.perf_counter()
    _measure(trained, end_points)
    ended = time.perf_counter()
    each = 1 / len(drafts)
    seconds, measuring_seconds = (ended - started) * each, (ended - measuring) * each
    return [draft.trial(seconds, measuring_seconds, len(drafts)) for draft in drafts]


def _train(
    drafts: Sequence[Draft],
    begun: Sequence[tuple[Draft, Training]],
    end_points: EndPointStore,
    descending: Descending,
) -> list[tuple[Draft, Trained]]:
    """Train those that could begin; those that can be measured, with their trainings."""
    endings = train_together(
        [draft.prepared for draft, _ in begun],
        [draft.spec for draft, _ in begun],
        [training for _, training in begun],
        descending,
    )
    for (draft, training), ending in zip(begun, endings, strict=True):
        with draft.attempting():
            draft.end(training, ending, end_points)
    for draft in drafts:
        draft.close(end_points)
    return [
        (draft, ending)
        for (draft, _), ending in zip(begun, endings, strict=True)
        if not draft.failed and not isinstance(ending, DivergedError)
    ]


def _begun(drafts: Sequence[Draft], device: torch.device) -> Iterable[tuple[Draft, Training]]:
    for draft in drafts:
        with draft.attempting():
            training = begin(draft.prepared, draft.spec, device)
        if not draft.failed:
            yield draft, training


def _measure(trained: Sequence[tuple[Draft, Trained]], end_points: EndPointStore) -> None:
    found = list(_measurable(trained, end_points))
    if not found:
        return
    subjects, others = [one.subject for one in found], [one.other for one in found]
    for one, sources in zip(found, measure_sources_together(subjects, others), strict=True):
        with one.draft.attempting():
            one.draft.take_in(measured(one.subject, sources, one.other))


def _measurable(
    trained: Sequence[tuple[Draft, Trained]], end_points: EndPointStore
) -> Iterable[_Measurable]:
    for draft, ending in trained:
        with draft.attempting():
            subject = make_subject(draft.prepared, draft.spec, ending)
            other = reference_of(draft.spec, ending, end_points)
        if not draft.failed:
            yield _Measurable(draft, subject, other)
