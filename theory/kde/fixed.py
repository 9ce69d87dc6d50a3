"""The same real points in every fit: the exact error rises with the synthetic ones, and then falls."""

from __future__ import annotations

from sympy import Eq, Expr, Le, Lt, Rational, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.moments import RisesThenFalls, Var
from ..language.policies import FixedReal
from .common import FU, KernelLoop, error, half, m_
from .real import mixed_error, spread


def kept(n, m, h, t, d=1) -> Expr:
    """The error after t retrainings on n real points, the same ones throughout, and m synthetic ones."""
    return error(n, h, t, FixedReal(m), "fit", d)


@claim(
    source="derived: recursion of the integrated squared error; real points of two fits are one with probability 1/n",
    mutants={
        "fresh real points": lambda n, m, h, t, d: mixed_error(n, m, h, t + 1, d=d),
        "d forgotten": lambda n, m, h, t: mixed_error(n, m, h, t + 1, same=1 / n),
        "one with probability 1/(n + m)": lambda n, m, h, t, d: mixed_error(n, m, h, t + 1, same=1 / (n + m), d=d),
    },
)
def kde_fixed_mise(
    n=Integers(1, notable=(10,)),
    m=Integers(1, notable=(30,)),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Points(1, 2, 3),
    d=Integers(1, 6, notable=(2,)),
):
    """n real points that stay beside m synthetic ones, in d dimensions: the error after t retrainings, by recursion."""
    return Eq(kept(n, m, h, t, d), mixed_error(n, m, h, t + 1, same=1 / n, d=d))


@claim(
    source="derived: a lineage ends at real points as it does at new ones",
    mutants={"as without real data, and a kernel more": lambda h, t: 1 + (t + 1) * h**2 + h**2},
)
def kde_fixed_variance(n=Integers(1, notable=(10,)), m=Integers(1), h=Positive(notable=(half,)), t=Integers(0)):
    """A generated point, over all histories, has the variance that it has beside fresh real points."""
    return Eq(Var(KernelLoop(n, h, FixedReal(m), "fit").draw(t)), spread(n, m, h, t))


@claim(
    source=f"derived: the exact error beside the bound of {FU}: it rises and falls as the bound does, elsewhere",
    mutants={"at twice as many": lambda case: 2 * case[4], "at m = n": lambda case: case[0]},
    unreached={"derivation": "the turn of a quotient of polynomials with roots in its coefficients"},
)
def kde_fixed_transition(case=Points((10, half, 1, 1, 5), (20, half, 2, 2, 9))):
    """Fixed real points, one or two retrainings: the exact error rises with the synthetic points, and then falls.

    A case is (n, h, dimension, retrainings, place of the largest error). No simulation: near the turn the error is too flat.
    """
    n, h, d, t, peak = case
    return RisesThenFalls(kept(n, m_, h, t, d), (m_, 1, oo), peak=peak)


@claim(
    source=f"the threshold of the bound of {FU}, taken for that of the error",
    expected="fails",
    corrected="kde-fixed-transition",
)
def kde_fixed_transition_threshold(case=Points((20, half, 2, 1, 20), (20, half, 2, 2, 20))):
    """Fixed real points: the exact error rises with the synthetic points up to the bound's threshold, n (d + 2)/4."""
    n, h, d, t, peak = case
    return RisesThenFalls(kept(n, m_, h, t, d), (m_, 1, oo), peak=peak)


@claim(
    source="'more synthetic points beside the same real ones make the estimate worse', in every number",
    expected="fails",
    corrected="kde-fixed-transition",
)
def kde_fixed_transition_rises(m=Points(10, 100)):
    """10 real points that stay, h = 1/2, one retraining: with twice as many synthetic points the error is larger."""
    return Lt(kept(10, m, half, 1), kept(10, 2 * m, half, 1))


@claim(
    source="'real data keep the error at that of the real fit'",
    expected="fails",
    corrected="kde-fixed-mise",
)
def kde_fixed_mise_kept(t=Points(1, 5)):
    """5 synthetic points beside the same 10 real ones, h = 1/2: the error stays at most that of the fit to the real ones."""
    return Le(kept(10, 5, half, t), kept(10, 5, half, 0))
