"""One evaluator: a SymPy expression is compiled once to straight-line Python code over any number type (a *ring*).

    program = compile_expr(expr, symbols)      # common subexpressions shared, no SymPy tree walk afterwards
    program(BALLS, *values)

A ring supplies numbers and functions: `Balls` (Arb, rigorous) is the one that decides; `ComplexBalls` serves integrands.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial, partialmethod, reduce
from keyword import iskeyword
from math import factorial, prod

import numpy as np
import sympy
from flint import acb, arb, arb_series, ctx, fmpq
from sympy import Dummy, Expr, Rational, Symbol, nan, oo, rootof, sympify, zoo
from sympy.core.function import FunctionClass
from sympy.printing.str import StrPrinter

from ...language.errors import CannotTell
from ...language.functions import unfold
from ...language.laws import Noise
from ...language.loops import Observable
from .enclosures import NOT_FINITE, at_precision, refine
from .improper import finite, half_line, half_lines, terms
from .special import SPECIAL

LOOKED_AT = 5_000  # pieces of an interval, for a least value
TIED = 1024  # bits at which what is not told apart is told as a tie

STRINGS = re.compile(r"'[^']*'")
NAMES = re.compile(r"(?<![.\w])[^\W\d]\w*")  # but for those of attributes

# ---- compilation ----------------------------------------------------------------------------------------------------


class _Printer(StrPrinter):
    """Prints an expression as Python code over a ring `R`; bound variables of sums become lambdas.

    shared: parts that have a line of their own, in `lines`, and its name wherever they occur; None where all has to stay in
        its place. Then it is also seen what is the same whatever the values are: it has its place in `numbers`.
    """

    def __init__(self, shared: Collection[Expr] | None):
        super().__init__()
        self.names, self.lines = dict.fromkeys(shared or (), ""), []
        self.places, self.numbers, self.in_place = {}, [], shared is None

    def _print(self, expr, **options):
        if self.in_place:
            return super()._print(expr, **options)
        if isinstance(expr, Expr) and not expr.free_symbols:
            if (kind := (type(expr), expr)) not in self.places:
                self.in_place, self.places[kind] = True, len(self.numbers)
                self.numbers.append(super()._print(expr, **options))
                self.in_place = False
            return f"v_[{self.places[kind]}]"
        if expr not in self.names:
            return super()._print(expr, **options)
        if not self.names[expr]:
            text = super()._print(expr, **options)
            self.names[expr] = f"v_{len(self.lines)}"
            self.lines.append(f"    {self.names[expr]} = {text}")
        return self.names[expr]

    def _print_Integer(self, e):
        return f"R.integer({e.p:#x})"  # Python writes no decimal numbers of more than 4300 digits

    def _print_Rational(self, e):
        return f"R.rational({e.p:#x}, {e.q:#x})"

    def _print_Float(self, e):
        return f"R.decimal({str(e.n(e._prec // 3 + 3))!r})"  # all its digits: str(e) drops the last two

    def _print_Pi(self, e):
        return "R.pi()"

    def _print_Exp1(self, e):
        return "R.exp(R.integer(1))"

    def _print_EulerGamma(self, e):
        return "R.euler_gamma()"

    def _print_Infinity(self, e):
        return "R.infinity()"

    def _print_NegativeInfinity(self, e):
        return "(-R.infinity())"

    def _print_ComplexRootOf(self, e):
        if not e.is_real:
            raise CannotTell(f"{e} is no real root")
        return f"R.algebraic({str(e.poly.as_expr())!r}, {str(e.poly.gen)!r}, {e.index})"

    def _print_Symbol(self, e):
        return _name(e)

    _print_Dummy = _print_Symbol

    def _print_Add(self, e, order=None):
        return "(" + " + ".join(map(self._print, e.args)) + ")"

    def _print_Mul(self, e):
        return "(" + "*".join(map(self._print, e.args)) + ")"

    def _print_Pow(self, e, rational=False):
        if e.exp.is_Integer:
            return f"R.whole_power({self._print(e.base)}, {int(e.exp)})"
        if e.exp == sympify(1) / 2:
            return f"R.sqrt({self._print(e.base)})"
        return f"R.power({self._print(e.base)}, {self._print(e.exp)})"

    def _print_Function(self, e):
        name = type(e).__name__
        args = ", ".join(map(self._print, e.args))
        if name in SPECIAL:
            return f"R.special({name!r}, {args})"
        if name not in _FUNCTIONS:
            raise CannotTell(f"no ball arithmetic for {name}")
        return f"R.{name}({args})"

    def _print_polygamma(self, e):
        if not e.args[0].is_Integer:
            raise CannotTell(f"no ball arithmetic for polygamma of order {e.args[0]}")
        return f"R.polygamma({int(e.args[0])}, {self._print(e.args[1])})"

    def _print_factorial(self, e):
        return f"R.gamma({self._print(e.args[0] + 1)})"

    def _print_binomial(self, e):
        n, k = e.args
        below = " + ".join(f"R.loggamma({self._print(x)})" for x in (k + 1, n - k + 1))
        return f"R.exp(R.loggamma({self._print(n + 1)}) + R.integer(-1)*({below}))"

    def _print_harmonic(self, e):
        """Of order m other than 1, zeta(m) - zeta(m, n + 1)."""
        n, m = (*e.args, sympify(1))[:2]
        after = self._print(n + 1)
        if m == 1:
            return f"(R.polygamma(0, {after}) + R.euler_gamma())"
        return f"(R.zeta({self._print(m)}) + R.integer(-1)*R.zeta({self._print(m)}, {after}))"

    def _print_FallingFactorial(self, e):
        x, k = e.args
        return f"R.RisingFactorial({self._print(x - k + 1)}, {self._print(k)})"

    def _print_beta(self, e):
        x, y = e.args if len(e.args) == 2 else e.args * 2
        above = "*".join(f"R.gamma({self._print(z)})" for z in (x, y))
        return f"({above}*R.whole_power(R.gamma({self._print(x + y)}), -1))"

    def _print_hyper(self, e):
        lists = (f"({''.join(self._print(a) + ', ' for a in given)})" for given in e.args[:2])
        return f"R.special('hyper', {', '.join(lists)}, {self._print(e.args[2])})"

    _print_Catalan = _print_GoldenRatio = lambda self, e: f"R.special({str(e)!r})"
    _print_gamma = _print_loggamma = _print_Abs = _print_Max = _print_Min = _print_Function
    _print_uppergamma = _print_lowergamma = _print_zeta = _print_Heaviside = _print_Function
    _print_LatticeOp = _print_ExpBase = _print_exp = _print_floor = _print_ceiling = _print_Function

    def _print_Piecewise(self, e, **settings):
        cases = ", ".join(f"(lambda: {self._print(c)}, lambda: {self._print(x)})" for x, c in e.args)
        return f"R.piecewise({cases})"

    def _print_Relational(self, e):
        return f"R.compare({e.rel_op!r}, {self._print(e.lhs)}, {self._print(e.rhs)})"

    def _print_And(self, e, order=None):
        return f"R.both({', '.join(map(self._print, e.args))})"

    def _print_Or(self, e):
        return f"R.either({', '.join(map(self._print, e.args))})"

    def _bound(self, kind, e):
        if len(e.limits) != 1 or len(e.limits[0]) != 3:
            raise CannotTell(f"{kind} needs one variable with two ends: {e}")
        v, a, b = e.limits[0]
        return f"R.{kind}(lambda R, {_name(v)}: {self._print(e.function)}, {self._print(a)}, {self._print(b)})"

    def _print_ArgMin(self, e):
        v, a, b = e.limits[0]
        f, ends = e.falling, f"{self._print(a)}, {self._print(b)}"
        if v.is_integer:
            return f"R.least_integer(lambda R, {_name(v)}: {self._print(f)}, {ends})"
        return f"R.least(lambda R, {_name(v)}: {self._print(f.diff(v))}, {ends})"

    _print_Sum = partialmethod(_bound, "sum")
    _print_Product = partialmethod(_bound, "product")

    def _print_Integral(self, e):
        parts = []
        for x, f, low in half_lines(e) if len(e.limits) == 1 and len(e.limits[0]) == 3 else ():
            for term, *slope, logs in terms(f, x):
                top, bottom = (f"[{', '.join(map(self._print, polynomial))}]" for polynomial in slope)
                line = f"lambda R, {_name(x)}: {self._print(term)}"
                parts.append(f"R.half_line({line}, {top}, {bottom}, {logs}, {self._print(low)})")
        return f"({' + '.join(parts)})" if parts else self._bound("integral", e)

    def emptyPrinter(self, expr):
        raise CannotTell(f"no ball arithmetic for {type(expr).__name__}: {expr}")


@lru_cache(maxsize=4096)
def _name(symbol: Symbol) -> str:
    # the number keeps symbols of one name and different assumptions apart
    return f"v_{''.join(c if c.isalnum() else '_' for c in symbol.name)}_{abs(hash(symbol)) % 10**12}"


class Program:
    """A compiled expression: `program(ring, *values)` with one value for each of `symbols`."""

    def __init__(self, expr: Expr, symbols: Sequence[Symbol]):
        self.expr, self.symbols = expr, tuple(symbols)
        if random := sorted(map(str, sympify(expr).atoms(Observable, Noise))):
            raise CannotTell(f"{random[0]} is random: a number is expected")
        expr = unfold(sympify(expr))
        missing = expr.free_symbols - set(symbols)
        if missing:
            raise CannotTell(f"{expr} has further symbols {sorted(map(str, missing))}")
        expr, symbols = _in_order(expr, symbols)
        printer = _Printer(_repeated(expr))
        body = printer.doprint(expr)
        head = f"def program(R, {', '.join(('v_', *map(_name, symbols)))}):"
        numbers = "".join(f"{number}, " for number in printer.numbers)
        code = "\n".join([head, *printer.lines, f"    return {body}", f"def numbers(R):\n    return ({numbers})"])
        names = set(NAMES.findall(STRINGS.sub("", " ".join([*printer.lines, body, numbers]))))
        if unknown := sorted(n for n in names if not (n == "R" or n.startswith("v_") or iskeyword(n))):
            raise CannotTell(f"no ball arithmetic for {unknown[0]}: {expr}")
        namespace: dict = {}
        exec(compile(code, f"<{type(expr).__name__}>", "exec"), namespace)
        self.source, self._run, self._make = code, namespace["program"], namespace["numbers"]
        self._made: dict[tuple, tuple] = {}

    def _numbers(self, ring) -> tuple:
        """What is the same whatever the values are, in a ring at the current precision."""
        if ring is not Balls and type(ring) is not ComplexBalls:
            return self._make(ring)
        kind = ctx.prec, getattr(ring, "analytic", None)  # real balls have no such attribute
        if kind not in self._made:
            self._made[kind] = self._make(ring)
        return self._made[kind]

    def __call__(self, ring, *values):
        try:
            return self._run(ring, self._numbers(ring), *values)
        except AttributeError as problem:
            raise CannotTell(f"no {problem.name} among {type(problem.obj).__name__}: {self.expr}") from problem


def _in_order(expr: Expr, symbols: Sequence[Symbol]) -> tuple[Expr, Sequence[Symbol]]:
    """The expression with its terms and factors in one order: that of the names and, of equal ones, of `symbols`.

    SymPy orders dummies of one name by which was made first. That may have been long before, for something else, and balls
    are rounded as they are added.
    """
    last: dict[tuple, int] = {}
    for s in symbols:
        if isinstance(s, Dummy):
            kind = s._hashable_content()[:-1]
            if last.get(kind, 0) > s.dummy_index:
                fresh = {s: Dummy(s.name, **s._assumptions_orig) for s in symbols}
                return expr.xreplace(fresh), tuple(fresh.values())
            last[kind] = s.dummy_index
    return expr, symbols


def _repeated(expr: Expr) -> set[Expr] | None:
    """The parts of it that occur twice; None where there are bound variables: they must be left where they are."""
    seen, todo, twice = set(), [expr], set()
    while todo:
        e = todo.pop()
        if type(e).__name__ in ("Sum", "Product", "Integral", "ArgMin", "ArgMax"):
            return None
        if e.args:
            if e in seen:
                twice.add(e)
                continue  # its parts are in it wherever it occurs
            seen.add(e)
            todo += e.args
    return twice


@lru_cache(maxsize=8192)
def compile_expr(expr: Expr, symbols: tuple[Symbol, ...]) -> Program:
    if expr.has(zoo, nan):
        raise CannotTell(f"undefined here: {expr}")
    return Program(expr, symbols)


# ---- rings ----------------------------------------------------------------------------------------------------------


def _whole_power(x, k: int, one):
    """x**k by repeated products: python-flint's `arb(0, r)**2` is nan."""
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
    def decimal(text):
        """A Float of a claim: a ball of relative radius 2^-50 (rule 8)."""
        x = arb(text)
        return x + x * arb(0, 2.0**-50)

    algebraic = staticmethod(_algebraic)

    pi = staticmethod(arb.pi)
    euler_gamma = staticmethod(arb.const_euler)

    infinity = staticmethod(arb.pos_inf)

    @staticmethod
    def whole_power(x, k):
        return _whole_power(x, k, arb(1))

    @staticmethod
    def power(x, y):
        k = y.unique_fmpz() if y.is_exact() else None
        if k is not None and y == arb(k):
            return _whole_power(x, int(k), arb(1))
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
        if m == 0:
            return x.digamma()
        # psi_m(x) = (-1)^(m+1) m! zeta(m+1, x)
        return arb((-1) ** (m + 1)) * arb(factorial(m)) * arb(m + 1).zeta(x)

    @staticmethod
    def Ein(x):
        return _ein(acb(x)).real

    uppergamma = staticmethod(lambda s, x: x.gamma_upper(s))
    lowergamma = staticmethod(lambda s, x: x.gamma_lower(s))
    RisingFactorial = staticmethod(arb.rising)
    special = staticmethod(lambda name, *args: SPECIAL[name](*args))

    @staticmethod
    def Max(*xs: arb) -> arb:
        return reduce(arb.max, xs)

    @staticmethod
    def Min(*xs: arb) -> arb:
        return reduce(arb.min, xs)

    @staticmethod
    def compare(op: str, a: arb, b: arb) -> bool | None:
        """Whether a relation holds, for certain; None where the balls do not tell."""
        if COMPARED[op](a, b):
            return True
        return False if COMPARED[OPPOSITE[op]](a, b) else None

    @staticmethod
    def both(*known: bool | None) -> bool | None:
        return False if False in known else None if None in known else True

    @staticmethod
    def either(*known: bool | None) -> bool | None:
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
        if x == 0:
            return arb(0)
        return arb(1) if x > 0 else arb(-1) if x < 0 else arb(0, 1) if x.is_finite() else x

    @staticmethod
    def _range(a, b) -> range:
        lo, hi = a.unique_fmpz(), b.unique_fmpz()
        if b == arb.pos_inf():
            raise CannotTell("an endless sum or product inside of an integral, or on a box")
        if lo is None or hi is None:
            raise CannotTell(f"ends of a sum or product are not integers: {a}, {b}")
        if hi < lo - 1:  # no agreed value: 0, or minus the terms between
            raise ArithmeticError(f"a sum or product from {lo} to {hi} runs backwards")
        return range(int(lo), int(hi) + 1)

    @classmethod
    def sum(cls, f: Callable, a, b):
        if cls is Balls and (low := _endless(a, b)) is not None:
            from .endless import endless

            if low == -oo:
                below = endless(lambda R, k: f(R, R.integer(-1) * k), 1)
                return endless(f, 0) + below
            return endless(f, low)
        return sum((f(cls, cls.integer(k)) for k in cls._range(a, b)), cls.integer(0))

    @classmethod
    def product(cls, f: Callable, a, b):
        if cls is Balls and (low := _endless(a, b)) is not None and low != -oo:
            from .endless import endless_product

            return endless_product(f, low)
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
            raise CannotTell(told) if tied or ctx.prec >= TIED else ArithmeticError(told)
        return cls.integer(places[0])

    @classmethod
    def least(cls, slope: Callable, a, b):
        """The place in [a, b] at which a function is least, by the sign of its slope: it falls up to there, and rises beyond.

        Where the slope's sign is not known a piece is halved; an end counts where the slope has one sign up to it.
        """
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
            elif high - low < smallest:
                open_.append((low, high))
            else:
                middle = ((low + high) / 2).mid()
                todo += [(low, middle), (middle, high)]
        else:
            raise CannotTell("the sign of a slope is not known in much of an interval: no least place is seen in it")
        if not open_:  # one sign all over: two that meet would have an open piece between them
            return b if falls else a
        first, last = reduce(arb.min, (x for x, _ in open_)), reduce(arb.max, (x for _, x in open_))
        if any(x > first for _, x in falls) or any(x < last for x, _ in rises):
            raise CannotTell(f"a function turns more than once from {a.str(5)} to {b.str(5)}, or is steep at an end")
        found = first.union(last)
        return reduce(arb.union, (end for end in (a, b) if end.overlaps(found)), found)

    @classmethod
    def integral(cls, f: Callable, a, b):
        """A definite integral of a function analytic near [a, b], rigorous."""
        return finite(lambda z, analytic: f(ComplexBalls(analytic), z), a, b)

    @staticmethod
    def half_line(f: Callable, top, bottom, logs: int, low):
        """An integral from `low` to infinity: see `improper`."""
        return half_line(lambda z, analytic: f(ComplexBalls(analytic), z), top, bottom, logs, low)


