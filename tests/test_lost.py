"""What SymPy makes simpler as it is written has to have a value all the same: x/x is not 1 where x is 0."""

import json

import pytest
from stated import assert_proved, is_proved, stated
from sympy import (
    ITE,
    Add,
    And,
    Eq,
    Equivalent,
    Ge,
    Implies,
    Integer,
    Integral,
    Le,
    Matrix,
    Max,
    Min,
    Mul,
    Nand,
    Ne,
    Nor,
    Not,
    Or,
    Piecewise,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    Xor,
    asin,
    diff,
    exp,
    factorial,
    floor,
    gamma,
    harmonic,
    log,
    oo,
    pi,
    sign,
    simplify,
    sqrt,
    symbols,
    tan,
)
from sympy.logic.boolalg import Xnor

from simulate.engine.plan import plan_point
from theory import (
    CLOCK,
    Binomial,
    E,
    Integers,
    Loop,
    Noise,
    Normal,
    Point,
    Points,
    Positive,
    Prob,
    Probability,
    Reals,
    StudentT,
    coordinate,
)
from theory.language.verdicts import Verdict
from theory.proof.enclose import decision, enclose
from theory.proof.existence import Undefined
from theory.proof.exported import certificate
from theory.proof.prepared import prepare
from theory.proof.relations.prove import prove
from theory.proof.structures import refused_in_a_fit

