"""Averages over the noise of a step, in symbols: products of draws, integrated against the densities of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from sympy import (
    Abs,
    Add,
    And,
    Dummy,
    Expr,
    Function,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    S,
    Symbol,
    atan,
    cancel,
    ceiling,
    cos,
    erf,
    erfc,
    exp,
    expand,
    expand_log,
    factor,
    factor_terms,
    gamma,
    log,
    nan,
    oo,
    pi,
    powsimp,
    sin,
    sqrt,
    sympify,
    zoo,
)

from ...language.errors import CannotTell, Doubtful
from ...language.expansion import multiplied_out
from ...language.laws import (
    Binomial,
    Centred,
    Count,
    Law,
    Multinomial,
    Noise,
    Normal,
)
from ...language.loops import CLOCK, Coordinate, Observable
from ...language.order import in_order
from ...language.randomness import draws_in
from ...language.signs import is_positive
from ..undefined import with_numbers
from . import halves, kinks, ordered, ranges
from .batches import divided, in_one_piece
from .cases import TAME, Event, written
from .lines import along_lines
from .normal_forms import expand_over, tidy
from .regions import probability
from .single import exponential, where


class Infinite(Exception):
    """A one-step integral diverges: of a positive quantity the mean is infinite where what multiplies it is not 0.

    factors: of what multiplies it, those that are not known to be other than 0; None where nothing is known of it.
    """

    factors: list[Expr] | None = None


@cache
def law_moment(law: Law, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
    """(E X^power log(X)^logs |X|^absolute, quantity that must be positive for it to exist)."""
    if power.is_zero and logs == absolute == 0:
        return S.One, S.One
    if law.diverges(power, absolute):
        raise Infinite(f"E {law}^({power + absolute}) diverges")
    form, exists = law.moment(power, logs, absolute)
    return (tidy(form) if form.has(gamma) else powsimp(form) if logs else form), exists


def mean_under_normal(f: Expr, z: Noise) -> Expr | None:
    """E f(X), X ~ N(m, v): None if f is no multiple of erf, erfc, sine or cosine of a line, of |a line|, or of erf(c |X|) with
    m = 0.

    E cos(a + b X) = e^(-b^2 v/2) cos(a + b m), and so for the sine; E erf(a + b X) = erf((a + b m)/sqrt(1 + 2 b^2 v));
    E erf(c |X|) = (2/pi) arctan(c sqrt(2 v)), in polar coordinates; E |X| = sqrt(2 v/pi) e^(-m^2/(2 v)) + m erf(m/sqrt(2 v)).
    """
    k, g = f.as_independent(z, as_Add=False)
    if isinstance(g, erfc):
        inner = mean_under_normal(erf(*g.args), z)
        return None if inner is None else k * (1 - inner)
    if not isinstance(g, erf | Abs | sin | cos):
        return None
    (line,) = g.args
    mean, variance = z.law.mean, z.law.variance
    if line.is_polynomial(z) and line.as_poly(z).degree() == 1:
        mean, variance = expand(line.xreplace({z: mean})), line.as_poly(z).LC() ** 2 * variance
        if isinstance(g, sin | cos):
            return k * exp(-variance / 2) * g.func(mean)
        if isinstance(g, erf):
            return k * erf(mean / sqrt(1 + 2 * variance))
        if not variance.is_positive:
            raise CannotTell(f"whether {variance} is positive")
        return k * (sqrt(2 * variance / pi) * exp(-(mean**2) / (2 * variance)) + mean * erf(mean / sqrt(2 * variance)))
    c, size = line.as_independent(z, as_Add=False)
    if not isinstance(g, erf) or size != Abs(z) or mean != 0:
        return None
    return k * 2 / pi * atan(c * sqrt(2 * variance))


def without_cases(x: Expr) -> Expr:
    """A function of draws by what these, and all that is beside them, are: written without cases where it has some."""
    return written(x, (), {}) if x.has(Piecewise) else x


def mean_of_greater(f: Expr) -> Expr | None:
    """E of the greater, or the lesser, of two lines in independent normal draws (Clark 1961), or of the size of one line.

    Max(u, v) = (u + v + |u - v|)/2, and u - v is normal. None if f is no multiple of such.
    """
    k, g = f.as_independent(Noise, as_Add=False)
    if isinstance(g, Abs):
        between, gap, sign = S.Zero, g.args[0], S.One
    elif isinstance(g, Max | Min) and len(g.args) == 2:
        u, v = g.args
        between, gap, sign = (u + v) / 2, u - v, (S.Half if isinstance(g, Max) else -S.Half)
    else:
        return None
    mean, variance, centre = expand(gap), S.Zero, expand(between)
    for z in in_order(g.atoms(Noise)):
        slopes = [x.coeff(z, 1) for x in (mean, centre)]
        if not isinstance(z.law, Normal) or z.law.has(Noise) or any(slope.has(Noise) for slope in slopes):
            return None
        mean, centre = (
            expand(x - slope * z + slope * z.law.mean) for x, slope in zip((mean, centre), slopes, strict=True)
        )
        variance += slopes[0] ** 2 * z.law.variance
    if mean.has(Noise) or centre.has(Noise):
        return None
    z = Noise("X", Normal(mean, factor_terms(variance)))
    size = mean_under_normal(Abs(z), z)
    return None if size is None else k * (centre + sign * size)


STATE = (Observable, Coordinate, Dummy)  # what stands for it, in a claim, a step and a recursion

Powers = dict[Noise, tuple[Expr, int, int]]  # of every noise: (power, power of its log, power of its absolute value)


def noise_terms(x: Expr, noises: Iterable[Noise], conditions: list[Expr] | None = None) -> list[tuple[Expr, Powers]]:
    """x as a sum of products: (factor free of noise, powers of the noises). Of what is not integrated, beside a draw of mean 0,
    nothing is left: it has a mean.

    conditions: to it is added what has to be positive for exponentials to have means; without it that has to be seen here.
    """
    out = []
    noises = in_order(noises)
    if nested := [z for z in noises if z.law.atoms(Noise) & set(noises)]:
        raise CannotTell(f"the law of {nested[0]} depends on another draw")
    for z in noises:
        x = _of_two_values(x, z)
    x, noises = along_lines(in_one_piece(x, noises), noises)
    terms = Add.make_args(expand_over(x, *noises)) if noises else [x]
    for term in terms:
        rest, powers, stuck, special = [], {z: [S.Zero, 0, 0] for z in noises}, [], []
        for f in Mul.make_args(term):
            base, e = f.as_base_exp()
            inner = base.args[0] if isinstance(base, log | Abs) else base
            if not noises or not f.has(*noises):
                rest.append(f)
            elif base in powers:
                powers[base][0] += e
            elif isinstance(base, log | Abs) and inner in powers and e.is_Integer and e > 0:
                powers[inner][1 if isinstance(base, log) else 2] += int(e)
            elif isinstance(f, exp | Event):
                special.append(f)
            elif not base.has(*noises) and is_positive(base):  # a number to the power of a draw
                special.append(exp(e * log(base), evaluate=False))
            else:
                stuck.append(f)
        if beside := [f for f in special if _is_beside_its_draws(f, powers)]:
            stuck, special = [*stuck, *beside], [f for f in special if f not in beside]
        stuck = [f for f in stuck if not _by_a_count(f, [*stuck, *special], powers, rest, conditions is None)]
        if stuck and (compared := _compared(stuck, special, powers, conditions)) is not None:
            rest.append(compared)
            stuck = []
        if not stuck:
            alone = len(terms) == 1 and _is_even(powers) and not any(isinstance(f, Event) for f in special)
            try:
                rest += _special(special, powers, conditions)
            except Doubtful as problem:
                if not alone or conditions is None:  # in a step it may be multiplied by a state that is 0
                    raise
                raise _without_mean(Mul(*special), rest) from problem
        if stuck:
            powers = _beside_what_is_stuck([*stuck, *special], powers, rest)
        out.append((Mul(*rest), {z: (e, logs, bars) for z, (e, logs, bars) in powers.items()}))
    return out


def _beside_what_is_stuck(stuck: list[Expr], powers: dict[Noise, list], rest: list[Expr]) -> dict[Noise, list]:
    """The powers of draws of mean 0, where what else there is of draws, which is not integrated, has a mean and no part in these;
    to the rest comes a polynomial of the state, of which a multiple is above that mean.

    Raises `CannotTell` where there are none or that has none, and `Infinite` where it diverges.
    """
    centred = [z for z, p in powers.items() if _centred(z, p) and not any(f.has(z) for f in stuck)]
    if not centred:
        if len(stuck) == 1 and _diverges_at_0(stuck[0], powers):
            raise _without_mean(stuck[0], rest)
        raise CannotTell(f"cannot integrate {stuck[0]}")
    others = (z**e * log(z) ** logs * Abs(z) ** bars for z, (e, logs, bars) in powers.items() if z not in centred)
    beside = Mul(*stuck, *others)
    state = in_order(beside.atoms(*STATE))
    degree = ranges.order(beside.xreplace({x: Coordinate(x.name, real=True) for x in state if isinstance(x, Dummy)}))
    draws = beside.atoms(Noise)
    if degree is None or any(z.law.has(*STATE) or not ranges.has_moments(z.law, degree) for z in draws):
        raise CannotTell(f"whether {beside} has a mean is not seen")
    rest.append(1 + Add(*(x ** (2 * ceiling(degree / 2)) for x in state)))
    return {z: p if z in centred else [S.Zero, 0, 0] for z, p in powers.items()}


def _is_beside_its_draws(f: Expr, powers: dict[Noise, list]) -> bool:
    """Whether it is an event of several normal draws that stands beside powers of them."""
    draws = [z for z in powers if f.has(z)]
    of_normals = len(draws) > 1 and all(isinstance(z.law, Normal) for z in draws)
    return isinstance(f, Event) and of_normals and any(powers[z] != [S.Zero, 0, 0] for z in draws)


def _without_mean(f: Expr, rest: list[Expr]) -> Infinite:
    """What is raised where the mean of f, which is nowhere below 0, is infinite, and multiplied by the rest."""
    problem = Infinite(f"E {f} diverges")
    problem.factors = _open(rest)
    return problem


def _open(factors: Iterable[Expr]) -> list[Expr] | None:
    """Those that are not known to be other than 0; None where one of them is random, or changes with the clock."""
    left = [f for f in factors if not f.is_nonzero]
    return None if any(f.has(CLOCK, Dummy, Observable, Noise) for f in left) else left


def _is_even(powers: Mapping[Noise, Sequence]) -> bool:
    """Whether a product of powers of draws is nowhere below 0, by how they are made."""
    return all(not logs and (power.is_even or z.is_nonnegative) for z, (power, logs, _) in powers.items())


def _of_two_values(x: Expr, z: Noise) -> Expr:
    """Logarithms and powers of what a draw is in that has two values u and v, as lines through what they are there: f(u) + (z -
    u)(f(v) - f(u))/(v - u)."""
    tossed = isinstance(z.law, Binomial) and z.law.n == 1
    values = [S.Zero, S.One] if tossed else [v for v, _ in z.law.values() or ()]
    if len(set(values)) != 2 or any(v.free_symbols for v in values):
        return x
    u, v = values

    def is_bent(e: Expr) -> bool:
        if not isinstance(e, log | Pow) or not e.args[0].has(z) or e.args[0] == z:
            return False
        return isinstance(e, log) or not (e.exp.has(z) or e.is_polynomial(z))

    def line(e: Expr) -> Expr:
        first, second = (expand_log(with_numbers(e, {z: w})) for w in (u, v))
        if any(y.has(oo, zoo, nan) for y in (first, second)):
            return e
        return first + (z - u) * (second - first) / (v - u)

    return x.replace(is_bent, line)


def _by_a_count(f: Expr, factors: list[Expr], powers: dict[Noise, list], rest: list[Expr], in_step: bool) -> bool:
    """Whether the mean of a quotient by a count and a number is known: it is put to the rest, and the count's power used up."""
    draws = [z for z in powers if f.has(z)]
    if len(draws) != 1 or sum(g.has(*draws) for g in factors) > 1 or any(powers[draws[0]][1:]):
        return False
    if not in_step and isinstance(draws[0].law, Binomial):  # bounds of it are proved by convexity, which its form hides
        return False
    if (value := divided(f, draws[0], powers[draws[0]][0])) is None:
        return False
    powers[draws[0]] = [S.Zero, 0, 0]
    rest.append(value)
    return True


