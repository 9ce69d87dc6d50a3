"""What several topics share: filters of atoms, products of powers of Gaussians, shorthand."""

from __future__ import annotations

from sympy import Add, Expr, Rational, Symbol, cancel, erf, erfc, erfcinv, sqrt, sympify, together

from ..language.asked import Demanded
from ..language.fields import Between, Values
from ..language.finite_loops import FiniteLoop
from ..language.laws import Finite, Normal
from ..language.loops import Loop, Observable, coordinate

# ---- shorthand ------------------------------------------------------------------------------------------------------

half = Rational(1, 2)


def bell(x) -> Expr:
    """The standard normal density."""
    return Normal(0, 1).density(x)


def tail(x) -> Expr:
    """1 - Phi(x)."""
    return erfc(x / sqrt(2)) / 2


def upper_quantile(p) -> Expr:
    """Where 1 - Phi is p."""
    return sqrt(2) * erfcinv(2 * p)


def hazard(x) -> Expr:
    """phi(x)/(1 - Phi(x)), the mean of a standard normal draw above x."""
    return bell(x) / tail(x)


def remaining(z) -> Expr:
    """The variance of a standard normal draw above z: 1 + z h - h^2."""
    return 1 + z * hazard(z) - hazard(z) ** 2


def core(k) -> Expr:
    """The variance of a standard normal draw within k of 0."""
    return 1 - 2 * k * bell(k) / erf(k / sqrt(2))


def three(u, v, w) -> Finite:
    """The law with probabilities proportional to u, v, w."""
    return Finite(tuple(sympify(x) / (u + v + w) for x in (u, v, w)))


def coin(p) -> Finite:
    """0 or 1, the latter with probability p."""
    return Finite((1 - p, p))


# ---- filters of atoms -----------------------------------------------------------------------------------------------


class FilteredLoop(FiniteLoop):
    """The model becomes the law of the draws that are kept: atom number i is kept with probability keep[i].

    start: `Finite` law.  keep: a tuple, a `Lambda` or a Python function of the atom's number.
    Observables: mass(t, i, ...), the probability of atoms; model(t), a law.
    Refuses a filter that keeps nothing (`BadInput`).
    Source: textbook: a law conditioned on what is kept, again and again.
    """

    start: Finite
    keep: Values(Between(0, 1), of="start")

    def together(self) -> list[Demanded]:
        kept = Add(*(c * p for c, p in zip(self.keep, self.start.masses, strict=True)))
        return [(kept, True, f"keep = {self.keep}: nothing is kept of {self.start}")]

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        kept = {name: c * state[name] for name, c in zip(self.state, self.keep, strict=True)}
        return {name: x / Add(*kept.values()) for name, x in kept.items()}

    def law_at(self, t) -> Finite:
        """What is never kept has no mass after a fit."""
        gone = sympify(t).is_positive
        names = zip(self.state, self.keep, strict=True)
        return Finite(tuple(0 if gone and c == 0 else Observable(self, name, t) for name, c in names))


# ---- products of powers of Gaussians --------------------------------------------------------------------------------


def product_slope(x: Symbol, *parts: tuple[Expr, Normal]) -> Expr:
    """The slope of the logarithm of a product of powers of normal densities, parts (power, law): linear in x."""
    return Add(*(w * law.density(x).diff(x) / law.density(x) for w, law in parts))


def product_precision(*parts: tuple[Expr, Normal]) -> Expr:
    """The precision of the law with density proportional to a product of powers of normal densities: parts (power, law).

    Below 0, or 0, there is no such law.
    """
    x = Symbol("x", real=True)
    return cancel(together(-product_slope(x, *parts).diff(x)))


def product_mean(*parts: tuple[Expr, Normal]) -> Expr:
    """The mean of the law with density proportional to a product of powers of normal densities: parts (power, law).

    Divided by the precision: where that is 0, it is none.
    """
    x = Symbol("x", real=True)
    return product_slope(x, *parts).subs(x, 0) / product_precision(*parts)


class PrecisionLoop(Loop):
    """Base: Gaussians in the population, followed through their precision.  Observables: tau(t).

    Source: ours: what loops have in common whose models are products of powers of Gaussians.
    """

    tau = coordinate(r"\tau")

    def v(self, t) -> Expr:
        """The variance after t rounds."""
        return 1 / self.tau(t)
