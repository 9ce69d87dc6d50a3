"""Population quantities, by sampling: means under a named law, W1 of two laws, and roots of expected scores (rule 11).

The next parameter of a population loop is the root of an expected score. Draws from the laws in it estimate that score at
one fixed place m near the root. Its slope there, and a bound on how fast the slope changes, turn the interval for the
score into one for the root. Where the score is bounded that holds at every sample size; no model is fitted, no finite n
is extrapolated. The place m only decides how narrow the interval gets: it is taken from the balls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
from flint import arb
from scipy.special import expit, ndtr, ndtri, stdtr, stdtrit
from sympy import Expr, Max, Symbol, expand, nsimplify, sqrt, sympify

from theory.language.errors import CannotTell
from theory.language.laws import (
    Exponential,
    Laplace,
    Law,
    Logistic,
    Mixture,
    Noise,
    Normal,
    StudentT,
    Tilted,
    Truncated,
    Uniform,
)
from theory.language.laws.pairs import on_line
from theory.language.loops import Loop, Observable, PopulationLoop
from theory.language.moments import W1, E, Moment, Variation
from theory.language.strangers import ours
from theory.proof.arithmetic import quadrature
from theory.proof.arithmetic.atoms import jumps
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.arithmetic.rings import Balls
from theory.proof.foreign import telling
from theory.proof.methods import roots
from theory.proof.symbols.linear import expectation

from .blocks import Simulation, Statistic, block_of
from .draws import can_be_drawn, drawn
from .ends import ends
from .jumps import Jumping
from .lattice import Known, grid_of, is_never_zero
from .registry import Simulator, no_paths, register
from .samplers import ArrayFunction, Combination, Estimand, array_function, assembled, single
from .ties import Values

NANOSECONDS = 25.0  # a draw from a law


def estimand_of(loop: PopulationLoop | None, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a number of a population is estimated; loop: None for a mean under a law."""
    if loop is None:
        if isinstance(wanted, W1):
            return single(_coupled(*wanted.args))
        if isinstance(wanted, Variation):
            return single(_lacking(*wanted.args))
        return assembled(_Reader(), wanted, shift)
    if not isinstance(wanted, E):
        raise CannotTell(f"{type(wanted).__name__} of a parameter that is not random")
    return _root(loop, wanted)


# ---- means under a law ----------------------------------------------------------------------------------------------


class _Reader:
    def mean(self, x: Expr, name: str) -> Statistic:
        return self._statistic(x, name, bounds=_bounds(x))

    def _statistic(self, x: Any, name: str, **options: Any) -> Statistic:
        noises = tuple(sorted(x.atoms(Noise), key=str))
        if not noises:
            raise CannotTell("nothing random")
        for z in noises:
            if z.law.free_symbols or not can_be_drawn(z.law):
                raise CannotTell(f"no draws from {z.law}")
            if z.law.has(Noise):
                raise CannotTell(
                    f"no draws from {z.law}, of which a parameter is drawn: a step of a loop draws from such"
                )
        symbols = {("draw", i): Symbol(f"x{i}", real=True) for i in range(len(noises))}
        function: Any = None
        if options.get("kind") != "indicator":
            function = array_function(x.xreplace(dict(zip(noises, symbols.values(), strict=True))), symbols)
        if function is None or jumps(x):
            places = x.xreplace({z: Symbol(f"x{i}") for i, z in enumerate(noises)})
            known = tuple(Known(grid=grid_of(z, {}), alive=is_never_zero(z, ())) for z in noises)
            function = Jumping(places, tuple(symbols), known, function)
        simulation = _simulation(tuple(z.law for z in noises))
        return Statistic(simulation, name, (0,), _AtStart(function), nanoseconds=30.0, **options)

    def power(self, x: Expr, k: int, name: str) -> Statistic:
        return self.mean(x**k, name)

    def probability(self, event, name: str) -> Statistic:
        return self._statistic(event, name, kind="indicator", bounds=(0.0, 1.0))

    def quantile(self, x: Expr, level: float, name: str) -> Statistic:
        return self._statistic(x, name, kind="quantile", level=level)


@dataclass(frozen=True)
class _AtStart:
    """A function of draws, which are recorded at generation 0."""

    function: ArrayFunction | Jumping

    def __call__(self, records) -> Values:
        return self.function({k: records[k, 0] for k in self.function.keys})


