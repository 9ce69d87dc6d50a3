"""Coordinates that take finitely many values, found from start and step: flags, counters that stop, constants."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from math import prod
from types import MappingProxyType

from sympy import Basic, Dummy, Expr, Piecewise, Pow, postorder_traversal, sympify

from ...language.laws import Noise
from ...language.loops import CLOCK, Loop, PopulationLoop
from ...language.order import in_order
from ..symbols.cases import MOST_VALUES, outer_draws, values_of
from ..undefined import with_numbers
from .grains import certain

Values = tuple[Expr, ...]

FEW_CASES, MOST_CASES = 64, 4096  # joint values that are tried
MOST_BITS = 1000  # of a numerator or a denominator
MOST_WHOLE, LONGEST = 64, 100 * MOST_BITS  # powers whose length is not asked for; bits of one that is written at all


@lru_cache(maxsize=2048)
def finite(loop: Loop) -> dict[str, Values]:
    """The coordinates that never leave a short list of values, with these: numbers, or one constant.

    The least lists that hold the start and are closed under the step. A draw that is certain at some value of the state, as one
    from `Binomial(1, share)` is where the share is 0, has that value there.
    """
    if isinstance(loop, PopulationLoop):
        return {}
    now = loop.symbols()
    try:
        after = {name: _plain(sympify(x)) for name, x in loop.step(now).items()}
    except NotImplementedError:
        return {}
    if after.keys() != loop.initial.keys() or any(x.has(CLOCK) for x, *_ in after.values()):
        return {}  # a step that says too little is told of where the loop is examined
    found: dict[str, Values | None] = {}
    for name, x in loop.initial.items():
        start, draws, _ = _plain(sympify(x))
        found[name] = _values(start, draws)
    for _ in range(MOST_VALUES * len(now)):
        known = {now[name]: values for name, values in found.items() if values is not None}
        wider = dict(found)
        for name, values in found.items():
            if values is None:
                continue
            x, draws, laws = after[name]
            more = _values(x, {**known, **draws}, now.values(), laws)
            wider[name] = None if more is None else _joined(values, more)
        if wider == found:
            return {name: values for name, values in found.items() if values is not None}
        found = wider
    return {}


def _plain(x: Expr) -> tuple[Expr, dict[Basic, Values], dict[Basic, Noise]]:
    """An expression with symbols for its draws, the values of those that have few, and the draws that symbols stand for."""
    names: dict[Noise, Dummy] = {z: Dummy(str(z)) for z in outer_draws(x)}
    plain = x.xreplace(names)
    few = {d: values for z, d in names.items() if (values := values_of(z)) is not None}
    return plain, few, {d: z for z, d in names.items()}


def _values(
    x: Expr, known: Mapping[Basic, Values], changing=(), draws: Mapping[Basic, Noise] = MappingProxyType({})
) -> Values | None:
    """What an expression may be, as its variables take the values known of them; None where they are too many."""
    laws = {d: z for d, z in draws.items() if x.has(d) and d in known and z.free_symbols & known.keys()}
    asked = x.free_symbols.union(*(z.free_symbols for z in laws.values()))
    variables = in_order(s for s in asked if s in known)
    unknown = {s for s in x.free_symbols if s not in known and (isinstance(s, Dummy) or s in changing)}
    cases = prod(len(known[s]) for s in variables)
    if isinstance(x, Piecewise) and (unknown or cases > FEW_CASES):  # more than it may be, but soon found
        parts = [_values(part, known, changing, draws) for part, _ in x.args]
        return _joined(*filter(None, parts)) if all(parts) else None
    if unknown or cases > MOST_CASES:
        return None
    found: Values = ()
    for case in product(*(known[s] for s in variables)):
        at = dict(zip(variables, case, strict=True))
        if any(certain(z.xreplace(at)) not in (None, at[d]) for d, z in laws.items()):
            continue
        if _is_long(x, at):
            return None
        joined = _joined(found, (with_numbers(x, at),))
        if joined is None:
            return None
        found = joined
    return found


def _is_long(x: Expr, at: Mapping[Basic, Expr]) -> bool:
    """Whether a power of a fraction in an expression has more digits than are worth writing: no clock ends what writes them."""
    for p in postorder_traversal(x):
        if not isinstance(p, Pow) or not (e := p.exp.xreplace(at)).is_Integer or abs(e) <= MOST_WHOLE:
            continue
        base = p.base.xreplace(at)
        if (
            base.is_Rational
            and base not in (0, 1, -1)
            and abs(e) * max(base.p.bit_length(), base.q.bit_length()) > LONGEST
        ):
            return True
    return False


def _joined(*lists: Values) -> Values | None:
    """All of them, in order; None where they are many, too long to be of a short list, or symbols that may be equal."""
    out = {sympify(v) for values in lists for v in values}
    if len(out) > MOST_VALUES or not all(v.is_Rational or (len(out) == 1 and v.is_real) for v in out):
        return None
    long = (v.is_Rational and max(v.p.bit_length(), v.q.bit_length()) > MOST_BITS for v in out)
    return None if any(long) else tuple(in_order(out))
