"""What the metadata of a PDF tells of its run, for people and for ``stablecheck verify``."""

from __future__ import annotations

import hashlib

from stablecheck.store import FinishedRun


def keywords(run: FinishedRun) -> tuple[str, ...]:
    """The run, the verdict, the digests of both attachments, and what laid out the text."""
    return (
        run.result.run.id,
        run.result.verdict.decision,
        f"result.json sha256:{hashlib.sha256(run.result_bytes).hexdigest()}",
        f"checklist.yaml sha256:{hashlib.sha256(run.checklist_bytes).hexdigest()}",
        _pango(),
    )


def _pango() -> str:
    """The library that breaks the lines: another version may break them elsewhere."""
    from weasyprint.text.ffi import pango

    version = pango.pango_version()
    return f"Pango {version // 10000}.{version // 100 % 100}.{version % 100}"