def _bounds(x: Expr) -> tuple[float, float] | None:
    """Where a function of draws is known to lie: by what its parts are; else, of bounded functions, by their growth."""
    if (found := ends(x)) is not None:
        return found
    total = low = arb(0)
    for term in x.as_ordered_terms():
        if len(term.atoms(Noise)) > 1:
            return None
        plain = term.xreplace({z: Symbol("y", real=True) for z in term.atoms(Noise)})
        try:
            size, k = quadrature.growth(plain, Symbol("y", real=True), {})
        except CannotTell:
            return None
        if k != 0:
            return None
        total += size
        low += 0 if plain.is_nonnegative else size
    return -float(low.upper()), float(total.upper())


def _simulation(laws: tuple[Law, ...]) -> Simulation:
    cost = sum(_nanoseconds(law) for law in laws)
    return Simulation(f"laws {laws}", "raw", 0.0, partial(_draw, laws), True, block_of(cost), cost)


def _nanoseconds(law: Law) -> float:
    """Of a draw: many are rejected where the law is a small part of another."""
    match law:
        case Tilted() if law.bell is not None:  # drawn as the Gaussian that it is
            return NANOSECONDS
        case Truncated():
            kept = quadrature.evaluate(law.mass, {})
        case Tilted():
            x = Symbol("x", real=True)
            kept = quadrature.mean_under(law.weight(x), x, law.law)
        case _:
            return NANOSECONDS
    return _nanoseconds(law.law) / float(kept.mid())


def _draw(laws: Sequence[Law], rng: np.random.Generator, size: int, times: Sequence[int]) -> dict[Any, np.ndarray]:
    return {(("draw", i), 0): drawn(law, rng, size) for i, law in enumerate(laws)}


def _lacking(p: Law, q: Law) -> Statistic:
    """TV is the mean of what q lacks of p, in shares of it, over draws from p: a number from 0 to 1."""
    if not (p.is_continuous and q.is_continuous):
        raise CannotTell("no draws for the total variation of counts")
    z = Noise("X", p)
    lacking = Max(0, 1 - on_line(q, z) / on_line(p, z))
    return replace(_Reader().mean(lacking, f"TV({p}, {q})"), bounds=(0.0, 1.0))


# ---- W1 -------------------------------------------------------------------------------------------------------------


def _coupled(p: Law, q: Law) -> Statistic:
    """W1 = E |Q_p(U) - Q_q(U)|, U uniform: the monotone coupling.

    Under Student's law its moments of order below dof are finite: the variance for dof > 2, the fourth moment for dof > 4
    only, so that with dof = 3 an interval from the normal approximation converges slowly. Left to the gates of `estimate`,
    which see the tail in the sample.
    """
    simulation = Simulation(f"coupled {p}, {q}", "raw", 0.0, _uniform, True, start=10.0)
    lines = [_line(law) for law in (p, q)]
    cost = sum(line.nanoseconds for line in lines)
    return Statistic(simulation, f"W1({p}, {q})", (0,), _Distance(*lines), nanoseconds=cost)


def _uniform(rng: np.random.Generator, size: int, times: Sequence[int]) -> dict[Any, np.ndarray]:
    return {("u", 0): rng.random(size) + 2.0**-54}


# laws of center 0 and scale 1, by name: distribution function, quantiles
UNITS: dict[str, tuple[Callable, Callable]] = {
    "Normal": (ndtr, ndtri),
    "Logistic": (expit, lambda u: np.log(u / (1 - u))),
    "Laplace": (
        lambda y: np.where(y < 0, np.exp(-np.abs(y)) / 2, 1 - np.exp(-np.abs(y)) / 2),
        lambda u: -np.sign(u - 0.5) * np.log(2 * np.minimum(u, 1 - u)),
    ),
    "StudentT": (lambda y, dof: stdtr(dof, y), lambda u, dof: stdtrit(dof, u)),
    "Exponential": (lambda y: -np.expm1(-np.maximum(y, 0)), lambda u: -np.log1p(-u)),
    "Uniform": (lambda y: np.clip(y, 0, 1), lambda u: u),
}


