"""Whether what a LightningModule computes may rest on how far its training is."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType
from typing import Any

_OF_LIBRARIES = frozenset(
    ("builtins", "lightning", "lightning_fabric", "pytorch_lightning", "torch", "torchmetrics")
)
_TOLD_BY = frozenset(("_trainer", "current_epoch", "getattr", "global_step", "trainer"))
"""Names of what tells a module its progress, and of what may ask for it under any name."""


def may_read_progress(module: Any) -> bool:
    """Whether code that ``forward`` reaches by name, in any part of the module, may ask for it.

    A name stands for every method, attribute and function of that name that is not a library's.
    """
    owners = _owners(module)
    waiting, seen = list(_roots(module, owners)), set[CodeType]()
    while waiting:
        function = waiting.pop()
        code = function.__code__
        if code in seen or _of_a_library(function):
            continue
        seen.add(code)
        names = {name for one in _nested(code) for name in one.co_names}
        if names & _TOLD_BY:
            return True
        spaces = (function.__globals__, *owners)
        named = [space[name] for name in names for space in spaces if name in space]
        held = [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
        waiting += [one for member in (*named, *held) for one in _functions(member)]
    return False


def _owners(module: Any) -> list[Any]:
    """The members of every part, and of the classes they are of."""
    parts = list(module.modules())
    kinds = {kind for one in parts for kind in type(one).__mro__ if not _of_a_library(kind)}
    return [vars(one) for one in (*parts, *kinds)]


def _roots(module: Any, owners: list[Any]) -> Iterator[Any]:
    """What is called on a batch, under no name that code has for it."""
    for members in owners:
        for name, member in members.items():
            if name == "forward" or (name.startswith("__") and name != "__init__"):
                yield from _functions(member)
    for one in module.modules():
        for hook in (*one._forward_pre_hooks.values(), *one._forward_hooks.values()):
            yield from _functions(hook)


def _functions(member: Any) -> Iterator[Any]:
    """The Python functions behind a member of a class."""
    parts = (member, *(getattr(member, name, None) for name in ("fget", "__func__", "__wrapped__")))
    yield from (one for one in parts if isinstance(getattr(one, "__code__", None), CodeType))


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _nested(one)


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # not bound yet
        return False


def _of_a_library(one: Any) -> bool:
    return str(getattr(one, "__module__", "")).split(".")[0] in _OF_LIBRARIES
