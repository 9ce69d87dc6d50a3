"""Laws made of others: mixtures, conditional laws, laws with another weight."""

from __future__ import annotations

from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Heaviside,
    Lambda,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    binomial,
    ceiling,
    degree,
    exp,
    ff,
    floor,
    oo,
    sign,
    sympify,
)
from sympy.printing.precedence import PRECEDENCE

from ..errors import BadInput, CannotTell
from ..expansion import multiplied_out
from .continuous import Normal, integrated_power
from .gammas import Exponential
from .grids import grid_of_all
from .law import Law


class Mixture(Law):
    """Mixture(w, P, Q): a draw is from P with probability w, from 0 to 1, else from Q. Raises `BadInput` for anything else."""

    def __new__(cls, weight: Any, *laws: Any):
        w = sympify(weight)
        if not isinstance(w, Expr) or len(laws) != 2 or not all(isinstance(law, Law) for law in laws):
            raise BadInput(
                "expected Mixture(w, P, Q): the probability of P, and two laws; more of them by a mixture as Q"
            )
        return Law.__new__(cls, w, *laws)

    @property
    def parts(self) -> list[tuple[Expr, Law]]:
        """The components with their weights."""
        w, p, q = self.args
        return [(w, p), (1 - w, q)]

    @property
    def components(self) -> list[tuple[Expr, Law]]:
        return [(w * v, part) for w, mixed in self.parts for v, part in mixed.components]

    @property
    def d(self) -> int:
        return self.parts[0][1].d

    is_continuous = property(lambda self: all(law.is_continuous for _, law in self.parts))

    @property
    def support(self):
        """The hull of those of its parts."""
        lows, highs = zip(*(law.support for _, law in self.parts), strict=True)
        return Min(*lows), Max(*highs)

    def density(self, x) -> Expr:
        return sum((w * law.density(x) for w, law in self.parts), S.Zero)

    def cdf(self, x) -> Expr:
        return sum((w * law.cdf(x) for w, law in self.parts), S.Zero)

    def _latex(self, printer) -> str:
        mul = PRECEDENCE["Mul"]
        return " + ".join(f"{printer.parenthesize(w, mul, strict=True)} {printer._print(law)}" for w, law in self.parts)

    @property
    def grid(self) -> Any:
        grids = [law.grid for _, law in self.parts]
        return None if None in grids else grid_of_all(grids)

    @property
    def far_out(self) -> Expr:
        return Min(*(law.far_out for _, law in self.parts))

    @property
    def near_zero(self) -> Expr:
        return Min(*(law.near_zero for _, law in self.parts))

    def diverges(self, power: Expr, absolute: int = 0) -> bool:
        return any(w.is_positive and law.diverges(power, absolute) for w, law in self.parts)

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        parts = [(w, *law.moment(power, logs, absolute)) for w, law in self.parts]
        conditions = {c for *_, c in parts if not c.is_positive}
        if len(conditions) > 1:
            raise CannotTell(f"moments of {self} exist where {' and '.join(map(str, conditions))} are positive")
        return Add(*(w * form for w, form, _ in parts)), conditions.pop() if conditions else S.One

    def demands(self) -> list[tuple[Expr, bool, str]]:
        w: Expr = self.args[0]
        own = [(x, False, f"{self} has a weight, {w}, that is no probability") for x in (w, 1 - w)]
        if len({law.d for _, law in self.parts}) > 1:
            own.append((S.NegativeOne, False, f"{self} has parts of different dimensions"))
        return [*own, *(demand for _, law in self.parts for demand in law.demands())]

    def numbers(self) -> tuple[Expr, ...]:
        return tuple(x for _, law in self.parts for x in law.numbers())


def _below_by_parts(power: int, scale: Expr, end: Expr) -> Expr:
    """The integral of x^power exp(-x/scale)/scale up to `end`, but for a constant."""
    if end == oo:
        return S.Zero
    return -exp(-end / scale) * Add(*(ff(power, j) * scale**j * end ** (power - j) for j in range(power + 1)))


