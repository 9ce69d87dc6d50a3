"""Cases: `Piecewise`, conditions and other functions of what takes few values, written as polynomials of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import product
from math import prod
from typing import Any

import numpy as np
from sympy import (
    Abs,
    Add,
    Basic,
    Dummy,
    Expr,
    Integer,
    Matrix,
    Max,
    Min,
    Mod,
    Mul,
    Piecewise,
    Poly,
    Pow,
    S,
    atan,
    ceiling,
    cos,
    erf,
    erfc,
    expand,
    false,
    floor,
    nan,
    sign,
    sin,
    tanh,
    true,
    zoo,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ...language.errors import CannotTell
from ...language.functions import entr, exponential_tv, normal_tv, nuclear
from ...language.laws import Binomial, Count, Noise
from ...language.order import in_order
from ..undefined import with_numbers

Known = Mapping[Basic, tuple[Expr, ...]]

MOST_VALUES = 12  # of a coordinate, or of a draw
MOST_CASES = 512  # joint values that a condition is tried at
CASES = (Piecewise, Abs, Max, Min, sign, floor, ceiling, Mod)


class Event(Expr):
    """1 where a condition on draws holds, 0 elsewhere."""

    is_real = True
    is_nonnegative = True
    is_commutative = True

    @property
    def condition(self) -> Boolean:
        """The condition, a relation between draws or several of them."""
        return self.args[0]

    def _eval_power(self, exponent):
        return self if exponent.is_positive else None


BOUNDED = (sign, erf, erfc, atan, tanh, sin, cos, normal_tv, exponential_tv, Event)
TAME = (
    *BOUNDED,
    Abs,
    Max,
    Min,
    Mod,
    Piecewise,
    floor,
    ceiling,
    entr,
    nuclear,
)  # at most a multiple of their arguments, or so


def outer_draws(x: Basic) -> list[Noise]:
    """The draws in an expression, but for those in the laws of others."""
    draws = x.atoms(Noise)
    return in_order(draws - {y for z in draws for y in z.law.atoms(Noise)})


def values_of(z: Noise) -> tuple[Expr, ...] | None:
    """The numbers that a draw may be, if they are few."""
    n = z.law.n if isinstance(z.law, Binomial) else z.law.joint.n if isinstance(z.law, Count) else S.NaN
    if n.is_Integer and 0 < n < MOST_VALUES:
        return tuple(map(Integer, range(int(n) + 1)))
    listed = z.law.values()
    return tuple(v for v, _ in listed) if listed is not None and len(listed) <= MOST_VALUES else None


def written(x: Expr, state: Collection[Expr], known: Known) -> Expr:
    """A step without cases: polynomials in what is `known` to take the values listed, and events of draws.

    state: all that is not a parameter, draws excepted. Raises `CannotTell` for cases that depend on the rest of it.
    """
    constants = {v: values[0] for v, values in known.items() if len(values) == 1}
    return _Writer(state, {v: values for v, values in known.items() if v not in constants}).whole(x.xreplace(constants))


class _Writer:
    def __init__(self, state: Collection[Expr], known: Known):
        self.state, self.known, self.draws = frozenset(state), dict(known), {}

    def whole(self, x: Expr) -> Expr:
        """With symbols for the draws, whose laws depend on the state, in the meantime; the laws are written, too."""
        while draws := outer_draws(x):  # then those that are beside the draws whose laws they are in
            x = x.xreplace({z: self.named(z) for z in draws})
        return self.of(x).xreplace(self.draws)

    def named(self, z: Noise) -> Dummy:
        """A symbol for a draw."""
        d = Dummy(str(z))
        law = z.law
        if law.has(*CASES):
            law = law.func(*(self.whole(a) if isinstance(a, Expr) else a for a in law.args))
        self.draws[d] = Noise(z.args[0], law, *z.role)
        if (values := values_of(z)) is not None:
            self.known[d] = values
        return d

    def of(self, x: Expr) -> Expr:
        if not x.args or isinstance(x, Event) or not (x.has(*CASES) or x.has(Pow)):
            return x
        variables = self.variables(x)
        few = bool(variables) and prod(len(self.known[v]) for v in variables) <= MOST_CASES
        if few and isinstance(x, (*CASES, Pow)) and variables == self.moving(x) and not x.is_polynomial(*variables):
            return self.interpolated(x, in_order(variables))
        if isinstance(x, Piecewise):
            return self.branches(x)
        return x.func(*(self.of(a) if isinstance(a, Expr) else a for a in x.args))

    def moving(self, x: Basic) -> set[Basic]:
        return {v for v in x.free_symbols if v in self.draws or v in self.state}

    def variables(self, x: Basic) -> set[Basic]:
        return {v for v in x.free_symbols if v in self.known}

    def joint(self, names: list[Basic]) -> Iterable[dict[Basic, Expr]]:
        """The values of variables, all combinations, the last one changing first."""
        for case in product(*(self.known[v] for v in names)):
            yield dict(zip(names, case, strict=True))

    def through(self, values: Sequence[Expr], names: list[Basic]) -> Expr:
        """The polynomial that has these values at the joint values of variables, in their order."""
        sizes = [len(self.known[v]) for v in names]
        tensor = np.array([*values, None], dtype=object)[:-1].reshape(sizes or [1])
        for axis, v in enumerate(names):
            inverse = np.array(_inverse_vandermonde(self.known[v]), dtype=object)
            tensor = np.moveaxis(np.tensordot(inverse, tensor, axes=(1, axis)), 0, axis)
        return Add(
            *(
                c * Mul(*(v**k for v, k in zip(names, powers, strict=False)))
                for powers, c in np.ndenumerate(tensor)
                if c != 0
            )
        )

    def interpolated(self, x: Expr, names: list[Basic]) -> Expr:
        """The polynomial that is x wherever its variables have one of their values."""
        values = []
        for case in self.joint(names):
            values.append(_decided(x, case))
            if not values[-1].is_finite:
                raise CannotTell(f"{x} has no value where {_told(case)}")
        return self.through(values, names)

    def branches(self, x: Piecewise) -> Expr:
        """The branches, each times the polynomial, or the event, that it is taken."""
        conditions = [c for _, c in x.args]
        if any(self.fixed(c) for c in conditions):
            return self.parted(x)
        names = in_order(set().union(*map(self.variables, conditions)))
        if prod(len(self.known[v]) for v in names) > MOST_CASES:
            raise CannotTell(f"more than {MOST_CASES} cases in {x}")
        shares: list[list[Expr]] = [[] for _ in conditions]
        for case in self.joint(names):
            left = S.One
            for condition, share in zip(conditions, shares, strict=True):
                seen = _decided(condition, case) if left != 0 else false
                event = S.One if seen is true else S.Zero if seen is false else self.event(seen)
                share.append(left * event)
                left *= 1 - event
            if left != 0:
                raise CannotTell(f"{x} says nothing of some cases: end it with (..., True)")
        parts = (self.of(part) for part, _ in x.args)
        return Add(*(self.through(share, names) * part for share, part in zip(shares, parts, strict=True)))

    def fixed(self, condition: Boolean) -> bool:
        """Whether a condition is one on the parameters, or on the number of the fit."""
        return condition is not true and not self.moving(condition) and not self.variables(condition)

    def parted(self, x: Piecewise) -> Expr:
        """The same, where it says of parameters, or of the number of the fit, what holds: of these every coefficient has cases
        of its own, so that one with a pole where its case does not hold has a value there.
        """
        first = next(i for i, (_, c) in enumerate(x.args) if self.fixed(c))
        if first:
            rest = Dummy("rest")
            before = self.branches(Piecewise(*x.args[:first], (rest, true), evaluate=False))
            return before.xreplace({rest: self.parted(Piecewise(*x.args[first:], evaluate=False))})
        (here, condition), *others = x.args
        there = self.of(Piecewise(*others, evaluate=False)) if others else S.NaN
        terms: dict[Expr, list[Expr]] = {}
        for i, part in enumerate((self.of(here), there)):
            for term in Add.make_args(expand(part)):
                c, moving = term.as_independent(*self.moving(term), as_Add=False)
                found = terms.setdefault(moving, [S.Zero, S.Zero])
                found[i] += c
        return Add(*(Piecewise((a, condition), (b, true)) * moving for moving, (a, b) in terms.items()))

    def event(self, condition: Boolean) -> Expr:
        """What is 1 where a condition holds, else 0: of what is fixed in it two cases are made."""
        if (known := next((r for r in in_order(condition.atoms(Relational)) if self.fixed(r)), None)) is not None:
            cases = [(true, S.One, S.Zero), (false, S.Zero, S.One)]
            return Add(
                *(Piecewise((a, known), (b, true)) * self.event(condition.xreplace({known: c})) for c, a, b in cases)
            )
        if condition in (true, false):
            return S.One if condition == true else S.Zero
        if not self.moving(condition) <= set(self.draws):
            raise CannotTell(f"the step is another one where {condition}: a condition on the state")
        return Event(condition)


def _decided(x: Any, case: Mapping[Basic, Expr]) -> Any:
    """A condition, or what has some in it, at values of its variables. Raises `CannotTell` where a condition divides by 0."""
    try:
        seen = with_numbers(x, case)
    except TypeError:  # zoo > 1
        seen = None
    if seen is None or (isinstance(x, Boolean) and seen.has(zoo, nan)):
        raise CannotTell(f"{x} has no value where {_told(case)}")
    return seen


def _told(case: Mapping[Basic, Expr]) -> str:
    return ", ".join(f"{v} = {c}" for v, c in case.items())


@cache
def _inverse_vandermonde(values: tuple[Expr, ...]) -> list[list[Expr]]:
    return Matrix(len(values), len(values), lambda i, j: values[i] ** j).inv().tolist()


@cache
def lowered(values: tuple[Expr, ...], power: int) -> list[tuple[Expr, Expr]]:
    """A power of what takes n values as powers below n: (power, weight) of each."""
    v = Dummy("v")
    rest = Poly(v**power, v).rem(Poly(Mul(*(v - c for c in values)), v))
    return [(Integer(k), c) for (k,), c in rest.terms() if c != 0]
