"""The Gaussian loop in d dimensions as the talk on iterative retraining has it: which measures of spread contract, and by what.

Any truth: by a shift and a rotation its covariance is diagonal, diag(variances). alpha = c4(n) for the unbiased covariance,
and c4(n) sqrt((n-1)/n) for maximum likelihood: the rate of one dimension, E sigma_t = alpha^t sigma_0.
"""

from __future__ import annotations

from sympy import Add, And, Eq, Expr, Ge, Gt, Le, Lt, Mul, Rational, gamma, sqrt
from sympy.core.relational import Relational

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.functions import c4, nuclear
from ..language.loops import Observable
from ..language.moments import E
from ..proof.relations.lemmas import Link
from ..proof.relations.spectra import largest_eigenvalue, row_by_row, smallest_eigenvalue
from .common import BERTRAND, GaussianLoop, half
from .vector import MultivariateGaussianLoop

TALK = f"the talk on {BERTRAND} (collapse of a Gaussian)"
PLANE = ((1, 4), (1, 1), (9, Rational(1, 4)))
TRUTHS = ((1, 4), (3, 1, Rational(1, 2)))
ROOT = {"ball": "an eigenvalue is no monomial of the state"}


def fitted(n, variances, estimator: str = "unbiased") -> MultivariateGaussianLoop:
    """The loop of n points in as many dimensions as there are variances."""
    return MultivariateGaussianLoop(n, len(variances), variances, estimator)


MORE, SIDES, SOME, ESTIMATORS = Integers(6), Points(2, 3, 5), Positive(), Points("unbiased", "mle")


def any_truth(n, d, v1, v2, v3, v4, v5, estimator="unbiased") -> MultivariateGaussianLoop:
    """The loop from a truth in d dimensions, its variances along its axes the first d of these."""
    return fitted(n, (v1, v2, v3, v4, v5)[:d], estimator)


def alpha(loop: MultivariateGaussianLoop) -> Expr:
    """The rate of E sigma_t in one dimension."""
    return c4(loop.n) * sqrt((loop.n - 1) / loop.divisor)


def side(loop: MultivariateGaussianLoop, i) -> Expr:
    """The factor of the i-th diagonal entry of the triangular factor: the mean of a chi with n - i degrees of freedom."""
    return sqrt(2 / loop.divisor) * gamma((loop.n - i + 1) / 2) / gamma((loop.n - i) / 2)


def eigenvalues(loop: MultivariateGaussianLoop, t) -> tuple[Expr, Expr]:
    """The larger and the smaller eigenvalue of Sigma_t in the plane, without cancellation."""
    p, q, r = entries(loop, t)
    gap = sqrt((p - r) ** 2 + 4 * q**2)
    return (p + r + gap) / 2, 2 * Mul(*loop.variances) * loop.det(t) / (p + r + gap)


def entries(loop: MultivariateGaussianLoop, t) -> tuple[Expr, Expr, Expr]:
    """Sigma_t in the plane: its first entry, the one beside it, its last one."""
    v, w = loop.variances
    a, b, c = loop.a(1, 1, t), loop.a(2, 1, t), loop.a(2, 2, t)
    return v * a**2, sqrt(v * w) * a * b, w * (b**2 + c**2)


def above_its_axis(relation: Relational) -> list[Link]:
    """The largest eigenvalue in the plane is above the variance along the longer axis of the truth."""
    loop, t = next((o.loop, o.t) for o in relation.atoms(Observable))
    p, q, r = entries(loop, t)
    v, w = loop.variances
    return largest_eigenvalue(*((p, q, r) if v >= w else (r, q, p)))(relation)


def below_its_axis(relation: Relational) -> list[Link]:
    """The smallest eigenvalue in the plane is below the variance along the shorter axis of the truth."""
    loop, t = next((o.loop, o.t) for o in relation.atoms(Observable))
    p, q, r = entries(loop, t)
    v, w = loop.variances
    return smallest_eigenvalue(*((p, q, r) if v <= w else (r, q, p)))(relation)


