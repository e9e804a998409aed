"""Reports of made-up runs, each rendered once, and what `verify` finds in a changed copy."""

from __future__ import annotations

import functools

import pytest

from stablecheck import verification
from stablecheck.report.pdf import render_pdf
from stablecheck.report.view import build_view
from stablecheck.verification import page_one
from tests.report.made_up.scenarios import SCENARIOS


@functools.cache
def _run(name: str):
    return SCENARIOS[name]()


@functools.cache
def _pdf(name: str) -> bytes:
    return render_pdf(_run(name), build_view(_run(name)))


@pytest.fixture
def run_of():
    return _run


@pytest.fixture
def pdf_of():
    """The PDF of the made-up run of that name."""
    return _pdf


@pytest.fixture(scope="session", autouse=True)
def _page_one_is_laid_out_once():
    """Laying out takes seconds, and the same run gives the same page."""
    known: dict[tuple[bytes, bytes, int], bytes] = {}
    real = page_one.render_page_one

    def once(run, view, pages):
        key = (run.result_bytes, run.checklist_bytes, view.language, pages)
        if key not in known:
            known[key] = real(run, view, pages)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_one, "render_page_one", once)
        yield


@pytest.fixture
def verify(tmp_path):
    """What is found in the bytes of a PDF that lies alone."""

    def verified(pdf: bytes, folder=None) -> verification.Verification:
        file = tmp_path / "sent.pdf"
        file.write_bytes(pdf)
        return verification.verify(file, folder)

    return verified
