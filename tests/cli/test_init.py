"""``stablecheck init`` through the real command: what it writes, and what it leaves alone."""

import json

TABLE = "a,b,leaves\n" + "".join(
    f"{row % 7},{row % 5},{'yes' if row % 7 > row % 5 else 'no'}\n" for row in range(120)
)
INIT = ("init", "--model", "stablecheck.zoo:mlp", "--data", "churn.csv", "--target", "leaves")


def test_a_draft_runs_as_it_was_written_only_shorter(project):
    project.write("churn.csv", TABLE)
    made = project.stablecheck(*INIT)
    assert made.returncode == 0, made.stderr
    assert "96 rows to train on, 24 held out" in made.stdout
    assert "  stablecheck run churn.yaml\n" in made.stdout
    assert project.stablecheck("validate", "churn.yaml").stdout == "churn.yaml: valid\n"
    project.write(
        "short.yaml",
        "schema: stablecheck/1\nname: short\nextends: [churn.yaml]\n"
        "candidate: {epochs: null, steps: 20}\n"
        "run: {workers: 1}\nmeasure: {snapshots: 4, batches: 2}\n"
        "probes:\n  seeds: {kind: init_seeds, seeds: 2}\n  lr: {kind: lr_jitter, seeds: 1}\n"
        "  data: {kind: data_ratio, seeds: 1}\n",
    )
    ran = project.stablecheck("run", "short.yaml")
    assert ran.returncode in (0, 97, 99), ran.stderr
    result = json.loads((project.runs[0] / "result.json").read_text())
    assert {trial["status"] for trial in result["trials"]} == {"ok"}


def test_what_it_found_fits_a_terminal_of_80_columns(project):
    made = project.stablecheck("init", "--model", "stablecheck.zoo:mlp", "--data", "sklearn:digits")
    assert "the\n  target holds 10 classes\n" in made.stdout
    assert [line for line in made.stdout.splitlines() if len(line) > 80] == []


def test_a_file_that_is_there_is_never_written_over(project):
    project.write("churn.csv", TABLE)
    project.write("churn.yaml", "mine")
    refused = project.stablecheck(*INIT)
    assert refused.returncode == 1
    assert refused.stderr == (
        "--output: churn.yaml is there already; --force replaces it, --output names another\n"
    )
    assert (project.folder / "churn.yaml").read_text() == "mine"
    replaced = project.stablecheck(*INIT, "--force", "--quiet")
    assert (replaced.returncode, replaced.stdout, replaced.stderr) == (0, "", "")
    assert "schema: stablecheck/1" in (project.folder / "churn.yaml").read_text()


def test_without_a_model_or_data_it_says_what_it_needs(project):
    ended = project.stablecheck("init")
    assert ended.returncode == 2
    assert "init needs a model and data, e.g. stablecheck init --model" in ended.stderr


def test_arguments_that_are_no_mapping_are_a_wrong_option(project):
    project.write("churn.csv", TABLE)
    ended = project.stablecheck(*INIT, "--model-args", "hidden=3")
    assert ended.returncode == 2
    assert "'hidden=3' is no mapping; expected e.g. '{hidden: [32, 32]}'" in ended.stderr
    assert not (project.folder / "churn.yaml").exists()
