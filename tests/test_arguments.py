"""A function that has no real value somewhere on the domain is in no proof."""

import pytest
from stated import is_proved
from sympy import (
    Eq,
    Gt,
    Integer,
    LambertW,
    Mod,
    Piecewise,
    Symbol,
    acos,
    acosh,
    acoth,
    asin,
    atanh,
    besseli,
    besselj,
    besselk,
    bessely,
    beta,
    binomial,
    cos,
    cot,
    coth,
    csc,
    csch,
    digamma,
    erfcinv,
    erfinv,
    expint,
    factorial,
    ff,
    harmonic,
    log,
    lowergamma,
    polylog,
    rf,
    sec,
    sin,
    tan,
    uppergamma,
    zeta,
)

from theory import Probability, Reals, entr
from theory.proof.symbols.arguments import KNOWN, TAKEN, taken

a = Symbol("a", real=True)
PARTLY = {  # functions of what lies between -3 and 3, with a value for some of it
    asin: asin,
    acos: acos,
    acosh: acosh,
    atanh: atanh,
    erfinv: erfinv,
    erfcinv: erfcinv,
    tan: tan,
    sec: sec,
    cot: cot,
    csc: csc,
    coth: coth,
    csch: csch,
    entr: entr,
    log: log,
    zeta: zeta,
    LambertW: LambertW,
    harmonic: harmonic,
    factorial: factorial,
    Mod: lambda x: Mod(1, x),
    polylog: lambda x: polylog(2, x),
    beta: lambda x: beta(x, 1),
    binomial: lambda x: binomial(x, x / 2),
    rf: lambda x: rf(x, x / 2),
    ff: lambda x: ff(x, x / 2),
    expint: lambda x: expint(2, x),
    uppergamma: lambda x: uppergamma(x, x),
    lowergamma: lambda x: lowergamma(x, 1),
    besselk: lambda x: besselk(1, x),
    bessely: lambda x: bessely(1, x),
    besseli: lambda x: besseli(x / 7, x),
    besselj: lambda x: besselj(x / 7, x),
}


def near_itself(f):
    """What no value contradicts: it holds wherever f has one."""
    return lambda x: Gt(f(x) ** 2 + 1, 0)


def test_every_function_is_looked_at():
    assert set(PARTLY) == set(TAKEN)


@pytest.mark.thin(2)
@pytest.mark.parametrize("f", PARTLY.values(), ids=[str(f) for f in PARTLY])
def test_a_function_without_a_value_somewhere(f):
    assert not is_proved(near_itself(f), x=Reals(-3, 3))
    assert not is_proved(lambda x: Eq(f(x) + x, x + f(x)), x=Reals(-3, 3))


@pytest.mark.parametrize("f", [asin, acos, atanh, erfinv, erfcinv, entr, log, LambertW, harmonic, factorial], ids=str)
def test_where_it_has_one(f):
    assert is_proved(lambda x: Eq(f(x) + x, x + f(x)), x=Probability())


def test_a_function_of_which_nothing_is_known():
    assert taken(acoth(a)) == ((acoth(a), KNOWN),)
    assert not is_proved(near_itself(acoth), x=Reals(-3, 3))


def test_another_branch_has_other_values():
    """That of number -1 has none from 0 on."""
    assert taken(LambertW(a, -1)) == ((LambertW(a, -1), KNOWN),)


def test_cases():
    """Without a case, or without a value in one, there is none; where the cases part the domain, each is asked for its own."""
    assert not is_proved(lambda x: Eq(f := Piecewise((1, x > 0), (0, x < 0)), f), x=Reals(-1, 1))
    assert not is_proved(lambda x: Eq((f := Piecewise((log(x), x > -1), (0, True))) + x, x + f), x=Reals(-2, 2))
    assert not is_proved(lambda x: Eq((f := Piecewise((1, 1 / x > 1), (0, True))) + x, x + f), x=Reals(-2, 2))
    assert is_proved(lambda x: Eq((f := Piecewise((log(x), x > 0), (0, True))) + x, x + f), x=Reals(-2, 2))


def test_factors_of_a_whole_number_are_a_polynomial():
    for f in (binomial, rf, ff):
        assert taken(f(a, Integer(3))) in ((), ((Integer(3), "0 or above"),))
    assert taken(cos(a)) == taken(sin(a)) == ()
    assert taken(digamma(a)) == ((digamma(a), "different from 0, or from a pole"),)
