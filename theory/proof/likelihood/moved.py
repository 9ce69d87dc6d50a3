"""How far, in W1, a model moves with its parameters: the largest W1(p_theta*, p_theta* + h v)/h for small h, |v| = 1, in balls.

On the line that is the largest int |D_v|, D_v(x) = int_x^oo s p, p the density of the best fit and s its score in the direction
v. D' = -s p: where s changes its sign once, D has one sign, and int |D| = |E X s|; where it does so twice, D crosses 0 once, at
c, and int |D| = |E |X - c| s|. On whole numbers D is followed number by number until s has one sign.

As a function of v the integral is a norm. It is at most the root of the sum of its squares along the axes, and at least the norm
of the mean's gradient, as the mean is a Lipschitz function of the law. Where these differ, the largest value of two parameters
is looked for among directions: between two of them a norm is at most the linear function with its values there.

Of points of a space there are these bounds alone: the mean's gradient, and the root mean square of how far a point goes that is
drawn by the same noise.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import count, pairwise

import numpy as np
from flint import arb, arb_mat, ctx
from sympy import Abs, Expr, Lambda, Symbol, Tuple, exp, log, oo

from ...language.errors import NO_BALL, CannotTell
from ...language.laws import Density, MultivariateNormal
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.boxes import Jet, Jets
from ..arithmetic.densities import LINE, expected, forms, in_logarithms, in_tangents, listed
from ..arithmetic.far import Far
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.quadrature import evaluate
from ..arithmetic.rings import Balls
from ..arithmetic.spaces import chain_of, coordinates
from ..arithmetic.spaces import expected as expected_in_space
from .fits import BITS, best
from .halves import X, up_to
from .norms import eigenvalues, largest
from .outwards import in_front, sign_far_out, stays_up
from .score import Score, score_of

FIRST = 4  # where what is far out begins, at first: the logarithm in bits
FARTHEST = 2**10  # of the logarithm of where it begins, in bits
MOST_CELLS = 1_000  # of a search for the places where a score changes its sign
MOST_STEPS = 12  # of Newton's method
MOST_ADDED = 20_000  # whole numbers
MOST_TURNS = 100
CLOSE = 20  # bits of the largest value over all directions
INFINITE = arb.pos_inf()
FROM, WIDTH = Symbol("a", real=True), Symbol("w", positive=True)


def moved(loop: LikelihoodLoop) -> arb:
    """A ball for it at the best fit; `arb.pos_inf()` where it surely is infinite. Raises `CannotTell`."""
    score = score_of(loop)
    if len(score.xs) > 1:
        return _in_space(score, best(loop))
    return _over_directions(loop) if score.d > 1 else _Moves(score, best(loop)).along([arb(1)])


@lru_cache(maxsize=256)
def _over_directions(loop: LikelihoodLoop) -> arb:
    """Of several parameters: one ball for all precisions, as the search has an end of its own."""
    score = score_of(loop)
    with precision(BITS):
        moves = _Moves(score, best(loop))
        try:
            axes = [moves.along([arb(int(i == j)) for j in range(score.d)]) for i in range(score.d)]
        except ArithmeticError as problem:  # more bits are no help
            raise CannotTell(str(problem)) from problem
        if not all(x.is_finite() for x in axes):
            return INFINITE
        gradient = score.means([score.x * s for s in score.first], score.model, moves.theta, moves.theta)
        low, high = largest([*axes, _length(gradient)]), _length(axes)
        return _Turns(moves, axes).largest() if score.d == 2 and low < high else low.union(high)


def _length(v: Sequence[arb]) -> arb:
    return sum((x * x for x in v), arb(0)).sqrt()


# ---- one direction ----------------------------------------------------------------------------------------------------


class _Moves:
    """The model at its best fit, on the line: int |D_v| for a direction v."""

    def __init__(self, score: Score, theta: Sequence[arb]):
        self.score, self.theta, self.x = score, tuple(theta), score.x
        self.space = score.loop.space
        self.names = tuple(Symbol(f"v{i}", real=True) for i in range(score.d))
        self.total = sum((v * s for v, s in zip(self.names, score.first, strict=True)), 0 * score.x)
        self.model = score.model

    def values(self, v: Sequence[arb]) -> dict[Symbol, arb]:
        at = dict(zip(self.score.after, self.theta, strict=True))
        return {**at, **dict(zip(self.score.now, self.theta, strict=True)), **dict(zip(self.names, v, strict=True))}

    def along(self, v: Sequence[arb]) -> arb:
        """int |D_v|."""
        values = self.values(v)
        if (atoms := listed(self.model, values)) is not None:
            return self._listed(atoms, values)
        if self.space.whole:
            return self._counted(values)
        return self._continuous(values)

    # ---- numbers ----

    def _listed(self, atoms: list[tuple[arb, arb]], values: dict[Symbol, arb]) -> arb:
        atoms = sorted(atoms, key=lambda atom: float(atom[0].mid()))
        D, area, before = arb(0), arb(0), None
        for place, mass in atoms:
            if before is not None:
                area += abs(D) * (place - before)
            D += mass * evaluate(self.total, {**values, self.x: place})
            before = place
        return area

    def _counted(self, values: dict[Symbol, arb]) -> arb:
        """On all whole numbers from the least one on: until s has one sign what is left is what the mean moves by."""
        low = int(self.space.low)
        (left,) = expected([(self.x - low) * self.total], self.x, self.model, values)
        mass = compile_expr(Tuple(exp(self.model.log_mass(self.x)), self.total), (self.x, *values))
        area, D, checked = arb(0), arb(0), low + 4
        for k in range(low, low + MOST_ADDED):
            p, s = mass(Balls, arb(k), *values.values())
            D -= p * s
            area, left = area + abs(D), left - D
            if k >= checked:
                checked += max(4, (checked - low) // 4)
                if self._sign_beyond(arb(k + 1), LINE, values):
                    return area + abs(left)
        raise CannotTell(f"where the score of {type(self.score.loop).__name__} has one sign is not seen")

    # ---- the line ----

    def _continuous(self, values: dict[Symbol, arb]) -> arb:
        signs = self._signs(values)
        changes = sum(a != b for a, b in pairwise(signs))
        if changes == 0:
            raise ArithmeticError("a score that changes its sign nowhere")
        if changes > 2:
            raise CannotTell("the movement of a model along which its score changes its sign more than twice")
        if self._is_endless(values):
            return INFINITE
        (mean,) = expected([self.x * self.total], self.x, self.model, values)
        if changes == 1:
            return abs(mean)
        c, missed = self._crossing(values)
        area = 2 * self._beyond(c, values)[1] - mean  # |x - c| = 2 (x - c)^+ - (x - c), and s has the mean 0
        return abs(area) + arb(0, missed.upper())

    def _beyond(self, c: arb, values: dict[Symbol, arb]) -> tuple[arb, arb]:
        """The integrals of s p and of (x - c) s p from c on, c exact."""
        f, s, end = self.model.log_at(X), self.total.xreplace({self.x: X}), self.space.high
        if end.is_finite:
            law, at = Density(Lambda(X, f), end - WIDTH, end), {**values, WIDTH: to_ball(end) - c}
            fs = (s, (X - end + WIDTH) * s)
        else:  # a half of the whole line, which has no end at which it would be looked at from near
            there = {X: FROM + Abs(X)}
            law, at = Density(Lambda(X, f.xreplace(there)), -oo, oo), {**values, FROM: c}
            fs = (s.xreplace(there) * (1 + X / Abs(X)) / 2, s.xreplace(there) * (X + Abs(X)) / 2)
        D, area = expected(fs, X, law, at)
        return D, area

    def _crossing(self, values: dict[Symbol, arb]) -> tuple[arb, arb]:
        """(c, how much is missed) with c, exact, near the place where D is 0: Newton's method."""
        f = compile_expr(self.model.density(self.x) * self.total, (self.x, *values))
        c = arb(self._guess(values))
        goal = arb(2) ** -(ctx.prec + 4)
        for _ in range(MOST_STEPS):
            D, _ = self._beyond(c, values)
            steep = f(Balls, c, *values.values())
            reach = (2 * abs(D) / abs(steep)).upper() + abs(c).upper() * arb(2) ** -ctx.prec
            if not reach.is_finite():
                break
            box = c + arb(0, reach)
            over = f(Balls, box, *values.values())
            new = c + D / over
            if (over > 0 or over < 0) and box.contains_interior(new) and self._is_inside(box):
                missed = 2 * (abs(D) + reach * abs(over)) * reach
                if missed < goal or D.contains(0):
                    return c, missed
            c = (c + D / steep).mid()
        raise ArithmeticError("the place where a distribution function does not move")

    def _is_inside(self, box: arb) -> bool:
        """Whether a box is surely within the support, at the ends of which D is 0, too."""
        low, high = self.space.low, self.space.high
        return (low.is_infinite or bool(to_ball(low) < box)) and (high.is_infinite or bool(box < to_ball(high)))

    def _guess(self, values: dict[Symbol, arb]) -> float:
        """The place where D changes its sign, in floats: not near the ends, where it is nothing."""
        theta = np.array([float(x) for x in self.theta])
        (x,), w = self.score.model_nodes(theta)
        v = np.array([float(values[name]) for name in self.names])
        order = np.argsort(x)
        x, flow = x[order], np.cumsum((w * (v @ self.score.floats(x, theta)[1]))[order])
        k = int(np.argmin(flow)), int(np.argmax(flow))
        a, b = min(k), max(k)
        inside = np.nonzero(np.diff(np.sign(flow[a : b + 1])))[0]
        if not len(inside):
            raise ArithmeticError("the place where a distribution function does not move")
        i = a + int(inside[0])
        share = flow[i] / (flow[i] - flow[i + 1])
        return float((x[i] + x[i + 1]) / 2 if not 0 <= share <= 1 else x[i] + share * (x[i + 1] - x[i]))

    # ---- signs of the score ----

    @cached_property
    def _forms(self) -> tuple[Expr, ...]:
        """The score in the direction, in forms that are equal."""
        found = []
        for f in dict.fromkeys((self.score.logarithm, *forms(self.score.logarithm, self.x))):
            parts = (in_tangents(f.diff(a)) for a in self.score.after)
            found.append(sum((v * s for v, s in zip(self.names, parts, strict=True)), 0 * self.x))
        return (*found, *(in_front(f, self.x) for f in found))

    @cached_property
    def _program(self):
        return compile_expr(Tuple(self.total, in_tangents(self.total.diff(self.x))), (self.x, *self._order))

    @property
    def _order(self) -> tuple[Symbol, ...]:
        return tuple(self.values([arb(0)] * self.score.d))

    def _sign_beyond(self, start: arb, place: Expr, values: dict[Symbol, arb]) -> int:
        """The sign of s at a place that depends on y, for all y from a start on; 0 where it is not seen."""
        try:
            far = Far(start)
        except CannotTell:
            return 0
        for f in self._forms:
            if found := sign_far_out(far, in_logarithms(f.xreplace({self.x: place})), LINE, values):
                return found
        return 0

    def _is_endless(self, values: dict[Symbol, arb]) -> bool:
        """Whether x D has no integral: the law has no mean, and its score keeps a sign and a size far out."""
        far = Far(arb(2) ** FIRST)
        for side, end in ((-1, self.space.low), (1, self.space.high)):
            if end.is_finite:
                continue
            heavy = self.model.log_at(self.x).xreplace({self.x: side * LINE}) + 2 * log(LINE)
            scores = [in_logarithms(f.xreplace({self.x: side * LINE})) for f in self._forms]
            if stays_up(far, in_logarithms(heavy), LINE, values) and any(
                sign_far_out(far, s, LINE, values)
                and stays_up(far, sign_far_out(far, s, LINE, values) * s, LINE, values)
                for s in scores
            ):
                return True
        return False

    def _signs(self, values: dict[Symbol, arb]) -> list[int]:
        """The signs of s from the lower end of the model's support to the upper one. Raises `ArithmeticError`, `CannotTell`."""
        ends, outer = [], []
        for side, end in ((-1, self.space.low), (1, self.space.high)):
            if end.is_finite and self._has_values(to_ball(end), values):
                ends.append(to_ball(end))
                outer.append(0)
                continue
            bits, place = FIRST, end - side * exp(-LINE) if end.is_finite else side * LINE
            while not (found := self._sign_beyond(arb(2) ** bits, place, values)):
                bits += max(1, bits // 4)
                if bits > FARTHEST:
                    raise CannotTell("which sign a score has far out is not seen")
            ends.append(evaluate(place, {LINE: arb(2) ** bits}))
            outer.append(found)
        signs = [outer[0], *self._inner_signs(ends[0].lower(), ends[1].upper(), values), outer[1]]
        return [s for s in signs if s]

    def _has_values(self, end: arb, values: dict[Symbol, arb]) -> bool:
        """Whether s is finite around an end."""
        near = end + arb(0, 2.0**-20)
        return bool(self._program(Balls, near, *values.values())[0].is_finite())

    def _inner_signs(self, low: arb, high: arb, values: dict[Symbol, arb]) -> list[int]:
        numbers = list(values.values())
        jets = [Jet(v) for v in numbers]

        def at(x: arb) -> int:
            return _sign_of(self._program(Balls, x, *numbers)[0])

        signs, todo, left = [], [(low, high)], MOST_CELLS
        while todo:
            a, b = todo.pop()
            left -= 1
            if left < 0:
                raise ArithmeticError("where a score changes its sign")
            box = a.union(b)
            here = _sign_of(self._program(Balls, box, *numbers)[0])
            if here:
                signs.append(here)
                continue
            s = self._program(Jets, Jet(box, {0: arb(1)}), *jets)[0]
            rise, sides = s.grad.get(0, arb(0)), (at(a), at(b))
            if (rise > 0 or rise < 0) and all(sides):
                signs.extend(dict.fromkeys(sides))
                continue
            middle = (a + (b - a) * arb(0.4921875)).mid()  # none that a formula is likely to be 0 at
            todo += [(middle, b), (a, middle)]
        return signs


def _sign_of(x: arb) -> int:
    return 1 if x > 0 else -1 if x < 0 else 0


# ---- all directions of two parameters ---------------------------------------------------------------------------------

Vector = tuple[arb, arb]


class _Turns:
    """The largest of N(v)/|v|, N a norm in the plane: between two directions, the pair with the highest ceiling first."""

    def __init__(self, moves: _Moves, axes: list[arb]):
        self.moves, self.axes = moves, axes
        self.floor, self.numbers = largest(a.lower() for a in axes), count()
        self.heap: list[tuple[float, int, arb, tuple[Vector, arb], tuple[Vector, arb]]] = []

    def at(self, v: Vector) -> tuple[Vector, arb]:
        """A direction with N there."""
        try:
            found = self.moves.along(v)
        except NO_BALL:  # near an axis D may cross 0 too far out to be seen
            found = up_to(abs(v[0]) * self.axes[0] + abs(v[1]) * self.axes[1])
        self.floor = self.floor.max((found / _length(v)).lower())
        return v, found

    def largest(self) -> arb:
        """Over half a turn: N(-v) = N(v)."""
        ends = [((arb(x), arb(y)), self.axes[y]) for x, y in ((1, 0), (0, 1), (-1, 0))]
        for a, b in pairwise(ends):
            self.push(a, b)
        ceiling = INFINITE
        for _ in range(MOST_TURNS):
            _, _, ceiling, a, b = heapq.heappop(self.heap)
            if ceiling - self.floor < self.floor * arb(2) ** -CLOSE:
                break
            (p, _), (q, _) = a, b
            one, other = ((p[i] / _length(p) + q[i] / _length(q)).mid() for i in (0, 1))
            middle = self.at((one, other))
            self.push(a, middle)
            self.push(middle, b)
        return self.floor.union(largest([self.floor, ceiling, *(top for _, _, top, *_ in self.heap)]))

    def push(self, a: tuple[Vector, arb], b: tuple[Vector, arb]) -> None:
        """N(v) <= P.v between two directions, P.v = N(v) at both: the largest of it is |P|, if P is between them, too."""
        (p, most), (q, other) = a, b
        most, other = arb(most.upper()), arb(other.upper())
        across = p[0] * q[1] - p[1] * q[0]
        P = ((most * q[1] - other * p[1]) / across, (other * p[0] - most * q[0]) / across)
        top = (most / _length(p)).upper().max((other / _length(q)).upper())
        if not (p[0] * P[1] - p[1] * P[0] < 0 or P[0] * q[1] - P[1] * q[0] < 0):
            top = top.max(_length(P).upper())
        heapq.heappush(self.heap, (-float(top), next(self.numbers), top, a, b))


# ---- points of a space ------------------------------------------------------------------------------------------------


def _in_space(score: Score, theta: Sequence[arb]) -> arb:
    """From how the mean moves to how points move that are drawn by the same noise, in the mean square."""
    model = score.model
    chain = chain_of(model)
    if chain.first is not None:
        raise CannotTell("how a model moves that is not Gaussian in each coordinate given those before")
    zs = coordinates(model)
    moves = [[x.diff(p) for p in score.now] for x in chain.of_noise(zs)]
    d, k = score.d, len(zs)
    noise = MultivariateNormal((0,) * k, [[int(i == j) for j in range(k)] for i in range(k)])
    squares = [sum((row[i] * row[j] for row in moves), 0 * zs[0]) for i in range(d) for j in range(d)]
    values = dict(zip(score.now, theta, strict=True))
    found = expected_in_space((*squares, *(f for row in moves for f in row)), zs, noise, values)
    high, mean = arb_mat(d, d, found[: d * d]), arb_mat(k, d, found[d * d :])
    low = eigenvalues(mean.transpose() * mean)[-1]
    return low.max(arb(0)).sqrt().union(eigenvalues(high)[-1].max(arb(0)).sqrt())


__all__ = ["moved"]
