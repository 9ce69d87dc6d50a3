"""Reverse diffusion that stops early, round after round: with the score of the population, and with that of n points.

A reverse diffusion that is exact until only the share keep^2 = e^(-2 delta) of the data's variance is left gives the
data's law, noised for the time delta: keep X + sqrt(1 - keep^2) Z.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Eq, Expr, Integer, Lt, Poly, Rational, Symbol, expand, gamma, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Between
from ..language.laws import Binomial, Noise, Normal
from ..language.loops import CLOCK, Loop, Observable, coordinate
from ..language.moments import E
from ..language.policies import Accumulate, Replace
from ..language.structures import Told
from ..proof.symbols.averages import average, law_moment
from .common import half, no_real_share

KHELIFA = "Khelifa, Turner, Venkataramanan 2606.13796, as commonly quoted"
ORDERS = (1, 2, 3, 4)


# ---- the population -------------------------------------------------------------------------------------------------


class EarlyStopLoop(Loop):
    """Infinitely many data, the exact score of their law, reverse diffusion stopped early. Moments up to the fourth.

    keep: e^(-delta).  mu0, v0: of the Gaussian truth.
    policy: Replace(), or Accumulate(), batches of one size.
    real_share: lam, of new real data in what a fit sees beside the last model's.
    Observables: d(j, t), the j-th moment of the data that fit t + 1 sees; m(j, t), of the model after t >= 1 fits.
    Refuses `real_share` beside `Accumulate()` (`BadInput`).
    Source: the setting is that of Khelifa, Turner, Venkataramanan 2606.13796.
    """

    keep: Probability
    mu0: Reals = 0
    v0: Positive = 1
    policy: Replace | Accumulate = Replace()
    real_share: Between(0, 1) = 0

    state = tuple(f"d{j}" for j in ORDERS)
    joint_points = tuple({"t": t} for t in (2, 1, 5, 20))

    def refuses(self) -> str | None:
        return super().refuses() or no_real_share(self.policy, self.real_share)

    def d(self, j: int, t) -> Observable:
        """The j-th moment of the data that fit t + 1 sees, j = 1, ..., 4."""
        return Observable(self, f"d{j}", t)

    def m(self, j: int, t) -> Expr:
        """The j-th moment of the model after t fits, t at least 1: an expression in the moments of its data."""
        return _noised(self.keep, [Integer(1), *(self.d(i, t - 1) for i in ORDERS)])[j]

    @property
    def real(self) -> list[Expr]:
        """The moments of the truth, from the zeroth."""
        law = Normal(self.mu0, self.v0)
        return [Integer(1), *(law_moment(law, Integer(j))[0] for j in ORDERS)]

    @property
    def initial(self) -> dict[str, Expr]:
        return dict(zip(self.state, self.real[1:], strict=True))

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        data = [Integer(1), *(state[name] for name in self.state)]
        model = _noised(self.keep, data)
        if isinstance(self.policy, Accumulate):
            data = [(CLOCK * old + new) / (CLOCK + 1) for old, new in zip(data, model, strict=True)]
        else:
            lam = self.real_share
            data = [lam * real + (1 - lam) * new for real, new in zip(self.real, model, strict=True)]
        return dict(zip(self.state, data[1:], strict=True))


def _noised(keep: Expr, moments: list[Expr]) -> list[Expr]:
    """The moments of keep X + sqrt(1 - keep^2) Z, from those of X."""
    return [Add(*(c * moments[i] for i, c in _coefficients(keep, j))) for j in range(len(moments))]


@lru_cache(maxsize=256)
def _coefficients(keep: Expr, order: int) -> list[tuple[int, Expr]]:
    """E (keep X + sqrt(1 - keep^2) Z)^order as [(i, what multiplies the i-th moment of X)]."""
    point, z = Symbol("X", real=True), Noise("Z", Normal(0, 1))
    form, _ = average(expand((keep * point + sqrt(1 - keep**2) * z) ** order), {z})
    return [(i, c) for (i,), c in Poly(form, point).terms()]


def hermite(loop: EarlyStopLoop, j: int, t) -> Expr:
    """E He_j(X) under the model after t rounds."""
    m1, m2, m4 = (loop.m(i, t) for i in (1, 2, 4))
    return {1: m1, 2: m2 - 1, 4: m4 - 6 * m2 + 3}[j]


def left(keep, lam, j) -> Expr:
    """What is left in the end of the j-th Hermite coefficient, with a share lam of real data."""
    return lam * keep**j / (1 - (1 - lam) * keep**j)


def remaining(j, keep, lam, t) -> Expr:
    """What is left of it after t rounds."""
    return left(keep, lam, j) + ((1 - lam) * keep**j) ** t * (1 - left(keep, lam, j))


@claim(
    source=f"derived: an affine recursion of every Hermite coefficient; the mixture in {KHELIFA}",
    mutants={
        "one smoothing, e^(-j delta/lam)": lambda j, keep, lam, mu, v, t: coefficient(j, mu, v) * keep ** (j / lam),
        "real data are not noised": lambda j, keep, lam, mu, v, t: (
            coefficient(j, mu, v) * remaining(j, keep, lam, t) / keep**j
        ),
    },
)
def diffusion_early_stop_mixture_limit(
    j=Points(2, 4),
    keep=Probability(notable=(Rational(9, 10), half)),
    lam=Probability(notable=(half, Rational(1, 5))),
    mu=Reals(notable=(1,)),
    v=Positive(notable=(4, half)),
    t=Integers(1),
):
    """A real share lam: of the j-th Hermite coefficient lam e^(-j delta)/(1 - (1 - lam) e^(-j delta)) stays."""
    loop = EarlyStopLoop(keep, mu, v, real_share=lam)
    return Eq(hermite(loop, j, t), coefficient(j, mu, v) * remaining(j, keep, lam, t))


def coefficient(j, mu, v) -> Expr:
    """The j-th Hermite coefficient of N(mu, v)."""
    return {1: mu, 2: v + mu**2 - 1, 4: 3 * (v - 1) ** 2 + 6 * (v - 1) * mu**2 + mu**4}[j]


@claim(
    source="the share of real data, taken for a shorter time of noising",
    expected="fails",
    corrected="diffusion-early-stop-mixture-limit",
)
def diffusion_early_stop_mixture_limit_single(j=Points(2, 4), lam=Points(half, Rational(1, 3))):
    """With a real share lam the law after 100 rounds is the data's, noised once for the time delta/lam (delta = log 2)."""
    return Eq(hermite(EarlyStopLoop(half, 0, 4, real_share=lam), j, 100), coefficient(j, 0, 4) * half ** (j / lam))


