"""Rings: number types with the functions that a compiled program calls.

`Balls` (Arb, rigorous) is the one that decides; `ComplexBalls` serves integrands, `Series` derivatives, `Floats` guesses,
`Fractions` rational functions of rational numbers.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial, reduce
from math import factorial, prod

import numpy as np
import sympy
from flint import acb, arb, arb_series, ctx, fmpq
from sympy import Rational, Symbol, rootof
from sympy.core.function import FunctionClass

from ...language.errors import CannotTell, Tie
from .improper import finite, half_line
from .precision import NOT_FINITE, at_precision, whole
from .special import SPECIAL

FARTHEST = 2.0**40  # from an end of an endless range
LOOKED_AT = 5_000  # pieces of an interval, for a least value
MUCH = arb(2) ** -10  # of an interval, where a slope may have any sign
MOST_EXPONENT = 4096  # bits of an exponent: a power to it is not written, be it as a ball
ONE = acb(1)
TIED = 1024  # bits at which what is not told apart is told as a tie


def _whole_power(x, k: int, one):
    """x**k by repeated products: python-flint's `arb(0, r)**2` is nan. Raises `CannotTell` for a power beyond all numbers."""
    if k == 2:  # squares and reciprocals are nearly all of what integrands ask for
        return x * x
    if k == -1:
        return one / x
    if k.bit_length() > MOST_EXPONENT and not x == one:  # a ball around 1 is neither
        raise CannotTell(f"a power whose exponent has more than {MOST_EXPONENT} bits")
    if k <= 0:
        return one / _whole_power(x, -k, one) if k else one
    while not k & 1:
        x, k = x * x, k >> 1
    result = x
    while k := k >> 1:
        x = x * x
        if k & 1:
            result = result * x
    return result


def _complex_power(x, k: int):
    """`_whole_power`; what integrands ask for all the time without a call more."""
    return x * x if k == 2 else ONE / x if k == -1 else _whole_power(x, k, ONE)


@at_precision
def _algebraic(polynomial: str, symbol: str, index: int) -> arb:
    """A real root of a polynomial with rational coefficients, by SymPy's isolating intervals."""
    bits = ctx.prec
    width = Rational(1, 2 ** (bits + 8))
    value = rootof(polynomial, Symbol(symbol), index).eval_rational(width)
    return arb(fmpq(int(value.p), int(value.q))) + arb(0, (arb(2) ** (-bits - 8)).upper())


COMPARED = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


