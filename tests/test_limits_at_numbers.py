"""Limits as a variable comes to a number, from above or below: by 1/(x - a), which grows; and sums whose leading terms cancel."""

from __future__ import annotations

from types import SimpleNamespace

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import assert_proved, is_proved, stated
from sympy import (
    Abs,
    Dummy,
    Eq,
    Expr,
    Ge,
    Rational,
    Symbol,
    cos,
    exp,
    gamma,
    latex,
    log,
    oo,
    sign,
    sin,
    sqrt,
    sympify,
)

from theory import (
    KL,
    TV,
    Binomial,
    E,
    Integers,
    Limit,
    Loop,
    Noise,
    Normal,
    Positive,
    Probability,
    Reals,
    Uniform,
    Var,
    coordinate,
)
from theory.gaussian.common import GaussianLoop
from theory.language.errors import BadInput, CannotTell
from theory.proof.enclose import decide_part
from theory.proof.methods import limits, moment
from theory.proof.prepared import prepare
from theory.proof.symbols import smooth
from theory.proof.symbols.asymptotics import Limits
from theory.proof.symbols.leading import Leading


class BesideReal(Loop):
    """Fits to a share of real data of mean 1, with noise of variance s."""

    share: Probability(closed=True)
    s: Positive()
    m = coordinate()

    @property
    def initial(self):
        return {"m": 0}

    def step(self, state):
        return {"m": (1 - self.share) * state["m"] + self.share + Noise("Z", Normal(0, self.s))}


class Gain(Loop):
    """Multiplied by 1 + b Z, Z standard normal."""

    b: Reals()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, state):
        return {"x": state["x"] * (1 + self.b * Noise("Z", Normal(0, 1)))}


