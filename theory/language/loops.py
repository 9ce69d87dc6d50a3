"""Loops: what is sampled, how it is fitted, and what happens to the data.

A loop is an immutable SymPy `Basic`, so that `subs` reaches its parameters. It names its observables, states its step
once in symbols, and declares its symmetry.
"""

from __future__ import annotations

import inspect
from collections import ChainMap
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import takewhile
from types import FunctionType, MethodType
from typing import Any, Self, final

from sympy import Basic, Dummy, Expr, Integer, Symbol, SympifyError, sympify
from sympy.core.alphabets import greeks
from sympy.core.symbol import Str

from .domains import Reals
from .errors import BadInput, CannotTell, Unsaid
from .fields import Declared
from .fits import CLOCK
from .laws import ChiSquare, Law, Noise, drawn
from .signs import is_nonnegative, is_positive
from .stated import STATED, begun
from .strangers import examine_identity, ours
from .structures import Lineage, Marginal, Picks, Symmetry, Told
from .written import written


class Coordinate(Symbol):
    """A coordinate of the state before a step: a kind of its own, for the same reason."""


AFTER, NOW = Coordinate("after", real=True), Coordinate("now", real=True)  # a parameter, and the one before


def _number(x: Any) -> Expr:
    """A generation, or an index. Raises `BadInput` for what is no number."""
    value = sympify(x)
    if not isinstance(value, Expr):
        raise BadInput(f"{x} is no generation, and no index: expected a number, such as loop.mu(t), or loop.draw(t, 2)")
    return written(value)


class Observable(Expr):
    """A random quantity of a loop at a generation: `Observable(loop, name, t)`, or `(..., index)` for fresh draws.

    The same expression is the same random variable; different loops are independent.
    """

    stays_whole = True  # in `multiplied_out`
    is_extended_real = True
    is_finite = True

    def __new__(cls, loop: Loop, name, t, *index):
        name = Str(name) if isinstance(name, str) else name
        examine_identity(loop)  # before SymPy joins two that are equal
        return Expr.__new__(cls, loop, name, *map(_number, (t, *index)))

    @property
    def loop(self) -> Loop:
        """The loop that it is an observable of."""
        return self.args[0]

    @property
    def name(self) -> str:
        """Its name, as the loop calls it."""
        return str(self.args[1])

    @property
    def t(self) -> Expr:
        """The generation."""
        return self.args[2]

    @property
    def may_have_no_value(self) -> bool:
        """Whether a generation may have none: its steps are a user's."""
        return not ours(type(self.loop))

    @property
    def index(self) -> tuple:
        """What tells fresh draws apart; () for a quantity of the state."""
        return self.args[3:]

    def _eval_is_positive(self):
        return True if self.name in positive_of(self.loop) else None

    def _eval_is_nonnegative(self):
        return True if self.name in positive_of(self.loop) | nonnegative_of(self.loop) else None

    def _latex(self, printer, exp=None) -> str:
        name, bracket, place = self.name.partition("[")  # of an entry of a matrix
        letter = rf"\{name}" if name in greeks else rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"
        symbol = _primed(self.loop.latex_names.get(name, letter), self.loop)
        index = "".join(f"^{{({printer._print(i)})}}" for i in self.index if i != 1)
        body = f"{symbol}_{{{printer._print(self.t)}}}{bracket}{place}{index}"
        body = rf"\left({body}\right)" if index else body  # SymPy appends an exponent as it stands
        return body if exp is None else f"{{{body}}}^{{{exp}}}"

    def _sympystr(self, printer) -> str:
        name = f"{self.name}{primes(self.loop)}"
        return f"{name}({', '.join(printer._print(a) for a in (self.t, *self.index))})"


FREE = {"count"}  # of what every object has: a name that users like, and that nothing asks a loop for


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
        return Basic.__new__(cls, loop, _number(t))

    @property
    def loop(self) -> Loop:
        """The loop whose model it is."""
        return self.args[0]

    @property
    def t(self) -> Expr:
        """The number of fits."""
        return self.args[1]

    @property
    def law(self) -> Law:
        """The model's law, in terms of the loop's observables at t."""
        return self.loop.law_at(self.t)

    def _latex(self, printer) -> str:
        return rf"{_primed(chr(92) + 'hat p', self.loop)}_{{{printer._print(self.t)}}}"

    def _sympystr(self, printer) -> str:
        return f"model{primes(self.loop)}({printer._print(self.t)})"


