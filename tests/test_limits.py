"""Limits without a rate: what leading terms tell, what they do not, and claims that are proved, refuted or left open."""

import pickle

import numpy as np
import pytest
from exact import certified_sign
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from orbits import FromStart
from stated import assert_proved, is_proved, stated
from sympy import (
    Eq,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Product,
    Rational,
    Sum,
    Symbol,
    atan,
    cos,
    digamma,
    erf,
    exp,
    floor,
    gamma,
    harmonic,
    lambdify,
    latex,
    log,
    loggamma,
    oo,
    pi,
    polygamma,
    sin,
    sqrt,
    sympify,
    tanh,
)

from reports import check
from theory import CLOCK, E, GaussianLoop, Limit, Noise, Normal, Tends, Var, c4
from theory.language.domains import Integers, Positive, Probability, Reals
from theory.language.errors import BadInput, CannotTell
from theory.language.loops import Loop, coordinate
from theory.proof.enclose import value
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise
from theory.proof.symbols.asymptotics import Limits

t = Symbol("t", integer=True, positive=True)
j = Symbol("j", integer=True)
a, b = Symbol("a", positive=True), Symbol("b", positive=True)
share = a / (1 + a)

KNOWN = {
    (2 * t + 1) / (t + 5): 2,
    (t**3 - t) / (1 - t**2): -oo,
    share**t * t**9: 0,
    (1 - 2 * share) ** t: 0,
    (2 * 3**t + t**5) / (3 ** (t + 1) - 2**t): Rational(2, 3),
    1 + (-1) ** t / t: 1,
    sqrt(t + 1) / sqrt(4 * t): Rational(1, 2),
    (t + 1) ** (-a): 0,
    gamma(t + a) / gamma(t) / t**a: 1,
    gamma(t / 2 + 1) / (gamma(t / 2 + Rational(1, 2)) * sqrt(t)): sqrt(2) / 2,
    c4(t): 1,
    gamma(t + 1) / (t / exp(1)) ** t / sqrt(t): sqrt(2 * pi),
    (a * t) ** (t / 2 + 1) / sqrt(gamma(t)) * exp(-t / 2) / a ** (t / 2) / t ** Rational(5, 4): a
    / (2 * pi) ** Rational(1, 4),
    t**-t * 3**t: 0,
    gamma(2 * t + 1) / (gamma(t + 1) ** 2 * 4**t) * sqrt(t): 1 / sqrt(pi),
    t * (exp(a / t) - 1): a,
    t * log(1 + a / t): a,
    (1 + a / t) ** t: exp(a),
    digamma(t) / log(t): 1,
    digamma(t / 2) - log(t / 2): 0,  # SymPy's limit says log 2
    harmonic(t) / log(3 * t): 1,
    t * polygamma(1, t + a): 1,
    log(2**t + t) / t: log(2),
    erf(t) + tanh(1 + 1 / t): 1 + tanh(1),
    atan(t): pi / 2,
    exp(-sqrt(t)) * t**7: 0,
    sin(t) / t: 0,
    Rational(1, 2) ** t * cos(a * t): 0,
    KroneckerDelta(t, 3) + 1: 1,
    log(t) / t**a: 0,
    (a * t + b * log(t)) / (t + sqrt(t)): a,
    ((a + t) ** 2 - t**2) / t: 2 * a,
    Product((j + a) / (j + 1), (j, 1, t)) * t ** (1 - a): 1 / gamma(1 + a),
    Product((j**2 - Rational(1, 4)) / j**2, (j, 1, t)): 2 / pi,
    loggamma(t) - log(gamma(t)) + 1: 1,
}
UNKNOWN = [
    sin(t),
    (-1) ** t,
    (-2) ** t,
    a**t,
    t ** (a - b),
    sqrt(t + 1) - sqrt(t),
    1 / sin(t),
    sin(t) / t - sin(t + 1) / t + 1 / sin(t),
    sqrt(1 - t),
    (a - b) ** t,
]


