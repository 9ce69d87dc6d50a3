"""What finite samples leave: at a misfit, with weights, and however the errors of the generations depend on each other."""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Ge, Integer, Le, Lt, Rational, exp, log, oo, sqrt

from ..gaussian.policies import weighted
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.laws import Binomial, Exponential, Logistic, Noise, Normal, Uniform
from ..language.loops import Loop, coordinate
from ..language.moments import E, Prob
from ..language.policies import FixedReal
from .common import BERTRAND, NOTABLE
from .gaussian import mean_error_fresh, retrained_mean
from .location import DATA, LocationLoop

# ---- a misfit -------------------------------------------------------------------------------------------------------


class LinearFitLoop(Loop):
    """A location fitted by maximum likelihood to n fresh real points and m from the model before, to first order in 1/n.

    n, m: real points of a fit, and synthetic ones.
    A Newton step from the best fit: the sum of the scores over the sum of their slopes. S: variance of the score under the
    data.  H: its expected slope there.  info: both under the model. Observables: error(t).
    Source: ours: the delta method, as textbooks have it, in the loop of Bertrand et al. 2310.00429.
    """

    n: Integers(1)
    m: Integers(0)
    S: Positive
    H: Positive
    info: Positive

    error = coordinate("e")

    joint_points = NOTABLE

    @property
    def initial(self) -> dict[str, Expr]:
        return {"error": Integer(0)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        real = sqrt(self.n * self.S) * Noise("X", Normal(0, 1))
        synthetic = sqrt(self.m * self.info) * Noise("Y", Normal(0, 1)) + self.m * self.info * state["error"]
        return {"error": (real + synthetic) / (self.n * self.H + self.m * self.info)}


def settled(n, m, S, H, info, t) -> Expr:
    """The variance after t fits, from the best fit, to first order in 1/n."""
    J = m * info / (n * H + m * info)
    return (n * S + m * info) / (n * H + m * info) ** 2 * (1 - J ** (2 * t)) / (1 - J**2)


@claim(
    source="derived: the score's variance over its slope squared, an AR(1) process",
    mutants={
        "without the sandwich, S = I": lambda n, m, S, H, info, t: settled(n, m, info, H, info, t),
        "J for J^2": lambda n, m, S, H, info, t: settled(n, m, S, H, info, t) * (1 + m * info / (n * H + m * info)),
    },
)
def stability_delta_method_misspecified(
    n=Integers(1), m=Integers(1), t=Integers(0), S=Positive(), H=Positive(), info=Positive()
):
    """To first order in 1/n the variance rises to (n S + m I)/(n H + m I)^2/(1 - J^2), whatever the data are.

    J = m I/(n H + m I). S = E_P psi^2 and H = E_P psi' differ where the model is wrong. From the best fit, 1 - J^(2t) of it is
    there. Fits of a logistic location to so many points are held against it in the tests.
    """
    return Eq(E(LinearFitLoop(n, m, S, H, info).error(t) ** 2), settled(n, m, S, H, info, t))


@claim(source="derived: S = H = I", mutants={"1/(n I)": lambda n, info: 1 / (n * info)})
def stability_delta_method_misspecified_well_specified(n=Integers(1), m=Integers(1), t=Integers(0), info=Positive()):
    """Well specified it is the law of a Gaussian mean of variance 1/I."""
    error = LinearFitLoop(n, m, info, info, info).error(t)
    return Eq(E(error**2), mean_error_fresh(n, m, t, 1 / info))


@claim(
    source="the information equality of well-specified models",
    expected="fails",
    corrected="stability-delta-method-misspecified",
)
def stability_delta_method_misspecified_information(data=Points(*DATA)):
    """The variance S of the score under the data is the curvature H there: the sandwich is not needed."""
    loop = LocationLoop(Logistic(), data, 1)
    return Eq(E(loop.psi(Noise("X", data)) ** 2), loop.curvature())


# ---- the weight of real data ----------------------------------------------------------------------------------------

HE = "He, Xu & Cheng 2502.18049"


def best_real_weight(k) -> Expr:
    """The weight of the real points that leaves least, k synthetic points for each."""
    return (sqrt(4 * k + 1) - 1) / (2 * k)


@claim(
    source=f"derived: affine recursion of the squared error; the setting of {HE}",
    mutants={
        "weights 1 and 1": lambda n, k, w, t: (1 + 1 / k) / (n * w * (2 - w)) * (1 - (1 - w) ** (2 * t)),
        "without the memory": lambda n, k, w, t: (w**2 + (1 - w) ** 2 / k) / n,
    },
)
def stability_optimal_real_weight_golden(n=Integers(1), k=Integers(1), w=Probability(), t=Integers(0)):
    """n fresh real points of weight w, k n synthetic ones: the error rises to (w^2 + (1 - w)^2/k)/(w (2 - w)) of s^2/n."""
    error = E(weighted(n, k * n, w).error(t) ** 2)
    return Eq(error, (w**2 + (1 - w) ** 2 / k) / (n * w * (2 - w)) * (1 - (1 - w) ** (2 * t)))


@claim(
    source=f"derived: the best weight put into the affine recursion; the golden ratio at k = 1 is of {HE}",
    mutants={"its square": lambda n, k, t: best_real_weight(k) ** 2 / n * (1 - (1 - best_real_weight(k)) ** (2 * t))},
)
def stability_optimal_real_weight_golden_value(n=Integers(1), k=Integers(1), t=Integers(0)):
    """At the weight w* = (sqrt(4k + 1) - 1)/(2k) the error rises to w* itself, in units of s^2/n: for k = 1 the golden ratio."""
    w = best_real_weight(k)
    return Eq(E(weighted(n, k * n, w).error(t) ** 2), w / n * (1 - (1 - w) ** (2 * t)))


@claim(
    source=f"derived: minimum of the limit over the weight; at k = 1 of {HE}",
    tight={"k": 2, "w": Rational(1, 2)},
    mutants={
        "a hundredth more": lambda n, k, w, t: Rational(101, 100) * best_real_weight(k) / n * (1 - (1 - w) ** (2 * t))
    },
)
def stability_optimal_real_weight_golden_least(
    n=Integers(1), k=Integers(1, notable=(2, 6)), w=Probability(notable=(Rational(1, 3), Rational(1, 2))), t=Integers(1)
):
    """No weight does better in the limit: whatever it is, the error is at least w* (1 - (1 - w)^(2t)) s^2/n."""
    return Ge(E(weighted(n, k * n, w).error(t) ** 2), best_real_weight(k) / n * (1 - (1 - w) ** (2 * t)))


@claim(source="derived: (2w* k + 1)^2 = 4k + 1", mutants={"half of it": lambda k: 1 / (2 * sqrt(k))})
def stability_optimal_real_weight_golden_vanishes(k=Integers(1)):
    """The least error vanishes as the synthetic points get many: w* < 1/sqrt(k).

    Pooled as they come, at the weight 1/(1 + k), they leave (1 + k)/(1 + 2k) > 1/2: `stability-gaussian-mean-ar1-fresh`.
    """
    return Lt(best_real_weight(k), 1 / sqrt(k))


@claim(
    source="pooling as it comes, taken for optimal",
    expected="fails",
    corrected="stability-optimal-real-weight-golden-least",
)
def stability_optimal_real_weight_golden_natural(n=Integers(1), k=Integers(1, 20), t=Integers(200, 400)):
    """Points pooled as they come, w = 1/(1 + k), leave no more error than with the weight w*."""
    pooled, best = (E(weighted(n, k * n, w).error(t) ** 2) for w in (1 / (1 + k), best_real_weight(k)))
    return Le(pooled, best)


# ---- whatever the dependence ----------------------------------------------------------------------------------------


class CoupledErrorsLoop(Loop):
    """Two errors of tails exp(-u^2), P(x > u) <= exp(-u^2), that are large together: with probability q = 2 exp(-s^2).

    s: at least 1.  Observables: x(t), y(t), anew in every generation.
    Source: ours: two errors as dependent as their tails permit.
    """

    s: Reals(1)

    x = coordinate()
    y = coordinate()

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": self.s * 0, "y": self.s * 0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        q, u = 2 * exp(-(self.s**2)), Noise("U", Uniform(0, 1))
        both = Noise("B", Binomial(1, q))
        return {"x": both * sqrt(-log(q * u)), "y": both * sqrt(-log(q * (1 - u)))}


@claim(
    source="derived: the square's exponential is convex (Jensen)",
    tight={"x": 1, "y": 1},
    mutants={"half of it": lambda w, x, y: (w * exp(x**2) + (1 - w) * exp(y**2)) / 2},
    unreached={"derivation": "no certificate for a sum of exponentials of squares"},
)
def stability_log_t_free_convex(w=Probability(), x=Reals(-3, 3), y=Reals(-3, 3)):
    """The first step of the proof: exp of the square of a weighted mean of errors is at most the weighted mean of exp.

    One witness: nothing is random, and no certificate is known.
    """
    return Le(exp((w * x + (1 - w) * y) ** 2), w * exp(x**2) + (1 - w) * exp(y**2))


@claim(
    source="derived: 2c <= 1 + c^2; the largest law of such a tail has n xi^2/a0^2 = log b + X, X exponential",
    tight={"c": 1},
    mutants={"b": lambda c: c**2},
)
def stability_log_t_free_moment(c=Reals(1, oo, closed=True)):
    """The second: where P(|xi| > u) <= b exp(-n u^2/a0^2), b = c^2 >= 1, E exp(n xi^2/(2 a0^2)) is at most 1 + b."""
    return Le(E(exp((log(c**2) + Noise("X", Exponential(1))) / 2)), 1 + c**2)


@claim(
    source=f"derived (Markov); relevant to log(b t/delta) or log(b/delta) in Theorem 2 of {BERTRAND} (text not checked)",
    trivial=1,
    mutants={"a single fit's tail": lambda n, m, u: exp(-(n + m) * u**2) / 2},
    unreached={"derivation": "the probability of a range is no moment"},
)
def stability_log_t_free(
    n=Integers(1, 50, notable=(10,)),
    m=Integers(1, 100, notable=(10, 40)),
    t=Integers(1, 200, notable=(5, 50)),
    u=Positive(hi=3),
):
    """No union over generations: fits of tail 2 exp(-N u^2/2) leave |e_t| > u (1 + a + ... + a^(t-1)) a chance 3 exp(-N u^2/4).

    One real sample for all fits: the errors of the fits are dependent. (1 + b) exp(-n s^2/(2 a0^2)) with b = 2, a0^2 = 2.
    """
    loop, a = retrained_mean(n, m, FixedReal, start=0), m / (n + m)
    return Le(Prob(Abs(loop.error(t)) > u * (1 - a**t) / (1 - a)), 3 * exp(-(n + m) * u**2 / 4))


@claim(
    source="derived: sqrt(-log) is convex below exp(-1/2)",
    tight={"u": Rational(1, 2)},
    mutants={"a tenth more": lambda s: Rational(21, 10) * s},
    unreached={"derivation": "no certificate for roots of logarithms"},
)
def stability_log_t_free_coupled(s=Reals(Rational(11, 10), 10, notable=(2,)), u=Probability()):
    """The price is real: with q = 2 exp(-s^2), sqrt(-log(q u)) + sqrt(-log(q (1 - u))) is at least 2s for every u.

    With u uniform, on an event of probability q, these are errors of tail exp(-r^2) each, and their sum exceeds 2s with
    probability q, twice exp(-s^2). One witness: nothing is random, and no certificate is known.
    """
    q = 2 * exp(-(s**2))
    return Ge(sqrt(-log(q * u)) + sqrt(-log(q * (1 - u))), 2 * s)


@claim(
    source="the tail of one generation, taken for that of the weighted mean of several, whatever their dependence",
    expected="fails",
    corrected="stability-log-t-free",
    unreached={"ball": "the event is that of two draws together"},
)
def stability_log_t_free_single(s=Points(Rational(3, 2), 2)):
    """Two errors of tail exp(-u^2) each have a mean above s with probability at most exp(-s^2).

    One witness: the event is that of a draw from two laws together.
    """
    loop = CoupledErrorsLoop(s)
    return Le(Prob(loop.x(1) + loop.y(1) > 2 * s), exp(-(s**2)))
