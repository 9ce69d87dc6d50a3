"""What the 1/2 in the stability theorem costs, what holds in its place, and the real share that it asks for as the misfit grows.

Theorem 1 of Bertrand et al. 2310.00429, as commonly quoted, asks for lam c < 1/2, c = 1 + L eps/alpha. What is claimed here is
ours: at that limit and beyond it, for models without any L, and where the data's likelihood is not concave. In the plane eps is
an upper bound by a coupling, and 1/(2c) a lower bound on the limit.
"""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Gt, Le, Lt, Rational

from ..language.claims import claim
from ..language.domains import Points, Positive, Probability
from ..language.laws import Empirical, Laplace, Logistic, Mixture, Normal, Uniform
from ..language.likelihood import LikelihoodLoop
from ..language.moments import W1
from .common import BERTRAND, half
from .location import published_real_share
from .models import INSIDE, MISFITS, UNBOUNDED, LogisticLocation, StudentLocation, TwoMeans
from .plane import CURVED, FLOWS, GAUSSIANS
from .theorem import NO_STEP, directions

BOUNDED = (*MISFITS, *INSIDE, *CURVED)  # L is finite
ENDLESS = (UNBOUNDED[0], UNBOUNDED[2], GAUSSIANS[2], FLOWS[2])  # L is not
CLOSE = Rational(1, 1000)


def approach(loop: LikelihoodLoop, far, t) -> Expr:
    """What is left, after t fits, of a distance `far` from the best fit, in the metric of H."""
    run = loop.near(directions(len(loop.state)), far)
    return run.distance(t) / run.distance(0)


# ---- what the 1/2 costs ---------------------------------------------------------------------------------------------


@claim(
    source=f"derived: the exact rate is at most x/(1 + x), x = lam c; an audit of the 1/2 in Theorem 1 of {BERTRAND}",
    trivial=1,
    mutants={"a quarter": lambda: Rational(1, 4)},
)
def stability_tradeoff_limit_rate(model=Points(*BOUNDED)):
    """At the published limit, lam = 1/(2c), where the theorem's rate is 1, the true one is at most 1/3.

    It is 1/3 where the data are in the model. `docs/figures/stability_limit.py` draws the limit and the rate against eps.
    """
    return Le(model.at(lam=1 / (2 * model.c)).rate, Rational(1, 3))


@claim(
    source=f"derived: the Jacobian is symmetric in the metric of H; beyond the condition of Theorem 1 of {BERTRAND}",
    trivial=1,
    mutants={"a third of it": lambda x, t: ((1 + 2 * x) / (6 + 6 * x)) ** t},
)
def stability_tradeoff_beyond(
    model=Points(MISFITS[0], CURVED[0], CURVED[2]), x=Points(half, 3), far=Points(Rational(9, 10)), t=Points(3)
):
    """Three models, lam c = x = 1/2 and 3: three fits from a certified ball lead nearer, at a rate half way from x/(1 + x) to 1.

    On the line and in the plane. Theorem 1 says nothing there.
    """
    loop, rho = model.at(lam=x / model.c), (1 + 2 * x) / (2 + 2 * x)
    return Le(approach(loop, far * loop.radius(rho), t), rho**t)


@claim(
    source=f"derived: the Jacobian is symmetric in the metric of H; where Theorem 1 of {BERTRAND} has no L",
    mutants={"half of the rate": lambda model, lam: {"<": model.at(lam=lam).rate / 2}},
    unreached=NO_STEP,
)
def stability_tradeoff_endless(model=Points(*ENDLESS), lam=Points(2)):
    """Four models with L = oo, lam = 2: from 1/1000 away a fit leads nearer, at a rate half way from lam k/(1 + lam k) to 1.

    k is the largest eigenvalue of H^-1 I, H positive definite; affine flows are among the models. Theorem 1 says nothing of them.
    """
    loop = model.at(lam=lam)
    return Lt(approach(loop, CLOSE, 1), (1 + loop.rate) / 2)


# ---- where H is not positive definite -------------------------------------------------------------------------------


def _between(apart, lam, h) -> LikelihoodLoop:
    """A Cauchy location from h beside the middle of two points."""
    return StudentLocation(1, Empirical((-apart, apart)), lam, start=(h,))


@claim(
    source="derived: J = lam I/(H + lam I) exceeds 1 where H is negative; without H + lam I > 0 there is no maximum near 0",
    mutants={"ten times as far": lambda h: {">": 10 * h}},
    unreached=NO_STEP,
)
def stability_tradeoff_unstable(apart=Points(4), lam=Points(1, 5), h=Points(CLOSE)):
    """Where H < 0 the fixed point repels: a Cauchy location between the points -4 and 4, from 1/1000 beside 0, lam = 1 and 5.

    H = 2 (1 - apart^2)/(1 + apart^2)^2, I = 1/2; from lam = 1/2 on 0 is a maximum of the retraining objective, a fixed point.
    """
    return Gt(_between(apart, lam, h).mu(1), h)


@claim(
    source="derived: the likelihood of data at -1 and 1 is that of 4 + m^4; its curvature at 0 is 0",
    mutants={"the rate 1 - h": lambda h: {"<": h * (1 - h)}},
    unreached=NO_STEP,
)
def stability_tradeoff_singular(lam=Points(1, 5), h=Points(Rational(1, 10))):
    """Where H = 0 a fit of a Cauchy location keeps more than 1 - 2 h^2/lam of the distance h = 1/10, lam = 1 and 5.

    The data are the points -1 and 1. It does come nearer. Of all h it would say that there is no geometric rate.
    """
    mu = _between(1, lam, h).mu(1)
    return And(Lt(mu, h), Gt(mu, h * (1 - 2 * h**2 / lam)))