k = Symbol("k", integer=True, positive=True)


def endless(f):
    return Sum(f, (k, 1, oo))


KNOWN |= {
    endless((1 + k**2 / t) ** -2) / sqrt(t): pi / 4,
    endless((1 + k ** (1 + a) / t) ** -2) * t ** (-1 / (1 + a)): gamma(1 / (1 + a)) * gamma(2 - 1 / (1 + a)) / (1 + a),
    endless(exp(-a * k**2 / t)) / sqrt(t): sqrt(pi / a) / 2,
    endless(k**2 * exp(-k / t) / t**3): 2,
    endless(3 / (k + 2 * t) ** 2) * t: Rational(3, 2),
    endless(1 / (t**2 + k**2)) * t: pi / 2,
    endless((1 - 1 / (3 * k**2)) ** t / k**2) * sqrt(t): sqrt(3 * pi) / 2,
    endless((1 - 1 / (3 * k**2)) ** (2 * t + 5) / k**2) * sqrt(t): sqrt(3 * pi / 2) / 2,
    endless(exp(-k / t) + exp(-k / (2 * t))) / t: 3,
}
UNKNOWN += [
    endless(1 / (k + t)),  # which does not converge
    endless((1 + k / t) ** (-1)),
    endless((1 - 2 / k**2) ** t / k**2),  # factors below 0
    endless((1 + k**2 / t) ** -a),  # where a is at most 1/2 it does not converge
    endless((1 - k**2 / t) ** -2),  # terms without a value
    endless(exp(k / t)),
    endless(exp(-k * t)),
    endless(sin(k) * exp(-k / t)),
]


@pytest.mark.parametrize("c", [1, Rational(3, 2)])
@pytest.mark.parametrize(
    "f",
    [
        lambda c: k**c / (t + k ** (2 * c + 1)) ** 2,
        lambda c: sqrt(k) * exp(-c * k / t),
        lambda c: k ** (-c - 1) * (1 - 1 / (2 * k**2)) ** t,
    ],
)
def test_endless_sums_are_near_their_leading_terms(f, c):
    lead = Limits(t, certified_sign).leading(endless(f(c)))
    assert lead is not None
    gaps = []
    for n in (10**3, 10**5):
        g = lambdify(k, f(c).xreplace({t: Integer(n)}), "numpy")
        values = g(np.arange(1, 4 * 10**6, dtype=float))
        gaps.append(abs(values.sum() / float(lead.c * n**lead.power) - 1))
    assert gaps[1] < gaps[0] / 2
    assert gaps[1] < 0.03


@pytest.mark.parametrize("x", KNOWN, ids=str)
def test_what_leading_terms_tell(x):
    found = Limits(t, certified_sign).of(x)
    assert found == KNOWN[x] or (found - KNOWN[x]).simplify() == 0


def test_signs_that_cancel_are_not_asked_for():
    """Of b**t (a - 1) the sign is not known; beside b**t it is."""
    a, b = Symbol("a", positive=True), Rational(1, 2)
    x = (b**t * (a - 1) / 2 - log(1 - b**t) / 2) / b**t
    assert Limits(t, certified_sign).of(x) == a / 2
    with pytest.raises(CannotTell):
        Limits(t, certified_sign).sign_in_the_end(b**t * (a - 2) + b**t)


@pytest.mark.parametrize("x", UNKNOWN, ids=str)
def test_what_they_do_not_tell(x):
    with pytest.raises(CannotTell):
        Limits(t, certified_sign).of(x)


