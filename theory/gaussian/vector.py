"""Gaussians in several dimensions, refitted to their own samples: what a direction sees, volume, spectrum, distances."""

from __future__ import annotations

from sympy import Add, And, Eq, Expr, Ge, Integer, Le, Mul, Rational, S, digamma, log, oo, sqrt

from ..language.asked import Demanded
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.fields import Listed, Values, computed
from ..language.functions import c4, nuclear
from ..language.laws import ChiSquare, Noise, Normal
from ..language.loops import Loop, Observable, observable
from ..language.moments import E, Tends
from .common import SHUMAILOV, GaussianLoop, drift


class MultivariateGaussianLoop(Loop):
    """Mean and covariance of a Gaussian in d dimensions, refitted to n > d draws, again and again.

    n: draws of every generation.  d: dimensions, a number.  variances: of the truth, along its axes.
    estimator: of the covariance: "unbiased" (sums of products over n - 1) or "mle" (over n).

    The truth has mean 0 and covariance diag(variances): any other by a shift and a rotation. The fitted covariance is
    D A A' D with D = diag(sqrt(variances)) and A lower triangular with a positive diagonal.
    Observables: a(i, j, t) for i >= j, mu(i, t) in units of D, i, j = 1, ..., d; overlap(t), the trace of the root of
    D Sigma_t D.
    Refuses n <= d (`BadInput`).
    Source: Shumailov et al. 2305.17493.
    """

    n: Integers(2)
    d: Listed(Integers(1))
    variances: Values(Positive, of="d") = computed(lambda given: lambda i: 1)
    estimator: Points("unbiased", "mle") = "unbiased"

    overlap = observable(of=lambda loop, now: nuclear(loop.d, *loop._scaled(now)))  # two of it a W2^2 lacks
    steady = ("d", "variances")

    joint_points = tuple(
        {"n": n, "t": t}
        for n, t in (
            (100, 1),
            (12, 5),
            (100, 10),
            (6, 2),
            (20, 20),
            (12, 0),
            (50, 30),
            (200, 100),
            (8, 15),
            (30, 40),
            (10, 60),
        )
    )

    def together(self) -> list[Demanded]:
        return [(self.n - self.d, True, f"n = {self.n}, d = {self.d}: more points than dimensions are needed")]

    @property
    def divisor(self) -> Expr:
        """What the sums of products are divided by."""
        return self.n - 1 if self.estimator == "unbiased" else self.n

    @property
    def _places(self) -> list[tuple[int, int]]:
        return [(i, j) for i in range(1, self.d + 1) for j in range(1, i + 1)]

    @property
    def state(self) -> tuple[str, ...]:
        return (*(f"a{i}_{j}" for i, j in self._places), *(f"mu{i}" for i in range(1, self.d + 1)))

    @property
    def positive(self) -> frozenset[str]:
        return frozenset(f"a{i}_{i}" for i in range(1, self.d + 1))

    def _scaled(self, now: dict[str, Expr]) -> list[Expr]:
        """The entries of D^2 A, row by row: D Sigma_t D is this matrix times its transpose."""
        sides = range(1, self.d + 1)
        return [self.variances[i - 1] * now.get(f"a{i}_{j}", S.Zero) for i in sides for j in sides]

    def a(self, i, j, t) -> Expr:
        """The entry of A in row i, column j <= i, after t fits; i and j are counted from 1."""
        return Observable(self, f"a{i}_{j}", t)

    def mu(self, i, t) -> Expr:
        """The i-th coordinate of the fitted mean, i = 1, ..., d, in units of the truth's standard deviation."""
        return Observable(self, f"mu{i}", t)

    def log_r(self, i, t) -> Expr:
        """The logarithm of the i-th diagonal entry of the triangular factor."""
        return log(self.a(i, i, t))

    def along(self, v, t) -> Expr:
        """The fitted variance in a direction: v' Sigma_t v."""
        rows = [sqrt(x) * y for x, y in zip(self.variances, v, strict=True)]
        columns = range(1, self.d + 1)
        return Add(*(Add(*(rows[i - 1] * self.a(i, j, t) for i in columns if i >= j)) ** 2 for j in columns))

    def total(self, t) -> Expr:
        """The trace of Sigma_t."""
        return Add(*(self.variances[i - 1] * self.a(i, j, t) ** 2 for i, j in self._places))

    def square(self, t) -> Expr:
        """The trace of the square of Sigma_t."""
        sides, v = range(1, self.d + 1), self.variances
        entries = {
            (i, j): Add(*(self.a(i, k, t) * self.a(j, k, t) for k in range(1, min(i, j) + 1)))
            for i in sides
            for j in sides
        }
        return Add(*(v[i - 1] * v[j - 1] * x**2 for (i, j), x in entries.items()))

    def error(self, t) -> Expr:
        """The squared distance of the fitted mean from the truth's."""
        return Add(*(x * self.mu(i + 1, t) ** 2 for i, x in enumerate(self.variances)))

    def det(self, t) -> Expr:
        """The determinant of Sigma_t, in units of the truth's."""
        return Mul(*(self.a(i, i, t) ** 2 for i in range(1, self.d + 1)))

    def log_det(self, t) -> Expr:
        """The logarithm of det(A A'): of the fitted covariance's determinant over the truth's."""
        return 2 * Add(*(self.log_r(i, t) for i in range(1, self.d + 1)))

    def kl(self, t) -> Expr:
        """KL(model t || truth), which no linear change of coordinates alters."""
        total = Add(*(self.a(i, j, t) ** 2 for i, j in self._places))  # trace and error in units of the truth's axes
        error = Add(*(self.mu(i, t) ** 2 for i in range(1, self.d + 1)))
        return (total + error - self.d - self.log_det(t)) / 2

    def w2_square(self, t) -> Expr:
        """The squared Wasserstein-2 distance of model t from the truth."""
        return self.error(t) + self.total(t) + Add(*self.variances) - 2 * self.overlap(t)

    @property
    def initial(self) -> dict[str, Expr]:
        return {f"a{i}_{j}": Integer(i == j) for i, j in self._places} | {
            f"mu{i}": Integer(0) for i in range(1, self.d + 1)
        }

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Bartlett: sums of products are A T T' A', T triangular with independent normals below chi's."""
        z = {i: Noise(f"Z{i}", Normal(0, 1)) for i in range(1, self.d + 1)}
        T = {(i, j): Noise(f"T{i}_{j}", Normal(0, 1)) for i, j in self._places if i > j}
        T |= {(i, i): sqrt(Noise(f"Q{i}", ChiSquare(self.n - i))) for i in z}
        after = {
            f"a{i}_{j}": Add(*(state[f"a{i}_{k}"] * T[k, j] for k in range(j, i + 1))) / sqrt(self.divisor)
            for i, j in self._places
        }
        for i in z:
            after[f"mu{i}"] = state[f"mu{i}"] + Add(*(state[f"a{i}_{k}"] * z[k] for k in range(1, i + 1))) / sqrt(
                self.n
            )
        return after