class Balls:
    """Rigorous real arithmetic: python-flint `arb` at the current precision."""

    integer = staticmethod(arb)
    rational = staticmethod(lambda p, q: arb(fmpq(p, q)))

    @staticmethod
    def decimal(text, radius):
        """A Float of a claim: a ball (rule 8)."""
        return arb(text) + arb(0, radius)

    algebraic = staticmethod(_algebraic)

    pi = staticmethod(arb.pi)
    euler_gamma = staticmethod(arb.const_euler)

    infinity = staticmethod(arb.pos_inf)

    @staticmethod
    def whole_power(x, k):
        """x^k for a Python integer k. Raises `CannotTell` for an exponent of more than `MOST_EXPONENT` bits."""
        return _whole_power(x, k, arb(1))

    @staticmethod
    def power(x, y):
        """x^y, for x >= 0 or an exact whole y; nan elsewhere. Errors as of `whole_power`; 1 may be raised to any power."""
        if (
            not abs(y) < arb(2) ** MOST_EXPONENT and y.is_finite()
        ):  # 2^(2^(2^t)): the number itself would fill the memory
            if x == 1:
                return arb(1)
            raise CannotTell(f"a power whose exponent has more than {MOST_EXPONENT} bits")
        k = whole(y) if y.is_exact() else None
        if k is not None and y == arb(k):
            return _whole_power(x, k, arb(1))
        return arb(0) if x == 0 and y > 0 else (y * arb(x).log()).exp()

    exp = staticmethod(arb.exp)
    log = staticmethod(arb.log)
    sqrt = staticmethod(arb.sqrt)
    gamma = staticmethod(arb.gamma)
    loggamma = staticmethod(arb.lgamma)
    erf = staticmethod(arb.erf)
    erfc = staticmethod(arb.erfc)
    erfcinv = staticmethod(arb.erfcinv)
    Abs = staticmethod(abs)
    sin = staticmethod(arb.sin)
    cos = staticmethod(arb.cos)
    atan = staticmethod(arb.atan)
    asin = staticmethod(arb.asin)
    acos = staticmethod(arb.acos)
    asinh = staticmethod(arb.asinh)
    sinh = staticmethod(arb.sinh)
    cosh = staticmethod(arb.cosh)
    tanh = staticmethod(arb.tanh)
    zeta = staticmethod(lambda s, a=None: arb(s).zeta() if a is None else arb(s).zeta(a))
    floor = staticmethod(arb.floor)
    ceiling = staticmethod(arb.ceil)

    @staticmethod
    def polygamma(m, x):
        """The polygamma function of order m, an integer from 0 on: the derivative number m of digamma."""
        if m == 0:
            return x.digamma()
        # psi_m(x) = (-1)^(m+1) m! zeta(m+1, x)
        return arb((-1) ** (m + 1)) * arb(factorial(m)) * arb(m + 1).zeta(x)

    @staticmethod
    def Ein(x):
        """The entire exponential integral: (1 - e^-t)/t, integrated from 0 to x."""
        return _ein(acb(x)).real

    @staticmethod
    def entr(x):
        """-x log x, and 0 at 0."""
        return _entr(x)

    uppergamma = staticmethod(lambda s, x: x.gamma_upper(s))
    lowergamma = staticmethod(lambda s, x: x.gamma_lower(s))
    RisingFactorial = staticmethod(arb.rising)
    special = staticmethod(lambda name, *args: SPECIAL[name](*args))

    @staticmethod
    def Max(*xs: arb) -> arb:
        """The largest of them."""
        return reduce(arb.max, xs)

    @staticmethod
    def Min(*xs: arb) -> arb:
        """The smallest of them."""
        return reduce(arb.min, xs)

    @staticmethod
    def compare(op: str, a: arb, b: arb) -> bool | None:
        """Whether a relation holds, for certain; None where the balls do not tell."""
        if COMPARED[op](a, b):
            return True
        return False if COMPARED[OPPOSITE[op]](a, b) else None

    @staticmethod
    def both(*known: bool | None) -> bool | None:
        """Whether all of them hold, for certain; None where that is not known."""
        return False if False in known else None if None in known else True

    @staticmethod
    def either(*known: bool | None) -> bool | None:
        """Whether one of them holds, for certain; None where that is not known."""
        return True if True in known else None if None in known else False

    @staticmethod
    def piecewise(*cases: tuple[Callable, Callable]) -> arb:
        """The value of the first case that holds; of those that may, all values between."""
        values: list[arb] = []
        for condition, value in cases:
            if (holds := condition()) is not False:
                values.append(value())
            if holds:
                return reduce(arb.union, values)
        return arb.nan()

    @staticmethod
    def sign(x):
        """-1, 0 or 1; what may be either is [-1, 1]."""
        if x == 0:
            return arb(0)
        return arb(1) if x > 0 else arb(-1) if x < 0 else arb(0, 1) if x.is_finite() else x

    @staticmethod
    def _range(a, b) -> range:
        lo, hi = whole(a), whole(b)
        if b == arb.pos_inf():
            raise CannotTell("an endless sum or product inside of an integral, or on a box")
        if lo is None or hi is None:
            raise CannotTell(f"ends of a sum or product are not integers: {a}, {b}")
        if hi < lo - 1:  # no agreed value: 0, or minus the terms between
            raise ArithmeticError(f"a sum or product from {lo} to {hi} runs backwards")
        return range(lo, hi + 1)

    @classmethod
    def sum(cls, f: Callable, a, b):
        """f(ring, a) + ... + f(ring, b). Raises `CannotTell` where the ends are not known to be integers, or are endless."""
        return sum((f(cls, cls.integer(k)) for k in cls._range(a, b)), cls.integer(0))

    @classmethod
    def product(cls, f: Callable, a, b):
        """f(ring, a) ... f(ring, b); errors as of `sum`."""
        return prod((f(cls, cls.integer(k)) for k in cls._range(a, b)), start=cls.integer(1))

    @classmethod
    def least_integer(cls, f: Callable, a, b):
        """The integer at which f is least: f is looked at in all of them. Raises `CannotTell` for a tie."""
        values = [(k, f(cls, cls.integer(k))) for k in cls._range(a, b)]
        if not values:
            raise CannotTell(f"there is no integer from {a} to {b}")
        if not all(y.is_finite() for _, y in values):
            raise ArithmeticError("a function is not finite where its least value is looked for")
        lowest = reduce(arb.min, (y.upper() for _, y in values))
        places = [k for k, y in values if not y > lowest]
        if len(places) > 1:
            told = f"{places[0]} and {places[1]} are not told apart, as the places of the least value: perhaps a tie"
            tied = all(y.is_exact() for k, y in values if k in places)
            raise Tie(told) if tied or ctx.prec >= TIED else ArithmeticError(told)
        return cls.integer(places[0])

    @classmethod
    def least(cls, slope: Callable, a, b, poles: tuple[bool, bool] = (False, False)):
        """The place in [a, b] at which a function is least, by the sign of its slope: it falls up to there, and rises beyond.

        Where the slope's sign is not known a piece is halved, as long as that tells more of it. An end counts where the slope has
        one sign up to it.
        poles: whether the function has no value at the lower end, and at the upper one. Raises `ArithmeticError` where it is
        least there, and `CannotTell` where it may turn again.
        """
        place = cls._turn(slope, a, b)
        if any(pole and end.overlaps(place) for pole, end in zip(poles, (a, b), strict=True)):
            raise ArithmeticError(
                f"a function has no value where it is least, at an end of the interval from {a} to {b}"
            )
        return place

    @classmethod
    def with_value(cls, f: Callable, place):
        """The place, at which a function is seen to have a value: elsewhere its slope is looked at. Else `ArithmeticError`."""
        if not f(cls, place).is_finite():
            raise ArithmeticError(f"a function is not seen to have a value where it is least, in {place}")
        return place

    @classmethod
    def least_of_convex(cls, slope: Callable, a, b):
        """The same where the slope rises all over and a range has no lower end, a = None, or no upper one: the slope is looked at
        ever farther out. Raises `CannotTell` where it does not turn."""
        start = next((end for end in (a, b) if end is not None), arb(0))
        ends = [a, b]
        for i, side in enumerate((-1, 1)):
            far = 1
            while ends[i] is None:
                if side * slope(cls, start + side * far) > 0:
                    ends[i] = start + side * far
                elif (far := 2 * far) > FARTHEST:
                    raise CannotTell("a slope is not seen to turn in an endless range")
        return cls.least(slope, *ends)

    @classmethod
    def _turn(cls, slope: Callable, a, b):
        if not a < b:
            raise ArithmeticError(f"an interval from {a} to {b} has no inside")
        smallest = (b - a) * arb(2) ** (8 - ctx.prec)
        todo, open_, falls, rises = [(a.lower(), b.upper())], [], [], []  # with exact ends
        for _ in range(LOOKED_AT):
            if not todo:
                break
            low, high = todo.pop()
            y = slope(cls, low.union(high))
            if y < 0 or y > 0:
                (falls if y < 0 else rises).append((low, high))
                continue
            middle = ((low + high) / 2).mid()
            at = slope(cls, middle)
            # a piece is halved as long as that makes the slope's ball smaller: of a moment it has a radius of its own
            if high - low < smallest or (y.is_finite() and not (at < 0 or at > 0 or 2 * at.rad() < y.rad())):
                open_.append((low, high))
            else:
                todo += [(low, middle), (middle, high)]
        unseen = "the sign of a slope is not known in much of an interval: no least place is seen in it"
        if todo:
            raise CannotTell(unseen)
        if not open_:  # one sign all over: two that meet would have an open piece between them
            return b if falls else a
        first, last = reduce(arb.min, (x for x, _ in open_)), reduce(arb.max, (x for _, x in open_))
        if any(x > first for _, x in falls) or any(x < last for x, _ in rises):
            raise CannotTell(f"a function turns more than once from {a.str(5)} to {b.str(5)}, or is steep at an end")
        if not last - first < MUCH * (b - a):
            raise CannotTell(unseen)
        found = first.union(last)
        return reduce(arb.union, (end for end in (a, b) if end.overlaps(found)), found)

    @classmethod
    def root(cls, f: Callable, a, b):
        """The place between a and b at which a function changes its sign, where it has one sign up to it and one beyond."""
        first, last = f(cls, a), f(cls, b)
        if not (first < 0 < last or last < 0 < first):
            raise ArithmeticError(f"no change of sign is seen between {a} and {b}")
        found = cls.least(f if first < 0 else lambda R, x: -f(R, x), a, b)
        if not f(cls, found).is_finite():
            raise ArithmeticError(f"a function has no value somewhere in {found}, where its sign changes")
        return found

    @classmethod
    def integral(cls, f: Callable, a, b):
        """A definite integral of a function analytic near [a, b], rigorous."""
        return finite(lambda z, analytic: f(ComplexBalls(analytic), z), a, b)

    @staticmethod
    def half_line(f: Callable, top, bottom, logs: int, low):
        """An integral from `low` to infinity: see `improper`."""
        return half_line(lambda z, analytic: f(ComplexBalls(analytic), z), top, bottom, logs, low)


