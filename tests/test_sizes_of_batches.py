"""A draw beside one whose law it is in: batches of random size, in whose shares the size is seen twice."""

import pytest
from stated import is_proved
from sympy import Eq, Piecewise, Rational

from theory import Binomial, E, Integers, Loop, Noise, Probability, coordinate
from theory.language.errors import CannotTell
from theory.proof import structures

DOMAINS = {"n": Integers(1), "q": Probability(), "p": Probability(), "t": Integers(0)}


class Uneven(Loop):
    """A coin is refitted to n tosses, or, with probability q, to 2n."""

    n: Integers(1)
    q: Probability()
    p: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        long = Eq(Noise("A", Binomial(1, self.q)), 1)
        size = Piecewise((2 * self.n, long), (self.n, True))
        return {"x": Noise("B", Binomial(size, now["x"])) / size}


class Tripled(Uneven):
    """The longer batch counts three times as much as it should: the share may be 3/2."""

    def step(self, now):
        long = Eq(Noise("A", Binomial(1, self.q)), 1)
        size = Piecewise((2 * self.n, long), (self.n, True))
        weight = Piecewise((3, long), (Rational(1, 2), True))
        return {"x": Noise("B", Binomial(size, now["x"])) * weight / (2 * self.n)}


def diversity(loop, n, q, p, t):
    x = loop(n, q, p).x(t)
    return E(x * (1 - x))


@pytest.mark.parametrize(
    ("factor", "true"), [(lambda n, q: (1 - q / 2) / n, True), (lambda n, q: 1 / (n * (1 + q)), False)]
)
def test_the_diversity_of_uneven_batches(factor, true):
    relation = lambda n, q, p, t: Eq(diversity(Uneven, n, q, p, t), p * (1 - p) * (1 - factor(n, q)) ** t)  # noqa: E731
    assert is_proved(relation, **DOMAINS) is true


def test_one_case_alone_does_not_keep_a_share_to_its_range():
    """The case that a draw is at the end of its range was left out, and 3 times a share was held to be one."""
    loop = Tripled(3, Rational(1, 2), Rational(1, 3))
    with pytest.raises(CannotTell, match="has no probability"):
        structures.conditions(loop)