def exponent(n, i) -> Expr:
    """psi((n - i)/2) - log((n - 1)/2): how the logarithm of the i-th squared diagonal entry drifts."""
    return digamma((n - i) / 2) - log((n - 1) / 2)


def isotropic(n, d) -> MultivariateGaussianLoop:
    """The loop of n points of N(0, I) in d dimensions."""
    return MultivariateGaussianLoop(n, d)


# ---- what a direction sees ------------------------------------------------------------------------------------------


@claim(
    source="derived (v'Wv of a Wishart matrix is chi-square)",
    mutants={
        "1 + 1/(n-1)": lambda n, v, t: (1 + 1 / (n - 1)) ** t,
        "every axis for itself": lambda n, v, t: (1 + 2 * Add(*(x**4 for x in v)) / (n - 1)) ** t + t / n,
    },
)
def mvn_projection_is_1d_chain(n=Integers(4), v=Points((Rational(3, 5), Rational(4, 5)), (0, 0, 1)), t=Integers(0)):
    """In any direction v the model is the one-dimensional one: E (v'Sigma_t v)^2 is E sigma_t^4 (v'Sigma_0 v)^2 of that."""
    return Eq(E(isotropic(n, len(v)).along(v, t) ** 2), E(GaussianLoop(n).sigma(t) ** 4))


