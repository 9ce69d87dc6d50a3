"""What is lost when a formula is written: x/x is 1 to SymPy, also for an x that is 0, and log(x) - log(x) is 0, also below 0.

Where a claim's function, or the step of a loop, writes something that need not have a value, and what comes of it does not show
it any more, that is noted: a divisor, a root, a function that is not everywhere, a moment that may be infinite. The operators and
functions of SymPy, and its sums, products and cases, do so while somebody listens (`asked`); their outcomes are as ever.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache, partial, wraps
from typing import Any

from sympy import (
    Add,
    And,
    Basic,
    Eq,
    Expr,
    Function,
    Integer,
    Integral,
    Max,
    Min,
    Mod,
    Mul,
    Ne,
    Piecewise,
    Pow,
    Product,
    S,
    Sum,
    ceiling,
    exp,
    floor,
    gamma,
    log,
    loggamma,
    nan,
    oo,
    preorder_traversal,
    sign,
    sqrt,
    sympify,
    zoo,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.relational import Relational, _Inequality
from sympy.logic.boolalg import ITE, Boolean, Equivalent, Implies, Nand, Nor, Not, Or, Xnor, Xor

from .asked import is_heard, lose, unheard, while_listening
from .functions import CONTINUOUS
from .order import in_order
from .replaced import Replaced
from .unevaluated import by_a_machine

Parts = dict[tuple[str, Any], Expr]  # by what they ask for: any power below 0 of a number asks for the same
MOST_BOUND = 20  # sums over what is lost in one, within each other
MOST_TERMS = 200  # of a sum in numbers that is written out to see whether it has a value
NONE = (zoo, nan)  # no values
EVERYWHERE = (*CONTINUOUS, sign, floor, ceiling, Piecewise)  # what is in their arguments is looked at by itself


class Throughout(Sum):
    """What has to have a value at each number in a range; nothing is added up, and an endless one need not converge."""


def compare(before: Iterable[Any], after: Any, divisors: Iterable[Expr] = ()) -> None:
    """Note what need not have a value in what was written, or in 1 over the divisors, and is not in what came of it."""
    if not is_heard() or not isinstance(after, Expr | Boolean | bool):
        return
    with unheard():
        written: Parts = {("divided", x): Pow(x, -1) for x in divisors if _varies(x) and x.is_zero is not False}
        for x in before:
            for side in [x] if isinstance(x, Expr) else _compared(x) if isinstance(x, Boolean) else []:
                written |= _parts(side)
        left = [after] if isinstance(after, Expr) else _compared(sympify(after)) if written else []
        seen = {key for x in left for part in _parts(x) for key in (part, ("in a case", part))} if written else set()
        gone = [written[key] for key in sorted(written.keys() - seen, key=str)]
    for form in gone:
        lose(form)


def still_lost(lost: Mapping[Expr, int], relation: Basic) -> dict[Expr, int]:
    """What is lost but for what a relation compares with infinity after all, as often as it was lost beside that."""
    far = [r for r in And.make_args(relation) if isinstance(r, Relational) and set(r.args) & {oo, -oo}]
    seen = Counter(form for r in far for side in _compared(r) for form in _parts(side).values())
    return {x: count - seen[x] for x, count in lost.items() if count > seen[x]}


@lru_cache(maxsize=16384)
def _parts(x: Expr) -> Parts:
    """What in x need not have a value: a moment, a state, a first time or a distance as a whole, else part by part."""
    if getattr(x, "is_moment", False) or getattr(x, "may_have_no_value", False):
        return {("moment", x): x}
    out = _own(x)
    if isinstance(x, Piecewise):  # its parts need a value in their case alone
        sides = (e for value, condition in x.args for e in (value, *_compared(condition)))
        return {("in a case", key): x for e in sides for key in _parts(e)}
    if isinstance(x, ExprWithLimits):  # and in their range, which has to be one
        if x.free_symbols or x.has(oo, -oo) or isinstance(x, Integral):  # whose terms are not all looked at
            return {("in a range", key): x for key in (*_parts(x.function), *x.limits)}
        return {("infinite", zoo): zoo} if _has_none(x) else {}
    for a in x.args:
        if isinstance(a, Expr):
            out |= _parts(a)
    return out


@lru_cache(maxsize=1024)
def _has_none(x: ExprWithLimits) -> bool:
    """Whether a sum, or a product, of a few terms in numbers has no value: 1/k from k = 0 on.

    Term by term: SymPy's own `doit` writes out powers of sums of roots, in gigabytes.
    """
    if not isinstance(x, Sum | Product):
        return False
    *inner, (k, low, high) = x.limits
    if not (low.is_Integer and high.is_Integer and high - low < MOST_TERMS):
        return False
    body = x.func(x.function, *inner) if inner else x.function
    terms = [body.subs(k, Integer(i)) for i in range(low, high + 1)]
    if any(t.has(*NONE) or any(map(_has_none, t.atoms(ExprWithLimits))) for t in terms):
        return True
    together = Add if isinstance(x, Sum) else Mul  # oo - oo, 0*oo
    return together(*(t for t in terms if t in (oo, -oo, S.Zero))).has(*NONE)


def _own(x: Expr) -> Parts:
    """The same of the outermost power, or function, alone."""
    out: Parts = {}
    if x in NONE:  # of 1/a at a = 0, and 1/(1 + 1/a) is 0 there
        out["infinite", zoo] = zoo
    if x.is_extended_real is False and (x is S.ImaginaryUnit or (x.is_Pow and x.is_number)):
        out["imaginary", x] = x  # of sqrt(-x) and (-x)**(1/3) for an x that is positive
    if x.is_Pow and _varies(x):
        base, power = x.args
        if not power.is_nonnegative and base.is_zero is not False:
            out["divided", base] = Pow(base, -1)
        if not power.is_integer and not base.is_nonnegative:
            out["root", base] = sqrt(base)
    elif isinstance(x, Function) and _varies(x) and not _has_value(x):
        out["function", x] = x
    return out


@lru_cache(maxsize=16384)
def _varies(x: Expr) -> bool:
    """Whether it is no plain number: what a moment is, or a draw, is not known as it is written."""
    return bool(x.free_symbols) or not x.is_number


def _compared(condition: Basic) -> list[Expr]:
    found = condition.atoms(Relational)
    in_turn = sorted(found, key=str) if len(found) > 1 else found  # one may be long to write
    return [side for r in in_turn for side in r.args if isinstance(side, Expr)]


def _has_value(x: Function) -> bool:
    return isinstance(x, EVERYWHERE) or (isinstance(x, log | gamma | loggamma) and bool(x.args[0].is_positive))


def _factors(x: Any) -> list[Expr]:
    return [f.as_base_exp()[0] for f in Mul.make_args(x)] if isinstance(x, Expr) else []


def on_the_domain(lost: Iterable[Expr], known: Collection[Basic], where: Iterable[Basic]) -> tuple[Expr, ...]:
    """What is lost as something of these symbols alone: 1/k under a sum over k, which is found in the expressions `where`, or
    where k goes through the range of a shape, or of an extremum.

    Of an integral roots and functions, since a divisor is 0 at single places; what no sum runs over is nobody's. What a limit is
    taken along is no symbol of the claim: it is known by its name.
    """
    lost, where = tuple(lost), tuple(where)
    limits = in_order({m for x in where for m in preorder_traversal(x) if getattr(m, "is_limit", False)})
    if not limits:  # elsewhere SymPy goes through what is not real on the way to what is
        lost = tuple(x for x in lost if x.is_extended_real is not False or x in NONE or _is_over_0(x))
    bound = {(b, b.limits) for x in (*where, *lost) for b in x.atoms(ExprWithLimits)}
    bound |= {(s, (s.limits,)) for x in where for s in preorder_traversal(x) if getattr(s, "is_shape", False)}
    binders = sorted(bound, key=str)
    out: dict[Expr, None] = {}
    for form in lost:
        todo, seen = [form], set()
        while todo:
            x = todo.pop()
            if not (unbound := x.free_symbols - set(known)):
                out[x] = None
                names = {s.name for s in x.free_symbols}  # a limit may be taken at the end of a domain, or elsewhere
                out |= {m.along(x): None for m in limits if m.variable_name in names}
                continue
            along = {m.variable_name: m for m in limits}
            out |= {along[s.name].along(x): None for s in unbound if s.name in along and unbound == {s}}
            for b, of in binders:
                ranges = [limits for limits in of if limits[0] in unbound]
                if not ranges or (isinstance(b, Integral) and form.is_Pow and form.exp == -1):
                    continue
                kind = Integral if isinstance(b, Integral) else Sum if isinstance(b, Sum | Product) else Throughout
                y = kind(x, *ranges)
                if y not in seen and len(seen) < MOST_BOUND:
                    seen.add(y)
                    todo.append(y)
    return tuple(out)


def _is_over_0(x: Expr) -> bool:
    """Whether it is 1/y of a y that is 0: a draw from a chi-square law of no degrees of freedom, say."""
    return x.is_Pow and x.exp == -1 and x.base.is_zero is True


def in_their_cases(lost: Mapping[Expr, int], literal: Basic) -> tuple[Expr, ...]:
    """What is lost with the cases in which it has to have a value, where it is found in them alone, as often as it was lost.

    literal: all that was written, not evaluated.
    """
    found: dict[Any, list[Expr]] = {}
    for key, form in _occurrences(literal, lambda form: form):
        found.setdefault(key, []).append(form)
    if zoo in lost and not literal.has(*NONE) and ("infinite", zoo) not in found:  # in a case that does not hold
        lost = {x: count for x, count in lost.items() if x != zoo}
    seen = ((x, found.get(next(iter(_parts(x)), None), [])) for x in lost)
    return tuple(dict.fromkeys(y for x, forms in seen for y in (forms if len(forms) >= lost[x] else [x])))


def _occurrences(x: Basic, within: Callable[[Expr], Expr]) -> Iterator[tuple[Any, Expr]]:
    """What in x need not have a value, in its cases; x is not evaluated."""
    if isinstance(x, Piecewise):
        before: list[tuple[Any, Any]] = []
        for value, condition in x.args:
            holds = _evaluated(condition)
            for sides, case in ((_compared(condition), S.true), ([value], holds)):
                here = partial(_in_a_case, within, tuple(before), case)
                for side in sides:
                    yield from _occurrences(side, here)
            before.append((S.Zero, holds))
        return
    if isinstance(x, ExprWithLimits) and not x.free_symbols and _has_none(_evaluated(x)):
        yield ("infinite", zoo), within(zoo)
    if isinstance(x, Pow | Function):
        inner = {key for a in x.args if isinstance(a, Expr) for key in _parts(_evaluated(a))}
        own = _parts(_evaluated(x))
        if isinstance(x, Mod):
            own = own | _parts(Pow(_evaluated(x.args[1]), -1))
        yield from ((key, within(form)) for key, form in own.items() if key not in inner)
    for a in x.args:
        yield from _occurrences(a, within)


def _in_a_case(within: Callable[[Expr], Expr], before: tuple, case: Basic, form: Expr) -> Expr:
    return within(Piecewise(*before, (form, case), (0, True)))


def _evaluated(x: Basic) -> Any:
    return x.func(*map(_evaluated, x.args)) if x.args else x


def _noting(of_sympy: Callable, divides: Callable[[Any, Any], Any] | None = None) -> Callable:
    """An operator; divides: by which of its two arguments, if it does."""

    @wraps(of_sympy)
    def operator(self: Expr, other: Any) -> Any:
        out = of_sympy(self, other)
        if is_heard() and not _is_worked_out() and not _is_compared(self, other):
            compare((self, other), out, _factors(divides(self, other)) if divides else ())
        return out

    return operator


def _noting_relation(of_sympy: Callable) -> Any:
    """A relation, where it is no question that SymPy, or the language, asks itself: Eq(y, y) is True, whatever y is."""

    @wraps(of_sympy)
    def make(cls: type[Relational], *sides: Any, **options: Any) -> Any:
        out = of_sympy(cls, *sides, **options)
        if is_heard() and not by_a_machine(sys._getframe(1)):
            compare(sides, out)
        return out

    return staticmethod(make)


def _noting_function(of_sympy: Callable) -> Callable:
    @wraps(of_sympy)
    def apply(cls: type[Function], *args: Any, **options: Any) -> Any:
        out = of_sympy(cls, *args, **options)
        if is_heard() and not _is_worked_out():
            compare(args, out)
            if out in (oo, -oo) and all(isinstance(x, Expr) and x.is_finite for x in args):  # atanh(1)
                lose(zoo)
        return out

    return apply


def _is_worked_out() -> bool:
    """Whether SymPy calls what asks for itself, as it differentiates: d/dx x^n is x^n (0 log(x) + n/x) on its way."""
    code, module = _caller()
    return code.startswith("_eval") and module.startswith("sympy.")


def _is_compared(a: Any, b: Any) -> bool:
    """Whether SymPy compares a moment with infinity, as in L < oo: it subtracts both, and a claim keeps the relation."""
    far, x = (b, a) if b in (oo, -oo) else (a, b)
    return bool(getattr(x, "is_moment", False) and far in (oo, -oo) and _caller()[1] == "sympy.core.relational")


def _caller() -> tuple[str, str]:
    """The function that has called what asks, and its module."""
    caller = sys._getframe(3)
    while (
        caller.f_back is not None and caller.f_globals.get("__name__", "") in OPERATORS
    ):  # of numbers, that hand on to these
        caller = caller.f_back
    return caller.f_code.co_name, caller.f_globals.get("__name__", "")


OPERATORS = ("sympy.core.numbers", "sympy.core.decorators")


# ---- what is built by its name ----------------------------------------------------------------------------------------

CONNECTIVES = (And, Or, Not, Xor, Nand, Nor, Xnor, Implies, Equivalent, ITE)
BUILT = (Add, Mul, Pow, Max, Min, Piecewise, *CONNECTIVES)


def _noting_what_is_built(of_sympy: Callable) -> Any:
    def build(cls: type[Expr], *args: Any, **options: Any) -> Any:
        out = of_sympy(cls, *args, **options)
        if is_heard() and not sys._getframe(1).f_globals.get("__name__", "").startswith("sympy."):
            with unheard():
                written = [_as_written(args)] if cls is Piecewise else args
            compare(written, out)
        return out

    return staticmethod(build)


def _as_written(cases: tuple[Any, ...]) -> Piecewise | None:
    """Cases up to the first that always holds: no other is looked at."""
    left = []
    for value, condition in cases:
        if condition not in (False, S.false):
            left.append((value, condition))
        if condition in (True, S.true):
            break
    return Piecewise(*left, evaluate=False) if left else None


# what is built by its name: `Mul(x, 1/x)`, `Max(1/x, oo)`, `Piecewise((1, 1/x > 0), (1, True))`; not for ever: these are SymPy's
# own hands
while_listening(Replaced(lambda: [(kind, "__new__", _noting_what_is_built(kind.__new__)) for kind in BUILT]))
for _name, _divides in {
    **dict.fromkeys(("add", "radd", "sub", "rsub", "mul", "rmul", "pow", "rpow")),
    **dict.fromkeys(("truediv", "floordiv", "mod"), lambda x, y: y),
    **dict.fromkeys(("rtruediv", "rfloordiv", "rmod"), lambda y, x: y),
}.items():
    setattr(Expr, f"__{_name}__", _noting(getattr(Expr, f"__{_name}__"), _divides))
for _name in ("and", "rand", "or", "ror", "xor", "rxor", "rshift", "rrshift", "lshift", "rlshift"):
    setattr(Boolean, f"__{_name}__", _noting(getattr(Boolean, f"__{_name}__")))
for _kind in (Eq, Ne, _Inequality):
    _kind.__new__ = _noting_relation(_kind.__new__)
for _kind in {Function, *(kind for kind in exp.__mro__ if kind.__name__ == "DefinedFunction")}:  # since SymPy 1.14
    _kind.__new__ = _noting_function(_kind.__new__)


def _size_of_none(self: Expr) -> Expr:
    lose(zoo)
    return oo


type(zoo).__abs__ = _size_of_none  # SymPy's own is no operator, nor a function

__all__ = ["Throughout", "compare", "in_their_cases", "on_the_domain", "still_lost"]
