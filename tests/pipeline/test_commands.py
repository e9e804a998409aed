"""A command as the candidate of a whole run, from its checklist to its report."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pypdf
import pytest

from stablecheck.checklist.loader import load
from stablecheck.errors import InvalidChecklistError, NoSuchExecutorError, RunInterruptedError
from stablecheck.pipeline.options import Observer, Options
from stablecheck.pipeline.preview import preview_with_pilot
from stablecheck.pipeline.run import WITHOUT_PATH, run
from stablecheck.report.view import build_view
from stablecheck.store import read

CHECKLIST = """\
schema: stablecheck/1
name: commanded
version: 1.0.0
candidate:
  command: python train.py --seed {seed} --lr {lr} --share {data_fraction}
  score: {name: accuracy, higher_is_better: true}
  optimizer: {lr: 0.05}
run: {workers: 2}
probes:
  seeds: {kind: init_seeds, seeds: 3}
  lr: {kind: lr_jitter, factors: [1, 2], seeds: 2}
  data: {kind: data_ratio, fractions: [0.25, 0.5, 1], seeds: 2, hold: epochs}
checks:
  - {id: works, require: "min(seeds.score) >= 0.8", severity: blocker}
"""

SCRIPT = """\
import argparse, json, os
parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int)
parser.add_argument("--lr", type=float)
parser.add_argument("--share", type=float)
options = parser.parse_args()
request = json.load(open(os.environ["STABLECHECK_TRIAL"]))
record = {
    "schema": "stablecheck-record/1", "status": "ok", "loss": 0.5, "steps": 40, "parameters": 4,
    "score": 0.9 + 0.001 * options.seed - 0.02 / options.share - options.lr / 10,
    "facts": {"n_train": round(100 * options.share), "n_heldout": 50, "batch_size": 10},
}
#
with open(request["record"], "w") as file:
    json.dump(record, file)