@claim(
    source="derived: v'Wv of a Wishart matrix is chi-square; mean of the chi law",
    mutants={"n - d + 1 degrees of freedom, those of the inverse": lambda n, v, t: c4(n - 1) ** t},
)
def mvn_projection_is_1d_chain_root(
    n=Integers(6, 60), v=Points((Rational(3, 5), Rational(4, 5)), (0, 0, 1)), t=Integers(1, 10)
):
    """And so E sqrt(v'Sigma_t v) = c4(n)^t sqrt(v'Sigma_0 v)."""
    return Eq(E(sqrt(isotropic(n, len(v)).along(v, t))), E(GaussianLoop(n).sigma(t)))


@claim(
    source="derived: the mean of a Wishart matrix",
    mutants={"it decays, by 1 - 1/n": lambda n, variances, t: (1 - 1 / n) ** t * Add(*variances)},
)
def mvn_projection_is_1d_chain_trace(n=Integers(4), variances=Points((1, 4), (3, 1, Rational(1, 2))), t=Integers(0)):
    """The expected trace of the covariance never changes."""
    loop = MultivariateGaussianLoop(n, len(variances), variances)
    return Eq(E(loop.total(t)), Add(*variances))


# ---- volume ---------------------------------------------------------------------------------------------------------


@claim(
    source="derived (Bartlett's decomposition)",
    mutants={
        "1 - i/n": lambda n, d, t: Mul(*(1 - Integer(i) / n for i in range(1, d + 1))) ** t,
        "a dimension less": lambda n, d, t: Mul(*((n - i) / (n - 1) for i in range(1, d))) ** t - t / n**3,
    },
)
def mvn_generalized_variance(n=Integers(6), d=Points(2, 3), t=Integers(0)):
    """The expected determinant of the covariance decays by the product of (n - i)/(n - 1), i = 1, ..., d, a generation."""
    return Eq(E(isotropic(n, d).det(t)), Mul(*((n - i) / (n - 1) for i in range(1, d + 1))) ** t)


@claim(
    source="derived: Bartlett's decomposition, mean of log chi2",
    mutants={"d times the one-dimensional drift": lambda n, d, t: d * t * drift(n - 1)},
)
def mvn_generalized_variance_log(n=Integers(6), d=Points(2, 3, 5), t=Integers(0)):
    """The logarithm of the determinant drifts by the sum over i of psi((n - i)/2) - log((n - 1)/2) a generation."""
    return Eq(E(isotropic(n, d).log_det(t)), t * Add(*(exponent(n, i) for i in range(1, d + 1))))


# ---- the spectrum ---------------------------------------------------------------------------------------------------


@claim(
    source="derived: Bartlett's decomposition, means of log chi2; independent increments: the limit of log(eigenvalue i)/t a. s.",
    mutants={
        "all at the rate of one dimension, and a little": lambda n, i, t: t * (drift(n - 1) / 2 - Rational(1, 100)),
        "n - i + 1 for n - i": lambda n, i, t: t * exponent(n, i - 1) / 2,
    },
)
def mvn_lyapunov_spectrum(n=Integers(6), i=Points(1, 2, 3), t=Integers(0)):
    """Each eigenvalue has its rate: the i-th entry of the QR bookkeeping drifts by (psi((n-i)/2) - log((n-1)/2))/2."""
    return Eq(E(isotropic(n, 3).log_r(i, t)), t * exponent(n, i) / 2)


@claim(
    source="the collapse of one dimension, taken for that of every eigenvalue",
    expected="fails",
    corrected="mvn-lyapunov-spectrum",
)
def mvn_lyapunov_spectrum_isotropic(n=Integers(6, 100), t=Integers(1, 20)):
    """All eigenvalues collapse at the rate of one dimension, the third of three as well."""
    return Eq(E(isotropic(n, 3).log_r(3, t)), t * drift(n - 1) / 2)


# ---- distances from the truth ---------------------------------------------------------------------------------------


