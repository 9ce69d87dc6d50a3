"""Lemmas that are tried where a claim has no proof of its own: on one mean or probability, on maxima over the path, and on
tournaments of K candidates.

What a lemma needs is read off the relation: the growth of the mean weight by its variance, (K - 1)/(K f*), with f* the largest
weight; the levels that are spoken of; and the sides, of which one is brought to the form that lemmas are about. Like those of
`proof=` every link is checked anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Dummy, Expr, Ge, Le, Max, Pow, S, Sum, factor, factor_terms, powsimp
from sympy.core.relational import Relational

from ...language.finite_loops import FiniteLoop
from ...language.loops import Loop, Model, Observable
from ...language.moments import KL, TV, Distance, E, Moment, PathMax, Prob, Var, outermost
from ...language.signs import Inequality
from .ahead import ahead_of_real_data, behind_the_tilt, real_data_in_it
from .defined import has_values
from .kept import kept_by_real_data, not_below_real_data
from .learned import Learned
from .lemmas import Lemma, Link, at_the_ends, doob_square, doob_tail, markov, root_mean_square, ville
from .picks import (
    coupled_by_range,
    coupled_candidates,
    coupled_rounds,
    near_real_data,
    near_the_best,
    near_the_tilt,
    of_first_draws,
)
from .sequences import driven_by_variance, growing, shrinking, summed

OF_PATHS = (ville(), doob_tail(), doob_tail(1), doob_square())
OF_A_MEAN = (root_mean_square(), at_the_ends(), markov(), markov(2))
OF_TWO_LAWS = (
    near_real_data(),
    of_first_draws(),
    near_the_tilt(),
    coupled_candidates(),
    coupled_by_range(),
    coupled_rounds(),
)
AT_LEAST = (ahead_of_real_data(), real_data_in_it())


def lemmas(known: Learned, r: Relational) -> Iterator[tuple[Relational, Lemma]]:
    """Relations that say what `r` says, each with a lemma that may prove it."""
    if r.has(PathMax):
        if r.lts.has(PathMax):
            yield from ((r, lemma) for lemma in OF_PATHS)
        return
    if isinstance(r.lts, Prob) or _has_no_form(r.lts) or _beside_a_root(r):
        yield from ((r, lemma) for lemma in OF_A_MEAN)
    loops = [x for x in r.atoms(Loop) if isinstance(x, FiniteLoop) and x.candidates is not None]
    if not loops or len(loops) < len(r.atoms(Loop)):
        return
    yield from _closer(r)
    yield r, behind_the_tilt()
    if (isolated := _isolated(known, r)) is None:
        return
    x, bound, above = isolated
    if isinstance(x, TV | KL | Prob | E) and above:
        yield from ((Le(x, bound, evaluate=False), lemma) for lemma in OF_TWO_LAWS)
    if isinstance(x, Prob | E) and not above:
        yield from ((Ge(x, bound, evaluate=False), lemma) for lemma in AT_LEAST)
    if len(loops) == 1 and (told := loops[0].candidates) is not None:
        following = _followed if told[1] is S.Infinity else _kept
        yield from following(loops[0], told[0], x, bound, above)
        yield from _multiplied(x, bound, above)


def _has_no_form(m: Expr) -> bool:
    """Whether it is a mean in a loop, and of no polynomial: of these the mean itself is derived, and squares may take minutes."""
    seen = m.atoms(Observable)
    return isinstance(m, E) and bool(seen) and not m.variable.is_polynomial(*seen)


def _beside_a_root(r: Relational) -> bool:
    """Whether it is of the mean of a coordinate, and something under a root: of its square more may be known."""
    roots = (p for p in r.gts.atoms(Pow) if p.exp == S.Half and p.free_symbols)
    return isinstance(r.lts, E) and isinstance(r.lts.variable, Observable) and any(roots)


def _isolated(known: Learned, r: Relational) -> tuple[Expr, Expr, bool] | None:
    """What a relation says of later models, alone on one side; the other side, and whether that is the larger one."""
    gap = r.gts - r.lts
    numbers = {*outermost(gap), *gap.atoms(Distance)}
    firsts = {m: Dummy(real=True) for m in numbers if all(o.t == 0 for o in m.atoms(Observable, Model))}
    back = {y: m for m, y in firsts.items()}
    for side in (r.lts, r.gts):  # what cancels has to have a value all the same
        has_values(known, *side.xreplace(firsts).as_independent(Observable, Model, as_Add=True)[:1])
    for x, bound, above in ((r.lts, r.gts, True), (r.gts, r.lts, False)):
        if isinstance(x, Moment | Distance) and not bound.xreplace(firsts).has(Observable, Model):
            return x, bound, above  # as it is written: a power of a product stays one
    constant, random = gap.xreplace(firsts).expand().as_independent(Observable, Model, as_Add=True)
    times, x = factor_terms(random).as_independent(Observable, Model, as_Add=False)
    constant, times, x = (y.xreplace(back) for y in (constant, times, x))
    for above, positive in ((False, times), (True, factor(-times))):
        if known.implies(known.charted(positive), strict=True):
            return x, (constant if above else -constant) / positive, above
    return None


def _closer(r: Relational) -> Iterator[tuple[Relational, Lemma]]:
    """Two models of one generation are not so far apart as a multiple of what two earlier ones were."""
    times, before = r.gts.as_independent(TV, as_Add=False)
    if not (isinstance(r.lts, TV) and isinstance(before, TV) and isinstance(one := before.args[0], Model)):
        return

    def moved(lemma: Lemma) -> Lemma:
        def links(relation: Relational) -> list[Link]:
            first, _ = lemma(relation)
            return [first, Link(first.big, r.gts, times=before, of=Link(first.big / before, times))]

        return links

    yield from ((r, moved(lemma(one.t))) for lemma in (coupled_candidates, coupled_by_range))


def _growth(loop: FiniteLoop, K: Expr) -> tuple[Expr, Expr]:
    """The best weight, and what a round without real data adds to the mean at least, in units of the variance."""
    best = Max(*loop.tables["weight"]) if loop.any_law is None else loop.any_law.largest
    return best, (K - 1) / K / best


def _kept(loop: FiniteLoop, K: Expr, x: Expr, bound: Expr, above: bool) -> Iterator[tuple[Relational, Lemma]]:
    """Beside real data: what the first fit gains over them is not lost."""
    _, growth = _growth(loop, K)
    first = E(loop.weight(0))
    if isinstance(x, E) and not above:
        moved = Ge(x - first, bound - first, evaluate=False)
        yield moved, kept_by_real_data(growth)
        yield moved, not_below_real_data(growth)


def _multiplied(x: Expr, bound: Expr, above: bool) -> Iterator[tuple[Relational, Lemma]]:
    """A bound that every generation multiplies by the same, from the first one on."""
    if len(times := {o.t for o in x.atoms(Observable)}) == 1 and (t := times.pop()).is_Symbol:
        bound = factor_terms(bound)
        grown = bound.xreplace({t: t + 1}) / bound
        ratio = next((r for r in (powsimp(grown), powsimp(grown.expand())) if not r.has(t)), None)
        if ratio is not None:
            make, lemma = (Le, shrinking) if above else (Ge, growing)
            yield make(x, bound, evaluate=False), lemma(ratio)


def _followed(loop: FiniteLoop, K: Expr, x: Expr, bound: Expr, above: bool) -> Iterator[tuple[Relational, Lemma]]:
    """Without real data: what one round adds is summed, and followed to its limit."""
    weight, law = loop.weight, loop.any_law
    best, growth = _growth(loop, K)
    make = Le if above else Ge
    if isinstance(x, Sum):
        budget = summed(lambda k: E(weight(k)) / growth)
        most = (best - E(weight(0))) / growth
        yield make(x, bound, evaluate=False), budget
        yield make(x, bound, evaluate=False), lambda r: [*budget(Le(x, most, evaluate=False)), Link(most, r.gts)]
    if isinstance(x, Var):
        yield make(x, bound, evaluate=False), driven_by_variance(best, growth, Prob(weight(0) >= best))
    if isinstance(x, E):
        levels = [e.lts for p in bound.atoms(Prob) if isinstance(e := p.variable, Inequality)]
        for level in dict.fromkeys([best, *levels]):
            moved = make(x - level, bound - level, evaluate=False)
            yield moved, driven_by_variance(level, growth, Prob(weight(0) >= level))
        if law is not None:
            yield make(x - best, bound - best, evaluate=False), near_the_best(growth)
    if law is not None and x.is_Pow and isinstance(x.base, Prob) and x.exp == -1 and above:
        ratio = 1 - (K - 1) / K * (1 - law.second / best)
        yield Le((1 - x.base) / x.base, bound - 1, evaluate=False), shrinking(ratio)
