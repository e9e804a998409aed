"""Where it ran, what it ran on, and how to run it again."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stablecheck.command.settings import used_settings
from stablecheck.command.template import spelt
from stablecheck.recipe import PLAIN, Candidate, CommandCandidate, Recipe
from stablecheck.report.cleaning import clamp, clean
from stablecheck.report.numbers import date, number, plain
from stablecheck.report.stamps import instant
from stablecheck.report.view.context import Context

MOST_FAILED = 25
_MESSAGE = 400
_SHORT = 28


@dataclass(frozen=True)
class FailedTrial:
    """A training that did not finish."""

    id: str
    status: str
    steps: str
    message: str


@dataclass(frozen=True)
class Environment:
    """Facts as label and value, the command that repeats the run, and what did not finish."""

    short_facts: tuple[tuple[str, str], ...]
    long_facts: tuple[tuple[str, str], ...]
    command: str
    repeats: str
    failed: tuple[FailedTrial, ...]
    more_failed: str


def environment_of(context: Context) -> Environment:
    """The surroundings of the run."""
    known = context.result.environment
    key = "deterministic" if known.get("deterministic") else "not_deterministic"
    way = {name: clean(str(known.get(name, ""))) for name in ("executor", "workers")}
    same = context.phrases.text(f"environment.{key}", **way)
    lost = [trial for trial in context.result.trials if trial.status != "ok"]
    more = len(lost) - MOST_FAILED
    facts = tuple(_facts(context))
    return Environment(
        short_facts=tuple(fact for fact in facts if len(fact[1]) <= _SHORT),
        long_facts=tuple(fact for fact in facts if len(fact[1]) > _SHORT),
        command=f"stablecheck run {shlex.quote(clean(context.result.checklist.file))}",
        repeats=context.phrases.text("environment.repeat_note", same=same),
        failed=tuple(
            FailedTrial(
                id=clean(trial.id),
                status=context.phrases.text(f"statuses.{trial.status}"),
                steps=number(trial.steps, 0),
                message=clamp(clean(trial.message or ""), _MESSAGE)
                or context.phrases.text("failed_table.no_message"),
            )
            for trial in lost[:MOST_FAILED]
        ),
        more_failed=context.phrases.count("failed_table.more", more) if more > 0 else "",
    )


def _facts(context: Context) -> Iterator[tuple[str, str]]:
    result = context.result
    known: dict[str, Any] = {
        "run": result.run.id,
        "started": _moment(result.run.started, context),
        "finished": _moment(result.run.finished, context),
        "tool": " ".join(result.tool.values()),
        **_recipe(context.run.checklist.candidate),
        **_candidate(context),
        **result.environment,
        "checklist_file": result.checklist.file,
        "checklist_sha256": result.checklist.sha256,
        "result_sha256": hashlib.sha256(context.run.result_bytes).hexdigest(),
    }
    for name, value in known.items():
        label = context.phrases.named("environment_labels", name)
        yield label.replace("_", " "), _value(value, context)


def what_is_trained(recipe: Recipe) -> str:
    """What stands for the whole recipe: its model, or its command."""
    return recipe.command if isinstance(recipe, CommandCandidate) else recipe.model


def _recipe(recipe: Recipe) -> dict[str, Any]:
    """What was trained, as the checklist declares it."""
    return _of_command(recipe) if isinstance(recipe, CommandCandidate) else _of_model(recipe)


def _of_command(candidate: CommandCandidate) -> dict[str, Any]:
    values = used_settings(candidate, PLAIN)
    written = ", ".join(f"{name} {spelt(value)}" for name, value in values.items())
    return {"command": candidate.command, **({"settings": written} if written else {})}


def _of_model(candidate: Candidate) -> dict[str, Any]:
    optimizer = {k: v for k, v in candidate.optimizer.model_dump().items() if v and k != "betas"}
    name = str(optimizer.pop("name"))
    return {
        "model": candidate.model,
        "data": candidate.data,
        "loss_name": candidate.loss,
        "optimizer": f"{name} " + ", ".join(f"{k} {plain(float(v))}" for k, v in optimizer.items()),
        "schedule": candidate.schedule.name,
        "precision": candidate.precision,
    }


def _candidate(context: Context) -> dict[str, Any]:
    facts = context.result.candidate
    sizes = {
        name: _value(None, context) if count is None else number(count, 0)
        for name, count in (("train", facts.n_train), ("heldout", facts.n_heldout))
    }
    known = {facts.n_train, facts.n_heldout} != {None}
    return {
        "rows": context.phrases.text("environment.numbers_of", **sizes) if known else None,
        "steps": facts.steps,
        "batch_size": facts.batch_size,
    }


def _value(value: Any, context: Context) -> str:
    if value is None:
        return context.phrases.text("environment.unknown")
    if isinstance(value, bool):
        return context.phrases.text(f"environment.{'yes' if value else 'no'}")
    if isinstance(value, (int, float)):
        return plain(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{clean(str(k))} {_value(v, context)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(item, context) for item in value)
    return clean(str(value))


def day(stamp: str) -> str:
    """The day of a time stamp in words; the stamp as it stands where it is none."""
    when = instant(stamp)
    return date(when.date()) if when else clean(stamp)


def _moment(stamp: str, context: Context) -> str:
    """A time stamp in words, in the time zone it was written in; as it stands where it is none."""
    when = instant(stamp)
    if when is None:
        return clean(stamp)
    zone = f" {when.tzname()}" if when.tzinfo else ""
    return context.phrases.text(
        "notation.moment", date=date(when.date()), time=f"{when:%H:%M}{zone}"
    )
