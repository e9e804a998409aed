"""How a checklist changes the ones it extends: later wins.

Mappings merge key by key, ``checks`` by ``id`` and ``waivers`` by ``check``. A probe of another
kind replaces the old one wholly, and so do a command in the place of a model and the other way
round, an optimizer or schedule of another name, the arguments of another model or data (what is
declared of its columns among them), the code of another command, the variants of a probe, and every
other list and single value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stablecheck.checklist.yaml.node import Node, Path
from stablecheck.recipe import Optimizer, Schedule

_MERGED_BY: Mapping[Path, str] = {("checks",): "id", ("waivers",): "check"}
_NAMED: Mapping[Path, str] = {
    ("candidate", "optimizer"): str(Optimizer.model_fields["name"].default),
    ("candidate", "schedule"): str(Schedule.model_fields["name"].default),
}
_ARGUMENTS = {
    "model": ("model_args",),
    "data": ("data_args", "columns", "missing"),
    "command": ("code",),
}


def merge(base: Node, over: Node, path: Path = ()) -> Node:
    """The base with everything in it that ``over`` says differently; places are the winners'.

    Args:
        base: What is extended.
        over: What wins.
        path: Where both stand in the checklist.
    """
    if isinstance(base.content, Mapping) and isinstance(over.content, Mapping):
        if _is_another(base, over, path):
            return over
        return _merge_mappings(_fitting(base, over, path), over, path)
    if isinstance(base.content, tuple) and isinstance(over.content, tuple) and path in _MERGED_BY:
        return _merge_lists(base, over, path)
    return over


def _is_another(base: Node, over: Node, path: Path) -> bool:
    """Whether ``over`` is something else than the base, so that nothing of the base fits it."""
    if len(path) == 2 and path[0] == "probes":
        before, after = base.child("kind"), over.child("kind")
        return before is not None and after is not None and before.content != after.content
    if path == ("candidate",):
        before, after = base.child("command"), over.child("command")
        return (after if before is None else over.child("model")) is not None
    if path in _NAMED:
        before, after = base.child("name"), over.child("name")
        usual = _NAMED[path] if before is None else before.content
        return after is not None and after.content != usual
    return len(path) == 3 and path[0] == "probes"  # the variants of a probe are its arms


def _fitting(base: Node, over: Node, path: Path) -> Node:
    """The base without the arguments of a model or data that ``over`` puts another in place of."""
    if path != ("candidate",) or not isinstance(base.content, Mapping):
        return base
    lost = {
        argument
        for part, arguments in _ARGUMENTS.items()
        for argument in arguments
        if (after := over.child(part)) is not None
        and (before := base.child(part)) is not None
        and after.content != before.content
    }
    kept = {key: node for key, node in base.content.items() if key not in lost}
    return replace(base, content=kept)


def _merge_mappings(base: Node, over: Node, path: Path) -> Node:
    assert isinstance(base.content, Mapping)
    assert isinstance(over.content, Mapping)
    merged = dict(base.content)
    for key, node in over.content.items():
        merged[key] = merge(merged[key], node, (*path, key)) if key in merged else node
    return replace(over, content=merged)


def _merge_lists(base: Node, over: Node, path: Path) -> Node:
    """Entries of the same name merge once; a second one of that name stays, to be refused later."""
    assert isinstance(base.content, tuple)
    assert isinstance(over.content, tuple)
    merged = list(base.content)
    names = [_name(node, _MERGED_BY[path]) for node in merged]
    for node in over.content:
        name = _name(node, _MERGED_BY[path])
        if name is not None and name in names:
            index = names.index(name)
            merged[index] = merge(merged[index], node, (*path, index))
            names[index] = None
        else:
            merged.append(node)
    return replace(over, content=tuple(merged))


def _name(node: Node, key: str) -> str | None:
    found = node.child(key)
    return found.content if found is not None and isinstance(found.content, str) else None
