"""How far one fit to drawn points is from that to infinitely many: a of the finite-sample theorem, of models on the line.

By the inequality of Dvoretzky, Kiefer, Wolfowitz and Massart the distribution function of n points is nowhere farther than u from
that of their law, with probability 1 - 2 exp(-2 n u^2), whatever the law is. By parts, the mean of a function of total variation
V is then off by V u at most: the scores of all parameters in a ball at once. If the expected score of the next parameters falls
by kappa at least, in the metric of H, the likelihood of the drawn points has a maximum within V u/kappa of the population's fit.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count, pairwise
from math import inf

from flint import arb, arb_mat
from sympy import Expr, Symbol, Tuple, exp

from ...language.errors import NO_BALL, CannotTell
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.densities import LINE, forms, in_cosh, in_logarithms, in_tangents
from ..arithmetic.far import Far
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Balls
from .contraction import radius
from .fits import BITS, Vector, best
from .information import curvature
from .lipschitz import END, Piece, Tail, hull, in_one_formula
from .norms import cholesky, eigenvalues, form, largest
from .numbers import number
from .outwards import box, far_out, grows, sign_far_out
from .score import Score, score_of

PIECES = 2_000  # that an integral over the line is cut into, at most
BOXES = 256  # parts of a box of parameters, at most
CLOSE = arb(1) / 100  # of the variation: what may be left by cutting
FIRST, FARTHEST = 4, 2**8  # where what is far out begins: the logarithm in bits


@lru_cache(maxsize=256)
def deviation(loop: LikelihoodLoop, rho: Expr) -> arb:
    """a: with n real points and lam n of the model a fit is off by a sqrt(log(4 t/delta)/n) at most, in the metric of H.

    Within the ball of `radius(rho)`, for all of t >= 1 fits, with probability 1 - delta: an upper bound. It is used for the real
    points, which are kept, and for the synthetic ones of each fit: t + 1 times, and 2(t + 1) <= 4 t. `arb.pos_inf()` where the
    score is unbounded. Raises `CannotTell`.
    """
    score, lam = score_of(loop.of_data), number(loop.lam)
    with precision(BITS):
        now = around(loop, rho)
        varies = variation(score, now, curvature(loop.of_data))
        return ((1 + lam.sqrt()) / arb(2).sqrt() * varies / steepness(loop, now)).upper()


def around(loop: LikelihoodLoop, rho: Expr) -> Vector:
    """A box around the ball of `radius(rho)`."""
    inverse, r = curvature(loop.of_data).inv(), radius(loop, rho)
    return tuple(x + arb(0, (r * inverse[i, i].sqrt()).upper()) for i, x in enumerate(best(loop.of_data)))


def steepness(loop: LikelihoodLoop, now: Vector) -> arb:
    """How fast the expected score of the next parameters falls at least, from and to anywhere in a box, in the metric of H:
    the least eigenvalue of its derivative, less, beside H. Raises `CannotTell`."""
    inverse = cholesky(curvature(loop.of_data)).inv()
    slope = score_of(loop).hessian(now, now, number(loop.lam))
    found = eigenvalues(inverse * (-1 * slope) * inverse.transpose())[0]
    if not found > 0:
        raise CannotTell("whether the likelihood is concave all over the certified ball")
    return found.lower()


# ---- variation ------------------------------------------------------------------------------------------------------


def variation(score: Score, now: Vector, H: arb_mat) -> arb:
    """The total variation of the score in the point, over the hull of both supports, for all parameters in a box: an upper bound.

    Of several parameters of the vector of scores, in the norm sqrt(s' H^-1 s). The box is cut where the bound is highest, until
    that is next to the variation at the middle of a part. Raises `CannotTell`.
    """
    inverse, numbers = H.inv(), count()
    of_box = _over_list if score.loop.space.listed else _over_line

    def bound(box: Vector) -> tuple[float, int, Vector, arb]:
        found = of_box(score, box, inverse)
        return -float(found), next(numbers), box, found

    heap, least = [bound(now)], arb(0)
    while heap[0][3].is_finite():
        *_, box, most = heapq.heappop(heap)
        least = least.max(of_box(score, tuple(x.mid() for x in box), inverse))
        if most <= (1 + 2 * CLOSE) * least or len(heap) >= BOXES:
            return largest((most, *(x for *_, x in heap)))
        for part in _halves(box, now):
            heapq.heappush(heap, bound(part))
    return arb.pos_inf()


def _halves(box: Vector, whole: Vector) -> Iterator[Vector]:
    """A box cut across the side that is the longest beside that of the whole one."""
    i = max(range(len(box)), key=lambda i: float(box[i].rad() / whole[i].rad()))
    low, middle, high = box[i].lower(), box[i].mid(), box[i].upper()
    for part in (low.union(middle), middle.union(high)):
        yield (*box[:i], part, *box[i + 1 :])


def _over_list(score: Score, now: Vector, inverse: arb_mat) -> arb:
    """Of a model on listed points: what the scores differ by from one to the next."""
    values = compile_expr(Tuple(*score.first), (score.x, *score.after))
    here = [values(Balls, to_ball(k), *now) for k in sorted(score.loop.space.listed, key=float)]
    return sum((_size([y - x for x, y in zip(a, b, strict=True)], inverse) for a, b in pairwise(here)), arb(0)).upper()


def _over_line(score: Score, now: Vector, inverse: arb_mat) -> arb:
    in_one_formula(score.logarithm)
    found, inner = arb(0), []
    for side, end in zip((-1, 1), hull(score.loop), strict=True):
        tail = Tail(side, None if end.is_infinite else to_ball(end), FIRST)
        if tail.end is not None and _is_finite(score, tail.end, now):
            inner.append(tail.end.lower() if side < 0 else tail.end.upper())
            continue
        beyond, place = _beyond(score, now, tail, inverse)
        if not beyond.is_finite():
            return beyond
        found, inner = found + beyond, [*inner, place.upper() if side < 0 else place.lower()]
    return (found + _between(score, now, Piece(*inner), inverse)).upper()


def _size(v: Sequence[arb], inverse: arb_mat) -> arb:
    """The norm of a vector, at most."""
    column = arb_mat(len(v), 1, list(v))
    return form(column, inverse, column).upper().max(arb(0)).sqrt().upper()


def _slopes(score: Score) -> Iterator[tuple[Expr, ...]]:
    """The scores, in several forms that are equal: the first is the best near 0."""
    for f in dict.fromkeys((in_cosh(score.logarithm, score.x), *forms(score.logarithm, score.x))):
        yield tuple(in_tangents(f.diff(a)) for a in score.after)


def _is_finite(score: Score, end: arb, now: Vector) -> bool:
    scores = next(_slopes(score))
    slopes = compile_expr(Tuple(*(s.diff(score.x) for s in scores)), (score.x, *score.after))
    return all(v.is_finite() for v in slopes(Balls, end + arb(0, 2.0**-20), *now))


def _between(score: Score, now: Vector, all_of_it: Piece, inverse: arb_mat) -> arb:
    """Of a finite interval: the sum of what each piece's length times its steepest slope is, that piece cut first which exceeds
    most what its length times the mean slope at three places is."""
    scores, numbers = next(_slopes(score)), count()
    slopes = compile_expr(Tuple(*(in_tangents(s.diff(score.x)) for s in scores)), (score.x, *score.after))
    heap: list[tuple[float, int, Piece, arb, float]] = []

    def steepest(x: arb) -> arb:
        found = slopes(Balls, x, *now)
        return _size(found, inverse) if all(v.is_finite() for v in found) else arb.pos_inf()

    def push(piece: Piece) -> None:
        width = (piece.high - piece.low).upper()
        whole, loose = width * steepest(piece.low.union(piece.high)), inf
        if whole.is_finite():
            some = (steepest((piece.low + width * k / 6).mid()) for k in (1, 3, 5))
            loose = float(whole - width * sum(some, arb(0)) / 3)
        heapq.heappush(heap, (-loose, next(numbers), piece, whole, float(whole)))

    push(all_of_it)
    while len(heap) < PIECES:
        total, left = sum(p[4] for p in heap), -sum(p[0] for p in heap)
        if left <= float(CLOSE) * total < inf:
            break
        for part in heapq.heappop(heap)[2].cut():
            push(part)
    return sum((part for *_, part, _ in heap), arb(0))


def _beyond(score: Score, now: Vector, tail: Tail, inverse: arb_mat) -> tuple[arb, arb]:
    """(The variation beyond a place, at most, the place): where each score surely rises or falls there, what it moves by."""
    values = dict(zip(score.after, now, strict=True))
    while True:
        at = tail.side * LINE if tail.end is None else END - tail.side * exp(-LINE)
        known = {**({} if tail.end is None else {END: tail.end}), **values}
        for scores in _slopes(score):
            moved = [_moves(s, score.x, at, tail, known) for s in scores]
            seen = [m for m in moved if m is not None]
            if not all(m.is_finite() for m in seen):
                return arb.pos_inf(), tail.place
            if len(seen) == len(moved):
                return sum((m * inverse[i, i].sqrt() for i, m in enumerate(seen)), arb(0)).upper(), tail.place
        bits = tail.bits + max(1, tail.bits // 4)
        if bits > FARTHEST:
            raise CannotTell("how a score changes far out is not seen")
        tail = Tail(tail.side, tail.end, bits)


def _moves(s: Expr, x: Symbol, at: Expr, tail: Tail, known: dict[Symbol, arb]) -> arb | None:
    """How far a score moves beyond a place; infinite where it surely grows, None where that is not seen."""
    far, there = Far(tail.start), in_logarithms(s.xreplace({x: at}))
    if not there.has(LINE):
        return arb(0)
    try:
        found = far_out(far, there, LINE, known)
        if grows(found):
            return arb.pos_inf()
        if not sign_far_out(far, in_logarithms(in_tangents(s.diff(x)).xreplace({x: at})), LINE, known):
            return None
        first = compile_expr(s, (x, *known))(Balls, tail.place, *known.values())
        found = abs(box(found) - first).upper()
        return found if found.is_finite() else None
    except NO_BALL:
        return None


__all__ = ["around", "deviation", "steepness", "variation"]
