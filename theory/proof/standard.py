"""Standard moments: every moment of a claim, rewritten as a combination of moments of the standard loop (rule 14).

The loop's symmetry takes location and scale out of the moments; the formula side of a claim keeps them. Standard
moments are the currency of all witnesses: `E` of a monic expression, `Var` and `CentralMoment` (an estimator wants them
whole), `Prob` of an event, `Quantile`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import combinations, product
from typing import Any

from sympy import (
    Add,
    Basic,
    Dummy,
    Eq,
    Expr,
    Ge,
    Gt,
    Lambda,
    Le,
    Lt,
    Min,
    Mul,
    Not,
    Piecewise,
    S,
    Symbol,
    Tuple,
    cancel,
    ceiling,
    floor,
    powsimp,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanFunction

from ..language.beside import beside
from ..language.errors import BadInput, CannotTell
from ..language.events import constant, parted
from ..language.extrema import ArgMin
from ..language.finite_loops import FiniteLoop
from ..language.laws import Law, Noise, Normal
from ..language.likelihood import Constant
from ..language.loops import CLOCK, Loop, Model, Observable, State
from ..language.measured import Measured
from ..language.moments import (
    ISE,
    TV,
    BetweenLaws,
    CentralMoment,
    Cov,
    Distance,
    E,
    HittingTime,
    Limit,
    Moment,
    PathMax,
    Prob,
    Quantile,
    Sensitivity,
    is_random,
    outermost,
)
from ..language.order import in_order
from ..language.signs import Inequality
from ..language.structures import Lineage
from . import structures, taken
from .arithmetic.atoms import AtAtom, exactly, jumps
from .events import examine
from .generations import all_at
from .methods import condition, moment
from .methods.deterministic import is_followed
from .methods.spans import closed_together
from .monic import affine, combination
from .symbols import linear


def standardise(x):
    """`x` with all its moments replaced by combinations of standard moments. Raises `BadInput` for a random `x`."""
    out = _standard(x)
    return closed_together(out) if isinstance(out, Expr) else out


def _standard(x):
    if isinstance(x, Moment):
        return _moment(x)
    if isinstance(x, Observable) and structures.is_deterministic(x.loop):
        return _moment(E(x))
    if isinstance(x, Distance) and any(isinstance(y, FiniteLoop) and y.any_law is not None for y in _loops(x)):
        return x  # of a law of which nothing is known: for lemmas
    if isinstance(x, Distance) and x.has(Moment) and not x.of_model:  # its parameters are numbers
        return _standard(_with_numbers(x).expanded())
    if isinstance(x, Distance) and (_followed(x) or not x.has(Model, Observable)):
        return _number(rescaled(x))
    if isinstance(x, Observable | Noise | Distance | PathMax | HittingTime):
        raise BadInput(f"{x} is a random quantity; a claim compares numbers: did you mean E({x})?")
    if not x.args or not x.has(Moment, Observable, Noise, Distance):
        return x
    if isinstance(x, ArgMin):
        x = x.xreplace({m: _standard(m.in_means(E)) for m in _spreads(x.function, x.limits[0][0])})
    return x.func(*map(_standard, x.args))


def _spreads(x: Expr, k: Symbol) -> list[Moment]:
    """The variances in which something is bound: in means it comes out of them, and what is left is one number for all k."""
    return [m for m in outermost(x) if isinstance(m, CentralMoment | Cov) and m.given is None and m.has(k)]


def known_from(x, lowest: Mapping[Symbol, Expr]):
    """x with those moments given a model in observables of that model's loop which are known only from some value of an
    integer on.

    lowest: the first values of such variables.
    """
    more = {s: Dummy(s.name, integer=True, nonnegative=True) for s in lowest}
    later = {s: k + lowest[s] for s, k in more.items()}
    back = {k: s - lowest[s] for s, k in more.items()}
    put = {}
    for m in x.atoms(Moment):
        if m.given is None or not m.free_symbols & later.keys():
            continue
        try:
            _conditional(m, _own_loop(m))
        except BadInput:
            there = m.xreplace(later)
            with suppress(BadInput):  # it is told of m
                put[m] = _conditional(there, _own_loop(there)).xreplace(back)
    return x.xreplace(put)


def required(x) -> frozenset[Moment]:
    """Standard moments that have to be finite for `x` to mean anything, though they may cancel: those of a difference, or a
    ratio, in which they are no longer; and a covariance has the means of both its variables, and that of their product where
    it is no longer there."""
    whole, free = made_of(x), x.free_symbols
    parts = (made_of(m) for m in outermost(x) if m.free_symbols <= free)
    found = set[Moment]().union(*parts) - whole
    for m in x.atoms(Cov):
        if m.given is None:
            u, v = m.args
            found |= standardise(E(u)).atoms(Moment) | standardise(E(v)).atoms(Moment)
            found |= standardise(E(u * v)).atoms(Moment) - standardise(m).atoms(Moment)
    return frozenset(found)


def made_of(x) -> set[Moment]:
    """The standard moments that it is made of."""
    return set(outermost(standardise(x)))


@lru_cache(maxsize=4096)
def _moment(m: Moment) -> Expr:
    if m.given is not None:
        raise BadInput(f"{m} is random: average it with E(...)")
    if isinstance(m, BetweenLaws | Constant):
        return _with_numbers(m) if isinstance(m, BetweenLaws) else m
    if isinstance(m, Limit):
        return m.func(standardise(m.variable), *m.args[1:])
    if isinstance(m, Sensitivity):
        return m.func(standardise(m.variable), m.bound, m.at)
    if len(loops := _loops(m)) == 1 and (loop := loops.pop()).is_copy:  # it has the law of what it is a copy of
        return _moment(m.xreplace({loop: loop.copy()}))
    if (isinstance(m, Prob) and m.variable.has(E, CentralMoment, Cov)) or any(
        z.law.has(Moment) for z in m.atoms(Noise)
    ):
        m = _with_numbers(m)
    if isinstance(m, Prob):
        examine(m)
    _has_a_value(m)
    _named_apart(m)
    _written_apart(m)
    cases = [(_moment(there), where) for where, there in _perhaps_one(m)]
    return Piecewise(*cases, (_apart(m), True)) if cases else _apart(m)


def _apart(m: Moment) -> Expr:
    """The same where draws of two generations are two."""
    m = _beside(m)
    if any(isinstance(loop, FiniteLoop) and loop.any_law is not None for loop in _loops(m)):
        return _of_any_law(m)
    followed, event = _followed(m), m.variable
    if followed and m.has(HittingTime):
        raise BadInput(f"{m}: nothing is random in that loop, and a first time is of one in which something is")
    if isinstance(m, Prob) and event.has(HittingTime):
        return _by_then(event)
    if isinstance(m, Prob):
        if followed and set(of_atoms(event)) == event.atoms(Observable):  # the mass of some of them
            return _number(over_atoms(event))
        if not isinstance(event, Inequality):
            return Add(constant(event), *(c * _moment(Prob(part)) for c, part in parted(event)))
    alike = frozenset() if followed else _alike(m)
    variables = [rescaled(v, alike) for v in ((event.gts - event.lts,) if isinstance(m, Prob) else m.variables)]
    if followed and isinstance(m, E | CentralMoment | Cov):
        return m.in_means(_mean, *variables)
    x = _alive(combination(m, *variables))
    # loops that look alike are left as they are until each moment is of one
    return x.xreplace({e: _moment(e) for e in x.atoms(Moment)}) if alike else x


def _beside(m: Moment) -> Moment:
    """A moment of what takes two loops at once, that one is above the other, say, as one of both as one loop."""
    if len({o.loop for o in m.atoms(Observable)}) < 2:
        return m
    loops = {s for s in linear.sources(m) if isinstance(s, Loop)}
    if len(loops) < 2 or not (isinstance(m, Quantile) or any(map(_is_of_several, m.variables))):
        return m
    try:
        both = beside(loops)
        return m.xreplace({o: both.observed(o) for o in m.atoms(Observable) if o.loop in loops})
    except CannotTell:
        return m  # it is told what is expected


def _is_of_several(x: Basic) -> bool:
    """Whether a comparison, or a factor of a term, is of several loops."""
    if isinstance(x, Boolean):
        parts = x.atoms(Relational) or {x}
    else:
        parts = {f for term in Add.make_args(linear.expanded(x)) for f in Mul.make_args(term)}
    return any(sum(isinstance(s, Loop) for s in linear.sources(part)) > 1 for part in parts)


def _alive(x: Expr) -> Expr:
    """x with the probability that a count is not 0 for the mean of the lesser of it and 1."""
    put = {}
    for e in x.atoms(E):
        least = e.variable
        if (
            isinstance(least, Min)
            and len(least.args) == 2
            and least.args[0] == 1
            and structures.is_count(least.args[1])
        ):
            put[e] = _moment(Prob(Gt(least.args[1], 0, evaluate=False)))
    return x.xreplace(put) if put else x


def _of_any_law(m: Moment) -> Expr:
    """A moment of fresh draws from a law of which nothing is known: as it is, but for the numbers that the first one has."""
    if isinstance(m, E | CentralMoment | Cov):
        return m.in_means(_mean_of_any_law)
    if isinstance(m, Prob) and isinstance(event := m.variable, Inequality) and isinstance(o := event.gts, Observable):
        law = o.loop.any_law if isinstance(o.loop, FiniteLoop) else None
        if law is not None and law.has_best and o.name == "weight" and o.t == 0 and event == Ge(o, law.largest):
            return law.top
    return m


def _mean_of_any_law(x: Expr) -> Expr:
    """E x, term by term."""
    out = S.Zero
    for term in Add.make_args(linear.expanded(x)):
        c, r = linear.split(term)
        o, power = r.as_base_exp()
        if isinstance(o, Observable) and o.name == "weight" and o.t == 0 and power in (1, 2):
            law = o.loop.any_law
            c *= law.mean if power == 1 else law.variance + law.mean**2
        elif r is not S.One:
            c *= E(powsimp(r))
        out += c
    return out


def _by_then(event: Basic) -> Expr:
    """An event of a first time T, as T > t or T <= t for a whole number t."""
    (time, *others), d = event.atoms(HittingTime), Dummy("T", real=True)
    if others or not isinstance(event, Inequality):
        raise BadInput(f"Prob({event}): expected an event of one first time, such as T > t")
    gap = (event.gts - event.lts).xreplace({time: d})
    slope = gap.diff(d)
    if gap.has(Observable, Noise) or not (slope.is_Rational and slope != 0):
        raise BadInput(f"Prob({event}): expected an event of one first time, such as T > t")
    level = d - gap / slope
    level = level.expand()
    if level.is_infinite or level.has(d):
        raise BadInput(f"Prob({event}): expected an event of one first time and a number, such as T > t")
    later = bool(slope > 0)
    # T > t and T <= t begin, or end, at the whole number below, others above
    below = isinstance(event, Gt | Lt) == later
    end = floor(level) if below else ceiling(level) - 1
    if (share := _lost(time.condition)) is not None and end.is_integer and end.is_nonnegative:
        share = share.func(*share.args[:2], end)  # what is lost stays lost: at that generation it is seen
        return _moment(Prob((Gt if later else Le)(share, 0, evaluate=False)))
    if end.is_integer and end.is_nonnegative and structures.stays(time.condition):
        there = all_at(time.condition, end)
        with suppress(BadInput):  # an event that is not told as one inequality
            return _moment(Prob(Not(there) if later else there))
    return Prob((Gt if later else Le)(rescaled(time), end, evaluate=False))


def _lost(condition: Basic) -> Observable | None:
    """The share of which a condition says that it is 0, where that is so for ever once it is."""
    if not isinstance(condition, Eq | Le | Ge):
        return None
    low, high = (condition.lts, condition.gts) if not isinstance(condition, Eq) else condition.args
    low, high = (low, high) if high == 0 else (high, low) if isinstance(condition, Eq) else (low, high)
    if high != 0 or not isinstance(low, Observable) or not structures.lost_for_ever(structures.marginal(low)):
        return None
    return low


def _with_numbers(x: Expr) -> Expr:
    """An event about a level that is a mean itself, or is made of means, and laws of which these are parameters: with the
    derived forms of these, if they have one."""
    put = {}
    for inner in {
        m for a in x.args for y in ([a] if isinstance(x, Distance) else a.args) for m in outermost(y) if m.given is None
    }:
        standard = standardise(inner)
        try:
            parts = {e: moment(e) for e in standard.atoms(Moment)}
        except CannotTell:
            continue
        if all(
            all(c.is_positive for c in d.positive) and all(c.is_nonzero for c in d.nonzero) and d.form.is_finite
            for d in parts.values()
        ):
            put[inner] = standard.xreplace({e: d.form for e, d in parts.items()})
    return x.xreplace(put)


def _has_a_value(m: Moment) -> None:
    """Raise `BadInput` where what is known given a model stands in what may have no value: its form may hide it."""
    known = {e: Dummy("known", real=True) for x in m.args for e in _given(x)}
    if not known:
        return
    forms = {d: _conditional(e, _own_loop(e)) for e, d in known.items()}
    sides = [side for r in m.atoms(Relational) for side in r.args] if isinstance(m, Prob) else m.variables
    for x in sides:
        for y, need in taken.taken_by(x.xreplace(known), also=forms):
            if not taken.is_met(y.xreplace(forms), need):
                told = y.xreplace({d: e for e, d in known.items()})
                raise BadInput(f"{m}: {told} is not seen to be {need}: {x} may have no value")


def _own_loop(m: Moment) -> frozenset[Loop]:
    return frozenset() if m.given is None else frozenset({m.given.loop})


def _given(x: Basic) -> set[Moment]:
    """The moments given a model in it."""
    return {e for e in x.atoms(Moment) if e.given is not None}


def _named_apart(m: Moment) -> None:
    """Raise `BadInput` for draws that numbers for the parameters would make one."""
    names: dict[Basic, Noise] = {}
    for z in sorted(m.atoms(Noise), key=str):
        names.setdefault(z.args[0], z)
        if names[z.args[0]].whole != z.whole:
            raise BadInput(f"{m}: two different draws are called {z.args[0]}: give each a name of its own")
    for o in _draws(m):
        if not all(i.is_Integer for i in o.index):
            raise BadInput(f"{o}: fresh draws are numbered 1, 2, ...")


def _written_apart(m: Moment) -> None:
    """Raise `BadInput` for two loops of which it is not said whether they are one: they differ only in how their parameters are
    written, and SymPy may make them one, or not; or they were measured, perhaps of the same runs."""
    for one, other in combinations(in_order(_loops(m)), 2):
        if isinstance(one, Measured) and isinstance(other, Measured):
            raise BadInput(
                f"{m}: whether {one} and {other} were measured of the same runs is not said: name all that was measured side by "
                "side in one Measured(...)"
            )
        if _amounts_to(one, other):
            raise BadInput(
                f"{one} and {other} have the same parameters, written in two ways, so that they may be meant as one loop, or as "
                "two independent ones: write them alike, or give them parameters that differ"
            )


def _amounts_to(x: Basic, y: Basic) -> bool:
    """Whether two loops, or two of their parameters, are the same once they are multiplied out."""
    if x == y:
        return True
    if isinstance(x, Expr) and isinstance(y, Expr) and not isinstance(x, Lambda) and not isinstance(y, Lambda):
        return cancel(x - y) == 0
    return type(x) is type(y) and 0 < len(x.args) == len(y.args) and all(map(_amounts_to, x.args, y.args))


def _draws(m: Moment) -> list[Observable]:
    """Fresh draws, and functions of them."""
    of_draw = (o for o in m.atoms(Observable) if o.name == "draw" or isinstance(o.loop, FiniteLoop))
    return in_order({o for o in of_draw if o.index})


def _perhaps_one(m: Moment) -> Iterator[tuple[Expr, Moment]]:
    """Where two draws are one, since their generations are: the condition, and the moment there."""
    for o, other in combinations(_draws(m), 2):
        of_one = (o.loop, o.index) == (other.loop, other.index) and o.t != other.t
        if of_one and (o.t - other.t).is_zero is not False:
            late = {x: x.func(x.loop, x.name, o.t, *x.index) for x in _draws(m) if (x.t, x.index) == (other.t, o.index)}
            yield Eq(o.t, other.t), m.xreplace(late)


def _loops(x: Expr) -> set[Loop]:
    return {o.loop for o in x.atoms(Observable)} | {m.loop for m in x.atoms(Model, State)}


def _alike(m: Moment) -> frozenset[Loop]:
    """Different loops with one standard form, which are independent: they are told apart."""
    forms = {loop: structures.standard(loop) for loop in _loops(m)}
    return frozenset(loop for loop, form in forms.items() if list(forms.values()).count(form) > 1)


# ---- the standard loop ----------------------------------------------------------------------------------------------


def rescaled(x: Expr, alike: frozenset[Loop] = frozenset()) -> Expr:
    """Distances in closed form, conditional moments expanded, observables in terms of the standard loop's.

    alike: loops that keep their own.
    """
    if isinstance(x, Observable):
        return x if x.loop in alike and x.name in (*x.loop.state, "draw") else structures.rescaled(x)
    if isinstance(x, Distance):
        for model in x.atoms(Model):
            structures.examine_law(model.loop)
        return rescaled(_spelled(x), alike)
    if not x.args or not x.has(Moment, Observable, Distance):
        return x
    if not isinstance(x, Moment | PathMax):
        return x.func(*(rescaled(y, alike) for y in x.args))
    if isinstance(x, PathMax):
        return _path_maximum(x, rescaled(x.function, alike))
    return standardise(x) if x.given is None else _conditional(x, alike)


def _spelled(x: Distance) -> Expr:
    """A distance in closed form; that of kernels from a normal law is an observable of theirs, as their density is."""
    for model, law in (x.args, x.args[::-1]):
        kernels = structures.defined(model.loop, Lineage) if isinstance(model, Model) else None
        if not kernels or not isinstance(x, ISE | TV) or not isinstance(law, Law) or is_random(law):
            continue
        if kernels.kernel is not None:
            if law == model.loop.truth:
                return Observable(model.loop, type(x).__name__, model.t)
        elif isinstance(law, Normal):
            return Observable(model.loop, type(x).__name__, model.t, law.mean, law.variance)
    try:
        return x.expanded()
    except NotImplementedError:
        numbers = {o: E(o) for o in x.atoms(Observable) if structures.is_deterministic(o.loop)}
        if not numbers or x.atoms(Model):
            raise
        return x.xreplace(numbers).expanded()


def _conditional(m: Moment, alike: frozenset[Loop]) -> Expr:
    given = m.given
    assert given is not None
    if not isinstance(m, E | CentralMoment):
        raise BadInput(f"{type(m).__name__} given a model is not supported; E, Var and CentralMoment are")
    own = given.loop
    loop = own if own in alike else structures.standard(own)

    def known(x: Expr) -> Expr:
        out = _of_known(x, loop, lambda y: condition(y, loop, given.t))
        if isinstance(given, Model) and (name := structures.hidden(out, loop, given.t)):
            raise CannotTell(
                f"it depends on {name}, which the model does not tell: given=loop.state(t) is all that training remembers"
            )
        return out

    try:
        return m.in_means(known, rescaled(m.variable, alike))
    except CannotTell as error:
        raise BadInput(f"{m}: a moment given a model has to follow from the step in symbols; {error}") from error


def _path_maximum(m: PathMax, function: Expr) -> Expr:
    """A maximum over the path, its function being written in the standard loop's terms; what does not move comes out."""
    linear.one_loop(m.function)
    shift, scale, y = affine(function)
    if shift.has(m.limits[0][0]) or scale.has(m.limits[0][0]):
        return PathMax(function, m.limits[0])
    return shift + scale * PathMax(y, m.limits[0]) if y != 0 else shift


