"""Programs in which nothing is random, read in symbols: run once with symbols for the state, every path of it.

What a program asks of its generator is random, and then nothing is read. A condition on the state is a case of the step.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from sympy import And, Basic, Eq, Expr, Integer, Ne, Not, Piecewise, Rational, Symbol, Tuple, sympify
from sympy.core.relational import Relational

from ...language.errors import CannotTell, OutOfTime
from ...language.loops import Coordinate, Loop, Observable
from ...language.numbers import written
from ...language.programs import ProgramLoop

MOST_PATHS, MOST_ASKED = 16, 64  # paths of a step; conditions on one
MOST_LEAVES = 32  # numbers in a state


class ReadLoop(Loop):
    """A program as it was read: start and step as tuples of the same length, in `places(...)` of the state.

    Source: ours: what a program of a user's file is read as.
    """

    start = property(lambda self: self.args[0])
    after = property(lambda self: self.args[1])

    @property
    def state(self) -> tuple[str, ...]:
        return tuple(f"state{i}" for i in range(len(self.start)))

    @property
    def initial(self) -> dict[str, Expr]:
        return dict(zip(self.state, self.start, strict=True))

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        here = dict(zip(places(len(self.start)), state.values(), strict=True))
        return {name: x.xreplace(here) for name, x in zip(self.state, self.after, strict=True)}


def places(size: int) -> list[Symbol]:
    """The symbols that a program's state is read with."""
    return [Coordinate(f"state{i}", real=True) for i in range(size)]


def in_symbols(o: Observable) -> Expr:
    """An observable of a program as a function of the state of a loop that is stated in symbols; itself if it is of no program,
    or of one that draws. Where only the start of one draws nothing, it is a number there.

    Raises `CannotTell` for a program that draws nothing and cannot be read.
    """
    if not isinstance(o.loop, ProgramLoop):
        return o
    if (read := _read(o.loop)) is None:
        return _begun(o.loop).get(o.name, o) if o.t == 0 else o
    loop, measured = read
    state = [Observable(loop, name, o.t) for name in loop.state]
    return measured[o.name].xreplace(dict(zip(places(len(state)), state, strict=True)))


@lru_cache(maxsize=512)
def _read(loop: ProgramLoop) -> tuple[ReadLoop, dict[str, Expr]] | None:
    """A program's start and step in symbols, and what is measured of a state; None of one that draws."""
    try:
        first, again = _read_once(loop), _read_once(loop)
    except _Drawn:
        return None
    if first != again:
        raise CannotTell(f"{type(loop).__name__} is another one each time that it is run")
    return first


@lru_cache(maxsize=512)
def _begun(loop: ProgramLoop) -> dict[str, Expr]:
    """What a program that draws measures at its start, {} where that is random or cannot be read."""
    try:
        first, again = _begun_once(loop), _begun_once(loop)
    except CannotTell:
        return {}
    return first if first == again else {}


def _begun_once(loop: ProgramLoop) -> dict[str, Expr]:
    shape, start = _run(loop, "begin", lambda path: (_Draws(),))
    measured = start
    if "measure" in loop._functions:
        _, measured = _run(loop, "measure", lambda path: (shape.built(iter([_Number(x, path) for x in start])),))
    return dict(zip(loop.observables, measured, strict=True)) if len(measured) == len(loop.observables) else {}


def _read_once(loop: ProgramLoop) -> tuple[ReadLoop, dict[str, Expr]]:
    shape, start = _run(loop, "begin", lambda path: (_Draws(),))
    if len(start) > MOST_LEAVES:
        raise CannotTell(f"{type(loop).__name__}: a state of {len(start)} numbers is not read in symbols")
    now = places(len(start))

    def state(path: _Path) -> Any:
        return shape.built(iter([_Number(x, path) for x in now]))

    kept, after = _run(loop, "retrain", lambda path: (_Draws(), state(path)))
    if kept != shape:
        raise CannotTell(f"{type(loop).__name__}: the state changes its form from one generation to the next")
    seen: list[Any] = _run(loop, "measure", lambda path: (state(path),))[1] if "measure" in loop._functions else now
    if len(seen) != len(loop.observables):
        raise CannotTell(f"{type(loop).__name__}: {len(loop.observables)} observables, but {len(seen)} values")
    return ReadLoop(Tuple(*start), Tuple(*after)), dict(zip(loop.observables, seen, strict=True))


