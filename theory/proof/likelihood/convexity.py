"""How convex losses -log p are in the parameters, at the best fit: gamma of performative prediction, in balls.

gamma is the least eigenvalue of -d^2 log p(x) over all points x between the ends of both supports. With N = d^2 log p and K above
all norms of N it is K less the largest norm of N + K, which `lipschitz` finds. Where N is unbounded its largest eigenvalue
may still be bounded: beyond a place it is below c, a value that it has somewhere, if all leading minors of c - N are positive.

Of the risk, a mean of losses, the curvature is that of the means, H and I.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from flint import arb
from sympy import Expr, Matrix, Poly, S, Symbol, Tuple, oo

from ...language.errors import NO_BALL, CannotTell
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.densities import LINE, forms, in_cosh, in_logarithms, in_tangents
from ..arithmetic.far import Far
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.quadrature import Values
from ..arithmetic.rings import Balls
from .fits import BITS, best, one
from .information import curvature, information
from .lipschitz import LOOKED_AT, Entries, Slopes, highest_norm, hull, in_one_formula, lipschitz
from .moved import moved
from .norms import basis, cholesky, eigenvalues, form, polished, symmetric
from .numbers import number
from .outwards import far_out, grows, in_front, sign_far_out
from .score import Score, score_of

MOST_PARAMETERS = 2  # of a loss whose second derivative is unbounded
FIRST, FARTHEST = 4, 2**8  # where what is far out begins: the logarithm in bits
C = Symbol("c", real=True)
Ends = tuple[Expr, Expr]


def least_curvature(loop: LikelihoodLoop) -> arb:
    """A ball for gamma; `arb.neg_inf()` where a curvature surely falls without bound. Raises `CannotTell`."""
    score, theta = score_of(loop), best(loop)
    in_one_formula(score.logarithm)
    if len(score.xs) > 1:
        return _in_space(score, theta)
    return _least(_curvatures(score.logarithm, score.x, score.after), score.x, score, theta, hull(loop))


@lru_cache(maxsize=256)
def _curvatures(logarithm: Expr, x: Symbol, after: tuple[Symbol, ...]) -> tuple[Entries, ...]:
    """N, on and above the diagonal, in several forms that are equal."""
    found = []
    for f in dict.fromkeys((in_cosh(logarithm, x), *forms(logarithm, x))):
        scores = [in_tangents(f.diff(a)) for a in after]
        found.append(tuple(in_tangents(scores[i].diff(b)) for i in range(len(after)) for b in after[i:]))
    return (*found, tuple(in_front(e, x) for e in found[0]))


def _least(N: Slopes, x: Symbol, score: Score, theta: Sequence[arb], ends: Ends) -> arb:
    most = highest_norm(N, x, score.after, theta, ends)
    if not most.is_finite():
        if any(_rises(e, x, end, score, theta) for f in N for e in _diagonal(f, score.d) for end in ends):
            return arb.neg_inf()
        ends = _where_it_matters(N, x, score, theta, ends)
        most = highest_norm(N, x, score.after, theta, ends)
    K = S(2) ** max(0, int(float(most.upper())) + 1).bit_length()
    shifted = [tuple(e + K if i in _places(score.d) else e for i, e in enumerate(f)) for f in N]
    return to_ball(K) - highest_norm(shifted, x, score.after, theta, ends)


def _places(d: int) -> list[int]:
    """Where the diagonal is among the entries on and above it."""
    return [i * d - i * (i - 1) // 2 for i in range(d)]


def _diagonal(f: Entries, d: int) -> list[Expr]:
    return [f[i] for i in _places(d)]


# ---- unbounded second derivatives -------------------------------------------------------------------------------------


def _values(score: Score, theta: Sequence[arb]) -> Values:
    return dict(zip(score.after, theta, strict=True))


def _towards(e: Expr, x: Symbol, side: int) -> Expr:
    return in_logarithms(e.xreplace({x: side * LINE}))


def _rises(e: Expr, x: Symbol, end: Expr, score: Score, theta: Sequence[arb]) -> bool:
    """Whether a function surely tends to infinity towards an infinite end."""
    if end.is_finite or not e.has(x):
        return False
    there, far, values = _towards(e, x, 1 if end is oo else -1), Far(arb(2) ** FIRST), _values(score, theta)
    try:
        return sign_far_out(far, there, LINE, values) > 0 and grows(far_out(far, there, LINE, values))
    except NO_BALL:
        return False


def _where_it_matters(N: Slopes, x: Symbol, score: Score, theta: Sequence[arb], ends: Ends) -> Ends:
    """Ends within which the largest eigenvalue of N is greatest: it is lower beyond them. Raises `CannotTell`."""
    unknown = CannotTell("the least curvature of a loss whose second derivative is unbounded")
    if score.d > MOST_PARAMETERS:
        raise unknown
    values = {**_values(score, theta), C: _somewhere(N[0], x, score, theta)}
    out = []
    for side, end in zip((-1, 1), ends, strict=True):
        bits = FIRST
        while end.is_infinite and not any(_is_below(f, x, side, bits, score.d, values) for f in N):
            bits += max(1, bits // 4)
            if bits > FARTHEST:
                raise unknown
        out.append(side * S(2) ** bits if end.is_infinite else end)
    return out[0], out[1]


def _somewhere(f: Entries, x: Symbol, score: Score, theta: Sequence[arb]) -> arb:
    """A lower bound on the largest eigenvalue of N at a point where it is high: by Rayleigh's quotient."""
    at = np.array([float(t) for t in theta])
    (places,), _ = score.model_nodes(at)
    second = np.moveaxis(score.floats(places, at)[2], -1, 0)
    k = int(np.argmax(np.linalg.eigvalsh(second)[:, -1]))
    here = symmetric(compile_expr(Tuple(*f), (x, *score.after))(Balls, arb(float(places[k])), *theta), score.d)
    V = basis(here)
    if V is None:
        raise ArithmeticError("the curvature of a loss at a point")
    q, _ = polished(here, V, -1)
    return arb((form(q, here, q) / form(q, None, q)).lower())


