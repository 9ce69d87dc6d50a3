"""The integral of |F - G| over the line, in balls, of laws of which densities or the probabilities of numbers are known.

Both halves of the line are looked at, from a point in the middle outwards; the lower one is turned around. There
D(x) = int_x^end (q - p) is F - G, known where a piece begins, and int_a^b D = (b - a) D(a) + int_a^b (b - x)(p - q). A piece
counts once D has one sign on it: from bounds on D' = p - q, or as D is monotone and has it at both ends. Where D crosses 0,
steeply, at c' near c, the two pieces that meet in c miss at most 2 |D(c)| |c - c'| <= 2 D(c)^2/min |D'|. What is far out has one
sign where log p - log q has, or is small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from flint import arb
from sympy import Abs, Add, Expr, Lambda, S, Symbol, Tuple, exp, log, oo

from ...language.errors import CannotTell
from ...language.laws import Density, Law, Mixture
from ..arithmetic.boxes import Jet, Jets
from ..arithmetic.densities import expected, in_logarithms, listed
from ..arithmetic.far import Far
from ..arithmetic.programs import compile_expr
from ..arithmetic.quadrature import Values, all_over_line, evaluate, kinks, smooth
from ..arithmetic.rings import Balls
from .outwards import log_of_sum, sign_far_out, stays_up
from .score import nodes

MOST_CELLS = 4_000
MOST_CUTS = 200  # towards an end
MOST_STEPS = 60  # towards a crossing
FARTHER = 16  # of the logarithm of a place from which on laws without a mean are compared, in bits
X = Symbol("x", real=True)
FROM, TO, WIDTH = Symbol("a", real=True), Symbol("b", real=True), Symbol("w", positive=True)

INFINITE = arb.pos_inf()


@dataclass(frozen=True)
class Part:
    """A density on (low, high), with its weight in it: e^`logarithm`, in `X`; of the data, or of the model."""

    logarithm: Expr
    low: Expr
    high: Expr
    of_data: bool

    @property
    def marks(self) -> list[Expr]:
        """Where it begins, ends, or has a kink."""
        return [e for e in (self.low, self.high) if e.is_finite] + kinks(self.logarithm, X)

    def turned(self) -> Part:
        """The same for -x in place of x."""
        return Part(self.logarithm.xreplace({X: -X}), -self.high, -self.low, self.of_data)


Atoms = dict[Expr, arb]  # the probabilities of numbers, those of the model counted as negative


def _take_apart(law: Law, weight: Expr, of_data: bool, values: Values, parts: list[Part], atoms: Atoms) -> None:
    """Add what a law is made of to the densities, and to the numbers with probabilities."""
    if isinstance(law, Mixture):
        for w, part in law.parts:
            _take_apart(part, weight * w, of_data, values, parts, atoms)
    elif (known := listed(law, values)) is not None:
        places = [v for v, _ in law.values() or ()] or range(len(known))  # a binomial law is on the first whole numbers
        scale = evaluate(weight, values) * (1 if of_data else -1)
        for place, (_, mass) in zip(places, known, strict=True):
            atoms[S(place)] = atoms.get(S(place), arb(0)) + scale * mass
    elif law.grid is not None:
        raise CannotTell(f"no distance between {law} and a law on the line")
    else:
        logarithm = law.log_density(X) if isinstance(law, Density) else log(law.density(X))
        low, high = law.support
        parts.append(Part(in_logarithms(log(weight) + logarithm), low, high, of_data))


def over_line(data: Law, model: Law, values: Values, bits: int) -> arb:
    """The integral of |F - G|, of laws with densities, or on finitely many numbers."""
    parts: list[Part] = []
    atoms: Atoms = {}
    _take_apart(data, S.One, True, values, parts, atoms)
    _take_apart(model, S.One, False, values, parts, atoms)
    low, middle, high = _quantiles(model.xreplace({s: S(float(v.mid())) for s, v in values.items()}))
    places = [evaluate(e, values) for e in (*atoms, *(e for p in parts for e in p.marks))]
    unit = arb(max(high - low, 2.0**-20 * abs(middle), 2.0**-60))
    for _ in range(8):  # it is none of the places where something changes
        start = arb(middle)
        if not any(place.overlaps(start) for place in places):
            break
        middle += 0.13 * float(unit)
    else:
        raise ArithmeticError("no place between those at which a law changes")
    goal = unit * arb(2) ** -(bits + 4)
    total = arb(0)
    for side in (1, -1):
        turned = parts if side == 1 else [p.turned() for p in parts]
        half = _Half(turned, {side * e: m for e, m in atoms.items()}, side * start, unit, goal, values)
        area = half.area()
        if not area.is_finite():
            return area
        total += area
    return total


def _quantiles(law: Law) -> list[float]:
    """The quartiles of a law, in floats."""
    (where,), weights = nodes(law)
    order = np.argsort(where)
    at = np.cumsum(weights[order])
    return [float(where[order][np.searchsorted(at, q * at[-1])]) for q in (0.25, 0.5, 0.75)]


# ---- half a line ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """An interval [a, b]: D where it begins, the integrals of p and q over it, and those of (b - x) p and (b - x) q.

    For b = oo those of (x - a) p and (x - a) q. D is 0 there.
    """

    a: arb
    b: arb
    D: arb
    P: arb
    Q: arb
    P1: arb
    Q1: arb

    @property
    def is_endless(self) -> bool:
        """Whether it goes on for ever to the right."""
        return not self.b.is_finite()

    @property
    def end(self) -> arb:
        """D where it ends."""
        return arb(0) if self.is_endless else self.D + self.P - self.Q

    @property
    def width(self) -> arb:
        """b - a; infinite where it is endless."""
        return self.b - self.a

    @property
    def area(self) -> arb:
        """The integral of D."""
        return self.Q1 - self.P1 if self.is_endless else self.width * self.D + self.P1 - self.Q1

    @property
    def most(self) -> arb:
        """A bound on the integral of |D|."""
        return (self.P1 + self.Q1 if self.is_endless else self.width * (abs(self.end) + self.P + self.Q)).upper()

    def after(self, left: Cell) -> Cell:
        """What is left of it behind its first part."""
        P, Q, step = self.P - left.P, self.Q - left.Q, left.width
        if self.is_endless:
            moments = self.P1 - step * self.P + left.P1, self.Q1 - step * self.Q + left.Q1
        else:
            rest = self.b - left.b
            moments = self.P1 - left.P1 - rest * left.P, self.Q1 - left.Q1 - rest * left.Q
        return Cell(left.b, self.b, left.end, P, Q, *moments)


class _Half:
    """The line from `start` on. D jumps at atoms."""

    def __init__(self, parts: list[Part], atoms: Atoms, start: arb, unit: arb, goal: arb, values: Values):
        self.start, self.unit, self.goal, self.values = start, unit, goal, values
        self.parts = [p for p in parts if p.high == oo or not evaluate(p.high, values) <= start]
        self.atoms = atoms
        self.cells_left = MOST_CELLS

    def area(self) -> arb:
        """The integral of |D|; infinite where it surely is."""
        pieces = self.pieces()
        wholes: list[list[arb]] = []
        for piece in pieces:
            if (whole := piece.whole()) is None:
                return INFINITE
            wholes.append(whole)
        jumps = [self.atoms.get(piece.end, arb(0)) for piece in pieces]
        D = sum((q - p - jump for (p, q, *_), jump in zip(wholes, jumps, strict=True)), arb(0))
        total = arb(0)
        for piece, whole, jump in zip(pieces, wholes, jumps, strict=True):
            total += piece.area(Cell(piece.a, piece.b, D, *whole))
            D = D + whole[0] - whole[1] + jump
        return total

    def pieces(self) -> list[_Piece]:
        """What is between the places where a law begins, ends, has a kink or an atom, from the start outwards."""
        known = dict.fromkeys((*self.atoms, *(e for p in self.parts for e in p.marks)))
        ends = [(v, e) for e in known if (v := evaluate(e, self.values)) > self.start]
        ends.sort(key=lambda end: float(end[0].mid()))
        if any(p.high == oo for p in self.parts):
            ends.append((INFINITE, oo))
        starts = [self.start, *(v for v, _ in ends)]
        if not all(a < b for a, b in pairwise(starts)):
            raise ArithmeticError("the order of the places where a law begins, ends or has an atom is not known")
        return [_Piece(self, a, b, end) for a, (b, end) in zip(starts, ends, strict=False)]


class _Piece:
    """Between two places at which a law begins or ends, or has an atom."""

    def __init__(self, half: _Half, a: arb, b: arb, end: Expr):
        self.half, self.a, self.b, self.end, self.goal = half, a, b, end, half.goal
        values = half.values
        self.parts = [
            p
            for p in half.parts
            if (p.low == -oo or not evaluate(p.low, values) >= b)
            and (p.high == oo or not evaluate(p.high, values) <= a)
        ]
        inside = (a + b) / 2 if b.is_finite() else a + half.unit
        self.parts = [replace(p, logarithm=smooth(p.logarithm, X, inside, values)) for p in self.parts]
        self.p, self.q = ([p.logarithm for p in self.parts if p.of_data is side] for side in (True, False))
        self.densities = tuple(Add(*(exp(f) for f in logs)) for logs in (self.p, self.q))
        self.names = (X, *values)
        self.jets = tuple(Jet(v) for v in values.values())

    # ---- integrals ----

    def integrals(self, a: arb, b: arb) -> list[arb]:
        """Those of a `Cell`, over an interval on which p and q are smooth."""
        p, q = self.densities
        return all_over_line((p, q, (TO - X) * p, (TO - X) * q), X, (a, b), {**self.half.values, TO: b})

    def has_values(self, at: arb) -> bool:
        """Whether the densities are finite around an end."""
        near = at + arb(0, 2.0**-20) * self.half.unit
        found = compile_expr(Tuple(*self.densities), self.names)(Balls, near, *self.half.values.values())
        return all(v.is_finite() for v in found)

    @property
    def is_plain(self) -> bool:
        return self.b.is_finite() and self.has_values(self.b)

    def whole(self) -> list[arb] | None:
        """The integrals of all of it; None where one surely is infinite, and with it the distance."""
        if not self.parts:
            return [arb(0)] * 4
        if self.a != self.half.start and not self.has_values(self.a):
            raise CannotTell("a density with a pole where a law begins")
        if self.is_plain:
            return self.integrals(self.a, self.b)
        found = {True: [arb(0), arb(0)], False: [arb(0), arb(0)]}
        for part in self.parts:
            law, fs, values = self.beyond(part)
            try:
                mass, moment = expected(fs, X, law, values)
            except CannotTell:
                if self.end == oo and self.diverges():
                    return None
                raise
            found[part.of_data] = [found[part.of_data][0] + mass, found[part.of_data][1] + moment]
        (P, P1), (Q, Q1) = found[True], found[False]
        return [P, Q, P1, Q1]

    def beyond(self, part: Part) -> tuple[Law, tuple[Expr, Expr], Values]:
        """A law, and functions whose means under it are the integrals of p and of its first moment over the piece.

        Up to infinity it is a half of the whole line, which has no end at which it would be looked at from near.
        """
        f = part.logarithm
        if self.end == oo:
            law = Density(Lambda(X, f.xreplace({X: FROM + Abs(X)})), -oo, oo)
            return law, ((1 + X / Abs(X)) / 2, (X + Abs(X)) / 2), {**self.half.values, FROM: self.a}
        law = Density(Lambda(X, f), self.end - WIDTH, self.end)
        return law, (S.One, self.end - X), {**self.half.values, WIDTH: self.b - self.a}

    # ---- far out ----

    @property
    def ratios(self) -> Iterator[Expr]:
        """log p - log q in forms that are equal."""
        for f in log_of_sum(self.p, X):
            for g in log_of_sum(self.q, X):
                yield f - g

    def diverges(self) -> bool:
        """Whether int |D| is surely infinite: one law, and only one, has no mean, or p and q stay apart by a factor.

        Of p >= (1 + d) q far out, p without a mean, x |p - q| has no integral.
        """
        far = Far(arb(2) ** FARTHER)
        heavy = []
        for logs in (self.p, self.q):
            heavy.append(any(stays_up(far, f + 2 * log(X), X, self.half.values) for f in logs))
        if not any(heavy):
            return False
        if not all((self.p, self.q)):
            return True
        for ratio in self.ratios:
            sign = sign_far_out(far, ratio, X, self.half.values)
            if sign and heavy[0 if sign > 0 else 1] and stays_up(far, ratio * sign, X, self.half.values):
                return True
        return False

    def side(self, at: arb) -> int:
        """The sign of p - q, all the way from a place to the end; 0 where it is not seen."""
        if not (self.p and self.q):
            return 1 if self.p else -1
        start, place = (at, X) if self.end == oo else (-(self.b - at).log(), self.end - exp(-X))
        try:
            far = Far(arb(start.lower()))
        except CannotTell:
            return 0
        for ratio in self.ratios:
            if sign := sign_far_out(far, in_logarithms(ratio.xreplace({X: place})), X, self.half.values):
                return sign
        return 0

    # ---- signs of D ----

    def area(self, cell: Cell) -> arb:
        """The integral of |D|."""
        if not self.parts:
            return abs(cell.width * cell.D)
        if self.is_plain:
            return self.inside(cell)
        total = arb(0)
        step = self.half.unit if cell.is_endless else cell.width / 2
        for _ in range(MOST_CUTS):
            if (found := self.last(cell)) is not None:
                return total + found
            place = (cell.a + step).mid()
            left = Cell(cell.a, place, cell.D, *self.integrals(cell.a, place))
            cell = cell.after(left)
            total += self.inside(left)
            step = 2 * step if cell.is_endless else cell.width / 2
        raise CannotTell("which of two laws is above the other far out is not seen")

    def last(self, cell: Cell) -> arb | None:
        """The integral of |D| up to the end, if that is known."""
        if cell.most < self.goal:
            return up_to(cell.most)
        end = cell.end
        if not cell.is_endless and bool((abs(end) - cell.P - cell.Q) > 0):
            return abs(cell.area)
        side = self.side(cell.a)
        if not side:
            return None
        return abs(cell.area) if cell.is_endless else self.monotone(cell, arb(0))

    def monotone(self, cell: Cell, least: arb) -> arb | None:
        """The integral of |D| where D is monotone, |D'| >= least; None where it surely crosses 0 inside."""
        ends = cell.D, cell.end
        missed = arb(0)
        for D in ends:
            if D.contains(0):
                missed += 2 * abs(D).upper() * _ratio(abs(D).upper(), least).min(cell.width.upper())
        if ends[0] * ends[1] < 0:
            return None
        return abs(cell.area) + arb(0, missed.upper())

    def inside(self, cell: Cell) -> arb:
        """The integral of |D| over a finite cell."""
        total, todo = arb(0), [cell]
        while todo:
            cell = todo.pop()
            slope = self.slope(cell)
            step = up_to(cell.width.upper())
            over, back = cell.D + slope * step, cell.end - slope * step
            if any(x > 0 or x < 0 for x in (over, back)):
                total += abs(cell.area)
            elif slope >= 0 or slope <= 0:
                found = self.monotone(cell, abs(slope).lower())
                total += self.across(cell, slope) if found is None else found
            elif (
                most := (cell.width * abs(over).upper().min(abs(back).upper())).upper()
            ) < self.goal or self.half.cells_left <= 0:
                total += up_to(most)
            else:
                self.half.cells_left -= 1
                todo += self.split(cell, ((cell.a + cell.b) / 2).mid())[::-1]
        return total

    def split(self, cell: Cell, at: arb) -> tuple[Cell, Cell]:
        left = Cell(cell.a, at, cell.D, *self.integrals(cell.a, at))
        return left, cell.after(left)

    def across(self, cell: Cell, slope: arb) -> arb:
        """The integral of |D| where D is monotone and crosses 0: Newton's method, within what is left of the cell."""
        total = arb(0)
        place = cell.a + cell.width * abs(cell.D) / (abs(cell.D) + abs(cell.end))
        least = abs(slope).lower()
        for _ in range(MOST_STEPS):
            place = place.mid()
            if not (place > cell.a and place < cell.b):
                place = ((cell.a + cell.b) / 2).mid()
            left, right = self.split(cell, place)
            D = left.end
            missed = (2 * abs(D).upper() * _ratio(abs(D).upper(), least).min(cell.width.upper())).upper()
            if D.contains(0) or missed < self.goal:
                return total + abs(left.area) + abs(right.area) + arb(0, missed)
            done, cell = (left, right) if D * cell.D > 0 else (right, left)
            total += abs(done.area)
            place = place - D / self.height(place)
        return total + up_to(cell.most)

    def height(self, at: arb) -> arb:
        """p - q at a place."""
        p, q = compile_expr(Tuple(*self.densities), self.names)(Balls, at, *self.half.values.values())
        return p - q

    def slope(self, cell: Cell) -> arb:
        """A ball for p - q over a cell: from both over it, and by the mean value theorem."""
        box, middle = cell.a.union(cell.b), ((cell.a + cell.b) / 2).mid()
        p, q = compile_expr(Tuple(*self.densities), self.names)(Jets, Jet(box, {0: arb(1)}), *self.jets)
        plain = p.value - q.value
        rise = p.grad.get(0, arb(0)) - q.grad.get(0, arb(0))
        better = self.height(middle) + rise * (box - middle)
        return plain if plain >= 0 or plain <= 0 or not better.rad() < plain.rad() else better


def _ratio(a: arb, b: arb) -> arb:
    return a / b if b > 0 else INFINITE


def up_to(x: arb) -> arb:
    """From 0 to x."""
    half = arb(0, (x / 2).upper())
    return half + half.rad()


__all__ = ["X", "over_line", "up_to"]
