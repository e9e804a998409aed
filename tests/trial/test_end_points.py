"""End points in a folder that several processes share."""

import threading

import numpy as np
import pytest

from stablecheck.errors import OutputFolderError
from stablecheck.trial.end_points import EndPoints

VECTOR = np.arange(3, dtype=np.float32)


def test_what_is_kept_is_found(tmp_path):
    EndPoints(tmp_path / "points").keep("a", VECTOR)
    np.testing.assert_array_equal(EndPoints(tmp_path / "points").find("a"), VECTOR)


def test_what_was_never_kept_is_not_waited_for(tmp_path):
    assert EndPoints(tmp_path, frozenset({"b"}), patience=60.0).find("a") is None


def test_another_process_is_waited_for(tmp_path):
    late = threading.Timer(0.2, EndPoints(tmp_path).keep, ("a", VECTOR))
    late.start()
    found = EndPoints(tmp_path, frozenset({"a"}), patience=60.0).find("a")
    late.join()
    np.testing.assert_array_equal(found, VECTOR)


def test_a_trial_without_an_end_point_is_not_waited_for_in_vain(tmp_path):
    EndPoints(tmp_path).keep("a", None)
    assert EndPoints(tmp_path, frozenset({"a"}), patience=60.0).find("a") is None


def test_patience_ends(tmp_path):
    assert EndPoints(tmp_path, frozenset({"a"}), patience=0.0).find("a") is None


def test_a_trial_computed_again_replaces_that_it_had_none(tmp_path):
    points = EndPoints(tmp_path, frozenset({"a"}), patience=0.0)
    points.keep("a", None)
    points.keep("a", VECTOR)
    np.testing.assert_array_equal(points.find("a"), VECTOR)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputFolderError, match="file"):
        EndPoints(tmp_path / "file").keep("a", VECTOR)