k = Symbol("k", integer=True, positive=True)
SHARE = {"a": Probability(), "s": Positive(), "t": Integers(1)}
ANY = {"x": Positive(), "s": Positive()}
TRUE = {
    "nothing is learned": (SHARE, lambda a, s, t: Limit(E(BesideReal(a, s).m(t)), (a, 0), 0)),
    "first order": (SHARE, lambda a, s, t: Limit(E(BesideReal(a, s).m(t)) / a, (a, 0), t)),
    "second order": (
        SHARE,
        lambda a, s, t: Limit((E(BesideReal(a, s).m(t)) - t * a) / a**2, (a, 0), -t * (t - 1) / 2),
    ),
    "all of it real": (SHARE, lambda a, s, t: Limit(Var(BesideReal(a, s).m(t)), (a, 1, "-"), s)),
    "none of it real": (SHARE, lambda a, s, t: Limit(Var(BesideReal(a, s).m(t)), (a, 0), t * s)),
    "to any number": (
        {"b": Reals(), "a": Reals(), "t": Integers(1)},
        lambda b, a, t: Limit(
            (E(Gain(b).x(t) ** 2) - (1 + a**2) ** t) / (b - a), (b, a, "+"), 2 * a * t * (1 + a**2) ** (t - 1)
        ),
    ),
    "two near laws": (ANY, lambda x, s: Limit(KL(Normal(x, s), Normal(0, s)) / x**2, (x, 0), 1 / (2 * s))),
    "two near scales": (
        ANY,
        lambda x, s: Limit(KL(Normal(0, s * (1 + x)), Normal(0, s)) / x**2, (x, 0), Rational(1, 4)),
    ),
    "from below": ({"x": Reals()}, lambda x: Limit(Abs(x) / x, (x, 0, "-"), -1)),
    "a root": (ANY, lambda x, s: Limit((sqrt(s + x) - sqrt(s)) / x, (x, 0), 1 / (2 * sqrt(s)))),
    "below all powers": (ANY, lambda x, s: Limit(exp(-s / x) / x**5, (x, 0), 0)),
    "a logarithm": (ANY, lambda x, s: Limit(x**s * log(x), (x, 0), 0)),
    "what is left in the end, and then": (
        SHARE,
        lambda a, s, t: Limit(a * Limit(Var(BesideReal(a, s).m(k)), (k, oo)), (a, 0), s / 2),
    ),
    "a deviation is lost by a quarter of 1/n": (
        {"n": Integers(2), "t": Integers(1)},
        lambda n, t: Limit(n * (1 - E(GaussianLoop(n).sigma(t))), (n, oo), t / 4),
    ),
    "continuous time": (
        {"n": Integers(2), "a": Positive(), "s": Positive()},
        lambda n, a, s: Limit(E(BesideReal(a / (a + n), s).m(n)), (n, oo), 1 - exp(-a)),
    ),
    "a square of what may be 0": (
        {"n": Integers(1), "c": Reals()},
        lambda n, c: Limit((c + c / n) ** 2, (n, oo), c**2),
    ),
    "a share that may be an end": (
        {"a": Probability(closed=True), "s": Positive(), "t": Integers(1)},
        lambda a, s, t: Limit(E(BesideReal(a, s).m(t)), (a, 1, "-"), 1),
    ),
    "a variance that vanishes": (SHARE, lambda a, s, t: Limit(E(Noise("X", Normal(0, 1 - a)) ** 2), (a, 1, "-"), 0)),
    "a slope of either sign": (ANY | {"s": Reals()}, lambda x, s: Ge(Limit((exp(s * x) - 1) / x, (x, 0)) ** 2, 0)),
    "what grows": (ANY, lambda x, s: Limit(1 / x, (x, 0), oo)),
    "it diverges": (SHARE, lambda a, s, t: Limit(1 / E(BesideReal(a, s).m(t)), (a, 0), oo)),
}
FALSE = {
    "something is learned": (SHARE, lambda a, s, t: Limit(E(BesideReal(a, s).m(t)), (a, 0), a / a / 100)),
    "one off": (SHARE, lambda a, s, t: Limit(E(BesideReal(a, s).m(t)) / a, (a, 0), t - 1)),
    "second order": (SHARE, lambda a, s, t: Limit((E(BesideReal(a, s).m(t)) - t * a) / a**2, (a, 0), -(t**2) / 2)),
    "none of it real": (SHARE, lambda a, s, t: Limit(Var(BesideReal(a, s).m(t)), (a, 0), (t + 1) * s)),
    "no share is above 1": (SHARE, lambda a, s, t: Limit(E(BesideReal(a, s).m(t)), (a, 1, "+"), 1)),
    "before a fit": (SHARE | {"t": Integers(0)}, lambda a, s, t: Limit(E(BesideReal(a, s).m(t)), (a, 1, "-"), 1)),
    "what is left in the end, and then": (
        SHARE,
        lambda a, s, t: Limit(a * Limit(Var(BesideReal(a, s).m(k)), (k, oo)), (a, 0), s),
    ),
    "a deviation is lost by half of 1/n": (
        {"n": Integers(2), "t": Integers(1)},
        lambda n, t: Limit(n * (1 - E(GaussianLoop(n).sigma(t))), (n, oo), t / 2),
    ),
    "a root of what may be 0": (
        {"n": Integers(1), "c": Reals()},
        lambda n, c: Limit((c / n) ** -2, (n, oo), 0),
    ),
    "from below": ({"x": Reals()}, lambda x: Limit(Abs(x) / x, (x, 0, "-"), 1)),
    "an order too much": (ANY, lambda x, s: Limit(sin(x) / x**2, (x, 0), 1)),
    "a root of what is negative": (ANY, lambda x, s: Limit(sqrt(-x), (x, 0), 0)),
    "its square": (ANY, lambda x, s: Limit(sqrt(-x) ** 2, (x, 0), 0)),
    "a cube root of what is negative": ({"x": Reals()}, lambda x: Limit(x ** Rational(1, 3), (x, 0, "-"), 0)),
    "a negative root as it grows": ({"n": Integers(1)}, lambda n: Limit(sqrt(-1 / n), (n, oo), 0)),
    "no generation": (ANY, lambda x, s: Limit(E(BesideReal(Rational(1, 2), 1).m(x)), (x, 0), 0)),
    "no generation far out": (
        {"n": Integers(1)},
        lambda n: Limit(E(BesideReal(Rational(1, 2), 1).m(n / 2)), (n, oo), 1),
    ),
    "what grows cancels": (ANY, lambda x, s: Eq(Limit(1 / x + 1, (x, 0)) - Limit(1 / x + 1, (x, 0)), 0)),
    "what has no limit cancels": ({"n": Integers(1)}, lambda n: Eq(Limit((-1) ** n, (n, oo)) * 0, 0)),
    "a variance below 0": (SHARE, lambda a, s, t: Limit(E(Noise("X", Normal(0, 1 - a)) ** 2), (a, 2, "+"), -1)),
    "and in the end": (
        {"n": Integers(1, 5)},
        lambda n: Limit(E(Noise("X", Normal(0, 6 - n)) ** 2) / n, (n, oo), -1),
    ),
    "a law that leaves no trace": (
        SHARE,
        lambda a, s, t: Limit(E(sign(Noise("U", Uniform(0, 1 - a)))), (a, 2, "+"), 1),
    ),
    "a root beyond its domain": (SHARE, lambda a, s, t: Limit(sqrt(1 - a) ** 2, (a, 2, "+"), -1)),
    "the size of what may be negative": (ANY | {"s": Reals()}, lambda x, s: Limit(Abs(x), (x, s, "+"), s)),
    "no limit": (ANY, lambda x, s: Limit(sin(s / x), (x, 0), 0)),
    "a constant": (ANY | {"s": Reals()}, lambda x, s: Limit((exp(x) - s) / x, (x, 0), 1)),
    "two near scales": (
        ANY,
        lambda x, s: Limit(TV(Normal(x, s), Normal(0, s)) / x, (x, 0), 1 / sqrt(2 * s)),
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_comes_to_a_number(name):
    domain, relation = TRUE[name]
    assert_proved(relation, **domain)


@pytest.mark.parametrize("name", FALSE)
def test_nothing_false_is_proved(name):
    domain, relation = FALSE[name]
    assert not is_proved(relation, **domain)


@pytest.mark.parametrize(
    "name", [n for n in TRUE if TRUE[n][0] is SHARE and "and then" not in n]
)  # balls are of one limit
def test_true_ones_have_balls(name):
    domain, relation = TRUE[name]
    (part,) = prepare(stated(relation, **domain)).parts
    decision, *_ = decide_part(part, {k: sympify(v) for k, v in {"a": "1/3", "s": 2, "t": 4}.items()}, 1e-9)
    assert decision.verdict == "supported", decision


def test_no_ball_is_of_a_share_above_1():
    (part,) = prepare(stated(FALSE["no share is above 1"][1], **SHARE)).parts
    with pytest.raises(ArithmeticError, match="is not a number from 0 to 1 far out"):
        decide_part(part, {k: sympify(v) for k, v in {"a": "1/3", "s": 2, "t": 4}.items()}, 1e-9)


OUTSIDE = {
    "draws of a share above 1": ({"x": Probability()}, lambda x: Limit(E(Noise("B", Binomial(1, x))), (x, 2, "+"), 2)),
    "a share that grows slowly": (
        {"x": Integers(1)},
        lambda x: Limit(E(BesideReal(x / 10**30, 1).m(1)) / x, (x, oo), Rational(1, 10**30)),
    ),
    "a share above 1 again and again": (
        {"x": Integers(1)},
        lambda x: Limit(E(BesideReal(1 + (-1) ** x / x, 1).m(1)), (x, oo), 1),
    ),
    "no generation": ({"x": Integers(1)}, lambda x: Limit(E(BesideReal(Rational(1, 2), 1).m(x / 2)), (x, oo), 1)),
    "no real number": ({"x": Positive()}, lambda x: Limit(sqrt(-x), (x, 0), 0)),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_ball_is_of_what_has_no_value_far_out(name):
    domain, relation = OUTSIDE[name]
    (part,) = prepare(stated(relation, **domain)).parts
    at = {"x": sympify("1/3") if not isinstance(domain["x"], Integers) else sympify(3)}
    with pytest.raises(ArithmeticError, match=r"far out|has no value"):
        decide_part(part, at, 1e-9)


@pytest.mark.parametrize(("end", "way"), [(0, "-"), (-1, "+"), (-1, "-")])
def test_what_is_positive_does_not_come_there(end, way):
    """SymPy has made |x| x already."""
    with pytest.raises(BadInput, match="declared positive, does not come to"):
        Limit(Abs(Symbol("x", positive=True)), (Symbol("x", positive=True), end, way))
    assert Limit(Abs(Symbol("x", real=True)), (Symbol("x", real=True), end, way)).args[0] == Abs(
        end + (1 if way == "+" else -1) / Symbol("b", positive=True)
    ).xreplace({Symbol("b", positive=True): Limit(1, (Symbol("x", real=True), end, way)).bound})


def test_what_is_negative_does_not_grow():
    x = Symbol("x", negative=True)
    with pytest.raises(BadInput, match="declared negative, does not come to oo"):
        Limit(Abs(x), (x, oo))


def test_it_is_written_as_it_was_said():
    x, y = Symbol("x", positive=True), Symbol("y", real=True)
    said = Limit(sin(x) / x + y, (x, 0))
    assert str(said) == "Limit(y + sin(x)/x, (x, 0, '+'))"
    assert latex(said).startswith(r"\lim_{x \to 0^+}")
    assert str(Limit(y**2, (y, 2, "-"))) == "Limit(y**2, (y, 2, '-'))"
    assert said.free_symbols == {y}
    assert said.func(*said.args) == said != Limit(sin(x) / x + y, (x, 1, "+"))


@pytest.mark.parametrize(
    "limits", [("y", 0), ("y", 1), ("y", 1, "both"), ("k", 1, "+"), ("y", "y", "+"), ("y", 1, 2, "+")]
)
def test_the_side_has_to_be_told(limits):
    names = {"y": Symbol("y", real=True), "k": Symbol("k", integer=True)}
    with pytest.raises(BadInput, match="from above or below"):
        Limit(cos(names["y"]), tuple(names.get(x, x) for x in limits))


# ---- Taylor's coefficients ------------------------------------------------------------------------------------------

t, q = Symbol("t", positive=True), Symbol("q", integer=True, positive=True)
PARTS = [1 / t, exp(2 / t), cos(1 / t), log(1 + 1 / t), (1 - 1 / t) ** q, sqrt(4 + 1 / t), 1 / (2 - 1 / t), sin(3 / t)]
terms = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2), st.sampled_from(PARTS)), min_size=1, max_size=4)