"""
HERE = "#\n"


class Watcher(Observer):
    """Keeps what it is told, and stops the run after some trials."""

    def __init__(self, stop_after: int = 10**6) -> None:
        self.trained: list[str] = []
        self.remarks: list[str] = []
        self.stop_after = stop_after

    def remarked(self, text):
        self.remarks.append(text)

    def finished(self, trial):
        self.trained.append(trial.id)
        if len(self.trained) == self.stop_after:
            raise KeyboardInterrupt


@pytest.fixture
def options(tmp_path):
    return Options(output=tmp_path / "runs", executor="inline")


@pytest.fixture
def commanded(tmp_path):
    """Write the project, its texts changed by (old, new) pairs, and load its checklist."""

    def load_(*changes: tuple[str, str], **files: str):
        texts = {"own.yaml": CHECKLIST, "train.py": SCRIPT}
        for old, new in changes:
            (name,) = (name for name, text in texts.items() if old in text)
            texts[name] = texts[name].replace(old, new)
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        return load(tmp_path / "own.yaml")

    return load_


@pytest.mark.slow
def test_a_command_is_run_decided_and_reported(commanded, tmp_path):
    watcher = Watcher()
    loaded = commanded((HERE, "print('learning')\n"))
    finished = run(loaded, Options(output=tmp_path / "runs"), watcher)
    result = finished.result
    assert result.verdict.decision == "GO"
    assert {trial.status for trial in result.trials} == {"ok"}
    by_id = {trial.id: trial.score for trial in result.trials}
    assert by_id["seeds-base-s2"] == pytest.approx(0.9 + 0.002 - 0.02 - 0.005)
    assert by_id["lr-x2-s1"] == pytest.approx(0.9 + 0.001 - 0.02 - 0.01)
    assert by_id["data-0.25-s0"] == pytest.approx(0.9 - 0.08 - 0.005)
    assert watcher.remarks == [WITHOUT_PATH]
    environment = result.environment
    assert (environment["executor"], environment["workers"]) == ("processes", 2)
    assert environment["deterministic"] is False
    printed = (finished.folder / "candidate-output.txt").read_text().splitlines()
    assert sorted(printed) == sorted(f"[{trial.id}] learning" for trial in result.trials)
    view = build_view(read(finished.folder))
    (curve,) = (figure for figure in view.figures if figure.id == "learning-curve")
    assert "on nested shares of the 100 training rows." in curve.caption
    facts = view.environment
    told = dict((*facts.short_facts, *facts.long_facts))
    assert told["Command"].startswith("python train.py")
    assert told["Settings of the candidate"] == "lr 0.05, data_fraction 1.0"
    assert told["Training and held-out rows"] == "100 and 50"
    assert told["Data, SHA-256"] == "not known"
    pages = pypdf.PdfReader(finished.folder / "report.pdf").pages
    assert "python train.py" in pages[0].extract_text()
    trial = json.loads((finished.folder / "trials/seeds-base-s0.json").read_text())
    assert trial["path"]["step"] == [0]
    assert trial["path"]["distance"] == [None]


def test_what_all_trainings_of_the_candidate_tell_becomes_its_facts(commanded, options):
    facts = run(commanded(), options).result.candidate
    assert (facts.n_train, facts.n_heldout, facts.batch_size) == (100, 50, 10)
    assert (facts.parameters, facts.steps) == (4, 40)
    assert (facts.dimension, facts.batch_norm, facts.data_sha256) == (None, None, None)


def test_what_trainings_tell_differently_is_not_known(commanded, options):
    varied = (HERE, 'record["parameters"] += options.seed; record["facts"]["n_train"] = None\n')
    finished = run(commanded(varied), options)
    facts = finished.result.candidate
    assert (facts.n_train, facts.parameters, facts.n_heldout) == (None, None, 50)
    view = build_view(read(finished.folder))
    assert ("training rows, n", "not known") in view.tables.data.sizes
    assert view.tables.data.ratios == ()


def test_a_check_on_a_path_that_nobody_measured_cannot_be_decided(commanded, options):
    check = '  - {id: path, require: "median(seeds.path.rsi) > 0", severity: major}\n'
    result = run(commanded(("checks:\n", f"checks:\n{check}")), options).result
    assert [check.outcome for check in result.checks] == ["error", "pass"]
    assert result.verdict.decision == "CONDITIONAL_GO"


def test_ratios_follow_from_what_a_command_tells(commanded, options):
    check = '  - {id: weights, require: "data.n_per_parameter >= 1", severity: minor}\n'
    result = run(commanded(("checks:\n", f"checks:\n{check}")), options).result
    weights, _ = result.checks
    assert (weights.outcome, weights.estimate) == ("pass", 25.0)


def test_an_interrupted_run_goes_on_and_trains_nothing_twice(commanded, options):
    loaded = commanded()
    with pytest.raises(RunInterruptedError, match="stopped after 2 of"):
        run(loaded, options, Watcher(stop_after=2))
    watcher = Watcher()
    again = Options(output=options.output, executor="inline", resume=True)
    result = run(loaded, again, watcher).result
    assert result.run.complete
    assert len(watcher.trained) == len(result.trials) - 2


@pytest.mark.parametrize("changed", ["train.py", "helper.py", "rows.csv"])
def test_another_script_or_other_data_are_trained_again(commanded, options, tmp_path, changed):
    for name in ("helper.py", "rows.csv"):
        (tmp_path / name).write_text("1\n")
    loaded = commanded(("run:", "  data: [rows.csv]\nrun:"))
    with pytest.raises(RunInterruptedError, match="stopped after 2 of"):
        run(loaded, options, Watcher(stop_after=2))
    with (tmp_path / changed).open("a") as file:
        file.write("\n")
    watcher = Watcher()
    result = run(loaded, Options(options.output, executor="inline", resume=True), watcher).result
    assert len(watcher.trained) == len(result.trials)


def test_most_trainings_diverged_and_no_learning_rate_is_declared(commanded, options):
    finished = run(
        commanded(
            (" --lr {lr}", ""),
            ("  optimizer: {lr: 0.05}\n", ""),
            ("  lr: {kind: lr_jitter, factors: [1, 2], seeds: 2}\n", ""),
            (" - options.lr / 10", ""),
            (HERE, 'record["status"] = "diverged"\n'),
        ),
        options,
    )
    (step, *_) = finished.result.verdict.next_steps
    assert (step.code, step.values["lr"]) == ("STOP_DIVERGENCE", None)
    (told, *_) = build_view(read(finished.folder)).page_one.steps
    assert "Lower the learning rate, for instance to a tenth" in told.text


def test_an_incumbent_is_another_command(commanded, options, tmp_path):
    (tmp_path / "old.py").write_text(SCRIPT.replace("0.9 +", "0.8 +"))
    loaded = commanded(
        (
            "probes:\n",
            "incumbent: {command: 'python old.py --seed {seed} --lr {lr} --share 1'}\nprobes:\n",
        ),
        ("probes:\n", "probes:\n  rival: {kind: incumbent, seeds: 3}\n"),
        ("checks:\n", 'checks:\n  - {id: better, require: "rival.difference >= 0.05"}\n'),
    )
    (better, _) = run(loaded, options).result.checks
    assert better.estimate == pytest.approx(0.1)


@pytest.mark.parametrize("program", ["no-such-program", "./train.py"])
def test_a_program_that_cannot_run_is_told_at_its_place(commanded, options, program):
    message = f"own.yaml:5:12: there is no program '{program}' that may be executed here"
    with pytest.raises(InvalidChecklistError, match=message):
        run(commanded(("python train.py", f"{program} train.py")), options)
    assert list(options.output.glob("*")) == []


def test_a_program_of_the_incumbent_that_cannot_run_is_told_at_its_place(commanded, options):
    incumbent = "incumbent: {command: 'gone train.py --seed {seed}'}"
    loaded = commanded(
        ("probes:\n", f"{incumbent}\nprobes:\n  rival: {{kind: incumbent, seeds: 2}}\n")
    )
    with pytest.raises(InvalidChecklistError, match=r"own.yaml:9:22: arm 'incumbent': .* 'gone'"):
        run(loaded, options)


def test_a_plan_looks_for_the_program_and_runs_nothing(commanded, options, tmp_path):
    shown = preview_with_pilot(commanded((HERE, "open('ran', 'w')\n")), options)
    assert shown.pilot is None
    assert shown.seconds(shown.plan) is None
    assert not (tmp_path / "ran").exists()
    with pytest.raises(InvalidChecklistError, match="there is no program 'gone'"):
        preview_with_pilot(commanded(("python train.py", "gone train.py")), options)


def test_an_executor_that_cannot_run_commands_is_refused(commanded, options):
    wanted = Options(output=options.output, executor="ensembles")
    with pytest.raises(NoSuchExecutorError, match="'ensembles' cannot run a command; expected"):
        run(commanded(), wanted)
    assert list(options.output.glob("*")) == []


WAIT = """
open(f"{os.getpid()}.pid", "w").close()
if options.seed > 0:
    import time
    time.sleep(600)
