"""Combinations of means that no generation changes: known ones, and every one that is told against the means themselves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, Symbol, sympify

from theory import (
    CLOCK,
    E,
    GaussianLoop,
    Growing,
    Loop,
    Noise,
    Normal,
    PooledGaussianLoop,
    Reals,
    SymbolLoop,
    Var,
    coordinate,
)
from theory.language.loops import Observable
from theory.proof.invariants import invariants
from theory.proof.methods import moment

t, n = Symbol("t", integer=True, nonnegative=True), Symbol("n", integer=True, positive=True)


class Linear(Loop):
    """x' = a x + b y + Z, y' = c x + d y - Z."""

    a: Reals
    b: Reals
    c: Reals
    d: Reals
    x = coordinate()
    y = coordinate()
    initial = {"x": sympify(1), "y": sympify(-2)}  # noqa: RUF012

    def step(self, now):
        z = Noise("Z", Normal(0, 1))
        return {"x": self.a * now["x"] + self.b * now["y"] + z, "y": self.c * now["x"] + self.d * now["y"] - z}


half = Rational(1, 2)
gaussian, symbols, mixing = GaussianLoop(n), SymbolLoop(Rational(1, 3), n), Linear(half, half, half, half)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        (E(gaussian.mu(t) ** 2), [gaussian.sigma(t) ** 2]),
        (Var(gaussian.mu(t)), [gaussian.sigma(t) ** 2]),
        (E(symbols.share(t) ** 2), [symbols.share(t)]),
        (E(mixing.x(t)), [mixing.x(t) + mixing.y(t)]),
        (E(gaussian.sigma(t)), []),
        (E(Linear(half, 0, 0, half).x(t)), []),
        (E(PooledGaussianLoop(3, Growing(3 + CLOCK), known_variance=True).mu(t) ** 2), []),
        (E(gaussian.mu(t) * gaussian.mu(t + 1)), []),  # of two generations nothing is told
    ],
    ids=str,
)
def test_known_invariants(asked, known):
    assert invariants(asked) == known


small = st.integers(-2, 2).map(lambda k: Rational(k, 2))


@settings(max_examples=25)
@given(a=small, b=small, c=small, d=small, power=st.integers(1, 2))
def test_what_is_told_stays_and_all_that_stays_is_told(a, b, c, d, power):
    loop = Linear(a, b, c, d)
    told = invariants(E(loop.x(t) ** power))
    for x in told:
        means = [
            moment(E(x.xreplace({o: Observable(loop, o.name, sympify(k)) for o in x.atoms(Observable)}))).form
            for k in range(4)
        ]
        assert len(set(means)) == 1
    if power == 1 and b != 0 and c != 0:  # w A = w for the matrix of the step
        assert bool(told) == ((a - 1) * (d - 1) == b * c)
