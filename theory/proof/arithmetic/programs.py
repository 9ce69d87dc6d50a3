"""One evaluator: a SymPy expression is compiled once to straight-line Python code over any number type (a *ring*).

program = compile_expr(expr, symbols)      # common subexpressions shared, no SymPy tree walk afterwards
program(Balls, *values)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial, partialmethod
from keyword import iskeyword
from typing import Any

from flint import arb, ctx, fmpq
from sympy import (
    Add,
    Dummy,
    Expr,
    Poly,
    S,
    Symbol,
    cancel,
    expand,
    fraction,
    nan,
    oo,
    quo,
    sympify,
    together,
    zoo,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.printing.str import StrPrinter

from ...language.errors import CannotTell
from ...language.extrema import ArgMin, Root
from ...language.functions import unfold
from ...language.histories import History, Periodic
from ...language.laws import Noise
from ...language.loops import CLOCK, Observable
from ...language.moments import Moment
from ...language.numbers import uncertainty
from ..foreign import surely
from .endless import endless, endless_product
from .improper import half_lines, terms
from .precision import refine, whole
from .rings import FUNCTIONS, Balls, ComplexBalls
from .special import SPECIAL

STRINGS = re.compile(r"'[^']*'")
NAMES = re.compile(r"(?<![.\w])[^\W\d]\w*")  # but for those of attributes

# ---- what has no end ------------------------------------------------------------------------------------------------


def _low(R: Any, a: Any, b: Any) -> Any:
    """The lower end, an integer or -oo, of a sum of balls up to oo; None for another sum."""
    if R is not Balls or b != arb.pos_inf():
        return None
    if a == arb.neg_inf():
        return -oo
    low = whole(a)
    return low if low is not None and a == arb(low) else None


def _sum(R: Any, f: Callable, a: Any, b: Any) -> Any:
    if (low := _low(R, a, b)) is None:
        return R.sum(f, a, b)
    if low == -oo:
        below = endless(lambda ring, k: f(ring, ring.integer(-1) * k), 1)
        return endless(f, 0) + below
    return endless(f, low)


def _product(R: Any, f: Callable, a: Any, b: Any) -> Any:
    low = _low(R, a, b)
    return R.product(f, a, b) if low is None or low == -oo else endless_product(f, low)


class _Kept:
    """A summand, or a factor, of a sum inside of another one that it knows nothing of: all of its values are asked for with each
    term of the other, and are worked out once."""

    def __init__(self, f: Callable):
        self.f, self.values = f, {}

    def __call__(self, R: Any, k: Any) -> Any:
        if R is not Balls or not k.is_exact():
            return self.f(R, k)
        at = ctx.prec, k.unique_fmpz()
        if at not in self.values:
            self.values[at] = self.f(R, k)
        return self.values[at]


def _hyper(R: Any, above: Sequence, below: Sequence, x: Any) -> Any:
    """pFq; for p = q + 1 at 1 the series itself: its terms are quotients of gamma functions, and fall like a power."""
    ends = any(a.is_integer() and a <= 0 for a in above) if R is Balls else True
    poles = any(b <= 0 and b.is_integer() for b in below) if R is Balls else True
    if ends or poles or len(above) != len(below) + 1 or x != 1:
        return R.special("hyper", above, below, x)
    if not all(a > 0 for a in (*above, *below)):
        raise CannotTell("a hypergeometric function at 1, of negative parameters")
    one = arb(1)

    def term(ring: Any, k: Any) -> Any:
        logs = [ring.loggamma(k + a) - ring.loggamma(a) for a in above]
        logs += [ring.loggamma(b) - ring.loggamma(k + b) for b in (*below, one)]
        return ring.exp(sum(logs[1:], logs[0]))

    return endless(term, 0)


def _history(R: Any, e: History, t: Any, *values: Any) -> Any:
    """What a scheme makes of numbers, at a generation that is known by now."""
    here, symbols = whole(t) if isinstance(t, arb) else None, tuple(_known_to(e))
    if here is None:
        raise CannotTell(f"{e} at a generation that is no whole number")
    return e.value(here, lambda x: compile_expr(x, symbols)(R, *values))


def _known_to(e: History) -> list[Symbol]:
    """The symbols that the numbers and the weights are told by, in one order."""
    return sorted(set().union(*(x.free_symbols for x in (e.scheme, e.numbers, e.start))) - {CLOCK}, key=_name)


def _entry(values: Sequence, k: Any) -> Any:
    """Of numbers that are repeated, that of generation k = 1, 2, ..."""
    here = whole(k) if isinstance(k, arb) else k if isinstance(k, int) else None
    if here is None:
        raise CannotTell("a number of a generation that is no whole number")
    return values[(here - 1) % len(values)]


ENDLESS = {
    "v_history": _history,
    "v_entry": _entry,
    "v_sum": _sum,
    "v_product": _product,
    "v_kept": _Kept,
    "v_hyper": _hyper,
}  # what programs call beside their ring

# ---- compilation ----------------------------------------------------------------------------------------------------


MOST_IN_A_ROW = 64
KEPT = ("v_sum", "v_product")


class _Printer(StrPrinter):
    """Prints an expression as Python code over a ring `R`; bound variables of sums become lambdas.

    shared: parts that have a line of their own, in `lines`, and its name wherever they occur; None where all has to stay in
        its place. Then it is also seen what is the same whatever the values are: it has its place in `numbers`.
    free: symbols that mean the same everywhere in it.
    """

    def __init__(self, shared: Collection[Expr] | None, free: Collection[Symbol] = ()):
        super().__init__()
        self.names, self.lines = dict.fromkeys(shared or (), ""), []
        self.places, self.numbers, self.in_place = {}, [], shared is None
        self.histories: list[History] = []
        self.free, self.within = frozenset(free), 0

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
        return f"R.decimal({str(e.n(e._prec // 3 + 3))!r}, {uncertainty(e)!r})"  # all its digits: str(e) drops the last two

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
        return _chained(" + ", [self._print(a) for a in e.args])

    def _print_Mul(self, e):
        return _chained("*", [self._print(a) for a in e.args])

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
        if name not in FUNCTIONS:
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
        return f"v_hyper(R, {', '.join(lists)}, {self._print(e.args[2])})"

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
            raise CannotTell(f"{type(e).__name__} needs one variable with two ends: {e}")
        v, a, b = e.limits[0]
        call = f"{kind}(" if kind.startswith("R.") else f"{kind}(R, "
        return f"{call}{self._body(kind, e.function, v)}, {self._print(a)}, {self._print(b)})"

    def _body(self, kind, f, v):
        """A function of the bound variable, with a line of its own where it is another one's that knows nothing of that."""
        self.within += 1
        body = f"lambda R, {_name(v)}: {self._print(f)}"
        self.within -= 1
        if kind not in KEPT or not self.within or not f.free_symbols - {v} <= self.free:
            return body
        name = f"v_{len(self.lines)}"
        self.lines.append(f"    {name} = v_kept({body})")
        return name

    def _print_ArgMin(self, e):
        v, a, b = e.limits[0]
        f, ends = e.falling, f"{self._print(a)}, {self._print(b)}"
        if v.is_integer:
            return f"R.least_integer(lambda R, {_name(v)}: {self._print(f)}, {ends})"
        if oo in (b, -a):
            place = self._endless(e)
        else:
            slope, poles = _without_poles(e)
            place = f"R.least(lambda R, {_name(v)}: {self._print(slope)}, {ends}, {poles})"
        return f"R.with_value(lambda R, {_name(v)}: {self._print(f)}, {place})"

    def _endless(self, e):
        """v = above/below in y from 0 to 1: of the slope only the sign counts."""
        v, a, b = e.limits[0]
        if not e.slope.is_polynomial(v):
            return self._convex(e)
        y = Dummy("y", real=True)
        below = 1 - y if a != -oo else y if b != oo else y * (1 - y)
        above = a * (1 - y) + y if a != -oo else b * y - (1 - y) if b != oo else 2 * y - 1

        def written(x):
            p = Poly(x, v)
            return Add(*(c * above**i * below ** (p.degree() - i) for (i,), c in p.terms()))

        divides, poles = fraction(together(e.falling))[1] if e.falling.is_rational_function(v) else S.One, [False] * 2
        for i, end in enumerate((a, b)):
            while end not in (oo, -oo) and expand(divides.xreplace({v: end})) == 0:
                divides, poles[i] = quo(divides, v - end, v), True
        slope = written(e.slope) / written(divides) ** 2  # at a pole inside there is no ball of it
        ends = f"{self._print(S.Zero)}, {self._print(S.One)}, {tuple(poles)}"
        place = f"R.least(lambda R, {_name(y)}: {self._print(slope)}, {ends})"
        return f"(lambda {_name(y)}: {self._print(above / below)})({place})"

    def _convex(self, e):
        """Over an endless range, of what is seen to have a slope that rises."""
        v, a, b = e.limits[0]
        y = Dummy(v.name, real=True) if (a, b) == (-oo, oo) else Dummy(v.name, positive=True)
        there = a + y if a != -oo else b - y if b != oo else y
        if e.falling.has(Moment) or not e.slope.diff(v).xreplace({v: there}).is_positive:
            raise CannotTell(
                "over an endless range balls know where a quotient of polynomials turns, and what is seen to be convex, "
                f"not {e.function}"
            )
        ends = ", ".join("None" if end in (oo, -oo) else self._print(end) for end in (a, b))
        return f"R.least_of_convex(lambda R, {_name(v)}: {self._print(e.slope)}, {ends})"

    def _print_Root(self, e):
        return self._bound("R.root", e)

    _print_Sum = partialmethod(_bound, "v_sum")
    _print_Product = partialmethod(_bound, "v_product")

    def _print_Integral(self, e):
        parts = []
        for x, f, low in half_lines(e) if len(e.limits) == 1 and len(e.limits[0]) == 3 else ():
            for term, *slope, logs in terms(f, x):
                top, bottom = (f"[{', '.join(map(self._print, polynomial))}]" for polynomial in slope)
                line = f"lambda R, {_name(x)}: {self._print(term)}"
                parts.append(f"R.half_line({line}, {top}, {bottom}, {logs}, {self._print(low)})")
        return f"({' + '.join(parts)})" if parts else self._bound("R.integral", e)

    def _print_History(self, e):
        self.histories.append(e)
        symbols = [_name(s) for s in _known_to(e)]
        return f"v_history(R, v_histories[{len(self.histories) - 1}], {', '.join([self._print(e.t), *symbols])})"

    def _print_Entry(self, e):
        numbers, k = e.args
        if not isinstance(numbers, Periodic):
            return self.emptyPrinter(e)
        return f"v_entry(({''.join(self._print(x) + ', ' for x in numbers.values)}), {self._print(k)})"

    def emptyPrinter(self, expr):
        raise CannotTell(f"no ball arithmetic for {type(expr).__name__}: {expr}")


