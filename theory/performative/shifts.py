"""Where the theorem's constants mislead: they depend on the loss, on the parameters and on the norm; the iteration does not."""

from __future__ import annotations

from sympy import (
    Abs,
    And,
    Eq,
    Expr,
    Ge,
    Gt,
    ImmutableMatrix,
    Le,
    Lt,
    Product,
    Rational,
    Symbol,
    erf,
    exp,
    gamma,
    oo,
    pi,
    sqrt,
)

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Nonnegative
from ..language.laws import Exponential, Mixture, Noise, Normal
from ..language.loops import CLOCK, Loop, coordinate
from ..language.matrices import MatrixLoop, MatrixValues, normal_vector, vector
from ..language.moments import W1, E, Limit, Sensitivity
from .risk import NOTABLE, PERDOMO, BernoulliRiskLoop, half

i = Symbol("i", integer=True, positive=True)


class ExponentialRateLoop(Loop):
    """The rate of an exponential law, fitted to infinitely many points: real ones and lam times as many from the model before.

    lam: the ratio of synthetic to real data.
    rate: of the real law.  start: the rate that the loop is handed.  Observables: theta(t), a rate.
    Source: ours: the loop of Bertrand et al. 2310.00429, seen in the setting of Perdomo et al. 2002.06673.
    """

    rate: Positive
    lam: Nonnegative
    start: Positive = 1

    theta = coordinate(r"\theta", positive=True)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """The best fit has the mean of the mixture."""
        return {"theta": (1 + self.lam) / (1 / self.rate + self.lam / state["theta"])}


class LocationScaleRiskLoop(Loop):
    """Squared loss on n draws from N(e1 theta, (s0 + e2 theta)^2): theta becomes their mean.

    start: the parameter that the loop is handed.  Observables: theta(t).
    Source: ours: a law that moves in location and scale, in the setting of Perdomo et al. 2002.06673.
    """

    n: Integers(1)
    e1: Reals
    e2: Reals
    s0: Positive = 1
    start: Reals = 0

    theta = coordinate(r"\theta")

    joint_points = NOTABLE

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        theta = state["theta"]
        spread = (self.s0 + self.e2 * theta) / sqrt(self.n)
        return {"theta": self.e1 * theta + spread * Noise("Z", Normal(0, 1))}


class HistoryRiskLoop(Loop):
    """Squared loss on infinitely many draws from the uniform mixture of all laws so far, D(theta) = N(kappa theta, 1).

    kappa: the slope of the law's mean in theta, the sensitivity.
    The stable point is 0.  start: the parameter that the loop is handed.
    Observables: past(t), the mean of theta(0), ..., theta(t).
    Source: ours: a fit to the history, in the setting of Perdomo et al. 2002.06673; cf. the affine risk minimisers of
    2412.03671.
    """

    kappa: Reals
    start: Reals = 1

    past = coordinate(r"\bar\theta")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"past": self.start}

    def fit(self, past) -> Expr:
        """The mean of the mixture."""
        return self.kappa * past

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        past = state["past"]
        return {"past": (CLOCK * past + self.fit(past)) / (CLOCK + 1)}

    def theta(self, t) -> Expr:
        """The parameter after t fits, t >= 1."""
        return self.fit(self.past(t - 1))


class VectorRiskLoop(MatrixLoop):
    """Squared loss on n draws from N(A theta, 1) in the plane: theta becomes their mean.

    A: two rows of two.  start: the parameter that the loop is handed, a column.  Observables: theta(t), a column.
    Source: ours: a shift by a matrix, in the setting of Perdomo et al. 2002.06673.
    """

    n: Integers(1)
    A: MatrixValues(2, 2)
    start: MatrixValues(2, 1)

    theta = vector(2, r"\theta")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"theta": self.A * state["theta"] + normal_vector("Z", 2) / sqrt(self.n)}


# ---- one iteration, two losses --------------------------------------------------------------------------------------


@claim(
    source="derived: minimum over both means; it is linear in m",
    tight={"u": 0, "p": half, "theta": Rational(1, 3)},
    mutants={"a tenth more": lambda p: Rational(11, 10) * (1 + p) ** 3 / (1 + p**3)},
)
def performative_not_invariant_convexity(
    p=Probability(notable=(half,)), u=Points(0, 1), theta=Probability(notable=(Rational(1, 3),))
):
    """A coin's expected log loss, its mean m in [c, 1 - c], is (c^(1/3) + (1 - c)^(1/3))^3-convex.

    With c = p^3/(1 + p^3) that is (1 + p)^3/(1 + p^3). The convexity is linear in m: its ends are enough, m = c + (1 - 2c) u.
    """
    c = p**3 / (1 + p**3)
    m = c + (1 - 2 * c) * u
    return Ge(m / theta**2 + (1 - m) / (1 - theta) ** 2, (1 + p) ** 3 / (1 + p**3))


