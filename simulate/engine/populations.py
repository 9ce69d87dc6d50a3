"""Population quantities, by sampling: means under a named law, W1 of two laws, and roots of expected scores (rule 11).

The next parameter of a population loop is the root of an expected score. Draws from the laws in it estimate that score at
one fixed place m near the root. Its slope there, and a bound on how fast the slope changes, turn the interval for the
score into one for the root. Where the score is bounded that holds at every sample size; no model is fitted, no finite n
is extrapolated. The place m only decides how narrow the interval gets: it is taken from the balls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from flint import arb
from scipy.special import ndtri
from sympy import Expr, Symbol, nsimplify, sqrt, sympify

from theory.language.laws import Laplace, Law, Logistic, Mixture, Noise, Normal, Uniform
from theory.language.loops import Observable, PopulationLoop
from theory.language.moments import W1, E, Moment
from theory.proof import maps, quadrature
from theory.proof.rings import Balls, NotCompilable, compile_expr

from .blocks import Simulation, Statistic
from .draws import DRAWS, drawn
from .samplers import ArrayFunction, Combination, Estimand, NoSampler, array_function, assembled, single

NANOSECONDS = 25.0  # a draw from a law


def estimand_of(loop: PopulationLoop | None, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a number of a population is estimated; loop: None for a mean under a law."""
    if loop is None:
        if isinstance(wanted, W1):
            return single(_coupled(*wanted.args))
        return assembled(_Reader(), wanted, shift)
    if not isinstance(wanted, E):
        raise NoSampler(f"{type(wanted).__name__} of a parameter that is not random")
    return _root(loop, wanted)


# ---- means under a law ----------------------------------------------------------------------------------------------


class _Reader:
    def mean(self, x: Expr, name: str) -> Statistic:
        noises = tuple(sorted(x.atoms(Noise), key=str))
        for z in noises:
            _drawable(z.law)
        symbols = {("draw", i): Symbol(f"x{i}", real=True) for i in range(len(noises))}
        function = array_function(x.xreplace(dict(zip(noises, symbols.values(), strict=True))), symbols)
        simulation = _simulation(tuple(z.law for z in noises))
        return Statistic(simulation, name, (0,), _AtStart(function), bounds=_bounds(x), nanoseconds=30.0)

    def square(self, x: Expr, name: str) -> Statistic:
        return self.mean(x**2, name)

    def probability(self, event, name: str) -> Statistic:
        raise NoSampler("an event under a law: state it with its distribution function")

    def quantile(self, x: Expr, level: float, name: str) -> Statistic:
        raise NoSampler("a quantile of a law")


@dataclass(frozen=True)
class _AtStart:
    """A function of draws, which are recorded at generation 0."""

    function: ArrayFunction

    def __call__(self, records) -> np.ndarray:
        return self.function({k: records[k, 0] for k in self.function.keys})


def _drawable(law: Law) -> None:
    for part in (p for _, p in law.parts) if isinstance(law, Mixture) else (law,):
        if type(part) not in DRAWS or part.free_symbols:
            raise NoSampler(f"no draws from {part}")


def _bounds(x: Expr) -> tuple[float, float] | None:
    """Where a function of draws is known to lie: of bounded functions, by their growth."""
    total = arb(0)
    low = arb(0)
    for term in x.as_ordered_terms():
        if len(term.atoms(Noise)) > 1:
            return None
        plain = term.xreplace({z: Symbol("y", real=True) for z in term.atoms(Noise)})
        try:
            size, k = quadrature.growth(plain, Symbol("y", real=True), {})
        except NotCompilable:
            return None
        if k != 0:
            return None
        total += size
        low += 0 if plain.is_nonnegative else size
    top = float(total.upper())
    return (-float(low.upper()), top)


def _simulation(laws: tuple[Law, ...]) -> Simulation:
    return Simulation(f"laws {laws}", "raw", 0.0, partial(_draw, laws), True, start=NANOSECONDS * len(laws))


def _draw(laws: Sequence[Law], rng: np.random.Generator, size: int, times: Sequence[int]) -> dict[Any, np.ndarray]:
    return {(("draw", i), 0): drawn(law, rng, size) for i, law in enumerate(laws)}


# ---- W1 -------------------------------------------------------------------------------------------------------------


def _coupled(p: Law, q: Law) -> Statistic:
    """W1 = E |Q_p(U) - Q_q(U)|, U uniform: the monotone coupling."""
    simulation = Simulation(f"coupled {p}, {q}", "raw", 0.0, _uniform, True, start=10.0)
    quantiles = [_quantile(law) for law in (p, q)]
    return Statistic(simulation, f"W1({p}, {q})", (0,), _Distance(*quantiles), nanoseconds=60.0)


def _uniform(rng: np.random.Generator, size: int, times: Sequence[int]) -> dict[Any, np.ndarray]:
    return {("u", 0): rng.random(size) + 2.0**-54}


@dataclass(frozen=True)
class _Quantile:
    kind: str
    center: float
    scale: float

    def __call__(self, u: np.ndarray) -> np.ndarray:
        match self.kind:
            case "Normal":
                return self.center + self.scale * ndtri(u)
            case "Logistic":
                return self.center + self.scale * np.log(u / (1 - u))
            case "Laplace":
                return self.center - self.scale * np.sign(u - 0.5) * np.log(2 * np.minimum(u, 1 - u))
            case _:
                return self.center + self.scale * u


@dataclass(frozen=True)
class _Distance:
    p: _Quantile
    q: _Quantile

    def __call__(self, records) -> np.ndarray:
        u = records["u", 0]
        return np.abs(self.p(u) - self.q(u))


def _quantile(law: Law) -> _Quantile:
    if law.free_symbols:
        raise NoSampler(f"parameters of {law} are not numbers")
    match law:
        case Normal():
            return _Quantile("Normal", float(law.mean), float(sqrt(law.variance)))
        case Logistic() | Laplace():
            return _Quantile(type(law).__name__, float(law.center), float(law.scale))
        case Uniform():
            lo, hi = map(float, law.args)
            return _Quantile("Uniform", lo, hi - lo)
        case _:
            raise NoSampler(f"no quantile function of {type(law).__name__}")


# ---- roots ----------------------------------------------------------------------------------------------------------


def _root(loop: PopulationLoop, wanted: E) -> Estimand:
    observables = wanted.variable.atoms(Observable)
    if {o.t for o in observables} != {sympify(1)}:
        raise NoSampler("a root of an expected score is sampled for the first generation only")
    (o,) = observables
    (start,) = loop.initial.values()
    place, slope, bend = _place(loop)
    after = Symbol("after", real=True)
    score = loop.estimating(after, start).subs(after, place)
    if loop.bend is None:
        raise NoSampler(f"no bound on the slope of the score of {type(loop).__name__}")
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
    try:
        (start,) = (quadrature.evaluate(sympify(s), {}) for s in loop.initial.values())
        place = nsimplify(round(float(maps.guess(loop, start)), 6), rational=True)
        slope = maps.score(loop, quadrature.evaluate(place, {}), start, "slope")
        bend = quadrature.evaluate(sympify(0 if loop.bend is None else loop.bend), {})
    except (ArithmeticError, NotCompilable, NotImplementedError) as problem:
        raise NoSampler(f"no place to look at: {problem}") from problem
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


__all__ = ["estimand_of"]
