"""Lindley's recursion with normal increments of mean -1: Spitzer's formula. Source: textbook."""

from sympy import Eq, Max, Rational, erfc, exp, pi, sqrt

from theory import E, Integers, Loop, Noise, Normal, claim, coordinate


class Buffer(Loop):
    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        return {"w": Max(0, now["w"] + Noise("X", Normal(-1, 1)))}


def positive_part(k):
    """E max(0, S) of S from N(-k, k)."""
    return sqrt(k) * exp(-k / 2) / sqrt(2 * pi) - k * erfc(sqrt(k / 2)) / 2


@claim
def true_first():
    """One step."""
    return Eq(E(Buffer().w(1)), positive_part(Rational(1)))


@claim
def true_second():
    """Two steps."""
    return Eq(E(Buffer().w(2)), positive_part(Rational(1)) + positive_part(Rational(2)) / 2)


@claim
def false_second():
    """Without the half."""
    return Eq(E(Buffer().w(2)), positive_part(Rational(1)) + positive_part(Rational(2)))


@claim
def true_bound(t=Integers(0)):
    """Kingman's bound: never above 1/2."""
    return E(Buffer().w(t)) <= Rational(1, 2)


@claim
def false_bound(t=Integers(0)):
    """Never above 1/9."""
    return E(Buffer().w(t)) <= Rational(1, 9)
