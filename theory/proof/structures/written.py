"""Loops as they are written: their start, step and draws are tried before anything is derived from them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import lru_cache
from typing import Any, TypeVar

from sympy import Add, Expr, Rational, S, expand, sympify

from ...language import examined
from ...language.errors import NO_BALL, BadInput, CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import Finite, Noise
from ...language.laws.law import Law
from ...language.loops import CLOCK, Loop, Named, Observable
from ...language.order import in_order
from ...language.randomness import draws_in
from ...language.signs import is_positive
from ...language.strangers import examine_identity, ours
from ...language.truth import unanswered
from ..arithmetic.programs import to_ball
from ..foreign import telling
from ..symbols.averages import Infinite
from .deployed import of_draws, of_law
from .falling import falls
from .symmetry import ANY, DRAW, same, without_observables

Definition = TypeVar("Definition")
MOST_POWERS = 6  # of a model's law and of its draws, of which the means are compared
PLACES = (-Rational(1, 2), Rational(1, 4), Rational(3))  # up to which their probabilities are


def defined(loop: Loop, kind: type[Definition]) -> Definition | None:
    """The definition of a loop's model in place of a step, where it is of that kind. Raises `BadInput`, as `definition` does."""
    said = definition(loop)
    return said if isinstance(said, kind) else None


def definition(loop: Loop) -> Any:
    """What defines a loop's model in place of a step; None if nothing does.

    Raises `BadInput` where a class has a step, too; a step of its own takes the place of an inherited definition.
    """
    if loop.definition is None:
        return None
    order = type(loop).__mro__
    step, said = (next(i for i, c in enumerate(order) if name in vars(c)) for name in ("step", "definition"))
    if step < said:
        return None
    if order[step] is not Loop:
        raise BadInput(f"{type(loop).__name__} has a step, and a `definition`: one of the two defines a loop")
    return loop.definition


def examine(loop: Loop) -> None:
    """Try what a loop says of its start, its step and its draws. Raises `BadInput` where it fails, or is of something else.

    Two draws of one name are refused: where numbers for the parameters make their laws agree, they were one.
    """
    examine_identity(loop)  # before anything is kept of it
    if vars(loop):  # of two loops with the same arguments one may be told by more
        _examine_arguments(loop)
    _examine(loop)


def _examine_arguments(loop: Loop) -> None:
    """Raise `BadInput` where a loop is more than its arguments tell: numbers are put in by calling its class with others."""
    kind = type(loop)
    try:
        again = kind(*loop.args)
    except BadInput:
        raise
    except Exception as problem:
        again = type(problem).__name__
    if again != loop or vars(again) != vars(loop):
        raise BadInput(
            f"{kind.__name__}: called with its own arguments, {', '.join(map(str, loop.args)) or 'none'}, it is another loop "
            "or fails: `__new__` has to keep all that it is given as arguments, for numbers are put in by calling it"
        )


@lru_cache(maxsize=4096)
def _examine(loop: Loop) -> None:
    if changing := [name for name in loop.steady if sympify(getattr(loop, name)).has(CLOCK)]:
        raise BadInput(
            f"{type(loop).__name__}: {changing[0]} has CLOCK in it, the number of a fit; expected is one for all of them"
        )
    examined.examine(loop)
    definition(loop)
    _examine_arguments(loop)
    if not ours(type(loop)):
        _examine_functions(loop)
    if not falls(loop):
        raise BadInput(
            f"{type(loop).__name__}: `estimating` is not seen to fall in its first argument: a root of it need not be the only "
            "one, and then no step is defined by it"
        )
    state = loop.symbols()
    parts: dict[str, Callable[[], dict]] = {
        "start": lambda: loop.initial,
        "step": lambda: loop.step(state),
        "draws": lambda: {"draw": loop.emit(state, DRAW)},
    }
    for part, said in parts.items():
        try:
            with nullcontext() if ours(type(loop)) else unanswered("initial", "step", "emit"):
                values = [sympify(x) for x in said().values()]
        except CannotTell:  # it states none, or not of a law of which nothing is known
            continue
        except BadInput:
            raise
        except Exception as problem:
            expected = "; expected `def emit(self, state, index)`, with the index in the names of its draws"
            told = (
                expected if part == "draws" and isinstance(problem, TypeError) and "positional" in str(problem) else ""
            )
            raise BadInput(f"{type(loop).__name__}: {type(problem).__name__}: {problem}{told}") from problem
        for x in values:
            if seen := sorted(map(str, x.atoms(Observable))):
                raise BadInput(
                    f"{type(loop).__name__}: {seen[0]} is in its start, its step or its draws: those are of the state"
                )
            if kept := sorted(str(z) for z in x.atoms(Noise) if z.role):
                raise BadInput(
                    f"{type(loop).__name__}: {kept[0]}: a draw is Noise(name, law), new in every fit; what is drawn once is a "
                    "coordinate of the state"
                )
        if part == "start" and any(without_observables(x).has(CLOCK) for x in values):
            raise BadInput(
                f"{type(loop).__name__}: its start has CLOCK in it, the number of a fit: the start is before them"
            )
        names: dict[Any, Noise] = {}
        for z in in_order({z for x in values for z in draws_in(x)}):
            names.setdefault(z.args[0], z)
            if (other := names[z.args[0]]).whole != z.whole:
                raise BadInput(
                    f"{type(loop).__name__}: two different draws are called {z.args[0]}, one from {other.law} and one from "
                    f"{z.law}: give each a name of its own"
                )
    examined.hold_by_itself(loop)


