"""A round of curation with K candidates, K a number or a symbol: relations decided from the candidates' weights alone.

Let w_1, ..., w_K be the weights of K independent draws, S_j the sum of their j-th powers. The pick has mean weight
E[S_2/S_1], a draw E[S_1/K], and a product of two means of draws is E[sum over i != j]/(K (K - 1)). So a gap that is linear in
means of the pick, and quadratic in means of draws, is the mean of one function of the power sums. Of two candidates the mean
square of the pick's weight, E[S_3/S_1], is one, too. Where that function is never
negative, whatever the weights are, the gap is not, for every law and every K.

A draw reaches a level with probability E[share of the candidates that do], a pick with E[share times their mean weight over
the mean weight of all]: those that do not have lower weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from sympy import Add, Dummy, Expr, Max, Min, Mul, Poly, S, Symbol, Tuple, cancel, log, together
from sympy.polys.polyerrors import PolynomialError

from ...language import functions
from ...language.errors import BadInput, CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import AnyLaw
from ...language.loops import Loop, Observable
from ...language.moments import CentralMoment, Cov, E, Limit, Moment, Prob, outermost
from ...language.order import in_order
from ...language.signs import Inequality
from ..signs import Certificate, positive, short
from ..structures.picks import alike, draw_of, is_tournament
from . import rivals
from .learned import Learned

Level = tuple[Expr, bool]  # a level to reach, or to exceed
Key = tuple[bool, int | Level]  # whether it is of the later generation, and the power of the weight, or the level


def of_every_law(known: Learned, op: str, a: Expr, b: Expr) -> bool:
    """Whether a relation of two generations is seen to hold whatever the candidates are; the proof then says so.

    Of a sum over several loops, such as an average over prompts, each loop's part is looked at alone.
    Raises `CannotTell` where K is a symbol and it is not: there is no other way.
    """
    loops = {o.loop for x in (a, b) for o in x.atoms(Observable)}
    if not any(isinstance(loop, FiniteLoop) and loop.candidates is not None for loop in loops):
        return False
    gap = (a - b if op in ("==", ">=", ">") else b - a).expand()
    if op in ("<=", ">=") and (said := _ordered(known, gap) or _of_more(known, gap)):
        known.proof.steps.append(said)
        return True
    if gap.has(Limit) or not {o.t for o in gap.atoms(Observable)} <= {
        S.Zero,
        S.One,
    }:  # the first law is told in numbers
        known_ones = (m for m in outermost(gap) if isinstance(m, Limit) or all(o.t == 0 for o in m.atoms(Observable)))
        at_first = set(known_ones)
        gap = gap.xreplace({m: known.derived(m) for m in at_first}).expand()
    seen = gap.atoms(Observable)
    loops = {o.loop for o in seen}
    if all(o.t == 0 for o in seen):
        return False
    if len(loops) > 1:
        parts = [_part(gap, loop) for loop in in_order(loops)]
        side = "==" if op == "==" else ">="
        return Add(*parts) == gap and op not in ("<", ">") and all(of_every_law(known, side, x, S.Zero) for x in parts)
    if len(loops) != 1 or not isinstance(loop := loops.pop(), FiniteLoop) or (told := loop.candidates) is None:
        return False
    try:
        said = _holds(known, loop, told, op, gap)
    except CannotTell:
        if told[0].is_number:
            return False
        raise
    known.proof.steps.append(said)
    return True


def _ordered(known: Learned, gap: Expr) -> str:
    """Why the mean of an increasing function of the weight has not fallen in a round, nor that of a falling one risen.

    Nothing where a gap is not of that kind.

    Of any two candidates the heavier one is picked more probably, and there the function is no less (Chebyshev).
    """
    means = [(m, o) for m in outermost(gap) for o in m.atoms(Observable)]
    rounds = (x for x in permutations(means, 2) if len(means) == 2 and x[1][1].t == x[0][1].t + 1)
    (now, before), (later, after) = next(rounds, 2 * [(S.Zero, None)])
    if after is None or not isinstance(loop := after.loop, FiniteLoop) or (told := loop.candidates) is None:
        return ""
    K, lam = told
    times, rises = gap.coeff(later), slope(later, after)
    earlier = after.func(loop, after.name, before.t, *after.args[3:])  # pyrefly: ignore[missing-attribute]
    same = isinstance(now, E) and now == later.xreplace({after: earlier})
    if not same or rises is None or (gap - times * (later - now)).expand() != 0:
        return ""
    if not (K is S.Infinity or known.implies(known.charted(K - 2), strict=False)):
        return ""
    is_tournament(loop, lam)
    _first(loop, gap, lam)
    if not known.implies(known.charted(times * rises), strict=False):
        return ""
    what = f"{later.args[0]} is monotone in the weight"
    return f"for every law, on any atoms: {what}, and of two candidates the heavier one is picked more probably"


def _of_more(known: Learned, gap: Expr) -> str:
    """Why the mean of an increasing function of the weight is no smaller for a pick among more candidates from the same law, nor
    that of a falling one larger, nor a level reached less. Nothing where a gap is not of that kind.

    Leave out one of K + 1 candidates, each as probably as the others. Of those that stay i is picked with the probability
    f_i/(K + 1) sum over j != i of 1/(S - f_j), S the sum of all weights: f_i/S times c - S/((K + 1) (S - f_i)), where c is the
    same for all i. That factor falls as f_i grows, so the pick without one is more often a light one (Chebyshev). Of infinitely
    many i is picked with probability ~ f_i; beside that K f_i/(f_i + S) grows less than f_i.
    """
    means = outermost(gap)
    if len(means) != 2 or not all(isinstance(m, E | Prob) and len(m.atoms(Observable)) == 1 for m in means):
        return ""
    (one, few), (other, many) = ((m, next(iter(m.atoms(Observable)))) for m in in_order(means))
    told = [o.loop.candidates if isinstance(o.loop, FiniteLoop) else None for o in (few, many)]
    if few.t != 1 or many.t != 1 or None in told or other != one.xreplace({few: many}):
        return ""
    if not alike(few.loop, many.loop, "K"):
        return ""
    (fewer, lam), (more, _) = told  # pyrefly: ignore[not-iterable]
    added = S.NegativeOne if fewer is S.Infinity else S.One if more is S.Infinity else more - fewer
    times = gap.coeff(other) * added
    if not added.is_integer or (gap - gap.coeff(other) * (other - one)).expand() != 0:
        return ""
    for loop in (few.loop, many.loop):
        is_tournament(loop, lam)
    rises = slope(other, many)
    if rises is None or not known.implies(known.charted(times * rises), strict=False):
        return ""
    return "for every law, on any atoms: left out one of the candidates, the others are picked less often, the more they weigh"


def slope(m: Moment, o: Observable) -> Expr | None:
    """By what a function of a draw's weight grows with it, of which m is the mean: its slope; 1 where it reaches a level, and -1
    where it stays below one. None where that is not seen."""
    w = Dummy("w", positive=True)
    try:
        draw_of(m)
    except BadInput:
        return None
    if isinstance(m, Prob):
        r = m.variable
        if not isinstance(r, Inequality) or o.name != "weight" or o not in r.args or all(x.has(o) for x in r.args):
            return None
        return S.One if r.gts == o else S.NegativeOne
    g = m.args[0].xreplace({o: {"weight": w, "reward": log(w)}.get(o.name, o)})
    if g.has(Observable) or m != E(m.args[0]):
        return None
    seen = lambda x, strict: bool(x.is_positive if strict else x.is_nonnegative)  # noqa: E731
    return functions.slope(g, w, seen, lambda x: bool(x.is_nonzero))


def _part(gap: Expr, loop: Loop) -> Expr:
    """The terms of a sum that speak of one loop, and of no other."""
    return Add(*(x for x in Add.make_args(gap) if {o.loop for o in x.atoms(Observable)} == {loop}))


def _holds(known: Learned, loop: FiniteLoop, told: tuple[Expr, Expr], op: str, gap: Expr) -> str:
    K, lam = told
    if op in ("<", ">") or K.is_finite is False or not known.implies(known.charted(K - 2), strict=False):
        raise CannotTell("of candidates only relations that are not strict are decided, and of 2 or more")
    is_tournament(loop, lam)
    first = _first(loop, gap, lam)
    try:
        return _mean(known, loop, told, op, gap, first)
    except CannotTell:
        if op == "==":
            raise
        if loop.any_law is None:
            return rivals.averaged(known, loop, K, lam, gap, first)
        names: dict[Key, Symbol] = {}
        x = _named(gap, first, names)
        if first == 0:
            x = _numbers(loop.any_law, names, x)
        return rivals.of_any_law(known, loop.any_law, K, lam, x, names)


def _numbers(law: AnyLaw, names: dict[Key, Symbol], x: Expr) -> Expr:
    """x with the first law's numbers by the means that they are."""

    def mean(kind: int | Level) -> Symbol:
        return names.setdefault((False, kind), Dummy("m", positive=True))

    told = {
        law.mean: lambda: mean(1),
        law.variance: lambda: mean(2) - mean(1) ** 2,
    }
    if law.has_best:
        told[law.top] = lambda: mean((law.largest, False))
    return x.xreplace({number: of() for number, of in told.items() if x.has(number)})


