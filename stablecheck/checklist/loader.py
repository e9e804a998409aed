"""From the name of a checklist to a typed document, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stablecheck.checklist.candidate_files import candidate_problems, misnamed
from stablecheck.checklist.canonical import canonical_text
from stablecheck.checklist.cross_checks import cross_check, cross_check_part
from stablecheck.checklist.documents import Document, read_document
from stablecheck.checklist.plan_checks import plan_checks
from stablecheck.checklist.problems.validation import Validated, validate
from stablecheck.checklist.requirement import Requirement
from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.table_declarations import table_problems
from stablecheck.checklist.yaml.node import Path as NodePath
from stablecheck.errors import InvalidChecklistError, Place, Problem
from stablecheck.recipe import CommandCandidate
from stablecheck.resources import shipped_checklists


@dataclass(frozen=True)
class LoadedChecklist:
    """A valid checklist.

    Args:
        checklist: Its content, ``extends`` merged.
        requirements: The parsed requirements by check id, those that are off included.
        file: Its file as the user named it, or where a shipped one lies.
        folder: The folder of that file, where relative paths start.
        text: The resolved checklist as YAML; loading it gives the same checklist.
        sha256: Digest of ``text``.
        places: Where each value stands, by its path.
    """

    checklist: Checklist
    requirements: Mapping[str, Requirement]
    file: str
    folder: Path
    text: str
    sha256: str
    places: Mapping[NodePath, Place]

    def place(self, *path: str | int) -> Place:
        """Where a value stands, or the nearest one around it that is written down."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path]


def load(file: str | Path) -> LoadedChecklist:
    """Load a checklist by its path, or by its name if it is a shipped one.

    Raises:
        InvalidChecklistError: With every problem, in the order of the files.
    """
    document = read_document(str(file))
    validated = validate(document.root)
    problems = _problems(document, validated)
    if not problems and validated.preset:
        problems = (Problem(Place(document.file, 1, 1), _preset_message(document)),)
    if problems or validated.checklist is None:
        raise InvalidChecklistError(problems)
    return _loaded(document, validated.checklist)


def validate_file(file: str | Path) -> tuple[Problem, ...]:
    """Every problem of a checklist or preset, in the order of the files; nothing of it runs."""
    try:
        document = read_document(str(file))
    except InvalidChecklistError as error:
        return error.problems
    return _problems(document, validate(document.root))


def texts_of(file: str | Path) -> tuple[tuple[Place, str], ...]:
    """The texts of a checklist, each with its place.

    Raises:
        InvalidChecklistError: It cannot be read.
    """
    return tuple(read_document(str(file)).root.texts())


def _loaded(document: Document, checklist: Checklist) -> LoadedChecklist:
    text = canonical_text(checklist)
    return LoadedChecklist(
        checklist=checklist,
        requirements={check.id: parse_requirement(check.require) for check in checklist.checks},
        file=document.file,
        folder=Path(document.file).parent,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        places=dict(document.root.places()),
    )


def _problems(document: Document, validated: Validated) -> tuple[Problem, ...]:
    order = {file: index for index, file in enumerate(document.files)}

    def position(problem: Problem) -> tuple[int, int, int]:
        place = problem.place
        return order[place.file], place.line, place.column

    return tuple(sorted(dict.fromkeys(_all_problems(document, validated)), key=position))


def _all_problems(document: Document, validated: Validated) -> Iterator[Problem]:
    folders = (Path(document.file).parent, Path.cwd())
    if document.problems:
        # Without what it inherits, nobody knows what a checklist really lacks.
        yield from document.problems
        yield from validated.certain
        yield from cross_check_part(validated.root)
        yield from misnamed(validated.root, folders)
        return
    yield from validated.problems
    yield from cross_check(validated.root)
    candidate = (
        *candidate_problems(validated.root, folders),
        *table_problems(validated.root),
    )
    yield from candidate
    checklist = validated.checklist
    # What arms a command has, nobody can say where its text is wrong.
    unclear = candidate and checklist and isinstance(checklist.candidate, CommandCandidate)
    if checklist is not None and not unclear:
        yield from plan_checks(checklist, validated.root)


def _preset_message(document: Document) -> str:
    path = Path(document.file)
    name = path.stem if path.parent == shipped_checklists() else path.name
    return (
        "this is a preset without a candidate; extend it from a checklist of your own: "
        f"extends: [{name}]"
    )
