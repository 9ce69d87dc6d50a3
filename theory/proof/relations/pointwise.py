"""Means of draws by what bounds a function of these, whatever is drawn: x tanh(k x) < k x^2, so that E x tanh(k x) < k E x^2.

An odd function that lies below its tangent at 0 from there on, and above it before, is taken by it beside a multiple of what it
is of: there both have one sign.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Dummy, Expr, Mul, cancel, expand

from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import E, outermost
from ...language.order import in_order
from .concave import rises
from .learned import Learned
from .tangents import FROM_0

Prove = Callable[[Learned, str, Expr, Expr], None]  # raises `CannotTell`


def by_tangents(known: Learned, op: str, a: Expr, b: Expr, prove: Prove) -> bool:
    """Prove a op b with what they are at most in the place of means of draws, on the smaller side."""
    if op == "==":
        return False
    small, large = (a, b) if op in ("<=", "<") else (b, a)
    means = [m for m in in_order(set(outermost(small))) if isinstance(m, E) and m.given is None]
    put = {m: bound for m in means if (bound := _bound(known, m)) is not None}
    if not put or any(large.has(m) for m in put) or not rises(known, small, list(put)):
        return False
    with known.proof.attempt():
        known.proof.steps += [f"{m} <= {bound}, by a tangent at 0" for m, bound in put.items()]
        slopes = {m: small.xreplace({m: (d := Dummy("m"))}).diff(d) for m in put}
        apart = (known.implies(known.charted(c), strict=True) and _is_below(known, m) for m, c in slopes.items())
        strict = op in ("<", ">") and not any(apart)
        prove(known, "<" if strict else "<=", small.xreplace(put), large)
        return True
    return False


def _bound(known: Learned, m: E) -> E | None:
    """The mean with the tangent in the place of the function; None of other means."""
    if m.has(Observable) or (parts := _parts(m)) is None:
        return None
    ratio, f = parts
    (w,) = f.args
    return E(ratio * FROM_0[type(f)] * w**2) if known.implies(known.charted(ratio), strict=False) else None


def _parts(m: E) -> tuple[Expr, Expr] | None:
    """(c, f) of the mean of c w f(w), c being no draw; None of other means."""
    factors = Mul.make_args(m.variable)
    bent = [f for f in factors if type(f) in FROM_0 and f.has(Noise)]
    if len(bent) != 1:
        return None
    (f,) = bent
    ratio = cancel(Mul(*(x for x in factors if x != f)) / f.args[0])
    return None if ratio.has(Noise) else (ratio, f)


def _is_below(known: Learned, m: E) -> bool:
    """Whether the tangent is almost surely not met: it is so at one value of a draw that has a density."""
    parts = _parts(m)
    if parts is None or not known.implies(known.charted(parts[0]), strict=True):
        return False
    (w,) = parts[1].args
    for z in in_order(w.atoms(Noise)):
        slope = expand(w).coeff(z, 1)
        line = not expand(w - slope * z).has(z) and not slope.has(Noise) and z.law.is_continuous
        asked = [slope**2, *z.law.asked_of_density()] if line else [-(slope**2)]
        if all(known.implies(known.charted(c), strict=True) for c in asked):
            return True
    return False