def _mean(known: Learned, loop: FiniteLoop, told: tuple[Expr, Expr], op: str, gap: Expr, first: Expr) -> str:
    """Why the function of the candidates of which a gap is the mean is never negative."""
    K, lam = told
    names: dict[Key, Symbol] = {}
    x = _named(gap, first, names)
    top, bottom = Dummy("top", positive=True), Dummy("bottom", positive=True)
    weights = loop.tables["weight"]
    law = loop.any_law
    if law is not None and first == 0:
        x = _numbers(law, names, x)
    largest = _largest(known, weights) if law is None else law.largest
    if largest.is_number:
        top = largest
    x = x.xreplace({a: end for a, end in ((largest, top), (Min(*weights), bottom)) if not a.is_number})
    spoken = Tuple(*weights, *loop.start.masses) if law is None else Tuple(law.mean, law.variance)
    if law is not None and law.has_best:
        spoken += Tuple(law.top, law.second)
    if x.free_symbols & (spoken.free_symbols - K.free_symbols - Tuple(lam).free_symbols):
        raise CannotTell("weights or masses are spoken of one by one")
    if levels := {kind for _, kind in names if not isinstance(kind, int)}:
        if len(levels) > 1:
            raise CannotTell("of candidates one level is looked at")
        h, charts = _of_those_above(x, names, lam)
    else:
        mean, square = Dummy("mean", positive=True), Dummy("square", positive=True)
        h, charts = _of_candidates(x, names, K, lam, mean, square), _charts(mean, square, top, bottom, K)
    for chart in charts:
        told = cancel(together(h.xreplace(chart))).xreplace(known.charts)
        if told == 0 or (op != "==" and positive(told, Certificate(), strict=False)):
            return f"for every law, on any atoms, whatever the {K} candidates are: {short(together(h))}"
    raise CannotTell(f"not seen of every choice of {K} candidates")


