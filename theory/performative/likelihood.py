"""Retraining by maximum likelihood as repeated risk minimisation, for models that are stated by their log-density.

The population loop minimises E -log p_theta(X), X from D(theta') = (data + lam p_theta')/(1 + lam): repeated risk minimisation.
Its constants are computed at the best fit, as those of the stability theorem are: `movement`, how far in W1 p_theta moves with
theta, so that D is lam/(1 + lam) movement-sensitive near it; beta, the Lipschitz constant of the score in x; gamma, the least
curvature of the loss over all x. Of a location these are the constants for all parameters.

As the theorem is commonly quoted it asks for gamma > 0. Of most models here gamma is 0 or below, and so quoted the theorem says
nothing of them. Of `PairLocation` it does, and an instance of it is claimed. In a local form gamma is the curvature of the risk
at the best fit, the least eigenvalue of (H + lam I)/(1 + lam): kappa = lam movement beta/(H + lam I) of one parameter.
"""

from __future__ import annotations

from sympy import Abs, And, Eq, Expr, Ge, Gt, Le, Lt, Rational, Symbol, cosh, log, oo, pi

from ..language.claims import claim
from ..language.domains import Points, Positive, Probability, Reals
from ..language.laws import Binomial, Exponential, Laplace, Logistic, Mixture, Normal, Poisson, Uniform
from ..language.likelihood import LikelihoodLoop
from ..language.moments import W1
from ..language.supports import Parameter
from ..stability.models import (
    INSIDE,
    MISFITS,
    UNBOUNDED,
    LogisticLocation,
    LogisticModel,
    MixtureWeight,
    NaturalGaussian,
    NegativeBinomialModel,
    PoissonModel,
    StudentLocation,
    VonMisesModel,
    inside,
)
from ..stability.plane import FLOWS
from ..stability.theorem import minimiser
from .risk import PERDOMO

half = Rational(1, 2)
LOCATIONS = (
    LogisticLocation(Normal(0, 4), 1),
    LogisticLocation(Exponential(1), 1),
    LogisticLocation(Mixture(half, Normal(-2, 1), Normal(2, 1)), 1),
    StudentLocation(3, Normal(0, 3), 1),
    StudentLocation(5, Laplace(0, 1), 1),
)


WEIGHTS = tuple(MixtureWeight(b, data, 1) for b, data in ((1, Laplace(0, 1)), (2, Normal(0, 4)), (1, Normal(0, 1))))
APART = tuple(inside(MixtureWeight(b, Normal(0, 1), 1), half) for b in (2, 3))
SEVERAL = MISFITS[4:]  # two parameters
COUNTS = NegativeBinomialModel(Mixture(half, Poisson(1), Poisson(5)), 1)


def quoted(loop: LikelihoodLoop):
    """The lam up to which eps beta/gamma is below 1, gamma the least curvature for every x, where that is above 0."""
    return loop.gamma / (loop.movement * loop.beta - loop.gamma)


# ---- the constants --------------------------------------------------------------------------------------------------


@claim(
    source=f"the assumptions of {PERDOMO}, as commonly quoted, but for strong convexity: in a local form",
    mutants={"the risk's curvature is above 10": lambda model: {">": 10}},
)
def performative_likelihood_assumptions(model=Points(*LOCATIONS, *WEIGHTS, *SEVERAL)):
    """Near the best fit D is sensitive by a finite number, the score is Lipschitz in x, and the risk is strongly convex."""
    return And(Lt(model.movement, oo), Lt(model.beta, oo), Gt(model.risk_curvature, 0))


@claim(
    source=f"the assumptions of {PERDOMO} taken for a matter of course in smooth models",
    expected="fails",
    corrected="performative-likelihood-assumptions",
)
def performative_likelihood_assumptions_smooth(
    model=Points(*UNBOUNDED[:3], NaturalGaussian(Laplace(0, 1), 1), FLOWS[0]),
):
    """Every smooth model has a score that is Lipschitz in x: beta is finite.

    It is not, of a Gaussian in any parameters, though in the natural ones Theorem 1 has L = 0.
    """
    return Lt(model.beta, oo)


@claim(
    source="derived: two locations are ordered: W1 is the difference of their means; a share of real data shrinks it",
    mutants={"of the model alone": lambda model, a, d: model.movement * d},
    unreached={"derivation": "how far a model moves is no moment"},
)
def performative_likelihood_sensitivity(model=Points(*LOCATIONS[:3]), a=Reals(-3, 3), d=Positive()):
    """Of a location D is sensitive everywhere as it is at the best fit: W1(D(a), D(a + d)) = lam/(1 + lam) movement d."""
    lam = model.lam
    laws = (Mixture(1 / (1 + lam), model.data, Logistic(mu, 1)) for mu in (a, a + d))
    return Eq(W1(*laws), model.sensitivity * d)


