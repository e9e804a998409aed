"""The last finished run of the same checklist, and what changed since then."""

from __future__ import annotations

import hashlib
from pathlib import Path

from stablecheck import store
from stablecheck.changes import Previous
from stablecheck.comparison.comparing import compare
from stablecheck.errors import StablecheckError
from stablecheck.history import past_runs
from stablecheck.store import DecidedRun, RunFolder


def previous(folder: RunFolder, run: DecidedRun) -> Previous | None:
    """What changed since the newest finished run of that name beside this one; None without any.

    Nothing that lies there can cost the run: what cannot be read is passed over.

    Args:
        folder: The run's own folder.
        run: What it decided.
    """
    name = run.result.checklist.name
    earlier = [
        past
        for past in past_runs(folder.path.parent, store.slug(name))
        if past.is_over and past.folder.name != folder.id and past.name == name
    ]
    for past in sorted(earlier, key=lambda past: past.result.run.finished, reverse=True):
        try:
            return _since(past.folder, run)
        except StablecheckError:
            continue
    return None


def _since(folder: Path, run: DecidedRun) -> Previous:
    before = store.read_decided(folder)
    return Previous(
        id=folder.name,
        finished=before.result.run.finished,
        version=before.result.checklist.version,
        decision=before.result.verdict.decision,
        result_sha256=hashlib.sha256((folder / "result.json").read_bytes()).hexdigest(),
        changes=compare(before, run),
    )
