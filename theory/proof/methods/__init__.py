"""Ways to learn a moment, one a file: the table of them, in order, and what it gives.

A moment is tried with each that does not skip it; what none of them tells is told with the reasons of all that tried.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flint import arb
from sympy import Expr, nan, oo, zoo

from ...language.errors import BadInput, CannotTell, Doubtful, NoLimit, Unsaid
from ...language.finite_loops import FiniteLoop
from ...language.kept import kept
from ...language.loops import Loop, Observable
from ...language.moments import E, HittingTime, Moment, PathMax
from ...language.order import in_order
from .. import structures, taken
from ..arithmetic.atoms import AtAtom
from ..arithmetic.precision import FIRST, precision
from ..symbols.averages import Infinite
from . import (
    alive,
    begun,
    branching,
    candidates,
    centred,
    certain,
    chains,
    deterministic,
    deviations,
    early,
    firsts,
    gaussian,
    indicators,
    laws,
    likelihood,
    limits,
    lineages,
    mirrored,
    pools,
    products,
    quadrants,
    reciprocals,
    records,
    recursion,
    renewals,
    roots,
    sensitivities,
    settled,
    sure,
    times,
    totals,
    tournaments,
    variances,
    walks,
    wishart,
)
from .method import Derivation, Method
from .steps import of_one_loop, times_of

METHODS: tuple[Method, ...] = (
    limits.method(lambda m: moment(m)),
    begun.METHOD,
    firsts.method(lambda m: moment(m)),
    times.METHOD,
    renewals.METHOD,
    sensitivities.method(lambda m: moment(m)),
    centred.METHOD,
    variances.METHOD,
    likelihood.METHOD,
    reciprocals.METHOD,
    laws.METHOD,
    lineages.METHOD,
    tournaments.METHOD,
    candidates.METHOD,
    roots.METHOD,
    deterministic.METHOD,
    records.METHOD,
    pools.METHOD,
    deviations.METHOD,
    totals.METHOD,
    chains.METHOD,
    indicators.METHOD,
    sure.METHOD,
    alive.METHOD,
    branching.METHOD,
    gaussian.METHOD,
    quadrants.METHOD,
    early.METHOD,
    early.OF_FITS,
    walks.METHOD,
    settled.METHOD,
    recursion.METHOD,
    mirrored.METHOD,
    early.OF_MEANS,
    wishart.METHOD,
    products.METHOD,
)


@kept(2048)
def moment(m: Moment) -> Derivation:
    """A standard moment in symbols, by the first method that derives it. Raises `CannotTell` with the reasons."""
    m, why = plain(of_marginal(m))
    if sure := certain.numbers(m):
        return _with_a_value(certain.derive(m, sure, moment))
    try:
        return _first("derive", m, lambda act: _with_a_value(act(m, moment)), why)[0]
    except Infinite as error:
        if m.variable.is_positive and all(t.is_positive for t in times_of(m.variable)) and error.factors is not None:
            return Derivation(oo, nonzero=error.factors, steps=[f"infinite: {error}, and every factor is positive"])
        raise CannotTell(str(error)) from error


def _with_a_value(found: Derivation) -> Derivation:
    """Raise `CannotTell` for a form in which something was divided by zero: it is no number, and not infinite either."""
    if found.form.has(zoo, nan):
        raise CannotTell("its form divides by zero")
    return found


def enclosed(m: Moment) -> arb:
    """A ball around a standard moment with numbers for all parameters, at the current precision. Raises `CannotTell`, and
    `Infinite` for a divergent integral."""
    return enclosed_by(m)[0]


def roughly(m: Moment) -> arb:
    """`enclosed`, as the ball witness looks for it at first: what it takes is not done twice."""
    with precision(FIRST):
        return enclosed(m)


def enclosed_by(m: Moment) -> tuple[arb, str]:
    """`enclosed`, and in a few words how."""
    m, why = plain(of_marginal(m))
    if sure := certain.numbers(m):
        return certain.enclose(m, sure, moment, enclosed), "the numbers among its coordinates"
    return _first("enclose", m, lambda act: act(m, enclosed), why)


def condition(x: Expr, loop: Loop, t: Expr) -> Expr:
    """E[x | model(t)] in terms of the state at t. Raises `CannotTell`."""
    if any(o.loop != loop for o in x.atoms(Observable)):
        raise CannotTell("what another loop does is random, whatever is known of this one's model")
    return _first("condition", E(x), lambda act: act(x, loop, t))[0]


def _first(what: str, m: Moment, call: Callable[[Callable], Any], also: CannotTell | None = None) -> tuple[Any, str]:
    """What the first method gives that can, and its name.

    Raises `CannotTell` with the reasons of all that tried; where none did, with why the last one, the most general, did not.
    also: what else stands in their way.
    """
    if any(isinstance(o.loop, FiniteLoop) and o.loop.any_law is not None for o in m.atoms(Observable)):
        raise CannotTell(f"of {m} only the candidates of a round tell, the law being any")
    taken.examine(m)
    for o in in_order({o for time in m.atoms(HittingTime) for o in time.atoms(Observable)}):
        with suppress(NotImplementedError):  # of a loop without a step in symbols its own methods tell
            structures.examine(o.loop)
    tried: list[Exception] = [also] if also else []
    skipped = ""
    of_paths = m.has(PathMax, HittingTime)
    for method in METHODS:
        if (act := getattr(method, what)) is None or (of_paths and not method.paths):
            continue
        try:
            if (why := method.skip(m)) is not None:
                skipped = why
                continue
            return call(act), method.name
        except NoLimit:
            raise
        except (CannotTell, NotImplementedError) as error:  # SymPy's, or of a loop that leaves something unsaid
            tried.append(error)
    kinds = (kind for kind in (AtAtom, Doubtful) if any(isinstance(error, kind) for error in tried))
    kind = next(kinds, CannotTell)
    if not tried and (problem := of_one_loop(m)) is not None:
        raise CannotTell(problem)
    raise kind("; ".join(dict.fromkeys(map(str, tried or [skipped])))) from (tried[0] if tried else None)


def of_marginal(m: Moment) -> Moment:
    """A moment of one coordinate (at any generations) as one of the smaller loop that follows it, where there is one."""
    seen = m.atoms(Observable)
    if len({(o.loop, o.name) for o in seen}) != 1:
        return m
    smaller = {o: structures.marginal(o) for o in seen}
    # SymPy evaluates what it rebuilds: an event that is left unevaluated stays as it is
    return m.xreplace(smaller) if any(o != small for o, small in smaller.items()) else m


def plain(m: Moment) -> tuple[Moment, CannotTell | None]:
    """A moment of programs as one of loops in symbols, and of loops whose steps have cases as one of the same loops written
    without them.

    Where that cannot be done it stays as it is, and the reason is told.
    """
    try:
        read = {o: structures.in_symbols(o) for o in m.atoms(Observable)}
        m = m.xreplace({o: x for o, x in read.items() if x != o})
        if records.of_record(m) is None:  # what it is the largest of is seen where that is written
            return m, None
        put = {o: _told(o.loop) for o in m.atoms(Observable)}
    except (BadInput, Unsaid):  # the methods tell what is wrong with the loop, or lacking
        return m, None
    except CannotTell as why:
        return m, why
    changed = {o: o.func(loop, *o.args[1:]) for o, loop in put.items() if loop != o.loop}
    return (m.xreplace(changed) if changed else m), None


def _told(loop: Loop) -> Loop:
    """A loop written without cases, without counts, and in what tells of the rest."""
    return structures.without_conserved(structures.without_counts(structures.without_cases(loop)))
