"""Whether a requirement fits the checklist it stands in: probes, measures, summaries."""

from __future__ import annotations

from collections.abc import Iterator

from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.checklist.requirement import ProbeSummary, Quantity, Share
from stablecheck.checklist.requirement.parser import Located
from stablecheck.checklist.requirement.setting import ALL, DeclaredProbe, Setting
from stablecheck.measures import MEASURES

Finding = tuple[int, str]
"""Offset in the requirement, and what is wrong there."""

_YES_OR_NO = "yes or no"


def findings(located: Located, setting: Setting) -> Iterator[Finding]:
    """Everything in a well-formed requirement that this checklist cannot answer."""
    left = located.requirement.left
    if isinstance(left, ProbeSummary):
        yield from _summary(left, located, setting)
        return
    yield from _probe(left.quantity.probe, located, setting)
    if left.quantity.measure not in MEASURES:
        yield located.name, _unknown_measure(left.quantity, setting)
        return
    yield from _source(left.quantity, located, setting)
    yield from _statistic(located)


def _probe(name: str, located: Located, setting: Setting) -> Iterator[Finding]:
    if setting.probes is not None and name not in (*setting.probes, ALL):
        known = tuple(dict.fromkeys((*setting.probes, ALL)))
        message = f"unknown probe {name!r}; expected one of {', '.join(known)}"
        yield located.probe, message + did_you_mean(name, known)


def _unknown_measure(quantity: Quantity, setting: Setting) -> str:
    name, probe = quantity.measure, (setting.probes or {}).get(quantity.probe)
    if probe is not None and name in probe.summaries:
        return f"{name!r} is a summary of the probe; expected {_usage(quantity.probe, name, probe)}"
    hint = did_you_mean(name, MEASURES) or f"; expected one of {', '.join(MEASURES)}"
    return f"unknown measure {name!r}{hint}"


def _source(quantity: Quantity, located: Located, setting: Setting) -> Iterator[Finding]:
    name = quantity.measure
    if not name.startswith("path."):
        return
    source = "heldout" if name.startswith("path.heldout.") else "train"
    if source not in setting.sources:
        message = f"{name} needs {source} batches; add {source} to measure.sources"
        yield located.name, message
    if name.startswith("path.cross_seed."):
        if setting.controls != "basic":
            yield located.name, f"{name} needs the cross-seed control; set measure.controls: basic"
        if not _has_two_seeds(quantity.probe, setting):
            yield located.name, f"{name} needs another seed; give {quantity.probe} seeds: 2 or more"


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
    yield from _probe(left.probe, located, setting)
    probe = (setting.probes or {}).get(left.probe)
    if probe is None or probe.kind is None:
        return
    if left.name not in probe.summaries:
        yield located.name, _unknown_summary(left, probe)
    elif len(left.arguments) != len(probe.summaries[left.name].parameters):
        usage = _usage(left.probe, left.name, probe)
        found = len(left.arguments) or "none"
        yield located.name, f"wrong number of arguments; expected {usage}, found {found}"


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
