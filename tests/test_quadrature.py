"""Expectations under named laws, and W1, in balls: against closed forms, other quadratures, and their own bounds."""

import math
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from sympy import Abs, Max, Rational, Symbol, cosh, exp, lambdify, log, pi, sign, sqrt, tanh

from simulate.engine.populations import _bounds
from theory.language.laws import Cauchy, Laplace, Logistic, Mixture, Noise, Normal, Uniform
from theory.language.moments import W1, E
from theory.proof.derive import NotDerivable, law_distance, law_mean
from theory.proof.enclosures import precision
from theory.proof.quadrature import growth, is_finite, mean_under, outside, wasserstein
from theory.proof.rings import NotCompilable, to_ball

x = Symbol("x", real=True)
m = Symbol("m", real=True)
half = Rational(1, 2)
LAWS = [
    Normal(0, 4),
    Normal(Rational(1, 3), 100),
    Laplace(0, 1),
    Laplace(2, 3),
    Logistic(),
    Logistic(-1, 2),
    Uniform(-3, 3),
    Uniform(-sqrt(3), sqrt(3)),
    Mixture(Rational(1, 5), Normal(-1, 1), Laplace(1, 2)),
]
FUNCTIONS = [
    tanh(x / 2),
    1 / cosh(x / 2) ** 2 / 2,
    x,
    x**2,
    Abs(x),
    Abs(x - 1),
    log(1 + x**2),
    log(cosh(x)),
    sign(x - 1),
]


def near(ball, number, tolerance=1e-9):
    return abs(float(ball.mid()) - number) <= tolerance * (1 + abs(number)) and float(ball.rad()) < 1e-9 * (
        1 + abs(number)
    )


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("f", FUNCTIONS, ids=str)
def test_another_quadrature_agrees(law, f):
    ends = tuple(float(a) for a in law.args) if isinstance(law, Uniform) else (-400.0, 400.0)
    g = lambdify(x, f * law.density(x), modules=["scipy", "numpy"])
    cuts = [p for p in (-1.0, 0.0, 1.0, 2.0) if ends[0] < p < ends[1]]
    parts = [ends[0], -60.0, *cuts, 60.0, ends[1]] if ends[1] > 60 else [ends[0], *cuts, ends[1]]
    with np.errstate(over="ignore"):
        total = sum(integrate.quad(g, a, b, limit=400, epsabs=1e-13)[0] for a, b in pairwise(parts))
    assert near(mean_under(f, x, law), total)


@pytest.mark.parametrize(
    ("f", "law", "value"),
    [
        (1 / cosh(x / 2) ** 2 / 2, Laplace(), 2 * log(2) - 1),
        (1 / cosh(x / 2) ** 2 / 2, Uniform(-3, 3), tanh(Rational(3, 2)) / 3),
        (tanh(x / 2) ** 2, Logistic(), Rational(1, 3)),
        (x**2, Logistic(), pi**2 / 3),
        (x**2, Laplace(1, 2), 9),
        (Abs(x), Logistic(), 2 * log(2)),
        (log(1 + (x - 4) ** 2), Cauchy(-5, 1), log(4 + 81)),
        (log(1 + (x - 4) ** 2), Cauchy(-5, 3), log(16 + 81)),
    ],
    ids=str,
)
def test_closed_forms_are_inside(f, law, value):
    ball = mean_under(f, x, law)
    with precision(200):
        exact = to_ball(value)
    assert ball.overlaps(exact)
    assert float(ball.rad()) < 1e-12


@settings(max_examples=25, deadline=None)
@given(
    st.fractions(-20, 20),
    st.sampled_from([Normal(0, 4), Laplace(), Logistic(), Mixture(half, Normal(0, 1), Logistic())]),
)
def test_a_shifted_score_is_odd_and_increasing(d, law):
    d = Rational(d.numerator, d.denominator)
    there, back = (mean_under(tanh((x + s * d) / 2), x, law) for s in (1, -1))
    further = mean_under(tanh((x + d + 1) / 2), x, law)
    assert (there + back).contains(0)
    assert further > there


@pytest.mark.parametrize("bits", [20, 64, 200])
def test_more_precision_narrows_and_nests(bits):
    with precision(bits):
        ball = mean_under(tanh((x - half) / 2), x, Normal(0, 4))
    with precision(bits + 60):
        finer = mean_under(tanh((x - half) / 2), x, Normal(0, 4))
    assert ball.contains(finer)
    assert ball.rad() < arb(2) ** (2 - bits)


def test_a_parameter_known_as_a_ball():
    wide = mean_under(tanh((x - m) / 2), x, Normal(0, 4), {m: arb(1, 0.125)})
    for at in (0.875, 0.95, 1.0, 1.125):
        assert wide.contains(mean_under(tanh((x - m) / 2), x, Normal(0, 4), {m: arb(at)}))


@pytest.mark.parametrize(
    ("p", "q", "value"),
    [  # the catalogue's, by two quadratures that are not ours
        (Laplace(), Normal(0, 2), 0.205643761360543),
        (Mixture(half, Normal(-1, 1), Normal(1, 1)), Normal(0, 2), 0.07206907186941),
        (Logistic(), Normal(0, pi**2 / 3), 0.1074798478103),
        (Uniform(-sqrt(3), sqrt(3)), Normal(0, 1), 0.1542795121810),
        (Normal(0, 100), Logistic(), 6.592551246909),
        (Laplace(), Logistic(), 2 * math.log(2) - 1),
        (Normal(0, 1), Normal(2, 1), 2.0),
    ],
)
def test_distances(p, q, value):
    assert near(wasserstein(p, q), value, 1e-11)
    assert near(wasserstein(q, p), value, 1e-11)


