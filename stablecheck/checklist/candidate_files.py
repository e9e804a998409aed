"""Whether the code and data a candidate names are there; none of it is executed or loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stablecheck import reference
from stablecheck.checklist.command_files import command_problems
from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.checklist.yaml.node import Node
from stablecheck.errors import Problem
from stablecheck.recipe import A_COMMAND, OWN, TABLES, kind_of_recipe
from stablecheck.reference import EXPECTED, Reference, parse_reference

BUNDLED = ("breast_cancer", "diabetes", "digits", "iris", "wine")

TASK_SCORES: Mapping[str, tuple[str, ...]] = {
    "language_modelling": ("token_accuracy", "neg_perplexity"),
    "segmentation": ("pixel_accuracy", "mean_iou"),
    "custom": (),
}
"""The scores of tasks that bring their own; those of all others are scikit-learn's."""

_MARKS = ("dataset_dict.json", "state.json")
_FOLDERS = "the checklist's folder or the current one"


def candidate_problems(root: Node, folders: Sequence[Path]) -> Iterator[Problem]:
    """Every part of the candidate, its incumbent and their variants that cannot be used as named.

    Args:
        root: The document.
        folders: Where files and modules are looked up.
    """
    yield from misnamed(root, folders)
    for section in ("candidate", "incumbent"):
        recipe = root.child(section)
        if recipe is not None and kind_of_recipe(recipe.content) != A_COMMAND:
            yield from _target(recipe)


def misnamed(root: Node, folders: Sequence[Path]) -> Iterator[Problem]:
    """Every part of them that cannot be found, whatever else the document says.

    Args:
        root: The document.
        folders: Where files and modules are looked up.
    """
    for variant in _schedules(root):
        yield from _own_code(variant.child("name"), folders)
    for section in ("candidate", "incumbent"):
        recipe = root.child(section)
        if recipe is not None:
            yield from _own_code(recipe.at(("schedule", "name")), folders)
            if kind_of_recipe(recipe.content) == A_COMMAND:
                yield from command_problems(recipe, folders[0])
            else:
                yield from _recipe(recipe, folders)


def _recipe(recipe: Node, folders: Sequence[Path]) -> Iterator[Problem]:
    for path in (("model",), ("score", "callable")):
        yield from _callable(recipe.at(path), folders)
    yield from _own_code(recipe.child("loss"), folders)
    yield from _loss(recipe)
    yield from _score(recipe)
    yield from _data(recipe, folders)


def _schedules(root: Node) -> Iterator[Node]:
    """The schedules that probes put in the place of the candidate's."""
    for probe in _members(root.child("probes")):
        kind = probe.child("kind")
        if kind is not None and kind.content == "schedule":
            yield from _members(probe.child("variants"))


def _members(node: Node | None) -> tuple[Node, ...]:
    if node is None or not isinstance(node.content, Mapping):
        return ()
    return tuple(node.content.values())


def _own_code(node: Node | None, folders: Sequence[Path]) -> Iterator[Problem]:
    """What may be a name of the library's or code of the team's own."""
    if node is not None and ":" in str(node.content):
        yield from _callable(node, folders)


_OF_ONE_CLASS = ("cross_entropy", "nll_loss")
_FITTING = {
    "multi_label": "binary_cross_entropy_with_logits",
    "regression": "mse_loss, l1_loss or huber_loss",
}
"""Losses for tasks whose targets are no single class."""


def _loss(candidate: Node) -> Iterator[Problem]:
    task, node = _text(candidate, "task"), candidate.child("loss")
    loss = _text(candidate, "loss")
    if node is None or loss is None or loss == OWN:
        return
    if task == "custom" and ":" not in loss:
        expected = "expected file.py:callable of (model, batch) for task: custom"
        yield Problem(node.place, f"{expected}, found {loss!r}")
    if task in _FITTING and loss in _OF_ONE_CLASS:
        expected = f"expected e.g. {_FITTING[task]} for task: {task}"
        yield Problem(node.place, f"{loss} is for one class out of several; {expected}")


def _text(candidate: Node, key: str) -> str | None:
    node = candidate.child(key)
    return node.content if node is not None and isinstance(node.content, str) else None


def _score(candidate: Node) -> Iterator[Problem]:
    score, task = candidate.child("score"), candidate.child("task")
    if score is None or not isinstance(score.content, str):
        return
    if ":" in score.content:
        expected = f"{{callable: {score.content!r}, higher_is_better: true}}"
        yield Problem(
            score.place, f"a score of one's own must say its direction; expected {expected}"
        )
    elif task is not None and isinstance(task.content, str):
        yield from _score_of(task.content, score.content, score)


