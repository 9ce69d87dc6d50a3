"""A reader of what a user's mixing scheme computes its weights by, with a symbol for the generation.

A small part of Python is understood, statement by statement: whole numbers, lists and tuples, cases, loops over what is listed,
comprehensions over ranges. A list may have runs of a length that is a symbol. Whatever else is met, and every comparison that is
not the same in all late generations, ends the reading.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import operator
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import sympy
from sympy import Dummy, Expr, Integer, Poly, PolynomialError, Pow, S, Sum, expand, expand_power_exp, powsimp, sympify

from ...language.errors import CannotTell
from ...language.schemes import MixingScheme
from ..symbols.partial_sums import partial_sum

MOST_LISTED = 64  # entries of a list that is gone through one by one
MOST_CALLS = 8  # functions within functions
EDGE = 3  # first and last entries of a long comprehension, which cases tell apart
STEP = Dummy("step", integer=True, nonnegative=True)  # how much later than the first of the late generations
AT = Dummy("at", integer=True, nonnegative=True)  # the place in a run, from 0


@dataclass(frozen=True)
class Count:
    """A whole number of Python's that is a symbol: what a range runs through."""

    x: Expr


@dataclass(frozen=True)
class Run:
    """`count` entries in a row, `value` at the place AT of it."""

    count: Expr
    value: Any

    def at(self, place: Expr) -> Any:
        """The entry at a place, counted from 0."""
        return _with(self.value, {AT: place})


Runs = list[Run] | tuple[Run, ...]


class Changes(CannotTell):
    """What is asked changes with the generation, again and again, `period` long."""

    def __init__(self, period: int):
        super().__init__(f"what depends on the generation modulo {period}")
        self.period = period


def added_up(run: Run) -> tuple[Expr, set[Expr]]:
    """The sum of a run, and what has to be other than 0 for it to be so. Raises `CannotTell`."""
    value = number(run.value)
    if run.count == 1 or not value.has(AT):
        return run.count * number(run.at(S.Zero)), set()
    factor, rest = value.as_independent(AT, as_Add=False)
    if (found := partial_sum(expand_power_exp(rest), AT, S.Zero, run.count - 1)) is not None:
        return powsimp(factor * expand(found[0])), set(found[1])
    total = Sum(value, (AT, 0, run.count - 1)).doit()
    if total.has(Sum, sympy.Piecewise):
        raise CannotTell("a sum without a closed form")
    return total, set()


# ---- the reader -----------------------------------------------------------------------------------------------------

OPERATORS: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
SYMPY = (sympy.Rational, sympy.Integer, sympy.sqrt, sympy.sympify, sympy.S, sympy.binomial, sympy.factorial)


class _Return(Exception):
    def __init__(self, value: Any):
        self.value = value


