"""Means of uniform draws that are rounded: by cells, against sums over these, and as claims."""

from itertools import pairwise

import pytest
from stated import is_proved
from sympy import Dummy, Eq, Rational, ceiling, floor, integrate, simplify

from theory import E, Integers, Noise, Normal, Positive, Uniform
from theory.language.errors import CannotTell
from theory.proof.symbols import kinks

X, Y = Noise("X", Uniform(0, 1)), Noise("Y", Uniform(-1, 2))
half = Rational(1, 2)


def by_cells(f, z, edges):
    """E f(Z), each cell integrated by SymPy."""
    x, (low, high) = Dummy("x", real=True), z.law.args
    total = 0
    for a, b in pairwise(edges):
        there = f.xreplace({e: e.xreplace({z: (a + b) / 2}) for e in f.atoms(floor, ceiling)}).xreplace({z: x})
        total += integrate(there, (x, a, b))
    return total / (high - low)


@pytest.mark.parametrize(
    ("f", "z", "cells"),
    [
        ((X - (floor(4 * X) + half) / 4) ** 2, X, 4),
        (floor(3 * X) ** 3 * X, X, 3),
        (X**2 * ceiling(5 * X), X, 5),
        (floor(Y) * Y, Y, 3),
        (floor(2 * Y + 1) ** 2, Y, 6),
        (ceiling(2 * Y), Y, 6),
    ],
    ids=str,
)
def test_as_the_sum_over_the_cells(f, z, cells):
    low, high = z.law.args
    edges = [low + (high - low) * Rational(i, cells) for i in range(cells + 1)]
    assert simplify(kinks.mean(f, z) - by_cells(f, z, edges)) == 0


@pytest.mark.parametrize(
    "f",
    [
        floor(X + half),
        floor(Rational(3, 2) * X),
        floor(-2 * X) + floor(3 * X),
        floor(X**2 * 2),
        floor(Noise("Z", Normal(0, 1))),
        floor(floor(4 * X) / 2),
    ],
    ids=str,
)
def test_other_cells_are_not_taken_for_such(f):
    with pytest.raises(CannotTell):
        kinks.mean(f, next(iter(f.atoms(Noise))))


@pytest.mark.parametrize(("off", "proved"), [(12, True), (11, False), (6, False)])
def test_the_distortion_of_a_codebook(off, proved):
    distortion = lambda K: E((X - (floor(K * X) + half) / K) ** 2)  # noqa: E731
    assert is_proved(lambda K: Eq(distortion(K), 1 / (off * K**2)), K=Integers(1)) == proved
    assert not is_proved(lambda K: Eq(distortion(K), 1 / (12 * K**2)), K=Positive())
