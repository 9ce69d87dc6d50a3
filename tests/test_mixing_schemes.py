"""Mixing schemes: the recursion of errors against sums over paths, bounds in closed form, coins against plain NumPy."""

from fractions import Fraction
from itertools import combinations, pairwise
from math import prod
from time import process_time

import numpy as np
import pytest
from exact import about, number
from hypothesis import given
from hypothesis import strategies as st
from stated import stated
from sympy import Integer, Le, Rational, Symbol, cancel, sqrt, symbols, sympify

from simulate import sample
from theory import Integers, Positive
from theory.language.errors import BadInput, CannotTell
from theory.language.loops import CLOCK
from theory.language.moments import E
from theory.language.schemes import (
    Accumulated,
    Balanced,
    FullySynthetic,
    MixingScheme,
    RealAndLast,
    Repeating,
    Rows,
    Schemes,
)
from theory.mixing.learners import SCHEMES, MixtureCoinLoop
from theory.mixing.misfit import misfit
from theory.mixing.schemes import AccumulatedBoundLoop, bounds, powers
from theory.proof.relations.turns import turning

half = Rational(1, 2)


@st.composite
def rows(draw, most=5):
    """Weights of up to `most` generations, as whole numbers over their sum; some are 0."""
    out = []
    for i in range(1, draw(st.integers(1, most)) + 1):
        counts = draw(st.lists(st.integers(0, 6), min_size=i, max_size=i).filter(any))
        out.append(tuple(Rational(c, sum(counts)) for c in counts))
    return tuple(out)


def over_paths(weights, i: int, k: int) -> Fraction:
    """A_(i,k) without a recursion: the sum over all ways from k up to i of the product of the shares on it."""
    if i == k:
        return Fraction(1)
    ways = [(k, *between, i) for size in range(i - k) for between in combinations(range(k + 1, i), size)]
    return sum(
        (prod((Fraction(str(weights[b - 1][a])) for a, b in pairwise(w)), start=Fraction(1)) for w in ways),
        Fraction(0),
    )


@given(rows())
def test_errors_are_carried_on_as_the_sum_over_all_paths_has_it(weights):
    T = len(weights)
    found = Rows(weights).amplification(T)
    assert [Fraction(str(a)) for a in found] == [over_paths(weights, T, k) for k in range(1, T + 1)]


@given(rows())
def test_errors_are_carried_on_from_the_last_fit_down_as_the_sum_over_all_paths_has_it(weights):
    T = len(weights)
    errors = [Fraction(1, k) for k in range(1, T + 1)]
    found = Rows(weights).bound(1 / CLOCK, Integer(T)).value(T, lambda x: Fraction(str(x)))
    assert found == sum(over_paths(weights, T, k) * e for k, e in enumerate(errors, 1))


def test_a_thousand_generations_are_followed():
    """Half of the data real, the rest from all models: equal errors come to U(t) as its loop has it in closed form."""
    about(Balanced().bound(Integer(1), Integer(1000)), number(bounds(Balanced(), powers(1, 0)).U(1000)))
    with pytest.raises(CannotTell, match="up to 1024"):
        number(Balanced().bound(Integer(1), Integer(1025)))


@given(rows(), st.data())
def test_laws_stay_within_the_bound(weights, data):
    """Random models of a coin in rational numbers: what each misses of its mixture, summed, against the distance itself."""
    unit = st.fractions(0, 1, max_denominator=50)
    laws, errors = [data.draw(unit)], []
    for row in weights:
        mixture = sum((Fraction(str(w)) * p for w, p in zip(row, laws, strict=True)), Fraction(0))
        laws.append(data.draw(unit))
        errors.append(Rational(str(abs(laws[-1] - mixture))))
    assert Rational(str(abs(laws[-1] - laws[0]))) <= Rows(weights).bound(errors)


@pytest.mark.parametrize(
    "scheme", [FullySynthetic(), RealAndLast(Rational(1, 3)), Accumulated(), Balanced(), Balanced(1)]
)
def test_named_schemes_are_shares_and_their_loops_are_the_recursion(scheme):
    for i, row in enumerate(scheme.rows(6), 1):
        assert len(row) == i
        assert sum(row) == 1
        assert min(row) >= 0
    for t in (1, 2, 5):
        about(bounds(scheme, powers(1, 1)).U(t), number(scheme.bound([Rational(1, k) for k in range(1, t + 1)])))


