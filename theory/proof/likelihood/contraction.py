"""A ball around the best fit in which retraining contracts, certified: in the metric of H, |v|^2 = v' H v.

For all parameters theta in a box X the next ones are in a box Y, X itself or a wider one, by Krawczyk's operator with theta an
interval. There the Jacobian of the map is -A^-1 lam C, with A the second derivative of the objective and C = E[score(theta')
score(theta)'] under the model at theta; its norm over both boxes is enclosed. Where that is at most rho < 1 on a ball in X, the
ball is mapped into itself, and every step in it shortens the distance from the best fit to rho times what it was, or less.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
from flint import arb, arb_mat
from sympy import Expr

from ...language.errors import NO_BALL, CannotTell
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.precision import precision
from .fits import BITS, Vector, best, inverse_near, one, outside
from .information import curvature
from .numbers import number
from .score import Score, score_of

FIRST, SMALL, SMALLEST = (
    5,
    12,
    40,
)  # halvings of the unit: where the search begins, of any ball at all too, and where it ends
FEW = 30  # bits, of what is asked over boxes: whether a norm is below rho
WIDER = 2  # times Newton's step over the box: how far the next parameters are looked for
SQUARINGS = 10  # of a matrix whose trace bounds its largest eigenvalue


@lru_cache(maxsize=512)
def radius(loop: LikelihoodLoop, rho: Expr) -> arb:
    """The largest of 1, 1/2, 1/4, ... for which the ball of that radius is certified with rho, and all smaller ones that were
    looked at. Raises `CannotTell`."""
    k, holds = _first_that_holds(loop, rho, FIRST)
    while 0 < k <= FIRST and holds(k - 1):
        k -= 1
    return arb(2) ** -k


def contracts(loop: LikelihoodLoop, rho: Expr) -> None:
    """Raise `CannotTell` where no ball is certified with rho; of how large one is nothing is said, so a small one is tried."""
    _first_that_holds(loop, rho, SMALL)


def _first_that_holds(loop: LikelihoodLoop, rho: Expr, begin: int) -> tuple[int, Callable[[int], bool]]:
    """How often the unit is halved, and what said that this is often enough."""
    for wide, last in ((False, SMALL), (True, SMALLEST)):
        holds = _certified(loop, rho, wide)
        for k in range(begin, last + 1):
            if holds(k):
                return k, holds
    raise CannotTell(f"no ball in which {loop} contracts by {number(rho).str(6, radius=False)} is certified")


@lru_cache(maxsize=512)
def _certified(loop: LikelihoodLoop, rho: Expr, wide: bool) -> Callable[[int], bool]:
    """Whether the ball whose radius is 1, so many times halved, is certified with rho; as a function that keeps what it has seen.

    wide: the next parameters may leave the box around the ball: where parameters go together, it is much larger than the ball,
    and not mapped into itself.  Raises `CannotTell`.
    """
    score = score_of(loop)
    if not loop.is_plain:
        raise CannotTell(
            "a ball in which a loop contracts is certified of plain ones only: fits that are the maximum itself"
        )
    with precision(BITS):
        lam, bound = number(loop.lam), number(rho)
        if not number(1 - rho) > 0:
            raise CannotTell(f"a rate of {bound.str(6, radius=False)} is no contraction")
        middle, H = best(loop.of_data), curvature(loop.of_data)
        root = _root(H)
        reach = [_width(H, i) for i in range(score.d)]

    @cache
    def holds(halvings: int) -> bool:
        try:
            with precision(FEW):
                return bool(_norm(score, middle, [arb(2) ** -halvings * x for x in reach], lam, root, wide) <= bound)
        except NO_BALL:
            return False

    return holds


def _root(H: arb_mat) -> arb_mat:
    """R near a root of H, H = R' R, in floats: exact numbers, so that the metric of R is a metric near that of H."""
    values = np.array([[float(H[i, j].mid()) for j in range(H.ncols())] for i in range(H.nrows())])
    upper = np.linalg.cholesky(values).T
    return arb_mat(H.nrows(), H.ncols(), [arb(float(x)) for x in upper.ravel()])


def _width(H: arb_mat, i: int) -> arb:
    """The largest coordinate i in the unit ball of the metric: the root of an entry of H^-1."""
    return H.inv()[i, i].sqrt()


def _norm(score: Score, middle: Vector, reach: list[arb], lam: arb, root: arb_mat, wide: bool) -> arb:
    """A bound for the norm of the map's Jacobian over a box around the best fit."""
    m = [x.mid() for x in middle]
    now = [x + arb(0, (w + x.rad()).upper()) for x, w in zip(middle, reach, strict=True)]
    if outside(score.loop, now) is not None:
        raise ArithmeticError("the box is not in the range of the parameters")
    inverse = inverse_near(score, m, tuple(middle), lam)
    box = arb_mat(score.d, 1, [y - x for x, y in zip(m, now, strict=True)])
    step = inverse * (score.gradient(m, m, lam) + lam * score.pull(m, now) * box)  # the mean value form
    sides = [b.abs_upper().max(WIDER * s.abs_upper()) for b, s in zip(box.entries(), step.entries(), strict=True)]
    around = [x + arb(0, y) for x, y in zip(m, sides, strict=True)] if wide else now
    if outside(score.loop, around) is not None:
        raise ArithmeticError("the box is not in the range of the parameters")
    slope = score.hessian(around, now, lam)
    shift = (one(score.d) - inverse * slope) * arb_mat(score.d, 1, [y - x for x, y in zip(m, around, strict=True)])
    after = [x - step[i, 0] + shift[i, 0] for i, x in enumerate(m)]
    if not all(x.contains_interior(y) for x, y in zip(around, after, strict=True)):
        raise ArithmeticError("the next parameters are not seen to stay in the box")
    jacobian = score.hessian(after, now, lam).solve(-lam * score.pull(after, now))
    return largest(root * jacobian * root.inv())


def largest(matrix: arb_mat) -> arb:
    """An upper bound for a matrix's norm, good to a thousandth: by the trace of a power of M' M."""
    square = matrix.transpose() * matrix
    if matrix.nrows() == 1:
        return abs(matrix[0, 0]).upper()
    size, scale = arb(1), square.trace().upper()
    power = square / scale
    for k in range(1, SQUARINGS + 1):
        power = power * power
        trace = power.trace().upper()
        power, size = power / trace, size * trace ** (arb(1) / 2**k)
    return (scale * size).sqrt().upper()
