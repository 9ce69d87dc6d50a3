"""The stability theorem with finite samples: how far real refits are from the best fit, and how wide they are spread.

A location with a bounded score, and a flow of two parameters with scores that are bounded or sub-Gaussian. The loops are real
refits, by maximum likelihood, to points that are drawn (`loop.finite`); their constants are computed from the model.

Scores whose tails are exponential and no lighter allow such a band only for n >= C log(b T/delta): below that a mean of n of them
deviates like log(b/delta)/n, not like its root (`tails`). Of scores whose tails are powers there are no a and b: the mean of n
points is farther than y away with a probability that is at least a power of 1/y, at y = a sqrt(log(b/delta)/n) a power of
1/log(1/delta), which is more than delta once delta is small, whatever a and b are. So it is for a Gaussian mean on data of
Student's law.
"""

from __future__ import annotations

from sympy import Abs, And, Expr, Le, Lt, Max, Rational, log, sqrt, tanh

from ..language.claims import claim
from ..language.domains import Points
from ..language.laws import Empirical, MultivariateNormal, Normal
from ..language.likelihood import LikelihoodLoop
from ..language.moments import Quantile
from .common import BERTRAND
from .models import AdditiveFlow, LogisticLocation, inside

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


# ---- several parameters ---------------------------------------------------------------------------------------------

TABLE = Empirical(((-1, 0), (0, 1), (1, 1), (2, 3)))
FLOWS = (AdditiveFlow(TABLE, LAM), inside(AdditiveFlow(MultivariateNormal((0, 0), ((1, 0), (0, 1))), LAM), 0, 1))
MANY, BALL = 4000, Rational(1, 2)


def largest_score(loop: AdditiveFlow) -> Expr:
    """What the scores of the real points at the best fit are at most, or the scale of their Gaussian tails: of a table of points
    computed, of data in the model 1."""
    a, b = loop.best
    atoms = loop.data.values()
    return Max(*(Abs(y - a - b * tanh(x)) for (x, y), _ in atoms)) if atoms else Rational(1)


def plane_noise(loop: AdditiveFlow, n, t, delta, ball) -> Expr:
    """How far a fit of an additive flow is from that of infinitely many points, at most, in the metric of H, in a ball around
    the best fit.

    With phi = (1, tanh x_1) the score is (x_2 - a - b tanh x_1) phi, and its slope -phi phi'. A fit solves a linear equation:
    H (fit - limit), or more, is what the mean scores at the best fit and at the model before are off by, and what the means of
    tanh x_1 and tanh^2 x_1 are off by, times how far the parameters are apart: in the ball, and twice as far. Each of these
    four means, of the real points, which are kept, and of the synthetic ones of each of t fits, is off by u times its scale at
    most: all of them with probability 1 - 8 (t + 1) exp(-n u^2/2), by Hoeffding's inequality and for Gaussian tails.
    """
    u, root = sqrt(2 * log(8 * (t + 1) / delta) / n), sqrt(loop.lam)
    inverse = loop.H.inv()
    wide = [ball * sqrt(inverse[i, i]) for i in range(2)]
    off = [wide[1], wide[0] + wide[1] / 2]
    parts = [largest_score(loop) + root + (1 + 2 * root) * x for x in off]
    return u * sqrt(sum(Abs(inverse[i, j]) * parts[i] * parts[j] for i in range(2) for j in range(2)))


def plane_band(loop: AdditiveFlow, t, delta, far) -> Expr:
    """How far t fits are from the best fit, from a distance `far` on: the theorem's sum of rho^l, and rho^t of the start."""
    return plane_noise(loop, MANY, t, delta, BALL) * (1 - RHO**t) / (1 - RHO) + RHO**t * far


@claim(
    source=f"derived (Hoeffding); Theorem 2 of {BERTRAND}, as commonly quoted: log(b t/delta), sum of rho^l, rho^t of the start",
    mutants={"a hundredth of it": lambda model, t, delta, far: plane_band(model, t, delta, far) / 100},
    unreached=ONE_WITNESS,
    uses=["stability-theorem-finite-samples-plane-stay"],
)
def stability_theorem_finite_samples_plane(
    model=Points(*FLOWS),
    t=Points(1, 2),
    delta=Points(Rational(1, 10), Rational(1, 5)),
    far=Points(0, BALL),
):
    """Two parameters: refits of an additive flow to 4000 kept real points stay in the theorem's band, with probability 1 - delta.

    With synthetic points, a tenth as many. From the best fit, and from 1/2 away in the metric of H; rho = 1/4
    contracts in a certified ball. Scores are bounded for a table of points, and have Gaussian tails for data in the model.
    """
    loop = model.near((1, -2), far)
    run = loop.finite(MANY, fixed=True)
    v = [getattr(run, name)(t) - x for name, x in zip(loop.state, loop.best, strict=True)]
    distance = sqrt(sum(a * loop.H[i, j] * b for i, a in enumerate(v) for j, b in enumerate(v)))
    return Le(Quantile(distance, 1 - delta), plane_band(model, t, delta, far))


@claim(
    source="derived: a step from the ball, off by the noise, ends in the ball",
    mutants={"with a tenth of the ball": lambda model, t, delta: {"<": (1 - RHO) * BALL / 10}},
    unreached={"derivation": "constants of the model are known in balls"},
)
def stability_theorem_finite_samples_plane_stay(
    model=Points(*FLOWS), t=Points(1, 2), delta=Points(Rational(1, 10), Rational(1, 5))
):
    """Two parameters: so many points are enough for the iterates to stay in a ball in which rho = 1/4 is certified."""
    noise = plane_noise(model, MANY, t, delta, BALL)
    return And(Lt(noise, (1 - RHO) * BALL), Le(BALL, model.radius(RHO)))


# ---- to first order -------------------------------------------------------------------------------------------------


def spread(loop: LikelihoodLoop, t, fixed: bool) -> Expr:
    """n times the variance of the parameter after t fits, to first order in 1/n, from the best fit on: by the delta method.

    fixed: whether the n real points are kept; else they are fresh in every generation. At H = I = C and lam = 1 it tends to
    4/(3 H) where they are kept, and to 2/(3 H) where they are fresh. A test holds simulated refits to it.
    """
    H, info, C, J = (x[0, 0] for x in (loop.H, loop.fisher, loop.score_covariance, loop.J))
    waves = (1 - J ** (2 * t)) / (1 - J**2) / (H + loop.lam * info) ** 2
    return ((1 - J**t) / H) ** 2 * C + waves * loop.lam * info if fixed else waves * (C + loop.lam * info)
