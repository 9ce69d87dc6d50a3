"""Filters that are not sure: the confidence of a classifier, an imperfect verifier."""

from __future__ import annotations

from sympy import And, Eq, Expr, Gt, Integer, Lambda, Le, Lt, Rational, Symbol, exp, log, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Between, Listed
from ..language.laws import Binomial, Finite, Noise, Normal, Tilted
from ..language.loops import Loop, coordinate, observable
from ..language.moments import E, Tends, Var
from ..proof.arithmetic.programs import to_ball
from ..proof.formulas import above, formula, least
from .common import FilteredLoop, half, tail

# ---- a classifier, a verifier ---------------------------------------------------------------------------------------


class ConfidenceLoop(Loop):
    """A class N(mu, 1), the other being N(-mu, 1), is filtered: a draw is kept with the Bayes classifier's confidence.

    Observables: draw(t); confidence(t), that in a fresh draw; power(t), of the confidence in the density of model t.
    Source: ours: the confidence of a classifier as a weight, as in Ferbach et al. 2407.09499, on two Gaussian classes.
    """

    mu: Reals

    power = coordinate()  # model t has the density of model 0 times the confidence to this power
    steady = ("mu",)

    def sure(self, x) -> Expr:
        """The probability of the class at x."""
        return 1 / (1 + exp(-2 * self.mu * x))

    def confidence(self, t) -> Expr:
        """That of the Bayes classifier in a fresh draw from model t, between 0 and 1."""
        return self.sure(self.draw(t))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"power": Integer(0)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"power": state["power"] + 1}

    def emit(self, state: dict[str, Expr], index) -> Expr:
        x = Symbol("x", real=True)
        return Noise(f"X{index}", Tilted(Normal(self.mu, 1), Lambda(x, self.sure(x) ** state["power"])))

    def slope(self, at, t) -> Expr:
        """The derivative of the log density of model t at a place."""
        x = Symbol("x", real=True)
        start = Normal(self.mu, 1).density(x)
        return (start.diff(x) / start + t * log(self.sure(x)).diff(x)).subs(x, at)


class PrunedEstimatorLoop(Loop):
    """A linear classifier, sum of y x over the samples that a verifier keeps; time is the number of samples seen.

    x = y m e + N(0, I), e a unit vector in d dimensions; a label is wrong with probability p; the verifier keeps right
    ones with probability phi, wrong ones with psi.
    p, phi, psi: these probabilities.  m: half the distance of the classes.  d: dimensions.
    Observables: along(t), across(t), the sum's coordinates along e and along another axis; accuracy(t), its test accuracy.
    Source: Feng et al. 2406.07515.
    """

    p: Between(0, 1)
    phi: Between(0, 1)
    psi: Between(0, 1)
    m: Reals = 1
    d: Integers(2) = 2

    along = coordinate()
    across = coordinate()
    accuracy = observable()

    joint_points = tuple({"t": t} for t in (10, 1, 0, 50))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"along": Integer(0), "across": Integer(0)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        wrong = Noise("W", Binomial(1, self.p))
        kept = (1 - wrong) * Noise("R", Binomial(1, self.phi)) - wrong * Noise("F", Binomial(1, self.psi))
        z, other = Noise("Z", Normal(0, 1)), Noise("Y", Normal(0, 1))
        return {"along": state["along"] + kept * (self.m + z), "across": state["across"] + kept * other}


# ---- the confidence of a classifier ---------------------------------------------------------------------------------


@claim(
    source="derived: Stein's identity",
    mutants={"a round later": lambda mu, t: (E(ConfidenceLoop(mu).draw(t)) - mu) / (2 * mu * (t + 1))},
    unreached={"derivation": "an integral of powers of the logistic function without a closed form"},
)
def filter_classifier_confidence(mu=Reals(half, 2, notable=(1,)), t=Integers(1, 30, notable=(1, 5))):
    """What confidence lacks of 1 is (mean - mu)/(2 mu t) exactly, of order log(t)/t and not 1/t.

    Stein's identity: E (X - mu) = t E (log f)'(X). SymPy has no form for these integrals.
    """
    loop = ConfidenceLoop(mu)
    return Eq(1 - E(loop.confidence(t)), (E(loop.draw(t)) - mu) / (2 * mu * t))


@claim(
    source="derived: the tilt by an increasing function moves the mean upwards",
    mutants={"by 0.3": lambda mu, t: E(ConfidenceLoop(mu).draw(t)) + Rational(3, 10)},
    unreached={"derivation": "an integral of powers of the logistic function without a closed form"},
)
def filter_classifier_confidence_drift(mu=Reals(half, 2, notable=(1,)), t=Integers(0, 30, notable=(0, 1, 5))):
    """The class mean drifts away with every round: the confidence has no maximum, and p_t converges to nothing."""
    loop = ConfidenceLoop(mu)
    return Gt(E(loop.draw(t + 1)), E(loop.draw(t)))


