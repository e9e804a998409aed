"""Whether a report is what it says: its page 1, its attachments and its digests against each other.

Page 1 is laid out anew from the attached ``result.json`` and ``checklist.yaml``, by the code that
wrote it, and compared with the page in the file. This detects parts that disagree. It proves no
origin: who makes all parts anew, consistently, is stopped by a signature alone.
"""

from __future__ import annotations

from stablecheck.verification.finding import Finding, Verification
from stablecheck.verification.verify import verify

__all__ = ["Finding", "Verification", "verify"]