@claim(
    source="derived: one step of the Ornstein-Uhlenbeck semigroup in every round",
    mutants={"variance 1 + (v - 1) e^(-delta t)": lambda keep, v, t: 1 + (v - 1) * keep**t},
)
def diffusion_early_stop_mixture_limit_synthetic(
    keep=Probability(notable=(Rational(9, 10), half)), v=Positive(notable=(4, half)), t=Integers(1)
):
    """On its own output alone the model turns into noise: its variance is 1 + (v - 1) e^(-2 delta t)."""
    return Eq(EarlyStopLoop(keep, 0, v).m(2, t), 1 + (v - 1) * keep ** (2 * t))


@claim(
    source="derived: one step of the Ornstein-Uhlenbeck semigroup in every round, averaged over the batches",
    mutants={
        "as if nothing were kept": lambda keep, mu, t: mu * keep**t,
        "for ever": lambda keep, mu, t: mu * keep,
    },
)
def diffusion_early_stop_mixture_limit_accumulate(
    keep=Probability(notable=(half, Rational(9, 10))), mu=Reals(notable=(1,)), t=Integers(1)
):
    """All batches kept, it forgets the mean, too: what is left is k G(t + k)/(G(1 + k) G(t + 1)), k = e^(-delta)."""
    loop = EarlyStopLoop(keep, mu, policy=Accumulate())
    return Eq(loop.m(1, t), mu * keep * gamma(t + keep) / (gamma(1 + keep) * gamma(t + 1)))


