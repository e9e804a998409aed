"""Shipped presets: every threshold has its reason, and what n proves is what binomial tails say."""

import re

import pytest
import yaml
from scipy import stats

from stablecheck.checklist.loader import load, validate_file
from stablecheck.resources import shipped_checklists

PRESETS = ("standard", "strict")
ALPHA = 0.05


@pytest.fixture(params=PRESETS)
def preset(request):
    return shipped_checklists() / f"{request.param}.yaml"


def tightest_share(n):
    """The smallest share of successes at which n of n is no surprise at 5 %, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if stats.binom.pmf(n, n, middle) > ALPHA else (middle, high)
    return low


def comments(text):
    """Each block of comment lines as one text."""
    for block in re.findall(r"(?:^ *#.*\n)+", text, re.M):
        yield " ".join(line.strip(" #") for line in block.splitlines())


def test_a_preset_is_valid_and_has_no_candidate(preset):
    assert validate_file(preset) == ()
    assert "candidate" not in yaml.safe_load(preset.read_text())


def test_every_check_of_a_preset_has_its_reason_above_it_and_a_because(preset):
    lines = preset.read_text().splitlines()
    starts = [index for index, line in enumerate(lines) if re.match(r"  - id: ", line)]
    checks = yaml.safe_load(preset.read_text())["checks"]
    assert len(starts) == len(checks)
    for index, check in zip(starts, checks, strict=True):
        assert lines[index - 1].startswith("  # "), check["id"]
        assert check["because"].endswith("."), check["id"]


def test_every_threshold_stands_in_the_reason_above_it(preset):
    for block, require in re.findall(
        r"((?:  #.*\n)+)  - id: .*\n    require: \"(.*)\"", preset.read_text()
    ):
        reason = " ".join(line.strip(" #") for line in block.splitlines())
        threshold = require.split()[-1]
        percent = f"{100 * float(threshold):g} %"
        known = (threshold, percent, "convention", "half", "hundredths")
        assert any(word in reason for word in known), require


def test_what_the_seeds_are_said_to_prove_is_what_they_prove(preset):
    """Lower bounds are rounded down and upper bounds up, so that no comment promises too much."""
    found = 0
    for text in comments(preset.read_text()):
        for n, kind, stated, power in re.findall(
            r"\b\d+ of (\d+) .*?at (least|most) ([\d.]+) %.*?0\.05\^\(1/(\d+)\)", text
        ):
            share = 100 * tightest_share(int(n))
            bound = share if kind == "least" else 100 - share
            off = bound - float(stated) if kind == "least" else float(stated) - bound
            assert 0 <= off < 0.1, text
            assert power == n
            found += 1
    assert found == 2


def test_the_seeds_can_prove_every_share_that_a_preset_asks_for(preset):
    content = yaml.safe_load(preset.read_text())
    shares = 0
    for check in content["checks"]:
        asked = re.fullmatch(r"share\((\w+)\..*\) (<=|>=) ([\d.]+)", check["require"])
        if asked is None:
            continue
        probe, operator, threshold = asked.groups()
        proven = tightest_share(content["probes"][probe]["seeds"])
        if operator == ">=":
            assert float(threshold) <= proven < float(threshold) + 0.05
        else:
            assert float(threshold) - 0.05 < 1 - proven <= float(threshold)
        shares += 1
    assert shares == 2


def test_the_seeds_that_strict_names_for_a_twentieth_are_the_fewest_that_prove_it():
    text = " ".join(comments((shipped_checklists() / "strict.yaml").read_text()))
    (seeds,) = re.findall(r"For 0\.05, take (\d+) seeds", text)
    assert 1 - tightest_share(int(seeds)) <= 0.05 < 1 - tightest_share(int(seeds) - 1)


def test_the_seeds_that_standard_names_for_a_tenth_are_the_fewest_that_prove_it():
    text = " ".join(comments((shipped_checklists() / "standard.yaml").read_text()))
    (seeds,) = re.findall(r"For 0\.1, take (\d+) seeds", text)
    assert 1 - tightest_share(int(seeds)) <= 0.1 < 1 - tightest_share(int(seeds) - 1)


def test_two_retrainings_differ_as_little_as_strict_says():
    """Of two independent normal scores with a deviation of 0.01 each."""
    difference = stats.norm(scale=0.01 * 2**0.5)
    assert round(float(difference.ppf(0.975)), 3) == 0.028


def test_strict_asks_for_at_least_what_standard_does(tmp_path):
    """Its trainings still fit into the largest plan that is allowed without asking."""
    loaded = {}
    for name in PRESETS:
        file = tmp_path / f"{name}-extended.yaml"
        file.write_text(
            f"schema: stablecheck/1\nname: own\nextends: [{name}]\ncandidate:\n"
            "  {model: 'stablecheck.zoo:mlp', model_args: {inputs: 64, outputs: 10},\n"
            "   data: 'sklearn:digits', task: classification, loss: cross_entropy,\n"
            "   score: accuracy, optimizer: {lr: 0.1}, epochs: 2}\n"
        )
        loaded[name] = load(file).checklist
    severities = ("off", "minor", "major", "blocker")
    strict = {check.id: check for check in loaded["strict"].checks}
    for check in loaded["standard"].checks:
        mine = severities.index(strict[check.id].severity)
        assert mine >= severities.index(check.severity), check.id
    for name, probe in loaded["standard"].probes.items():
        assert loaded["strict"].probes[name].seeds >= 2 * probe.seeds
