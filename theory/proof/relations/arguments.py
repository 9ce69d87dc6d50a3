"""What functions take of their arguments to have a real value. Of one that is not named here nothing is known."""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Expr,
    FallingFactorial,
    Function,
    Heaviside,
    KroneckerDelta,
    LambertW,
    Mod,
    RisingFactorial,
    Shi,
    Si,
    acos,
    acosh,
    asin,
    atanh,
    besseli,
    besselj,
    besselk,
    bessely,
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

from ...language.functions import CONTINUOUS, Ein, entr, nuclear

OTHER, ABOVE, NOT_BELOW, KNOWN = "different from 0, or from a pole", "above 0", "0 or above", "known to have a value"
Taken = tuple[tuple[Expr, str], ...]

EVERYWHERE = (*CONTINUOUS, Ein, nuclear, sign, floor, ceiling, frac, Heaviside, KroneckerDelta, sinc, Si, Shi, erfi)


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
    RisingFactorial: _of_factors,
    FallingFactorial: _of_falling_factors,
    **dict.fromkeys((besseli, besselj), _of_bessel),
    **dict.fromkeys((besselk, bessely, expint, uppergamma), lambda _, x: ((x, ABOVE),)),
    lowergamma: lambda s, x: ((s, ABOVE), (x, NOT_BELOW)),
    LambertW: lambda x, *branch: ((LambertW(x, *branch), KNOWN),) if branch else ((x, NOT_BELOW),),
    polylog: lambda _, x: ((1 - x, ABOVE),),
}


def taken(x: Expr) -> Taken:
    """What has to hold, if the function that is outermost in x is to have a value."""
    if isinstance(x, gamma | loggamma | polygamma):
        return ((x, OTHER),)
    if isinstance(x, EVERYWHERE) or not isinstance(x, Function):
        return ()
    return TAKEN[x.func](*x.args) if x.func in TAKEN else ((x, KNOWN),)
