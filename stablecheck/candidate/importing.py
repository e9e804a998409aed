"""Run the candidate's own code, and say where in it something went wrong."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from stablecheck.errors import CandidateError
from stablecheck.reference import locate, parse_reference

_EXTRAS = {
    "lightning": "lightning",
    "pytorch_lightning": "lightning",
    "transformers": "huggingface",
    "skorch": "skorch",
}
"""Packages that a candidate may be written with, and the extras that bring them."""
_HERE = str(Path(__file__).parent.parent)


def import_callable(
    text: str, folders: Sequence[Path], field: tuple[str, ...]
) -> Callable[..., Any]:
    """The object that ``file.py:callable`` or ``package.module:callable`` names.

    Args:
        text: The reference as the checklist has it.
        folders: Where files and modules are looked up, first match wins.
        field: The checklist field, for the error.

    Raises:
        CandidateError: The file, module or name is missing, cannot be imported or is not callable.
    """
    reference = parse_reference(text)
    with explained(field, f"importing {reference.location}"):
        module = _import(reference.location, reference.is_file, locate(reference, folders), folders)
    found = getattr(module, reference.name, None)
    if not callable(found):
        what = "has no" if found is None else "holds a value, not a callable, under"
        raise CandidateError(
            field, f"{reference.location} {what} {reference.name!r}; name a callable"
        )
    return found  # type: ignore[no-any-return]


def _import(
    location: str, is_file: bool, source: Path | None, folders: Sequence[Path]
) -> ModuleType:
    for folder in reversed([str(folder) for folder in folders]):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    if not is_file:
        return importlib.import_module(location)
    if source is None:
        raise FileNotFoundError(f"no file {location} in {' or '.join(map(str, folders))}")
    return _import_file(source.resolve())


def _import_file(source: Path) -> ModuleType:
    name = f"candidate_{hashlib.sha256(str(source).encode()).hexdigest()[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, source)
    assert spec is not None  # true of every .py file
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before it runs, so that its classes can be pickled and copied
    if str(source.parent) not in sys.path:
        sys.path.append(str(source.parent))
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


@contextmanager
def explained(field: tuple[str, ...], doing: str) -> Iterator[None]:
    """Turn whatever the candidate's code raises into a ``CandidateError`` that names the line."""
    try:
        yield
    except CandidateError:
        raise
    except (Exception, SystemExit) as error:
        message = f"{doing} raised {describe(error)}{_to_install(error)}"
        raise CandidateError(field, message) from error


def _to_install(error: BaseException) -> str:
    """What brings a missing package, where an extra does."""
    package = (error.name or "").split(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    extra = _EXTRAS.get(package)
    return f"; install it with pip install 'stablecheck[{extra}]'" if extra else ""


def describe(error: BaseException) -> str:
    """One line: type, message, and the innermost line of the candidate's own code.

    >>> describe(ValueError("no such layer"))
    'ValueError: no such layer'
    """
    text = " ".join(str(error).split()) or "no message"
    if len(text) > 300:
        text = text[:297] + "…"
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "site-packages" not in f.filename and not _is_ours(f.filename)]
    own = [f for f in own if Path(f.filename).is_file() and "lib/python" not in f.filename]
    where = f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {text}{where}"


def _is_ours(filename: str) -> bool:
    return filename.startswith(_HERE)