@claim(
    source="derived: the second derivative of log p in a scale is positive in the middle",
    mutants={"below -10": lambda: -10},
)
def performative_likelihood_not_convex(model=Points(*LOCATIONS[3:], *SEVERAL)):
    """Student's location, and models with two parameters: gamma < 0, the loss is not convex for every x.

    As performative prediction is commonly quoted, for losses that are strongly convex for every x, it says nothing of these.
    """
    return Lt(model.gamma, 0)


@claim(
    source=f"the strong convexity that {PERDOMO} ask for, taken for a matter of course where Theorem 1 applies",
    expected="fails",
    corrected="performative-likelihood-not-convex",
)
def performative_likelihood_convex(model=Points(*LOCATIONS[3:], *SEVERAL)):
    """Where the likelihood of the data is concave at the best fit the loss is strongly convex for every x: gamma > 0."""
    return Gt(model.gamma, 0)


# ---- in a local form ------------------------------------------------------------------------------------------------


@claim(
    source=f"derived: I is at most beta in the exact rate; the condition of {PERDOMO} in a local form, for retraining",
    trivial=1,
    mutants={"with the information for beta, halved": lambda model, lam: model.at(lam=lam).rate / 2},
)
def performative_likelihood_rate(model=Points(*LOCATIONS), lam=Positive()):
    """The local rate of retraining is at most kappa = lam beta/(H + lam I): the information I is at most beta."""
    loop = model.at(lam=lam)
    return Le(loop.rate, loop.kappa)


@claim(
    source=f"derived: the norm of I is at most movement beta; the condition of {PERDOMO} in a local form, for retraining",
    trivial=1,
    mutants={"a tenth of the rate": lambda model, lam: model.at(lam=lam).rate / 10},
    unreached={"derivation": "the least eigenvalue of H + lam I has no closed form in lam"},
)
def performative_likelihood_rate_several(model=Points(*SEVERAL), lam=Positive(notable=(1,))):
    """Two parameters: the local rate is at most kappa = lam movement beta over the least eigenvalue of H + lam I."""
    loop = model.at(lam=lam)
    return Le(loop.rate, loop.kappa)


@claim(
    source=f"derived: beta - I < 2 c H; {PERDOMO} in a local form, Theorem 1 of Bertrand et al. 2310.00429, as commonly quoted",
    mutants={"ten times as far": lambda model: 10 * model.H[0, 0] / (model.beta - model.fisher[0, 0])},
)
def performative_likelihood_allows_more(model=Points(*LOCATIONS)):
    """kappa < 1 up to lam = H/(beta - I), which is more than the 1/(2c) of the stability theorem, c = 1 + L eps/alpha."""
    return Gt(model.performative_limit, 1 / (2 * model.c))


@claim(
    source=f"derived: computed constants of {PERDOMO} in a local form, and of Theorem 1 of Bertrand et al. 2310.00429",
    mutants={"ten times as far": lambda model: 10 * model.performative_limit},
)
def performative_likelihood_allows_more_several(model=Points(*SEVERAL, INSIDE[2])):
    """Two parameters, data that misfit: kappa < 1 beyond the 1/(2c) of Theorem 1; for Student's law with data in it, too."""
    return Gt(model.performative_limit, 1 / (2 * model.c))


@claim(
    source=f"derived: computed constants of {PERDOMO} in a local form, and of Theorem 1 of Bertrand et al. 2310.00429",
    mutants={"a hundredth of it": lambda model: 1 / (200 * model.c)},
)
def performative_likelihood_allows_less_several(model=Points(INSIDE[1], VonMisesModel(Uniform(-1, 2), 1), COUNTS)):
    """A logistic law with data in it, a von Mises law, a negative binomial one: Theorem 1 allows more, 1/(2c)."""
    return Lt(model.performative_limit, 1 / (2 * model.c))


@claim(
    source=f"the condition of {PERDOMO} in a local form, taken for necessary",
    expected="fails",
    corrected="performative-likelihood-rate",
)
def performative_likelihood_necessary(model=Points(*LOCATIONS), lam=Positive(notable=(10, 100))):
    """The local rate is no less than kappa = lam beta/(H + lam I): retraining converges only where kappa < 1."""
    loop = model.at(lam=lam)
    return Ge(loop.rate, loop.kappa)


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
    fits = minimiser(model, start, lam)
    return And(*(Eq(getattr(run, name)(1), x) for name, x in zip(model.state, fits, strict=True)))


# ---- the weight of two known components -----------------------------------------------------------------------------


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
    source="derived: of two components, one a shift of the other, W1 is the difference of their means",
    mutants={"as if a location": lambda: {"==": 1}},
    unreached={"derivation": "how far a model moves is no moment"},
)
def performative_likelihood_weight_movement(model=Points(*WEIGHTS, *APART)):
    """The weight of N(-b, 1) beside N(b, 1) at its best fit: the model moves 2b as far as it."""
    return Eq(model.movement, 2 * model.b)