class State(Basic):
    """All that training remembers after t fits: `loop.state(t)`, the model and what is hidden beside it."""

    def __new__(cls, loop, t):
        return Basic.__new__(cls, loop, written(sympify(t)))

    loop = property(lambda self: self.args[0])
    t = property(lambda self: self.args[1])

    def _latex(self, printer) -> str:
        return rf"{_primed('S', self.loop)}_{{{printer._print(self.t)}}}"

    def _sympystr(self, printer) -> str:
        return f"state{primes(self.loop)}({printer._print(self.t)})"


def primes(loop: Basic) -> str:
    """One for `copy(2)`, two for `copy(3)`: behind the names of what is the copy's."""
    return "'" * (int(loop.number_of_copy) - 1) if isinstance(loop, Loop) else ""


def _primed(symbol: str, loop: Basic) -> str:
    return f"{{{symbol}}}{marks}" if (marks := primes(loop)) else symbol


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


class Copy(Basic):
    """The last argument of a loop that is a copy: its number, from 2 on."""

    def __new__(cls, number):
        return Basic.__new__(cls, sympify(number))

    number = property(lambda self: self.args[0])


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
    steady: the parameters that have to be the same in every fit, for they are those of the fits before, too: `CLOCK` is refused.
    joint_points: notable joint values of the family's variables, by their common names.
    positive, nonnegative: names of observables that are above 0, or not below it.  latex_names: how they are printed, by name.

    What a step draws anew is another draw, whatever it is called; so is what a start or a fresh draw takes.

    Variances are squared standard deviations, t counts fits (a family's docstring says what model 0 is), and all lengths of
    a loop are in one unit, that of its draws. A loop raises `BadInput` for a parameter that is not of its kind.
    """

    state: Any = Names()
    positive: frozenset[str] = frozenset()
    nonnegative: frozenset[str] = frozenset()
    latex_names: dict[str, str] = {"draw": "X"}  # noqa: RUF012
    steady: tuple[str, ...] = ()
    joint_points: tuple[dict[str, int], ...] = ()
    is_observed: bool = False  # whether every value of every observable is looked at when it is simulated
    definition: Picks | Lineage | None = None
    symmetry: Symmetry | None = None
    marginals: Mapping[str, Marginal] = {}
    told: Told | None = None

    def __new__(cls, *args: Any, **given: Any):
        """Plain numbers become SymPy's. Raises `BadInput` for what is not of a parameter's kind."""
        if args and isinstance(args[-1], Copy):  # an argument, so that it is built again from these
            return Basic.__new__(cls, *cls(*args[:-1], **given).args, args[-1])
        if args and (other := cls.instead(args[0])) is not None:
            return other(*args, **given)
        if cls.fields or given:
            return super().__new__(cls, *args, **given)
        try:
            return Basic.__new__(cls, *(written(sympify(x, strict=True)) for x in args))
        except SympifyError as problem:
            wrong = repr(problem.expr)
            raise BadInput(
                f"{cls.__name__}(...) is given {wrong}; expected numbers, symbols, laws or Str(...)"
            ) from problem

    @classmethod
    def instead(cls, first: Any) -> Callable[..., Any] | None:
        """The loop that it is with such a first parameter, where that is one of another class; else None."""
        return None

    @final
    def copy(self, number: int = 1) -> Loop:
        """An independent copy, number 2 or higher; `copy(1)` is the loop that they are copies of.

        Raises `BadInput` for another number.
        """
        k = sympify(number)
        if not (isinstance(k, Integer) and k > 0):  # a symbol could be the number of another copy
            raise BadInput(f"{self}: copy({number}): expected the number of a copy, 1, 2, ...")
        return self.func(*self.arguments) if k == 1 else self.func(*self.arguments, Copy(k))

    @final
    def at(self, **given: Any) -> Self:
        """The loop with other values of some parameters, `loop.at(lam=2)`; of a copy, the one that it is a copy of."""
        return self.func(**(dict(zip(self.fields, self.arguments, strict=True)) | given))

    @property
    @final
    def arguments(self) -> tuple[Basic, ...]:
        """The values of its parameters: `args` without the number of a copy."""
        return self.args[:-1] if self.is_copy else self.args

    @property
    @final
    def is_copy(self) -> bool:
        """Whether this is `copy(2)`, say, of another loop: as that one, and independent of it."""
        return self.number_of_copy > 1

    @property
    @final
    def number_of_copy(self) -> int:
        """2 for `copy(2)`; 1 for a loop that is no copy."""
        return int(self.args[-1].number) if self.args and isinstance(self.args[-1], Copy) else 1

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
    def _leave_names(cls) -> None:
        """Raise `BadInput` where a parameter, a coordinate or an observable has the name of something that every loop has."""
        named = {name for name, x in vars(cls).items() if isinstance(x, Named)}
        named |= {name for name in inspect.get_annotations(cls) if name not in vars(cls) and not hasattr(Basic, name)}
        for name in sorted(named - FREE):
            if not name.startswith("_") and hasattr(Loop, name):
                raise BadInput(
                    f"{cls.__name__} calls something of its own `{name}`, which every loop has. A parameter, a coordinate or an "
                    "observable needs another name"
                )

    @classmethod
    def _declare(cls) -> None:
        """Read the body of the class: annotated parameters, the quantities that are named in it, the start."""
        cls._leave_names()
        super()._declare()
        said = ChainMap(*map(vars, cls._told_by()))  # pyrefly: ignore[bad-argument-type]
        if isinstance(start := said.get("initial"), property | dict):
            cls.initial = begun(start)  # pyrefly: ignore[bad-assignment]
        for name, read in STATED.items():
            function = said.get(name)
            if isinstance(function, FunctionType) and function is not getattr(
                Loop, name, None
            ):  # that says there is none
                setattr(cls, name, read(function, cls))
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
        """The start in symbols: the value of each coordinate at t = 0, of numbers and draws `Noise(name, law)`."""
        raise Unsaid(f"{type(self).__name__} states no start in symbols")

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """The state after one more fit, of the coordinates before it and draws `Noise(name, law)`; `CLOCK` numbers the fit."""
        raise Unsaid(f"{type(self).__name__} states no step in symbols")

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
        """A fresh draw from model t in that state; draws of another index are others, whatever they are called.

        Raises `CannotTell` where it takes the number of the fit, and model t may be that before all fits: what is asked of the
        loop's parameters is asked in its fits.
        """
        now = self.symbols()
        said = sympify(self.emit(now, index))
        if said.has(CLOCK) and not sympify(t).is_positive:
            raise CannotTell(
                f"a draw of {self} takes CLOCK, and model {t} may be that before the first fit, which has none"
            )
        return _at(said, t, "draw", t, index).xreplace({now[s]: state[s] for s in now})

    @property
    @final
    def start_at(self) -> dict[str, Expr]:
        """`initial`, with its draws as those of the start."""
        return {name: drawn(sympify(x), "start") for name, x in self.initial.items()}

    def _sympystr(self, printer) -> str:  # else SymPy prints a class by its name, as one of its own that is called so
        return f"{type(self).__name__}({', '.join(map(printer._print, self.arguments))}){self.as_copy}"

    def _sympyrepr(self, printer) -> str:  # likewise
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"

    @property
    @final
    def as_copy(self) -> str:
        """ ".copy(2)", as it is written behind a loop; "" for one that is none."""
        return f".copy({self.number_of_copy})" if self.is_copy else ""

    def emit(self, state: dict[str, Expr], index: Expr) -> Expr:
        """A fresh draw from the model in that state. `index` tells draws apart."""
        raise Unsaid(f"{type(self).__name__} states no fresh draw in symbols (`emit`)")

    def law_at(self, t) -> Law:
        """The law of model t, given the state: its parameters are observables at t."""
        raise Unsaid(f"{type(self).__name__} states no law of its models in symbols (`law_at`)")

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
        """The expected score at `after`, given the model `now`: strictly decreasing in `after`, 0 at the next parameter."""
        raise Unsaid(f"{type(self).__name__} states no estimating equation")

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
        raise Unsaid("the step is the root of an estimating equation, which has no closed form")


class ArgmaxLoop(PopulationLoop):
    """A population loop whose objective may have several peaks: the next parameter is its global maximiser.

    objective(after, now): in closed form.
    stationary(after, now): a polynomial in `after` that vanishes where the objective has its derivative 0.
    Source: the loop of Bertrand et al. 2310.00429, with the global maximum in the place of a local one.
    """

    def objective(self, after, now) -> Expr:
        """What the next parameter, `after`, makes largest, given the model `now`; in closed form."""
        raise Unsaid(f"{type(self).__name__} states no objective")

    def jacobian(self, at) -> Expr:
        """J = the derivative of the branch of the map through a fixed point `at`: of the map itself, if that is the maximum."""
        uphill = self.objective(AFTER, NOW).diff(AFTER)
        return (-uphill.diff(NOW) / uphill.diff(AFTER)).xreplace({AFTER: sympify(at), NOW: sympify(at)})

    def stationary(self, after, now) -> Expr:
        """A polynomial in `after` that is 0 wherever the slope of the objective is."""
        raise Unsaid(f"{type(self).__name__} states no stationary points")


# ---- what is not believed -------------------------------------------------------------------------------------------


def _at(x: Any, t, *role) -> Expr:
    """What a step or a draw says, with the number of the fit for `CLOCK`, and its draws as those of a role."""
    return drawn(sympify(x).xreplace({CLOCK: sympify(t)}), *role)


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
    start = {name: _at_worst(loop, sympify(x)) for name, x in loop.initial.items()}
    if isinstance(loop, PopulationLoop):
        return frozenset()
    signed = frozenset(name for name, x in start.items() if has_sign(x))
    while signed:
        after = loop.step(_signed(loop, *signs(signed)))
        worst = {name: _at_worst(loop, sympify(after[name])) for name in signed}
        kept = frozenset(name for name, x in worst.items() if has_sign(x) or has_sign(_spread_out(loop, x)))
        if kept == signed:
            break
        signed = kept
    return signed


@lru_cache(maxsize=4096)
def always_positive(loop: Loop) -> frozenset[str]:
    """The coordinates above 0 in every generation: of a user's loop declared or not, as far as start and step show it."""
    declared = positive_of(loop)
    if ours(type(loop)) or len(declared) == len(loop.state):
        return declared
    try:
        return declared | _lasting(loop, is_positive, lambda signed: (signed, frozenset()))
    except Exception:  # one that states no step, or fails: told where the loop is examined
        return declared


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
    """A start or a step in which draws are at least 0 that are 0 for some numbers: of ours, `refuses` keeps such numbers out."""
    draws = x.atoms(Noise)
    if ours(type(loop)):
        above = (z for z in draws if isinstance(z.law, ChiSquare) and not z.law.dof.is_zero)
        return x.xreplace({z: Dummy("z", positive=True) for z in above})
    return x.xreplace({z: Dummy("z", nonnegative=True) for z in draws if z.is_positive and not _has_density(z.law)})


def _spread_out(loop: Loop, x: Expr) -> Expr:
    """x with (a + b v)/(1 + v), v > 0, for what lies between two numbers a and b: draws with a density, declared parameters."""
    draws = [z for z in x.atoms(Noise) if ours(type(z.law)) and z.law.d == 1 and z.law.is_continuous]
    ends = {z: z.law.support for z in draws if not z.law.has(Noise)}
    for value, field in zip(loop.arguments, loop.fields.values(), strict=False):
        domain = getattr(field.kind, "domain", None)
        if isinstance(value, Symbol) and isinstance(domain, Reals) and not domain.closed:
            ends[value] = sympify(domain.lo), sympify(domain.hi)
    above = {y: Dummy("v", positive=True) for y, (lo, hi) in ends.items() if lo.is_finite and hi.is_finite}
    between = {y: (ends[y][0] + ends[y][1] * v) / (1 + v) for y, v in above.items()}
    return x.xreplace(between).xreplace(between)  # the ends of a law may be parameters


def _has_density(law: Law) -> bool:
    """Whether the parameters are seen to be such that no draw is 0 surely: a first one above 0, or ends that are apart."""
    asked = law.demands()
    apart = all(strictly and quantity.is_positive for quantity, strictly, _ in asked)
    return bool(law.args[0].is_positive) or (bool(asked) and apart)