def _diverges_at_0(f: Expr, powers: dict[Noise, list]) -> bool:
    """Whether the mean of f = (a X + b Y + ...)^(-p) is infinite, X, Y, ... being independent draws that are never negative, and
    a, b, ... positive: the sum is below e with a probability as e to the sum of the powers at which 1/X, 1/Y, ... have no mean.
    """
    base, e = f.as_base_exp()
    draws = [z for z in powers if base.has(z)]
    if not e.is_negative or any(powers[z] != [S.Zero, 0, 0] or isinstance(z.law, Count) for z in draws):
        return False
    slopes = [base.coeff(z, 1) for z in draws]
    if any(c.has(*draws) or not c.is_positive for c in slopes):
        return False
    if expand(base - Add(*(c * z for c, z in zip(slopes, draws, strict=True)))) != 0:
        return False
    return all(z.is_nonnegative for z in draws) and bool((Add(*(z.law.near_zero for z in draws)) + e).is_nonpositive)


def _compared(
    stuck: list[Expr], special: list[Expr], powers: dict[Noise, list], needed: list[Expr] | None
) -> Expr | None:
    """The mean of maxima, minima, sizes, signs and events of several draws, with the powers of these, which are then used up.

    needed: as the conditions of `noise_terms`.  None where it is not known.
    """
    draws = [z for z in powers if any(f.has(z) for f in stuck)]
    if any(f.has(*draws) for f in special) or any(powers[z][1] for z in draws):
        return None
    f = Mul(*stuck)
    try:
        value = mean_of_greater(f) if all(powers[z] == [S.Zero, 0, 0] for z in draws) else None
        if value is None:
            f = Mul(f, *(z ** powers[z][0] * Abs(z) ** powers[z][2] for z in draws))
            value = halves.mean(f) if any(isinstance(z.law, Normal) for z in draws) else ordered.mean(f, average)
    except CannotTell:
        if len(draws) != 1:
            return None
        try:
            ask_density(draws, needed)
            value = kinks.mean(f, *draws)
        except CannotTell:
            return None
    for z in draws:
        powers[z] = [S.Zero, 0, 0]
    return value


