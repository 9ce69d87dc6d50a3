"""Sums over the symbols of a simplex: what belongs to none is shared out by their probabilities, and each has the sign."""

import pytest
from stated import is_proved
from sympy import E as EULER
from sympy import Ge, Le, Lt, Rational, log

from theory import Integers, Simplex

SYMBOLS = {"p": Simplex(3)}
DRAWS = {"n": Integers(1), "p": Simplex(3)}
lost = lambda n, p: sum(q**2 * (1 - q) ** (n - 1) for q in p)  # noqa: E731
entropy = lambda p: -sum(q * log(q) for q in p)  # noqa: E731
diversity = lambda p: 1 - sum(q**2 for q in p)  # noqa: E731
CASES = {
    "Good and Turing": (lambda n, p: Le(lost(n, p), 1 / n), DRAWS, True),
    "below 1/(e n)": (lambda n, p: Le(lost(n, p), 1 / (EULER * n)), DRAWS, False),
    "one more draw": (lambda n, p: Lt(lost(n, p), 1 / (n + 1)), DRAWS, False),
    "of four": (lambda n, p: Lt(lost(n + 1, p), 1 / (n + 1)), DRAWS | {"p": Simplex(4)}, True),
    "what is seen once": (lambda n, p: Le(sum(q * (1 - q) ** (n - 1) for q in p), 1 / n), DRAWS, False),
    "not all alike": (lambda n, p: Le(lost(n, p[:2]) + p[2] * (1 - p[2]) ** (n - 1), 1 / n), DRAWS, False),
    "entropy and diversity": (lambda p: Ge(entropy(p), diversity(p)), SYMBOLS, True),
    "with half more": (lambda p: Ge(entropy(p), Rational(3, 2) * diversity(p)), SYMBOLS, False),
}


@pytest.mark.parametrize(("relation", "domains", "holds"), CASES.values(), ids=CASES)
def test_what_is_seen(relation, domains, holds):
    assert is_proved(relation, **domains) == holds
