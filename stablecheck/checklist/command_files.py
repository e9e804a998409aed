"""Whether a command can be read, and what it names is there; nothing of it is run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.checklist.yaml.node import Node
from stablecheck.command.files import missing, named_files
from stablecheck.command.settings import MEANINGS, MODEL_ARGUMENT, SEED
from stablecheck.command.template import Placeholder, placeholders, words
from stablecheck.errors import CommandSyntaxError, Problem

_FROM = "expected a path from the folder of the checklist"


def command_problems(recipe: Node, folder: Path) -> Iterator[Problem]:
    """Everything wrong with the command of a recipe, and with its files.

    Args:
        recipe: Candidate or incumbent.
        folder: That of the checklist, where the command runs.
    """
    node = recipe.child("command")
    if node is not None and isinstance(node.content, str) and node.content:
        try:
            words(node.content)
            yield from _text(node, node.content)
            yield from _program(node, node.content, folder)
            yield from _code(recipe, node, node.content, folder)
        except CommandSyntaxError as error:
            yield Problem(node.letter(error.offset), str(error))
        for name in ("code", "data"):
            yield from _files(recipe.child(name), folder)


def _text(node: Node, command: str) -> Iterator[Problem]:
    found = placeholders(command)
    for one in found:
        if not _is_known(one.name):
            yield Problem(node.letter(one.offset), _unknown(one))
    if SEED not in [one.name for one in found]:
        message = (
            "the command has no {seed}, so that all of its trainings would be one; add it where "
            "the script takes it, such as --seed {seed}"
        )
        yield Problem(node.place, message)


def _is_known(name: str) -> bool:
    return name in MEANINGS or (name.startswith(MODEL_ARGUMENT) and name != MODEL_ARGUMENT)


def _unknown(placeholder: Placeholder) -> str:
    name = placeholder.name
    known = ", ".join(f"{{{one}}}" for one in (*MEANINGS, f"{MODEL_ARGUMENT}NAME"))
    hint = did_you_mean(name, MEANINGS) or f"; write {{{{{name}}}}} for braces themselves"
    return f"unknown placeholder {{{name}}}; expected one of {known}{hint}"


def _program(node: Node, command: str, folder: Path) -> Iterator[Problem]:
    """A program that is a path; others are looked for where the command is to run."""
    program = words(command)[0]
    if os.sep in program and not placeholders(program) and not (folder / program).exists():
        yield Problem(node.place, f"no program {program!r}; {_FROM}")


def _code(recipe: Node, node: Node, command: str, folder: Path) -> Iterator[Problem]:
    """One version of a script cannot be told from another where none of its files is known."""
    code = recipe.child("code")
    if (code is None or not code.content) and not named_files(command, folder):
        message = (
            "the command names no file in the folder of the checklist; expected code, its files "
            "and folders, such as code: [train.py]"
        )
        yield Problem(node.place, message)


def _files(node: Node | None, folder: Path) -> Iterator[Problem]:
    if node is None or not isinstance(node.content, tuple):
        return
    texts = [str(entry.content) for entry in node.content]
    for index in missing(texts, folder):
        yield Problem(node.content[index].place, f"no file or folder {texts[index]!r}; {_FROM}")
