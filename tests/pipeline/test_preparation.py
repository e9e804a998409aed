"""What is tried before anything trains."""

import pytest

from stablecheck.errors import InvalidChecklistError
from stablecheck.executors.base import Examination
from stablecheck.pipeline.options import Options
from stablecheck.pipeline.preparation import code_digest, examine, identity
from stablecheck.pipeline.preview import pilot_trial, preview_with_pilot
from stablecheck.pipeline.run import run
from stablecheck.plan import make_plan
from stablecheck.recipe import PLAIN, CandidateFacts
from stablecheck.way import Way

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


class Importing:
    """An executor on which each model's code imports a package of the name of its folder."""

    remarks = ()

    def examine(self, candidate, _limit):
        package = candidate.model.partition("/")[0]
        facts = CandidateFacts(n_train=160)
        return Examination(facts=facts, device="cpu", device_name="", packages={package: "1.0"})


def test_versions_of_what_the_incumbents_code_imports_are_part_of_the_identity(loaded, tmp_path):
    (tmp_path / "skorch").mkdir()
    (tmp_path / "skorch" / "rival.py").write_text("def build(): ...\n")
    changed = with_probe("rival: {kind: incumbent}", "incumbent: {model: skorch/rival.py:build}\n")
    found = examine(loaded(changed), Options(), Importing())
    assert found.packages == {"model.py:build": "1.0", "skorch": "1.0"}
    way = Way(together=False, workers=1, threads=1)
    later = found.model_copy(update={"packages": found.packages | {"skorch": "1.1"}})
    assert identity("code", found, way) != identity("code", later, way)


def test_the_pilot_times_each_group_of_costly_measures_that_somebody_asks_for(loaded):
    asked = (PROBES, f"report: {{measures: [lr.ntk.drift, seeds.path.update_alignment]}}\n{PROBES}")
    shown = preview_with_pilot(loaded(asked), Options())
    assert set(shown.pilot.figures.companion_seconds) == {"ntk", "updates"}
    assert shown.pilot.figures.companion_seconds["ntk"] > 0
    assert shown.seconds(shown.plan) > 0


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


def test_a_schedule_of_ones_own_is_tried_before_anything_trains(loaded, tmp_path):
    (tmp_path / "rates.py").write_text("def rising(progress):\n    raise ValueError('boom')\n")
    changed = with_probe("opt: {kind: schedule, variants: {up: {name: rates.py:rising}}}")
    with pytest.raises(InvalidChecklistError, match=r"own\.yaml:16:\d+: arm 'up': .*boom"):
        run(loaded(changed), Options(output=tmp_path / "runs"))


@pytest.mark.parametrize("change", [{"threads": 2}, {"together": True}])
def test_what_changes_the_last_digits_of_sums_determines_a_trial(loaded, change):
    facts = preview_with_pilot(loaded(), Options()).pilot.examination
    way = Way(together=False, workers=1, threads=1)
    other = way.model_copy(update=change)
    assert identity("code", facts, way) != identity("code", facts, other)
    more = way.model_copy(update={"workers": 3, "members": 9})
    assert identity("code", facts, way) == identity("code", facts, more)


def test_the_plan_of_a_run_that_grows_says_what_it_may_come_to(loaded):
    grows = ("kind: init_seeds, seeds: 3}", "kind: init_seeds, seeds: 3, max_seeds: 12}")
    decided = (PROBES, f"decision: {{until_decided: true}}\n{PROBES}")
    shown = preview_with_pilot(loaded(grows, decided), Options())
    assert (len(shown.plan.trials), len(shown.most.trials)) == (3 + 2, 12 + 2)
    assert shown.total_steps(shown.most) == 20 * 14
    assert shown.seconds(shown.most) > shown.seconds(shown.plan)


def test_the_pilot_trains_the_candidate_itself_whatever_probe_comes_first(loaded):
    first = (PROBES, f"{PROBES}  batch: {{kind: batch_size, sizes: [8, 64], seeds: 1}}\n")
    checklist = loaded(first)
    chosen = pilot_trial(make_plan(checklist.checklist, ""), checklist.checklist.candidate)
    assert (chosen.candidate, chosen.treatment) == (checklist.checklist.candidate, PLAIN)
