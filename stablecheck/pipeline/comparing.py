"""Two runs named by a user, compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stablecheck import store
from stablecheck.changes import Changes
from stablecheck.comparison.comparing import compare
from stablecheck.errors import NotARunError
from stablecheck.exports.compared.lines import Compared
from stablecheck.exports.compared.wording import compared
from stablecheck.store import DecidedRun


@dataclass(frozen=True)
class Comparison:
    """Two runs and what changed between them."""

    before: DecidedRun
    after: DecidedRun
    changes: Changes

    @property
    def words(self) -> Compared:
        """The changes as a person reads them."""
        return compared(self.before, self.after, self.changes)

    @property
    def json(self) -> str:
        """The changes as a program reads them."""
        document = {
            "before": _identity(self.before),
            "after": _identity(self.after),
            "changes": self.changes.model_dump(mode="json"),
        }
        return json.dumps(document, indent=2, allow_nan=False)


def compare_runs(before: str, after: str, runs: Path) -> Comparison:
    """Compare two runs by their folders, or by the ends of their names in the folder ``runs``.

    Raises:
        NotARunError: One of them cannot be found, or is no finished run.
    """
    was, is_now = (store.read_decided(_folder(name, runs)) for name in (before, after))
    return Comparison(was, is_now, compare(was, is_now))


def _folder(name: str, runs: Path) -> Path:
    if Path(name).exists():
        return Path(name)
    found = [path for path in _folders(runs) if path.name == name or path.name.endswith(f"-{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotARunError(f"{name!r} is the end of {len(found)} runs in {runs}; give more of it")
    raise NotARunError(
        f"no run {name!r}, here or in {runs}; give a run's folder, or the end of its name as "
        "`stablecheck history` shows it"
    )


def _folders(runs: Path) -> list[Path]:
    return sorted(path for path in runs.glob("*") if path.is_dir())


def _identity(run: DecidedRun) -> dict[str, Any]:
    return {
        "id": run.result.run.id,
        "finished": run.result.run.finished,
        "checklist": {"name": run.result.checklist.name, "version": run.result.checklist.version},
        "decision": run.result.verdict.decision,
    }
