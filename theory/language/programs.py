"""Loops that are programs: a training loop in plain Python and NumPy, checked without a word of it in symbols.

class Bootstrap(ProgramLoop):
    \"\"\"Resample the data with replacement, again and again.\"\"\"

    n: int
    sigma0: float = 1
    observables = ("variance", "mean")

    def begin(rng, n, sigma0):
        return rng.normal(0.0, sigma0, n)

    def retrain(rng, data, n):
        return rng.choice(data, n)

    def measure(data):
        return data.var(), data.mean()

`Bootstrap(n=10).variance(t)` is then an observable like any other. Only the simulation can run a program, so the other two
witnesses leave its moments out.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any, ClassVar

from sympy import Expr, sympify
from sympy.logic.boolalg import BooleanAtom

from .errors import BadInput, nearest
from .loops import Loop, Model, Observable

LEADING = {"begin": ("rng",), "retrain": ("rng", "state"), "measure": ("state",)}  # what each function takes first
TYPES: dict[Any, type] = {t: t for t in (int, float, bool)} | {t.__name__: t for t in (int, float, bool)}


class ProgramFailed(BadInput):
    """A user's program raised an exception, or measured what is no finite number; the message names file and line."""


class ProgramLoop(Loop):
    """Base of loops that are programs. A subclass defines the following, on its class, without `self`.

    Parameters: annotations `n: int`, in order, with a default where there is one (`sigma0: float = 1`); int, float or bool.
    observables: the names of what is measured; each becomes a method, `loop.variance(t)`.
    begin(rng, ...): the state at t = 0, which may be anything: a number, an array, a tuple.
    retrain(rng, state, ...): the state after one more generation.
    measure(state, ...): the observables in their order, a number or a tuple; without it the state is the observables.
    positive: names of observables that are always above 0 (it is checked).  joint_points, latex_names: as for every loop.

    After the generator and the state (called as you like) each function takes those of the parameters that it names.
    All randomness has to come from `rng`, a NumPy Generator. A program that numba understands is compiled.
    Raises `BadInput`, with file and line, for a definition that makes no sense.
    """

    observables: tuple[str, ...] = ()
    is_observed = True

    # of each class: parameters with their types, defaults, functions with the parameters that they take, and the place
    _types: ClassVar[dict[str, type]] = {}
    _defaults: ClassVar[dict[str, Any]] = {}
    _functions: ClassVar[dict[str, tuple[Callable, tuple[str, ...]]]] = {}
    _where: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        frame = sys._getframe(1)
        cls._where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        cls._read_parameters()
        cls._read_observables()
        cls._functions = {name: f for name in LEADING if (f := cls._read_function(name)) is not None}

    # ---- the definition ----

    @classmethod
    def _wrong(cls, message: str, function: Callable | None = None) -> BadInput:
        code = getattr(function, "__code__", None)
        return BadInput(
            f"{cls.__name__}: {message}", f"{code.co_filename}:{code.co_firstlineno}" if code else cls._where
        )

    @classmethod
    def _free(cls, name: str, what: str) -> None:
        """Refuse a name that every loop, or this one, has for something else."""
        if hasattr(ProgramLoop, name) or name == "rng":
            raise cls._wrong(f"{what} cannot be called {name!r}: that is something else of every loop")

    @classmethod
    def _read_parameters(cls) -> None:
        types, defaults, last = dict(cls._types), dict(cls._defaults), ""
        for name, kind in inspect.get_annotations(cls).items():
            if name in FACTS:
                continue
            cls._free(name, "a parameter")
            if kind not in TYPES:
                shown = getattr(kind, "__name__", kind)
                raise cls._wrong(f"the parameter {name} is annotated {shown!r}; expected int, float or bool")
            types[name] = TYPES[kind]
        for name, kind in types.items():
            if name in vars(cls):
                defaults[name] = cls._value(name, vars(cls)[name], kind, cls._wrong)
            if name in defaults:
                last = name
            elif last:
                raise cls._wrong(f"the parameter {name} has no default, but {last} before it has")
        cls._types, cls._defaults = types, defaults
        for i, name in enumerate(types):
            setattr(cls, name, property(lambda self, i=i: self.args[i], doc=f"The parameter {name}."))

    @classmethod
    def _read_observables(cls) -> None:
        names = cls.observables
        if isinstance(names, str) or not all(isinstance(x, str) and x.isidentifier() for x in names):
            raise cls._wrong(f'observables is {names!r}; expected a tuple of names, such as ("variance", "mean")')
        if not names:
            raise cls._wrong('observables is missing: the names of what is measured, such as ("variance", "mean")')
        for name in names:
            cls._free(name, "an observable")
            if names.count(name) > 1 or name in cls._types:
                other = "a parameter" if name in cls._types else "another observable"
                raise cls._wrong(f"the observable {name!r} has the name of {other}")
            setattr(cls, name, _observable(name))
        for name in (*cls.positive, *cls.latex_names):
            if name not in names:
                raise cls._wrong(f"{name!r} is no observable{nearest(name, list(names))}")

    @classmethod
    def _read_function(cls, name: str) -> tuple[Callable, tuple[str, ...]] | None:
        """A function with the names of the parameters it takes; it becomes a static method."""
        found = inspect.getattr_static(cls, name, None)
        function = found.__func__ if isinstance(found, staticmethod) else found
        function = getattr(function, "py_func", function)  # compiled already: it will be again
        first = LEADING[name]
        shown = f"{name}({', '.join((*first, *cls._types))})"
        if function is None and name == "measure":
            return None
        if not inspect.isfunction(function):
            raise cls._wrong(
                f"the function {shown} is missing" + (": the parameters are optional" if cls._types else "")
            )
        parameters = list(inspect.signature(function).parameters.values())
        names = [p.name for p in parameters]
        if any(p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
            raise cls._wrong(f"{name} has to take plain arguments, as in {shown}", function)
        head, rest = names[: len(first)], tuple(names[len(first) :])
        moved = any(
            x in cls._types or (x in ("self", "rng", "state") and x != y) for x, y in zip(head, first, strict=False)
        )
        if len(head) < len(first) or moved:
            raise cls._wrong(
                f"{name}({', '.join(names)}) has to take {' and '.join(first)} first, as in {shown}", function
            )
        for x in rest:
            if x not in cls._types:
                hint = nearest(x, list(cls._types)) if cls._types else "; the class has none"
                raise cls._wrong(f"{name} takes {x!r}, which is no parameter{hint}", function)
        setattr(cls, name, staticmethod(function))
        return function, rest

    # ---- instances ----

    def __new__(cls, *args: Any, **given: Any):
        types, shown = cls._types, cls._shown()
        if cls is ProgramLoop:
            raise BadInput("ProgramLoop is the base of loops that are programs: write a class of your own on top of it")
        if len(args) > len(types):
            raise BadInput(f"{shown} takes {len(types)} values, not {len(args)}")
        values = dict(zip(types, args, strict=False))
        for name, value in given.items():
            if name not in types:
                raise BadInput(f"{shown} has no parameter {name!r}{nearest(name, list(types))}")
            if name in values:
                raise BadInput(f"{shown}: {name} is given twice")
            values[name] = value
        values = {**cls._defaults, **values}
        if missing := [name for name in types if name not in values]:
            raise BadInput(f"{shown}: {missing[0]} is missing")
        return Loop.__new__(
            cls,
            *(
                cls._value(name, values[name], kind, lambda m: BadInput(f"{shown}: {m}"))
                for name, kind in types.items()
            ),
        )

    @classmethod
    def _shown(cls) -> str:
        return (
            f"{cls.__name__}({', '.join(f'{n}={cls._defaults[n]}' if n in cls._defaults else n for n in cls._types)})"
        )

    @classmethod
    def _value(cls, name: str, value: Any, kind: type, wrong: Callable = BadInput):
        """A parameter's value as a SymPy object of the right kind."""
        expected = {int: "an integer", float: "a number", bool: "True or False"}[kind]
        problem = wrong(f"{name} is {value!r}; expected {expected}, or a symbol")
        if isinstance(value, str):
            raise problem
        try:
            x = sympify(value)
        except Exception as error:  # SymPy raises what it likes for what is none of its objects
            raise problem from error
        if not isinstance(x, BooleanAtom if kind is bool and not x.free_symbols else Expr):
            raise problem
        if x.is_number and (x.is_integer is False if kind is int else x.is_finite is False):
            raise problem
        return x

    def numbers(self, function: str) -> tuple:
        """The values of the parameters that a function takes, as Python numbers. Raises `TypeError` where one is none."""
        values = dict(zip(self._types, self.args, strict=True))
        return tuple(self._types[name](values[name]) for name in self._functions[function][1])

    # ---- what a program does not have ----

    def unstated(self, name: str) -> str:
        return f"{type(self).__name__} is a program: it has no step in symbols"

    def model(self, t) -> Model:
        raise BadInput(
            f"{type(self).__name__} is a program: its models have no law in symbols; measure what you want of them"
        )

    def draw(self, t, index=1) -> Observable:
        raise BadInput(f"{type(self).__name__} is a program: a fresh draw is what it measures, as an observable")


FACTS = {"observables", "positive", "latex_names", "joint_points"}


def _observable(name: str) -> Callable:
    def observable(self: ProgramLoop, t) -> Observable:
        return Observable(self, name, t)

    observable.__name__, observable.__doc__ = name, f"What `measure` calls {name}, after t generations."
    return observable


__all__ = ["ProgramFailed", "ProgramLoop"]
