"""The reciprocal of a Poisson count and a number, as it is in the risk of shrunk means: E 1/(a + b K), a and b above 0.

E 1/(K + c) is exp(-m) times the integral of x^(c - 1) exp(m x) from 0 to 1, m being the mean: 1F1(1; c + 1; -m)/c. For c = 1
this is (1 - exp(-m))/m, and by parts (1 - (c - 1) J)/m follows from the form J of c - 1.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Expr, S, hyper

from ...language.errors import CannotTell
from ...language.laws import Noise, Poisson
from ...language.loops import Observable
from ...language.moments import E, Moment
from ..arithmetic.programs import to_ball
from ..symbols.batches import MOST_BY_PARTS, by_parts
from .method import Derivation, Method


def reciprocal(m: Moment) -> tuple[Expr, Expr, Expr] | None:
    """(factor, c, mean): of the moment as factor * E 1/(K + c); None where it is none."""
    draws = m.atoms(Noise)
    if not isinstance(m, E) or m.has(Observable) or len(draws) != 1:
        return None
    (k,) = draws
    factor, rest = m.variable.as_independent(k, as_Add=False)
    if not isinstance(k.law, Poisson) or not rest.is_Pow or rest.exp != -1:
        return None
    line = rest.base.expand()
    b = line.coeff(k, 1)
    a = (line - b * k).expand()
    if a.has(k) or not (a.is_positive and b.is_positive):
        return None
    return factor / b, a / b, k.law.mean


def _found(m: Moment) -> tuple[Expr, Expr, Expr]:
    if (found := reciprocal(m)) is None:
        raise CannotTell(f"{m} is no mean of the reciprocal of a Poisson count and a number")
    return found


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    factor, c, mean = _found(m)
    if not c.is_Integer or c > MOST_BY_PARTS:
        raise CannotTell(f"{m} has a closed form by parts where {c} is a whole number, up to {MOST_BY_PARTS}")
    return Derivation(
        factor * by_parts(mean, int(c)), [mean], steps=[f"{m}: an integral over powers of the mean, by parts"]
    )


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    factor, c, mean = _found(m)
    return to_ball(factor * hyper([S.One], [c + 1], -mean) / c)


def skip(m: Moment) -> str | None:
    return None if reciprocal(m) else "it is no mean of the reciprocal of a Poisson count and a number"


METHOD = Method("the mean of a reciprocal count", skip, derive, enclose)
