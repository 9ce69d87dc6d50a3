"""What is taken of a state has a value almost surely, whatever a step makes it cancel to: w(t + 1)/w(t) has none where w(t) is 0,
nor has sqrt(x(t + 1))/sqrt(x(t)) where x(t) is below 0.

Divisors are other than 0 by their signs; written by the steps since the start, where that is a few; moved by what the last step
has drawn; or kept so by every step, as a product of what is never 0 is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import islice, product
from math import prod

from sympy import (
    Abs,
    Add,
    Basic,
    Dummy,
    Expr,
    Heaviside,
    Integer,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    asinh,
    atan,
    ceiling,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    floor,
    gamma,
    log,
    loggamma,
    polygamma,
    sign,
    sin,
    sinh,
    sympify,
    tanh,
)

from ..language.domains import Integers
from ..language.errors import BadInput, CannotTell
from ..language.laws import Noise
from ..language.loops import Loop, Observable, always_positive, never_negative
from ..language.measured import Measured
from ..language.moments import CentralMoment, Cov, E, Moment, PathMax, Quantile
from ..language.order import in_order
from ..language.signs import is_nonnegative, is_nonzero
from . import structures
from .arithmetic.programs import to_ball
from .foreign import surely, telling
from .paths import far_apart, paths
from .symbols.arguments import ABOVE, KNOWN, NOT_BELOW, OTHER, needs
from .symbols.cases import MOST_CASES, values_of
from .undefined import hidden, with_numbers

RANDOM = (Observable, Noise)
KINKED = (Max, Min, Abs, Piecewise, sign, floor, ceiling, Heaviside)
ANALYTIC = (exp, sin, cos, sinh, cosh, tanh, erf, erfc, atan, asinh)  # at every real number
PLACES = (Rational(7, 5), Rational(1, 3), Rational(12, 5))
MOST_STEPPED = 3  # generations
MOST_FOLLOWED = 16  # generations, along a path in numbers


def examine(m: Moment) -> None:
    """Raise `CannotTell` for a mean of what may have no value, since it takes that of a state where there may be none.

    Of loops without chance nothing is said: of them the forms of their states tell.
    """
    if isinstance(m, E | CentralMoment | Cov):
        for x in m.variables:
            if (lacking := _lacking(x)) is not None:
                raise CannotTell(f"{lacking[0]} is not seen to be {lacking[1]}: {x} may have no value")


@lru_cache(maxsize=4096)
def may_be_below_0(m: Moment) -> Expr | None:
    """Of what a mean takes a logarithm or a root, though it is below 0 with some probability: no sample may show it, once in
    10^19 draws, and there is no mean. None where there is nothing, as far as the first generations tell, and a few paths of later
    ones."""
    if not isinstance(m, E | CentralMoment | Cov | Quantile):
        return None
    apart = (x.xreplace({p: Dummy(real=True) for p in x.atoms(Piecewise)}) for x in m.variables)  # a case may see to it
    apart = (x.xreplace({p: _at_first(p) for p in x.atoms(PathMax)}) for x in apart)
    asked = (y for x in apart for y, need in taken_by(x) if need in (ABOVE, NOT_BELOW))
    return next((y for y in asked if _is_below_0_somewhere(y) or _is_below_0_far_on(y)), None)


def _at_first(p: PathMax) -> Expr:
    """What it is a maximum of in the first generations and the last, added up: it has to have a value in each of them."""
    s, low, high = p.limits[0]
    last = min(high, low + MOST_STEPPED) if low.is_Integer and high.is_Integer else low
    first = [low] if last == low else [*map(Integer, range(low, last + 1))]
    return Add(*(p.function.xreplace({s: t}) for t in dict.fromkeys([*first, high])))


@surely
def _is_below_0_somewhere(x: Expr) -> bool:
    """Whether it is, at a place where its draws may be: then it is so around that, too."""
    with telling():
        x = _since_the_start(x)
    draws = in_order(x.atoms(Noise))
    if not draws or x.has(Observable) or any(z.law.has(Noise) for z in draws):
        return False
    places = product(*([*far_apart(z)] for z in draws))
    return any(to_ball(with_numbers(x, dict(zip(draws, at, strict=True)))) < 0 for at in islice(places, MOST_CASES))


@surely
def _is_below_0_far_on(x: Expr) -> bool:
    """Whether it is below 0 along a path of its loop, in the generations that it speaks of; where these are far on, in any."""
    loops = {o.loop for o in x.atoms(Observable)}
    with telling():
        inside = {o: o.loop.in_state(o) for o in x.atoms(Observable) if o.name not in o.loop.state}
    if len(loops) != 1 or None in inside.values() or x.has(Noise):
        return False
    x, (loop,) = x.xreplace(inside), loops
    seen = x.atoms(Observable)
    last = max(o.t for o in seen)
    if loop.free_symbols or not last > MOST_STEPPED or is_met(x, NOT_BELOW):
        return False
    end = min(int(last), MOST_FOLLOWED)
    with telling():
        for path in paths(loop, end):
            for t in [end] if last == end else range(MOST_STEPPED, end + 1):
                at = {o: t - (last - o.t) for o in seen}
                if all(0 <= s < len(path) for s in at.values()):
                    put = {o: path[int(s)][o.name] for o, s in at.items()}
                    if to_ball(with_numbers(x, put)) < 0:
                        return True
    return False


@lru_cache(maxsize=4096)
def _lacking(x: Expr) -> tuple[Expr, str] | None:
    """What x takes of a state that is not seen to be so almost surely, and how it should be; None where there is nothing.

    Of draws alone nothing cancels, but 1/z is hidden in 1/(1 + 1/z).
    """
    inside = {p.args[0] for p in hidden(x)}
    for y, need in taken_by(x):
        if isinstance(y, Observable) and (x == log(y) or (x.is_Pow and x.base == y and x.exp.is_Integer)):
            # By itself it is infinite at 0, and cancels with nothing.
            if need == OTHER:
                continue
            need = NOT_BELOW
        loops = {o.loop for o in y.atoms(Observable)}
        told = all(map(structures.is_deterministic, loops)) if loops else y not in inside
        if not (told or is_met(y, need) or _is_met_by_values(y, need)):
            return y, need
    return None


def taken_by(x: Expr, also: Collection[Expr] = ()) -> Iterator[tuple[Expr, str]]:
    """What is random in x and has to be other than 0, above 0, or not below, and which; also: symbols for what is random."""
    if _takes_nothing(x):  # most moments: no sign of a state is asked for, which takes its start and its step
        return
    seen = [y for y in in_order(x.atoms(*RANDOM)) if not is_observed(y)]
    # by their signs, and without: of a y that is not below 0 y/|y| is y/y, which asks for nothing any more
    for drawn in ({y: named(y) for y in seen}, {y: Dummy(str(y), real=True) for y in seen}):
        random = {d: y for y, d in drawn.items()}
        for y, need in needs(x.xreplace(drawn)):
            if need != KNOWN and y.free_symbols & {*random, *also}:
                yield y.xreplace(random), need


def _takes_nothing(x: Basic) -> bool:
    """Whether x is what is random, added up, multiplied, and raised to powers 0, 1, ..."""
    if isinstance(x, RANDOM) or x.is_Symbol or x.is_Rational:
        return True
    if isinstance(x, Pow):
        return bool(x.exp.is_Integer and x.exp >= 0) and _takes_nothing(x.base)
    return isinstance(x, Add | Mul) and all(map(_takes_nothing, x.args))


def of_numbers(x: Expr, numbers: Collection[Observable]) -> Iterator[tuple[Expr, str]]:
    """What is taken of observables that are numbers, and of nothing that is random besides. Raises `CannotTell` where nothing is
    known of a function."""
    names = {o: Dummy(o.name, real=True) for o in numbers}
    back = {d: o for o, d in names.items()}
    for y, need in needs(x.xreplace(names)):
        if need == KNOWN:
            raise CannotTell(f"{y.xreplace(back)} is not seen to be {need}")
        if y.has(*back) and not y.has(*RANDOM):
            yield y.xreplace(back), need


def is_met(x: Expr, need: str) -> bool:
    """Whether x is as it has to be, almost surely."""
    return (need == OTHER or is_not_below_0(x)) and (need == NOT_BELOW or is_other_than_0(x))


def _is_met_by_values(x: Expr, need: str) -> bool:
    """The same of what is made of draws with a few values each."""
    draws = in_order(x.atoms(Noise))
    listed = [values_of(z) for z in draws]
    if x.has(Observable) or not draws or None in listed or prod(map(len, listed)) > MOST_CASES:  # pyrefly: ignore
        return False
    cases = (with_numbers(x, dict(zip(draws, case, strict=True))) for case in product(*listed))  # pyrefly: ignore
    return all(is_met(y, need) for y in cases)


def is_not_below_0(x: Expr) -> bool:
    """Whether x is 0 or above, almost surely: by the signs of its observables, since the start, or as a law asks for it."""
    if is_nonnegative(_in_signs(x)):
        return True
    try:
        with telling():
            return is_nonnegative(_in_signs(_since_the_start(x))) or _is_asked_for(x)
    except (BadInput, CannotTell):  # a loop that leaves its step unsaid
        return False


def _is_asked_for(x: Expr) -> bool:
    """Whether a law that is drawn from in each step is one only where x of the state is 0 or above, as 1 - share of a coin: in
    every generation that the loop reaches all its laws are laws.
    """
    loops = {(o.loop, o.t) for o in x.atoms(Observable)}
    if len(loops) != 1 or x.has(Noise) or any(o.index for o in x.atoms(Observable)):
        return False
    ((loop, t),) = loops
    state = {s: Observable(loop, s, t) for s in loop.state}
    laws = {z.law for y in loop.step(state).values() for z in sympify(y).atoms(Noise)}
    asked = (d for law in in_order(laws) for d, _, _ in law.demands())
    return any(expand(d - x) == 0 for d in asked if not d.has(Noise)) and structures.conditions(loop) == ()


def is_observed(x: Basic) -> bool:
    """Whether it is of measured runs, or of programs, of which no step in symbols is known."""
    return isinstance(x, Observable) and (x.loop.is_observed or isinstance(x.loop, Measured))


def named(x: Expr) -> Dummy:
    """A symbol of the sign that an observable, or a draw, is known to have; of its coordinate start and step show it."""
    if x.is_positive:
        return Dummy(str(x), positive=True)
    if isinstance(x, Observable) and not x.index:
        loop = _within_its_kinds(x.loop)
        if x.name in always_positive(loop):
            return Dummy(str(x), positive=True)
        if x.name in never_negative(loop):
            return Dummy(str(x), nonnegative=True)
    return Dummy(str(x), nonnegative=True) if x.is_nonnegative else Dummy(str(x), real=True)


@lru_cache(maxsize=1024)
def _within_its_kinds(loop: Loop) -> Loop:
    """A loop with 2 + k for a parameter n that it declares to be 2 or more: as `Assumptions.examine` asks it to be."""
    put = {}
    for value, field in zip(loop.arguments, loop.fields.values(), strict=False):
        domain = getattr(field.kind, "domain", None)
        if isinstance(value, Symbol) and value.is_integer and isinstance(domain, Integers) and domain.lo.is_finite:
            put[value] = sympify(domain.lo) + Dummy(value.name, integer=True, nonnegative=True)
    return loop.xreplace(put) if put else loop


def is_other_than_0(x: Expr) -> bool:
    """Whether x is, almost surely."""
    if isinstance(x, Mul):
        return all(map(is_other_than_0, x.args))
    if isinstance(x, Pow) and not x.exp.has(*RANDOM):
        return is_other_than_0(x.base)
    if isinstance(x, gamma | loggamma | polygamma):
        return _is_spread(_since_the_start(x.args[-1]))
    if _is_signed(x):
        return True
    try:
        with telling():
            return _is_told(x)
    except (BadInput, CannotTell):  # a loop that leaves its step unsaid
        return False


def _is_signed(x: Expr) -> bool:
    """By the signs of its observables; what is drawn from a law with a density may move it away from 0."""
    return is_nonzero(_in_signs(x)) or _is_analytic(x)


def _in_signs(x: Expr) -> Expr:
    return x.xreplace({o: named(o) for o in in_order(x.atoms(Observable))})


def _is_analytic(x: Expr) -> bool:
    """Whether it is a quotient of functions that are analytic wherever the draws may be, which have a density, and not 0 at one
    place at least: then its zeros have no probability.
    """
    draws = in_order(x.atoms(Noise))
    if not draws or x.has(Observable) or any(not z.law.has_a_density or z.law.atoms(Noise) for z in draws):
        return False
    positive = [bool(sympify(z.law.support[0]).is_nonnegative) for z in draws]
    names = [
        Dummy(str(z), positive=True) if up else Dummy(str(z), real=True) for z, up in zip(draws, positive, strict=True)
    ]
    f = x.xreplace(dict(zip(draws, names, strict=True)))
    if f.free_symbols - {*names} or not _is_quotient(f):
        return False
    places = [[p if up else (-1) ** i * p for i, up in enumerate(positive, k)] for k, p in enumerate(PLACES)]
    return any(_is_number_off_0(f.xreplace(dict(zip(names, place, strict=True)))) for place in places)


def _is_quotient(x: Expr) -> bool:
    """Whether it is made of analytic functions by the four operations."""
    if isinstance(x, Add | Mul):
        return all(map(_is_quotient, x.args))
    return _is_quotient(x.base) if x.is_Pow and x.exp.is_Integer else _is_everywhere_analytic(x)


def _is_everywhere_analytic(x: Expr) -> bool:
    """Whether it has a power series at every place, by its parts: what has cuts, or poles, may be 0 on one side of them."""
    if x.is_Symbol or x.is_number:
        return True
    if isinstance(x, log):
        return bool(x.args[0].is_positive) and _is_everywhere_analytic(x.args[0])
    if x.is_Pow and not (x.exp.is_Integer and x.exp >= 0) and not x.base.is_positive:
        return False
    return isinstance(x, (Add, Mul, Pow, *ANALYTIC)) and all(map(_is_everywhere_analytic, x.args))


@surely
def _is_number_off_0(x: Expr) -> bool:
    ball = to_ball(x)
    return bool(ball.is_finite() and (ball > 0 or ball < 0))


def _is_spread(x: Expr) -> bool:
    """Whether none of countably many numbers, such as poles, is met: a multiple of a draw with a density is added to the rest.

    A state that is left in it may have been made of that draw.
    """
    if x.has(Observable):
        return False
    draws = x.atoms(Noise)
    for z in in_order(draws):
        if z.law.has_a_density and not z.law.has(Noise) and not any(y.law.has(z) for y in draws):
            d = Dummy(str(z), real=True)
            slope = x.xreplace({z: d}).diff(d)
            if not slope.has(d, *KINKED) and slope != 0 and is_other_than_0(slope):
                return True
    return False


def _is_told(x: Expr) -> bool:
    begun = _since_the_start(x)
    if begun != x and is_other_than_0(begun):
        return True
    x = begun
    if isinstance(x, Observable) and _is_kept(x):
        return True
    times = {o.t for o in x.atoms(Observable)}
    late = next((t for t in times if all((t - s).is_nonnegative for s in times)), None)
    if late is None or late.is_Integer or not late.is_nonnegative:
        return False
    first = late.is_positive or (len(times) == 1 and is_other_than_0(with_starts(x, late)))
    return bool(first) and _is_signed(stepped(x, late))


def _since_the_start(x: Expr) -> Expr:
    """x with fresh draws written out, and what is of the first generations by the steps since the start."""
    for o in in_order(x.atoms(Observable)):
        if o.name == "draw" and o.index:
            state = {s: Observable(o.loop, s, o.t) for s in o.loop.state}
            x = x.xreplace({o: sympify(o.loop.emit_at(state, o.t, o.index[0]))})
    while early := [o.t for o in x.atoms(Observable) if o.t.is_Integer and 0 < o.t <= MOST_STEPPED]:
        late = max(early)
        if (further := stepped(x, late)) == x:
            return x
        x = further
    return with_starts(x, S.Zero)


def stepped(x: Expr, late: Expr) -> Expr:
    """x with the coordinates at one generation written by the steps that led there."""
    put = {}
    for loop in in_order({o.loop for o in x.atoms(Observable) if o.t == late}):
        after = loop.step_at({s: Observable(loop, s, late - 1) for s in loop.state}, late)
        put |= {Observable(loop, s, late): sympify(y) for s, y in after.items()}
    return x.xreplace(put)


def with_starts(x: Expr, t: Expr) -> Expr:
    """x with the coordinates at one generation as they are at the start."""
    loops = in_order({o.loop for o in x.atoms(Observable) if o.t == t})
    return x.xreplace({Observable(loop, s, t): sympify(y) for loop in loops for s, y in loop.start_at.items()})


def _is_kept(o: Observable) -> bool:
    """Whether a coordinate is other than 0 at the start, and after every step from where it is."""
    loop = o.loop
    if o.index or o.name not in loop.state or not is_other_than_0(sympify(loop.start_at[o.name])):
        return False
    state = {s: named(Observable(loop, s, o.t)) for s in loop.state}
    state[o.name] = Dummy(o.name, real=True, nonzero=True)
    return is_nonzero(sympify(loop.step(state)[o.name]))


__all__ = [
    "OTHER",
    "examine",
    "is_met",
    "is_not_below_0",
    "is_observed",
    "is_other_than_0",
    "named",
    "of_numbers",
    "stepped",
    "taken_by",
    "with_starts",
]
