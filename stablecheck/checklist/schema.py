"""The checklist as a typed document, version ``stablecheck/1``."""

from __future__ import annotations

import datetime
import functools
import operator
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, field_validator

from stablecheck.checklist.duration import Duration
from stablecheck.checklist.size import Size
from stablecheck.probes import PROBES
from stablecheck.probes.base import Probe
from stablecheck.recipe import Incumbent, Recipe
from stablecheck.section import Section

DEVICE = r"^(auto|cpu|mps|cuda(:\d+)?)$"
Severity = Literal["blocker", "major", "minor", "off"]
SEVERITIES: tuple[Severity, ...] = ("blocker", "major", "minor")
"""Those of checks that are run, the weightiest first."""
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]

if TYPE_CHECKING:  # a union built from a list is a type at run time alone
    AnyProbe: TypeAlias = Probe
else:
    AnyProbe = Annotated[functools.reduce(operator.or_, PROBES), Field(discriminator="kind")]


class Resources(Section):
    """What one trial takes of a Ray cluster."""

    cpus: float = Field(1, gt=0, description="Processors, and threads that it computes with.")
    gpus: Annotated[float, Field(ge=0)] | Literal["auto"] = Field(
        "auto",
        description="GPUs, also a share of one such as 0.25. auto: one where run.device asks for "
        "it, or leaves it open and the cluster has some.",
    )

    @field_validator("gpus")
    @classmethod
    def _whole(cls, gpus: float | str) -> float | str:
        if isinstance(gpus, float) and gpus > 1 and gpus % 1:
            raise ValueError(f"{gpus:g} GPUs are no share of one; expected e.g. 0.5, 1 or 2")
        return gpus


class Run(Section):
    """Where and how long trials run."""

    device: str = Field(
        "auto",
        pattern=DEVICE,
        description="auto, cpu, cuda, cuda:1 or mps.",
    )
    executor: Literal["auto", "ensembles", "processes", "inline", "ray"] = Field(
        "auto",
        description="processes: warm worker processes, one trial each; ensembles: the same with "
        "trials of one shape computed at once; auto: the faster of both on this candidate; inline: "
        "this process, for debugging; ray: the Ray cluster that RAY_ADDRESS names.",
    )
    resources: Resources = Field(
        default_factory=Resources, description="What one trial takes of a Ray cluster."
    )
    workers: int | Literal["auto"] = Field("auto", description="Worker processes, or auto.")
    trial_timeout: Duration = Field("30min", description="A trial that takes longer is ended.")
    max_trials: int = Field(200, ge=1, description="A plan with more trials is refused.")
    snapshot_memory: Size = Field(
        "1GiB",
        description="Memory that the snapshots of all workers may take; those of larger models go "
        "to files in the run folder while a trial is measured.",
    )
    max_cost: Duration = Field("2h", description="No trial starts after this much time.")


class Measure(Section):
    """What is measured along the path of every trial."""

    snapshots: int = Field(40, ge=2, le=10_000, description="Points along the path, at most.")
    batches: int = Field(
        8, ge=1, le=10_000, description="Mini-batches per snapshot and source, at most."
    )
    budget: float = Field(
        0.1,
        gt=0,
        description="Share of a training that its measuring may cost: batches, then snapshots are "
        "saved, down to 20 with one batch of each source. The source full and costly measures that "
        "are asked for by name come on top.",
    )
    sources: tuple[Literal["train", "heldout", "full"], ...] = Field(
        ("train", "heldout"),
        min_length=1,
        description="Where the measured batches come from; full: the whole training part, at a few "
        "snapshots.",
    )
    exclude_tail: float = Field(
        0.05, ge=0, lt=1, description="Share of the path's end that summaries leave out."
    )
    controls: Literal["none", "basic", "full"] = Field(
        "basic",
        description="basic: another seed's end point as the reference point. full: also trainings "
        "on random labels and along noise instead of gradients.",
    )

    @field_validator("sources")
    @classmethod
    def _distinct(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(sources)) != len(sources):
            raise ValueError("sources must be distinct; expected e.g. [train, heldout]")
        return sources


