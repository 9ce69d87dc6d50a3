"""Laws whose parameters depend on the state, or on the number of the fit: that they are laws wherever these get, or under
which conditions.

A draw from `Binomial(4, 2*share)` is none once the share is above 1/2, whatever its polynomial for the mean says; one from
`Binomial(share/2, 1/3)` is none at an odd number, and 1/share, or the root of a number below 0, is no parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

import numpy as np
from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    I,
    Integer,
    Integral,
    Mul,
    Piecewise,
    Poly,
    Pow,
    S,
    Sum,
    Symbol,
    cancel,
    expand,
    floor,
    fraction,
    lambdify,
    log,
    nan,
    oo,
    preorder_traversal,
    sympify,
    together,
    zoo,
)

from ...language import fields
from ...language.asked import noted, unmet
from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import Count, Law, Noise, Tilted
from ...language.loops import CLOCK, Coordinate, Loop, Model, Observable, PopulationLoop
from ...language.lost import on_the_domain
from ...language.order import in_order
from ...language.policies import FIT
from ...language.signs import is_nonnegative, is_nonzero, is_positive, is_whole
from ...language.strangers import ours, strangers
from ..symbols.cases import MOST_CASES, outer_draws, values_of
from ..symbols.rational import as_product
from ..undefined import hidden, with_numbers
from .grains import at_an_end, ceilings, counted, grains
from .symmetry import ANY, DRAW, same
from .values import finite

Range = tuple[Expr, Expr]

UNIT, UPWARD, LINE = (S.Zero, S.One), (S.Zero, oo), (-oo, oo)
MOST_TERMS = 100  # of a sum in a step, that are looked at one by one
MOST_LOOKED_AT = 1_000  # fits, of which what a step has lost is looked at in each
MOST_FITS = 100_000  # of which each is looked at in floats
CEILED = ((S.Zero, None),)  # its upper end rises with the number of the fit


FAR_OUT = 10**6  # from where on a limit is looked at


@dataclass(frozen=True)
class Demand:
    """What is to be at least 0 (strictly: above it), and what is said where it is not.

    either: likewise, what is to be above 0 in place of it, of what is only not to be 0.
    """

    x: Expr
    strictly: bool
    problem: str
    either: bool = False

    @property
    def is_met(self) -> bool:
        sign = is_nonzero if self.either else is_positive if self.strictly else is_nonnegative
        return sign(self.x) or sign(as_product(self.x))


@lru_cache(maxsize=2048)
def conditions(loop: Loop) -> tuple[Expr, ...]:
    """What has to be positive, of the loop's parameters, for all its laws to be laws in every fit and state that it reaches,
    and its start, its steps and its draws to be numbers.

    Raises `CannotTell` where that is not seen. Of the package's own loops `refuses` says it.
    """
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return ()
    state = loop.symbols()
    parts, laws = _said(loop, state)
    few = {state[name]: values for name, values in finite(loop).items()}
    moving = (*state.values(), Noise, CLOCK)
    _examine_numbers(laws, loop, state, few)
    parts += [x for law in laws for x in preorder_traversal(law, keys=None) if isinstance(x, Expr) and not x.is_number]
    return _held(loop, [d for d in (*_of_laws(laws), *_of_forms(parts, few)) if d.x.has(*moving) and not d.is_met])


@lru_cache(maxsize=2048)
def hides(loop: Loop) -> bool:
    """Whether a start or a step of a user's loop has parts of which its form would not tell that they have no value."""
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return False
    state = loop.symbols()
    parts, _ = _said(loop, state, (Exception,))
    return any(y.has(*state.values(), CLOCK) for x in parts for y in hidden(x))


@lru_cache(maxsize=2048)
def of_value(x: Observable | Model) -> tuple[Expr, ...]:
    """What has to be positive for a function of the state to be a number, or for a model's law to be one, in every generation.

    Raises `CannotTell` where that is not seen. Of the package's own loops nothing is asked.
    """
    loop = x.loop
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return ()
    said, state = None, loop.symbols()
    with suppress(NotImplementedError):
        said = loop.law_at(ANY) if isinstance(x, Model) else loop.in_state(Observable(loop, x.name, ANY))
    if said is None:
        return ()
    outside = {o: form for o in said.atoms(Observable) if (form := loop.in_state(o)) is not None}
    said = said.xreplace(outside).xreplace({Observable(loop, name, ANY): v for name, v in state.items()})
    laws = laws_in(said)
    _examine_numbers(laws, loop, state, {})
    forms = [y for law in laws for y in law.args if isinstance(y, Expr)] if laws else [said]
    return _held(
        loop, [d for d in (*_of_laws(laws), *_of_forms(forms, {})) if d.x.has(*state.values()) and not d.is_met]
    )


