"""The sentences of the report, by key, from ``templates/locale/LANGUAGE.yaml``."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from stablecheck.errors import StablecheckError
from stablecheck.report.notation import Notation
from stablecheck.resources import templates


class UnknownPhraseError(StablecheckError):
    """The locale has no such phrase, or the phrase asks for a value that was not given."""


class Phrases:
    """The phrases of one language.

    Args:
        language: Name of the locale file.
        tree: Its content; a key such as ``reasons.CHECK_FAILS`` names a leaf by its path.
    """

    def __init__(self, language: str, tree: Mapping[str, Any]) -> None:
        self.language = language
        self._tree = tree

    @functools.cached_property
    def notation(self) -> Notation:
        """How the language writes numbers."""
        return Notation(**{**self._tree["notation"], "months": self.items("notation.months")})

    @functools.cached_property
    def characters(self) -> frozenset[str]:
        """Every character that the phrases are written with."""
        return frozenset().union(*_leaves(self._tree))

    def text(self, key: str, **values: object) -> str:
        """The phrase with its values filled in, whole numbers as the language writes them.

        Raises:
            UnknownPhraseError: where the key or one of its values is missing.
        """
        phrase = self._find(key)
        if not isinstance(phrase, str):
            raise UnknownPhraseError(f"locale {self.language}: no phrase {key!r}; add it there")
        shown = {name: self._shown(value) for name, value in values.items()}
        try:
            return phrase.format(**shown)
        except (KeyError, IndexError) as error:
            raise UnknownPhraseError(
                f"locale {self.language}: phrase {key!r} asks for {error}, which was not given"
            ) from error

    def count(self, key: str, n: int, **values: object) -> str:
        """The phrase that goes with ``n``: ``one`` or ``two`` where it has that, else ``other``."""
        own = {1: "one", 2: "two"}.get(n, "other")
        form = own if self.has(f"{key}.{own}") else "other"
        return self.text(f"{key}.{form}", n=n, **values)

    def sentences(self, said: Iterable[str]) -> str:
        """Sentences in one paragraph; empty ones are left out."""
        return self.notation.sentences.join(sentence for sentence in said if sentence)

    def listed(self, items: Iterable[str]) -> str:
        """Items in one line."""
        return self.notation.listed.join(items)

    def clauses(self, said: Iterable[str]) -> str:
        """Clauses in one line, which may hold lists."""
        return self.notation.clauses.join(said)

    def named(self, group: str, name: str) -> str:
        """The phrase for a name from an open set, or the name itself where it has none."""
        found = self._tree.get(group, {})
        return str(found.get(name, name)) if isinstance(found, Mapping) else name

    def of_code(self, group: str, name: str, english: str) -> str:
        """What the code says in English, in this language where the locale has it under that name.

        Args:
            group: A key below ``in_code``.
            name: What it is about, such as the name of a measure.
            english: What the code says.
        """
        return str(self._tree.get("in_code", {}).get(group, {}).get(name, english))

    def items(self, key: str) -> tuple[str, ...]:
        """A list of phrases."""
        found = self._find(key)
        if not isinstance(found, list):
            raise UnknownPhraseError(f"locale {self.language}: no list {key!r}; add it there")
        return tuple(str(item) for item in found)

    def entries(self, key: str, **values: object) -> tuple[Mapping[str, str], ...]:
        """A list of small records of phrases, each filled in."""
        found = self._find(key)
        if not isinstance(found, list):
            raise UnknownPhraseError(f"locale {self.language}: no list {key!r}; add it there")
        return tuple(
            {name: self.text(f"{key}.{place}.{name}", **values) for name in entry}
            for place, entry in enumerate(found)
        )

    def has(self, key: str) -> bool:
        """Whether the locale has this phrase."""
        return isinstance(self._find(key), str)

    def _shown(self, value: object) -> object:
        return self.notation.number(value, 0) if isinstance(value, int) else value

    def _find(self, key: str) -> object:
        found: object = self._tree
        for part in key.split("."):
            if isinstance(found, list):
                found = found[int(part)]
            else:
                found = found.get(part) if isinstance(found, Mapping) else None
        return found


def _leaves(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for branch in tree.values():
            yield from _leaves(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from _leaves(branch)


@functools.cache
def load(language: str) -> Phrases:
    """The phrases of a language that the package ships."""
    file = templates() / "locale" / f"{language}.yaml"
    return Phrases(language, yaml.safe_load(file.read_text("utf-8")))
