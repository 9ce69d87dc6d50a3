"""Laws whose parameters depend on the state, or on the number of the fit: that they are laws wherever these get, or under
which conditions.

A draw from `Binomial(4, 2*share)` is none once the share is above 1/2, whatever its polynomial for the mean says; one from
`Binomial(share/2, 1/3)` is none at an odd number, and 1/share, or the root of a number below 0, is no parameter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
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
    Function,
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
    fraction,
    gamma,
    lambdify,
    loggamma,
    nan,
    oo,
    polygamma,
    preorder_traversal,
    sympify,
    together,
    zoo,
)

from ...language import fields
from ...language.anew import Anew
from ...language.asked import noted, unmet
from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.fits import FIT
from ...language.functions import unfold
from ...language.kept import kept
from ...language.laws import Law, Noise, Tilted
from ...language.loops import CLOCK, Loop, Model, Observable, PopulationLoop
from ...language.lost import on_the_domain
from ...language.order import in_order
from ...language.signs import is_nonnegative, is_nonzero, is_positive, is_whole
from ...language.strangers import ours, strangers
from ..symbols.arguments import ABOVE, KNOWN, NOT_BELOW, OTHER, taken
from ..symbols.cases import MOST_CASES, outer_draws, values_of
from ..symbols.rational import as_product
from ..undefined import hidden, infinite, with_numbers
from .followed import lost_in_steps, without_state
from .grains import at_an_end, ceilings, counted, grains
from .in_ranges import UNIT, Range, nonnegative_in
from .symmetry import ANY, DRAW, same
from .values import finite

UPWARD, LINE = (S.Zero, oo), (-oo, oo)
MOST_TERMS = 100  # of a sum in a step, that are looked at one by one
MOST_LOOKED_AT = 1_000  # fits, of which what a step has lost is looked at in each
MOST_FITS = 100_000  # of which each is looked at in floats
CEILED = ((S.Zero, None),)  # its upper end rises with the number of the fit
PROBLEMS = {ABOVE: "<=", NOT_BELOW: "<", OTHER: "="}  # beside 0, where a function has no value
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
        """Whether it is seen to hold; False says nothing."""
        sign = is_nonzero if self.either else is_positive if self.strictly else is_nonnegative
        return sign(self.x) or sign(as_product(self.x))


@kept(2048)
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
    examine_numbers(laws, loop, state, few)
    _examine_cases(parts, few)
    parts += [x for law in laws for x in preorder_traversal(law, keys=None) if isinstance(x, Expr) and not x.is_number]
    return held(loop, [d for d in (*_of_laws(laws), *_of_forms(parts, few)) if d.x.has(*moving) and not d.is_met])


@lru_cache(maxsize=2048)
def hides(loop: Loop) -> bool:
    """Whether a start or a step of a user's loop has parts of which its form would not tell that they have no value."""
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return False
    state = loop.symbols()
    parts, _ = _said(loop, state, (Exception,))
    return any(y.has(*state.values(), CLOCK) for x in parts for y in hidden(x))


@lru_cache(maxsize=2048)
def divides(loop: Loop) -> bool:
    """Whether a step of a user's loop divides by what changes, or takes a root or a logarithm of it."""
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return False
    state = loop.symbols()
    parts, _ = _said(loop, state, (Exception,))
    return any(y.has(*state.values(), Noise) for x in parts for y in infinite(x))


@kept(2048)
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
    examine_numbers(laws, loop, state, {})
    forms = [y for law in laws for y in law.args if isinstance(y, Expr)] if laws else [said]
    return held(
        loop, [d for d in (*_of_laws(laws), *_of_forms(forms, {})) if d.x.has(*state.values()) and not d.is_met]
    )


@kept(2048)
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
    return held(loop, [Demand(p, False, f"a mass of {loop} is no probability") for p in state.values()])


def held(loop: Loop, demands: list[Demand]) -> tuple[Expr, ...]:
    """What has to be positive, of the loop's parameters, for demands on its state to be met in every generation that it reaches.

    Raises `CannotTell` where that is not seen.
    """
    state = loop.symbols()
    few = {state[name]: values for name, values in finite(loop).items()}
    cases = [Demand(x, d.strictly, d.problem, d.either) for d in demands for x in cases_of(d.x, few)]
    cases = [d for d in cases if not d.is_met]
    if not cases:
        return ()
    problem, moving = "", _moving(loop, state, demands)
    known: list[set[Expr]] = []
    plain = (*product((demands, cases), ((UNIT, UPWARD), (UPWARD,))), (demands, CEILED), (cases, CEILED))
    for asked, tried in (*plain, (demands, _topped(demands, state)), (cases, _topped(cases, state))):
        try:
            ranges, found = _ranges(loop, state, tried, moving)
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


