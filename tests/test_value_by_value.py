"""Events of several draws that take few values, and of counts near their largest value: against an enumeration."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import is_proved
from sympy import And, Eq, Integer, Max, Min, Piecewise, Rational, Symbol, binomial, expand

from theory import Atoms, Binomial, Integers, Loop, Noise, Normal, Prob, Probability, coordinate
from theory.proof.methods.laws import derive

U, V = Noise("U", Binomial(1, Rational(1, 3))), Noise("V", Binomial(2, Rational(1, 4)))
W = Noise("W", Atoms((-1, 0, 2), (Rational(1, 2), Rational(1, 3), Rational(1, 6))))
MASSES = {
    U: {0: Rational(2, 3), 1: Rational(1, 3)},
    V: {0: Rational(9, 16), 1: Rational(6, 16), 2: Rational(1, 16)},
    W: {-1: Rational(1, 2), 0: Rational(1, 3), 2: Rational(1, 6)},
}
EVENTS = [
    lambda a, b, c: Min(1 - 2 * U, a - U * V) >= 0,
    lambda a, b, c: Max(U * V, W) > b,
    lambda a, b, c: a * U + b * V + c * W * U >= 1,
    lambda a, b, c: U * V * W + a * V > c,
    lambda a, b, c: Min(W + a, V - b, U) >= c,
]


@given(which=st.sampled_from(range(len(EVENTS))), a=st.integers(-2, 2), b=st.integers(-2, 2), c=st.integers(-2, 2))
def test_an_event_of_few_values_has_the_sum_of_their_probabilities(which, a, b, c):
    event = EVENTS[which](*map(Integer, (a, b, c)))
    if event in (True, False):
        return
    total = sum(
        MASSES[U][u] * MASSES[V][v] * MASSES[W][w]
        for u, v, w in product(MASSES[U], MASSES[V], MASSES[W])
        if bool(event.xreplace({U: Integer(u), V: Integer(v), W: Integer(w)}))
    )
    assert expand(derive(Prob(event)).form - total) == 0


def test_one_draw_of_few_values_beside_a_normal_one():
    Z = Noise("Z", Normal(0, 1))
    found = derive(Prob(U * Z > U)).form  # only where U = 1
    assert abs(float(found) - 0.15865525393145707 / 3) < 1e-12


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("slope", [1, -1])
@pytest.mark.parametrize("left", [Integer(0), Integer(1), Rational(3, 2), Integer(2)])
@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_last_values_of_a_count(n, left, slope, strict):
    """Z >= n - left, n a symbol: by the masses of n, n - 1, ..."""
    p, m = Symbol("p", positive=True), Symbol("m", integer=True, positive=True)
    size = m + 1  # two values or more are counts
    z = Noise("S", Binomial(size, p))
    event = (slope * (z - (size - left)) > 0) if strict else (slope * (z - (size - left)) >= 0)
    found = derive(Prob(event)).form.subs(m, n - 1)
    holds = lambda k: slope * (k - (n - left)) > 0 if strict else slope * (k - (n - left)) >= 0  # noqa: E731
    total = sum(binomial(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if holds(k))
    assert expand(found - total) == 0


class Walk(Loop):
    """A step up with probability p, else down."""

    p: Probability()
    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": Piecewise((now["x"] + 1, Noise("U", Binomial(1, self.p)) > 0), (now["x"] - 1, True))}


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (lambda p, t: Eq(Prob(Walk(p).x(t) >= t), p**t), True),
        (lambda p, t: Eq(Prob(Walk(p).x(t) > t - 2), p**t), True),
        (lambda p, t: Eq(Prob(Walk(p).x(t) >= t - 2), p**t), False),
        (lambda p, t: Eq(Prob(Walk(p).x(t) >= t - 2), p**t + t * p ** (t - 1) * (1 - p)), True),
        (lambda p, t: Eq(Prob(And(Walk(p).x(1) > 0, Walk(p).x(2) <= 0)), p * (1 - p)), True),
        (lambda p, t: Eq(Prob(And(Walk(p).x(1) > 0, Walk(p).x(2) <= 0)), p**2), False),
    ],
)
def test_a_walk(relation, holds):
    assert is_proved(relation, p=Probability(), t=Integers(1)) == holds