def test_what_grows_too_fast_is_refused():
    with pytest.raises(NotCompilable, match="growth of order 1"):
        mean_under(x, x, Cauchy())
    with pytest.raises(NotCompilable, match="no bound"):
        mean_under(exp(x**2), x, Normal(0, 1))
    with pytest.raises(NotCompilable, match="no bound"):
        mean_under(log(x**2), x, Normal(0, 1))


@pytest.mark.parametrize("f", FUNCTIONS, ids=str)
@pytest.mark.parametrize("at", [-1e6, -30.0, -1.0, 0.3, 1.0, 7.0, 1e5])
def test_growth_bounds_the_function(f, at):
    C, k = growth(f, x, {})
    assert abs(float(f.subs(x, Rational(at)))) <= float(C.upper()) * max(1.0, abs(at)) ** float(k) * (1 + 1e-12)


def test_what_is_known_to_be_finite():
    z = Noise("Z", Normal(0, 1))
    assert is_finite(E(tanh(z) ** 2))
    assert is_finite(W1(Normal(0, 1), Laplace()))
    assert not is_finite(E(z**2))
    assert not is_finite(W1(Normal(0, 1), Cauchy()))


@pytest.mark.parametrize(
    "f",
    [
        E(tanh(Noise("Z", Logistic()) / 2) ** 2),
        E(1 / cosh(Noise("Z", Logistic()) / 2) ** 2 / 2),
        E(1 / cosh(Noise("Z", Laplace()) / 2) ** 2 / 2),
        E(Noise("Z", Normal(1, 2)) ** 3),
    ],
    ids=str,
)
def test_the_derived_form_is_in_the_ball(f):
    (z,) = f.atoms(Noise)
    assert mean_under(f.variable.xreplace({z: x}), x, z.law).overlaps(to_ball(law_mean(f)))


def test_derived_distances():
    a, b = Symbol("a", real=True), Symbol("b", real=True)
    assert law_distance(Normal(a, 3), Normal(b, 3)) == Abs(a - b)
    r = Symbol("r", positive=True)
    mixed = law_distance(Mixture(r, Logistic(), Normal(a, 1)), Mixture(r, Logistic(), Normal(0, 4)))
    assert mixed == (1 - r) * W1(Normal(a, 1), Normal(0, 4))
    with pytest.raises(NotDerivable):
        law_distance(Normal(0, 1), Normal(0, 2))
    with pytest.raises(NotDerivable):
        law_distance(Mixture(r, Logistic(), Normal(a, 1)), Mixture(half, Logistic(), Normal(0, 4)))


def test_kinks_that_may_lie_on_either_side_are_refused():
    with pytest.raises(ArithmeticError, match="order"):
        mean_under(sign(x - m) + 1, x, Uniform(-1, 1), {m: arb(1, 0.25)})
    with pytest.raises(ArithmeticError, match="order"):
        mean_under(sign(x - m) + 1, x, Laplace(), {m: arb(-0.02, 0.125)})
    with pytest.raises(ArithmeticError, match="rises"):
        mean_under(sign(m * x), x, Normal(0, 1), {m: arb(0, 1)})


def test_a_kink_known_as_a_ball():
    wide = mean_under(Abs(x - m), x, Normal(0, 1), {m: arb(0.5, 0.01)})
    for at in (0.49, 0.5, 0.51):
        assert wide.contains(mean_under(Abs(x - m), x, Normal(0, 1), {m: arb(at)}))


@pytest.mark.parametrize(
    "law", [Normal(-5, Rational(1, 10**4)), Laplace(7, Rational(1, 10)), Logistic(-3, 2), Normal(2, 9)]
)
@pytest.mark.parametrize("k", [0, 1, 2])
def test_the_tail_is_bounded(law, k):
    """Against the tail beyond a window that is far too small, integrated."""
    with precision(64):
        center, scale = to_ball(law.args[0]), to_ball(law.args[1] if not isinstance(law, Normal) else sqrt(law.args[1]))
        for width in (1, 3):
            ends = (center - width * scale, center + width * scale)
            bound = outside(law, ends, Rational(k), {})
            g = lambdify(x, Max(1, Abs(x)) ** k * law.density(x), modules=["scipy", "numpy"])
            low, high = (float(e.mid()) for e in ends)
            far = 60 * float(scale.mid())
            tail = integrate.quad(g, low - far, low)[0] + integrate.quad(g, high, high + far)[0]
            assert tail <= float(bound.upper())


def test_several_draws_have_no_bound_of_one():
    a, b = Noise("X", Normal(0, 1)), Noise("Y", Normal(0, 1))
    for f in (tanh(a - b), exp(a**2 - b**2), tanh(a) * tanh(b), Abs(a - b)):
        assert not is_finite(E(f))
        assert _bounds(f) is None
    assert _bounds(tanh(a) - 2 * tanh(b)) == (-3, 3)
    assert _bounds(1 / cosh(a) ** 2) == (0, 1)
    with pytest.raises(NotCompilable, match="no bound"):
        growth(sqrt(cosh(x)), x, {})


def test_a_divergent_integral_is_not_derived():
    with pytest.raises(NotDerivable):
        law_mean(E(1 / tanh(Noise("Z", Logistic()) / 2)))
