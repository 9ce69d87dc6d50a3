"""Loops: what is sampled, how it is fitted, and what happens to the data.

A loop is an immutable SymPy `Basic`, so that `subs` reaches its parameters. It names its observables, states its step
once in symbols, and declares its symmetry.
"""

from __future__ import annotations

import inspect
import sys
import traceback
from collections import ChainMap
from collections.abc import Callable, Mapping
from copy import copy
from functools import lru_cache, wraps
from itertools import takewhile
from numbers import Number
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, final

from sympy import Add, Basic, Dummy, Expr, Float, I, Symbol, SympifyError, Tuple, nan, sympify, zoo
from sympy.core.alphabets import greeks
from sympy.core.symbol import Str

from .errors import BadInput
from .fields import Declared
from .laws import AnyLaw, Finite, Law, Noise, drawn
from .numbers import as_written
from .signs import is_nonnegative, is_positive
from .structures import Lineage, Marginal, Picks, Symmetry, Told


class Clock(Symbol):
    """The number of the fit: a kind of its own, since a variable of a claim may have any name."""


class Coordinate(Symbol):
    """A coordinate of the state before a step: a kind of its own, for the same reason."""


CLOCK = Clock("generation", integer=True, positive=True)  # in a step: the number of the fit, 1 for the first
AFTER, NOW = Coordinate("after", real=True), Coordinate("now", real=True)  # a parameter, and the one before


class Observable(Expr):
    """A random quantity of a loop at a generation: `Observable(loop, name, t)`, or `(..., index)` for fresh draws.

    The same expression is the same random variable; different loops are independent.
    """

    is_extended_real = True
    is_finite = True

    def __new__(cls, loop: Loop, name, t, *index):
        name = Str(name) if isinstance(name, str) else name
        examine_identity(loop)  # before SymPy joins two that are equal
        return Expr.__new__(cls, loop, name, sympify(t), *map(sympify, index))

    @property
    def loop(self) -> Loop:
        return self.args[0]  # type: ignore[return-value]

    @property
    def name(self) -> str:
        return str(self.args[1])

    @property
    def t(self) -> Expr:
        return self.args[2]  # type: ignore[return-value]

    @property
    def index(self) -> tuple:
        return self.args[3:]

    def _eval_is_positive(self):
        return True if self.name in positive_of(self.loop) else None

    def _eval_is_nonnegative(self):
        return True if self.name in positive_of(self.loop) | nonnegative_of(self.loop) else None

    def _latex(self, printer, exp=None) -> str:
        name, bracket, place = self.name.partition("[")  # of an entry of a matrix
        letter = rf"\{name}" if name in greeks else rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"
        symbol = self.loop.latex_names.get(name, letter)
        index = "".join(f"^{{({printer._print(i)})}}" for i in self.index if i != 1)
        body = f"{symbol}_{{{printer._print(self.t)}}}{bracket}{place}{index}"
        body = rf"\left({body}\right)" if index else body  # SymPy appends an exponent as it stands
        return body if exp is None else f"{{{body}}}^{{{exp}}}"

    def _sympystr(self, printer) -> str:
        return f"{self.name}({', '.join(printer._print(a) for a in (self.t, *self.index))})"


class Named:
    """A random quantity of a loop, by the name that it has in the body of its class: `loop.sigma(t)`.

    Made by `coordinate`, `observable` and `of_draw`.
    """

    def __init__(
        self,
        latex: str | None,
        positive: bool,
        *,
        nonnegative: bool = False,
        in_state: bool = False,
        of_draw: bool = False,
        when=None,
        of=None,
    ):
        self.latex, self.positive, self.in_state, self.of_draw, self.when = latex, positive, in_state, of_draw, when
        self.of, self.nonnegative, self.name = of, nonnegative, ""

    def __set_name__(self, owner: type, name: str) -> None:
        def at(loop: Any, t: Any) -> Observable:
            return Observable(loop, name, t)

        def drawn_at(loop: Any, t: Any, index: Any = 1) -> Observable:
            return Observable(loop, name, t, index)

        what = " of a fresh draw from the model" if self.of_draw else ""
        self.name, self.at = name, drawn_at if self.of_draw else at
        self.at.__doc__ = self.__doc__ = f"{name}{what} after t fits."
        self.at.__name__, self.at.__qualname__ = name, f"{owner.__qualname__}.{name}"

    def __get__(self, loop: Any, owner: type | None = None) -> Any:
        return self if loop is None else MethodType(self.at, loop)


