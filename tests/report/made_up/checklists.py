"""Checklists as documents."""

from __future__ import annotations

from typing import Any


def checklist_of(**changes: Any) -> dict[str, Any]:
    """A checklist of three probes as a document; keyword arguments replace sections."""
    document = {
        "schema": "stablecheck/1",
        "name": "churn-mlp",
        "version": "1.2.0",
        "owner": "ml-platform@example.com",
        "intended_use": "Ranks customers for the retention team, once a week.",
        "out_of_scope": "Pricing, credit, and any decision about a single customer without a "
        "person looking at it.",
        "candidate": {
            "model": "examples/churn/model.py:build",
            "data": "sklearn:digits",
            "task": "classification",
            "loss": "cross_entropy",
            "score": "accuracy",
            "optimizer": {"name": "sgd", "lr": 0.05, "momentum": 0.9},
            "epochs": 30,
        },
        "probes": {
            "seeds": {"kind": "init_seeds", "seeds": 14},
            "lr": {"kind": "lr_jitter", "factors": [0.5, 0.7, 1, 1.4, 2], "seeds": 5},
            "data": {"kind": "data_ratio", "fractions": [0.125, 0.25, 0.5, 1], "seeds": 5},
        },
        "checks": [
            {
                "id": "reproducible",
                "require": "tolerance(seeds.score, 0.9) >= 0.95",
                "severity": "blocker",
                "because": "A retrained model must meet the service target without a lucky seed.",
            },
            {
                "id": "no-divergence",
                "require": "share(seeds.diverged) <= 0.2",
                "severity": "blocker",
                "because": "A retraining that breaks down delivers no model when one is needed.",
            },
            {
                "id": "lr-headroom",
                "require": "lr.headroom(0.01) >= 1.4",
                "severity": "major",
                "because": "A recipe near the edge of its learning rate fails after small changes.",
                "owner": "training-platform",
                "settle_within": "14d",
            },
            {
                "id": "path-heldout",
                "require": "median(seeds.path.heldout.positive_share) >= 0.8",
                "severity": "major",
                "because": "Steps that keep leading towards the final model are a sign of an "
                "orderly training.",
            },
            {
                "id": "enough-data",
                "require": "data.gain_from_doubling <= 0.02",
                "severity": "minor",
                "because": "A large gain from more data would be a reason to wait for it.",
            },
        ],
        "report": {
            "title": "Churn model v3",
            "reviewers": ["CTO", "Model Risk", "ML Platform"],
            "retest_on": ["a new season of customer data"],
        },
        "rollout": {
            "stages": [1, 5, 25, 100],
            "hold": "48h",
            "guard": "outcome.mean >= incumbent - 0.005",
        },
        "monitoring": [
            {
                "watch": "customers kept among those called",
                "alarm": "below 31 % in any week",
                "action": "Go back to the incumbent and call the model owner.",
                "owner": "retention team",
            }
        ],
    }
    return document | changes


def checks_with(**requirements: str) -> list[dict[str, Any]]:
    """The usual checks with some of their requirements replaced, by id."""
    checks = checklist_of()["checks"]
    return [
        check | {"require": requirements.get(check["id"].replace("-", "_"), check["require"])}
        for check in checks
    ]


OUTCOMES = checklist_of()["checks"][:3]
"""The checks that need no path."""

LONG = (
    "Programme de surveillance et de prévision de l'attrition des clients particuliers de la "
    "région Sud-Ouest, deuxième génération, avec variables saisonnières et données de service "
) * 2
ARABIC = "نموذج توقع مغادرة العملاء للإصدار الثالث مع جميع المتغيرات الموسمية"
MARKUP = (
    '<script>alert("x")</script><img src=http://example.invalid/x.png onerror=1>&amp; {{ 7*7 }} {x}'
)
CONTROL = "bell\x07 null\x00 override\u202egnp.exe tab\tnew\nline"


def hostile_checklist() -> dict[str, Any]:
    """Long, right-to-left, emoji, markup and control characters wherever a person may write."""
    text = checklist_of()
    checks = [
        check | {"because": because, "id": "c" + str(n) * 63}
        for n, (check, because) in enumerate(
            zip(text["checks"] * 2, (MARKUP, LONG, ARABIC, CONTROL, "W" * 300) * 2, strict=True)
        )
    ]
    checks[2]["require"] = "lr.headroom(0.0123456) >= 7.123456"
    return checklist_of(
        name=f"{LONG[:280]} 🚀🔥👩‍🔬",
        version="9" * 80,
        owner=MARKUP,
        intended_use=f"{ARABIC} {MARKUP} {LONG}",
        out_of_scope=f"{MARKUP} {'W' * 300}",
        monitoring=[dict.fromkeys(("watch", "alarm", "action", "owner"), f"{MARKUP} {LONG}")] * 3,
        checks=checks,
        waivers=[
            {
                "check": checks[n]["id"],
                "owner": LONG,
                "reason": f"{MARKUP} {LONG}",
                "expires": f"2027-0{n}-28",
            }
            for n in (2, 7)
        ],
        report={
            "title": f"{ARABIC} 🚀 {LONG}",
            "reviewers": [LONG, ARABIC, "W" * 300, MARKUP, CONTROL, "R"],
            "retest_on": [LONG, MARKUP, ARABIC],
        },
        rollout={
            "stages": [n * 3.0 for n in range(1, 31)],
            "hold": "48h",
            "guard": f"{MARKUP}{'g' * 300}",
        },
    )


def one_training_checklist() -> dict[str, Any]:
    """A single training."""
    return checklist_of(
        probes={"seeds": {"kind": "init_seeds", "seeds": 1}},
        checks=[
            {"id": "reproducible", "require": "tolerance(seeds.score, 0.9) >= 0.95"},
            {"id": "best", "require": "max(seeds.score) >= 0.9", "severity": "minor"},
        ],
    )


def many_checklist() -> dict[str, Any]:
    """Two hundred retrainings and many checks."""
    text = checklist_of()
    probes = text["probes"] | {"seeds": {"kind": "init_seeds", "seeds": 200}}
    extra = [
        {"id": f"mean-{n}", "require": f"mean(seeds.score) >= 0.9{n}", "severity": "minor"}
        for n in range(6)
    ]
    return checklist_of(probes=probes, checks=text["checks"] + extra)


def waived_checklist() -> dict[str, Any]:
    """A major check that somebody accepts."""
    waiver = {
        "check": "lr-headroom",
        "owner": "j.doe",
        "reason": "The learning rate is fixed by the vendor's training service",
        "expires": "2027-03-31",
    }
    return checklist_of(waivers=[waiver])
