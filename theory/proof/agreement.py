"""What a user's function says of numbers, held against what it says of symbols with these numbers put in.

Python can ask a symbol what only a number can answer, `{3: 2}.get(n, 1)`, `isinstance(n, Integer)`; and SymPy's closed forms may
leave a number out, as that of the integral of x^n does. What is proved of the symbol is then not what the function says.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sympy import And, Basic, Dummy, Expr, S, expand, nan, oo, sympify, zoo
from sympy.core.relational import Relational

from ..language import literals
from ..language.claims import Claim
from ..language.domains import Integers
from ..language.errors import BadInput, CannotTell
from ..language.laws import Noise
from ..language.lengths import is_too_long
from ..language.loops import Loop, Observable
from ..language.matrices import by_entries
from ..language.moments import outermost
from ..language.order import in_order
from .arithmetic.programs import compile_expr
from .arithmetic.rings import Balls
from .enclose import value
from .standard import standardise

LARGEST = 64  # of numbers that a function is asked for: what it builds for them may be as long
FIRST = 5  # of an integer, that are looked at
MOST_TOLD = 160  # characters of a relation
MOST_MOMENTS = 4  # whose balls are asked for
DEEPEST = 6  # levels of lists in lists that are looked into


def of_claim(claim: Claim, values: Mapping[str, Any]) -> str | None:
    """How what a claim says at these values differs from what it says in symbols; None where nothing is seen against it."""
    numbers = {name: sympify(values[name]) for name in claim.symbols}
    if not all(x.is_Rational and max(abs(x.p), x.q) <= LARGEST for x in numbers.values()):
        return None
    case = {name: x for name, x in values.items() if name not in claim.symbols}
    put = {claim.symbols[name]: x for name, x in numbers.items()}
    if is_too_long(claim.relation(case), put):
        return None
    try:
        here, there = by_entries(claim(**values)), claim.relation(case).xreplace(put)
        if any(
            x.xreplace(put).has(nan, zoo, oo, -oo) for x in claim.lost(case)
        ):  # x/x at 0: it has no value, and is told so
            return None
    except Exception:  # what fails for a number is told where the number is needed
        return None
    for x, y in _pairs(here, there):
        if _differ(x, y):
            at = ", ".join(f"{name} = {x}" for name, x in numbers.items())
            told = [_told(z) for z in (here, there)]
            return f"at {at} it says {told[0]}, and in symbols, with these numbers put in, {told[1]}"
    return None


def small(claim: Claim, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The values with other ones in the place of each, where the claim speaks of these: the first few of an integer, and the
    numbers that the claim's code speaks of."""
    spoken = literals.of_function(claim.function)
    for name, domain in claim.domain.items():
        first = [domain.lo + k for k in range(FIRST)] if isinstance(domain, Integers) else []
        for x in dict.fromkeys([*first, *spoken]):
            at = {**values, name: x}
            if domain.contains(x) and claim.admits(at):
                yield at


def kept(function: Callable) -> dict[str, Any]:
    """What the names of a function's file stand for, in a form that tells later whether it is still the same."""
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    return {name: _kept(x, scope.get("__name__")) for name, x in scope.items() if not name.startswith("__")}


def _kept(x: Any, module: str | None, depth: int = DEEPEST) -> Any:
    """The thing itself, which keeps its identity, and what is in it, of lists and the like and of the file's own classes."""
    if not depth:
        return x, None
    if isinstance(x, list | tuple):
        return x, [_kept(y, None, depth - 1) for y in x]
    if isinstance(x, dict):
        return x, {key: _kept(y, None, depth - 1) for key, y in x.items()}
    if isinstance(x, set):
        return x, x.copy()
    if isinstance(x, type) and x.__module__ == module:
        return x, {name: _kept(y, None, depth - 1) for name, y in vars(x).items() if not name.startswith("_")}
    return x, None


def changed(before: Mapping[str, Any], function: Callable) -> str | None:
    """The first name of the function's file that does not stand for what it stood for, None if all do; all are put back."""
    after = kept(function)
    names = [name for name in {**before, **after} if not _alike(before.get(name), after.get(name))]
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    for name in names:
        scope.pop(name, None)
        if name in before:
            scope[name] = _as_it_was(*before[name])
    return names[0] if names else None


def _as_it_was(x: Any, inside: Any) -> Any:
    """A thing of `_kept`, with what was in it put back."""
    if inside is None:
        return x
    if isinstance(x, list):
        x[:] = [_as_it_was(*y) for y in inside]
    elif isinstance(x, dict):
        x.clear()
        x.update({key: _as_it_was(*y) for key, y in inside.items()})
    elif isinstance(x, set):
        x.clear()
        x |= inside
    elif isinstance(x, type):
        for name in [n for n in vars(x) if not n.startswith("_") and n not in inside]:
            delattr(x, name)
        for name, y in inside.items():
            if vars(x).get(name) is not y[0]:
                setattr(x, name, y[0])
    return x


def _alike(x: Any, y: Any) -> bool:
    """Whether two of what `_kept` gives are the same things: nothing of them is compared by a user's code."""
    if isinstance(x, tuple) and isinstance(y, tuple):
        return len(x) == len(y) == 2 and x[0] is y[0] and _alike(x[1], y[1])
    if isinstance(x, list) and isinstance(y, list):
        return len(x) == len(y) and all(map(_alike, x, y))
    if isinstance(x, dict) and isinstance(y, dict):
        return list(x) == list(y) and all(_alike(v, y[key]) for key, v in x.items())
    return x is y or (isinstance(x, set) and x == y)


def _pairs(here: Any, there: Any) -> Iterator[tuple[Any, Any]]:
    """The sides of two relations that belong together, as far as they are of one shape."""
    parts = [And.make_args(x) for x in (here, there)]
    if len(parts[0]) != len(parts[1]):
        return
    for x, y in zip(*parts, strict=True):
        if {x, y} == {S.true, S.false}:
            yield S.Zero, S.One
        elif isinstance(x, Relational) and isinstance(y, Relational) and x.func == y.func:
            yield x.lhs - x.rhs, y.lhs - y.rhs


def _differ(x: Basic, y: Basic) -> bool:
    """Whether two expressions are surely not the same: by a number that is not 0."""
    if x == y or not isinstance(x, Expr) or not isinstance(y, Expr):
        return False
    gap = expand(x - y)
    moments = set(outermost(gap))
    plain = gap.xreplace(dict.fromkeys(moments, S.Zero))
    if len(moments) > MOST_MOMENTS or plain.free_symbols or plain.has(Observable, Noise):
        return False
    if moments and x.atoms(Observable) == y.atoms(Observable):  # of the same things in another form
        return False
    try:
        standard = standardise(gap)  # balls are of such
        names = {m: Dummy("m", real=True) for m in in_order(set(outermost(standard)))}
        balls = [value(m).value for m in names]
        return not compile_expr(standard.xreplace(names), tuple(names.values()))(Balls, *balls).contains(0)
    except (CannotTell, BadInput, ArithmeticError):
        return False


def _told(x: Basic) -> str:
    """A relation with its loops, which it does not name."""
    of = ", ".join(sorted(map(str, x.atoms(Loop))))
    text = f"{x} of {of}" if of else str(x)
    return text if len(text) <= MOST_TOLD else f"{text[: MOST_TOLD - 3]}..."


__all__ = ["changed", "kept", "of_claim", "small"]