class Check(Section):
    """A requirement on evidence."""

    id: Identifier = Field(description="Unique name, cited by waivers and reports.")
    require: str = Field(description="Such as 'tolerance(seeds.score, 0.9) >= 0.95'.")
    severity: Severity = Field("blocker", description="What a failure means for the verdict.")
    because: str | None = Field(None, description="Why it matters, in words a manager uses.")
    owner: str | None = Field(
        None,
        min_length=1,
        description="Who settles it where it does not pass; the checklist's owner otherwise.",
    )
    settle_within: Duration | None = Field(
        None, description="How long its owner has for that, counted from the run."
    )
    abort_on_fail: bool = Field(
        False,
        description="End the run if this fails, as soon as all trials are there that it rests on.",
    )


class Decision(Section):
    """How evidence becomes a verdict."""

    confidence: float = Field(0.95, ge=0.5, lt=1, description="Level of every one-sided bound.")
    until_decided: bool = Field(
        False,
        description="Add seeds, up to a probe's max_seeds, until no blocker and no major check on "
        "it is left open; every look spends its share of the error.",
    )


class Waiver(Section):
    """A failing check that somebody accepts, for a while."""

    check: Identifier = Field(description="Id of the check.")
    owner: str = Field(min_length=1, description="Who accepts it.")
    reason: str = Field(min_length=1, description="Why.")
    expires: datetime.date = Field(description="Last day it counts, YYYY-MM-DD.")


class Report(Section):
    """How the report is written."""

    language: Literal["en", "ja"] = Field("en", description="Language of the report.")
    title: str | None = Field(None, description="Title on page 1; the checklist's name otherwise.")
    reviewers: tuple[str, ...] = Field((), description="Who signs; one line each on page 1.")
    valid_for: Duration = Field(
        "90d", description="How long a GO holds where nothing changes; 90 days, a quarter."
    )
    retest_on: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = Field(
        (),
        description="Further events that call for a new run, such as 'a new season of data'; a "
        "change of model, data, training code or library versions always does.",
    )
    measures: tuple[str, ...] = Field(
        (),
        description="Further measures to show, each as PROBE.MEASURE, such as seeds.ntk.drift; "
        "costly ones are measured only where a check or this list asks for them.",
    )


class Rollout(Section):
    """The staged rollout that the report prints."""

    stages: tuple[float, ...] = Field(min_length=1, description="Percent of traffic, rising.")
    hold: Duration = Field(description="How long each stage is watched.")
    guard: str = Field(min_length=1, description="The condition that must hold in each stage.")


class Watch(Section):
    """Something to watch in service."""

    watch: str = Field(min_length=1, description="What is watched.")
    alarm: str = Field(min_length=1, description="The value or event that calls for action.")
    action: str = Field(min_length=1, description="What is done then.")
    owner: str | None = Field(None, min_length=1, description="Who does it.")


class Checklist(Section):
    """A whole checklist, ``extends`` already merged."""

    schema_: Literal["stablecheck/1"] = Field(alias="schema", description="Format version.")
    name: str = Field(min_length=1, description="Name of the checklist; starts the run's folder.")
    version: str = Field("0", description="Version of this checklist; printed on the report.")
    owner: str | None = Field(None, description="Who keeps this checklist.")
    extends: tuple[str, ...] = Field((), description="Shipped names or relative paths; later wins.")
    intended_use: str | None = Field(None, description="What the model is for.")
    out_of_scope: str | None = Field(None, description="What it must not be used for.")
    candidate: Recipe
    incumbent: Incumbent | None = Field(None, description="What differs in what it replaces.")
    run: Run = Field(default_factory=Run)
    measure: Measure = Field(default_factory=Measure)
    probes: dict[Identifier, AnyProbe] = Field(min_length=1, description="Probes by their id.")
    checks: tuple[Check, ...] = Field(min_length=1, description="Requirements on the evidence.")
    decision: Decision = Field(default_factory=Decision)
    waivers: tuple[Waiver, ...] = Field((), description="Accepted failures.")
    report: Report = Field(default_factory=Report)
    rollout: Rollout | None = Field(None, description="Stages after a GO.")
    monitoring: tuple[Watch, ...] = Field((), description="What is watched in service.")
