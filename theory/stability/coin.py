"""A coin: the affine law of an exponential family, concentration, and what is lost without any real data."""

from __future__ import annotations

from sympy import Abs, And, Eq, Expr, Ge, Gt, Le, Rational, log, oo, sqrt, sympify

from ..language.asked import Demanded
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Between
from ..language.laws import Binomial, Noise
from ..language.loops import Loop, coordinate
from ..language.moments import E, Prob, Tends
from .common import BERTRAND, NOTABLE, half, real_share, second_rate


class RetrainedBernoulliLoop(Loop):
    """The probability of a coin, refitted to n real tosses of probability p and m from the model before.

    n, m: real tosses of a fit, and synthetic ones.  p: probability of the real coin.
    start: the probability that the loop is handed.  n = 0: fully synthetic.  Observables: theta(t).
    Refuses n = m = 0 (`BadInput`).
    Source: ours: a coin in the loop of Bertrand et al. 2310.00429; a Wright-Fisher chain with immigration.
    """

    n: Integers(0)
    m: Integers(0)
    p: Between(0, 1)
    start: Between(0, 1)

    theta = coordinate(r"\theta")

    joint_points = NOTABLE

    def together(self) -> list[Demanded]:
        return [(self.n + self.m, True, f"n = {self.n}, m = {self.m}: no tosses")]

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        synthetic = Noise("Y", Binomial(self.m, state["theta"]))
        real = Noise("X", Binomial(self.n, self.p)) if self.n != 0 else 0
        return {"theta": (real + synthetic) / (self.n + self.m)}


# ---- with real data -------------------------------------------------------------------------------------------------


@claim(
    source="derived: moment matching",
    mutants={"a point too many in N": lambda n, m, t, p, q: p + (m / (n + m + 1)) ** t * (q - p)},
)
def stability_expfam_affine(
    n=Integers(1),
    m=Integers(1),
    t=Integers(0),
    p=Probability(),
    q=Probability(notable=(Rational(9, 10), Rational(1, 10))),
):
    """The expected mean parameter is affine in the one before, at every distance and sample size: the rate is a = m/N."""
    return Eq(E(RetrainedBernoulliLoop(n, m, p, q).theta(t)), p + (m / (n + m)) ** t * (q - p))


@claim(
    source=f"the rate of Theorem 1 of {BERTRAND} (c = 1), taken for the rate: there it is an upper bound",
    where=lambda n, m, t, p, q: And(2 * m < n, q > p),
    expected="fails",
    corrected="stability-expfam-affine",
)
def stability_expfam_affine_published(n=Integers(1), m=Integers(1), t=Integers(1), p=Probability(), q=Probability()):
    """The error of the mean parameter shrinks by lam/(1 - lam) a generation."""
    return Eq(E(RetrainedBernoulliLoop(n, m, p, q).theta(t)), p + (m / (n - m)) ** t * (q - p))


@claim(
    source="derived: moment matching",
    where=lambda n, m, t, p, q: q > p,
    mutants={"a generation off": lambda n, m, t, p, q: (m / (n + m)) ** 2},
)
def stability_expfam_affine_rate(
    n=Integers(1), m=Integers(1), t=Integers(0), p=Probability(), q=Probability(notable=(Rational(9, 10),))
):
    """The rate as it is measured: every generation leaves the fraction a = m/N of the expected error before it."""
    loop = RetrainedBernoulliLoop(n, m, p, q)
    return Eq((E(loop.theta(t + 1)) - p) / (E(loop.theta(t)) - p), m / (n + m))


@claim(source="derived: moment matching", mutants={"half of that": lambda case: {"<=": Rational(1, 2000)}})
def stability_expfam_affine_thousandth(case=Points((10, 10, 10), (10, 90, 66))):
    """A thousandth of the error is left after 10 generations at lam = 1, after 66 at lam = 9, and not before."""
    n, m, t = map(sympify, case)
    loop = RetrainedBernoulliLoop(n, m, 0, 1)
    return And(Le(E(loop.theta(t)), Rational(1, 1000)), Gt(E(loop.theta(t - 1)), Rational(1, 1000)))


