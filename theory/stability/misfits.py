"""Four misfits in detail: a mixture's weight, Student's location, and a logistic law fitted to data that are not symmetric.

The theorems about them are those of `theorem`; here is what is particular, and what is commonly taken to hold.
"""

from __future__ import annotations

from sympy import And, Eq, Expr, Gt, Le, Lt, Rational, pi, sqrt, tanh

from ..language.claims import claim
from ..language.domains import Points, Positive, Reals
from ..language.laws import Laplace, Mixture, Noise, Normal
from ..language.moments import E
from .models import SKEWED, LogisticLocation, LogisticModel, MixtureWeight, StudentLocation

NO_ROOT = {"derivation": "integrals at a best fit that has no closed form"}
SYMMETRIC = (Normal(0, 1), Laplace(0, 1))

# ---- the weight of two known components -----------------------------------------------------------------------------


def _weight(data, lam=1) -> MixtureWeight:
    """The weight of two groups, N(-1, 1) and N(1, 1), fitted to the data."""
    return MixtureWeight(1, data, lam)


@claim(
    source="derived: the largest slope of the curvature 4 tanh^2(b x), a cubic in tanh(b x)",
    tight={"y": 1 / sqrt(3)},
    mutants={"16 b/6": lambda b: 16 * b / 6},
    unreached={"derivation": "no certificate for a cubic that touches its bound at a root"},
)
def stability_mixture_weight_misspecified_lipschitz(b=Positive(notable=(1,)), y=Reals(-1, 1)):
    """w N(-b, 1) beside N(b, 1), at w = 1/2: the curvature 4 tanh^2(b x) has the slope 8 b y (1 - y^2), y = tanh(b x).

    It is at most the theorem's L = 16 b/(3 sqrt 3).
    """
    return Le(8 * b * y * (1 - y**2), 16 * b / (3 * sqrt(3)))


@claim(
    source="derived: implicit function theorem",
    mutants={"half of I": lambda data, lam: _rate(data, lam / 2)},
    unreached=NO_ROOT,
)
def stability_mixture_weight_misspecified(data=Points(*SYMMETRIC), lam=Positive(notable=(1, 2))):
    """The weight of N(-1, 1) beside N(1, 1), on symmetric data: J = lam I/(H + lam I), both 4 E tanh^2 X.

    I under the best fit, w = 1/2, and H under the data, since (f1 - f2)/p = 2 tanh(b x) there.
    One witness: the Jacobian is a number of a fit, which has no closed form.
    """
    return Eq(_weight(data, lam).J[0, 0], _rate(data, lam))


def _rate(data, lam) -> Expr:
    """lam I/(H + lam I), I under the best fit of weight 1/2 and H under the data."""
    fit = Mixture(Rational(1, 2), Normal(-1, 1), Normal(1, 1))
    info, curvature = (E(tanh(Noise("X", law)) ** 2) for law in (fit, data))
    return lam * info / (curvature + lam * info)


@claim(
    source="the rate of well-specified models, taken for that of all",
    expected="fails",
    corrected="stability-mixture-weight-misspecified",
)
def stability_mixture_weight_misspecified_share(data=Points(*SYMMETRIC), lam=Positive(notable=(1,))):
    """A mixture's weight: J is the share lam/(1 + lam) of synthetic data, whatever the data are."""
    return Eq(_weight(data, lam).J[0, 0], lam / (1 + lam))


# ---- Student's location ---------------------------------------------------------------------------------------------


def _student_curvature(x, dof) -> Expr:
    return (dof + 1) * (dof - x**2) / (dof + x**2) ** 2


@claim(
    source="derived: a beta integral",
    mutants={"dof/(dof + 3)": lambda dof: Rational(dof) / (dof + 3)},
    unreached=NO_ROOT,
)
def stability_student_t_location_information(dof=Points(1, 3)):
    """The information of Student's location with dof degrees of freedom is (dof + 1)/(dof + 3).

    One witness: it is a number of a fit, which has no closed form.
    """
    return Eq(StudentLocation(dof, Normal(0, 1), 1).fisher[0, 0], Rational(dof + 1) / (dof + 3))


@claim(
    source="derived: implicit function theorem",
    mutants={"I = 1": lambda v, lam: lam / (_t3(v) + lam)},
    unreached=NO_ROOT,
)
def stability_student_t_location(v=Points(1, 3, 25), lam=Positive(notable=(1,))):
    """Student's location, 3 degrees of freedom, on N(0, v) data: J = lam/(lam + 3 H/2), H = E 4 (3 - X^2)/(3 + X^2)^2.

    One witness: the Jacobian is a number of a fit, which has no closed form.
    """
    return Eq(StudentLocation(3, Normal(0, v), lam).J[0, 0], lam / (lam + Rational(3, 2) * _t3(v)))


def _t3(v) -> Expr:
    """The curvature of Student's log-density, nu = 3, averaged over N(0, v)."""
    return E(_student_curvature(Noise("X", Normal(0, v)), 3))


