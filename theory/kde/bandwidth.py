"""Many points: the best bandwidth, and what it costs."""

from __future__ import annotations

from sympy import Add, And, Expr, Ge, Integer, Le, Lt, Rational, Sum, Symbol, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.fields import Listed
from ..language.moments import FallsThenRises, Tends
from ..proof.formulas import formula
from .common import error, half, k_

fifth = Rational(1, 5)
c_ = Symbol("c", positive=True)


def roots(t: int) -> Expr:
    """S_t = 1 + 1/sqrt(2) + ... + 1/sqrt(t)."""
    return Add(*(1 / sqrt(Integer(k)) for k in range(1, int(t) + 1)))


def scaled(n, c, t: int) -> Expr:
    """n^(4/5) times the error with h = c n^(-1/5)."""
    return n ** (4 * fifth) * error(n, c * n**-fifth, t)


def asymptotic(c, t, s) -> Expr:
    """Its limit: s/(2 sqrt(pi) c) + t^2 c^4 R/4, s = S_t, R the integral of the squared second derivative of the truth."""
    return s / (2 * sqrt(pi) * c) + 3 * t**2 * c**4 / (32 * sqrt(pi))


@claim(
    source="derived: expansion of the exact error in 1/n; one generation is the AMISE of Wand & Jones, as commonly quoted",
    mutants={
        "variances add up": lambda c, t: asymptotic(c, t, t + int(t == 1)),
        "biases add up": lambda c, t: asymptotic(c, sqrt(Integer(t)) + int(t == 1), roots(t)),
    },
)
def kde_amise_error_propagation(
    n=Integers(30, notable=(30, 10**20)), c=Reals(half, Rational(3, 2), notable=(1,)), t=Points(1, 10)
):
    """With h = c n^(-1/5) the error is n^(-4/5) (S_t/(2 sqrt(pi) c) + t^2 c^4 R/4), up to n^(-1/5), R = 3/(8 sqrt(pi))."""
    rate = (t + t**3 * c**6) / (3 * n**fifth)
    return Tends(scaled(n, c, t), (n, 30, oo), asymptotic(c, t, roots(t)), rate=rate)


def best(s, t) -> Expr:
    """c of the best bandwidth c n^(-1/5), s = S_t."""
    return (4 * s / (3 * t**2)) ** fifth


@formula(claim="kde-amise-error-propagation-bandwidth")
def best_bandwidth(n: Integers(2), t: Listed(Integers(1, 1000)), sigma0: Positive = 1) -> Expr:
    """The bandwidth with which the error after t generations of n points is least, in the limit of large n.

    In the units of sigma0, the truth being N(0, sigma0^2). Source: derived; t = 1 is the rule of Wand & Jones.
    """
    return best(roots(int(t)), t) * n**-fifth * sigma0


@claim(
    source="derived: minimum of the asymptotic error over the bandwidth",
    mutants={
        "Silverman's 1.06": lambda s, t: Rational(106, 100) * (s / t**2) ** fifth,
        "as after one generation": lambda s, t: (4 * fifth * 5 / 3) ** fifth,
        "(3/4)^(1/5)": lambda s, t: (3 * s / (4 * t**2)) ** fifth,
    },
)
def kde_amise_error_propagation_bandwidth(s=Positive(notable=(roots(3),)), t=Positive(notable=(3,))):
    """The limit is least at c = (4 s/(3 t^2))^(1/5), s = S_t: the best bandwidth after one generation is (4/(3 n))^(1/5).

    From a hundredth of it on: at 0 there is a pole.

    No simulation: a limit in closed form.
    """
    lowest = best(s, t)
    return FallsThenRises(asymptotic(c_, t, s), (c_, lowest / 100, oo), peak=lowest, chart=c_**5)


@claim(
    source="derived: the asymptotic error at its best bandwidth",
    mutants={"linear growth": lambda t: {">=": t}, "less than 3/2 t^(4/5)": lambda t: {"<": 3 * t ** (4 * fifth) / 2}},
)
def kde_amise_error_propagation_growth(t=Integers(2, 200, notable=(3, 10))):
    """The limit with the best bandwidth grows like t^(2/5) S_t^(4/5): more than t^(4/5) fold, less than (2 t)^(4/5) fold.

    No simulation: a limit in closed form.
    """
    s = Sum(1 / sqrt(k_), (k_, 1, t))
    best, first = asymptotic((4 * s / (3 * t**2)) ** fifth, t, s), asymptotic(Rational(4, 3) ** fifth, 1, 1)
    return And(Ge(best / first, t ** (4 * fifth)), Lt(best / first, (2 * t) ** (4 * fifth)))


@claim(
    source="Silverman's rule of thumb, as commonly quoted",
    expected="fails",
    corrected="kde-amise-error-propagation-bandwidth",
)
def kde_amise_error_propagation_rounded(n=Points(10**10, 10**20)):
    """The bandwidth 1.06 n^(-1/5) is as good as any: its error is at most that of (4/3)^(1/5) n^(-1/5)."""
    return Le(error(n, Rational(106, 100) * n**-fifth, 1), error(n, Rational(4, 3) ** fifth * n**-fifth, 1))


@claim(
    source="the errors of the generations, taken to add up",
    expected="fails",
    corrected="kde-amise-error-propagation-growth",
)
def kde_amise_error_propagation_fold(n=Points(10**10, 10**20)):
    """With the best bandwidth for each, the error after 10 generations is at least 9.5 times that after one."""
    best = {t: (4 * roots(t) / (3 * Integer(t) ** 2)) ** fifth for t in (1, 10)}
    return Ge(scaled(n, best[10], 10), Rational(95, 10) * scaled(n, best[1], 1))
