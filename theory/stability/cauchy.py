"""A Cauchy location: nothing that the stability theorem asks for is finite, and the retraining map is known all the same."""

from __future__ import annotations

from sympy import Abs, And, Eq, Expr, Ge, Gt, Le, Rational, Symbol, exp, oo

from ..language.claims import claim
from ..language.domains import Points, Positive, Reals
from ..language.laws import Cauchy, Laplace, Logistic, Mixture
from .common import BERTRAND, half
from .location import LocationLoop
from .peaks import CauchyLoop

NO_PEAK = {"derivation": "the highest of several peaks has no closed form"}


# ---- at the fixed point ---------------------------------------------------------------------------------------------


@claim(
    source="derived: the Poisson integral of a logarithm, differentiated twice",
    uses=["stability-kl-proximal-ascent-likelihood"],
    mutants={"of one sign": lambda m, s: 2 / ((1 + s) ** 2 + m**2)},
)
def stability_cauchy_closed_form_curvature(m=Reals(-20, 20, notable=(1,)), s=Positive(notable=(1, 3))):
    """On Cauchy(0, s) data a Cauchy location at m has the curvature 2 (K^2 - m^2)/(K^2 + m^2)^2, K = 1 + s.

    At the best fit, m = 0, that is H = 2/(1 + s)^2, and I = 1/2 for s = 1; beyond K it is negative.
    """
    at = Symbol("at", real=True)
    curvature, K = -CauchyLoop(Cauchy(0, s), 1).loglik(at).diff(at, 2), 1 + s
    return Eq(curvature.subs(at, m), 2 * (K**2 - m**2) / (K**2 + m**2) ** 2)


@claim(
    source="derived: implicit function theorem",
    mutants={"lam/(1 + lam), as if well specified": lambda lam: lam / (1 + lam)},
)
def stability_cauchy_closed_form(s=Positive(notable=(1, 3)), lam=Positive()):
    """There J = lam mu/(1 + lam mu) with mu = (1 + s)^2/4: below 1 for every lam, though the misfit W1 is infinite."""
    mu = (1 + s) ** 2 / 4
    return Eq(CauchyLoop(Cauchy(0, s), lam).jacobian(0), lam * mu / (1 + lam * mu))


@claim(
    source="derived: implicit function theorem; odd functions have no second order",
    mutants={"a thousandth of it": lambda s, lam, h: 2 * lam * h**2 / 1000},
    unreached=NO_PEAK,
)
def stability_cauchy_closed_form_map(
    s=Points(half, 1, 3), lam=Reals(0, 20, notable=(Rational(3, 10), 1, 4)), h=Points(Rational(1, 10), Rational(1, 100))
):
    """The map of the global maximum itself: the next location from a small start h is h J, up to lam h^3.

    One witness: a global maximum has no closed form, and no score with one root to sample.
    """
    mu, loop = Rational(1 + s) ** 2 / 4, CauchyLoop(Cauchy(0, s), lam, start=h)
    return Le(Abs(loop.theta(1) / h - lam * mu / (1 + lam * mu)), 2 * lam * h**2)


# ---- far from it ----------------------------------------------------------------------------------------------------


@claim(
    source="derived: expansion of a cubic's root",
    mutants={"a third of it": lambda theta, lam: 16 * lam / (3 * theta**3)},
    unreached=NO_PEAK,
)
def stability_cauchy_closed_form_home(
    theta=Reals(20, 2000, notable=(1000,)), lam=Reals(0, Rational(9, 10), notable=(half, Rational(1, 100)))
):
    """Well specified, lam < 1: one retraining brings any far start home, to 4 lam/theta, up to 16 lam/theta^3.

    One witness: a global maximum has no closed form, and no score with one root to sample.
    """
    after = CauchyLoop(Cauchy(0, 1), lam, start=theta).theta(1)
    return Le(Abs(after - 4 * lam / theta), 16 * lam / theta**3)


@claim(
    source="derived: expansion of a cubic's root",
    mutants={"a third of it": lambda theta: 4 / (3 * theta**3)},
    unreached=NO_PEAK,
)
def stability_cauchy_closed_form_creep(
    theta=Reals(20, 2000, notable=(40, 1000)), lam=Reals(Rational(3, 2), 20, notable=(2, 3))
):
    """Well specified, lam > 1: it creeps home by 4/(lam theta) a generation, up to 4/theta^3: lam theta_0^2/8 of them or so.

    Looked at from lam = 3/2 to 20. One witness: a global maximum has no closed form, and no score with one root to sample.
    """
    step = theta - CauchyLoop(Cauchy(0, 1), lam, start=theta).theta(1)
    return Le(Abs(step - 4 / (lam * theta)), 4 / theta**3)


