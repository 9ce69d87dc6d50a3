"""Likelihoods with many peaks: numbers of the catalogue, which peak is taken."""

import pytest
from exact import about, number
from sympy import Integer, Rational

from theory.language.errors import CannotTell
from theory.language.laws import Cauchy
from theory.language.moments import E
from theory.proof.enclose import value
from theory.stability.peaks import LOWER, TWO_PEAKS, UPPER, CauchyLoop

half = Rational(1, 2)


@pytest.mark.long
def test_many_peaks():
    sums = {Rational(3, 10): 1.066829892161, 1: 1.173578334738}
    for lam, total in sums.items():
        loop = CauchyLoop(Cauchy(0, 3), lam, start=12)
        steps = [lam * loop.kl(loop.theta(t), loop.theta(t + 1)) for t in range(150)]
        about(sum(steps), total, 9)
    first = [
        (Rational(3, 10), 2.156079953168),
        (1, 1.955126711485),
        (4, 1.993545157466),
    ]
    for lam, ratio in first:
        loop = CauchyLoop(Cauchy(0, 3), lam, start=12)
        gain = loop.loglik(loop.theta(1)) - loop.loglik(loop.theta(0))
        about(gain / (lam * loop.kl(loop.theta(0), loop.theta(1))), ratio, 9)
    assert (float(LOWER), float(UPPER)) == pytest.approx((-4.310884763100, 4.732396525018), rel=1e-12)
    locked = 0.2048784363158
    for factor, end in ((0.95, 4.5), (1.05, -4.5)):
        theta = CauchyLoop(TWO_PEAKS, Rational(factor * locked).limit_denominator(10**6), start=LOWER).theta(1)
        assert abs(number(theta) - end) < 0.3


@pytest.mark.long
def test_the_highest_of_several_peaks_is_taken():
    for lam in (Rational(1, 10), half, 3):
        loop = CauchyLoop(TWO_PEAKS, lam, start=-4)
        theta = number(loop.theta(1))
        objective = [float(loop.objective(Rational(at, 50), Integer(-4))) for at in range(-500, 501)]
        assert float(loop.objective(Rational(theta), Integer(-4))) >= max(objective) - 1e-12


def test_a_tie_is_not_decided():
    even = CauchyLoop(TWO_PEAKS.func(half, *TWO_PEAKS.args[1:]), Rational(1, 100), start=0)
    with pytest.raises(CannotTell):
        value(E(even.theta(1)))
