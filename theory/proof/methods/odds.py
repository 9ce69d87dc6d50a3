"""A number that is raised to a power in each step, and multiplied, or a probability of which the odds are: sampled at another
temperature, or tilted."""

from __future__ import annotations

from sympy import Dummy, Expr, Mul, Pow, S, cancel, exp, factor, fraction, sympify, together

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import CLOCK, Coordinate, Loop
from ...language.signs import is_positive
from .method import Derivation


def form(loop: Loop, name: str, t: Expr) -> Derivation:
    """The number, or probability, after t generations, by induction: it, or its odds, o becomes C o^c, hence o^(c^t) C^(1 + c +
    ... + c^(t-1)).

    Raises `CannotTell` where the step of this coordinate is another one.
    """
    x, start = loop.symbols()[name], sympify(loop.initial[name])
    after = sympify(loop.step(loop.symbols())[name])
    if after.has(CLOCK, Noise) or after.atoms(Coordinate) != {x} or start.has(Noise, Coordinate):
        raise CannotTell(f"{name} depends on more than itself")
    if any(e.has(x) for e in after.atoms(exp)):  # and roots of exponentials have factors without end
        raise CannotTell(f"{name} is not raised to a power")
    if (own := _power(factor(after).as_powers_dict(), x)) is not None:
        number, (c, times) = start, own
    else:
        number, (c, times) = start / (1 - start), _of_odds(after, x, name)
    positive = own is None or not _is_whole_power(c) or (is_positive(start) and is_positive(times))
    if not all(_is_kept(base, after, x, own is None, positive) for base in _divisors(after, x)):
        raise CannotTell(f"{name} is divided by what cancels, and may be 0")
    what = name if own is not None else f"the odds of {name}"
    reached, nonzero = number ** (c**t), []
    if times != 1:
        reached *= times ** (t if c == 1 else (c**t - 1) / (c - 1))
        nonzero = [] if sympify(c).is_number else [c - 1]
    parts = (start, 1 - start, times) if own is None else () if _is_whole_power(c) else (start, times)
    asked = [y for y in parts if not is_positive(y)]
    told = f"{what} is raised to the power {c} in each step, and multiplied by {times}"
    return Derivation(reached if own is not None else reached / (1 + reached), asked, nonzero, [told])


def _divisors(after: Expr, x: Expr) -> set[Expr]:
    """What the step, as it is written, divides by, with x in it."""
    return {p.base for p in after.atoms(Pow) if p.base.has(x) and not p.exp.is_nonnegative}


def _is_kept(base: Expr, after: Expr, x: Expr, of_odds: bool, positive: bool) -> bool:
    """Whether a divisor is not 0 where x is positive, or a probability; or is there in lowest terms, too, which is seen later."""
    u = Dummy("u", positive=True)
    if positive and is_positive(together(base.xreplace({x: u / (1 + u) if of_odds else u}))):
        return True
    bottom = fraction(cancel(after))[1] if of_odds else S.One
    return not fraction(cancel(bottom / base))[1].has(x)


def _is_whole_power(c: Expr) -> bool:
    """Whether numbers of either sign, and 0, may be raised to it again and again."""
    return bool(sympify(c).is_Integer and c > 0)


def _power(powers: dict[Expr, Expr], x: Expr) -> tuple[Expr, Expr] | None:
    """(c, C) where a product of powers is C x^c; None of others. What is taken of the powers is no longer among them."""
    c = powers.pop(x, S.Zero)
    times = Mul(*(base**e for base, e in powers.items()))
    return None if c == 0 or sympify(c).has(x) or times.has(x) else (c, times)


def _of_odds(after: Expr, x: Expr, name: str) -> tuple[Expr, Expr]:
    """(c, C) where the odds o become C o^c. Raises `CannotTell`."""
    top, bottom = fraction(together(after))
    powers = (factor(top) / factor((bottom - top).expand())).as_powers_dict()
    other: Expr = powers.pop(1 - x, S.Zero)
    if (turned := powers.pop(x - 1, S.Zero)).is_Integer:  # as SymPy writes factors
        other += turned
        powers[S.NegativeOne] += turned
    found = _power(powers, x)
    if found is None or found[0] + other != 0 or not turned.is_Integer:
        raise CannotTell(f"the odds of {name} are not raised to a power")
    return found
