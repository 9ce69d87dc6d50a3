"""Means of maxima, minima, sizes and signs of several draws: against sums over a grid, quadrature, and numbers that are known."""

from random import Random

import mpmath as mp
import numpy as np
import pytest
from sympy import (
    Abs,
    And,
    Dummy,
    Expr,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    exp,
    expand,
    lambdify,
    pi,
    sign,
    simplify,
    sqrt,
)

from theory import Atoms, Exponential, Laplace, Loop, Noise, Normal, Uniform, coordinate
from theory.language.errors import CannotTell
from theory.language.moments import E
from theory.proof.methods import moment
from theory.proof.symbols import halves, ordered
from theory.proof.symbols.averages import average
from theory.proof.symbols.cases import Event

half = Rational(1, 2)
U, V, W = (Noise(name, Uniform(0, 1)) for name in "UVW")
L, M, K = (Noise(name, Laplace(0, 1)) for name in "LMK")
a, b = Symbol("a", positive=True), Symbol("b", positive=True)
X, Y = Noise("X", Exponential(1 / a)), Noise("Y", Exponential(1 / b))
N = [Noise("N0", Normal(half, 2)), Noise("N1", Normal(-1, 1))]
STEPS = 300


def test_cells_of_uniform_draws_add_up():
    """Random maxima and minima of lines: a sum over a grid is off by the slopes times half of its step, at most."""
    rng = Random(5)
    grid = (np.arange(STEPS) + 0.5) / STEPS
    x, y = np.meshgrid(grid, grid)
    names = {U: Symbol("x"), V: Symbol("y")}
    for _ in range(12):
        lines = [rng.randint(-2, 2) * U + rng.randint(-2, 2) * V + Rational(rng.randint(-2, 2), 3) for _ in range(3)]
        f = rng.choice((Max, Min))(lines[0], rng.choice((Max, Min))(lines[1], lines[2])) + Abs(lines[0] - lines[2])
        if not f.has(U, V) or not f.has(Max, Min, Abs):
            continue
        value = lambdify(list(names.values()), f.xreplace(names), "numpy")(x, y)
        slopes = 4 + 8  # of what is chosen, and of the size
        assert abs(float(ordered.mean(f, average)) - np.mean(value)) <= slopes / (2 * STEPS)


@pytest.mark.parametrize(
    ("f", "number"),
    [
        (Max(U, V, W) - Min(U, V, W), half),
        (((Max(U, V, W) + Min(U, V, W)) / 2 - half) ** 2, Rational(1, 40)),
        (Max(U, V / 2), Rational(13, 24)),
        (sign(U - V) * U, Rational(1, 6)),
        (Abs(L - M), Rational(3, 2)),
        (Max(Min(L, M), Min(Max(L, M), K)) ** 2, Rational(23, 36)),
        (Min(X, Y), 1 / (a + b)),
        (Max(0, X - Y), b / (a * (a + b))),
    ],
    ids=str,
)
def test_means_that_are_known(f, number):
    assert simplify(ordered.mean(f, average) - number) == 0


@pytest.mark.parametrize(
    "f", [Max(U, a), Abs(U * V - half), 1 / Max(U, V), Abs(N[0] - U), Max(X - Y, Noise("Z", Exponential(X)))], ids=str
)
def test_what_is_no_polyhedron_is_not_integrated(f):
    with pytest.raises(CannotTell):
        ordered.mean(f, average)


def under(f: Expr, z: Noise, kinks=()) -> mp.mpf:
    """E f(Z) by quadrature between the places where f has a kink."""
    x = Symbol("x", real=True)
    density = lambdify(x, z.law.density(x) * f.xreplace({z: x}), "mpmath")
    return mp.quad(density, sorted([-14, *kinks, -2, 1, 14]))


def test_both_sides_of_a_line():
    x, y = N
    for f, kinks in (
        (Max(x, 1) ** 2 * x, [1]),
        (Min(2 * x, x + 1) ** 3, []),
        (Abs(2 * x + 1) * x**2, [-0.5]),
        (sign(x) * x**3 + x * Abs(x), [0]),
    ):
        kinks = kinks or [1]
        assert mp.almosteq(mp.mpf(halves.mean(f).evalf(25)), under(f, x, kinks), 1e-12)
    for f in (Max(x, y) ** 2 * y, Abs(x - 2 * y + 1) * x, sign(x + y) * x * y**2):
        at = Dummy("y", real=True)
        given = expand(halves.mean(f.xreplace({y: at})))  # over x, y being a number
        assert mp.almosteq(mp.mpf(halves.mean(f).evalf(25)), under(given.xreplace({at: y}), y), 1e-12)


