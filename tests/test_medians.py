"""Which side of 1/2 a gamma tail is on: more often than not a refitted scale falls, though its mean stays."""

import pytest
from scipy.stats import gamma as gamma_law
from stated import is_proved
from sympy import Ge, Gt, Le, Lt, Rational

from theory import ChiSquare, Gamma, Integers, Loop, Noise, Positive, Prob, coordinate

N, S = {"n": Integers(1)}, {"n": Positive()}
half, third = Rational(1, 2), Rational(1, 3)


class Refitted(Loop):
    """A variance of known mean is refitted to n draws."""

    n: Integers(1)

    v = coordinate(positive=True)
    initial = {"v": 1}  # noqa: RUF012

    def step(self, now):
        return {"v": now["v"] * Noise("Q", ChiSquare(self.n)) / self.n}


def below(n, place):
    return Prob(Noise("G", Gamma(n, 1)) < place)


CLAIMS = {
    "below the mean": (lambda n: Gt(below(n, n), half), S, True),
    "not below it": (lambda n: Le(below(n, n), half), N, False),
    "by more": (lambda n: Gt(below(n, n), Rational(11, 20)), N, False),
    "twice that": (lambda n: Ge(2 * below(n, n + 1), 1), S, True),
    "a third below the mean": (lambda n: Lt(below(n, n - third), half), N, True),
    "a quarter below it": (lambda n: Lt(below(n, n - Rational(1, 4)), half), N, False),
    "between": (lambda n: Gt(below(n, n - Rational(1, 3)), half), N, False),
    "of a refitted variance": (lambda n: Gt(Prob(Refitted(n).v(1) < 1), half), N, True),
    "of a biased one": (lambda n: Lt(Prob(Refitted(n).v(1) < 1), half), N, False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_on_which_side_of_the_median(name):
    relation, domain, proved = CLAIMS[name]
    assert is_proved(relation, **domain) == proved


@pytest.mark.parametrize("shape", [0.01, 0.3, 1, 7.5, 400])
def test_where_the_median_is(shape):
    assert shape - 1 / 3 < gamma_law.median(shape) < shape
