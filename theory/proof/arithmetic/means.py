"""Means under named laws, in balls: of a function of one draw, by integration or by a sum over its values; of quotients of
several draws."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from flint import arb
from sympy import Dummy, Expr, Integer, Max, Min, Piecewise, Symbol

from ...language.errors import CannotTell
from ...language.laws import Binomial, Law, Noise
from ...language.moments import E
from ...language.order import in_order
from ..symbols.quotients import mean_of_quotient
from ..symbols.ranges import has_mean
from .binomials import binomial_masses
from .extremes import parts_of
from .precision import at_precision
from .quadrature import Values, evaluate, mean_under


def with_laws(x: Expr, values: Values) -> arb:
    """An expression in expectations `E(f(Noise))` and in symbols of which balls are given."""
    closed, moments = _closed(x)
    balls = {name: _expected(m, values) for name, m in moments.items()}
    return evaluate(closed, {**{s: v for s, v in values.items() if s in closed.free_symbols}, **balls})


@lru_cache(maxsize=1024)
def _closed(x: Expr) -> tuple[Expr, dict[Symbol, E]]:
    """The expression with symbols for its expectations."""
    names: dict[Expr, Symbol] = {m: Dummy("m") for m in in_order(x.atoms(E))}
    return x.xreplace(names), {name: m for m, name in names.items()}


def _expected(m: E, values: Values) -> arb:
    if len(m.variable.atoms(Noise)) > 1:
        return _of_extreme(m, values) if m.variable.has(Max, Min) else _of_quotient(m, values)
    f, x, law = _integrand(m)
    used = {s: v for s, v in values.items() if s in m.free_symbols}
    if isinstance(law, Binomial):
        masses = binomial_masses(evaluate(law.n, used), evaluate(law.p, used))
        return sum((p * _value(f, x, Integer(k), used) for k, p in enumerate(masses)), arb(0))
    if (listed := law.values()) is not None:
        return sum((evaluate(p, used) * _value(f, x, v, used) for v, p in listed), arb(0))
    try:
        return mean_under(f, x, law, used)
    except CannotTell as problem:
        try:
            return _of_quotient(m, used)
        except CannotTell:
            raise problem from None


def _of_extreme(m: E, values: Values) -> arb:
    if not has_mean(m.variable):
        raise CannotTell(f"{m} is not seen to be finite")
    used = {s: v for s, v in values.items() if s in m.free_symbols}
    return sum((n * mean_under(*part, used) for n, part in parts_of(m.variable)), arb(0))


def _of_quotient(m: E, values: Values) -> arb:
    form, conditions = mean_of_quotient(m)
    if not all(any(_are_finite(integrals, values) for integrals in bounds) for bounds in conditions):
        raise CannotTell(f"{m} is not seen to be finite")
    return _number(form) if not values else evaluate(form, values)


@at_precision
def _number(x: Expr) -> arb:
    """Integrals of numbers: draws that are alike have the same."""
    return evaluate(x, {})


def _are_finite(integrals: Iterable[Expr], values: Values) -> bool:
    try:
        return all((_number(x) if not values else evaluate(x, values)).is_finite() for x in integrals)
    except CannotTell:
        return False


def _value(f: Expr, x: Symbol, value: Expr, used: Values) -> arb:
    """f at one value of the draw; cases are decided exactly."""
    if f.has(Piecewise):
        return evaluate(f.xreplace({x: value}), used)
    return evaluate(f, {**used, x: evaluate(value, used)})


@lru_cache(maxsize=1024)
def _integrand(m: E) -> tuple[Expr, Symbol, Law]:
    """E(f(Z)) as a function of a symbol, and the law of Z."""
    noises = m.variable.atoms(Noise)
    if len(noises) != 1:
        raise CannotTell(f"{m}: an integral over one draw is expected")
    (z,) = noises
    x = _line(str(z), bool(z.is_positive))
    return m.variable.xreplace({z: x}), x, z.law


@lru_cache(maxsize=64)
def _line(name: str, positive: bool) -> Symbol:
    return Symbol(f"value of {name}", **{"positive" if positive else "real": True})