@claim(
    source=f"qualitative form in {SHUMAILOV}; bounds derived",
    mutants={
        "3/2 of t/n at first, and more": lambda n, t: {">=": (Rational(3, 2) * t / n + 2) * 5},
        "without the mean": lambda n, t: {"<=": Rational(3, 4) * t / n * 5},
    },
    unreached={
        "derivation": "the root of a matrix is closed under no step",
        "ball": "the root of a matrix is no monomial",
    },
)
def mvn_w2_lower_upper(n=Integers(4, 200, notable=(12, 20)), t=Integers(1, 20, notable=(5,))):
    """E W2^2 is between (t/n + 2 (1 - c4(n)^t)) and (t/n + 2) times tr Sigma_0 (variances 3, 1, 1): its slope is 1/n.

    Of the lower bound one witness, the simulation: the root of a matrix is closed under no step.
    """
    loop = MultivariateGaussianLoop(n, 3, (3, 1, 1))
    distance = E(loop.w2_square(t))
    return And(Ge(distance, (t / n + 2 * (1 - c4(n) ** t)) * 5), Le(distance, (t / n + 2) * 5))


@claim(
    source="derived: the Bures distance of two covariances is at most the sum of their traces",
    mutants={"1/10 for 2": lambda n, variances, t: Add(*variances) / 10},
    tight={"t": oo},
    unreached={"ball": "the root of a matrix is no monomial"},
)
def mvn_w2_lower_upper_slope(n=Integers(4), variances=Points((1, 4), (3, 1, 1)), t=Integers(0)):
    """Beyond what the mean adds, (t/n) tr Sigma_0, E W2^2 never exceeds 2 tr Sigma_0: there is no 3/2 in its slope."""
    loop = MultivariateGaussianLoop(n, len(variances), variances)
    return Le(E(loop.w2_square(t)) - t / n * Add(*variances), 2 * Add(*variances))


@claim(
    source=f"the first fit's risk of {SHUMAILOV}, 3/2 sigma^2/n, as commonly continued to all fits",
    expected="fails",
    corrected="mvn-w2-lower-upper-slope",
)
def mvn_w2_lower_upper_three_halves(n=Integers(4, 100, notable=(12,)), t=Integers(500, 1000)):
    """After many fits, too, E W2^2 is at least (3/2) (t/n) tr Sigma_0 (variances 3, 1, 1)."""
    return Ge(E(MultivariateGaussianLoop(n, 3, (3, 1, 1)).w2_square(t)), Rational(3, 2) * t / n * 5)


@claim(
    source="derived: Bartlett's decomposition, mean of log chi2; E Sigma_t is constant",
    mutants={
        "t d/n: coordinates as independent loops": lambda n, d, t: t * d / n,
        "d one-dimensional loops": lambda n, d, t: d * t / 2 * (1 / n - drift(n - 1)),
    },
)
def mvn_kl_exactly_linear(n=Integers(6), d=Points(2, 3), t=Integers(0)):
    """The expected divergence from the truth grows linearly: E KL = (t/2) (d/n - the sum of d Lyapunov drifts)."""
    return Eq(E(isotropic(n, d).kl(t)), t / 2 * (d / n - Add(*(exponent(n, i) for i in range(1, d + 1)))))


# ---- second moments of the covariance -------------------------------------------------------------------------------


def spread(variances) -> tuple[Expr, Expr]:
    """The trace of the square of the truth's covariance, and the square of its trace."""
    return Add(*(Integer(1) * x**2 for x in variances)), Add(*variances) ** 2


TWO_MODES = "derived: second moments of a Wishart matrix; the two zonal polynomials of degree 2 are eigenfunctions"
SPREADS = Points((1, 4), (3, 1), (2, 1, Rational(1, 2)))