def coordinate(
    latex: str | None = None,
    positive: bool = False,
    when: Callable[[Any], bool] | None = None,
    nonnegative: bool = False,
) -> Any:
    r"""A coordinate of the state, `mu = coordinate(r"\mu")` in the body of a loop's class: `loop.mu(t)` is its observable.

    latex: how it is printed; None: by its name.  positive: that it is above 0 (which is verified from the step).
    when: for which loops it is there, as a function of the loop; None: for all.
    nonnegative: that it is 0 or above (verified, too).
    """
    return Named(latex, positive, nonnegative=nonnegative, in_state=True, when=when)


def observable(
    latex: str | None = None, positive: bool = False, of: Callable[[Any, dict[str, Any]], Expr] | None = None
) -> Any:
    """A random quantity that is no coordinate of the state: `loop.entropy(t)`.

    of: it as a function of the loop and of its state, by the names of the coordinates: all witnesses then know it.
    """
    return Named(latex, positive, of=of)


def of_draw(latex: str | None = None) -> Any:
    """A function of a fresh draw from a `FiniteLoop`, by its name in `tables`: `loop.weight(t)`, `loop.weight(t, 2)`."""
    return Named(latex, False, of_draw=True)


class Model(Law):
    """The model after t fits, as a (random) law: `loop.model(t)`."""

    def __new__(cls, loop, t):
        return Basic.__new__(cls, loop, sympify(t))

    @property
    def loop(self) -> Loop:
        return self.args[0]  # type: ignore[return-value]

    @property
    def t(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]

    @property
    def law(self) -> Law:
        """The model's law, in terms of the loop's observables at t."""
        return self.loop.law_at(self.t)

    def _latex(self, printer) -> str:
        return rf"\hat p_{{{printer._print(self.t)}}}"

    def _sympystr(self, printer) -> str:
        return f"model({printer._print(self.t)})"


class State(Basic):
    """All that training remembers after t fits: `loop.state(t)`, the model and what is hidden beside it."""

    def __new__(cls, loop, t):
        return Basic.__new__(cls, loop, sympify(t))

    loop = property(lambda self: self.args[0])
    t = property(lambda self: self.args[1])

    def _latex(self, printer) -> str:
        return rf"S_{{{printer._print(self.t)}}}"

    def _sympystr(self, printer) -> str:
        return f"state({printer._print(self.t)})"


class Names(tuple):
    """The names of a loop's coordinates; as an attribute of a loop also `loop.state(t)`, all that training remembers."""

    loop: Loop | None = None

    def __get__(self, loop: Loop | None, owner: type | None = None) -> Names:
        bound = Names(self)
        bound.loop = loop
        return bound

    def __call__(self, t) -> State:
        if self.loop is None:
            raise TypeError("state(t) is of a loop, not of a class of loops")
        return State(self.loop, t)


def _callable_names(state: Any) -> Any:
    """What a class says of its state, names or a property that gives them, such that `loop.state(t)` can be asked."""
    if isinstance(state, property) and state.fget is not None:
        names = state.fget
        return property(lambda self: Names(names(self)).__get__(self), doc=state.__doc__)
    return Names(state) if isinstance(state, tuple | list) else state


def _kept(coordinates: list[Named]) -> property:
    """The names of those coordinates that a loop has."""
    return property(lambda self: tuple(x.name for x in coordinates if x.when is None or x.when(self)))


