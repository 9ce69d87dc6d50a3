"""Whether synthetic points help beside real ones that are kept: never in the mean of an exact family, sometimes in a wrong model.

The real sample is drawn once, the first model is its fit, and every later fit sees it again, beside points of the model before.
Nothing new comes in. In the mean parameter of an exponential family whose variance is quadratic in it, that costs. Where the
model is wrong, and what is estimated is no mean parameter, a fit may gain by it, as by any shrinkage.
"""

from __future__ import annotations

from sympy import Eq, Expr, Ge, Gt, Lt, Rational, S

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability
from ..language.laws import Atoms, Binomial, ChiSquare, Exponential, Laplace, Law, Noise, Normal, Poisson, Uniform
from ..language.loops import Loop, coordinate
from ..language.moments import E
from ..language.structures import Symmetry
from .common import BERTRAND, NOTABLE

NO_IMPROVEMENT = f"the talk on {BERTRAND} (no improvement, as commonly quoted)"

# ---- mean parameters of exact families ------------------------------------------------------------------------------


class KeptPoissonLoop(Loop):
    """A Poisson mean, refitted to the same n real counts in every generation, and to m of the model before.

    n, m: real counts of a fit, and synthetic ones.  mean0: of the truth.
    Observables: mean(t), of the model after t fits with synthetic counts; real(t), of the real counts; error(t).
    Source: ours: the loop of Bertrand et al. 2310.00429 in an exact family.
    """

    n: Integers(1)
    m: Integers(1)
    mean0: Positive = 1

    mean = coordinate(r"\mu", positive=True)
    real = coordinate(r"\bar x", positive=True)

    joint_points = NOTABLE

    def error(self, t) -> Expr:
        """How far the model's mean is from the truth's: mean(t) - mean0."""
        return self.mean(t) - self.mean0

    def counted(self, size, mean, name: str) -> Expr:
        """The sum of so many points of a law of this mean."""
        return Noise(name, Poisson(size * mean))

    @property
    def initial(self) -> dict[str, Expr]:
        real = self.counted(self.n, self.mean0, "X") / self.n
        return {"mean": real, "real": real}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        synthetic = self.counted(self.m, state["mean"], "Y")
        return {"mean": (self.n * state["real"] + synthetic) / (self.n + self.m), "real": state["real"]}


class KeptExponentialLoop(KeptPoissonLoop):
    """The mean of an exponential law, refitted to the same n real points in every generation, and to m of the model before.

    n, m: real points of a fit, and synthetic ones.  mean0: of the truth.
    Observables: mean(t), of the model after t fits with synthetic points; real(t), of the real points; error(t).
    Source: ours: the loop of Bertrand et al. 2310.00429 in an exact family.
    """

    def counted(self, size, mean, name: str) -> Expr:
        return mean * Noise(name, ChiSquare(2 * size)) / 2

    @property
    def symmetry(self) -> Symmetry:
        """Scaling the truth scales every later model."""
        unit = 0, self.mean0
        return Symmetry(self.func(self.n, self.m, 1), mean=unit, real=unit)


class KeptCoinLoop(Loop):
    """The probability of a coin, refitted to the same n real tosses in every generation, and to m of the model before.

    n, m: real tosses of a fit, and synthetic ones.  p: of the real coin.
    Observables: mean(t), of the model after t fits with synthetic tosses; real(t), of the real tosses; error(t).
    Source: ours: the loop of Bertrand et al. 2310.00429 in an exact family.
    """

    n: Integers(1)
    m: Integers(1)
    p: Probability

    mean = coordinate(r"\theta")
    real = coordinate(r"\bar x")

    joint_points = NOTABLE

    def error(self, t) -> Expr:
        """How far the model's probability is from the real coin's: mean(t) - p."""
        return self.mean(t) - self.p

    @property
    def initial(self) -> dict[str, Expr]:
        real = Noise("X", Binomial(self.n, self.p)) / self.n
        return {"mean": real, "real": real}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        synthetic = Noise("Y", Binomial(self.m, state["mean"]))
        return {"mean": (self.n * state["real"] + synthetic) / (self.n + self.m), "real": state["real"]}


def kept_error(n, m, t, c) -> Expr:
    """The squared error of a mean after t fits, the law's variance being V(mean) = ... + c mean^2, in units of the truth's.

    c: 0 for a Gaussian of known variance and for Poisson's law, 1 for an exponential one, -1 for a coin.
    """
    rate = m * (m + c) / (n + m) ** 2
    return 1 / n + (1 + Rational(c) / n) * m / (n * (n + 2 * m) - c * m) * (1 - rate**t)


