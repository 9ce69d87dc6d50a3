"""Expectations under named laws, and W1, in balls: against closed forms, other quadratures, and their own bounds."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import examples
from scipy import integrate, stats
from stated import stated
from sympy import (
    Abs,
    Le,
    Max,
    Rational,
    Symbol,
    cos,
    cosh,
    exp,
    gamma,
    lambdify,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    sympify,
    tanh,
)

from simulate.engine.populations import _bounds
from theory import Points
from theory.language.errors import CannotTell
from theory.language.laws import (
    Beta,
    Cauchy,
    ChiSquare,
    Exponential,
    Gamma,
    Laplace,
    Logistic,
    Mixture,
    Noise,
    Normal,
    StudentT,
    Uniform,
)
from theory.language.moments import TV, W1, E
from theory.proof.arithmetic import quadrature
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import to_ball
from theory.proof.arithmetic.quadrature import area, growth, mean_under, outside, window
from theory.proof.arithmetic.variation import variation
from theory.proof.arithmetic.wasserstein import wasserstein
from theory.proof.finiteness import is_finite
from theory.proof.relations.prove import prove
from theory.proof.symbols.law_means import law_distance, law_mean

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
    Exponential(),
    Exponential(Rational(7, 3)),
    StudentT(5),
    StudentT(4, 1, 2),
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


@pytest.mark.thin(3)
@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("f", FUNCTIONS, ids=str)
def test_another_quadrature_agrees(law, f):
    far = math.inf if isinstance(law, StudentT) else 400.0
    low, high = (float(a) if a.is_finite else far * (1 if a > 0 else -1) for a in map(sympify, law.support))
    g = lambdify(x, (f if f != log(cosh(x)) else Abs(x) + log((1 + exp(-2 * Abs(x))) / 2)) * law.density(x), "scipy")
    inside = [c for c in (-60.0, -1.0, 0.0, 1.0, 2.0, 60.0) if low < c < high]
    parts = [low, *inside, high]
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
        (tanh(x / 2), Exponential(), 2 * log(2) - 1),
        (1 / cosh(x / 2) ** 2, Exponential(), 4 * log(2) - 2),
        (x**3, Exponential(2), 48),
        (Abs(x - 1), Exponential(), 2 * exp(-1)),
        (x**2, StudentT(3, 1, 2), 13),
        (x**4, StudentT(5), 25),
        (Abs(x), StudentT(2), sqrt(2)),
        (
            Abs(x),
            StudentT(Rational(5, 2)),
            4 * sqrt(Rational(5, 2)) * gamma(Rational(7, 4)) / (3 * sqrt(pi) * gamma(Rational(5, 4))),
        ),
        (log(1 + x**2), StudentT(1), 2 * log(2)),
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
    d = Rational(d)
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
        (StudentT(5), Normal(0, Rational(5, 3)), 0.131721149726),
        (StudentT(3), Normal(0, 3), 0.3816431773927),
        (Exponential(), Exponential(3), 2.0),
        (Exponential(), Uniform(0, 1), 0.5),  # one is above the other: the difference of the means
        (StudentT(2), StudentT(2, 0, 2), math.sqrt(2)),  # E |X|, twice and once
        (StudentT(3, 1), StudentT(3), 1.0),
    ],
)
def test_distances(p, q, value):
    assert near(wasserstein(p, q), value, 1e-11)
    assert near(wasserstein(q, p), value, 1e-11)


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("p", "q", "one", "other"),
    [
        (StudentT(5), Normal(0, Rational(5, 3)), stats.t(5), stats.norm(0, math.sqrt(5 / 3))),
        (StudentT(3), StudentT(4, 1, 2), stats.t(3), stats.t(4, 1, 2)),
        (StudentT(30, 0, Rational(1, 50)), Exponential(), stats.t(30, 0, 0.02), stats.expon()),
        (Exponential(2), Logistic(), stats.expon(scale=2), stats.logistic()),
    ],
)
def test_distances_by_another_quadrature(p, q, one, other):
    def gap(at):
        return abs(one.sf(at) - other.sf(at)) if at > 0 else abs(one.cdf(at) - other.cdf(at))

    cuts = [-math.inf, -1e3, -30, *np.linspace(-8, 8, 65), 30, 1e3, math.inf]
    total = sum(integrate.quad(gap, a, b, limit=200, epsabs=1e-12)[0] for a, b in pairwise(cuts))
    assert near(wasserstein(p, q), total, 1e-7)


@examples(5, 15)
@given(
    st.integers(2, 9),
    st.fractions(Rational(1, 10), 10, max_denominator=50),
    st.sampled_from(
        [Normal(0, 1), Laplace(1, 2), Exponential(), StudentT(3), Mixture(half, StudentT(2), Normal(3, 1))]
    ),
)
def test_distances_of_scaled_laws_scale(nu, s, other):
    """W1 is a metric that scales: against other, and from the law to itself scaled, |1 - s| E |X|."""
    s = Rational(s)
    t, wide = StudentT(nu), StudentT(nu, 0, s)
    own = wasserstein(t, wide)
    assert own.overlaps(abs(1 - to_ball(s)) * mean_under(Abs(x), x, t))
    assert wasserstein(t, other) <= own + wasserstein(wide, other) + arb(2) ** -60
    assert own.rad() < 1e-14


@pytest.mark.parametrize("bits", [30, 64, pytest.param(200, marks=pytest.mark.long)])
def test_distances_narrow_with_the_precision(bits):
    for p, q in ((StudentT(3), Normal(0, 3)), (StudentT(2), StudentT(3)), (Exponential(), Normal(1, 1))):
        with precision(bits):
            ball = wasserstein(p, q)
        with precision(bits + 40):
            finer = wasserstein(p, q)
        assert ball.overlaps(finer)
        assert ball.rad() < arb(2) ** (2 - bits)


def test_signs_are_cut_where_they_change():
    cubic = (x - half) * (x + Rational(1, 3)) * x
    total = area(cubic, cubic.diff(x), x, (arb(-1), arb(1)), arb(2) ** -40)
    by_hand = sum(abs(integrate.quad(lambdify(x, cubic), a, b)[0]) for a, b in pairwise((-1, -1 / 3, 0, 0.5, 1)))
    assert near(total, by_hand)
    never = tanh(x) ** 2 + 1 / cosh(x) ** 2 - 1
    with pytest.raises(CannotTell, match="changes its sign"):
        area(never, never.diff(x), x, (arb(-1), arb(1)), arb(2) ** -150)


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (Beta(half, half), Uniform(0, 1)),
        (Beta(2, 5), Beta(half, 3)),
        (Beta(3, half), Beta(1, 1)),
        (Gamma(half, 1), Exponential()),
    ],
)
def test_densities_without_a_bound_have_no_area_between_them(p, q):
    """At once: not before many looks, at every precision."""
    with pytest.raises(CannotTell, match="has no bound at"):
        variation(p, q)


def test_without_an_area_nothing_is_proved():
    tight = stated(lambda a: Le(Abs(a * TV(Beta(half, half), Uniform(0, 1)) - half), half), a=Points(1))
    found = prove(tight)
    assert not (found.proved)
    assert not (found.refuted)
    assert "has no bound at" in found.reason


def test_no_ball_ends_no_proof(monkeypatch):
    """What goes wrong in balls is no error of the derivation: it goes on without the number."""

    def fails(*_):
        raise ArithmeticError("no ball")

    monkeypatch.setattr(quadrature, "_signs", fails)
    assert not prove(stated(lambda a: Le(a * TV(Normal(0, 1), Laplace()), half), a=Points(1))).proved


def test_signs_that_are_not_told_are_no_error_of_arithmetic(monkeypatch):
    """Of which more bits would be asked for, with as many looks again."""
    monkeypatch.setattr(quadrature, "LOOKS", 3)
    with pytest.raises(CannotTell, match="changes its sign"):
        variation(Normal(0, 1), Normal(1, 1))


def test_infinite_means_are_refused():
    with pytest.raises(CannotTell, match="moments of order below 3 only"):
        mean_under(x**3, x, StudentT(3))
    with pytest.raises(CannotTell, match="moments of order below 1 only"):
        mean_under(x, x, StudentT(1))
    for p, q in ((StudentT(1), Normal(0, 1)), (Normal(0, 1), Mixture(half, Logistic(), StudentT(1)))):
        with pytest.raises(CannotTell, match="no mean"):
            wasserstein(p, q)
    with pytest.raises(CannotTell, match="whole degrees of freedom"):
        wasserstein(StudentT(Rational(5, 2)), Normal(0, 1))


def test_what_grows_too_fast_is_refused():
    with pytest.raises(CannotTell, match="growth of order 1"):
        mean_under(x, x, Cauchy())
    with pytest.raises(CannotTell, match="finite only where"):
        mean_under(exp(x**2), x, Normal(0, 1))
    with pytest.raises(CannotTell, match="no bound"):
        mean_under(exp(x**4), x, Normal(0, 1))
    with pytest.raises(CannotTell, match="no bound"):
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
    assert is_finite(E(z**2))
    assert not is_finite(E(exp(z**2)))
    assert not is_finite(E(Noise("X", StudentT(2)) ** 2))
    assert not is_finite(W1(Normal(0, 1), Cauchy()))
    assert is_finite(W1(Exponential(), StudentT(Rational(3, 2))))
    for t in (StudentT(1), Mixture(half, StudentT(1), Normal(0, 1)), StudentT(m)):
        assert not is_finite(W1(Normal(0, 1), t))
    assert is_finite(E(tanh(Noise("X", StudentT(1)))))


@pytest.mark.parametrize(
    "f",
    [
        E(tanh(Noise("Z", Logistic()) / 2) ** 2),
        E(1 / cosh(Noise("Z", Logistic()) / 2) ** 2 / 2),
        E(1 / cosh(Noise("Z", Laplace()) / 2) ** 2 / 2),
        E(tanh(Noise("Z", Exponential()) / 2)),
        E(1 / cosh(Noise("Z", Exponential()) / 2) ** 2),
        E(tanh(Noise("Z", Exponential(2)) / 4) ** 2),
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
    with pytest.raises(CannotTell):
        law_distance(Normal(0, 1), Logistic())
    with pytest.raises(CannotTell):
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
    ("law", "center", "scale"),
    [
        (Normal(-5, Rational(1, 10**4)), -5, 0.01),
        (Laplace(7, Rational(1, 10)), 7, 0.1),
        (Logistic(-3, 2), -3, 2),
        (Normal(2, 9), 2, 3),
        (StudentT(3, -5, 2), -5, 2),
        (StudentT(Rational(7, 2), Rational(1, 3), Rational(1, 10)), 1 / 3, 0.1),
        (Exponential(3), 0, 3),
    ],
    ids=str,
)
@pytest.mark.parametrize("k", [0, 1, 2])
def test_the_tail_is_bounded(law, center, scale, k):
    """Against the tail beyond a window that is far too small, integrated."""
    for width in (0.5, 1, 3):
        low, high = center - width * scale, center + width * scale
        bound = outside(law, (arb(low), arb(high)), Rational(k), {})
        g = lambdify(x, Max(1, Abs(x)) ** k * law.density(x), modules=["scipy", "numpy"])
        far = 1e4 * scale if isinstance(law, StudentT) else 60 * scale
        tail = sum(integrate.quad(g, high + a, high + b)[0] for a, b in pairwise((0, far / 100, far)))
        if law.support[0] == -oo:
            tail += sum(integrate.quad(g, low - b, low - a)[0] for a, b in pairwise((0, far / 100, far)))
        assert tail <= float(bound.upper())


@pytest.mark.parametrize("law", [StudentT(3, 1, 2), StudentT(Rational(5, 2)), Exponential(3)], ids=str)
@pytest.mark.parametrize("k", [0, half, 1, 2])
def test_a_window_leaves_little_outside(law, k):
    for bits in (30, 90):
        ends = window(law, bits, Rational(k), {})
        assert outside(law, ends, Rational(k), {}) < arb(2) ** (12 - bits)


def test_several_draws_have_no_bound_of_one():
    a, b = Noise("X", Normal(0, 1)), Noise("Y", Normal(0, 1))
    for f in (exp(a**2 - b**2), exp(a) * tanh(b), 1 / (a - b)):
        assert not is_finite(E(f))
        assert _bounds(f) is None
    for f in (tanh(a - b), tanh(a) * tanh(b)):  # but for what is bounded by what it is made of
        assert is_finite(E(f))
        assert _bounds(f) == pytest.approx((-1, 1), abs=1e-8)
    assert is_finite(E(Abs(a - b)))
    assert _bounds(Abs(a - b)) is None
    assert _bounds(tanh(a) - 2 * tanh(b)) == pytest.approx((-3, 3), abs=1e-8)
    assert _bounds(1 / cosh(a) ** 2) == pytest.approx((0, 1), abs=1e-8)
    with pytest.raises(CannotTell, match="no bound"):
        growth(sqrt(cosh(x)), x, {})


def test_a_divergent_integral_is_not_derived():
    with pytest.raises(CannotTell):
        law_mean(E(1 / tanh(Noise("Z", Logistic()) / 2)))


@pytest.mark.thin(2)
@pytest.mark.parametrize("dof", [1, half, 3, Rational(17, 3), 200])
@pytest.mark.parametrize("f", [log(1 + x**2), tanh(x), 1 / (half + x**2), exp(-(x**2)), x**2], ids=str)
def test_means_of_chi_square(dof, f):
    g = lambdify(x, f, "numpy")
    law: Any = stats.chi2(float(dof))
    density = law.pdf  # in w, x = w^4, so that nothing is singular
    total = sum(
        integrate.quad(lambda w: g(w**4) * density(w**4) * 4 * w**3, a, b, limit=400, epsabs=1e-13)[0]
        for a, b in ((1e-300, 0.5), (0.5, 2), (2, 4), (4, 8))
    )
    assert near(mean_under(f, x, ChiSquare(dof)), total)


@pytest.mark.parametrize("f", [exp(x), 1 / x, 1 / (x - 1), log(x), Abs(x - 1)], ids=str)
def test_no_bound_no_mean_of_chi_square(f):
    with pytest.raises((CannotTell, ArithmeticError)):
        mean_under(f, x, ChiSquare(1))


@pytest.mark.parametrize("dof", [0, Rational(1, 10**6)])
def test_a_chi_square_that_is_nearly_0(dof):
    with pytest.raises(CannotTell):
        mean_under(tanh(x), x, ChiSquare(dof))


def test_what_is_never_below_a_number_is_bounded():
    most, order = growth(1 / (Rational(1, 3) + x**2), x, {})
    assert order == 0
    assert most.overlaps(arb(3))
    for g in (1 / (x**2 - 1), 1 / (1 + x), log(1 + x), 1 / (x**2 + x)):
        with pytest.raises(CannotTell):
            growth(g, x, {})


@pytest.mark.parametrize("f", [cos(5 * x + 1), 3 * sin(x - 4), cos(x / 2), cos(7)], ids=str)
def test_a_wave_under_a_normal_law(f):
    """However fast it is: by the characteristic function."""
    m, v = Rational(1, 3), Rational(7, 10)
    tiny = mean_under(cos(40 * x), x, Normal(0, v))
    assert 0 < tiny < 1e-243
    ball = mean_under(f, x, Normal(m, v))
    assert ball.rad() < 1e-12 * abs(ball)
    line, spread = lambdify(x, f, "numpy"), math.sqrt(v)
    nodes, weights = np.polynomial.hermite.hermgauss(200)
    other = float(sum(w * line(float(m) + math.sqrt(2) * spread * u) for u, w in zip(nodes, weights, strict=True)))
    assert abs(float(ball) - other / math.sqrt(math.pi)) < 1e-12
    assert abs(float(mean_under(f + x**2, x, Normal(m, v))) - float(ball) - float(m**2 + v)) < 1e-9