def known(x: Expr) -> int:
    sign = 1 if x.is_positive else -1 if x.is_negative else 0 if x.is_zero else None
    if sign is None:
        raise CannotTell("a sign")
    return sign


TERMS = Limits(t, known)


@settings(max_examples=60)
@given(terms, st.integers(1, 9))
def test_limits_are_as_numbers_far_out_have_them(chosen, exponent):
    """In 60 digits at t = 10^12: 1/t is small, and what cancels leaves enough of them."""
    x = sum(c * t**p * f for c, p, f in chosen)
    found = smooth.end(x, TERMS)
    lead = smooth.leading(x.xreplace({q: sympify(3)}), TERMS)
    with mpmath.workdps(60):
        far = mpmath.mpf(10) ** 12
        if found is not None:
            at = mpmath.mpf(x.xreplace({q: sympify(exponent), t: sympify(10) ** 12}).evalf(60))
            assert abs(at - mpmath.mpf(found.xreplace({q: sympify(exponent)}).evalf(60))) < 1e-8
        if lead is not None:
            at = mpmath.mpf(x.xreplace({q: 3, t: sympify(10) ** 12}).evalf(60))
            assert abs(at / (mpmath.mpf(lead.c.evalf(60)) * far ** int(lead.power)) - 1) < 1e-8