def _endless(a: arb, b: arb):
    """The lower end, an integer or -oo, of a sum up to oo; None for another sum."""
    if b == arb.pos_inf():
        if a == arb.neg_inf():
            return -oo
        low = a.unique_fmpz()
        if low is not None and a == arb(low):
            return int(low)
    return None


# SymPy's functions that are known by their names
_FUNCTIONS = {"Ein", *(name for name in vars(Balls) if isinstance(getattr(sympy, name, None), FunctionClass))}


class ComplexBalls:
    """Complex balls for integrands; `analytic` asks for nan where a branch cut is met."""

    integer = staticmethod(acb)
    rational = staticmethod(lambda p, q: _constant(p, q))
    decimal = staticmethod(lambda text: acb(Balls.decimal(text)))
    pi = staticmethod(lambda: acb(arb.pi()))
    euler_gamma = staticmethod(lambda: acb(arb.const_euler()))
    whole_power = staticmethod(lambda x, k: _whole_power(x, k, acb(1)))
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
        return (y * self.log(x)).exp()

    def log(self, x):
        return acb(x).log(analytic=self.analytic)

    def sqrt(self, x):
        return acb(x).sqrt(analytic=self.analytic)

    def loggamma(self, x):
        return x.lgamma() if not self.analytic or x.real > 0 else NOT_FINITE  # its cut is where Re x <= 0

    def atan(self, x):
        if self.analytic and x.real.contains(0) and not abs(x.imag) < 1:  # the cuts: acb's own ball is finite there
            return NOT_FINITE
        return x.atan()

    def asinh(self, x):
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
        return _whole_power(x, k, arb(1) if isinstance(x, arb) else arb_series([1]))

    @staticmethod
    def power(x, y):
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
        if isinstance(x, arb):
            return Balls.polygamma(m, x)
        _, *slope = x.coeffs()
        if m or len(slope) != 1:
            raise CannotTell("no power series of a polygamma function")
        return x.lgamma().derivative() * (1 / slope[0])

    @staticmethod
    def sinh(x):
        return x.sinh() if isinstance(x, arb) else (x.exp() - (-x).exp()) / 2

    @staticmethod
    def cosh(x):
        return x.cosh() if isinstance(x, arb) else (x.exp() + (-x).exp()) / 2

    @staticmethod
    def tanh(x):
        return x.tanh() if isinstance(x, arb) else 1 - 2 / ((x + x).exp() + 1)

    @staticmethod
    def RisingFactorial(x, k):
        lg = [y.lgamma() for y in (x + k, x)]
        return (lg[0] - lg[1]).exp()


