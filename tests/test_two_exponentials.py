"""Two exponentials are compared by their exponents: in proofs, and by the checker of certificates."""

import pytest
from stated import assert_proved, is_proved
from sympy import Ge, Gt, Le, Lt, Rational, Symbol, exp, true

from theory import Integers, Positive, Reals
from theory.recheck.signs import Signs

X, Y = {"x": Reals()}, {"x": Reals(), "y": Reals()}
TRUE = {
    "equal where y = 0": (Y, lambda x, y: Le(exp(x), exp(x + y**2))),
    "a square": (Y, lambda x, y: Le(exp(x * y), exp(x**2 + y**2))),
    "against 1": ({"a": Positive(), "t": Integers(1)}, lambda a, t: Lt(exp(-a * t), 1)),
    "1 against it": ({"a": Positive(), "t": Integers(1)}, lambda a, t: Gt(exp(a / t), 1)),
    "twice as much": (Y, lambda x, y: Ge(2 * exp(x + y**2), 2 * exp(x))),
}
FALSE = {
    "strictly where y = 0": (Y, lambda x, y: Lt(exp(x), exp(x + y**2))),
    "the other way": (Y, lambda x, y: Ge(exp(x), exp(x + y**2))),
    "too little": (Y, lambda x, y: Le(exp(x * y), exp((x**2 + y**2) / 3))),
    "against 1 at 0": ({"a": Positive(), "t": Integers(0)}, lambda a, t: Lt(exp(-a * t), 1)),
    "another factor": (Y, lambda x, y: Le(2 * exp(x), exp(x + y**2))),
    "another factor below 1": (Y, lambda x, y: Lt(exp(x), Rational(1, 2) * exp(x + y**2 + Rational(1, 2)))),
    "any exponent": (X, lambda x: Le(exp(x), 1)),
}


@pytest.mark.parametrize("name", TRUE)
def test_the_larger_exponent_tells(name):
    domain, relation = TRUE[name]
    assert_proved(relation, **domain)


@pytest.mark.parametrize("name", FALSE)
def test_no_smaller_one_does(name):
    domain, relation = FALSE[name]
    assert not is_proved(relation, **domain)


@pytest.mark.parametrize(
    ("x", "strict", "seen"),
    [
        (lambda a, c: exp(a) - 1, True, True),
        (lambda a, c: exp(a + c) - exp(c), True, True),
        (lambda a, c: 1 - exp(-a), True, True),
        (lambda a, c: exp(c**2) - 1, False, True),
        (lambda a, c: exp(c**2) - 1, True, False),
        (lambda a, c: 1 - exp(a), False, False),
        (lambda a, c: exp(c) - exp(a + c), False, False),
        (lambda a, c: exp(a) - 2, False, False),
        (lambda a, c: exp(c) - 1, False, False),
    ],
)
def test_the_checker_sees_as_much(x, strict, seen):
    domains = {"a": Positive(), "c": Reals()}
    symbols: dict[str, Symbol] = {name: d.symbol(name) for name, d in domains.items()}
    assert Signs(symbols, domains, true).positive(x(*symbols.values()), strict) == seen
