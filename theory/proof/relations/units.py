"""Probabilities of what is large, by Markov: P(Y >= c) <= E Y/c where Y is never negative and c is positive.

Of what is counted in units g that something is left is the event that it is g at least; that of two something is left, the event
that their product is. And of a normal Y that it is within c of 0: its density is at most 1/sqrt(2 pi Var Y).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from sympy import Abs, Dummy, Expr, Ge, Gt, Le, Lt, Min, Mul, Ne, S, pi, sqrt
from sympy.core.relational import Relational

from ...language.errors import CannotTell
from ...language.loops import Observable, positive_of
from ...language.moments import E, Moment, PathMax, Prob, Var, outermost
from ...language.signs import is_nonnegative
from .. import structures
from ..structures import normality
from .learned import Learned

Prove = Callable[[Learned, str, Expr, Expr], None]  # raises `CannotTell`


def by_the_mean(known: Learned, op: str, a: Expr, b: Expr, prove: Prove) -> bool:
    """Prove a op b, where the smaller side is a probability that is at most a mean, with that mean in its place."""
    small, large = (a, b) if op in ("<=", "<") else (b, a)
    for mean, why in _means(known, small) if op != "==" else ():
        with known.proof.attempt():
            known.proof.steps.append(why)
            prove(known, "<" if op in ("<", ">") else "<=", mean, large)
            return True
    return False


def _means(known: Learned, x: Expr) -> Iterator[tuple[Expr, str]]:
    """Means that a side is at most, where it is a probability, and why they are."""
    small = known.standard(x)
    asked = [m for m in outermost(small) if isinstance(m, Prob)]
    if len(asked) != 1 or small not in (asked[0], 1 - asked[0]):
        return
    (m,) = asked
    if small != m:
        if not isinstance(m.variable, Relational):
            return
        m = Prob(m.variable.negated)
    for bound in (_of_units, _of_size, _of_square, _of_density):
        with suppress(CannotTell):
            mean, why = bound(known, m.variable)
            yield mean, f"{m} <= {mean}, {why}"


def _of_units(known: Learned, event: Expr) -> tuple[Expr, str]:
    """P(X > 0) <= E X/g, X being 0, g, 2g, ...; and so of several such that are all above 0."""
    # it is at least 0, see below
    x = event.xreplace({f: f.args[0] for f in event.atoms(Abs) if isinstance(f.args[0], Observable)})
    if isinstance(x, Gt | Lt) and isinstance(x.gts, Observable | Min) and x.lts == 0:
        left = x.gts.args if isinstance(x.gts, Min) else (x.gts,)
    elif isinstance(x, Ne) and S.Zero in x.args:
        left = [y for y in x.args if y != 0]
    else:
        raise CannotTell("it is not about whether something is left")
    units = [_unit(known, o) for o in left]
    told = " and ".join(f"{o} is a whole multiple of {unit}" for o, unit in zip(left, units, strict=True))
    return E(Mul(*left)) / Mul(*units), f"as {told}, and at least 0 (Markov)"


def _of_size(known: Learned, event: Expr) -> tuple[Expr, str]:
    """P(Y >= c) <= E Y/c."""
    y, c = _large(known, event)
    names = {o: Dummy("y", nonnegative=True) for o in y.atoms(Observable) if _is_never_negative(known, o)}
    if not is_nonnegative(y.xreplace(names)):
        raise CannotTell(f"{y} is not seen to be at least 0")
    return E(y) / c, f"as {y} is at least 0 (Markov)"


def _of_square(known: Learned, event: Expr) -> tuple[Expr, str]:
    """P(|Y| >= c) <= E Y^2/c^2, and so for Y itself."""
    y, c = _large(known, event)
    y = y.args[0] if isinstance(y, Abs) else y
    return E(y**2) / c**2, f"as {y**2} is at least 0 (Markov)"


def _of_density(known: Learned, event: Expr) -> tuple[Expr, str]:
    """P(|Y| < c) <= 2 c/sqrt(2 pi Var Y) for a normal Y."""
    if not isinstance(event, Ge | Gt | Le | Lt) or not isinstance(event.lts, Abs) or event.gts.has(Observable, Moment):
        raise CannotTell("it is not about what is near to 0")
    (y,), c = event.lts.args, event.gts
    if not (seen := normality.normal(y)) or normality.slopes(y, seen) is None:
        raise CannotTell(f"{y} is not seen to be normal")
    if not known.implies(known.charted(c), strict=False):
        raise CannotTell(f"{c} is not seen to be at least 0")
    return c * sqrt(2 / (pi * Var(y))), f"as the density of {y}, which is normal, is at most 1/sqrt(2*pi*Var({y}))"


def _large(known: Learned, event: Expr) -> tuple[Expr, Expr]:
    """Y and c > 0 of the event that Y is c at least, or more."""
    if not isinstance(event, Ge | Gt | Le | Lt):
        raise CannotTell("it is not about what is large")
    y, c = event.gts, event.lts
    if c.has(Observable, Moment) or y.has(Moment, PathMax) or not y.has(Observable):
        raise CannotTell("it is not about what is larger than a number")
    if not known.implies(known.charted(c), strict=True):
        raise CannotTell(f"{c} is not seen to be positive")
    return y, c


def _is_never_negative(known: Learned, o: Observable) -> bool:
    if o.name in positive_of(o.loop):
        return True
    try:
        return bool(_unit(known, o))
    except CannotTell:
        return False


def _unit(known: Learned, o: Expr) -> Expr:
    """g where a coordinate is 0, g, 2g, ..."""
    if not isinstance(o, Observable) or o.name not in o.loop.state or o.index:
        raise CannotTell("it is not about a coordinate")
    anew = structures.unit_anew(o)
    unit, conditions = structures.unit(o.loop, o.name) if anew is None else (anew, structures.conditions(o.loop))
    if not all(known.implies(c, strict=True) for c in conditions):
        raise CannotTell(f"{o} is a count under conditions only")
    return unit
