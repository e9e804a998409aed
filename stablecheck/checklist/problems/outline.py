"""What the schema says about each place of a checklist: known keys, descriptions, choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.yaml.node import Node, Path
from stablecheck.recipe import A_COMMAND, A_MODEL, kind_of_recipe

Schema = Mapping[str, Any]


@cache
def checklist_schema() -> Schema:
    """The JSON Schema that pydantic derives from the model."""
    return Checklist.model_json_schema(by_alias=True)


def schema_at(root: Node, path: Path) -> Schema | None:
    """The schema of the value at a path; None where the model knows of no such place.

    Args:
        root: The document; which schema holds may depend on it, as with the kind of a probe.
        path: Keys and indices from the top.
    """
    schema: Schema | None = _settled(checklist_schema(), root)
    node: Node | None = root
    for part in path:
        node = node.child(part) if node is not None else None
        schema = _settled(_below(schema, part), node) if schema is not None else None
    return schema


def keys_at(root: Node, path: Path) -> tuple[str, ...] | None:
    """The keys that the mapping at a path may have; None where any key may stand."""
    schema = schema_at(root, path)
    if schema is None or "properties" not in schema:
        return None
    return tuple(schema["properties"])


def sections_with(key: str) -> tuple[str, ...]:
    """Where else a key would be right, such as ``candidate.optimizer`` for ``lr``."""
    return tuple(dict.fromkeys(path for path, keys in _sections() if key in keys))


@cache
def _sections() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(_walk(checklist_schema(), ""))


def _walk(schema: Schema, path: str) -> Iterator[tuple[str, frozenset[str]]]:
    schema = _resolved(schema)
    properties: Mapping[str, Schema] = schema.get("properties", {})
    if properties and path:
        yield path, frozenset(properties)
    for key, child in properties.items():
        for option in _options(child):
            yield from _walk(option, f"{path}.{key}".lstrip("."))


def _options(schema: Schema) -> Iterator[Schema]:
    schema = _resolved(schema)
    yield schema
    for name in ("anyOf", "oneOf", "items", "additionalProperties"):
        found = schema.get(name, ())
        yield from found if isinstance(found, list) else (found,) if isinstance(found, dict) else ()


def _below(schema: Schema, part: str | int) -> Schema | None:
    if isinstance(part, int):
        prefix = schema.get("prefixItems", ())
        found = prefix[part] if part < len(prefix) else schema.get("items")
    else:
        named = schema.get("patternProperties", {}).values()  # the probes, by ids of a certain form
        others = next(iter(named), schema.get("additionalProperties"))
        found = schema.get("properties", {}).get(part, others)
    return found if isinstance(found, dict) else None


def _settled(schema: Schema | None, node: Node | None) -> Schema | None:
    """Choose the alternative that fits the value: by its kind, or by its shape."""
    if schema is None:
        return None
    outer, schema = schema, _resolved(schema)
    if "discriminator" in schema:
        kind = node.child("kind") if node is not None else None
        mapping: Mapping[object, str] = schema["discriminator"]["mapping"]
        chosen = kind.content if kind is not None else None
        known = isinstance(chosen, str) and chosen in mapping
        return _resolved({"$ref": mapping[chosen]}) if known else None
    if "oneOf" in schema:
        written = kind_of_recipe(node.content if node is not None else None)
        return _resolved(schema["oneOf"][[A_MODEL, A_COMMAND].index(written)])
    if "anyOf" in schema and node is not None and isinstance(node.content, Mapping):
        options = [_resolved(option) for option in schema["anyOf"]]
        schema = next((option for option in options if "properties" in option), schema)
    # What a field says of itself goes before what its type says in general.
    return {**schema, "description": outer.get("description", schema.get("description", ""))}


def _resolved(schema: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Schema = checklist_schema()["$defs"][reference.rpartition("/")[2]]
    return found
