"""Text in lines: columns are counted, not characters."""

import textwrap

import pytest
from rich.cells import cell_len

from stablecheck.cli.lines import WIDTH, padded, wrapped

PROSE = "A retrained model must meet the service target without a lucky seed. " * 5


@pytest.mark.parametrize(("first", "following"), [("", ""), ("  Verdict  ", " " * 11)])
def test_plain_words_are_wrapped_as_the_standard_library_does(first, following):
    expected = textwrap.wrap(PROSE, WIDTH, initial_indent=first, subsequent_indent=following)
    assert list(wrapped(PROSE, first, following)) == expected


@pytest.mark.parametrize(
    "text", ["顧客離反予測" * 40, "名前 " * 60, "🚀" * 90, "x" * 500, "ab🚀 " * 50]
)
def test_no_line_takes_more_columns_than_there_are_and_nothing_is_lost(text):
    lines = list(wrapped(text, "    ", " " * 8))
    assert max(map(cell_len, lines)) <= WIDTH
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_what_sets_a_colour_takes_no_room():
    coloured, plain = "\x1b[31mred\x1b[0m ", "red "
    with_colour = list(wrapped(PROSE, coloured, "", cell_len(coloured) - cell_len(plain)))
    assert with_colour[0].replace("\x1b[31m", "").replace("\x1b[0m", "") == next(
        wrapped(PROSE, plain)
    )


def test_nothing_to_say_is_the_beginning_alone():
    assert list(wrapped("", "  Verdict  ")) == ["  Verdict"]


def test_padding_counts_columns():
    assert cell_len(padded("名前", 10)) == 10
    assert padded("longer than that", 4) == "longer than that"
