"""Limits of curation without real data: in the end every draw is one of the best, of which none is preferred to another.

A round of K candidates adds at least (K - 1)/K Var f/f* to the mean weight, which is at most the best one f*, and no level is
reached less than before. So the variances tend to 0, and the mean to f*, or it would stay below a level x < f* that a draw
exceeds with a probability that never falls: the weight tends to f* in probability. Atoms of one weight keep their ratio.
Of infinitely many candidates the growth is Var f/E f.
"""

from __future__ import annotations

from sympy import Add, Dummy, Expr, Poly, PolynomialError, S, log

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.loops import Loop, Observable
from ...language.moments import E, Moment, Prob, outermost
from ...language.signs import Inequality
from ..structures.picks import is_tournament
from .assumptions import Assumptions


def is_selected(known: Assumptions, loop: Loop) -> bool:
    """Whether a loop is curation without real data, of 2 candidates or more."""
    if not isinstance(loop, FiniteLoop) or (told := loop.candidates) is None:
        return False
    K, lam = told
    if lam is not S.Infinity or not (K is S.Infinity or known.implies(known.charted(K - 2), strict=False)):
        return False
    is_tournament(loop, lam)
    return True


def mass(known: Assumptions, loop: FiniteLoop, name: str) -> Expr:
    """What the probability of an atom tends to. Raises `CannotTell` where it is not seen which atoms are the best."""
    weights = loop.tables["weight"]
    atoms = [i for i, p in enumerate(loop.start.masses) if not p.is_zero]
    if not all(known.implies(known.charted(loop.start.masses[i]), strict=True) for i in atoms):
        raise CannotTell("an atom may have no mass")
    for i in atoms:
        as_good = [j for j in atoms if (weights[i] - weights[j]).expand() == 0]
        others = (weights[i] - weights[j] for j in atoms if j not in as_good)
        if all(known.implies(known.charted(gap), strict=True) for gap in others):
            place, whole = loop.state.index(name), Add(*(loop.start.masses[j] for j in as_good))
            return loop.start.masses[place] / whole if place in as_good else S.Zero
    raise CannotTell("it is not seen which atoms are the best")


def of_any_law(known: Assumptions, x: Expr, t: Expr) -> Expr:
    """What a polynomial in means tends to, of loops whose laws are any. Raises `CannotTell` for another function, for a level but
    the best weight, and for other loops."""
    names: dict[Expr, Dummy] = {m: Dummy("m", real=True) for m in outermost(x)}
    f = x.xreplace(names)
    if f.has(Observable, Moment, t) or not f.is_polynomial(*names.values()):
        raise CannotTell("no polynomial in means")
    return f.xreplace({name: _mean(known, m, t) for m, name in names.items()})


def _mean(known: Assumptions, m: Moment, t: Expr) -> Expr:
    seen = m.atoms(Observable)
    if len(seen) != 1:
        raise CannotTell(f"{m} is of more than one draw")
    (o,) = seen
    if (o.t - t).has(t) or not is_selected(known, o.loop) or (law := o.loop.any_law) is None:
        raise CannotTell("of any law limits of curation without real data are known")
    r = m.variable
    if isinstance(m, Prob) and m.given is None and isinstance(r, Inequality) and o.name == "weight":
        if not law.has_best:
            raise CannotTell(f"{m}: whether the best weight has a probability is not known")
        strict = r.rel_op in ("<", ">")
        if (r.gts, r.lts) == (o, law.largest):
            return S.Zero if strict else S.One
        if (r.gts, r.lts) == (law.largest, o):
            return S.One if not strict else S.Zero
        raise CannotTell(f"{m} is of another level than the best weight")
    if m != E(r) or o.name not in ("weight", "reward"):
        raise CannotTell(f"{m} is no mean of a function of the weight")
    w, level = Dummy("w", positive=True), Dummy("log w", real=True)
    g = r.xreplace({o: {"weight": w, "reward": log(w)}[o.name]}).expand().xreplace({log(w): level})
    try:
        Poly(g, w, 1 / w, level)
    except PolynomialError:
        raise CannotTell(f"{r} is no polynomial in the weight, its inverse and its logarithm") from None
    return g.xreplace({w: law.largest, level: log(law.largest)})


__all__ = ["is_selected", "mass", "of_any_law"]