@lru_cache(maxsize=2048)
def of_masses(loop: FiniteLoop) -> tuple[Expr, ...]:
    """What has to be positive for the state of a user's loop on finitely many atoms to be a law in every generation.

    Raises `CannotTell` where it is not seen to be one.
    """
    if ours(type(loop)) or loop.any_law is not None:
        return ()
    state = loop.symbols()
    *others, last = state.values()
    try:
        start, after = (Add(*map(sympify, masses.values())) for masses in (loop.initial, loop.step(state)))
    except NotImplementedError:
        return ()
    if not (same(start, S.One) and same(after.xreplace({last: 1 - Add(*others)}), S.One)):
        raise CannotTell(f"the masses of {loop} are not seen to have the sum 1 in every generation")
    return _held(loop, [Demand(p, False, f"a mass of {loop} is no probability") for p in state.values()])


def _held(loop: Loop, demands: list[Demand]) -> tuple[Expr, ...]:
    """What has to be positive, of the loop's parameters, for demands on its state to be met in every generation that it reaches.

    Raises `CannotTell` where that is not seen.
    """
    state = loop.symbols()
    few = {state[name]: values for name, values in finite(loop).items()}
    cases = [Demand(x, d.strictly, d.problem, d.either) for d in demands for x in _cases(d.x, few)]
    cases = [d for d in cases if not d.is_met]
    if not cases:
        return ()
    problem = ""
    known: list[set[Expr]] = []
    plain = (*product((demands, cases), ((UNIT, UPWARD), (UPWARD,))), (demands, CEILED), (cases, CEILED))
    for asked, tried in (*plain, (demands, _topped(demands, state)), (cases, _topped(cases, state))):
        try:
            ranges, found = _ranges(loop, state, tried)
            for demand in asked:
                problem = demand.problem
                found = found | _met(demand, loop, state, ranges)
        except CannotTell:
            continue
        if not found:
            return ()
        if not _excludes_itself(found):
            known.append(found)
    if known:  # each is enough
        return tuple(in_order(min(known, key=len)))
    raise CannotTell(f"{problem}, unless the state keeps to where it is one, which is not seen")


def _topped(demands: list[Demand], state: Mapping[str, Symbol]) -> dict[str, list[Range]]:
    """Ranges from 0 to where a demand has a factor that is a line in a coordinate, and 0 there, as N - k in (N - k) k."""
    out: dict[str, list[Range]] = {}
    for demand in demands:
        for line in Mul.make_args(as_product(fraction(together(demand.x))[0])):
            for name, v in state.items():
                if not (line.is_polynomial(v) and Poly(line, v).degree() == 1):
                    continue
                slope, rest = Poly(line, v).all_coeffs()
                top = cancel(-rest / slope)
                if not top.has(*state.values(), Noise, CLOCK) and is_positive(top):
                    out.setdefault(name, []).append((S.Zero, top))
    return out


def _excludes_itself(found: set[Expr]) -> bool:
    """Whether two numbers have to be positive that are never so at once: what asks for that asks too much."""
    forms = {expand(c) for c in found}
    return any(expand(-c) in forms for c in forms)


@lru_cache(maxsize=2048)
def of_parameters(loop: Loop) -> tuple[tuple[Expr, ...], tuple[Demand, ...]]:
    """What makes the loop's parameters of the kinds that it declares, and by these alone its laws laws, and its start, its steps
    and its draws numbers: what has to be whole, and demands; what is seen is left out."""
    whole, demands = _unseen(fields.numbers(loop), fields.demands(loop), (Observable, Noise, CLOCK))
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return whole, demands
    state = loop.symbols()
    parts, laws = _said(loop, state, (Exception,))
    moving = (*state.values(), Noise, CLOCK)
    more_whole, more = _asked(laws, moving)
    forms = [*parts, *(x for law in laws for x in law.args if isinstance(x, Expr))]
    divisors = (d for d in _of_forms(forms, {}) if not d.x.has(*moving) and not d.is_met)
    return (*whole, *more_whole), (*demands, *more, *divisors)


