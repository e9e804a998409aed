"""Texts, word by word."""

import pytest

from stablecheck.verification.differences import differences


def test_spacing_line_breaks_and_look_alikes_do_not_count():
    """A no-break space, a true minus and a hyphen are drawn as their plain fellows are."""
    assert (
        differences("at most\n0.2  −1 437", "at\N{NO-BREAK SPACE}most 0.2 -1\N{THIN SPACE}437")
        == ()
    )
    assert differences("a re- training", "a re-training") == ()


def test_words_are_quoted_with_what_stands_before_them_in_their_line():
    ((shown, expected, is_cut),) = (
        (one.shown, one.expected, one.is_cut)
        for one in differences("title\nthe bound is 0.95", "title\nthe bound is 0.85")
    )
    assert (shown, expected) == ("the bound is 0.95", "the bound is 0.85")
    assert not is_cut


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("NO-GO", "GO"), ("0.95", "0.59"), ("", "fails"), ("passes passes", "passes"), ("1…", "2.5")],
)
def test_what_differs_is_found(shown, expected):
    found = differences(f"before {shown} after", f"before {expected} after")
    assert [one.is_cut for one in found] == [False] * len(found)
    assert found


def test_the_beginning_of_a_longer_text_counts_as_cut_where_it_says_so():
    assert [one.is_cut for one in differences("a long sto… 7", "a long story told 7")] == [True]
    assert [one.is_cut for one in differences("a long 7", "a long story told 7")] == [False]
