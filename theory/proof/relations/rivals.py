"""A round of curation seen from one candidate: the other K - 1 are averaged over by Jensen's inequality, K a number or a symbol.

The pick is atom i with probability p_i E[K w_i/(w_i + R)], R the weight of K - 1 independent draws, each of mean m; that is at
least p_i K w_i/(w_i + (K - 1) m). So a gap that increases in the masses after the round is at least what it is with these.

Seen from a pair of candidates the mean weight of the pick is m + (K - 1)/2 E[(w_1 - w_2)^2/(w_1 + w_2 + R)], R now of K - 2
others. So a gap that speaks of that mean alone, and increases in it, is at least what it is with (K - 2) m for R.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from sympy import Add, Dummy, Expr, Poly, S, Symbol, cancel, fraction, together
from sympy.polys.polyerrors import PolynomialError

from ...language.errors import CannotTell
from ...language.laws import AnyLaw
from ...language.lengths import operations
from ...language.loops import FiniteLoop, Observable
from .learned import Learned
from .masses import spelled

MOST_OPERATIONS = 300  # of what is brought over one denominator


def averaged(known: Learned, loop: FiniteLoop, K: Expr, lam: Expr, gap: Expr, first: Expr) -> str:
    """Why a gap between the generations `first` and `first + 1` of a tournament is never negative, or `CannotTell` is raised."""
    x = spelled(gap)
    now, chart = _masses(loop, first)
    later = [Dummy(f"Q{i}", positive=True) for i in range(len(now))]
    at = {
        o: (now if o.t == first else later)[loop.state.index(o.name)]
        for o in x.atoms(Observable)
        if o.loop == loop and o.name in loop.state
    }
    n, d = fraction(together(x.xreplace(at)))
    if n.has(Observable):
        raise CannotTell("not of the masses before and after a round")
    whole = Add(*(scaled := [Dummy(f"q{i}", positive=True) for i in range(len(now))]))
    shares = {q: s / whole for q, s in zip(later, scaled, strict=True)}

    def holds(y: Expr, strict: bool) -> bool:
        y = known.charted(y.xreplace(shares).xreplace(chart))
        if operations(y) > MOST_OPERATIONS or known.is_negative_somewhere(known.real(y)):
            return False
        return known.implies(cancel(together(y)), strict)

    try:
        p = Poly(n, *later)
    except PolynomialError as problem:
        raise CannotTell("it is no polynomial in the masses after the round") from problem
    rises = all(sum(powers) == 0 or holds(c, False) for powers, c in p.terms())
    if p.total_degree() > 1 or not rises or not holds(d, True):
        raise CannotTell("it is not seen to increase in each of the masses after the round")
    weights = loop.tables["weight"]
    mean, real = Add(*(q * w for q, w in zip(now, weights, strict=True))), 1 / (1 + lam)
    least = [q * (real + (1 - real) * K * w / (w + (K - 1) * mean)) for q, w in zip(now, weights, strict=True)]
    if holds(n.xreplace(dict(zip(later, least, strict=True))), False):
        return f"for every law on these atoms: with the masses that a round of {K} candidates leaves at least (Jensen)"
    slopes = [p.coeff_monomial(q) for q in later]
    if any(
        (a * w - b * v).expand() != 0
        for a, v in zip(slopes, weights, strict=True)
        for b, w in zip(slopes, weights, strict=True)
    ):
        raise CannotTell("not seen with the masses that the round leaves at least")
    pairs = Add(
        *(
            p * q * (v - w) ** 2 / (v + w + (K - 2) * mean)
            for (p, v), (q, w) in combinations(zip(now, weights, strict=True), 2)
        )
    )
    gained = mean + (1 - real) * (K - 1) * pairs
    if holds(p.coeff_monomial(1) + slopes[0] / weights[0] * gained, False):
        return f"for every law on these atoms: with what a round of {K} candidates adds to the mean weight at least (Jensen)"
    raise CannotTell("not seen with what the round adds to the mean weight at least")


def of_any_law(known: Learned, law: AnyLaw, K: Expr, lam: Expr, gap: Expr, names: Mapping[tuple, Symbol]) -> str:
    """Why a gap is never negative, of whatever law: in what a round adds to the mean weight at least, or to the best value.

    names: (whether it is of the later generation, the power of the weight or the level that it reaches) of the gap's symbols.
    """
    f, real = law.largest, 1 / (1 + lam)
    later = {kind: s for (after, kind), s in names.items() if after}
    now = {kind: s for (after, kind), s in names.items() if not after}
    a, b = Dummy("a", positive=True), Dummy("b", nonnegative=True)
    if set(later) == {1} and set(now) <= {1, 2}:  # means of the weight and of its square, before the round
        mean = f * a / (1 + a)
        square = mean**2 + mean * (f - mean) * b / (1 + b)
        least = mean + (1 - real) * (K - 1) * (square - mean**2) / (2 * f + (K - 2) * mean)
        chart, told = {1: mean, 2: square}, f"what a round of {K} candidates adds to the mean weight at least (Jensen)"
    elif set(later) == {f} and set(now) <= {f}:
        share = a / (1 + a)
        mean = share * f + (1 - share) * law.second / (1 + b)
        least = share * (real + (1 - real) * K * f / (f + (K - 1) * mean))
        chart, told = {f: share}, f"the mass that a round of {K} candidates leaves the largest value at least (Jensen)"
    else:
        raise CannotTell("it speaks of more than a mean weight, or the largest value's mass, after the round")
    (after,) = later.values()
    n, d = fraction(together(gap.xreplace({s: chart[kind] for kind, s in now.items()})))
    charted = [known.charted(y) for y in (n.diff(after), n.xreplace({after: least}), d.xreplace({after: least}))]
    rises, kept, divisor = (cancel(together(known.real(y))) for y in charted)
    linear = not n.diff(after).has(after)
    if linear and known.implies(rises, False) and known.implies(kept, False) and known.implies(divisor, True):
        if d.has(after) and not known.implies(cancel(together(known.real(known.charted(d.diff(after))))), False):
            raise CannotTell("its divisor is not seen to be positive")
        return f"for every law, on any atoms: with {told}"
    raise CannotTell(f"not seen with {told}")


def _masses(loop: FiniteLoop, first: Expr) -> tuple[list[Expr], dict[Expr, Expr]]:
    """The masses before the round, and their chart: at the start they are the claim's."""
    if first == S.Zero:
        return list(loop.start.masses), {}
    masses = [Dummy(f"P{i}", positive=True) for i in range(len(loop.state))]
    free = [Dummy(f"p{i}", positive=True) for i in range(len(loop.state))]
    return list(masses), {m: x / Add(*free) for m, x in zip(masses, free, strict=True)}