class Truncated(Law):
    """Truncated(P, lo, hi): a draw from P, given that it lies in (lo, hi); the ends in the units of a draw, -oo and oo too."""

    is_continuous = property(lambda self: self.law.is_continuous)

    @property
    def law(self) -> Law:
        """The law P that is cut off."""
        return self.args[0]

    @property
    def support(self):
        return self.args[1:]

    def __new__(cls, law: Law, lo=-oo, hi=oo):
        ends = (multiplied_out(sympify(end)) for end in (lo, hi))  # in one form: draws of equal laws are the same draw
        return Law.__new__(cls, law, *ends)

    def _below(self, x) -> Expr:
        return S.Zero if x == -oo else S.One if x == oo else self.law.cdf(x)

    @property
    def mass(self) -> Expr:
        """The probability of (lo, hi) under P."""
        lo, hi = self.support
        return self._below(hi) - self._below(lo)

    def density(self, x) -> Expr:
        return self.law.density(x) / self.mass

    def cdf(self, x) -> Expr:
        lo, hi = self.support
        x = x if lo == -oo else (x + lo + Abs(x - lo)) / 2
        x = x if hi == oo else (x + hi - Abs(x - hi)) / 2
        return (self.law.cdf(x) - self._below(lo)) / self.mass

    def _latex(self, printer) -> str:
        law, lo, hi = map(printer._print, self.args)
        return rf"{law}|_{{({lo}, {hi})}}"

    @property
    def near_zero(self) -> Expr:
        low, high = self.support
        return self.law.near_zero if low.is_nonpositive and high.is_nonnegative else oo

    @property
    def far_out(self) -> Expr:
        return oo if all(end.is_finite for end in self.support) else self.law.far_out

    @property
    def grid(self) -> Any:
        return self.law.grid

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """Of a normal law, from moments of the standard one between the ends; of an exponential one, by parts."""
        law = self.law
        whole = power.is_Integer and power >= 0
        if isinstance(law, Exponential) and whole and logs == 0 and (ends := self._within()) is not None:
            low, high = (_below_by_parts(int(power) + absolute, law.scale, end) for end in ends)
            return (high - low) / self.mass, S.One
        if isinstance(law, Exponential) and whole and logs == 0 and self.support[0].is_extended_nonnegative is None:
            low, high = self.support  # asked to be above 0
            there = Dummy("low", positive=True)
            return Truncated(law, there, high).moment(power, logs, absolute)[0].xreplace({there: low}), low
        if not (isinstance(law, Normal) and whole and logs == absolute == 0):
            return super().moment(power, logs, absolute)
        ends = [e if e.is_infinite else multiplied_out((e - law.mean) / law.scale) for e in self.support]
        parts = (
            binomial(power, j) * law.mean ** (power - j) * law.scale**j * integrated_power(j, *ends)
            for j in range(int(power) + 1)
        )
        return Add(*parts) / integrated_power(0, *ends), S.One

    def _within(self) -> tuple[Expr, Expr] | None:
        """The ends where the law beneath is above 0 only, the lower one 0 or more; None where the signs are not known."""
        low, high = self.support
        low = S.Zero if low.is_extended_nonpositive else low
        return (low, high) if low.is_nonnegative and (high - low).is_extended_positive is not False else None

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        """Of a normal or exponential law, by that which it is tilted to, between the same ends."""
        law = self.law
        if isinstance(law, Normal):
            mass, tilted, exists = law.tilted(rate, S.Zero)
            return mass * Truncated(tilted, *self.support).mass / self.mass, exists
        if not isinstance(law, Exponential) or (ends := self._within()) is None:
            return super().exponential_moment(rate)
        form, exists = law.exponential_moment(rate)
        slope = rate - 1 / law.scale
        low, high = (S.Zero if end == oo else exp(slope * end) for end in ends)
        return form * (low - high) / self.mass, exists if ends[1] == oo else exists**2

    def demands(self) -> list[tuple[Expr, bool, str]]:
        low, high = self.support
        first, last = self.law.support
        order, nothing = f"{self} has its ends in the wrong order", f"{self} has nothing between its ends"
        asked = ((low, high, order), (low, last, nothing), (first, high, nothing))
        own = [(b - a, True, why) for a, b, why in asked if a.is_finite is not False and b.is_finite is not False]
        return [*own, *self.law.demands()]

    def numbers(self) -> tuple[Expr, ...]:
        return self.law.numbers()