def ask_density(draws: Sequence[Noise], needed: list[Expr] | None) -> None:
    """Ask that the laws of some draws have densities. Raises `CannotTell` where nothing may be asked for."""
    for z in draws:
        if (dense := z.law.asked_of_density() if z.law.is_continuous else []) and needed is None:
            raise CannotTell(f"{z.law} has a density only where {dense[0]} > 0")
        if needed is not None:
            needed += dense


def _special(factors: list[Expr], powers: dict[Noise, list], needed: list[Expr] | None) -> list[Expr]:
    """The means of exponentials and events, each with the power of the draw that it is about, which is then used up.

    needed: as the conditions of `noise_terms`.
    """
    conditions: dict[Noise, list] = {}
    together: list[tuple[Event, list[Noise]]] = []
    exponent, bent = S.Zero, False
    for f in factors:
        draws = [z for z in powers if f.has(z)]
        if not isinstance(f, Event):
            exponent += multiplied_out(f.args[0])  # with the draws as they are, by which they are known
        elif len(draws) == 1:
            conditions.setdefault(draws[0], []).append(f.condition)
        else:
            together.append((f, draws))
    out = []
    for f, draws in together:
        if any(powers[z] != [S.Zero, 0, 0] or Mul(*factors).as_independent(z, as_Add=False)[1] != f for z in draws):
            raise CannotTell(f"cannot integrate {Mul(*factors)}")
        ask_density(draws, needed)
        out.append(probability(f.condition, tuple(draws)))
    tilted = [z for z in powers if exponent.has(z)]
    for z in {**conditions, **dict.fromkeys(sorted(tilted, key=lambda z: powers[z] != [S.Zero, 0, 0]))}:
        power, logs, absolute = powers[z]
        if logs or absolute or (z in conditions and z in tilted):
            raise CannotTell(f"cannot integrate {Mul(*factors)}")
        powers[z] = [S.Zero, 0, 0]
        if z in conditions:
            ask_density([z], needed)
            out.append(where(z.law, power, And(*conditions[z]), z))
            continue
        rate, bend = exponent.coeff(z, 1), exponent.coeff(z, 2)
        exponent = multiplied_out(exponent - rate * z - bend * z**2)
        if exponent.has(z) or rate.has(z) or bend.has(*powers) or (power and rate.has(*powers)):
            raise CannotTell(f"cannot integrate {Mul(*factors)}")
        form, exists = exponential(z.law, power, expand(rate), expand(bend))
        if not (exists.is_positive or expand(exists).is_positive):
            # of a draw between two numbers the mean exists: it is the form that has no value everywhere
            if needed is None or exists.has(Noise) or all(end.is_finite for end in z.law.support):
                raise CannotTell(f"E({exp(rate * z + bend * z**2)}) exists only where {exists} > 0")
            needed.append(exists)
        if bend != 0 or rate.has(*powers):  # what is left of a quadratic function of several draws is one of the others
            form, risen = _parted(form)
            exponent = multiplied_out(exponent + risen)
            if form.has(*powers):
                raise CannotTell(f"cannot integrate {Mul(*factors)}")
            bent = True
        out.append(form)
    return [*out, exp(factor(cancel(exponent)) if bent else exponent)]


