"""The stability theorem for any likelihood model: fixed points, the Jacobian, Theorem 1 as commonly quoted, and sharper.

Each claim is about a class of models and data (`models`): a model is stated by its log-density, its constants are computed.
"""

from __future__ import annotations

from sympy import And, Eq, Gt, Le, Lt, Rational, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.laws import Empirical, Mixture
from ..language.likelihood import LikelihoodLoop
from .common import BERTRAND, half
from .models import EXPONENTIAL, INSIDE, MISFITS, TWO, UNBOUNDED, StudentLocation, TwoMeans, inside

NO_STEP = {"derivation": "its fit is a root: there is no step in symbols"}
FINITE = (*MISFITS, *INSIDE)  # L is finite
FEW = (MISFITS[0], MISFITS[2], MISFITS[4], INSIDE[0])
ALL = (*FINITE, *UNBOUNDED, *EXPONENTIAL)
CLOSE = Points(Rational(1, 20))  # shares lam at which the models are near enough to their data


def directions(d: int) -> tuple[int, ...]:
    """A direction that is none of an axis."""
    return tuple(1 if i % 2 == 0 else -2 if i == 1 else -1 for i in range(d))


def theorem_1(model: LikelihoodLoop, x, far, t):
    """Theorem 1 for a model with its data, as a relation for a claim: `lam c = x`, x below 1/2.

    far: where the loop begins, as a share of the radius of the certified ball.  t: fits.  The model's own lam is not used.
    """
    loop = model.at(lam=x / model.c)
    rho = x / (1 - x)
    run = loop.near(directions(len(loop.state)), far * loop.radius(rho))
    return Le(run.distance(t) / run.distance(0), rho**t)


def minimiser(model: LikelihoodLoop, start, lam):
    """The best fit to one law, D = (data + lam p_start)/(1 + lam), p_start the model at a start: the parameters of least risk."""
    before = inside(model, *start).data
    return model.at(data=Mixture(1 / (1 + lam), model.data, before)).best


@claim(
    source=f"{BERTRAND} (definition of retraining, as commonly quoted)",
    mutants={"it stays where it was": lambda case: {"==": list(case[1])}},
    unreached=NO_STEP,
)
def stability_theorem_retraining(
    case=Points(
        (MISFITS[1], (2,)), (MISFITS[2], (Rational(-1),)), (MISFITS[3], (Rational(1, 4),)), (MISFITS[5], (1, 2))
    ),
    lam=Points(2),
):
    """What is iterated: the next parameters are the highest point of E_data log p + lam E_model log p, as retraining is defined.

    On the left a step of the loop, the local maximum near the parameters before; on the right the best fit to one law, the
    mixture of data and model, found without them: here the local maximum is the global one. Retraining is repeated risk
    minimisation by that: `performative-likelihood-minimises`.
    """
    model, start = case
    run = model.at(lam=lam, start=start)
    fits = minimiser(model, start, lam)
    return And(*(Eq(getattr(run, name)(1), x) for name, x in zip(model.state, fits, strict=True)))


@claim(
    source=f"{BERTRAND} (fixed-point proposition, as commonly quoted with the premise p_data = p_theta*)",
    mutants={"a drift of 1/1000": lambda model, lam: {"==": [x + Rational(1, 1000) for x in model.best]}},
)
def stability_theorem_fixed_point(model=Points(*ALL), lam=Positive()):
    """The best fit to the data is a fixed point of retraining, for every share of synthetic data, whatever the data are."""
    loop = model.at(lam=lam)
    return And(*(Eq(getattr(loop, name)(1), x) for name, x in zip(loop.state, loop.best, strict=True)))


@claim(
    source="derived: at 0 the likelihood of data at -4 and 4 has a minimum, and lam = 1/10 is too little to make it a maximum",
    mutants={"it goes beyond the data": lambda start: {">": 4}},
    unreached=NO_STEP,
)
def stability_theorem_fixed_point_minimum(start=Points(Rational(1, 1000), Rational(1, 10))):
    """Where H + lam I is not positive definite a stationary point of the real likelihood is left: of Cauchy's location, at 0."""
    loop = StudentLocation(1, Empirical((-4, 4)), Rational(1, 10), start=(start,))
    return Gt(loop.mu(1), 3)


@claim(
    source="derived by the implicit function theorem",
    mutants={"a millionth of it": lambda h: 30 * h**2 / 1_000_000},
    unreached=NO_STEP,
)
def stability_theorem_jacobian(model=Points(*FINITE), lam=Reals(0, 20, notable=(1, 5)), h=Points(Rational(1, 1000))):
    """J = lam (H + lam I)^-1 I is the derivative of the map at the best fit: a step from h away follows it up to 30 h^2."""
    loop = model.at(lam=lam)
    v = directions(len(loop.state))
    near = loop.at(offset=[h * x for x in v])
    gaps = (
        getattr(near, name)(1) - x - h * sum(a * b for a, b in zip(row, v, strict=True))
        for name, x, row in zip(loop.state, loop.best, loop.J.tolist(), strict=True)
    )
    return Le(sqrt(sum(gap**2 for gap in gaps)), 30 * h**2)


