"""Zipf's law, and a model that knows what it has seen: how fast its error falls, and what a cut tail costs.

Symbol i has the probability i^(-beta)/zeta(beta), i = 1, 2, ...; the error is the probability of what was never seen in n
draws (Hutter's infinite memory). Synthetic data know the first k symbols only, at their true proportions. All is written as
expected probabilities of one fit: there is no loop in it.
"""

from __future__ import annotations

from sympy import And, Expr, Ge, Integer, Le, Rational, Sum, Symbol, gamma, oo, sympify, zeta

from ..language.claims import claim
from ..language.domains import Integers, Points
from ..language.moments import Tends

TALES = "Dohmatob et al. 2402.07043"
i = Symbol("i", integer=True, positive=True)
NO_FORM = {"derivation": "an endless sum without a closed form"}


def zipf(beta) -> Expr:
    """The probability of symbol i."""
    return i**-beta / zeta(beta)


def unseen(n, beta) -> Expr:
    """E_n: the expected probability of what is not seen in n draws."""
    return Sum(zipf(beta) * (1 - zipf(beta)) ** n, (i, 1, oo))


def floor(k, beta) -> Expr:
    """The probability of all symbols after the first k."""
    return 1 - Sum(zipf(beta), (i, 1, k))


def unseen_cut(n, k, beta) -> Expr:
    """E_(n,k): likewise, of n draws that know the first k symbols only."""
    known = 1 - floor(k, beta)
    return Sum(zipf(beta) * (1 - zipf(beta) / known) ** n, (i, 1, k)) + floor(k, beta)


def law(beta) -> Expr:
    """The constant of the scaling law."""
    return zeta(beta) ** (-1 / beta) * gamma(1 - 1 / beta) / beta


@claim(
    source=f"after {TALES}, as commonly quoted; the constant re-derived from the integral, the rate by enclosure",
    mutants={
        "without the 1/beta": lambda beta: beta * law(beta),
        "without zeta": lambda beta: gamma(1 - 1 / beta) / beta,
    },
    unreached=NO_FORM,
)
def discrete_zipf_hutter(beta=Points(Integer(2), Integer(3), Rational(3, 2)), n=Integers(1, notable=(100, 10_000))):
    """E_n falls like n^(-(1 - 1/beta)): times that it is within 1/(2n) of (1/beta) zeta(beta)^(-1/beta) Gamma(1 - 1/beta).

    No simulation: infinitely many symbols.
    """
    return Tends(n ** (1 - 1 / beta) * unseen(n, beta), (n, 1, oo), law(beta), rate=1 / (2 * n))


@claim(
    source=f"derived: more draws per symbol that is left; the setting of {TALES}",
    mutants={
        "no floor": lambda beta, n, k: {"<=": unseen(n, beta)},
        "twice the floor": lambda beta, n, k: {">=": 2 * floor(k, beta)},
    },
    unreached=NO_FORM,
)
def discrete_zipf_hutter_cut(
    beta=Points(Integer(2), Integer(3), Rational(3, 2)),
    n=Integers(1, 10_000, notable=(100, 10_000)),
    k=Integers(1, 300, notable=(10, 100)),
):
    """Of n draws that know the first k symbols only: the error is between the mass of the others, and that mass and E_n.

    No simulation: infinitely many symbols.
    """
    error = unseen_cut(n, k, beta)
    return And(Ge(error, floor(k, beta)), Le(error, unseen(n, beta) + floor(k, beta)))


@claim(
    source="'a cut tail makes it worse', at every size",
    expected="fails",
    corrected="discrete-zipf-hutter-cut",
)
def discrete_zipf_hutter_worse(n=Points(100), k=Points(100)):
    """beta = 3/2: n draws that know the first k symbols only leave an error of at least E_n."""
    beta = Rational(3, 2)
    return Ge(unseen_cut(sympify(n), sympify(k), beta), unseen(sympify(n), beta))


@claim(
    source="the exponent of the cut, beta - 1, taken for that of the draws",
    expected="fails",
    corrected="discrete-zipf-hutter",
)
def discrete_zipf_hutter_exponent(n=Points(100, 10_000)):
    """beta = 2: E_n falls like n^(-(beta - 1)), n E_n <= 2."""
    return Le(n * unseen(sympify(n), Integer(2)), 2)