NUMBERS = st.sampled_from([Rational(k, 2) for k in range(-6, 7) if k])
SMALL = st.sampled_from([Rational(1, 3), Rational(1, 2), Rational(3, 2), Integer(2)])
TERMS = st.one_of(
    st.builds(lambda c, p: c * t**p, NUMBERS, st.integers(-3, 3)),
    st.builds(lambda c, r, p: c * r**t * t**p, NUMBERS, SMALL, st.integers(-2, 2)),
    st.builds(lambda c, p, q: c * gamma(t + p) / gamma(t + q), NUMBERS, st.integers(1, 3), st.integers(1, 3)),
    st.builds(lambda c, p: c * sqrt(t + p), NUMBERS, st.integers(0, 3)),
    st.builds(lambda c, p: c * exp(p / t), NUMBERS, NUMBERS),
)
SUMS = st.builds(lambda terms: sum(terms, Integer(0)), st.lists(TERMS, min_size=1, max_size=3))


@given(above=SUMS, below=SUMS)
def test_far_out_it_is_near_its_limit(above, below):
    if above == 0 or below == 0:
        return
    x = above / below
    try:
        found = Limits(t, certified_sign).of(x)
    except CannotTell:
        return
    with mp.workdps(60):
        f = lambdify(t, x, "mpmath")
        far = [f(mp.mpf(10) ** k) for k in (5, 6)]
        if found in (oo, -oo):
            assert all(y * (1 if found == oo else -1) > 0 for y in far)
            assert abs(far[1]) > abs(far[0])
        else:
            end = mp.mpf(str(sympify(found).evalf(60)))
            assert abs(far[1] - end) <= 0.6 * abs(far[0] - end) + mp.mpf(10) ** -40


class Pulled(Loop):
    """x -> (1 - a) x + Z: it forgets where it began."""

    a: Probability()
    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": (1 - self.a) * now["x"] + Noise("Z", Normal(0, 1))}


class Descending(Loop):
    """Robbins and Monro: x -> x - c/t (x + Z). For a whole c some factors of its products are 0."""

    c: Reals
    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - self.c / CLOCK * (now["x"] + Noise("Z", Normal(0, 1)))}