def _run(loop: ProgramLoop, name: str, first: Callable[[_Path], tuple]) -> tuple[_Shape, list[Expr]]:
    """The form and the numbers of what a function of the program returns, over all its paths."""
    function, taken = loop._functions[name]
    values = dict(zip(loop.fields, loop.arguments, strict=True))
    found: list[tuple[list[Basic], _Shape, list[Expr]]] = []
    todo: list[tuple[bool, ...]] = [()]
    while todo:
        path = _Path(todo.pop())
        given = [_argument(values[p], path) for p in taken]
        try:
            shape, leaves = _Shape.of(function(*first(path), *given))
        except (CannotTell, OutOfTime):
            raise
        except Exception as problem:  # whatever a program does with numbers that are none
            cause = problem.__context__ if isinstance(problem.__context__, CannotTell) else problem
            raise CannotTell(f"{type(loop).__name__} is not read in symbols: {name}: {cause}") from problem
        found.append((path.conditions, shape, leaves))
        todo += [(*path.answers[:i], False) for i in range(len(path.begun), len(path.answers))]
        if len(found) + len(todo) > MOST_PATHS:
            raise CannotTell(f"{type(loop).__name__} is not read in symbols: {name} has more than {MOST_PATHS} paths")
    shapes = {shape for _, shape, _ in found}
    if len(shapes) > 1:
        raise CannotTell(f"{type(loop).__name__} is not read in symbols: {name} returns what has several forms")
    (shape,) = shapes
    cases = [And(*conditions) for conditions, _, _ in found[:-1]] + [sympy.true]
    columns = zip(*(leaves for _, _, leaves in found), strict=True)
    return shape, [x[0] if len(set(x)) == 1 else Piecewise(*zip(x, cases, strict=True)) for x in columns]


def _argument(x: Basic, path: _Path) -> Any:
    return bool(x) if x in (sympy.true, sympy.false) else _Number(sympify(x), path)


class _Path:
    """One way through a function: the answers to what it asks of numbers, the first ones given."""

    def __init__(self, begun: tuple[bool, ...]):
        self.begun, self.answers, self.conditions = begun, [], []

    def decide(self, condition: Basic) -> bool:
        if condition in (sympy.true, sympy.false):
            return bool(condition)
        if not condition.free_symbols:
            raise CannotTell(f"{condition} is not decided")
        if len(self.answers) >= MOST_ASKED:
            raise CannotTell(f"more than {MOST_ASKED} conditions on the way")
        place = len(self.answers)
        self.answers.append(self.begun[place] if place < len(self.begun) else True)
        self.conditions.append(condition if self.answers[-1] else Not(condition))
        return self.answers[-1]


class _Drawn(CannotTell):
    """The program asks for a draw."""


class _Draws:
    """In place of the generator: whoever asks for a draw is random."""

    def __getattr__(self, name: str) -> Any:
        raise _Drawn(f"it draws random numbers, by rng.{name}")


# ---- numbers --------------------------------------------------------------------------------------------------------


def _exact(x: Any) -> Expr:
    """A plain number as it is written. Raises `CannotTell` for a float of many digits: what it should be is not known."""
    if isinstance(x, bool | np.bool_ | int | np.integer):
        return Integer(int(x))
    if isinstance(x, Fraction):
        return Rational(x.numerator, x.denominator)
    if isinstance(x, float | np.floating) and np.isfinite(x):
        if (fraction := written(float(x))) is not None:
            return fraction
        raise CannotTell(f"the float {float(x)!r} is no number of few digits, and which one is meant is not known")
    raise CannotTell(f"{x!r} is no number that is known exactly")