def _moving(loop: Loop, state: Mapping[str, Symbol], demands: Iterable[Demand]) -> set[str]:
    """The coordinates that demands ask for, and those by which they move: where the others stay is no matter."""
    step = {name: sympify(x) for name, x in loop.step(dict(state)).items()}
    found: set[str] = set()
    asked = {x for d in demands for x in d.x.free_symbols}
    while more := {name for name, v in state.items() if v in asked} - found:
        found |= more
        asked |= {x for name in more for x in step[name].free_symbols}
    return found


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
    few: dict[Symbol, tuple[Expr, ...]] = {}
    with suppress(Exception):  # what fails is told where the loop is examined
        few = {state[name]: values for name, values in finite(loop).items()}
    divisors = (d for d in _of_forms(forms, few) if not d.x.has(*moving) and not d.is_met)
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
        said = {"start": loop.initial, "step": loop.step(state), "draw": fresh(loop, state)}
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
    of_fits, of_states = lost_in_steps(loop)
    if last > 0 and of_states:
        state = loop.symbols()
        few = {state[name]: values for name, values in finite(loop).items()}
        if gone := next((x for x in of_states if any(case.has(nan, zoo) for case in cases_of(x, few))), None):
            return f"a step of {loop} takes {gone}, which has no value for some that its coordinates and draws may have"
    if (t := without_state(loop, last)) is not None:
        return f"{loop} has no state in generation {t}, and so none later"
    for x in of_fits:
        for fit in range(1, min(last, MOST_LOOKED_AT) + 1):
            value = x.xreplace({CLOCK: Integer(fit)})
            if value.has(nan, zoo, I) or value.is_extended_real is False:
                return f"a step of {loop} takes {x}, which has no value in fit {fit}"
    for x in fields.numbers(loop):
        for fit in (
            (*range(1, min(last, MOST_LOOKED_AT) + 1), last) if x.free_symbols == {FIT} and not x.is_integer else ()
        ):
            if not x.xreplace({FIT: Integer(fit)}).is_integer:
                return f"{loop}: {x.xreplace({FIT: CLOCK})} is not a whole number, which it is not in fit {fit}"
    first = np.arange(1.0, min(last, MOST_FITS) + 1)
    for x, strictly, problem in fields.demands(loop):
        if x.free_symbols != {FIT} or Demand(x, strictly, problem).is_met:
            continue
        seen = np.broadcast_to(lambdify(FIT, x, "numpy")(first), first.shape)
        for fit in (int(seen.argmin()) + 1, last):
            if unmet([(x.xreplace({FIT: Integer(fit)}), strictly, problem)]) is not None:
                return f"{problem.rstrip(',')}, which it is not in fit {fit}"
    return None


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
    parts: list[Any] = []
    anew = Anew(loop, state)
    one, here = anew.loop, anew.state
    with noted(of_loops=True) as asked:
        for said in (lambda: one.initial, lambda: one.step(here), lambda: fresh(one, here)):
            with suppress(*passed):
                parts += [x for x in map(sympify, said().values()) if isinstance(x, Basic)]
    parts = anew.parts(parts)
    anew.noted(asked)
    own = {*loop.free_symbols, *state.values(), CLOCK}
    lost = [y for x in on_the_domain(asked.lost, own, parts) for y in _terms(x)]
    parts += [x.xreplace({CLOCK: FIT}) if x.free_symbols == {CLOCK} else x for x in lost]  # in whichever fit
    return parts, _drawn_from(asked.laws, parts)


def _drawn_from(asked: Iterable[Law], parts: Iterable[Basic]) -> list[Law]:
    """The laws that were asked to be laws, a draw of which may have vanished, and those of the draws that are left."""
    return in_order({*asked, *(z.law for x in parts for z in x.atoms(Noise))})