SHARE, N, T = Probability(), Integers(2), Integers(0)
STEPS = {"c": Reals(Rational(1, 2), 5), "t": Integers(1)}
TRUE = {
    "a stationary variance": (
        lambda a, t: Limit(Var(Pulled(a).x(t)), (t, oo), 1 / (a * (2 - a))),
        {"a": SHARE, "t": T},
    ),
    "a mean": (lambda a, t: Limit(E(Pulled(a).x(t)), (t, oo), 0), {"a": SHARE, "t": T}),
    "with a start": (lambda a, t: Tends(E(Pulled(a).x(t)), (t, 3, oo), 0), {"a": SHARE, "t": T}),
    "collapse": (lambda n, t: Limit(E(GaussianLoop(n).sigma(t)), (t, oo), 0), {"n": N, "t": T}),
    "no limit": (lambda n, t: Limit(E(GaussianLoop(n).mu(t) ** 2) * t, (t, oo), oo), {"n": N, "t": T}),
    "along n": (lambda n: Limit(n * Var(GaussianLoop(n).mu(1)), (n, oo), 1), {"n": N}),
    "a bound": (lambda a, t: Le(Limit(E(Pulled(a).x(t) ** 2), (t, oo)), 1 / a), {"a": SHARE, "t": T}),
    "of an endless sum": (
        lambda b: Limit(
            Sum((1 + k ** (1 + b) / t) ** -2, (k, 1, oo)) * t ** (-1 / (1 + b)),
            (t, oo),
            gamma(1 / (1 + b)) * gamma(2 - 1 / (1 + b)) / (1 + b),
        ),
        {"b": Positive()},
    ),
    "of a function": (lambda x: Limit((x + 1) / x, (x, oo), 1), {"x": Positive()}),
    "steps c/t": (lambda c, t: Limit(t * Var(Descending(c).x(t)), (t, oo), c**2 / (2 * c - 1)), STEPS),
}
FALSE = {
    "of an endless sum": (
        lambda b: Limit(
            Sum((1 + k ** (1 + b) / t) ** -2, (k, 1, oo)) * t ** (-1 / (1 + b)),
            (t, oo),
            gamma(1 / (1 + b)) * gamma(2 - 1 / (1 + b)),
        ),
        {"b": Positive()},
    ),
    "of one that need not converge": (
        lambda b: Limit(Sum((1 + k / t) ** -b, (k, 1, oo)) / t, (t, oo), gamma(b - 1) / gamma(b)),
        {"b": Positive()},
    ),
    "steps c/t": (lambda c, t: Limit(t * Var(Descending(c).x(t)), (t, oo), c / 2), STEPS),
    "another variance": (
        lambda a, t: Limit(Var(Pulled(a).x(t)), (t, oo), 1 / (a * (2 - a)) + 10**-9),
        {"a": SHARE, "t": T},
    ),
    "the limit of another": (lambda a, t: Limit(E(Pulled(a).x(t)), (t, oo), 1), {"a": SHARE, "t": T}),
    "no collapse": (lambda n, t: Limit(E(GaussianLoop(n).sigma(t) ** 2), (t, oo), 0), {"n": N, "t": T}),
    "finite": (lambda n, t: Lt(Limit(E(GaussianLoop(n).mu(t) ** 2), (t, oo)), 10**6), {"n": N, "t": T}),
    "strictly below itself": (lambda a, t: Lt(Limit(E(Pulled(a).x(t)), (t, oo)), 0), {"a": SHARE, "t": T}),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_limit_is_proved(name):
    relation, domains = TRUE[name]
    assert_proved(relation, **domains)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_limit_is_not(name):
    relation, domains = FALSE[name]
    assert not is_proved(relation, **domains)


def test_a_ball_around_a_limit():
    k = Symbol("k", integer=True)
    ball = value(standardise(Limit(Var(Pulled(Rational(1, 4)).x(k)), (k, oo))))
    assert ball.value.overlaps(value(standardise(E(Noise("Q", Normal(0, Rational(16, 7))) ** 2))).value)
    assert ball.radius < 1e-10
    assert value(standardise(Limit(E(GaussianLoop(3).mu(k) ** 2), (k, oo)))).value == oo


class Cosine(FromStart):
    """x -> cos(x), from anywhere."""

    start: Reals
    x = coordinate()

    def step(self, now):
        return {"x": cos(now["x"])}


class Hedge(Loop):
    """Log odds of a learner whose loss is moved by what it plays."""

    p: Probability()
    eta: Positive
    x = coordinate()
    initial = {"x": Rational(1, 2)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - self.eta * (1 / (1 + exp(-now["x"])) - self.p)}


class Jumps(Cosine):
    """Continuous at its fixed point only."""

    def step(self, now):
        return {"x": now["x"] / 2 + floor(now["x"])}


@pytest.mark.parametrize("start", [0, 1, -3, Rational(7, 3)])
def test_an_orbit_that_settles(start):
    found = value(standardise(Limit(1 + 2 * E(Cosine(start).x(t + 1) ** 2), (t, oo)))).value
    with mp.workdps(30):
        end = mp.findroot(lambda x: mp.cos(x) - x, 0.7)
    assert abs(float(found.mid()) - float(1 + 2 * end**2)) < 1e-12
    assert found.rad() < 1e-12


@pytest.mark.parametrize("eta", [Rational(1, 10), 1, 9])
def test_a_contraction_ends_at_its_fixed_point(eta):
    p = Rational(3, 10)
    found = value(standardise(Limit(E(Hedge(p, eta).x(t)), (t, oo)))).value
    assert abs(float(found.mid()) - float(log(p / (1 - p)))) < 1e-12
    assert found.rad() < 1e-12


@pytest.mark.parametrize("loop", [Hedge(Rational(3, 10), 12), Jumps(Rational(1, 2)), Jumps(-1)], ids=str)
def test_what_does_not_settle_has_no_limit(loop):
    with pytest.raises(CannotTell):
        value(standardise(Limit(E(loop.x(t)), (t, oo))))


class Summed(Hedge):
    """Hedge, with a sum that has no limit, and on which nothing else depends."""

    x = coordinate()
    total = coordinate("S")

    @property
    def initial(self):
        return {"x": Rational(1, 2), "total": 0}

    def step(self, state):
        return {**super().step(state), "total": state["total"] + 1}


def test_a_function_of_what_settles_beside_what_does_not():
    x = E(Summed(Rational(3, 10), 9).x(t))
    for f, end in ((lambda y: 1 / (1 + exp(-y)), 0.3), (exp, 3 / 7), (lambda y: sqrt(y**2 + 1), None)):
        ball = value(standardise(Limit(f(x), (t, oo)))).value
        assert ball.rad() < 1e-9
        assert end is None or abs(float(ball.mid()) - end) < 1e-12
    with pytest.raises((CannotTell, ArithmeticError)):  # which jumps at the limit, whatever it is
        value(standardise(Limit(floor(x - log(Rational(3, 7))), (t, oo))))
    assert value(standardise(Limit(E(Summed(Rational(3, 10), 9).total(t)), (t, oo)))).value == oo


def test_a_limit_is_a_word():
    k, n = Symbol("k", integer=True), Symbol("n", integer=True, positive=True)
    x = Limit(E(GaussianLoop(n).sigma(k)), (k, oo))
    assert pickle.loads(pickle.dumps(x)) == x == x.func(*x.args)
    assert x.free_symbols == {n}
    assert x.subs(n, 4) == x.xreplace({n: Integer(4)}) == Limit(E(GaussianLoop(4).sigma(k)), (k, oo))
    assert str(x).startswith("Limit(E(sigma(k)), (k, oo))")
    assert latex(x).startswith(r"\lim_{k \to \infty} \mathbb{E}")
    assert Limit(E(GaussianLoop(n).sigma(k)), (k, oo), 0) == Eq(x, 0, evaluate=False)
    for wrong in ((k, 0, 5), (k, 5), k, (5, oo)):
        with pytest.raises(BadInput, match="Limit over"):
            Limit(E(GaussianLoop(n).sigma(k)), wrong, 0)


s, x = Symbol("s", integer=True), Symbol("x")  # no parameters of the claims below
SIGMA = GaussianLoop(5).sigma(s)
ALONG = {  # a limit with a rate, the domain of what it runs over, whether it is proved
    "generations": (lambda: Tends(E(SIGMA), (s, 0, oo), 0, rate=c4(5) ** s), Integers(0), True),
    "generations, from later on": (
        lambda: Tends(E(SIGMA), (s, 3, oo), 0, rate=c4(5) ** (s - 1) * c4(5)),
        Integers(3),
        True,
    ),
    "two limits": (
        lambda: Tends(E(SIGMA), (s, 4, oo), 0, rate=c4(5) ** s) & Tends(1 / s, (s, 1, oo), 0, rate=1 / s),
        Integers(1),
        True,
    ),
    "real numbers": (lambda: Tends(1 / (1 + x), (x, 1, oo), 0, rate=1 / x), Reals(1, closed=True), True),
    "a rate that is a little less": (
        lambda: Tends(E(SIGMA), (s, 0, oo), 0, rate=c4(5) ** s * Rational(999, 1000)),
        Integers(0),
        False,
    ),
    "another limit": (lambda: Tends(E(SIGMA), (s, 0, oo), Rational(1, 10), rate=c4(5) ** s), Integers(0), False),
    "a rate that stays": (lambda: Tends(E(SIGMA), (s, 0, oo), 0, rate=1), Integers(0), False),
    "whole numbers only": (
        lambda: Tends(sin(pi * x) ** 2, (x, 1, oo), 0, rate=1 / x**2),
        Reals(1, closed=True),
        False,
    ),
    "a rate that fails at the start": (
        lambda: Tends(1 / (1 + x), (x, 1, oo), 0, rate=1 / (3 * x) + 1 / x**2),
        Reals(1, closed=True),
        False,
    ),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", ALONG)
def test_a_limit_with_a_rate_runs_over_a_symbol_of_its_own(name):
    relation, domain, holds = ALONG[name]
    c = stated(relation)
    assert list(c.domain.values()) == [domain]
    assert prove(c).proved is holds
    assert check([c], seconds=2)[0].verdict in (("proved",) if holds else ("refuted", "undecided"))


def test_what_a_claim_speaks_of_elsewhere_is_a_parameter():
    for relation in (
        lambda: Tends(1 / x, (x, 1, oo), 0, rate=1 / x) & Le(x, 9),
        lambda: Tends(1 / x, (x, a, oo), 0, rate=1 / x),
        lambda: (
            Tends(1 / x, (x, 1, oo), 0, rate=1 / x)
            & Tends(1 / Symbol("x", integer=True), (Symbol("x", integer=True), 1, oo), 0, rate=1 / x)
        ),
    ):
        with pytest.raises(BadInput, match="is no parameter of the claim"):
            check([stated(relation)])


def test_a_limit_asks_of_its_loops_far_out_only():
    """With one point there is no variance to fit, but nobody asks for n = 1 on the way to oo."""
    assert_proved(lambda n: Limit(n * Var(GaussianLoop(n).mu(1)), (n, oo), 1), n=Integers(1))
    assert not is_proved(lambda n: Limit(E(GaussianLoop(5 - n).mu(1)), (n, oo), 0), n=Integers(1))


J, LAST = Symbol("j", integer=True, positive=True), Symbol("t", integer=True, positive=True)
FALLING = {  # the distances of factors from 1, of which the sum is infinite; what of its powers the product falls below
    "a root": (1 / sqrt(J + 1), lambda t: t**10),
    "a logarithm and more": (log(J + 1) / (J + 1), lambda t: t**10),
    "harmonic, and not rational": (1 / (J + sqrt(J + 1)), lambda t: t ** Rational(1, 3)),
    "next to harmonic": (1 / (2 * J * sqrt(log(J + 3))), lambda t: log(t) ** 9),
    "a number": (Rational(1, 2) + 1 / (J + sqrt(J) + 2), lambda t: Rational(6, 5) ** t),
}
CONVERGING = (1 / (sqrt(J) * (J + 1)), 1 / (2 * J * log(J + 2) ** 2))


@pytest.mark.parametrize("name", FALLING)
def test_a_product_whose_factors_stay_below_1_for_too_long_vanishes(name):
    distance, faster = FALLING[name]
    falls = Product(1 - distance, (J, 1, LAST))
    for f, end in ((falls, 0), (faster(LAST + 1) * falls, 0), (3 + falls, 3)):
        assert is_proved(lambda t: Limit(f.xreplace({LAST: t}), (t, oo), end), t=Integers(1))  # noqa: B023 - called at once
        assert not is_proved(lambda t: Limit(f.xreplace({LAST: t}), (t, oo), end + 1), t=Integers(1))  # noqa: B023
    assert not is_proved(lambda t: Limit(Product(1 + distance, (J, 1, t)), (t, oo), 0), t=Integers(1))


@pytest.mark.parametrize("distance", CONVERGING, ids=str)
def test_a_product_that_converges_does_not_vanish(distance):
    assert not is_proved(lambda t: Limit(Product(1 - distance, (J, 1, t)), (t, oo), 0), t=Integers(1))


def test_a_harmonic_product_falls_no_faster_than_is_seen():
    falls = Product(1 - 1 / (J + sqrt(J + 1)), (J, 1, LAST))
    assert not is_proved(lambda t: Limit((t + 1) ** 2 * falls.xreplace({LAST: t}), (t, oo), 0), t=Integers(1))
