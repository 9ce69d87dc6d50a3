"""Total collapse, a point mass: how likely it is after t generations, and when it comes."""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Le, Or, Rational, log, oo, sympify

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability, Simplex
from ..language.moments import E, HittingTime, Prob, Tends
from .common import CategoricalLoop, SymbolLoop, diverse, half


def left(p, n, t) -> Expr:
    """E H_t, the diversity that is left."""
    return (1 - 1 / n) ** t * diverse(p)


@claim(
    source="derived: what is no point mass has a diversity from 2 (n - 1)/n^2 to 1 - 1/K",
    trivial=1,
    mutants={
        "E H_t itself for the upper bound": lambda n, p, t: {"<=": left(p, n, t)},
        "the share of the diversity that is left": lambda n, p, t: {">=": 2 * (1 - 1 / n) ** t},
    },
    unreached={"derivation": "that a diversity is 0 is no moment of it"},
)
def discrete_collapse_probability_three_symbols(n=Integers(2, 30, notable=(20,)), p=Simplex(3), t=Integers(1, 60)):
    """Three symbols: P(no point mass after t fits) is between 3/2 E H_t and n^2/(2 (n - 1)) E H_t, E H_t = (1 - 1/n)^t H(p).

    With K symbols it is at least K/(K - 1) E H_t.
    """
    alive, mean = Prob(CategoricalLoop(p, n).diversity(t) > 0), left(p, n, t)
    return And(Ge(alive, Rational(3, 2) * mean), Le(alive, n**2 / (2 * (n - 1)) * mean))


@claim(
    source="derived: what is no point mass has a diversity from 2 (n - 1)/n^2 to 1/2",
    trivial=1,
    tight={"n": 2},
    mutants={
        "E H_t itself for the upper bound": lambda n, p, t: {"<=": 2 * p * (1 - p) * (1 - 1 / n) ** t},
        "half more than the lower bound": lambda n, p, t: {">=": 6 * p * (1 - p) * (1 - 1 / n) ** t},
    },
    unreached={"derivation": "that a diversity is 0 is no moment of it"},
)
def discrete_collapse_probability_two_symbols(
    n=Integers(2, 100, notable=(20,)), p=Probability(notable=(Rational(3, 10),)), t=Integers(1, 200, notable=(50, 10))
):
    """Two symbols: P(no point mass after t fits) is between 2 E H_t and n^2/(2 (n - 1)) E H_t, E H_t = (1 - 1/n)^t H(p)."""
    share, mean = SymbolLoop(p, n).share(t), 2 * p * (1 - p) * (1 - 1 / n) ** t
    alive = Prob(share * (1 - share) > 0)
    return And(Ge(alive, 2 * mean), Le(alive, n**2 / (2 * (n - 1)) * mean))


@claim(
    source="derived: the share is a martingale, 1 - share >= 1/n while two symbols are left",
    mutants={"nearer to 1/2": lambda p: p + (half - p) / 4},
    unreached={"derivation": "that a share is 1 is no moment of it"},
)
def discrete_collapse_probability_law(
    n=Integers(2, 100, notable=(20,)), p=Probability(notable=(Rational(3, 10),)), t=Integers(1, notable=(200, 30))
):
    """It is a symbol's probability p to be the one that is left: P(share_t = 1) is within n p (1 - p) (1 - 1/n)^t of p."""
    there = Prob(SymbolLoop(p, n).share(t) >= 1)
    return Tends(there, (t, 1, oo), p, rate=n * p * (1 - p) * (1 - 1 / n) ** t)


@claim(
    source="the share of the diversity that is left, taken for the probability that more than one symbol is left",
    expected="fails",
    corrected="discrete-collapse-probability-two-symbols",
)
def discrete_collapse_probability_share(n=Points(20), p=Points(Rational(3, 10)), t=Points(50, 10)):
    """Two symbols: P(no point mass after t fits) = (1 - 1/n)^t."""
    share = SymbolLoop(p, n).share(t)
    return Eq(Prob(share * (1 - share) > 0), (1 - 1 / sympify(n)) ** t)


# ---- when -----------------------------------------------------------------------------------------------------------


def collapse_time(p, n) -> Expr:
    """The mean number of fits until one of two symbols is left."""
    loop = SymbolLoop(p, n)
    return E(HittingTime(lambda s: Or(loop.share(s) <= 0, loop.share(s) >= 1)))


def diffusion_time(p, n) -> Expr:
    """Its diffusion approximation."""
    return -2 * n * (p * log(p) + (1 - p) * log(1 - p))


@claim(
    source="the diffusion approximation is classical (Kimura & Ohta); the bounds derived from exact chains",
    where=lambda n, p: And(n * p >= Rational(3, 10), n * (1 - p) >= Rational(3, 10)),
    mutants={
        "diploid, 4 n": lambda n, p: {">=": 2 * diffusion_time(p, n) - 1 - log(n) / 3},
        "n, whatever p is": lambda n, p: {"<=": n},
    },
    unreached={"derivation": "a first time is no moment of the state"},
)
def discrete_absorption_time(n=Integers(2, 150, notable=(10, 50)), p=Probability(notable=(half, Rational(1, 10)))):
    """Two symbols: the mean time to collapse is -2 n (p ln p + (1 - p) ln(1 - p)), or less by 1 + ln(n)/3 at most.

    For n p >= 3/10 and n (1 - p) >= 3/10. t = 1 is the fit to real data.
    """
    time, most = collapse_time(p, n), diffusion_time(p, n)
    return And(Le(time, most), Ge(time, most - 1 - log(n) / 3))


@claim(
    source="the diffusion approximation, taken for an upper bound for every p",
    expected="fails",
    corrected="discrete-absorption-time",
)
def discrete_absorption_time_rare(n=Points(10, 50), p=Points(Rational(1, 100), Rational(1, 1000))):
    """Two symbols, one of them rare: the mean time to collapse is at most -2 n (p ln p + (1 - p) ln(1 - p))."""
    return Le(collapse_time(sympify(p), sympify(n)), diffusion_time(sympify(p), sympify(n)))


@claim(
    source="'collapse takes about n generations'",
    expected="fails",
    corrected="discrete-absorption-time",
)
def discrete_absorption_time_n(n=Points(20, 100), p=Points(half, Rational(1, 10))):
    """Two symbols: the mean time to collapse is between 0.8 n and 1.2 n, whatever p is."""
    time = collapse_time(sympify(p), sympify(n))
    return And(Ge(time, Rational(4, 5) * n), Le(time, Rational(6, 5) * n))