def _terms(x: Expr) -> list[Expr]:
    """What a sum over numbers runs through; nothing of one whose ends are no numbers, as what it runs over is nobody's."""
    if not isinstance(x, Sum | Integral):
        return [x]
    *inner, (k, low, high) = x.limits
    if isinstance(x, Integral) or not (low.is_Integer and high.is_Integer and high - low < MOST_TERMS):
        return []
    f = Sum(x.function, *inner) if inner else x.function
    return [y for i in range(int(low), int(high) + 1) for y in _terms(f.subs(k, i))]


def of_fresh(loop: Loop) -> tuple[list[Law], list[Demand]]:
    """The laws of a fresh draw, and what it asks of the state to be a number, also of what was lost in saying it."""
    state = loop.symbols()
    anew = Anew(loop, state)
    with noted(of_loops=True) as asked:
        parts: list[Any] = anew.parts(map(sympify, fresh(anew.loop, anew.state).values()))
    anew.noted(asked)
    lost = on_the_domain(asked.lost, {*loop.free_symbols, *state.values(), CLOCK}, parts)
    parts += [y for x in lost for y in _terms(x)]
    laws = _drawn_from(asked.laws, parts)
    return laws, [d for d in (*_of_laws(laws), *_of_forms(parts, {})) if d.x.has(*state.values()) and not d.is_met]


def of_laws(laws: Iterable[Law]) -> tuple[tuple[Expr, ...], tuple[Demand, ...]]:
    """The same of laws outside of loops, and of nothing that is random in them."""
    return _asked(in_order(laws), (Observable, Noise))


@lru_cache(maxsize=2048)  # asked at each point of each claim
def laws_of(loop: Loop) -> tuple[Law, ...]:
    """The laws that a loop draws from, as far as it states them; what fails is told where the loop is examined."""
    return tuple(_said(loop, loop.symbols(), (Exception,))[1])


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
    forms = [x for part in parts for x in cases_of(part, few)]
    if any(x.has(nan, zoo, I) for x in forms):
        raise CannotTell("for some values that its coordinates may take, a step has no value")
    for x in in_order({y for form in forms for y in preorder_traversal(unfold(form)) if isinstance(y, Pow | Function)}):
        if not isinstance(x, Pow):
            yield from _of_function(x)
            continue
        base, power = x.args
        if not power.is_integer:
            yield Demand(base, not power.is_nonnegative, f"{x} has no value where {base} < 0")
        elif not (power.is_nonnegative or _is_left_out(base, forms)):
            yield Demand(base, True, f"{x} has no value where {base} = 0", either=True)


def _of_function(x: Function) -> Iterator[Demand]:
    """What the outermost function of x asks of its arguments."""
    if isinstance(x, Piecewise):
        return
    for y, need in ((x.args[-1], ABOVE),) if isinstance(x, gamma | loggamma | polygamma) else taken(x):
        if need == KNOWN:
            yield Demand(y, True, f"{x} is not known to have a value")
        else:
            problem = f"{x} has no value where {y} {PROBLEMS[need]} 0"
            yield Demand(y, need != NOT_BELOW, problem, either=need == OTHER)


def _is_left_out(divisor: Expr, forms: list[Expr]) -> bool:
    """Whether what is divided by is 0 in some fits only, and in these the cases of the forms are others."""
    if divisor.free_symbols != {CLOCK} or not divisor.is_polynomial(CLOCK):
        return False
    fits = [r for r in Poly(divisor, CLOCK).ground_roots() if r.is_Integer and r > 0]
    return not any(with_numbers(form, {CLOCK: fit}).has(nan, zoo) for form in forms for fit in fits)


def examine_numbers(laws: list[Law], loop: Loop, state: Mapping[str, Symbol], few: Mapping[Symbol, tuple]) -> None:
    """Raise `CannotTell` where a number of trials depends on the state, and is not seen to be a whole number."""
    asked = [(x, law) for law in laws for x in law.numbers() if x.has(*state.values(), Noise, CLOCK)]
    if not asked:
        return
    wholes = counted(loop)
    names = {v: wholes[name] for name, v in state.items() if name in wholes}
    for x, law in asked:
        for case in cases_of(x, few):
            draws = {z: Dummy(str(z), **{"integer" if z.law.is_whole else "real": True}) for z in outer_draws(case)}
            if not expand(case.xreplace({**draws, **names})).is_integer:
                raise CannotTell(f"{law} makes no law where {x} is no whole number, and it is not seen to be one")


