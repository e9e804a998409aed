"""A command as a trial: what it is told, what is taken from it, and every way it can go wrong."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.external import process
from stablecheck.trial.external.run import Surroundings, run_command

SHOW = """
json.dump([sys.argv[1:], dict(os.environ), os.getcwd(), request], open("shown.json", "w"))
report()
"""


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """Folders of trials go where a test can see that they are removed."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def test_a_score_alone_is_a_trial_whose_path_nobody_measured(run_script):
    trial = run_script(
        "report(score=0.9, loss=0.1, steps=7, facts={'n_train': 80, 'batch_size': 8})"
    )
    assert (trial.status, trial.score, trial.loss, trial.steps) == ("ok", 0.9, 0.1, 7)
    assert (trial.facts.n_train, trial.facts.batch_size, trial.facts.parameters) == (80, 8, 4)
    assert trial.path.step == (0,)
    assert trial.path.distance == trial.path.lr == (None,)
    assert not trial.path.is_measured
    assert trial.measures == {}


def test_a_path_its_measures_and_its_notes_are_kept(run_script, path):
    trial = run_script(
        f"report(path={path}, measures={{'path.alignment': 0.5}}, notes=['no laziness'])"
    )
    assert trial.path.train.rsi == ((0.5,), (1.0,))
    assert trial.path.is_measured
    assert trial.measures == {"path.alignment": 0.5}
    assert trial.notes == ("no laziness",)


def test_the_command_gets_its_values_the_request_and_one_thread(run_script, tmp_path, monkeypatch):
    monkeypatch.setenv("OF_THE_TEAM", "kept")
    command = (
        "script.py --seed {seed} --depth {model_args.depth} --on {device} --share {data_fraction}"
    )
    run_script(SHOW, command=command, seed=3, recipe={"model_args": {"depth": "2; ls"}})
    arguments, environment, folder, request = json.loads((tmp_path / "shown.json").read_text())
    assert arguments == ["--seed", "3", "--depth", "2; ls", "--on", "cpu", "--share", "1.0"]
    assert Path(folder).samefile(tmp_path)
    assert environment["OF_THE_TEAM"] == "kept"
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["PYTHONUNBUFFERED"] == "1"
    assert environment["CUDA_VISIBLE_DEVICES"] == ""
    assert request.pop("record").endswith("record.json")
    assert request == {
        "schema": "stablecheck-trial/1",
        "seed": 3,
        "end_point": None,
        "cross_seed_end_point": None,
        "cross_seed_trial": None,
        "measuring": {
            "snapshots": 5,
            "batches": 2,
            "sources": ["train", "heldout"],
            "exclude_tail": 0.05,
        },
    }


@pytest.mark.parametrize(
    ("device", "visible", "expected"),
    [
        ("cpu", "0,1", ""),
        ("cuda:1", None, "1"),
        ("cuda:1", "4,7", "7"),
        ("cuda:0", "GPU-a,GPU-b", "GPU-a"),
    ],
)
def test_a_command_sees_its_own_device_alone(monkeypatch, device, visible, expected):
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    found = Surroundings(Path(), device, 1).environment(Path("trial.json"))
    assert found["CUDA_VISIBLE_DEVICES"] == expected


def test_end_points_reach_the_trials_that_refer_to_them(run_script, tmp_path):
    end_points = EndPoints(tmp_path / "end-points")
    save = (
        "import numpy; numpy.save(request['end_point'], numpy.arange(4, dtype='float32')); report()"
    )
    run_script(save, keeps_end_point=True, end_points=end_points)
    np.testing.assert_array_equal(end_points.find("seeds-base-s0"), np.arange(4))
    check = (
        "import numpy; found = numpy.load(request['cross_seed_end_point']);"
        "report(score=float(found.sum()), notes=[request['cross_seed_trial']])"
    )
    trial = run_script(check, seed=1, cross_seed="seeds-base-s0", end_points=end_points)
    assert trial.score == 6.0
    assert trial.notes == ("seeds-base-s0",)


@pytest.mark.parametrize("body", ["report()", "sys.exit(1)", "report(status='diverged')"])
def test_a_trial_without_an_end_point_says_so_to_those_that_wait(run_script, tmp_path, body):
    end_points = EndPoints(tmp_path / "end-points")
    run_script(body, keeps_end_point=True, end_points=end_points)
    waiting = EndPoints(end_points.folder, frozenset({"seeds-base-s0"}), patience=60)
    assert waiting.find("seeds-base-s0") is None


def test_a_divergence_that_is_reported_is_one(run_script):
    trial = run_script("report(status='diverged', score=None, steps=4)")
    assert (trial.status, trial.score, trial.steps) == ("diverged", None, 4)
    assert trial.message == "the command reports that the training diverged at step 4"
    assert trial.path is None