def _of_known(x: Expr, loop: Loop, given: Callable[[Expr], Expr]) -> Expr:
    """E of x where one loop's state is known: `given` is the mean of what is of that loop, the others are independent of it."""
    out, written = (
        S.Zero,
        linear.expanded(Observable(loop, "", 0)).loop,
    )  # what is multiplied out has another loop in it
    x = linear.expanded(x)
    x = x.xreplace({o: o.func(loop, *o.args[1:]) for o in x.atoms(Observable) if o.loop == written})
    for term in Add.make_args(x):
        c, r = linear.split(term)
        parts = linear.independent(r) if r is not S.One else []
        mine = [p for p in parts if any(o.loop == loop for o in p.atoms(Observable))]
        others = Mul(*(E(p) for p in parts if p not in mine))
        out += c * others * (given(Mul(*mine)) if mine else S.One)
    return out


# ---- loops in which nothing is random -------------------------------------------------------------------------------


def _followed(x: Expr) -> bool:
    """Whether only loops are spoken of in which nothing is random but fresh draws."""
    loops = _loops(x)
    return bool(loops) and all(map(is_followed, loops))


def _mean(x: Expr) -> Expr:
    """E x as an expression in the moments that make up the state, and in those of draws that are no atoms."""
    x = over_atoms(x)
    return linear.expectation(x) if any(o.name == "draw" for o in x.atoms(Observable)) else _number(x)