def _score_of(task: str, name: str, node: Node) -> Iterator[Problem]:
    known = ("neg_loss", *TASK_SCORES.get(task, ()))
    if task in TASK_SCORES and name not in known:
        expected = f"{', '.join(known)} or {{callable, higher_is_better}}"
        message = f"{task} has no score {name!r}; expected {expected}"
        yield Problem(node.place, message + did_you_mean(name, known))


def _data(candidate: Node, folders: Sequence[Path]) -> Iterator[Problem]:
    node = candidate.child("data")
    if node is None or not isinstance(node.content, str):
        return
    if node.content.startswith("sklearn:"):
        yield from _bundled(node, node.content.removeprefix("sklearn:"))
    elif node.content.endswith(TABLES):
        yield from _table(node, node.content, folders)
    elif node.content.endswith("/"):
        yield from _folder(node, node.content, folders)
    elif ":" in node.content:
        yield from _callable(node, folders)
    else:
        expected = f"sklearn:NAME, a file ending in {', '.join(TABLES)}, FOLDER/, {EXPECTED}"
        meant = _meant(node.content, folders)
        hint = f"; did you mean {meant!r}?" if meant else ""
        yield Problem(node.place, f"{node.content!r} names no data; expected {expected}{hint}")


def _meant(name: str, folders: Sequence[Path]) -> str | None:
    if name in BUNDLED:
        return f"sklearn:{name}"
    return f"{name}/" if any((folder / name).is_dir() for folder in folders) else None


def _folder(node: Node, name: str, folders: Sequence[Path]) -> Iterator[Problem]:
    found = next((folder / name for folder in folders if (folder / name).is_dir()), None)
    if found is None:
        message = f"no folder {name!r} in {_FOLDERS}; expected a path relative to the checklist"
        yield Problem(node.place, message)
    elif not any((found / mark).is_file() for mark in _MARKS):
        message = f"the folder {name!r} has neither {' nor '.join(_MARKS)}; expected one that "
        yield Problem(node.place, message + "save_to_disk of Hugging Face datasets wrote")


def _bundled(node: Node, name: str) -> Iterator[Problem]:
    if name not in BUNDLED:
        message = f"unknown bundled data set {name!r}; expected one of {', '.join(BUNDLED)}"
        yield Problem(node.place, message + did_you_mean(name, BUNDLED))


def _table(node: Node, name: str, folders: Sequence[Path]) -> Iterator[Problem]:
    if not any((folder / name).is_file() for folder in folders):
        message = f"no file {name!r} in {_FOLDERS}; expected a path relative to the checklist"
        yield Problem(node.place, message)


def _target(recipe: Node) -> Iterator[Problem]:
    """A table of named columns without the name of the one to predict."""
    data, target = recipe.child("data"), recipe.child("target")
    if data is None or (target is not None and target.content is not None):
        return
    name = str(data.content)
    if name.endswith(TABLES) and not name.endswith(".npz") and not name.startswith("sklearn:"):
        yield Problem(data.label(), "missing 'target'; expected the column to predict, for a table")


def _callable(node: Node | None, folders: Sequence[Path]) -> Iterator[Problem]:
    if node is None or not isinstance(node.content, str):
        return
    try:
        named = parse_reference(node.content)
    except ValueError as error:
        yield Problem(node.place, str(error))
        return
    if not reference.exists(named, folders):
        where = f"no file {named.location!r} in {_FOLDERS}"
        what = where if named.is_file else f"no module {named.location!r} is installed or beside it"
        yield Problem(node.place, f"{what}; expected {EXPECTED}")
        return
    wrong = _wrong_name(named, reference.locate(named, folders))
    if wrong is not None:
        yield Problem(node.place, wrong)


def _wrong_name(named: Reference, source: Path | None) -> str | None:
    if source is None:
        return None  # compiled: what it defines is known only when it runs
    try:
        names = reference.top_level_names(source)
    except SyntaxError as error:
        line = f" in line {error.lineno}" if error.lineno else ""
        return f"{source.name} is not valid Python{line}: {error.msg}"
    except OSError as error:
        return f"{named.location!r} cannot be read: {error.strerror}"
    if names is None or named.name in names:
        return None
    public = sorted(name for name in names if not name.startswith("_"))
    shown = ", ".join(public[:12]) or "no names"
    message = f"{named.location!r} defines no {named.name!r} at its top level; it has {shown}"
    return message + did_you_mean(named.name, public)
