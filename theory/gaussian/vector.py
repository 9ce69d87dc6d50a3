"""Gaussians in several dimensions, refitted to their own samples: what a direction sees, volume, spectrum, distances."""

# pyright: reportOperatorIssue=false, reportArgumentType=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# (a claim's parameters receive symbols; their defaults are domains)

from __future__ import annotations

from sympy import Add, And, Eq, Expr, Ge, Gt, Integer, Le, Mul, Rational, Tuple, digamma, log, polygamma, sqrt, sympify

from ..language.claims import claim
from ..language.domains import Integers, Points
from ..language.functions import c4
from ..language.laws import ChiSquare, Noise, Normal
from ..language.loops import Loop, Observable
from ..language.moments import E, Var
from .common import SHUMAILOV, GaussianLoop, drift


class MultivariateGaussianLoop(Loop):
    """Mean and covariance (divisor n - 1) of a Gaussian in d dimensions, refitted to n > d draws, again and again.

    The truth has mean 0 and covariance diag(variances): any other by a shift and a rotation. The fitted covariance is
    D A A' D with D = diag(sqrt(variances)) and A lower triangular with a positive diagonal.
    Observables: a(i, j, t) for i >= j, mu(i, t) in units of D, i, j = 1, ..., d; overlap(t), the trace of the root of
    D Sigma_t D.
    """

    positive: frozenset[str]
    joint_points = tuple(
        {"n": n, "t": t} for n, t in ((12, 5), (12, 0), (6, 1), (12, 1), (20, 10), (100, 10), (8, 2), (100, 1))
    )

    def __new__(cls, n, d, variances=None):
        given = Tuple(*((1,) * int(d) if variances is None else variances))
        if len(given) != d:
            raise ValueError(f"{len(given)} variances in {d} dimensions")
        return Loop.__new__(cls, sympify(n), sympify(d), given)

    n = property(lambda self: self.args[0])
    d = property(lambda self: int(self.args[1]))
    variances = property(lambda self: self.args[2])

    def refuses(self) -> str | None:
        if not (self.n.is_Integer and self.n > self.d >= 1):
            return f"n = {self.n}, d = {self.d}: more points than dimensions are needed"
        return None if all(x.is_positive for x in self.variances) else f"variances {self.variances}: not all positive"

    @property
    def _places(self) -> list[tuple[int, int]]:
        return [(i, j) for i in range(1, self.d + 1) for j in range(1, i + 1)]

    @property
    def state(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*(f"a{i}_{j}" for i, j in self._places), *(f"mu{i}" for i in range(1, self.d + 1)))

    @property
    def positive(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset({*(f"a{i}_{i}" for i in range(1, self.d + 1)), "overlap"})

    def a(self, i, j, t) -> Expr:
        return Observable(self, f"a{i}_{j}", t)

    def mu(self, i, t) -> Expr:
        return Observable(self, f"mu{i}", t)

    def overlap(self, t) -> Expr:
        """The trace of the root of D Sigma_t D, 2 of which a W2^2 lacks."""
        return Observable(self, "overlap", t)

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

    def error(self, t) -> Expr:
        """The squared distance of the fitted mean from the truth's."""
        return Add(*(x * self.mu(i + 1, t) ** 2 for i, x in enumerate(self.variances)))

    def det(self, t) -> Expr:
        """The determinant of Sigma_t, in units of the truth's."""
        return Mul(*(self.a(i, i, t) ** 2 for i in range(1, self.d + 1)))

    def log_det(self, t) -> Expr:
        return 2 * Add(*(self.log_r(i, t) for i in range(1, self.d + 1)))

    def kl(self, t) -> Expr:
        """KL(model t || truth), which no linear change of coordinates alters."""
        unit = self.func(self.n, self.d)
        return (unit.total(t) + unit.error(t) - self.d - unit.log_det(t)) / 2

    def w2_square(self, t) -> Expr:
        """The squared Wasserstein-2 distance of model t from the truth."""
        return self.error(t) + self.total(t) + Add(*self.variances) - 2 * self.overlap(t)

    @property
    def initial(self) -> dict[str, Expr]:
        return {f"a{i}_{j}": Integer(i == j) for i, j in self._places} | {
            f"mu{i}": Integer(0) for i in range(1, self.d + 1)
        }

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Bartlett: a sample covariance is A T T' A'/(n - 1), T triangular with independent normals below chi's."""
        z = {i: Noise(f"Z{i}", Normal(0, 1)) for i in range(1, self.d + 1)}
        T = {(i, j): Noise(f"T{i}_{j}", Normal(0, 1)) for i, j in self._places if i > j}
        T |= {(i, i): sqrt(Noise(f"Q{i}", ChiSquare(self.n - i))) for i in z}
        after = {
            f"a{i}_{j}": Add(*(state[f"a{i}_{k}"] * T[k, j] for k in range(j, i + 1))) / sqrt(self.n - 1)
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
    return MultivariateGaussianLoop(n, d)


# ---- what a direction sees ------------------------------------------------------------------------------------------


@claim(
    source="derived (v'Wv of a Wishart matrix is chi-square)",
    mutants={"n - d + 1 degrees of freedom, those of the inverse": lambda n, v, t: c4(n - 1) ** t},
)
def mvn_projection_is_1d_chain(
    n=Integers(4), v=Points((Rational(3, 5), Rational(4, 5)), (0, 0, 1), (1, 0, 0)), t=Integers(0)
):
    """In any direction v the model is exactly the one-dimensional one: E sqrt(v'Sigma_t v) = c4(n)^t sqrt(v'Sigma_0 v).

    The truth is standard; of a direction that is not the first axis the root has one witness, the simulation.
    """
    return Eq(E(sqrt(isotropic(n, len(v)).along(v, t))), E(GaussianLoop(n).sigma(t)))
