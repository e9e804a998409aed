"""Checklists with all kinds of probe, with everything there is, and with nothing optional."""

from __future__ import annotations

from typing import Any

from tests.report.made_up.checklists import checklist_of

COMPARED: dict[str, dict[str, Any]] = {
    "batch": {"kind": "batch_size", "sizes": [16, 64, 256], "seeds": 5},
    "arch": {
        "kind": "architecture",
        "variants": {"no-skip": {"skip": False}, "no-norm": {"batch_norm": False}},
        "seeds": 5,
    },
    "incumbent": {"kind": "incumbent", "seeds": 14},
    "opt": {
        "kind": "optimizer",
        "variants": {
            "plain-sgd": {"name": "sgd", "lr": 0.1},
            "adam": {"name": "adam", "lr": 0.002},
        },
        "seeds": 5,
    },
    "schedule": {"kind": "schedule", "variants": {"linear": {"name": "linear"}}, "seeds": 5},
    "precision": {"kind": "precision", "seeds": 5},
    "labels": {"kind": "label_noise", "shares": [0, 0.1, 0.2], "seeds": 5},
}
"""A probe of each kind that compares arms with the candidate."""

_INCUMBENT = {"model_args": {"hidden": [64]}}


def comparisons_checklist() -> dict[str, Any]:
    """The usual probe of seeds, and one of each kind that compares."""
    document = checklist_of()
    return checklist_of(
        probes={"seeds": document["probes"]["seeds"], **COMPARED},
        incumbent=_INCUMBENT,
        checks=[
            *document["checks"][:2],
            _check("as-good", "incumbent.difference >= -0.005", "blocker"),
            _check("batch-sizes", "batch.worst_drop <= 0.02", "major"),
            _check("any-optimiser", "opt.worst_drop <= 0.02", "minor"),
            _check("usually-better", "incumbent.probability_of_improvement >= 0.5", "minor"),
        ],
    )


def everything_checklist() -> dict[str, Any]:
    """Every probe, every source, every control, long names, many checks and measures."""
    document = checklist_of()
    probes = document["probes"] | COMPARED
    probes["seeds"] = {"kind": "init_seeds", "seeds": 14, "max_seeds": 20}
    probes["arch"] = {
        "kind": "architecture",
        "seeds": 5,
        "variants": {f"without-normalisation-layer-{n:04d}": {"drop": n} for n in range(6)},
    }
    checks = [
        check | {"id": f"{check['id']}-{'x' * (60 - len(check['id']))}"}
        for check in document["checks"]
    ]
    return checklist_of(
        probes=probes,
        incumbent=_INCUMBENT,
        measure={"sources": ["train", "heldout", "full"], "controls": "full"},
        decision={"until_decided": True},
        checks=[*checks, *_comparing_checks(), *_checks_on_measures()],
        report=document["report"] | {"measures": list(_SHOWN)},
    )


_SHOWN = (
    "seeds.laziness", "seeds.noise_scale", "seeds.ntk.drift", "seeds.interpolation.max_rise",
    "opt.sharpness.ratio", "opt.path.update_alignment", "seeds.path.update_alignment",
    "all.path.heldout.positive_share", "controls.path.heldout.positive_share",
    "arch.averaging.wrong_way_share",
)  # fmt: skip


def _comparing_checks() -> list[dict[str, Any]]:
    return [
        _check("as-good", "incumbent.difference >= -0.005", "blocker"),
        _check("usually-better", "incumbent.probability_of_improvement >= 0.5", "major"),
        *(
            _check(f"{probe}-drop", f"{probe}.worst_drop <= 0.03", "minor")
            for probe in COMPARED
            if probe != "incumbent"
        ),
    ]


def _checks_on_measures() -> list[dict[str, Any]]:
    return [
        _check(f"{name}-of-{probe}", f"{name}({probe}.score) >= 0.8", "minor")
        for name in ("mean", "median")
        for probe in ("seeds", "lr", "arch", "batch")
    ]


def _check(id_: str, require: str, severity: str) -> dict[str, Any]:
    because = "A change that nobody would notice must not cost what everybody would."
    return {"id": id_, "require": require, "severity": severity, "because": because}


def bare_checklist() -> dict[str, Any]:
    """What cannot be left out, and nothing else."""
    document = checklist_of()
    return {
        "schema": document["schema"],
        "name": "bare",
        "candidate": document["candidate"],
        "measure": {"sources": ["train"], "controls": "none"},
        "probes": {"seeds": {"kind": "init_seeds", "seeds": 5}},
        "checks": [{"id": "mean", "require": "mean(seeds.score) >= 0.95"}],
    }
