"""Laws that a claim draws from itself, with draws or states in their parameters: that they are laws whatever these are.

The mean of a draw from `Poisson(Z)` is that of Z, by its formula; but for a normal Z there is no such law where Z < 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import Dummy, Expr, expand

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import Law, Noise
from ...language.loops import Loop, Observable
from ...language.order import in_order
from .in_ranges import nonnegative_in
from .lawful import Demand, cases_of, examine_numbers, held, of_fresh


def of_random_parameters(laws: Iterable[Law]) -> tuple[Expr, ...]:
    """What has to be positive for laws outside of loops to be laws, whatever the draws and the states in their parameters are.

    Raises `CannotTell` where that is not seen.
    """
    found: set[Expr] = set()
    for law in in_order(x for x in laws if x.has(Noise, Observable)):
        seen = in_order(law.atoms(Observable))
        if any(isinstance(x.loop, FiniteLoop) and law == x.loop.law_at(x.t) for x in seen):
            continue  # the masses of a loop are looked at by themselves
        demands = [Demand(*d) for d in law.demands()]
        demands = [d for d in demands if d.x.has(Noise, Observable) and not d.is_met]
        if seen:
            found |= _of_states(law, demands, seen)
        else:
            _are_whole(law)
            found |= set().union(*map(_of_draws, demands))
    return tuple(in_order(found))


def _of_draws(d: Demand) -> set[Expr]:
    """The same of one demand, in which draws are random."""
    try:
        return {c for x in cases_of(d.x, {}) for c in nonnegative_in(x, {}, d.strictly)}
    except CannotTell as problem:
        raise CannotTell(
            f"{d.problem.rstrip(',')}, unless {d.x} keeps to where it is one, which is not seen"
        ) from problem


def _are_whole(law: Law) -> None:
    """Raise `CannotTell` where a number of trials is drawn, and is not seen to be a whole number."""
    for x in law.numbers():
        draws = {z: Dummy(str(z), **{"integer" if z.law.is_whole else "real": True}) for z in x.atoms(Noise)}
        if draws and not expand(x.xreplace(draws)).is_integer:
            raise CannotTell(f"{law} makes no law where {x} is no whole number, and it is not seen to be one")


def _of_states(law: Law, demands: list[Demand], seen: list[Observable]) -> set[Expr]:
    """The same of a law with the state of one loop at one time in its parameters."""
    numbers = [x for x in law.numbers() if x.has(Noise, Observable) and not x.is_integer]
    if not demands and not numbers:
        return set()
    loop, t = seen[0].loop, seen[0].t
    if any(x.loop != loop or x.t != t or x.index or x.name not in loop.state for x in seen):
        raise CannotTell(f"{law} is not seen to be a law, whatever is random in it")
    state = loop.symbols()
    at = {x: state[x.name] for x in seen}
    if numbers:
        examine_numbers([law.xreplace(at)], loop, state, {})
    try:
        return set(held(loop, [replace(d, x=d.x.xreplace(at)) for d in demands]))
    except NotImplementedError as problem:
        raise CannotTell(f"{law} is not seen to be a law: {problem}") from problem


def of_draws(loop: Loop) -> tuple[tuple[Expr, ...], tuple[Demand, ...]]:
    """What the laws of fresh draws from a model ask of the state, in its symbols: what has to be whole, and demands."""
    laws, demands = of_fresh(loop)
    state = loop.symbols()
    return tuple(x for law in laws for x in law.numbers() if x.has(*state.values())), tuple(demands)


__all__ = ["of_draws", "of_random_parameters"]
