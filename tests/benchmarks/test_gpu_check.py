"""The check of an accelerator against the CPU can fail, and passes where both sides are the CPU."""

import importlib.util
import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from stablecheck.measures import MEASURES
from stablecheck.trial.companions import run
from stablecheck.trial.path import measure_path

FILE = Path(__file__).parents[2] / "benchmarks" / "gpu_check.py"


@pytest.fixture
def script(monkeypatch):
    spec = importlib.util.spec_from_file_location("gpu_check", FILE)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "gpu_check", module)
    spec.loader.exec_module(module)
    return module


EXACT, OWN = "TF32 off", "torch's own defaults"
CPU = torch.device("cpu")


@pytest.fixture
def on_the_cpu(script, monkeypatch):
    """The script compares the CPU with itself on one small model."""
    small = {"inputs": 64, "outputs": 10, "hidden": [4]}
    monkeypatch.setattr(script, "MODELS", {"mlp": small})
    monkeypatch.setattr(script, "STEPS", 20)
    monkeypatch.setattr(sys, "argv", ["gpu_check.py", "cpu"])
    return script


@pytest.mark.parametrize(
    ("name", "cpu", "other", "within"),
    [
        ("path.rsi", 1.0, 1.001, {EXACT, OWN}),
        ("path.rsi", 1.0, 1.01, {OWN}),
        ("path.rsi", 1.0, 1.03, set()),
        ("path.rsi", 1.0, math.nan, set()),
        ("path.linear_rate", math.nan, math.nan, {EXACT, OWN}),
        ("path.lr_margin", math.inf, math.inf, {EXACT, OWN}),
        ("path.lr_margin", math.inf, 1.0, set()),
        ("path.positive_share", 0.9, 0.91, {EXACT, OWN}),
        ("path.positive_share", 0.9, 0.87, {OWN}),
        ("path.positive_share", 0.9, 0.8, set()),
        ("sharpness.ratio", 0.5, 0.505, {EXACT, OWN}),
        ("ntk.drift", 0.5, 0.52, {OWN}),
    ],
)
def test_two_values_agree_within_the_tolerance_of_the_arithmetic(script, name, cpu, other, within):
    assert {
        arithmetic.title
        for arithmetic in script.ARITHMETICS
        if script.Agreement("mlp", name, cpu, other, arithmetic.tolerance(name)).holds
    } == within


def test_tf32_is_off_inside_and_as_it_was_afterwards(script, monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
    with script.without_tf32():
        assert not torch.backends.cudnn.allow_tf32
        assert not torch.backends.cuda.matmul.allow_tf32
    assert torch.backends.cudnn.allow_tf32


def test_the_same_path_gives_the_same_numbers_on_a_copy_of_it(on_the_cpu, capsys):
    """Every measure there is, those towards another end point among them."""
    assert on_the_cpu.main() == 0
    shown = capsys.readouterr().out
    assert shown.index(f"## {EXACT}") < shown.index(f"## {OWN}")
    measured = set(MEASURES) - {"score", "loss", "diverged", "steps", "seconds"}
    measured -= {"initial_loss", "loss_ratio"}  # outcomes of the training, which is only one
    assert all(shown.count(f"| `{name}` | 0.0e+00 |") == 2 for name in measured)
    assert shown.count(f"{len(measured)} of {len(measured)} comparisons agree; notes: 0") == 2


def test_a_copy_shares_nothing_with_its_original(on_the_cpu):
    case = on_the_cpu.make_case("mlp")
    copy = case.moved(CPU)
    copy.trained.snapshots[0].parameters.zero_()
    copy.trained.model.requires_grad_(False)
    assert case.trained.snapshots[0].parameters.any()
    assert all(p.requires_grad for p in case.trained.model.parameters())


def test_one_measure_that_differs_makes_the_check_fail(on_the_cpu, monkeypatch, capsys):
    seen = []

    def perturbed(*arguments):
        found = measure_path(*arguments)
        seen.append(found)
        shift = 1.0 if len(seen) == 1 else 1.01  # the first is the CPU's
        name = "path.cross_seed.eb"
        return replace(found, measures=found.measures | {name: shift * found.measures[name]})

    monkeypatch.setattr(on_the_cpu, "measure_path", perturbed)
    assert on_the_cpu.main() == 1
    exact, own = capsys.readouterr().out.split(f"## {OWN}")
    assert exact.count("| NO |") == 1
    assert own.count("| NO |") == 0  # a hundredth is within what convolutions in TF32 may do


def test_a_group_that_fails_on_both_sides_makes_the_check_fail(on_the_cpu, monkeypatch, capsys):
    def fail(_context):
        raise RuntimeError("out of memory")

    broken = {**run.GROUPS, "ntk": replace(run.GROUPS["ntk"], measure=fail)}
    monkeypatch.setattr(run, "GROUPS", broken)
    assert on_the_cpu.main() == 1
    shown = capsys.readouterr().out
    assert shown.count("notes: 1\nmlp: ntk was not measured: RuntimeError: out of memory") == 2


def test_a_missing_device_is_said_in_one_line(script, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gpu_check.py", "cuda:99"])
    assert script.main() == 2
    assert "there is no device 'cuda:99'" in capsys.readouterr().out
