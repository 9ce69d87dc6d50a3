"""Signs that the checker of certificates sees: random expressions against numbers, and rule by rule."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Add, Integer, N, Rational, Symbol, erf, erfc, expand, lambdify, sqrt, tanh, true

from theory import Integers, Positive, Probability, Reals
from theory.recheck.signs import Signs, _factored, _of_factors

DOMAINS = {"a": Positive(), "p": Probability(), "c": Reals(), "n": Integers(2), "d": Reals()}
a, p, c, n, d = (of.symbol(name) for name, of in DOMAINS.items())
k = Symbol("k", integer=True, nonnegative=True)
AT = {
    a: [Rational(1, 1000), Rational(1, 3), Integer(1), Rational(5, 2), Integer(400)],
    p: [Rational(1, 500), Rational(1, 4), Rational(1, 2), Rational(9, 10), Rational(499, 500)],
    c: [Integer(-50), Rational(-3, 2), Rational(-1, 10), Integer(0), Rational(2, 3), Integer(7)],
    n: [Integer(i) for i in (2, 3, 4, 9, 60)],
    d: [Integer(-2), Integer(0), Rational(1, 2)],
}


NEAR = 1e-6


def signs():
    return Signs({str(s): s for s in AT}, DOMAINS, true)


def larger(f):
    pairs = st.tuples(f, f)
    return st.one_of(
        pairs.map(lambda x: x[0] + x[1]),
        pairs.map(lambda x: x[0] - x[1]),
        pairs.map(lambda x: x[0] * x[1]),
        pairs.map(lambda x: x[0] / (1 + x[1] ** 2)),
        f.map(lambda x: x**2),
        f.map(lambda x: sqrt(1 + x**2)),
        f.map(lambda x: 1 - p * x),
        f.map(lambda x: x * p**n),
        f.map(lambda x: (1 + a) ** n - x),
    )


numbers = st.sampled_from([Integer(1), Integer(2), Integer(-1), Rational(1, 3)])
roots = st.sampled_from([sqrt(a), sqrt(n), 1 / sqrt(n), sqrt(p * (1 - p))])
expressions = st.recursive(st.one_of(st.sampled_from([a, p, c, n, d]), numbers, roots), larger, max_leaves=6)


@given(expressions, st.booleans())
def test_what_is_seen_to_be_positive_is(x, strict):
    if not x.free_symbols or not signs().positive(x, strict):
        return
    of = sorted(x.free_symbols, key=str)
    of_them = np.array(list(product(*([float(v) for v in AT[s]] for s in of))), dtype=np.longdouble).T
    with np.errstate(all="ignore"):
        floats, sizes = (lambdify(of, y)(*of_them) for y in (x, sum(map(Abs, Add.make_args(expand(x))))))
        clear = np.broadcast_to(floats > NEAR * sizes, of_them.shape[1:])  # above what is lost in floats
    for values, seen in zip(product(*(AT[s] for s in of)), clear, strict=True):
        if seen:
            continue
        number = N(x.xreplace(dict(zip(of, values, strict=True))), 30)
        # what cancels to 0 in thirty digits is not told apart from it
        assert number > (0 if strict else -(10**-20)), (x, values)


@pytest.mark.parametrize(
    ("gap", "below"),
    [
        (1 - 1 / sqrt(n), 1 - 2 / sqrt(n)),  # a root of what is above 1
        (sqrt(n) - 1 + 1 / n, sqrt(n) - 2 + 1 / n),
        (a**2 - a + Rational(1, 3), a**2 - a + Rational(1, 5)),  # no root, and two
        (2 * (c + a) ** 2 + a, 2 * (c + a) ** 2 - a),  # a square as it is written
        (sqrt(a + p) - sqrt(a), sqrt(a + p) - sqrt(a + Rational(1, 2))),  # by squares
        (Rational(1, 2) - erf(a) / 2, Rational(1, 3) - erf(a) / 2),  # between 0 and 1 where a > 0
        (erfc(c) * a, (erfc(c) - 1) * a),
        (erf(a) + tanh(p), erf(a) - tanh(p)),
        (2 + erf(c) - tanh(d), 1 + erf(c) - tanh(d)),
        (Rational(3, 5) - sqrt(p) * sqrt(1 - p), Rational(2, 5) - sqrt(p) * sqrt(1 - p)),
    ],
    ids=str,
)
def test_a_sign_is_seen_and_that_of_the_twin_is_not(gap, below):
    assert signs().positive(gap, strict=True)
    assert not signs().positive(below, strict=False)


def test_a_square_that_touches_0_is_not_above_it():
    assert signs().positive((c + a) ** 2, strict=False)
    assert not signs().positive((c + a) ** 2, strict=True)
    assert not signs().positive(4 * a**2 - 4 * a + 1, strict=True)  # 0 at 1/2
    assert signs().positive(c**2 - 2 * c * d + 2 * d**2, strict=False)
    assert not signs().positive(c**2 - 2 * c * d + 2 * d**2, strict=True)  # 0 where both are
    assert not signs().positive(Rational(1, 2) - sqrt(p) * sqrt(1 - p), strict=True)  # 0 at 1/2
    assert signs().positive(Rational(1, 2) - sqrt(p) * sqrt(1 - p), strict=False)


def test_terms_of_the_same_powers_are_added():
    """Written unevaluated, the last of two was taken for both: -3 c^2 + c^2 was 0 or more."""
    falling = Add(-3 * c**2, c**2, evaluate=False)
    assert _of_factors(falling) == (-1, False)
    assert _factored(falling) == (-2, [(c, 2)])
    assert _of_factors(Add(3 * c**2, -(c**2), evaluate=False)) == (1, False)
