"""Another kernel and another truth: a box, and a uniform law, whose ends an estimate smooths over. One fit, in one dimension.

The estimate at a point counts how many of n points are within h of it, and divides by 2nh. At a point that is u h away from an
end, inside for u > 0, a point is counted with probability h (1 + u); deeper inside with 2h, h being at most 1/2.
"""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Ge, Le, Rational, S, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Reals
from ..language.laws import Binomial, Noise, Uniform
from ..language.loops import Loop, coordinate
from ..language.moments import E
from .common import half

SIDES = {"inside": (0, 1), "outside": (-1, 0), "deep": (1, 1)}


class BoxLoop(Loop):
    """The density of the uniform law on (0, 1), estimated by a box kernel from n of its points, at a point of the line.

    n: points of a fit.  h: half the width of the box, at most 1/2.
    where: of the point: "inside" or "outside" by less than h, uniformly, or "deep", farther inside.
    Observables: density(t), the estimate there: its mean at t = 0, of a fit at every later t; depth(t), how far inside, over h.
    Source: textbook: the naive density estimate of Rosenblatt.
    """

    n: Integers(1)
    h: Reals(0, half)
    where: Points(*SIDES) = "deep"

    depth = coordinate("u")
    density = coordinate(r"\hat p")
    steady = ("h",)

    @property
    def initial(self) -> dict[str, Expr]:
        low, high = SIDES[str(self.where)]
        depth = S.One if low == high else Noise("U", Uniform(low, high))
        return {"depth": depth, "density": (1 + depth) / 2}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        counted = Noise("C", Binomial(self.n, self.h * (1 + state["depth"])))
        return {"depth": state["depth"], "density": counted / (2 * self.n * self.h)}


def over_the_line(n, h, size) -> Expr:
    """The integral over the line of what `size` makes of the error at a point: two ends, each h to both sides, and the rest."""
    inside, outside, deep = (BoxLoop(n, h, where).density(1) for where in SIDES)
    return 2 * h * (E(size(inside - 1)) + E(size(outside))) + (1 - 2 * h) * E(size(deep - 1))


def squared(n, h) -> Expr:
    """The mean integrated squared error."""
    return over_the_line(n, h, lambda x: x**2)


WIDTH = Reals(0, half, notable=(Rational(1, 10), Rational(1, 4)))


@claim(
    source="derived: a binomial count at every point, integrated",
    mutants={"without the ends": lambda n, h: (1 - 2 * h) / (2 * n * h)},
)
def kde_box_uniform_mise(n=Integers(1, notable=(10, 100)), h=WIDTH):
    """Box kernel, uniform truth, one fit: the mean integrated squared error is 1/(2nh) - (1 - 2h/3)/n + h/3."""
    return Eq(squared(n, h), 1 / (2 * n * h) - (1 - 2 * h / 3) / n + h / 3)


@claim(
    source="derived: the mean of two positive numbers, which is least at h^2 = 3/(2(n + 2))",
    tight={"n": 22, "h": Rational(1, 4)},
    mutants={"a tenth more": lambda n: Rational(11, 10) * (sqrt(2 * (n + 2) / 3) - 1) / n},
)
def kde_box_uniform_least(
    n=Integers(5, notable=(22, 10, 1000)), h=Reals(0, half, notable=(Rational(1, 4), Rational(1, 10)))
):
    """Whatever the width, it is at least (sqrt(2(n + 2)/3) - 1)/n: of the order n^(-1/2), for the ends are smoothed over."""
    return Ge(squared(n, h), (sqrt(2 * (n + 2) / 3) - 1) / n)


@claim(
    source="the order n^(-4/5) of smooth densities, taken for that of all",
    expected="fails",
    corrected="kde-box-uniform-least",
)
def kde_box_uniform_smooth(n=Points(10**4, 10**6)):
    """A uniform truth, the width h = n^(-1/5)/2: the mean integrated squared error is below 3 n^(-4/5)."""
    return Le(squared(n, Rational(n) ** Rational(-1, 5) / 2), 3 * Rational(n) ** Rational(-4, 5))


@claim(
    source="derived: Cauchy-Schwarz over the interval (-h, 1 + h)",
    trivial=1,
    mutants={"a third of it": lambda n, h: sqrt((1 + 2 * h) * squared(n, h)) / 6},
    unreached={"ball": "the absolute error of a count, over a line"},
)
def kde_box_uniform_tv(n=Points(10, 40, 100), h=Points(Rational(1, 10), Rational(1, 4))):
    """In total variation a fit is sqrt((1 + 2h) MISE)/2 off at most, on average: explicit, where the truth is uniform."""
    return Le(over_the_line(n, h, Abs) / 2, sqrt((1 + 2 * h) * squared(n, h)) / 2)