# SymPy's functions that are known by their names
FUNCTIONS = {"Ein", "entr", *(name for name in vars(Balls) if isinstance(getattr(sympy, name, None), FunctionClass))}


class Fractions:
    """Rational numbers, exact: a program that asks for anything but sums, products and whole powers has no value here."""

    integer = fmpq
    rational = fmpq

    @staticmethod
    def whole_power(x, k):
        """x^k for a Python integer k. Raises `CannotTell` for an exponent of more than `MOST_EXPONENT` bits."""
        return _whole_power(x, k, fmpq(1))


class ComplexBalls:
    """Complex balls for integrands; `analytic` asks for nan where a branch cut is met."""

    integer = staticmethod(acb)
    rational = staticmethod(lambda p, q: _constant(p, q))
    decimal = staticmethod(lambda text, radius: acb(Balls.decimal(text, radius)))
    pi = staticmethod(lambda: acb(arb.pi()))
    euler_gamma = staticmethod(lambda: acb(arb.const_euler()))
    whole_power = staticmethod(_complex_power)
    exp = staticmethod(acb.exp)
    gamma = staticmethod(acb.gamma)
    erf = staticmethod(acb.erf)
    erfc = staticmethod(acb.erfc)
    sin = staticmethod(acb.sin)
    cos = staticmethod(acb.cos)
    sinh = staticmethod(acb.sinh)
    cosh = staticmethod(acb.cosh)
    tanh = staticmethod(acb.tanh)
    Ein = staticmethod(lambda x: _ein(acb(x)))

    def __init__(self, analytic: bool = False):
        self.analytic = analytic

    def power(self, x, y):
        """x^y on the principal branch."""
        return (y * self.log(x)).exp()

    def log(self, x):
        """The principal logarithm, cut along x <= 0."""
        return acb(x).log(analytic=self.analytic)

    def sqrt(self, x):
        """The principal square root, cut along x <= 0."""
        return acb(x).sqrt(analytic=self.analytic)

    def loggamma(self, x):
        """The logarithm of the gamma function, cut along x <= 0."""
        return x.lgamma() if not self.analytic or x.real > 0 else NOT_FINITE  # its cut is where Re x <= 0

    def atan(self, x):
        """arctan, cut along the imaginary axis from i and -i outward."""
        if self.analytic and x.real.contains(0) and not abs(x.imag) < 1:  # the cuts: acb's own ball is finite there
            return NOT_FINITE
        return x.atan()

    def asinh(self, x):
        """arsinh, cut along the imaginary axis from i and -i outward."""
        if self.analytic and x.real.contains(0) and not abs(x.imag) < 1:
            return NOT_FINITE
        return -(-x).asinh() if x.real > 0 else x.asinh()  # on wide boxes acb's own ball is far wider to the right

    @staticmethod
    def special(name, *args):
        """A special function of numbers; of what is integrated over nothing is known."""
        if not all(x.imag.is_zero() for x in args):
            return NOT_FINITE
        return acb(SPECIAL[name](*(x.real for x in args)))

    def polygamma(self, m, x):
        """The polygamma function of order m, an integer from 0 on."""
        return x.digamma() if m == 0 else acb((-1) ** (m + 1) * factorial(m)) * acb(m + 1).zeta(x)


