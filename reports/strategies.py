"""Strategies of Hypothesis for tests of your own: numbers, laws, rewards, mixing schemes, loops, models, points of a claim.

from hypothesis import given
from reports import strategies as some

@given(some.curated_loops())
def test_mine(loop): ...

All numbers are exact (of SymPy) and small, so that balls and simulations of what is drawn cost milliseconds. Those of one
variable are `Integers(2, 50).strategy()`, and so of every domain.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, exp, oo

from theory import (
    Accumulate,
    Beta,
    Binomial,
    ChiSquare,
    CuratedLoop,
    Exponential,
    Finite,
    FixedReal,
    FreshReal,
    Gamma,
    GaussianLoop,
    Geometric,
    Growing,
    Laplace,
    Logistic,
    Loop,
    NegativeBinomial,
    Normal,
    Replace,
    Subsample,
    SymbolLoop,
    Uniform,
)
from theory.gaussian import PooledGaussianLoop
from theory.language.claims import Claim
from theory.language.loops import CLOCK, Model
from theory.language.policies import Policy

MOST = 5  # draws of a fit: laws on what such few may be are followed in milliseconds


def fractions(low: int, high: int) -> st.SearchStrategy[Expr]:
    """Rational numbers from `low` to `high`, with denominators of at most 12."""
    return st.fractions(low, high, max_denominator=12).map(lambda x: Rational(x.numerator, x.denominator))


positive = fractions(0, 4).filter(bool)
probabilities = fractions(0, 1).filter(lambda p: 0 < p < 1)
sizes = st.integers(2, MOST).map(Integer)


def finite_laws(least: int = 2, most: int = 4) -> st.SearchStrategy[Finite]:
    """Laws on so many atoms, each of which has mass."""
    weights = st.lists(st.integers(1, 6), min_size=least, max_size=most)
    return weights.map(lambda ws: Finite([Rational(w, sum(ws)) for w in ws]))


def laws() -> st.SearchStrategy[Any]:
    """Laws of a real number that have all moments, for `Noise("Z", law)`: continuous and discrete ones."""
    wide = fractions(-2, 2)
    return st.one_of(
        st.builds(Normal, wide, positive),
        st.builds(Laplace, wide, positive),
        st.builds(Logistic, wide, positive),
        st.builds(lambda a, length: Uniform(a, a + length), wide, positive),
        st.builds(Exponential, positive),
        st.builds(Gamma, positive, positive),
        st.builds(Beta, positive, positive),
        st.builds(Geometric, probabilities),
        st.builds(NegativeBinomial, positive, probabilities),
        st.builds(ChiSquare, st.integers(1, 6)),
        st.builds(Binomial, st.integers(1, 6), probabilities),
    )


def rewards(atoms: int) -> st.SearchStrategy[tuple[Expr, ...]]:
    """A reward for each of so many atoms, from -2 to 2; equal ones among them."""
    return st.tuples(*[fractions(-2, 2)] * atoms)


def mixing_schemes() -> st.SearchStrategy[Policy]:
    """Data policies: what a fit sees of real and of synthetic data."""
    beside = st.integers(1, MOST).map(Integer)
    grown = st.sampled_from([CLOCK + 1, 2 * CLOCK, CLOCK**2 + 1]).map(Growing)
    others = st.sampled_from([Replace(), Accumulate(), Subsample()])
    return st.one_of(others, st.builds(FixedReal, beside), st.builds(FreshReal, beside), grown)


def gaussian_loops() -> st.SearchStrategy[GaussianLoop]:
    """A Gaussian that is refitted to its own draws, by any estimator of its variance."""
    estimators = st.sampled_from(["unbiased", "mle", Integer(-1)])
    return st.builds(GaussianLoop, sizes, positive, fractions(-2, 2), estimators, st.booleans())


@st.composite
def mixed_loops(draw: st.DrawFn) -> Loop:
    """A Gaussian mean, or the share of a symbol, refitted under a mixing scheme."""
    policy = draw(mixing_schemes())
    if isinstance(policy, Subsample) or draw(st.booleans()):
        return PooledGaussianLoop(draw(sizes), policy, draw(positive), draw(fractions(-2, 2)), True)
    return SymbolLoop(draw(probabilities), draw(sizes), policy)


@st.composite
def curated_loops(draw: st.DrawFn) -> CuratedLoop:
    """Retraining on picks among K draws, with or without real data, on two to four atoms."""
    law = draw(finite_laws())
    reward = draw(rewards(len(law.masses)))
    candidates, ratio = draw(st.sampled_from([Integer(2), Integer(3), oo])), draw(positive | st.just(oo))
    return CuratedLoop(law, tuple(map(exp, reward)), candidates, ratio)


def loops() -> st.SearchStrategy[Loop]:
    """Any of these."""
    return st.one_of(gaussian_loops(), mixed_loops(), curated_loops())


def models(of: st.SearchStrategy[Loop] | None = None, latest: int = 3) -> st.SearchStrategy[Model]:
    """The model of a loop after up to so many fits, for distances such as `KL(model, loop.truth)`."""
    return st.builds(lambda loop, t: loop.model(t), gaussian_loops() if of is None else of, st.integers(0, latest))


@st.composite
def points(draw: st.DrawFn, claim: Claim) -> dict[str, Any]:
    """A joint value of a claim's variables, by name, which its side condition admits: `claim(**point)` is its relation there."""
    values = {name: draw(domain.strategy()) for name, domain in claim.domain.items()}
    if not claim.admits(values):
        from hypothesis import reject

        reject()
    return values


__all__ = [
    "curated_loops",
    "finite_laws",
    "fractions",
    "gaussian_loops",
    "laws",
    "loops",
    "mixed_loops",
    "mixing_schemes",
    "models",
    "points",
    "positive",
    "probabilities",
    "rewards",
    "sizes",
]
