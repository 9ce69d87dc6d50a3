"""The checker of certificates: laws between two ends, tilted laws, and loops whose step is a mean of draws."""

import json

import pytest
from mpmath import mp, quad
from mpmath import mpf as number
from sympy import (
    Abs,
    Dummy,
    Eq,
    Gt,
    Integer,
    Lambda,
    Rational,
    Symbol,
    atan,
    cosh,
    erf,
    erfc,
    exp,
    gamma,
    lambdify,
    oo,
    pi,
    sqrt,
    tanh,
)

from theory import Integers, Positive, Reals, claim
from theory.filters.common import core
from theory.filters.gaussian import FilteredGaussianLoop, Within
from theory.language.errors import CannotTell
from theory.language.laws import ChiSquare, Exponential, Gamma, Logistic, Noise, Normal, Tilted, Truncated, Uniform
from theory.language.loops import Loop, coordinate
from theory.language.moments import E, Var
from theory.proof.exported import certificate
from theory.recheck import laws
from theory.recheck.averages import Averages
from theory.recheck.check import Known, Refused, check
from theory.recheck.fractions import vanishes
from theory.recheck.moments import is_followed, orbit

third = Rational(1, 3)
x = Symbol("x", real=True)
m, s = Symbol("m", real=True), Symbol("s", positive=True)


@pytest.mark.parametrize("power", range(5))
@pytest.mark.parametrize(
    ("law", "weight", "ends"),
    [
        (Truncated(Normal(1, 4), Rational(-1, 2), 2), exp(-((x - 1) ** 2) / 8), (-0.5, 2)),
        (Truncated(Normal(1, 4), 2), exp(-((x - 1) ** 2) / 8), (2, mp.inf)),
        (Truncated(Normal(0, 1), -oo, Rational(1, 4)), exp(-(x**2) / 2), (-mp.inf, 0.25)),
        (Tilted(Normal(1, 4), Lambda(x, exp(x / 2))), exp(-((x - 1) ** 2) / 8 + x / 2), (-mp.inf, mp.inf)),
        (Tilted(Normal(0, 2), Lambda(x, exp(-(x**2) + x))), exp(-(x**2) / 4 - x**2 + x), (-mp.inf, mp.inf)),
        (Tilted(Uniform(-1, 2), Lambda(x, exp(-3 * x))), exp(-3 * x), (-1, 2)),
    ],
    ids=str,
)
def test_moments_are_the_integrals_of_the_density(law, weight, ends, power):
    with mp.workdps(30):
        density = lambdify(x, weight, "mpmath")
        mean = quad(lambda y: y**power * density(y), ends) / quad(density, ends)
        form = laws.moment(law, power)[0]

        assert abs(number(str(form.evalf(30))) - mean) < 1e-20


def test_what_a_tilted_law_needs_is_asked_for():
    known = Averages()
    known.mean(Noise("X", Tilted(Normal(0, s), Lambda(x, exp(m * x**2)))) ** 2)
    assert any(vanishes(quantity - (1 / s - 2 * m)) for quantity, strictly in known.needs if strictly)

    known.mean(Noise("X", Tilted(Uniform(0, 1), Lambda(x, exp(m * x)))))  # the slope may not be 0
    assert (m**2, True) in known.needs
    for weight in (x, exp(x**3), exp(abs(x))):
        with pytest.raises(CannotTell, match="tilted by another weight"):
            laws.moment(Tilted(Normal(0, 1), Lambda(x, weight)), 1)


def test_an_error_function_and_its_complement_are_one():
    a, b = (1 - m) / s, 1 / s - m / s
    assert vanishes(erfc(sqrt(2) * a) - 1 + erf(sqrt(2) * b))
    assert not vanishes(erfc(sqrt(2) * a) - 1 + erf(sqrt(2) * b + 1))
    assert vanishes(exp(-(a**2) / 2) - exp(-((m - 1) ** 2) / (2 * s**2)))
    assert not vanishes(exp(-(a**2) / 2) - exp(-((m - 1) ** 2) / s**2))


# ---- loops whose step is a mean of draws ------------------------------------------------------------------------------


class Halved(Loop):
    """A normal law, whose upper half is kept and refitted: its mean moves by sqrt(2/pi)."""

    mean = coordinate()

    @property
    def initial(self):
        return {"mean": Integer(0)}

    def step(self, state):
        return {"mean": E(Noise("X", Truncated(Normal(state["mean"], 1), state["mean"])))}


def test_its_states_are_numbers():
    assert is_followed(Halved())
    assert vanishes(orbit(Halved(), 3, Averages())["mean"] - 3 * sqrt(2 / pi))

    Known({}, {}).add_states(Halved(), {"mean": "_t*sqrt(2)/sqrt(pi)"})
    with pytest.raises(Refused, match="the induction of mean"):
        Known({}, {}).add_states(Halved(), {"mean": "_t/sqrt(pi)"})