@claim(
    source="derived: the tilt of a Gaussian by a log-concave factor",
    mutants={"a half": lambda mu, t: half},
    unreached={"derivation": "an integral of powers of the logistic function without a closed form"},
)
def filter_classifier_confidence_variance(mu=Reals(half, 2, notable=(1,)), t=Integers(1, 30, notable=(1, 10))):
    """The class gets narrower: its variance falls below 1."""
    return Lt(Var(ConfidenceLoop(mu).draw(t)), 1)


@claim(
    source="derived: the equation of the mode, Lambert's W",
    mutants={"half of it": lambda mu, w: {">": -exp(-w - 2 * mu**2) * w / (4 * mu)}},
)
def filter_classifier_confidence_mode(mu=Points(half, 1, 2), w=Reals(Rational(1, 10), 20, notable=(1, 5))):
    """The mode of p_t is just below mu + w/(2 mu), w e^w = 4 mu^2 t e^(-2 mu^2): it goes as log(t)/(2 mu).

    There the log density falls, by less than e^(-w - 2 mu^2) w/(2 mu), and its slope falls by 1 at least: nor is the mode
    farther away than that. (No draws: an identity of densities.)
    """
    slope = ConfidenceLoop(mu).slope(mu + w / (2 * mu), w * exp(w + 2 * mu**2) / (4 * mu**2))
    return And(Lt(slope, 0), Gt(slope, -exp(-w - 2 * mu**2) * w / (2 * mu)))


@claim(
    source="the limit, taken to be the class",
    expected="fails",
    corrected="filter-classifier-confidence-drift",
)
def filter_classifier_confidence_class(mu=Reals(half, 2, notable=(1,)), t=Integers(1, 30, notable=(10,))):
    """Filtering by confidence leaves the class N(mu, 1) in place."""
    return Eq(E(ConfidenceLoop(mu).draw(t)), mu)


@claim(
    source="the rate of rewards with a maximum",
    expected="fails",
    corrected="filter-classifier-confidence",
)
def filter_classifier_confidence_harmonic(t=Points(100)):
    """The gap to confidence 1 shrinks as 1/t: t times it is no larger at t = 100 than at t = 10."""
    loop = ConfidenceLoop(1)
    return Le(t * (1 - E(loop.confidence(t))), 10 * (1 - E(loop.confidence(10))))


# ---- an imperfect verifier ------------------------------------------------------------------------------------------


@formula(claim="filter-verifier-threshold-accuracy")
def verified_accuracy(p: Probability, phi: Probability, psi: Probability) -> Expr:
    """The share of right labels after one round of pruning: p of them are wrong, phi of right ones are kept, psi of wrong ones.

    Source: Bayes' rule.
    """
    return (1 - p) * phi / ((1 - p) * phi + p * psi)


@formula(claim="filter-verifier-threshold-rounds", where=lambda phi, psi: psi < phi)
def rounds(
    accuracy: Listed(Probability), p: Listed(Probability), phi: Listed(Probability), psi: Listed(Probability)
) -> Integer:
    """How many independent verifications leave at least this share of right labels; p, phi, psi as of `verified_accuracy`.

    Source: the inverse of the odds (1 - p)/p (phi/psi)^t, by Bayes' rule.
    """
    odds, gain, wanted = (1 - p) / p, phi / psi, accuracy / (1 - accuracy)
    return least(
        lambda t: above(lambda: to_ball(odds) * to_ball(gain) ** t - to_ball(wanted), lambda: odds * gain**t == wanted),
        0,
    )


def pruned(p, phi, psi) -> FilteredLoop:
    """Labels, right or wrong with probability p, of which a verifier keeps phi and psi."""
    return FilteredLoop(Finite((1 - p, p)), (phi, psi))


@claim(
    source="Feng et al. 2406.07515 (threshold)",
    where=lambda p, phi, psi: p < phi / (phi + psi),
    needs=["where"],
    mutants={"two thirds": lambda p, phi, psi: Rational(2, 3)},
)
def filter_verifier_threshold(
    p=Probability(notable=(Rational(3, 5), Rational(3, 10))),
    phi=Probability(notable=(Rational(4, 5),)),
    psi=Probability(notable=(Rational(2, 5),)),
):
    """Pruning leaves a right majority if fewer than p* = phi/(phi + psi) of the labels are wrong."""
    return Gt(pruned(p, phi, psi).mass(1, 0), half)


@claim(
    source="Feng et al. 2406.07515 (threshold)",
    where=lambda p, phi, psi: p > phi / (phi + psi),
    needs=["where"],
    mutants={"a third": lambda p, phi, psi: Rational(1, 3)},
)
def filter_verifier_threshold_above(
    p=Probability(notable=(Rational(7, 10), Rational(9, 10))),
    phi=Probability(notable=(Rational(4, 5),)),
    psi=Probability(notable=(Rational(2, 5),)),
):
    """Beyond p* = phi/(phi + psi) the majority of what is kept is wrong."""
    return Lt(pruned(p, phi, psi).mass(1, 0), half)


