"""The conditions of PDF/A-3a that need no validator, and equal bytes from two processes."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import ContentStream, StreamObject

from stablecheck.report.pdf import render_pdf
from stablecheck.report.view import build_view

RENDERING = """
import sys
sys.path.insert(0, {root!r})
from stablecheck.report.html import render_html
from stablecheck.report.pdf import render_pdf
from stablecheck.report.view import build_view
from tests.report.made_up.scenarios import SCENARIOS
import hashlib
run = SCENARIOS["bare"]()
view = build_view(run)
for content in (render_pdf(run, view), render_html(view).encode()):
    print(hashlib.sha256(content).hexdigest())
"""
ROOT = str(Path(__file__).parents[2])
MARKED = {b"BDC", b"BMC"}
DRAWING = {b"Tj", b"TJ", b"f", b"f*", b"S", b"B", b"B*", b"Do", b"sh"}


@pytest.fixture(scope="module")
def content():
    from tests.report.conftest import _run

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1764000000")
        return render_pdf(_run("bare"), build_view(_run("bare")))


@pytest.fixture(scope="module")
def reader(content):
    return pypdf.PdfReader(io.BytesIO(content))


@pytest.mark.slow
def test_two_processes_write_the_same_pdf_and_html_to_the_byte(tmp_path):
    """Their hashes of text are seeded differently, as are their folders and clocks."""
    seen = set()
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        ended = subprocess.run(
            [sys.executable, "-c", RENDERING.format(root=ROOT)],
            env=os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1764000000"},
            cwd=folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        seen.add(ended.stdout)
    assert len(seen) == 1
    assert len(seen.pop().split()) == 2


def test_the_metadata_tell_run_verdict_and_digests_alike_in_both_places(reader, run_of):
    run = run_of("bare")
    result, checklist = (
        hashlib.sha256(content).hexdigest() for content in (run.result_bytes, run.checklist_bytes)
    )
    told = reader.metadata["/Keywords"].split(", ")
    assert told[:2] == [run.result.run.id, "GO"]
    assert told[2:4] == [f"result.json sha256:{result}", f"checklist.yaml sha256:{checklist}"]
    assert reader.xmp_metadata.pdf_keywords == reader.metadata["/Keywords"]
    assert reader.xmp_metadata.dc_title["x-default"] == reader.metadata.title
    assert reader.xmp_metadata.xmp_creator_tool == reader.metadata.creator


def test_metadata_use_no_property_that_pdf_a_would_have_described(reader):
    """Properties outside the standard schemas need an extension schema, which nobody writes."""
    text = reader.root_object["/Metadata"].get_object().get_data().decode()
    used = {word.partition("=")[0] for word in text.split("xmlns:")[1:]}
    assert used == {"x", "dc", "pdf", "pdfaid", "rdf", "xmp"}


def test_nothing_in_the_file_runs_encrypts_or_points_outside(reader):
    assert not reader.is_encrypted
    assert {"/OpenAction", "/AA", "/AcroForm"}.isdisjoint(reader.root_object)
    kinds = [str(known.get("/S")) for known in _dictionaries(reader) if "/S" in known]
    assert {"/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData"}.isdisjoint(kinds)


def test_every_page_is_tagged_and_all_that_it_draws_is_content_or_artifact(reader):
    assert reader.root_object["/MarkInfo"]["/Marked"]
    for page in reader.pages:
        depth = outside = 0
        for _, operator in ContentStream(page.get_contents(), reader).operations:
            depth += (operator in MARKED) - (operator == b"EMC")
            outside += operator in DRAWING and depth == 0
        assert outside == 0
        assert "/StructParents" in page


def test_colours_refer_to_one_output_intent_with_its_profile(reader):
    (intent,) = reader.root_object["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"


def test_every_font_is_embedded_and_maps_each_glyph_to_characters(reader):
    fonts = [known for known in _dictionaries(reader) if known.get("/Type") == "/Font"]
    assert {font["/Subtype"] for font in fonts} <= {"/Type0", "/CIDFontType0", "/CIDFontType2"}
    for font in fonts:
        if font["/Subtype"] == "/Type0":
            assert b"beginbfchar" in font["/ToUnicode"].get_object().get_data()
        else:
            assert {"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].get_object().keys()


def test_attachments_say_type_size_date_and_relationship(reader):
    files = [known for known in _dictionaries(reader) if known.get("/Type") == "/Filespec"]
    assert len(files) == 2
    for file in files:
        stream = file["/EF"]["/F"].get_object()
        assert file["/F"] == file["/UF"]
        assert file["/AFRelationship"] in ("/Data", "/Source")
        assert str(stream["/Subtype"]).count("/") >= 1
        assert stream["/Params"]["/Size"] == len(stream.get_data())
        assert "/ModDate" in stream["/Params"]
    listed = [file.get_object() for file in reader.root_object["/AF"]]
    assert all(file in listed for file in files)


def test_no_image_is_interpolated_and_no_stream_is_packed_with_lzw(reader):
    for known in _dictionaries(reader):
        if known.get("/Subtype") == "/Image":
            assert not known.get("/Interpolate")
        if isinstance(known, StreamObject):
            assert known.get("/Filter") != "/LZWDecode"


def _dictionaries(reader):
    for number in range(1, int(reader.trailer["/Size"])):
        known = reader.get_object(number)
        if isinstance(known, dict):
            yield known
