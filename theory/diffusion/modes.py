"""Eight modes on a circle: what resampling them costs, and what blurring each of them does."""

from __future__ import annotations

from sympy import Add, Eq, Expr, Ge, Le, Rational, harmonic, pi, sin

from ..discrete.survival import modes
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability
from ..language.fields import Between
from ..language.loops import CLOCK, Loop, Observable, coordinate
from ..language.moments import E
from ..language.policies import Accumulate, Replace
from .common import half, no_real_share

# ---- resampled, and nothing else ------------------------------------------------------------------------------------

K = 8


def apart(i: int, j: int) -> Expr:
    """The distance of two of eight modes on the circle of radius 2."""
    return 4 * sin(pi * Rational(abs(i - j), K))


MEAN_DISTANCE = Add(*(apart(0, j) for j in range(K))) / K  # of two modes, the same one among them


def energy(n, t) -> Expr:
    """The expected energy distance of the modes' weights after t fits from equal ones: -d^T D d, d the errors."""
    loop = modes(n)
    errors = [loop.share(i, t) - Rational(1, K) for i in range(K)]
    return -2 * E(Add(*(apart(i, j) * errors[i] * errors[j] for i in range(K) for j in range(i))))


@claim(
    source="derived: the covariance of two shares, heterozygosity; Wright-Fisher",
    mutants={
        "the first fit not counted": lambda n, t: MEAN_DISTANCE * (1 - (1 - 1 / n) ** (t - 1)),
        "of two modes that differ": lambda n, t: Rational(8, 7) * MEAN_DISTANCE * (1 - (1 - 1 / n) ** t),
    },
)
def diffusion_8gaussians_mode_weights(n=Integers(2, notable=(500, 2000)), t=Integers(1, notable=(20,))):
    """Eight modes of a circle of radius 2, only resampled: the weights' energy distance is D (1 - (1 - 1/n)^t), D = 2.5137.

    D is the mean distance of two modes, the same one among them.
    """
    return Eq(energy(n, t), MEAN_DISTANCE * (1 - (1 - 1 / n) ** t))


@claim(
    source="derived: every mode is a two-type Wright-Fisher chain; by simulation",
    mutants={"all are there": lambda n: Rational(7999, 1000)},
    unreached={"derivation": "the sign of a count is no moment", "ball": "a chain of 500 states over 20 generations"},
)
def diffusion_8gaussians_mode_weights_kept(n=Points(500), t=Points(20)):
    """With 500 draws a generation resampling alone drops hardly a mode: after 20 of them 7.95 of 8 are expected to be there."""
    return Ge(E(modes(n).support(t)), Rational(795, 100))


@claim(
    source="'mode dropping is seen after 20 generations', resampling being all that there is",
    expected="fails",
    corrected="diffusion-8gaussians-mode-weights-kept",
    unreached={"ball": "a chain of 500 states over 20 generations"},
)
def diffusion_8gaussians_mode_weights_dropped(n=Points(500), t=Points(20)):
    """Of 8 modes resampled with 500 draws a generation at most 7.5 are expected to be there after 20 of them."""
    return Le(E(modes(n).support(t)), Rational(15, 2))


# ---- blurred ---------------------------------------------------------------------------------------------------------


class BlurLoop(Loop):
    """The variance within a mode, infinitely many data: a fit maps data of variance a to a model of variance a + kappa.

    That a fit adds the same kappa every time is the whole of this model of a network that is stopped early.
    kappa: what a fit adds.  v0: of the truth.
    policy: Replace(), or Accumulate(), batches of one size.  real_share: of new real data beside the last model's.
    Observables: a(t), of the data that model t is fitted to; v(t), of model t.
    Refuses `real_share` beside `Accumulate()` (`BadInput`).
    Source: ours: one number in place of a network.
    """

    kappa: Positive
    v0: Positive = 1
    policy: Replace | Accumulate = Replace()
    real_share: Between(0, 1) = 0

    a = coordinate()

    def refuses(self) -> str | None:
        return super().refuses() or no_real_share(self.policy, self.real_share)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"a": self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        model = state["a"] + self.kappa
        if isinstance(self.policy, Accumulate):
            return {"a": (CLOCK * state["a"] + model) / (CLOCK + 1)}
        return {"a": self.real_share * self.v0 + (1 - self.real_share) * model}

    def v(self, t) -> Expr:
        """Of model t."""
        return Observable(self, "a", t) + self.kappa


@claim(
    source="derived: a sum of what the fits add",
    mutants={"a fit too few": lambda kappa, v0, t: v0 + kappa * t},
)
def diffusion_blur_recursion_synthetic(
    kappa=Positive(notable=(Rational(1, 100),)), v0=Positive(notable=(Rational(9, 400),)), t=Integers(0, notable=(20,))
):
    """If a fit adds kappa to the variance within a mode, synthetic data alone blur it to v_0 + kappa (t + 1)."""
    return Eq(BlurLoop(kappa, v0).v(t), v0 + kappa * (t + 1))


@claim(
    source="derived: an affine recursion, in the model that every fit adds the same",
    mutants={
        "a fit too few": lambda kappa, v0, r, t: v0 + kappa * (1 - (1 - r) ** t) / r,
        "the limit without the last fit": lambda kappa, v0, r, t: v0 + kappa * (1 - r) * (1 - (1 - r) ** (t + 1)) / r,
    },
)
def diffusion_blur_recursion(
    kappa=Positive(notable=(Rational(1, 100),)),
    v0=Positive(notable=(Rational(9, 400),)),
    r=Probability(notable=(half,)),
    t=Integers(0, notable=(20,)),
):
    """With a real share r the variance within a mode is v_0 + kappa (1 - (1 - r)^(t + 1))/r, which stays below v_0 + kappa/r.

    In the model that every fit adds the same kappa.
    """
    return Eq(BlurLoop(kappa, v0, real_share=r).v(t), v0 + kappa * (1 - (1 - r) ** (t + 1)) / r)


@claim(
    source="derived: the pool's variance gains kappa/(t + 1) with batch t + 1",
    mutants={"as if replaced": lambda kappa, v0, t: v0 + kappa * (t + 1) + kappa / 9},
)
def diffusion_blur_recursion_accumulate(
    kappa=Positive(notable=(Rational(1, 100),)), v0=Positive(notable=(Rational(9, 400),)), t=Integers(0, notable=(20,))
):
    """All batches kept it is v_0 + kappa (1 + 1/2 + ... + 1/(t + 1)): without bound, but like a logarithm."""
    return Eq(BlurLoop(kappa, v0, Accumulate()).v(t), v0 + kappa * harmonic(t + 1))


@claim(
    source="the bound pi^2/6 of unbiased estimators, taken for one that blurs",
    expected="fails",
    corrected="diffusion-blur-recursion-accumulate",
)
def diffusion_blur_recursion_bounded(t=Points(10, 20)):
    """All batches kept, v_0 = 9/400, kappa = 1/100: the variance within a mode stays below v_0 + kappa pi^2/6."""
    loop = BlurLoop(Rational(1, 100), Rational(9, 400), Accumulate())
    return Le(loop.v(t), Rational(9, 400) + pi**2 / 600)
