"""What a function of k does far out, for all k >= start at once: a ring for compiled programs, as `Balls` is one.

A value is a sum of terms  h(k) k^(s k) e^(c k) k^p (log k)^q (-1)^k.  Of s, c, p and l balls are known, of h a box in which it
stays. The k that are meant are the real ones from `start` on or, with a `width` w > 0, all in the discs |z - x| <= w x around
them, on which the value is the analytic continuation from the real ones; s, c, p, q are real and h is real where k is.

What is not known to hold from `start` on is refused (`CannotTell`); further out it may be.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations
from math import asin, factorial
from typing import Any

from flint import acb, arb, fmpq

from ...language.errors import CannotTell
from .orders import LINEAR, LOGARITHM, ONE, UNIT, ZERO, Scale, Term
from .precision import whole
from .rings import Balls

MANY_TERMS, MOST_TERMS = 6, 16
ORDER = 5  # of expansions on the real line; in discs, of which only the size is asked for, 2
MOST_FACTORS = 4  # of a whole power that is multiplied out


class Growth:
    """A value: a sum of terms, far out in a `Far`, times a scale in front of all of them."""

    def __init__(self, far: Far, parts: list[Term], front: Scale = UNIT):
        self.far, self.parts, self.front = far, far.gathered(parts), front

    @property
    def terms(self) -> list[Term]:
        """The terms, each with the scale that stands in front of all of them."""
        return [Term(self.front * t.scale, t.box, t.fixed) for t in self.parts]

    def __add__(self, other: Any) -> Growth:
        other = self.far.of(other)
        if not self.parts or not other.parts:
            return self if self.parts else other
        if self.front.same(other.front):
            return Growth(self.far, self.parts + other.parts, self.front)
        if other.front.constant or (
            other.front.exact and not self.front.exact
        ):  # then its terms stay alike for certain
            return other + self
        shift = other.front / self.front
        return Growth(self.far, self.parts + [Term(shift * t.scale, t.box, t.fixed) for t in other.parts], self.front)

    def __mul__(self, other: Any) -> Growth:
        other = self.far.of(other)
        return Growth(self.far, [a * b for a in self.parts for b in other.parts], self.front * other.front)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other: Any) -> Growth:
        return self + other * arb(-1)

    def __rsub__(self, other: Any) -> Growth:
        return self * arb(-1) + other

    @property
    def number(self) -> arb | None:
        """The number that it is, if it does not depend on k."""
        if not self.parts:
            return ZERO
        (t, *rest) = self.terms
        return t.box.real if not rest and t.fixed and t.scale.constant else None


class Far:
    """The ring. `fine`: expand functions around the limit of their argument; else one box, which is tighter near `start`."""

    def __init__(self, start: arb, width: float = 0.0, fine: bool = True):
        self.start, self.width, self.fine = start, width, fine
        self.order = 2 if width else ORDER
        self.least = start * (1 - arb(width))
        self.angle = arb(asin(width) * 1.001).upper()  # |arg z| is at most this
        if not self.least > 2:
            raise CannotTell("that is not far out")

    @property
    def variable(self) -> Growth:
        """The variable k itself."""
        return Growth(self, [Term(LINEAR, acb(1))])

    def of(self, x: Any) -> Growth:
        """A number as a value of this ring; a value stays as it is."""
        return x if isinstance(x, Growth) else Growth(self, [Term(UNIT, acb(x))])

    # ---- terms ----

    def box(self, d: Scale) -> acb:
        """A box in which a bounded scale stays; it contains 0, but for a constant one."""
        if d.constant:
            return acb(1)
        if self.width and d.turns:
            raise CannotTell("what changes its sign is not analytic")
        r = self.least
        log, cos = r.log(), self.angle.cos()
        power = d.p + (d.q / log).max(ZERO)
        if not (d.s <= 0 and d.s * (log + 1) + d.c * cos + power.max(ZERO) / r <= 0):  # it does not rise from r on
            raise CannotTell(f"it is not seen to fall from {self.start.mid().str(6, radius=False)} on")
        size = (d.s * r * log + d.c * cos * r + d.p * log).exp()
        size = (size * (log + self.angle if d.q > 0 else log) ** d.q).upper()
        if self.width == 0:
            return acb(arb(-size if d.turns else 0).union(size))
        if not d.s.is_zero():
            raise CannotTell("what falls so fast is not looked at in discs")
        turn = abs(d.p) * self.angle
        if not (d.c == 0 and d.q == 0) or not turn < arb.pi():
            return acb(arb(0, size), arb(0, size))
        across = size if not turn < arb.pi() / 2 else turn.sin() * size
        return acb((turn.cos() * size).min(ZERO).lower().union(size), arb(0, across.upper()))

    def gathered(self, terms: list[Term]) -> list[Term]:
        """Terms of one scale as one, those that are 0 left out, the smallest of very many folded into a larger one."""
        out: list[Term] = []
        for t in terms:
            i = next((i for i, u in enumerate(out) if u.scale.same(t.scale)), None)
            if i is None:
                out.append(t)
            else:
                out[i] = Term(t.scale, out[i].box + t.box, out[i].fixed and t.fixed)
        out = [t for t in out if not t.box.is_zero()]
        if len(out) > MANY_TERMS:  # what is smaller than something known as a box only, becomes a part of it
            for large in [t for t in out if not t.fixed]:
                for small in [t for t in out if self.over(t, large).falls]:
                    with suppress(CannotTell):
                        more = small.box * self.box(self.over(small, large))
                        out = [t for t in out if t is not small and t is not large]
                        out.append(large := Term(large.scale, large.box + more, False))
        while len(out) > MOST_TERMS:
            pairs = (pair for a, b in combinations(out[::-1], 2) for pair in ((a, b), (b, a)))
            large, small = next(((a, b) for a, b in pairs if self.over(b, a).falls), (None, None))
            if large is None or small is None:
                raise CannotTell("too many terms that are alike far out")
            out = [t for t in out if t is not small and t is not large]
            out.append(Term(large.scale, large.box + small.box * self.box(self.over(small, large)), False))
        return out

    @staticmethod
    def over(a: Term, b: Term) -> Scale:
        """The scale of one term over that of another."""
        return a.scale / b.scale

    def leading(self, x: Growth) -> tuple[Term, acb]:
        """The part that is largest far out, and a box for the others over its scale. The others fall, compared to it."""
        for t in x.parts:
            others = [u for u in x.parts if u is not t]
            scales = [self.over(u, t) for u in others]
            if all(d.falls for d in scales):
                return t, sum((u.box * self.box(d) for u, d in zip(others, scales, strict=True)), acb(0))
        raise CannotTell("which term is the largest far out is not seen")

    def rest(self, x: Growth, lead: Term) -> Growth:
        """What the other parts are, over the leading one."""
        inverse = Term(UNIT / lead.scale, 1 / lead.box, lead.fixed)
        return Growth(self, [t * inverse for t in x.parts if t is not lead])

    def single(self, scale: Scale, box: acb, fixed: bool = False) -> Growth:
        """A value of one term: a box times a scale. Raises `CannotTell` where the box is not finite."""
        if not box.is_finite():
            raise CannotTell(f"no bound from {self.start.mid().str(6, radius=False)} on")
        return Growth(self, [Term(UNIT, box, fixed)], scale)

    # ---- functions ----

    def __getattr__(self, name: str):
        """Numbers, and functions of them; of what depends on k an entire function near the limit of its argument."""
        known = getattr(Balls, name)

        def function(*args: Any):
            args = tuple(a.number if isinstance(a, Growth) and a.number is not None else a for a in args)
            if not any(isinstance(a, Growth) for a in args):
                return known(*args)
            if name == "special" and args[0] == "KroneckerDelta":
                return self._delta(*args[1:])
            if name in ENTIRE and isinstance(x := args[0], Growth) and (end := self._end(x)) is not None:
                return self._expanded(ENTIRE[name], x, end)
            if name in BOUNDED and self.width == 0:
                return self.single(UNIT, acb(arb(0, 1)))
            raise CannotTell(f"what {name} does far out is not known")

        return function

    def _expanded(self, f, x: Growth, a: arb) -> Growth:
        """An entire function of a + r, where r falls."""
        r = x - a
        value, slope, _ = f(a)
        return self._series(r, [value, slope], f(a + self._hull(r))[2] / 2)

    def _series(self, r: Growth, coefficients: list[arb], last: acb) -> Growth:
        """Taylor's formula in what falls: the last coefficient, in whose place is a box around all its values between."""
        if not r.parts:
            return self.of(coefficients[0])
        lead, others = self.leading(r)
        n = len(coefficients)
        out = self.of(coefficients[-1])
        for c in coefficients[-2::-1]:
            out = out * r + c
        return out + self.single((r.front * lead.scale) ** arb(n), _power(lead.box + others, arb(n)) * last)

    def _end(self, x: Growth) -> arb | None:
        """The number that x tends to, if all of its other terms fall."""
        terms = x.terms
        fixed = [t for t in terms if t.fixed and t.scale.constant]
        if any(not t.scale.falls for t in terms if not (t.fixed and t.scale.constant)):
            return None
        return fixed[0].box.real if fixed else ZERO

    def _hull(self, x: Growth) -> acb:
        """A box for a sum of falling terms."""
        return sum((t.box * self.box(t.scale) for t in x.terms), acb(0)).union(acb(0))

    def whole_power(self, x: Any, k: int):
        """x^k for a Python integer k."""
        return self.power(x, arb(k))

    def sqrt(self, x: Any):
        """The square root, of what is not negative far out."""
        return self.power(x, arb(1) / 2)

    def power(self, x: Any, y: Any):
        """x^y. Raises `CannotTell` where the base may be 0, or where it is negative and the power is not seen to be real."""
        if isinstance(y, Growth) and y.number is not None:
            y = y.number
        if isinstance(x, Growth) and x.number is not None:
            x = x.number
        if not isinstance(x, Growth) and not isinstance(y, Growth):
            return Balls.power(arb(x), arb(y))
        if not isinstance(y, Growth):
            return self._raised(x, arb(y))
        if isinstance(x, Growth) or x > 0:
            return self.exp(y * self.log(x))
        if not x < 0:
            raise CannotTell("a power of what may be 0")
        a, b = self._line(y)
        if not (a.is_integer() and b.is_integer()):
            raise CannotTell("a power of a negative number is not real")
        sign = Term(Scale(turns=not (a / 2).is_integer()), acb(1 if (b / 2).is_integer() else -1))
        return self.power(-x, y) * Growth(self, [sign])

    @staticmethod
    def _line(x: Growth) -> tuple[arb, arb]:
        """(a, b) of a k + b."""
        parts = {"a": ZERO, "b": ZERO}
        for t in x.terms:
            if not (t.fixed and (t.scale.same(LINEAR) or t.scale.constant)):
                raise CannotTell("a linear function of the index is expected")
            parts["b" if t.scale.constant else "a"] = t.box.real
        return parts["a"], parts["b"]

    def _raised(self, x: Growth, y: arb) -> Growth:
        k = whole(y)
        if k is not None and 0 <= k <= MOST_FACTORS:
            out = self.of(ONE)
            for _ in range(k):
                out = out * x
            return out
        if not x.parts:
            raise CannotTell("a power of 0")
        lead, others = self.leading(x)
        if k is None and not lead.box.real > 0:
            raise CannotTell("a power of what is not seen to be positive far out")
        scale, fixed = (x.front * lead.scale) ** y, lead.fixed
        if len(x.parts) == 1 or not self.fine:
            return self.single(scale, _power(lead.box + others, y), fixed and len(x.parts) == 1)
        r = self.rest(x, lead)
        near = 1 + self._hull(r)
        if not near.real > 0:
            raise CannotTell("a power of what may vanish")
        binomials = [ONE]
        for i in range(self.order):
            binomials.append(binomials[-1] * (y - i) / (i + 1))
        unit = self._series(r, binomials[:-1], binomials[-1] * _power(near, y - self.order))
        return self.single(scale, _power(lead.box, y), fixed) * unit

    def log(self, x: Any):
        """log x. Raises `CannotTell` of what is not seen to be positive far out."""
        if not isinstance(x, Growth):
            return Balls.log(x)
        if not x.parts:
            raise CannotTell("the logarithm of 0")
        lead, _ = self.leading(x)
        s = x.front * lead.scale
        if s.turns or not s.q.is_zero() or not lead.box.real > 0:
            raise CannotTell("a logarithm of what is not seen to be positive far out")
        known = [(Scale(p=ONE, q=ONE), s.s), (LINEAR, s.c), (LOGARITHM, s.p)]
        out = Growth(self, [*(Term(d, acb(a)) for d, a in known), Term(UNIT, lead.box.log(), lead.fixed)])
        if len(x.parts) > 1:
            r = self.rest(x, lead)
            near = 1 + self._hull(r)
            if not near.real > 0:
                raise CannotTell("a logarithm of what may vanish")
            signed = [ZERO, *(-(arb(-1) ** i) / i for i in range(1, self.order + 1))]
            out = out + self._series(r, signed[:-1], signed[-1] * _power(near, arb(-self.order)))
        return out

    def exp(self, x: Any):
        """e^x, the terms of x that grow going into the scale. Raises `CannotTell` where they are of no scale that is known."""
        if not isinstance(x, Growth):
            return Balls.exp(x)
        scale, out, falling = UNIT, self.of(ONE), []
        for t in x.terms:
            d, a = t.scale, t.box.real
            if t.fixed and d.constant:
                out = out * a.exp()
            elif t.fixed and d.same(LINEAR):
                scale = scale * Scale(c=a)
            elif t.fixed and d.same(LOGARITHM):
                scale = scale * Scale(p=a)
            elif t.fixed and d.same(LINEAR * LOGARITHM):
                scale = scale * Scale(s=a)
            elif d.falls:
                falling.append(t)
            else:
                out = out * self._sinking(t)
        if falling:
            r = Growth(self, falling)
            size = self._hull(r).exp()
            if self.fine:
                inverse = [1 / arb(i).fac() for i in range(self.order + 1)]
                out = out * self._series(r, inverse[:-1], inverse[-1] * size)
            else:
                out = out * self.single(UNIT, size)
        return Growth(self, out.parts, out.front * scale)

    def _sinking(self, t: Term) -> Growth:
        """exp of a term that is bounded, or tends to -oo.

        With r = |z| and m the least of -h arg-wise, |exp(h z^p)| <= e^(-m r^p). For p >= 1 that is at most e^(-m R^(p-1) r),
        with R the least r, and |e^(c z)| >= e^(c r) for c < 0. For p < 1 e^(-m r^p) r^n falls from R on if n <= m p R^p.
        """
        d, r = t.scale, self.least
        if d.constant:
            return self.single(UNIT, t.box.exp())
        if d.turns or not (d.s == 0 and d.c == 0 and d.q == 0 and d.p > 0):
            raise CannotTell("an exponential of what is not seen to fall")
        turn = d.p * self.angle
        if not turn < arb.pi() / 2:
            raise CannotTell("an exponential turns in the discs")
        across = acb(turn.cos().union(ONE), arb(0, turn.sin().upper())) if self.width else acb(1)
        m = (-(t.box * across).real).lower()
        if not m > 0:
            raise CannotTell("an exponential of what is not seen to fall")
        if d.p >= 1:
            scale, size = Scale(c=-(m * r ** (d.p - 1)).lower()), ONE
        else:
            n = (m * d.p * r**d.p).lower()
            scale, size = Scale(p=-n), (n * r.log() - m * r**d.p).exp().upper()
        return self.single(scale, acb(ZERO.union(size)) if self.width == 0 else acb(arb(0, size), arb(0, size)))

    def _outwards(self, x: Growth) -> int:
        """The sign of what tends to an infinity; 0 where it does not."""
        lead, others = self.leading(x)
        s = x.front * lead.scale
        if s.turns or s.constant or not (UNIT / s).falls:
            return 0
        side = (lead.box + others).real
        return 1 if side > 0 else -1 if side < 0 else 0

    def sign(self, x: Any):
        """1 or -1, where the sign is the same from the start on."""
        if not isinstance(x, Growth):
            return Balls.sign(x)
        lead, others = self.leading(x)
        side = (lead.box + others).real
        if (x.front * lead.scale).turns or not (side > 0 or side < 0):
            return self.__getattr__("sign")(x)
        return self.of(arb(1 if side > 0 else -1))

    def compare(self, op: str, a: Any, b: Any) -> bool | None:
        """Whether a relation holds all the way from the start on, or fails so."""
        gap = self.of(a) - b
        if (number := gap.number) is not None:
            return Balls.compare(op, number, ZERO)
        lead, others = self.leading(gap)
        side = (lead.box + others).real
        if (gap.front * lead.scale).turns or not (side > 0 or side < 0):
            raise CannotTell("a relation that may change far out")
        return Balls.compare(op, ONE if side > 0 else -ONE, ZERO)

    def tanh(self, x: Any):
        """1 - 2 r/(1 + r), with r = e^(-2x), where x tends to infinity."""
        if not isinstance(x, Growth):
            return Balls.tanh(x)
        if not x.parts or not (side := self._outwards(x)):
            return self.__getattr__("tanh")(x)
        r = self.of(self.exp(x * arb(-2 * side)))
        return (1 - r * 2 * self._raised(1 + r, arb(-1))) * arb(side)

    def asinh(self, x: Any):
        """log(x + sqrt(x^2 + 1)), where x tends to infinity."""
        if not isinstance(x, Growth):
            return Balls.asinh(x)
        if not x.parts or not (side := self._outwards(x)):
            return self.__getattr__("asinh")(x)
        x = x * arb(side)
        return self.log(x + self.sqrt(x * x + 1)) * arb(side)

    def cosh(self, x: Any):
        """(e^x + e^-x)/2."""
        return self._hyperbolic(x, 1)

    def sinh(self, x: Any):
        """(e^x - e^-x)/2."""
        return self._hyperbolic(x, -1)

    def _hyperbolic(self, x: Any, sign: int):
        """e^x (1 + sign e^(-2x))/2, where x tends to infinity."""
        name = "cosh" if sign > 0 else "sinh"
        if not isinstance(x, Growth):
            return getattr(Balls, name)(x)
        if not x.parts or not (side := self._outwards(x)):
            return self.__getattr__(name)(x)
        out = self.exp(x * arb(side)) * (1 + self.exp(x * arb(-2 * side)) * arb(sign)) * (arb(1) / 2)
        return out if side > 0 or sign > 0 else out * arb(-1)

    def loggamma(self, x: Any):
        """Stirling's series for log Gamma(a k + b): sum (-1)^(j + 1) B_(j + 1)(b)/(j (j + 1) (a k)^j) behind its main terms.

        With w = a k + b and e = b/(a k), log Gamma(w) = (w - 1/2) log w - w + log(2 pi)/2 + R + the sum over i < n of
        B_2i/(2i (2i - 1) w^(2i - 1)), |R| <= 2^n |B_2n|/(2n (2n - 1) |w|^(2n - 1)) in the right half plane. Here e is expanded.
        """
        if not isinstance(x, Growth):
            return Balls.loggamma(x)
        a, b, near = self._argument(x)
        half, one = arb(1) / 2, self.of(ONE)
        k, log = self.variable, Growth(self, [Term(LOGARITHM, acb(1))])
        main = k * (log * a) + k * (a * a.log() - a) + log * (b - half)
        out = main + one * ((b - half) * a.log() + (2 * arb.pi()).log() / 2 - b)
        e, w = Growth(self, [Term(Scale(p=-ONE), acb(b / a))]), k * a + b
        signed = [ZERO, *(-(arb(-1) ** i) / i for i in range(1, self.order + 2))]
        rise = self._series(e, signed[:-1], signed[-1] * _power(near, arb(-self.order - 1)))  # log(1 + e)
        out = out + (w - half) * rise
        n = self.order // 2 + 1
        inverse = self._raised(w, -ONE)
        power = inverse
        for i in range(1, n):
            out = out + power * (arb(fmpq.bernoulli(2 * i)) / (2 * i * (2 * i - 1)))
            power = power * inverse * inverse
        size = (
            2**n * abs(arb(fmpq.bernoulli(2 * n))) / (2 * n * (2 * n - 1)) / (a * near.abs_lower()) ** (2 * n - 1)
        ).upper()
        return out + self.single(Scale(p=arb(1 - 2 * n)), acb(arb(0, size), arb(0, size) if self.width else ZERO))

    def _argument(self, x: Growth) -> tuple[arb, arb, acb]:
        """a and b of a k + b, a > 0, and a box for 1 + t b/(a k), t in [0, 1]; a k + b is in the right half plane."""
        a, b = self._line(x)
        if not (a > 0 and a * self.least * self.angle.cos() + b > 0):
            raise CannotTell("a gamma function not far to the right")
        e = (b / a) * self.box(Scale(p=arb(-1)))
        near = 1 + e.union(acb(0))
        if not near.real > 0:
            raise CannotTell("a gamma function not far to the right")
        return a, b, near

    def gamma(self, x: Any):
        """The gamma function, as exp of `loggamma`."""
        return self.exp(self.loggamma(x)) if isinstance(x, Growth) else Balls.gamma(x)

    def RisingFactorial(self, x: Any, k: Any):
        """x (x + 1) ... (x + k - 1), as Gamma(x + k)/Gamma(x)."""
        return self.exp(self.loggamma(x + k) - self.loggamma(x))

    def polygamma(self, m: int, x: Any):
        """log w - 1/(2w) + R', and its derivatives. Stirling's R is at most 1/(6|u|) where Re u > 0, hence on |u - w| <= |w|/2 at
        most 1/(3|w|), and its derivative number j at most j! (2/|w|)^j/(3|w|), by Cauchy's estimate."""
        if not isinstance(x, Growth):
            return Balls.polygamma(m, x)
        a, _, near = self._argument(x)
        if not (near.imag.abs_upper() <= near.real.lower() / 2 and self.angle <= arb(0.55)):
            raise CannotTell("what a polygamma does far out is not known")
        j = m + 1
        size = (arb(factorial(j) * 2**j) / (3 * (a * near.abs_lower()) ** (j + 1))).upper()
        error = acb(arb(0, size), arb(0, size) if self.width else ZERO)
        rest = self.single(Scale(p=arb(-j - 1)), error)
        inverse = self._raised(x, arb(-1))
        if m == 0:
            return self.log(x) - inverse * (arb(1) / 2) + rest
        power = self._raised(x, arb(-m))
        main = power * arb(factorial(m - 1)) + power * inverse * (arb(factorial(m)) / 2)
        return main * arb((-1) ** (m + 1)) + rest

    def Abs(self, x: Any):
        """|x| far out. Raises `CannotTell` on a box of complex numbers, where it is not analytic."""
        if not isinstance(x, Growth):
            return abs(x)
        if self.width:
            raise CannotTell("an absolute value is not analytic")
        if not x.parts:
            return ZERO
        lead, others = self.leading(x)
        s = x.front * lead.scale
        return self.single(Scale(*s.powers), acb(abs((lead.box + others).real)), lead.fixed and len(x.parts) == 1)

    def _delta(self, i: Any, j: Any) -> arb:
        """0, once the index has passed the number."""
        a, b = self._line(self.of(i) - self.of(j))
        if not abs(a) * self.least > abs(b):
            raise CannotTell("a KroneckerDelta may still be 1")
        return ZERO

    def sum(self, f, a: Any, b: Any):
        """The sum of f over a, ..., b, fewer than 100 terms. Raises `CannotTell` for more."""
        return sum((f(self, arb(j)) for j in self._few(a, b)), ZERO)

    def product(self, f, a: Any, b: Any):
        """The product of f over a, ..., b, fewer than 100 factors. Raises `CannotTell` for more."""
        out: Any = ONE
        for j in self._few(a, b):
            out = out * f(self, arb(j))
        return out

    @staticmethod
    def _few(a: Any, b: Any) -> range:
        if isinstance(a, Growth) or isinstance(b, Growth) or not b - a < 100:
            raise CannotTell("a sum inside of an endless one has as many terms for each of its terms, or more")
        return Balls._range(a, b)

    def integral(self, f, a: Any, b: Any):
        """Raises `CannotTell`."""
        raise CannotTell("an integral inside of an endless sum")