class Reader:
    """Goes through a function with a symbol for the generation.

    A value is an int, a `Count`, an expression, a flag, a function, the scheme, or a list or a tuple of runs.
    """

    def __init__(self, scheme: MixingScheme, step: Dummy):
        self.scheme, self.step = scheme, step
        self.within: dict[Expr, Expr] = {}  # the generation by what is before and behind the place in a long run
        self.calls = 0
        self.nonzero: set[Expr] = set()

    def called(self, function: Any, arguments: list) -> Any:
        """What a function of the user's returns."""
        if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__") or self.calls >= MOST_CALLS:
            raise CannotTell(f"{function} is not read")
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        if not isinstance(tree, ast.FunctionDef) or tree.decorator_list:
            raise CannotTell(f"{function.__name__} is no plain function")
        a = tree.args
        if a.vararg or a.kwarg or a.kwonlyargs or a.posonlyargs or a.defaults or len(a.args) != len(arguments):
            raise CannotTell(f"arguments of {function.__name__}")
        around = {**vars(builtins), **function.__globals__, **inspect.getclosurevars(function).nonlocals}
        names = {
            name: () if isinstance(x, list) and not x else x for name, x in around.items()
        }  # no list but its own changes
        names |= {arg.arg: x for arg, x in zip(a.args, arguments, strict=True)}
        self.calls += 1
        try:
            self.run(tree.body, names)
        except _Return as end:
            return end.value
        finally:
            self.calls -= 1
        raise CannotTell(f"{function.__name__} returns nothing")

    # ---- what is so in every late generation ----

    def is_at_least_0(self, x: Any) -> bool:
        """Whether a number is at least 0, in all late generations; `CannotTell` if in some only."""
        there = expand(number(x).xreplace(self.within))
        if there.is_nonnegative:
            return True
        if there.is_negative:
            return False
        raise CannotTell(f"{number(x)} is at least 0 in some generations only, as far as is seen")

    def is_0(self, x: Any) -> bool:
        """Whether a number is 0; `CannotTell` if in some generations only."""
        there = expand(number(x).xreplace(self.within))
        if there == 0:
            return True
        if there.is_positive or there.is_negative or there.is_nonzero:
            return False
        raise CannotTell(f"{number(x)} is 0 in some generations only, as far as is seen")

    def is_true(self, x: Any) -> bool:
        """The truth of a value, as of `is_0`: a list or a text has none here."""
        if isinstance(x, bool):
            return x
        return not self.is_0(x)

    # ---- statements ----

    def run(self, body: list[ast.stmt], names: dict[str, Any]) -> None:
        """Go through statements, up to a `return`; `names` are the variables, which change. Raises `CannotTell` for others."""
        for node in body:
            match node:
                case ast.Return(value=value) if value is not None:
                    raise _Return(self.value(value, names))
                case ast.Assign(targets=[target], value=value):
                    self.put(target, self.value(value, names), names)
                case ast.AugAssign(target=target, op=op, value=value):
                    old = self.value(ast.parse(ast.unparse(target), mode="eval").body, names)
                    found = self.joined(op, old, self.value(value, names))
                    if isinstance(old, list):  # the list itself, as in Python
                        self.changes_a_list()
                        old[:] = found
                    else:
                        self.put(target, found, names)
                case ast.If(test=test, body=yes, orelse=no):
                    self.run(yes if self.is_true(self.value(test, names)) else no, names)
                case ast.For(target=target, iter=listed, body=inner, orelse=[]):
                    with _unchanged(self.value(listed, names)) as runs:
                        for x in self.entries(runs):
                            self.put(target, x, names)
                            self.run(inner, names)
                case ast.Expr(value=ast.Constant()) | ast.Pass():  # a docstring
                    pass
                case _:
                    raise CannotTell(f"{ast.unparse(node)} is not read")

    def put(self, target: ast.expr, x: Any, names: dict[str, Any]) -> None:
        """`target = x`. A list's entry is changed in the list itself. Raises `CannotTell` for another target."""
        match target:
            case ast.Name(id=name):
                names[name] = x
            case ast.Tuple(elts=elts):
                for t, y in zip(elts, self.entries(x), strict=True):
                    self.put(t, y, names)
            case ast.Subscript(value=ast.Name(id=name), slice=place):
                runs = names[name]
                if not isinstance(runs, list):
                    raise CannotTell(f"{name} is no list")
                self.changes_a_list()
                before, _, after = self.parted(runs, self.value(place, names))
                runs[:] = [*before, Run(S.One, x), *after]  # the list itself, as in Python
            case _:
                raise CannotTell(f"{ast.unparse(target)} = ... is not read")

    def changes_a_list(self) -> None:
        """Refused where one value is read for many entries, and for each of them the list would change."""
        if self.within:
            raise CannotTell("a list that changes with every entry of another one")

    def parted(self, runs: Runs, place: Any) -> tuple[list[Run], Any, list[Run]]:
        """A list before a place, at it, and after it. Raises `IndexError`."""
        p = number(place)
        if not self.is_at_least_0(p):
            p = expand(p + sum((r.count for r in runs), S.Zero))
        for i, run in enumerate(runs):
            if not self.is_at_least_0(p - run.count):
                if not self.is_at_least_0(p):
                    break
                left = [Run(p, run.value)] if p != 0 else []
                rest = expand(run.count - p - 1)
                right = [Run(rest, run.at(AT + p + 1))] if rest != 0 else []
                return [*runs[:i], *left], run.at(p), [*right, *runs[i + 1 :]]
            p = expand(p - run.count)
        raise IndexError("list index out of range")

    def entries(self, runs: Any) -> list:
        """The entries of a list without long runs."""
        runs = runs_of(runs)
        if not all(r.count.is_Integer for r in runs):
            raise CannotTell("a loop over as many as there are generations")
        if sum(r.count for r in runs) > MOST_LISTED:
            raise CannotTell("a long list")
        return [r.at(Integer(k)) for r in runs for k in range(int(r.count))]

    # ---- expressions ----

    def value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        """The value of an expression. Raises `CannotTell` for what is not read."""
        match node:
            case ast.Constant(value=bool() | int() as x):
                return x
            case ast.Name(id=name):
                return _allowed(names[name])
            case ast.Attribute(value=of, attr=name):
                return self.attribute(self.value(of, names), name)
            case ast.BinOp(left=a, op=op, right=b):
                return self.joined(op, self.value(a, names), self.value(b, names))
            case ast.UnaryOp(op=ast.Not(), operand=x):
                return not self.is_true(self.value(x, names))
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return self.joined(ast.Sub(), 0, self.value(x, names))
            case ast.BoolOp(op=op, values=values):
                return self.either(isinstance(op, ast.Or), values, names)
            case ast.Compare(left=left, ops=ops, comparators=others):
                chain = [self.value(x, names) for x in (left, *others)]
                return all(self.compared(op, a, b) for op, a, b in zip(ops, chain, chain[1:], strict=False))
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self.value(yes if self.is_true(self.value(test, names)) else no, names)
            case ast.List(elts=elts):
                return [run for x in elts for run in self.listed(x, names)]
            case ast.Tuple(elts=elts):
                return tuple(run for x in elts for run in self.listed(x, names))
            case ast.Subscript(value=of, slice=place) if not isinstance(place, ast.Slice):
                return self.parted(self.value(of, names), self.value(place, names))[1]
            case ast.ListComp(elt=elt, generators=[ast.comprehension(target=target, iter=listed, ifs=[])]):
                with _unchanged(self.value(listed, names)) as runs:
                    return self.mapped(elt, target, runs, names)
            case ast.Call(func=function, args=args, keywords=[]):
                given = [x for a in args for x in self.given(a, names)]
                return self.call(self.value(function, names), given)
            case _:
                raise CannotTell(f"{ast.unparse(node)} is not read")

    def listed(self, node: ast.expr, names: dict[str, Any]) -> list[Run]:
        """What one entry of a written list adds to it: itself, or what a starred one has."""
        if isinstance(node, ast.Starred):
            return list(runs_of(self.gone_through(node.value, names)))
        x = self.value(node, names)
        if isinstance(x, list | tuple):
            raise CannotTell("a list in a list")
        return [Run(S.One, x)]

    def given(self, node: ast.expr, names: dict[str, Any]) -> list:
        """What one written argument hands on: itself, or what a starred one has."""
        match node:
            case ast.Starred(value=value):
                return self.entries(self.gone_through(value, names))
            case _:
                return [self.gone_through(node, names)]

    def gone_through(self, node: ast.expr, names: dict[str, Any]) -> Any:
        """The value of what is gone through once, here: of a generator the list."""
        if isinstance(node, ast.GeneratorExp):
            node = ast.ListComp(elt=node.elt, generators=node.generators)
        return self.value(node, names)

    def either(self, wanted: bool, values: list[ast.expr], names: dict[str, Any]) -> Any:
        """The first value of this truth, else the last one: a value, as in Python."""
        x: Any = None
        for node in values:
            x = self.value(node, names)
            if self.is_true(x) == wanted:
                break
        return x

    def attribute(self, of: Any, name: str) -> Any:
        """`of.name`, of the scheme and of SymPy. Raises `CannotTell` for others."""
        if of is self.scheme:
            found = getattr(of, name)
            return _Method(getattr(type(of), name)) if inspect.ismethod(found) else _allowed(found)
        if of is sympy.S or of is sympy:
            return _allowed(getattr(of, name))
        raise CannotTell(f".{name} is not read")

    def compared(self, op: ast.cmpop, a: Any, b: Any) -> bool:
        """Whether `a op b`, in all late generations. Raises `CannotTell` if in some only."""
        match op:
            case ast.Eq():
                return self.are_equal(a, b)
            case ast.NotEq():
                return not self.are_equal(a, b)
            case ast.GtE():
                return self.is_at_least_0(number(a) - number(b))
            case ast.LtE():
                return self.is_at_least_0(number(b) - number(a))
            case ast.Gt():
                return not self.is_at_least_0(number(b) - number(a))
            case ast.Lt():
                return not self.is_at_least_0(number(a) - number(b))
            case ast.In():
                return any(self.are_equal(a, x) for x in self.entries(b))
            case ast.NotIn():
                return not self.compared(ast.In(), a, b)
        raise CannotTell("a comparison that is not read")

    def are_equal(self, a: Any, b: Any) -> bool:
        """a == b, which Python has of expressions that are written alike; `CannotTell` of equal ones that may not be."""
        a, b = number(a), number(b)
        if not self.is_0(a - b):
            return False
        numbers = {self.step, *(x for within in self.within.values() for x in within.free_symbols)}
        if a != b and not all(
            x.free_symbols <= numbers and x.is_rational_function(*numbers) and _is_of_rationals(x) for x in (a, b)
        ):
            raise CannotTell(f"{a} and {b} are equal, and may not be written alike")
        return True

    def joined(self, op: ast.operator, a: Any, b: Any) -> Any:
        """a op b, of numbers and lists."""
        if isinstance(a, list | tuple) or isinstance(b, list | tuple):
            return self.of_lists(op, a, b)
        if isinstance(op, ast.FloorDiv | ast.Mod):
            return self.divided(op, a, b)
        act = OPERATORS.get(type(op))
        whole = not isinstance(a, Expr) and not isinstance(b, Expr)
        if act is None or (whole and isinstance(op, ast.Div)) or isinstance(a, bool) or isinstance(b, bool):
            raise CannotTell("an operation that is not read, or a quotient that is a float")
        if isinstance(a, int) and isinstance(b, int):
            if isinstance(op, ast.Pow) and b < 0:
                raise CannotTell("a power that is a float")
            return act(a, b)
        if whole and isinstance(op, ast.Pow) and not self.is_at_least_0(b):
            raise CannotTell("a power that is a float")
        if isinstance(op, ast.Div):
            self.divides(number(b))
        found = act(number(a), number(b))
        return Count(expand(found)) if whole else found

    def divides(self, x: Expr) -> None:
        """Keep what has to be other than 0, unless that is seen."""
        try:
            if self.is_0(x):
                raise ZeroDivisionError("a quotient by 0")
        except CannotTell:
            self.nonzero.add(x)

    def of_lists(self, op: ast.operator, a: Any, b: Any) -> Any:
        """A sum of two lists, or a list many times. Raises `CannotTell` for other operations."""
        if isinstance(op, ast.Add) and type(a) is type(b):
            return a + b
        runs, times = (a, b) if isinstance(a, list | tuple) else (b, a)
        if not isinstance(op, ast.Mult) or isinstance(times, list | tuple):
            raise CannotTell("an operation on lists that is not read")
        if isinstance(times, int) and not isinstance(times, bool):
            return runs * times
        count = number(times)
        if not self.is_at_least_0(count):
            return runs[:0]
        if len(runs) != 1 or runs[0].count != 1:
            raise CannotTell("a list of several, many times")
        return type(runs)([Run(expand(count), runs[0].value)])

    def divided(self, op: ast.operator, a: Any, b: Any) -> Any:
        """a // b and a % b of a polynomial in the generation, where the remainder is always the same."""
        whole, q = number(a), number(b)
        if not (q.is_Integer and q > 0):
            raise CannotTell("a remainder by what is no number")
        if not whole.free_symbols <= {self.step}:
            raise CannotTell("a remainder of what is no number of the generation alone")
        try:
            p = Poly(whole, self.step)
        except PolynomialError as why:
            raise CannotTell("a remainder of what is no polynomial in the generation") from why
        if not all(c.is_Integer for c in p.all_coeffs()):
            raise CannotTell("a remainder of what has no whole coefficients")
        left = {p.eval(k) % q for k in range(int(q))}
        if len(left) > 1:
            raise Changes(int(q))
        (r,) = left
        found = r if isinstance(op, ast.Mod) else (whole - r) / q
        return found if isinstance(a, Expr) or isinstance(b, Expr) else Count(sympify(found))

    def mapped(self, elt: ast.expr, target: ast.expr, runs: Any, names: dict[str, Any]) -> list[Run]:
        """[elt for target in runs]."""
        out: list[Run] = []
        for run in runs_of(runs):
            if run.count.is_Integer:
                out += [self.entry(elt, target, x, names) for x in self.entries([run])]
                continue
            last = expand(run.count - 1)
            first = [Integer(k) for k in range(EDGE)]
            inner = expand(run.count - 2 * EDGE)
            if self.within or not self.is_at_least_0(inner):
                raise CannotTell("a comprehension in a comprehension, or a short one")
            out += [self.entry(elt, target, run.at(k), names) for k in first]
            if inner != 0:
                out.append(self.inside(elt, target, run, inner, names))
            out += [self.entry(elt, target, run.at(expand(last - k)), names) for k in reversed(first)]
        return out

    def entry(self, elt: ast.expr, target: ast.expr, x: Any, names: dict[str, Any]) -> Run:
        """The entry that `elt` is for one `target`, in a comprehension; the variables outside stay as they are."""
        here = dict(names)
        self.put(target, x, here)
        found = self.value(elt, here)
        if isinstance(found, list | tuple):
            raise CannotTell("a list in a list")
        return Run(S.One, found)

    def inside(self, elt: ast.expr, target: ast.expr, run: Run, inner: Expr, names: dict[str, Any]) -> Run:
        """The entries of a long run that are neither first nor last: AT of them before, `behind` after."""
        behind = Dummy("behind", integer=True, nonnegative=True)
        slope, rest = inner.coeff(self.step, 1), inner.coeff(self.step, 0)
        if not (slope.is_Integer and slope > 0) or expand(inner - slope * self.step - rest) != 0:
            raise CannotTell("a run whose length is not linear in the generation")
        # a symbol of its own: what is put into a list within has a place there, too
        here = Dummy("here", integer=True, nonnegative=True)
        self.within = {self.step: (here + behind + 1 - rest) / slope}
        try:
            found = self.entry(elt, target, run.at(here + EDGE), names)
        finally:
            self.within = {}
        self.nonzero = {x.xreplace({here: AT}) for x in self.nonzero}
        return Run(inner, _with(found.value, {here: AT}))

    def call(self, function: Any, args: list) -> Any:
        """`function(*args)`, of functions in Python's text, the built-in ones that are read, and SymPy's. Raises `CannotTell`."""
        if isinstance(function, _Method):
            return self.called(function.function, [self.scheme, *args])
        if isinstance(function, FunctionType) and function not in SYMPY:
            return self.called(function, args)
        if function is range:
            return self.counted(*args)
        if function in (list, tuple):
            return function(runs_of(args[0]))
        if function in (int, sympy.Integer):
            return self.whole(function, args[0])
        if function is len:
            return Count(expand(sum((r.count for r in runs_of(args[0])), S.Zero)))
        if function is sum and len(args) == 1:
            return self.total(runs_of(args[0]))
        if function in (max, min):
            return self.largest(self.entries(args[0]) if len(args) == 1 else args, function is max)
        if function is abs:
            return args[0] if self.is_at_least_0(args[0]) else self.joined(ast.Sub(), 0, args[0])
        if function is sympy.Rational and len(args) == 2:
            return self.joined(ast.Div(), number(args[0]), number(args[1]))
        if function in SYMPY and len(args) == 1:
            x = number(args[0])
            return x if function in (sympy.sympify, sympy.S, sympy.Rational) else function(x)
        raise CannotTell(f"{getattr(function, '__name__', function)}(...) is not read")

    def whole(self, function: Any, x: Any) -> Any:
        """int(x), Integer(x) of a whole number: of others they take a part."""
        if not number(x).is_integer:
            raise CannotTell(f"{function.__name__}(...) of what is no whole number")
        return Count(number(x)) if function is int and not isinstance(x, int) else x if function is int else number(x)

    def counted(self, *ends: Any) -> list[Run]:
        """range(...), with steps of 1."""
        low, high = (0, ends[0]) if len(ends) == 1 else ends
        count = expand(number(high) - number(low))
        if not self.is_at_least_0(count) or count == 0:
            return []
        return [Run(count, Count(number(low) + AT))]

    def total(self, runs: Runs) -> Any:
        """`sum(runs)`; a long run is added up in closed form."""
        found: Any = 0
        for run in runs:
            if run.count.is_Integer:
                for x in self.entries([run]):
                    found = self.joined(ast.Add(), found, x)
                continue
            more, nonzero = added_up(run)
            self.nonzero |= nonzero
            found = self.joined(ast.Add(), found, Count(more) if isinstance(run.value, int | Count) else more)
        return found

    def largest(self, values: list, largest: bool) -> Any:
        """`max` of values, or `min` where not `largest`."""
        best = values[0]
        for x in values[1:]:
            gap = number(x) - number(best)
            if not self.is_at_least_0(-gap if largest else gap):
                best = x
        return best


