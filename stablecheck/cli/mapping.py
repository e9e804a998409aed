"""Options whose value is a mapping, written as in a checklist."""

from __future__ import annotations

from typing import Any

import click


class Mapping(click.ParamType[dict[str, Any]]):
    """``{hidden: [32, 32]}``, as it would stand in a checklist."""

    name = "mapping"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        """Read it as YAML; only data is read."""
        import yaml

        if isinstance(value, dict):
            return value
        try:
            found = yaml.safe_load(value)
        except yaml.YAMLError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
            self.fail(f"{value!r} is no mapping; expected e.g. '{{hidden: [32, 32]}}'", param, ctx)
        return found