class Floats:
    """Arrays of floats: for guesses, which certify nothing."""

    integer, decimal = float, float
    exp, log, sqrt, sin, cos, sinh, cosh, tanh, atan = (
        np.exp, np.log, np.sqrt, np.sin, np.cos, np.sinh, np.cosh, np.tanh, np.arctan
    )  # fmt: skip

    rational, power, whole_power = operator.truediv, pow, pow
    pi = staticmethod(lambda: np.pi)


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


# ---- values ---------------------------------------------------------------------------------------------------------


def to_ball(value) -> arb:
    """An exact SymPy number (or any closed expression) as a ball at the current precision."""
    value = sympify(value)
    if value.is_Integer:
        return arb(int(value))
    if value.is_Rational:
        return arb(fmpq(int(value.p), int(value.q)))
    return compile_expr(value, ())(Balls)


def good(x: arb, bits: int = 40) -> bool:
    """Whether a ball is finite and small: relative radius below 2^-bits, or absolute below 2^-300, and 2^-bits."""
    return bool(x.is_finite()) and (x.rel_accuracy_bits() >= bits or bool(abs(x.rad()) < arb(2) ** -max(300, bits)))


def enclose(expr: Expr, values: dict | None = None, bits: int = 40) -> arb:
    """A ball for `expr` at exact `values` of its symbols."""
    values = values or {}
    program = compile_expr(expr, tuple(values))
    return refine(lambda: program(Balls, *map(to_ball, values.values())), lambda x: good(x, bits), limit=2048)


def at_least(expr: Expr, bound: int, strict: bool) -> bool:
    """Whether a closed expression is certainly > (or >=) bound."""
    x = enclose(expr)
    return bool(x > bound) if strict else bool(x >= bound)


def close_to(x: Expr, k: Symbol, end: Expr) -> bool:
    """Whether x at k = 10^4 and 10^6 is within 1/100 and 1/10000 (relative to 1 + |end|) of `end`: a check of a limit."""
    for at, tolerance in ((10**4, 100), (10**6, 10_000)):
        gap = abs(enclose(x, {k: at}) - enclose(end))
        if not gap * tolerance < 1 + abs(enclose(end)):
            return False
    return True