def test_events_of_a_line_beside_the_draws():
    """E X^3 1(X > Y): by its sign; and the gain of a pick by a noisy reward, 1/sqrt(pi (1 + s^2))."""
    x, y = N
    above = Event(x > y)
    assert simplify(halves.mean(above * x**3) - halves.mean((1 + sign(x - y)) * x**3 / 2)) == 0
    assert simplify(halves.mean(Event(x <= y) * x * y) + halves.mean(above * x * y) - x.law.mean * y.law.mean) == 0
    s = Symbol("s", positive=True)
    first, second, v, w = (Noise(name, Normal(0, 1)) for name in "ABVW")
    picked = Piecewise((first, first + s * v > second + s * w), (second, True))
    assert simplify(moment(E(picked)).form - 1 / sqrt(pi * (1 + s**2))) == 0
    assert moment(E(Piecewise((first**2, first >= second), (0, True)))).form == half


def test_two_lines_are_not_one():
    first, second, v = (Noise(name, Normal(0, 1)) for name in "ABV")
    for f in (
        Event(first > second) * Event(first > v) * first,
        Event(first**2 > second) * first,
        Event(And(first > second, first < v)) * first,
        Event(first > second) * first * Noise("L", Laplace(0, 1)),
    ):
        with pytest.raises(CannotTell):
            halves.mean(f)
    for f in (Abs(N[0]) * Abs(N[1]), Max(*N, 0), Abs(N[0] ** 2 - 1), sign(N[0]) * Noise("Z", Laplace(0, 1))):
        with pytest.raises(CannotTell):
            halves.mean(f)


class Better(Loop):
    """The better of two draws is trained on."""

    m = coordinate()
    initial = property(lambda self: {"m": 0})

    def step(self, now):
        return {"m": now["m"] + Max(*(Noise(name, Normal(0, 1)) for name in "XY"))}


class Fading(Loop):
    """The best fades."""

    m = coordinate(nonnegative=True)
    initial = property(lambda self: {"m": 0})

    def step(self, now):
        return {"m": Max(now["m"] / 2, Noise("U", Uniform(0, 1)))}


def test_recursions_know_them():
    t = Symbol("t", integer=True, positive=True)
    assert simplify(moment(E(Better().m(t) ** 2)).form - (t * (1 - 1 / pi) + t**2 / pi)) == 0
    assert simplify(moment(E(Better().m(t))).form - t / sqrt(pi)) == 0
    assert moment(E(Fading().m(2))).form == Rational(13, 24)


def test_a_unit_that_all_lines_have_in_common():
    """What exceeds d: E max(0, X - Y - d) = exp(-d/c) c/2 for two exponential draws of mean c, by hand."""
    c, d = Symbol("c", positive=True), Symbol("d", positive=True)
    x, y = (Noise(name, Exponential(c)) for name in "XY")
    assert simplify(ordered.mean(Max(x - y - d, 0), average) - c * exp(-d / c) / 2) == 0
    assert simplify(ordered.mean(Max(x - y - 2 * d, d), average) - d - c * exp(-3 * d / c) / 2) == 0
    assert simplify(ordered.mean(Max(x - y, d + a) - d - a, average) - c * exp(-(d + a) / c) / 2) == 0
    assert (
        simplify(ordered.mean(Max(Abs(x - y) - d, 0) * x, average) - ordered.mean(Max(Abs(y - x) - d, 0) * y, average))
        == 0
    )
    assert simplify(ordered.mean(sign(d - x) * y, average) - c * (1 - 2 * exp(-d / c))) == 0
    for f in (Max(x - y - d, c), Max(U - d, 0), Max(x - Symbol("e", real=True), 0)):
        with pytest.raises(CannotTell):
            ordered.mean(f, average)


def test_listed_draws_beside_others():
    """Two values of a draw: by hand."""
    S = Noise("S", Atoms((2, 0), (Rational(1, 4), Rational(3, 4))))
    assert ordered.mean(Max(S, U) * V**2, average) == (Rational(1, 4) * 2 + Rational(3, 4) * half) / 3
    assert ordered.mean(Abs(S - 1) * U * V, average) == Rational(1, 4)