@lru_cache(maxsize=2048)
def without_value(loop: Loop) -> str | None:
    """What of a loop is no number, once numbers are put in for its parameters: a start, a step or a draw; None where all are.

    Of the package's own loops `refuses` says it.
    """
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return None
    try:
        state = loop.symbols()
        said = {"start": loop.initial, "step": loop.step(state), "draw": _fresh(loop, state)}
        parts = [(what, sympify(x)) for what, part in said.items() for x in part.values()]
    except Exception:  # told where the loop is examined
        return None
    return next((f"a {what} of {loop} is {x}, which is no number" for what, x in parts if x.has(nan, zoo, I)), None)


@lru_cache(maxsize=2048)
def refused_in_a_fit(loop: Loop, last: int) -> str | None:
    """What of a loop, with numbers for its parameters, is not as it has to be in one of its fits 1 to `last`; None where all is.

    Of what is asked in every fit the number, of the first ones, where a float sees the least of it is looked at exactly, and the
    last one.
    """
    for x in _lost_in_fits(loop):
        for fit in range(1, min(last, MOST_LOOKED_AT) + 1):
            value = x.xreplace({CLOCK: Integer(fit)})
            if value.has(nan, zoo, I) or value.is_extended_real is False:
                return f"a step of {loop} takes {x}, which has no value in fit {fit}"
    first = np.arange(1.0, min(last, MOST_FITS) + 1)
    for x, strictly, problem in fields.demands(loop):
        if x.free_symbols != {FIT} or Demand(x, strictly, problem).is_met:
            continue
        seen = np.broadcast_to(lambdify(FIT, x, "numpy")(first), first.shape)
        for fit in (int(seen.argmin()) + 1, last):
            if unmet([(x.xreplace({FIT: Integer(fit)}), strictly, problem)]) is not None:
                return f"{problem.rstrip(',')}, which it is not in fit {fit}"
    return None


@lru_cache(maxsize=1024)
def _lost_in_fits(loop: Loop) -> tuple[Expr, ...]:
    """What a user's loop wrote of the number of the fit alone that its step does not show any more."""
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return ()
    with noted(of_loops=True) as asked, suppress(Exception):  # what fails is told where the loop is examined
        loop.step(loop.symbols())
    return tuple(x for x in asked.lost if x.free_symbols == {CLOCK})


def _of_package(laws: Iterable[Law]) -> None:
    """Raise `CannotTell` for a law that is a class of a user's: what it says of its draws is not verified. So is a weight."""
    for law in laws:
        if (strange := unverified(law)) is not None:
            raise CannotTell(strange)
        if isinstance(law, Tilted) and not law.is_weighted:
            raise CannotTell(f"{law}: its weight is not seen to be nowhere below 0")


def unverified(law: Law) -> str | None:
    """Why nothing is taken from a law, or from one in it: since it is no class of this package; None if all are."""
    kinds = (type(x) for x in (law, *in_order(law.atoms(Law) - {law})))
    strange = next((kind for kind in kinds if strangers(kind)), None)
    if strange is None:
        return None
    return (
        f"{strange.__name__} is a law of your own, of which nothing says that its moments are those of its draws: laws are "
        "stated by Density, Atoms, Mixture, Truncated or Tilted"
    )


def _said(
    loop: Loop, state: dict[str, Symbol], passed: tuple[type[Exception], ...] = ()
) -> tuple[list[Expr], list[Law]]:
    """What a loop says of its start, its step and its draws, what was lost in saying it, and the laws that it draws from, also
    where a draw vanishes.

    passed: errors in one of these that leave the others; such are told where the loop is examined, as is what is nothing
    at all, and what states no step is run, and refuses numbers by itself.
    """
    parts: list[Expr] = []
    with noted(of_loops=True) as asked:
        for said in (lambda: loop.initial, lambda: loop.step(state), lambda: _fresh(loop, state)):
            with suppress(*passed):
                parts += [x for x in map(sympify, said().values()) if isinstance(x, Basic)]
    own = {*loop.free_symbols, *state.values(), CLOCK}
    lost = [y for x in on_the_domain(asked.lost, own, parts) for y in _terms(x)]
    parts += [x.xreplace({CLOCK: FIT}) if x.free_symbols == {CLOCK} else x for x in lost]  # in whichever fit
    return parts, in_order({*asked.laws, *(z.law for x in parts for z in x.atoms(Noise))})


