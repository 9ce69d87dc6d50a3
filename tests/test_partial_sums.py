"""Sums over generations: of moments, and the mean of a sum; in closed form, on every witness, and false ones refuted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import assert_proved, stated
from sympy import Add, Eq, Expr, Ge, Integer, Le, Mul, Rational, S, Sum, Symbol

from simulate.engine.plan import _slopes
from theory import E, GaussianLoop, Integers, Loop, Noise, Normal, Probability, Reals, coordinate
from theory.language.claims import Point
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.relations.prove import prove
from theory.proof.symbols.partial_sums import partial_sum

s = Symbol("s", integer=True, nonnegative=True)
t = Symbol("t", integer=True, nonnegative=True)
b = Symbol("b", positive=True)


class Walk(Loop):
    """A walk with normal steps."""

    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1))}


class Pulled(Loop):
    """A walk that is pulled back."""

    a: Reals
    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": self.a * now["x"] + Noise("Z", Normal(0, 1))}


fractions = st.fractions(-3, 3, max_denominator=4).map(lambda q: Rational(q.numerator, q.denominator))
bases = st.sampled_from([S.One, S(-1), S(2), Rational(1, 3), b, b**2, 1 / b])
terms = st.lists(st.tuples(fractions, st.integers(0, 3), bases), min_size=1, max_size=3)


@settings(max_examples=40, deadline=None)
@given(terms, st.integers(0, 3), st.integers(0, 6))
def test_it_is_the_sum_of_its_terms(parts, low, count):
    """Also over no terms at all, and from a later one on; the base b takes a number at which its conditions hold."""
    term: Expr = sum((c * s**k * base**s for c, k, base in parts), S.Zero)
    found = partial_sum(term, s, Integer(low), t)
    assert found is not None
    form, nonzero = found
    at = {b: Rational(3, 7)}
    assert all(c.xreplace(at) != 0 for c in nonzero)
    last = low + count - 1
    direct = sum((term.xreplace({s: Integer(i)}) for i in range(low, last + 1)), S.Zero)
    if last >= 0:
        assert (form.xreplace({t: Integer(last)}) - direct).xreplace(at).expand() == 0


def test_what_is_no_sum_of_powers_is_left():
    assert partial_sum(1 / (s + 1), s, S.Zero, t) is None
    assert partial_sum(b ** (s**2), s, S.Zero, t) is None


WALK, PULLED = Walk(), Pulled
TRUE = {
    "walk": (lambda t: Eq(E(Sum(WALK.x(s) ** 2, (s, 0, t)) / (t + 1)), t / 2), {}),
    "fourth powers": (lambda t: Eq(E(Sum(WALK.x(s) ** 4, (s, 1, t))), t * (t + 1) * (2 * t + 1) / 2), {}),
    "sum of means": (lambda t: Eq(Sum(E(WALK.x(s) ** 2), (s, 0, t)), t * (t + 1) / 2), {}),
    "average": (
        lambda a, t: Le(E(Sum(PULLED(a).x(s) ** 2, (s, 0, t)) / (t + 1)), 1 / (1 - a**2)),
        {"a": Probability()},
    ),
    "fits": (lambda n, t: Eq(E(Sum(GaussianLoop(n).sigma(s) ** 2, (s, 0, t))), t + 1), {"n": Integers(2)}),
    "an index of which nothing is declared": (
        lambda t: Eq(Sum(E(WALK.x(Symbol("k")) ** 2), (Symbol("k"), 0, t)), t * (t + 1) / 2),
        {},
    ),
}
FALSE = {
    "walk": (lambda t: Eq(E(Sum(WALK.x(s) ** 2, (s, 0, t)) / (t + 1)), t * Rational(5001, 10000)), {}),
    "fourth powers": (lambda t: Eq(E(Sum(WALK.x(s) ** 4, (s, 1, t))), t * (t + 1) * (2 * t + 3) / 2), {}),
    "sum of means": (lambda t: Eq(Sum(E(WALK.x(s) ** 2), (s, 0, t)), t * (t - 1) / 2), {}),
    "average": (
        lambda a, t: Ge(E(Sum(PULLED(a).x(s) ** 2, (s, 0, t)) / (t + 1)), 1 / (1 - a**2) - 1),
        {"a": Probability()},
    ),
    "fits": (lambda n, t: Eq(E(Sum(GaussianLoop(n).sigma(s) ** 2, (s, 0, t))), t), {"n": Integers(2)}),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_mean_of_a_sum_is_the_sum_of_the_means(name):
    relation, domain = TRUE[name]
    assert_proved(relation, **domain, t=Integers(0))


@pytest.mark.parametrize("name", FALSE)
def test_a_false_sum_is_not_proved_and_balls_refute_it(name):
    relation, domain = FALSE[name]
    claim = stated(relation, **domain, t=Integers(0))
    assert not prove(claim).proved
    at = {"t": 12, "n": 3, "a": Rational(9, 10)}
    (found,) = enclose(claim, [Point(1, {k: S(at[k]) for k in claim.domain})])
    assert found.verdict is Verdict.REFUTED


M = [Symbol(f"m{i}", real=True) for i in range(4)]
affine = st.recursive(
    st.sampled_from([*M, b, S(3), Rational(1, 2)]),
    lambda f: st.one_of(
        st.lists(f, min_size=2, max_size=4).map(lambda xs: Add(*xs)),
        st.tuples(st.sampled_from([b, b + 1, S(-2)]), f).map(lambda p: Mul(*p, evaluate=False)),
    ),
    max_leaves=8,
)


@given(affine)
def test_the_coefficients_of_a_sum_of_moments_are_its_slopes(x):
    """Found in one pass, as SymPy's derivatives are."""
    found = _slopes(x, set(M))
    assert found is not None
    assert all((found.get(m, S.Zero) - x.diff(m)).expand() == 0 for m in M)


def test_what_is_no_affine_function_of_moments_has_none():
    for x in (M[0] * M[1], M[0] ** 2, 1 / M[0], b * (M[0] + M[1] * M[2])):
        assert _slopes(x, set(M)) is None
