"""What the nodes of a cluster are sent."""

import zipfile

import pytest

from stablecheck.errors import ClusterError
from stablecheck.executors.ray_cluster import shipping
from stablecheck.executors.ray_cluster.shipping import pack

LEFT_OUT = (
    ".env",
    ".git/config",
    "__pycache__/model.pyc",
    "node_modules/a.js",
    "stablecheck-runs/one/result.json",
    "virtual/pyvenv.cfg",
    "virtual/lib/big.py",
    "runs/one/trials/a.json",
)


@pytest.fixture
def project(tmp_path):
    """A folder of somebody's, with what must not travel."""
    for name in ("model.py", "data/table.csv", "checks/own.yaml", *LEFT_OUT):
        file = tmp_path / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path / "project"


def packed(archive):
    """Name to content, without stablecheck's own source."""
    with zipfile.ZipFile(archive) as found:
        names = [name for name in found.namelist() if not name.startswith("stablecheck/")]
        return {name: found.read(name).decode() for name in names}


def test_a_folder_is_packed_without_what_must_not_travel(project, tmp_path):
    target = tmp_path / "a.zip"
    (where,) = pack([project], project / "runs", target)
    files = {"model.py", "data/table.csv", "checks/own.yaml"}
    assert packed(target) == {str(where / name): name for name in files}


def test_a_folder_in_another_one_is_packed_once(project, tmp_path):
    target = tmp_path / "a.zip"
    inner, outer = pack([project / "checks", project], project / "runs", target)
    assert inner == outer / "checks"
    assert list(packed(target)).count(str(inner / "own.yaml")) == 1
    assert len(packed(target)) == 3


def test_two_folders_keep_apart(project, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "model.py").write_text("another")
    target = tmp_path / "a.zip"
    first, second = pack([project, other], project / "runs", target)
    found = packed(target)
    assert (found[str(first / "model.py")], found[str(second / "model.py")]) == (
        "model.py",
        "another",
    )


def test_the_same_files_give_the_same_archive(project, tmp_path):
    pack([project], project / "runs", tmp_path / "a.zip")
    (project / "model.py").touch()
    pack([project], project / "runs", tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_run_folder_around_the_candidate_leaves_the_candidate_in(project, tmp_path):
    target = tmp_path / "a.zip"
    (where,) = pack([project], project.parent, target)
    assert str(where / "model.py") in packed(target)


def test_a_folder_that_links_to_itself_is_packed_once(project, tmp_path):
    (project / "data" / "again").symlink_to(project)
    target = tmp_path / "a.zip"
    pack([project], project / "runs", target)
    assert len(packed(target)) == 3


def test_a_folder_is_packed_under_each_of_its_names(project, tmp_path):
    (project / "alias").symlink_to(project / "data")
    target = tmp_path / "a.zip"
    (where,) = pack([project], project / "runs", target)
    assert {str(where / "alias/table.csv"), str(where / "data/table.csv")} < set(packed(target))


@pytest.mark.parametrize("points_to", ["nothing", "link"])
def test_a_link_that_leads_nowhere_is_left_out(project, tmp_path, points_to):
    (project / "link").symlink_to(project / points_to)
    target = tmp_path / "a.zip"
    pack([project], project / "runs", target)
    assert len(packed(target)) == 3


def test_a_stablecheck_that_runs_from_its_source_goes_along(project, tmp_path, monkeypatch):
    monkeypatch.setattr(shipping.sysconfig, "get_path", lambda name: str(tmp_path))
    pack([project], project / "runs", tmp_path / "a.zip")
    monkeypatch.setattr(shipping.sysconfig, "get_path", lambda name: "/")
    pack([project], project / "runs", tmp_path / "b.zip")
    module = "stablecheck/executors/ray_cluster/remote.py"
    assert module in zipfile.ZipFile(tmp_path / "a.zip").namelist()
    assert module not in zipfile.ZipFile(tmp_path / "b.zip").namelist()


def test_too_much_to_send_is_one_line_that_names_the_largest_file(project, tmp_path, monkeypatch):
    monkeypatch.setattr(shipping, "LIMIT", 2_000_000)
    (project / "data" / "images.npz").write_bytes(bytes(3_000_000))
    with pytest.raises(ClusterError, match=r"than the 2 MB .* 3 MB of it images\.npz; run in"):
        pack([project], project / "runs", tmp_path / "a.zip")


def test_a_file_that_cannot_be_read_is_one_line(project, tmp_path, monkeypatch):
    monkeypatch.setattr(shipping, "_travel", lambda *_: iter([project / "gone.csv"]))
    with pytest.raises(ClusterError, match=r"cannot be sent to the cluster: .*gone.csv"):
        pack([project], project / "runs", tmp_path / "a.zip")
