"""The error of a generated law as the sum of its parts: the score's, the start's, the discretisation's. A bound, no equation."""

from __future__ import annotations

from sympy import Add, Eq, Expr, Ge, Integer, Le, Rational, exp

from ..language.claims import claim
from ..language.domains import Integers, Points
from ..language.laws import Normal
from ..language.moments import TV, E
from .common import half, noised
from .euler import EulerLoop

TIME = Integer(2)


def apart(v, w) -> Expr:
    """TV(N(0, v), N(0, w)), in its closed form: w may be the mean of a loop."""
    return TV(Normal(0, v), Normal(0, w)).expanded()


def integrated(v) -> Expr:
    """The variance that the exact reverse SDE makes of N(0, 1) over the time 2, believing in data N(0, v).

    The form is decided by `diffusion-truncated-start`.
    """
    left = exp(-2 * TIME)
    return v - left**2 * (v - 1) * v**2 / noised(v, left) ** 2


def stepped(v, N) -> Expr:
    """Likewise, in N steps of Euler-Maruyama."""
    return E(EulerLoop(TIME / N, v, TIME).y(N) ** 2)


def parts(v, believed, N) -> tuple[Expr, Expr, Expr]:
    """Of the score, of the start, of the steps."""
    exact = integrated(believed)
    return apart(v, believed), apart(believed, exact), apart(exact, stepped(believed, N))


@claim(
    source="derived: triangle inequality, the Gaussian instance of the usual three terms",
    uses=("diffusion-truncated-start",),
    mutants={
        "the score's part alone": lambda v, believed, N: parts(v, believed, N)[0] * Rational(1, 4),
        "a third of the sum": lambda v, believed, N: Add(*parts(v, believed, N)) / 3,
    },
)
def diffusion_error_budget(
    v=Points(Integer(4), half), believed=Points(Rational(22, 5), Rational(3, 5)), N=Integers(35, 45, notable=(40,))
):
    """TV(data, generated) <= TV of the score's law + TV of the start + TV of N Euler-Maruyama steps over the time 2.

    Data N(0, v); the model believes that they are N(0, v'), `believed`, and has the exact score of that.
    """
    return Le(apart(v, stepped(believed, N)), Add(*parts(v, believed, N)))


@claim(
    source="a part of the sum, taken for a lower bound: the parts cancel",
    expected="fails",
    corrected="diffusion-error-budget",
)
def diffusion_error_budget_score(N=Integers(35, 45, notable=(40,))):
    """Data N(0, 4), a score that is exact for N(0, 22/5), N steps: the error is at least that of the score."""
    return Ge(apart(4, stepped(Rational(22, 5), N)), apart(4, Rational(22, 5)))


@claim(
    source="the sum of the parts, taken for the error",
    expected="fails",
    corrected="diffusion-error-budget",
)
def diffusion_error_budget_additive(N=Integers(35, 45, notable=(40,))):
    """Data N(0, 4), a score that is exact for N(0, 22/5), N steps: the errors of score, start and steps add up."""
    return Eq(apart(4, stepped(Rational(22, 5), N)), Add(*parts(Integer(4), Rational(22, 5), N)))
