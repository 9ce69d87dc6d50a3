"""A coordinate that each step multiplies by a binomial count: whether it is above 0 yet."""

import pytest
from stated import assert_proved, is_proved
from sympy import Eq, Rational

from theory import Prob
from theory.language.domains import Integers, Positive, Probability
from theory.language.laws import Binomial, Noise
from theory.language.loops import Loop, coordinate

DOMAINS = {"p": Probability(), "n": Integers(1), "c": Positive(), "t": Integers(0)}


class Kept(Loop):
    """w' = c w B, which starts at c."""

    p: Probability()
    n: Integers(1)
    c: Positive
    w = coordinate()

    @property
    def initial(self):
        return {"w": self.c}

    def step(self, now):
        return {"w": self.c * now["w"] * Noise("B", Binomial(self.n, self.p))}


def other(factor):
    """A loop that multiplies w by factor(p, n, w)."""

    class Other(Kept):
        def step(self, now):
            return {"w": now["w"] * factor(self.p, self.n, now["w"])}

    return Other


OTHERS = {  # where the chance of a step is another one
    "two counts": lambda p, n, w: Noise("B", Binomial(n, p)) * Noise("A", Binomial(1, p)),
    "shifted": lambda p, n, w: Noise("B", Binomial(n, p)) - Rational(1, 2),
    "negative": lambda p, n, w: -Noise("B", Binomial(n, p)),
}


def test_alive():
    assert_proved(lambda p, n, c, t: Eq(Prob(Kept(p, n, c).w(t) > 0), (1 - (1 - p) ** n) ** t), **DOMAINS)


def test_a_false_form_is_not_proved():
    assert not is_proved(lambda p, n, c, t: Eq(Prob(Kept(p, n, c).w(t) > 0), (1 - (1 - p) ** t) ** n), **DOMAINS)


@pytest.mark.parametrize("name", OTHERS)
def test_other_factors_are_not_taken_for_one_count(name):
    loop = other(OTHERS[name])
    assert not is_proved(lambda p, n, c, t: Eq(Prob(loop(p, n, c).w(t) > 0), (1 - (1 - p) ** n) ** t), **DOMAINS)