class Tilted(Law):
    """Tilted(P, w): the law with density proportional to w, a `Lambda`, under P."""

    is_continuous = property(lambda self: self.law.is_continuous)

    def __new__(cls, law: Law, weight: Lambda):
        return Law.__new__(cls, law, weight)

    @property
    def law(self) -> Law:
        """The law P that is weighted."""
        return self.args[0]

    @property
    def weight(self) -> Lambda:
        """The weight w, a function of a draw."""
        return self.args[1]

    @property
    def support(self):
        return self.law.support

    @property
    def bell(self) -> Normal | None:
        """The Gaussian that a Gaussian tilted by the exponential of a quadratic is (if its variance is positive)."""
        x = self.weight.variables[0]
        weight = self.weight.expr
        if not (isinstance(self.law, Normal) and (isinstance(weight, exp) or weight == 1)):
            return None
        exponent = S.Zero if weight == 1 else multiplied_out(weight.args[0])
        if not exponent.is_polynomial(x) or degree(exponent, x) > 2:
            return None
        return self.law.tilted(exponent.coeff(x, 1), exponent.coeff(x, 2))[1]

    def _latex(self, printer) -> str:
        x, w = self.weight.args
        return rf"{printer._print(self.law)} \cdot [{printer._print(x[0])} \mapsto {printer._print(w)}]"

    @property
    def is_weighted(self) -> bool:
        """Whether the weight is seen to be nowhere below 0 where the draws are, if not by what `demands` asks of it."""
        x = Dummy("x", real=True, **{"nonnegative": True} if self.support[0].is_nonnegative else {})
        return bool(self.weight(x).is_nonnegative) or self._weights() is not None

    def _weights(self) -> list[Expr] | None:
        """Weights of which none may be below 0, for none to be: of all numbers that are drawn, or at the ends of a line."""
        if (values := self.law.values()) is not None:
            return [self.weight(v) for v, _ in values]
        x = Dummy("x", real=True)
        line = self.weight(x).is_polynomial(x) and degree(self.weight(x), x) <= 1
        return [self.weight(end) for end in self.support] if line and all(e.is_finite for e in self.support) else None

    @property
    def is_seen(self) -> bool:
        return super().is_seen and self.is_weighted

    near_zero = property(lambda self: self.law.near_zero)
    far_out = property(lambda self: self.law.far_out)
    grid = property(lambda self: self.law.grid)

    def diverges(self, power: Expr, absolute: int = 0) -> bool:
        """Near 0 as the law does, where the weight is positive, and does not jump; what it is far out is not known."""
        p = sympify(power) + absolute
        jumps = self.weight.expr.has(Piecewise, sign, Heaviside, floor, ceiling)
        if p.is_nonnegative or jumps or not self.weight(S.Zero).is_positive:
            return False
        return self.law.diverges(p)

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        if self.bell is None or self.bell.variance.is_nonpositive:
            return super().moment(power, logs, absolute)
        return self.bell.moment(power, logs, absolute)[0], 1 / self.bell.variance

    def demands(self) -> list[tuple[Expr, bool, str]]:
        negative = f"{self} has a weight that is negative where something is drawn"
        own = [(w, False, negative) for w in self._weights() or ()]
        if own:
            own.append((Add(*(w for w, *_ in own)), True, f"{self} has a weight that is 0 wherever something is drawn"))
        if self.bell is not None:
            own.append((1 / self.bell.variance, True, f"{self} has a weight that grows too fast: it makes no law"))
        return [*own, *self.law.demands()]

    def numbers(self) -> tuple[Expr, ...]:
        return self.law.numbers()

    def refuses(self) -> str | None:
        """With a weight in numbers that is negative at one of the places that are looked at, too."""
        if (problem := super().refuses()) is not None or self.free_symbols or not self.is_continuous:
            return problem
        low, high = self.support
        looked_at = (self.law.center + Rational(k, 4) * self.law.scale for k in range(-20, 21))
        below = (x for x in looked_at if low <= x <= high and self.weight(x).is_negative)
        return next((f"{self} has a negative weight at {x}" for x in below), None)
