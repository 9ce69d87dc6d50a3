"""What expressions take to have a real value, of their divisors, and of the arguments of functions.

Of a function that is not named here nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import (
    And,
    Basic,
    Dummy,
    Eq,
    Expr,
    FallingFactorial,
    Function,
    Heaviside,
    Integral,
    KroneckerDelta,
    LambertW,
    Mod,
    Ne,
    Or,
    Piecewise,
    RisingFactorial,
    S,
    Shi,
    Si,
    Symbol,
    acos,
    acosh,
    asin,
    atanh,
    besseli,
    besselj,
    besselk,
    bessely,
    beta,
    binomial,
    ceiling,
    cos,
    cot,
    coth,
    csc,
    csch,
    erfcinv,
    erfi,
    erfinv,
    expint,
    factorial,
    floor,
    frac,
    gamma,
    harmonic,
    log,
    loggamma,
    lowergamma,
    oo,
    polygamma,
    polylog,
    sec,
    sign,
    sin,
    sinc,
    tan,
    uppergamma,
    zeta,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ...language.extrema import ArgMin
from ...language.functions import CONTINUOUS, Ein, entr, exponential_tv, normal_tv, nuclear, unfold
from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import Distance, Moment

OTHER, ABOVE, NOT_BELOW, KNOWN = "different from 0, or from a pole", "above 0", "0 or above", "known to have a value"
Taken = tuple[tuple[Expr, str], ...]

EVERYWHERE = (
    *CONTINUOUS,
    Ein,
    normal_tv,
    exponential_tv,
    nuclear,
    sign,
    floor,
    ceiling,
    frac,
    Heaviside,
    KroneckerDelta,
    sinc,
    Si,
    Shi,
    erfi,
)


def _of_bessel(order: Expr, x: Expr) -> Taken:
    return () if order.is_integer else ((x, ABOVE),)


def _of_choices(n: Expr, k: Expr) -> Taken:
    polynomial = k.is_integer and (k.is_nonnegative or n.is_integer)
    return () if polynomial else ((n + 1, ABOVE), (k + 1, ABOVE), (n - k + 1, ABOVE))


def _of_factors(x: Expr, k: Expr) -> Taken:
    return ((k, NOT_BELOW),) if k.is_integer else ((x, ABOVE), (x + k, ABOVE))


def _of_falling_factors(x: Expr, k: Expr) -> Taken:
    return ((k, NOT_BELOW),) if k.is_integer else ((x + 1, ABOVE), (x - k + 1, ABOVE))


TAKEN: dict[type[Expr], Callable[..., Taken]] = {
    log: lambda x: ((x, ABOVE),),
    entr: lambda x: ((x, NOT_BELOW),),
    **dict.fromkeys((asin, acos), lambda x: ((1 - x, NOT_BELOW), (1 + x, NOT_BELOW))),
    **dict.fromkeys((atanh, erfinv), lambda x: ((1 - x, ABOVE), (1 + x, ABOVE))),
    erfcinv: lambda x: ((x, ABOVE), (2 - x, ABOVE)),
    acosh: lambda x: ((x - 1, NOT_BELOW),),
    **dict.fromkeys((tan, sec), lambda x: ((cos(x), OTHER),)),
    **dict.fromkeys((cot, csc), lambda x: ((sin(x), OTHER),)),
    **dict.fromkeys((coth, csch), lambda x: ((x, OTHER),)),
    Mod: lambda _, divisor: ((divisor, OTHER),),
    factorial: lambda n: ((n + 1, ABOVE),),
    harmonic: lambda n, *_: ((n + 1, ABOVE),),
    zeta: lambda s, *a: ((s - 1, ABOVE), *((x, ABOVE) for x in a)),
    binomial: _of_choices,
    beta: lambda *ends: tuple((x, ABOVE) for x in ends),
    RisingFactorial: _of_factors,
    FallingFactorial: _of_falling_factors,
    **dict.fromkeys((besseli, besselj), _of_bessel),
    **dict.fromkeys((besselk, bessely, expint), lambda _, x: ((x, ABOVE),)),
    uppergamma: lambda s, x: ((x, NOT_BELOW if s.is_positive else ABOVE),),
    lowergamma: lambda s, x: ((s, ABOVE), (x, NOT_BELOW)),
    LambertW: lambda x, *branch: ((LambertW(x, *branch), KNOWN),) if branch else ((x, NOT_BELOW),),
    polylog: lambda _, x: ((1 - x, ABOVE),),
}


def needs(x: Expr, inside: tuple[tuple[Symbol, Basic], ...] = ()) -> Iterator[tuple[Expr, str]]:
    """What the parts of an expression that are not random take to have a value: divisors, gammas, roots, logarithms.

    A bound variable is an integer from the lower end of its range on, a real number between the ends.
    """
    if not x.free_symbols and not x.has(Moment):
        return
    if isinstance(x, Moment):
        yield from _averaged(x, inside)
        return
    if isinstance(x, Distance):
        yield from ((_placed(y, inside), ABOVE) for y in x.asked())
        return
    if isinstance(x, ExprWithLimits):
        for limits in x.limits[::-1]:
            if len(limits) == 3:
                inside = (*inside, (limits[0], _within(x, *limits)))
    if x.is_Pow and not _placed(x.exp, inside).is_nonnegative:
        yield _placed(x.base, inside), OTHER
    if x.is_Pow and not x.exp.is_integer:
        yield _placed(x.base, inside), NOT_BELOW
    if isinstance(x, Piecewise):
        yield from _of_cases(x, inside)
        return
    yield from ((_placed(part, inside), need) for part, need in taken(x))
    for a in x.args:
        if isinstance(a, Expr):
            yield from needs(a, inside)
        elif isinstance(x, ExprWithLimits):
            yield from (d for end in a[1:] for d in needs(end, inside[: -len(x.limits)]))


def _averaged(m: Moment, inside: tuple[tuple[Symbol, Basic], ...]) -> Iterator[tuple[Expr, str]]:
    """The same of what is not random in a moment: E(X log x) is 0 by the mean of X, where x has a logarithm."""
    own = m.free_symbols  # and not what is bound in it
    for side in (x for a in m.args for x in ([a] if isinstance(a, Expr) else _compared(a))):
        for x, need in needs(unfold(side)):
            if x.free_symbols <= own and not x.has(Observable, Noise, Moment):
                yield _placed(x, inside), need


def _compared(condition: Basic) -> Iterator[Expr]:
    for r in sorted(condition.atoms(Relational), key=str) if isinstance(condition, Boolean) else ():
        yield from r.args


def _of_cases(x: Piecewise, inside: tuple[tuple[Symbol, Basic], ...]) -> Iterator[tuple[Expr, str]]:
    """The same of all cases: where the domain is parted by them, one is left, and what the others take is not asked for.

    What a case says to be other than 0, or the one before it to be 0, may be divided by.
    """
    if x.args[-1][1] != S.true:
        yield x, KNOWN
    apart: set[Expr] = set()
    for value, condition in x.args:
        for side in _compared(condition):
            yield from ((y, need) for y, need in needs(side, inside) if need != OTHER or y not in apart)
        here = apart | _differences(condition, And, Ne)
        yield from ((y, need) for y, need in needs(value, inside) if need != OTHER or y not in here)
        apart |= _differences(condition, Or, Eq)


def _differences(condition: Basic, joint: type[And] | type[Or], kind: type[Eq] | type[Ne]) -> set[Expr]:
    """What is other than 0 where all that is said holds, or where nothing of it does."""
    gaps = (r.lhs - r.rhs for r in joint.make_args(condition) if isinstance(r, kind))
    return {sign * gap for gap in gaps for sign in (1, -1)}


def _within(x: ExprWithLimits, variable: Symbol, low: Expr, high: Expr) -> Basic:
    """A place between the ends, in a variable of its own."""
    if not low.is_finite:
        return variable
    if not isinstance(x, Integral) and not (isinstance(x, ArgMin) and not variable.is_integer):
        if isinstance(high, Symbol) and high.is_integer and not low.has(high):
            return Before(low, high)
        return low + Dummy("k", integer=True, nonnegative=True)
    share = Dummy("s", positive=True)
    return low + share if high is oo else (low + high * share) / (1 + share)


def _placed(x: Expr, inside: tuple[tuple[Symbol, Basic], ...]) -> Expr:
    for variable, place in inside[::-1]:  # the ends of an inner range may be in the variable of an outer one
        x = _between(x, variable, place) if isinstance(place, Before) else x.xreplace({variable: place})
    return x


class Before(Basic):
    """A place in a range up to a symbol: from the lower end on, and so far before the upper one."""


def _between(x: Expr, variable: Symbol, place: Before) -> Expr:
    """x there; with what is left up to the upper end, where that shows that it is positive, and else without."""
    low, high = place.args
    if not x.has(variable):
        return x
    here, left = low + Dummy("k", integer=True, nonnegative=True), Dummy("l", integer=True, nonnegative=True)
    there = x.xreplace({variable: here})
    ended = there.xreplace({high: here + left})
    shown = ended.args[-1] if isinstance(ended, gamma | loggamma | polygamma) else ended
    return ended if shown.is_positive else there


def taken(x: Expr) -> Taken:
    """What has to hold, if the function that is outermost in x is to have a value."""
    if isinstance(x, gamma | loggamma | polygamma):
        return ((x, OTHER),)
    if isinstance(x, EVERYWHERE) or not isinstance(x, Function):
        return ()
    return TAKEN[x.func](*x.args) if x.func in TAKEN else ((x, KNOWN),)