FORMS = {
    "its own share": lambda x: Eq(x / x, 1),
    "its own inverse": lambda x: Eq(x * (1 / x), 1),
    "a power less": lambda x: Eq(x**3 / x, x**2),
    "a share of nothing": lambda x: Eq(0 / x, 0),
    "nothing of an inverse": lambda x: Eq(S.Zero * (1 / x), 0),
    "one inverse less another": lambda x: Eq(1 / x - 1 / x, 0),
    "an inverse of an inverse": lambda x: Eq(1 / (1 / x), x),
    "a power of an inverse": lambda x: Eq((1 / x) ** -2, x**2),
    "of a sum": lambda x: Eq((2 * x) / (2 * x), 1),
    "beside what has a value": lambda x: Ge(exp(x) + x / x, 1),
    "a power of 0": lambda x: Eq((1 / x) ** 0, 1),
    "a power of 1": lambda x: Eq(1 ** (1 / x), 1),
    "a rest": lambda x: Eq(0 % x, 0),
    "whole shares": lambda x: Eq(0 // x, 0),
}
OTHERS = {  # and what is said of what is written and has gone
    "roots of one number": (lambda x: Eq(sqrt(x) * sqrt(x), x), "sqrt(x) may have no value"),
    "one root less another": (lambda x: Eq(sqrt(x) - sqrt(x), 0), "sqrt(x) may have no value"),
    "one logarithm less another": (lambda x: Eq(log(x) - log(x), 0), "log(x) may have no value"),
    "nothing of a logarithm": (lambda x: Eq(0 * log(x), 0), "log(x) may have no value"),
    "of a logarithm": (lambda x: Eq(exp(log(x)), x), "log(x) may have no value"),
    "gammas": (lambda x: Eq(gamma(x) - gamma(x), 0), "gamma(x) may have no value"),
    "tangents": (lambda x: Eq(tan(x) - tan(x), 0), "tan(x) may have no value"),
}


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_divided_by_0(name):
    everywhere = stated(FORMS[name], x=Reals(-2, 2))
    found = prove(everywhere)
    assert not found.proved
    assert "x is not seen to be different from 0" in found.reason
    (part,) = prepare(everywhere, {}).parts
    with pytest.raises(Undefined, match="x is 0, and divides at x = 0"):
        decision(part, {"x": Integer(0)}, 0.01)
    assert decision(part, {"x": Integer(1)}, 0.01).verdict == Verdict.SUPPORTED
    assert_proved(FORMS[name], x=Positive())


@pytest.mark.parametrize("name", OTHERS)
def test_what_has_gone_has_a_value(name):
    relation, reason = OTHERS[name]
    assert reason in prove(stated(relation, x=Reals(-2, 2))).reason
    assert "none" in json.loads(certificate(stated(relation, x=Reals(-2, 2)), "derivation"))
    assert_proved(relation, x=Reals(0, 1))


def test_at_the_end_of_a_closed_interval_likewise():
    assert not is_proved(FORMS["its own share"], x=Probability(closed=True))
    assert_proved(FORMS["its own share"], x=Probability())


def test_no_root_is_of_what_is_below_0():
    square = lambda x: Eq(sqrt(x) ** 2, x)  # noqa: E731
    assert "sqrt(x)" in prove(stated(square, x=Reals(-1, 1))).reason
    assert_proved(square, x=Positive())
    assert_proved(square, x=Probability(closed=True))  # 0 has one


def test_a_side_condition_and_a_domain_tell():
    own = FORMS["its own share"]
    assert_proved(own, x=Reals(), where=lambda x: Ne(x, 0))
    assert_proved(lambda k: Eq((k - 1) / (k - 1), 1), k=Integers(2, 9))
    assert not is_proved(lambda k: Eq((k - 1) / (k - 1), 1), k=Integers(1, 9))


def test_a_parameter_that_is_reduced_has_a_value():
    def relation(a, b):
        return Eq(E(Noise("X", Normal((a**2 - b**2) / (a - b), 1))), a + b)

    assert "a - b is not seen" in prove(stated(relation, a=Reals(-1, 1), b=Reals(-1, 1))).reason
    assert_proved(relation, a=Reals(0, 1), b=Reals(-2, -1))


class Walk(Loop):
    """x adds a draw, and its own share."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, state):
        return {"x": state["x"] / state["x"] + Noise("Z", Normal(0, 1))}


class Heavy(Walk):
    """Sums of draws without a mean."""

    def step(self, state):
        return {"x": state["x"] + Noise("Z", StudentT(1))}


class Light(Walk):
    """Sums of draws with a mean, and a variance."""

    def step(self, state):
        return {"x": state["x"] + Noise("Z", StudentT(5))}


MEANS = {
    "one mean less another": lambda x: Eq(E(x**2) - E(x**2), 0),
    "nothing of a mean": lambda x: Eq(0 * E(x**2), 0),
    "its own share": lambda x: Eq(E(x**2) / E(x**2), 1),
}


@pytest.mark.parametrize("name", MEANS)
def test_a_mean_that_has_gone_is_finite(name):
    """oo - oo, 0 oo and oo/oo are no numbers."""
    heavy, light = (stated(lambda t, x=loop.x: MEANS[name](x(t)), t=Integers(1, 5)) for loop in (Heavy(), Light()))
    assert not prove(heavy).proved
    (part,) = prepare(heavy, {}).parts
    with pytest.raises(Undefined, match="infinite"):
        decision(part, {"t": Integer(2)}, 0.01)
    assert prove(light).proved


class Bound(Walk):
    """What is lost under a sum is of what the sum runs over, and of nothing of the loop."""

    def step(self, state):
        k = Symbol("k", integer=True)
        return {"x": state["x"] * Sum(k**2 / k, (k, 1, 3)) / 6 + Noise("Z", Normal(0, 1))}


def test_what_a_sum_runs_over_is_not_asked_for():
    assert_proved(lambda t: Eq(E(Bound().x(t)), 0), t=Integers(1, 5))


class Rooted(Walk):
    """x starts again from its root's square."""

    def step(self, state):
        return {"x": sqrt(state["x"]) ** 2 + Noise("Z", Normal(0, 1))}


class Above(Walk):
    """The same, where x is never 0."""

    @property
    def initial(self):
        return {"x": 1}

    def step(self, state):
        return {"x": 1 + state["x"] / state["x"] + Noise("Z", Normal(0, 1)) ** 2}


@pytest.mark.parametrize(
    ("loop", "mean", "reason"), [(Walk(), 1, "1/x has no value"), (Rooted(), 0, "sqrt(x) has no value")]
)
def test_steps_divide_and_take_roots_likewise(loop, mean, reason):
    said = stated(lambda t: Eq(E(loop.x(t)), mean), t=Integers(1, 5))
    found = prove(said)
    assert not found.proved
    assert reason in found.reason
    assert "none" in json.loads(certificate(said, "derivation"))


def test_a_step_that_keeps_away_from_0_has_a_mean():
    assert_proved(lambda t: Eq(E(Above().x(t)), 3), t=Integers(1, 5))


BUILT = {  # not by an operator
    "a product by name": lambda x: Eq(Mul(x, Pow(x, -1)), 1),
    "a sum by name": lambda x: Eq(Add(1 / x, -1 / x), 0),
    "a power by name": lambda x: Eq(Pow(1 / x, 0), 1),
    "the larger of two": lambda x: Eq(Max(1 / x, oo), oo),
    "a condition": lambda x: Eq(Piecewise((1, 1 / x > 0), (1, True)), 1),
    "nothing of cases": lambda x: Eq(0 * Piecewise((1 / x, x < 2), (1, True)), 0),
    "a matrix": lambda x: Eq((Matrix([[x]]) * Matrix([[1 / x]]))[0, 0], 1),
    "in a mean": lambda x: Eq(E(X / x), 0),
    "in an event": lambda x: Le(Prob(1 / x < X), 1),
}
X = Noise("X", Normal(0, 1))


@pytest.mark.parametrize("name", BUILT)
def test_what_is_built_by_its_name_has_a_value(name):
    assert "x is not seen to be different from 0" in prove(stated(BUILT[name], x=Reals(-2, 2))).reason
    assert "none" in json.loads(certificate(stated(BUILT[name], x=Reals(-2, 2)), "derivation"))
    assert_proved(BUILT[name], x=Positive())


def test_sympy_s_own_hands_are_as_ever_when_nobody_listens():
    assert "__new__" not in vars(Mul)
    assert "__new__" not in vars(Max)


j, k = symbols("j k", integer=True)
RANGES = {
    "terms": (lambda n: Eq(Sum(k / k, (k, n, n + 9)), 10), "Sum(1/k, (k, n, n + 9))"),
    "factors": (lambda n: Eq(Product(k / k, (k, n, n + 9)), 1), "Sum(1/k, (k, n, n + 9))"),
    "logarithms": (lambda n: Eq(Sum(log(k) - log(k) + 1, (k, n, n + 9)), 10), "log(k)"),
    "nothing of a sum": (lambda n: Eq(0 * Sum(1 / k, (k, n, n + 9)), 0), "Sum(1/k, (k, n, n + 9))"),
}


@pytest.mark.parametrize("name", RANGES)
def test_what_a_sum_runs_over_has_a_value(name):
    relation, told = RANGES[name]
    found = prove(stated(relation, n=Integers(0, 5)))
    assert not found.proved
    assert told in found.reason
    (part,) = prepare(stated(relation, n=Integers(0, 5)), {}).parts
    with pytest.raises(Undefined):
        decision(part, {"n": Integer(0)}, 0.01)
    assert decision(part, {"n": Integer(1)}, 0.01).verdict == Verdict.SUPPORTED
    assert_proved(relation, n=Integers(1, 5))


SUMS_IN_NUMBERS = {
    "a sum of sums": (Sum(1 / j, (j, 0, k), (k, 0, 3)), Sum(1 / j, (j, 1, k), (k, 1, 3))),
    "a product": (Product(1 / k, (k, -1, 3)), Product(1 / k, (k, 1, 3))),
    "roots of roots": (
        Sum((1 - k ** Rational(-3, 2) / Sum(j ** Rational(-3, 2), (j, 1, 9))) ** -99, (k, 0, 99)),
        Sum(
            (1 - k ** Rational(-3, 2) / Sum(k ** Rational(-3, 2), (k, 1, 99))) ** 999, (k, 1, 99)
        ),  # written out: gigabytes
    ),
}


@pytest.mark.parametrize("name", SUMS_IN_NUMBERS)
def test_a_sum_in_numbers_is_looked_at_term_by_term(name):
    without, with_value = SUMS_IN_NUMBERS[name]
    assert not is_proved(lambda n: Eq(0 * without + n, n), n=Integers(0, 5))
    assert_proved(lambda n: Eq(0 * with_value + n, n), n=Integers(0, 5))


@pytest.mark.parametrize("n", [Points(0), Points(0, 1)], ids=str)
def test_a_sum_in_numbers_has_a_value(n):
    """1/0 in it was not to be seen, whatever it was multiplied by."""
    relation, _ = RANGES["nothing of a sum"]
    assert not is_proved(relation, n=n)
    assert_proved(relation, n=Points(1, 2))


def test_a_range_that_has_gone_runs_forwards():
    gone = lambda n: Eq(0 * Sum(k, (k, 0, n - 5)), 0)  # noqa: E731
    assert "is not seen to run forwards" in prove(stated(gone, n=Integers(0, 9))).reason
    assert_proved(gone, n=Integers(5, 9))


def test_what_is_integrated_has_a_value_but_at_single_places():
    y = Symbol("y", real=True)
    rooted = stated(lambda x: Eq(Integral(sqrt(y) ** 2, (y, -x, x)), 0), x=Reals(1, 2))
    assert "sqrt(y)" in prove(rooted).reason
    with pytest.raises(Undefined, match="sqrt"):
        decision(prepare(rooted, {}).parts[0], {"x": Rational(3, 2)}, 0.01)
    assert_proved(lambda x: Eq(Integral(y / y, (y, -x, x)), 2 * x), x=Reals(1, 2))


@pytest.mark.parametrize(
    "f", [lambda n: factorial(n - 3), lambda n: harmonic(n - 3), lambda n: asin(n), lambda n: tan(pi * n / 2)]
)
def test_at_a_point_other_functions_have_a_value_too(f):
    """They were supported there: poles were looked for in gammas and logarithms alone."""
    (part,) = prepare(stated(lambda n: Eq(f(n) - f(n), 0), n=Integers(0, 9)), {}).parts
    values = [n for n in range(5) if _has_value(part, n)]
    assert values
    assert values != list(range(5))


def _has_value(part, n: int) -> bool:
    try:
        return decision(part, {"n": Integer(n)}, 0.01).verdict == Verdict.SUPPORTED
    except Undefined:
        return False


def test_what_sympy_works_out_as_it_differentiates_is_written_by_nobody():
    """d/dx x^4 is x^4 (0 log(x) + 4/x) on its way."""
    assert_proved(lambda x: Eq(diff(x**4, x), 4 * x**3), x=Reals(-2, 2))


IN_CASES = {  # a case that has a value, and one that has not everywhere
    "above 0": (
        lambda x: Eq(Piecewise((sqrt(x) ** 2, x > 0), (0, True)), Max(x, 0)),
        lambda x: Eq(Piecewise((sqrt(x) ** 2, x < 0), (0, True)), Min(x, 0)),
    ),
    "other than 0": (
        lambda x: Eq(Piecewise((x / x, Ne(x, 0)), (1, True)), 1),
        lambda x: Eq(Piecewise((x / x, x >= 0), (1, True)), 1),
    ),
    "after 0": (
        lambda x: Eq(Piecewise((1, Eq(x, 0)), (x / x, True)), 1),
        lambda x: Eq(Piecewise((1, Eq(x, 1)), (x / x, True)), 1),
    ),
    "in the third": (
        lambda x: Eq(Piecewise((1, x < 0), (1, Eq(x, 0)), (sqrt(x) / sqrt(x), True)), 1),
        lambda x: Eq(Piecewise((1, x < 0), (sqrt(x) / sqrt(x), True)), 1),
    ),
    "in a case of a case": (
        lambda x: Eq(Piecewise((Piecewise((log(x) - log(x), x > 1), (0, True)), x > 0), (0, True)), 0),
        lambda x: Eq(Piecewise((Piecewise((log(x) - log(x), x > -1), (0, True)), x < 1), (0, True)), 0),
    ),
    "and nowhere else": (
        lambda x: Eq(Piecewise((x / x, x > 0), (1, True)), 1),
        lambda x: Eq(Piecewise((x / x, x > 0), (1, True)) + x / x, 2),
    ),
    "however it is written": (
        lambda x: Eq(Piecewise((x / x, x > 0), (1, True)) + (2 + x) / (2 + x), 2),
        lambda x: Eq(Piecewise((x / x, x > 0), (1, True)) + (2 * x) / (2 * x), 2),
    ),
    "nor in what evaluates": (
        lambda x: Eq(Piecewise((x / x, x > 0), (1, True)) + 2 * x - x, 1 + x),
        lambda x: Eq(Piecewise((x / x, x > 0), (1, True)) + simplify(x / x), 2),
    ),
}


@pytest.mark.parametrize("name", IN_CASES)
def test_in_a_case_it_has_a_value_there(name):
    true, false = IN_CASES[name]
    assert_proved(true, x=Reals(-2, 3))
    assert "may have no value" in prove(stated(false, x=Reals(-2, 3))).reason


def test_cases_that_have_gone():
    dropped = lambda x: Eq(0 * Piecewise((log(x), x < 1), (1, True)), 0)  # noqa: E731
    assert "log(x)" in prove(stated(dropped, x=Reals(-2, 2))).reason
    assert_proved(dropped, x=Reals(0, 2))


def test_at_a_point_a_condition_has_a_value():
    (part,) = prepare(stated(lambda x: Ge(Piecewise((1, 1 / x > 0), (2, True)), 1), x=Reals(-2, 2)), {}).parts
    with pytest.raises(Undefined):
        decision(part, {"x": Integer(0)}, 0.01)
    assert decision(part, {"x": Integer(1)}, 0.01).verdict == Verdict.SUPPORTED


def test_at_a_point_what_is_not_random_in_an_event_has_a_value():
    """SymPy's TypeError, "Invalid comparison of non-real zoo", was told in its place, and status 70."""
    claim = stated(lambda x: Ge(Prob(1 / x < X), 0), x=Reals(-1, 1))
    (part,) = prepare(claim, {}).parts
    with pytest.raises(Undefined, match="x is 0, and divides"):
        decision(part, {"x": Integer(0)}, 0.01)
    with pytest.raises(Undefined, match="x is 0, and divides"):
        plan_point(claim, Point(1, {"x": Integer(0)}))


class OfTheFit(Walk):
    """x adds 1, which is the share of the fit's number less 3."""

    def step(self, state):
        return {"x": state["x"] + (CLOCK - 3) / (CLOCK - 3) + Noise("Z", Normal(0, 1))}


class OfAnyFit(Walk):
    """x adds 1, which is the share of the fit's number."""

    def step(self, state):
        return {"x": state["x"] + CLOCK / CLOCK + Noise("Z", Normal(0, 1))}


def test_what_is_lost_of_the_number_of_the_fit_has_a_value_in_every_fit():
    """E(x(t)) = t was proved for all t: nobody looked at the third fit."""
    found = prove(stated(lambda t: Eq(E(OfTheFit().x(t)), t), t=Integers(0)))
    assert "1/(fit - 3) has no value" in found.reason
    assert refused_in_a_fit(OfTheFit(), 2) is None
    assert "no value in fit 3" in str(refused_in_a_fit(OfTheFit(), 5))
    assert_proved(lambda t: Eq(E(OfAnyFit().x(t)), t), t=Integers(0))


HEADS = Noise("B", Binomial(1, Rational(1, 2)))


class OfNothing(Walk):
    """x divides itself by itself: it is 0 at first."""

    def step(self, state):
        return {"x": state["x"] / state["x"]}


class OfAToss(Walk):
    def step(self, state):
        return {"x": state["x"] + HEADS / HEADS}


class OfADie(Walk):
    def step(self, state):
        return {"x": state["x"] + (1 + HEADS) / (1 + HEADS)}


class InACase(Walk):
    def step(self, state):
        return {"x": Piecewise((state["x"] / state["x"], state["x"] > 0), (2, True))}


class NoStep(Walk):
    def step(self, state):
        pass


def test_numbers_are_not_followed_through_a_step_that_has_no_value():
    """Balls and draws saw 1 in place of 0/0, and supported what there is not."""
    for loop in (OfNothing(), OfAToss()):
        assert "which has no value" in str(refused_in_a_fit(loop, 1))
        assert refused_in_a_fit(loop, 0) is None
    for loop in (OfADie(), InACase(), NoStep()):  # what is no step is told where the loop is examined
        assert refused_in_a_fit(loop, 5) is None


class Nowhere(Loop):
    """Its second coordinate has no value from the first step on."""

    x, y = coordinate(), coordinate()
    initial = {"x": 1, "y": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"], "y": 1 / (now["y"] - 1)}


class Compared(Nowhere):
    """What has no value is compared with itself."""

    def step(self, now):
        return {"x": Piecewise((1, Eq(1 / (now["y"] - 1), 1 / (now["y"] - 1))), (2, True)), "y": now["y"]}


SAME = {
    "Eq": lambda y: Eq(y, y),
    "not Ne": lambda y: ~Ne(y, y),
    "Ge": lambda y: Ge(y, y),
    "<=": lambda y: y <= y,
    "a difference": lambda y: y - y >= 0,
    "0 times it": lambda y: 0 * y >= 0,
    "or": lambda y: Eq(y, y) | (y > 7),
}


@pytest.mark.parametrize("holds", SAME.values(), ids=SAME.keys())
def test_a_condition_that_always_holds_is_about_what_has_a_value(holds):
    """SymPy answers Eq(y, y) at once, whatever y is."""
    chosen = lambda y: Eq(Piecewise((1, holds(y)), (2, True)), 1)  # noqa: E731
    assert is_proved(lambda x: chosen(1 / x), x=Reals(1, 2))
    assert not is_proved(lambda x: chosen(1 / x), x=Reals(-1, 1))
    assert not is_proved(lambda x: chosen(log(x)), x=Reals(-1, 1))
    assert not is_proved(lambda t: chosen(Nowhere().y(t)), t=Integers(0))
    assert is_proved(lambda t: chosen(Nowhere().x(t)), t=Integers(0)) == is_proved(
        lambda t: Eq(Nowhere().x(t), 1), t=Integers(0)
    )


def test_a_step_compares_what_has_a_value():
    assert not is_proved(lambda t: Eq(Compared().x(t), 1), t=Integers(0))


DECIDED = {
    "by a difference": (lambda x: Piecewise((x, 1 / x > 1 / x - 1), (2, True)), lambda x: x),
    "after one of its value": (lambda x: Piecewise((1, x > 5), (0, 1 / x < 1 / x - 1), (1, True)), lambda x: 1),
    "of one side": (lambda x: Piecewise((x, Ge(1 / x, 1 / x)), (2, True)), lambda x: x),
    "a rounded one": (lambda x: floor(1 / (2 + 1 / x**2)), lambda x: 0),
    "a maximum": (lambda x: Max(2, 1 - 1 / x**2), lambda x: 2),
    "a sign": (lambda x: sign(1 + 1 / x**2), lambda x: 1),
}


@pytest.mark.parametrize(("said", "is_so"), DECIDED.values(), ids=DECIDED.keys())
def test_what_decides_a_case_has_a_value(said, is_so):
    """The case was put in, and what had decided it was seen no more."""
    assert is_proved(lambda x: Eq(said(x), is_so(x)), x=Reals(1, 2))
    assert not is_proved(lambda x: Eq(said(x), is_so(x)), x=Reals(-1, 1))


ENDLESS = {
    "a pole far out": lambda x: Sum(1 / (k - 60) ** 2, (k, 1, oo)),
    "a pole at the first": lambda x: Sum(1 / (k - 1) ** 2, (k, 1, oo)),
    "a logarithm": lambda x: Sum(log(60 * x - k) / 2**k, (k, 1, oo)),
    "no limit": lambda x: Sum(1 / (k + x), (k, 1, oo)),
    "no limit in numbers": lambda x: Sum(1 / (k + 1), (k, 1, oo)),
    "no limit of means": lambda x: Sum(E(Noise("W", Normal(0, x)) ** 2) / k, (k, 1, oo)),
}


@pytest.mark.parametrize("lost", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_endless_sum_that_has_gone_has_a_value(lost):
    """Balls looked at its first terms alone, and at whether it converges not at all; in numbers nothing was asked of it."""
    said = stated(lambda x: Eq(x + 0 * lost(x), x), x=Reals(1, 2))
    assert not prove(said).proved
    assert {f.verdict for f in enclose(said, said.points(3))} == {Verdict.UNDECIDED}


def test_an_endless_sum_that_has_gone_and_converges():
    for kept in (Sum(1 / (k + 1) ** 2, (k, 1, oo)), Sum(Rational(1, 2) ** k, (k, 1, oo))):
        said = stated(lambda x, kept=kept: Eq(x + 0 * kept + 0 * Sum(1 / (k + x) ** 2, (k, 1, oo)), x), x=Reals(1, 2))
        assert prove(said).proved
        assert {f.verdict for f in enclose(said, said.points(3))} == {Verdict.SUPPORTED}


CONNECTED = {
    "or": lambda y: Or(y > 0, y <= 0),
    "|": lambda y: (y > 0) | (y <= 0),
    "not and": lambda y: Not(And(y > 0, y <= 0)),
    "~ &": lambda y: ~((y > 0) & (y <= 0)),
    "implies": lambda y: Implies(y > 0, y > 0),
    ">>": lambda y: (y > 0) >> (y > 0),
    "not xor": lambda y: Not(Xor(y > 0, y > 0)),
    "^": lambda y: ~((y > 0) ^ (y > 0)),
    "equivalent": lambda y: Equivalent(y > 0, y > 0),
    "one of two": lambda y: ITE(y > 0, S.true, S.true),
    "nand": lambda y: Nand(y > 0, y <= 0),
    "nor": lambda y: Not(Nor(y > 0, y <= 0)),
    "xnor": lambda y: Xnor(y > 0, y > 0),
}


@pytest.mark.parametrize("holds", CONNECTED.values(), ids=CONNECTED.keys())
def test_what_connected_conditions_compare_has_a_value(holds):
    """`Or(1/x > 0, 1/x <= 0)` is true to SymPy, and was proved to be so at 0, too."""
    said = lambda x: Eq(Piecewise((x, holds(1 / x)), (2, True)), x)  # noqa: E731
    assert_proved(said, x=Reals(1, 2))
    everywhere = stated(said, x=Reals(-1, 1))
    assert not prove(everywhere).proved
    (part,) = prepare(everywhere, {}).parts
    with pytest.raises(Undefined):
        decision(part, {"x": Integer(0)}, 0.01)


def test_an_integral_in_numbers_that_has_gone_has_a_value():
    """One with finite ends was taken for a number, as a sum of a few terms is."""
    y = Symbol("y", real=True)
    for f, is_one in ((1 / y, False), (1 / (y - 1) ** 2, False), (y**2, True), (1 / (1 + y), True)):
        own = Integral(f, (y, 0, 1))
        said = stated(lambda n, own=own: Eq(own - own + n, n), n=Reals(1, 2))
        assert prove(said).proved == is_one, f
        assert {found.verdict for found in enclose(said, said.points(3))} == {
            Verdict.SUPPORTED if is_one else Verdict.UNDECIDED
        }, f