quotients = st.tuples(st.sampled_from([Rational(1, 3), Rational(1, 2), 1]), st.fractions(-1, 3, max_denominator=3))


@settings(max_examples=25)
@given(quotients, st.integers(-2, 2), st.integers(0, 2))
def test_quotients_of_gammas_are_as_numbers_far_out_have_them(quotient, more, p):
    """Gamma(a t + b)/(Gamma(a t) (a t)^b) is 1 + b (b - 1)/(2 a t) + ...: in 80 digits at t = 10^9."""
    a, b = map(sympify, quotient)
    f = gamma(a * t + b) / (gamma(a * t) * (a * t) ** b)
    x = t**p * (f**q * (1 + more / t) - 1 - more / t)
    with mpmath.workdps(80):
        far = mpmath.mpf(10) ** 9
        z = mpmath.mpf(a.p) / a.q * far
        near = mpmath.exp(mpmath.loggamma(z + mpmath.mpf(b.p) / b.q) - mpmath.loggamma(z)) / z ** (
            mpmath.mpf(b.p) / b.q
        )
        at = far**p * (near**3 * (1 + more / far) - 1 - more / far)
        found = smooth.end(x, TERMS)
        if found is not None:
            assert abs(at - mpmath.mpf(found.xreplace({q: sympify(3)}).evalf(80))) < 1e-6
        lead = smooth.leading(x.xreplace({q: sympify(3)}), TERMS)
        if lead is not None:
            assert abs(at / (mpmath.mpf(lead.c.evalf(80)) * far ** int(lead.power)) - 1) < 1e-6
        assert p > 1 or found is not None