@claim(
    source="derived: the slope of the score in the data",
    where=lambda c, theta: And(c < theta, theta < 1 - c),
    needs=["where"],
    mutants={"half of it": lambda c: 1 / (2 * c * (1 - c))},
)
def performative_not_invariant_lipschitz(c=Reals(0, half, notable=(Rational(1, 10),)), theta=Probability()):
    """Its gradient is 1/(theta (1 - theta))-Lipschitz in the data: beta = 1/(c (1 - c))."""
    return Lt(1 / (theta * (1 - theta)), 1 / (c * (1 - c)))


@claim(
    source=f"derived: moment matching; the bound of {PERDOMO} is (beta/gamma) eps",
    where=lambda a0, eps: a0 + eps < 1,
    mutants={
        "kappa of the log loss on [1/4, 3/4]": lambda t, a0, eps, start: (
            a0 / (1 - eps) + (Rational(3, 2) * eps) ** t * (start - a0 / (1 - eps))
        )
    },
)
def performative_not_invariant(n=Integers(1), t=Integers(0), a0=Probability(), eps=Probability(), start=Probability()):
    """Squared and log loss of a coin of probability a0 + eps theta have one minimiser, the mean: the rate is eps for both.

    It is kappa of the squared loss; that of the log loss on [c, 1 - c] is larger by beta/gamma, 3.8 for c = 0.1.
    """
    stable = a0 / (1 - eps)
    return Eq(E(BernoulliRiskLoop(n, a0, eps, start).theta(t)), stable + eps**t * (start - stable))


@claim(
    source="derived: the real part cancels; means of exponential laws",
    where=lambda u, v: u < v,
    mutants={"eps = lam": lambda r, u, v: (1 / r - 1) * (1 / u - 1 / v)},
)
def performative_not_invariant_sensitivity(r=Probability(), u=Positive(notable=(1, half)), v=Positive(notable=(2,))):
    """Exponential models of rates u < v beside a share r of real data: W1 = (1 - r) (1/u - 1/v), at most (1 - r) (v - u)/u^2."""
    laws = (Mixture(r, Normal(0, 1), Exponential(1 / rate)) for rate in (u, v))
    return Eq(W1(*laws), (1 - r) * (1 / u - 1 / v))


@claim(
    source="derived: moment matching",
    mutants={"a^(2t)": lambda rate, lam, start, t: (lam / (1 + lam)) ** (2 * t) * (1 / start - 1 / rate)},
)
def performative_not_invariant_mean(rate=Positive(), lam=Positive(), start=Positive(), t=Integers(0)):
    """Its mean 1/theta contracts by a = lam/(1 + lam), from anywhere."""
    loop = ExponentialRateLoop(rate, lam, start)
    return Eq(1 / loop.theta(t) - 1 / rate, (lam / (1 + lam)) ** t * (1 / start - 1 / rate))


@claim(
    source="derived: chain rule",
    mutants={"a": lambda lam: lam / (1 + lam)},
)
def performative_not_invariant_rate(
    rate=Positive(notable=(Rational(6, 5),)), lam=Positive(notable=(half,)), start=Positive()
):
    """In the rate itself the map has the slope a (G/theta)^2: below a on one side of the fixed point, above on the other."""
    after = ExponentialRateLoop(rate, lam, start).theta(1)
    return Eq(Sensitivity(E(after), start), lam / (1 + lam) * (E(after) / start) ** 2)


@claim(
    source="kappa < 1, taken for necessary",
    where=lambda v, lam: lam * v**2 > 1 + lam,
    expected="fails",
    corrected="performative-not-invariant-mean",
)
def performative_not_invariant_diverges(v=Reals(1, 10, notable=(2,)), lam=Positive(notable=(half,))):
    """Exponential models of rates in [1, v]: where kappa = a v^2 exceeds 1 the error of the rate grows."""
    start = 1 + (v - 1) / 2
    return Ge(Abs(E(ExponentialRateLoop(1, lam, start).theta(1)) - 1), start - 1)


# ---- a law that moves and widens ------------------------------------------------------------------------------------


@claim(
    source="derived: a folded normal mean",
    mutants={"W2's constant": lambda e1, e2: sqrt(e1**2 + e2**2)},
)
def performative_location_scale_sensitivity_mean(e1=Reals(-5, 5, notable=(half, 1)), e2=Positive(notable=(half, 1))):
    """E |e1 + e2 Z| = e2 sqrt(2/pi) exp(-e1^2/(2 e2^2)) + e1 erf(e1/(e2 sqrt 2))."""
    return Eq(E(Abs(e1 + e2 * Noise("Z", Normal(0, 1)))), _sensitivity(e1, e2))