def _without_poles(e: ArgMin) -> tuple[Expr, tuple[bool, bool]]:
    """What has the sign of the slope, without poles at the ends of the range, and whether the function has no value at the lower
    and the upper one. Of quotients of polynomials; else the slope as it is."""
    k, *ends = e.limits[0]
    if isinstance(e, Root) or not e.falling.is_rational_function(k):
        return e.slope, (False, False)
    below = fraction(together(e.falling))[1]
    poles = tuple(expand(below.xreplace({k: end})) == 0 for end in ends)
    if not any(poles):
        return e.slope, (False, False)
    above, below = fraction(cancel(e.slope))
    for end, inside in zip(ends, (k - ends[0], ends[1] - k), strict=True):  # both are positive between the ends
        while expand(below.xreplace({k: end})) == 0:
            below = quo(below, inside, k)
    return above / below, poles


def _chained(sign: str, parts: list[str]) -> str:
    """Terms or factors, in groups where they are many: Python nests a chain once more with every sign in it."""
    while len(parts) > MOST_IN_A_ROW:
        parts = [_chained(sign, parts[i : i + MOST_IN_A_ROW]) for i in range(0, len(parts), MOST_IN_A_ROW)]
    return f"({sign.join(parts)})"


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
        bound = {v for x in expr.atoms(ExprWithLimits) for v in x.variables}
        printer = _Printer(_repeated(expr), {*symbols} - bound)
        body = printer.doprint(expr)
        head = f"def program(R, {', '.join(('v_', *map(_name, symbols)))}):"
        numbers = "".join(f"{number}, " for number in printer.numbers)
        code = "\n".join([head, *printer.lines, f"    return {body}", f"def numbers(R):\n    return ({numbers})"])
        names = set(NAMES.findall(STRINGS.sub("", " ".join([*printer.lines, body, numbers]))))
        if unknown := sorted(n for n in names if not (n == "R" or n.startswith("v_") or iskeyword(n))):
            raise CannotTell(f"no ball arithmetic for {unknown[0]}: {expr}")
        namespace: dict[str, Any] = {**ENDLESS, "v_histories": printer.histories}
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
            raise self.lacking(problem) from problem

    def over(self, ring) -> Callable:
        """The program in a ring at the current precision, for many calls. A function that the ring lacks is an
        `AttributeError` there: `lacking` makes of it what a call of the program itself raises."""
        return partial(self._run, ring, self._numbers(ring))

    def lacking(self, problem: AttributeError) -> CannotTell:
        """What is raised where a ring lacks a function that the program calls."""
        return CannotTell(f"no {problem.name} among {type(problem.obj).__name__}: {self.expr}")


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
        if type(e).__name__ in ("Sum", "Product", "Integral", "ArgMin", "ArgMax", "Root"):
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
    """An expression as a program for any ring (`rings`), made once. Raises `CannotTell` for one that is undefined."""
    if expr.has(zoo, nan):
        raise CannotTell(f"undefined here: {expr}")
    return Program(expr, symbols)


# ---- values ---------------------------------------------------------------------------------------------------------


def to_ball(value) -> arb:
    """An exact SymPy number (or any closed expression) as a ball at the current precision."""
    value = sympify(value)
    if value.is_Integer:
        return arb(int(value))
    if value.is_Rational:
        return arb(fmpq(int(value.p), int(value.q)))
    return compile_expr(value, ())(Balls)


@surely
def is_enclosed(x: Expr) -> bool:
    """Whether a closed expression has a ball that is finite: of a tie, or of what diverges, there is none."""
    return bool(to_ball(x).is_finite())


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