@pytest.mark.parametrize("x", [sqrt(1 / t), Abs(1 / t - 1), (1 / t) ** (q / 2), log(1 / t), t**5 * exp(1 / t), exp(t)])
def test_what_is_not_smooth_has_no_coefficients(x):
    assert smooth.end(x + Dummy("c", real=True), TERMS) is None
    assert smooth.leading(x, TERMS) is None


@pytest.mark.parametrize(
    ("positive", "nonzero", "exists"),
    [
        ((k - 3,), (k - 7,), True),
        ((3 - k,), (), False),
        ((), (3 - k,), True),
        ((), (k - k,), False),
        ((1 / k - 1,), (), False),
    ],
)
def test_a_limit_is_of_means_that_exist_far_out(positive, nonzero, exists):
    """What a form asks for, of what grows, it asks for in the end."""
    m = Limit(E(GaussianLoop(4).sigma(k)), (k, oo))
    asked = [tuple(sympify(c).xreplace({k: m.bound}) for c in part) for part in (positive, nonzero)]
    derived = SimpleNamespace(form=m.bound, positive=asked[0], nonzero=asked[1])
    if exists:
        assert limits._derived(m, lambda _: derived) == m.bound
        return
    with pytest.raises(CannotTell, match="is not derived in every generation"):
        limits._derived(m, lambda _: derived)


def test_a_sample_size_that_grows_is_large_enough_in_the_end():
    """E 1/sigma^2 after one fit is (n - 1)/(n - 3) for n > 3."""
    m = Limit(E(GaussianLoop(k).sigma(1) ** -2), (k, oo))
    assert limits._derived(m, moment).xreplace({m.bound: sympify(5)}) == 2


def test_gammas_that_grow_by_a_power():
    """Gamma(t + 5/2)/Gamma(t + 1/2) = (t + 3/2)(t + 1/2) = t^2 + 2 t + 3/4."""
    x = gamma(t + Rational(5, 2)) / gamma(t + Rational(1, 2)) - t**2
    assert smooth.leading(x, TERMS) == Leading(sympify(2), power=sympify(1))
    assert smooth.end(x - 2 * t, TERMS) == Rational(3, 4)


def test_what_alternates_has_no_sign_in_the_end():
    far = Limits(k, known)
    assert far.sign_in_the_end(k - 100) == 1
    assert far.sign_in_the_end(100 - k + 1 / k) == -1
    for x in ((-2) ** k, (-Rational(1, 2)) ** k + 0 / k, sin(k)):
        with pytest.raises(CannotTell):
            far.sign_in_the_end(x)
