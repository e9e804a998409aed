"""What is tried before anything trains."""

import pytest

from stablecheck.errors import InvalidChecklistError
from stablecheck.pipeline.options import Options
from stablecheck.pipeline.preparation import code_digest
from stablecheck.pipeline.preview import preview_with_pilot
from stablecheck.pipeline.run import run

PROBES = "probes:\n"


def with_probe(text, section=""):
    return (PROBES, f"{section}{PROBES}  {text}\n")


def test_a_variant_that_the_model_cannot_be_built_with_is_refused_at_its_place(loaded, tmp_path):
    changed = with_probe("arch: {kind: architecture, variants: {deep: {depth: 3}}}")
    with pytest.raises(InvalidChecklistError, match=r"own\.yaml:16:47: arm 'deep': .*depth"):
        run(loaded(changed), Options(output=tmp_path / "runs"))
    assert list((tmp_path / "runs").iterdir()) == []


def test_an_incumbent_that_cannot_be_built_is_refused_at_its_place(loaded, tmp_path):
    changed = with_probe("rival: {kind: incumbent}", "incumbent: {model_args: {depth: 3}}\n")
    with pytest.raises(InvalidChecklistError, match=r"own\.yaml:15:12: arm 'incumbent': .*depth"):
        run(loaded(changed), Options(output=tmp_path / "runs"))


def test_a_change_of_the_incumbents_code_is_a_change_of_the_run(loaded, tmp_path):
    elsewhere = tmp_path / "old"
    elsewhere.mkdir()
    (elsewhere / "rival.py").write_text("from model import build\n")
    changed = with_probe("rival: {kind: incumbent}", "incumbent: {model: old/rival.py:build}\n")
    checklist = loaded(changed)
    before = code_digest(checklist)
    (elsewhere / "rival.py").write_text("from model import build  # changed\n")
    assert code_digest(checklist) != before


def test_the_pilot_times_each_group_of_costly_measures_that_somebody_asks_for(loaded):
    asked = (PROBES, f"report: {{measures: [lr.ntk.drift, seeds.path.update_alignment]}}\n{PROBES}")
    shown = preview_with_pilot(loaded(asked), Options())
    assert set(shown.pilot.figures.companion_seconds) == {"ntk", "updates"}
    assert shown.pilot.figures.companion_seconds["ntk"] > 0
    assert shown.seconds() > preview_with_pilot(loaded(), Options()).pilot.figures.step_seconds


def test_the_plan_counts_the_steps_of_each_batch_size(loaded):
    changed = with_probe("batch: {kind: batch_size, sizes: [16, 32, 64], seeds: 4}")
    epochs = ("  steps: 20\n", "  epochs: 2\n")
    shown = preview_with_pilot(loaded(changed, epochs), Options())
    steps = {spec.arm: shown.steps(spec) for spec in shown.plan.trials if spec.probe == "batch"}
    assert steps == {"16": 2 * 160 // 16, "32": 2 * 160 // 32, "64": 2 * (160 // 64)}


def test_batches_larger_than_the_training_part_are_refused(loaded):
    changed = with_probe("batch: {kind: batch_size, sizes: [16, 500]}")
    with pytest.raises(InvalidChecklistError, match=r"16:\d+: batch size 500 is more than the 160"):
        preview_with_pilot(loaded(changed), Options())