"""
KILL_THE_WORKER = """
open(f"{os.getpid()}.pid", "w").close()
if options.seed == 0:
    import signal, time
    worker = open(f"/proc/{os.getppid()}/stat").read().rpartition(")")[2].split()[1]
    os.kill(int(worker), signal.SIGKILL)
    time.sleep(600)
"""


@pytest.mark.slow
def test_no_command_survives_an_interrupted_run(commanded, tmp_path):
    with pytest.raises(RunInterruptedError, match="stopped after 1 of"):
        run(commanded((HERE, WAIT)), Options(output=tmp_path / "runs"), Watcher(stop_after=1))
    assert_all_end(tmp_path)


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_its_trial_and_takes_its_command_along(commanded, tmp_path):
    result = run(commanded((HERE, KILL_THE_WORKER)), Options(output=tmp_path / "runs")).result
    lost = [trial for trial in result.trials if trial.status == "failed"]
    assert {trial.seed for trial in lost} == {0}
    assert "killed by the system" in lost[0].message
    assert {trial.status for trial in result.trials if trial.seed} == {"ok"}
    assert_all_end(tmp_path)


TORCH = """
import torch

torch.manual_seed(options.seed)
x = torch.randn(100, 3)
y = x @ torch.tensor([1.0, -2.0, 0.5])
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=options.lr)
weights, gradients, losses = [], [], []
for step in range(30):
    optimizer.zero_grad()
    loss = ((model(x)[:, 0] - y) ** 2).mean()
    loss.backward()
    flat = torch.nn.utils.parameters_to_vector
    weights.append(flat(model.parameters()).detach().clone())
    gradients.append(flat([p.grad for p in model.parameters()]).clone())
    losses.append(loss.item())
    optimizer.step()
