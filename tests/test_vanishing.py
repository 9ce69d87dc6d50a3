"""Where what a claim divides by is 0: at one generation alone, or at a number that no look meets."""

import pytest
from stated import stated
from sympy import Abs, Eq, Integer, Le, Piecewise, Rational, log, sqrt

from reports import check
from simulate.engine.vanishing import vanishing
from theory import E, Integers, Reals
from theory.language.laws import Noise, Normal, Uniform
from theory.language.loops import Loop, coordinate
from theory.language.verdicts import Verdict
from theory.proof.relations.prove import prove
from theory.proof.relations.turns import turns


class Sinking(Loop):
    """y falls by 1, on average, from where it begins."""

    start: Reals()  # type: ignore[valid-type]
    y = coordinate()

    @property
    def initial(self):
        return {"y": self.start}

    def step(self, state):
        return {"y": state["y"] - 1 + Noise("Z", Normal(0, 1))}


def mean(start, t):
    return E(Sinking(start).y(t))


QUOTIENTS = {
    "of a mean": lambda y: Eq(y / y, 1),
    "of its square": lambda y: Eq(y**2 / y, y),
    "below": lambda y: Le(-1 / y**2, 0),
}


@pytest.mark.parametrize("name", QUOTIENTS)
def test_an_equality_is_looked_at_where_a_mean_that_divides_is_0(name, by_work):
    """0/0 at generation 651: it was supported, as the mean cancels."""
    c = stated(lambda t: QUOTIENTS[name](mean(651, t)), t=Integers(0))
    assert 651 in turns(c, {"t": Integer(1)}, "t")
    (found,) = check([c], seconds=5)
    assert found.verdict == Verdict.UNDECIDED, str(found)
    assert "no value at t = 651" in str(found)


@pytest.mark.parametrize("name", QUOTIENTS)
def test_where_no_mean_is_0_it_stands(name, by_work):
    """From a start between two numbers the mean is at 0 in no generation."""
    c = stated(lambda t: QUOTIENTS[name](mean(Rational(1303, 2), t)), t=Integers(0))
    (found,) = check([c], seconds=5)
    assert found.verdict in (Verdict.PROVED, Verdict.SUPPORTED), str(found)


REAL = Reals(0, 1000)
IRRATIONAL = {
    "a line": (lambda x, r: Le(-1 / (x - 317 * r) ** 2, 1), 448.3056993),
    "a square": (lambda x, r: Le(-1 / (x**2 - r**2) ** 2, 1), 1.414213562),
    "what touches 0": (lambda x, r: Le(-1 / (x**2 - 2 * r * x + r**2), 1), 1.414213562),
    "what has cancelled": (lambda x, r: Eq((x**2 - r**2) / (x**2 - r**2), 1), 1.414213562),
    "inside a logarithm": (lambda x, r: Le(-((1 + 1 / log((x - 500 * r) ** 2 + 1)) ** 2), 1), 707.1067812),
}


@pytest.mark.parametrize("name", IRRATIONAL)
def test_a_divisor_that_is_0_at_no_rational_number_is_told(name):
    relation, at = IRRATIONAL[name]
    there = [{"x": Rational(1, 2)}]
    told = vanishing(stated(lambda x: relation(x, sqrt(2)), x=REAL), there)
    assert f"is 0 near x = {at}" in told
    assert vanishing(stated(lambda x: relation(x, sqrt(2)), x=Reals(1000, 2000)), there) == ""
    if name in ("a square", "what has cancelled"):
        assert vanishing(stated(lambda x: relation(x, sqrt(-2)), x=REAL), there) == ""


def test_a_claim_with_such_a_divisor_is_not_supported(by_work):
    of = lambda x: Le(-1 / (x - 317 * sqrt(2)) ** 2, 1)  # noqa: E731
    (found,) = check([stated(of, x=REAL)], seconds=5)
    assert found.verdict == Verdict.UNDECIDED, str(found)
    assert "x - 317*sqrt(2) is 0 near x = 448.3056993" in str(found)
    (found,) = check([stated(of, x=Reals(0, 448))], seconds=5)
    assert found.verdict in (Verdict.PROVED, Verdict.SUPPORTED), str(found)


class OfRoots(Loop):
    a: Reals()  # type: ignore[valid-type]
    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012


def stepping(step):
    return type("Stepping", (OfRoots,), {"step": lambda self, now: {"x": step(self.a, now["x"])}})


IN_STEPS = {
    "a divisor that cancels": lambda a, x: x * (a**2 - 2) / (a**2 - 2),
    "a divisor of noise": lambda a, x: x + Noise("Z", Normal(0, 1)) * (a**2 - 2) / (a**2 - 2),
    "a law without a width": lambda a, x: Noise("U", Uniform(0, Abs(a**2 - 2))) / 2 - Abs(a**2 - 2) / 4 + 1,
    "a case at one number": lambda a, x: Piecewise((x + 1, Eq(a**2, 2)), (x, True)),
}


def at_one(name, domain):
    loop = stepping(IN_STEPS[name])
    return stated(lambda a, t: Eq(E(loop(a).x(t)), 1), a=domain, t=Integers(1))


@pytest.mark.parametrize("name", IN_STEPS)
def test_what_has_no_value_in_a_step_at_an_irrational_number_is_told(name):
    """E x(t) = 1 at all other numbers: each was supported."""
    told = vanishing(at_one(name, Reals(0, 3)), [{"a": Rational(1, 2), "t": Integer(1)}])
    assert "a**2 - 2" in told
    assert "is 0 near a = 1.414213562" in told
    assert vanishing(at_one(name, Reals(2, 3)), [{"a": Rational(5, 2), "t": Integer(1)}]) == ""


def test_a_claim_with_such_a_step_is_not_supported(by_work):
    (found,) = check([at_one("a divisor that cancels", Reals(0, 3))], seconds=2)
    assert found.verdict == Verdict.UNDECIDED, str(found)


def test_a_state_that_has_no_value_is_not_multiplied_away():
    """1/(a^2 - 2) times its divisor: proved to be 1 with a root of 2 among the values of a."""

    class Pole(OfRoots):
        initial = property(lambda self: {"x": self.a})

        def step(self, now):
            return {"x": 1 / (now["x"] ** 2 - 2)}

    def of(a):
        return Eq(Pole(a).x(1) * (a**2 - 2), 1)

    assert not prove(stated(of, a=Reals(0, 3))).proved
    assert "a**2 - 2 is 0 near a = 1.414213562" in vanishing(stated(of, a=Reals(0, 3)), [{"a": Rational(1, 2)}])
    assert prove(stated(of, a=Reals(2, 3))).proved
