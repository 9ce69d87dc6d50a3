"""Conditions on the state that hold for ever once they hold: by generation t they have come if they hold then."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod

from sympy import Basic, Dummy, Eq, Expr, PolynomialError, S, expand, factor_list, sympify

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import CLOCK, Observable
from ..arithmetic.atoms import exactly
from ..symbols.cases import outer_draws, values_of
from ..symbols.normal_forms import is_zero
from .grains import certain
from .values import finite

MOST_CASES = 4096  # joint values of the state and of what is drawn


@lru_cache(maxsize=512)
def stays(condition: Basic) -> bool:
    """Whether a condition on coordinates of one loop in one generation is seen to be kept by every step: that one of them is a
    number, as a share that is lost, or whatever, where all have few values.

    These are looked at for all joint values of the state, whether or not they are reached, and of the draws; generations may
    differ.
    """
    seen = condition.atoms(Observable)
    if len({(o.loop, o.t) for o in seen}) != 1 or any(o.index for o in seen):
        return False
    return _is_fixed(condition, *seen) or _is_kept_by_all(condition, seen)


def _is_fixed(condition: Basic, *seen: Observable) -> bool:
    """Whether a coordinate that has one of some values keeps it, whatever the others are and is drawn."""
    if not isinstance(condition, Eq) or len(seen) != 1 or seen[0].loop.unstated(seen[0].name) is not None:
        return False
    (o,) = seen
    try:
        factors = [f for f, _ in factor_list(condition.lhs - condition.rhs, o)[1]]
    except PolynomialError:
        return False
    return bool(factors) and all(_keeps(o, f) for f in factors)


def _keeps(o: Observable, gap: Expr) -> bool:
    """Whether a coordinate for which a line is 0 keeps that value."""
    slope = expand(gap).coeff(o, 1)
    value = expand(o - gap / slope) if slope.is_nonzero else o
    now = o.loop.symbols()
    if value.has(Observable, Noise, CLOCK):
        return False
    after = sympify(o.loop.step(now)[o.name]).xreplace({now[o.name]: value})
    known = {z: certain(z) for z in outer_draws(after)}
    after = after.xreplace({z: x for z, x in known.items() if x is not None})
    try:
        return not after.has(Noise, CLOCK) and is_zero(after - value)
    except CannotTell:
        return False


def _is_kept_by_all(condition: Basic, seen: set[Observable]) -> bool:
    loop = next(iter(seen)).loop
    few, now = finite(loop), loop.symbols()
    names = {o: o.name for o in seen}
    if not set(names.values()) <= few.keys():
        return False
    after = {name: sympify(loop.step(now)[name]) for name in names.values()}
    draws = list({z for x in after.values() for z in outer_draws(x)})
    listed = [values_of(z) for z in draws]
    places = [v for name, v in now.items() if any(x.has(v) for x in after.values()) or name in names.values()]
    values = [few.get(name) for name, v in now.items() if v in places]
    if None in (*listed, *values) or prod(map(len, (*values, *listed))) > MOST_CASES:  # pyrefly: ignore[bad-argument-type]
        return False
    marks: dict[Expr, Dummy] = {z: Dummy(str(z)) for z in draws}
    plain = {name: x.xreplace(marks) for name, x in after.items()}
    if any(x.has(CLOCK) for x in plain.values()):
        return False
    try:
        for state in product(*values):  # pyrefly: ignore[no-matching-overload]
            at = dict(zip(places, state, strict=True))
            if not _holds(condition, {o: at[now[name]] for o, name in names.items()}):
                continue
            for drawn in product(*listed):  # pyrefly: ignore[no-matching-overload]
                if any(certain(z.xreplace(at)) not in (None, v) for z, v in zip(draws, drawn, strict=True)):
                    continue
                put = at | dict(zip(marks.values(), drawn, strict=True))
                if not _holds(condition, {o: plain[name].xreplace(put) for o, name in names.items()}):
                    return False
    except CannotTell:
        return False
    return True


def _holds(condition: Basic, at: dict[Observable, Expr]) -> bool:
    said = exactly(condition, at)
    if said not in (S.true, S.false):
        raise CannotTell(f"whether {condition}")
    return said == S.true
