"""Moments of draws from named laws, no loop being in them: integrals against their densities, and distances of two laws."""

from __future__ import annotations

from itertools import combinations

from flint import arb
from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    Gt,
    Integer,
    Lt,
    Max,
    Min,
    Pow,
    S,
    cancel,
    exp,
    expand,
    log,
    nan,
    oo,
    sympify,
    zoo,
)

from ...language.errors import NO_BALL, CannotTell
from ...language.laws import Binomial, ChiSquare, Gamma, Noise
from ...language.laws.waiting import COUNTS
from ...language.likelihood import Constant
from ...language.loops import Observable
from ...language.moments import W1, E, Moment, Prob, Quantile, Variation
from ...language.signs import Inequality
from ..arithmetic import counting, variation, wasserstein
from ..arithmetic.atoms import AtAtom, exactly
from ..arithmetic.means import with_laws
from ..arithmetic.programs import to_ball
from ..foreign import telling
from ..symbols import against, shrunk
from ..symbols.averages import Infinite, noise_terms
from ..symbols.law_means import LISTED, law_distance, mean_of_draws
from ..symbols.overgrown import overgrown
from ..symbols.regions import probability
from ..symbols.single import pieces, where
from .method import Derivation, Method

MOST_VALUES = 8  # of a draw, each of which is looked at


def derive(m: Moment) -> Derivation:
    if isinstance(m, W1):
        return Derivation(law_distance(*m.args), steps=[f"{m} from the difference of the distribution functions"])
    if isinstance(m, Variation):
        raise CannotTell(f"{m}: where the densities cross has no closed form")
    if m.variable in (S.true, S.false):  # as the signs of the draws say
        return Derivation(S.One if m.variable == S.true else S.Zero, steps=[f"{m}: it is certain"])
    if isinstance(m, Quantile):
        form, conditions = _quantile(m)
        return Derivation(form, conditions, steps=[f"{m} by the inverse of the distribution function"])
    if isinstance(m, Prob):
        form, conditions = _probability(m.variable)
        return Derivation(form, conditions, steps=[f"{m} by the distribution function"])
    if not isinstance(m, E):
        raise CannotTell(f"{type(m).__name__} is not a moment of a monomial")
    if not m.has(Noise):  # a zeroth power
        return Derivation(m.variable, steps=[f"{m}: nothing is random"])
    form, conditions = mean_of_draws(m)
    return Derivation(form, conditions, steps=[f"{m} by integration against the density"])


def _quantile(m: Quantile) -> tuple[Expr, list[Expr]]:
    """Of a function of one draw that rises all along its law, or falls: the function of a quantile of the draw; and what has to
    be positive for it."""
    draws = m.variable.atoms(Noise)
    if len(draws) != 1:
        raise CannotTell(f"{m.variable} is of {len(draws)} draws, and quantiles have a form for one")
    (z,) = draws
    if not z.law.is_continuous or z.law.has(Noise, Observable, Moment):
        raise CannotTell(f"{z.law} is not seen to be one law with a density")
    x = Dummy("x", **({"positive": True} if z.law.support[0].is_nonnegative else {"real": True}))
    f = m.variable.xreplace({z: x})
    if not all(isinstance(y, exp | log) for y in f.atoms(Function)) or any(
        y.has(x) and not y.exp.is_positive for y in f.atoms(Pow) if not isinstance(y, exp)
    ):
        raise CannotTell(f"{m.variable} is not seen to rise, or to fall, all along {z.law}")
    slope = f.diff(x)
    if not (slope.is_positive or slope.is_negative):
        raise CannotTell(f"{m.variable} is not seen to rise, or to fall, all along {z.law}")
    level = m.level if slope.is_positive else 1 - m.level
    return f.xreplace({x: z.law.quantile(level)}), z.law.asked_of_density()


def _probability(event: Inequality) -> tuple[Expr, list[Expr]]:
    """Of what one draw of a continuous law is in, or several independent ones together, and what has to be positive for it."""
    form, conditions = _probability_of(event)
    dense = [x for z in sorted(event.atoms(Noise), key=str) if z.law.is_continuous for x in z.law.asked_of_density()]
    return form, [*conditions, *dense]