@claim(
    source=f"{TALK}, E sigma_t <= alpha^t sigma_0 with alpha < 1, as commonly quoted",
    mutants={"alpha^(2t)": lambda n, t, sigma0: {"<=": c4(n) ** (2 * t) * sigma0}, "alpha <= 1/2": lambda: {"<": half}},
)
def gaussian_dimensions_talk(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """One dimension: E sigma_t <= alpha^t sigma_0 with an alpha < 1 that depends on n alone; it is c4(n), with equality."""
    return And(Le(E(GaussianLoop(n, sigma0).sigma(t)), c4(n) ** t * sigma0), Lt(c4(n), 1))


# ---- trace and volume -----------------------------------------------------------------------------------------------


@claim(
    source=f"derived: the mean of a Wishart matrix; the setting of {TALK}",
    mutants={
        "it stays": lambda d, v1, v2, v3, v4, v5: Add(*(v1, v2, v3, v4, v5)[:d]),
        "by alpha^2": lambda n, d, v1, v2, v3, v4, v5, t: (
            alpha(any_truth(n, d, v1, v2, v3, v4, v5, "mle")) ** (2 * t) * Add(*(v1, v2, v3, v4, v5)[:d])
        ),
    },
)
def gaussian_dimensions_trace(n=MORE, d=SIDES, v1=SOME, v2=SOME, v3=SOME, v4=SOME, v5=SOME, t=Integers(0)):
    """Maximum likelihood in d dimensions, any truth: the expected trace of the covariance decays by 1 - 1/n a generation.

    With the unbiased covariance it never changes: `mvn-projection-is-1d-chain-trace`.
    """
    loop = any_truth(n, d, v1, v2, v3, v4, v5, "mle")
    return Eq(E(loop.total(t)), (1 - 1 / n) ** t * Add(*loop.variances))


@claim(
    source=f"derived (Bartlett's decomposition; means of chi laws); the setting of {TALK}",
    mutants={
        "d independent loops": lambda n, d, v1, v2, v3, v4, v5, estimator, t: _volumes(
            any_truth(n, d, v1, v2, v3, v4, v5, estimator), t
        ),
        "a dimension less": lambda n, d, v1, v2, v3, v4, v5, estimator, t: _volume_left(
            any_truth(n, d, v1, v2, v3, v4, v5, estimator), d - 1, t
        ),
    },
)
def gaussian_dimensions_volume(
    n=MORE, d=SIDES, v1=SOME, v2=SOME, v3=SOME, v4=SOME, v5=SOME, estimator=ESTIMATORS, t=Integers(1)
):
    """Any truth: the expected root of the determinant, E |Sigma_t|^(1/2), decays by the product of the means of d chi laws."""
    loop = any_truth(n, d, v1, v2, v3, v4, v5, estimator)
    return Eq(E(volume(loop, t)), _volume_left(loop, d, t))


def volume(loop: MultivariateGaussianLoop, t) -> Expr:
    """|Sigma_t|^(1/2)."""
    return sqrt(Mul(*loop.variances)) * Mul(*(loop.a(i, i, t) for i in range(1, loop.d + 1)))


def _volume_left(loop: MultivariateGaussianLoop, sides: int, t) -> Expr:
    """|Sigma_0|^(1/2) times t powers of the first mean factors of the diagonal."""
    return Mul(*(side(loop, i) for i in range(1, sides + 1))) ** t * sqrt(Mul(*loop.variances))


def _volumes(loop: MultivariateGaussianLoop, t) -> Expr:
    """The volume that as many loops of one dimension leave."""
    return alpha(loop) ** (loop.d * t) * sqrt(Mul(*loop.variances))


@claim(
    source=f"derived: the mean of a chi falls with its degrees of freedom; in the form of {TALK}",
    mutants={
        "alpha^(d + 1)": lambda n, d, v1, v2, v3, v4, v5, estimator, t: (
            _volumes(loop := any_truth(n, d, v1, v2, v3, v4, v5, estimator), t) * (alpha(loop) / 2) ** t
        )
    },
)
def gaussian_dimensions_volume_bounded(
    n=MORE, d=SIDES, v1=SOME, v2=SOME, v3=SOME, v4=SOME, v5=SOME, estimator=ESTIMATORS, t=Integers(1)
):
    """It stays strictly below alpha^(d t) |Sigma_0|^(1/2): the volume collapses faster than d independent loops."""
    loop = any_truth(n, d, v1, v2, v3, v4, v5, estimator)
    return Lt(E(volume(loop, t)), _volumes(loop, t))


@claim(
    source=f"derived: the mean of a root is below the root of the mean; the setting of {TALK}",
    mutants={
        "twice alpha^t": lambda n, d, v1, v2, v3, v4, v5, estimator, t: (
            2 * alpha(loop := any_truth(n, d, v1, v2, v3, v4, v5, estimator)) ** t * Add(*loop.variances)
        )
    },
)
def gaussian_dimensions_trace_slower(
    n=MORE, d=SIDES, v1=SOME, v2=SOME, v3=SOME, v4=SOME, v5=SOME, estimator=ESTIMATORS, t=Integers(1)
):
    """The expected trace decays more slowly than alpha^(2t), the square of E sigma_t in each direction: rare fits are wide."""
    loop = any_truth(n, d, v1, v2, v3, v4, v5, estimator)
    return Gt(E(loop.total(t)), alpha(loop) ** (2 * t) * Add(*loop.variances))


@claim(
    source=f"derived (Bartlett's decomposition; means of chi laws); the setting of {TALK}",
    mutants={
        "d independent loops": lambda n, v, w, estimator, t: (
            alpha(fitted(n, (v, w), estimator)) ** (2 * t) * sqrt(v * w)
        )
    },
)
def gaussian_dimensions_volume_plane(
    n=Integers(3), v=Positive(), w=Positive(), estimator=Points("unbiased", "mle"), t=Integers(1)
):
    """The plane, any truth: E |Sigma_t|^(1/2) decays by the product of the means of two chi laws, whatever the variances are."""
    loop = fitted(n, (v, w), estimator)
    volume = sqrt(v * w) * loop.a(1, 1, t) * loop.a(2, 2, t)
    return Eq(E(volume), (side(loop, 1) * side(loop, 2)) ** t * sqrt(v * w))


# ---- directions -----------------------------------------------------------------------------------------------------


@claim(
    source=f"derived: v'Wv of a Wishart matrix is chi-square; in the form of {TALK}",
    mutants={
        "n - 2 degrees of freedom": lambda n, d, v1, v2, v3, v4, v5, estimator, t: (
            side(any_truth(n, d, v1, v2, v3, v4, v5, estimator), 2) ** t * sqrt(v1)
        )
    },
)
def gaussian_dimensions_direction(
    n=MORE, d=SIDES, v1=SOME, v2=SOME, v3=SOME, v4=SOME, v5=SOME, estimator=ESTIMATORS, t=Integers(1)
):
    """Any truth: along an axis of it E sigma_t = alpha^t sigma_0, whatever the other axes are.

    Any direction is an axis for some root of Sigma_0: `gaussian-dimensions-direction-any` looks at others.
    """
    loop = any_truth(n, d, v1, v2, v3, v4, v5, estimator)
    return Eq(E(sqrt(v1) * loop.a(1, 1, t)), alpha(loop) ** t * sqrt(v1))


@claim(
    source=f"derived: v'Wv of a Wishart matrix is chi-square; in the form of {TALK}",
    mutants={
        "n - 2 degrees of freedom": lambda n, variances, v, estimator, t: (
            side(fitted(n, variances, estimator), 2) ** t * _start(variances, v)
        )
    },
)
def gaussian_dimensions_direction_any(
    n=Integers(4),
    variances=Points((1, 4), (9, Rational(1, 4))),
    v=Points((Rational(3, 5), Rational(4, 5)), (1, -1)),
    estimator=Points("unbiased", "mle"),
    t=Integers(1, 30),
):
    """In every direction v, of any truth: E sqrt(v'Sigma_t v) = alpha^t sqrt(v'Sigma_0 v)."""
    loop = fitted(n, variances, estimator)
    return Eq(E(sqrt(loop.along(v, t))), alpha(loop) ** t * _start(variances, v))


def _start(variances, v) -> Expr:
    """The standard deviation in the direction v at the start, of these variances."""
    return sqrt(Add(*(x * y**2 for x, y in zip(variances, v, strict=True))))


# ---- eigenvalues ----------------------------------------------------------------------------------------------------


@claim(
    source=f"derived: a nuclear norm is at most the lengths of rows; in the form of {TALK}",
    proof=row_by_row(),
    mutants={
        "half of it": lambda n, variances, estimator, t: (
            alpha(fitted(n, variances, estimator)) ** t * Add(*map(sqrt, variances)) / 2
        )
    },
    unreached={"ball": "the root of a matrix is no monomial"},
)
def gaussian_dimensions_root(
    n=Integers(4), variances=Points(*TRUTHS), estimator=Points("unbiased", "mle"), t=Integers(1, 50)
):
    """The trace of the root of the covariance: E tr Sigma_t^(1/2) <= alpha^t tr Sigma_0^(1/2), for any truth.

    The nuclear norm of the fitted factor, D A, is the trace of that root.
    """
    loop = fitted(n, variances, estimator)
    return Le(E(root(loop, t)), alpha(loop) ** t * Add(*map(sqrt, variances)))


def root(loop: MultivariateGaussianLoop, t) -> Expr:
    """tr Sigma_t^(1/2)."""
    sides = range(1, loop.d + 1)
    entries = [sqrt(loop.variances[i - 1]) * (loop.a(i, j, t) if j <= i else 0) for i in sides for j in sides]
    return nuclear(loop.d, *entries)


@claim(
    source="derived: in the plane (tr Sigma^(1/2))^2 = tr Sigma + 2 |Sigma|^(1/2)",
    mutants={"as if it vanished": lambda n, variances, t: (side(fitted(n, variances), 1)) ** t * Add(*variances)},
)
def gaussian_dimensions_root_square(n=Integers(3), variances=Points(*PLANE), t=Integers(1)):
    """In the plane E (tr Sigma_t^(1/2))^2 does not vanish: it tends to tr Sigma_0 while every direction collapses."""
    loop = fitted(n, variances)
    v, w = variances
    volume = sqrt(v * w) * loop.a(1, 1, t) * loop.a(2, 2, t)
    rate = side(loop, 1) * side(loop, 2)
    return Eq(E(loop.total(t) + 2 * volume), v + w + 2 * sqrt(v * w) * rate**t)


@claim(
    source="derived: Jensen's inequality, the largest eigenvalue is convex; E Sigma_t is Sigma_0, or (1 - 1/n)^t of it",
    mutants={"twice as much": lambda variances: 2 * Add(*variances)},
    proof=above_its_axis,
    unreached=ROOT,
)
def gaussian_dimensions_largest(
    n=Integers(20), variances=Points(*PLANE), estimator=Points("unbiased", "mle"), t=Integers(1, 10)
):
    """In the plane the largest eigenvalue is on average no smaller than that of E Sigma_t: E lambda_1(t) >= lambda_1(0).

    With maximum likelihood E lambda_1(t) >= (1 - 1/n)^t lambda_1(0).
    """
    loop = fitted(n, variances, estimator)
    return Ge(E(eigenvalues(loop, t)[0]), ((n - 1) / loop.divisor) ** t * max(variances))


@claim(
    source="derived: the smallest eigenvalue is below the variance in its first direction",
    mutants={
        "a tenth of it": lambda n, variances, estimator, t: (
            alpha(fitted(n, variances, estimator)) ** t * sqrt(min(variances)) / 10
        )
    },
    proof=below_its_axis,
    unreached=ROOT,
)
def gaussian_dimensions_smallest(
    n=Integers(4), variances=Points(*PLANE), estimator=Points("unbiased", "mle"), t=Integers(1, 30)
):
    """The smallest standard deviation decays no slower than in one dimension: E lambda_2(t)^(1/2) <= alpha^t lambda_2(0)^(1/2).

    The variance along the shorter axis of the truth is above the smallest eigenvalue. (One line of pencil and paper says that it
    is strictly so, once the fitted axes have turned; no lemma here does.)
    """
    loop = fitted(n, variances, estimator)
    return Le(E(sqrt(eigenvalues(loop, t)[1])), alpha(loop) ** t * sqrt(min(variances)))


@claim(
    source="derived: the largest eigenvalue is above the variance in its first direction",
    mutants={
        "three times as much": lambda n, variances, estimator, t: (
            3 * alpha(fitted(n, variances, estimator)) ** t * sqrt(max(variances))
        )
    },
    proof=above_its_axis,
    unreached=ROOT,
)
def gaussian_dimensions_largest_root(
    n=Integers(4), variances=Points(*PLANE), estimator=Points("unbiased", "mle"), t=Integers(1, 30)
):
    """The largest standard deviation decays no faster than in one dimension: E lambda_1(t)^(1/2) >= alpha^t lambda_1(0)^(1/2)."""
    loop = fitted(n, variances, estimator)
    return Ge(E(sqrt(eigenvalues(loop, t)[0])), alpha(loop) ** t * sqrt(max(variances)))


@claim(
    source=f"{TALK}, read for every eigenvalue",
    expected="fails",
    corrected="gaussian-dimensions-largest-root",
    unreached=ROOT,
)
def gaussian_dimensions_every_eigenvalue(n=Integers(4, 20), variances=Points(*PLANE), t=Integers(1, 30)):
    """Every eigenvalue's root contracts by alpha: E lambda_1(t)^(1/2) <= alpha^t lambda_1(0)^(1/2).

    One witness refutes it, the simulation: the lemma of `gaussian-dimensions-largest-root` is a >=, which does not exclude that
    both sides are equal, and an eigenvalue is no monomial of the state, so that it has no ball.
    """
    return Le(E(sqrt(eigenvalues(fitted(n, variances), t)[0])), c4(n) ** t * sqrt(max(variances)))


@claim(
    source="collapse read into every measure of spread",
    expected="fails",
    corrected="gaussian-dimensions-root-square",
)
def gaussian_dimensions_trace_contracts(n=Integers(4), variances=Points(*TRUTHS), t=Integers(1)):
    """With the unbiased covariance the expected trace contracts by alpha^2 a generation."""
    return Ge(c4(n) ** (2 * t) * Add(*variances), E(fitted(n, variances).total(t)))
