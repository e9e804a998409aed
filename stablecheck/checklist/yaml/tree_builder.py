"""From the events of a YAML parser to nodes with places."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import yaml

from stablecheck.checklist.problems.wording import describe
from stablecheck.checklist.yaml.node import Node, Scalar
from stablecheck.checklist.yaml.scalars import resolve
from stablecheck.errors import InvalidChecklistError, Place, Problem

MAX_NODES = 20_000
MAX_DEPTH = 50

_PLAIN_TAGS = ("!", "tag:yaml.org,2002:str")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def refusal(place: Place, message: str) -> InvalidChecklistError:
    """An error of one problem."""
    return InvalidChecklistError((Problem(place, message),))


def control_character(character: str) -> str:
    """The message about a character that no text of a checklist may hold."""
    return f"control character U+{ord(character):04X}; remove it"


@dataclass
class _Open:
    """A mapping or list that is not complete yet."""

    place: Place
    anchor: str | None
    items: dict[str, Node] | list[Node]
    key: str | None = None
    pending: Place | None = None
    size: int = 1
    height: int = 1


@dataclass(frozen=True)
class _Sized:
    """A complete value with the number of values in it and the depth of their nesting."""

    node: Node
    size: int = 1
    height: int = 1


@dataclass
class TreeBuilder:
    """Builds the tree from a parser's events, one after the other.

    Depth and size are thus bounded before they cost anything.

    Args:
        file: Name of the file as places show it.
        lines: The lines of its text.
    """

    file: str
    lines: list[str]
    documents: int = 0
    root: Node | None = None
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, _Sized] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, event: yaml.Event) -> None:
        """Take in the next event.

        Raises:
            InvalidChecklistError: The document is not one that a checklist could be.
        """
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
        """The tree, once all events have been taken in.

        Raises:
            InvalidChecklistError: With every problem that did not stop the reading.
        """
        if self.root is None:
            expected = "expected a checklist that starts with schema: stablecheck/1"
            raise refusal(Place(self.file, 1, 1), f"the file is empty; {expected}")
        if self.problems:
            raise InvalidChecklistError(tuple(self.problems))
        if not isinstance(self.root.content, dict):
            message = f"found {describe(self.root.content)}, expected a mapping of keys and values"
            raise refusal(self.root.place, message)
        return self.root

    def _document(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            message = "a second document starts here; expected one checklist a file"
            raise refusal(self._place(event), message)

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None  # every event of a parsed text has one
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        place = self._place(event)
        if found := _CONTROL.search(event.value):
            raise refusal(place, control_character(found.group()))
        if self._expects_key():
            self._key(event, place)
            return
        value, text = self._value(event, place), self._text(event, place)
        node = Node(value, place, text=text, written=event.value)
        self._add(_Sized(node), event.anchor)

    def _value(self, event: yaml.ScalarEvent, place: Place) -> Scalar:
        if event.tag not in (None, *_PLAIN_TAGS):
            raise refusal(place, f"tag {event.tag!r} is not allowed; expected plain data")
        if event.style or event.tag:
            return event.value
        try:
            return resolve(event.value)
        except ValueError as error:
            self.problems.append(Problem(place, str(error)))
            return event.value

    def _text(self, event: yaml.ScalarEvent, place: Place) -> Place | None:
        """Where the text starts in the file, if it stands there letter by letter."""
        if event.style in ("|", ">") or place.line > len(self.lines):
            return None
        start = place.column - 1 + bool(event.style)
        if self.lines[place.line - 1][start : start + len(event.value)] != event.value:
            return None
        return Place(place.file, place.line, start + 1)

    def _expects_key(self) -> bool:
        top = self.stack[-1] if self.stack else None
        return top is not None and isinstance(top.items, dict) and top.key is None

    def _key(self, event: yaml.ScalarEvent, place: Place) -> None:
        key = self._value(event, place)
        if not isinstance(key, str):
            message = f"the key is {describe(key)}, expected text; write {event.value!r} in quotes"
            self.problems.append(Problem(place, message))
            key = event.value
        if key == "<<" and not event.style:
            message = "merge keys (<<) are not supported; expected extends, or the keys themselves"
            raise refusal(place, message)
        if event.anchor:
            raise refusal(place, "a key cannot have an anchor; remove it")
        top = self.stack[-1]
        if key in top.items:
            first = top.items[key].label()  # type: ignore[call-overload]  # a dict expects keys
            message = f"duplicate key {key!r}; it first stands in line {first.line}; remove one"
            self.problems.append(Problem(place, message))
        top.key, top.pending = key, place

    def _alias(self, event: yaml.AliasEvent) -> None:
        place = self._place(event)
        if self._expects_key():
            raise refusal(place, "a key cannot be an alias; write it out")
        if event.anchor not in self.anchors:
            message = f"alias *{event.anchor} has no complete anchor &{event.anchor} before it"
            raise refusal(place, message)
        sized = self.anchors[event.anchor]
        self._check_depth(sized.height, place)
        self._add(sized, None)

    def _open(self, event: yaml.CollectionStartEvent, items: dict[str, Node] | list[Node]) -> None:
        place = self._place(event)
        if self._expects_key():
            raise refusal(place, "a key cannot be a mapping or a list; expected text")
        if event.tag not in (None, "!"):
            raise refusal(place, f"tag {event.tag!r} is not allowed; expected plain data")
        self._check_depth(1, place)
        self.stack.append(_Open(place, event.anchor, items))

    def _close(self) -> None:
        done = self.stack.pop()
        content = done.items if isinstance(done.items, dict) else tuple(done.items)
        self._add(_Sized(Node(content, done.place), done.size, done.height), done.anchor)

    def _add(self, sized: _Sized, anchor: str | None) -> None:
        """Put a complete value where it belongs."""
        if anchor:
            self.anchors[anchor] = sized
        if not self.stack:
            self.root = sized.node
            return
        top = self.stack[-1]
        top.size += sized.size
        top.height = max(top.height, 1 + sized.height)
        self._check_size(top.size, sized.node.place)
        if isinstance(top.items, list):
            top.items.append(replace(sized.node, key=None))
        elif top.key is not None:
            top.items[top.key] = replace(sized.node, key=top.pending)
            top.key = None

    def _check_size(self, size: int, place: Place) -> None:
        if size > MAX_NODES:
            message = f"more than {MAX_NODES} values, aliases included; expected a checklist"
            raise refusal(place, message)

    def _check_depth(self, height: int, place: Place) -> None:
        if len(self.stack) + height > MAX_DEPTH:
            raise refusal(place, f"nested deeper than {MAX_DEPTH} levels; expected a checklist")