@claim(
    source="derived: given the real sample the mean is a martingale about it, pulled back; V(mean) is quadratic",
    mutants={"as if fresh": lambda n, m, t, mean0: mean0 / n * (1 - (m / (n + m)) ** (2 * t))},
)
def stability_mean_parameter_kept_poisson(n=Integers(1), m=Integers(1), t=Integers(0), mean0=Positive()):
    """Poisson's mean, n real counts kept: the squared error is that of a Gaussian mean, V/n (1 + m/(n + 2m)) in the end."""
    return Eq(E(KeptPoissonLoop(n, m, mean0).error(t) ** 2), mean0 * kept_error(n, m, t, 0))


@claim(
    source="derived: given the real sample the mean is a martingale about it, pulled back; V(mean) is quadratic",
    mutants={"a Gaussian's": lambda n, m, t, mean0: mean0**2 * kept_error(n, m, t, 0)},
)
def stability_mean_parameter_kept_exponential(n=Integers(1), m=Integers(1), t=Integers(0), mean0=Positive()):
    """The mean of an exponential law, n real points kept: larger models vary more, and the squared error rises further."""
    return Eq(E(KeptExponentialLoop(n, m, mean0).error(t) ** 2), mean0**2 * kept_error(n, m, t, 1))


@claim(
    source="derived: given the real sample the mean is a martingale about it, pulled back; V(mean) is quadratic",
    mutants={"a Gaussian's": lambda n, m, t, p: p * (1 - p) * kept_error(n, m, t, 0)},
)
def stability_mean_parameter_kept_coin(n=Integers(2), m=Integers(2), t=Integers(0), p=Probability()):
    """A coin, n real tosses kept: the squared error rises less than a Gaussian's."""
    return Eq(E(KeptCoinLoop(n, m, p).error(t) ** 2), p * (1 - p) * kept_error(n, m, t, -1))


@claim(
    source=NO_IMPROVEMENT,
    tight={"t": 0},
    mutants={"a tenth more": lambda n, m, t, mean0: {">=": Rational(11, 10) * mean0 / n}},
)
def stability_mean_parameter_no_improvement(n=Integers(1), m=Integers(1), t=Integers(0), mean0=Positive()):
    """No fresh information, no gain: Poisson's mean beside any number of synthetic counts is no better than the real ones'.

    For an exponential mean and a coin's likewise: `stability-mean-parameter-no-improvement-exponential`, `-coin`; for that of a
    Gaussian `stability-gaussian-mean-ar1-fixed-no-improvement`.
    """
    return Ge(E(KeptPoissonLoop(n, m, mean0).error(t) ** 2), mean0 / n)


@claim(
    source=NO_IMPROVEMENT,
    tight={"t": 0},
    mutants={"a tenth more": lambda n, m, t, mean0: {">=": Rational(11, 10) * mean0**2 / n}},
)
def stability_mean_parameter_no_improvement_exponential(n=Integers(1), m=Integers(1), t=Integers(0), mean0=Positive()):
    """The mean of an exponential law beside any number of synthetic points is no better than that of the real ones."""
    return Ge(E(KeptExponentialLoop(n, m, mean0).error(t) ** 2), mean0**2 / n)


@claim(
    source=NO_IMPROVEMENT,
    tight={"t": 0},
    mutants={"a tenth more": lambda n, m, t, p: {">=": Rational(11, 10) * p * (1 - p) / n}},
    unreached={"derivation": "no certificate for the sign of a power that may vanish"},
)
def stability_mean_parameter_no_improvement_coin(n=Integers(2), m=Integers(2), t=Integers(0), p=Probability()):
    """A coin's probability beside any number of synthetic tosses is no better than that of the real ones."""
    return Ge(E(KeptCoinLoop(n, m, p).error(t) ** 2), p * (1 - p) / n)


@claim(
    source="'the more synthetic data the worse', as commonly concluded",
    expected="fails",
    corrected="stability-mean-parameter-kept-poisson",
)
def stability_mean_parameter_kept_more(m=Integers(1, 100), t=Points(1, 2)):
    """Ten real counts kept: each synthetic count more makes the fit worse."""
    first, second = (E(KeptPoissonLoop(10, k).error(t) ** 2) for k in (m, m + 1))
    return Lt(first, second)


# ---- where the model is wrong ---------------------------------------------------------------------------------------

NO_BALL = {"ball": "a normal draw whose variance is the state"}