def _begun(said: property | dict) -> property:
    """A start, a property or a dictionary, whose plain numbers are SymPy's: a decimal number is the fraction it is written as."""
    start: Any = said.fget if isinstance(said, property) else lambda _: said

    def initial(self: Loop) -> Any:
        values = start(self)
        if not isinstance(values, dict):
            return values
        return {name: _exact(x) for name, x in values.items()}

    return property(initial, doc=said.__doc__)


def _exact(said: Any) -> Any:
    """What a class says in numbers and symbols, with fractions for decimal numbers: SymPy takes 1/10 + 0.2 for above 3/10."""
    if isinstance(said, dict):
        return {name: _exact(x) for name, x in said.items()}
    if isinstance(said, Number):
        said = sympify(said)
    return as_written(said) if isinstance(said, Basic) else said


def _of_a_copy(function: FunctionType) -> FunctionType:
    """What a class says of a state, which gets a dictionary of its own: what it writes into it is not the state of its caller."""

    @wraps(function)
    def said(self: Loop, state: dict[str, Expr], *rest: Any, **given: Any) -> Any:
        return _exact(function(self, copy(state), *rest, **given))

    return said  # type: ignore[return-value]


def _in_fractions(function: FunctionType) -> FunctionType:
    """What a class says of expressions, in fractions."""

    @wraps(function)
    def said(self: Loop, *given: Any, **named: Any) -> Any:
        return _exact(function(self, *given, **named))

    return said  # type: ignore[return-value]


STATED = {  # by the body of a class: how each is read
    "step": _of_a_copy,
    "emit": _of_a_copy,
    "estimating": _in_fractions,
    "objective": _in_fractions,
    "stationary": _in_fractions,
    "law_at": _in_fractions,
}


