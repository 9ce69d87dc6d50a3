"""How long a symbol is there, and how many of them are."""

from __future__ import annotations

from sympy import (
    Add,
    Eq,
    Expr,
    Ge,
    Le,
    Rational,
    S,
    exp,
    sympify,
)

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability, Simplex
from ..language.moments import TV, E, Prob
from ..proof.formulas import formula
from ..proof.relations.lemmas import survival
from .common import CategoricalLoop, alive, diverse, half

SURESH = "Suresh, Thangaraj, Khandavally 2412.17646"


# ---- one symbol -------------------------------------------------------------------------------------------------------


def forgetting(k: int) -> Expr:
    """s_k of s_1 = 1, s_(k+1) = 1 - exp(-s_k): the survival of a Poisson branching process, in units of its start."""
    s = S.One
    for _ in range(k - 1):
        s = 1 - exp(-s)
    return s


@claim(
    source=f"derived: (1 - x)^n <= exp(-n x), fit after fit; sharpens the bound of {SURESH}",
    trivial=1,
    proof=survival(lambda k: forgetting(int(k))),
    mutants={"the limit law as k grows, 2 lam/k": lambda n, p, k: 1 - exp(-2 * n * p / k)},
)
def discrete_symbol_survival(
    n=Integers(1, 50, notable=(50, 10)),
    p=Probability(notable=(Rational(1, 25), Rational(1, 10))),
    k=Points(5, 1, 2, 3, 10),
):
    """A symbol expected n p = lam times is alive after k fits with probability at least 1 - exp(-lam s_k)."""
    return Ge(Prob(CategoricalLoop((p, 1 - p), n).share(0, k) > 0), 1 - exp(-n * p * forgetting(k)))


@formula(claim="discrete-symbol-survival-published")
def survival_bound(n: Integers(1, 50), p: Probability, k: Integers(1, 50)) -> Expr:
    """At least with this probability a symbol of probability p is alive after k generations of n draws.

    Source: Suresh et al. 2412.17646, as its summary quotes it.
    """
    return 1 - exp(-n * p / k)


@claim(
    source=f"{SURESH}, as its summary quotes it",
    trivial=1,
    proof=survival(lambda k: 1 / k),
    mutants={"one generation too few": lambda n, p, k: 1 - exp(-3 * n * p / k)},
)
def discrete_symbol_survival_published(
    n=Integers(1, 50, notable=(50, 10)), p=Probability(notable=(Rational(1, 25),)), k=Integers(1, 50, notable=(50, 5))
):
    """A symbol expected lam = n p times is alive after k fits with probability at least 1 - exp(-lam/k)."""
    return Ge(Prob(CategoricalLoop((p, 1 - p), n).share(0, k) > 0), survival_bound(n, p, k))


@claim(
    source="the bound, taken for the value",
    expected="fails",
    corrected="discrete-symbol-survival",
)
def discrete_symbol_survival_equality(n=Points(100), p=Points(Rational(1, 50)), k=Points(50, 5)):
    """A symbol expected lam = n p times is alive after k fits with probability 1 - exp(-lam/k)."""
    return Eq(Prob(CategoricalLoop((p, 1 - p), n).share(0, k) > 0), 1 - exp(-n * sympify(p) / k))


@claim(
    source="the limit law of large n and k, taken for a bound",
    expected="fails",
    corrected="discrete-symbol-survival",
)
def discrete_symbol_survival_twice(n=Points(100), p=Points(Rational(1, 50)), k=Points(50)):
    """A symbol expected lam = n p times is alive after k fits with probability at most 1 - exp(-2 lam/k)."""
    return Le(Prob(CategoricalLoop((p, 1 - p), n).share(0, k) > 0), 1 - exp(-2 * n * sympify(p) / k))


# ---- how many symbols are there ---------------------------------------------------------------------------------------


@claim(
    source="derived: every symbol is a two-type Wright-Fisher chain",
    mutants={"the first fit alone": lambda n, p, t: 3 - Add(*((1 - x) ** n for x in p))},
    unreached={"derivation": "the sign of a count is no moment"},
)
def discrete_support_size(n=Integers(1, 40), p=Simplex(3), t=Integers(1, 30)):
    """The expected number of symbols alive is the sum over two-type chains, one for every symbol.

    No derivation: that a share is 0 is no moment of it.
    """
    return Eq(E(CategoricalLoop(p, n).support(t)), Add(*(alive(x, n, t) for x in p)))


@claim(
    source="derived: a symbol is missing with probability (1 - p_i)^n",
    mutants={"a draw too few": lambda n, p: 3 - Add(*((1 - x) ** (n - 1) for x in p))},
)
def discrete_support_size_first(n=Integers(1, 100, notable=(20, 5, 50)), p=Simplex(3)):
    """After the first fit K - sum (1 - p_i)^n symbols are expected to have been seen."""
    return Eq(E(CategoricalLoop(p, n).support(1)), 3 - Add(*((1 - x) ** n for x in p)))


@claim(
    source="derived: Jensen's inequality for 1/(1 - H)",
    tight={"t": 0, "p1": Rational(1, 3), "p2": Rational(1, 3)},
    mutants={"twice the lost": lambda n, p, t: 1 / (1 - (1 - 1 / (2 * n)) ** t * diverse(p)) + half},
    unreached={"derivation": "the sign of a count is no moment"},
)
def discrete_support_size_jensen(n=Integers(1, 40), p=Simplex(3), t=Integers(0, 30)):
    """At least 1/(1 - (1 - 1/n)^t H(p)) symbols are expected to be alive (Jensen)."""
    return Ge(E(CategoricalLoop(p, n).support(t)), 1 / (1 - (1 - 1 / n) ** t * diverse(p)))


@claim(
    source="derived: the mass of lost symbols is a part of the total variation",
    trivial=1,
    mutants={"twice the lost mass": lambda n, p, t: 2 * (1 - Add(*(x * alive(x, n, t) for x in p)))},
    unreached={"derivation": "the absolute value of a count's error is no moment"},
)
def discrete_support_size_total_variation(n=Integers(1, 30), p=Simplex(3), t=Integers(1, 30)):
    """The expected total variation from the truth is at least the expected mass of the symbols lost."""
    loop = CategoricalLoop(p, n)
    return Ge(E(TV(loop.model(t), loop.p)), 1 - Add(*(x * alive(x, n, t) for x in p)))


def modes(n) -> CategoricalLoop:
    """Eight modes, equally likely."""
    return CategoricalLoop((Rational(1, 8),) * 8, n)


@claim(
    source="the effective number of types, taken for the number of surviving modes",
    expected="fails",
    corrected="discrete-support-size-jensen",
)
def discrete_support_size_effective(n=Points(50, 100), t=Points(5, 20)):
    """Of 8 equal modes 1/(1 - (1 - 1/n)^t 7/8) are expected to be alive."""
    return Eq(E(modes(n).support(t)), 1 / (1 - (1 - 1 / sympify(n)) ** t * Rational(7, 8)))


@claim(
    source=f"the bound of {SURESH}, taken for the value and added up",
    expected="fails",
    corrected="discrete-support-size",
)
def discrete_support_size_halved(n=Points(100, 50), t=Points(20, 5)):
    """Of 8 equal modes 8 (1 - exp(-n/(8t))) are expected to be alive."""
    return Eq(E(modes(n).support(t)), 8 * (1 - exp(-sympify(n) / (8 * t))))