@claim(source="derived: Bayes' rule", mutants={"unweighted": lambda p, phi, psi: 1 - p * psi})
def filter_verifier_threshold_accuracy(
    p=Probability(notable=(Rational(3, 10),)),
    phi=Probability(notable=(Rational(4, 5),)),
    psi=Probability(notable=(Rational(2, 5),)),
):
    """After pruning (1 - p) phi/((1 - p) phi + p psi) of the labels are right."""
    return Eq(pruned(p, phi, psi).mass(1, 0), verified_accuracy(p, phi, psi))


@claim(
    source="derived: Bayes' rule, in odds",
    mutants={"a round fewer": lambda p, phi, psi, t: (1 - p) / p * (phi / psi) ** (t - 1)},
)
def filter_verifier_threshold_rounds(p=Probability(), phi=Probability(), psi=Probability(), t=Integers(0)):
    """Every independent verification multiplies the odds of a right label by phi/psi."""
    loop = pruned(p, phi, psi)
    return Eq(loop.mass(t, 0) / loop.mass(t, 1), (1 - p) / p * (phi / psi) ** t)


@claim(
    source="derived: Bayes' rule",
    where=lambda phi, psi: phi > psi,
    needs=["where"],
    mutants={"by a half": lambda p, phi, psi: (3 - p) / 3},
)
def filter_verifier_threshold_improves(
    p=Probability(notable=(Rational(3, 10),)),
    phi=Probability(notable=(Rational(1, 5),)),
    psi=Probability(notable=(Rational(1, 10),)),
):
    """Pruning raises the accuracy as soon as right labels are kept more often than wrong ones, phi > psi."""
    return Gt(pruned(p, phi, psi).mass(1, 0), 1 - p)


@claim(
    source="derived: the mean of a kept point along the classes",
    mutants={"as if nothing were pruned": lambda p, phi, psi, m, t: t * m * (1 - 2 * p)},
)
def filter_verifier_threshold_signal(
    p=Probability(), phi=Probability(), psi=Probability(), m=Positive(notable=(1, 2)), t=Integers(0)
):
    """The pruned estimator points along the classes with t |mu| A, A = (1 - p) phi - p psi: its sign turns at p*."""
    return Eq(E(PrunedEstimatorLoop(p, phi, psi, m).along(t)), t * m * ((1 - p) * phi - p * psi))


@claim(
    source="derived: the variance of a kept point along another axis",
    mutants={"A for B": lambda p, phi, psi, t: t * ((1 - p) * phi - p * psi)},
)
def filter_verifier_threshold_noise(p=Probability(), phi=Probability(), psi=Probability(), t=Integers(0)):
    """Its noise along any other axis has the variance t B, B = (1 - p) phi + p psi: the share that is kept."""
    return Eq(E(PrunedEstimatorLoop(p, phi, psi).across(t) ** 2), t * ((1 - p) * phi + p * psi))


@claim(
    source="derived: law of large numbers along and across the classes; the rate's constant is a choice (about 0.06 is measured)",
    mutants={"labels as good as right": lambda p, m, d: 1 - tail(m**2 / sqrt(m**2 + Rational(1, 10)))},
    unreached={
        "derivation": "the accuracy is no coordinate of the state",
        "ball": "a fit to finitely many points is drawn, not integrated",
    },
)
def filter_verifier_threshold_finite_ratio(
    p=Points(Rational(3, 10), Rational(9, 10)), m=Points(1, 2), d=Integers(2, notable=(10, 4))
):
    """With 10 d samples in d dimensions test accuracy tends to Phi(m^2 A/sqrt(A^2 m^2 + B/10)), m = |mu|.

    Here phi = 4/5, psi = 2/5. Only the fit to points has this accuracy: it is sampled, and there is no second witness.
    """
    phi, psi = Rational(4, 5), Rational(2, 5)
    A, B = (1 - p) * phi - p * psi, (1 - p) * phi + p * psi
    limit = 1 - tail(m**2 * A / sqrt(A**2 * m**2 + B / 10))
    return Tends(E(PrunedEstimatorLoop(p, phi, psi, m, d).accuracy(10 * d)), (d, 2, oo), limit, rate=1 / (10 * d))


@claim(
    source="the verifier ignored",
    expected="fails",
    corrected="filter-verifier-threshold",
    where=lambda p: p > half,
)
def filter_verifier_threshold_half(p=Probability(notable=(Rational(3, 5),)), phi=Points(Rational(4, 5))):
    """Where more than half of the labels are wrong, pruning leaves a wrong majority; here psi = 2/5."""
    return Lt(pruned(p, phi, Rational(2, 5)).mass(1, 0), half)


@claim(
    source="a plausible condition",
    expected="fails",
    corrected="filter-verifier-threshold-improves",
    where=lambda p, phi, psi: (1 - p) * phi + p * (1 - psi) < 1 - p,
)
def filter_verifier_threshold_better_than_generator(
    p=Probability(notable=(Rational(3, 10),)),
    phi=Probability(notable=(Rational(1, 5),)),
    psi=Probability(notable=(Rational(1, 10),)),
):
    """A verifier that is right less often than the generator does not raise the accuracy."""
    return Le(pruned(p, phi, psi).mass(1, 0), 1 - p)