class Loop(Declared):
    r"""Base of all loops. A loop's class states the following; `theory.gaussian.GaussianLoop` is the model to read.

    Parameters are annotations, each with its kind (`theory.language.fields`): `n: Integers(1)`, `sigma0: Positive = 1`.
    Coordinates of the state are named in the body of the class, `mu = coordinate(r"\mu")`, other random quantities likewise,
    `entropy = observable("h", of=...)`; where their number depends on the parameters, `state` gives the names.

    These define the loop:

    initial: the values of the coordinates at t = 0.
    step(state): the state after one more generation, as plain arithmetic on `state`, `Noise` symbols and, if generations
        differ, `CLOCK`, the number of the fit.
    emit(state, index): a fresh draw from the model in that state, likewise.
    law_at(t): the model's law in terms of observables.
    definition: `Picks` or `Lineage`, in place of a step.

    The rest is said of them, and is verified from them or not used (`theory.proof.structures`, `positive_of`): of a user's
    loop nothing is taken that its start, its step and its draws do not show.

    symmetry: the loop in units of another one, a `Symmetry` (rule 14).
    marginals: coordinates that move as one of a smaller loop does, whatever the others do: {name: `Marginal`}.
    told: how much of the law of a path the step tells, where that is not all of it: `Told`.
    in_state(observable): one outside of the state as a function of the state, where it is one.
    refuses(): why no loop has such parameters, though each is of its kind.
    joint_points: notable joint values of the family's variables, by their common names.

    What a step draws anew is another draw, whatever it is called; so is what a start or a fresh draw takes.

    Variances are squared standard deviations, t counts fits (a family's docstring says what model 0 is), and all lengths of
    a loop are in one unit, that of its draws. A loop raises `BadInput` for a parameter that is not of its kind.
    """

    state: Any = Names()
    positive: frozenset[str] = frozenset()
    nonnegative: frozenset[str] = frozenset()
    latex_names: dict[str, str] = {"draw": "X"}  # noqa: RUF012
    joint_points: tuple[dict[str, int], ...] = ()
    is_observed: bool = False  # whether every value of every observable is looked at when it is simulated
    definition: Picks | Lineage | None = None
    symmetry: Symmetry | None = None
    marginals: Mapping[str, Marginal] = {}
    told: Told | None = None

    def __new__(cls, *args: Any, **given: Any):
        """Plain numbers become SymPy's. Raises `BadInput` for what is not of a parameter's kind."""
        if cls.fields or given:
            return super().__new__(cls, *args, **given)
        try:
            return Basic.__new__(cls, *(sympify(x, strict=True) for x in args))
        except SympifyError as problem:
            wrong = repr(problem.expr)
            raise BadInput(
                f"{cls.__name__}(...) is given {wrong}; expected numbers, symbols, laws or Str(...)"
            ) from problem

    @property
    def free_symbols(self) -> set[Symbol]:
        """All but the number of the fit, which the loop tells."""
        return super().free_symbols - {CLOCK}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "state" in vars(cls):
            cls.state = _callable_names(vars(cls)["state"])

    @classmethod
    def _told_by(cls) -> tuple[type, ...]:
        """The class, and those before the next loop that it takes things from: what they say has not been read."""
        after = cls.__mro__[1:]
        return cls, *takewhile(lambda kind: not issubclass(kind, Loop), after)

    @classmethod
    def _declare(cls) -> None:
        """Read the body of the class: annotated parameters, the quantities that are named in it, the start."""
        super()._declare()
        said = ChainMap(*map(vars, cls._told_by()))  # type: ignore[arg-type]
        if isinstance(start := said.get("initial"), property | dict):
            cls.initial = _begun(start)  # type: ignore[misc]
        for name, read in STATED.items():
            if isinstance(function := said.get(name), FunctionType):
                setattr(cls, name, read(function))
        named = [x for x in vars(cls).values() if isinstance(x, Named)]
        if not named:
            return
        cls.latex_names = {**cls.latex_names, **{x.name: x.latex for x in named if x.latex}}
        if "positive" not in vars(cls):
            cls.positive = cls.positive | {x.name for x in named if x.positive}
        cls.nonnegative = cls.nonnegative | {x.name for x in named if x.nonnegative}
        own = [x for x in named if x.in_state]
        if own and "state" not in vars(cls):
            cls.state = _kept(own) if any(x.when for x in own) else tuple(x.name for x in own)

    @property
    def initial(self) -> dict[str, Expr]:
        raise NotImplementedError(f"{type(self).__name__} states no start in symbols")

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        raise NotImplementedError(f"{type(self).__name__} states no step in symbols")

    @final
    def step_at(self, state: dict[str, Expr], t) -> dict[str, Expr]:
        """The step of fit number t: `step`, with that number for `CLOCK`, and its draws as those of that fit.

        The state comes in last: whatever is in it, other fits' draws or observables of loops, is left as it is.
        """
        if not any(sympify(x).has(CLOCK, Noise, Observable) for x in state.values()):
            return {name: _at(x, t, "fit", t) for name, x in self.step(state).items()}
        now = self.symbols()
        after = {name: _at(x, t, "fit", t) for name, x in self.step(now).items()}
        return {name: x.xreplace({now[s]: state[s] for s in now}) for name, x in after.items()}

    @final
    def emit_at(self, state: dict[str, Expr], t, index) -> Expr:
        """A fresh draw from model t in that state; draws of another index are others, whatever they are called."""
        now = self.symbols()
        return _at(self.emit(now, index), t, "draw", t, index).xreplace({now[s]: state[s] for s in now})

    @property
    @final
    def start_at(self) -> dict[str, Expr]:
        """`initial`, with its draws as those of the start."""
        return {name: drawn(sympify(x), "start") for name, x in self.initial.items()}

    def _sympystr(self, printer) -> str:  # else SymPy prints a class by its name, as one of its own that is called so
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"

    def emit(self, state: dict[str, Expr], index: Expr) -> Expr:
        raise NotImplementedError(f"{type(self).__name__} states no fresh draw in symbols (`emit`)")

    def law_at(self, t) -> Law:
        raise NotImplementedError(f"{type(self).__name__} states no law of its models in symbols (`law_at`)")

    @final
    def symbols(self) -> dict[str, Symbol]:
        """Symbols for the coordinates of the state, with the signs that are known."""
        return _signed(self, positive_of(self), nonnegative_of(self))

    def unstated(self, name: str) -> str | None:
        """Why an observable cannot be followed through the step in symbols; None if it can."""
        if name in self.state or name == "draw":
            return None
        return f"{name} is no coordinate of the state of {type(self).__name__}"

    def in_state(self, observable: Observable) -> Expr | None:
        """An observable outside of the state as a function of the state at its time; None if it is none."""
        named = getattr(type(self), observable.name, None)
        if not isinstance(named, Named) or named.of is None:
            return None
        return sympify(named.of(self, self.folded({name: Observable(self, name, observable.t) for name in self.state})))

    def folded(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """The state as the body of the class speaks of it: by its coordinates, unless they make up vectors and matrices."""
        return state

    @final
    def model(self, t) -> Model:
        """The model after t fits, as it is deployed; `model(0)` is what the loop is handed. `state(t)` is all of the state."""
        return Model(self, t)

    @final
    def draw(self, t, index=1) -> Observable:
        """A fresh draw from model t; `draw(t, 2)` is a second, independent one."""
        return Observable(self, "draw", t, index)


class FiniteLoop(Loop):
    """A population loop on finitely many atoms: its state is the law of a draw, coordinates p0, p1, ...

    start: the `Finite` law that it is handed.
    tables: functions of a draw by the name of their observable, each the tuple of its values on the atoms. A loop offers
        them as `weight = of_draw("f")`: `loop.weight(t)` is that of a fresh draw from model t, `loop.weight(t, 2)`
        that of a second, independent one; `loop.draw(t)` is its number, 0, 1, ...
    Refuses masses that are no probabilities of sum 1 (`BadInput`).
    Source: ours: a way to state a loop, no model of its own.
    """

    if TYPE_CHECKING:
        start: Any

    @property
    def state(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(f"p{i}" for i in range(len(self.start.masses)))

    @property
    def any_law(self) -> AnyLaw | None:
        """The law of its start where nothing is known of that, so that no atom has a name; None where the atoms are listed."""
        return self.start if isinstance(self.start, AnyLaw) else None

    @property
    def candidates(self) -> tuple[Expr, Expr] | None:
        """(K, lam) of a step that is a tournament of K draws, real data beside them; K may be a symbol. None for another step."""
        return None

    @property
    def tables(self) -> dict[str, Tuple]:
        return {}

    @property
    def initial(self) -> dict[str, Expr]:
        return dict(zip(self.state, self.start.masses, strict=True))

    def table(self, name: str) -> Tuple | None:
        """The values on the atoms of a function of a draw; None if there is none of that name."""
        return Tuple(*range(len(self.state))) if name == "draw" else self.tables.get(name)

    def unstated(self, name: str) -> str | None:
        return None if self.table(name) is not None else super().unstated(name)

    def on(self, law: Finite, weights) -> FiniteLoop:
        """The same loop on other atoms: real data and start have the given law.

        Who defines it says that the step treats all atoms alike, however many; so it is not believed of a subclass with
        another step.
        """
        raise NotImplementedError(f"{type(self).__name__} on other atoms")

    def mass(self, t, *atoms: int) -> Expr:
        """The probability of the given atoms under model t."""
        return Add(*(Observable(self, self.state[i], t) for i in atoms))

    def law_at(self, t) -> Finite:
        return Finite(tuple(Observable(self, name, t) for name in self.state))

    def refuses(self) -> str | None:
        for law in sorted(self.atoms(Finite), key=str):
            if any(p < 0 for p in law.masses) or sum(law.masses) != 1:
                exact = " (write Rational(1, 2) for 0.5)" if law.atoms(Float) else ""
                return f"{law}: probabilities, of sum 1, are expected{exact}"
        return super().refuses()


class PopulationLoop(Loop):
    """A loop with infinitely many samples: its next parameter is the root of an estimating equation.

    state: one coordinate, the parameter.
    estimating(after, now): the expected score at `after` when the model is at `now`, in moments `E(f(Noise(...)))`;
        strictly decreasing in `after`, with its root at the next parameter.
    bend: a bound on how fast the slope changes with `after` (of its Lipschitz constant); None if none is known.
    Source: the loop of Bertrand et al. 2310.00429.
    """

    bend = None

    def estimating(self, after, now) -> Expr:
        raise NotImplementedError(f"{type(self).__name__} states no estimating equation")

    def slope(self, after, now) -> Expr:
        """The derivative of `estimating` in `after`, negative."""
        return self.estimating(after, now).diff(after)

    def pull(self, after, now) -> Expr:
        """The derivative of `estimating` in `now`."""
        return self.estimating(after, now).diff(now)

    def jacobian(self, at) -> Expr:
        """J = the derivative of the map at a fixed point `at`, by the implicit function theorem."""
        if ours(type(self)):
            slope = -self.pull(AFTER, NOW) / self.slope(AFTER, NOW)
        else:  # what a user says of the derivatives is not verified, and not taken
            score = sympify(self.estimating(AFTER, NOW))
            slope = -score.diff(NOW) / score.diff(AFTER)
        return slope.xreplace({AFTER: sympify(at), NOW: sympify(at)})

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        raise NotImplementedError("the step is the root of an estimating equation, which has no closed form")


class ArgmaxLoop(PopulationLoop):
    """A population loop whose objective may have several peaks: the next parameter is its global maximiser.

    objective(after, now): in closed form.
    stationary(after, now): a polynomial in `after` that vanishes where the objective has its derivative 0.
    Source: the loop of Bertrand et al. 2310.00429, with the global maximum in the place of a local one.
    """

    def objective(self, after, now) -> Expr:
        raise NotImplementedError(f"{type(self).__name__} states no objective")

    def jacobian(self, at) -> Expr:
        """J = the derivative of the branch of the map through a fixed point `at`: of the map itself, if that is the maximum."""
        uphill = self.objective(AFTER, NOW).diff(AFTER)
        return (-uphill.diff(NOW) / uphill.diff(AFTER)).xreplace({AFTER: sympify(at), NOW: sympify(at)})

    def stationary(self, after, now) -> Expr:
        raise NotImplementedError(f"{type(self).__name__} states no stationary points")


# ---- what is not believed -------------------------------------------------------------------------------------------


def _at(x: Any, t, *role) -> Expr:
    """What a step or a draw says, with the number of the fit for `CLOCK`, and its draws as those of a role."""
    return drawn(sympify(x).xreplace({CLOCK: sympify(t)}), *role)


def _is_of_package(one: type, package: str) -> bool:
    """Whether a class is what a module of a package has of its name."""
    return one.__module__.startswith(package) and _found(one) is one


def _found(one: type) -> Any:
    return getattr(sys.modules.get(one.__module__), one.__qualname__, None)


def ours(kind: type) -> bool:
    """Whether a class is one of this package's, or adds to one and changes nothing: what it says of itself is tested here.

    What no step can verify (that a symbol's share is a loop of its own, say) is used of these only.
    """
    for one in kind.__mro__:
        if _is_of_package(one, "theory."):
            return True
        said = set().union(*(vars(base) for base in one.__mro__[1:]))
        if not said.isdisjoint(set(vars(one)) - PLAIN - AUTOMATIC):
            return False
    return False


def strangers(kind: type) -> list[type]:
    """Those of a class and its bases that are a user's."""
    return [x for x in kind.__mro__ if x is not object and not any(_is_of_package(x, p) for p in ("theory.", "sympy."))]


# by these SymPy tells whether two loops are one, and puts numbers in
IDENTITY = {
    "__eq__",
    "__ne__",
    "__hash__",
    "__class__",
    "__getattribute__",
    "_hashable_content",
    "compare",
    "sort_key",
    "class_key",
}
IDENTITY |= {"args", "_args", "func", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__"}
IDENTITY |= {
    "free_symbols",
    "atoms",
    "has",
    "_has",
    "subs",
    "_subs",
    "_eval_subs",
    "xreplace",
    "_xreplace",
    "replace",
    "doit",
}


@lru_cache(maxsize=512)
def _examine_identity(kind: Any) -> None:
    for one in strangers(kind):
        if said := sorted(IDENTITY & set(vars(one))):
            raise BadInput(
                f"{one.__name__} redefines `{said[0]}`, by which loops are told apart and numbers put in: a loop is told by its "
                "class and its parameters"
            )


def examine_identity(loop: Loop) -> None:
    """Raise `BadInput` for a class that says otherwise than by its parameters which of its loops are one."""
    kind = type(loop)
    if type(kind) is not type(Loop):
        raise BadInput(
            f"{kind.__name__} has a metaclass of its own, {type(kind).__name__}: a class of loops has that of `Loop`"
        )
    _examine_identity(kind)  # type: ignore[reportArgumentType]


AUTOMATIC = frozenset(vars(type("Plain", (Basic,), {})))  # what SymPy gives every class
PLAIN = {
    "__module__",
    "__doc__",
    "__dict__",
    "__weakref__",
    "__annotations__",
    "__slots__",
    "joint_points",
    "latex_names",
    "fields",
    "__signature__",
}


@lru_cache(maxsize=4096)
def positive_of(loop: Loop) -> frozenset[str]:
    """Those of the observables declared `positive` that are: positive at the start, and after a step from what is positive.

    Of the package's own loops that state no step, and of programs, whose values are looked at, the declaration counts.
    """
    return _kept_to(loop, frozenset(loop.positive), is_positive, lambda signed: (signed, frozenset()))


@lru_cache(maxsize=4096)
def nonnegative_of(loop: Loop) -> frozenset[str]:
    """Those of the observables declared `nonnegative` that are, likewise."""
    return _kept_to(loop, frozenset(loop.nonnegative), is_nonnegative, lambda signed: (positive_of(loop), signed))


def _kept_to(
    loop: Loop, declared: frozenset[str], has_sign: Callable[[Expr], bool], signs: Callable[[frozenset[str]], tuple]
) -> frozenset[str]:
    """Those of the declared observables that have the sign at the start, and after a step from where all that are left have it.

    signs: the coordinates that are positive, and not negative, before such a step.
    """
    if not declared:
        return frozenset()
    outside = {name for name in declared if name not in loop.state} if ours(type(loop)) else set()
    try:
        signed = _lasting(loop, has_sign, signs)
    except NotImplementedError:
        return declared if loop.is_observed or ours(type(loop)) else frozenset()
    except Exception:  # told where the loop is examined
        return frozenset()
    return frozenset() if isinstance(loop, PopulationLoop) else frozenset((signed & declared) | outside)


def _lasting(loop: Loop, has_sign: Callable[[Expr], bool], signs: Callable[[frozenset[str]], tuple]) -> frozenset[str]:
    """The coordinates that have the sign at the start, and after a step from where all that are left have it."""
    start = {name: sympify(x) for name, x in loop.initial.items()}
    if isinstance(loop, PopulationLoop):
        return frozenset()
    signed = frozenset(name for name, x in start.items() if has_sign(x))
    while signed:
        after = loop.step(_signed(loop, *signs(signed)))
        kept = frozenset(name for name in signed if has_sign(_at_worst(loop, sympify(after[name]))))
        if kept == signed:
            break
        signed = kept
    return signed


@lru_cache(maxsize=4096)
def never_negative(loop: Loop) -> frozenset[str]:
    """The coordinates that are 0 or above in every generation, declared or not, as far as start and step show it."""
    try:
        return _lasting(loop, is_nonnegative, lambda signed: (positive_of(loop), signed))
    except Exception:  # one that states no step, or fails: told where the loop is examined
        return frozenset()


def _signed(loop: Loop, positive: frozenset[str], nonnegative: frozenset[str]) -> dict[str, Symbol]:
    """Symbols for the coordinates, of these signs."""
    signs = {s: "positive" if s in positive else "nonnegative" if s in nonnegative else "real" for s in loop.state}
    return {s: Coordinate(s, **{sign: True}) for s, sign in signs.items()}


def _at_worst(loop: Loop, x: Expr) -> Expr:
    """A step in which draws are at least 0 that are 0 for some numbers: of ours, `refuses` keeps such numbers out."""
    if ours(type(loop)):
        return x
    at = {z: Dummy("z", nonnegative=True) for z in x.atoms(Noise) if z.is_positive and not _has_density(z.law)}
    return x.xreplace(at)


def _has_density(law: Law) -> bool:
    """Whether the parameters are seen to be such that no draw is 0 surely: a first one above 0, or ends that are apart."""
    asked = law.demands()
    apart = all(strictly and quantity.is_positive for quantity, strictly, _ in asked)
    return bool(law.args[0].is_positive) or (bool(asked) and apart)


_EXAMINED: set[type[Loop]] = set()


def _is_number(x: Basic) -> bool:
    """Whether an expression may stand for a real number: neither a matrix nor infinite, undefined or imaginary."""
    return isinstance(x, Expr) and not x.is_Matrix and not x.is_infinite and not x.has(nan, zoo, I)


FINAL = {  # what no class of a user redefines, and what it may say instead
    "start_at": "which follows from `initial`",
    "step_at": "which follows from `step`: generations that differ are told by CLOCK in `step`",
    "emit_at": "which follows from `emit`",
    "symbols": "whose signs follow from the start and the step: say `coordinate(positive=True)`",
    "model": "which follows from `law_at`",
    "draw": "which follows from `emit`",
}


def _place_of(x: Any, otherwise: CodeType) -> str:
    """Where something in the body of a class is written; what is no function, where its step is."""
    function = x.fget if isinstance(x, property) else x
    code = inspect.unwrap(function).__code__ if isinstance(function, FunctionType) else otherwise
    return f"{code.co_filename}:{code.co_firstlineno}"


def examine(loop: Loop) -> None:
    """Try a loop's step and start. Raises `BadInput`, with the line of the file, where they fail or fit no state."""
    kind = type(loop)
    if kind in _EXAMINED:
        return
    code = inspect.unwrap(kind.step).__code__
    for name, why in FINAL.items():
        owner = next(one for one in kind.__mro__ if name in vars(one))
        if owner is not Loop and not ours(owner):
            raise BadInput(f"{kind.__name__} redefines `{name}`, {why}", _place_of(vars(owner)[name], code))
    try:
        said = {"initial": loop.initial}
        if not isinstance(loop, PopulationLoop):
            said["step"] = loop.step(loop.symbols())
    except NotImplementedError:
        raise
    except Exception as problem:
        lines = [f.lineno for f in traceback.extract_tb(problem.__traceback__) if f.filename == code.co_filename]
        where = f"{code.co_filename}:{lines[-1] if lines else code.co_firstlineno}"
        text = str(problem) if isinstance(problem, BadInput) else f"{type(problem).__name__}: {problem}"
        raise BadInput(f"{kind.__name__}: {text}", where) from problem
    for name, got in said.items():
        if not isinstance(got, dict) or set(got) != set(loop.state):
            shown = ", ".join(map(str, got)) if isinstance(got, dict) else type(got).__name__
            raise BadInput(
                f"{kind.__name__}: `{name}` gives {shown}; expected a dictionary of {', '.join(loop.state)}",
                f"{code.co_filename}:{code.co_firstlineno}",
            )
        for key, x in got.items():
            try:
                number = _is_number(sympify(x, strict=True))
            except SympifyError:
                number = False
            if not number:
                raise BadInput(
                    f"{kind.__name__}: `{name}` gives {x!r} for {key}; expected a number, or an expression in symbols",
                    f"{code.co_filename}:{code.co_firstlineno}",
                )
    _EXAMINED.add(kind)
