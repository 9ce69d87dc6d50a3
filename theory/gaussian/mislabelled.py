"""Least squares on real and on synthetic data whose labels come from other weights: a floor that no sample size removes."""

from __future__ import annotations

from sympy import Eq, Expr, Gt, ImmutableMatrix, Integer, Le, Rational, eye

from ..language.claims import claim
from ..language.domains import Integers, Points
from ..language.matrices import wishart
from ..language.moments import E

STRONG = "Dohmatob et al. 2410.04840"


def moved(d: int, n1, n2, s2) -> Expr:
    """|w^ - w|^2, the labels' noise averaged out: what the synthetic part of the design moves, and the noise's own.

    The weights of the synthetic labels are off by a unit vector: (S_1 + S_2)^-1 S_2 delta, the S_j Wishart, n_j degrees of
    freedom; the noise of variance s2 adds s2 tr (S_1 + S_2)^-1.
    """
    real, synthetic = wishart("R", n1, int(d)), wishart("Y", n2, int(d))
    inverse = ImmutableMatrix(real + synthetic).inv(method="ADJ")
    bias = inverse * synthetic * eye(int(d))[:, 0]
    return (bias.T * bias)[0] + s2 * inverse.trace()


def expected(d, n1, n2, s2) -> Expr:
    """Its mean, N = n1 + n2 > d + 1."""
    N = n1 + n2
    p1, p2 = n1 / N, n2 / N
    cross = (N**2 * (d + 1) - N * (d + 5) + 2 * (d + 1)) / ((N - 1) * (N + 2) * (N - d - 1))
    return p2**2 + p1 * p2 * cross + s2 * d / (N - d - 1)


WISHART = f"derived: moments of Wishart matrices; the exact isotropic form beside {STRONG}"


@claim(
    source=WISHART,
    mutants={
        "the floor p_2": lambda n1, n2: expected(1, n1, n2, 0) + n1 * n2 / (n1 + n2) ** 2,
        "no cross term": lambda n1, n2: (n2 / (n1 + n2)) ** 2,
    },
    unreached={"derivation": "the mean of a quotient of chi-square draws"},
)
def discrete_strong_collapse_ridge_one_dimension(n1=Integers(4, 60, notable=(10,)), n2=Integers(1, 60, notable=(5,))):
    """One dimension, n_1 real labels and n_2 from weights that are off by 1, no noise: the risk is n_2 (n_2 + 2)/(N (N + 2)).

    Least squares, N = n_1 + n_2.
    """
    return Eq(E(moved(1, n1, n2, 0)), n2 * (n2 + 2) / ((n1 + n2) * (n1 + n2 + 2)))


@claim(
    source=WISHART,
    mutants={
        "the floor p_2": lambda n, s2: expected(2, Integer(n), Integer(n), Integer(s2)) + Rational(1, 4),
        "no cross term": lambda n, s2: Rational(1, 4) + Rational(2 * s2, 2 * n - 3),
    },
    unreached={
        "derivation": "the mean of an inverse of Wishart matrices beside one of them",
        "ball": "a mean over several draws at once",
    },
)
def discrete_strong_collapse_ridge_two_dimensions(n=Points(10, 15), s2=Points(0, 1)):
    """Two dimensions, n labels real and n from weights that are off by a unit vector, noise s^2: risk 1/4 + c/4 + 2 s^2/(N - 3).

    c = (3 N^2 - 7 N + 6)/((N - 1)(N + 2)(N - 3)), N = 2 n; in d dimensions, with shares p_1 and p_2 of the labels, it is
    p_2^2 + p_1 p_2 c + s^2 d/(N - d - 1), c = (N^2 (d + 1) - N (d + 5) + 2 (d + 1))/((N - 1)(N + 2)(N - d - 1)).
    """
    n, s2 = Integer(n), Integer(s2)
    return Eq(E(moved(2, n, n, s2)), expected(2, n, n, s2))


@claim(
    source=f"derived: from the closed form; strong collapse as in {STRONG}",
    where=lambda d, n1, n2: n1 + n2 > d + 1,
    mutants={"p_2, the share itself": lambda n1, n2: n2 / (n1 + n2)},
    unreached={"derivation": "no certificate for the sign of a quotient of polynomials in d and both sizes"},
)
def discrete_strong_collapse_ridge_floor(d=Integers(1), n1=Integers(1, notable=(20,)), n2=Integers(1, notable=(10,))):
    """Any share p_2 of labels from other weights leaves a floor: more than p_2^2 of their squared distance.

    Of the closed form of `discrete-strong-collapse-ridge-two-dimensions`, for any d. No simulation: it is in closed form.
    """
    return Gt(expected(d, n1, n2, 0), (n2 / (n1 + n2)) ** 2)


@claim(
    source="the share of synthetic data, taken for what it costs",
    expected="fails",
    corrected="discrete-strong-collapse-ridge-floor",
)
def discrete_strong_collapse_ridge_share(case=Points((900, 100), (1800, 200))):
    """One dimension, a tenth of the labels from other weights: the risk is 0.09 of their squared distance at least."""
    n1, n2 = map(Integer, case)
    return Le(Rational(9, 100), expected(Integer(1), n1, n2, 0))
