"""The parser of the requirement language; its grammar stands in ``requirement.py``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NoReturn, get_args

from stablecheck.checklist.problems.suggestion import did_you_mean
from stablecheck.checklist.requirement import (
    Operator,
    ProbeSummary,
    Quantity,
    Requirement,
    Share,
    Statistic,
    StatisticName,
    Tolerance,
)
from stablecheck.checklist.requirement.tokens import Kind, Token, tokenize
from stablecheck.errors import RequirementSyntaxError

STATISTICS: tuple[StatisticName, ...] = get_args(StatisticName)
FUNCTIONS: tuple[str, ...] = (*STATISTICS, "share", "tolerance")

_OPERATORS: tuple[Operator, ...] = get_args(Operator)
_EXAMPLE = "median(seeds.score) >= 0.9"


@dataclass(frozen=True)
class Located:
    """A requirement with the offsets of the two names that a checklist has to know.

    Args:
        requirement: What was parsed.
        probe: Offset of the probe's name.
        name: Offset of the measure's or summary's name.
    """

    requirement: Requirement
    probe: int
    name: int


def parse_requirement(text: str) -> Requirement:
    """Parse a requirement.

    >>> parse_requirement("p(10)(seeds.score) >= 0.9").left
    Statistic(name='p', quantity=Quantity(probe='seeds', measure='score'), percent=10.0)

    Raises:
        RequirementSyntaxError: With what was expected, and where.
    """
    return parse_located(text).requirement


def parse_quantity(text: str) -> Quantity:
    """Parse a measure of a probe, as ``seeds.ntk.drift``.

    Raises:
        RequirementSyntaxError: With what was expected, and where.
    """
    return _Parser(text).quantity_alone()


def parse_located(text: str) -> Located:
    """Parse a requirement and keep where its names stand.

    Raises:
        RequirementSyntaxError: With what was expected, and where.
    """
    return _Parser(text).requirement()


class _Parser:
    """Recursive descent, one method a rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._next = 0
        self._probe = self._name = 0

    def requirement(self) -> Located:
        left = self._quantity()
        operator = self._operator()
        threshold = self._number("a number to compare with")
        self._expect("end", "", "nothing more after the number")
        return Located(Requirement(self._text, left, operator, threshold), self._probe, self._name)

    def quantity_alone(self) -> Quantity:
        quantity = self._measured()
        self._expect("end", "", "nothing more after the measure")
        return quantity

    def _quantity(self) -> Statistic | Share | Tolerance | ProbeSummary:
        first = self._expect("name", None, f"a statistic or a probe, e.g. {_EXAMPLE}")
        if self._at("mark", "."):
            return self._summary(first)
        if not self._at("mark", "("):
            self._fail(f"'(' or '.' after {first.text!r}")
        if first.text not in FUNCTIONS:
            self._fail_statistic(first)
        self._take()
        return self._function(first.text)

    def _function(self, name: str) -> Statistic | Share | Tolerance:
        if name == "p":
            return self._percentile()
        quantity = self._measured()
        left: Statistic | Share | Tolerance
        if name == "share":
            left = self._share(quantity)
        elif name == "tolerance":
            left = self._tolerance(quantity)
        else:
            left = Statistic(_statistic(name), quantity)
        self._expect("mark", ")", f"')' to close {name}(")
        return left

    def _share(self, quantity: Quantity) -> Share:
        if not self._at("operator"):
            return Share(quantity)
        return Share(quantity, self._operator(), self._number("a number to compare with"))

    def _tolerance(self, quantity: Quantity) -> Tolerance:
        self._expect("mark", ",", "',' and a share, e.g. tolerance(seeds.score, 0.9)")
        share = self._between(0, 1, "a share between 0 and 1, e.g. 0.9")
        return Tolerance(quantity, share)

    def _percentile(self) -> Statistic:
        expected = "a percentage between 0 and 100, e.g. p(10)(seeds.score)"
        if self._at("name"):
            quantity = self._measured()
            self._expect("mark", ",", "',' and " + expected)
            percent = self._between(0, 100, expected)
        else:
            percent = self._between(0, 100, expected)
            self._expect("mark", ")", "')' after the percentage, e.g. p(10)(seeds.score)")
            self._expect("mark", "(", "'(' and a measure, e.g. p(10)(seeds.score)")
            quantity = self._measured()
        self._expect("mark", ")", "')' to close p(")
        return Statistic("p", quantity, percent)

    def _measured(self) -> Quantity:
        probe = self._expect("name", None, "a probe and a measure, e.g. seeds.score")
        expected = f"'.' and a measure after {probe.text!r}, e.g. {probe.text}.score"
        self._expect("mark", ".", expected)
        return Quantity(probe.text, self._dotted(probe))

    def _summary(self, probe: Token) -> ProbeSummary:
        self._take()
        name = self._dotted(probe)
        if "." in name:
            written = f"{probe.text}.{name}"
            raise RequirementSyntaxError(
                f"{written!r} needs a statistic; expected e.g. median({written})", probe.offset
            )
        return ProbeSummary(probe.text, name, self._arguments())

    def _arguments(self) -> tuple[float, ...]:
        if not self._at("mark", "("):
            return ()
        self._take()
        arguments: list[float] = []
        while not self._at("mark", ")"):
            if arguments:
                self._expect("mark", ",", "',' or ')'")
            arguments.append(self._number("a number or ')'"))
        self._take()
        return tuple(arguments)

    def _dotted(self, probe: Token) -> str:
        self._probe = probe.offset
        self._name = self._peek().offset
        names = [self._expect("name", None, f"a name after '{probe.text}.'").text]
        while self._at("mark", "."):
            self._take()
            names.append(self._expect("name", None, f"a name after '{names[-1]}.'").text)
        return ".".join(names)

    def _operator(self) -> Operator:
        written = self._expect("operator", None, f"one of {' '.join(_OPERATORS)}").text
        return next(operator for operator in _OPERATORS if operator == written)

    def _between(self, low: float, high: float, expected: str) -> float:
        token = self._peek()
        number = self._number(expected)
        if not low < number < high:
            raise RequirementSyntaxError(f"expected {expected}, found {token.text}", token.offset)
        return number

    def _number(self, expected: str) -> float:
        token = self._expect("number", None, expected)
        number = float(token.text)
        if not math.isfinite(number):
            raise RequirementSyntaxError(f"{token.text} is too large a number", token.offset)
        return number

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._peek()
        self._next += 1
        return token

    def _at(self, kind: Kind, text: str | None = None) -> bool:
        token = self._peek()
        return token.kind == kind and text in (None, token.text)

    def _expect(self, kind: Kind, text: str | None, expected: str) -> Token:
        if not self._at(kind, text):
            self._fail(expected)
        return self._take() if kind != "end" else self._peek()

    def _fail(self, expected: str) -> NoReturn:
        token = self._peek()
        raise RequirementSyntaxError(f"expected {expected}, found {token}", token.offset)

    def _fail_statistic(self, name: Token) -> NoReturn:
        hint = did_you_mean(name.text, FUNCTIONS)
        raise RequirementSyntaxError(
            f"unknown statistic {name.text!r}; expected one of {', '.join(FUNCTIONS)}{hint}",
            name.offset,
        )


def _statistic(name: str) -> StatisticName:
    return next(statistic for statistic in STATISTICS if statistic == name)