def test_a_mean_of_what_is_drawn_later_is_not_one():
    """A step may not take the mean of a state: that is another number in every run."""

    class Averaged(Halved):
        def step(self, state):
            return {"mean": E(Halved().mean(1)) + Noise("Z", Normal(0, 1))}

    assert not is_followed(Averaged())


@claim
def shrinks(k=Reals(0, 4), t=Integers(0), s0=Positive()):
    """True: the variance within k standard deviations."""
    return Eq(FilteredGaussianLoop(Within(k), s0=s0).v(t), s0**2 * core(k) ** t)


@claim
def shrinks_faster(k=Reals(0, 4), t=Integers(0), s0=Positive()):
    """False from the second fit on."""
    return Eq(FilteredGaussianLoop(Within(k), s0=s0).v(t), s0**2 * core(k) ** (2 * t))


@claim
def within(k=Reals(0, 4)):
    """True."""
    return Eq(Var(Noise("X", Truncated(Normal(0, 1), -k, k))), core(k))


@claim
def within_a_third_more(k=Reals(0, 4)):
    """False."""
    return Gt(E(Noise("X", Truncated(Normal(0, 1), -k, k)) ** 2), core(k) * 4 / 3)


@claim
def tilts(m=Reals(), s=Positive()):
    """True."""
    return Eq(E(Noise("X", Tilted(Normal(m, s), Lambda(x, exp(x))))), m + s)


@claim
def tilts_too_far(m=Reals(), s=Positive()):
    """False where s is 1/2 or more: there is no such law."""
    return Eq(E(Noise("X", Tilted(Normal(m, s), Lambda(x, exp(x**2))))), m / (1 - 2 * s))


@pytest.mark.parametrize("c", [shrinks, within, tilts], ids=lambda c: c.id)
def test_what_holds_has_a_certificate(c):
    check(c, "derivation", json.loads(certificate(c, "derivation")))


@pytest.mark.parametrize("c", [shrinks_faster, within_a_third_more, tilts_too_far], ids=lambda c: c.id)
def test_what_does_not_hold_has_none(c):
    assert "none" in json.loads(certificate(c, "derivation"))


def test_the_certificate_of_a_filter_is_refused_for_another_filter():
    data = json.loads(certificate(shrinks, "derivation"))
    data["places"][0]["states"][0]["form"]["v"] = data["places"][0]["states"][0]["form"]["v"].replace("_t", "(2*_t)")
    with pytest.raises((Refused, CannotTell)):
        check(shrinks, "derivation", data)


def test_a_dummy_of_no_law_is_no_draw():
    with pytest.raises(CannotTell, match="a moment of"):
        laws.moment(Truncated(Uniform(0, 1), 0, third), 1)
    assert laws.moment(Truncated(Normal(0, 1)), 2)[0] == 1
    assert not laws.moment(Truncated(Normal(0, 1), Dummy("a", real=True)), 1)[0].has(oo)


# ---- functions of draws -------------------------------------------------------------------------------------------------

X, Y, W = Noise("X", Normal(1, 4)), Noise("Y", Normal(0, third)), Noise("W", Exponential(2))
G, Q, B = Noise("G", Gamma(3, third)), Noise("Q", ChiSquare(5)), Noise("B", Logistic(0, 1))
BELL = 1 / sqrt(8 * pi) * exp(-((x - 1) ** 2) / 8)  # of X


@pytest.mark.parametrize(
    ("f", "density", "ends"),
    [
        (Abs(X), Abs(x) * BELL, (-mp.inf, 0, mp.inf)),
        (Abs(2 * Y) ** 3, Abs(2 * x) ** 3 * Normal(0, third).density(x), (-mp.inf, 0, mp.inf)),
        (sqrt(Abs(Y)), sqrt(Abs(x)) * Normal(0, third).density(x), (-mp.inf, 0, mp.inf)),
        (erf(2 * Abs(Y)), erf(2 * Abs(x)) * Normal(0, third).density(x), (-mp.inf, 0, mp.inf)),
        (X**3 * exp(X / 2 - 1), x**3 * exp(x / 2 - 1) * BELL, (-mp.inf, mp.inf)),
        (W**2 * exp(W / 4), x**2 * exp(x / 4) * exp(-x / 2) / 2, (0, mp.inf)),
        (G * exp(-2 * G) * exp(G), x * exp(-x) * 27 * x**2 * exp(-3 * x) / 2, (0, mp.inf)),
        (
            exp(Q / 8),
            exp(x / 8) * x ** Rational(3, 2) * exp(-x / 2) / (2 ** Rational(5, 2) * gamma(Rational(5, 2))),
            (0, mp.inf),
        ),
        (tanh(B / 2) ** 4 / cosh(B / 2) ** 2, tanh(x / 2) ** 4 / (4 * cosh(x / 2) ** 4), (-mp.inf, mp.inf)),
    ],
    ids=str,
)
def test_means_are_the_integrals(f, density, ends):
    with mp.workdps(30):
        mean = quad(lambdify(x, density, "mpmath"), ends)
        form = Averages().mean(f)
        assert abs(number(str(form.evalf(30))) - mean) < 1e-15