def _is_below(f: Entries, x: Symbol, side: int, bits: int, d: int, values: Values) -> bool:
    """Whether c - N is positive definite for all x beyond a place."""
    entries = iter(f)
    rows: dict[tuple[int, int], Expr] = {}
    for i in range(d):
        for j in range(i, d):
            rows[i, j] = rows[j, i] = C * int(i == j) - next(entries)
    far = Far(arb(2) ** bits)
    minors = (Matrix(k, k, lambda i, j: rows[int(i), int(j)]).det() for k in range(1, d + 1))
    return all(sign_far_out(far, _towards(m, x, side), LINE, values) > 0 for m in minors)


# ---- points of a space ------------------------------------------------------------------------------------------------


def _in_space(score: Score, theta: Sequence[arb]) -> arb:
    """Raises `CannotTell` where N depends on several coordinates, and no entry of its diagonal is an odd polynomial in one."""
    N = tuple(score.second.values())
    if any(_is_odd(e, x, score, theta) for e in _diagonal(N, score.d) for x in score.xs):
        return arb.neg_inf()
    moving = [x for x in score.xs if any(e.has(x) for e in N)]
    if len(moving) > 1:
        raise CannotTell("the least curvature of a loss that depends on several coordinates")
    return _least((N,), (moving or score.xs)[0], score, theta, (-oo, oo))


def _is_odd(e: Expr, x: Symbol, score: Score, theta: Sequence[arb]) -> bool:
    """Whether it is surely a polynomial of odd degree along a line: it takes all values."""
    if not (e.has(x) and e.is_polynomial(x)):
        return False
    ((degree,), leading) = Poly(e, x).terms()[0]
    rest = [y for y in score.xs if y != x]
    program = compile_expr(leading, (*rest, *score.after))
    found = (program(Balls, *[to_ball(y)] * len(rest), *theta) for y in LOOKED_AT)
    return degree % 2 == 1 and any(bool(c > 0 or c < 0) for c in found)


# ---- the risk ---------------------------------------------------------------------------------------------------------


def risk_curvature(loop: LikelihoodLoop) -> arb:
    """The least eigenvalue of (H + lam I)/(1 + lam): of the risk under the data and the best fit's own points."""
    if loop.lam.is_infinite:
        return eigenvalues(information(loop.of_data))[0]
    lam = number(loop.lam)
    return eigenvalues(curvature(loop.of_data) + lam * information(loop.of_data))[0] / (1 + lam)


@lru_cache(maxsize=256)
def most_synthetic(loop: LikelihoodLoop) -> arb:
    """The lam up to which H + lam I > lam movement beta: one over the largest eigenvalue of H^-1 (movement beta - I).

    One ball for all precisions: of several parameters `movement` is one.
    """
    with precision(BITS):
        half = cholesky(curvature(loop)).inv()
        excess = moved(loop) * lipschitz(loop, 1) * one(len(loop.state)) - information(loop)
        return 1 / eigenvalues(half * excess * half.transpose())[-1]


__all__ = ["least_curvature", "most_synthetic", "risk_curvature"]