class _Number:
    """An expression that a program calculates with; a condition on it is asked of its path."""

    __hash__ = None
    __slots__ = ("path", "x")

    def __init__(self, x: Expr, path: _Path):
        self.x, self.path = x, path

    def _with(self, other: Any, act: Callable[[Expr, Expr], Any], turned: bool = False) -> Any:
        if isinstance(other, np.ndarray | list | tuple | str) or other is None:
            return NotImplemented
        y = other.x if isinstance(other, _Number) else _exact(other)
        found = act(y, self.x) if turned else act(self.x, y)
        if found.is_finite is False or found.has(sympy.nan, sympy.zoo):
            raise CannotTell(f"{found} is no number")
        return _Number(found, self.path)

    def _asked(self, other: Any, relation: type[Relational]) -> Any:
        if isinstance(other, np.ndarray | list | tuple | str) or other is None:
            return NotImplemented
        return self.path.decide(relation(self.x, other.x if isinstance(other, _Number) else _exact(other)))

    def _of(self, function: Callable) -> _Number:
        return _Number(function(self.x), self.path)

    def __bool__(self) -> bool:
        return self.path.decide(Ne(self.x, 0))

    def __index__(self) -> int:
        if self.x.is_Integer:
            return int(self.x)
        raise CannotTell(f"{self.x} is where a whole number is needed")

    def __float__(self) -> float:
        raise CannotTell(f"{self.x} is made a float; NumPy's functions and arrays of objects keep numbers exact")

    def conjugate(self) -> _Number:
        return self

    __int__ = __index__


for _name in ("add", "sub", "mul", "truediv", "pow"):
    _act = getattr(operator, _name)
    setattr(_Number, f"__{_name}__", lambda self, other, act=_act: self._with(other, act))
    setattr(_Number, f"__r{_name}__", lambda self, other, act=_act: self._with(other, act, True))
for _name, _relation in (
    ("lt", sympy.Lt),
    ("le", sympy.Le),
    ("gt", sympy.Gt),
    ("ge", sympy.Ge),
    ("eq", Eq),
    ("ne", Ne),
):
    setattr(_Number, f"__{_name}__", lambda self, other, relation=_relation: self._asked(other, relation))
for _name, _act in (("neg", operator.neg), ("pos", operator.pos), ("abs", sympy.Abs)):
    setattr(_Number, f"__{_name}__", lambda self, act=_act: self._of(act))
for _name, _act in (  # what NumPy calls of objects
    *((name, getattr(sympy, name)) for name in ("exp", "log", "sqrt", "sin", "cos", "sinh", "cosh", "tanh")),
    ("arctan", sympy.atan),
    ("log1p", lambda x: sympy.log(1 + x)),
    ("expm1", lambda x: sympy.exp(x) - 1),
):
    setattr(_Number, _name, lambda self, act=_act: self._of(act))


# ---- forms ----------------------------------------------------------------------------------------------------------


class _Shape(tuple):
    """The form of a state: ("number",), ("array", rows, ...), ("list" or "tuple", the forms of what is in it)."""

    @staticmethod
    def of(state: Any) -> tuple[_Shape, list[Expr]]:
        """The form of what a program returns, and the numbers in it."""
        if isinstance(state, _Number):
            return _Shape(("number",)), [state.x]
        if isinstance(state, np.ndarray):
            return _Shape(("array", *state.shape)), [_Shape._leaf(x) for x in state.ravel()]
        if type(state) in (list, tuple):
            parts = [_Shape.of(x) for x in state]
            return _Shape((type(state).__name__, *(s for s, _ in parts))), [x for _, found in parts for x in found]
        return _Shape(("number",)), [_exact(state)]

    @staticmethod
    def _leaf(x: Any) -> Expr:
        return x.x if isinstance(x, _Number) else _exact(x)

    def built(self, numbers: Iterator[_Number]) -> Any:
        """A state of this form, of further numbers."""
        kind, *rest = self
        if kind == "number":
            return next(numbers)
        if kind == "array":
            out = np.empty(rest, dtype=object)
            for place in np.ndindex(*rest):
                out[place] = next(numbers)
            return out
        return {"list": list, "tuple": tuple}[kind](shape.built(numbers) for shape in rest)