@partial(at_precision, most=1024)
def _constant(p: int, q: int) -> acb:
    return acb(arb(fmpq(p, q)))


class Series:
    """Power series in one variable, with balls for coefficients; what does not depend on it stays a ball.

    (-1)^(a x + b) with an integer a is its sign at x = 0: between integers it has none.
    """

    def __getattr__(self, name: str):
        known = getattr(Balls, name)

        def function(*args):
            if any(isinstance(a, arb_series) for a in args):
                if len(args) == 1 and (of_series := getattr(arb_series, {"loggamma": "lgamma"}.get(name, name), None)):
                    return of_series(args[0])
                raise CannotTell(f"no power series of {name}")
            return known(*args)

        return function

    @staticmethod
    def whole_power(x, k):
        """x^k for a Python integer k."""
        return _whole_power(x, k, arb(1) if isinstance(x, arb) else arb_series([1]))

    @staticmethod
    def power(x, y):
        """x^y. Raises `CannotTell` where the base is a negative ball and the power is not seen to be real."""
        if isinstance(x, arb) and isinstance(y, arb):
            return Balls.power(x, y)
        if isinstance(x, arb) and x < 0:
            start, *slope = y.coeffs()
            if len(slope) > 1 or not all(a.is_integer() for a in (start, *slope)):
                raise CannotTell("a power of a negative number is not real")
            return arb(1 if (start / 2).is_integer() else -1) * ((-x).log() * y).exp()
        return (x.log() * y).exp()

    @staticmethod
    def polygamma(m, x):
        """Digamma of a linear series. Raises `CannotTell` for other orders and series."""
        if isinstance(x, arb):
            return Balls.polygamma(m, x)
        _, *slope = x.coeffs()
        if m or len(slope) != 1:
            raise CannotTell("no power series of a polygamma function")
        return x.lgamma().derivative() * (1 / slope[0])

    @staticmethod
    def sinh(x):
        """By exponentials: a series of flint has none."""
        return x.sinh() if isinstance(x, arb) else (x.exp() - (-x).exp()) / 2

    @staticmethod
    def cosh(x):
        """By exponentials, likewise."""
        return x.cosh() if isinstance(x, arb) else (x.exp() + (-x).exp()) / 2

    @staticmethod
    def tanh(x):
        """By exponentials, likewise."""
        return x.tanh() if isinstance(x, arb) else 1 - 2 / ((x + x).exp() + 1)

    @staticmethod
    def RisingFactorial(x, k):
        """x (x + 1) ... (x + k - 1), as Gamma(x + k)/Gamma(x)."""
        lg = [y.lgamma() for y in (x + k, x)]
        return (lg[0] - lg[1]).exp()


