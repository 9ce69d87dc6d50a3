"""Population loops whose orbit has a closed form: mean and variance of a Gaussian, and a learner that makes no error."""

from __future__ import annotations

from sympy import Abs, Add, Eq, Expr, Le, Rational, Tuple

from ..language.claims import claim
from ..language.domains import Integers, Positive, Reals, Simplex
from ..language.fields import Masses, Nonnegative, Values
from ..language.finite_loops import FiniteLoop
from ..language.laws import Finite, Normal
from ..language.loops import Loop, coordinate, of_draw
from ..language.moments import KL, TV, E


class GaussianOrbitLoop(Loop):
    """Mean and variance of a Gaussian, fitted to infinitely many points: real ones and lam times as many from the model before.

    lam: the ratio of synthetic to real data.  variance: of the real law, whatever that is; its mean is 0.
    mean0, v0: what the loop is handed.  Observables: mu(t), v(t).
    Source: ours: both moments of a Gaussian in the population loop of Bertrand et al. 2310.00429.
    """

    lam: Nonnegative
    variance: Positive = 1
    mean0: Reals = 0
    v0: Positive = 1

    mu = coordinate(r"\mu")
    v = coordinate(r"\sigma^2")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"mu": self.mean0, "v": self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """The best fit has the mean and the second moment of the mixture."""
        real, synthetic = 1 / (1 + self.lam), self.lam / (1 + self.lam)
        mean = synthetic * state["mu"]
        square = real * self.variance + synthetic * (state["v"] + state["mu"] ** 2)
        return {"mu": mean, "v": square - mean**2}


class PerfectLearnerLoop(FiniteLoop):
    """The law of the training data is learned without error: real data, and lam times as many draws from the law before.

    lam: the ratio of synthetic to real data.
    law: of the real data.  start: the law that the loop is handed.  scores: of the atoms, any function of a draw.
    Observables: score(t) of a fresh draw; mass(t, i, ...), the probability of atoms; model(t), a law.
    Source: ours: infinitely many samples in the setting of Seddik et al. 2404.05090.
    """

    law: Finite
    start: Masses(of="law")
    lam: Nonnegative
    scores: Values(Reals) = ()

    steady = ("scores",)

    score = of_draw("f")

    @property
    def tables(self) -> dict[str, Tuple]:
        return {"score": self.scores} if self.scores else {}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        pairs = zip(self.state, self.law.masses, strict=True)
        return {name: (p + self.lam * state[name]) / (1 + self.lam) for name, p in pairs}


# ---- a Gaussian -----------------------------------------------------------------------------------------------------


def _orbit(lam, variance, mean0, v0) -> GaussianOrbitLoop:
    """The mean and the variance of a Gaussian, retrained on infinitely many points."""
    return GaussianOrbitLoop(lam, variance, mean0, v0)


@claim(
    source="derived: moments of a mixture, two affine recursions that are coupled",
    mutants={
        "between-group variance forgotten": lambda lam, variance, v0, t: (lam / (1 + lam)) ** t * (v0 - variance),
    },
)
def stability_gaussian_mean_variance_orbit(
    lam=Positive(), variance=Positive(), mean0=Reals(-10, 10), v0=Positive(), t=Integers(1)
):
    """Infinite samples: the variance's error after t fits is a^t (w + D^2) - a^(2t) D^2, a = lam/(1 + lam).

    D and w are the errors of mean and variance at the start, whatever the real law is.
    """
    a, D = lam / (1 + lam), mean0
    loop = _orbit(lam, variance, mean0, v0)
    return Eq(loop.v(t) - variance, a**t * (v0 - variance + D**2) - a ** (2 * t) * D**2)


@claim(
    source="derived: an affine recursion",
    mutants={"a^(2t)": lambda lam, mean0, t: (lam / (1 + lam)) ** (2 * t) * mean0},
)
def stability_gaussian_mean_variance_orbit_mean(
    lam=Positive(), variance=Positive(), mean0=Reals(-10, 10), v0=Positive(), t=Integers(0)
):
    """Infinite samples: the mean's error shrinks by a = lam/(1 + lam) in every generation, whatever the variance is."""
    return Eq(_orbit(lam, variance, mean0, v0).mu(t), (lam / (1 + lam)) ** t * mean0)


@claim(
    source="derived: x - x^2 is at most 1/4",
    tight={"lam": 1, "t": 1},
    mutants={"an eighth": lambda variance, mean0: variance + mean0**2 / 8},
)
def stability_gaussian_mean_variance_orbit_peak(
    lam=Positive(), variance=Positive(), mean0=Reals(-10, 10), t=Integers(0)
):
    """From the right variance but a wrong mean, off by D, the variance overshoots: by D^2/4 at most, where a^t = 1/2."""
    return Le(_orbit(lam, variance, mean0, variance).v(t), variance + mean0**2 / 4)


