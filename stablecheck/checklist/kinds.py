"""The kinds of probe by the names that a checklist gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from stablecheck.probes import PROBES
from stablecheck.probes.base import Probe

KINDS: Mapping[str, type[Probe]] = {
    kind: probe for probe in PROBES for kind in get_args(probe.model_fields["kind"].annotation)
}