def _probability_of(event: Inequality) -> tuple[Expr, list[Expr]]:
    """The same where every continuous law has a density."""
    if not event.has(Noise):  # x/|x| > 0 of an x that is not below 0
        raise CannotTell(f"{event} has nothing random in it")
    first, *others = sorted(event.atoms(Noise), key=str)
    if not others:
        if isinstance(event, Gt) and event.lts == 0 and isinstance(event.gts, Abs):  # other than 0
            if not first.law.is_continuous:
                return 1 - _mass(event.gts.args[0], first), []
            if _place(event.gts.args[0], first) is not None:
                return S.One, []
        if not first.law.is_continuous and (listed := _listed(first)) is not None:
            return Add(*(mass for value, mass in listed if _holds(event, first, value))), []
        return where(first.law, S.Zero, event, first), []
    if isinstance(event, Inequality) and (apart := _extreme(event)) is not None:
        return apart
    found = shrunk.probability(event, (first, *others)) if isinstance(event, Inequality) else None
    if found is not None:
        return found
    try:
        return probability(event, (first, *others)), []
    except CannotTell:
        draws = [first, *others]
        found = _value_by_value(event, draws) or against.probability(event, draws) or _beyond(event)
        if found is None:
            raise
        return found


def _beyond(event: Inequality) -> tuple[Expr, list[Expr]] | None:
    """That something is above a number that is not negative, or below its negative: these exclude each other."""
    size, c, strict = event.gts, event.lts, isinstance(event, Gt | Lt)
    if not isinstance(size, Abs) or c.has(Noise) or not (c.is_positive or (strict and c.is_nonnegative)):
        return None
    sides = [x > c if strict else x >= c for x in (size.args[0], -size.args[0])]
    if any(side in (S.true, S.false) for side in sides):
        return None
    (above, more), (below, others) = map(_probability_of, sides)
    return above + below, [*more, *others]


def _value_by_value(event: Inequality, draws: list[Noise]) -> tuple[Expr, list[Expr]] | None:
    """By all values of a draw that takes few of them; None where none does, or one is in the law of another."""
    few = next((z for z in draws if 0 < len(_listed(z) or ()) <= MOST_VALUES), None)
    if few is None or any(z.law.atoms(Noise) for z in draws):
        return None
    total, conditions = S.Zero, []
    for value, mass in _listed(few) or ():
        with telling(f"{event} where {few} is {value}"):
            there = event.xreplace({few: value})
        if there.has(zoo, nan, oo, -oo):
            raise CannotTell(f"{event} may have no value where {few} is {value}")
        if there not in (S.true, S.false) and not there.has(Noise):
            raise CannotTell(f"whether {event} where {few} is {value}")
        form, more = (S.One if there == S.true else S.Zero, []) if not there.has(Noise) else _probability_of(there)
        total, conditions = total + mass * form, [*conditions, *more]
    return expand(total), conditions


def _listed(z: Noise) -> list[tuple[Expr, Expr]] | None:
    """The values of a draw and their probabilities, where they are listed, or few."""
    if isinstance(z.law, Binomial) and z.law.n.is_Integer and z.law.n <= LISTED:
        return [(k, z.law.mass(k)) for k in map(Integer, range(int(z.law.n) + 1))]
    listed = z.law.values()
    return None if listed is None else [(sympify(v), p) for v, p in listed]


def _holds(event: Inequality, z: Noise, value: Expr) -> bool:
    """Whether it does at a value of the draw. Raises `CannotTell`."""
    said = exactly(event, {z: value}) if value.is_Rational and event.free_symbols <= {z} else event.xreplace({z: value})
    if said not in (S.true, S.false):
        raise CannotTell(f"whether {event} where {z} is {value}")
    return bool(said)


