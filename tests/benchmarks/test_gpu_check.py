"""The check of an accelerator against the CPU can fail, and passes where both sides are the CPU."""

import importlib.util
import math
import sys
from pathlib import Path

import pytest
import torch

FILE = Path(__file__).parents[2] / "benchmarks" / "gpu_check.py"


@pytest.fixture
def script(monkeypatch):
    spec = importlib.util.spec_from_file_location("gpu_check", FILE)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "gpu_check", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "cpu", "other", "holds"),
    [
        ("path.rsi", 1.0, 1.001, True),
        ("path.rsi", 1.0, 1.01, False),
        ("path.rsi", 1.0, math.nan, False),
        ("path.linear_rate", math.nan, math.nan, True),
        ("path.positive_share", 0.9, 0.91, True),
        ("path.positive_share", 0.9, 0.8, False),
        ("sharpness.ratio", 0.5, 0.505, True),
    ],
)
def test_two_values_agree_within_their_tolerance(script, name, cpu, other, holds):
    assert script.Agreement(name, cpu, other).holds is holds


def test_the_same_path_gives_the_same_numbers_on_a_copy_of_it(script, capsys):
    found = list(script.compare("mlp", torch.device("cpu")))
    assert {"path.rsi", "path.full.eb", "ntk.drift", "sharpness.ratio"} <= {f.name for f in found}
    assert all(one.holds for one in found)
    assert capsys.readouterr().out.startswith("| mlp | ")


def test_a_missing_device_is_said_in_one_line(script, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gpu_check.py", "cuda:99"])
    assert script.main() == 2
    assert "there is no device 'cuda:99'" in capsys.readouterr().out