@claim(
    source=f"{BERTRAND} (assumptions of Theorem 1, as commonly quoted)",
    mutants={"the curvature is above 10": lambda model: {">": 10}},
)
def stability_theorem_assumptions(model=Points(*FINITE)):
    """What Theorem 1 assumes holds for these models and data: L is finite, and the data's likelihood is concave at the best fit.

    L is the Lipschitz constant of the Hessian of log p in x, over the hull of both supports; alpha the least curvature.
    """
    return And(Lt(model.L, oo), Gt(model.alpha, 0))


@claim(
    source=f"{BERTRAND} (assumptions of Theorem 1, as commonly quoted: the model is close to the data, eps is small)",
    mutants={"a tenth of the room": lambda model, lam: {"<": model.alpha * (1 / (2 * lam) - 1) / 10}},
)
def stability_theorem_assumptions_close(model=Points(*FINITE), lam=CLOSE):
    """The model is close to the data, eps = W1 is small: L eps < alpha (1/(2 lam) - 1), all that the theorem's condition needs.

    At lam = 1/20. It is small beside alpha/L and lam: from lam = 1/2 on no eps is.
    The model is the first one, which is fitted to the data alone: with infinitely many points the best fit.
    """
    return Lt(model.L * model.eps, model.alpha * (1 / (2 * lam) - 1))


@claim(
    source=f"the assumptions of {BERTRAND} taken for a matter of course in smooth models",
    expected="fails",
    corrected="stability-theorem-assumptions",
)
def stability_theorem_assumptions_smooth(model=Points(*UNBOUNDED)):
    """Every smooth model has a Hessian that is Lipschitz in x: L is finite."""
    return Lt(model.L, oo)


@claim(
    source=f"Theorem 1 of {BERTRAND}, as commonly quoted",
    trivial=1,
    mutants={"a tenth of the rate": lambda model, x, far, t: (x / (10 * (1 - x))) ** t},
)
def stability_theorem_published(
    model=Points(*MISFITS, INSIDE[0]), x=Reals(0, half, notable=(Rational(1, 10),)), far=Probability(), t=Integers(1, 5)
):
    """Where lam c = x < 1/2, c = 1 + L eps/alpha, retraining converges locally and geometrically, at the rate x/(1 - x).

    All of alpha, L (the Lipschitz constant of the Hessian in x over the hull of both supports) and eps (W1 of data and best fit)
    are computed; "locally" is a certified ball around the best fit, from anywhere in which the iterates, not only their linear
    part, approach it; distances are in the metric of H.
    """
    return theorem_1(model, x, far, t)


@claim(
    source="derived: two means may be exchanged",
    mutants={"beyond the data": lambda far, t: {">": 4}},
    unreached=NO_STEP,
)
def stability_theorem_published_locally(far=Points(2, 3), t=Points(1, 3)):
    """Why "locally": with two unknown means there are two best fits, and a start near the other one goes there.

    Of the one that is looked at the first mean is the smaller; from (far, -far) the first stays the larger one for ever.
    """
    loop = TwoMeans(TWO, half)
    run = loop.at(start=(far, -far))
    return And(Gt(run.a(t), 1), Lt(loop.best[0], 0))


@claim(
    source=f"the rate of Theorem 1 of {BERTRAND}, as commonly quoted",
    trivial=1,
    mutants={"half of it": lambda model, x: x / (2 * (1 - x))},
)
def stability_theorem_rate(model=Points(*FINITE), x=Reals(0, half, notable=(Rational(1, 10),))):
    """Where lam c = x < 1/2 the local rate, the spectral radius of the Jacobian, is at most x/(1 - x)."""
    rate = model.at(lam=x / model.c).rate
    return Le(rate, x / (1 - x))


@claim(
    source=f"derived: the largest eigenvalue of H^-1 I is at most c; it sharpens the rate of Theorem 1 of {BERTRAND}",
    trivial=1,
    mutants={"a tenth less": lambda x: Rational(9, 10) * x / (1 + x)},
)
def stability_theorem_sharp_rate(model=Points(*FINITE), x=Positive()):
    """The local rate is at most x/(1 + x), x = lam c, for every x: below 1 wherever the constants are finite."""
    rate = model.at(lam=x / model.c).rate
    return Le(rate, x / (1 + x))


@claim(
    headline=(
        2,
        "Near a best fit where the likelihood is strictly concave retraining is stable, whatever the share of synthetic data.",
    ),
    source=f"derived: the Jacobian is symmetric in the metric of H; it sharpens Theorem 1 of {BERTRAND}",
    mutants={"nine tenths of the rate": lambda model, lam, far: {"<": Rational(9, 10) * model.at(lam=lam).rate}},
)
def stability_theorem_every_share(model=Points(*FEW), lam=Positive(), far=Probability()):
    """Where H is positive definite retraining converges locally for every share of synthetic data: no threshold in lam.

    In the metric of H the rate is below any rho above lam k/(1 + lam k), k the largest eigenvalue of H^-1 I.
    """
    loop = model.at(lam=lam)
    rho = (1 + loop.rate) / 2
    run = loop.near(directions(len(loop.state)), far * loop.radius(rho))
    return Lt(run.distance(1) / run.distance(0), rho)


@claim(
    source=f"the Kantorovich step in the proof of Theorem 1 of {BERTRAND}, as commonly quoted",
    mutants={"without the misfit": lambda model: 1},
)
def stability_theorem_kantorovich(model=Points(*FINITE)):
    """The information per curvature, the largest eigenvalue of H^-1 I, is at most c = 1 + L eps/alpha."""
    return Le(model.mu_max, model.c)
