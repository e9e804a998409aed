"""The figures with their captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stablecheck.report.numbers import decimals_for, number
from stablecheck.report.view.context import Context
from stablecheck.result import ArmResult, ProbeResult
from stablecheck.trial.record import Trial


@dataclass(frozen=True)
class FigureView:
    """One figure: its SVG and what to see in it, sentence by sentence."""

    id: str
    title: str
    svg: str
    caption: str


def figures(context: Context) -> tuple[FigureView, ...]:
    """Every figure that the run has data for."""
    # Matplotlib takes a second to load, and the exports use the rest of the view without it.
    from stablecheck.report.view.averaging_figure import averaging_figure
    from stablecheck.report.view.comparison_figure import comparison_figures
    from stablecheck.report.view.interpolation_figure import interpolation_figure
    from stablecheck.report.view.learning_curve_figure import learning_curve_figure
    from stablecheck.report.view.learning_rate_figure import learning_rate_figure
    from stablecheck.report.view.optimal_lr_figure import optimal_lr_figure
    from stablecheck.report.view.pairs_figure import pairs_figures
    from stablecheck.report.view.path_figure import path_figure
    from stablecheck.report.view.score_figure import score_figure

    made = (
        score_figure(context),
        *pairs_figures(context),
        learning_rate_figure(context),
        learning_curve_figure(context),
        *comparison_figures(context),
        path_figure(context),
        optimal_lr_figure(context),
        averaging_figure(context),
        interpolation_figure(context),
    )
    return tuple(figure for figure in made if figure is not None)


def probes_of_kind(context: Context, kind: str) -> Iterator[tuple[str, ProbeResult]]:
    """The run's probes of one kind."""
    return ((id_, probe) for id_, probe in context.result.probes.items() if probe.kind == kind)


def retrainings(context: Context) -> tuple[str, tuple[Trial, ...]] | None:
    """The probe that retrains the candidate as it stands, or else the first, and its trials."""
    probes = [*probes_of_kind(context, "init_seeds"), *context.result.probes.items()]
    for probe_id, probe in probes:
        for arm in probe.arms:
            if arm.reference:
                return probe_id, trials_of(arm, context)
    return None


def trials_of(arm: ArmResult, context: Context) -> tuple[Trial, ...]:
    """The trials of an arm that ran."""
    return tuple(context.run.trials[id_] for id_ in arm.trials if id_ in context.run.trials)


def scores_of(trials: Sequence[Trial]) -> tuple[float, ...]:
    """The scores of the trials that finished."""
    return tuple(t.score for t in trials if t.status == "ok" and t.score is not None)


def range_text(scores: Sequence[float], limit: float | None = None) -> tuple[str, str]:
    """The lowest and the highest score as text."""
    decimals = decimals_for(scores, limit)
    return number(min(scores), decimals), number(max(scores), decimals)
