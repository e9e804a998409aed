"""From the bytes of a YAML file to nodes with places; only data is read, never an object."""

from __future__ import annotations

import re

import yaml

from stablecheck.checklist.yaml.node import Node
from stablecheck.checklist.yaml.tree_builder import TreeBuilder, control_character, refusal
from stablecheck.errors import InvalidChecklistError, Place

MAX_BYTES = 1_000_000

# The parser written in C is far faster and reports the same positions.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


def read_yaml(data: bytes, file: str) -> Node:
    """Read a document whose top level is a mapping.

    Args:
        data: Content of the file.
        file: Name of the file as places show it.

    Raises:
        InvalidChecklistError: With every duplicate key, or the first thing that cannot be read.
    """
    text = _decode(data, file)
    lines = _LINE_BREAK.split(text)
    builder = TreeBuilder(file, lines)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, file, lines) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise refusal(Place(file, 1, 1), f"not valid YAML: {_one_line(str(error))}") from error
    return builder.finished()


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise refusal(Place(file, 1, 1), "the file is larger than 1 MB; expected a checklist")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise refusal(Place(file, line, 1), message) from error
    if found := _UNPRINTABLE.search(text):
        before = _LINE_BREAK.split(text[: found.start()])
        place = Place(file, len(before), len(before[-1]) + 1)
        raise refusal(place, control_character(found.group()))
    return text


def _unreadable(error: yaml.MarkedYAMLError, file: str, lines: list[str]) -> InvalidChecklistError:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark is not None else Place(file, 1, 1)
    what = _one_line(error.problem or "the text has no structure")
    return refusal(place, f"not valid YAML: {what}{_hint(what, place, lines)}")


def _hint(what: str, place: Place, lines: list[str]) -> str:
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if "\t" in line[: place.column]:
        return "; indent with spaces, not with tabs"
    if "mapping values are not allowed" in what:
        return "; put text that holds ': ' in quotes, and check the indentation"
    if "cannot start any token" in what:
        return "; put text that starts with this character in quotes"
    if "did not find expected" in what or "expected <block end>" in what:
        return "; check indentation, brackets and quotes up to here"
    return ""


def _one_line(message: str) -> str:
    return " ".join(message.split())
