"""The words that decisions are written in: codes for files and programs, never shown as they are.

What a reader sees instead stands in ``templates/locale``.
"""

from __future__ import annotations

from typing import Literal

Outcome = Literal["pass", "fail", "inconclusive", "error", "waived"]
VerdictWord = Literal["GO", "CONDITIONAL_GO", "NO_GO", "INCONCLUSIVE"]