def _number(x: Expr) -> Expr:
    """Coordinates of the state as moments of their own; known ones at the start."""
    return x.xreplace({o: o.loop.initial[o.name] if o.t == 0 else E(o) for o in x.atoms(Observable)})


def of_atoms(x: Basic) -> dict[Observable, Tuple]:
    """The functions of draws from laws on finitely many atoms in an expression, with their values on these."""
    found = {o: o.loop.table(o.name) for o in x.atoms(Observable) if isinstance(o.loop, FiniteLoop)}
    return {o: values for o, values in sorted(found.items(), key=lambda item: str(item[0])) if values is not None}


def over_atoms(x: Basic) -> Expr:
    """E x in coordinates of the state: over fresh draws it is a sum over their atoms. Of an event: its probability."""
    fresh = of_atoms(x)
    draws = list(dict.fromkeys((o.loop, o.t, o.index) for o in fresh))
    total = []
    for atoms in product(*(range(len(loop.state)) for loop, _, _ in draws)):
        at = dict(zip(draws, atoms, strict=True))
        value = _at_atoms(x, {o: values[at[o.loop, o.t, o.index]] for o, values in fresh.items()})
        weight = Mul(*(Observable(loop, loop.state[i], t) for (loop, t, _), i in at.items()))
        if value is S.true:
            value = S.One
        elif value is S.false:
            value = S.Zero
        elif isinstance(value, Relational | BooleanFunction):
            value = Piecewise((1, value), (0, True))  # which atoms it is true of depends on the claim's variables
        total.append(weight * value)
    return Add(*total)


def _at_atoms(x: Basic, at: Mapping[Observable, Expr]) -> Any:
    """An expression, or an event, for draws of these values; where they are numbers, every jump in it is decided."""
    value = x.xreplace(at)
    if (
        not jumps(x)
        or value.free_symbols - {CLOCK}
        or value.has(Observable)
        or not all(v.is_number for v in at.values())
    ):
        return value
    try:
        return exactly(x, at)
    except AtAtom as problem:
        raise BadInput(f"{x}: {problem}") from problem
