"""References to the team's own code: ``file.py:callable`` and ``package.module:callable``.

Nothing here imports or executes what a reference names.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

EXPECTED = "file.py:callable or package.module:callable"

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True)
class Reference:
    """A named object in a file or module."""

    location: str
    name: str

    @property
    def is_file(self) -> bool:
        """Whether the location is a path, not a module."""
        return self.location.endswith(".py")


def parse_reference(text: str) -> Reference:
    """Split a reference at its last colon.

    >>> parse_reference("models/churn.py:build")
    Reference(location='models/churn.py', name='build')

    Raises:
        ValueError: The text has another form.
    """
    location, _, name = text.rpartition(":")
    if not location or not name.isidentifier():
        raise ValueError(f"{text!r} names no callable; expected {EXPECTED}")
    if not location.endswith(".py") and not _MODULE.fullmatch(location):
        raise ValueError(f"{location!r} is no .py file and no module; expected {EXPECTED}")
    return Reference(location, name)


def locate(reference: Reference, folders: Sequence[Path]) -> Path | None:
    """The source file of a reference; None where there is none.

    Args:
        reference: What to look for.
        folders: Where files and modules are looked up, first match wins; modules are then looked
            up on Python's own path.
    """
    if reference.is_file:
        files = (folder / reference.location for folder in folders)
        return next((file for file in files if _is_file(file)), None)
    spec = _find_module(reference.location, folders)
    source = Path(spec.origin) if spec is not None and spec.origin is not None else None
    return source if source is not None and source.suffix == ".py" and _is_file(source) else None


def exists(reference: Reference, folders: Sequence[Path]) -> bool:
    """Whether the file or module is there, with or without source (a compiled module has none)."""
    if reference.is_file:
        return locate(reference, folders) is not None
    return _find_module(reference.location, folders) is not None


def top_level_names(source: Path) -> frozenset[str] | None:
    """The names a Python file defines at its top level; None when they cannot be known.

    They cannot where the file has ``from x import *`` or a ``__getattr__`` of its own.

    Raises:
        SyntaxError: The file is not valid Python.
        OSError: The file cannot be read.
    """
    tree = _parse(source)
    names = frozenset(name for statement in _statements(tree.body) for name in _defined(statement))
    return None if names & {"*", "__getattr__"} else names


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _find_module(name: str, folders: Sequence[Path]) -> ModuleSpec | None:
    """Find a module step by step, so that no parent package is imported on the way."""
    path: list[str] = [*map(str, folders), *sys.path]
    spec: ModuleSpec | None = None
    for part in name.split("."):
        # Only the last part is passed on: the finder would look a dotted name's parent up among
        # the imported modules.
        spec = PathFinder.find_spec(part, path) or (_find_elsewhere(part) if spec is None else None)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
    return spec


def _find_elsewhere(name: str) -> ModuleSpec | None:
    """Built-in modules, and packages that an editable installation leads to."""
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        spec = find(name, None) if find is not None and finder is not PathFinder else None
        if isinstance(spec, ModuleSpec):
            return spec
    return None


def _parse(source: Path) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source.read_bytes(), filename=str(source))
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error)) from error


def _statements(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The statements that run at the top level, those under if, try, with and loops included."""
    for statement in body:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for block in ("body", "orelse", "finalbody", "handlers", "cases"):
                yield from _statements(getattr(statement, block, None) or ())


def _defined(statement: ast.AST) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    elif isinstance(statement, ast.Assign):
        yield from (name for target in statement.targets for name in _stored(target))
    elif isinstance(statement, (ast.AnnAssign, ast.For)):
        yield from _stored(statement.target)
    elif isinstance(statement, ast.With):
        targets = (item.optional_vars for item in statement.items if item.optional_vars)
        yield from (name for target in targets for name in _stored(target))


def _stored(target: ast.AST) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
