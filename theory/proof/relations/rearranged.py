"""The supremum of h + g over integers, g one product of gamma functions, h without them, such as n (1 - c4(n)^2).

No step of such a sum is elementary, but whether it is at most C asks how g compares with C - h: a product again. C is what it is
seen to tend to, a number that is guessed from its digits and then proved, by bounds C - K/n and C + K/n on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from flint import arb
from sympy import Add, Expr, Rational, S, Symbol, expand, oo

from ...language.errors import CannotTell
from ...language.functions import c4
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.recognised import recognised
from ..arithmetic.rings import Balls
from ..foreign import surely
from ..symbols.normal_forms import is_zero
from .on_intervals import positive_on
from .steps import GAMMAS, supremum_by_steps
from .suprema import BITS, Supremum, largest_of, value_at

ALONE = 64  # integers that are looked at one by one
FAR = 24  # the limit is guessed at 2^FAR, 2^(FAR + 1), ...
ORDERS = 10  # of 1/n, that are taken away there
MARGIN = 2  # K over what 1/n is seen to be multiplied by


def supremum_rearranged(ratio: Expr, x: Symbol, low: Expr) -> Supremum:
    """The supremum of a sum over the integers low, low + 1, ... Raises `CannotTell`."""
    ratio = ratio.replace(c4, c4.definition)
    found = _Sum.of(ratio, x)
    value, slope = found.far(low)
    firsts = [value_at(ratio, S.One, x, low + i) for i in range(ALONE + 1)]
    best = max(firsts, key=lambda f: f.ball.lower())
    width = _rounded_up(MARGIN * slope)
    start = low + ALONE
    if slope > 0:  # from above
        if not best.ball > to_ball(value + width / start):
            raise CannotTell(f"the ratio is not seen to fall below its first values as {x} -> oo")
        if not found.is_at_most(value + width / x, start):
            raise CannotTell(f"the ratio is not seen to be at most {value + width / x}")
        said = f"it is at most {value + width / x} from {start} on, by the steps of what is in it; before, in balls"
        return largest_of([f for f in firsts if not f.ball < best.ball], [said])
    if not all(f.ball < to_ball(value) for f in firsts):
        raise CannotTell(f"the first ratios are not below {value}")
    if not (found.is_at_most(value, start) and found.is_at_least(value + width / x, start)):
        raise CannotTell(f"the ratio is not seen to lie between {value + width / x} and {value}")
    said = f"it lies between {value + width / x} and {value} from {start} on, by the steps of what is in it; before, in balls"
    with precision(BITS):
        return Supremum(value, to_ball(value), oo, False, (said,))


@dataclass(frozen=True)
class _Sum:
    """plain + sign*product, the product of gamma functions positive."""

    x: Symbol
    plain: Expr
    product: Expr
    sign: int

    @staticmethod
    def of(ratio: Expr, x: Symbol) -> _Sum:
        """Raises `CannotTell` where it is no such sum."""
        terms = Add.make_args(expand(ratio))
        of_gammas = [f for f in terms if f.has(*GAMMAS)]
        plain = Add(*(f for f in terms if f not in of_gammas))
        product = Add(*of_gammas).factor() if len(of_gammas) > 1 else Add(*of_gammas)
        if not of_gammas or product.is_Add or not plain.has(x):
            raise CannotTell("no sum of a product of gamma functions and of what has none")
        sign = 1 if to_ball(product.xreplace({x: Rational(ALONE)})) > 0 else -1
        return _Sum(x, plain, sign * product, sign)

    def far(self, low: Expr) -> tuple[Expr, Rational]:
        """What it seems to tend to, and what 1/n seems to be multiplied by beside that. Raises `CannotTell`."""
        program = compile_expr(self.plain + self.sign * self.product, (self.x,))
        with precision(2 * BITS):
            row = [program(Balls, to_ball(low + 2**j)) for j in range(FAR, FAR + ORDERS)]
            last = row[-1]
            for order in range(1, ORDERS):
                row = [(2**order * b - a) / (2**order - 1) for a, b in pairwise(row)]
            middle = row[0].mid()
            left = 2.0 ** (FAR + ORDERS - 1) * float(last - middle)
            guess = recognised(arb(middle, arb(2) ** (-FAR * (ORDERS - 2))))
        if guess is None or not abs(left) > 2**-20:
            raise CannotTell(f"no limit is seen as {self.x} -> oo")
        return guess, Rational(f"{left:.3g}")

    def is_at_most(self, bound: Expr, start: Expr) -> bool:
        """Whether plain + sign*product <= bound from `start` on."""
        rest = self.sign * (bound - self.plain)  # the product is at most, or at least, this
        return self._below(rest, start) if self.sign > 0 else self._above(rest, start)

    def is_at_least(self, bound: Expr, start: Expr) -> bool:
        rest = self.sign * (bound - self.plain)
        return self._above(rest, start) if self.sign > 0 else self._below(rest, start)

    def _below(self, rest: Expr, start: Expr) -> bool:
        rest = rest.together()
        return positive_on(rest, self.x, start - 1, oo) and self._is_up_to_1(self.product / rest, start)

    def _above(self, rest: Expr, start: Expr) -> bool:
        rest = rest.together()
        if is_zero(rest) or positive_on(-rest, self.x, start - 1, oo):
            return True
        return positive_on(rest, self.x, start - 1, oo) and self._is_up_to_1(rest / self.product, start)

    @surely
    def _is_up_to_1(self, quotient: Expr, start: Expr) -> bool:
        found = supremum_by_steps(quotient, self.x, start)
        return bool(found.ball <= 1) or (found.value is not None and is_zero(found.value - 1))


def _rounded_up(c: Rational) -> Rational:
    """A short number that is further from 0."""
    scale = Rational(10) ** (len(str(int(abs(c)))) - 2)
    sign = 1 if c > 0 else -1
    return sign * (abs(c) / scale + 1).__floor__() * scale
