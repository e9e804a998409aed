"""The attached results and checklist: there, once each, readable, and made for each other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from stablecheck.errors import NotAReportError
from stablecheck.result import SCHEMA
from stablecheck.store import FinishedRun, parse_checklist, parse_result
from stablecheck.verification.finding import Finding
from stablecheck.verification.pdf_file import PdfFile
from stablecheck.verification.writer import other_version

RESULT = "result.json"
CHECKLIST = "checklist.yaml"


@dataclass(frozen=True)
class Attached:
    """What the PDF carries.

    Args:
        result_bytes, checklist_bytes: The two files, byte for byte.
        run: Both understood, without the trials, which a PDF does not carry; None where one of
            them is torn or of another version.
        findings: On the files themselves and on how they fit each other.
    """

    result_bytes: bytes
    checklist_bytes: bytes
    run: FinishedRun | None
    findings: tuple[Finding, ...]


def attached(pdf: PdfFile, name: str) -> Attached:
    """The attachments of a report; ``name`` is what messages call it.

    Raises:
        NotAReportError: It carries no result or no checklist, as somebody else's PDF does.
    """
    missing = [file for file in (RESULT, CHECKLIST) if file not in pdf.attachments]
    if missing:
        raise NotAReportError(
            f"{name}: carries no {' and no '.join(missing)}, so it is no report of stablecheck, or "
            "a program that saved it again left them out; give the report.pdf of a run"
        )
    result, checklist = (pdf.attachments[file].contents[0] for file in (RESULT, CHECKLIST))
    run, misread = _understood(result, checklist, other_version(pdf))
    findings = [*_files(pdf), *misread]
    if run is not None:
        findings.append(_belonging(run))
    return Attached(result, checklist, run, tuple(findings))


def _files(pdf: PdfFile) -> list[Finding]:
    problems = []
    for name, file in pdf.attachments.items():
        if name not in (RESULT, CHECKLIST):
            problems.append(f"a further file, {name!r}, which stablecheck does not attach")
        elif not file.listed:
            problems.append(f"{name} is missing from the list of attachments that viewers show")
        if len(file.contents) > 1:
            problems.append(f"{name} is there {len(file.contents)} times with different contents")
        if not file.checksum_holds:
            problems.append(f"{name} does not have the MD5 that the PDF states for it")
    if problems:
        return [Finding("attachments", "differs", problem) for problem in problems]
    sizes = (f"{name} ({len(pdf.attachments[name].contents[0]):,} bytes)" for name in
             (RESULT, CHECKLIST))  # fmt: skip
    return [Finding("attachments", "agrees", " and ".join(sizes) + ", once each")]


def _understood(
    result: bytes, checklist: bytes, version: str
) -> tuple[FinishedRun | None, list[Finding]]:
    try:
        parsed = parse_result(result)
    except ValueError as error:
        return None, [_misread(result, error, version)]
    try:
        known = parse_checklist(checklist)
    except ValueError as error:
        return None, [Finding(CHECKLIST, "differs", f"not the checklist of a run: {error}")]
    return FinishedRun(parsed, {}, known, result, checklist), []


def _misread(content: bytes, error: ValueError, version: str) -> Finding:
    """What is wrong with a result; another version's may be sound, but is not understood here."""
    try:
        known = json.loads(content)
    except (ValueError, RecursionError):
        return Finding(RESULT, "differs", f"not JSON: {error}")
    schema = known.get("schema") if isinstance(known, dict) else None
    if isinstance(schema, str) and schema != SCHEMA:
        text = f"has schema {schema}, and this version reads {SCHEMA}"
    elif version:
        text = f"not understood ({error}): {version}"
    else:
        return Finding(RESULT, "differs", f"not the result of a run: {error}")
    return Finding(RESULT, "unchecked", f"{text}; verify with the version that wrote the report")


def _belonging(run: FinishedRun) -> Finding:
    digest = hashlib.sha256(run.checklist_bytes).hexdigest()
    stated = run.result.checklist.sha256
    if digest == stated:
        return Finding(CHECKLIST, "agrees", f"SHA-256 {digest[:12]}…, as result.json states it")
    return Finding(
        CHECKLIST,
        "differs",
        f"has SHA-256 {digest[:12]}…; result.json is of a checklist with {stated[:12]}…",
    )