def _extreme(event: Inequality) -> tuple[Expr, list[Expr]] | None:
    """That the largest of some quantities of different draws is above a number, or below, or the smallest; None of others."""
    gap, strict = event.gts - event.lts, isinstance(event, Gt | Lt)
    number, moving = gap.as_independent(Noise, as_Add=True)
    factor, extreme = moving.as_independent(Noise, as_Add=False)
    if not isinstance(extreme, Max | Min) or not (factor.is_positive or factor.is_negative):
        return None
    draws = [x.atoms(Noise) for x in extreme.args]
    if any(a & b for a, b in combinations(draws, 2)) or any(z.law.atoms(Noise) for found in draws for z in found):
        return None
    # of a maximum "above" is the complement of all below; of a minimum it is all above; below is the other way round
    all_of = isinstance(extreme, Min) == bool(factor.is_positive)
    sides = [number + factor * x for x in extreme.args]
    if not all_of:
        sides, strict = [-x for x in sides], not strict
    total, conditions = S.One, []
    for x in sides:
        holds = x > 0 if strict else x >= 0
        if holds in (S.true, S.false):
            form, more = (S.One if holds == S.true else S.Zero), []
        elif not holds.has(Noise):
            return None
        else:
            form, more = _probability(holds)
        total, conditions = total * form, [*conditions, *more]
    return (total if all_of else 1 - total), conditions


def _place(gap: Expr, z: Noise) -> Expr | None:
    """The one number at which a gap that is affine in a draw is 0; None for any other gap."""
    x = Dummy("x", real=True)  # what is in the law stays as it is
    gap = expand(gap.xreplace({z: x}))
    slope = gap.coeff(x, 1)
    rest = expand(gap - slope * x)
    return None if rest.has(x) or not slope.is_nonzero else cancel(-rest / slope)


def _mass(gap: Expr, z: Noise) -> Expr:
    """The probability of the one count at which a gap is 0."""
    law, k = z.law, _place(gap, z)
    if k is None:
        raise CannotTell(f"{gap} is not affine in a count")
    if not isinstance(law, COUNTS):
        raise CannotTell(f"no probabilities of {law}")
    below, left = k - law.support[0], law.support[1] - k
    if k.is_integer is False or below.is_negative or left.is_extended_negative:
        return S.Zero
    if not (k.is_integer and below.is_nonnegative and left.is_extended_nonnegative):
        raise CannotTell(f"whether {k} is a count of {law}")
    return law.mass(k)


def enclose(m: Moment) -> arb:
    if isinstance(m, W1):
        return wasserstein.wasserstein(*m.args)
    if isinstance(m, Variation):
        return variation.variation(*m.args)
    has_mean(m)
    if not m.has(Noise):
        return to_ball(derive(m).form)
    if isinstance(m, Prob) and len(draws := m.atoms(Noise)) == 1:
        (z,) = draws
        if isinstance(z.law, COUNTS):
            try:
                return counting.probability(m.variable, z, counting.masses(z.law))
            except AtAtom:
                raise
            except CannotTell:  # no event of a count beside a number
                pass
        if isinstance(z.law, ChiSquare | Gamma):
            return sum((above(z.law, part.start) - above(z.law, part.end) for part in pieces(m.variable, z)), arb(0))
    try:
        if isinstance(m, E) and (ball := with_laws(m, {})).is_finite():
            return ball
        why = "no finite ball"
    except NO_BALL as problem:
        why = str(problem)
    try:
        d = derive(m)
    except CannotTell as problem:
        raise CannotTell("; ".join(dict.fromkeys((why, str(problem))))) from problem
    return to_ball(d.form) if all(to_ball(c) > 0 for c in d.positive) else arb.nan()


def above(law: ChiSquare | Gamma, place: Expr) -> arb:
    """The probability of more than that, to all digits of a tail."""
    if place.is_infinite:
        return arb(int(place == -oo))
    shape, scale = law.args if isinstance(law, Gamma) else (law.dof / 2, 2)
    order, at = to_ball(shape), to_ball(place) / to_ball(scale)
    return at.max(arb(0)).gamma_upper(order) / order.gamma()


def has_mean(m: Moment) -> None:
    """Raise `Infinite` for powers of draws from laws with heavier tails, and exponentials that grow faster than these fall."""
    if isinstance(m, E) and overgrown(m.variable):
        raise Infinite(f"{m} diverges far out")
    try:
        terms = noise_terms(m.variable, m.atoms(Noise)) if isinstance(m, E) else []
    except CannotTell:  # no power
        return
    for _, powers in terms:
        for z, (power, _, absolute) in powers.items():
            if z.law.diverges(power, absolute):
                raise Infinite(f"E {z.law}^({power + absolute}) diverges")


def skip(m: Moment) -> str | None:
    return "it is of a loop" if m.has(Observable, Constant) else None


METHOD = Method("rigorous integration over the line", skip, lambda m, learn: derive(m), lambda m, learn: enclose(m))
