"""Bounds by Jensen's inequality, unasked: E log x <= log E x, and E |x| <= sqrt(E x^2).

Of the logarithm that is said only of a coordinate that each step multiplies by a number above 0 at least, so that it has a mean.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Abs, Dummy, Expr, Poly, PolynomialError, log, sqrt, sympify

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import CLOCK, Coordinate, Loop, Observable
from ...language.moments import E, outermost
from ...language.order import in_order
from .. import structures
from ..symbols.stand_ins import polynomial_in
from .learned import Learned

Prove = Callable[[Learned, str, Expr, Expr], None]  # raises `CannotTell`


def by_jensen(known: Learned, op: str, a: Expr, b: Expr, prove: Prove) -> bool:
    """Prove a op b with the bounds of means of logarithms and sizes in the place of these."""
    if op == "==":
        return False
    small, large = (a, b) if op in ("<=", "<") else (b, a)
    put = {}
    for m in in_order(set(outermost(small))):
        bound = _bound(known, m) if isinstance(m, E) and m.given is None else None
        if bound is not None:
            put[m] = bound
    if not put or any(large.has(m) for m in put) or not rises(known, small, list(put)):
        return False
    with known.proof.attempt():
        known.proof.steps += [f"{m} <= {bound} (Jensen)" for m, bound in put.items()]
        prove(known, "<" if op in ("<", ">") else "<=", small.xreplace(put), large)
        return True
    return False


def _bound(known: Learned, m: E) -> Expr | None:
    x = m.variable
    if isinstance(x, Abs) and not x.has(log):
        return sqrt(E(x.args[0] ** 2))
    if not isinstance(x, log) or not isinstance(x.args[0], Observable):
        return None
    o = x.args[0]
    return log(E(o)) if not o.index and _has_logarithm(known, known.discrete(o.loop), o.name) else None


def rises(known: Learned, small: Expr, means: list[Expr]) -> bool:
    """Whether a side is linear in means, with coefficients that are not negative."""
    try:
        line = polynomial_in(small, means)
    except PolynomialError:
        return False
    slopes = [line.coeff_monomial(m) for m in line.gens]
    return line.total_degree() == 1 and all(known.implies(known.charted(c), strict=False) for c in slopes)


def _has_logarithm(known: Learned, loop: Loop, name: str) -> bool:
    """Whether each step multiplies a coordinate by what is a sum of a number above 0 and of what is never negative."""
    try:
        if name not in loop.state or structures.conditions(loop):
            return False
        now = loop.symbols()
        ratio = (sympify(loop.step(now)[name]) / now[name]).expand()
        draws = in_order(ratio.atoms(Noise))
        form = Poly(ratio.xreplace(names := {z: Dummy(str(z)) for z in draws}), *names.values()) if draws else None
    except (CannotTell, PolynomialError):
        return False
    start = sympify(loop.initial[name])
    if form is None or ratio.has(CLOCK, Coordinate) or start.has(Noise) or any(z.law.has(Noise) for z in draws):
        return False
    for powers, c in form.terms():
        signed = all(p % 2 == 0 or z.is_nonnegative for p, z in zip(powers, draws, strict=True))
        if not signed or not known.implies(known.charted(c), strict=not any(powers)):
            return False
    return any(not any(powers) for powers in form.monoms()) and known.implies(known.charted(start), strict=True)