def _sensitivity(e1, e2) -> Expr:
    """E |e1 + e2 Z|, Z standard normal: how far the data move in W1 while the parameter moves by 1."""
    return e2 * sqrt(2 / pi) * exp(-(e1**2) / (2 * e2**2)) + e1 * erf(e1 / (e2 * sqrt(2)))


@claim(
    source="derived: the coupling by a common Z is monotone, so it is optimal",
    where=lambda s0, e2, x, y: And(s0 + e2 * x > 0, s0 + e2 * y > 0, x < y),
    mutants={"W2's constant": lambda e1, e2, x, y: (y - x) * sqrt(e1**2 + e2**2)},
    unreached={"derivation": "an integral between two distribution functions without a closed form"},
)
def performative_location_scale_sensitivity(
    s0=Positive(),
    e1=Reals(-5, 5, notable=(half, 1)),
    e2=Positive(hi=5, notable=(half, 1)),
    x=Reals(-2, 2),
    y=Reals(-2, 2, notable=(1,)),
):
    """D(theta) = N(e1 theta, (s0 + e2 theta)^2) is E|e1 + e2 Z|-Lipschitz in W1, with equality for any two parameters."""
    laws = (Normal(e1 * theta, (s0 + e2 * theta) ** 2) for theta in (x, y))
    return Eq(W1(*laws), (y - x) * _sensitivity(e1, e2))


@claim(
    source="derived: the mean of the law is the minimiser",
    mutants={"the sensitivity": lambda e1, e2, start: _sensitivity(e1, e2) * start},
)
def performative_location_scale_sensitivity_rate(
    n=Integers(1), t=Integers(0), e1=Reals(-2, 2), e2=Positive(hi=2), s0=Positive(), start=Reals(-5, 5)
):
    """Squared loss sees the mean only, and contracts by |e1|, however fast the law widens."""
    return Eq(E(LocationScaleRiskLoop(n, e1, e2, s0, start).theta(t)), e1**t * start)


@claim(
    source="derived: Jensen's inequality",
    mutants={"twice": lambda e1: 2 * e1},
)
def performative_location_scale_sensitivity_loose(e1=Positive(), c=Reals(half, 5, notable=(1,))):
    """The theorem's factor E|e1 + e2 Z| is above the true one e1: by a sixth for e2 = e1.

    Here e2 = c e1 with c > 1/2: where the law widens little the two are not told apart.
    """
    return Gt(E(Abs(e1 + c * e1 * Noise("Z", Normal(0, 1)))), e1)


@claim(
    source="kappa < 1, taken for necessary",
    where=lambda e1, e2: e1**2 + e2**2 * 2 / pi > Rational(3, 2),
    expected="fails",
    corrected="performative-location-scale-sensitivity-rate",
)
def performative_location_scale_sensitivity_diverges(
    n=Integers(1), e1=Reals(0, 1, notable=(Rational(9, 10),)), e2=Positive(hi=5, notable=(2,)), start=Positive()
):
    """Where the sensitivity exceeds 1 the expected error grows."""
    return Ge(E(LocationScaleRiskLoop(n, e1, e2, 1, start).theta(1)), start)


# ---- all laws so far ------------------------------------------------------------------------------------------------


@claim(
    source="derived: a recursion of first order in the mean of the past (cf. affine risk minimisers, 2412.03671)",
    mutants={
        "kappa^t": lambda kappa, start, t: kappa**t * start,
        "one factor less": lambda kappa, start, t: start * kappa / t * Product(1 + kappa / i, (i, 1, t - 2)),
    },
)
def performative_history_averaging(kappa=Reals(-10, 10), start=Reals(-5, 5), t=Integers(1)):
    """Trained on all laws so far: the error is (kappa/t) (1 + kappa) (1 + kappa/2) ... (1 + kappa/(t - 1)) of the first."""
    return Eq(HistoryRiskLoop(kappa, start).theta(t), start * kappa / t * Product(1 + kappa / i, (i, 1, t - 1)))


@claim(
    source="derived: the product in gamma functions",
    mutants={"kappa^t": lambda kappa, t: kappa**t},
)
def performative_history_averaging_gamma(kappa=Positive(notable=(half, Rational(9, 10))), t=Integers(1, notable=(20,))):
    """For kappa > 0 that is kappa G(t + kappa)/(G(1 + kappa) t!): it falls like t^(kappa - 1), if kappa < 1."""
    return Eq(HistoryRiskLoop(kappa).theta(t), kappa * gamma(t + kappa) / (gamma(1 + kappa) * gamma(t + 1)))


