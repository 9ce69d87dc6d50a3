"""Existence (rule 29): whether the means that a relation speaks of are finite, before anything is said of their values.

The mean of what is never negative is a number, or infinite. That of a signed quantity is undefined where its absolute mean is
infinite. Where a side is infinite, an inequality or an equality that this breaks is refuted; all else has no meaning there,
unless the other side is `oo` itself, which makes a statement of it (rule 22).

Three files tell whether there is a value: `undefined` of an expression in numbers, without its means; this one of the sides of a
relation at one point, with them; `relations.defined` of the sides on the whole domain, where it is proved, or nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flint import arb
from sympy import Add, Dummy, Expr, I, Integer, Integral, Mul, S, Symbol, log, nan, oo, sympify, zoo
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.asked import Demanded
from ..language.binders import undefined
from ..language.errors import NO_BALL, BadInput, CannotTell
from ..language.laws import Density, Law, Noise
from ..language.loops import Loop, Model, Observable
from ..language.lost import Throughout
from ..language.moments import Limit, Moment, is_random, outermost
from ..language.order import in_order
from ..language.verdicts import Decision, Verdict, decide
from . import structures
from .arithmetic.precision import refine
from .arithmetic.programs import compile_expr, to_ball
from .arithmetic.rings import Balls
from .arithmetic.spaces import total
from .finiteness import difference
from .foreign import telling
from .methods import moment
from .prepared import Part, ShapePart
from .signs.numbers import sign_of
from .standard import standardise
from .structures import (
    FAR_OUT,
    laws_in,
    of_laws,
    of_parameters,
    of_random_parameters,
    refused_in_a_fit,
    without_value,
)
from .structures.followed import MOST_FOLLOWED
from .structures.grains import drawn, grains
from .structures.lawful import Demand
from .symbols.asymptotics import Limits
from .symbols.averages import Infinite
from .symbols.linear import expanded
from .symbols.ranges import span
from .undefined import no_value, unreal


class Undefined(ArithmeticError):
    """A quantity that has no value; the message says which, and where."""


def defined_at(part: Part, values: Mapping[str, Any]) -> None:
    """Raise `Undefined` where a side has no value, or what was lost when it was written: something divides by 0, or is a root
    or a logarithm of what has none; a sum, a product or a maximum is over a range that runs backwards, or is none of integers;
    listed values have made it 0/0; or a step of a loop that it speaks of is no number."""
    _defined_at(part, (part.original.lhs, part.original.rhs, part.a, part.b), values)


def lost_at(part: ShapePart, values: Mapping[str, Any]) -> None:
    """Raise `Undefined` where what was lost when a shape was written has no value."""
    _defined_at(part, (), values)


def _defined_at(part: Part | ShapePart, sides: tuple[Expr, ...], values: Mapping[str, Any]) -> None:
    at = {s: sympify(values[n]) for n, s in part.claim.symbols.items()}
    lost = part.claim.lost(part.case)
    for side in (*sides, *lost):
        problem = "a side is no number" if side.has(nan, zoo) else undefined(side, at) or no_value(side, at)
        problem = problem or next(filter(None, _of_parts(side, at)), None)
        problem = problem or next(_far_out(side, at, part.claim.demands(part.case)), None)
        if problem is None and ((side in lost and _has_no_ball(side, at)) or _is_of_no_number(side, at)):
            problem = f"{side} {'is not seen to have a' if side.has(oo, -oo) else 'has no'} value"
        if problem is not None:
            raise Undefined(f"{problem}{_at(values)}: restrict the domain")


def _has_no_ball(x: Expr, at: Mapping[Symbol, Expr]) -> bool:
    """Whether what is lost is surely no number, or none with some probability; means in it are taken by their derived forms,
    and of what has no ball by itself nothing is said. An endless sum or integral has to have one."""
    if is_random(x):
        return _may_have_none(x.xreplace(at))
    # what has to converge: no few terms tell of the others
    endless = x.has(oo, -oo) or (isinstance(x, Integral) and not x.free_symbols)
    if isinstance(x, Throughout):
        x = x.func(x.function, *((k, low, low + MOST_FOLLOWED if high is oo else high) for k, low, high in x.limits))
    forms: dict[Expr, Expr] = {}
    named: dict[Symbol, Expr] = {}
    if x.has(Moment):
        x, forms = _formed(x.xreplace(at))
        # SymPy would ask a sum of many terms for the sign of each: what is more than a number is put in as a ball
        free = {
            m for m, form in forms.items() if form.is_Atom or not form.free_symbols <= at.keys()
        }  # what a sum runs over
        named = {} if isinstance(x, Integral) else {Dummy(): m for m in in_order(forms.keys() - free)}
        x = x.xreplace(forms | {m: d for d, m in named.items()})
        if x.has(nan, zoo):
            return True
    if x.has(Moment, Observable, Noise):
        return False
    if isinstance(x, Integral) and not endless:  # at a few places, of which one in a stretch without a value is enough
        y, low, high = x.limits[0]
        if len(x.limits) > 1:
            return False
        return any(
            _has_no_ball(x.function.xreplace({y: low + j * (high - low) / 8}), at) for j in range(1, 8) if j != 4
        )
    if x.has(I, nan, zoo):
        return True
    try:
        program, inner = compile_expr(x, (*at, *named)), [compile_expr(forms[m], tuple(at)) for m in named.values()]

        def ball():
            given = [to_ball(v) for v in at.values()]
            return program(Balls, *given, *(p(Balls, *given) for p in inner))

        refine(ball, limit=256)
    except ArithmeticError:
        return True
    except (CannotTell, BadInput):
        return endless
    return False


def _may_have_none(x: Expr) -> bool:
    """Whether what is random in it is a draw, or a coordinate, that is seen to be at places where it has no value."""
    if span(x) is not None:
        return False
    inside = x.base if x.is_Pow else x.args[0] if isinstance(x, log) else S.Zero
    r = inside.as_independent(Noise, Observable, as_Add=False)[1]
    divides = x.is_Pow and bool(x.exp.is_negative)
    if isinstance(r, Noise):
        first = r.law.support[0]
        return bool(first.is_extended_negative) if r.law.is_continuous and not divides else not r.law.is_continuous
    if not isinstance(r, Observable) or r.name not in r.loop.state or not r.t.is_positive:
        return False
    if any(x.xreplace({r: value}).has(nan, zoo, I) for value in structures.finite(r.loop).get(r.name, ())):
        return True
    if (divides or isinstance(x, log)) and _has_a_factor_at_0(r.loop, r.name, int(r.t) if r.t.is_Integer else 1):
        return True
    with suppress(NotImplementedError):
        return r.name in grains(r.loop) or drawn(r.loop, r.name) is not None
    return False


def _has_a_factor_at_0(loop: Loop, name: str, fits: int) -> bool:
    """Whether a coordinate is, after so many fits, a product with a draw in it that is 0 with some probability."""
    try:
        after = sympify(loop.step(loop.symbols())[name])
    except NotImplementedError:
        return False
    factors = [f.base if f.is_Pow and f.exp.is_positive else f for f in Mul.make_args(after)]
    if any(isinstance(f, Noise) and _may_have_none(1 / f) for f in factors):
        return True
    others = (s for s, x in loop.symbols().items() if x in factors and s != name)
    return fits > 1 and any(_has_a_factor_at_0(loop, other, fits - 1) for other in others)


def _is_of_no_number(x: Expr, at: Mapping[Symbol, Expr]) -> bool:
    """Whether a limit in it is of what is no real number in any generation, as a quotient of means that are 0, or a root."""
    of = [m.variable.xreplace(at) for m in in_order(x.atoms(Limit))]
    there = (y.xreplace(forms) for y, forms in map(_formed, of))
    return any(unreal(y) is not None for y in of) or any(y.has(nan, zoo) for y in there)


def _formed(x: Expr) -> tuple[Expr, dict[Expr, Expr]]:
    """An expression in the means that a derivation speaks of, and the forms of those that have one without conditions."""
    x, forms = standardise(x), {}
    for m in in_order(outermost(x)):
        with suppress(BadInput, Infinite, CannotTell), telling():
            found = moment(m)
            if not found.positive and not found.nonzero:
                forms[m] = found.form
    return x, forms


def _of_parts(side: Expr, at: Mapping[Symbol, Expr]) -> Iterator[str | None]:
    """What of the loops and the densities that a side speaks of is no number, or no law, or not as it has to be up to the
    generations that are asked for."""
    for x in in_order(side.atoms(Loop)):
        yield without_value(x.xreplace(at))
    laws = [law.xreplace(at) for law in laws_in(side)] if side.has(Density, Noise, Observable) else []
    for law in laws:
        if law.has(Density):
            yield unnormalised(law)
    yield _unlawful(laws)
    last = {k: ends[-1].xreplace(at) for b in side.atoms(ExprWithLimits) for k, *ends in b.limits if ends}
    last = {k: Integer(MOST_FOLLOWED) if end is oo else end for k, end in last.items()}
    for x in in_order(side.atoms(Model, Observable)):
        t = x.t.xreplace(at).xreplace(last)
        if t.is_Integer and t > 0:
            yield refused_in_a_fit(x.loop.xreplace(at), int(t))


def _unlawful(laws: Iterable[Law]) -> str | None:
    """Which law, with numbers for its parameters, is not seen to be one, whatever is random in it."""
    try:
        asked = of_random_parameters(laws)
    except CannotTell as problem:
        return str(problem)
    return next((f"a law with random parameters is one only where {c} > 0" for c in asked if not c.is_positive), None)


def _far_out(side: Expr, at: Mapping[Symbol, Expr], asked: Iterable[Demanded]) -> Iterator[str]:
    """What a limit's loops and laws are not as they declare it, far out: no share is above 1. asked: by the claim's function."""
    for m in in_order(side.atoms(Limit)):
        besides = [Demand(m.far_out(x), strictly, problem) for x, strictly, problem in asked]
        m = m.xreplace(at)
        if (
            t := next((x.t for x in in_order(m.atoms(Observable, Model)) if not _are_generations(x.t, m.bound)), None)
        ) is not None:
            yield f"{t} is no generation far out in {m}"
        _, demands = of_laws(laws_in(m))
        for loop in in_order(x for x in m.atoms(Loop) if x.has(m.bound)):
            demands += of_parameters(loop)[1]
        for d in (*demands, *(replace(d, x=d.x.xreplace(at)) for d in besides)):
            if d.x.has(m.bound) and not d.either and _fails(d.x, m.bound, d.strictly):
                yield f"{d.problem.rstrip(',')} far out in {m}"


def _are_generations(t: Expr, bound: Symbol) -> bool:
    """Whether t is not seen to be other than an integer again and again as something grows."""
    if not t.has(bound):
        return True
    there = (t.xreplace({bound: Integer(far)}) for far in (FAR_OUT, FAR_OUT + 1))
    return bool(bound.is_integer) and all(x.is_integer is not False for x in there)


def _fails(x: Expr, t: Symbol, strictly: bool) -> bool:
    """Whether x is surely below 0 again and again as t grows, or 0: by its leading term, or else as it is far out."""
    try:
        lead = Limits(t, sign_of).leading(x)
        if lead is None:
            return strictly
        if lead.exact:
            return sign_of(lead.c) < 0 or (sign_of(lead.base) < 0 and bool(t.is_integer))
    except CannotTell:
        pass
    there = x.xreplace({t: Integer(FAR_OUT)})
    return bool(there.is_negative or (strictly and there.is_zero))


@lru_cache(maxsize=1024)
def unnormalised(law: Law) -> str | None:
    """What is wrong with a density in numbers of which the integral is surely not 1; None of any other law."""
    if not isinstance(law, Density) or law.free_symbols:
        return None
    try:
        whole = total(law, tuple(Dummy("x", real=True) for _ in range(law.d)), {})
    except NO_BALL:
        return None
    return None if whole.contains(1) else f"the integral of {law} is {whole.str(5, radius=False)}, and not 1"


def derived_at(part: Part, values: Mapping[str, Any]) -> None:
    """Raise `Undefined` where a side has no value with the derived forms of its moments: it divides by a mean that is 0."""
    at = {s: sympify(values[n]) for n, s in part.symbols.items()}
    forms = {}
    for d, m in part.moments_at(values).items():
        with suppress(BadInput, CannotTell), telling():
            forms[d] = moment(m).form
    for side in (part.a, part.b):
        if side.xreplace({**at, **forms}).has(nan, zoo):
            raise Undefined(f"{side.xreplace(dict(part.moments))} has no value{_at(values)}: restrict the domain")


# ---- sides ----------------------------------------------------------------------------------------------------------


def place(m: Expr, symbols: Mapping[str, Symbol], values: Mapping[str, Any]) -> str:
    """The values that a moment depends on, in words: " at n = 2"; what stands for a case is put in already."""
    return _at({k: v for k, v in values.items() if k not in symbols or symbols[k] in m.free_symbols})


def _at(values: Mapping[str, Any]) -> str:
    """Values in words; nothing where there are none."""
    return f" at {', '.join(f'{k} = {v}' for k, v in values.items())}" if values else ""


NO_MEAN = "undefined, or infinite"


def reason(m: Moment, what: str, where: str) -> str:
    """Why a side has no value: its moment m is infinite, or undefined (`what`), at a place (`where`)."""
    if what == NO_MEAN and any(isinstance(expanded(x), Add) for x in m.variables):
        return (
            f"{m} has terms without a mean{where}, and that what is left once they cancel has one is not seen: write it without "
            "them, or restrict the domain"
        )
    return f"{m} is {what}{where}: restrict the domain"


def refuse_undefined(part: Part, values: Mapping[str, Any], balls: Mapping[Symbol, arb]) -> str:
    """Which moment of a part is infinite, in words; "" where all are finite. Raises `Undefined` where a side has no value."""
    infinite = {d: oo for d, b in balls.items() if b == arb.pos_inf()}
    if not infinite:
        return ""
    where = {d: place(part.moments[d], part.symbols, values) for d in infinite}
    first = min(infinite, key=str)
    message = reason(part.moments[first], "infinite", where[first])
    if part.needed & set(infinite):  # of a covariance one mean at least: it has no value
        raise Undefined(reason(part.moments[(m := min(part.needed & set(infinite), key=str))], "infinite", where[m]))
    if any(difference(x, {part.moments[d]: oo for d in infinite}) for x in (part.original.lhs, part.original.rhs)):
        raise Undefined(message)
    for side in (part.a, part.b):
        if side.free_symbols & set(infinite) and part.side(side, values, balls).is_nan():
            raise Undefined(message)
    return message


def decided(part: Part, values: Mapping[str, Any], balls: Mapping[Symbol, arb]) -> Decision | None:
    """What infinite moments make of a part; None where all are finite. Raises `Undefined`."""
    if not (message := refuse_undefined(part, values, balls)):
        return None
    a, b = (part.side(side, values, balls) for side in (part.a, part.b))
    found = decide(part.op, a, b)
    if part.a.is_infinite or part.b.is_infinite:  # a statement about infinity
        return found
    if found.verdict != Verdict.REFUTED or (a == b and not a.is_finite()):
        raise Undefined(message)
    return Decision(Verdict.REFUTED, note=message)
