"""From the bytes of a YAML file to nodes with places; only data is read, never an object.

The tree is built from the parser's events, one after the other, so that depth and size are bounded
before they cost anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import yaml

from stablecheck.checklist.node import Node, Scalar
from stablecheck.checklist.scalars import resolve
from stablecheck.errors import InvalidChecklistError, Place, Problem

MAX_BYTES = 1_000_000
MAX_NODES = 20_000
MAX_DEPTH = 50

# The parser written in C is fifty times faster and reports the same positions.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = ("!", "tag:yaml.org,2002:str")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def read_yaml(data: bytes, file: str) -> Node:
    """Read a document whose top level is a mapping.

    Args:
        data: Content of the file.
        file: Name of the file as places show it.

    Raises:
        InvalidChecklistError: With every duplicate key, or the first thing that cannot be read.
    """
    text = _decode(data, file)
    builder = _Builder(file, text.split("\n"))
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, file, text) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _refusal(Place(file, 1, 1), f"not valid YAML: {_one_line(str(error))}") from error
    return builder.finished()


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise _refusal(Place(file, 1, 1), "the file is larger than 1 MB; expected a checklist")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _refusal(Place(file, line, 1), message) from error
    text = text.replace("\r\n", "\n")
    if found := _CONTROL.search(text):
        place = _place_of(text, found.start(), file)
        raise _refusal(place, f"control character U+{ord(found.group()):04X}; remove it")
    return text


def _place_of(text: str, offset: int, file: str) -> Place:
    start = text.rfind("\n", 0, offset) + 1
    return Place(file, text.count("\n", 0, offset) + 1, offset - start + 1)


def _unreadable(error: yaml.MarkedYAMLError, file: str, text: str) -> InvalidChecklistError:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark is not None else Place(file, 1, 1)
    what = _one_line(error.problem or "the text has no structure")
    return _refusal(place, f"not valid YAML: {what}{_hint(what, place, text)}")


def _hint(what: str, place: Place, text: str) -> str:
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if "\t" in line[: place.column]:
        return "; indent with spaces, not with tabs"
    if "mapping values are not allowed" in what:
        return "; put text that holds ': ' in quotes, and check the indentation"
    if "did not find expected" in what or "expected <block end>" in what:
        return "; check indentation, brackets and quotes up to here"
    return ""


def _one_line(message: str) -> str:
    return " ".join(message.split())


def _refusal(place: Place, message: str) -> InvalidChecklistError:
    return InvalidChecklistError((Problem(place, message),))


@dataclass
class _Open:
    """A mapping or list that is not complete yet."""

    place: Place
    anchor: str | None
    first: int
    items: dict[str, Node] | list[Node]
    key: str | None = None
    pending: Place | None = None


@dataclass
class _Builder:
    """Builds the tree event by event."""

    file: str
    lines: list[str]
    count: int = 0
    documents: int = 0
    root: Node | None = None
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._document(event)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(event, [])
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()

    def finished(self) -> Node:
        if self.root is None:
            expected = "expected a checklist that starts with schema: stablecheck/1"
            raise _refusal(Place(self.file, 1, 1), f"the file is empty; {expected}")
        if self.problems:
            raise InvalidChecklistError(tuple(self.problems))
        if not isinstance(self.root.content, dict):
            message = f"found {describe(self.root.content)}, expected a mapping of keys and values"
            raise _refusal(self.root.place, message)
        return self.root

    def _document(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            message = "a second document starts here; expected one checklist a file"
            raise _refusal(self._place(event), message)

    def _place(self, event: yaml.Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        place = self._place(event)
        if found := _CONTROL.search(event.value):
            raise _refusal(place, f"control character U+{ord(found.group()):04X}; remove it")
        if self._expects_key():
            self._key(event, place)
            return
        written = event.value
        node = Node(self._value(event, place), place, text=self._text(event), written=written)
        self._add(node, event.anchor, self.count)

    def _value(self, event: yaml.ScalarEvent, place: Place) -> Scalar:
        if event.tag not in (None, *_PLAIN_TAGS):
            raise _refusal(place, f"tag {event.tag!r} is not allowed; expected plain data")
        if event.style or event.tag:
            return event.value
        try:
            return resolve(event.value)
        except ValueError as error:
            self.problems.append(Problem(place, str(error)))
            return event.value

    def _text(self, event: yaml.ScalarEvent) -> Place | None:
        """Where the text starts in the file, if it stands there letter by letter."""
        start = event.start_mark
        if event.style in ("|", ">") or event.end_mark.line != start.line:
            return None
        column = start.column + bool(event.style)
        if self.lines[start.line][column : column + len(event.value)] != event.value:
            return None
        return Place(self.file, start.line + 1, column + 1)

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].items, dict) and self.stack[-1].key is None

    def _key(self, event: yaml.ScalarEvent, place: Place) -> None:
        key = self._value(event, place)
        if not isinstance(key, str):
            message = f"the key is {describe(key)}, expected text; write {event.value!r} in quotes"
            self.problems.append(Problem(place, message))
            key = event.value
        if key == "<<" and not event.style:
            message = "merge keys (<<) are not supported; expected extends, or the keys themselves"
            raise _refusal(place, message)
        if event.anchor:
            raise _refusal(place, "a key cannot have an anchor; remove it")
        top = self.stack[-1]
        if key in top.items:
            first = top.items[key].key  # type: ignore[call-overload]  # a dict where keys are expected
            message = f"duplicate key {key!r}; it first stands in line {first.line}; remove one"
            self.problems.append(Problem(place, message))
        top.key, top.pending = key, place

    def _alias(self, event: yaml.AliasEvent) -> None:
        place = self._place(event)
        if self._expects_key():
            raise _refusal(place, "a key cannot be an alias; write it out")
        if event.anchor not in self.anchors:
            message = f"alias *{event.anchor} has no complete anchor &{event.anchor} before it"
            raise _refusal(place, message)
        node, size = self.anchors[event.anchor]
        self._grow(size - 1, place)
        self._add(node, None, self.count)

    def _open(self, event: yaml.CollectionStartEvent, items: dict[str, Node] | list[Node]) -> None:
        place = self._place(event)
        if self._expects_key():
            raise _refusal(place, "a key cannot be a mapping or a list; expected text")
        if event.tag not in (None, "!"):
            raise _refusal(place, f"tag {event.tag!r} is not allowed; expected plain data")
        if len(self.stack) >= MAX_DEPTH:
            raise _refusal(place, f"nested deeper than {MAX_DEPTH} levels; expected a checklist")
        self.stack.append(_Open(place, event.anchor, self.count, items))

    def _close(self) -> None:
        done = self.stack.pop()
        content = done.items if isinstance(done.items, dict) else tuple(done.items)
        self._add(Node(content, done.place), done.anchor, done.first)

    def _add(self, node: Node, anchor: str | None, first: int) -> None:
        """Put a complete value where it belongs."""
        self._grow(1, node.place)
        if anchor:
            self.anchors[anchor] = (node, self.count - first)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if isinstance(top.items, list):
            top.items.append(replace(node, key=None))
        elif top.key is not None:
            top.items[top.key] = replace(node, key=top.pending)
            top.key = None

    def _grow(self, nodes: int, place: Place) -> None:
        self.count += nodes
        if self.count > MAX_NODES:
            message = f"more than {MAX_NODES} values, aliases included; expected a checklist"
            raise _refusal(place, message)


def describe(value: object) -> str:
    """A value in plain words, for messages."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"text {shorten(value)!r}" if value else "empty text"
    return "a mapping" if isinstance(value, dict) else "a list"


def shorten(text: str) -> str:
    """A text for a message: one line, at most 60 characters."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"