# ---- n points -------------------------------------------------------------------------------------------------------


class MemorisingLoop(Loop):
    """The exact score of n points, reverse diffusion from pure noise, stopped early; n new points, and so on.

    n: the number of points of every round.
    Such a model gives back one of its points, noised. Two draws from it come from the same point with probability 1/n,
    from two independent draws of the model before otherwise: so the difference of two draws is a Markov chain.
    keep: e^(-delta), 1 if nothing is stopped early.  v0: variance of the truth.
    Observables: gap(t), the difference of two draws from the model after t rounds. expected_v(t) is a number.
    Source: ours: the limit of infinite capacity, in which the score of the points is learned without error.
    """

    n: Integers(1)
    keep: Probability | Points(1)
    v0: Positive = 1

    gap = coordinate()

    told = Told(
        "gaps of different generations are of different pairs of draws, and a pair is not all that there is to a model",
        given=0,
        generations=1,
    )
    joint_points = tuple(
        {"n": n, "t": t} for n, t in ((50, 10), (10, 3), (5, 1), (2, 5), (10, 0), (50, 1), (2, 30), (100, 100))
    )

    def expected_v(self, t) -> Expr:
        """The mean of the model's variance: half of the gap's mean square."""
        return E(self.gap(t) ** 2) / 2

    @property
    def initial(self) -> dict[str, Expr]:
        return {"gap": sqrt(2 * self.v0) * Noise("G", Normal(0, 1))}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        apart = Noise("B", Binomial(1, 1 - 1 / self.n))
        return {"gap": self.keep * apart * state["gap"] + sqrt(2 * (1 - self.keep**2)) * Noise("Z", Normal(0, 1))}


def stays(n, keep) -> Expr:
    """The variance that stays in the end."""
    return (1 - keep**2) / (1 - (1 - 1 / n) * keep**2)


@claim(
    source="derived: a training point is drawn, shrunk and noised; affine recursion of the variance",
    mutants={
        "limit 1, as of infinitely many points": lambda n, keep, v, t: 1 + keep ** (2 * t) * (v - 1),
        "without the early stop": lambda n, keep, v, t: (1 - 1 / n) ** t * v,
    },
)
def diffusion_memorising_score(
    n=Integers(2), keep=Probability(notable=(Rational(19, 20), half)), v=Positive(notable=(4,)), t=Integers(0)
):
    """Its variance tends to (1 - e^(-2 delta))/(1 - (1 - 1/n) e^(-2 delta)), whatever the data: it never collapses."""
    limit = stays(n, keep)
    return Eq(MemorisingLoop(n, keep, v).expected_v(t), limit + ((1 - 1 / n) * keep**2) ** t * (v - limit))


@claim(
    source="derived: resampling, neutral Wright-Fisher",
    mutants={"one generation more": lambda n, v, t: (1 - 1 / n) ** (t + 1) * v},
)
def diffusion_memorising_score_to_the_end(n=Integers(2), v=Positive(notable=(4,)), t=Integers(0)):
    """Run to the very end it does: the points are resampled, and the variance decays by 1 - 1/n a round."""
    return Eq(MemorisingLoop(n, 1, v).expected_v(t), (1 - 1 / n) ** t * v)


@claim(
    source="'models that memorise their training set collapse to a point'",
    expected="fails",
    corrected="diffusion-memorising-score",
)
def diffusion_memorising_score_collapses(n=Points(10, 50), keep=Points(Rational(19, 20), half)):
    """After 500 rounds with n points the variance is below a thousandth of the data's."""
    return Lt(MemorisingLoop(n, keep).expected_v(500), Rational(1, 1000))
