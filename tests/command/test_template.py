"""The text of a command: what becomes one argument, and what is no command."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.command.template import Placeholder, arguments, placeholders, words
from stablecheck.errors import CommandSyntaxError

ECHO = [sys.executable, "-c", "import json, sys; print(json.dumps(sys.argv[1:]))"]


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_whatever_a_value_holds_it_stays_one_argument(value: str):
    assert arguments("train --name {optimizer} --last", {"optimizer": value}) == [
        "train",
        "--name",
        value,
        "--last",
    ]


def test_no_shell_reads_what_a_value_says():
    value = "a b; touch gone && echo $(id) > '{lr}' \"x"
    command = ECHO + arguments("{optimizer}", {"optimizer": value})
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert json.loads(printed) == [value]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("train --lr={lr}", ["train", "--lr=0.05"]),
        ("train '{{\"lr\": {lr}}}'", ["train", '{"lr": 0.05}']),
        ("'my script' --lr \"{lr}\"", ["my script", "--lr", "0.05"]),
        ("train\n  --lr {lr}", ["train", "--lr", "0.05"]),
        ("train {lr}{lr}", ["train", "0.050.05"]),
    ],
)
def test_placeholders_stand_anywhere_in_a_word(command: str, expected: list[str]):
    assert arguments(command, {"lr": 0.05}) == expected


def test_placeholders_are_found_with_their_places():
    command = "train --lr {lr} {{seed}} --depth={model_args.depth}"
    assert placeholders(command) == (
        Placeholder("lr", command.index("{lr}")),
        Placeholder("model_args.depth", command.index("{model_args")),
    )


@pytest.mark.parametrize(
    ("command", "offset", "message"),
    [
        ("train {lr", 6, "'{' belongs to no placeholder; write {{ for a brace itself"),
        ("train lr}", 8, "'}' belongs to no placeholder; write }} for a brace itself"),
    ],
)
def test_a_lone_brace_is_told_at_its_place(command: str, offset: int, message: str):
    with pytest.raises(CommandSyntaxError, match="belongs to no placeholder") as caught:
        placeholders(command)
    assert (caught.value.offset, str(caught.value)) == (offset, message)


@pytest.mark.parametrize(
    ("command", "offset", "message"),
    [
        ("   ", 0, "expected a program"),
        ("train 'a", 0, "no closing quotation"),
        ("cd x && train", 5, "'&&' means nothing"),
        ("train > log.txt", 6, "'>' means nothing"),
    ],
)
def test_what_only_a_shell_understands_is_refused(command: str, offset: int, message: str):
    with pytest.raises(CommandSyntaxError, match=message) as caught:
        words(command)
    assert caught.value.offset == offset