@claim(
    source="derived: the creep, iterated",
    mutants={"a generation sooner": lambda: {">": Rational(11, 10)}},
    unreached=NO_PEAK,
)
def stability_cauchy_closed_form_travel():
    """From 10, with twice as many synthetic as real points, it takes 29 generations to 1; lam theta_0^2/8 is 25.

    One witness: a global maximum has no closed form, and no score with one root to sample.
    """
    loop = CauchyLoop(Cauchy(0, 1), 2, start=10)
    return And(Le(loop.theta(29), 1), Gt(loop.theta(28), 1))


# ---- as many synthetic as real points -------------------------------------------------------------------------------


@claim(
    source="derived: by symmetry the midpoint is stationary, for log-concave densities the objective has one peak",
    mutants={"a third of the way": lambda theta: 2 * theta / 3},
    unreached={"derivation": "its fit is a root: there is no step in symbols"},
)
def stability_symmetric_location_half(family=Points(Logistic(), Laplace()), theta=Reals(0, 40, notable=(3, 10))):
    """Log-concave locations, well specified, with as many synthetic as real points: from any distance exactly half way home.

    One witness: a root far out is flat, and sampling it takes more draws than there is time for.
    """
    return Eq(LocationLoop(family, family, 1, start=theta).theta(1), theta / 2)


@claim(
    source="derived: by symmetry the midpoint is stationary; within 2 of it the objective is concave",
    mutants={"a third of the way": lambda theta: 2 * theta / 3},
    unreached=NO_PEAK,
)
def stability_symmetric_location_half_near(theta=Reals(0, 4, notable=(1, Rational(39, 10)))):
    """A Cauchy location does the same up to a distance of 4, twice the inflection of its log-density.

    One witness: a global maximum has no closed form, and no score with one root to sample.
    """
    return Eq(CauchyLoop(Cauchy(0, 1), 1, start=theta).theta(1), theta / 2)


def _height(m, theta) -> Expr:
    """The exponential of the retraining objective of a Cauchy location at lam = 1."""
    return exp(CauchyLoop(Cauchy(0, 1), 1).objective(m, theta))


@claim(
    source="derived: two quadratics in u",
    mutants={"a tenth of it": lambda u: _height(2 / u, 2 * u + 2 / u) * Rational(1, 10)},
)
def stability_symmetric_location_half_tie(u=Reals(1, oo, notable=(Rational(3, 2), 2))):
    """Beyond a distance theta = 2u + 2/u > 4 there are two equal peaks, at 2u and 2/u: where a loop goes is not determined."""
    return Eq(_height(2 * u, 2 * u + 2 / u), _height(2 / u, 2 * u + 2 / u))


@claim(
    source="derived: two quadratics in u",
    mutants={"twice as high": lambda u: 16 * _height(u + 1 / u, 2 * u + 2 / u)},
)
def stability_symmetric_location_half_branches(u=Reals(1, oo, notable=(Rational(3, 2), 2))):
    """The midpoint u + 1/u between them is lower."""
    return Gt(_height(2 / u, 2 * u + 2 / u), _height(u + 1 / u, 2 * u + 2 / u))


@claim(
    source="the midpoint of log-concave families, taken for that of any symmetric family",
    expected="fails",
    corrected="stability-symmetric-location-half-branches",
)
def stability_symmetric_location_half_any(theta=Reals(4, 40, notable=(Rational(9, 2),)), d=Reals(-20, 20)):
    """A Cauchy location, too, goes half way home from any distance: no m is better than theta/2."""
    loop = CauchyLoop(Cauchy(0, 1), 1)
    return Le(loop.objective(theta / 2 + d, theta), loop.objective(theta / 2, theta))


# ---- a false stationary point ---------------------------------------------------------------------------------------


def _split(p, s, lam=1) -> tuple[CauchyLoop, Expr]:
    """Modes at +-b = K (p + 1/p)/2, K = 1 + s, and where the best fits are: b^2 - K^2 is the square of c = K (p - 1/p)/2."""
    b, c = ((1 + s) * (p + side / p) / 2 for side in (1, -1))
    return CauchyLoop(_pair(b, s), lam), c