def test_repeated_weights_are_shares_of_those_so_far():
    real, (a, b) = Rational(1, 3), symbols("a b", positive=True)
    known = [(1,), (real, 1 - real), (real, (1 - real) * a / (a + b), (1 - real) * b / (a + b))]
    rows = Repeating(real, (a, b)).rows(4)
    assert rows[:3] == [tuple(map(sympify, row)) for row in known]
    assert rows[3][1:] == tuple(sympify((1 - real) * w / (2 * a + b)) for w in (a, b, a))
    assert cancel(sum(rows[3]) - 1) == 0


def test_bounds_of_any_scheme_are_not_searched_while_a_claim_is_built():
    """Each of a hundred values took a thousand generations: minutes before a check began."""
    c = stated(lambda w, e, t: Le(w.bound(e, t), e * t), w=Schemes(), e=Positive(), t=Integers(1))
    values = c.points(1)[0].values
    start = process_time()
    assert all(value["t"] < 100 for value in turning(c, values))
    assert process_time() - start < 5


def test_a_scheme_of_ones_own():
    class Window(MixingScheme):
        """The last two models, in equal shares."""

        def row(self, i):
            return (1,) if i == 1 else (0, 1) if i == 2 else (*(0,) * (i - 2), half, half)

    assert Window().amplification(4) == (1, Rational(3, 4), half, 1)
    assert Window().amplification(3) == (1, half, 1)


def test_weights_that_are_none():
    for weights, message in (
        (((1,), (half, 0)), "sum 1"),
        (((1,), (2, -1)), "no negative"),
        (((1,), (1,)), "expected 2"),
        (((1,),), "no weights of generation 2"),
    ):
        with pytest.raises(BadInput, match=message):
            Rows(weights).bound([1, 1])
    b = Symbol("b", positive=True)
    with pytest.raises(BadInput, match="sum 1"):
        Rows(((1,), (b, b))).bound([1, 1])
    with pytest.raises(BadInput, match="from 0 to 1"):
        RealAndLast(2).bound([1, 1])
    with pytest.raises(BadInput, match="counted from 1"):
        Accumulated().amplification(0)


def test_symbols_may_be_weights():
    b, c = Symbol("b", positive=True), Symbol("c", positive=True)
    assert Rows(((1,), (1 - b, b), (1 - b - c, b, c))).amplification(3) == (b + b * c, c, 1)


def test_numbers_of_the_corollaries():
    about(AccumulatedBoundLoop(powers(1, half)).U(10**4), 1.85, digits=3)
    about(AccumulatedBoundLoop(1).U(10**4), 9.787606036044383)
    assert float(misfit(Rational(5))) == pytest.approx(0.983, abs=5e-4)


@pytest.mark.parametrize("scheme", SCHEMES.listed, ids=str)
def test_coins_against_plain_numpy(scheme):
    """Every toss of its own: first whose coin it is, by the scheme's weights, then how it falls."""
    p, N, t, size = 0.3, 4, 3, 20_000
    rng, laws = np.random.default_rng(1), [np.full(20_000, 0.3)]
    for row in scheme.rows(t):
        whose = rng.choice(len(row), (size, N), p=[float(w) for w in row])
        coin = np.take_along_axis(np.array(laws).T, whose, axis=1)
        laws.append((rng.random((size, N)) < coin).mean(axis=1))
    loop = MixtureCoinLoop(Rational(3, 10), N, scheme)
    exact = number(E((loop.share(t) - Rational(3, 10)) ** 2))
    drawn = sample(loop, ["share"], t, size, seed=2)["share"][:, t]
    for found in (laws[t], drawn):
        squares = (found - p) ** 2
        assert squares.mean() == pytest.approx(exact, abs=6 * squares.std() / np.sqrt(size))
    assert np.abs(drawn - p).mean() < float(scheme.bound([1 / (2 * sqrt(N))] * t))
