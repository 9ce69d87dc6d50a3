"""What a way to certify a sign is asked, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from sympy import Expr, NumberSymbol, Poly, Sum, exp

from ...language.errors import CannotTell
from ...language.lengths import operations
from ..symbols import rational
from ..symbols.rational import Held
from .numbers import sign_of

MOST_OPERATIONS = 5_000  # of what is put over one denominator
MOST_EXPANDED = 300  # of what SymPy multiplies out, where it is no rational function
MOST_ASKED = 100  # of what SymPy is asked the sign of as it is written


@dataclass
class Certificate:
    """Why a sign holds: the steps of the argument, in order; those of long expressions are written when they are read."""

    said: list[str | Callable[[], str]] = field(default_factory=list)

    def say(self, text: str | Callable[[], str]) -> bool:
        """Add a step of the argument. Returns True, so that `holds and say(...)` tells why."""
        self.said.append(text)
        return True

    @property
    def steps(self) -> list[str]:
        """The steps of the argument in words, in order."""
        return [text if isinstance(text, str) else text() for text in self.said]


Positive = Callable[..., bool]  # (x, certificate, strict): whether x > 0, or x >= 0, is certified


@dataclass(frozen=True)
class Asked:
    """Whether x > 0 (strict), or x >= 0, for all values of its symbols, which carry their signs as assumptions.

    positive: what certifies the parts that a way takes x into.  depth: of how many ways x is a part of a part.
    """

    x: Expr
    strict: bool
    positive: Positive
    depth: int = 0

    @cached_property
    def held(self) -> Held | None:
        """x as a quotient of polynomials, where it is one."""
        return rational.held(self.x, MOST_OPERATIONS)

    @property
    def is_short(self) -> bool:
        """Whether it is short enough for what multiplies it out."""
        return operations(self.x) <= 2 * MOST_EXPANDED


def askable(x: Expr) -> Expr:
    """x as SymPy is asked for its sign: a long rational function as a product of polynomials.

    SymPy multiplies out, term by term, whatever it is asked: minutes, where nested fractions are long.
    """
    return rational.as_product(x) if x.count_ops() > MOST_ASKED else x


def sign_of_sum(x: Sum) -> str:
    """ "positive" where every term is, by its signs, and there is one at least; "nonnegative" where none is negative; else ""."""
    if len(x.limits) != 1 or not (limits := x.limits[0])[0].is_integer:
        return ""
    k, first, last = limits
    at_least = first.is_positive if k.is_positive else first.is_nonnegative if k.is_nonnegative else True
    if not at_least:
        return ""
    if x.function.is_positive and (last - first).is_nonnegative:
        return "positive"
    return "nonnegative" if x.function.is_nonnegative and (last - first + 1).is_nonnegative else ""


def adds_up(x: Expr) -> bool:
    """Whether x > 0 as a polynomial of one symbol without negative coefficients, numbers that are irrational.

    Where SymPy is asked it looks for the roots of the derivative: seconds.
    """
    if not x.is_Add or len(x.free_symbols) != 1 or not x.has(NumberSymbol, exp):
        return False
    (s,) = x.free_symbols
    if not (s.is_nonnegative and x.is_polynomial(s)):
        return False
    terms = Poly(x, s).terms()
    with suppress(CannotTell):
        return any(s.is_positive or power == 0 for (power,), _ in terms) and all(sign_of(c) > 0 for _, c in terms)
    return False


def short(x: Expr) -> str:
    """An expression as a message shows it."""
    text = str(x)
    return text if len(text) < 90 else text[:87] + "..."
