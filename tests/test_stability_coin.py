"""A coin retrained with real data: numbers of the catalogue, the chain against brute force."""

from fractions import Fraction
from math import comb

import pytest
from exact import about, fraction_ball
from sympy import Abs, Rational

from theory.language.moments import E, Prob
from theory.proof.enclose import value
from theory.stability.coin import RetrainedBernoulliLoop, hoeffding

half = Rational(1, 2)


def test_coins():
    def tail(n, m, p, q, t, delta):
        loop, a = RetrainedBernoulliLoop(n, m, p, q), Rational(m, n + m)
        return Prob(Abs(loop.theta(t) - p - a**t * (q - p)) > hoeffding(n + m, a, t, delta))

    about(tail(20, 20, Rational(3, 10), 1, 10, Rational(1, 10)), 0.009451557354, 9)
    about(tail(20, 20, Rational(3, 10), 1, 10, Rational(1, 100)), 0.000563508594, 9)  # ...534 in the catalogue
    about(tail(20, 80, half, 1, 30, Rational(1, 10)), 0.011096640871, 9)
    for t, alive in ((10, 0.465102742590), (20, 0.162333889271), (40, 0.019736071322)):
        theta = RetrainedBernoulliLoop(0, 10, half, half).theta(t)
        about(Prob(theta * (1 - theta) > 0), alive)
    theta = RetrainedBernoulliLoop(0, 10, half, half).theta(10)
    about(2 * E(theta * (1 - theta)), 0.1743392200500)


def brute_force(n, m, p, start, t) -> dict:
    law = {Fraction(start): Fraction(1)}
    for _ in range(t):
        new: dict = {}
        for theta, weight in law.items():
            for i in range(n + 1):
                for j in range(m + 1):
                    w = comb(n, i) * p**i * (1 - p) ** (n - i) * comb(m, j) * theta**j * (1 - theta) ** (m - j)
                    at = Fraction(i + j, n + m)
                    new[at] = new.get(at, 0) + weight * w
        law = new
    return law


@pytest.mark.parametrize(("n", "m", "t"), [(2, 3, 1), (2, 3, 3), (0, 4, 3), (3, 1, 4)])
def test_the_chain_is_the_one_of_brute_force(n, m, t):
    p, start = Fraction(1, 3), Fraction(3, 4)
    law = brute_force(n, m, p, start, t)
    loop = RetrainedBernoulliLoop(n, m, Rational(1, 3), Rational(3, 4))
    for k in (1, 2, 3):
        exact = sum(w * x**k for x, w in law.items())
        assert value(E(loop.theta(t) ** k)).value.overlaps(fraction_ball(exact))
    for level in (Fraction(1, 2), Fraction(1, 4)):
        for event, inside in (
            (loop.theta(t) >= Rational(level), lambda x, v=level: x >= v),
            (loop.theta(t) > Rational(level), lambda x, v=level: x > v),
        ):
            exact = sum((w for x, w in law.items() if inside(x)), Fraction(0))
            assert value(Prob(event)).value.overlaps(fraction_ball(exact))