@claim(
    source="derived: law of total variance, affine recursion",
    mutants={"a^2 for the second rate": lambda n, m, t, p: p * (1 - p) * (n + m) / (n * (n + 2 * m))},
)
def stability_expfam_affine_variance(n=Integers(1), m=Integers(2), t=Integers(0), p=Probability()):
    """The variance of a coin's fitted probability rises to p (1 - p) K, with the K of the Gaussian."""
    loop = RetrainedBernoulliLoop(n, m, p, p)
    return Eq(E((loop.theta(t) - p) ** 2), p * (1 - p) * real_share(n, m) * (1 - second_rate(n, m) ** t))


def hoeffding(N, a, t, delta) -> Expr:
    """The half-width B of the Azuma-Hoeffding bound at generation t."""
    return sqrt(log(2 / delta) / (2 * N) * (1 - a ** (2 * t)) / (1 - a**2))


@claim(
    source=f"derived (Azuma-Hoeffding); the shape of Theorem 2 of {BERTRAND}",
    trivial=1,
    mutants={
        "a fortieth of it": lambda n, m, p, q, t, delta: delta / 40,
        "a hundredth of it": lambda n, m, p, q, t, delta: delta / 100,
    },
    unreached={"derivation": "Hoeffding's inequality is no lemma of a proof"},
)
def stability_hoeffding_bernoulli(
    n=Integers(1, 40, notable=(20,)),
    m=Integers(1, 100, notable=(20, 80)),
    p=Probability(notable=(Rational(3, 10), half)),
    q=Probability(notable=(Rational(9, 10),)),
    t=Integers(1, 60, notable=(10, 30)),
    delta=Points(Rational(1, 10), Rational(1, 100)),
):
    """With probability 1 - delta a coin is within B of its expected path: no union over generations is needed."""
    loop, a = RetrainedBernoulliLoop(n, m, p, q), m / (n + m)
    return Le(Prob(Abs(loop.theta(t) - p - a**t * (q - p)) > hoeffding(n + m, a, t, delta)), delta)


@claim(
    source="one generation's bound, used for all of them",
    expected="fails",
    corrected="stability-hoeffding-bernoulli",
)
def stability_hoeffding_bernoulli_one_step(
    case=Points((20, 80, half, 1, 30)), delta=Points(Rational(1, 10), Rational(1, 100))
):
    """The half-width of a single fit, sqrt(log(2/delta)/(2N)), serves at every generation."""
    n, m, p, q, t = map(sympify, case)
    loop, a = RetrainedBernoulliLoop(n, m, p, q), m / (n + m)
    width = sqrt(log(2 / delta) / (2 * (n + m)))
    return Le(Prob(Abs(loop.theta(t) - p - a**t * (q - p)) > width), delta)


@claim(
    source=f"derived (Hoeffding); in the shape of Theorem 2 of {BERTRAND}, for a coin: half-widths added, log(2t/delta)",
    trivial=1,
    mutants={
        "a fortieth of it": lambda n, m, p, q, t, delta: delta / 40,
        "a hundredth of it": lambda n, m, p, q, t, delta: delta / 100,
    },
    unreached={"derivation": "Hoeffding's inequality is no lemma of a proof"},
)
def stability_hoeffding_bernoulli_published(
    n=Integers(1, 40, notable=(20,)),
    m=Integers(1, 100, notable=(20, 80)),
    p=Probability(notable=(Rational(3, 10), half)),
    q=Probability(notable=(Rational(9, 10),)),
    t=Integers(1, 60, notable=(10, 30)),
    delta=Points(Rational(1, 10), Rational(1, 100)),
):
    """With probability 1 - delta a coin is within the sum of all generations' half-widths, each for delta/t, of its path."""
    loop, a = RetrainedBernoulliLoop(n, m, p, q), m / (n + m)
    width = (1 - a**t) / (1 - a) * sqrt(log(2 * t / delta) / (2 * (n + m)))
    return Le(Prob(Abs(loop.theta(t) - p - a**t * (q - p)) > width), delta)


