"""What no single field can tell: whether the parts of a checklist fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.checklist.requirement import ALL, CONTROLS
from stablecheck.checklist.requirement.names import findings, quantity_findings
from stablecheck.checklist.requirement.parser import Located, parse_located, parse_quantity
from stablecheck.checklist.requirement.setting import Setting, read_setting
from stablecheck.checklist.yaml.node import Node
from stablecheck.errors import Place, Problem, RequirementSyntaxError

_RESERVED = {ALL: "every trial", CONTROLS: "the trainings of measure.controls: full"}


def cross_check(root: Node) -> Iterator[Problem]:
    """Every problem between the parts of a document, whether or not it fits the schema."""
    yield from _with(read_setting(root), root)
    yield from _waivers(root)


def cross_check_part(root: Node) -> Iterator[Problem]:
    """The problems among them that stay whatever a base that could not be read adds."""
    yield from _with(replace(read_setting(root), inherits_more=True), root)


def _with(setting: Setting, root: Node) -> Iterator[Problem]:
    yield from _requirements(root, setting)
    yield from _shown_measures(root, setting)
    yield from _duplicate_checks(root)
    yield from _probe_names(root)
    yield from _stages(root)
    yield from _workers(root)


def located_requirements(root: Node) -> Iterator[tuple[Node, Located | RequirementSyntaxError]]:
    """Every requirement of the document, parsed, or why it cannot be."""
    for check in _entries(root, "checks"):
        node = check.child("require")
        if node is not None and isinstance(node.content, str):
            try:
                yield node, parse_located(node.content)
            except RequirementSyntaxError as error:
                yield node, error


def _requirements(root: Node, setting: Setting) -> Iterator[Problem]:
    for node, parsed in located_requirements(root):
        if isinstance(parsed, RequirementSyntaxError):
            yield Problem(node.letter(parsed.offset), str(parsed))
        else:
            for offset, message in findings(parsed, setting):
                yield Problem(node.letter(offset), message)


def _shown_measures(root: Node, setting: Setting) -> Iterator[Problem]:
    shown = root.at(("report", "measures"))
    for node in shown.content if shown is not None and isinstance(shown.content, tuple) else ():
        if isinstance(node.content, str):
            try:
                quantity = parse_quantity(node.content)
            except RequirementSyntaxError as error:
                yield Problem(node.letter(error.offset), str(error))
                continue
            name = node.content.index(".") + 1
            probe = (setting.probes or {}).get(quantity.probe)
            if probe is not None and quantity.measure in probe.summaries:
                message = f"{quantity.measure!r} is a summary, and those are shown in any case"
                yield Problem(node.letter(name), f"{message}; leave it out")
                continue
            for offset, message in quantity_findings(quantity, 0, name, setting):
                yield Problem(node.letter(offset), message)


def _entries(root: Node, section: str) -> tuple[Node, ...]:
    found = root.child(section)
    return found.content if found is not None and isinstance(found.content, tuple) else ()


def _texts(root: Node, section: str, key: str) -> Iterator[tuple[str, Node]]:
    for entry in _entries(root, section):
        node = entry.child(key)
        if node is not None and isinstance(node.content, str):
            yield node.content, node


def _duplicate_checks(root: Node) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for name, node in _texts(root, "checks", "id"):
        if name in first:
            before = first[name]
            message = (
                f"duplicate check id {name!r}; it first stands in line {before.line}; rename one"
            )
            yield Problem(node.place, message)
        first.setdefault(name, node.place)


def _waivers(root: Node) -> Iterator[Problem]:
    known = tuple(dict.fromkeys(name for name, _ in _texts(root, "checks", "id")))
    for name, node in _texts(root, "waivers", "check"):
        if name not in known and known:
            message = f"no check {name!r}; expected one of {', '.join(known)}"
            yield Problem(node.place, message + did_you_mean(name, known))


def _probe_names(root: Node) -> Iterator[Problem]:
    for name, means in _RESERVED.items():
        named = root.at(("probes", name))
        if named is not None:
            message = f"{name!r} stands for {means} and cannot name a probe; expected another name"
            yield Problem(named.label(), message)


def _stages(root: Node) -> Iterator[Problem]:
    stages = root.at(("rollout", "stages"))
    if stages is None or not isinstance(stages.content, tuple):
        return
    before = 0.0
    for node in stages.content:
        if isinstance(node.content, bool) or not isinstance(node.content, int | float):
            return
        if not before < node.content <= 100:
            expected = f"a percentage above {before:g} and at most 100"
            yield Problem(
                node.place, f"stages must rise; expected {expected}, found {node.content:g}"
            )
            return
        before = node.content


def _workers(root: Node) -> Iterator[Problem]:
    workers = root.at(("run", "workers"))
    count = workers.content if workers is not None else None
    if workers is not None and isinstance(count, int) and not isinstance(count, bool) and count < 1:
        yield Problem(workers.place, f"expected at least 1, or auto, found the number {count}")
