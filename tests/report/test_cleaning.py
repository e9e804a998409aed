"""Text from outside prints as what it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stablecheck.report.cleaning import ELLIPSIS, clamp, clean


def test_control_characters_and_direction_overrides_go():
    assert clean("a\x00b\x07c\x1b[31m \u202egnp.exe\u2066") == "abc[31m gnp.exe"


def test_line_breaks_and_tabs_become_spaces():
    assert clean(" one\ntwo\tthree\r") == "one two three"


def test_other_scripts_and_joined_emoji_stay_as_they_are():
    assert clean("نموذج 👩‍🔬 日本") == "نموذج 👩‍🔬 日本"


@given(st.text(max_size=400), st.integers(10, 100))
def test_clamped_text_is_never_longer_and_starts_like_the_original(text, length):
    cut = clamp(text, length)
    assert len(cut) <= length
    assert cut == text or (cut.endswith(ELLIPSIS) and text.startswith(cut[:-1]))