@claim(
    source=f"derived: a sum squared is at least the sum of the squares; what Theorem 2 of {BERTRAND} loses",
    tight={"t": 1},
    mutants={"twice as wide": lambda n, m, t: 2},
)
def stability_hoeffding_bernoulli_linear(n=Integers(1), m=Integers(1), t=Integers(1)):
    """Adding the generations' half-widths, as Theorem 2 does, is never narrower than adding their variances."""
    a = m / (n + m)
    return Ge((1 - a**t) ** 2 * (1 - a**2) / ((1 - a) ** 2 * (1 - a ** (2 * t))), 1)


# ---- no real data at all --------------------------------------------------------------------------------------------


@claim(
    source="derived: heterozygosity of a neutral Wright-Fisher chain",
    mutants={"1 - 1/(m + 1)": lambda m, t, p: p * (1 - p) * (1 - 1 / (m + 1)) ** t},
)
def stability_fully_synthetic_neutral(m=Integers(1), t=Integers(0), p=Probability()):
    """Without real data the diversity of a coin is lost by 1 - 1/m a generation, though its mean never moves."""
    theta = RetrainedBernoulliLoop(0, m, p, p).theta(t)
    return Eq(E(theta * (1 - theta)), p * (1 - p) * (1 - 1 / m) ** t)


@claim(
    source="derived: the fitted probability is a martingale", mutants={"it shrinks": lambda m, t, p: p * (1 - 1 / m)}
)
def stability_fully_synthetic_neutral_mean(m=Integers(1), t=Integers(1), p=Probability()):
    """The expected probability never moves."""
    return Eq(E(RetrainedBernoulliLoop(0, m, p, p).theta(t)), p)


@claim(
    source="derived: where both sides are left, the product p (1 - p) is at least (m - 1)/m^2 (Markov)",
    trivial=1,
    mutants={"a third of it": lambda m, t, p: p * (1 - p) * (1 - 1 / m) ** t * m**2 / (m - 1) / 3},
    unreached={"derivation": "the probability of counts inside of a range is no moment"},
)
def stability_fully_synthetic_neutral_alive(
    m=Integers(2, 100, notable=(10,)), t=Integers(1, 200, notable=(10, 20, 40)), p=Probability()
):
    """Both sides of the coin are still there with probability at most p (1 - p) (1 - 1/m)^t m^2/(m - 1)."""
    theta = RetrainedBernoulliLoop(0, m, p, p).theta(t)
    return Le(Prob(theta * (1 - theta) > 0), p * (1 - p) * (1 - 1 / m) ** t * m**2 / (m - 1))


@claim(
    source="the rate of the mean diversity, taken for the probability",
    expected="fails",
    corrected="stability-fully-synthetic-neutral-alive",
)
def stability_fully_synthetic_neutral_alive_rate(m=Points(10), t=Points(10, 20, 40)):
    """Both sides of a fair coin are still there with probability (1 - 1/m)^t."""
    theta = RetrainedBernoulliLoop(0, m, half, half).theta(t)
    return Eq(Prob(theta * (1 - theta) > 0), (1 - 1 / sympify(m)) ** t)


@claim(source="derived: limit of the exact Jacobian", mutants={"more by mu": lambda mu, lam: mu + 1 / mu})
def stability_fully_synthetic_neutral_no_contraction(mu=Positive(), lam=Reals(1, oo)):
    """As lam grows the loop ceases to contract: lam (1 - J) tends to 1/mu."""
    return Tends(lam * (1 - lam * mu / (1 + lam * mu)), (lam, 1, oo), 1 / mu, rate=1 / (lam * mu**2))
