"""The stability theorem with finite samples: how far real refits are from the best fit, and how wide they are spread.

Theorem 2 as it is commonly quoted, for models on the line whose scores are of bounded variation: three locations and blood
groups of two parameters; and its band for a flow of two parameters with scores that are bounded or sub-Gaussian. The loops are
real refits, by maximum likelihood, to points that are drawn (`loop.finite`); their constants are computed from the model.

Scores whose tails are exponential and no lighter allow such a band only for n >= C log(b T/delta): below that a mean of n of them
deviates like log(b/delta)/n, not like its root (`tails`). Of scores whose tails are powers there are no a and b: the mean of n
points is farther than y away with a probability that is at least a power of 1/y, at y = a sqrt(log(b/delta)/n) a power of
1/log(1/delta), which is more than delta once delta is small, whatever a and b are. So it is for a Gaussian mean on data of
Student's law.
"""

from __future__ import annotations

from sympy import Abs, And, Eq, Expr, Ge, Le, Lt, Max, Rational, Symbol, log, sqrt, tanh

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.iterated import Iterate
from ..language.laws import Empirical, Finite, MultivariateNormal, Normal, Uniform
from ..language.likelihood import LikelihoodLoop, Refitted
from ..language.moments import Quantile
from .common import BERTRAND, half
from .models import SKEWED, AdditiveFlow, BloodGroups, Direction, LogisticLocation, inside
from .theorem import directions

ONE_WITNESS = {
    "derivation": "its fit is a root: there is no step in symbols",
    "ball": "a fit to drawn points is a root",
}
RHO = Rational(1, 4)


# ---- models on the line whose scores are of bounded variation -------------------------------------------------------

TENTH = Rational(1, 10)
FOUR = Finite((Rational(4, 10), Rational(3, 10), Rational(2, 10), Rational(1, 10)))
BOUNDED = (
    LogisticLocation(Normal(0, 4), TENTH).finite(4000, fixed=True),
    LogisticLocation(SKEWED, TENTH).finite(2000, fixed=True),
    inside(LogisticLocation(Normal(0, 1), TENTH), 0).finite(3200, fixed=True),
    Direction(1, Uniform(-1, 1), TENTH).finite(5000, fixed=True),
    BloodGroups(FOUR, TENTH).finite(700_000, fixed=True),
    BloodGroups(Finite((Rational(25, 100), Rational(39, 100), Rational(24, 100), Rational(12, 100))), TENTH).finite(
        700_000, fixed=True
    ),
)
CHANCES = Points(Rational(1, 10), Rational(1, 5))


def level(fits, delta) -> Expr:
    """log(b T/delta), b = 4."""
    return log(4 * fits / delta)


def quoted_noise(refits: Refitted, t, fits, delta) -> Expr:
    """What the points of so many fits add after t of them, from the best fit on: the theorem's sum of rho^l over l <= t."""
    noise = refits.population.deviation(RHO) * sqrt(level(fits, delta) / refits.real)
    return noise * (1 - RHO ** (t + 1)) / (1 - RHO)


def quoted_band(refits: Refitted, t, fits, delta, far) -> Expr:
    """How far t of so many fits are from the best one, from a distance `far` on."""
    return quoted_noise(refits, t, fits, delta) + RHO**t * far


@claim(
    source=f"Theorem 2 of {BERTRAND}, as commonly quoted",
    mutants={"a tenth of a": lambda delta, fits, far, refits: Rational(1, 10)},
    unreached=ONE_WITNESS,
    uses=["stability-theorem-finite-samples-stay", "stability-theorem-finite-samples-steps"],
)
def stability_theorem_finite_samples(delta=CHANCES, fits=Points(3, 1), far=Points(0, 1), refits=Points(*BOUNDED)):
    """Models on the line, scores of bounded variation, one real sample: T fits stay in Theorem 2's band, but for a chance delta.

    Fit t of T is within a sqrt(log(b T/delta)/n) (1 + rho + ... + rho^t) + rho^t far, for all t at once; a is computed from the
    model, whatever the data, b = 4. The n real points are kept, lam n of the model are drawn in every generation, and a fit is
    the local maximum, with eps_opt = 0; lam c < 1/2, rho is at least lam c/(1 - lam c), and n >= C log(b T/delta), with C from a
    and the radius of the ball in which rho is certified. It begins at its centre, the best fit, or at its border. Distances are
    in the metric of H.
    """
    loop = refits.population
    away = far * loop.radius(RHO)
    run = loop.near(directions(len(loop.state)), away).finite(refits.real, fixed=True)
    beyond = ((distance(run, t) - RHO**t * away) / quoted_noise(refits, t, fits, delta) for t in range(1, fits + 1))
    return Le(Quantile(Max(*beyond), 1 - delta), 1)  # so that what is multiplied by the right side is a alone


def distance(run: Refitted, t) -> Expr:
    """How far the parameters after t fits are from the best fit, in the metric of H."""
    loop = run.population
    v = [getattr(run, name)(t) - x for name, x in zip(loop.state, loop.best, strict=True)]
    return sqrt(sum(a * loop.H[i, j] * b for i, a in enumerate(v) for j, b in enumerate(v)))


@claim(
    source=f"what Theorem 2 of {BERTRAND} asks for, as commonly quoted",
    mutants={"a hundredth of the rate": lambda: {"<=": RHO / 100}},
)
def stability_theorem_finite_samples_stay(delta=CHANCES, fits=Points(3, 1), refits=Points(*BOUNDED)):
    """n >= C log(b T/delta), C = (a/((1 - rho) r))^2: a step from the ball of radius r, off by the noise, ends in it.

    And the hypothesis of Theorem 1 holds: lam c < 1/2, with a rate lam c/(1 - lam c) of at most rho = 1/4.
    """
    x = refits.population.lam * refits.population.c
    return And(Ge(refits.real, enough(refits, fits, delta)), Lt(x, half), Le(x / (1 - x), RHO))


def enough(refits: Refitted, fits, delta) -> Expr:
    """How many real points let the iterates stay in the certified ball."""
    loop = refits.population
    return (loop.deviation(RHO) / ((1 - RHO) * loop.radius(RHO))) ** 2 * level(fits, delta)


@claim(
    source="derived: the sum of a geometric series",
    mutants={
        "a rate that is too small": lambda rho, noise, far, t: noise * (1 - rho**t) / (1 - rho) + (rho / 2) ** t * far,
        "the noise of the last fit alone": lambda rho, noise, far, t: noise + rho**t * far,
    },
)
def stability_theorem_finite_samples_steps(rho=Reals(0, 1), noise=Positive(), far=Positive(), t=Integers(0)):
    """Steps that are off by s from a map that contracts by rho are off by s (1 + rho + ...) + rho^t far in the end.

    That is the largest distance that they can have: each step then adds the noise outwards.
    """
    x = Symbol("x", real=True)
    return Eq(Iterate(rho * x + noise, (x, far), t), noise * (1 - rho**t) / (1 - rho) + rho**t * far)


# ---- several parameters ---------------------------------------------------------------------------------------------

TABLE = Empirical(((-1, 0), (0, 1), (1, 1), (2, 3)))
FLOWS = (AdditiveFlow(TABLE, TENTH), inside(AdditiveFlow(MultivariateNormal((0, 0), ((1, 0), (0, 1))), TENTH), 0, 1))
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
    return Le(Quantile(distance(run, t), 1 - delta), plane_band(model, t, delta, far))


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
