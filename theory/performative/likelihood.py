"""Retraining by maximum likelihood as repeated risk minimisation, for models that are stated by their log-density.

The population loop minimises E -log p_theta(X), X from D(theta') = (data + lam p_theta')/(1 + lam): repeated risk minimisation.
For a location family D is lam/(1 + lam)-sensitive, exactly. With beta, the Lipschitz constant of the score in x, and gamma, the
curvature of the risk at the best fit, (H + lam I)/(1 + lam), the condition eps beta/gamma < 1 reads lam beta < H + lam I. That
is a local form: gamma is no curvature for every x, as the theorem is commonly quoted with; of the losses here none is
strongly convex for every x, and so quoted the theorem says nothing of them. Of `PairLocation` it does: there its constants are
those of every x, and an instance of the theorem is claimed as it is quoted.

The weight of two known components is no location: D is 2b lam/(1 + lam)-sensitive there, b half their distance.
"""

from __future__ import annotations

from sympy import Abs, And, Eq, Expr, Ge, Gt, Le, Lt, Rational, Symbol, cosh, log, pi

from ..language.claims import claim
from ..language.domains import Points, Positive, Probability, Reals
from ..language.laws import Binomial, Exponential, Laplace, Mixture, Normal
from ..language.likelihood import LikelihoodLoop
from ..language.moments import W1
from ..language.supports import Parameter
from ..stability.models import LogisticLocation, LogisticModel, MixtureWeight, PoissonModel, StudentLocation, inside
from .risk import PERDOMO

half = Rational(1, 2)
LOCATIONS = (
    LogisticLocation(Normal(0, 4), 1),
    LogisticLocation(Exponential(1), 1),
    LogisticLocation(Mixture(half, Normal(-2, 1), Normal(2, 1)), 1),
    StudentLocation(3, Normal(0, 3), 1),
    StudentLocation(5, Laplace(0, 1), 1),
)


def kappa(loop: LikelihoodLoop, moved=1):
    """eps beta/gamma in the local form: lam beta/(H + lam I). moved: how far, in W1, a model goes with its parameter."""
    return moved * loop.lam * loop.beta / (loop.H[0, 0] + loop.lam * loop.fisher[0, 0])


def most(loop: LikelihoodLoop, moved=1):
    """The lam up to which kappa is below 1."""
    return loop.H[0, 0] / (moved * loop.beta - loop.fisher[0, 0])


@claim(
    source=f"derived: I is at most beta in the exact rate; the condition of {PERDOMO} in a local form, for retraining",
    trivial=1,
    mutants={"with the information for beta, halved": lambda model, lam: model.at(lam=lam).rate / 2},
)
def performative_likelihood_rate(model=Points(*LOCATIONS), lam=Positive()):
    """The local rate of retraining is at most kappa = lam beta/(H + lam I): the information I is at most beta."""
    loop = model.at(lam=lam)
    return Le(loop.rate, kappa(loop))


@claim(
    source=f"derived: beta - I < 2 c H; {PERDOMO} in a local form, Theorem 1 of Bertrand et al. 2310.00429, as commonly quoted",
    mutants={"ten times as far": lambda model: 10 * model.H[0, 0] / (model.beta - model.fisher[0, 0])},
)
def performative_likelihood_allows_more(model=Points(*LOCATIONS)):
    """kappa < 1 up to lam = H/(beta - I), which is more than the 1/(2c) of the stability theorem, c = 1 + L eps/alpha."""
    return Gt(most(model), 1 / (2 * model.c))


@claim(
    source=f"the condition of {PERDOMO} in a local form, taken for necessary",
    expected="fails",
    corrected="performative-likelihood-rate",
)
def performative_likelihood_necessary(model=Points(*LOCATIONS), lam=Positive(notable=(10, 100))):
    """The local rate is no less than kappa = lam beta/(H + lam I): retraining converges only where kappa < 1."""
    loop = model.at(lam=lam)
    return Ge(loop.rate, kappa(loop))


# ---- retraining is repeated risk minimisation -----------------------------------------------------------------------


