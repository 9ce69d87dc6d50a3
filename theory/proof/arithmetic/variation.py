"""The total variation of two laws: half the area between their densities, or half the sum of the differences of their masses."""

from __future__ import annotations

from itertools import chain

from flint import arb, ctx
from sympy import Abs, DiracDelta, Expr, S, Symbol, cosh, exp

from ...language.errors import CannotTell
from ...language.laws import Beta, Cauchy, ChiSquare, Gamma, Law, Truncated
from ...language.laws.pairs import on_line
from ...language.strangers import ours
from .precision import precision
from .programs import compile_expr
from .quadrature import area, evaluate, midpoint, outside, window
from .rings import Balls

MOST_COUNTS = 20_000  # that are gone through one by one


def variation(p: Law, q: Law) -> arb:
    """A ball for TV(p, q). What either law has beyond the ends may be all that is counted there, or nothing."""
    if not (p.is_continuous and q.is_continuous):
        return _of_counts(p, q)
    x = Symbol("x", real=True)
    bits = ctx.prec
    laws = [law for _, law in chain(p.components, q.components)]
    with precision(bits + 24):
        windows = [_ends(law, bits + 8) for law in laws]
        low = min((a for a, _ in windows), key=midpoint)
        high = max((b for _, b in windows), key=midpoint)
        beyond = sum((_outside(law, (low, high)) for law in laws), arb(0))
        gap = (on_line(p, x) - on_line(q, x)).replace(cosh, _in_what_decays)
        slope = gap.diff(x).replace(DiracDelta, lambda *_: S.Zero)  # between the ends of supports
        between = area(gap, slope, x, (low, high), arb(2) ** -(bits + 12))
        return between / 2 + arb(0, beyond.upper())


def _in_what_decays(y: Expr) -> Expr:
    """cosh(y): on a wide box a ball of it says nothing."""
    return (1 + exp(-2 * Abs(y))) / (2 * exp(-Abs(y)))


def _ends(law: Law, bits: int) -> tuple[arb, arb]:
    """Beyond which next to nothing lies, or those of the support."""
    if not ours(type(law)):
        raise CannotTell(f"no quadrature under {type(law).__name__}")
    if isinstance(law, Beta | Truncated) and not any(end.is_infinite for end in law.support):
        low, high = (evaluate(end, {}) for end in law.support)
        return low, high
    if isinstance(law, Cauchy):
        half = evaluate(law.scale, {}) * arb(2) ** bits
        center = evaluate(law.center, {})
        return (center - half).lower().floor(), (center + half).upper().ceil()
    if isinstance(law, Gamma | ChiSquare):
        high = arb(1)
        while not _above(law, high) < arb(2) ** -bits:
            high *= 2
        return arb(0), high
    return window(law, bits, S.Zero, {})


def _outside(law: Law, ends: tuple[arb, arb]) -> arb:
    """A bound on the probability of what is beyond."""
    if isinstance(law, Beta | Truncated):
        return arb(0)
    if isinstance(law, Cauchy):  # the density is at most that of a power
        center, scale = evaluate(law.center, {}), evaluate(law.scale, {})
        return sum((scale / (arb.pi() * abs(end - center)) for end in ends), arb(0))
    if isinstance(law, Gamma | ChiSquare):
        return _above(law, ends[1])
    return outside(law, ends, S.Zero, {})


def _above(law: Gamma | ChiSquare, place: arb) -> arb:
    shape, scale = law.args if isinstance(law, Gamma) else (law.dof / 2, S(2))
    order = evaluate(shape, {})
    return (place / evaluate(scale, {})).gamma_upper(order) / order.gamma()


def _of_counts(p: Law, q: Law) -> arb:
    """Half the sum of the differences of the masses; of what is left of either, all or nothing is counted."""
    bits = ctx.prec
    k = Symbol("k", integer=True, nonnegative=True)
    with precision(bits + 24):
        runs = [[(evaluate(w, {}), law, compile_expr(law.mass(k), (k,))) for w, law in x.components] for x in (p, q)]
        total, left = arb(0), [arb(1), arb(1)]
        for i in range(MOST_COUNTS):
            if all(x < arb(2) ** -(bits + 8) for x in left):
                return total / 2 + arb(0, (sum(left, arb(0)) / 2).upper())
            here = [
                sum((w * mass(Balls, arb(i)) for w, law, mass in parts if _reaches(law, i)), arb(0)) for parts in runs
            ]
            total += abs(here[0] - here[1])
            left = [x - y for x, y in zip(left, here, strict=True)]
    raise CannotTell(f"more than {MOST_COUNTS} counts")


def _reaches(law: Law, count: int) -> bool:
    low, high = law.support
    return bool(low <= count <= high)
