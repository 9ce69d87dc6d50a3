"""Reverse diffusion that is exact but for its start: N(0, 1) stands in for the noised data."""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Gt, Lt, Rational, oo, sqrt

from ..language.claims import claim
from ..language.domains import Points, Positive, Probability, Reals
from ..language.laws import Noise, Normal
from ..language.loops import Loop, coordinate
from ..language.moments import KL, E
from .common import NOISE, exact_score, generated, half, noised, noised_law


class TruncatedStartLoop(Loop):
    """Infinitely many data: the exact score of the model before, reverse diffusion from N(0, 1), exactly integrated.

    abar: the share e^(-2T) of the data's variance that is left where the noising ends.  v0, mu0: of the truth.
    noise: 1 for the reverse SDE, 0 for the probability flow.
    Observables: mu(t), v(t), draw(t).
    Source: textbook: the reverse equation with the exact score of a Gaussian, begun at N(0, 1); that it is retrained is ours.
    """

    abar: Reals(0, 1)
    v0: Positive = 1
    mu0: Reals = 0
    noise: Reals = 1

    mu = coordinate(r"\mu")
    v = coordinate(r"\sigma^2", positive=True)

    @property
    def truth(self) -> Normal:
        """The law of the data at first, N(mu0, v0)."""
        return Normal(self.mu0, self.v0)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"mu": self.mu0, "v": self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        out = generated(exact_score(Normal(state["mu"], state["v"])), self.abar, NOISE, self.noise)
        return {"mu": out.mean, "v": out.variance}

    def emit(self, state: dict[str, Expr], index) -> Expr:
        return state["mu"] + sqrt(state["v"]) * Noise(f"X{index}", Normal(0, 1))

    def law_at(self, t) -> Normal:
        return Normal(self.mu(t), self.v(t))


@claim(
    source="derived: the exact form of the usual initialisation error",
    mutants={
        "e^(-2T), the error of the flow": lambda abar, v: v - abar * (v - 1) * v / noised(v, abar),
        "the start forgotten": lambda abar, v: v,
    },
)
def diffusion_truncated_start(abar=Probability(notable=(Rational(1, 7),)), v=Positive(notable=(4, Rational(1, 4)))):
    """Started at N(0, 1), the reverse SDE of centred data is off in variance by (v - 1) e^(-4T) v^2/v_T^2, abar = e^(-2T)."""
    loop = TruncatedStartLoop(abar, v)
    return Eq(E(loop.draw(1) ** 2), v - abar**2 * (v - 1) * v**2 / noised(v, abar) ** 2)


@claim(
    source="derived: the probability flow of a Gaussian is linear",
    mutants={"e^(-4T), the error of the SDE": lambda abar, v: v - abar**2 * (v - 1) * v**2 / noised(v, abar) ** 2},
)
def diffusion_truncated_start_flow(
    abar=Probability(notable=(Rational(1, 7),)), v=Positive(notable=(4, Rational(1, 4)))
):
    """The probability flow, as exactly, is off by (v - 1) e^(-2T) v/v_T: it forgets its start half as fast."""
    loop = TruncatedStartLoop(abar, v, noise=0)
    return Eq(E(loop.draw(1) ** 2), v - abar * (v - 1) * v / noised(v, abar))


@claim(
    source="derived: the mean of the linear reverse SDE",
    mutants={"by e^(-T)": lambda abar, v: 1 - sqrt(abar) * v / noised(v, abar)},
)
def diffusion_truncated_start_mean(
    abar=Probability(notable=(Rational(1, 7),)), v=Positive(notable=(4, Rational(1, 4)))
):
    """The mean of the data, here 1, comes out of the reverse SDE as 1 - e^(-2T) v/v_T."""
    return Eq(E(TruncatedStartLoop(abar, v, 1).draw(1)), 1 - abar * v / noised(v, abar))


@claim(
    source="derived: an invertible map keeps the divergence",
    mutants={"at the start half of it": lambda abar, v: KL(noised_law(Normal(0, v), abar), NOISE) / 2},
)
def diffusion_truncated_start_kl_flow(abar=Probability(notable=(Rational(1, 7),)), v=Positive(notable=(4,))):
    """The flow carries the start's divergence to the end: KL(data || generated) = KL(p_T || N(0, 1)).

    No simulation: a divergence of two laws is not seen in draws.
    """
    loop = TruncatedStartLoop(abar, v, noise=0)
    return Eq(KL(loop.truth, loop.model(1)), KL(noised_law(loop.truth, abar), NOISE))


@claim(
    source="derived: the divergence of two centred Gaussians; u - log(1 + u) < u^2/2",
    mutants={"an eighth of the square": lambda u: u**2 / 8},
)
def diffusion_truncated_start_kl(u=Reals(Rational(1, 100), 2, notable=(half,))):
    """For centred data, noised down to the variance 1 + u, u = (v - 1) e^(-2T) > 0: KL(p_T || N(0, 1)) is below u^2/4.

    No simulation: a divergence of two given laws.
    """
    return Lt(KL(Normal(0, 1 + u), NOISE), u**2 / 4)


@claim(
    source="'the initialisation error is of the order e^(-2T)', which it is for data with a mean",
    expected="fails",
    corrected="diffusion-truncated-start-kl",
)
def diffusion_truncated_start_kl_quoted(abar=Points(Rational(1, 7), Rational(1, 50))):
    """For centred data of variance 4, KL(p_T || N(0, 1)) is at least e^(-2T)/2."""
    return Ge(KL(noised_law(Normal(0, 4), abar), NOISE), abar / 2)


def contraction(abar, v) -> Expr:
    """The factor by which a round takes the variance v closer to 1."""
    return 1 - abar**2 * v**2 / noised(v, abar) ** 2


@claim(
    source="derived: the variance map of the reverse SDE, iterated",
    mutants={"by the factor of the flow": lambda abar, v: (v - 1) * (1 - abar * v / noised(v, abar))},
)
def diffusion_truncated_start_loop(abar=Probability(notable=(Rational(1, 7),)), v=Positive(notable=(4,))):
    """Retrained on itself, without any error of the score, the model tends to N(0, 1), not to a point."""
    loop = TruncatedStartLoop(abar, v)
    return Eq(E(loop.draw(1) ** 2) - 1, (v - 1) * contraction(abar, v))


@claim(
    source="derived: the variance map of the reverse SDE",
    mutants={"at the rate of the flow": lambda abar, v: {"<": 1 + (v - 1) * (1 - abar)}},
)
def diffusion_truncated_start_loop_monotone(abar=Probability(notable=(Rational(1, 7),)), v=Reals(1, oo, notable=(4,))):
    """A round takes a variance above 1 towards 1, by the factor 1 - e^(-4T) or more, and never beyond."""
    out = E(TruncatedStartLoop(abar, v).draw(1) ** 2)
    return And(Gt(out, 1), Lt(out, 1 + (v - 1) * (1 - abar**2)))
