"""Estimates other than the histogram: a pseudo-count for every symbol, a temperature, shrinkage towards the uniform law."""

from __future__ import annotations

from sympy import Abs, Add, Eq, Expr, Ge, Integer, Le, Max, Rational, exp, log, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals, Simplex
from ..language.fields import Between
from ..language.finite_loops import FiniteLoop
from ..language.laws import Binomial, Finite, Noise
from ..language.loops import Loop, coordinate
from ..language.moments import E, Tends
from .common import CategoricalLoop, diverse, half

# ---- pseudo-counts --------------------------------------------------------------------------------------------------


class SmoothedSymbolLoop(Loop):
    """One of K symbols, its probability refitted to n draws with a pseudo-count for each of the K (Laplace smoothing).

    n: draws of a fit.  K: the number of symbols.
    p: its true probability.  alpha: the pseudo-count.  Observables: share(t).
    Source: textbook: Laplace's rule of succession; as a loop it is a Wright-Fisher chain with mutation.
    """

    p: Between(0, 1)
    n: Integers(1)
    K: Integers(2)
    alpha: Positive = 1

    share = coordinate(r"\hat p")

    joint_points = tuple({"n": n, "t": t} for n, t in ((20, 1), (20, 5), (5, 3), (2, 10), (10, 0)))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"share": self.p}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        drawn = Noise("Y", Binomial(self.n, state["share"]))
        return {"share": (drawn + self.alpha) / (self.n + self.K * self.alpha)}


def mutation(n, K, alpha) -> Expr:
    """u = K alpha/(n + K alpha): the share of the pseudo-counts in a fit."""
    return K * alpha / (n + K * alpha)


@claim(
    source="derived: affine recursion of the mean",
    mutants={
        "smoothing keeps p": lambda p: p,
        "the pseudo-count of one symbol": lambda n, K, alpha, p, t: (
            Integer(1) / K + (1 - mutation(n, 1, alpha)) ** t * (p - Integer(1) / K)
        ),
    },
)
def discrete_laplace_smoothing_loop(
    n=Integers(1, notable=(20,)),
    K=Integers(2, notable=(2, 5)),
    alpha=Positive(notable=(half,)),
    p=Probability(notable=(Rational(3, 10),)),
    t=Integers(0, notable=(1, 5)),
):
    """Laplace smoothing forgets p: a share's mean is 1/K + (1 - u)^t (p - 1/K), u = K alpha/(n + K alpha)."""
    share = SmoothedSymbolLoop(p, n, K, alpha).share(t)
    return Eq(E(share), 1 / K + (1 - mutation(n, K, alpha)) ** t * (p - 1 / K))


def squares_limit(n, K, u) -> Expr:
    """What the expected sum of the squared shares tends to."""
    return ((1 - u) ** 2 / n + (1 - (1 - u) ** 2) / K) / (1 - (1 - u) ** 2 * (1 - 1 / n))


def squares(p, n, alpha, t) -> Expr:
    """The expected sum of the squared shares of two symbols."""
    share = SmoothedSymbolLoop(p, n, 2, alpha).share(t)
    return E(share**2 + (1 - share) ** 2)


@claim(
    source="derived: affine recursion of the second moments; Wright-Fisher with mutation",
    mutants={
        "to 1/K, as of the uniform law": lambda n, alpha, p, t: (
            half + ((1 - mutation(n, 2, alpha)) ** 2 * (1 - 1 / n)) ** t * (half - 2 * p * (1 - p))
        ),
        "as without smoothing": lambda n, p, t: 1 - (1 - 1 / n) ** t * 2 * p * (1 - p),
    },
)
def discrete_laplace_smoothing_loop_two_symbols(
    n=Integers(1, notable=(20,)), alpha=Positive(notable=(half,)), p=Probability(), t=Integers(0, notable=(1, 5))
):
    """Two symbols: E sum p_i^2 = F + ((1 - u)^2 (1 - 1/n))^t (sum p_i^2 - F), the limit F whatever p is: no collapse.

    F = ((1 - u)^2/n + (1 - (1 - u)^2)/K)/(1 - (1 - u)^2 (1 - 1/n)), K = 2, u = K alpha/(n + K alpha).
    """
    u = mutation(n, 2, alpha)
    limit, rate = squares_limit(n, 2, u), (1 - u) ** 2 * (1 - 1 / n)
    return Eq(squares(p, n, alpha, t), limit + rate**t * (1 - 2 * p * (1 - p) - limit))


@claim(
    source="'smoothing leads to the uniform law'",
    expected="fails",
    corrected="discrete-laplace-smoothing-loop-two-symbols",
)
def discrete_laplace_smoothing_loop_uniform(n=Points(20, 50), p=Points(Rational(3, 10), half)):
    """Two symbols, pseudo-counts of 1/2: after 300 fits E sum p_i^2 is 1/2 up to 5 %, as of the uniform law."""
    return Le(squares(p, n, half, 300), Rational(105, 200))


# ---- a temperature --------------------------------------------------------------------------------------------------


class TemperatureLoop(FiniteLoop):
    """Infinitely many draws at a temperature: the next model is proportional to the power 1/tau of the one before.

    law: at first.  tau: 1 is faithful sampling.  Observables: mass(t, i), model(t).
    Source: after Marchi et al. 2404.02325, of whose maps it is the simplest.
    """

    law: Finite
    tau: Positive

    @property
    def start(self) -> Finite:
        """The law that the loop is handed: `law`."""
        return self.law

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        powers = [x ** (1 / self.tau) for x in state.values()]
        return {name: x / Add(*powers) for name, x in zip(state, powers, strict=True)}


