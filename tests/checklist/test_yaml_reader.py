"""YAML with places, and nothing but data."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.checklist.yaml import reader
from stablecheck.checklist.yaml.reader import MAX_BYTES, read_yaml
from stablecheck.checklist.yaml.tree_builder import MAX_DEPTH, MAX_NODES
from stablecheck.errors import InvalidChecklistError, Place
from stablecheck.resources import shipped_checklists

WORDS = {
    "off": "off", "on": "on", "yes": "yes", "no": "no", "y": "y",
    "true": True, "False": False, "null": None, "~": None, "": None,
    "1e-3": 0.001, "1.": 1.0, ".5": 0.5, "-2": -2, "007": 7, "0x1F": 31, "0o17": 15,
    "1_000": "1_000", "12:30": "12:30", "2027-03-31": "2027-03-31", "1.2.0": "1.2.0", "nan": "nan",
    "'1'": "1", '"off"': "off", "!!str 1": "1", "! 1": "1",
}  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_a_plain_word_means_what_yaml_1_2_says(word: str):
    value = read_yaml(f"key: {word}\n".encode(), "f").plain()["key"]
    assert value == WORDS[word]
    assert type(value) is type(WORDS[word])


REFUSED = {
    b"": "f:1:1: the file is empty; expected a checklist that starts with schema: stablecheck/1",
    b"# only a comment\n": "f:1:1: the file is empty",
    b"[1]": "f:1:1: found a list, expected a mapping of keys and values",
    b"--- 3": "f:1:5: found the number 3, expected a mapping",
    b"a: 1\nb: 2\na: 3": "f:3:1: duplicate key 'a'; it first stands in line 1; remove one",
    b"a: {b: 1, 'b': 2}": "f:1:11: duplicate key 'b'; it first stands in line 1; remove one",
    b"a: 1\n---\nb: 2": "f:2:1: a second document starts here; expected one checklist a file",
    b"a: [1": "f:2:1: not valid YAML: ",
    b"a:\n\t- b": "f:2:1: not valid YAML: found character that cannot start any token; indent with "
    "spaces, not with tabs",
    b"a: b: c": "f:1:5: not valid YAML: mapping values are not allowed in this context; put text "
    "that holds ': ' in quotes, and check the indentation",
    b"a: `b": "f:1:4: not valid YAML: found character that cannot start any token; put text that "
    "starts with this character in quotes",
    b"a: x\nb: \xff": "f:2:1: byte 0xff is not UTF-8; save the file as UTF-8",
    "a: 1".encode("utf-16"): "f:1:1: byte 0xff is not UTF-8",
    b"a: x\nbc: \x00": "f:2:5: control character U+0000; remove it",
    b'a: "\\0"': "f:1:4: control character U+0000; remove it",
    b"a: *x": "f:1:4: alias *x has no complete anchor &x before it",
    b"a: &x [*x]": "f:1:8: alias *x has no complete anchor &x before it",
    b"a: !!python/object/apply:os.system [ls]": "f:1:4: tag 'tag:yaml.org,2002:python/object/apply:"
    "os.system' is not allowed; expected plain data",
    b"a: !!int '1'": "f:1:4: tag 'tag:yaml.org,2002:int' is not allowed",
    b"1: 2": "f:1:1: the key is the number 1, expected text; write '1' in quotes",
    b"? [a]\n: b": "f:1:3: a key cannot be a mapping or a list; expected text",
    b"a: &a {b: 1}\n<<: *a": "f:2:1: merge keys (<<) are not supported; expected extends",
    b"a: .inf": "f:1:4: .inf is not a finite number; expected a finite one",
    b"a: 1e999": "f:1:4: the number is too large; expected a smaller one",
    b"a: " + b"9" * 5000: "f:1:4: the number is too large; expected a smaller one",
    b"a: " + b"[" * 100_000: f"f:1:{MAX_DEPTH + 3}: nested deeper than {MAX_DEPTH} levels",
    b"a: x\n" * 3 + b" " * MAX_BYTES: "f:1:1: the file is larger than 1 MB",
}


@pytest.mark.parametrize("data", REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_checklist_is_refused_in_one_line(data: bytes):
    with pytest.raises(InvalidChecklistError, match="^" + re.escape(REFUSED[data])) as caught:
        read_yaml(data, "f")
    assert len(str(caught.value).splitlines()) == len(caught.value.problems)


def test_every_duplicate_key_is_reported():
    with pytest.raises(InvalidChecklistError, match="key 'a'") as caught:
        read_yaml(b"a: 1\na: 2\nb: {c: 1, c: 2}\n", "f")
    assert [str(problem.place) for problem in caught.value.problems] == ["f:2:1", "f:3:11"]


def test_aliases_that_multiply_are_refused_before_they_cost_anything():
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    with pytest.raises(InvalidChecklistError, match=f"more than {MAX_NODES} values"):
        read_yaml("\n".join(lines).encode(), "f")


def test_aliases_that_nest_are_refused():
    lines = ["a0: &a0 [1]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 1000))]
    with pytest.raises(InvalidChecklistError, match=f"nested deeper than {MAX_DEPTH} levels"):
        read_yaml("\n".join(lines).encode(), "f")


def test_an_alias_repeats_its_anchor():
    assert read_yaml(b"a: &x [1, {b: 2}]\nc: *x\n", "f").plain()["c"] == [1, {"b": 2}]


def test_values_keys_and_texts_have_their_places():
    root = read_yaml("ü: 'x y'\nb:\n  - {c: 1, é: \"d\\te\"}\n  - plain text\n".encode(), "f")
    first, item = root.at(("ü",)), root.at(("b", 0, "é"))
    assert first is not None
    assert item is not None
    assert (first.key, first.place, first.text) == (
        Place("f", 1, 1),
        Place("f", 1, 4),
        Place("f", 1, 5),
    )
    assert (item.key, item.place) == (Place("f", 3, 12), Place("f", 3, 15))
    assert item.text is None, "an escape moves what follows it"
    assert dict(root.places())["b", 1] == Place("f", 4, 5)


def test_windows_line_ends_and_a_byte_order_mark_change_no_place():
    root = read_yaml(b"\xef\xbb\xbfa: 1\r\nb: 'x'\r\n", "f")
    assert root.plain() == {"a": 1, "b": "x"}
    assert root.nearest(("b",)).text == Place("f", 2, 5)


@pytest.mark.parametrize("file", sorted(shipped_checklists().glob("*.yaml")), ids=lambda f: f.stem)
def test_the_parser_without_libyaml_gives_the_same_tree(
    file: Path, monkeypatch: pytest.MonkeyPatch
):
    fast = read_yaml(file.read_bytes(), "f")
    monkeypatch.setattr(reader, "_LOADER", yaml.SafeLoader)
    assert read_yaml(file.read_bytes(), "f") == fast


@given(
    st.binary(max_size=200) | st.text("ab:-[]{},&*!|>'\"#%@ \n\t0.", max_size=60).map(str.encode)
)
def test_any_bytes_are_read_as_a_mapping_or_refused(data: bytes):
    with suppress(InvalidChecklistError):
        assert isinstance(read_yaml(data, "f").plain(), dict)
