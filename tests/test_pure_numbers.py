"""Relations of numbers are claims: SymPy must not have decided them before any witness has looked."""

import pytest
from stated import stated
from sympy import And, Eq, Ge, Gt, Integer, Le, Lt, Ne, Rational, Rel, Sum, Symbol, diff, exp, log, oo, pi, sqrt, zeta

from reports import check, clock
from theory import Integers, Points, Positive, Reals, claim
from theory.language.claims import Point
from theory.language.errors import BadInput
from theory.language.unevaluated import unevaluated
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose

NEARLY = 262537412640768744  # exp(pi sqrt(163)) is below it by less than 1e-12


def test_relations_are_kept_in_the_block_alone():
    with unevaluated():
        made = [Lt(1, 2), Gt(1, 2), Eq(1, 1), Le(exp(1), 3), Ge(1, 2), Ne(1, 1), Integer(1) < exp(1)]
    assert all(x.is_Relational for x in made)
    assert [Lt(1, 2), Gt(1, 2), Eq(1, 1)] == [True, False, True]
    assert (Symbol("x", positive=True) > 0) == True  # noqa: E712


@claim
def below():
    """e < 2.7183."""
    return Lt(exp(1), Rational(27183, 10000))


@claim
def above():
    """e > 2.7183, which is false."""
    return Gt(exp(1), Rational(27183, 10000))


@claim
def almost():
    """Ramanujan's number is below an integer."""
    return Lt(exp(pi * sqrt(163)), NEARLY)


@claim
def not_quite():
    """And not equal to it."""
    return Eq(exp(pi * sqrt(163)), NEARLY)


@claim
def not_quite_listed(k=Points(163)):
    """The same, of a listed value."""
    return Eq(exp(pi * sqrt(k)), NEARLY)


@claim
def logarithms():
    """log 8 = 3 log 2."""
    return Eq(log(8), 3 * log(2))


@claim
def both(k=Points(1, 2)):
    """2^k < e^k < 3^k."""
    return And(Lt(exp(k), 3**k), Gt(exp(k), 2**k))


@claim
def one_of_two(k=Points(1, 2)):
    """The second half is false at k = 2."""
    return And(Lt(exp(k), 3**k), Lt(exp(k), 7))


@claim
def equal_is_not_below():
    """5/6 < 1/2 + 1/3."""
    return Lt(Rational(5, 6), Rational(1, 2) + Rational(1, 3))


def test_they_are_decided():
    found = {
        c.claim.id: c.verdict
        for c in check(
            [below, above, almost, not_quite, not_quite_listed, logarithms, both, one_of_two, equal_is_not_below],
            seconds=2,
        )
    }
    proved, refuted = Verdict.PROVED, Verdict.REFUTED
    assert found == {
        "below": proved,
        "above": refuted,
        "almost": proved,
        "not-quite": refuted,
        "not-quite-listed": refuted,
        "logarithms": proved,
        "both": proved,
        "one-of-two": refuted,
        "equal-is-not-below": refuted,
    }


@claim
def by_declaration(n=Integers(1)):
    """True for what n was declared to be."""
    return Gt(n, 0)


@claim
def by_algebra(lam=Positive(), s=Positive()):
    """Both sides are one to SymPy."""
    return Eq(lam * (s + (s - lam * s) / lam), s * (1 + lam - lam))


@claim
def never(n=Integers(1)):
    """False for whatever n is."""
    return Eq(n, n + 1)


@claim
def not_below(n=Integers(1)):
    """False for whatever n is, by strictness alone."""
    return And(Lt(n, n), Gt(n, 0))


def test_what_sympy_decides_of_variables_is_decided():
    found = [c.verdict for c in check([by_declaration, by_algebra, never, not_below], seconds=2)]
    assert found == [Verdict.PROVED] * 2 + [Verdict.REFUTED] * 2


def test_sympy_decides_for_itself_what_it_asks_for_itself():
    """The relations that it makes as it differentiates were kept, too: "cannot determine truth value of Relational: 1 > nan"."""
    found = stated(lambda x: Eq(diff(x**4, x), 4 * x**3), x=Reals(-2, 2)).relation()
    assert found.is_Relational
    x = Symbol("x", real=True)
    with unevaluated():
        assert all(
            r.is_Relational
            for r in (0 * x + exp(1) >= 1, Rel(x, x, "<="), x + 1 > x, And(Le(x, x + 1), x < x + 1).args[0])
        )


@claim
def by_python(n=Integers(1)):
    """Compared by Python."""
    return 1 == 2


def test_what_is_no_relation_is_told():
    with pytest.raises(BadInput, match="before any value is put in"):
        by_python.relation()


def test_numbers_that_are_surely_apart_take_few_bits():
    """Endless sums take a minute at more than a thousand bits: these are not asked for, where they tell no more."""
    i, n = Symbol("i", integer=True, positive=True), 10_000
    p = i**-2 / zeta(2)
    missing = Sum(p * (1 - p / 100) ** n, (i, 1, oo))  # the mass that n draws have not seen
    value, digit = Rational("0.0690957291189663"), Rational(1, 10**14)
    with clock.within(20.0):
        for relation, told in (
            (And(missing > value - digit, missing < value + digit), True),
            (missing > value + digit, False),
            (missing < value - digit, False),
        ):
            found = enclose(stated(lambda relation=relation: relation), [Point(1, {})])
            assert [f.verdict for f in found] == [Verdict.PROVED if told else Verdict.REFUTED]
