"""How wide each layer is: said one by one, or as one width for all."""

from __future__ import annotations

from collections.abc import Sequence


def layer_widths(
    listed: Sequence[int] | None,
    name: str,
    width: int | None,
    depth: int | None,
    default: Sequence[int],
) -> tuple[int, ...]:
    """The width of each layer.

    Args:
        listed: The widths one by one, the model's argument ``name``.
        name: What the model calls that argument, for the message.
        width: Width of every layer; that of the default's first layer when only ``depth`` is given.
        depth: Number of layers; that of the default when only ``width`` is given.
        default: The widths when nothing is given.

    Raises:
        ValueError: Both ways are used at once, or a number makes no layer.
    """
    if width is None and depth is None:
        return tuple(default if listed is None else listed)
    if listed is not None:
        raise ValueError(
            f"{name} already says how many layers there are and how wide each is; "
            f"expected {name} alone, or width and depth without it"
        )
    width = default[0] if width is None else width
    depth = len(default) if depth is None else depth
    if width < 1 or depth < 1:
        raise ValueError(f"width {width} and depth {depth} make no layers; expected at least 1")
    return (width,) * depth