@dataclass(frozen=True)
class _Line:
    """The law of center + scale Y: its distribution function and quantiles. shape: further parameters of Y's law."""

    kind: str
    center: float
    scale: float
    shape: tuple[float, ...] = ()
    nanoseconds: float = 30.0

    def cdf(self, x: np.ndarray) -> np.ndarray:
        return UNITS[self.kind][0]((x - self.center) / self.scale, *self.shape)

    def quantile(self, u: np.ndarray) -> np.ndarray:
        return self.center + self.scale * UNITS[self.kind][1](u, *self.shape)


@dataclass(frozen=True)
class _Mixed:
    """The law that is the first with probability `weight`, else the second."""

    weight: float
    first: _Line | _Mixed
    second: _Line | _Mixed

    @property
    def nanoseconds(self) -> float:
        return 12 * (self.first.nanoseconds + self.second.nanoseconds)  # it takes about as many looks

    def cdf(self, x: np.ndarray) -> np.ndarray:
        return self.weight * self.first.cdf(x) + (1 - self.weight) * self.second.cdf(x)

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Between those of the components, to a relative 2^-49 of the larger."""
        ends = self.first.quantile(u), self.second.quantile(u)
        return _inverted(self.cdf, u, np.minimum(*ends), np.maximum(*ends))


def _inverted(cdf: Callable[[np.ndarray], np.ndarray], u: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Where an increasing function takes the values u, within [low, high].

    The ITP method of Oliveira and Takahashi (2021), no density needed: secants, truncated towards the middle and kept as
    near to it as makes the worst case that of halving, and one step.
    """
    out = (low + high) / 2
    goal = 2.0**-50 * np.maximum(np.abs(low), np.abs(high))  # half the width that is wanted
    todo = np.flatnonzero(high - low > 2 * goal)
    a, b, u, goal = low[todo], high[todo], u[todo], goal[todo]
    below, above = np.minimum(cdf(a) - u, 0), np.maximum(cdf(b) - u, 0)  # but for rounding they are
    pull = 0.2 / (b - a)
    allowed = goal * 2 ** (np.ceil(np.log2((b - a) / (2 * goal))) + 1)
    while todo.size:
        half, rise = (a + b) / 2, above - below
        secant = np.where(rise > 0, (above * a - below * b) / np.where(rise > 0, rise, 1), half)
        side, room = np.sign(half - secant), np.maximum(allowed - (b - a) / 2, 0)
        x = secant + side * np.minimum(pull * (b - a) ** 2, np.abs(half - secant))
        x = np.where(np.abs(x - half) <= room, x, half - side * room)
        y = cdf(x) - u
        up = y < 0
        a, below, b, above = np.where(up, x, a), np.where(up, y, below), np.where(up, b, x), np.where(up, above, y)
        out[todo] = x
        more = (b - a > 2 * goal) & (np.abs(y) > 2.0**-51 * u)  # nearer than that it is rounding
        allowed = allowed / 2
        todo, a, b, u, goal, below, above, pull, allowed = _at(more, todo, a, b, u, goal, below, above, pull, allowed)
    return out