@claim(
    source="derived: the slope of the curvature, at x^2 = 9 - 6 sqrt 2",
    mutants={"a tenth more": lambda: _steepest() * Rational(11, 10)},
    unreached=NO_ROOT,
)
def stability_student_t_location_lipschitz():
    """Its curvature changes its sign, and is steepest at x^2 = 9 - 6 sqrt 2: L = 8 x (9 - x^2)/(3 + x^2)^3 there.

    One witness: a largest slope over the line is no moment.
    """
    return Eq(StudentLocation(3, Normal(0, 3), 1).L, _steepest())


def _steepest() -> Expr:
    """The steepest that the curvature of Student's log-density gets, nu = 3."""
    x = sqrt(9 - 6 * sqrt(2))
    return 8 * x * (9 - x**2) / (3 + x**2) ** 3


@claim(
    source="matched variances, taken for a fit without misfit",
    expected="fails",
    corrected="stability-student-t-location",
)
def stability_student_t_location_matched(lam=Positive(notable=(1,))):
    """Student's location, 3 degrees of freedom, on normal data of the same variance, 3: J = lam/(1 + lam)."""
    return Eq(StudentLocation(3, Normal(0, 3), lam).J[0, 0], lam / (1 + lam))


# ---- data that are not symmetric ------------------------------------------------------------------------------------


@claim(
    source="derived: implicit function theorem, the information of a logistic location is 1/3",
    mutants={"I = 1/4": lambda lam: lam / (lam + 4 * LogisticLocation(SKEWED, lam).H[0, 0])},
    unreached=NO_ROOT,
)
def stability_asymmetric_data_logistic(lam=Positive(notable=(1, 7))):
    """A logistic location on Exp(1) data: J = lam/(lam + 3 H), H the curvature at the best fit.

    One witness: both are numbers of a fit, which has no closed form.
    """
    loop = LogisticLocation(SKEWED, lam)
    return Eq(loop.J[0, 0], lam / (lam + 3 * loop.H[0, 0]))


@claim(
    source="derived: the digits by quadrature and root finding that are not ours",
    mutants={"to the mean": lambda: {"<": Rational(921, 1000)}},
)
def stability_asymmetric_data_logistic_best():
    """Its best fit lies between 0.9214 and 0.9215, below the mean 1.

    One witness: it is a number of a fit, which has no closed form.
    """
    loop = LogisticLocation(SKEWED, 1)
    mu = loop.best[0]
    return And(Gt(mu, Rational(9214, 10000)), Lt(mu, Rational(9215, 10000)))


@claim(
    source="moment matching, taken over from exponential families",
    expected="fails",
    corrected="stability-asymmetric-data-logistic-best",
)
def stability_asymmetric_data_logistic_mean():
    """The best logistic location has the mean of the data."""
    return Eq(LogisticLocation(SKEWED, 1).best[0], 1)


@claim(
    source="derived: integrals of the logistic density",
    mutants={"of a location, 1/4, and (2 + pi^2)/9": lambda i: (Rational(1, 4), (2 + pi**2) / 9)[i]},
    unreached=NO_ROOT,
)
def stability_logistic_location_scale_2d_information(data=Points(SKEWED, Normal(0, 1)), i=Points(0, 1)):
    """Location and scale s of a logistic law: s^2 I = diag(1/3, (3 + pi^2)/9), whatever the data are.

    One witness: it is a number of a fit, which has no closed form.
    """
    loop = LogisticModel(data, 1)
    return Eq(loop.fisher[i, i] * loop.best[1] ** 2, (Rational(1, 3), (3 + pi**2) / 9)[i])


@claim(
    source="derived: implicit function theorem; the sum of the eigenvalues is the trace",
    mutants={"by a fifth": lambda lam: {">": Rational(6, 5) * lam / (1 + lam)}},
    unreached=NO_ROOT,
)
def stability_logistic_location_scale_2d(lam=Positive(notable=(1, 5))):
    """A logistic location and scale on Exp(1) data: misfit slows one direction down, and speeds the other up.

    One eigenvalue of J is above lam/(1 + lam), the other below. One witness: they are numbers of a fit, without a closed form.
    """
    loop = LogisticModel(SKEWED, lam)
    share, trace = lam / (1 + lam), loop.J[0, 0] + loop.J[1, 1]
    return And(Gt(loop.rate, share), Lt(trace - loop.rate, share))


@claim(
    source="the Jacobian, taken to be symmetric",
    expected="fails",
    corrected="stability-theorem-jacobian",
)
def stability_logistic_location_scale_2d_symmetric(lam=Positive(notable=(1, 5))):
    """The Jacobian of retraining is a symmetric matrix, in whatever parameters: it is so in the metric of H only."""
    loop = LogisticModel(SKEWED, lam)
    return Eq(loop.J[0, 1], loop.J[1, 0])


@claim(
    source="the rate of well-specified models, taken for that of all",
    expected="fails",
    corrected="stability-logistic-location-scale-2d",
)
def stability_logistic_location_scale_2d_share(lam=Positive(notable=(1, 5))):
    """A logistic location and scale on Exp(1) data: the rate is the share lam/(1 + lam) of synthetic data."""
    return Eq(LogisticModel(SKEWED, lam).rate, lam / (1 + lam))