FAILURES = [
    ("sys.exit(3)", "the command ended with exit code 3; it wrote nothing to standard error"),
    (
        "print('a', file=sys.stderr); sys.exit('no data')",
        "the command ended with exit code 1: no data",
    ),
    ("raise ValueError('no such layer')", "exit code 1: ValueError: no such layer"),
    ("report(); sys.exit(1)", "the command ended with exit code 1"),
    ("os.kill(os.getpid(), 11)", "the command was ended by SIGSEGV"),
    ("os.kill(os.getpid(), 9)", "was killed by the system, probably for want of memory"),
    ("sys.stderr.write('\\x1b[31mred\\n'); sys.exit(1)", "exit code 1: [31mred"),
    (
        "pass",
        "it ended without a record; the script is to report what came out: `import stablecheck`",
    ),
    ("open(request['record'], 'w').write('{\"schema')", "its record is no JSON"),
    ("open(request['record'], 'wb').write(b'\\xff\\xfe')", "its record is no JSON"),
    ("open(request['record'], 'w').write('[' * 100000)", "its record is no JSON"),
    ("open(request['record'], 'w').write('[]')", "schema 'stablecheck-record/1', found none"),
    ("os.mkdir(request['record'])", "it ended without a record"),
    ("report(schema='stablecheck-record/2')", "found 'stablecheck-record/2'"),
    ("report(score=float('nan'))", "its record holds NaN; expected null"),
    ("report(loss=float('inf'))", "its record holds Infinity; expected null"),
    ("report(score=None)", "says ok and has no score; expected a number, or diverged"),
    ("report(score='0.9')", "its record is wrong at score: Input should be a valid number"),
    (
        "report(status='failed')",
        "its record is wrong at status: Input should be 'ok' or 'diverged'",
    ),
    ("report(extra=1)", "its record is wrong at extra: Extra inputs are not permitted"),
    (
        "report(measures={'path.allignment': 1})",
        "'path.allignment'; did you mean 'path.alignment'?",
    ),
    ("report(measures={'score': 1})", "unknown measure 'score'"),
    ("report(path={'step': [1]})", "its record is wrong at path.total_steps: Field required"),
    (
        "report(path={'step': [1], 'total_steps': 3, 'lr': [1], 'distance': [1]})",
        "its record contradicts itself: path.step must begin with 0",
    ),
]


@pytest.mark.parametrize(("body", "message"), FAILURES)
def test_what_goes_wrong_is_one_line_of_a_failed_trial(run_script, body, message):
    trial = run_script(body)
    assert trial.status == "failed"
    assert message in trial.message
    assert "\n" not in trial.message
    assert "\x1b" not in trial.message
    assert (trial.score, trial.path, trial.measures) == (None, None, {})


@pytest.mark.parametrize(
    ("array", "message"),
    [
        ("numpy.arange(4)", "its end point is int64 of shape (4,); expected float32 of shape (D,)"),
        ("numpy.zeros((2, 2), 'float32')", "its end point is float32 of shape (2, 2)"),
    ],
)
def test_an_end_point_of_another_form_is_refused(run_script, array, message):
    body = f"import numpy; numpy.save(request['end_point'], {array}); report()"
    trial = run_script(body, keeps_end_point=True)
    assert trial.status == "failed"
    assert message in trial.message


def test_an_end_point_that_is_no_array_is_refused(run_script):
    trial = run_script("open(request['end_point'], 'w').write('x'); report()", keeps_end_point=True)
    assert "its end point is no .npy file" in trial.message


def test_the_record_of_an_earlier_trial_is_never_taken(run_script):
    first = run_script("open('kept', 'w').write(request['record']); report()")
    second = run_script("assert not os.path.exists(open('kept').read())")
    assert first.status == "ok"
    assert "it ended without a record" in second.message


def test_a_program_that_is_not_there_fails_the_trial(tmp_path, make_command_spec, surroundings):
    spec = make_command_spec()
    candidate = spec.candidate.model_copy(update={"command": "no-such-program {seed}"})
    trial = run_command(
        spec.model_copy(update={"candidate": candidate}), surroundings, EndPoints(tmp_path)
    )
    assert trial.status == "failed"
    assert (
        "could not be run: [Errno 2] No such file or directory: 'no-such-program'" in trial.message
    )


def test_arguments_that_are_too_long_fail_the_trial(run_script):
    trial = run_script(
        "report()",
        command="script.py {seed} {model_args.a}",
        recipe={"model_args": {"a": "x" * 10**6}},
    )
    assert trial.status == "failed"
    assert "Argument list too long" in trial.message


def test_output_is_tagged_and_passed_on_line_by_line(run_script, capsys):
    run_script("print('one'); print('two', file=sys.stderr); print('10 %\\r20 %\\rall'); report()")
    lines = capsys.readouterr().err.splitlines()
    assert sorted(lines) == [f"[seeds-base-s0] {text}" for text in ("all", "one", "two")]


def test_output_without_end_is_cut_and_costs_no_memory(run_script, capsys, monkeypatch):
    monkeypatch.setattr(process, "MOST_PRINTED", 1000)
    trial = run_script("print('x' * 5_000_000); print('end\\n' * 2000); report()")
    shown = capsys.readouterr().err
    assert trial.status == "ok"
    assert len(shown) < 20_000
    assert shown.count("(output beyond 1,000 characters is not kept)") == 1


def test_children_that_a_command_leaves_behind_are_ended(run_script, tmp_path):
    body = """
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("child", "w").write(str(child.pid))
report()
"""
    trial = run_script(body)
    assert trial.status == "ok"
    assert is_gone(int((tmp_path / "child").read_text()))


def test_a_command_that_takes_too_long_is_ended_with_its_children(run_script, tmp_path, capsys):
    body = """
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("child", "w").write(str(child.pid))
print("so far", flush=True)
time.sleep(600)
"""
    trial = run_script(body, timeout=2.0)
    assert (trial.status, trial.seconds) == ("timeout", 2.0)
    assert trial.message == "ended after 2 s, the limit run.trial_timeout"
    assert "[seeds-base-s0] so far" in capsys.readouterr().err
    assert is_gone(int((tmp_path / "child").read_text()))


@pytest.mark.slow
def test_a_command_that_will_not_end_is_killed(run_script, tmp_path):
    body = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open("self", "w").write(str(os.getpid()))
time.sleep(600)
"""
    trial = run_script(body, timeout=1.0)
    assert trial.status == "timeout"
    assert is_gone(int((tmp_path / "self").read_text()))


def is_gone(process: int) -> bool:
    """Whether a process is no more, or only waits for somebody to read its exit code."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return state in ("Z", "X")