@claim(
    source=f"derived: (1 + lam) E_D log p is the objective of retraining; the link to {PERDOMO}",
    mutants={"it stays where it was": lambda case: {"==": list(case[1])}},
    unreached={"derivation": "its fit is a root: there is no step in symbols"},
)
def performative_likelihood_minimises(
    case=Points(
        (LogisticLocation(Exponential(1), 1), (3,)),
        (StudentLocation(3, Normal(0, 3), 1), (half,)),
        (PoissonModel(Binomial(5, half), 1), (2,)),
        (LogisticModel(Exponential(1), 1), (0, 2)),
    ),
    lam=Points(2),
):
    """Retraining is repeated risk minimisation: the next model is the best fit to D(theta) = (data + lam p_theta)/(1 + lam).

    The loss is -log p. On the left a fit beside lam synthetic points for each real one, on the right a fit to one law.
    """
    model, start = case
    run = model.at(lam=lam, start=start)
    fits = _minimiser(model, start, lam)
    return And(*(Eq(getattr(run, name)(1), x) for name, x in zip(model.state, fits, strict=True)))


def _minimiser(model: LikelihoodLoop, start, lam):
    """The parameters of least risk under the law that a model at `start` leads to."""
    before = model.law_of(dict(zip(model.state, start, strict=True)))
    return model.at(data=Mixture(1 / (1 + lam), model.data, before)).best


# ---- the weight of two known components -----------------------------------------------------------------------------

WEIGHTS = tuple(MixtureWeight(b, data, 1) for b, data in ((1, Laplace(0, 1)), (2, Normal(0, 4)), (1, Normal(0, 1))))
APART = tuple(inside(MixtureWeight(b, Normal(0, 1), 1), half) for b in (2, 3))


@claim(
    source="derived: mixtures of two laws, one a shift of the other, are ordered: W1 is the difference of their means",
    mutants={"as if a location": lambda b, r, w, v: {"==": (1 - r) * Abs(w - v)}},
)
def performative_likelihood_weight_sensitivity(
    b=Positive(notable=(1,)), r=Probability(), w=Probability(), v=Probability()
):
    """The weight of N(-b, 1) beside N(b, 1), a share r of real data: D is 2b (1 - r)-sensitive, exactly."""
    laws = (Mixture(r, Exponential(1), Mixture(x, Normal(-b, 1), Normal(b, 1))) for x in (w, v))
    return Eq(W1(*laws), 2 * b * (1 - r) * Abs(w - v))


@claim(
    source=f"derived: I is at most 2b beta in the exact rate; the condition of {PERDOMO} in a local form, for retraining",
    trivial=1,
    mutants={"half of the rate": lambda model, lam: model.at(lam=lam).rate / 2},
)
def performative_likelihood_weight_rate(model=Points(*WEIGHTS, *APART), lam=Positive()):
    """A mixture's weight: the local rate of retraining is at most kappa = 2b lam beta/(H + lam I)."""
    loop = model.at(lam=lam)
    return Le(loop.rate, kappa(loop, 2 * model.b))


@claim(
    source=f"derived: 2b beta = 4b^2, and I < 4; {PERDOMO} in a local form, Theorem 1 of Bertrand et al. 2310.00429, as commonly "
    "quoted",
    mutants={"a fifth of it": lambda model: 1 / (10 * model.c)},
)
def performative_likelihood_weight_less(model=Points(*APART)):
    """The weight of two groups far apart, data in the model: kappa < 1 only up to H/(2b beta - I), below the 1/2 of Theorem 1."""
    return Lt(most(model, 2 * model.b), 1 / (2 * model.c))


@claim(
    source=f"that {PERDOMO} allows more for locations, taken for all models",
    expected="fails",
    corrected="performative-likelihood-weight-less",
)
def performative_likelihood_always_more(model=Points(*APART)):
    """Whatever the model is, repeated risk minimisation allows more synthetic data than Theorem 1: kappa < 1 beyond 1/(2c)."""
    return Gt(most(model, 2 * model.b), 1 / (2 * model.c))


# ---- as it is quoted: strongly convex for every x -------------------------------------------------------------------