def _terms(x: Expr) -> list[Expr]:
    """What a sum over numbers runs through; nothing of one whose ends are no numbers, as what it runs over is nobody's."""
    if not isinstance(x, Sum | Integral):
        return [x]
    *inner, (k, low, high) = x.limits
    if isinstance(x, Integral) or not (low.is_Integer and high.is_Integer and high - low < MOST_TERMS):
        return []
    f = Sum(x.function, *inner) if inner else x.function
    return [y for i in range(int(low), int(high) + 1) for y in _terms(f.subs(k, i))]


def of_laws(laws: Iterable[Law]) -> tuple[tuple[Expr, ...], tuple[Demand, ...]]:
    """The same of laws outside of loops, and of nothing that is random in them."""
    return _asked(in_order(laws), (Observable, Noise))


def laws_of(loop: Loop) -> list[Law]:
    """The laws that a loop draws from, as far as it states them; what fails is told where the loop is examined."""
    return _said(loop, loop.symbols(), (Exception,))[1]


def laws_in(x: Basic) -> list[Law]:
    """The laws that stand in a relation itself, outside of loops: of draws, and those that have a distance; of a model of a
    user's loop the law that it is said to be."""

    def laws(y: Basic) -> set[Law]:
        own = {y} if isinstance(y, Law) else set()
        if isinstance(y, Model) and not ours(type(y.loop)):
            with suppress(NotImplementedError):
                own |= laws(y.law)
        return own.union(*map(laws, () if isinstance(y, Loop) else y.args))

    return in_order(laws(x))


def _asked(laws: list[Law], moving: tuple[Any, ...]) -> tuple[tuple[Expr, ...], tuple[Demand, ...]]:
    _of_package(laws)
    return _unseen((n for law in laws for n in law.numbers()), (d for law in laws for d in law.demands()), moving)


def _unseen(
    numbers: Iterable[Expr], demands: Iterable[tuple[Expr, bool, str]], moving: tuple[Any, ...]
) -> tuple[tuple[Expr, ...], tuple[Demand, ...]]:
    """What is not seen at once, of what is asked of parameters alone."""
    whole = in_order(n for n in numbers if not n.has(*moving) and not is_whole(n))
    asked = (Demand(*d) for d in demands)
    return tuple(whole), tuple(d for d in asked if not d.x.has(*moving) and not d.is_met)


def _of_laws(laws: list[Law]) -> Iterator[Demand]:
    for law in laws:
        for x, strictly, problem in law.demands():
            yield Demand(x, strictly, problem)


def _of_forms(parts: list[Expr], few: Mapping[Symbol, tuple[Expr, ...]]) -> Iterator[Demand]:
    """What is asked for an expression to be a number: that nothing divides by 0, and no root or logarithm is of what has none."""
    forms = [x for part in parts for x in _cases(part, few)]
    if any(x.has(nan, zoo, I) for x in forms):
        raise CannotTell("for some values that its coordinates may take, a step has no value")
    vanishing = set().union(*map(hidden, forms))
    for x in in_order({y for form in forms for y in preorder_traversal(form) if isinstance(y, Pow | log)}):
        if isinstance(x, log):
            yield Demand(x.args[0], True, f"{x} has no value where {x.args[0]} <= 0")
            continue
        base, power = x.args
        if power.is_integer:
            # the number of the fit is looked at where it counts
            counts = base.has(Coordinate, Noise) or not base.has(CLOCK) or x in vanishing
            if not power.is_nonnegative and counts:
                yield Demand(base, True, f"{x} has no value where {base} = 0", either=True)
        else:
            yield Demand(base, not power.is_nonnegative, f"{x} has no value where {base} < 0")


def _examine_numbers(laws: list[Law], loop: Loop, state: Mapping[str, Symbol], few: Mapping[Symbol, tuple]) -> None:
    """Raise `CannotTell` where a number of trials depends on the state, and is not seen to be a whole number."""
    asked = [(x, law) for law in laws for x in law.numbers() if x.has(*state.values(), Noise, CLOCK)]
    if not asked:
        return
    wholes = counted(loop)
    names = {v: wholes[name] for name, v in state.items() if name in wholes}
    for x, law in asked:
        for case in _cases(x, few):
            draws = {z: Dummy(str(z), **{"integer" if z.law.is_whole else "real": True}) for z in outer_draws(case)}
            if not expand(case.xreplace({**draws, **names})).is_integer:
                raise CannotTell(f"{law} makes no law where {x} is no whole number, and it is not seen to be one")


