"""Two runs to what changed between them, as codes and values; decides nothing and says nothing."""

from stablecheck.comparison.comparing import compare

__all__ = ["compare"]