MARCHI = "derived: powers of powers; a map of Marchi et al. 2404.02325, as commonly quoted"


@claim(
    source=MARCHI,
    mutants={
        "p_0^(1/(t tau))": lambda s, p, t: TemperatureLoop(p, exp(s)).mass(t, 1) * p[0] ** (exp(-s) / (t + half)),
        "a round more": lambda s, p, t: TemperatureLoop(p, exp(s)).mass(t, 1) * p[0] ** exp(-s * (t + 1)),
    },
)
def discrete_temperature_loop(s=Reals(-2, 2, notable=(half, -half)), p=Simplex(3), t=Integers(0, 8, notable=(3,))):
    """Sampling at the temperature tau = e^s, infinitely many draws, again and again: p_t is proportional to p_0^(tau^-t).

    Of three symbols, the first two are looked at: the step treats all alike.
    """
    loop, power = TemperatureLoop(p, exp(s)), exp(-s * t)
    return Eq(loop.mass(t, 0) * p[1] ** power, loop.mass(t, 1) * p[0] ** power)


@claim(
    source=MARCHI,
    mutants={"to the law itself": lambda p: p, "to none": lambda p: 0 * p},
    unreached={"derivation": "no certificate for the sign of a difference of powers of p"},
)
def discrete_temperature_loop_hot(
    tau=Positive(lo=1, hi=5, notable=(Rational(5, 4), 2)), p=Probability(notable=(Rational(9, 10),)), t=Integers(0)
):
    """Two symbols, tau > 1: the law turns uniform, |p_t - 1/2| <= tau^-t |ln(p/(1 - p))|/4, whatever it was."""
    mass = TemperatureLoop((p, 1 - p), tau).mass(t, 0)
    return Tends(mass, (t, 0, oo), half, rate=tau**-t * Abs(log(p / (1 - p))) / 4)


@claim(
    source="derived: powers of powers",
    mutants={"half of it": lambda tau, p, t: ((1 - p) / p) ** (tau**-t) / 2},
)
def discrete_temperature_loop_cold(
    tau=Points(half, Rational(4, 5)), p=Probability(notable=(Rational(2, 3),)), t=Integers(0, 8)
):
    """Two symbols, tau < 1: the likelier one lacks ((1 - p)/p)^(tau^-t) at most, which is doubly exponentially small."""
    return Le(TemperatureLoop((p, 1 - p), tau).mass(t, 1), ((1 - p) / p) ** (tau**-t))


# ---- shrinkage ------------------------------------------------------------------------------------------------------


def shrinkage(n, t) -> Expr:
    """w = S/(1 + S), S^2 = 1 - (1 - 1/n)^t: the weight of the uniform law."""
    s = sqrt(1 - (1 - 1 / n) ** t)
    return s / (1 + s)


def risk(p, n, t, w) -> Expr:
    """The expected squared error of (1 - w) p_t + w/K after t rounds, p_t being all that is seen."""
    loop, K = CategoricalLoop(p, n), len(p)
    return E(Add(*(((1 - w) * loop.share(i, t) + w / K - x) ** 2 for i, x in enumerate(p))))


@claim(
    source="derived: variance and squared bias of a linear estimator",
    mutants={"unshrunk": lambda n, p, t: (1 - (1 - 1 / n) ** t) * diverse(p)},
)
def discrete_minimax_linear_three_symbols(
    n=Integers(2, notable=(20,)), p=Simplex(3), t=Integers(1, notable=(10,)), w=Probability()
):
    """Three symbols: the risk of the weight w is w^2 (1 - 1/K) + ((1 - w)^2 S^2 - w^2) H(p), S^2 = 1 - (1 - 1/n)^t, K = 3."""
    s2 = 1 - (1 - 1 / n) ** t
    return Eq(risk(p, n, t, w), Rational(2, 3) * w**2 + ((1 - w) ** 2 * s2 - w**2) * diverse(p))


@claim(
    source="derived: the risk is affine in H(p), its two ends agree; t = 1 is Trybula's estimator, as commonly quoted",
    mutants={
        "as of n/t draws": lambda n, t: half / (1 + sqrt(n / t)) ** 2,
        "S^2/4": lambda n, t: (1 - (1 - 1 / n) ** t) / 8,
    },
    unreached={"derivation": "whether 1 - (1 - 1/n)^t is positive is not seen"},
)
def discrete_minimax_linear_constant(
    n=Integers(2, 200, notable=(20,)), p=Probability(notable=(Rational(3, 10),)), t=Integers(1, 200, notable=(10, 50))
):
    """Two symbols: with w = S/(1 + S) the risk is (1 - 1/K) w^2 whatever p is, K = 2."""
    w = shrinkage(n, t)
    return Eq(risk((p, 1 - p), n, t, w), w**2 / 2)


@claim(
    source="derived: the larger of the risks at a point mass and at the uniform law",
    tight={"w": Rational(1, 3), "s": half},
    mutants={"a tenth more": lambda s: Rational(11, 10) * (s / (1 + s)) ** 2},
)
def discrete_minimax_linear_best(w=Probability(), s=Probability()):
    """No other weight has a smaller worst risk: at a point mass it is w^2, at the uniform law (1 - w)^2 S^2; S is s here.

    In units of 1 - 1/K. No simulation: a maximum of two polynomials.
    """
    return Ge(Max(w**2, (1 - w) ** 2 * s**2), (s / (1 + s)) ** 2)