@dataclass(frozen=True)
class _Method:
    """A function of the scheme's own."""

    function: Any


def _is_of_rationals(x: Expr) -> bool:
    """Whether it is a rational number for all whole numbers that are put in, which is written in one way."""
    return all(f.is_Rational or f.is_Symbol for f in x.atoms()) and all(p.exp.is_Integer for p in x.atoms(Pow))


def _with(x: Any, put: dict[Dummy, Expr]) -> Any:
    """A value of the reader's with expressions for symbols."""
    if isinstance(x, Count):
        return Count(expand(x.x.xreplace(put)))
    return x.xreplace(put) if isinstance(x, Expr) else x


def number(x: Any) -> Expr:
    """A number as an expression. Raises `CannotTell` for anything else."""
    if isinstance(x, Count):
        return x.x
    if isinstance(x, Expr) or (isinstance(x, int) and not isinstance(x, bool)):
        return sympify(x)
    raise CannotTell(f"{x!r} is no number")


@contextmanager
def _unchanged(x: Any) -> Iterator[Runs]:
    """A list that is gone through. Raises `CannotTell` if it is another one then: Python would have seen that on the way."""
    runs = runs_of(x)
    before = tuple(runs)
    yield runs
    if tuple(runs) != before:
        raise CannotTell("a list that changes while it is gone through")


def runs_of(x: Any) -> Runs:
    """A list or a tuple of the reader's. Raises `CannotTell` for anything else."""
    if not isinstance(x, list | tuple):
        raise CannotTell("a list is expected")
    return x


def _allowed(x: Any) -> Any:
    """A value that is read with, among what a name stands for."""
    if isinstance(x, tuple | list | sympy.Tuple) and not all(isinstance(r, Run) for r in x):
        return tuple(Run(S.One, _allowed(y)) for y in x)  # of a module's list nothing is changed
    known = isinstance(x, int | Count | Expr | MixingScheme | FunctionType | list | tuple) and not isinstance(
        x, sympy.Float
    )
    if known or x is sympy or x in (range, sum, max, min, len, list, tuple, int, abs, *SYMPY):
        return x
    raise CannotTell(f"{x!r} is not read")


__all__ = ["AT", "STEP", "Changes", "Reader", "Run", "added_up", "number", "runs_of"]
