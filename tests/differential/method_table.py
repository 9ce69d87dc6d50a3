"""The methods of derivation and of balls, each with moments that it gives and of which an exact number is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import mpmath as mp
import oracle
from flint import arb
from sympy import (
    Abs,
    Basic,
    Expr,
    Lambda,
    Max,
    Min,
    Rational,
    S,
    Symbol,
    cos,
    cosh,
    erfc,
    exp,
    lambdify,
    log,
    oo,
    pi,
    sign,
)

from theory.curation import CuratedLoop
from theory.curation.line import CuratedLineLoop
from theory.discrete import SymbolLoop
from theory.filters import FilteredLoop, SelfLikelihoodLoop
from theory.gaussian import GaussianLoop, MultivariateGaussianLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.kde import AnyKernelLoop, KernelLoop
from theory.language.domains import Probability, Reals
from theory.language.functions import c4
from theory.language.laws import (
    Binomial,
    ChiSquare,
    Exponential,
    Finite,
    Laplace,
    Logistic,
    Noise,
    Normal,
    Poisson,
    StudentT,
    Tilted,
    Uniform,
)
from theory.language.likelihood import LikelihoodLoop, Parameter
from theory.language.loops import CLOCK, Loop, coordinate
from theory.language.moments import TV, W1, E, HittingTime, Limit, PathMax, Prob, Quantile, Sensitivity, Var
from theory.language.policies import Accumulate, FixedReal, FreshReal, Growing
from theory.performative import LogCoshRiskLoop
from theory.proof.methods.method import Derivation
from theory.stability.coin import RetrainedBernoulliLoop
from theory.stability.gaussian import CorrectedMeanLoop, retrained, retrained_mean

n, m = (Symbol(s, integer=True, positive=True) for s in "nm")
t = Symbol("t", integer=True, nonnegative=True)  # as of the claims that it is put into
p, s = Symbol("p", positive=True), Symbol("s", integer=True, nonnegative=True)
third, half = Rational(1, 3), Rational(1, 2)
FACTOR = Rational(1001, 1000)
slanted = MultivariateGaussianLoop(4, 2, (1, 4))


# ---- numbers of other kinds, by quadrature --------------------------------------------------------------------------


def tail(dofs: Sequence[int], level: Any) -> Any:
    """P(product of chi-squares >= level), for one or two of them."""
    with mp.workdps(40):
        if len(dofs) == 1:
            return mp.gammainc(mp.mpf(dofs[0]) / 2, mp.mpf(level) / 2, regularized=True)
        d, e = (mp.mpf(x) / 2 for x in dofs)
        # in the square root of the first one, so that nothing is singular
        return mp.quad(
            lambda u: mp.gammainc(e, level / (2 * u**2), regularized=True)
            * 2 * u ** (2 * d - 1) * mp.exp(-(u**2) / 2) / (2**d * mp.gamma(d)),
            [0, 0.25, 0.5, 1, 2, 3, 5, 8, 16],
        )  # fmt: skip


def under(law: Any, f: Callable[[Any], Any], ends: Sequence[Any]) -> Any:
    x = Symbol("x", real=True)
    density = lambdify(x, law.density(x), "mpmath")
    with mp.workdps(40):
        return mp.quad(lambda y: f(y) * density(y), list(ends))


def median(dof: int) -> Any:
    with mp.workdps(40):
        return mp.findroot(lambda x: tail([dof], x) - mp.mpf(1) / 2, dof - 0.7)


def next_log_cosh(now: Any, eps: Any) -> Any:
    return mp.findroot(lambda x: x + mp.tanh(x - 1 - eps * now), 0.4)


def picked(rounds: int) -> Any:
    """The mean after one round of two candidates, from the uniform law on (0, 1), with reward x - 1."""
    assert rounds == 1
    with mp.workdps(30):
        return mp.quad(lambda x, y: 2 * x / (1 + mp.exp(y - x)), [0, 1], [0, 1])


def distance_of_laws() -> Any:
    """W1 of Laplace(0, 1) and the normal law of its variance: twice the area between distribution functions on x > 0."""
    with mp.workdps(40):

        def gap(x: Any) -> Any:
            return 1 - mp.exp(-x) / 2 - mp.ncdf(x / mp.sqrt(2))

        root = mp.findroot(gap, 2)
        return 2 * sum(abs(mp.quad(gap, ends)) for ends in ([0, root], [root, 10, 40, 120]))


def cosine() -> Any:
    """The mean of cos(X - Y), two draws from kernels of variance 1/4 around four points: one has both with probability 1/4."""
    return mp.exp(-mp.mpf(1) / 4) * (1 + 3 * mp.exp(-1)) / 4


def cosine_beside() -> Any:
    """The mean cosine between two draws from model 1, fitted to the same four real points and to two of model 0: of the pool's
    six points they begin at one, at two real ones, at two of the model, or at one of either, which may be of one real point."""
    apart, noise = mp.exp(-1), mp.exp(-mp.mpf(1) / 8)
    one_of_four = (1 + 3 * apart) / 4
    return noise**2 * (6 + 12 * apart + 2 * noise**2 * one_of_four + 16 * noise * one_of_four) / 36


def misfit() -> Any:
    """The mean total variation of a fitted mean of four points, N(0, 1/4), from the truth."""
    return 2 * under(Normal(0, Rational(1, 4)), lambda x: mp.erf(x / (2 * mp.sqrt(2))), [0, 1, 4, 20])


def least() -> Any:
    """The mean of the lesser of x ~ N(0, 1) and y ~ N(1, 1): their difference is N(1, 2)."""
    return (1 - under(Normal(1, 2), abs, [-20, -5, 0, 1, 5, 22])) / 2


def gone() -> Any:
    """Two units that branch, each with one Poisson offspring on average, and none after two generations."""
    return mp.exp(2 * (mp.exp(-1) - 1))


def one_sign() -> Any:
    """That x ~ N(1, 1/4) and y = x + N(1, 1/4) have one sign."""
    both = lambda x: mp.ncdf(2 * (x + 1)) if x > 0 else mp.ncdf(-2 * (x + 1))  # noqa: E731
    return under(Normal(1, Rational(1, 4)), both, [-9, -2, 0, 1, 3, 11])


# ---- the table ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Method:
    """where: the function that gives its result, "module.name"; `break_` makes a wrong one of it.

    examples: moments, values of their symbols, and a number: None where the oracle has it.
    """

    name: str
    witness: str
    where: str
    break_: Callable[[Any], Any]
    examples: Sequence[tuple[Basic, dict, Any]]


def times(x: Any) -> Any:
    """A ball, a form or a derivation, times 1.001."""
    if isinstance(x, arb):
        return x * 1001 / 1000
    if isinstance(x, Derivation):
        return replace(x, form=x.form * FACTOR)
    return x * FACTOR


def first(x: Any) -> Any:
    return None if x is None else (times(x[0]), *x[1:])


def maybe(x: Any) -> Any:
    return None if x is None else times(x)


def running(x: dict) -> dict:
    return {k: replace(v, factor=v.factor * FACTOR) for k, v in x.items()}


def each(x: dict) -> dict:
    return {k: times(v) for k, v in x.items()}


def solved(x: tuple) -> tuple:
    """Solutions of recursions: each made larger after generation 0."""
    forms, rest = x
    for form in forms.values():
        form.terms = [(b, [FACTOR * c for c in cs]) for b, cs in form.terms]
    return forms, rest


class Smooth(Loop):
    """A walk whose coordinate stays normal."""

    x = coordinate()

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": half}

    def step(self, state):
        return {"x": state["x"] / 2 + Noise("Z", Normal(0, 1))}

    def emit(self, state, index):
        return state["x"] + Noise(f"X{index}", Normal(0, 1))


class Pulled(Loop):
    """Nothing random but fresh draws, and a step that is no power."""

    x = coordinate()

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": half}

    def step(self, state):
        return {"x": state["x"] ** 2 / 2 + third}

    def emit(self, state, index):
        return state["x"] + Noise(f"X{index}", Normal(0, 2))


class Tempered(Pulled):
    """The odds are squared, and multiplied by 3."""

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": third}

    def step(self, state):
        x = state["x"]
        return {"x": 3 * x**2 / (3 * x**2 + (1 - x) ** 2)}


class Flattened(Tempered):
    """A number that is raised to the power 2, and doubled."""

    def step(self, state):
        return {"x": 2 * state["x"] ** 2}


class Uneven(Tempered):
    """Of the odds only the numerator is squared."""

    def step(self, state):
        x = state["x"]
        return {"x": x**2 / (x**2 + 1 - x)}


class Doubled(Tempered):
    """The odds are doubled, which is a quotient of linear functions."""

    def step(self, state):
        return {"x": 2 * state["x"] / (1 + state["x"])}


class Slowly(Loop):
    """A share that moves as in an urn that gets two balls at a time, of which one counts."""

    x = coordinate()

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": half}

    def step(self, state):
        drawn = Noise("B", Binomial(1, state["x"]))
        return {"x": ((2 * CLOCK + 2) * state["x"] + drawn) / (2 * CLOCK + 4)}


class Stirred(Slowly):
    """A finite chain that is left at neither end."""

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": third}

    def step(self, state):
        return {"x": Noise("B", Binomial(3, Rational(1, 4) + state["x"] / 2)) / 3}


class Cooling(Slowly):
    """A walk that is pulled back, and moved, less and less."""

    def step(self, state):
        return {"x": state["x"] * (1 - 1 / (2 * CLOCK)) + Noise("Z", Normal(0, 1)) / CLOCK}


class Following(Slowly):
    """A mean that comes nearer to the line 1 + t/2."""

    def step(self, state):
        return {"x": state["x"] * CLOCK / (CLOCK + 1) + 1 + Noise("Z", Normal(0, 1))}


class Folded(Slowly):
    """A start that two values of its draw lead to."""

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": (Noise("R", Binomial(2, half)) - 1) ** 2 / 2}

    def step(self, state):
        return {"x": Noise("B", Binomial(4, state["x"])) / 4}


class Turned(Loop):
    """A coin that is turned with probability p, so that heads do not stay."""

    p: Probability

    x = coordinate()

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": S.Zero}

    def step(self, state):
        return {"x": state["x"] + (1 - 2 * state["x"]) * Noise("B", Binomial(1, self.p))}

    def first(self) -> Expr:
        return HittingTime(lambda s: self.x(s) >= 1)


class Tossed(Turned):
    """Heads at the start with probability 1/4."""

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": Noise("R", Binomial(1, Rational(1, 4)))}


class Stopping(Slowly):
    """What stops after fit number k with probability 2/(k + 2), if it has not: P(T > t) = 2/((t + 1)(t + 2))."""

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": S.Zero}

    def step(self, state):
        return {"x": state["x"] + (1 - state["x"]) * Noise("B", Binomial(1, 2 / (CLOCK + 2)))}

    def first(self) -> Expr:
        return HittingTime(lambda s: self.x(s) >= 1)


class Waiting(Slowly):
    """Exponential draws, halved."""

    def step(self, state):
        return {"x": Noise("X", Exponential(1)) / 2}


class Kinked(Slowly):
    """Exponential draws, of which each counts as 1 at least, added up."""

    def step(self, state):
        return {"x": state["x"] + Max(1, Noise("X", Exponential(1)))}


class Longest(Slowly):
    """The largest of exponential draws."""

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": S.Zero}

    def step(self, state):
        return {"x": Max(state["x"], Noise("X", Exponential(1)))}


class Highest(Slowly):
    """The largest of normal draws."""

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": S.Zero}

    def step(self, state):
        return {"x": Max(state["x"], Noise("X", Normal(0, 1)))}


class Adding(Slowly):
    """A quarter of an exponential draw is added."""

    def step(self, state):
        return {"x": state["x"] + Noise("X", Exponential(1)) / 4}


class Location(LikelihoodLoop):
    """A normal law of variance 1, whose mean is fitted."""

    m: Parameter(Reals())

    def log_density(self, x):
        return -((x - self.m) ** 2) / 2 - log(2 * pi) / 2


class Branching(Loop):
    """Two units, each of which has one offspring on average."""

    units = coordinate()

    @property
    def initial(self) -> dict[str, Expr]:
        return {"units": S(2)}

    def step(self, state):
        return {"units": Noise("N", Poisson(state["units"]))}


turned, tree = Turned(p), Branching()
coin = RetrainedBernoulliLoop(n, m, third, half)
wright = SymbolLoop(third, n)
kept_all = SymbolLoop(third, n, Accumulate())
fixed = SymbolLoop(third, n, FixedReal(2))
urn = SymbolLoop(third, 1, Accumulate(), kept=3)  # Beta(1, 2) in the end
pooled = PooledGaussianLoop(n, known_variance=True)
walk, drifting = (PooledGaussianLoop(4, known_variance=True, bias=b) for b in (0, 1))
growing = PooledGaussianLoop(n, Growing(n * CLOCK), known_variance=True)
line = CuratedLineLoop(Uniform(0, 1), Lambda(Symbol("x", real=True), Symbol("x", real=True) - 1), 2)
kernels = KernelLoop(n, half)
beside = KernelLoop(n, half, FixedReal(2), "fit")
shaped = AnyKernelLoop(n, Laplace(0, half), Laplace(0, 1))
curated = CuratedLoop(Finite((half, third, Rational(1, 6))), (1, 2, 3), 2)
U, V = Noise("U", Uniform(0, 1)), Noise("V", Uniform(0, 1))
X, Z, K = Noise("X", Normal(0, 1)), Noise("Z", Normal(0, 1)), Noise("K", Poisson(2))
b, q = Symbol("b", real=True), Symbol("q", positive=True)
v = GaussianLoop(n)

AT = {n: 4, m: 2, t: 2}

METHODS = [
    # ---- derivation
    Method("integrals of a step", "derived", "symbols.averages.law_moment", first, [
        (E(v.sigma(t)), AT, None), (E(log(v.sigma(2))), AT, None), (E(v.mu(2) ** 4), AT, None),
        (E(coin.theta(t) ** 2), AT, None), (E(CorrectedMeanLoop(n, m, half).error(2) ** 2), AT, None),
    ]),
    Method("recursion", "derived", "methods.recursion._moment", times, [
        (E(coin.theta(t) ** 3), AT, None), (E(coin.theta(1) * coin.theta(3)), AT, None),
        (E(retrained(n, m).v(t)), AT, None), (E(v.sigma(1) * v.sigma(3) ** 2), AT, None),
        (E(wright.share(t) ** 4), AT, None), (E(PooledGaussianLoop(n, FixedReal(m)).v(2)), AT, None),
        (E(retrained_mean(n, m).mu(2) ** 2), AT, None),
    ]),
    Method("recursion, generations that differ", "derived", "methods.closure.unfolded_from", running, [
        (E(growing.mu(t) ** 4), AT, None), (E(PooledGaussianLoop(n, Accumulate()).v(t)), AT, None),
        (E(kept_all.share(t) ** 2), AT, None), (E(Cooling().x(t) ** 2), {t: 3}, None),
        (E(Following().x(t)), {t: 3}, None),
    ]),
    Method("recursion, written out", "derived", "methods.closure.written_out_from", each, [
        (E(growing.mu(2) ** 4), AT, None), (E(PooledGaussianLoop(n, Accumulate()).v(2)), AT, None),
        (E(kept_all.share(2) ** 2), AT, None),
    ]),
    Method("given a model", "derived", "methods.condition", times, [
        (E(E(coin.theta(3), given=coin.model(1)) ** 2), AT, None), (E(Var(v.mu(t + 1), given=v.model(t))), AT, None),
        (E(E(growing.mu(t + 1), given=growing.model(t)) ** 2), AT, None),
    ]),
    Method("given a pool of kernels", "derived", "methods.lineages.condition", times, [
        (E(E(kernels.draw(1), given=kernels.model(1)) ** 2), {n: 4}, Rational(1, 4)),
    ]),
    Method("variance", "derived", "symbols.linear.raw_moments", times, [
        (Var(v.sigma(2) ** 2), AT, None), (Var(coin.theta(2)), AT, None),
    ]),
    Method("lineages", "derived", "methods.lineages.moment", times, [
        (E(kernels.draw(1) ** 2), {n: 4}, Rational(5, 4)), (E(kernels.draw(2) ** 2), {n: 4}, Rational(3, 2)),
        (E(kernels.mean(1) ** 2), {n: 4}, Rational(1, 4)), (E(cos(kernels.draw(1) - kernels.draw(1, 2))), {n: 4}, cosine),
        (E(cos(2 * shaped.draw(1) - 2 * shaped.draw(1, 2))), {n: 4}, Rational(7, 100)),
        (E(cos(beside.draw(1) - beside.draw(1, 2))), {n: 4}, cosine_beside),
    ]),
    Method("deviations", "derived", "methods.deviations.closed", first, [
        (E(sign(wright.share(1))), {n: 3}, None), (E(Abs(SymbolLoop(half, 2 * n).share(1) - half)), {n: 2}, None),
        (E(Abs(SymbolLoop(third, 3 * n).share(1) - third)), {n: 2}, None),
        (E(Abs(urn.share(oo) - third)), {}, Rational(16, 81)),
    ]),
    Method("nothing random", "derived", "methods.deterministic.at_generation", maybe, [
        (E(Pulled().x(3)), {}, None), (E(Pulled().x(2)), {}, None),
        (E(curated.weight(1)), {}, None),
        (E(SelfLikelihoodLoop(Finite((third, 2 * third)), 1).draw(t)), {t: 2}, Rational(16, 17)),
        (E(FilteredLoop(Finite((half, half)), (1, half)).draw(t)), {t: 2}, Rational(1, 5)),
    ]),
    Method("fresh draws of what is not random", "derived", "methods.deterministic.derive", times, [
        (E(Pulled().draw(2) ** 2), {}, None), (E(Pulled().draw(2) ** 3), {}, None),
    ]),
    Method("the largest draw so far", "derived", "methods.records._moment", times, [
        (E(Longest().x(t)), {t: 3}, Rational(11, 6)), (E(Longest().x(t) ** 2), {t: 2}, Rational(7, 2)),
    ]),
    Method("odds", "derived", "methods.odds.form", times, [
        (E(Tempered().x(t)), AT, None), (E(Flattened().x(t)), AT, None),
    ]),
    Method("quotients of linear functions", "derived", "methods.fractional.form", times, [(E(Doubled().x(t)), AT, None)]),
    Method("first times", "derived", "methods.firsts.derive", times, [
        (E(turned.first()), {p: third}, 3), (E(turned.first() ** 2), {p: third}, 15),
        (Prob(turned.first() > t), {p: third, t: 3}, Rational(8, 27)),
    ]),
    Method("the start", "derived", "methods.begun._value", times, [
        (Prob(Stirred().x(0) >= third), {}, 1), (Quantile(Smooth().x(0), half), {}, half),
    ]),
    Method("derivatives", "derived", "methods.sensitivities.derive", times, [
        (Sensitivity(E(Turned(q).x(2)), q), {q: third}, Rational(2, 3)),
        (Sensitivity(E(PooledGaussianLoop(4, known_variance=True, bias=b).mu(2) ** 2), b), {b: half}, 4),
    ]),
    Method("reciprocal counts", "derived", "methods.reciprocals.derive", times, [
        (E(1 / (1 + K)), {}, lambda: (1 - mp.exp(-2)) / 2), (E(3 / (2 + K)), {}, lambda: 3 * (1 + mp.exp(-2)) / 4),
    ]),
    Method("draws since the start", "derived", "methods.early.derive", times, [
        (Prob(Waiting().x(1) > 1), {}, lambda: mp.exp(-2)),
    ]),
    Method("draws of the last fits", "derived", "methods.early._derive_late", times, [
        (Prob(Kinked().x(t + 1) > Kinked().x(t) + 2), {t: 3}, lambda: mp.exp(-2)),
        (Prob(Kinked().x(t + 2) > Kinked().x(t)), {t: 3}, 1),
    ]),
    Method("independent steps in an exponent", "derived", "methods.walks.derive", times, [
        (E(exp(Adding().x(3))), {}, lambda: mp.exp(mp.mpf(1) / 2) * mp.mpf(64) / 27),
    ]),
    Method("what branches", "derived", "methods.branching.derive", times, [(Prob(tree.units(2) <= 0), {}, gone)]),
    Method("few values", "derived", "methods.indicators.derive", times, [
        (Prob(turned.x(t) >= 1), {p: third, t: 2}, Rational(4, 9)), (Prob(turned.x(1) < turned.x(2)), {p: third}, Rational(2, 9)),
    ]),
    Method("normal coordinates", "derived", "methods.gaussian.derive", times, [
        (E(Abs(drifting.mu(4))), {}, lambda: mp.sqrt(2 / mp.pi) * mp.exp(-8) + 4 * mp.erf(4 / mp.sqrt(2))),
        (E(TV(pooled.model(1), pooled.truth)), {n: 4}, misfit),
        (E(Abs(walk.mu(3) - walk.mu(1))), {}, lambda: 1 / mp.sqrt(mp.pi)),
    ]),
    Method("signs of normal combinations", "derived", "methods.quadrants.derive", times, [
        (Prob(Abs(walk.mu(2)) < Abs(walk.mu(1))), {}, lambda: mp.atan(2) / mp.pi),
        (Prob(walk.mu(2) * walk.mu(1) > 0), {}, Rational(3, 4)), (Prob(walk.mu(2) * walk.mu(1) < 0), {}, Rational(1, 4)),
        (Prob(Abs(walk.mu(2)) > Abs(walk.mu(1))), {}, lambda: 1 - mp.atan(2) / mp.pi),
    ]),
    Method("powers, logarithms and exponentials of draws", "derived", "symbols.averages.average", first, [
        (E(X**4), {}, 3), (E(exp(-Noise("Y", Exponential(1)))), {}, half), (E(X**2 * Noise("Y", Exponential(1))), {}, 1),
        (E(Noise("T", Tilted(Normal(0, 1), Lambda(Symbol("x", real=True), exp(Symbol("x", real=True) / 2)))) ** 3), {},
         Rational(1, 8) + Rational(3, 2)),
        (E(exp(X)), {}, lambda: mp.exp(mp.mpf(1) / 2)), (E(Abs(Noise("L", Laplace(0, 2))) ** 3), {}, 48),
        (E(Noise("L", Logistic()) ** 4), {}, lambda: 7 * mp.pi**4 / 15), (E(Noise("T", StudentT(5)) ** 2), {}, Rational(5, 3)),
        (E(K**2), {}, 6), (E(1 / (1 + Noise("U", Uniform(0, 1)))), {}, log(2)),
    ]),
    Method("means under a law", "derived", "symbols.law_means.law_mean", times, [
        (E(1 / cosh(Noise("L", Logistic()) / 2) ** 2), {}, Rational(2, 3)),
        (E(erfc(X / 2 + 1)), {}, lambda: mp.erfc(mp.sqrt(mp.mpf(2) / 3))),
    ]),
    Method("the greater of two normal lines", "derived", "symbols.averages.mean_of_greater", maybe, [
        (E(Abs(1 + X)), {}, lambda: mp.sqrt(2 / mp.pi) * mp.exp(-mp.mpf(1) / 2) + mp.erf(1 / mp.sqrt(2))),
        (E(Max(X, Z)), {}, lambda: 1 / mp.sqrt(mp.pi)), (E(Min(X, 1 + Z)), {}, lambda: least()),
    ]),
    Method("cells of several draws", "derived", "symbols.ordered.mean", times, [
        (E(Max(U, V / 2)), {}, Rational(13, 24)), (E(Abs(U - V)), {}, third),
    ]),
    Method("both sides of a line", "derived", "symbols.halves.mean", times, [
        (E(Max(X, Z) ** 3), {}, lambda: 5 / (2 * mp.sqrt(mp.pi))), (E(Abs(X - Z) * (X - Z) ** 2), {}, lambda: 8 / mp.sqrt(mp.pi)),
    ]),
    Method("tilts", "derived", "symbols.law_means._tilted", times, [
        (E(Noise("T", Tilted(Exponential(1), Lambda(Symbol("x", real=True), exp(-Symbol("x", real=True)))))), {}, half),
    ]),
    Method("where one draw is", "derived", "symbols.single.where", times, [
        (Prob(X >= 1), {}, lambda: mp.ncdf(-1)), (Prob(X + Noise("Y", Normal(1, 3)) > 0), {}, lambda: mp.ncdf(mp.mpf(1) / 2)),
        (Prob(X**2 > 2), {}, lambda: 2 * mp.ncdf(-mp.sqrt(2))), (Prob(1 / X > 1), {}, lambda: mp.ncdf(1) - half),
    ]),
    Method("distances of laws", "derived", "symbols.law_means.law_distance", times, [
        (W1(Normal(0, 1), Normal(half, 1)), {}, half), (W1(Laplace(0, 1), Laplace(2, 1)), {}, 2),
    ]),
    # ---- balls
    Method("integrals of a step, in balls", "enclosed", "methods.iterated.law_ball", times, [
        (E(v.sigma(t)), AT, None), (E(log(v.sigma(2))), AT, None), (E(v.mu(2) ** 4), AT, None),
        (E(PooledGaussianLoop(n, FreshReal(2)).v(2)), AT, None),
    ]),
    Method("recursion, in balls", "enclosed", "methods.iterated.expectation_of", times, [
        (E(coin.theta(0) * coin.theta(2) * coin.theta(3)), AT, None), (E(retrained(n, m).v(t) ** 2), AT, None),
        (E(growing.mu(t) * growing.mu(t + 1)), AT, None), (E(v.sigma(1) * v.sigma(3) ** 2), AT, None),
        (E(Abs(v.mu(2) - v.mu(1))), AT, lambda: oracle._float(oracle._number(c4(4))) * mp.sqrt(2 / mp.pi) / 2),
    ]),
    Method("chains: means", "enclosed", "methods.chains.mean", times, [
        (E(wright.share(t) ** 3), AT, None), (E(sign(wright.share(2))), AT, None),
        (E(Abs(coin.theta(2) - half)), AT, None),
    ]),
    Method("chains: probabilities", "enclosed", "methods.chains.probability", times, [
        (Prob(wright.share(2) >= half), AT, None), (Prob(wright.share(2) > half), AT, None),
        (Prob(coin.theta(2) >= third), AT, None), (Prob(coin.theta(3) > third), AT, None),
    ]),
    Method("binomial moments", "enclosed", "arithmetic.binomials.moment_polynomial", lambda c: [times(x) for x in c], [
        (E(coin.theta(1) * coin.theta(2) ** 2), AT, None), (E(fixed.share(1) * fixed.share(2)), AT, None),
    ]),
    Method("pools: means", "enclosed", "methods.pools.mean", times, [
        (E(sign(kept_all.share(2))), {n: 2}, None), (E(Abs(fixed.share(2) - third)), {n: 2}, None),
        (E(urn.share(oo) ** 2), {}, Rational(1, 6)), (E(Abs(urn.share(oo) - half)), {}, Rational(1, 4)),
    ]),
    Method("pools: probabilities", "enclosed", "methods.pools.probability", times, [
        (Prob(kept_all.share(2) >= half), {n: 2}, None), (Prob(fixed.share(2) > half), {n: 2}, None),
        (Prob(Folded().x(1) > 0), {}, Rational(15, 32)),
        (Prob(SymbolLoop(third, n, FreshReal(1)).share(2) >= half), {n: 2}, None),
    ]),
    Method("lineages, in balls", "enclosed", "methods.lineages.mean", times, [
        (E(kernels.draw(1) ** 2), {n: 4}, Rational(5, 4)), (E(kernels.mean(1) ** 2), {n: 4}, Rational(1, 4)),
        (E(cos(kernels.draw(1) - kernels.draw(1, 2))), {n: 4}, cosine),
        (E(cos(2 * shaped.draw(1) - 2 * shaped.draw(1, 2))), {n: 4}, Rational(7, 100)),
    ]),
    Method("tournaments at nodes", "enclosed", "methods.tournaments.mean", times, [(E(line.draw(1)), {}, lambda: picked(1))]),
    Method("directions of Wishart matrices", "derived", "methods.wishart.derive", times, [
        (E(slanted.along((1, 1), 2) ** half), {}, lambda: mp.sqrt(5) * (mp.sqrt(mp.mpf(2) / 3) / mp.gamma(1.5)) ** 2),
    ]),
    Method("directions of Wishart matrices, in balls", "enclosed", "methods.wishart._enclose", times, [
        (E(slanted.along((1, 1), 1) ** half), {}, lambda: mp.sqrt(mp.mpf(10) / 3) / mp.gamma(1.5)),
    ]),
    Method("survival of products", "enclosed", "arithmetic.gammas.tail_probability", times, [
        (Prob(v.sigma(2) ** 2 >= half), {n: 5}, lambda: tail([4, 4], 8)),
        (Prob(v.sigma(2) ** 2 >= 2), {n: 4}, lambda: tail([3, 3], 18)),
    ]),
    Method("quantiles", "enclosed", "arithmetic.gammas.quantile", times, [
        (Quantile(log(v.sigma(1)), half), {n: 4}, lambda: mp.log(median(3) / 3) / 2),
    ]),
    Method("normal coordinates, in balls", "enclosed", "methods.gaussian.enclose", times, [
        (E(exp(-(Smooth().x(1) ** 2))), {}, lambda: mp.exp(-mp.mpf(1) / 48) / mp.sqrt(3)),
        (Prob(walk.mu(3) - walk.mu(1) > 1), {}, lambda: mp.ncdf(-mp.sqrt(2))),
    ]),
    Method("independent steps in an exponent, in balls", "enclosed", "methods.walks.enclose", times, [
        (E(exp(Adding().x(3))), {}, lambda: mp.exp(mp.mpf(1) / 2) * mp.mpf(64) / 27),
    ]),
    Method("signs of normal combinations, in balls", "enclosed", "methods.quadrants.enclose", times, [
        (Prob(Abs(walk.mu(2)) < Abs(walk.mu(1))), {}, lambda: mp.atan(2) / mp.pi),
        (Prob(drifting.mu(2) * drifting.mu(1) > 0), {}, one_sign),
        (Prob(drifting.mu(2) * drifting.mu(1) < 0), {}, lambda: 1 - one_sign()),
    ]),
    Method("first times, in balls", "enclosed", "methods.times.mean", times, [
        (E(turned.first()), {p: third}, 3), (E(turned.first() ** 3), {p: third}, 111),
        (E(Tossed(p).first()), {p: third}, Rational(9, 4)),
    ]),
    Method("laws of first times and maxima", "enclosed", "methods.times.probability", times, [
        (Prob(turned.first() > 3), {p: third}, Rational(8, 27)),
        (Prob(PathMax(turned.x(s), (s, 2, 3)) >= 1), {p: third}, 1 - Rational(5, 9) * Rational(2, 3)),
    ]),
    Method("first times where generations differ", "enclosed", "methods.firsts.enclose", times, [
        (E(Stopping().first()), {}, 2),
    ]),
    Method("the start, in balls", "enclosed", "methods.begun._value", times, [
        (Prob(Stirred().x(0) >= third), {}, 1), (Quantile(Smooth().x(0), half), {}, half),
    ]),
    Method("limits", "enclosed", "methods.limits._enclose", times, [
        (Limit(E(Smooth().x(t) ** 2), (t, oo)), {}, Rational(4, 3)),
        (Limit(E(Pulled().x(t)), (t, oo)), {}, lambda: 1 - 1 / mp.sqrt(3)),
        (Limit(n * Var(v.mu(1)), (n, oo)), {}, 1),
    ]),
    Method("derivatives, in balls", "enclosed", "methods.sensitivities._enclose", times, [
        (Sensitivity(E(Turned(q).x(2)), q), {q: third}, Rational(2, 3)),
    ]),
    Method("reciprocal counts, in balls", "enclosed", "methods.reciprocals.enclose", times, [
        (E(1 / (1 + K)), {}, lambda: (1 - mp.exp(-2)) / 2),
        (E(1 / (half + K)), {}, lambda: mp.quad(lambda x: x ** (-mp.mpf(1) / 2) * mp.exp(2 * (x - 1)), [0, 1])),
    ]),
    Method("certified maxima, in balls", "enclosed", "methods.likelihood.enclose", times, [
        (E(Location(data=Normal(3, 2), lam=2, start=(1,)).m(1)), {}, Rational(5, 3)),
    ]),
    Method("the largest draw so far, in balls", "enclosed", "methods.records._in_balls", times, [
        (E(Highest().x(2)), {}, lambda: mp.quad(lambda x: 1 - mp.ncdf(x) ** 2, [0, 1, 3, 10])),
    ]),
    Method("draws since the start, in balls", "enclosed", "methods.early.enclose", times, [
        (Prob(Waiting().x(1) > 1), {}, lambda: mp.exp(-2)),
    ]),
    Method("draws of the last fits, in balls", "enclosed", "methods.early._enclose_late", times, [
        (Prob(Kinked().x(4) > Kinked().x(3) + 2), {}, lambda: mp.exp(-2)),
    ]),
    Method("what branches, in balls", "enclosed", "methods.branching.enclose", times, [
        (Prob(tree.units(2) <= 0), {}, gone),
        (Prob(tree.units(1) <= 1), {}, lambda: 3 * mp.exp(-2)),
    ]),
    Method("nothing random, in balls", "enclosed", "methods.deterministic.enclose", times, [
        (E(Pulled().x(3)), {}, None), (E(Pulled().draw(2) ** 2), {}, None), (E(curated.weight(2)), {}, None),
    ]),
    Method("integration over the line", "enclosed", "arithmetic.means.with_laws", times, [
        (E(X**4), {}, 3), (E(log(cosh(X))), {}, lambda: under(Normal(0, 1), lambda x: mp.log(mp.cosh(x)), [-40, 0, 40])),
    ]),
    Method("quotients of several draws", "enclosed", "symbols.quotients.mean_of_quotient", first, [
        (E(X**2 / (X**2 + Z**2)), {}, half), (E((X**2 + Z**2) ** half), {}, lambda: mp.sqrt(mp.pi / 2)),
        (E(1 / (1 + X**2 + Noise("Q", ChiSquare(3)))), {}, lambda: mp.quad(  # their sum is chi-square with 4
            lambda q: q * mp.exp(-q / 2) / 4 / (1 + q), [0, 1, 4, 20, 300])),
    ]),
    Method("integrals to ends without a value", "enclosed", "arithmetic.improper.finite", times, [
        (E(1 / (X**2 + Z**2) ** half), {}, lambda: mp.sqrt(mp.pi / 2)),
    ]),
    Method("roots of estimating equations", "enclosed", "methods.roots.state", times, [
        (E(LogCoshRiskLoop(half).theta(1)), {}, lambda: next_log_cosh(0, mp.mpf(1) / 2)),
        (E(LogCoshRiskLoop(half).theta(2)), {},
         lambda: next_log_cosh(next_log_cosh(0, mp.mpf(1) / 2), mp.mpf(1) / 2)),
    ]),
    Method("distances by area", "enclosed", "arithmetic.wasserstein.wasserstein", times, [
        (W1(Laplace(), Normal(0, 2)), {}, distance_of_laws),
    ]),
]  # fmt: skip
IDS = [f"{x.witness}: {x.name}" for x in METHODS]
