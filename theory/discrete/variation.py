"""The total variation of histograms from the truth: after one fit in closed form, after many with its bound and its limit."""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Ge, Le, Rational, binomial, oo, pi, sqrt, sympify

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability, Simplex
from ..language.moments import TV, E, Tends
from .common import CategoricalLoop, SymbolLoop, half

NO_MOMENT = {"derivation": "the absolute value of a count's error is no moment"}


def total_variation(p, n, t) -> Expr:
    """E TV between the model after t fits and the truth."""
    loop = CategoricalLoop(p, n)
    return E(TV(loop.model(t), loop.p))


def deviation(n, nu, p) -> Expr:
    """The mean absolute deviation of a share among n draws, p its probability, nu the least integer above n p."""
    return 2 * nu * binomial(n, nu) * p**nu * (1 - p) ** (n - nu + 1) / n


# ---- one fit --------------------------------------------------------------------------------------------------------


@claim(
    source="de Moivre's mean deviation of a binomial count, classical",
    where=lambda n, nu, u: nu <= n,
    mutants={
        "nu - 1 for nu": lambda n, nu, u: deviation(n, nu - 1, (nu - 1 + u) / n),
        "the Gaussian's": lambda n, nu, u: sqrt(2 * (nu - 1 + u) * (n - nu + 1 - u) / (pi * n**3)),
    },
    unreached=NO_MOMENT,
)
def discrete_histogram_tv(n=Integers(1, 60, notable=(10, 50)), nu=Integers(1, 60, notable=(4,)), u=Probability()):
    """One fit to n points: the mean deviation of a share is 2 nu C(n, nu) p^nu (1 - p)^(n - nu + 1)/n, nu = floor(n p) + 1.

    E TV is half of their sum over the symbols. The probability p is (nu - 1 + u)/n here.
    """
    p = (nu - 1 + u) / n
    return Eq(E(Abs(SymbolLoop(p, n).share(1) - p)), deviation(n, nu, p))


@claim(
    source="derived: Jensen's inequality",
    mutants={"the Gaussian factor sqrt(2/pi)": lambda n, p: sqrt(2 * p * (1 - p) / (pi * n))},
)
def discrete_histogram_tv_symbol(n=Integers(1, notable=(10, 1, 2)), p=Probability(notable=(half,))):
    """One fit to n points: the mean deviation of a share is sqrt(p (1 - p)/n) at most.

    With the inequality of Cauchy and Schwarz over K symbols: E TV <= sqrt((K - 1)/n)/2.
    """
    return Le(E(Abs(SymbolLoop(p, n).share(1) - p)), sqrt(p * (1 - p) / n))


@claim(
    source="derived: the inequalities of Jensen, and of Cauchy and Schwarz over the symbols",
    trivial=1,
    mutants={"three fifths of it": lambda n: Rational(3, 5) * half * sqrt(2 / n)},
    unreached=NO_MOMENT,
)
def discrete_histogram_tv_most(n=Integers(1, 60, notable=(10, 1)), p=Simplex(3)):
    """One fit to n points, three symbols: E TV <= sqrt((K - 1)/n)/2, K = 3, whatever p is."""
    return Le(total_variation(p, n, 1), half * sqrt(2 / n))


@claim(
    source="the limit of large samples, taken for a bound at every size",
    expected="fails",
    corrected="discrete-histogram-tv-most",
)
def discrete_histogram_tv_gaussian(n=Points(1, 2, 3)):
    """One fit to n points, a fair coin: E TV is at most sqrt((K - 1)/(2 pi n)), K = 2, as it is in the limit of large n."""
    return Le(total_variation((half, half), n, 1), 1 / sqrt(2 * pi * n))


# ---- many fits ------------------------------------------------------------------------------------------------------


@claim(
    source="derived: the shares are martingales, Jensen's inequality for their absolute errors",
    mutants={"by a tenth in every fit": lambda n, p, t: Rational(11, 10) * total_variation(p, n, t)},
)
def discrete_tv_martingale_limit_rises(n=Integers(2, 25, notable=(20,)), p=Simplex(3), t=Integers(1, 40)):
    """Nothing is regained: the expected total variation from the truth never falls from one generation to the next."""
    return Ge(total_variation(p, n, t + 1), total_variation(p, n, t))


@claim(
    source="derived: Jensen's inequality; heterozygosity",
    mutants={"the Gaussian factor sqrt(2/pi)": lambda n, p, t: sqrt(2 * p * (1 - p) * (1 - (1 - 1 / n) ** t) / pi)},
)
def discrete_tv_martingale_limit_most(
    n=Integers(2, notable=(20,)), p=Probability(notable=(Rational(3, 10),)), t=Integers(0, notable=(10,))
):
    """The mean deviation of a share is sqrt(p (1 - p) (1 - (1 - 1/n)^t)) at most; of two symbols it is E TV."""
    share = SymbolLoop(p, n).share(t)
    return Le(E(Abs(share - p)), sqrt(p * (1 - p) * (1 - (1 - 1 / n) ** t)))


@claim(
    source="derived: Jensen's inequality",
    mutants={"the number of symbols dropped": lambda n, p, t: sqrt(E((SymbolLoop(p, n).share(t) - p) ** 2) / 2)},
)
def discrete_l1_from_l2_two_symbols(
    n=Integers(2, notable=(20,)), p=Probability(notable=(Rational(3, 10),)), t=Integers(1, notable=(10,))
):
    """Two symbols: E TV, the mean deviation of a share, is at most sqrt(D/2), D the expected squared error.

    D is twice the squared error of a share. In the loop without real data; beside real ones: `...-three-symbols`.
    """
    share = SymbolLoop(p, n).share(t)
    return Le(E(Abs(share - p)), sqrt(E((share - p) ** 2)))


@claim(
    source="derived: the law of absorption; the shares are martingales",
    mutants={
        "half of it": lambda p: p * (1 - p),
        "to 1": lambda p: p / p,
    },
    unreached=NO_MOMENT,
)
def discrete_tv_martingale_limit(
    n=Integers(2, 60, notable=(20,)), p=Probability(notable=(Rational(3, 10),)), t=Integers(1, notable=(50, 200))
):
    """The mean deviation of a share tends to 2 p (1 - p): the sum of p (1 - p) over the symbols, H(p), is the limit of E TV.

    Two symbols: E TV is the mean deviation of one of them. It is short of its limit by n p (1 - p) (1 - 1/n)^t at most.
    """
    share = SymbolLoop(p, n).share(t)
    return Tends(E(Abs(share - p)), (t, 1, oo), 2 * p * (1 - p), rate=n * p * (1 - p) * (1 - 1 / n) ** t)


@claim(
    source="the distance from the likeliest symbol, taken for the limit",
    expected="fails",
    corrected="discrete-tv-martingale-limit",
)
def discrete_tv_martingale_limit_likeliest(n=Points(10, 20), t=Points(200, 300)):
    """Two symbols, p = 3/10: in the end E TV is 3/10, as if the likelier symbol were left; after 200 fits below 7/20."""
    return Le(total_variation((Rational(3, 10), Rational(7, 10)), sympify(n), t), Rational(7, 20))