def _parted(f: Expr) -> tuple[Expr, Expr]:
    """A product as what is no exponential, and the sum of the exponents."""
    parts = Mul.make_args(f)
    return (
        Mul(*(g for g in parts if not isinstance(g, exp))),
        Add(*(g.args[0] for g in parts if isinstance(g, exp))),
    )


def _centred(z: Noise, powers) -> bool:
    """Whether the mean of z^power, where it has one, is 0 by symmetry, or since that of z is."""
    power, logs, absolute = powers
    return logs == absolute == 0 and z.law.is_odd(power)


def lost(x: Expr, noises: set[Noise]) -> list[Expr]:
    """What is multiplied by something of mean 0, and vanishes with it if it has a mean itself; also by how wide the law of that
    is, where other draws or the state may tell."""
    last = noises - {y for z in noises for y in z.law.atoms(Noise)}
    return [y for rest, powers in noise_terms(x, last) for y in _by_width(rest, powers)]


def _nested(rest: Expr, powers: Powers) -> list[Expr]:
    """What has to be positive for a mean of 0 to exist where other draws tell how wide the law is."""
    if not any(_may_cancel(z, p) and z.law.atoms(Noise) for z, p in powers.items()):
        return []
    return [c for x in _by_width(rest, powers) for c in has_mean(x)]