def test_a_size_is_of_the_sum_of_its_draws():
    known = Averages()
    other = Noise("Z", Normal(-1, 5))
    assert vanishes(known.mean(Abs(X + other)) - sqrt(18 / pi))  # 0 on average, of variance 9
    assert not vanishes(known.mean(Abs(X + 2 * other)) - sqrt(18 / pi))
    assert vanishes(known.mean(Abs(Y) * Abs(other + 1)) - known.mean(Abs(Y)) * known.mean(Abs(other + 1)))
    assert known.mean(Abs(Y) * Y) == 0
    for f in (Abs(X) * X, Abs(X * Y), Abs(X) ** 2.5, exp(X**3 / 100), tanh(W) * W, 1 / tanh(X), exp(W) * sqrt(W)):
        with pytest.raises(CannotTell):
            known.mean(f)


def test_an_exponential_needs_a_mean():
    known = Averages()
    known.mean(exp(s * W))
    assert (1 - 2 * s, True) in known.needs
    with pytest.raises(CannotTell, match="infinite"):
        known.mean(exp(W))


def test_a_bounded_function_of_draws_in_numbers_is_a_constant():
    known = Averages()
    tilted, light = known.mean(tanh(X) ** 2), known.mean(1 / cosh(X / 2) ** 2)
    assert tilted == known.mean(tanh(X) ** 2) != known.mean(tanh(X))
    assert light.is_positive
    assert tilted.is_positive is None
    assert known.mean(m * tanh(X) ** 2 + 1) == m * tilted + 1
    with pytest.raises(CannotTell):  # it is another number for every m
        known.mean(tanh(Noise("X", Normal(m, 1))))


@claim
def distance(v=Positive()):
    """True."""
    return Eq(E(erf(Abs(Noise("Z", Normal(0, v))) / 2)), 2 * atan(sqrt(v / 2)) / pi)


@claim
def nearer(v=Positive()):
    """False but at one v."""
    return Eq(E(erf(Abs(Noise("Z", Normal(0, v))) / 2)), 2 * atan(v / 2) / pi)


@claim
def grows(a=Reals(0, 1)):
    """True."""
    return Eq(E(exp(a * Noise("W", Exponential(1)))), 1 / (1 - a))


@claim
def grows_too_far(a=Reals(0, 2)):
    """False from a = 1 on, where there is no mean."""
    return Eq(E(exp(a * Noise("W", Exponential(1)))), 1 / (1 - a))


@pytest.mark.parametrize(("true", "false"), [(distance, nearer), (grows, grows_too_far)], ids=lambda c: c.id)
def test_of_functions_there_is_a_certificate_of_what_is_true(true, false):
    check(true, "derivation", json.loads(certificate(true, "derivation")))
    assert "none" in json.loads(certificate(false, "derivation"))


class Divided(Loop):
    """z divides by x - 2, which is 0 in the third fit, where y is 0, too: it has no value there, and is 1 before and after."""

    start: Reals = 0

    x, y, z = coordinate(), coordinate(), coordinate()

    @property
    def initial(self):
        return {"x": self.start, "y": self.start - 2, "z": Integer(1)}

    def step(self, state):
        return {"x": state["x"] + 1, "y": state["x"] - 1, "z": state["y"] / (state["x"] - 2)}


@claim
def one(t=Integers(0)):
    """It has no value at t = 3."""
    return Eq(Divided().z(t), 1)


@claim
def one_from_anywhere(a=Reals()):
    """It has no value at a = 2."""
    return Eq(Divided(a).z(1), 1)


@claim
def one_from_below(a=Reals(-1, 1)):
    """True."""
    return Eq(Divided(a).z(1), 1)


@claim
def one_in_the_third():
    """It has no value."""
    return Eq(Divided().z(3), 1)


@claim
def one_in_the_second():
    """True."""
    return Eq(Divided().z(2), 1)


@pytest.mark.parametrize("c", [one, one_from_anywhere, one_in_the_third], ids=lambda c: c.id)
def test_a_state_that_has_no_value_is_no_number(c):
    assert "none" in json.loads(certificate(c, "derivation"))


@pytest.mark.parametrize("c", [one_from_below, one_in_the_second], ids=lambda c: c.id)
def test_elsewhere_it_is_one(c):
    check(c, "derivation", json.loads(certificate(c, "derivation")))
