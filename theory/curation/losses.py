"""Finitely many samples: how long a collapse takes, the best point lost by sure choices, the bias beside real data."""

from __future__ import annotations

from sympy import And, Eq, Expr, Gt, Le, Lt, Rational, exp, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.laws import Finite
from ..language.moments import E, HittingTime
from .common import CuratedLoop, half
from .particles import AT_INFINITY, PickedSampleLoop

# ---- the time of a collapse -----------------------------------------------------------------------------------------

NO_TIME = {"derivation": "the mean of a first time is the solution of a linear system, without a closed form"}
TIMES = (  # n, w = e^d, K, copies of the better type at first; the catalogue's mean time until one type is left
    (20, exp(Rational(1, 5)), 2, 10, Rational("20.396392608473107")),
    (50, exp(Rational(1, 10)), 2, 25, Rational("47.7464947807705")),
    (100, exp(half), 2, 50, Rational("16.436371598818152")),
    (100, 1, 2, 50, Rational("136.602278382")),
)


def collapse(n, K, w, copies) -> Expr:
    """The mean number of generations until one of two types is left, from `copies` of the first one among n."""
    theta = PickedSampleLoop(n, K, w, Rational(copies, n)).theta
    return E(HittingTime(lambda t: theta(t) * (1 - theta(t)) <= 0))


@claim(
    source="derived: the mean time of a Wright-Fisher chain with selection, by linear equations",
    mutants={"a hundredth less": lambda case: {"<": case[4] * Rational(99, 100)}},
    unreached=NO_TIME,
)
def curation_absorption_time(case=Points(*TIMES)):
    """With finitely many samples a curated loop of two types ends in one of them: four mean times to nine decimals."""
    n, w, K, copies, value = case
    time = collapse(n, K, w, copies)
    return And(Gt(time, value - Rational(1, 10**9)), Lt(time, value + Rational(1, 10**9)))


@claim(
    source="the time of neutral types, which is of the order n, taken for that of unequal ones",
    expected="fails",
    corrected="curation-absorption-time",
)
def curation_absorption_time_linear(n=Points(20, 50)):
    """Twice as many samples take twice as long to collapse: two candidates, weights e^(1/2) apart, from one half."""
    return Gt(collapse(2 * n, 2, exp(half), n), Rational(19, 10) * collapse(n, 2, exp(half), n // 2))


# ---- sure choices ---------------------------------------------------------------------------------------------------


LOST = (  # n, K, how many of the best points; the catalogue's probability that they are lost
    (10, 2, 1, Rational("0.1835410041697464")),
    (50, 2, 1, Rational("0.1992991206043778")),
    (50, 4, 1, Rational("0.0190504863327603")),
)


def lost(n, K, best) -> Expr:
    """The probability that none of the `best` best points of n is copied in the end."""
    return 1 - E(PickedSampleLoop(n, K, oo, Rational(best, n)).theta(oo))


@claim(
    source="derived: absorption of a chain of copies, by linear equations",
    mutants={"the first generation's alone": lambda case: {"<": (1 - Rational(1, case[0])) ** (case[0] * case[1])}},
    unreached=AT_INFINITY,
)
def curation_hard_best_initial_lost(case=Points(*LOST)):
    """Sure choices lose the best of n points: 18.4 % of runs for n = 10 and two candidates, 19.9 % for 50, 1.9 % with four.

    To twelve decimals. As n grows this tends to the root z < 1 of z = e^(K (z - 1)): an argument in words.
    """
    n, K, best, value = case
    p = lost(n, K, best)
    return And(Gt(p, value - Rational(1, 10**12)), Lt(p, value + Rational(1, 10**12)))


@claim(
    source="expected of sure choices",
    expected="fails",
    corrected="curation-hard-best-initial-lost",
)
def curation_hard_best_initial_lost_never(n=Points(10, 50), K=Points(2, 3)):
    """The best point is lost less than once in a hundred times if each point is the best of K."""
    return Le(lost(n, K, 1), Rational(1, 100))


# ---- beside real data -----------------------------------------------------------------------------------------------


@claim(
    source="derived: one fit is a concave function of the share (Jensen)",
    mutants={"two hundredths less": lambda n, w, lam, q, t: Rational(98, 100) * _population(w, lam, q, t)},
    unreached={"derivation": "too many rounds to be written out"},
)
def curation_finite_n_stationary_bias_sign(
    n=Integers(2, 20, notable=(20, 5)),
    w=Reals(1, 5, notable=(3,)),
    lam=Positive(hi=4, notable=(2,)),
    q=Probability(notable=(Rational(1, 10),)),
    t=Integers(2, 20),
):
    """With real data and n samples the better type has a smaller share on average than in the population, from model 2 on.

    Two candidates. The step is concave in the share, so that what fluctuates is taken less of: a bias of the order 1/n.
    """
    return Lt(E(PickedSampleLoop(n, 2, w, q, lam).theta(t)), _population(w, lam, q, t))


def _population(w, lam, q, t) -> Expr:
    """The mass of the atom of weight w after t fits to real data and infinitely many picks, each of two candidates."""
    return CuratedLoop(Finite((q, 1 - q)), (w, 1), 2, lam).mass(t, 0)


@claim(
    source="the population's limit, taken for the mean of samples",
    expected="fails",
    corrected="curation-finite-n-stationary-bias-sign",
)
def curation_finite_n_stationary_bias_none(n=Points(5), t=Points(2, 5)):
    """With real data the mean share of n samples is that of the population."""
    share = E(PickedSampleLoop(n, 2, 3, Rational(1, 10), 2).theta(t))
    return Eq(share, _population(3, 2, Rational(1, 10), t))
