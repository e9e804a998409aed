"""The candidate's files as one archive, for machines that have none of them."""

from __future__ import annotations

import sysconfig
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import stablecheck
from stablecheck.errors import ClusterError

LIMIT = 400 * 10**6
"""Bytes before compression; Ray keeps the archive in the memory of its head node."""
SKIPPED = frozenset({"__pycache__", "node_modules", "stablecheck-runs"})
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the same files give the same archive, which nodes then have


def pack(folders: Sequence[Path], without: Path, target: Path) -> tuple[Path, ...]:
    """Write an archive of folders; of one that lies in another, nothing is written twice.

    Left out are hidden files, virtual environments, caches and run folders. A stablecheck that runs
    from its source goes along.

    Args:
        folders: What is packed.
        without: A folder that is left out too, unless one that is packed lies in it.
        target: The archive to write.

    Returns:
        Where each folder is in the archive.

    Raises:
        ClusterError: There is more than a cluster should be sent.
    """
    roots = _outermost(folders)
    holds_them = any(folder.resolve().is_relative_to(without.resolve()) for folder in folders)
    left_out = target.resolve() if holds_them else without.resolve()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        files = _Files(archive, left_out)
        try:
            for number, root in enumerate(roots):
                files.add(root, Path(f"candidate-{number}"))
            if _from_source():
                files.add(Path(stablecheck.__file__).parent, Path("stablecheck"))
        except OSError as error:
            raise ClusterError(f"cannot be sent to the cluster: {error}") from error
    return tuple(_inside(folder, roots) for folder in folders)


def _outermost(folders: Sequence[Path]) -> list[Path]:
    """The folders that lie in no other one, each once."""
    distinct = list(dict.fromkeys(folder.resolve() for folder in folders))
    return [one for one in distinct if not any(other in one.parents for other in distinct)]


def _inside(folder: Path, roots: Sequence[Path]) -> Path:
    found = folder.resolve()
    for number, root in enumerate(roots):
        if found.is_relative_to(root):
            return Path(f"candidate-{number}", found.relative_to(root))
    raise AssertionError(f"{folder} is in none of {roots}")


def _from_source() -> bool:
    """Whether this stablecheck is no installed one, which nodes are expected to have."""
    here = Path(stablecheck.__file__).resolve()
    installed = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    return not any(here.is_relative_to(Path(folder).resolve()) for folder in installed)


class _Files:
    """The files of an archive, and how much they are so far."""

    def __init__(self, archive: zipfile.ZipFile, without: Path) -> None:
        self._archive = archive
        self._without = without
        self._bytes = 0
        self._largest = (0, Path())

    def add(self, root: Path, name: Path) -> None:
        for path in _travel(root, self._without, ()):
            self._count(path, root)
            entry = zipfile.ZipInfo(str(name / path.relative_to(root)), _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            self._archive.writestr(entry, path.read_bytes())

    def _count(self, path: Path, root: Path) -> None:
        size = path.stat().st_size
        self._bytes += size
        self._largest = max(self._largest, (size, path))
        if self._bytes > LIMIT:
            largest, which = self._largest
            raise ClusterError(
                f"{root} holds more than the {LIMIT / 1e6:.0f} MB that are sent to a cluster, "
                f"{largest / 1e6:.0f} MB of it {which.name}; run in a folder with less in it, or "
                "keep data where every node can read it and name it by its absolute path"
            )


def _travel(folder: Path, without: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    """Every file to be packed, in one order; links are followed, but to no folder above."""
    above = (*above, folder.resolve())
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in SKIPPED or not path.exists():
            continue
        real = path.resolve()
        if real == without:
            continue
        if path.is_file():
            yield path
        elif path.is_dir() and real not in above and not (path / "pyvenv.cfg").exists():
            yield from _travel(path, without, above)
