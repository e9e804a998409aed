"""What was compared, and how it came out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stablecheck.codes import VerdictWord

State = Literal["agrees", "partly", "differs", "unchecked"]


@dataclass(frozen=True)
class Finding:
    """One comparison.

    Args:
        subject: The part of the report it is about.
        state: ``unchecked`` where this version cannot compare it; ``partly`` where it agrees in
            what could be compared.
        text: What agrees; or what stands here and what stands there; or why it cannot be compared.
    """

    subject: str
    state: State
    text: str


@dataclass(frozen=True)
class Verification:
    """All findings on a report.

    Args:
        report: The PDF.
        written_by: The program and version that it names as its writer; empty where it names none.
        language: Tag of the report's language.
        run: Id of the run, as the attached ``result.json`` gives it; None where it is no result.
        decision: The verdict in the attached ``result.json``.
        findings: In the order of checking.
    """

    report: Path
    written_by: str
    language: str
    run: str | None
    decision: VerdictWord | None
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that counts was compared and no part contradicts another."""
        return self._only("agrees", "partly")

    @property
    def complete(self) -> bool:
        """Whether all that can be compared on some machine was compared on this one, and agrees."""
        return self._only("agrees")

    @property
    def contradicts(self) -> bool:
        """Whether a part contradicts another."""
        return any(finding.state == "differs" for finding in self.findings)

    def _only(self, *states: State) -> bool:
        return all(finding.state in states for finding in self.findings)
