"""Inequalities for all integers from some n on, between functions of n^(1/p), p > 1: by Taylor's formula at infinity, in balls.

With x = n^(-1/p) the difference of the sides, times a power of x, is analytic on [0, lo^(-1/p)], where it is so at all. Where its
first coefficients at x = 0 are 0, by normal form, and the next one, taken over [0, e], is positive, it is positive on (0, e]:
Taylor's remainder has that coefficient at some point between. The rest of the interval is proved in boxes.
"""

from __future__ import annotations

from contextlib import suppress
from math import factorial, lcm
from operator import mul

from flint import arb, arb_series, ctx
from sympy import Abs, Add, Dummy, Expr, Max, Min, Mul, Rational, S, Symbol, expand_mul, fraction

from ...language.errors import CannotTell
from ...language.functions import jump
from ..arithmetic.boxes import prove_positive
from ..arithmetic.precision import precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Balls, Series
from ..foreign import telling
from ..symbols.normal_forms import is_zero, same_roots

MOST_ORDER = 12  # of the first coefficient that is not 0
MOST_PIECES = 400  # of the box of the other variables, near infinity
NEAREST = Rational(1, 64)  # of the interval: nearer to infinity the coefficient is not looked at


class Fails(Exception):
    """The inequality is false for all large n; the message says why."""


def _is_analytic(f: Expr, x: Symbol) -> bool:
    """Whether f is analytic at x = 0, so that its derivatives there are those that the rules of calculus give."""

    def above_0(e: Expr) -> bool:
        return bool(e.xreplace({x: S.Zero}).is_positive)

    corners = any(e.has(x) for e in f.atoms(Abs, Max, Min))
    return not corners and jump(f, x, lambda e, _: above_0(e), lambda e: above_0(e) or above_0(-e)) is None


def _order(f: Expr, x: Symbol, reals: dict[Symbol, tuple]) -> int | None:
    """The order of the first coefficient of f at x = 0 that is not identically 0 in the other variables.

    Raises `Fails` where it is negative.
    """
    if not _is_analytic(f, x):
        raise CannotTell(f"{f} is not seen to be analytic at {x} = 0")
    middle = {s: (lo + hi) / 2 for s, (lo, hi) in reals.items()}
    for j in range(MOST_ORDER):
        c = f.xreplace({x: S.Zero}) / factorial(j)
        value = compile_expr(c, tuple(reals))(Balls, *map(to_ball, middle.values()))
        if value < 0:
            at = "".join(f", {s} = {v}" for s, v in middle.items())
            raise Fails(
                f"false for all large n{at}: its first coefficient at infinity, {float(value):.3g}, is negative"
            )
        if value > 0 or not (c == 0 or same_roots(c, S.Zero) or is_zero(c)):
            return j
        f = f.diff(x)
    return None


def first_coefficient(gap: Expr, n: Symbol) -> int | None:
    """The order, in n^(-1/p), of what the gap is at infinity, where that is positive; None where it is not seen.

    Raises `Fails` where it is negative.
    """
    found = _analytic(gap, n)
    if found is None or found[0].free_symbols != {found[1]}:
        return None
    f, x, _ = found
    with suppress(CannotTell), telling():
        order = _order(f, x, {})
        return order if order is not None and _near(f, x, order, NEAREST**4, {}) is not None else None
    return None


def _analytic(gap: Expr, n: Symbol) -> tuple[Expr, Symbol, int] | None:
    """gap times a power of x = n^(-1/p), in x: (function, x, p); None if it has other functions of n in it."""
    p = lcm(*(int(e.exp.q) for e in gap.atoms(Expr) if e.is_Pow and e.base == n and e.exp.is_Rational), 1)
    x = Dummy("x", positive=True)
    gap = gap.xreplace({n: x**-p}).replace(
        lambda e: e.is_Pow and e.base.is_Add and e.base.has(x),
        lambda e: mul(*_cleared(e.base, x)) ** e.exp,  # of a root of 1 + 1/x^2 the pole comes out
    )
    f, _ = _cleared(gap, x)
    return None if fraction(f)[1].subs(x, 0) == 0 else (f, x, p)


def _cleared(f: Expr, x: Symbol) -> tuple[Expr, Expr]:
    """f as a sum without poles at x = 0, as far as its terms show them, times a power of x."""
    terms = Add.make_args(expand_mul(f))
    lowest = min((_power(t, x) for t in terms), default=0)
    return Add(*(t * x**-lowest for t in terms)), x**lowest


def _power(term: Expr, x: Symbol) -> int:
    found = [f.as_base_exp() for f in Mul.make_args(term)]
    return sum(int(e) for base, e in found if base == x and e.is_Integer)


def _near(f: Expr, x: Symbol, order: int, end: Rational, reals: dict[Symbol, tuple]) -> int | None:
    """In how many pieces of the other variables' box the coefficient of that order is positive over [0, end]."""
    program = compile_expr(f, (x, *reals))
    todo, pieces = [tuple(reals.values())], 0
    with precision(128):
        cap, ctx.cap = ctx.cap, order + 1
        try:
            half = to_ball(end) / 2
            over = arb_series([half + arb(0, half.upper()), 1])
            while todo:
                box = todo.pop()
                pieces += 1
                if pieces > MOST_PIECES:
                    return None
                value = program(Series(), over, *(to_ball(lo).union(to_ball(hi)) for lo, hi in box))
                if isinstance(value, arb_series) and value[order] > 0:
                    continue
                if not box:
                    return None
                widest = max(range(len(box)), key=lambda i: box[i][1] - box[i][0])
                lo, hi = box[widest]
                todo += [(*box[:widest], cut, *box[widest + 1 :]) for cut in ((lo, (lo + hi) / 2), ((lo + hi) / 2, hi))]
        finally:
            ctx.cap = cap
    return pieces


def prove_from(gap: Expr, n: Symbol, low: Expr, reals: dict[Symbol, tuple]) -> str | None:
    """Why gap > 0 for all n >= low, and all values of the reals in closed intervals; None if that is not seen.

    A function of n itself, p = 1, is left to the other certificates. Raises `Fails` where it is false for all large n.
    """
    found = _analytic(gap, n)
    if found is None or found[2] == 1 or not (low.is_Integer and low > 0):
        return None
    f, x, p = found
    with suppress(CannotTell), telling():
        order = _order(f, x, reals)
        end = Rational(int(float(low) ** (-1 / p) * 2**10) + 1, 2**10)
        near = end
        while order is not None and near >= end * NEAREST:
            pieces = _near(f, x, order, near, reals)
            if pieces is None:
                near /= 2
                continue
            if near < end and not prove_positive(f, {x: (near, end), **reals}):
                return None
            return (
                f"in x = n^(-1/{p}) of order {order} at 0, the coefficient being positive over [0, {near}] in {pieces} "
                f"pieces" + (f"; boxes on [{near}, {end}]" if near < end else "")
            )
    return None
