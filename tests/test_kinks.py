"""Means of functions of one draw with kinks: rectified, clipped, thresholded, in cases; against quadrature, and as claims."""

from itertools import pairwise
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from stated import is_proved
from sympy import (
    Abs,
    And,
    Eq,
    Ge,
    Integer,
    Le,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    atan,
    erf,
    exp,
    lambdify,
    sqrt,
)
from sympy import pi as PI

from theory import (
    Cauchy,
    ChiSquare,
    E,
    Exponential,
    Integers,
    Laplace,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Reals,
    Uniform,
    Var,
    coordinate,
)
from theory.language.errors import CannotTell
from theory.proof.symbols import kinks

a, b = Symbol("a", positive=True), Symbol("b", positive=True)
AT = {a: Rational(2, 3), b: Rational(7, 5)}
Z, X, U, Q = (
    Noise("Z", Normal(Rational(1, 3), 2)),
    Noise("X", Exponential(2)),
    Noise("U", Uniform(-1, 2)),
    Noise("Q", ChiSquare(4)),
)


def kinked(z):
    """What a few steps with kinks make of a draw."""

    def more(f):
        return st.one_of(
            f.map(Abs),
            f.map(lambda y: y + 1),
            f.map(lambda y: -2 * y),
            f.map(lambda y: y**2),
            st.tuples(f, st.sampled_from([S.Zero, a, -b])).map(lambda p: Max(*p)),
            st.tuples(f, st.sampled_from([S.One, a, a + b])).map(lambda p: Min(*p)),
            st.tuples(f, f, st.sampled_from([a, -a, S.Zero])).map(lambda p: Piecewise((p[0], z < p[2]), (p[1], True))),
        )

    return st.recursive(st.sampled_from([z, z - a, a * z + b, -z, S.One]), more, max_leaves=4)


def integral(f, z):
    """E f(Z) at `AT`, by SciPy, cut at many places."""
    law = z.law
    x = Symbol("x", real=True)
    integrand = lambdify(x, (f.xreplace({z: x}) * law.density(x)).xreplace(AT), "numpy")
    low, high = (float(end) if end.is_finite else 60.0 * (-1 if end < 0 else 1) for end in law.support)
    cuts = [c for c in np.arange(-60, 60.01, 0.25) if low < c < high]
    places = [low, *cuts, high]
    return sum(quad(lambda y: float(integrand(y)), c, d, limit=200)[0] for c, d in pairwise(places))


@pytest.mark.parametrize("z", [Z, X, U, Q], ids=str)
@settings(max_examples=12)
@given(st.data())
def test_the_mean_is_the_integral(z, data):
    f = data.draw(kinked(z))
    if not f.has(z):
        return
    try:
        form = kinks.mean(f, z)
    except CannotTell:
        return
    seen = float(form.xreplace(AT).evalf(30))
    assert isfinite(seen)
    assert seen == pytest.approx(integral(f, z), rel=1e-5, abs=1e-6), (f, form)


def test_exponentials_of_a_normal_draw_between_kinks():
    for f in (
        Min(1, exp(a * Z - b)),
        Max(exp(Z) - a, 0),
        Max(Z, 0) * exp(-Z),
        Piecewise((Z**2 * exp(2 * Z), a > Z), (Z, True)),
    ):
        assert float(kinks.mean(f, Z).xreplace(AT).evalf(30)) == pytest.approx(integral(f, Z), rel=1e-5)
    for f, z in ((Max(exp(Z**2 / 9), 2), Z), (Max(exp(U) - 1, 0), U)):
        with pytest.raises(CannotTell):
            kinks.mean(f, z)


class Ratios(Loop):
    """A product of likelihood ratios."""

    m: Positive
    w = coordinate(positive=True)
    initial = {"w": 1}  # noqa: RUF012

    def step(self, now):
        return {"w": now["w"] * exp(self.m * Noise("Z", Normal(0, 1)) - self.m**2 / 2)}


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(11, 10), False)])
def test_a_clipped_product_of_ratios(off, true):
    """What clipping at 1 leaves of the mean weight is 1 - TV of t draws, by hand."""
    clipped = lambda m, t: Eq(E(Min(Ratios(m).w(t), 1)), 1 - erf(off * m * sqrt(t) / (2 * sqrt(2))))  # noqa: E731
    assert is_proved(clipped, m=Positive(), t=Integers(1)) == true


def drawn(law):
    return Noise("Y", law)