@claim(
    source="derived: two means that are one have the curvature 1 - Var X < 0 across, and no information there",
    mutants={"beyond the groups": lambda: {">": 4}},
    unreached=NO_STEP,
)
def stability_tradeoff_unstable_means(lam=Points(half, 5), h=Points(Rational(1, 10))):
    """Two parameters: two means that all but agree, between the points -2 and 2, come apart in a single fit.

    H is not definite at (0, 0), and H + lam I is not either, for any lam.
    """
    loop = TwoMeans(Empirical((-2, 2)), lam, start=(h, -h))
    return Gt(loop.a(1), 2 * h)


# ---- real share against misfit --------------------------------------------------------------------------------------


@claim(
    source=f"the trade-off read off the condition of Theorem 1 of {BERTRAND}, as commonly quoted: 2c/(1 + 2c) rises with c",
    mutants={
        "a twentieth more": lambda L, eps, more, alpha: published_real_share(L, eps + more, alpha) - Rational(1, 20)
    },
)
def stability_tradeoff_share(L=Positive(), eps=Positive(), more=Positive(), alpha=Positive()):
    """A better first model needs less real data, by the published condition: at the same L and alpha the share rises with eps.

    The share is 2c/(1 + 2c), c = 1 + L eps/alpha: two thirds where eps = 0, nearly all data where eps is large.
    """
    return Lt(published_real_share(L, eps, alpha), published_real_share(L, eps + more, alpha))


CONTAMINANTS = (Normal(0, 25), Laplace(0, half))


def contaminated(other, w) -> LikelihoodLoop:
    """A logistic location, its data logistic but for a share w, which is from another law that is symmetric about 0."""
    return LogisticLocation(Mixture(w, other, Logistic()), 1)


@claim(
    source="derived: the part of the data that is in the model cancels in the dual of W1",
    mutants={"the whole of it": lambda other: {"==": W1(other, Logistic())}},
    unreached={"derivation": "an integral of the difference of two cdfs without a closed form"},
)
def stability_tradeoff_contaminated_misfit(other=Points(*CONTAMINANTS), w=Points(Rational(1, 4))):
    """Logistic data, a share w of them from another symmetric law: the misfit of a logistic location is w W1(other, logistic)."""
    return Eq(contaminated(other, w).eps, w * W1(other, Logistic()))


@claim(
    source=f"derived: w/(I - w (I - H)) rises with w, whatever H is; the condition of Theorem 1 of {BERTRAND}",
    where=lambda w, more: w + more < 1,
    mutants={
        "a twentieth more": lambda L, W, info, H, w, more: mixed_share(L, W, info, H, w + more) - Rational(1, 20),
    },
)
def stability_tradeoff_contaminated(
    L=Positive(), W=Positive(), info=Positive(), H=Positive(), w=Probability(), more=Probability()
):
    """A share w of the data from another law of the same best fit: the published condition asks for more real data as w grows.

    eps = w W, W the distance of that law, and alpha = (1 - w) I + w H, I the information, H the curvature under that law. It
    rises even where H > I and the data's likelihood gets steeper.
    """
    return Lt(mixed_share(L, W, info, H, w), mixed_share(L, W, info, H, w + more))


def mixed_share(L, W, info, H, w) -> Expr:
    """The published share where a share w of the data is from a law at the distance W with the curvature H."""
    return published_real_share(L, w * W, (1 - w) * info + w * H)


@claim(
    source=f"derived: the exact rate is at most x/(1 + x); it sharpens the condition of Theorem 1 of {BERTRAND}",
    trivial=1,
    mutants={"nine tenths of it": lambda rho: Rational(9, 10) * rho},
)
def stability_tradeoff_share_of_rate(model=Points(*BOUNDED), rho=Probability()):
    """For a rate rho a real share of c (1 - rho)/(c (1 - rho) + rho) is enough: less than two thirds from rho = 1/3 on, if c = 1.

    The published rate takes (1 + rho) in place of (1 - rho).
    """
    r = model.c * (1 - rho) / (model.c * (1 - rho) + rho)
    return Le(model.at(lam=(1 - r) / r).rate, rho)


@claim(
    source="the trade-off of misfit and real share, read without alpha",
    expected="fails",
    corrected="stability-tradeoff-share",
)
def stability_tradeoff_misfit_alone(pair=Points((1, Rational(12, 5)))):
    """Whatever the data are, the larger the misfit the more real data the published condition asks for: c rises with eps.

    A logistic location on N(0, a^2) data, which is further off than on N(0, b^2) data, for a < b.
    """
    narrow, wide = (LogisticLocation(Normal(0, s**2), 1) for s in map(Rational, pair))
    return Ge((narrow.eps - wide.eps) * (narrow.c - wide.c), 0)


@claim(
    source="the trade-off of misfit and real share, taken for that of the loop itself",
    expected="fails",
    corrected="stability-tradeoff-share-of-rate",
)
def stability_tradeoff_true_rate(data=Points(Normal(0, 1), Uniform(-1, 1)), lam=Positive(notable=(1,))):
    """A better first model needs less real data: no data lead to a higher rate of a logistic location than its own, eps = 0."""
    return Ge(LogisticLocation(data, lam).rate, lam / (1 + lam))
