"""A round of curation seen from one candidate: the other K - 1 are averaged over by Jensen's inequality, K a number or a symbol.

The pick is atom i with probability p_i E[K w_i/(w_i + R)], R the weight of K - 1 independent draws, each of mean m; that is at
least p_i K w_i/(w_i + (K - 1) m). So a gap that increases in the masses after the round is at least what it is with these.

Seen from a pair of candidates the mean weight of the pick is m + (K - 1)/2 E[(w_1 - w_2)^2/(w_1 + w_2 + R)], R now of K - 2
others. So a gap that speaks of that mean alone, and increases in it, is at least what it is with (K - 2) m for R.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from sympy import Add, Dummy, Expr, Poly, S, Symbol, cancel, fraction, together
from sympy.polys.polyerrors import PolynomialError

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.functions import linear
from ...language.laws import AnyLaw
from ...language.lengths import operations
from ...language.loops import Observable
from .learned import Learned
from .masses import spelled

MOST_PAIRED = 6  # masses that are looked at in pairs
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

    def holds(y: Expr, strict: bool = False) -> bool:
        y = known.charted(y.xreplace(shares).xreplace(chart))
        if operations(y) > MOST_OPERATIONS or known.is_negative_somewhere(known.real(y)):
            return False
        return known.implies(cancel(together(y)), strict)

    try:
        p = Poly(n, *later)
    except PolynomialError as problem:
        raise CannotTell("it is no polynomial in the masses after the round") from problem
    weights = loop.tables["weight"]
    if lam is S.Infinity and _of_pairs(known, p, now, weights, holds, d):
        return f"for every law on these atoms: a round of {K} candidates multiplies odds by between 1 and the weights' ratio"
    if p.total_degree() > 1 or not holds(d, True) or (p := _rising(p, holds)) is None:
        raise CannotTell("it is not seen to increase in each of the masses after the round")
    mean, real = Add(*(q * w for q, w in zip(now, weights, strict=True))), 1 / (1 + lam)
    least = [q * (real + (1 - real) * K * w / (w + (K - 1) * mean)) for q, w in zip(now, weights, strict=True)]
    if holds(p.as_expr().xreplace(dict(zip(later, least, strict=True))), False):
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


def _rising(p: Poly, holds: Callable[..., bool]) -> Poly | None:
    """The same linear form of masses, whose sum is 1, such that it increases in each of them; None where that is not seen."""
    slopes = [p.coeff_monomial(q) for q in p.gens]
    for least in (S.Zero, *dict.fromkeys(slopes)):
        if all(holds(c - least) for c in slopes):
            return p + Poly(least * (1 - Add(*p.gens)), *p.gens)
    return None


def _of_pairs(
    known: Learned, p: Poly, now: Sequence[Expr], weights: Sequence[Expr], holds: Callable[..., bool], divisor: Expr
) -> bool:
    """Whether it is seen from pairs of masses after the round: the better one has gained more, by less than its weight has.

    Of more than two masses each that counts negatively is beside another one that does not.
    """
    if not (p.is_homogeneous and p.total_degree() == 1 and 2 <= len(p.terms()) <= MOST_PAIRED):
        return False

    def pair(one: tuple[int, Expr], other: tuple[int, Expr]) -> bool:
        for (i, a), (j, b) in permutations((one, other)):
            better = weights[i] / weights[j]
            if known.implies(known.charted(better - 1), strict=False):
                e = Dummy("e", nonnegative=True)
                return holds(a * now[i] / now[j] * (1 + (better - 1) * e / (1 + e)) + b)
        return False

    terms = [(powers.index(1), c) for powers, c in p.terms()]
    if len(terms) == 2:
        return pair(*terms) and holds(divisor, True)
    above = [term for term in terms if holds(term[1])]
    below = [term for term in terms if term not in above]
    beside = {(x, y): pair(x, y) for x in above for y in below}
    matched = (
        all(beside[pair] for pair in zip(chosen, below, strict=True)) for chosen in permutations(above, len(below))
    )
    return any(matched) and holds(divisor, True)


def of_any_law(known: Learned, law: AnyLaw, K: Expr, lam: Expr, gap: Expr, names: Mapping[tuple, Symbol]) -> str:
    """Why a gap is never negative, of whatever law: one number after the round is between two bounds, by others before it.

    names: (whether it is of the later generation, the power of the weight or the level that it reaches) of the gap's symbols.
    """
    real = 1 / (1 + lam)
    later = {kind: s for (after, kind), s in names.items() if after}
    now = {kind: s for (after, kind), s in names.items() if not after and s in gap.free_symbols}
    if not later and now and set(now) <= {1, 2}:
        spread = _spread(law.largest)
        if known.implies(
            cancel(together(known.real(known.charted(gap.xreplace({now[k]: spread[k] for k in now}))))), False
        ):
            return "for every law, on any atoms, of that largest value"
    if len(later) != 1:
        raise CannotTell("it speaks of more than one number after the round")
    ((kind, after),) = later.items()
    if kind == 1 and set(now) <= {1, 2}:
        cases, said = [_mean_after(law.largest, K, real)], "adds to the mean weight"
    elif law.has_best and kind == (law.largest, False) and set(now) <= {kind}:
        cases, said = [_best_after(law, K, real)], "leaves of the largest value"
    elif not isinstance(kind, int) and set(now) <= {kind, 1}:
        cases, said = _level_after(law, kind, K, real), "leaves of what reaches the level"
    else:
        raise CannotTell("it speaks of more than a mean weight, or what reaches one level, after the round")
    n, d = fraction(together(gap))
    if (found := linear(n, after)) is None or not d.is_polynomial(after):
        raise CannotTell("it is no quotient of polynomials in what the round leaves")
    rises, _ = found
    for case in cases:
        at = {s: case.now[kind] for kind, s in now.items()}

        def holds(y: Expr, strict: bool = False, at: Mapping[Symbol, Expr] = at) -> bool:
            return known.implies(cancel(together(known.real(known.charted(y.xreplace(at))))), strict)

        up = holds(rises)
        end = case.least if up else case.most
        if end is None or not (up or holds(-rises)):
            raise CannotTell(f"not seen with what a round of {K} candidates {said}")
        if d.has(after) and not holds(d.diff(after) if up else -d.diff(after)):
            raise CannotTell("its divisor is not seen to be positive")
        if not (holds(n.xreplace({after: end})) and holds(d.xreplace({after: end}), True)):
            raise CannotTell(f"not seen with what a round of {K} candidates {said}")
    return f"for every law, on any atoms: with what a round of {K} candidates {said}"


@dataclass(frozen=True)
class _After:
    """What one number is after a round, at least and, if that is told, at most; by what others are before it, in free symbols."""

    now: Mapping[int | tuple[Expr, bool], Expr]
    least: Expr
    most: Expr | None = None


def _mean_after(f: Expr, K: Expr, real: Expr) -> _After:
    """The mean weight, by that of the weight and of its square: two candidates differ, and the others are average (Jensen).

    At most it is what infinitely many candidates leave: K/(f + S) falls as f grows, so that heavy draws gain less than there.
    """
    spread = _spread(f)
    mean, square = spread[1], spread[2]
    gained = (K - 1) * (square - mean**2) / (2 * f + (K - 2) * mean)
    return _After(spread, mean + (1 - real) * gained, real * mean + (1 - real) * square / mean)


def _spread(f: Expr) -> dict[int | tuple[Expr, bool], Expr]:
    """Mean and mean square of a weight of at most f: the variance is at most that of a weight that is 0 or f."""
    a, b = Dummy("a", positive=True), Dummy("b", nonnegative=True)
    mean = f * a / (1 + a)
    return {1: mean, 2: mean**2 + mean * (f - mean) * b / (1 + b)}


def _best_after(law: AnyLaw, K: Expr, real: Expr) -> _After:
    """The probability of the largest value: the others are average, and weigh no more than the second one (Jensen)."""
    a, b = Dummy("a", positive=True), Dummy("b", nonnegative=True)
    f, share = law.largest, a / (1 + a)
    mean = share * f + (1 - share) * law.second / (1 + b)
    return _After(
        {(f, False): share}, share * (real + (1 - real) * K * f / (f + (K - 1) * mean)), share * _grown(law, K, real)
    )


def _level_after(law: AnyLaw, kind: tuple[Expr, bool], K: Expr, real: Expr) -> list[_After]:
    """The probability to reach a level, by that and the mean weight before: what does weighs x or more, the others are average.

    And at most as if all that does were the best, and all others the least. Some do not reach it, or all do.
    """
    a, b, (x, _) = Dummy("a", nonnegative=True), Dummy("b", positive=True), kind
    cases = []
    for share, mean in ((a / (1 + a), x * a / (1 + a) + b), (S.One, x + b)):
        least = share * (real + (1 - real) * K * x / (x + (K - 1) * mean))
        cases.append(_After({kind: share, 1: mean}, least, share * _grown(law, K, real)))
    return cases


def _grown(law: AnyLaw, K: Expr, real: Expr) -> Expr:
    """The most by which a round multiplies a probability."""
    f = law.largest
    return real + (1 - real) * K * f / (f + (K - 1) * law.least)


def _masses(loop: FiniteLoop, first: Expr) -> tuple[list[Expr], dict[Expr, Expr]]:
    """The masses before the round, and their chart: at the start they are the claim's."""
    if first == S.Zero:
        return list(loop.start.masses), {}
    masses = [Dummy(f"P{i}", positive=True) for i in range(len(loop.state))]
    free = [Dummy(f"p{i}", positive=True) for i in range(len(loop.state))]
    return list(masses), {m: x / Add(*free) for m, x in zip(masses, free, strict=True)}
