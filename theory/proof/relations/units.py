"""That something is left, of what is counted: at most as probable as there are units on average (Markov)."""

from __future__ import annotations

from sympy import Abs, Expr, Gt, Lt, Ne, S

from ...language.errors import CannotTell
from ...language.loops import Observable
from ...language.moments import E, Prob, outermost
from .. import structures
from ..standard import standardise
from .learned import Learned


def at_most_the_mean(known: Learned, op: str, a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Sides of a <= b, a probability P(X > 0) of it replaced by the larger E X/g, X being 0, g, 2g, ... Raises `CannotTell`."""
    small = known.discrete(standardise(a if op in ("<=", "<") else b))
    asked = [m for m in outermost(small) if isinstance(m, Prob)]
    if op == "==" or len(asked) != 1 or small != asked[0]:
        raise CannotTell("no bound of a probability alone")
    (m,) = asked
    x = m.variable
    x = x.xreplace(
        {f: f.args[0] for f in x.atoms(Abs) if isinstance(f.args[0], Observable)}
    )  # it is at least 0, see below
    if isinstance(x, Gt | Lt) and isinstance(x.gts, Observable) and x.lts == 0:
        o = x.gts
    elif isinstance(x, Ne) and S.Zero in x.args:
        (o,) = (y for y in x.args if y != 0)
    else:
        raise CannotTell("it is not about whether something is left")
    if not isinstance(o, Observable) or o.name not in o.loop.state or o.index:
        raise CannotTell("it is not about a coordinate")
    unit, conditions = structures.unit(o.loop, o.name)
    if not all(known.implies(c, strict=True) for c in conditions):
        raise CannotTell(f"{o} is a count under conditions only")
    known.proof.steps.append(f"{m} <= E({o})/({unit}), as {o} is a whole multiple of {unit}, and at least 0 (Markov)")
    mean = E(o) / unit
    return (mean, b) if op in ("<=", "<") else (a, mean)