@claim(
    source="the affine law of the mean parameters, taken over to the variance",
    expected="fails",
    corrected="stability-gaussian-mean-variance-orbit",
)
def stability_gaussian_mean_variance_orbit_within(
    lam=Positive(), variance=Positive(), mean0=Reals(1, 10), v0=Positive(), t=Integers(1)
):
    """The variance's error, too, shrinks by a = lam/(1 + lam) in every generation, when the mean is off."""
    return Eq(_orbit(lam, variance, mean0, v0).v(t) - variance, (lam / (1 + lam)) ** t * (v0 - variance))


@claim(
    source="derived: the divergence of two Gaussians of one variance",
    mutants={"a^t": lambda lam, variance, mean0, t: (lam / (1 + lam)) ** t * mean0**2 / (2 * variance)},
)
def stability_gaussian_mean_variance_orbit_divergence(
    lam=Positive(), variance=Positive(), mean0=Reals(-10, 10), t=Integers(0)
):
    """Where the variance is known KL of truth and model falls by exactly a^2 a generation."""
    loop = _orbit(lam, variance, mean0, variance)
    divergence = KL(Normal(0, variance), Normal(loop.mu(t), variance))
    return Eq(E(divergence), (lam / (1 + lam)) ** (2 * t) * mean0**2 / (2 * variance))


# ---- no parametric restriction --------------------------------------------------------------------------------------


@claim(
    source="derived: an affine recursion of laws",
    mutants={
        "1/(1 + lam)": lambda p, q, lam, t: (1 + lam) ** -t * Add(*(Abs(x - y) for x, y in zip(p, q, strict=True))) / 2
    },
)
def stability_nonparametric_mixture_contraction(p=Simplex(3), q=Simplex(3), lam=Positive(), t=Integers(0)):
    """A perfect learner: the total variation between truth and model falls by exactly a = lam/(1 + lam) a generation."""
    truth, start = Finite(p), Finite(q)
    left = E(TV(truth, PerfectLearnerLoop(truth, start, lam).model(t)))
    return Eq(left, (lam / (1 + lam)) ** t * TV(truth, start).expanded())


@claim(
    source="derived: an affine recursion of laws",
    mutants={"a^(2t)": lambda p, q, x, y, z, lam, t: (lam / (1 + lam)) ** (2 * t) * _difference(p, q, (x, y, z))},
)
def stability_nonparametric_mixture_contraction_means(
    p=Simplex(3), q=Simplex(3), x=Reals(-5, 5), y=Reals(-5, 5), z=Reals(-5, 5), lam=Positive(), t=Integers(0)
):
    """So does the error of the mean of any function of a draw, and with it every integral probability metric.

    W1, the Kolmogorov distance, MMD (not squared): each is the largest such error over a class of functions.
    """
    loop = PerfectLearnerLoop(Finite(p), Finite(q), lam, (x, y, z))
    truth = Add(*(mass * score for mass, score in zip(p, (x, y, z), strict=True)))
    return Eq(E(loop.score(t)) - truth, (lam / (1 + lam)) ** t * _difference(p, q, (x, y, z)))


def _difference(p, q, scores) -> Expr:
    """The difference of the means of a score under two laws."""
    return Add(*((b - a) * score for a, b, score in zip(p, q, scores, strict=True)))


@claim(
    source="derived: the divergence is convex",
    tight={"t": 0},
    mutants={"half of it": lambda p, q, lam, t: (lam / (1 + lam)) ** t * KL(Finite(p), Finite(q)).expanded() / 2},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def stability_nonparametric_mixture_contraction_divergence(
    p=Simplex(3), q=Simplex(3), lam=Positive(notable=(1,)), t=Integers(0, 50, notable=(1, 4))
):
    """A perfect learner: KL(truth || model) falls by a = lam/(1 + lam) a generation, at least.

    One witness: nothing is random, and no certificate is known for the sign of a sum of logarithms.
    """
    truth, start = Finite(p), Finite(q)
    left = E(KL(truth, PerfectLearnerLoop(truth, start, lam).model(t)))
    return Le(left, (lam / (1 + lam)) ** t * KL(truth, start).expanded())


@claim(
    source="the bound, taken for an equality",
    expected="fails",
    corrected="stability-nonparametric-mixture-contraction-divergence",
)
def stability_nonparametric_mixture_contraction_equality(lam=Positive(notable=(1,)), t=Integers(1, 50, notable=(1, 4))):
    """A perfect learner: KL(truth || model) falls by exactly a = lam/(1 + lam) a generation."""
    truth, start = (Finite(tuple(Rational(x, 10) for x in masses)) for masses in ((5, 3, 2), (1, 2, 7)))
    left = E(KL(truth, PerfectLearnerLoop(truth, start, lam).model(t)))
    return Eq(left, (lam / (1 + lam)) ** t * KL(truth, start).expanded())
