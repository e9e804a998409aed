"""A checklist as text that resolves to itself: what is stored, hashed and attached."""

from __future__ import annotations

import re
from typing import Any

import yaml

from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.yaml.scalars import NUMBER


class _Dumper(yaml.SafeDumper):
    """Quotes text that YAML 1.1 or 1.2 would read as something else; writes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:core-number",
    re.compile(rf"({NUMBER.pattern}|0o[0-7]+|0x[0-9a-fA-F]+)$"),
    list("-+.0123456789"),
)


def canonical_text(checklist: Checklist) -> str:
    """The resolved checklist as YAML, defaults written out and ``extends`` merged."""
    resolved = checklist.model_copy(update={"extends": ()})
    content = resolved.model_dump(mode="json", by_alias=True)
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31)


def flow_text(value: Any) -> str:
    """One value as YAML that stands behind its key on one line.

    >>> flow_text({"hidden": [32, 32], "name": "yes"})
    "{hidden: [32, 32], name: 'yes'}"
    """
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        sort_keys=False,
        allow_unicode=True,
        width=2**31,
    )
    return text.removesuffix("\n").removesuffix("\n...")
