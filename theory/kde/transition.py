"""The transition in the number of synthetic points, for kernels that are not Gaussian: exactly, after one retraining.

Pairs of points of a pool of n real and m synthetic ones are counted: the error is a parabola in 1/(n + m), with one
turn at most.
"""

from __future__ import annotations

from sympy import Eq, Expr, Integer, Rational, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.moments import FallsThenRises, RisesThenFalls
from .common import FU, half, m_
from .kernels import REAL, error_of, of_laplaces, other
from .plane import LAPLACE


def parabola(n, h, real, d) -> tuple[Expr, Expr, Expr]:
    """The error of Laplace kernels and a Laplace truth as coefficients of 1, 1/N and 1/N^2, N = n + m."""
    _, same = REAL[real]
    apart = {k: x**d for k, x in of_laplaces(h).items()}
    own = (1 / (4 * h)) ** d
    fit = (5 / (32 * h)) ** d / n + (1 - 1 / n) * apart[4]  # of two draws from the fit, and their kernels
    both = same(n) * (3 / (16 * h)) ** d + (1 - same(n)) * apart[3]  # of one of them, and a real point
    last = fit - 2 * apart[2] + apart[0]
    first = own + 2 * n * (both + apart[2] - apart[1]) - (2 * n + 1) * fit
    return last, first, n * (n - 1) * apart[2] - 2 * n**2 * both + n * (n + 1) * fit


def error_after_one(n, m, h, real, d) -> Expr:
    """The error after one retraining on n real points and m synthetic ones."""
    return error_of(n, LAPLACE, h, 1, REAL[real][0](m), "fit", d)


@claim(
    source="derived: pairs of points of a pool, counted",
    mutants={
        "the other real points": lambda n, m, h, real, d: in_sizes(n, m, parabola(n, h, other(real), d)),
        "no pairs": lambda n, m, h, real, d: in_sizes(n, m, (*parabola(n, h, real, d)[:2], Integer(0))),
    },
)
def kde_transition_parabola(
    n=Integers(1, notable=(2, 10)),
    m=Integers(1, notable=(2, 30)),
    h=Positive(hi=4, notable=(half, 1)),
    real=Points(*REAL),
    d=Points(1, 2),
):
    """Laplace kernel and truth, d = 1, 2, n real and m synthetic points, one retraining: the error is a + b/N + c/N^2, N = n + m.

    a, b and c depend on n, h and whether the real points stay, and not on m: it turns once at most, at N = -2 c/b.
    """
    return Eq(error_after_one(n, m, h, real, d), in_sizes(n, m, parabola(n, h, real, d)))


def in_sizes(n, m, coefficients) -> Expr:
    """a + b/N + c/N^2."""
    a, b, c = coefficients
    return a + b / (n + m) + c / (n + m) ** 2


def turn(case, real) -> Expr:
    """The number of synthetic points at which it turns: between two of them, as a rule.  case: n, h, dimension."""
    n, h, d = case
    _, b, c = parabola(n, h, real, d)
    return -2 * c / b - n


@claim(
    source=f"derived: the turn of the parabola; beside the bound of {FU}, which rises and falls elsewhere",
    mutants={
        "a fifth later": lambda case: Rational(6, 5) * turn(case, "fixed"),
        "a fifth sooner": lambda case: Rational(4, 5) * turn(case, "fixed"),
        "at the threshold of the bound": lambda case: case[0] * (case[2] + 2) / 4,
    },
)
def kde_transition_fixed(case=Points((20, half, 1), (100, Rational(3, 10), 1), (1000, Rational(1, 5), 2))):
    """n real points that stay, one retraining: up to m = -2 c/b - n the error rises with the synthetic points, and then falls.

    Laplace kernel and truth; b and c are those of `kde-transition-parabola`: m is 46.6, 263.5 and 1442.1. A case is (n, h,
    dimension). No simulation: near the turn the error is too flat.
    """
    n, h, d = case
    return RisesThenFalls(error_after_one(n, m_, h, "fixed", d), (m_, 1, oo), peak=turn(case, "fixed"))


@claim(
    source=f"derived: the turn of the parabola; beside the bound of {FU}, which rises and falls instead",
    mutants={
        "a fifth later": lambda case: Rational(6, 5) * turn(case, "fresh"),
        "a fifth sooner": lambda case: Rational(4, 5) * turn(case, "fresh"),
    },
)
def kde_transition_fresh(case=Points((10, half, 1), (100, Rational(3, 10), 1), (1000, Rational(1, 5), 2))):
    """n fresh real points, one retraining: up to m = -2 c/b - n the error falls with the synthetic points, and then rises.

    Laplace kernel and truth; b and c are those of `kde-transition-parabola`: m is 17.7, 40.2 and 704.9. A case is (n, h,
    dimension). No simulation: near the turn the error is too flat.
    """
    n, h, d = case
    return FallsThenRises(error_after_one(n, m_, h, "fresh", d), (m_, 1, oo), peak=turn(case, "fresh"))


@claim(
    source="'with fixed real data the error rises and then falls', at every bandwidth",
    expected="fails",
    corrected="kde-transition-parabola",
)
def kde_transition_always(case=Points((50, half, 1, 38), (1000, Rational(1, 5), 1, 750))):
    """Fixed real points, Laplace kernel and truth: the error rises up to the bound's threshold, n (d + 2)/4, and then falls.

    A case is (n, h, dimension, threshold).
    """
    n, h, d, peak = case
    return RisesThenFalls(error_after_one(n, m_, h, "fixed", d), (m_, 1, oo), peak=peak)
