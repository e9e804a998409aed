"""A checklist's content with the place of every key and value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from stablecheck.errors import Place

Path: TypeAlias = "tuple[str | int, ...]"
Scalar: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True)
class Node:
    """A value of the document.

    Args:
        content: A mapping, a list, or a single value.
        place: Where the value starts.
        key: Where its key starts, for the values of a mapping.
        text: Where its first character stands, if the text is written as it reads: on one line,
            nothing escaped. Then an offset into it is an offset into the file.
        written: A single value as it is written.
    """

    content: Mapping[str, Node] | tuple[Node, ...] | Scalar
    place: Place
    key: Place | None = None
    text: Place | None = None
    written: str = ""

    def child(self, part: str | int) -> Node | None:
        """The value under a key or index, if there is one."""
        if isinstance(self.content, Mapping) and isinstance(part, str):
            return self.content.get(part)
        if isinstance(self.content, tuple) and isinstance(part, int):
            return self.content[part] if 0 <= part < len(self.content) else None
        return None

    def nearest(self, path: Path) -> Node:
        """The value at a path, or the innermost one on the way to it."""
        node = self
        for part in path:
            found = node.child(part)
            if found is None:
                return node
            node = found
        return node

    def at(self, path: Path) -> Node | None:
        """The value at a path, if there is one."""
        node: Node | None = self
        for part in path:
            node = node.child(part) if node is not None else None
        return node

    def label(self) -> Place:
        """Where to point when the value as a whole is meant: at its key, if it has one."""
        return self.key or self.place

    def letter(self, offset: int) -> Place:
        """Where a character of a text stands, where the text stands there as it reads."""
        if self.text is None:
            return self.place
        return replace(self.text, column=self.text.column + offset)

    def plain(self) -> Any:
        """The content as plain dictionaries, lists and values."""
        if isinstance(self.content, Mapping):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, tuple):
            return [node.plain() for node in self.content]
        return self.content

    def places(self, path: Path = ()) -> Iterator[tuple[Path, Place]]:
        """Every path of the document with the place of its value."""
        yield path, self.place
        for part, node in self._children():
            yield from node.places((*path, part))

    def texts(self) -> Iterator[tuple[Place, str]]:
        """Every text among the values, with its place."""
        if isinstance(self.content, str):
            yield self.place, self.content
        for _, node in self._children():
            yield from node.texts()

    def _children(self) -> Iterator[tuple[str | int, Node]]:
        if isinstance(self.content, Mapping):
            yield from self.content.items()
        elif isinstance(self.content, tuple):
            yield from enumerate(self.content)


NOWHERE = Place("", 1, 1)
"""The place of values that stand in no file."""


def node_of(value: Any, place: Place = NOWHERE) -> Node:
    """Plain data as a tree whose every value stands in one place."""
    if isinstance(value, dict):
        return Node({key: node_of(item, place) for key, item in value.items()}, place)
    if isinstance(value, list):
        return Node(tuple(node_of(item, place) for item in value), place)
    return Node(value, place)