W = drawn(Normal(0, 1))
# what is claimed, times a number that is 1 where it is true; its domain
MEANS = {
    "clipped": (
        lambda c, k: Eq(
            E(Min(Max(W, -c), c) ** 2),
            k * (erf(c / sqrt(2)) - c * sqrt(2 / PI) * exp(-(c**2) / 2) + c**2 * (1 - erf(c / sqrt(2)))),
        ),
        Positive(),
    ),
    "soft threshold": (
        lambda c, k: Eq(
            E(Max(Abs(W) - c, 0) ** 2),
            k * ((1 + c**2) * (1 - erf(c / sqrt(2))) - c * sqrt(2 / PI) * exp(-(c**2) / 2)),
        ),
        Positive(),
    ),
    "rectified": (
        lambda m, k: Eq(
            E(Max(drawn(Normal(m, 1)), 0) ** 2),
            k * ((m**2 + 1) * (1 + erf(m / sqrt(2))) / 2 + m * exp(-(m**2) / 2) / sqrt(2 * PI)),
        ),
        Reals(),
    ),
    "leaky": (lambda c, k: Eq(Var(Max(W, c * W)), k * ((1 + c**2) / 2 - (1 - c) ** 2 / (2 * PI))), Reals(0, 1)),
    "in cases": (
        lambda c, k: Eq(
            E(Piecewise((W**2 / 2, Abs(W) < c), (c * Abs(W) - c**2 / 2, True))),
            k * (erf(c / sqrt(2)) / 2 + c * exp(-(c**2) / 2) / sqrt(2 * PI) - c**2 / 2 * (1 - erf(c / sqrt(2)))),
        ),
        Positive(),
    ),
    "clipped, without a mean": (
        lambda c, k: Eq(
            E(Max(Min(drawn(Cauchy(0, 1)), c), -c) ** 2),
            k * (2 * c / PI - 2 * atan(c) / PI + c**2 * (1 - 2 * atan(c) / PI)),
        ),
        Positive(),
    ),
    "exponential": (lambda c, k: Eq(E(Max(drawn(Exponential(1)), c)), k * (c + exp(-c))), Positive()),
    "uniform": (lambda c, k: Eq(E(Max(drawn(Uniform(0, 1)), c)), k * (1 + c**2) / 2), Reals(0, 1)),
    "Laplace": (lambda c, k: Eq(E(Max(drawn(Laplace(0, 1)), c)), k * (c + exp(-c) / 2)), Positive()),
}


@pytest.mark.parametrize("name", MEANS)
def test_means_with_kinks_are_proved_and_no_others(name):
    said, domain = MEANS[name]
    assert is_proved(lambda c: said(c, Integer(1)), c=domain)
    assert not is_proved(lambda c: said(c, Rational(101, 100)), c=domain)


class Clipped(Loop):
    """A number that is drawn back and pushed by a clipped draw."""

    a: Reals(0, 1)
    c: Positive
    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": self.a * now["x"] + Min(Max(Noise("Z", Normal(0, 1)), -self.c), self.c)}


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(101, 100), False)])
def test_steps_with_clipped_draws_have_moments(off, true):
    def spread(a, c, t):
        each = erf(c / sqrt(2)) - c * sqrt(2 / PI) * exp(-(c**2) / 2) + c**2 * (1 - erf(c / sqrt(2)))
        return Eq(Var(Clipped(a, c).x(t)), off * each * (1 - a ** (2 * t)) / (1 - a**2))

    assert is_proved(spread, a=Reals(0, 1), c=Positive(), t=Integers(0)) == true


def test_what_has_no_mean_beyond_its_kink_has_none():
    with pytest.raises(CannotTell):
        kinks.mean(Max(drawn(Cauchy(0, 1)), 0), drawn(Cauchy(0, 1)))
    assert not is_proved(lambda c: Eq(E(Max(drawn(Cauchy(0, 1)), c)), c), c=Positive())


Y = Noise("V", Normal(1, 1))
R = Noise("R", Uniform(0, 1))
SIGNS = {
    "two draws": (lambda m: Prob(W * Y >= 0), lambda m: S.Half),
    "a parameter": (
        lambda m: Prob(Y * drawn(Normal(m, 1)) > 0),
        lambda m: (1 + erf(m / sqrt(2)) * erf(1 / sqrt(2))) / 2,
    ),
    "a quotient": (lambda m: Prob(Y / (R - m) < 0), lambda m: (1 - erf(1 / sqrt(2)) * (1 - 2 * m)) / 2),
    "a square": (lambda m: Prob(m * W**2 * Y > 0), lambda m: (1 + erf(1 / sqrt(2))) / 2),
    "three": (
        lambda m: Prob((R - m) * (Y - 1) * (W - m) < 0),
        lambda m: S.Half,
    ),
}


@pytest.mark.parametrize("name", SIGNS)
@pytest.mark.parametrize(("off", "true"), [(0, True), (Rational(1, 100), False)])
def test_products_of_draws_are_above_0_by_the_signs_of_each(name, off, true):
    event, chance = SIGNS[name]
    assert is_proved(lambda m: Eq(event(m), chance(m) + off), m=Reals(0, 1)) == true