class PairLocation(LikelihoodLoop):
    """Half N(mu - b, 1), half N(mu + b, 1): a location. For b < 1 its loss is strongly convex for every x.

    b: half the distance of the two.  mu: the location.
    Source: textbook: a mixture of two laws of one weight; retrained as in Bertrand et al. 2310.00429.
    """

    b: Positive

    mu: Parameter(Reals(), r"\mu")

    def log_density(self, x) -> Expr:
        u = x - self.mu
        return -(u**2 + self.b**2) / 2 + log(cosh(self.b * u)) - log(2 * pi) / 2


DATA = (Exponential(1), Normal(0, 4))
SOME = tuple(PairLocation(half, data, 1) for data in DATA)


def _global_kappa(b, lam) -> Expr:
    """eps beta/gamma of a `PairLocation`: eps = lam/(1 + lam), beta = 1, gamma = 1 - b^2, for every x."""
    return lam / (1 + lam) / (1 - b**2)


def _curvature(b, x) -> Expr:
    """Of the loss of a `PairLocation` in its parameter, x away from it."""
    at = Symbol("at", real=True)
    loss = (at - x) ** 2 / 2 - log(cosh(b * (at - x)))
    return loss.diff(at, 2).subs(at, 0)


@claim(
    source="derived: the curvature 1 - b^2 + b^2 tanh^2(b x)",
    tight={"x": 0},
    mutants={"a tenth more": lambda b: Rational(11, 10) - b**2},
)
def performative_likelihood_strongly_convex(b=Probability(), x=Reals(-20, 20, notable=(0, 1))):
    """A location of two Gaussians 2b apart, b < 1: the loss has a curvature of at least gamma = 1 - b^2, for every x."""
    return Ge(_curvature(b, x), 1 - b**2)


@claim(
    source="derived: the curvature 1 - b^2 + b^2 tanh^2(b x)",
    mutants={"nine tenths": lambda: Rational(9, 10)},
)
def performative_likelihood_smooth(b=Probability(), x=Reals(-20, 20, notable=(0, 5))):
    """Its curvature is at most beta = 1, for every x: so much changes the loss's slope with x, too."""
    return Le(_curvature(b, x), 1)


@claim(
    source=f"derived: an instance of what {PERDOMO} have, as commonly quoted, of any strongly convex loss",
    mutants={"half of it": lambda model, lam, a, d: _global_kappa(model.b, lam) * d / 2},
    unreached={"derivation": "its fit is a root: there is no step in symbols"},
)
def performative_likelihood_global(model=Points(*SOME), lam=Points(2), a=Points(-3, 2), d=Points(1)):
    """A location of two Gaussians 2b apart: starts at -3 and -2, or 2 and 3, come closer by kappa = lam/((1 + lam) (1 - b^2)).

    An instance, at lam = 2 and b = 1/2, of eps beta/gamma from any two starts: gamma = 1 - b^2 and beta = 1 for every x, D is
    lam/(1 + lam)-sensitive.
    """
    one, other = (model.at(lam=lam, start=(x,)).mu(1) for x in (a, a + d))
    return Le(Abs(other - one), _global_kappa(model.b, lam) * d)


@claim(
    source=f"derived: kappa < 1 where lam < (1 - b^2)/b^2; {PERDOMO} and Theorem 1 of Bertrand et al. 2310.00429",
    mutants={"from three on": lambda model: 7 * (1 - model.b**2) / model.b**2},
)
def performative_likelihood_global_more(
    model=Points(*(PairLocation(b, data, 1) for b in (half, Rational(4, 5)) for data in DATA)),
):
    """Up to b = 4/5 repeated risk minimisation allows more than Theorem 1, lam < (1 - b^2)/b^2, and from anywhere."""
    return Gt((1 - model.b**2) / model.b**2, 1 / (2 * model.c))


@claim(
    source=f"derived: c = 1 in the model, (1 - b^2)/b^2 < 1/2; {PERDOMO} and Theorem 1 of Bertrand et al. 2310.00429",
    mutants={"a third of it": lambda model: 1 / (6 * model.c)},
)
def performative_likelihood_global_less(model=Points(inside(PairLocation(Rational(9, 10), Normal(0, 1), 1), 0))):
    """At b = 9/10, data in the model, Theorem 1 allows more than repeated risk minimisation: 1/2, above (1 - b^2)/b^2."""
    return Lt((1 - model.b**2) / model.b**2, 1 / (2 * model.c))