@claim(
    source=TWO_MODES,
    mutants={
        "1 + 2/nu alone": lambda n, variances, t: spread(variances)[0] * (1 + 2 / (n - 1)) ** t,
        "1 + 1/nu alone": lambda n, variances, t: spread(variances)[0] * (1 + 1 / (n - 1)) ** t,
    },
)
def mvn_second_moments_two_mode(n=Integers(4), variances=SPREADS, t=Integers(1)):
    """E tr Sigma_t^2 = ((2a + b) (1 + 2/nu)^t - (b - a) (1 - 1/nu)^t)/3, a = tr Sigma_0^2, b = (tr Sigma_0)^2, nu = n - 1."""
    (a, b), nu = spread(variances), n - 1
    loop = MultivariateGaussianLoop(n, len(variances), variances)
    return Eq(E(loop.square(t)), ((2 * a + b) * (1 + 2 / nu) ** t - (b - a) * (1 - 1 / nu) ** t) / 3)


@claim(
    source=TWO_MODES,
    mutants={
        "constant": lambda variances: spread(variances)[1],
        "1 + 2/nu alone": lambda n, variances, t: spread(variances)[1] * (1 + 2 / (n - 1)) ** t,
    },
)
def mvn_second_moments_two_mode_total(n=Integers(4), variances=SPREADS, t=Integers(1)):
    """E (tr Sigma_t)^2 = ((2a + b) (1 + 2/nu)^t + 2 (b - a) (1 - 1/nu)^t)/3."""
    (a, b), nu = spread(variances), n - 1
    loop = MultivariateGaussianLoop(n, len(variances), variances)
    return Eq(E(loop.total(t) ** 2), ((2 * a + b) * (1 + 2 / nu) ** t + 2 * (b - a) * (1 - 1 / nu) ** t) / 3)


@claim(
    source=TWO_MODES,
    mutants={
        "that of the truth": lambda variances: spread(variances)[1] / spread(variances)[0],
        "2": lambda: Integer(2),
    },
)
def mvn_second_moments_two_mode_ratio(n=Integers(4), variances=SPREADS, t=Integers(0)):
    """One direction takes over: E (tr Sigma_t)^2/E tr Sigma_t^2 tends to 1, that of a covariance of rank one."""
    (a, b), nu = spread(variances), n - 1
    loop = MultivariateGaussianLoop(n, len(variances), variances)
    rate = (b - a) / a * ((nu - 1) / (nu + 2)) ** t
    return Tends(E(loop.total(t) ** 2) / E(loop.square(t)), (t, 0, oo), 1, rate=rate)


@claim(
    source="the growth of one dimension, taken for that of the trace of the square",
    expected="fails",
    corrected="mvn-second-moments-two-mode",
)
def mvn_second_moments_two_mode_single(n=Integers(4), variances=SPREADS, t=Integers(1)):
    """E tr Sigma_t^2 grows by 1 + 2/(n-1) a generation, as E sigma_t^4 does in one dimension."""
    loop = MultivariateGaussianLoop(n, len(variances), variances)
    return Eq(E(loop.square(t)), spread(variances)[0] * (1 + 2 / (n - 1)) ** t)


# ---- fewer points than dimensions -----------------------------------------------------------------------------------


FROZEN = "derived: Sigma_1 = B B' with B of rank n - 1; later fits are those of a Gaussian in n - 1 dimensions"


@claim(
    source=FROZEN,
    mutants={
        "a dimension less": lambda n, t: t * Add(*(exponent(Integer(n), i) for i in range(1, n - 1))),
        "all at the rate of the first": lambda n, t: t * (n - 1) * drift(Integer(n) - 1),
    },
)
def mvn_rank_frozen(n=Points(3, 4, 6), t=Integers(1)):
    """n <= d points: the rank is n - 1 for ever, the logarithm of the volume that is left falls by a finite sum of n - 1 drifts.

    The first fit leaves n - 1 dimensions; on these the model is the truth of a loop with n > n - 1 points, of which this is.
    """
    loop = MultivariateGaussianLoop(n, n - 1)
    return Eq(E(loop.log_det(t)), t * Add(*(exponent(Integer(n), i) for i in range(1, n))))


@claim(
    source="the reading 'with n <= d points every fit loses a dimension'",
    expected="fails",
    corrected="mvn-rank-frozen",
)
def mvn_rank_frozen_lost(n=Points(3, 4), t=Integers(1, 20)):
    """On the n - 1 dimensions that n <= d points leave a later fit has no volume: its rank has fallen."""
    return Le(E(MultivariateGaussianLoop(n, n - 1).det(t)), 0)
