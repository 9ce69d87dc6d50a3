"""Means of random functions of draws, of derivation and of balls, against the same draws by NumPy.

Sums, products, quotients, signs, cases, extremes, exponentials and smooth functions of draws in one another: SymPy, whose
integrals and signs a derivation is made of, is wrong for some of them.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from attack import Slow, limited
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Expr,
    Integer,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    atan,
    exp,
    lambdify,
    log,
    nan,
    oo,
    sign,
    tanh,
    zoo,
)

from theory import Binomial, ChiSquare, E, Exponential, Laplace, Noise, Normal, Uniform
from theory.language.errors import BadInput, CannotTell
from theory.language.moments import Moment
from theory.proof.enclose import value
from theory.proof.existence import Undefined
from theory.proof.foreign import telling
from theory.proof.methods import moment
from theory.proof.standard import standardise
from theory.proof.symbols.averages import Infinite

DRAWN = 100_000
ERRORS = 7  # standard errors: one in 10^11, of a sample without a heavy tail
MOST_TAIL = 0.35  # of the largest values, by Hill's estimate: a heavier one tells nothing
SECONDS = 10
X, Y = Noise("X", Normal(0, 1)), Noise("Y", Normal(1, 2))
Q, P = Noise("Q", ChiSquare(3)), Noise("P", Exponential(2))
U, L, K = Noise("U", Uniform(-1, 2)), Noise("L", Laplace(0, 1)), Noise("K", Binomial(2, Rational(1, 3)))


@cache
def samples():
    """Draws of each, that do not change from example to example."""
    rng = np.random.default_rng(20261128)
    return {
        X: rng.normal(size=DRAWN),
        Y: rng.normal(1, np.sqrt(2), size=DRAWN),
        Q: rng.chisquare(3, size=DRAWN),
        P: rng.exponential(2, size=DRAWN),
        U: rng.uniform(-1, 2, size=DRAWN),
        L: rng.laplace(size=DRAWN),
        K: rng.binomial(2, 1 / 3, size=DRAWN).astype(float),
    }


def unary(f):
    return st.sampled_from(
        [
            Abs,
            sign,
            atan,
            tanh,
            lambda x: x**2,
            lambda x: exp(-Abs(x)),
            lambda x: exp(-(x**2)),
            lambda x: log(1 + Abs(x)),
        ]
    ).flatmap(lambda g: f.map(g))


def binary(f):
    pairs = st.tuples(f, f)
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.filter(lambda p: p[1] != 0).map(lambda p: p[0] / p[1]),
        pairs.filter(lambda p: p[1] != -1).map(lambda p: p[0] / (1 + p[1])),
        pairs.map(lambda p: Max(*p)),
        pairs.map(lambda p: Min(*p)),
        st.tuples(f, f, f).map(lambda p: Piecewise((p[0], p[1] > p[2]), (p[2], True))),
    )


leaves = st.one_of(st.sampled_from([X, Y, Q, P, U, L, K]), st.integers(-2, 3).map(Integer), st.just(Rational(1, 2)))
functions = st.recursive(leaves, lambda f: st.one_of(unary(f), binary(f)), max_leaves=4)


def said(f: Expr, of) -> complex | None:
    """E f by its standard moments; None where these are not told, or it takes too long."""
    try:
        with limited(SECONDS), telling():
            x = standardise(E(f))
            return complex(x.xreplace({m: of(m) for m in x.atoms(Moment)}).evalf(15))
    except (CannotTell, BadInput, Infinite, Undefined, Slow, TypeError):
        return None


def by_form(m: Moment) -> Expr:
    found = moment(m)
    if not all(c.is_positive for c in found.positive):
        raise CannotTell("it need not exist")
    return found.form


def by_ball(m: Moment) -> Expr:
    ball = value(m).value
    if not ball.is_finite() or float(ball.rad()) > 1e-6 * (1 + abs(float(ball.mid()))):
        raise CannotTell("not finite, or too wide")
    return Rational(str(ball.mid().str(20, radius=False)))


def drawn(f: Expr) -> tuple[float, float] | None:
    """The mean of a sample and its standard error; None of one that tells nothing."""
    of = sorted(f.atoms(Noise), key=str)
    names = {z: Symbol(f"x{i}", real=True) for i, z in enumerate(of)}
    with np.errstate(all="ignore"):
        x = lambdify(list(names.values()), f.xreplace(names), modules=["numpy", "scipy"])(*(samples()[z] for z in of))
    x = np.broadcast_to(np.asarray(x, dtype=float), (DRAWN,))
    if not np.isfinite(x).all():
        return None
    far = np.sort(np.abs(x - x.mean()))[-200:]
    if far[0] <= 0 or np.log(far / far[0]).mean() > MOST_TAIL:
        return None
    return float(x.mean()), float(x.std() / np.sqrt(DRAWN))


def held_against_draws(f: Expr) -> None:
    if f.atoms(Noise) and not f.has(zoo, nan, oo):
        judge(f, {name: said(f, of) for name, of in (("form", by_form), ("ball", by_ball))})


def judge(f: Expr, told: Mapping[str, complex | None]) -> None:
    if all(y is None for y in told.values()) or (sample := drawn(f)) is None:
        return
    mean, error = sample
    for name, y in told.items():
        near = y is None or abs(y - mean) <= ERRORS * error + 1e-9 * (1 + abs(mean))
        assert near, f"E({f}) is {y} by its {name}, {mean} by draws"


@settings(max_examples=150)
@given(functions)
def test_what_is_told_is_what_is_drawn(f):
    held_against_draws(f)


@pytest.mark.long
@settings(max_examples=5000)
@given(functions)
def test_what_is_told_is_what_is_drawn_in_the_long_run(f):
    held_against_draws(f)


WRONG_ONCE = [
    sign(1 / (X + Y)),
    Abs(X / (X + Y)),
    exp(-(Min(0, U) ** 2) * U**2),
    tanh(2 * P),
    tanh(2 * P) * Q**2 / (Q**2 + 1),
    Piecewise((1, X > 0), (U, True)),
]


@pytest.mark.parametrize("f", WRONG_ONCE, ids=str)
def test_what_was_false_once(f):
    held_against_draws(f)


def test_it_sees_a_mean_that_is_wrong():
    judge(X**2, {"form": 1.0, "ball": None})
    with pytest.raises(AssertionError, match="by its form"):
        judge(X**2, {"form": 1.05, "ball": None})
    assert drawn(1 / X) is None  # no mean: a sample tells nothing
