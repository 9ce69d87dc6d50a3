"""A difference that one quantity makes, in several writings: sqrt(v)/2 against atan(sqrt(v)/2), exp(-v) against erfc(sqrt(v))."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from sympy import Add, Dummy, Expr, Integer, Mul, Pow, Rational, S, asinh, atan, erf, erfc, exp, log, tanh

from ...language.errors import CannotTell
from ..arithmetic.programs import to_ball
from ..symbols.normal_forms import is_zero
from .learned import Learned

FUNCTIONS = (atan, erf, erfc, tanh, asinh)
ORDERS = (1, 2, -1, -2)  # powers of the quantity that other parts may be
MOST_DENOMINATOR = 1_000


def named(known: Learned, d: Expr) -> Expr | None:
    """d as a function of one number, positive or from 0 on, that stands for the argument of a function; None where it is none."""
    for u in sorted({f.args[0] for f in d.atoms(*FUNCTIONS)}, key=str):
        core = u.as_independent(*u.free_symbols, as_Add=False)[1]
        if not core.free_symbols or core.is_Symbol or (y := _number(known, core)) is None:
            continue
        with suppress(CannotTell):
            found = Add(*(_term(known, term, core, y) for term in Add.make_args(d)))
            if y.is_positive or not any(p.exp.is_negative for p in found.atoms(Pow) if p.base == y):
                return found
    return None


def _number(known: Learned, core: Expr) -> Dummy | None:
    """A name for it by its sign, which each of its factors has."""
    strictly = True
    for f in Mul.make_args(core):
        base, over = (f.base, bool(f.exp.is_negative)) if f.is_Pow and f.exp.is_Rational else (f, False)
        if known.implies(base, strict=True):
            continue
        if over or not known.implies(base, strict=False):
            return None
        strictly = False
    return Dummy("y", positive=True) if strictly else Dummy("y", nonnegative=True)


def _term(known: Learned, term: Expr, core: Expr, y: Dummy) -> Expr:
    """A product of functions of the quantity and of a power of it. Raises `CannotTell`."""
    found, rest = [], []
    for f in Mul.make_args(term):
        base, power = (f.base, f.exp) if f.is_Pow and not isinstance(f, exp) else (f, S.One)
        if isinstance(base, (exp, log, *FUNCTIONS)) and power.is_Integer and base.free_symbols:
            shift, moving = base.args[0].as_independent(*base.args[0].free_symbols, as_Add=True)
            found.append(base.func(shift + _power(known, moving, core, y)) ** power)
        else:
            rest.append(f)
    return Mul(*found) * _power(known, Mul(*rest), core, y)


def _power(known: Learned, x: Expr, core: Expr, y: Dummy) -> Expr:
    """x as a number times a power of the quantity. Raises `CannotTell`."""
    if not x.free_symbols:
        return x
    number, moving = x.as_independent(*x.free_symbols, as_Add=False)
    for order in ORDERS:
        for square in _ratios(moving, core**order):
            if is_zero(moving**2 - square * core ** (2 * order)) and _number(known, moving) is not None:
                return number * square**S.Half * y**order
    raise CannotTell(f"{x} is no power of {core}")


def _ratios(x: Expr, z: Expr) -> Iterator[Rational]:
    """The square of their ratio at a point, where that is a short rational number."""
    a, b = _here(x), _here(z)
    if b != 0 and (a / b).is_finite():
        ratio = float((a / b).mid()) ** 2
        short = Rational(ratio).limit_denominator(MOST_DENOMINATOR)
        if short > 0 and abs(float(short) - ratio) < 1e-9 * ratio:
            yield short


def _here(x: Expr):
    """A ball for it at a point of small numbers."""
    symbols = sorted(x.free_symbols, key=str)
    return to_ball(
        x.xreplace({s: Integer(2 + i) if s.is_integer else Rational(5 + 2 * i, 7) for i, s in enumerate(symbols)})
    )


__all__ = ["named"]
