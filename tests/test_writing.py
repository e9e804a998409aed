"""Files appear whole or not at all."""

import pytest

from stablecheck.writing import whole_file


def test_a_file_takes_its_name_once_all_is_written(tmp_path):
    target = tmp_path / "a.json"
    target.write_bytes(b"old")
    with whole_file(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_of_a_writing_that_fails_nothing_is_left(tmp_path):
    def fail():
        with whole_file(tmp_path / "a.json") as file:
            file.write(b"half")
            raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        fail()
    assert list(tmp_path.iterdir()) == []