def has_mean(x: Expr) -> list[Expr]:
    """What has to be positive for the mean of an expression over its draws to exist. Raises `CannotTell` where there is none."""
    try:
        return average(expand_over(x, *x.atoms(Noise)), x.atoms(Noise))[1]
    except Infinite as problem:
        raise CannotTell(f"a mean of 0 is none where it does not exist: {problem}") from problem


def _by_width(rest: Expr, powers: Powers) -> list[Expr]:
    """What multiplies draws whose means are 0, or may cancel with it, and the same times the width of their laws."""
    found = {z: p for z, p in powers.items() if _may_cancel(z, p)}
    wide = Mul(*(_width(z.law) ** (power + absolute) for z, (power, _, absolute) in found.items()))
    return [] if not found else [rest] if wide.is_number else [rest, rest * wide]


def _may_cancel(z: Noise, powers) -> bool:
    """Whether the mean of a power of z may vanish beside what multiplies it, and that of its size does not: it is 0, or it is
    what the state, or another draw, tells: x/x is 1, and E |Z/x| may be infinite for Z around x."""
    power, logs, _ = powers
    if _centred(z, powers):
        return True
    signed = bool(logs) or not (power.is_even or z.is_nonnegative)
    return signed and z.law.has(Noise, *STATE)


def _width(law: Law) -> Expr:
    """A polynomial of a law's parameters of which a multiple, and 1, are above its mean absolute value: that is at most its
    standard deviation, or as its scale, and its mean."""
    if isinstance(law, Normal):
        return law.variance + law.mean**2
    if isinstance(law, Centred):
        return law.variance
    return Add(*(x**2 for x in law.args if isinstance(x, Expr)))


