"""Models whose draws are those of a law without their place and scale: x = m + s z, found by trying it on numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from sympy import Dummy, Expr, S, Symbol, exp, lambdify, log, sqrt

TRIED = 24  # points of the parameters
SAME = 1e-9


@dataclass(frozen=True)
class Standard:
    """place: x as a function of z and the parameters.  logarithm: the log-density of z, in the parameters that shape it."""

    z: Symbol
    place: Expr
    logarithm: Expr


SCALES = (lambda s: s, lambda s: 1 / s, sqrt, lambda s: 1 / sqrt(s), exp)


@lru_cache(maxsize=256)
def standard(logarithm: Expr, x: Symbol, parameters: tuple[Symbol, ...], ends: tuple[Expr, Expr]) -> Standard:
    """The law of z with as few parameters as are found: of one place and one scale at most; else of x itself.

    Whether the log-density of z does not depend on m and s is seen at numbers: it is analytic in them, so what is equal at two
    dozen random points to nine digits is equal.
    """
    z = Dummy("z", **({"positive": True} if x.is_positive else {"real": True}))
    line = ends == (-S.Infinity, S.Infinity)
    places = [p for p in parameters if line and not p.is_positive and not p.is_negative]
    scales = [(s, f(s)) for s in parameters for f in SCALES if s.is_positive or f is exp]
    if not line and ends not in ((S.Zero, S.Infinity), (-S.Infinity, S.Zero)):
        scales = []
    tries = [(m, s) for m, s in product([*places, S.Zero], [*scales, (None, S.One)])]
    for m, (symbol, scale) in sorted(tries, key=lambda t: (t[0] == 0) + (t[1][0] is None)):
        gone = {g for g in (m, symbol) if isinstance(g, Symbol)}
        if not gone or m == symbol:
            continue
        moved = logarithm.xreplace({x: m + scale * z}) + log(scale)
        if _same(moved, z, parameters, gone):
            one = {symbol: S.Zero if scale.func is exp else S.One} if symbol is not None else {}
            return Standard(z, m + scale * z, moved.xreplace({m: S.Zero, **one} if m != 0 else one))
    return Standard(z, z, logarithm.xreplace({x: z}))


def _same(f: Expr, z: Symbol, parameters: Sequence[Symbol], gone: set[Symbol]) -> bool:
    """Whether a function of z and the parameters does not depend on some of these, at random numbers."""
    rng = np.random.default_rng(0)
    compiled = lambdify((z, *parameters), f, "scipy")

    def numbers(symbols: Sequence[Symbol]) -> Mapping[Symbol, np.ndarray]:
        made = {s: rng.normal(size=TRIED) for s in symbols}
        return {s: np.exp(v) if s.is_positive else -np.exp(v) if s.is_negative else v for s, v in made.items()}

    fixed = numbers([z, *parameters])
    with np.errstate(all="ignore"):
        values = []
        for _ in range(3):
            at = {**fixed, **numbers(sorted(gone, key=str))}
            try:
                values.append(np.broadcast_to(compiled(*(at[s] for s in (z, *parameters))), (TRIED,)))
            except (TypeError, ValueError, NameError, AttributeError):
                return False
        a = np.array(values, float)
    told = np.isfinite(a).all(axis=0)
    return bool(told.sum() >= TRIED // 2 and (np.ptp(a[:, told], axis=0) <= SAME * (1 + np.abs(a[0, told]))).all())


__all__ = ["Standard", "standard"]