@pytest.mark.parametrize(
    ("event", "chance"),
    [
        (lambda: Max(W, 0) * (Y - 1) > 0, Rational(1, 4)),
        (lambda: Max(W, 0) * (Y - 1) >= 0, Rational(3, 4)),
        (lambda: Max(W, 0) * (Y - 1) < 0, Rational(1, 4)),
        (lambda: -Max(W, 0) * Min(Y, 1) <= 0, (3 + erf(1 / sqrt(2))) / 4),
    ],
)
def test_a_factor_that_may_be_0_counts_for_neither_sign(event, chance):
    """Of a factor that is never 0 the mean sign tells both chances; of this one it was taken to."""
    assert is_proved(lambda: Eq(Prob(event()), chance))
    assert not is_proved(lambda: Eq(Prob(event()), chance + Rational(1, 4)))


def test_draws_that_share_a_factor_are_not_taken_for_independent():
    assert not is_proved(lambda m: Eq(Prob(W * (W - m) > 0), S.Half), m=Positive())
    assert not is_proved(lambda m: Eq(Prob(W * (W + Y) > 0), S.Half), m=Positive())


@pytest.mark.parametrize(
    ("event", "chance"),
    [
        (lambda u, a: Max(u, a) > a, lambda a: 1 - a),
        (lambda u, a: Max(u, a) >= a, lambda a: S.One),
        (lambda u, a: Min(u, a) < a, lambda a: a),
        (lambda u, a: Abs(Max(u, a) - a) > 0, lambda a: 1 - a),
        (lambda u, a: And(Max(u, a) <= a, u > a / 2), lambda a: a / 2),
        (lambda u, a: u * (1 - u) < a / 4, lambda a: 1 - sqrt(1 - a)),
    ],
)
@pytest.mark.parametrize(("off", "true"), [(0, True), (Rational(1, 100), False)])
def test_what_stays_at_a_level_counts_as_the_event_says(event, chance, off, true):
    assert is_proved(lambda a: Eq(Prob(event(R, a)), chance(a) + off), a=Reals(0, 1)) == true


class Averaged(Loop):
    """A walk that is pushed by the mean of n draws in each of m models."""

    n: Integers(1)
    m: Integers(1)
    x = coordinate()
    initial = {"x": Integer(0)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1 / (self.n * self.m)))}


@pytest.mark.parametrize(("off", "true"), [(1, True), (2, False)])
def test_error_functions_are_the_same_where_their_arguments_are(off, true):
    def tail(n, m, t, c):
        return Eq(Prob(Averaged(n, m).x(t) > c), (1 + erf(-c * sqrt(off * n * m / (2 * t)))) / 2)

    assert is_proved(tail, n=Integers(1), m=Integers(1), t=Integers(1), c=Positive()) == true


def test_the_integrals_here_are_what_they_should_be():
    assert integral(Max(Z, 0), Z) == pytest.approx(
        float((erf(Rational(1, 6)) / 6 + Rational(1, 6) + exp(-Rational(1, 36)) / sqrt(PI)).evalf()), rel=1e-6
    )


# of a kink anywhere on the line: what is claimed, times a number that is 1 where it is true
ANYWHERE = {
    "the lesser of an exponential draw": lambda c, k: Eq(
        E(Min(X / 2, c)), k * Piecewise((1 - exp(-c), c > 0), (c, True))
    ),
    "a bound of it": lambda c, k: Le(k * E(Min(X / 2, c)), k * c) if k == 1 else Ge(E(Min(X / 2, c)), c),
    "the greater of an exponential draw": lambda c, k: Eq(
        E(Max(X / 2, c)), k * Piecewise((c + exp(-c), c > 0), (1, True))
    ),
    "the lesser, in the form that was derived": lambda c, k: Eq(
        E(Min(X / 2, c)), k * (c * exp(-(c + Abs(c)) / 2) + 1 - (1 + (c + Abs(c)) / 2) * exp(-(c + Abs(c)) / 2))
    ),
}


@pytest.mark.parametrize("name", ANYWHERE)
@pytest.mark.parametrize(("k", "true"), [(1, True), (Rational(101, 100), False)])
def test_a_kink_may_lie_beyond_the_draw(name, k, true):
    """Below 0 the draw has no probability: the mean of the lesser was taken for 1 - (1 + c) e^-c + c, and claims of it proved."""
    assert is_proved(lambda c: ANYWHERE[name](c, k), c=Reals()) == true


def test_the_form_that_was_wrong_is_none():
    wrong = lambda c: c * exp(-(c + Abs(c)) / 2) - (c + 1) * exp(-c) + 1  # noqa: E731
    assert not is_proved(lambda c: Eq(E(Min(X / 2, c)), wrong(c)), c=Reals())
    assert is_proved(lambda c: Eq(E(Min(X / 2, c)), wrong(c)), c=Positive())
    z = kinks.mean(Min(X, -a), X)
    assert z.xreplace(AT) == -AT[a]
