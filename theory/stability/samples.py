"""The stability theorem with finite samples: how far real refits are from the best fit, and how wide they are spread.

One parameter. The loops are real refits, by maximum likelihood, to points that are drawn (`loop.finite`); their constants are
computed from the model.
"""

from __future__ import annotations

from sympy import Abs, Expr, Le, Lt, Rational, log, sqrt

from ..language.claims import claim
from ..language.domains import Points
from ..language.laws import Normal
from ..language.likelihood import LikelihoodLoop
from ..language.moments import Quantile
from .common import BERTRAND
from .models import LogisticLocation, inside

ONE_WITNESS = {
    "derivation": "its fit is a root: there is no step in symbols",
    "ball": "a fit to drawn points is a root",
}
LOCATIONS = (LogisticLocation(Normal(0, 4), 1), inside(LogisticLocation(Normal(0, 1), 1), 0))


N, RHO, LAM = 2000, Rational(1, 4), Rational(1, 10)


def noise(loop: LikelihoodLoop, n, t, delta, rho) -> Expr:
    """How far a fit is from that of infinitely many points, at most: for a location whose score rises from -1 to 1.

    By the inequality of Dvoretzky, Kiefer, Wolfowitz and Massart a sample's distribution function is nowhere farther than
    sqrt(log(2/delta)/(2n)) from that of its law, with probability 1 - delta; a mean of what varies by 2 is twice as far at most.
    That is used t + 1 times: for the real points, which are kept, and for the synthetic ones of each fit.
    """
    return 2 * sqrt(log(2 * (t + 1) / delta) / (2 * n)) * (1 + sqrt(loop.lam)) / loop.steepness(rho)


def band(loop: LikelihoodLoop, t, delta) -> Expr:
    """How far t fits to N points are from the best fit, with probability 1 - delta: the noise of each, times the sum of rho^l."""
    return noise(loop, N, t, delta, RHO) * (1 - RHO**t) / (1 - RHO)


@claim(
    source=f"derived (DKW); in the shape of Theorem 2 of {BERTRAND}: log(b t/delta), a and b of the model, the sum of rho^l",
    mutants={"a tenth of it": lambda model, t, delta: band(model.at(lam=LAM), t, delta) / 10},
    unreached=ONE_WITNESS,
    uses=["stability-theorem-finite-samples-stay"],
)
def stability_theorem_finite_samples(
    model=Points(*LOCATIONS), t=Points(1, 2), delta=Points(Rational(1, 10), Rational(1, 5))
):
    """Refits of a logistic location to one sample of 2000 real points stay in the theorem's band, with probability 1 - delta.

    From the best fit on; lam = 1/10, and rho = 1/4 contracts in a certified ball, which so many points are enough for.
    """
    loop = model.at(lam=LAM)
    far = Abs(loop.finite(N, fixed=True).mu(t) - loop.best[0])
    return Le(Quantile(far, 1 - delta), band(loop, t, delta))


@claim(
    source="derived: a step from the ball, off by the noise, ends in the ball",
    mutants={"with a tenth of the ball": lambda model, t, delta: room(model.at(lam=LAM)) / 10},
    unreached={"derivation": "constants of the model are known in balls"},
)
def stability_theorem_finite_samples_stay(
    model=Points(*LOCATIONS), t=Points(1, 2), delta=Points(Rational(1, 10), Rational(1, 5))
):
    """The points are enough for the iterates to stay in the certified ball: a fit's noise is below (1 - rho) of its radius."""
    loop = model.at(lam=LAM)
    return Lt(noise(loop, N, t, delta, RHO), room(loop))


def room(loop: LikelihoodLoop) -> Expr:
    """What a step from anywhere in the certified ball leaves of it."""
    return (1 - RHO) * loop.radius(RHO) / sqrt(loop.H[0, 0])


def spread(loop: LikelihoodLoop, t, fixed: bool) -> Expr:
    """n times the variance of the parameter after t fits, to first order in 1/n, from the best fit on: by the delta method.

    fixed: whether the n real points are kept; else they are fresh in every generation. At H = I = C and lam = 1 it tends to
    4/(3 H) where they are kept, and to 2/(3 H) where they are fresh. A test holds simulated refits to it.
    """
    H, info, C, J = (x[0, 0] for x in (loop.H, loop.fisher, loop.score_covariance, loop.J))
    waves = (1 - J ** (2 * t)) / (1 - J**2) / (H + loop.lam * info) ** 2
    return ((1 - J**t) / H) ** 2 * C + waves * loop.lam * info if fixed else waves * (C + loop.lam * info)