def _pair(b, s) -> Mixture:
    """Half a Cauchy law at -b, half one at b, each of scale s."""
    return Mixture(half, Cauchy(-b, s), Cauchy(b, s))


def _surprise(p, s, m) -> Expr:
    """The exponential of minus twice the expected log-likelihood, at m in units of c."""
    loop, c = _split(p, s)
    return exp(-2 * loop.loglik(m * c))


@claim(
    source="derived: a quadratic in m^2",
    tight={"m": 1},
    mutants={"at c/2": lambda p, s: _surprise(p, s, half)},
)
def stability_cauchy_bimodal_saddle_best(
    m=Reals(-10, 10, notable=(-1, 2)), p=Reals(1, oo, notable=(2,)), s=Positive(notable=(1,))
):
    """Half Cauchy(-b, s), half Cauchy(b, s) data with b > K = 1 + s: the best fits are at +-c, c^2 = b^2 - K^2.

    Stated of exp(-2 E log p) at m c, with b = K (p + 1/p)/2, c = K (p - 1/p)/2.
    """
    return Ge(_surprise(p, s, m), _surprise(p, s, 1))


@claim(
    source="derived: implicit function theorem",
    where=lambda b, s, lam: And(b > 1 + s, lam * (b**2 + (1 + s) ** 2) ** 2 > 4 * (b**2 - (1 + s) ** 2)),
    mutants={"with the curvature's sign lost": lambda b, s, lam: lam / 2 / (lam / 2 - _saddle(b, s))},
)
def stability_cauchy_bimodal_saddle(
    b=Positive(notable=(3,)), s=Positive(notable=(1,)), lam=Positive(notable=(1, half))
):
    """Between them, at 0, the curvature is H = 2 (K^2 - b^2)/(b^2 + K^2)^2 < 0 and J = (lam/2)/(H + lam/2).

    From lam = 2|H| on, where 0 is a maximum of the retraining objective.
    """
    return Eq(CauchyLoop(_pair(b, s), lam).jacobian(0), lam / 2 / (_saddle(b, s) + lam / 2))


def _saddle(b, s) -> Expr:
    """The curvature H of the real likelihood at 0, between the two modes."""
    K = 1 + s
    return 2 * (K**2 - b**2) / (b**2 + K**2) ** 2


@claim(
    source="derived: implicit function theorem",
    mutants={"below a": lambda lam: lam / (1 + lam) / 2},
)
def stability_cauchy_bimodal_saddle_peak(
    p=Reals(1, oo, notable=(2,)), s=Positive(notable=(1,)), lam=Positive(notable=(1,))
):
    """At the best fits +-c the curvature is H = (c/(b K))^2, and J = lam/(lam + 2 H) < 1 for every lam."""
    loop, c = _split(p, s, lam)
    b, K = (1 + s) * (p + 1 / p) / 2, 1 + s
    return Eq(loop.jacobian(c), lam / (lam + 2 * (c / (b * K)) ** 2))


@claim(
    source="derived: the likelihood never falls, and it rises away from 0",
    mutants={"twice as far": lambda case, lam, h: 2 * h},
    unreached=NO_PEAK,
)
def stability_cauchy_bimodal_saddle_repels(
    case=Points((3, 1), (5, half), (Rational(5, 2), 1)),
    lam=Reals(0, 20, notable=(1, 4)),
    h=Points(Rational(1, 10), Rational(1, 1000)),
):
    """It repels, for every lam: from h one retraining, by the global maximum, leads further away.

    One witness: a global maximum has no closed form, and no score with one root to sample.
    """
    b, s = case
    return Gt(CauchyLoop(_pair(b, s), lam, start=h).theta(1), h)


@claim(
    headline=(
        9,
        "Where the data's likelihood is stationary retraining need not be stable: between two modes it moves away.",
    ),
    source=f"the fixed-point proposition of {BERTRAND}, taken for any stationary point",
    where=lambda b, s, lam: And(b > 1 + s, lam * (b**2 + (1 + s) ** 2) ** 2 > 4 * (b**2 - (1 + s) ** 2)),
    expected="fails",
    corrected="stability-cauchy-bimodal-saddle",
)
def stability_cauchy_bimodal_saddle_stable(
    b=Positive(notable=(3,)), s=Positive(notable=(1,)), lam=Positive(notable=(1, half))
):
    """Every stationary point of the real likelihood is stable under retraining, 0 between two modes too: J <= 1."""
    return Le(CauchyLoop(_pair(b, s), lam).jacobian(0), 1)