@lru_cache(maxsize=2048)
def unit(loop: Loop, name: str) -> tuple[Expr, tuple[Expr, ...]]:
    """A number g such that a coordinate is 0, g, 2g, ... in every generation, and what has to be positive for that.

    Raises `CannotTell` where none is seen.
    """
    state = loop.symbols()
    if (grain := grains(loop).get(name)) is None or not is_positive(grain):
        raise CannotTell(f"{name} is not seen to count something")
    ranges, found = _ranges(loop, state, (UPWARD,))
    if ranges[state[name]] != UPWARD:
        raise CannotTell(f"{name} is not seen to stay at 0 or above")
    return grain, (*conditions(loop), *in_order(found))


@lru_cache(maxsize=512)
def ranges(loop: Loop) -> tuple[dict[str, Range], tuple[Expr, ...]]:
    """Where coordinates are seen to stay in every generation, as shares or not negative; and what has to be positive for that."""
    state = loop.symbols()
    found, asked = _ranges(loop, state, (UNIT, UPWARD))
    return {name: found[v] for name, v in state.items() if found[v] != LINE}, tuple(in_order(asked))


def _met(demand: Demand, loop: Loop, state: Mapping[str, Symbol], ranges: Mapping[Symbol, Range]) -> set[Expr]:
    """What has to be positive for a demand to be met."""
    if demand.is_met:
        return set()
    try:
        return _least(demand.x, loop, state, ranges, demand.strictly)
    except CannotTell:
        if not demand.either:
            raise
    return _least(-demand.x, loop, state, ranges, demand.strictly)


def _least(
    x: Expr, loop: Loop, state: Mapping[str, Symbol], ranges: Mapping[Symbol, Range], strictly: bool = False
) -> set[Expr]:
    """What has to be positive for x >= 0: wherever the coordinates may be, one by one, or of all together."""
    try:
        alone = _conditions(x, ranges, strictly)
    except CannotTell:
        return _lasting(x, loop, state, ranges, strictly)
    if alone:
        with suppress(CannotTell):
            joint = _lasting(x, loop, state, ranges, strictly)
            return joint if len(joint) < len(alone) else alone
    return alone


def _cases(x: Expr, few: Mapping[Symbol, tuple[Expr, ...]]) -> list[Expr]:
    """An expression with all values of what takes few of them put in, coordinates and draws; itself where those are many."""
    draws = in_order(x.atoms(Noise))  # those in laws of others, too
    listed = {z: values for z in draws if (values := values_of(z)) is not None}
    names: dict[Expr, Symbol] = {z: Dummy(str(z)) for z in listed}
    known = {**few, **{names[z]: values for z, values in listed.items()}}
    plain, back = x.xreplace(names), {d: z for z, d in names.items()}
    variables = [v for v in known if plain.has(v)]
    if prod(len(known[v]) for v in variables) > MOST_CASES:
        return [x]
    cases = product(*(known[v] for v in variables))
    forms = (with_numbers(plain, dict(zip(variables, case, strict=True))) for case in cases)
    return list(dict.fromkeys(form.xreplace(back) for form in forms))


def _fresh(loop: Loop, state: dict[str, Expr]) -> dict[str, Expr]:
    """A fresh draw from the model, where the loop says how it is made."""
    try:
        return {"draw": loop.emit(state, DRAW)}
    except NotImplementedError:
        return {}


def _ranges(loop: Loop, state: dict[str, Symbol], tried: Any) -> tuple[dict[Symbol, Range], set[Expr]]:
    """Where each coordinate stays, the first of the ranges tried or the whole line, and the conditions for that."""
    start = loop.initial
    after = {name: sympify(x) for name, x in loop.step(state).items()}
    wide: dict[str, list[Range]] = {name: list(tried) for name in state}
    if isinstance(tried, dict):
        wide = {name: list(dict.fromkeys(ends)) for name, ends in tried.items()}
    elif tried is CEILED:
        wide = {name: [(S.Zero, top)] for name, top in ceilings(loop).items()}
    while True:
        now = {name: wide[name][0] for name in state if wide.get(name)}
        ranges = {v: now.get(name, LINE) for name, v in state.items()}
        found: set[Expr] = set()
        leaving = set()
        for name, ends in now.items():
            first, later = (tuple(e.xreplace({CLOCK: fit}) for e in ends) for fit in (S.One, CLOCK + 1))
            try:
                found |= _within(sympify(start[name]), first, {}, None)
                of = state[name], grains(loop).get(name)
                found |= set().union(*(_within(case, later, ranges, of) for case in _told_apart(after[name])))
            except CannotTell:
                leaving.add(name)
        if not leaving:
            return ranges, found
        for name in leaving:
            wide[name].pop(0)


