"""What is no report is refused in one clear line."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject, TextStringObject

from stablecheck import verification
from stablecheck.errors import NativeLibraryError, NotAReportError
from stablecheck.report import pdf as report_pdf
from stablecheck.verification import attached, page_one
from tests.verification.tampering import attaching, tampered


def _written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _foreign() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    return writer


def _states(found, subject: str) -> list[tuple[str, str]]:
    return [(one.state, one.text) for one in found.findings if one.subject == subject]


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04"])
def test_what_is_no_pdf_is_refused(verify, content):
    with pytest.raises(NotAReportError, match=r"sent\.pdf: not a PDF; give the report\.pdf"):
        verify(content)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(NotAReportError, match=r"none\.pdf: cannot be read: No such file"):
        verification.verify(tmp_path / "none.pdf")
    with pytest.raises(NotAReportError, match="cannot be read: Is a directory"):
        verification.verify(tmp_path)


def test_somebody_elses_pdf_is_refused(verify):
    with pytest.raises(NotAReportError, match=r"carries no result\.json and no checklist\.yaml"):
        verify(_written(_foreign()))


def test_an_encrypted_pdf_is_refused(verify):
    writer = _foreign()
    writer.encrypt("secret", algorithm="RC4-128")
    with pytest.raises(NotAReportError, match="encrypted; save it without a password"):
        verify(_written(writer))


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
def test_a_torn_pdf_is_refused_in_one_line_and_in_silence(verify, pdf_of, kept, capfd):
    content = pdf_of("bare")
    with pytest.raises(NotAReportError, match="torn or damaged") as raised:
        verify(content[: int(len(content) * kept)])
    assert "\n" not in str(raised.value)
    assert capfd.readouterr() == ("", "")


def test_an_attachment_that_unpacks_to_gigabytes_is_refused(verify, pdf_of):
    def bomb(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(b"0" * 100_000_000)
        packed = writer._add_object(stream.flate_encode())
        for file in writer.attachment_list:
            file.pdf_object["/EF"][NameObject("/F")] = packed

    content = tampered(pdf_of("bare"), bomb)
    assert len(content) < 1_000_000
    with pytest.raises(NotAReportError, match="unpacks to more than a report ever holds"):
        verify(content)


def test_a_result_that_is_not_json_is_a_contradiction(verify, pdf_of):
    found = verify(tampered(pdf_of("bare"), attaching("result.json", b"{torn")))
    assert _states(found, "result.json")[0][0] == "differs"
    assert "not JSON" in _states(found, "result.json")[0][1]
    assert _states(found, "page 1")[0][0] == "unchecked"
    assert found.run is None


def test_another_schema_of_the_result_is_named(verify, pdf_of, run_of):
    other = run_of("bare").result_bytes.replace(b"stablecheck-result/1", b"stablecheck-result/9")
    found = verify(tampered(pdf_of("bare"), attaching("result.json", other)))
    state, text = _states(found, "result.json")[0]
    assert state == "unchecked"
    assert "stablecheck-result/9" in text
    assert not found.holds


def test_a_result_of_another_version_is_not_called_forged(verify, pdf_of, run_of, monkeypatch):
    """Another version may add a field; its report is not false because this one is older."""
    monkeypatch.setattr(attached, "other_version", lambda pdf: "it was written by stablecheck 9.9")
    other = run_of("bare").result_bytes.replace(b'"complete"', b'"was_complete"')
    found = verify(tampered(pdf_of("bare"), attaching("result.json", other)))
    state, text = _states(found, "result.json")[0]
    assert state == "unchecked"
    assert "written by stablecheck 9.9" in text


def test_aliases_that_unfold_to_gigabytes_are_refused(verify, pdf_of):
    levels = ["a0: &a0 [x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    bomb = "\n".join(levels).encode()
    found = verify(tampered(pdf_of("bare"), attaching("checklist.yaml", bomb)))
    assert ("differs", "not the checklist of a run: an alias, which no stored checklist has") in (
        _states(found, "checklist.yaml")
    )


def test_results_that_no_page_can_be_made_of_are_a_contradiction(verify, pdf_of, run_of):
    """A method that no phrase knows, as an edited file may name."""
    old = run_of("bare").result_bytes
    new = old.replace(b'"operator": ">="', b'"operator": "~~"')
    assert new != old
    found = verify(tampered(pdf_of("bare"), attaching("result.json", new)))
    ((state, text),) = _states(found, "page 1")
    assert state == "differs"
    assert "give no page 1" in text


def test_a_language_that_is_not_written_is_a_contradiction(verify, pdf_of):
    def speak(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/Lang")] = TextStringObject("../../etc/passwd")

    ((state, text),) = _states(verify(tampered(pdf_of("bare"), speak)), "page 1")
    assert state == "differs"
    assert "calls its language “../../etc/passwd”" in text


def test_without_pango_the_command_that_installs_it_is_named(verify, pdf_of, monkeypatch):
    content = pdf_of("bare")

    def missing(*_):
        raise NativeLibraryError(f"install it with: {report_pdf.APT_COMMAND}")

    monkeypatch.setattr(page_one, "render_page_one", missing)
    with pytest.raises(NativeLibraryError, match="install it with: apt-get"):
        verify(content)
