"""What a candidate declares of a table's columns, as far as it can be judged without the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stablecheck.checklist.yaml.node import Node
from stablecheck.errors import Place, Problem
from stablecheck.recipe import TABLES, WITH_COLUMNS, level_text

_LISTS = ("numeric", "categorical", "drop")
_KINDS = ("numeric", "categorical", "ordinal")


def table_problems(root: Node) -> Iterator[Problem]:
    """Every declaration that has no meaning for the data, or contradicts another one."""
    candidate = root.child("candidate")
    if candidate is None:
        return
    yield from _without_columns(candidate)
    yield from _targets(candidate)
    yield from _named_twice(candidate)
    yield from _levels(candidate)
    yield from _indicator(candidate)


def _without_columns(candidate: Node) -> Iterator[Problem]:
    data = candidate.child("data")
    name = data.content if data is not None else None
    if not isinstance(name, str) or name.endswith(WITH_COLUMNS):
        return
    for key in ("columns", "missing"):
        node = _given(candidate, key)
        if node is not None:
            message = f"{key!r} is for tables, and {name} has no named columns; expected data in a "
            yield Problem(node.label(), f"{message}.csv or .parquet file; or leave it out")
    by = _given(candidate, "validation", "by")
    if by is not None and by.content in ("group", "time"):
        why = _why_no_split(name)
        yield Problem(by.place, f"by: {by.content} goes by a column, and {name} {why}")


def _why_no_split(name: str) -> str:
    if name.startswith("sklearn:") or name.endswith(TABLES):
        return "has none with a name; expected by: random"
    return "brings a split of its own; leave it out"


def _targets(candidate: Node) -> Iterator[Problem]:
    target, task = _given(candidate, "target"), _given(candidate, "task")
    if target is None or not isinstance(target.content, tuple):
        return
    if task is not None and task.content == "classification":
        message = (
            "several targets are for regression and multi_label; expected one column to predict"
        )
        yield Problem(target.place, message)


def _named_twice(candidate: Node) -> Iterator[Problem]:
    first: dict[object, tuple[str, Place]] = {}
    for role, name, place in (*_target_names(candidate), *_column_names(candidate)):
        if name in first:
            before, where = first[name]
            message = f"column {name!r} is named twice, first as {before} in line {where.line}"
            yield Problem(place, f"{message}; name it once")
        first.setdefault(name, (role, place))
    column = _given(candidate, "validation", "column")
    if column is not None and first.get(column.content, ("",))[0] == "target":
        message = f"column {column.content!r} is the target; expected another column to split by"
        yield Problem(column.place, message)


def _target_names(candidate: Node) -> Iterator[tuple[str, object, Place]]:
    target = _given(candidate, "target")
    for node in () if target is None else _entries(target) or (target,):
        yield "target", node.content, node.place


def _column_names(candidate: Node) -> Iterator[tuple[str, object, Place]]:
    for role in _LISTS:
        listed = _given(candidate, "columns", role)
        for node in () if listed is None else _entries(listed):
            yield role, node.content, node.place
    for name, node in _mapping(_given(candidate, "columns", "ordinal")).items():
        yield "ordinal", name, node.label()


def _levels(candidate: Node) -> Iterator[Problem]:
    fill = _given(candidate, "missing", "ordinal", "constant")
    for name, levels in _mapping(_given(candidate, "columns", "ordinal")).items():
        texts = [_text(node) for node in _entries(levels)]
        for index, node in enumerate(_entries(levels)):
            if texts[index] in texts[:index]:
                message = f"level {texts[index]!r} of {name!r} is listed twice; list it once"
                yield Problem(node.place, message)
        if fill is not None and _text(fill) not in texts:
            message = f"{_text(fill)!r} is no level of {name!r}; expected one of {', '.join(texts)}"
            yield Problem(fill.place, message)


def _indicator(candidate: Node) -> Iterator[Problem]:
    indicator = _given(candidate, "missing", "indicator")
    fills = [_given(candidate, "missing", kind) for kind in _KINDS]
    refused = all(fill is None or fill.content == "refuse" for fill in fills)
    if indicator is not None and indicator.content is True and refused:
        message = "an indicator marks gaps that are filled, and all are refused; expected e.g. "
        yield Problem(indicator.label(), f"{message}numeric: median beside it")


def _given(node: Node, *path: str) -> Node | None:
    """The value at a path, unless it is null."""
    found = node.at(path)
    return None if found is None or found.content is None else found


def _entries(node: Node) -> tuple[Node, ...]:
    return node.content if isinstance(node.content, tuple) else ()


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.content if node is not None and isinstance(node.content, Mapping) else {}


def _text(node: Node) -> str:
    value = node.content
    return level_text(value) if isinstance(value, str | int | float) else str(value)