@claim(
    source="derived: Gautschi's inequality",
    mutants={"t^(kappa - 1) for a whole": lambda kappa, t: kappa / (2 * t)},
    unreached={"derivation": "no certificate for powers with an exponent that varies"},
)
def performative_history_averaging_converges(
    kappa=Probability(notable=(half, Rational(9, 10))), t=Integers(1, 1000, notable=(20,))
):
    """For 0 < kappa < 1 it converges slowly: the error is at most kappa t^(kappa - 1)/G(1 + kappa).

    One witness: nothing is random, and no certificate is known for powers with an exponent that varies.
    """
    return Le(HistoryRiskLoop(kappa).theta(t), kappa * t ** (kappa - 1) / gamma(1 + kappa))


@claim(
    source="derived: the step of an induction; the sum of 1/(t + 1) has no bound",
    where=lambda kappa, t: t + kappa > 0,
    unreached={"derivation": "no certificate for an exponential against a ratio of products"},
    mutants={"twice as fast": lambda kappa, t: exp(-2 * (1 - kappa) / (t + 1)) * Abs(HistoryRiskLoop(kappa).theta(t))},
)
def performative_history_averaging_negative(
    kappa=Reals(-10, 1, notable=(Rational(-3, 2), half)), t=Integers(1, notable=(20,))
):
    """It converges for kappa < -1, too, where plain repeated risk minimisation explodes.

    From t > -kappa on a generation leaves exp(-(1 - kappa)/(t + 1)) of the error, at most.
    """
    loop = HistoryRiskLoop(kappa)
    return Le(Abs(loop.theta(t + 1)), exp(-(1 - kappa) / (t + 1)) * Abs(loop.theta(t)))


@claim(
    source="derived: a factor of the product is 0",
    mutants={"at once": lambda: Rational(1, 10)},
)
def performative_history_averaging_exact(k=Points(1, 2, 3), t=Integers(0)):
    """For kappa = -k, a whole number, the error is exactly 0 after k + 1 steps."""
    return Eq(HistoryRiskLoop(-k).theta(t + k + 1), 0)


@claim(
    source="the rate of plain repeated risk minimisation",
    expected="fails",
    corrected="performative-history-averaging",
)
def performative_history_averaging_geometric(kappa=Reals(0, 1, notable=(half,)), t=Integers(2, 100, notable=(20,))):
    """Trained on all laws so far the error shrinks by kappa a generation."""
    return Le(HistoryRiskLoop(kappa).theta(t), kappa**t)


# ---- shifts that are not normal -------------------------------------------------------------------------------------


def _sheared(n, a, k, x, y) -> VectorRiskLoop:
    """Two parameters, of which the second moves the first: the matrix of the shift is ((a, k), (0, a))."""
    return VectorRiskLoop(n, ImmutableMatrix([[a, k], [0, a]]), ImmutableMatrix([x, y]))


@claim(
    source="derived: powers of a triangular matrix",
    mutants={"t k": lambda a, k, x, y, t: a**t * x + t * k * a**t * y},
)
def performative_nonnormal_shift(
    n=Integers(1),
    a=Probability(notable=(half,)),
    k=Reals(-20, 20, notable=(2, 10)),
    x=Reals(),
    y=Reals(),
    t=Integers(1),
):
    """D(theta) = N(A theta, 1), A = ((a, k), (0, a)): the error's first entry is a^t x + t k a^(t - 1) y, the second a^t y."""
    return Eq(E(_sheared(n, a, k, x, y).theta(t)[0]), a**t * x + t * k * a ** (t - 1) * y)


@claim(
    source="derived: powers of a triangular matrix",
    mutants={"half is left": lambda x: x / 2},
)
def performative_nonnormal_shift_converges(
    n=Integers(1), a=Probability(), k=Reals(-20, 20), x=Reals(), y=Reals(), t=Integers(1)
):
    """It converges whenever the spectral radius a is below 1, however large kappa = ||A|| > |k| is."""
    return Limit(E(_sheared(n, a, k, x, y).theta(t)[0]), (t, oo), 0)


@claim(
    source="derived: powers of a triangular matrix",
    mutants={"twice as much": lambda k: 2 * k},
)
def performative_nonnormal_shift_growth(n=Integers(1), a=Probability(), k=Reals(1, 20, notable=(2, 10))):
    """For a while the error grows by kappa: from (0, 1) the first step leads further away than k."""
    return Ge(E(_sheared(n, a, k, 0, 1).theta(1)[0]), k)


@claim(
    source="kappa < 1, taken for necessary",
    expected="fails",
    corrected="performative-nonnormal-shift-converges",
)
def performative_nonnormal_shift_diverges(n=Integers(1), a=Probability(notable=(half,)), k=Reals(2, 20, notable=(10,))):
    """Where kappa = ||A|| exceeds 1 the error grows for ever: after 100 generations it is larger than at the start."""
    return Ge(E(_sheared(n, a, k, 0, 1).theta(100)[0]), 1)