def _at(where: np.ndarray, *values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Of each array what stands there."""
    # a function, for what it declares: inferred around the loop, the arrays cost the type checker a minute
    return tuple(v[where] for v in values)


@dataclass(frozen=True)
class _Distance:
    p: _Line | _Mixed
    q: _Line | _Mixed

    def __call__(self, records) -> np.ndarray:
        u = records["u", 0]
        return np.abs(self.p.quantile(u) - self.q.quantile(u))


def _line(law: Law) -> _Line | _Mixed:
    if law.free_symbols:
        raise CannotTell(f"parameters of {law} are not numbers")
    match law:
        case Normal():
            return _Line("Normal", float(law.mean), float(sqrt(law.variance)))
        case Logistic() | Laplace():
            return _Line(type(law).__name__, float(law.center), float(law.scale))
        case StudentT():
            if law.dof <= 1:
                raise CannotTell(f"{law} has no mean")
            return _Line("StudentT", float(law.center), float(law.scale), (float(law.dof),), 300.0)
        case Exponential():
            return _Line("Exponential", 0.0, float(law.scale))
        case Uniform():
            lo, hi = map(float, law.args)
            return _Line("Uniform", lo, hi - lo)
        case Mixture():
            weight, first, second = law.args
            return _Mixed(float(weight), _line(first), _line(second))
        case _:
            raise CannotTell(f"no quantile function of {type(law).__name__}")


# ---- steps ----------------------------------------------------------------------------------------------------------


def of_step(loop: Loop, wanted: Moment | Combination) -> Estimand:
    """How the first generation of a loop is estimated whose step is stated in expectations: each by its draws.

    A draw is a number near its mean plus a rest, so that of a variance nothing cancels.
    """
    o = wanted.variable if isinstance(wanted, E) else None
    if not isinstance(o, Observable) or o.t != 1:
        raise CannotTell("of a population a coordinate of the state is sampled, after the first fit only")
    x = loop.step_at(loop.initial, 1)[o.name]
    rests = {z: (Noise(f"rest of {z}", z.law), _near_mean(z)) for z in sorted(x.atoms(Noise), key=str)}
    parts = {z: rest + middle for z, (rest, middle) in rests.items()}
    x = expand(x.replace(lambda e: isinstance(e, E), lambda e: expectation(e.variable.xreplace(parts))))
    moments = {m: Symbol(f"m{i}", real=True) for i, m in enumerate(sorted(x.atoms(E), key=str))}
    reader, drawn_as = _Reader(), {rest: z - middle for z, (rest, middle) in rests.items()}
    statistics = tuple(reader.mean(m.variable.xreplace(drawn_as), f"{m} in {loop}") for m in moments)
    program = compile_expr(x.xreplace(moments), tuple(moments.values()))
    return Estimand(str(wanted), statistics, lambda balls: program(Balls, *balls))


def _near_mean(z: Noise) -> Expr:
    return nsimplify(round(float(roots.with_laws(E(z), {})), 4), rational=True)


# ---- roots ----------------------------------------------------------------------------------------------------------


def _root(loop: PopulationLoop, wanted: E) -> Estimand:
    observables = wanted.variable.atoms(Observable)
    if {o.t for o in observables} != {sympify(1)}:
        raise CannotTell("a root of an expected score is sampled for the first generation only")
    (o,) = observables
    (start,) = loop.initial.values()
    place, slope, bend = _place(loop)
    after = Symbol("after", real=True)
    score = loop.estimating(after, start).subs(after, place)
    if loop.bend is None or not ours(type(loop)):  # a user's word for it is not verified, and not taken
        raise CannotTell(f"no bound on the slope of the score of {type(loop).__name__} is known")
    inner = score.replace(lambda e: isinstance(e, E), lambda e: e.variable)
    statistic = _Reader().mean(inner, f"expected score of {loop} at {place}")
    theta = Symbol("theta", real=True)
    program = compile_expr(wanted.variable.xreplace({o: theta}), (theta,))

    exact = quadrature.evaluate(place, {})

    def combine(balls: list[arb]) -> arb:
        return program(Balls, exact + _step(balls[0], slope, bend))

    return Estimand(str(wanted), (statistic,), combine, "root of the expected score")


@lru_cache(maxsize=512)
def _place(loop: PopulationLoop) -> tuple[Expr, arb, arb]:
    """A rational near the root, the slope of the score there, and the bound on how fast it changes."""
    with telling("no place to look at"), precision(40):  # any place near the root will do
        (start,) = (quadrature.evaluate(sympify(s), {}) for s in loop.initial.values())
        place = nsimplify(round(float(roots.guess(loop, start)), 6), rational=True)
        slope = roots.score(loop, quadrature.evaluate(place, {}), start, "slope")
        bend = quadrature.evaluate(sympify(0 if loop.bend is None else loop.bend), {})
    return place, slope, bend


def _step(score: arb, slope: arb, bend: arb) -> arb:
    """The root's distance from the place: score + slope d + e = 0 with |e| <= bend d^2/2, slope < 0."""
    steep, size = -slope, abs(score)
    reach = (1.05 * size / steep).upper()
    for _ in range(20):
        # at distance `reach` the score has surely changed its sign, and it is monotone: the root is nearer
        if reach * (steep - bend * reach / 2) >= size:
            return score / (steep + arb(0, (bend * reach / 2).upper()))
        reach = 1.2 * reach
    return arb("nan")


register(Simulator(estimand_of, no_paths), PopulationLoop)
