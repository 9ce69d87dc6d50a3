"""Lower bounds for the expected total variation, scheme by scheme: what is lost of one frequency, on the line and in the plane.

Means of cos(w x) under two laws differ by at most twice their distance, and of a frequency w the models have less with every
kernel, whatever is drawn: K times what the points have that they are fitted to.
"""

from __future__ import annotations

from sympy import Expr, Ge, Integer

from ..language.claims import claim
from ..language.domains import Points
from ..language.policies import Accumulate, FixedReal, FreshReal, Replace
from ..proof.relations.fitted import by_a_frequency
from .bounds import NO_BALL, POINTS, distance
from .kernels import CASES, WAVE, WIDE, loop_of, waves

PLANE = Points(1, 2)


def _frequency(relation):
    """The lemma at the frequency w of the claim."""
    (w,) = (x for x in relation.lts.free_symbols if x.name == "w")
    return by_a_frequency(w)(relation)


def lost(case, h, w, left) -> Expr:
    """Half of what is gone of a frequency, where the share `left` of K is left of what the truth has."""
    K, f = waves(case, h, w)
    return (f - left(K) * f) / 2


def beside(K, real, t: int) -> Expr:
    """The share that is left after t retrainings beside a share of real points, of a first fit to real points alone."""
    found = K
    for _ in range(int(t)):
        found = K * (real + (1 - real) * found)
    return found


def in_the_pool(K, t: int) -> Expr:
    """The share that is left where all points are kept: every batch has what the model before it has."""
    pool = Integer(1)
    for batches in range(1, int(t) + 1):
        pool = (batches + K) * pool / (batches + 1)
    return K * pool


@claim(
    source="derived: a bounded function, Jensen; characteristic functions are multiplied",
    proof=_frequency,
    mutants={"nothing is left": lambda case, h, w: lost(case, h, w, lambda K: 0)},
    unreached=NO_BALL,
)
def kde_tv_below_replaced(n=POINTS, case=CASES, h=WIDE, w=WAVE, t=Points(1, 3), d=PLANE):
    """Four kernels and truths, d = 1, 2, all points new: E TV >= (1 - K^t) f/2, K, f of kernel and truth at any frequency w.

    K and f are characteristic functions of a coordinate. Where (1 - K^t) f is negative nothing is said.
    """
    return Ge(distance(loop_of(n, case, h, Replace(), "truth", d), t), lost(case, h, w, lambda K: K**t))


@claim(
    source="derived: a bounded function, Jensen; what a mixture of real and synthetic points has of a frequency",
    proof=_frequency,
    mutants={"nothing is left": lambda case, h, w: lost(case, h, w, lambda K: 0)},
    unreached=NO_BALL,
)
def kde_tv_below_real(
    n=POINTS, m=POINTS, case=CASES, h=WIDE, w=WAVE, t=Points(2), policy=Points(FreshReal(1), FixedReal(1)), d=PLANE
):
    """n real points beside m, fresh or fixed, t = 2: E TV >= (1 - L_t) f/2, L_t = K (n + m L_(t-1))/(n + m), L_0 = K."""
    loop = loop_of(n, case, h, policy.func(m), "fit", d)
    return Ge(distance(loop, t), lost(case, h, w, lambda K: beside(K, n / (n + m), t)))


@claim(
    source="derived: a bounded function, Jensen; what the pool has of a frequency",
    proof=_frequency,
    mutants={"nothing is left": lambda case, h, w: lost(case, h, w, lambda K: 0)},
    unreached=NO_BALL,
)
def kde_tv_below_accumulated(n=POINTS, case=CASES, h=WIDE, w=WAVE, t=Points(2), d=PLANE):
    """All points kept, t = 2, d = 1, 2: E TV >= (1 - K L_t) f/2, L_t = (t + K)/(t + 1) L_(t-1), L_0 = 1, at any frequency w."""
    return Ge(distance(loop_of(n, case, h, Accumulate(), "fit", d), t), lost(case, h, w, lambda K: in_the_pool(K, t)))