class Floats:
    """Arrays of floats: for guesses, which certify nothing."""

    integer, decimal = float, staticmethod(lambda text, _: float(text))
    exp, log, sqrt, sin, cos, sinh, cosh, tanh, atan = (
        np.exp, np.log, np.sqrt, np.sin, np.cos, np.sinh, np.cosh, np.tanh, np.arctan
    )  # fmt: skip

    rational, power, whole_power = operator.truediv, pow, pow
    pi = staticmethod(lambda: np.pi)


def _entr(x: arb) -> arb:
    """-x log(x), 0 at 0: it rises up to exp(-1) and falls from there on."""
    if x.is_zero() or x > 0:
        return -x * x.log() if x > 0 else x
    if not x.is_finite() or not x.lower() >= 0:
        return arb("nan")
    top = arb(x.upper())
    last, most = -top * top.log(), arb(-1).exp()
    return last.union(arb(0)) if top < most else last.union(arb(0)).union(most)


def _ein(z: acb) -> acb:
    """Ein(z) = z 2F2(1, 1; 2, 2; -z), on a wide box by the mean value form.

    Its slope is (1 - e^-z)/z, the integral of e^(-tz) over [0, 1], which no |e^(-tz)| on the box exceeds.
    """
    middle = z.mid()
    value = middle * (-middle).hypgeom([acb(1), acb(1)], [acb(2), acb(2)])
    if z == middle:
        return value
    slope = (1 - (-z).exp()) / z
    if not slope.is_finite():
        most = (-z.real).exp().upper().max(arb(1))
        slope = acb(arb(0, most), arb(0, most))
    return value + (z - middle) * slope
