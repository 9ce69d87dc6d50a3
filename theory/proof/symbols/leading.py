"""Leading terms of what depends on a variable that grows: how they are compared, multiplied and added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import Add, Expr, Integer, S, Symbol, factor_terms

from ...language.errors import CannotTell
from .normal_forms import is_zero

MOST_POWER = Integer(1000)  # of t, that what falls faster than all of them is compared with
Sign = Callable[[Expr], int]  # 1, -1 or 0 of what is known to be so; raises `CannotTell` of what is not known


@dataclass(frozen=True)
class Leading:
    """c Gamma(t)^gammas base^t t^power log(t)^logs (1 + o(1)), c other than 0; at most a multiple of that where not `exact`."""

    c: Expr
    gammas: Expr = S.Zero
    base: Expr = S.One
    power: Expr = S.Zero
    logs: Expr = S.Zero
    exact: bool = True

    def times(self, other: Leading) -> Leading:
        """The product of the two."""
        return Leading(
            self.c * other.c,
            self.gammas + other.gammas,
            self.base * other.base,
            self.power + other.power,
            self.logs + other.logs,
            self.exact and other.exact,
        )


class Terms:
    """Leading terms as t -> oo of what has the signs that `sign` knows. `leading` finds that of an expression (`Limits`)."""

    def __init__(self, t: Symbol, sign: Sign):
        self.t, self.sign = t, sign

    def leading(self, x: Expr) -> Leading | None:
        """The leading term; None of what is 0 for all large t. Raises `CannotTell`."""
        raise NotImplementedError

    def compared(self, x: Leading, y: Leading) -> int:
        """1 where x outgrows y, -1 where y outgrows x, 0 where neither does."""
        if sign := self.sign(x.gammas - y.gammas):
            return sign
        if not is_zero(x.base - y.base) and (sign := self.larger(x.base, y.base)):
            return sign
        return self.sign(x.power - y.power) or self.sign(x.logs - y.logs)

    def larger(self, a: Expr, b: Expr = S.One) -> int:
        """The sign of |a| - |b|."""
        if a == 1:
            return -self.larger(b, a)
        if b != 1:
            return self.sign(a - b) if a.is_positive and b.is_positive else self.sign(a**2 - b**2)
        if is_zero(a + 1):
            return 0
        if self.is_positive(1 - a) and self.is_positive(1 + a):
            return -1
        return self.sign(a - 1) if a.is_positive else self.sign(a**2 - 1)

    def is_positive(self, x: Expr) -> bool:
        """Whether x is seen to be positive."""
        try:
            return self.sign(x) > 0
        except CannotTell:
            return False

    def raised(self, x: Leading, e: Expr) -> Leading:
        """Its power: of what may be 0, or only bounded, none but one that is above 0; of what is negative none but whole ones."""
        whole = bool(e.is_integer)
        if not (whole or (x.exact and self.sign(x.c) > 0 and self.sign(x.base) > 0)):
            raise CannotTell("a power of what may be negative")
        nonzero = x.exact and (x.base.is_nonzero or self.is_positive(x.base) or self.is_positive(-x.base))
        if not nonzero and self.sign(e) <= 0:
            raise CannotTell("a division by what may be 0")
        return Leading(x.c**e, x.gammas * e, x.base**e, x.power * e, x.logs * e, x.exact)

    def times(self, factors: list[Leading | None]) -> Leading | None:
        """The leading term of a product."""
        out = Leading(S.One)
        for f in factors:
            if f is None:
                return None
            out = out.times(f)
        return out

    def largest(self, leads: list[Leading | None], x: Expr) -> Leading | None:
        """The sum of those of the leading terms of x that outgrow the others."""
        largest: list[Leading] = []
        for lead in leads:
            growth = 1 if not largest else 0 if lead is None else self.compared(lead, largest[0])
            if lead is not None and growth >= 0:
                largest = [lead] if growth > 0 else [*largest, lead]
        if not largest:
            return None
        first = largest[0]
        if any(not lead.exact or not is_zero(lead.base - first.base) for lead in largest):
            return replace(first, exact=False)
        total = factor_terms(Add(*(lead.c for lead in largest)))
        if len(largest) > 1 and self.sign(total) == 0:
            raise CannotTell(f"the leading terms of {x} cancel")
        return replace(first, c=total)