def _largest(known: Learned, weights: Tuple) -> Expr:
    """The largest of the weights, as a relation may write it: a symbol or a number that is seen to be, or `Max(...)`."""
    above_all = (
        w
        for w in weights
        if (w.is_Symbol or w.is_number)
        and all(known.implies(known.charted(w - v), strict=False) for v in weights if v != w)
    )
    return next(above_all, Max(*weights))


def _charts(mean: Symbol, square: Symbol, top: Expr, bottom: Symbol, K: Expr) -> Iterator[dict[Symbol, Expr]]:
    """The weights' mean between their ends, the spread of their squares from 0, and at most what two values have, or one alone.

    Where the upper end is a number the lower one is 0.
    """
    below, above, spread = (
        Dummy("below", nonnegative=True),
        Dummy("above", nonnegative=True),
        Dummy("spread", nonnegative=True),
    )
    if top.is_number:
        m, room, at = top * below / (1 + below), top**2 * below / (1 + below) ** 2, {}
    else:
        m, room, at = bottom + below, below * above, {top: bottom + below + above}
    yield {**at, mean: m, square: m**2 + spread}
    yield {**at, mean: m, square: m**2 + room * spread / (1 + spread)}
    yield {**at, mean: m, square: m**2 + (K - 1) * m**2 * spread / (1 + spread)}


def _first(loop: FiniteLoop, gap: Expr, lam: Expr) -> Expr:
    """The earlier of the two generations that a relation speaks of."""
    times = {o.t for o in gap.atoms(Observable)}
    early = S.Zero if times == {S.One} else next((t for t in times if all(s - t in (0, 1) for s in times)), None)
    if early is None or not early.is_nonnegative:
        raise CannotTell("the generations are no round")
    if lam.is_finite is not False and (early != 0 or loop.start != loop.reference):
        raise CannotTell("the law of the real data is another one than the model's")
    return early