def _examine_cases(parts: list[Expr], few: Mapping[Symbol, tuple[Expr, ...]]) -> None:
    """Raise `CannotTell` where the cases of a step do not end with one that is left."""
    for form in (x for part in parts for x in cases_of(part, few)):
        if open_ended := next((x for x in in_order(form.atoms(Piecewise)) if x.args[-1][1] != S.true), None):
            raise CannotTell(f"{open_ended} says nothing of some cases: end it with (..., True)")


@lru_cache(maxsize=2048)
def unit(loop: Loop, name: str) -> tuple[Expr, tuple[Expr, ...]]:
    """A number g such that a coordinate is 0, g, 2g, ... in every generation, and what has to be positive for that.

    Raises `CannotTell` where none is seen.
    """
    state = loop.symbols()
    if (grain := grains(loop).get(name)) is None or not is_positive(grain):
        raise CannotTell(f"{name} is not seen to count something")
    ranges, found = _ranges(loop, state, (UPWARD,), state)
    if ranges[state[name]] != UPWARD:
        raise CannotTell(f"{name} is not seen to stay at 0 or above")
    return grain, (*conditions(loop), *in_order(found))


@lru_cache(maxsize=512)
def ranges(loop: Loop) -> tuple[dict[str, Range], tuple[Expr, ...]]:
    """Where coordinates are seen to stay in every generation, as shares or not negative; and what has to be positive for that."""
    state = loop.symbols()
    found, asked = _ranges(loop, state, (UNIT, UPWARD), state)
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
        alone = nonnegative_in(x, ranges, strictly)
    except CannotTell:
        return _lasting(x, loop, state, ranges, strictly)
    if alone:
        with suppress(CannotTell):
            joint = _lasting(x, loop, state, ranges, strictly)
            return joint if len(joint) < len(alone) else alone
    return alone


def cases_of(x: Expr, few: Mapping[Symbol, tuple[Expr, ...]]) -> list[Expr]:
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


def fresh(loop: Loop, state: dict[str, Expr]) -> dict[str, Expr]:
    """A fresh draw from the model, where the loop says how it is made."""
    try:
        return {"draw": loop.emit(state, DRAW)}
    except NotImplementedError:
        return {}


def _ranges(
    loop: Loop, state: dict[str, Symbol], tried: Any, names: Collection[str]
) -> tuple[dict[Symbol, Range], set[Expr]]:
    """Where each of these coordinates stays, the first of the ranges tried or the whole line, and the conditions for that."""
    start = loop.initial
    after = {name: sympify(x) for name, x in loop.step(state).items()}
    wide: dict[str, list[Range]] = {name: list(tried) for name in state}
    if isinstance(tried, dict):
        wide = {name: list(dict.fromkeys(ends)) for name, ends in tried.items()}
    elif tried is CEILED:
        wide = {name: [(S.Zero, top)] for name, top in ceilings(loop).items()}
    while True:
        now = {name: wide[name][0] for name in state if name in names and wide.get(name)}
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
    return cases_of(x, {}) if nested or x.has(Piecewise) else [x]


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
        return nonnegative_in(sign * (x - end), ranges)
    except CannotTell:
        if of is None or of[1] is None or not (end / of[1]).is_integer:
            raise
    v, grain = of
    low, high = ranges[v]
    away = (low + grain, high) if sign > 0 else (low, high - grain)
    here = low if sign > 0 else high
    if (here - end) != 0:  # an end that rises with the number of the fit is not met again
        raise CannotTell(f"{v} is not seen to keep to its range")
    return nonnegative_in(sign * at_an_end(x - end, v, end), ranges) | nonnegative_in(
        sign * (x - end), {**ranges, v: away}
    )


def _lasting(
    x: Expr, loop: Loop, state: Mapping[str, Symbol], ranges: Mapping[Symbol, Range], strictly: bool = False
) -> set[Expr]:
    """What has to be positive for x >= 0 at the start, and after every step whose draws are from laws. Raises `CannotTell`."""
    if x.has(Noise, CLOCK):
        raise CannotTell(f"{x} is not seen to stay at least 0")
    start = {state[name]: sympify(v) for name, v in loop.initial.items()}
    after = {state[name]: sympify(v) for name, v in loop.step(dict(state)).items()}
    first, later = nonnegative_in(x.xreplace(start), {}, strictly), x.xreplace(after)
    try:
        return first | nonnegative_in(later, ranges, strictly)
    except CannotTell:  # what a step divides by is asked for beside this
        return first | nonnegative_in(cancel(later), ranges, strictly)