def _told_apart(x: Expr) -> list[Expr]:
    """A step for each value of its draws, where cases or laws of others hang on them; else as it is: at an end of the state a
    draw may have one value only, which is then not forgotten."""
    nested = any(z.law.has(Noise) for z in x.atoms(Noise))
    return _cases(x, {}) if nested or x.has(Piecewise) else [x]


def _within(x: Expr, ends: Range, ranges: Mapping[Symbol, Range], of: tuple[Symbol, Expr | None] | None) -> set[Expr]:
    """What has to be positive for x to lie between two ends; of: the coordinate that it is after a step, and its grain."""
    low, high = ends
    found = _beyond(x, low, 1, ranges, of)
    return found if high is oo else found | _beyond(x, high, -1, ranges, of)


def _beyond(
    x: Expr, end: Expr, sign: int, ranges: Mapping[Symbol, Range], of: tuple[Symbol, Expr | None] | None
) -> set[Expr]:
    """What has to be positive for x to lie on the right side of an end: from anywhere, or from there and from a grain away."""
    try:
        return _conditions(sign * (x - end), ranges)
    except CannotTell:
        if of is None or of[1] is None or not (end / of[1]).is_integer:
            raise
    v, grain = of
    low, high = ranges[v]
    away = (low + grain, high) if sign > 0 else (low, high - grain)
    here = low if sign > 0 else high
    if (here - end) != 0:  # an end that rises with the number of the fit is not met again
        raise CannotTell(f"{v} is not seen to keep to its range")
    return _conditions(sign * at_an_end(x - end, v, end), ranges) | _conditions(sign * (x - end), {**ranges, v: away})


def _conditions(x: Expr, ranges: Mapping[Symbol, Range], strictly: bool = False) -> set[Expr]:
    """What has to be positive for x >= 0, its state and draws being anywhere in their ranges. Raises `CannotTell`.

    Written in numbers y >= 0, a range of finite length as low + length y/(1 + y), it is a fraction whose denominator is
    positive: it is enough that every coefficient of the numerator is.
    strictly: for x > 0: that it is so at the ends of ranges, too, where these may be reached.
    """
    if is_positive(x) if strictly else is_nonnegative(x):
        return set()
    if x.has(Piecewise):  # its cases would be told by what stands for a range, which does not reach the ends
        raise CannotTell(f"{x} is not seen to be at least 0")
    # sizes that grow like 2**CLOCK: whatever positive numbers they are
    growing = [y for y in x.atoms(Pow) if y.exp.has(CLOCK) and y.base.is_positive and not y.base.has(CLOCK)]
    powers = {base: Dummy("power", positive=True) for base in in_order({y.base for y in growing})}
    rates = {y: expand(y.exp).coeff(CLOCK, 1) for y in growing}
    x = x.xreplace({y: powers[y.base] ** c * y.base ** expand(y.exp - c * CLOCK) for y, c in rates.items()})
    fits: Range = (S.One, oo)
    parts: dict[Expr, Symbol] = {}
    while whole := [e for e in in_order(x.atoms(floor)) if not e.args[0].has(floor)]:
        parts |= {e: Dummy("part") for e in whole}  # what is cut off is from 0 to 1
        x = x.xreplace({e: e.args[0] - parts[e] for e in whole})
    x = expand(x) if parts else x
    places = {v: ends for v, ends in ranges.items() if x.has(v)} | dict.fromkeys(parts.values(), UNIT)
    if x.has(CLOCK) or any(e.has(CLOCK) for ends in places.values() for e in ends):
        places[CLOCK] = fits
    smooth: set[Symbol] = set()
    while noise := [z for z in in_order(x.atoms(Noise)) if not z.law.atoms(Noise)]:
        names: dict[Expr, Symbol] = {z: Dummy(str(z)) for z in noise}
        places |= {names[z]: _support(z, {y: names[y] for y in noise[:i]}) for i, z in enumerate(noise)}
        smooth |= {names[z] for z in noise if z.law.is_continuous}
        x = x.xreplace(names)
    ys: list[Symbol] = []
    forms: dict[Symbol, Expr] = {}
    ends: dict[Symbol, str] = {}
    for v, (low, high) in places.items():
        bounded = low.is_finite is not False and high.is_finite is not False
        y = Dummy(str(v), **{"real" if low == -oo else "nonnegative": True})
        ys.append(y)
        forms[v] = y if low == -oo else low + (high - low) * y / (1 + y) if bounded else low + y
        ends[y] = "none" if v in smooth else "both" if bounded else "one"
    while x.has(*forms):  # the ends of a draw's range may depend on the state, and on other draws
        x = x.xreplace(forms)
    if not strictly and is_nonnegative(x):
        return set()
    top, bottom = fraction(together(x))
    if not top.is_polynomial(*ys) or not _is_nowhere_below_0(bottom, ys):
        raise CannotTell(f"{x} is not seen to be at least 0")
    terms = Poly(top, *ys).terms() if ys else [((), x)]
    found = set()
    for powers, c in terms:
        if expand(c) == 0:
            continue
        if any(p % 2 and not y.is_nonnegative for p, y in zip(powers, ys, strict=True)):
            raise CannotTell(f"{x} is not seen to be at least 0")
        if c.is_nonnegative or is_nonnegative(c):
            continue
        if c.is_negative:
            raise CannotTell(f"{x} is not seen to be at least 0")
        found.add(_positive(c))
    if strictly:
        most = [Poly(bottom, y).degree() if ends[y] == "both" else 0 for y in ys]
        found |= _at_corners(terms, [ends[y] for y in ys], most)
    return found


