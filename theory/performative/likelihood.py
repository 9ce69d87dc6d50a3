"""Retraining by maximum likelihood as repeated risk minimisation, for models that are stated by their log-density.

The population loop minimises E -log p_theta(X), X from D(theta') = (data + lam p_theta')/(1 + lam): repeated risk minimisation.
For a location family D is lam/(1 + lam)-sensitive, exactly. With beta, the Lipschitz constant of the score in x, and gamma, the
curvature of the risk at the best fit, (H + lam I)/(1 + lam), the condition eps beta/gamma < 1 reads lam beta < H + lam I. That
is a local form: gamma is no curvature for every x, as the theorem is commonly quoted with; of the losses here none is
strongly convex for every x, and so quoted the theorem says nothing of them.
"""

from __future__ import annotations

from sympy import Ge, Gt, Le, Rational

from ..language.claims import claim
from ..language.domains import Points, Positive
from ..language.laws import Exponential, Laplace, Mixture, Normal
from ..language.likelihood import LikelihoodLoop
from ..stability.models import LogisticLocation, StudentLocation
from .risk import PERDOMO

half = Rational(1, 2)
ONE_WITNESS = {"derivation": "constants of the model are known in balls"}
LOCATIONS = (
    LogisticLocation(Normal(0, 4), 1),
    LogisticLocation(Exponential(1), 1),
    LogisticLocation(Mixture(half, Normal(-2, 1), Normal(2, 1)), 1),
    StudentLocation(3, Normal(0, 3), 1),
    StudentLocation(5, Laplace(0, 1), 1),
)


def kappa(loop: LikelihoodLoop):
    """eps beta/gamma in the local form: lam beta/(H + lam I)."""
    return loop.lam * loop.beta / (loop.H[0, 0] + loop.lam * loop.fisher[0, 0])


@claim(
    source=f"derived: I is at most beta in the exact rate; the condition of {PERDOMO} in a local form, for retraining",
    trivial=1,
    mutants={"with the information for beta, halved": lambda model, lam: model.at(lam=lam).rate / 2},
    unreached=ONE_WITNESS,
)
def performative_likelihood_rate(model=Points(*LOCATIONS), lam=Positive()):
    """The local rate of retraining is at most kappa = lam beta/(H + lam I): the information I is at most beta."""
    loop = model.at(lam=lam)
    return Le(loop.rate, kappa(loop))


@claim(
    source=f"derived: beta - I < 2 c H; {PERDOMO} in a local form, Theorem 1 of Bertrand et al. 2310.00429, as commonly quoted",
    mutants={"ten times as far": lambda model: 10 * model.H[0, 0] / (model.beta - model.fisher[0, 0])},
    unreached=ONE_WITNESS,
)
def performative_likelihood_allows_more(model=Points(*LOCATIONS)):
    """kappa < 1 up to lam = H/(beta - I), which is more than the 1/(2c) of the stability theorem, c = 1 + L eps/alpha."""
    return Gt(model.H[0, 0] / (model.beta - model.fisher[0, 0]), 1 / (2 * model.c))


@claim(
    source=f"the condition of {PERDOMO} in a local form, taken for necessary",
    expected="fails",
    corrected="performative-likelihood-rate",
)
def performative_likelihood_necessary(model=Points(*LOCATIONS), lam=Positive(notable=(10, 100))):
    """The local rate is no less than kappa = lam beta/(H + lam I): retraining converges only where kappa < 1."""
    loop = model.at(lam=lam)
    return Ge(loop.rate, kappa(loop))
