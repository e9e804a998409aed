"""Two runs to what changed between them, as codes and values; decides nothing and says nothing."""

from stablecheck.comparison.comparing import compare
from stablecheck.comparison.order import is_worse

__all__ = ["compare", "is_worse"]
