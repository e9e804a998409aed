"""What a requirement may refer to: the probes, sources and controls of a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stablecheck.checklist.requirement import CONTROLS
from stablecheck.checklist.schema import Measure
from stablecheck.checklist.yaml.node import Node
from stablecheck.probes import KINDS
from stablecheck.probes.base import Summary


@dataclass(frozen=True)
class DeclaredProbe:
    """As much of a probe as can be read, even where something else in it is wrong.

    Args:
        kind: Its kind, where it has a known one; that of the controls among them.
        seeds: Its trials per arm, where they are known.
    """

    kind: str | None
    seeds: int | None

    @property
    def summaries(self) -> Mapping[str, Summary]:
        """The summaries its kind gives."""
        return KINDS[self.kind].summaries if self.kind is not None and self.kind in KINDS else {}


@dataclass(frozen=True)
class Setting:
    """What there is to be measured.

    Args:
        probes: Probes by id; None where the document has none, as a preset may.
        sources: The batch sources that are measured.
        controls: The controls that are run.
        commanded: Whether the candidate is a command.
        inherits_more: Whether there may be more, and other settings, in a base that could not be
            read.
    """

    probes: Mapping[str, DeclaredProbe] | None
    sources: tuple[object, ...]
    controls: object
    commanded: bool = False
    inherits_more: bool = False


def read_setting(root: Node) -> Setting:
    """Read what requirements refer to, whether or not the document is valid as a whole."""
    probes = root.child("probes")
    known = None
    if probes is not None and isinstance(probes.content, Mapping):
        known = {name: _probe(node) for name, node in probes.content.items()}
    sources = root.at(("measure", "sources"))
    controls = root.at(("measure", "controls"))
    default = Measure()
    if known is not None and controls is not None and controls.content == "full":
        known[CONTROLS] = DeclaredProbe(CONTROLS, None)
    listed = sources is not None and isinstance(sources.content, tuple)
    return Setting(
        known,
        tuple(sources.plain()) if sources is not None and listed else default.sources,
        controls.content if controls is not None else default.controls,
        root.at(("candidate", "command")) is not None,
    )


def _probe(node: Node) -> DeclaredProbe:
    written, seeds = node.child("kind"), node.child("seeds")
    kind = written.content if written is not None else None
    known = kind if isinstance(kind, str) and kind in KINDS else None
    count = seeds.content if seeds is not None else None
    if seeds is None and known is not None:
        count = KINDS[known].model_fields["seeds"].default
    return DeclaredProbe(known, count if isinstance(count, int) else None)
