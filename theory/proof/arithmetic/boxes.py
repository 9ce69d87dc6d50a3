"""Inequalities on closed boxes of reals, and on lists of integers: proved in balls, never sampled.

    prove_positive(1 + gap - x * (1 - x) * 4, {x: (0, 1)})       # mean-value form, largest box first
    enumerate_integers(c4(n) - sqrt(1 - 1 / (2 * n)), n, range(2, 10_001))

`Jets` runs a compiled expression on values with gradients (forward mode); both halves of a jet are balls that enclose
all values, and all partial derivatives, over the whole box. A ball that is not finite proves nothing and stays so.
Neither prover closes an inequality that touches: there 0 stays inside (rule 9), and the answer is "not proved".
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from typing import Any

from flint import arb, arb_series, ctx, fmpq
from sympy import Expr, Rational, Symbol, sympify

from ...language.errors import CannotTell
from .precision import precision, whole
from .programs import compile_expr
from .rings import Balls

BITS = 64  # of the balls, where nothing is in doubt
MOST_BOXES = 20_000
MOST_REALS = 3
NAN = arb.nan()

# ---- tight ranges on wide balls -------------------------------------------------------------------------------------


def _span(lo: arb, width: arb) -> arb:
    """A ball over [lo, lo + width] whose lower end is lo itself if that is a short dyadic number.

    Radii are rounded up to 30 bits: the plain ball over [0, 1] has negative members, and no square root.
    """
    half = arb(0, width / 2)
    return lo + (half + half.rad())


def _join(a: arb, b: arb) -> arb:
    """A ball over both; if one is 0, that stays the end of the range."""
    if a.is_zero() or b.is_zero():
        other = b if a.is_zero() else a
        if other > 0:
            return _span(arb(0), other.upper())
        if other < 0:
            return -_span(arb(0), -other.lower())
    return a.union(b)


def _hull(f: Callable[[arb], arb], x: arb) -> arb:
    """The range on a ball of an f that is monotone there, from its ends (Arb's own ball may be far wider: 1/[1, 3])."""
    if not x.is_finite():
        return NAN
    return f(x) if x.is_exact() else _join(f(x.lower()), f(x.upper()))


def _nonzero(x: arb) -> bool:
    return bool(x > 0 or x < 0)


def _inverse(x: arb) -> arb:
    return _hull(lambda a: 1 / a, x) if _nonzero(x) else NAN


def _whole(x: arb, k: int) -> arb:
    """x**k: monotone on either side of 0; an even power over 0 is [0, max**k]."""
    if not x.is_finite() or (k < 0 and not _nonzero(x)):
        return NAN
    if k > 0 and k % 2 == 0 and not x.is_exact() and not _nonzero(x):
        return _span(arb(0), Balls.whole_power(x.abs_upper(), k))
    return _hull(lambda a: Balls.whole_power(a, k), x)


def _power(x: arb, y: arb) -> arb:
    """x**y: for x >= 0 monotone in x for each y, and in y for each x, hence extreme at the corners."""
    if not (x.is_finite() and y.is_finite()):
        return NAN
    if not x >= 0:
        return Balls.power(x, y)
    return _hull(lambda a: _hull(lambda b: Balls.power(a, b), y), x)


def _plus(x: arb, y: arb) -> arb:
    """x + y; radii round up, but a sum of what has one sign keeps it (sqrt(x + y) exists on [0, 1]^2)."""
    total = x + y
    if x >= 0 and y >= 0 and not total >= 0:
        return _span(arb(0), total.upper())
    return -_plus(-x, -y) if x <= 0 and y <= 0 and not total <= 0 else total


def _times(x: arb, y: arb) -> arb:
    """x*y from the ends if a factor has a sure sign (midpoint-radius products lose the square of the radius)."""
    if x == 1 or y == 1:
        return y if x == 1 else x
    if x == -1 or y == -1:
        return -y if x == -1 else -x
    if not x >= 0:
        if x <= 0:
            return -_times(-x, y)
        if y >= 0:
            return _times(y, x)
        return -_times(-y, x) if y <= 0 else x * y
    if not y.is_finite():
        return NAN
    # x >= 0: the greatest product takes y's upper end, the least its lower end, each with the worse end of x
    lo, hi, a, b = x.lower(), x.upper(), y.lower(), y.upper()
    return _join((lo if a >= 0 else hi) * a, (hi if b >= 0 else lo) * b)


def _polygamma(m: int, x: arb) -> arb:
    """psi_m has a derivative of one sign, (-1)**m, on x > 0."""
    return _hull(lambda a: Balls.polygamma(m, a), x) if x > 0 else Balls.polygamma(m, x)


# ---- jets -----------------------------------------------------------------------------------------------------------


class Jet:
    """A function over a box: balls for its value and its partial derivatives; `grad` lacks the variables it is free of.

    (Sparse, so that an infinite slope in one variable leaves the other slopes alone.)
    """

    __slots__ = ("grad", "value")

    def __init__(self, value: arb, grad: dict[int, arb] | None = None):
        self.value, self.grad = value, grad or {}

    @staticmethod
    def variables(balls: Iterable[arb]) -> list[Jet]:
        """The variables themselves over a box with these sides: of each, its slope in itself is 1."""
        return [Jet(x, {i: arb(1)}) for i, x in enumerate(balls)]

    def __add__(self, other: Jet) -> Jet:
        return Jet(_plus(self.value, other.value), _merge(self.grad, other.grad))

    def __neg__(self) -> Jet:
        return Jet(-self.value, {i: -d for i, d in self.grad.items()})

    def __sub__(self, other: Jet) -> Jet:
        return self + -other

    def __mul__(self, other: Jet) -> Jet:
        if self is other:
            return Jets.whole_power(self, 2)
        return Jet(_times(self.value, other.value), _chain((other.value, self), (self.value, other)))

    def __truediv__(self, other: Jet) -> Jet:
        return self * Jets.whole_power(other, -1)

    def __repr__(self) -> str:
        return f"Jet({self.value}, {self.grad})"


def _merge(a: dict, b: dict) -> dict:
    if not (a and b):
        return a or b
    out = dict(a)
    for i, d in b.items():
        out[i] = _plus(out[i], d) if i in out else d
    return out


def _chain(*parts: tuple[arb, Jet]) -> dict:
    """The gradient sum of slope * (gradient of argument)."""
    return reduce(_merge, ({i: _times(slope, d) for i, d in jet.grad.items()} for slope, jet in parts))


def _smooth(f: Callable[[arb], arb], slope: Callable[[arb], arb], monotone: bool = True) -> staticmethod:
    """A function of one variable, f monotone wherever it is defined (or not: then Arb's own ball), with its slope."""

    def apply(x: Jet) -> Jet:
        value = _hull(f, x.value) if monotone else f(x.value)
        return Jet(value, _chain((slope(x.value), x)) if x.grad else None)

    return staticmethod(apply)  # pyrefly: ignore[bad-return]  # which it takes for `apply` itself


def _step(name: str) -> staticmethod:
    """A piecewise constant function: of slope 0 where it is certainly constant; elsewhere it has no slope."""

    def apply(x: Jet) -> Jet:
        value = getattr(Balls, name)(x.value) if x.value.is_finite() else NAN  # sign(nan) must not be a number
        return Jet(value, None if value.is_finite() and value.is_exact() else dict.fromkeys(x.grad, NAN))

    return staticmethod(apply)  # pyrefly: ignore[bad-return]  # as above


def _choose(sign: int) -> staticmethod:
    """Max or Min of several: where the order is in doubt, each slope lies between the slopes of the candidates.

    (Such a function is Lipschitz, and Lebourg's mean value theorem holds with these generalised gradients.)
    """

    def pair(a: Jet, b: Jet) -> Jet:
        if b.value.lower() >= a.value.upper():
            a, b = b, a
        if a.value.lower() >= b.value.upper():
            return a if sign > 0 else b
        none = arb(0)
        grad = {i: a.grad.get(i, none).union(b.grad.get(i, none)) for i in a.grad.keys() | b.grad.keys()}
        pick, x, y = arb.max if sign > 0 else arb.min, a.value, b.value  # monotone in both: from their ends
        return Jet(_join(pick(x.lower(), y.lower()), pick(x.upper(), y.upper())), grad)

    return staticmethod(lambda *xs: reduce(pair, xs))


def _constant(name: str) -> staticmethod:
    """A number of `Balls` as a jet."""
    return staticmethod(lambda *args: Jet(getattr(Balls, name)(*args)))


class Jets(Balls):
    """The ring of jets, with the interface of `rings.Balls`: compiled programs run on it unchanged."""

    integer, rational, decimal, algebraic = map(_constant, ("integer", "rational", "decimal", "algebraic"))
    pi, euler_gamma, infinity = map(_constant, ("pi", "euler_gamma", "infinity"))

    @staticmethod
    def whole_power(x, k):
        """x^k for a Python integer k, of either sign."""
        if k == 0:
            return Jet(arb(1))
        return Jet(_whole(x.value, k), _chain((k * _whole(x.value, k - 1), x)) if x.grad else None)

    @staticmethod
    def power(x, y):
        """x**y has slopes y x**(y-1) and x**y log x; each is formed only if that side varies."""
        if not y.grad and y.value.is_exact() and y.value.is_integer() and (k := whole(y.value)) is not None:
            return Jets.whole_power(x, k)
        value, parts = _power(x.value, y.value), []
        if x.grad:
            parts.append((_times(y.value, _power(x.value, y.value - 1)), x))
        if y.grad:
            parts.append((_times(value, _hull(arb.log, x.value)), y))
        return Jet(value, _chain(*parts) if parts else None)

    exp = _smooth(arb.exp, lambda x: _hull(arb.exp, x))
    log = _smooth(arb.log, _inverse)
    sqrt = _smooth(arb.sqrt, lambda x: _inverse(2 * _hull(arb.sqrt, x)))
    gamma = _smooth(arb.gamma, lambda x: _times(x.gamma(), _polygamma(0, x)), monotone=False)
    loggamma = _smooth(arb.lgamma, lambda x: _polygamma(0, x), monotone=False)
    erf = _smooth(arb.erf, lambda x: 2 * _hull(arb.exp, -_whole(x, 2)) / arb.pi().sqrt())
    erfc = _smooth(arb.erfc, lambda x: -2 * _hull(arb.exp, -_whole(x, 2)) / arb.pi().sqrt())
    erfcinv = _smooth(arb.erfcinv, lambda x: -_hull(arb.exp, _whole(_hull(arb.erfcinv, x), 2)) * arb.pi().sqrt() / 2)
    entr = _smooth(Balls.entr, lambda x: -1 - _hull(arb.log, x), monotone=False)
    Ein = _smooth(Balls.Ein, lambda x: _hull(lambda y: (-y).hypgeom_1f1(1, 2), x))  # (1 - e^-x)/x falls
    sin = _smooth(arb.sin, arb.cos, monotone=False)
    cos = _smooth(arb.cos, lambda x: -x.sin(), monotone=False)
    atan = _smooth(arb.atan, lambda x: _inverse(1 + _whole(x, 2)))
    asin = _smooth(arb.asin, lambda x: _inverse(_hull(arb.sqrt, 1 - _whole(x, 2))))
    acos = _smooth(arb.acos, lambda x: -_inverse(_hull(arb.sqrt, 1 - _whole(x, 2))))
    asinh = _smooth(arb.asinh, lambda x: _inverse(_hull(arb.sqrt, 1 + _whole(x, 2))))
    sinh = _smooth(arb.sinh, arb.cosh)
    cosh = _smooth(arb.cosh, lambda x: _hull(arb.sinh, x), monotone=False)
    tanh = _smooth(arb.tanh, lambda x: 1 - _whole(_hull(arb.tanh, x), 2))
    floor, ceiling, sign = _step("floor"), _step("ceiling"), _step("sign")
    Max, Min = _choose(1), _choose(-1)

    @staticmethod
    def Abs(x):
        if x.value >= 0 or x.value <= 0:
            return x if x.value >= 0 else -x
        either = arb(0, 1)  # generalised gradient, as for Max
        return Jet(_span(arb(0), x.value.abs_upper()), {i: either * d for i, d in x.grad.items()})

    @staticmethod
    def polygamma(m, x):
        """The polygamma function of order m = 0, 1, ...; m is no jet."""
        return Jet(_polygamma(m, x.value), _chain((_polygamma(m + 1, x.value), x)) if x.grad else None)

    @staticmethod
    def RisingFactorial(x, k):
        count = None if k.grad or not k.value.is_exact() else whole(k.value)
        if count is not None and 0 <= count <= 100:
            return reduce(Jet.__mul__, (x + Jet(arb(j)) for j in range(count)), Jet(arb(1)))
        return Jets.exp(Jets.loggamma(x + k) - Jets.loggamma(x))

    @staticmethod
    def zeta(s, a=None):
        """Riemann's or Hurwitz': d/ds from a power series, d/da = -s zeta(s+1, a)."""
        at = arb(1) if a is None else a.value
        parts = []
        if s.grad:
            before, ctx.cap = ctx.cap, 2
            try:
                parts.append((arb_series([s.value, 1]).zeta(at)[1], s))
            finally:
                ctx.cap = before
        if a is not None and a.grad:
            parts.append((-s.value * (s.value + 1).zeta(at), a))
        return Jet(s.value.zeta(at), _chain(*parts) if parts else None)

    uppergamma = staticmethod(lambda s, x: Jets._incomplete(Balls.uppergamma, -1, s, x))
    lowergamma = staticmethod(lambda s, x: Jets._incomplete(Balls.lowergamma, 1, s, x))

    @staticmethod
    def _incomplete(f, sign, s, x):
        """The incomplete gamma functions have d/dx = -+ x**(s-1) exp(-x), hence are monotone on x > 0."""
        if s.grad:
            raise CannotTell("no derivative of an incomplete gamma function in its first argument")
        v = x.value
        value = _hull(lambda a: f(s.value, a), v) if v > 0 else f(s.value, v)
        slope = sign * _times(_power(v, s.value - 1), _hull(arb.exp, -v))
        return Jet(value, _chain((slope, x)) if x.grad else None)

    @staticmethod
    def _range(a, b) -> range:
        if a.grad or b.grad:
            raise CannotTell("the ends of a sum or product vary on the box")
        return Balls._range(a.value, b.value)

    @staticmethod
    def integral(*_):
        raise CannotTell("no derivative of an integral, of cases, or of the place of an extremum")

    half_line = piecewise = compare = both = either = least = with_value = least_of_convex = least_integer = root = (
        integral
    )

    @staticmethod
    def special(name, *args):
        """A function that `Balls` know by name, of constants only. Raises `CannotTell` where an argument varies."""
        if any(not isinstance(a, Jet) or a.grad for a in args):
            raise CannotTell(f"no derivative of {name}")
        return Jet(Balls.special(name, *(a.value for a in args)))


# ---- boxes of reals -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """What became of a claim on a box, or at integers, of which `count` were looked at, or proved.

    counterexample: a point where it certainly fails.
    """

    proved: bool
    count: int
    text: str
    counterexample: dict[Symbol, Any] | None = None

    def __bool__(self) -> bool:
        return self.proved


@dataclass(order=True)
class _Left:
    """A box that is still open: the part that its share of the volume collapsed to, and the side to cut next."""

    order: tuple[float, int]
    ends: list = field(compare=False)
    share: float = field(compare=False)
    side: int | None = field(compare=False)  # None: not to be cut, as one point, or too small for the precision


def prove_positive(
    expr: Expr,
    box: Mapping[Symbol, tuple],
    strict: bool = True,
    max_boxes: int = MOST_BOXES,
    where: Sequence[tuple[Expr, bool]] = (),
) -> Report:
    """Prove expr > 0 (not strict: >= 0) on a closed product of at most three intervals with exact rational ends.

    A box B is closed by the natural enclosure, or by the mean-value form f(x) >= f(c) + sum_i min f_i'(B) (x_i - c_i)
    for some c in B (x is reached from c by moving one coordinate at a time inside B). Where f_i'(B) has one sign, the
    minimum lies at one end of side i, and the box collapses to that end; else c_i is Baumann's point, which makes the
    form's bound greatest. What stays open is cut in two along the side that contributes most to the loss, the largest
    first. Rounding goes outward throughout.
    where: quantities that are >= 0 (or > 0: True) on what counts; a box in which one of them surely is not is closed, too.
    """
    search = _Search(expr, box, strict, where)
    with precision(BITS):
        search.run(max_boxes)
    return search.report()


class _Search:
    """The boxes that are left of a product of intervals, the largest first, and what has been found on the way."""

    def __init__(
        self,
        expr: Expr,
        box: Mapping[Symbol, tuple],
        strict: bool,
        where: Sequence[tuple[Expr, bool]] = (),
    ):
        self.symbols, self.strict = tuple(box), strict
        self.whole = [_interval(s, *box[s]) for s in self.symbols]
        self.reals = sum(lo < hi for lo, hi in self.whole)
        if self.reals > MOST_REALS:
            raise ValueError(
                f"{self.reals} reals: mean-value boxes close for two, with a gap for three, never for four (their "
                "number grows too fast); fix a variable or find a certificate"
            )
        self.program = compile_expr(sympify(expr), self.symbols)
        self.where = [(compile_expr(sympify(g), self.symbols), is_strict) for g, is_strict in where]
        self.boxes, self.proved = 0, 0.0
        self.heap: list[_Left] = []
        self.stuck: list[_Left] = []
        self.counterexample: dict | None = None

    def run(self, max_boxes: int) -> None:
        """Cut until nothing is left, a counterexample is found, or so many boxes were looked at."""
        todo: list = [([*self.whole], 1.0)]
        while todo:
            for ends, share in todo:
                found = self.look(ends, share)
                if found is None:
                    self.proved += share
                elif isinstance(found, dict):
                    self.counterexample = found
                    return
                elif found.side is None:
                    self.stuck.append(found)
                else:
                    heapq.heappush(self.heap, found)
            todo = []
            if self.heap and self.boxes + 2 <= max_boxes:
                top = heapq.heappop(self.heap)
                assert top.side is not None
                lo, hi = top.ends[top.side]
                for half in ((lo, (lo + hi) / 2), ((lo + hi) / 2, hi)):
                    todo.append(([*top.ends[: top.side], half, *top.ends[top.side + 1 :]], top.share / 2))

    def look(self, ends: list, share: float) -> _Left | dict | None:
        """None if the box is closed, a counterexample, or the box that is left."""
        self.boxes += 1
        balls = list(map(_ball, ends, self.whole))
        if any(_fails(told(Balls, *balls), is_strict) for told, is_strict in self.where):
            return None
        jet = self.program(Jets, *Jet.variables(balls))
        if _holds(jet.value, self.strict):
            return None
        defined = jet.value.is_finite()
        centre, left, loss, scores = [], [], arb(0), []
        for i, (lo, hi) in enumerate(ends):
            slope = jet.grad.get(i, arb(0)) if defined else NAN
            if (slope >= 0 or slope <= 0) and not self.where:  # the end may be left out by a condition
                lo = hi = lo if slope >= 0 else hi
            left.append((lo, hi))
            centre.append(lo if lo == hi else _centre(lo, hi, slope))
            if lo < hi:
                c = centre[-1]
                loss += arb.min(slope.lower() * arb(hi - c), slope.upper() * arb(lo - c)) if slope.is_finite() else NAN
                contribution = float(slope.abs_upper() * arb(hi - lo)) if slope.is_finite() else math.inf
                width = self.whole[i][1] - self.whole[i][0]
                scores.append((contribution, float(arb((hi - lo) / width)), i))
        at = self.program(Balls, *map(arb, centre))
        if not scores:  # the minimum is at one point: worth more bits
            at = _decided(lambda: self.program(Balls, *map(arb, centre)), self.strict, BITS)
        if _fails(at, self.strict) and all(_holds(told(Balls, *map(arb, centre)), s) for told, s in self.where):
            return dict(zip(self.symbols, map(_rational, centre), strict=True))
        if _holds(at + loss, self.strict):
            return None
        # a side without a finite slope hides how much the others matter: then the relatively widest is cut
        known = all(s[0] < math.inf for s in scores)
        hopeless = not scores or share < 2.0 ** (-BITS * self.reals)
        side = None if hopeless else max(scores, key=lambda s: s if known else s[1:])[2]
        return _Left((-share, self.boxes), left, share, side)

    def report(self) -> Report:
        done = self.counterexample is None and not (self.heap or self.stuck)
        sides = " x ".join(
            f"{s} in [{_rational(lo)}, {_rational(hi)}]" for s, (lo, hi) in zip(self.symbols, self.whole, strict=True)
        )
        boxes = f"{self.boxes} {'box' if self.boxes == 1 else 'boxes'}"
        text = f"mean-value boxes: {boxes} at {BITS} bits on {sides}" + (", where= kept" if self.where else "")
        if self.counterexample:
            text += ", certainly false at " + _at(self.counterexample)
        elif not done:
            text += f", {_percent(self.proved)} of the volume only"
        return Report(done, self.boxes, text, self.counterexample)


def _at(point: Mapping[Symbol, Any]) -> str:
    return ", ".join(f"{s} = {v}" for s, v in point.items())


def _interval(symbol: Symbol, lo, hi) -> tuple[fmpq, fmpq]:
    ends = sympify(lo), sympify(hi)
    if not all(x.is_Rational for x in ends):
        raise ValueError(f"the ends of {symbol} are not exact rationals: {lo}, {hi}")
    if ends[0] > ends[1]:
        raise ValueError(f"empty interval for {symbol}: [{lo}, {hi}]")
    return fmpq(int(ends[0].p), int(ends[0].q)), fmpq(int(ends[1].p), int(ends[1].q))


def _ball(side: tuple[fmpq, fmpq], whole: tuple[fmpq, fmpq]) -> arb:
    """A ball over [lo, hi] that does not leave the whole side where it touches one (short dyadic) end of it."""
    lo, hi = side
    if lo == hi:
        return arb(lo)
    if hi == whole[1] and lo != whole[0]:
        return -_span(arb(-hi), arb(hi - lo))
    return _span(arb(lo), arb(hi - lo))


def _centre(lo: fmpq, hi: fmpq, slope: arb) -> fmpq:
    """Baumann's point lo + (hi - lo) * -a/(b - a), for a slope in [a, b] around 0, to 6 bits; else the midpoint."""
    k = 32
    if slope.is_finite():
        a, b = float(slope.lower()), float(slope.upper())
        if a < 0 < b and b - a < math.inf:
            k = round(64 * -a / (b - a))
    return lo + (hi - lo) * fmpq(k, 64)


def _rational(x: fmpq) -> Any:
    return Rational(int(x.p), int(x.q))


def _percent(share: float) -> str:
    """Rounded down: what is not proved never reads as 100 %."""
    return f"{min(math.floor(share * 10_000), 9999) / 100} %"


# ---- decisions ------------------------------------------------------------------------------------------------------


def _holds(x: arb, strict: bool) -> bool:
    return x.is_finite() and bool(x > 0 if strict else x >= 0)


def _fails(x: arb, strict: bool) -> bool:
    return x.is_finite() and bool(x <= 0 if strict else x < 0)


def _decided(evaluate: Callable[[], arb], strict: bool, start: int, limit: int = 2048) -> arb:
    """The first ball whose sign is decided, under doubled precision; else the last one."""
    while True:
        with precision(start):
            x = evaluate()
        start *= 2
        if start > limit or _holds(x, strict) or _fails(x, strict):
            return x


# ---- integers -------------------------------------------------------------------------------------------------------


def enumerate_integers(
    expr: Expr,
    symbol: Symbol,
    values: Iterable[int],
    strict: bool = True,
    others: Mapping[Symbol, Iterable[int]] | None = None,
    limit: int = 2048,
    where: Sequence[tuple[Expr, bool]] = (),
) -> Report:
    """Prove expr > 0 (not strict: >= 0) at every listed integer, or at every point of a product of lists, in balls.

    The precision is doubled up to `limit` where the sign is in doubt. It ends at the first counterexample. Once a point
    stayed undecided the claim cannot be proved: the others are then looked at only once, for a counterexample.
    where: as of `prove_positive`; nothing is asked of the points that it surely leaves out.
    """
    lists = {symbol: values, **(others or {})}
    lists = {s: v if isinstance(v, range) else tuple(v) for s, v in lists.items()}
    total = math.prod(map(len, lists.values()))
    if not total:
        raise ValueError("no integers to enumerate")
    program = compile_expr(sympify(expr), tuple(lists))
    told = [(compile_expr(sympify(g), tuple(lists)), is_strict) for g, is_strict in where]
    count, counterexample, undecided = 0, None, None
    with precision(BITS):
        for point in product(*lists.values()):
            if any(_fails(g(Balls, *map(arb, point)), is_strict) for g, is_strict in told):
                count += 1
                continue
            x = program(Balls, *map(arb, point))
            if not _holds(x, strict) and not _fails(x, strict) and undecided is None:
                x = _decided(lambda at=point: program(Balls, *map(arb, at)), strict, 2 * BITS, limit)
            if _holds(x, strict):
                count += 1
            elif _fails(x, strict):
                counterexample = dict(zip(lists, point, strict=True))
                break
            elif undecided is None:
                undecided = dict(zip(lists, point, strict=True))
    names = ", ".join(f"{s} in {_listed(v)}" for s, v in lists.items())
    text = f"enumerated {count} of {total} points in balls: {names}"
    for what, point in (("certainly false", counterexample), ("undecided", undecided)):
        if point:
            text += f", {what} at {_at(point)}"
    return Report(count == total, count, text, counterexample)


def _listed(values) -> str:
    if len(values) == 1:
        return f"{{{values[0]}}}"
    if isinstance(values, range):
        return f"{values[0]}..{values[-1]}" + (f" by {values.step}" if values.step != 1 else "")
    return f"{{{values[0]}, ..., {values[-1]}}}"