def _is_nowhere_below_0(x: Expr, ys: list[Symbol]) -> bool:
    if is_nonnegative(x):
        return True
    ys = [y for y in ys if x.has(y)]
    signed = ys and all(y.is_nonnegative for y in ys) and x.is_polynomial(*ys)
    return bool(signed) and all(is_nonnegative(expand(c)) for c in Poly(x, *ys).coeffs())


def _at_corners(terms: list[tuple[tuple, Expr]], ends: list[str], most: list[int]) -> set[Expr]:
    """What has to be positive for a sum of terms without negative ones to be above 0 where its variables are 0, or without end.

    ends: at which of both ends a variable may be; "none": almost surely at neither. most: the power that counts without end.
    """
    corners = product(*((0, m) if e == "both" else (0,) for e, m in zip(ends, most, strict=True)))
    found: set[Expr] = set()
    for corner in corners:
        here = [
            c
            for powers, c in terms
            if all(e == "none" or p == m for p, m, e in zip(powers, corner, ends, strict=True)) and expand(c) != 0
        ]
        if any(map(is_positive, here)):
            continue
        unknown = [c for c in here if not c.is_nonpositive]
        if not unknown:
            raise CannotTell("a sum of terms is 0 at an end of its range")
        found.add(unknown[0])
    return found


def _positive(c: Expr) -> Expr:
    """What is positive if and only if c >= 0, of a whole number over something positive; c of any other."""
    top, bottom = fraction(together(c))
    return top + 1 if top.is_integer and is_positive(bottom) else c


def _support(z: Noise, before: Mapping[Noise, Symbol]) -> Range:
    """Where a draw lies: a count of a multinomial draw has what those before it leave."""
    low, high = z.law.support
    return low, high - Add(*(d for y, d in before.items() if isinstance(z.law, Count) and y.whole == z.whole))


def _lasting(
    x: Expr, loop: Loop, state: Mapping[str, Symbol], ranges: Mapping[Symbol, Range], strictly: bool = False
) -> set[Expr]:
    """What has to be positive for x >= 0 at the start, and after every step whose draws are from laws. Raises `CannotTell`."""
    if x.has(Noise, CLOCK):
        raise CannotTell(f"{x} is not seen to stay at least 0")
    start = {state[name]: sympify(v) for name, v in loop.initial.items()}
    after = {state[name]: sympify(v) for name, v in loop.step(dict(state)).items()}
    first, later = _conditions(x.xreplace(start), {}, strictly), x.xreplace(after)
    try:
        return first | _conditions(later, ranges, strictly)
    except CannotTell:  # what a step divides by is asked for beside this
        return first | _conditions(cancel(later), ranges, strictly)