def _named(x: Expr, first: Expr, names: dict[Key, Symbol]) -> Expr:
    """Means of powers of the weight as symbols, and the probability that it reaches a level."""

    def mean(inside: Expr) -> Expr:
        out = S.Zero
        for term in Add.make_args(inside.expand()):
            random = [f for f in Mul.make_args(term) if f.has(Observable)]
            constant = Mul(*(f for f in Mul.make_args(term) if not f.has(Observable)))
            if not random:
                out += constant
                continue
            base, power = random[0].as_base_exp()
            if len(random) > 1 or not isinstance(base, Observable) or base.name != "weight" or not power.is_Integer:
                raise CannotTell(f"{term} is no power of a weight")
            key = base.t != first, int(power)
            out += constant * names.setdefault(key, Dummy(f"m{int(power)}", positive=True))
        return out

    if isinstance(x, E | CentralMoment | Cov) and x.given is None:
        return x.in_means(mean)
    if isinstance(x, Prob) and x.given is None and isinstance(r := x.variable, Inequality):
        strict, below = r.rel_op in ("<", ">"), isinstance(r.lts, Observable)
        o, level = (r.lts, r.gts) if below else (r.gts, r.lts)
        if not isinstance(o, Observable) or o.name != "weight" or level.has(Observable):
            raise CannotTell(f"{x} is no probability that the weight reaches a level")
        kind = level, strict != below  # it is below a level where it does not reach it
        reached = names.setdefault((o.t != first, kind), Dummy("reached", positive=True))
        return 1 - reached if below else reached
    if isinstance(x, Moment | Observable):
        raise CannotTell(f"{x} is no mean of weights")
    return x.func(*(_named(a, first, names) for a in x.args)) if x.has(Observable) else x


def _of_candidates(x: Expr, names: dict[Key, Symbol], K: Expr, lam: Expr, mean: Symbol, square: Symbol) -> Expr:
    """The function of the candidates that has this mean; `mean` and `square` are S_1/K and S_2/K."""
    sums: dict[int | Level, Symbol] = {1: mean, 2: square}
    kinds = {s: key for key, s in names.items()}
    try:
        terms = Poly(x, *kinds).terms()
    except PolynomialError as problem:
        raise CannotTell("it is no polynomial in means") from problem
    real = 1 / (1 + lam)
    out = S.Zero
    for powers, c in terms:
        means = [kinds[s] for s, n in zip(kinds, powers, strict=True) for _ in range(n)]
        picks, draws = [j for later, j in means if later], [j for later, j in means if not later]
        if (picks, draws) == ([1], []):
            out += c * (real * mean + (1 - real) * square / mean)
        elif (picks, draws) == ([2], []) and K == 2:  # S_3/S_1 = (3 S_2 - S_1^2)/2
            out += c * (real * square + (1 - real) * (3 * square - 2 * mean**2))
        elif (picks, draws) == ([], [1, 1]):
            out += c * (K * mean**2 - square) / (K - 1)
        elif not picks and draws in ([], [1], [2]):
            out += c * Mul(*(sums[j] for j in draws))
        else:
            raise CannotTell("it is not linear in the pick's mean, or not quadratic in means of draws")
    return out


def _of_those_above(x: Expr, names: dict[Key, Symbol], lam: Expr) -> tuple[Expr, list[dict[Symbol, Expr]]]:
    """The function of the candidates whose mean a relation of probabilities to reach one level is, and what its symbols are."""
    share, high, low = Dummy("share", positive=True), Dummy("high", positive=True), Dummy("low", positive=True)
    real, mean = 1 / (1 + lam), share * high + (1 - share) * low
    values = {True: real * share + (1 - real) * share * high / mean, False: share}
    try:
        p = Poly(x, *names.values())
    except PolynomialError as problem:
        raise CannotTell("it is no polynomial in probabilities") from problem
    if p.total_degree() > 1 or any(isinstance(kind, int) for _, kind in names):
        raise CannotTell("it is not linear in probabilities to reach a level")
    some, more = Dummy("some", nonnegative=True), Dummy("more", nonnegative=True)
    return x.xreplace({s: values[later] for (later, _), s in names.items()}), [
        {share: some / (1 + some), high: low + more}
    ]
