"""More and more candidates: after a number of rounds a tournament's law tends to that of infinitely many, in total variation.

A round of K candidates multiplies the density by the mean of K f/(f + S), S the weight of the others. As K grows S/K tends to
the mean weight, by the law of large numbers, and the weights are between two numbers above 0: so the factor tends to f/E f,
uniformly in the laws before the round, and a tilt is continuous in the law. Hence means of functions of the weight, which are
bounded, tend to theirs (Ferbach et al. 2407.09499 have the first round, as commonly quoted).
"""

from __future__ import annotations

from sympy import Dummy, Expr, log, oo

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.loops import Observable
from ...language.moments import E, Limit, Moment, outermost
from ..structures import is_tournament
from .assumptions import Assumptions
from .ends import put


def limit(known: Assumptions, m: Limit) -> tuple[Expr, str]:
    """(What a function of such means tends to, in means of infinitely many candidates, and why), or `CannotTell` is raised."""
    x = known.standard(m.variable)
    ends = {e: _tilted(e, m.bound) for e in outermost(x) if e.has(m.bound)}
    if not ends:
        raise CannotTell("no means under more and more candidates")
    return _put(known, x, ends, m.bound), "a round of more and more candidates tends to one of infinitely many"


def _put(known: Assumptions, x: Expr, ends: dict[Moment, Expr], bound: Expr) -> Expr:
    """x at the ends, in which means are numbers; so are those that no candidates change."""
    kept = {e: Dummy("m", positive=True) if e.variable.is_positive else Dummy("m", real=True) for e in ends.values()}
    others = {e: Dummy("m", real=True) for e in outermost(x) if e not in ends}
    found = put(known, x.xreplace(others), {e: kept[y] for e, y in ends.items()}, bound)
    return found.xreplace({d: e for e, d in [*kept.items(), *others.items()]})


def _tilted(e: Moment, bound: Expr) -> Expr:
    """A mean with infinitely many candidates in place of more and more."""
    seen = e.atoms(Observable)
    loops = {o.loop for o in seen}
    if not isinstance(e, E) or len(loops) != 1 or not isinstance(loop := loops.pop(), FiniteLoop):
        raise CannotTell(f"{e} is no mean of one loop")
    if (told := loop.candidates) is None or told[0] != bound or told[1].has(bound) or any(o.t.has(bound) for o in seen):
        raise CannotTell(f"{e} is not of more and more candidates")
    is_tournament(loop, told[1])
    if not {o.name for o in seen} <= {"weight", "reward"} or loop.any_law is None:
        raise CannotTell(f"{e} is no mean of a function of weights")
    named = {o: Dummy("w", positive=True) for o in seen}
    g = e.variable.xreplace({o: w if o.name == "weight" else log(w) for o, w in named.items()})
    if g.has(bound) or not g.subs(dict.fromkeys(named.values(), 1)).is_finite:
        raise CannotTell(f"{e.variable} is not seen to be bounded")
    return e.xreplace({loop: loop.xreplace({bound: oo})})


__all__ = ["limit"]
