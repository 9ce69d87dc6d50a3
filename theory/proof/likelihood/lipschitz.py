"""L of the stability theorem: the largest operator norm of M(x) = d/dx d^2 log p(x) at the best fit, x between the ends of both
supports. Over an interval on which M is bounded that is the Lipschitz constant of the second derivative.

Branch and bound, the highest piece first. On a piece around c, with s = x - c and an orthogonal basis q, Q near the eigenvectors
of N(c), N = M or -M, the largest eigenvalue of N is at most U where Q'(U - N)Q >= delta > 0 on the piece and

    U >= q'N(c)q + s q'N'(c)q + s^2 q'N''q/2 + |Q'(N(c) - U)q + s Q'N'q|^2/delta,   |q| = 1,

since then U - N is positive semidefinite (Schur). With N' and N'' in balls over the piece that is a quadratic function of s. It
is concave near a maximum with one largest eigenvalue, and is centred there: what is left is the rounding. Towards an infinite
end, or one at which M has no value, all that is farther out is bounded at once (`far`): it stays in a box, or an entry of M
surely grows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, pairwise
from math import isqrt

import numpy as np
from flint import arb, arb_mat, ctx
from sympy import (
    Expr,
    Heaviside,
    KroneckerDelta,
    Max,
    Min,
    Piecewise,
    Poly,
    Rational,
    S,
    Symbol,
    Tuple,
    ceiling,
    cos,
    exp,
    expand,
    floor,
    oo,
    pi,
    sin,
)
from sympy.calculus.util import lcim, periodicity
from sympy.core.relational import Relational

from ...language.errors import NO_BALL, CannotTell
from ...language.laws import Law, Mixture
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.boxes import Jet, Jets
from ..arithmetic.densities import LINE, forms, in_cosh, in_logarithms, in_tangents
from ..arithmetic.far import Far, Growth
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Balls
from .fits import best
from .norms import basis, form, least_eigenvalue, least_norm, norm, polished, symmetric, top_eigenvalue
from .outwards import box, far_out, grows, in_front, limit
from .score import Score, score_of

MOST_PIECES = 3_000
FIRST = 4  # where what is far out begins, at first
FARTHEST = 2**10  # of the logarithm of where it begins, in bits
CENTRED = 12  # times that a piece is centred anew
SPARE = 24  # bits

NOWHERE = arb.pos_inf()

Symbols = tuple[Symbol, ...]
Entries = tuple[Expr, ...]  # on and above the diagonal, row by row
Slopes = Sequence[Entries]  # in several forms that are equal


def lipschitz(loop: LikelihoodLoop, order: int = 2) -> arb:
    """A ball for L; `arb.pos_inf()` where M surely grows without bound, 0 where it is surely 0. Raises `CannotTell`.

    order: of the derivative of log p in the parameters; 1: the Lipschitz constant of the score, in the Euclidean norm.
    """
    return lipschitz_at(score_of(loop), best(loop), order)


def lipschitz_at(score: Score, theta: Sequence[arb], order: int = 2) -> arb:
    """The same at parameters in balls. Raises `CannotTell`."""
    loop = score.loop
    if len(score.xs) > 1:
        return in_space(score, theta) if order == 2 else scores_in_space(score, theta)
    if (loop.space.whole or loop.space.listed) and score.logarithm.has(Piecewise, KroneckerDelta):
        return _in_cases(score, theta, order, hull(loop))
    slopes = _slopes(score.logarithm, score.x, score.after, order)
    return highest_norm(slopes, score.x, score.after, theta, hull(loop))


def highest_norm(slopes: Slopes, x: Symbol, after: Symbols, theta: Sequence[arb], ends: tuple[Expr, Expr]) -> arb:
    """The largest norm of a matrix, given in forms that are equal, x between two ends."""
    d = _size(slopes[0])
    if not any(slopes[0]):
        return arb(0)
    with precision(ctx.prec + SPARE):
        if not any(f.has(x) for f in slopes[0]):
            here = compile_expr(Tuple(*slopes[0]), after)(Balls, *theta)
            found = symmetric(here, d)
            return least_norm(found).union(norm(found))
        return _Search(slopes, x, after, theta, d, _one_period(slopes[0], x, ends)).run()


def _one_period(entries: Entries, x: Symbol, ends: tuple[Expr, Expr]) -> tuple[Expr, Expr]:
    """The ends of one period of what is periodic in x, in place of infinite ones: all its values are there."""
    if all(e.is_finite for e in ends) or not all(e.has(sin, cos) for e in entries if e.has(x)):
        return ends
    found = [periodicity(e, x) for e in entries if e.has(x)]
    period = lcim(found) if None not in found else None
    if period is None or any(e.xreplace({x: x + period}) != e for e in entries):
        return ends
    return S.Zero, period


def _size(entries: Entries) -> int:
    """Of a symmetric matrix with so many entries on and above the diagonal."""
    return (isqrt(8 * len(entries) + 1) - 1) // 2


def _bordered(rows: Sequence[Sequence[Expr]]) -> Entries:
    """The symmetric matrix ((0, R), (R', 0)), which has the norm of R; of one number that number."""
    n, k = len(rows), len(rows[0])
    if n == k == 1:
        return (rows[0][0],)
    size = n + k
    return tuple(rows[i][j - n] if i < n <= j else S.Zero for i in range(size) for j in range(i, size))


# ---- whole numbers, by cases ----------------------------------------------------------------------------------------


def _in_cases(score: Score, theta: Sequence[arb], order: int, ends: tuple[Expr, Expr]) -> arb:
    """Of a log-density of whole numbers that is stated by cases: the largest step between two of the numbers up to the last one
    that a case speaks of, and beyond it as of a formula without cases."""
    x, after, d = score.x, score.after, len(score.after)
    logarithm = score.logarithm.rewrite(Piecewise) if score.logarithm.has(KroneckerDelta) else score.logarithm
    low, high = (e if e.is_infinite else int(e) for e in ends)
    relations = [r for r in logarithm.atoms(Relational) if r.has(x)]
    last = max([low, *(_turn(r, x) for r in relations)])
    found = arb(0)
    if last < high:
        rest = logarithm.xreplace({r: S(bool(r.xreplace({x: S(last)}))) for r in relations})
        found = highest_norm(_slopes(rest, x, after, order), x, after, theta, (S(last), S(high)))
    scores = [logarithm.diff(a) for a in after]
    entries = [scores[i].diff(b) for i in range(d) for b in after[i:]] if order == 2 else _bordered([scores])
    program = compile_expr(Tuple(*entries), (x, *after))
    here = [program(Balls, arb(k), *theta) for k in range(low, min(last, high) + 1)]
    for one, two in pairwise(here):
        step = symmetric([b - a for a, b in zip(one, two, strict=True)], _size(tuple(entries)))
        found = found.max(least_norm(step).union(norm(step)))
    return found


def _turn(relation: Relational, x: Symbol) -> int:
    """The least whole number from which on a relation holds for ever, or fails for ever."""
    gap = relation.lhs - relation.rhs
    slope, place = gap.diff(x), gap.xreplace({x: S.Zero})
    if not (slope.is_Rational and place.is_Rational and slope != 0):
        raise CannotTell(f"where {relation} changes; expected x beside a number")
    return int(floor(-place / slope)) + 1


# ---- points of a space ----------------------------------------------------------------------------------------------


ANGLE = Symbol("angle", real=True)
LOOKED_AT = tuple(map(Rational, ("0", "1", "-1", "1/2")))  # values of coordinates, where others go far out


def in_space(score: Score, theta: Sequence[arb]) -> arb:
    """The largest norm of sum_k u_k dM/dx_k over all unit vectors u and all points: the hull of the supports is all of the space.

    Raises `CannotTell` where M depends on several coordinates, and is neither affine in them nor a polynomial in one of them.
    """
    by_coordinate = [_slopes(score.logarithm, x, score.after, 2) for x in score.xs]
    moving = [k for k, slopes in enumerate(by_coordinate) if any(slopes[0])]
    entries = [f for k in moving for f in by_coordinate[k][0]]
    if any(_is_unbounded(f, score, theta) for f in entries):
        return NOWHERE
    if len(moving) < 2 and not any(f.has(x) for f in entries for j, x in enumerate(score.xs) if j not in moving):
        k = moving[0] if moving else 0
        return highest_norm(by_coordinate[k], score.xs[k], score.after, theta, (-oo, oo))
    if len(moving) == 2 and not any(f.has(*score.xs) for f in entries):
        one, two = (by_coordinate[k][0] for k in moving)
        turned = tuple(cos(ANGLE) * a + sin(ANGLE) * b for a, b in zip(one, two, strict=True))
        return highest_norm((turned,), ANGLE, score.after, theta, (S.Zero, pi))
    raise CannotTell("the largest change of a second derivative that depends on several coordinates")


def scores_in_space(score: Score, theta: Sequence[arb]) -> arb:
    """The largest norm of the score's derivative in the point. Raises `CannotTell` where it depends on several coordinates."""
    entries = _bordered([[in_tangents(s.diff(x)) for s in score.first] for x in score.xs])
    if any(_is_unbounded(f, score, theta) for f in entries):
        return NOWHERE
    moving = [x for x in score.xs if any(f.has(x) for f in entries)]
    if len(moving) > 1:
        raise CannotTell("the largest change of a score that depends on several coordinates")
    return highest_norm((entries,), (moving or score.xs)[0], score.after, theta, (-oo, oo))


def _is_unbounded(f: Expr, score: Score, theta: Sequence[arb]) -> bool:
    """Whether a function surely is: along a line on which it is a polynomial in one coordinate, and not constant."""
    for x in score.xs:
        if not f.has(x) or not f.is_polynomial(x):
            continue
        rest = [y for y in score.xs if y != x]
        coefficients = [c for (j,), c in Poly(f, x).terms() if j]
        program = compile_expr(Tuple(*coefficients), (*rest, *score.after))
        for y in LOOKED_AT:
            at = program(Balls, *([to_ball(y)] * len(rest)), *theta)
            if any(c > 0 or c < 0 for c in at):
                return True
    return False


def hull(loop: LikelihoodLoop) -> tuple[Expr, Expr]:
    """The ends of the smallest interval with all draws of the data and of the model in it."""
    ends = [(loop.space.low, loop.space.high), *_supports(loop.data)]
    lowest, highest = ([end[side] for end in ends] for side in (0, 1))
    low = -oo if -oo in lowest else min(lowest, key=lambda e: float(to_ball(e).mid()))
    high = oo if oo in highest else max(highest, key=lambda e: float(to_ball(e).mid()))
    return low, high


def _supports(law: Law) -> Iterator[tuple[Expr, Expr]]:
    if isinstance(law, Mixture):
        for _, part in law.parts:
            yield from _supports(part)
    elif (atoms := law.values()) is not None:
        values = sorted((v for v, _ in atoms), key=lambda v: float(to_ball(v).mid()))
        yield values[0], values[-1]
    else:
        yield law.support


class _Slopes(Sequence):
    """The entries of M in several forms that are equal, the first the best near 0; each is made when it is asked for."""

    def __init__(self, logarithm: Expr, x: Symbol, after: Symbols, order: int):
        first, *others = forms(logarithm, x)
        self.forms = tuple(dict.fromkeys((in_cosh(logarithm, x), *others, first)))
        self.x, self.after, self.order = x, after, order

    def __len__(self) -> int:
        return len(self.forms) + 1

    def __getitem__(self, i):
        if i == len(self.forms):
            return tuple(in_front(e, self.x) for e in self[0])
        return _entries(self.forms[i], self.x, self.after, self.order)


def _slopes(logarithm: Expr, x: Symbol, after: Symbols, order: int) -> Slopes:
    """Of a log-density that is smooth: in one formula. Raises `CannotTell` for one in cases."""
    in_one_formula(logarithm)
    return _Slopes(logarithm, x, after, order)


def in_one_formula(logarithm: Expr) -> None:
    """Raises `CannotTell` for a log-density in cases."""
    if logarithm.has(Piecewise, KroneckerDelta, floor, ceiling, Heaviside, Max, Min):
        raise CannotTell("whether the second derivative of a log-density in cases jumps")


@lru_cache(maxsize=256)
def _entries(f: Expr, x: Symbol, after: Symbols, order: int) -> Entries:
    """Of d/dx of the derivatives of an order in the parameters."""
    scores = [in_tangents(f.diff(a)) for a in after]
    if order == 1:
        return _bordered([[_seen(in_tangents(s.diff(x)), x) for s in scores]])
    derivatives = [scores[i].diff(b) for i in range(len(after)) for b in after[i:]]
    return tuple(_seen(in_tangents(e.diff(x)), x) for e in derivatives)


def _seen(e: Expr, x: Symbol) -> Expr:
    """An entry, multiplied out where x is lost by that, or, of a quotient of polynomials, where it is shorter so."""
    out = expand(e)
    short = not out.has(x) or (e.is_rational_function(x) and out.count_ops() < e.count_ops())
    return out if short else e


# ---- pieces ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """x from low to high, exact; cut in the middle of the logarithm of the distance from `origin`, if it has one."""

    low: arb
    high: arb
    origin: arb | None = None

    def cut(self) -> tuple[Piece, Piece]:
        """Its two halves, the left one first."""
        middle = ((self.low + self.high) / 2).mid()
        if self.origin is not None:
            a, b = abs(self.low - self.origin), abs(self.high - self.origin)
            if a > 4 * b or b > 4 * a:
                side = 1 if self.high > self.origin else -1
                middle = (self.origin + side * (a * b).sqrt()).mid()
        return Piece(self.low, middle, self.origin), Piece(middle, self.high, self.origin)


@dataclass(frozen=True)
class Tail:
    """What is beyond y = 2^bits towards an end of the hull: x = side y, or end - side e^-y."""

    side: int
    end: arb | None
    bits: int

    @property
    def start(self) -> arb:
        """2^bits, where it starts in y."""
        return arb(2) ** self.bits

    @property
    def place(self) -> arb:
        """Where it starts in x."""
        return self.side * self.start if self.end is None else self.end - self.side * (-self.start).exp()

    def cut(self) -> tuple[Piece, Tail]:
        """What is cut off, and the tail beyond. Raises `CannotTell` where that is farther than is looked at."""
        bits = self.bits + max(1, self.bits // 4)
        if bits > FARTHEST:
            raise CannotTell("how the second derivative of the log-density changes far out is not seen")
        farther = Tail(self.side, self.end, bits)
        ends = [self.place, farther.place][:: self.side]
        origin = arb(0) if self.end is None else self.end.mid()
        return Piece(ends[0].lower(), ends[1].upper(), origin), farther


class _Unbounded(Exception):
    """An entry of M surely grows."""


class _Search:
    """The pieces that are left, the one with the highest ceiling first; the norm is surely `floor` somewhere."""

    def __init__(self, slopes, x: Symbol, after: tuple[Symbol, ...], theta, d: int, ends: tuple[Expr, Expr]):
        self.x, self.after, self.theta, self.d, self.slopes = x, after, theta, d, slopes
        f = slopes[0]
        self.size = len(f)
        self.program = compile_expr(Tuple(*f, *(in_tangents(e.diff(x)) for e in f)), (x, *after))
        self.jets = tuple(Jet(v) for v in theta)
        self.ends = ends
        self.floor, self.numbers = arb(0), count()
        self.heap: list[tuple[float, int, Piece | Tail, arb, bool]] = []

    def run(self) -> arb:
        highest = arb(0)
        try:
            for piece in self.first():
                self.push(piece)
            for _ in range(MOST_PIECES):
                if not self.heap:
                    break
                _, _, piece, ceiling, closed = heapq.heappop(self.heap)
                if ceiling <= self.floor.max(highest):
                    break
                if closed:
                    highest = highest.max(ceiling)
                    continue
                for part in piece.cut():
                    self.push(part)
            else:
                highest = highest.max(self.heap[0][3]) if self.heap else highest
        except _Unbounded:
            return NOWHERE
        if not highest.is_finite():
            raise CannotTell("no bound for the change of the second derivative of the log-density is found")
        return self.floor.union(self.floor.max(highest))

    def push(self, piece: Piece | Tail) -> None:
        ceiling, closed = self.bound(piece) if isinstance(piece, Piece) else (self.tail(piece), False)
        if not ceiling <= self.floor:
            heapq.heappush(self.heap, (-float(ceiling), next(self.numbers), piece, ceiling, closed))

    # ---- where it begins ----

    def first(self) -> Iterator[Piece | Tail]:
        """The hull: a tail towards an infinite end, or one at which M has no value, and what is between."""
        balls = [None if e.is_infinite else to_ball(e) for e in self.ends]
        reach = max(float(abs(b)) for b in (*balls, arb(0)) if b is not None)
        bits = max(FIRST, int(np.log2(2 * reach + 1)) + 1)
        low, high = balls
        width = None if low is None or high is None else high - low
        inner: list[arb] = []
        for side, ball in zip((-1, 1), balls, strict=True):
            if ball is None:
                tail = Tail(side, None, bits)
            elif self.has_values(ball, width):
                inner.append(ball.lower() if side < 0 else ball.upper())
                continue
            else:
                near = 2 if width is None else max(2, int(np.log2(max(1.0, 2 - float(width.log())))) + 1)
                tail = Tail(side, ball, near)
            inner.append(tail.place.upper() if side < 0 else tail.place.lower())
            yield tail
        yield Piece(*inner)

    def has_values(self, end: arb, width: arb | None) -> bool:
        """Whether M is finite around an end."""
        near = end + arb(0, 2.0**-20) * (1 if width is None else width)
        return all(v.is_finite() for v in self.program(Balls, near, *self.theta))

    # ---- tails ----

    def tail(self, tail: Tail) -> arb:
        """An upper bound on the norm; what it tends to is a lower one."""
        place = tail.side * LINE if tail.end is None else END - tail.side * exp(-LINE)
        values = {**({} if tail.end is None else {END: tail.end}), **dict(zip(self.after, self.theta, strict=True))}
        for f in self.slopes:
            seen = [self.far_out(e.xreplace({self.x: place}), tail.start, values) for e in f]
            found = [v for v in seen if v is not None]
            if len(found) < len(seen):
                continue
            try:
                whole = norm(symmetric([box(v) for v in found], self.d))
            except NO_BALL:
                continue
            limits = [v for v in map(limit, found) if v is not None]
            if len(limits) == len(found):
                self.floor = self.floor.max(least_norm(symmetric(limits, self.d)))
            return whole
        return NOWHERE

    @staticmethod
    def far_out(f: Expr, start: arb, values: Mapping[Symbol, arb]) -> Growth | None:
        """An entry of M, all the way from a place on; None where nothing is seen of it. Raises `_Unbounded`."""
        try:
            found = far_out(Far(start), in_logarithms(f), LINE, values)
            unbounded = grows(found)
        except NO_BALL:
            return None
        if unbounded:
            raise _Unbounded
        return found

    # ---- pieces ----

    def at(self, x: arb) -> list[arb_mat]:
        """M and M' at a point."""
        values = self.program(Balls, x, *self.theta)
        return [symmetric(part, self.d) for part in (values[: self.size], values[self.size :])]

    def over(self, x: arb) -> list[arb_mat]:
        """M, M' and M'' over an interval."""
        values = self.program(Jets, Jet(x, {0: arb(1)}), *self.jets)
        slopes = values[self.size :]
        parts = ([v.value for v in values[: self.size]], [v.value for v in slopes], [_rise(v) for v in slopes])
        return [symmetric(part, self.d) for part in parts]

    def bound(self, piece: Piece) -> tuple[arb, bool]:
        """An upper bound on the norm, and whether it is as good as it gets."""
        over = self.over(piece.low.union(piece.high))
        ceiling = norm(over[0])
        if ceiling <= self.floor:
            return ceiling, False
        centre = ((piece.low + piece.high) / 2).mid()
        for _ in range(CENTRED):
            at = self.at(centre)
            best = max((self.top(at, over, sign, piece, centre) for sign in (1, -1)), key=lambda t: float(t.ceiling))
            ceiling = ceiling.min(best.ceiling)
            if best.is_closed:
                return ceiling, True
            if ceiling <= self.floor or best.vertex is None or best.vertex == centre:
                break
            centre = best.vertex
        return ceiling, False

    def top(self, at: list[arb_mat], over: list[arb_mat], sign: int, piece: Piece, centre: arb) -> Top:
        """The largest eigenvalue of N = sign M on a piece: see the module. Where it is not alone, Lipschitz continuity."""
        N, slope, slopes, bends = (sign * m for m in (*at, *over[1:]))
        reach = (piece.high - centre).max(centre - piece.low).upper()
        plain = Top(_upper(top_eigenvalue(N) + reach * norm(slopes)), None, False)
        V = basis(at[0])
        if V is None:
            return plain
        q, Q = polished(at[0], V, -1 if sign > 0 else 0)
        whole = form(q, None, q)
        value = form(q, N, q) / whole
        if self.inside(centre) and value.is_finite():
            self.floor = self.floor.max(value.lower())
        A, B, C = value, form(q, slope, q) / whole, form(q, bends, q) / whole / 2
        if self.d > 1:
            T = Q.transpose()
            others = T * (N + slopes * arb(0, reach)) * Q
            gap = least_eigenvalue(value.lower() * (T * Q) - others)
            if not gap > 0:
                return plain
            U = value + arb(0, (abs(value) + norm(over[0])).upper())  # it is anywhere below the norm
            b0, b1 = T * (N * q) - (T * q) * U, T * (slopes * q)
            A += form(b0, None, b0) / gap / whole
            B += 2 * form(b0, None, b1) / gap / whole
            C += form(b1, None, b1) / gap / whole
        return _highest(A, B, C, piece, centre)

    def inside(self, x: arb) -> bool:
        """Whether a point is surely in the hull."""
        low, high = self.ends
        return (low == -oo or bool(x >= to_ball(low))) and (high == oo or bool(x <= to_ball(high)))


END = Symbol("end", real=True)


@dataclass(frozen=True)
class Top:
    """The greatest value of A + B s + C s^2 on a piece is at most `ceiling`, and that at `vertex` if it is concave."""

    ceiling: arb
    vertex: arb | None
    is_closed: bool


def _highest(A: arb, B: arb, C: arb, piece: Piece, centre: arb) -> Top:
    if not (A.is_finite() and B.is_finite() and C.is_finite()):
        return Top(NOWHERE, None, False)
    more, c = arb(0), C.upper()
    for side, end in ((1, piece.high), (-1, piece.low)):
        length, b = abs(end - centre).upper(), (side * B).upper()
        at_end = (length * (b + c * length)).upper()
        if not c < 0:
            more = more.max(at_end)
        elif b > 0:
            more = more.max(at_end if b > -2 * c * length else (b * b / (-4 * c)).upper())
    ceiling = (A + more).upper()
    vertex = None
    if c < 0:
        vertex = (centre - B.mid() / (2 * C.mid())).mid().max(piece.low).min(piece.high)
    return Top(ceiling, vertex, bool(more <= 2 * A.rad() + abs(A).upper() * arb(2) ** -ctx.prec))


def _rise(x: Jet) -> arb:
    return x.grad.get(0, arb(0))


def _upper(x: arb) -> arb:
    return x.upper() if x.is_finite() else NOWHERE


__all__ = ["highest_norm", "hull", "in_one_formula", "lipschitz", "lipschitz_at"]