def may_diverge(x, *state: Symbol) -> bool:
    """Whether what is random in it, the state's symbols too, is below a line, in an exponent, or in another function that is
    not tame: then it may have no mean."""
    random = (Observable, Noise, *state)
    steep = {f for f in sympify(x).atoms(Function) if not isinstance(f, TAME)}
    powers = {p for p in sympify(x).atoms(Pow) if not p.exp.is_nonnegative or p.exp.has(*random)}
    return any(y.has(*random) for y in steep | powers)


def degree(z: Noise, powers: tuple[Expr, int, int]) -> int:
    """Which power of a count it is. Raises `CannotTell` for a logarithm, a root or a quotient of one: it may be 0."""
    power, logs, absolute = powers
    if logs or not (power.is_Integer and power >= 0):
        raise CannotTell(f"{f'log({z})' if logs else f'{z}^({power})'} of a count that may be 0")
    return int(power) + absolute


def in_common(powers: Powers) -> tuple[list[tuple[Multinomial, dict[int, int]]], Powers]:
    """Powers of draws as those of several counts of one multinomial draw, (law, {number: power}), and the independent rest.

    Raises `CannotTell` for what is no power of the counts.
    """
    groups: dict[tuple, dict[int, int]] = {}
    rest: Powers = {}
    for z, (power, logs, absolute) in powers.items():
        if not isinstance(z.law, Count):
            rest[z] = (power, logs, absolute)
        elif power or logs or absolute:
            groups.setdefault(z.whole, {})[z.law.number] = degree(z, (power, logs, absolute))
    return [(whole[1], js) for whole, js in groups.items()], rest


def average(x: Expr, noises: set[Noise], closed: bool = False) -> tuple[Expr, list[Expr]]:
    """E of `x` over its `noises`, the rest held fixed: (form, quantities that must be positive).

    Draws are independent, but where the law of one depends on another: that is averaged later. closed: whether the rest is of
    the variables of a claim alone, so that what exponentials need to have means can be asked of its domain.
    """
    total, conditions, left = x, [], set(noises)
    while left:
        now = left - {y for z in left for y in z.law.atoms(Noise)}
        left -= now
        averaged = S.Zero
        for value, powers in noise_terms(total, now, conditions if closed else None):
            conditions += _nested(value, powers)
            shared, powers = in_common(powers)
            value *= Mul(*(law.mixed(js) for law, js in shared))
            for z, p in powers.items():
                try:
                    m, c = law_moment(z.law, *p)
                except Infinite as error:
                    error.factors = _counts(value, powers)
                    raise
                value *= m
                if not (c.is_positive or expand(c).is_positive):  # a mean of 0 is none where it does not exist
                    if c.has(Noise):
                        raise CannotTell(f"whether a moment of {z} exists depends on another draw")
                    conditions.append(c)
            averaged += value
        total = averaged
    drawn = {(z.args[0], *z.role) for z in noises}
    if left_over := [z for z in draws_in(total) if (z.args[0], *z.role) in drawn]:  # written otherwise
        raise CannotTell(f"{left_over[0]} is not averaged")
    return total, list(dict.fromkeys(conditions))


def _counts(x: Expr, powers: Powers) -> list[Expr] | None:
    """Which factors of a term's coefficient have to be shown to be other than 0, that it be; None where they are random."""
    if not all(z.is_nonnegative or power.is_even or power.is_zero for z, (power, _, _) in powers.items()):
        return None  # a mean of both signs, or of 0
    return _open(Mul.make_args(factor_terms(x)))


def essential(x: Expr, noises: set[Noise]) -> dict[Expr, list[Expr]]:
    """Of the conditions under which `average` exists those without which a term diverges: with what has to be other than 0."""
    out = {}
    if any(z.law.atoms(Noise) for z in noises):  # one after another: nothing is said of such
        return out
    for value, powers in noise_terms(x, noises):
        for z, p in powers.items():
            c = law_moment(z.law, *p)[1]
            if not c.is_positive and (left := _counts(value, powers)) is not None:
                out[c] = left
    return out
