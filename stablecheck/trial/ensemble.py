"""Many trainings of one shape at once, each as if it were alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from stablecheck.candidate.prepared import Prepared
from stablecheck.errors import DivergedError
from stablecheck.plan import TrialSpec
from stablecheck.trial.descent import Descending, as_it_comes
from stablecheck.trial.divergence import DivergenceWatch, Returning
from stablecheck.trial.loop import Trained, Training, check_parameters
from stablecheck.trial.member_optimizers import MemberOptimizers
from stablecheck.trial.member_rows import MemberRows
from stablecheck.trial.order import BLOCK
from stablecheck.trial.snapshot_limits import SnapshotLimits
from stablecheck.trial.snapshots import Recorder, make_recorder
from stablecheck.trial.vectorized import Vectorized

Ending = Trained | DivergedError
"""How a training ended."""


def train_together(
    prepared: Sequence[Prepared],
    specs: Sequence[TrialSpec],
    trainings: Sequence[Training],
    descending: Descending = as_it_comes,
) -> tuple[Ending, ...]:
    """Train members of one shape; how each ended, in their order.

    Their data orders, initial weights and dropout masks are those of trainings alone; sums are
    taken in another order, so that results agree to rounding, which a long training amplifies. A
    member that diverges is taken out and does not touch the others.

    Args:
        prepared: The candidate of each; they differ in numbers of the optimiser alone.
        specs: What was asked for.
        trainings: Begun, on one device; their models hold the trained weights afterwards.
        descending: How losses and gradients of a step are computed.

    Raises:
        NotVectorizableError: They cannot be computed together.
        NotCapturableError: Their steps cannot be captured, where that is how.
        torch.OutOfMemoryError: The device has no room for so many.
    """
    settings = [one.candidate.optimizer for one in prepared]
    order = sorted(range(len(specs)), key=lambda place: settings[place].model_dump_json())
    limits = trainings[0].limits.shared_by(len(trainings))
    members = [_Member(prepared[p], specs[p], trainings[p], limits) for p in order]
    ensemble = _Ensemble(members, descending)
    ensemble.train()
    endings = dict(zip(order, (member.ending() for member in members), strict=True))
    return tuple(endings[place] for place in range(len(specs)))


class _Member:
    """One training among others."""

    def __init__(
        self, prepared: Prepared, spec: TrialSpec, training: Training, limits: SnapshotLimits
    ) -> None:
        self.prepared = prepared
        self.spec = spec
        self.training = training
        self.recorder: Recorder = make_recorder(spec.measuring, training.steps, limits)
        self.watch = DivergenceWatch()
        self.diverged: DivergedError | None = None

    def judge(self, losses: Sequence[float]) -> None:
        """Look at the losses of the next steps, unless it is known to have diverged."""
        try:
            for loss in losses if self.diverged is None else ():
                self.watch.judge(loss)
        except DivergedError as error:
            self.diverged = error

    def ending(self) -> Ending:
        """How it ended."""
        try:
            if self.diverged is not None:
                return self.diverged
            check_parameters(self.training)
        except DivergedError as error:
            return error
        return Trained(self.training, tuple(self.recorder.taken))


@dataclass(frozen=True)
class _Losses:
    """Losses of some steps on their way back, shape ``[members, steps]``, and whose they are."""

    members: Sequence[_Member]
    returning: Returning

    def judge(self) -> None:
        """Let every member look at its own."""
        for member, own in zip(self.members, self.returning.read(), strict=True):
            member.judge(own)


class _Ensemble:
    """Members that are still training, and their stacked numbers."""

    def __init__(self, members: Sequence[_Member], descending: Descending) -> None:
        first = members[0]
        self._members = list(members)
        self._vectorized = Vectorized(first.prepared, first.training.model)
        self._stack = self._vectorized.stack([one.training.model for one in members])
        self._descending = descending
        self._descent = descending(self._vectorized, self._stack)
        self._rows = MemberRows([m.spec for m in members], [m.training for m in members])
        self._optimizers = MemberOptimizers(
            [m.prepared.candidate.optimizer for m in members], self._parameters()
        )
        device = first.training.data.device
        self._device = device
        self._masks = [
            torch.Generator(device).manual_seed(member.spec.seeds.dropout) for member in members
        ]

    def _parameters(self) -> list[Tensor]:
        return [self._stack.parameters[name] for name in self._vectorized.names]

    def train(self) -> None:
        """Take all steps; the members' models hold the trained weights afterwards."""
        total = self._members[0].training.steps
        last: _Losses | None = None
        for first_step in range(0, total, BLOCK):
            losses = torch.stack(list(self._block(first_step, min(BLOCK, total - first_step))))
            last, before = _Losses(tuple(self._members), Returning(losses.T)), last
            self._judge(before)
            if not self._members:
                return
        self._judge(last)
        self._give_back()

    def _block(self, first_step: int, steps: int) -> Iterator[Tensor]:
        """Take some steps, yielding each one's losses, shape ``[members]``."""
        prepared, total = self._members[0].prepared, self._members[0].training.steps
        multiplier = prepared.multiplier(total)
        for step, (x, y) in enumerate(self._rows.block(steps), first_step):
            factor = multiplier(step)
            self._observe(step, factor)
            masks = self._vectorized.masks(x, y, self._masks)
            losses, gradients = self._descent(x, y, masks)
            self._optimizers.step(gradients, factor)
            self._observe_update(step)
            yield losses

    def _observe(self, step: int, factor: float) -> None:
        if step not in self._members[0].recorder.steps:
            return
        flat, buffers = self._flat(), self._buffers()
        for place, member in enumerate(self._members):
            lr = member.prepared.candidate.optimizer.lr * factor
            own = {name: stacked[place] for name, stacked in buffers.items()}
            member.recorder.take(step, lr, flat[place], own)

    def _observe_update(self, step: int) -> None:
        if step not in self._members[0].recorder.update_steps:
            return
        for member, after in zip(self._members, self._flat(), strict=True):
            member.recorder.take_update(after)

    def _flat(self) -> Tensor:
        """All trainable parameters, shape ``[members, D]``, float32."""
        parts = [one.detach().reshape(len(one), -1).float() for one in self._parameters()]
        return torch.cat(parts, dim=1)

    def _buffers(self) -> dict[str, Tensor]:
        names = dict(self._members[0].training.model.named_buffers())
        return {n: t.clone() for n, t in self._stack.fixed.items() if n in names}

    def _judge(self, losses: _Losses | None) -> None:
        """Let members look at losses, and take out those that diverged."""
        if losses is not None:
            losses.judge()
        kept = [place for place, one in enumerate(self._members) if one.diverged is None]
        if len(kept) == len(self._members):
            return
        self._members = [self._members[place] for place in kept]
        self._masks = [self._masks[place] for place in kept]
        self._rows.keep(kept)
        self._stack = self._stack.at(torch.tensor(kept, dtype=torch.long, device=self._device))
        self._optimizers = self._optimizers.keep(kept, self._parameters())
        self._descent = self._descending(self._vectorized, self._stack)

    def _give_back(self) -> None:
        with torch.no_grad():
            for place, member in enumerate(self._members):
                model = member.training.model
                numbers = dict(model.named_parameters()) | dict(model.named_buffers())
                for part in (self._stack.parameters, self._stack.fixed):
                    for name, stacked in part.items():
                        numbers[name].copy_(stacked[place])
