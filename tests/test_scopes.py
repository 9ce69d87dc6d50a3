"""What sums run over: two variables of one name are never taken for one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import Add, Eq, Integer, Integral, Mul, Product, Sum, Symbol, oo

from reports.conjectures import load
from theory import CLOCK, E, GaussianLoop, Integers, Limit, Loop, Noise, Normal, Reals, Var, coordinate
from theory.language.errors import BadInput
from theory.language.scopes import apart
from theory.proof.relations.prove import prove

j, k, t = (Symbol(name, integer=True, nonnegative=True) for name in "jkt")
named_t = Symbol("t", integer=True)  # as the variable of a claim is, and another symbol
whole = Symbol("j", integer=True)


class Slower(Loop):
    a: Reals
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, now):
        return {"x": now["x"] + self.a * Noise("Z", Normal(0, 1)) / CLOCK}


class Upward(Loop):
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, now):
        return {"x": now["x"] + 1 + Noise("Z", Normal(0, 1))}


SQUARES = Sum(E(Slower(j).x(t) ** 2), (j, 0, 3))  # its form has a sum over a j of its own, too


@pytest.mark.parametrize("relation", [Eq(SQUARES, 4 * t), Eq(1 + SQUARES / 10**20, 1 + 4 * t / Integer(10) ** 20)])
def test_a_sum_in_a_derived_form_is_not_over_what_the_claim_sums_over(relation):
    """j**2/j**2 was 1: both were proved."""
    assert not is_proved(lambda t: relation, t=Integers(0))


UPWARD = Sum(E(Upward().x(j)) * Sum(j, (j, 0, 2)), (j, 0, t))
TWO_SYMBOLS = Sum(Sum(E(Upward().x(j)) * whole, (whole, 0, 2)), (j, 0, t))


@pytest.mark.parametrize("side", [UPWARD, TWO_SYMBOLS], ids=["one symbol", "two symbols"])
def test_sums_over_two_variables_of_one_name_within_each_other(side):
    assert is_proved(lambda t: Eq(side, 3 * t * (t + 1) / 2), t=Integers(0))
    assert not is_proved(lambda t: Eq(side, 5 * (t + 1)), t=Integers(0))
    assert not is_proved(lambda t: Eq(side, 4 * t * (t + 1) / 2), t=Integers(0))


def test_a_sum_over_a_variable_that_is_called_as_one_of_the_claim():
    """The claim's was taken for it: a sum of t, t + 1 times."""
    assert is_proved(lambda t: Eq(Sum(Var(Upward().x(named_t)), (named_t, 0, t)), t * (t + 1) / 2), t=Integers(0))
    assert not is_proved(lambda t: Eq(Sum(Var(Upward().x(named_t)), (named_t, 0, t)), t * (t + 1)), t=Integers(0))


FILE = """
from sympy import *
from theory import *

s = Symbol("t", integer=True)

class Steps(Loop):
    x = coordinate()
    initial = {{"x": 0}}

    def step(self, now):
        return {{"x": now["x"] + Noise("Z", Normal(0, 1))}}

@claim
def summed(t=Integers(1)):
    "A sum, or a limit."
    return {relation}
"""


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        ("Eq(Sum(Var(Steps().x(s)), (s, 0, t)), t*(t + 1)/2)", "t is a parameter of the claim, and Sum runs over it"),
        (
            "Eq(Sum(Var(Steps().x(CLOCK)), (CLOCK, 1, t)), t*(t + 1)/2)",
            "is the number of the fit in a step, and Sum runs over it",
        ),
        (
            "Tends(Var(Steps().x(CLOCK))/CLOCK, (CLOCK, 1, oo), 1, 1/CLOCK)",
            "Tends runs over CLOCK, the number of the fit in a step",
        ),
        (
            "Eq(E(GaussianLoop(5, sigma0=CLOCK).mu(t)), CLOCK - CLOCK*t)",
            "CLOCK is the number of the fit in a step, and in a loop",
        ),
        ("Eq(E(GaussianLoop(5).mu((t, 1))), 0)", "is no generation, and no index"),
        ("Limit(E(GaussianLoop(2 + CLOCK).mu(CLOCK)**2), (CLOCK, oo), 1)", "expected a variable that grows"),
    ],
)
def test_a_file_says_which_names_are_taken(tmp_path, relation, said):
    (file := tmp_path / "sums.py").write_text(FILE.format(relation=relation), encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        load(str(file))


def test_the_number_of_the_fit_is_no_variable_of_a_limit():
    with pytest.raises(BadInput, match="expected a variable that grows"):
        Limit(E(GaussianLoop(2 + CLOCK).mu(CLOCK) ** 2), (CLOCK, oo), 1)


def test_an_end_that_is_within_the_scope_of_another_variable_has_its_other_name():
    of_both = apart(Sum(j * k, (k, 0, j), (j, 1, t)), frozenset({"j"}))
    (inner, _, end), (outer, *_) = of_both.limits
    assert (inner, end, outer.name) == (k, outer, "j2")
    assert [of_both.xreplace({t: Integer(n)}).doit() for n in (1, 2, 3)] == [1, 7, 25]


names = st.sampled_from([j, k, whole])
terms = st.recursive(
    st.one_of(names, st.integers(1, 3).map(Integer)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda xy: xy[0] * xy[1] + xy[0]),
        st.tuples(st.sampled_from([Sum, Product]), inner, names, st.integers(0, 1), names | st.just(Integer(2))).map(
            lambda a: a[0](a[1], (a[2], a[3], a[4] if a[4] != a[2] else Integer(2)))
        ),
        st.tuples(inner, names).map(lambda a: Integral(a[0], (a[1], 0, 2))),
    ),
    max_leaves=6,
)


def value(x, at):
    """What a term comes to, whose integrals are over the integers in their range, by its tree alone."""
    if isinstance(x, Symbol):
        return at[x]
    if not isinstance(x, Sum | Product | Integral):
        return x.func(*(value(a, at) for a in x.args)) if x.args else x

    def over(limits, at):
        if not limits:
            return value(x.function, at)
        *inner, (s, low, high) = limits  # the inner ones come first
        parts = (over(inner, at | {s: Integer(i)}) for i in range(int(value(low, at)), int(value(high, at)) + 1))
        return (Mul if isinstance(x, Product) else Add)(*parts)

    return over(x.limits, at)


@given(terms, st.integers(0, 3), st.integers(0, 3))
def test_other_names_change_no_value(term, first, second):
    """And no name is bound twice within one scope."""
    found = apart(term, frozenset({"j"}))
    for x in found.atoms(Sum, Product, Integral):
        inside = [s.name for y in x.function.atoms(Sum, Product, Integral) for s in y.variables]
        own = [s.name for s in x.variables]
        assert not {*own} & {*inside}
        assert len({*own}) == len(own)
        assert "j" not in own
    at = {k: Integer(first), j: Integer(second), whole: Integer(second + 1)}
    assert value(found, at) == value(term, at)


def test_a_new_name_is_none_of_the_claim_s():
    """The inner sum over k was renamed k2, which is the name of a variable of the claim that stands within its scope."""
    claimed = stated(lambda k2: Eq(Sum(Sum(k, (k, 1, 2)) + k2, (k, 1, 3)), 9 + 3 * k2), k2=Integers(1))
    bound = {limits[0].name for x in claimed.relation({}).atoms(Sum) for limits in x.limits}
    assert len(bound) == 2
    assert "k2" not in bound
    assert prove(claimed).proved