@claim(
    source=f"derived: I is at most 2b beta in the exact rate; the condition of {PERDOMO} in a local form, for retraining",
    trivial=1,
    mutants={"half of the rate": lambda model, lam: model.at(lam=lam).rate / 2},
)
def performative_likelihood_weight_rate(model=Points(*WEIGHTS, *APART), lam=Positive()):
    """A mixture's weight: the local rate of retraining is at most kappa = 2b lam beta/(H + lam I)."""
    loop = model.at(lam=lam)
    return Le(loop.rate, loop.kappa)


@claim(
    source=f"derived: 2b beta = 4b^2, and I < 4; {PERDOMO} in a local form, Theorem 1 of Bertrand et al. 2310.00429, as commonly "
    "quoted",
    mutants={"a fifth of it": lambda model: 1 / (10 * model.c)},
)
def performative_likelihood_weight_less(model=Points(*APART)):
    """The weight of two groups far apart, data in the model: kappa < 1 only up to H/(2b beta - I), below the 1/2 of Theorem 1."""
    return Lt(model.performative_limit, 1 / (2 * model.c))


@claim(
    source=f"that {PERDOMO} allows more for locations, taken for all models",
    expected="fails",
    corrected="performative-likelihood-weight-less",
)
def performative_likelihood_always_more(model=Points(*APART)):
    """Whatever the model is, repeated risk minimisation allows more synthetic data than Theorem 1: kappa < 1 beyond 1/(2c)."""
    return Gt(model.performative_limit, 1 / (2 * model.c))


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
    source="derived: the curvature 1 - b^2 + b^2 tanh^2(b x) is least at 0, highest far out; a location moves as its parameter",
    mutants={"gamma is 1": lambda: {"==": [1, 1, 1]}},
    unreached={"derivation": "least and largest curvatures are no moments"},
)
def performative_likelihood_global_constants(
    model=Points(*(PairLocation(b, data, 1) for b in (half, Rational(9, 10)) for data in DATA)),
):
    """The computed constants of a location of two Gaussians are those of every x: gamma = 1 - b^2, beta = 1, movement = 1."""
    return And(Eq(model.gamma, 1 - model.b**2), Eq(model.beta, 1), Eq(model.movement, 1))


def _contraction(loop: LikelihoodLoop) -> Expr:
    """eps beta/gamma from the computed constants, which are those of every x and every parameter of a location."""
    return loop.sensitivity * loop.beta / loop.gamma


@claim(
    source=f"derived: an instance of what {PERDOMO} have, as commonly quoted, of any strongly convex loss",
    mutants={"half of it": lambda model, lam, a, d: _contraction(model.at(lam=lam)) * d / 2},
    unreached={"derivation": "its fit is a root: there is no step in symbols"},
)
def performative_likelihood_global(model=Points(*SOME), lam=Points(2), a=Points(-3, 2), d=Points(1)):
    """A location of two Gaussians 2b apart: starts at -3 and -2, or 2 and 3, come closer by kappa = lam/((1 + lam) (1 - b^2)).

    An instance, at lam = 2 and b = 1/2, of eps beta/gamma from any two starts: gamma = 1 - b^2 and beta = 1 for every x, D is
    lam/(1 + lam)-sensitive.
    """
    one, other = (model.at(lam=lam, start=(x,)).mu(1) for x in (a, a + d))
    return Le(Abs(other - one), _contraction(model.at(lam=lam)) * d)


@claim(
    source=f"derived: kappa < 1 where lam < (1 - b^2)/b^2; {PERDOMO} and Theorem 1 of Bertrand et al. 2310.00429",
    mutants={"from three on": lambda model: 7 * quoted(model)},
)
def performative_likelihood_global_more(
    model=Points(*(PairLocation(b, data, 1) for b in (half, Rational(4, 5)) for data in DATA)),
):
    """Up to b = 4/5 repeated risk minimisation allows more than Theorem 1, lam < (1 - b^2)/b^2, and from anywhere."""
    return Gt(quoted(model), 1 / (2 * model.c))


@claim(
    source=f"derived: c = 1 in the model, (1 - b^2)/b^2 < 1/2; {PERDOMO} and Theorem 1 of Bertrand et al. 2310.00429",
    mutants={"a third of it": lambda model: 1 / (6 * model.c)},
)
def performative_likelihood_global_less(model=Points(inside(PairLocation(Rational(9, 10), Normal(0, 1), 1), 0))):
    """At b = 9/10, data in the model, Theorem 1 allows more than repeated risk minimisation: 1/2, above (1 - b^2)/b^2."""
    return Lt(quoted(model), 1 / (2 * model.c))
