"""Numbers that the step of a coordinate leaves where they are."""

from __future__ import annotations

from sympy import Dummy, Expr, Poly, S, cancel, expand, factor_list, fraction, sqrt, sympify, together

from ...language.errors import CannotTell
from ...language.loops import CLOCK, Coordinate, Loop
from ..foreign import surely
from ..symbols.normal_forms import is_zero
from .assumptions import Assumptions


def step_of(loop: Loop, name: str) -> tuple[Expr, Coordinate]:
    """(The step of a coordinate which depends on itself alone, and never changes; the coordinate), or `CannotTell` is raised."""
    x = loop.symbols()[name]
    f = sympify(loop.step({**loop.symbols(), name: x})[name])
    if f.atoms(Coordinate) - {x} or f.has(CLOCK):
        raise CannotTell(f"{name} depends on more than itself")
    return f, x


@surely
def is_fixed(loop: Loop, name: str, end: Expr) -> bool:
    """Whether a step leaves a number where it is, the coordinate being there: what its declared sign hides is looked at, too."""
    x = Dummy("x", real=True)
    there = sympify(loop.step({**loop.symbols(), name: x})[name]).xreplace({x: end})
    return there.is_finite is not False and is_zero(there - end)


def factors(f: Expr, x: Expr) -> list[Expr]:
    """The factors of f(x) - x that are 0 somewhere, for a rational step f."""
    return [p for p, _ in factor_list(fraction(together(f - x))[0])[1] if p.has(x)]


def roots(known: Assumptions, f: Expr, x: Expr) -> list[Expr]:
    """Fixed points: of a rational step the roots of linear and quadratic factors, of another one 0 and numbers in it."""
    if not f.is_rational_function(x):
        return [r for r in (S.Zero, *sorted(f.free_symbols - {x}, key=str)) if is_zero(f.xreplace({x: r}) - r)]
    out: list[Expr] = []
    for factor in factors(f, x):
        match Poly(factor, x).all_coeffs():
            case [a, b]:
                found = [cancel(-b / a)]
            case [a, b, c]:
                left = sqrt(b**2 - 4 * a * c)
                found = [(-b + sign * left) / (2 * a) for sign in (1, -1)]
            case _:
                found = []
        out += [r for r in found if known.is_other_than_0(known.charted(Poly(factor, x).LC())) and _is_kept(f, x, r)]
    return out


def _is_kept(f: Expr, x: Expr, root: Expr) -> bool:
    return is_zero(expand(fraction(together(f.xreplace({x: root}) - root))[0]))