end = flat(model.parameters()).detach()
series = {"rsi": [], "eb": [], "alignment": [], "loss": []}
distance = []
for w, g, value in zip(weights[::5], gradients[::5], losses[::5]):
    d = w - end
    distance.append(d.norm().item())
    series["rsi"].append([(g @ d / (d @ d)).item()])
    series["eb"].append([(g.norm() / d.norm()).item()])
    series["alignment"].append([(g @ d / g.norm() / d.norm()).item()])
    series["loss"].append([value])
positive = sum(row[0] > 0 for row in series["rsi"]) / len(series["rsi"])
record |= {
    "score": 1 / (1 + losses[-1]), "loss": losses[-1], "steps": 30,
    "measures": {"path.positive_share": positive, "initial_loss": losses[0]},
    "path": {"step": list(range(0, 30, 5)), "total_steps": 30, "lr": [options.lr] * 6,
             "distance": distance, "train": series},
}
"""


@pytest.mark.slow
def test_the_path_of_a_training_in_torch_is_decided_on_and_drawn(commanded, options):
    check = '  - {id: path, require: "median(seeds.path.positive_share) >= 0.9", severity: major}\n'
    probes = "  data: {kind: data_ratio, fractions: [0.25, 0.5, 1], seeds: 2, hold: epochs}\n"
    loaded = commanded(
        (HERE, TORCH),
        ("checks:\n", f"checks:\n{check}"),
        (probes, ""),
        (" --share {data_fraction}", ""),
    )
    (loaded.folder / "train.py").write_text(
        (loaded.folder / "train.py")
        .read_text()
        .replace("type=float)\noptions", "default=1.0)\noptions")
    )
    finished = run(loaded, options)
    assert {trial.status for trial in finished.result.trials} == {"ok"}
    path, works = finished.result.checks
    assert (path.estimate, works.outcome) == (1.0, "pass")
    names = [figure.id for figure in build_view(read(finished.folder)).figures]
    assert "path" in names
    assert "optimal-lr" in names


def assert_all_end(folder: Path) -> None:
    """Every command that ran in a folder is gone, or will be before the guards lose patience."""
    started = [int(file.stem) for file in folder.glob("*.pid")]
    assert started
    for _ in range(300):
        if not any(runs(process) for process in started):
            return
        time.sleep(0.1)
    pytest.fail("a command goes on")


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return state not in ("Z", "X")


RUNAWAY = """\
import sys
import torch
import stablecheck
torch.manual_seed(int(sys.argv[2]))
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1e30)
recorder = stablecheck.PathRecorder(model, optimizer)
batches = [(torch.randn(8, 4), torch.randn(8, 1)) for _ in range(4)]
def loss(model, batch):
    return torch.nn.functional.mse_loss(model(batch[0]), batch[1])
for batch in batches:
    optimizer.zero_grad()
    loss(model, batch).backward()
    optimizer.step()
recorder.measure(loss, train=batches)
recorder.report(score=0.5)
"""


@pytest.mark.slow
def test_a_script_that_measures_what_has_diverged_is_a_diverged_training(commanded, options):
    """It ends with an error, which must not hide what became of the training."""
    checklist = (
        "schema: stablecheck/1\nname: runaway\ncandidate:\n"
        "  command: python train.py --seed {seed}\n"
        "  score: {name: accuracy, higher_is_better: true}\n"
        "probes: {seeds: {kind: init_seeds, seeds: 2}}\n"
        'checks:\n  - {id: finite, require: "share(seeds.diverged) <= 0.1", severity: blocker}\n'
    )
    finished = run(commanded((CHECKLIST, checklist), (SCRIPT, RUNAWAY)), options)
    assert [trial.status for trial in finished.result.trials] == ["diverged", "diverged"]
    assert finished.result.verdict.decision == "NO_GO"
