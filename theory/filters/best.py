"""The best of n draws."""

from __future__ import annotations

from sympy import Add, Eq, Expr, Lt, Rational, exp, log

from ..language.claims import claim
from ..language.domains import Integers, Positive, Probability, Reals
from ..language.finite_loops import FiniteLoop
from ..language.laws import Exponential, Finite, Noise
from ..language.moments import KL, E
from .common import coin, half, three


class BestOfLoop(FiniteLoop):
    """The best of a growing number of draws: model t is the law of the best of t + 1 draws from `start`.

    start: `Finite` law, its atoms in the order of their rewards, the best one last.
    Observables: mass(t, i, ...), the probability of atoms; model(t), a law.
    Source: Beirami et al. 2401.01879.
    """

    start: Finite

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """One more draw: it is the best one now, or what was best stays."""
        best, new = [state[name] for name in self.state], list(self.start.masses)
        out = (b * Add(*new[: i + 1]) + p * Add(*best[:i]) for i, (b, p) in enumerate(zip(best, new, strict=True)))
        return dict(zip(self.state, out, strict=True))


@claim(
    source="Beirami et al. 2401.01879 (an upper bound; as commonly quoted, an equality)",
    mutants={"half of it": lambda n, u, v, w: (log(n) - 1 + 1 / n) / 2},
    unreached={"derivation": "powers of sums against sums of powers, with n in the exponent"},
)
def filter_best_of_n_kl(n=Integers(2, notable=(4, 16)), u=Positive(), v=Positive(), w=Positive()):
    """KL of the best of n draws is below log n - (n - 1)/n; here on three atoms with masses in the ratio u : v : w."""
    loop = BestOfLoop(three(u, v, w))
    return Lt(KL(loop.model(n - 1), loop.start), log(n) - 1 + 1 / n)


@claim(
    source="Beirami et al. 2401.01879 (an upper bound; as commonly quoted, an equality)",
    mutants={"half of it": lambda p: (log(2) - half) / 2},
)
def filter_best_of_n_kl_coin(p=Reals(Rational(1, 100), Rational(99, 100), notable=(half,))):
    """The better of two tosses of a coin: KL stays below log 2 - 1/2 for every probability p of the better side."""
    loop = BestOfLoop(coin(p))
    return Lt(KL(loop.model(1), loop.start), log(2) - half)


@claim(
    source="textbook: the law of the maximum of n draws",
    mutants={"a power of the probability": lambda n, u, v, w: (v / (u + v + w)) ** n},
)
def filter_best_of_n_kl_law(n=Integers(1), u=Positive(), v=Positive(), w=Positive()):
    """The best of n draws is atom i with probability F_i^n - F_(i-1)^n: here the middle one of three."""
    loop, whole = BestOfLoop(three(u, v, w)), u + v + w
    return Eq(loop.mass(n - 1, 1), ((u + v) / whole) ** n - (u / whole) ** n)


@claim(
    source="derived: no density ratio exceeds 1/P(best)",
    mutants={"half of it": lambda n, p: -log(p) / 2},
    unreached={"derivation": "powers of sums against sums of powers, with n in the exponent"},
)
def filter_best_of_n_kl_ceiling(n=Integers(2, 64, notable=(4, 16)), p=Probability(notable=(half,))):
    """It never exceeds -log P(best), whereas log n - (n - 1)/n grows for ever."""
    loop = BestOfLoop(coin(p))
    return Lt(KL(loop.model(n - 1), loop.start), -log(p))


@claim(
    source="classical; Beirami et al. 2401.01879",
    mutants={"log n": lambda n: log(n), "(n - 1)/n forgotten half": lambda n: log(n) - (n - 1) / (2 * n)},
)
def filter_best_of_n_kl_continuous(n=Integers(1, notable=(2, 4, 16))):
    """For a continuous reward KL is exactly log n - (n - 1)/n: the rank U of a draw is uniform, that of the best has n U^(n-1).

    The integral is over Y = -log U.
    """
    Y = Noise("Y", Exponential())
    return Eq(E(n * exp(-(n - 1) * Y) * (log(n) - (n - 1) * Y)), log(n) - (n - 1) / n)


@claim(
    headline=(
        1,
        "The divergence of best-of-n, log n - (n - 1)/n, is an upper bound, and no equality where samples can repeat.",
    ),
    source="Beirami et al. 2401.01879, as commonly quoted",
    expected="fails",
    corrected="filter-best-of-n-kl",
)
def filter_best_of_n_kl_equality(n=Integers(2, notable=(4, 64)), p=Probability(notable=(half,))):
    """KL of best-of-n is log n - (n - 1)/n, also on a finite alphabet."""
    loop = BestOfLoop(coin(p))
    return Eq(KL(loop.model(n - 1), loop.start), log(n) - (n - 1) / n)