def _examine_functions(loop: Loop) -> None:
    """Raise `BadInput` where a function of the state, `observable(of=...)`, is one of more than that."""
    for name in sorted(
        {n for kind in type(loop).__mro__ for n, x in vars(kind).items() if isinstance(x, Named) and x.of}
    ):
        form = loop.in_state(Observable(loop, name, ANY))
        if form is not None and form.has(Noise, CLOCK):
            more = "a draw, which would be another one wherever it is asked for" if form.has(Noise) else "CLOCK"
            raise BadInput(
                f"{type(loop).__name__}: the observable {name} has {more} in it: `of` is a function of the state alone; what a "
                "fit draws or counts is a coordinate"
            )


@lru_cache(maxsize=2048)
def examine_law(loop: Loop) -> None:
    """Raise `BadInput` where the law of a model and a fresh draw from it differ in the mean of a power, or its masses in sum."""
    kind = type(loop)
    if ours(kind):
        return
    try:
        now = loop.symbols()
        law = loop.law_at(ANY).xreplace({Observable(loop, name, ANY): x for name, x in now.items()})
    except NotImplementedError:
        return
    if isinstance(law, Finite) and not isinstance(loop, FiniteLoop) and _differ(total := Add(*law.masses), S.One):
        raise BadInput(
            f"{kind.__name__}: `law_at` says {law}, whose probabilities have the sum {total}, which is not 1"
        )
    if isinstance(loop, FiniteLoop) and not ours(_where_defined(kind, "law_at")) and law != Finite(tuple(now.values())):
        raise BadInput(
            f"{kind.__name__}: `law_at` says {law}, and a draw is from the masses of the state: leave it out"
        )
    if (told := _told_apart(loop, law)) is not None:
        raise BadInput(f"{kind.__name__}: `law_at` says {law}, {told}: the two have to agree")


def _where_defined(kind: type, name: str) -> type:
    return next(k for k in kind.__mro__ if name in vars(k))


def _told_apart(loop: Loop, law: Law) -> str | None:
    """Where the law of a model and a fresh draw from it differ: in the mean of a power, or in the probability up to a number."""
    with suppress(CannotTell, Infinite):  # neither states one, or a mean that exists
        for power in range(1, MOST_POWERS + 1):
            drawn, said = of_draws(loop, power), of_law(law, power)
            if _differ(drawn, said):
                return f"of which a draw X has E(X**{power}) = {said}, while one of `emit` has {drawn}"
    with suppress(CannotTell), telling():
        drawn = sympify(loop.emit(loop.symbols(), DRAW))
        for z in drawn.atoms(Noise):
            scale, center = (expand(drawn).coeff(z, k) for k in (1, 0))
            if drawn.xreplace({z: S.Zero}).has(Noise) or not (same(drawn, center + scale * z) and is_positive(scale)):
                break  # more than one draw, or no line
            for x in PLACES:
                below, said = z.law.cdf((x - center) / scale), law.cdf(x)
                if _differ(below, said):
                    return f"of which a draw is at most {x} with probability {said}, while one of `emit` is so with {below}"
    return None


def _differ(x: Expr, y: Expr) -> bool:
    """Whether two forms in a state and in parameters are not the same: surely so with numbers in their places."""
    if same(x, y):
        return False
    names = in_order((x - y).free_symbols)
    gap = (x - y).xreplace({s: S(2 + i) if s.is_integer else Rational(1, 3 + i) for i, s in enumerate(names)})
    try:
        return bool(gap.is_number) and not to_ball(gap).contains(0)
    except NO_BALL:
        return False
