"""What an unquoted word of a checklist means: the core schema of YAML 1.2.

PyYAML follows YAML 1.1, where ``off`` is false, ``1e-3`` is text and ``12:30`` is 750.
"""

from __future__ import annotations

import re

from stablecheck.checklist.yaml.node import Scalar

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DIGITS = 300  # any longer and an integer is no number that a float could hold


def resolve(word: str) -> Scalar:
    """The value of an unquoted word.

    >>> resolve("1e-3"), resolve("off"), resolve("true"), resolve("2027-03-31")
    (0.001, 'off', True, '2027-03-31')

    Raises:
        ValueError: It stands for a number that cannot be computed with.
    """
    if _NULL.fullmatch(word):
        return None
    if _TRUE.fullmatch(word) or _FALSE.fullmatch(word):
        return bool(_TRUE.fullmatch(word))
    if _NOT_FINITE.fullmatch(word):
        raise ValueError(f"{word} is not a finite number; expected a finite one")
    return _number(word)


def _number(word: str) -> Scalar:
    if _BASED.fullmatch(word):
        return int(word, 0)
    if not NUMBER.fullmatch(word):
        return word
    if len(word) > _DIGITS or abs(float(word)) == float("inf"):
        raise ValueError("the number is too large; expected a smaller one")
    return int(word) if _INTEGER.fullmatch(word) else float(word)