def _normal(x: Any) -> Any:
    """The derivative of the error function."""
    return 2 * (-x * x).exp() / arb.pi().sqrt()


# f, f', f''
ENTIRE = {
    "sin": lambda x: (x.sin(), x.cos(), -x.sin()),
    "cos": lambda x: (x.cos(), -x.sin(), -x.cos()),
    "sinh": lambda x: (x.sinh(), x.cosh(), x.sinh()),
    "cosh": lambda x: (x.cosh(), x.sinh(), x.cosh()),
    "erf": lambda x: (x.erf(), _normal(x), -2 * x * _normal(x)),
    "erfc": lambda x: (x.erfc(), -_normal(x), 2 * x * _normal(x)),
}
BOUNDED = ("sin", "cos", "tanh", "erf", "sign")  # at most 1 in size


def _power(x: acb, y: arb) -> acb:
    """x^y on a box: continued from the positive numbers, a whole power by products where it is small."""
    k = whole(y)
    if k is not None and (0 <= k <= MOST_FACTORS or not x.real > 0):
        out = acb(1)
        for _ in range(abs(k)) if abs(k) <= 1000 else ():
            out = out * x
        if abs(k) > 1000:
            raise CannotTell("a high power of what is not seen to be positive")
        return out if k >= 0 else 1 / out
    if not x.real > 0:
        raise CannotTell("a power of what is not seen to be positive")
    return (y * x.log()).exp()