class TwoPointsLoop(Loop):
    """Mean and variance of a Gaussian, refitted by maximum likelihood to the same two real points and one of the model before.

    law: of the real points, any one.
    Observables: v(t), of the model after t fits with a synthetic point; gap(t), its mean less that of the real points; spread(t),
        their variance.
    Source: ours: the smallest misfit of a Gaussian in the loop of Bertrand et al. 2310.00429.
    """

    law: Law

    v = coordinate(r"\sigma^2")
    gap = coordinate(r"\mu - \bar x")
    spread = coordinate("s^2")

    @property
    def initial(self) -> dict[str, Expr]:
        a, b = (Noise(name, self.law) for name in ("X1", "X2"))
        spread = (a - b) ** 2 / 4
        return {"v": spread, "gap": S.Zero, "spread": spread}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        off = state["gap"] + Noise("Z", Normal(0, state["v"]))
        spread = state["spread"]
        return {"v": Rational(2, 3) * spread + Rational(2, 9) * off**2, "gap": off / 3, "spread": spread}


def wrong(law: Law, v, t) -> Expr:
    """The expected squared error of the fitted variance after t fits with a synthetic point, v being the law's."""
    return E((TwoPointsLoop(law).v(t) - v) ** 2)


SHAPES = (  # a law, its variance and its kurtosis
    (Uniform(0, 1), Rational(1, 12), Rational(9, 5)),
    (Normal(0, 1), 1, 3),
    (Laplace(), 2, 6),
    (Exponential(1), 1, 9),
)


@claim(
    source="derived: moments of a squared difference of two draws; a fit beside one point multiplies it by a random factor",
    mutants={"no gain": lambda shape: (shape[2] + 3) * shape[1] ** 2 / 8},
    unreached=NO_BALL,
)
def stability_misfit_improvement(shape=Points(*SHAPES)):
    """A Gaussian fitted to two points of variance v, kurtosis k, and to a synthetic one: the squared error of v is (k + 4)/9 v^2.

    Without the synthetic point it is (k + 3)/8 v^2: less up to k = 5, as for a normal law, where the model is right, and more
    beyond, as for Laplace's law, and for the exponential one, which is not symmetric.
    """
    law, v, k = shape
    return Eq(wrong(law, v, 1), (k + 4) * v**2 / 9)


@claim(
    source="derived: moments of half the squared difference of two draws",
    mutants={"with a synthetic point": lambda shape: (shape[2] + 4) * shape[1] ** 2 / 9},
)
def stability_misfit_improvement_without(shape=Points(*SHAPES)):
    """A Gaussian fitted to two points of variance v and kurtosis k: the squared error of v is (k + 3)/8 v^2."""
    law, v, k = shape
    return Eq(wrong(law, v, 0), (k + 3) * v**2 / 8)


@claim(
    source="derived: the kurtosis of a coin is 1/(p (1 - p)) - 3",
    mutants={"no gain, no loss": lambda p: p * (1 - p) / 8},
    unreached=NO_BALL,
)
def stability_misfit_improvement_coin(p=Probability(notable=(Rational(1, 2), Rational(1, 4), Rational(1, 100)))):
    """A Gaussian fitted to two tosses of a coin and a synthetic point: the squared error of v = p (1 - p) is v (1 + v)/9.

    Without the synthetic point it is v/8: more exactly where v < 1/8, that of a rare coin.
    """
    v = p * (1 - p)
    return Eq(wrong(Atoms((1, 0), (p, 1 - p)), v, 1), v * (1 + v) / 9)


@claim(
    source=f"{NO_IMPROVEMENT}, taken for a law of any model",
    expected="fails",
    corrected="stability-misfit-improvement",
)
def stability_misfit_improvement_never(shape=Points(*SHAPES[1:])):
    """No fresh information, no improvement: a synthetic point never makes a fitted variance better."""
    law, v, _ = shape
    return Ge(wrong(law, v, 1), wrong(law, v, 0))


@claim(
    source="derived: an affine recursion of the second moments",
    mutants={"by a tenth": lambda t: {"<": Rational(9, 10) * wrong(Exponential(1), 1, 0)}},
    unreached=NO_BALL,
)
def stability_misfit_improvement_short(t=Points(1, 2)):
    """Of an exponential law the variance is better after one fit beside a synthetic point, and after a second one."""
    return Lt(wrong(Exponential(1), 1, t), wrong(Exponential(1), 1, 0))


@claim(
    source="derived: an affine recursion of the second moments",
    mutants={"by a hundredth": lambda t: {">": Rational(101, 100) * wrong(Exponential(1), 1, 0)}},
    unreached=NO_BALL,
)
def stability_misfit_improvement_lost(t=Integers(3)):
    """From the third fit on what the synthetic point gained is lost, and more: in the end the squared error is v^2/126 larger."""
    return Gt(wrong(Exponential(1), 1, t), wrong(Exponential(1), 1, 0))
