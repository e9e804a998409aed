"""Whether a requirement fits the checklist it stands in: probes, measures, summaries."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.checklist.requirement import ALL, CONTROLS, ProbeSummary, Quantity, Share
from stablecheck.checklist.requirement.parser import Located
from stablecheck.checklist.requirement.setting import DeclaredProbe, Setting
from stablecheck.measures import CROSS_SEED, MEASURES
from stablecheck.recipe import UNTOLD

Finding = tuple[int, str]
"""Offset in the requirement, and what is wrong there."""

_YES_OR_NO = "yes or no"


def findings(located: Located, setting: Setting) -> Iterator[Finding]:
    """Everything in a well-formed requirement that this checklist cannot answer."""
    left = located.requirement.left
    if isinstance(left, ProbeSummary):
        yield from _summary(left, located, setting)
        return
    yield from quantity_findings(left.quantity, located.probe, located.name, setting)
    if left.quantity.measure in MEASURES:
        yield from _statistic(located)


def quantity_findings(
    quantity: Quantity, probe: int, name: int, setting: Setting
) -> Iterator[Finding]:
    """Everything in a measure of a probe that this checklist cannot answer.

    Args:
        quantity: What was written.
        probe: Offset of the probe's name.
        name: Offset of the measure's name.
        setting: What there is to be measured.
    """
    yield from _probe(quantity.probe, probe, setting)
    if quantity.measure in MEASURES:
        for message in _needs(quantity, setting):
            yield name, message
    else:
        yield name, _unknown_measure(quantity, setting)


def _probe(name: str, offset: int, setting: Setting) -> Iterator[Finding]:
    if setting.inherits_more:
        return
    if name == CONTROLS and name not in (setting.probes or {}):
        yield offset, "the controls are trained only where measure.controls is full; set that"
    elif setting.probes is not None and name not in (*setting.probes, ALL):
        known = tuple(dict.fromkeys((*setting.probes, ALL)))
        message = f"unknown probe {name!r}; expected one of {', '.join(known)}"
        yield offset, message + did_you_mean(name, known)


def _unknown_measure(quantity: Quantity, setting: Setting) -> str:
    name, probe = quantity.measure, (setting.probes or {}).get(quantity.probe)
    if probe is not None and name in probe.summaries:
        return f"{name!r} is a summary of the probe; expected {_usage(quantity.probe, name, probe)}"
    hint = did_you_mean(name, MEASURES) or f"; expected one of {', '.join(MEASURES)}"
    return f"unknown measure {name!r}{hint}"


def _needs(quantity: Quantity, setting: Setting) -> Iterator[str]:
    """What a known measure needs of the checklist and does not find there."""
    if setting.inherits_more:
        return
    name, batches = quantity.measure, MEASURES[quantity.measure].batches
    if batches is not None and batches not in setting.sources:
        yield f"{name} needs {batches} batches; add {batches} to measure.sources"
    if setting.commanded and MEASURES[name].companion is not None:
        yield (
            f"{name} is measured inside the training, which a command keeps to itself; expected a "
            "measure of its record, such as score or path.alignment"
        )
    if name.startswith(CROSS_SEED):
        if quantity.probe == CONTROLS:
            yield f"{name} is itself a control, which the trainings of {CONTROLS} do not have"
        elif setting.controls == "none":
            yield f"{name} needs the cross-seed control; set measure.controls: basic"
        if not _has_two_seeds(quantity.probe, setting):
            yield f"{name} needs another seed; give {quantity.probe} seeds: 2 or more"


def _has_two_seeds(probe: str, setting: Setting) -> bool:
    known = setting.probes or {}
    counted = known.values() if probe == ALL else [known[probe]] if probe in known else []
    return not counted or any(one.seeds is None or one.seeds >= 2 for one in counted)


def _statistic(located: Located) -> Iterator[Finding]:
    requirement = located.requirement
    left = requirement.left
    assert not isinstance(left, ProbeSummary)  # those were dealt with
    written = f"{left.quantity.probe}.{left.quantity.measure}"
    boolean = MEASURES[left.quantity.measure].unit == _YES_OR_NO
    if not isinstance(left, Share):
        if boolean:
            yield located.probe, f"{written} is yes or no; expected share({written})"
        return
    if left.operator is None and not boolean:
        example = f"share({written} >= 0.9)"
        yield located.probe, f"{written} is a number, not yes or no; expected e.g. {example}"
    if not 0 <= requirement.threshold <= 1:
        offset = requirement.text.rindex(requirement.operator) + len(requirement.operator)
        threshold = f"{requirement.threshold:g}"
        yield offset, f"a share lies between 0 and 1, found {threshold}; expected e.g. 0.9"


def _summary(left: ProbeSummary, located: Located, setting: Setting) -> Iterator[Finding]:
    if left.probe == ALL:
        yield (
            located.probe,
            "'all' has no summaries; expected a probe, or a statistic of all trials",
        )
        return
    yield from _probe(left.probe, located.probe, setting)
    probe = (setting.probes or {}).get(left.probe)
    if probe is None or probe.kind is None:
        return
    if left.name not in probe.summaries:
        yield located.name, _unknown_summary(left, probe)
    elif len(left.arguments) != len(probe.summaries[left.name].parameters):
        usage = _usage(left.probe, left.name, probe)
        found = len(left.arguments) or "none"
        yield located.name, f"wrong number of arguments; expected {usage}, found {found}"
    elif setting.commanded and UNTOLD.intersection(probe.summaries[left.name].facts):
        yield (
            located.name,
            f"{left.name} rests on the inputs, which a command keeps to itself; expected a summary "
            "that does not, such as gain_from_doubling or n_per_parameter",
        )


def _unknown_summary(left: ProbeSummary, probe: DeclaredProbe) -> str:
    written = f"{left.probe}.{left.name}"
    if left.name in MEASURES:
        return f"{left.name!r} is a measure; expected a statistic of it, e.g. median({written})"
    known = tuple(probe.summaries)
    expected = f"expected one of {', '.join(known)}" if known else "this kind has none"
    message = f"unknown summary {left.name!r} of a probe of kind {probe.kind}; {expected}"
    return message + did_you_mean(left.name, known)


def _usage(probe_id: str, name: str, probe: DeclaredProbe) -> str:
    """How the summary is written, with its parameters by name."""
    parameters = probe.summaries[name].parameters
    return f"{probe_id}.{name}" + (f"({', '.join(parameters)})" if parameters else "")
