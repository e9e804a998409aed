"""A report that was tampered with is caught, whatever was changed."""

from __future__ import annotations

import pytest

from stablecheck import __version__
from tests.verification.tampering import (
    annotated,
    attaching,
    attaching_carelessly,
    cropped,
    entitled,
    made_transparent,
    overprinted,
    painted,
    rewritten,
    tampered,
    with_attachments_unlisted,
    with_letters_exchanged,
)


def contradictions(found) -> list[tuple[str, str]]:
    return [(one.subject, one.text) for one in found.findings if one.state == "differs"]


@pytest.mark.parametrize("name", ["no_go", "bare"])
def test_a_report_as_written_holds(verify, pdf_of, run_of, name):
    found = verify(pdf_of(name))
    assert contradictions(found) == []
    assert found.holds
    assert found.complete
    assert found.run == run_of(name).result.run.id
    assert found.decision == run_of(name).result.verdict.decision
    assert found.written_by == f"stablecheck {__version__}"


@pytest.mark.slow
def test_every_made_up_report_holds_whatever_its_texts(verify, pdf_of):
    """Names with markup, emoji and Arabic; very long ones; no trial that ended well."""
    for name in ("hostile", "all_failed"):
        assert contradictions(verify(pdf_of(name))) == []


def test_a_changed_verdict_is_caught(verify, pdf_of):
    found = verify(tampered(pdf_of("no_go"), rewritten("NO-GO", "GO")))
    ((subject, text),) = contradictions(found)
    assert subject == "page 1"
    assert "says “" in text
    assert "GO" in text.split("; result.json gives ")[0]
    assert "NO-GO" in text.split("; result.json gives ")[1]


def test_a_changed_number_on_page_1_is_caught(verify, pdf_of, run_of):
    """The score that every reader looks at, 0.01 better."""
    old = f"{run_of('no_go').result.checks[0].estimate:.3f}"
    new = f"{float(old) + 0.01:.3f}"
    found = verify(tampered(pdf_of("no_go"), rewritten(old, new)))
    assert not found.holds
    for subject, text in contradictions(found):
        said, given = text.split("; result.json gives ")
        assert subject == "page 1"
        assert new in said
        assert old in given


def test_other_words_over_the_verdict_are_caught(verify, pdf_of):
    found = verify(tampered(pdf_of("no_go"), overprinted("GO")))
    assert ("page 1", "GO") in [(s, t.split("“")[1].split("”")[0].split()[-1]) for s, t in
                                contradictions(found)]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (painted("1 g 48 640 190 90 re f"), "drawing commands"),
        (cropped, "size or boxes of the sheet"),
        (made_transparent, "drawing commands"),
        (with_letters_exchanged, "letter shapes"),
        (annotated, "annotations are drawn over it (with a drawing)"),
    ],
)
def test_a_page_that_says_the_same_but_looks_otherwise_is_caught(verify, pdf_of, change, what):
    ((subject, text),) = contradictions(verify(tampered(pdf_of("bare"), change)))
    assert subject == "page 1"
    assert what in text


def test_a_swapped_result_is_caught_everywhere_it_shows(verify, pdf_of, run_of):
    other = run_of("no_go").result_bytes
    found = contradictions(verify(tampered(pdf_of("bare"), attaching("result.json", other))))
    subjects = [subject for subject, _ in found]
    assert {"result.json", "checklist.yaml", "page 1"} <= set(subjects)
    assert any("no page prints it" in text for _, text in found)


def test_a_verdict_edited_in_the_attached_result_is_caught(verify, pdf_of, run_of):
    old = run_of("bare").result_bytes
    new = old.replace(b'"decision": "GO"', b'"decision": "NO_GO"')
    assert new != old
    found = contradictions(verify(tampered(pdf_of("bare"), attaching("result.json", new))))
    said = [text for subject, text in found if subject == "page 1"]
    assert any("NO-GO" in text for text in said)
    assert any("SHA-256" in text for subject, text in found if subject == "result.json")


def test_a_swapped_checklist_is_caught(verify, pdf_of, run_of):
    """Even one that gives the very same page 1."""
    new = run_of("bare").checklist_bytes + b"\n"
    found = contradictions(verify(tampered(pdf_of("bare"), attaching("checklist.yaml", new))))
    assert {subject for subject, _ in found} == {"checklist.yaml"}
    assert any("result.json is of a checklist with" in text for _, text in found)


def test_an_attachment_with_another_checksum_is_caught(verify, pdf_of, run_of):
    new = run_of("bare").result_bytes + b" "
    change = attaching_carelessly("result.json", new)
    found = contradictions(verify(tampered(pdf_of("bare"), change)))
    assert ("attachments", "result.json does not have the MD5 that the PDF states for it") in found


def test_a_second_attachment_of_the_same_name_is_caught(verify, pdf_of, run_of):
    """Viewers may show either."""
    other = run_of("no_go").result_bytes
    change = tampered(pdf_of("bare"), lambda writer: writer.add_attachment("result.json", other))
    found = contradictions(verify(change))
    assert ("attachments", "result.json is there 2 times with different contents") in found


def test_a_further_attachment_is_named(verify, pdf_of):
    change = tampered(pdf_of("bare"), lambda writer: writer.add_attachment("more.txt", b"x"))
    ((subject, text),) = contradictions(verify(change))
    assert subject == "attachments"
    assert "'more.txt'" in text


def test_attachments_that_no_viewer_lists_are_caught(verify, pdf_of):
    found = verify(tampered(pdf_of("bare"), with_attachments_unlisted))
    assert not found.holds
    assert contradictions(found) == [
        ("attachments", f"{name} is missing from the list of attachments that viewers show")
        for name in ("result.json", "checklist.yaml")
    ]


def test_another_title_is_caught(verify, pdf_of):
    found = contradictions(verify(tampered(pdf_of("bare"), entitled("bare: NO-GO"))))
    assert found == [("metadata", "the title says “bare: NO-GO”; result.json gives “bare: GO”")]


def test_a_program_that_saves_the_file_again_does_no_harm(verify, pdf_of):
    assert contradictions(verify(tampered(pdf_of("bare"), lambda writer: None))) == []
