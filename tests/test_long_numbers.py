"""Numbers that nobody writes out, differences far below the digits of both sides, and sums that have no value."""

import pytest
from stated import assert_proved, is_proved, stated
from sympy import Abs, Eq, Integer, Le, Rational, Sum, Symbol, exp, oo, pi, sqrt

from theory import Chebyshev, Integers, Iterate, Noise, Normal, Positive, Prob, Reals
from theory.language.lengths import highest_rate, is_too_long
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.relations.prove import prove

x, k = Symbol("x", real=True), Symbol("k", integer=True, positive=True)


def test_a_tower_of_powers_is_not_written_out():
    """Its values at the first 256 integers were: (1001/1000)^(2^256) did not end."""
    domain = {"k": Integers(0), "a": Reals(0, Rational(1001, 1000))}
    assert not is_proved(lambda k, a: Le(Iterate(x**2, (x, a), k), 1), **domain)
    assert is_proved(lambda k, a: Le(Iterate(x**2, (x, a), k), 1), **domain | {"a": Reals(0, 1)})
    assert is_too_long(Rational(1001, 1000) ** (2**k), {k: Integer(40)})
    assert not is_too_long(Rational(1001, 1000) ** (2**k), {k: Integer(4)})


def test_rates_are_seen_in_an_exponent_that_is_a_square():
    """exp((k + 1445/2048)^2/2) was factored as a polynomial of degree 2^23 in another exponential."""
    assert highest_rate(exp((x + Rational(1445, 2048)) ** 2 / 2)) == 2**23
    assert highest_rate(exp(Rational(7, 5) * x)) == 7
    beside = lambda a: Le(Prob(Abs(Noise("Z", Normal(1, 1))) >= a), Chebyshev(Noise("Z", Normal(1, 1)), a))  # noqa: E731
    assert not prove(stated(beside, a=Positive())).refuted


@pytest.mark.parametrize("more", [0, 1, -1])
def test_whole_numbers_of_a_hundred_digits_are_told_apart(more):
    """(n + 10^50)^2 and one more were supported as equal, to the digits of a double."""
    found = prove(stated(lambda n: Eq((n + 10**50) ** 2, n**2 + 2 * n * 10**50 + 10**100 + more), n=Integers(2)))
    assert (found.proved, found.refuted) == (more == 0, more != 0)


def test_a_root_a_little_off_is_told_apart():
    tiny = Rational(1, 10**40)
    assert prove(stated(lambda a: Eq(sqrt(a) ** 2 + pi, a + pi + tiny), a=Positive())).refuted
    assert_proved(lambda a: Eq(sqrt(a) ** 2 + pi, a + pi), a=Positive())


@pytest.mark.parametrize(("power", "verdict"), [(1, Verdict.UNDECIDED), (2, Verdict.SUPPORTED)])
def test_a_quotient_of_sums_has_a_value_where_these_converge(power, verdict):
    """1 + 1/2 + 1/3 + ... over itself is 1 to SymPy: it was supported."""
    claim = stated(
        lambda n: Eq(Sum(k**-power, (k, 1, oo)) / Sum(k**-power, (k, 1, oo)), 1),
        n=Integers(2),
    )
    assert {f.verdict for f in enclose(claim, claim.points()[:2])} == {verdict}
