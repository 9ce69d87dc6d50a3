"""Rests of divisions and rounded numbers in claims: looked at in balls, and exactly where what is rounded is a whole number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import assert_proved, is_proved, stated
from sympy import Eq, Ge, Integer, Le, Lt, Mod, Rational, ceiling, floor

from theory import Integers, Reals
from theory.language.verdicts import Verdict
from theory.proof.enclose import decision
from theory.proof.prepared import prepare


def verdict(relation, at, **domains):
    (part,) = prepare(stated(relation, **domains), {}).parts
    return decision(part, {name: Integer(x) if isinstance(x, int) else x for name, x in at.items()}, 1e-6).verdict


@given(st.integers(-40, 40), st.integers(2, 7), st.integers(0, 6))
def test_rests_are_those_of_python(k, m, rest):
    found = verdict(lambda k: Eq(Mod(k, m), rest), {"k": k}, k=Integers(-40, 40))
    assert found == (Verdict.SUPPORTED if k % m == rest else Verdict.REFUTED)


@given(st.integers(-40, 40), st.integers(2, 7), st.sampled_from([floor, ceiling]))
def test_what_is_rounded_is_rounded_exactly(k, m, rounded):
    """Also where k/m is whole, and a ball around it lies on both sides of the jump."""
    exact = k // m if rounded is floor else -(-k // m)
    assert verdict(lambda k: Eq(rounded(k / m), exact), {"k": k}, k=Integers(-40, 40)) == Verdict.SUPPORTED
    above = exact + Rational(1, 100)
    assert verdict(lambda k: Ge(rounded(k / m), above), {"k": k}, k=Integers(-40, 40)) == Verdict.REFUTED


def test_of_reals():
    assert verdict(lambda x: Lt(Mod(x, 1), Rational(3, 10)), {"x": Rational(9, 4)}, x=Reals(0, 5)) == Verdict.SUPPORTED
    assert verdict(lambda x: Lt(Mod(x, 1), Rational(2, 10)), {"x": Rational(9, 4)}, x=Reals(0, 5)) == Verdict.REFUTED


def test_rests_by_derivation():
    assert_proved(lambda x: Eq(Mod(x, 1), x - floor(x)), x=Reals(0, 5))
    assert_proved(lambda k: Le(Mod(k, 3), 2), k=Integers(0, 50))
    assert not is_proved(lambda k: Le(Mod(k, 3), 1), k=Integers(0, 50))


@pytest.mark.parametrize("k", [30, 33])
def test_two_roundings_at_once(k):
    assert verdict(lambda k: Eq(floor(floor(k / 3) / 5), k // 15), {"k": k}, k=Integers(27, 40)) == Verdict.SUPPORTED
