"""The ring of `far` at a box of z: what is continued from the real numbers, where gammas cancel."""

from __future__ import annotations

from typing import Any

from flint import acb, arb, ctx, fmpq

from ...language.errors import CannotTell
from .far import Far, Growth
from .orders import LINEAR, LOGARITHM, ONE, UNIT, ZERO, Scale, Term
from .rings import Balls, ComplexBalls


class Near(Far):
    """The same ring at a box of z with a positive real part: a value is a number times a scale, so that gammas cancel.

    analytic: a value is nan where it may not be analytic.
    """

    def __init__(self, z: acb, analytic: bool):
        self.z, self.log_z, self.analytic = z, z.log(), analytic
        self.start, self.width, self.fine = z.real, 1.0, False
        if not z.real > 0:
            raise CannotTell("a box that is not to the right of 0")

    def box(self, d: Scale) -> acb:
        size = ((d.s * self.z + d.p) * self.log_z + d.c * self.z).exp()
        return size if d.q == 0 else size * self.log_z ** acb(d.q)

    def value(self, x: Any) -> acb:
        """The value as one number."""
        return sum((t.box * self.box(t.scale) for t in self.of(x).terms), acb(0))

    _hull = value

    def __getattr__(self, name: str):
        known, numbers = getattr(ComplexBalls(self.analytic), name, None), getattr(Balls, name)

        def function(*args: Any):
            if not any(isinstance(a, Growth) for a in args):
                return numbers(*args)
            if known is None:
                raise CannotTell(f"no complex {name}")
            return self.single(UNIT, known(*map(self.value, args)))

        return function

    def _sinking(self, t: Term) -> Growth:
        return self.single(UNIT, (t.box * self.box(t.scale)).exp())

    def compare(self, op: str, a: Any, b: Any) -> bool | None:
        """Of linear functions: as on the real line below or above the box, from where the function is continued."""
        slope, constant = self._line(self.of(a) - b)
        if (holds := Balls.compare(op, slope * self.z.real + constant, ZERO)) is None:
            raise CannotTell("a box on both sides of where a relation changes")
        return holds

    def log(self, x: Any):
        if not isinstance(x, Growth):
            return Balls.log(x)
        lead, others = self.leading(x)
        if not (lead.box + others).real > 0 or not (x.front * lead.scale).q.is_zero():
            raise CannotTell("a logarithm of what is not to the right of 0")
        s = x.front * lead.scale
        known = [(Scale(p=ONE, q=ONE), s.s), (LINEAR, s.c), (LOGARITHM, s.p)]
        out = Growth(self, [Term(d, acb(a)) for d, a in known])
        return out + self.single(UNIT, (lead.box + others).log(), lead.fixed and len(x.parts) == 1)

    def loggamma(self, x: Any):
        """By Stirling's series, until its next term is below the precision; |R| is at most that term times sec(arg/2)^(2n)."""
        if not isinstance(x, Growth):
            return Balls.loggamma(x)
        a, b = self._line(x)
        w = a * self.z + b
        near = 1 + b / (a * self.z)
        if not (a > 0 and w.real > 0 and near.real > 0):
            raise CannotTell("a gamma function not far to the right")
        half, k = arb(1) / 2, self.variable
        rest = (w - half) * near.log() - b + (b - half) * a.log() + (2 * arb.pi()).log() / 2
        inverse, n = 1 / w, 1
        power = inverse
        while True:
            c = arb(fmpq.bernoulli(2 * n)) / (2 * n * (2 * n - 1))
            bound = abs(c) * 2**n / w.abs_lower() ** (2 * n - 1)
            if bound < arb(2) ** -ctx.prec or n > ctx.prec:
                break
            rest += c * power
            power, n = power * inverse * inverse, n + 1
        rest += acb(arb(0, bound.upper()), arb(0, bound.upper()))
        log = Growth(self, [Term(LOGARITHM, acb(1))])
        return k * (log * a) + k * (a * a.log() - a) + log * (b - half) + self.single(UNIT, rest)

    def polygamma(self, m: int, x: Any):
        return self.single(UNIT, ComplexBalls().polygamma(m, self.value(x)))
