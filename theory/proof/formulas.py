"""Closed forms as functions: of symbols an expression, of numbers or arrays numbers that are right to their last digit.

@formula(claim="gaussian-sigma-mean-c4")
def expected_sigma(n: Integers(2), t: Integers(0), sigma0: Positive = 1) -> Expr:
    \"\"\"E sigma_t, the mean of the fitted standard deviation.\"\"\"
    return c4(n) ** t * sigma0

Parameters are annotated with their kinds, as those of loops are. The claim calls the function: it is the one place of its
formula. What a claim does not state, an inverse say, is a function of numbers: its parameters are `Listed`, its body is run
with exact numbers, and its value is looked for (`least`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, update_wrapper
from types import SimpleNamespace
from typing import Any

import numpy as np
from flint import arb
from sympy import Basic, Expr, Integer, Rational, S, Symbol, sympify

from ..language.balls import Ball
from ..language.errors import NO_BALL, BadInput, CannotTell
from ..language.fields import Kind, Listed, Within, kind_of, number
from .arithmetic.precision import refine, whole
from .arithmetic.programs import Program, compile_expr, to_ball
from .arithmetic.rings import Balls

BITS = 60  # of a value: more than a float has
MOST_BITS = 4096
SMALLEST = 1100  # what is below 2^-1100 is 0 as a float
FARTHEST = 2**100  # up to where `least` looks


class Formula:
    """A closed form: see this module.

    f(n=..., t=...): of SymPy's objects an expression; of Python's and NumPy's numbers a float, or an int where something is
    counted; of arrays, which are broadcast, an array. A float is read as the shortest decimal number that it is.
    f.ball(...): of numbers, the value as a `Ball`, rigorous.  f.claim: the id of the claim that decides it.
    Raises `BadInput` outside of the domain.
    """

    def __init__(self, function: Callable, claim: str, where: Callable | None = None):
        self.function, self.claim, self.where = function, claim, where
        update_wrapper(self, function)
        hints = inspect.get_annotations(function, eval_str=True)
        self.name, self.whole = function.__name__, hints.pop("return") is Integer
        self.kinds: dict[str, Kind] = {name: kind_of(hint) for name, hint in hints.items()}
        self.signature = inspect.signature(function)
        self.listed = [name for name, kind in self.kinds.items() if isinstance(kind, Listed)]
        self.symbols = {
            name: kind.domain.symbol(name) if isinstance(kind, Within) else Symbol(name, real=True)  # pyrefly: ignore[missing-attribute]
            for name, kind in self.kinds.items()
            if name not in self.listed
        }
        self._program = lru_cache(maxsize=256)(self._compiled)
        self._contains = lru_cache(maxsize=4096)(self._contained)  # the same numbers come again and again in arrays
        self.__doc__ = f"{inspect.getdoc(function)}\n\n{self.domain}\nDecided by the claim {claim}."

    @property
    def domain(self) -> str:
        """The domain in words."""
        said = "; ".join(f"{name}: {kind.wanted.rstrip(',')}" for name, kind in self.kinds.items())
        return f"Domain: {said}{'; ' + self._condition if self.where else ''}."

    @property
    def _condition(self) -> str:
        return str(self._where({name: Symbol(name, real=True) for name in self.kinds}))

    def _where(self, values: Mapping[str, Any]) -> Any:
        assert self.where is not None
        return sympify(self.where(**{name: values[name] for name in inspect.signature(self.where).parameters}))

    def __repr__(self) -> str:
        return f"<formula {self.name}({', '.join(self.kinds)})>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        given = self._given(args, kwargs)
        if any(isinstance(x, Basic) for x in (*args, *kwargs.values())):  # a default may be one
            values = {name: sympify(x) for name, x in given.items()}
            self._check(values)
            return self.function(**values)
        if not any(isinstance(x, np.ndarray | list | tuple) for x in given.values()):
            return self._float(given)
        arrays = np.broadcast_arrays(*map(np.asarray, given.values()))
        kind = int if self.whole else float
        found = [self._float(dict(zip(given, at, strict=True))) for at in zip(*(a.flat for a in arrays), strict=True)]
        return np.array(found, dtype=kind).reshape(arrays[0].shape)

    def ball(self, *args: Any, **kwargs: Any) -> Ball:
        """The value at numbers, enclosed by ball arithmetic. Arguments and errors are the function's."""
        return Ball(self._enclosed(self._given(args, kwargs)), source=f"formula {self.name}")

    def at(self, **values: Any) -> arb:
        """The ball at exact numbers that are in the domain, at the current precision."""
        program = self._program(tuple(sympify(values[name]) for name in self.listed))
        return program(Balls, *(to_ball(values[name]) for name in self.symbols))

    def _given(self, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def _check(self, values: Mapping[str, Expr]) -> None:
        for name, x in values.items():
            wanted = self.kinds[name].wanted.rstrip(",")
            if not x.is_Number and x.free_symbols:
                if name in self.listed:
                    raise BadInput(f"{self.name}: {name} has to be a number, {wanted}")
            elif self._contains(name, x) is False:
                raise BadInput(f"{self.name}: {name} is {_shown(x)}; expected {wanted}")
        if self.where is not None and self._where(values) == S.false:
            raise BadInput(f"{self.name}: {self._condition} is needed")

    def _contained(self, name: str, x: Expr) -> bool | None:
        """Whether a parameter may have a value; None where that is not seen, of a distance of two laws, say."""
        return self.kinds[name].contains(x, SimpleNamespace()) if x.is_Number or x.is_comparable else None

    def _compiled(self, case: tuple) -> Program:
        return compile_expr(
            sympify(self.function(**dict(zip(self.listed, case, strict=True)), **self.symbols)),
            tuple(self.symbols.values()),
        )

    def _enclosed(self, given: Mapping[str, Any]) -> arb:
        values = {name: self._exact(name, x) for name, x in given.items()}
        self._check(values)
        try:
            found = refine(lambda: self.at(**values), _is_known, limit=MOST_BITS)
        except NO_BALL as why:
            at = ", ".join(f"{name} = {_shown(x)}" for name, x in values.items())
            raise BadInput(f"{self.name}: no value at {at}: {why}") from None
        return found

    def _float(self, given: Mapping[str, Any]) -> float | int:
        found = self._enclosed(given)
        if self.whole:
            exact = whole(found)
            if exact is not None:
                return exact
        elif _is_known(found):
            return float(found.mid()) if found.rel_accuracy_bits() >= BITS else 0.0
        raise BadInput(f"{self.name}: its digits are not told apart at {dict(given)}; `.ball` tells what is known")

    def _exact(self, name: str, x: Any) -> Expr:
        """A number, exactly: of a float, the shortest decimal number that it is, 1/10 of 0.1."""
        x = x.item() if isinstance(x, np.generic) else x
        try:
            if isinstance(x, int) and not isinstance(x, bool):
                return Integer(x)
            if isinstance(x, bool | str):
                raise ValueError(x)
            return (
                Rational(Fraction(repr(x) if isinstance(x, float) else x))
                if isinstance(x, float | Fraction)
                else number(x)
            )
        except (ValueError, TypeError, OverflowError, SyntaxError):
            raise BadInput(f"{self.name}: {name} is {x!r}; expected {self.kinds[name].wanted.rstrip(',')}") from None


def _is_known(x: arb) -> bool:
    """Whether the digits of a float are known: relative to the value, or it is too small for one."""
    return bool(x.is_finite()) and (x.rel_accuracy_bits() >= BITS or bool(abs(x) < arb(2) ** -SMALLEST))


def _shown(x: Expr) -> str:
    """A number, short: fractions that were floats have many digits."""
    return str(x) if x.is_Integer or len(str(x)) < 12 else str(x.n(12))


def formula(claim: str, where: Callable | None = None) -> Callable[[Callable], Formula]:
    """Declare a closed form; claim: the id of the claim that states it.  where: a side condition on the parameters."""
    return lambda function: Formula(function, claim, where)


def above(f: Callable[[], arb], tie: Callable[[], bool] = lambda: False) -> bool:
    """Whether a number is above 0, by balls; where they do not tell, `tie()` says whether it is 0, which counts as above.

    Raises `CannotTell` where neither is known.
    """
    x = refine(f, lambda b: bool(b > 0 or b < 0), limit=MOST_BITS)
    if x > 0 or x < 0:
        return bool(x > 0)
    if tie():
        return True
    raise CannotTell(f"whether {x.str(5)} is above 0 is not told by {MOST_BITS} bits")


def least(holds: Callable[[int], bool], low: int) -> Integer:
    """The least k = low, low + 1, ... at which something holds that holds from there on. Raises `CannotTell` for none."""
    if holds(low):
        return Integer(low)
    step = 1
    while not holds(low + step):
        low, step = low + step, 2 * step
        if step > FARTHEST:
            raise CannotTell("it is not reached, as far as is looked")
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return Integer(high)
