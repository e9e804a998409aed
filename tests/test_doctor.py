"""The diagnosis, on machines that are made up."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from stablecheck.doctor import Finding, diagnose
from stablecheck.doctor.diagnosis import EXTRAS
from stablecheck.doctor.machine import Answer, ThisMachine

GIB = 2**30
MISSING = Answer(False, "not installed")
WEASYPRINT = Answer(True, "70.0")
CLUSTER = Answer(True, "cluster at 10.0.0.1:6379, 2 nodes, each with 8 CPUs, 1 GPU")
NO_CLUSTER = Answer(False, "no Ray cluster answers at head:6379; start one with `ray start --head`")
FONTS = Answer(True, "Inter\nDejaVu Sans\nDejaVu Sans")


def torch_says(**changes: object) -> Answer:
    facts = {"version": "2.13.0+cpu", "cuda": None, "devices": [], "mps": False}
    return Answer(True, "a warning that some build prints\n" + json.dumps({**facts, **changes}))


@dataclass(frozen=True)
class Invented:
    """A healthy machine without a GPU; tests replace one thing at a time."""

    torch: Answer = field(default_factory=torch_says)
    driver: Answer = MISSING
    weasyprint: Answer = WEASYPRINT
    font_list: Answer = FONTS
    ray: Answer = CLUSTER
    variables: dict[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    python_version: tuple[int, int, int] = (3, 11, 7)
    memory_bytes: tuple[int, int] | None = (20 * GIB, 24 * GIB)
    disk: int = 50 * GIB
    folder_error: str | None = None

    def python(self) -> tuple[int, int, int]:
        return self.python_version

    def run(self, command: Sequence[str]) -> Answer:
        if command[0] == "nvidia-smi":
            return self.driver
        if command[0] == "fc-list":
            return self.font_list
        if "ray_cluster" in command[-1]:
            return self.ray
        return self.torch if "import json, torch" in command[-1] else self.weasyprint

    def version(self, distribution: str) -> str | None:
        return None if distribution in self.absent else "1.2.3"

    def variable(self, name: str) -> str | None:
        return self.variables.get(name)

    def cores(self) -> int:
        return 2

    def memory(self) -> tuple[int, int] | None:
        return self.memory_bytes

    def free_disk(self) -> int:
        return self.disk

    def write_error(self) -> str | None:
        return self.folder_error


def finding(name: str, **changes: object) -> Finding:
    (match,) = [f for f in diagnose(replace(Invented(), **changes)) if f.name == name]
    return match


def test_a_healthy_machine_has_nothing_to_mend():
    findings = diagnose(Invented())
    assert {f.status for f in findings} == {"ok"}
    assert not [f for f in findings if f.remedy]


def test_a_cpu_build_beside_an_nvidia_driver_names_the_gpu_and_the_way_to_the_cuda_build():
    gpu = finding("GPU", driver=Answer(True, "NVIDIA H200"))
    assert gpu.status == "warn"
    assert gpu.found == "NVIDIA H200, but this torch is built for the CPU"
    assert "pytorch.org" in gpu.remedy


def test_a_cuda_build_that_sees_no_device_points_at_the_driver():
    gpu = finding("GPU", driver=Answer(True, "NVIDIA H200"), torch=torch_says(cuda="13.0"))
    assert gpu.status == "warn"
    assert "CUDA_VISIBLE_DEVICES" in gpu.remedy


def test_each_gpu_is_named_with_its_free_memory():
    devices = [{"name": "NVIDIA H200", "memory": [130 * GIB, 140 * GIB]}] * 2
    gpu = finding("GPU", torch=torch_says(cuda="13.0", devices=devices))
    one = "NVIDIA H200, 130.0 GiB of 140.0 GiB free"
    assert (gpu.status, gpu.found) == ("ok", f"{one}; {one}")


def test_a_mac_with_mps_is_fine():
    assert finding("GPU", torch=torch_says(mps=True)).found.startswith("Apple MPS")


def test_without_a_driver_the_cpu_is_enough():
    gpu = finding("GPU")
    assert (gpu.status, gpu.found) == ("ok", "none; trials train on the CPU")


def test_a_torch_that_cannot_be_imported_fails_and_says_why():
    error = "ImportError: libtorch.so: cannot open shared object file"
    names = [f.name for f in diagnose(Invented(torch=Answer(False, error)))]
    torch = finding("torch", torch=Answer(False, error))
    assert (torch.status, torch.found, torch.remedy) == ("fail", error, "pip install torch")
    assert "GPU" not in names


def test_missing_pango_warns_with_the_command_for_debian():
    pango = finding("WeasyPrint", weasyprint=Answer(False, "OSError: no pango"))
    assert pango.status == "warn"
    assert pango.found == "no PDF, reports are written as HTML: OSError: no pango"
    assert pango.remedy.startswith("apt-get install libpango-1.0-0 libpangoft2-1.0-0")


def test_a_missing_weasyprint_is_told_apart_from_a_missing_pango():
    found = finding(
        "WeasyPrint",
        weasyprint=Answer(False, "ModuleNotFoundError"),
        absent=frozenset({"weasyprint"}),
    )
    assert (found.status, found.remedy) == ("fail", "pip install weasyprint")


@pytest.mark.parametrize("answer", [Answer(True, ""), MISSING])
def test_a_machine_without_fonts_is_told_which_package_brings_some(answer: Answer):
    fonts = finding("Fonts", font_list=answer)
    assert fonts.status == "warn"
    assert "fonts-dejavu-core" in fonts.remedy


def test_font_families_are_counted_once():
    assert finding("Fonts").found == "2 families"


@pytest.mark.parametrize("name", ["scikit-learn", "pyarrow", "matplotlib"])
def test_a_missing_package_fails_with_its_pip_command(name: str):
    package = finding(name, absent=frozenset({name}))
    assert (package.status, package.remedy) == ("fail", f"pip install {name}")


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_missing_extra_is_no_fault_and_shows_its_pip_command(extra: str):
    found = finding(f"[{extra}]", absent=frozenset(EXTRAS[extra][-1:]))
    assert found.status == "ok"
    assert found.found.endswith(f"not installed: pip install 'stablecheck[{extra}]'")


def test_ray_is_named_with_its_cluster():
    found = finding("[ray]")
    assert found.found == f"ray 1.2.3; {CLUSTER.text}"


@pytest.mark.parametrize(
    ("variables", "status"), [({}, "ok"), ({"RAY_ADDRESS": "head:6379"}, "warn")]
)
def test_a_missing_cluster_is_a_fault_only_where_one_is_named(
    variables: dict[str, str], status: str
):
    found = finding("[ray]", ray=NO_CLUSTER, variables=variables)
    assert (found.status, found.found) == (status, f"ray 1.2.3; {NO_CLUSTER.text}")


def test_an_old_python_fails():
    python = finding("Python", python_version=(3, 9, 2))
    assert (python.status, python.found) == ("fail", "3.9.2")


def test_little_memory_and_little_disk_warn():
    assert finding("Memory", memory_bytes=(GIB, 24 * GIB)).status == "warn"
    disk = finding("Current folder", disk=GIB // 2)
    assert (disk.status, disk.found) == ("warn", "only 0.5 GiB free")


def test_memory_that_the_system_does_not_report_is_no_fault():
    assert finding("Memory", memory_bytes=None).status == "ok"


def test_a_folder_that_cannot_be_written_fails_with_the_reason():
    folder = finding("Current folder", folder_error="Read-only file system")
    assert folder.status == "fail"
    assert folder.found == "cannot be written: Read-only file system"


def test_a_command_that_is_not_there_is_an_answer():
    answer = ThisMachine().run(("no-such-command-anywhere",))
    assert answer == Answer(False, "no-such-command-anywhere is not installed")


def test_a_failing_command_answers_with_the_last_line_of_its_error():
    script = "import sys; print('first', file=sys.stderr); sys.exit('the reason')"
    assert ThisMachine().run((sys.executable, "-c", script)) == Answer(False, "the reason")


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("stablecheck.doctor.machine.TIMEOUT", 0.2)
    answer = ThisMachine().run((sys.executable, "-c", "import time; time.sleep(60)"))
    assert not answer.succeeded
    assert answer.text.endswith("gave no answer in 0.2 s")


def test_this_machine_is_diagnosed_without_importing_torch_here():
    script = (
        "import sys\n"
        "from stablecheck.doctor import diagnose\n"
        "print({f.name: f.status for f in diagnose()}['torch'], 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split() == ["ok", "False"]
