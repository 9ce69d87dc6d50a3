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

`Bootstrap(n=10).variance(t)` is then an observable like any other. Only the simulation can run a program that draws, so the other
two witnesses leave its moments out. One that draws nothing they read in symbols (`theory/proof/structures/programs.py`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from . import fields
from .errors import BadInput, nearest
from .loops import Loop, Model, Observable

FACTS = {"observables", "positive", "latex_names", "joint_points"}
LEADING = {"begin": ("rng",), "retrain": ("rng", "state"), "measure": ("state",)}  # what each function takes first
FACTS = {
    "observables",
    "positive",
    "latex_names",
    "joint_points",
}  # what is annotated, or assigned, and is no parameter


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
    Source: ours: a way to state a loop, no model of its own.
    """

    observables: ClassVar[tuple[str, ...]] = ()
    is_observed = True

    # of each class: functions with the parameters that they take, and the place
    _functions: ClassVar[dict[str, tuple[Callable, tuple[str, ...]]]] = {}
    _where: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        frame = fields.definition()
        cls._where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        super().__init_subclass__(**options)
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
    def _declare(cls) -> None:
        for name in inspect.get_annotations(cls):
            if name not in FACTS and not name.startswith("_"):
                cls._free(name, "a parameter")
        try:
            super()._declare()
        except BadInput as problem:
            raise BadInput(str(problem), cls._where) from problem

    @classmethod
    def _read_observables(cls) -> None:
        names = cls.observables
        if isinstance(names, str) or not all(isinstance(x, str) and x.isidentifier() for x in names):
            raise cls._wrong(f'observables is {names!r}; expected a tuple of names, such as ("variance", "mean")')
        if not names:
            raise cls._wrong('observables is missing: the names of what is measured, such as ("variance", "mean")')
        for name in names:
            cls._free(name, "an observable")
            if names.count(name) > 1 or name in cls.fields:
                other = "a parameter" if name in cls.fields else "another observable"
                raise cls._wrong(f"the observable {name!r} has the name of {other}")
            setattr(cls, name, _observable(name))
        for name in (*cls.positive, *(x for x in cls.latex_names if x not in Loop.latex_names)):
            if name not in names:
                raise cls._wrong(f"{name!r} is no observable{nearest(name, list(names))}")

    @classmethod
    def _read_function(cls, name: str) -> tuple[Callable, tuple[str, ...]] | None:
        """A function with the names of the parameters it takes; it becomes a static method."""
        found = inspect.getattr_static(cls, name, None)
        function = found.__func__ if isinstance(found, staticmethod) else found
        function = getattr(function, "py_func", function)  # compiled already: it will be again
        first = LEADING[name]
        shown = f"{name}({', '.join((*first, *cls.fields))})"
        if function is None and name == "measure":
            return None
        if not inspect.isfunction(function):
            raise cls._wrong(
                f"the function {shown} is missing" + (": the parameters are optional" if cls.fields else "")
            )
        parameters = list(inspect.signature(function).parameters.values())
        names = [p.name for p in parameters]
        if any(p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
            raise cls._wrong(f"{name} has to take plain arguments, as in {shown}", function)
        head, rest = names[: len(first)], tuple(names[len(first) :])
        moved = any(
            x in cls.fields or (x in ("self", "rng", "state") and x != y) for x, y in zip(head, first, strict=False)
        )
        if len(head) < len(first) or moved:
            raise cls._wrong(
                f"{name}({', '.join(names)}) has to take {' and '.join(first)} first, as in {shown}", function
            )
        for x in rest:
            if x not in cls.fields:
                hint = nearest(x, list(cls.fields)) if cls.fields else "; the class has none"
                raise cls._wrong(f"{name} takes {x!r}, which is no parameter{hint}", function)
        setattr(cls, name, staticmethod(function))
        return function, rest

    # ---- instances ----

    def __new__(cls, *args: Any, **given: Any):
        if cls is ProgramLoop:
            raise BadInput("ProgramLoop is the base of loops that are programs: write a class of your own on top of it")
        loop = super().__new__(cls, *args, **given)
        if (problem := loop.refuses()) is not None:
            raise BadInput(f"{fields.shown(cls.__name__, cls.fields)}: {problem}")
        return loop

    def numbers(self, function: str) -> tuple:
        """The values of the parameters that a function takes, as Python numbers. Raises `TypeError` where one is none."""
        types, values = self.types(), dict(zip(self.fields, self.arguments, strict=True))
        return tuple(types[name](values[name]) for name in self._functions[function][1])

    @classmethod
    def types(cls) -> dict[str, type]:
        """The Python types of the parameters, as a program gets them."""
        return {name: fields.python_type(field.kind) for name, field in cls.fields.items()}

    # ---- what a program does not have ----

    def unstated(self, name: str) -> str:
        return f"{type(self).__name__} is a program: it has no step in symbols"

    def model(self, t) -> Model:
        raise BadInput(
            f"{type(self).__name__} is a program: its models have no law in symbols; measure what you want of them"
        )

    def draw(self, t, index=1) -> Observable:
        raise BadInput(f"{type(self).__name__} is a program: a fresh draw is what it measures, as an observable")


def _observable(name: str) -> Callable:
    def observable(self: ProgramLoop, t) -> Observable:
        return Observable(self, name, t)

    observable.__name__, observable.__doc__ = name, f"What `measure` calls {name}, after t generations."
    return observable


__all__ = ["ProgramFailed", "ProgramLoop"]
