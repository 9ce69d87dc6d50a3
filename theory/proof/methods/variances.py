"""Variances and other central moments, from the means that they are made of."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Dummy

from ...language.moments import CentralMoment, E, Moment
from ...language.order import in_order
from ..arithmetic.programs import compile_expr
from ..arithmetic.rings import Balls
from ..symbols.linear import raw_moments
from .method import Derivation, Method


def derive(m: CentralMoment, learn: Callable[[Moment], Derivation]) -> Derivation:
    x = raw_moments(m)
    parts = {e: learn(e) for e in sorted(x.atoms(E), key=str)}
    return Derivation.joined(x.xreplace({e: d.form for e, d in parts.items()}), *parts.values())


def enclose(m: CentralMoment, learn: Callable[[Moment], arb]) -> arb:
    x = raw_moments(m)
    names = {e: Dummy("e") for e in in_order(x.atoms(E))}
    return compile_expr(x.xreplace(names), tuple(names.values()))(Balls, *map(learn, names))


def skip(m: Moment) -> str | None:
    return None if isinstance(m, CentralMoment) else "it is no variance"


METHOD = Method("from the means", skip, derive, enclose, paths=True)
