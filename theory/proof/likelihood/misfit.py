"""eps of the stability theorem: W1(data, best fit), in balls. Of the model the density is known, and no distribution function."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, ctx
from sympy import Add, Expr, Rational, S, exp, expand_log, log, simplify

from ...language.laws import Density, Law, Mixture
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.densities import listed
from ..arithmetic.enclosures import precision
from ..arithmetic.programs import to_ball
from ..arithmetic.quadrature import Values, evaluate
from .counted import over_numbers
from .fits import best
from .halves import X, over_line, up_to
from .score import score_of

SIMPLE = 1_000  # the largest denominator of a parameter that is tried
SPARE = 32  # bits


def misfit(loop: LikelihoodLoop) -> arb:
    """A ball for eps; 0 where the data are seen to be from the model. Raises `CannotTell`.

    `arb.pos_inf()` where only one law has a mean, or neither, and their tails differ by a factor.
    """
    score, theta = score_of(loop), best(loop)
    values = dict(zip(score.after, theta, strict=True))
    model = score.model.xreplace(dict(zip(score.now, score.after, strict=True)))
    if _is_the_same(loop.data, model, values):
        return arb(0)
    bits = ctx.prec
    with precision(bits + SPARE):
        endless = any(law.grid is not None and listed(law, values) is None for law in (loop.data, model))
        found = (over_numbers if endless else over_line)(loop.data, model, values, bits)
    return found if not found.is_finite() or found >= 0 else up_to(found.upper())


def _is_the_same(data: Law, model: Law, best: Values) -> bool:
    """Whether the data are from the model, with simple parameters: these are then the best fit.

    They are a root of the expected score, and of its roots only one is as near to the best fit as its balls say.
    """
    simple = {s: _simple(v) for s, v in best.items()}
    if None in simple.values():
        return False
    found = model.xreplace(simple)
    if found == data:
        return True
    f, g = _log_density(data), _log_density(found)
    if f is None or g is None or data.grid != found.grid or _ends(data) != _ends(found):
        return False
    gap = f - g
    low, high = found.support
    near = low + 1 if low.is_finite else high - 1 if high.is_finite else S.Zero
    if not all(evaluate(gap, {X: to_ball(near) + arb(step) / 8}).contains(0) for step in (0, 1, 2, 3)):
        return False
    return simplify(expand_log(gap, force=True)) == 0 or simplify(exp(f) - exp(g)) == 0


def _simple(x: arb) -> Expr | None:
    """A rational number of small denominator in a ball, or the root of one."""
    for power, root in ((1, S.One), (2, S.Half)):
        near = Fraction(float(x.mid()) ** power).limit_denominator(SIMPLE)
        number = Rational(near.numerator, near.denominator) ** root * (1 if power == 1 or x > 0 else -1)
        with precision(2 * ctx.prec):
            if x.contains(to_ball(number)):
                return number
    return None


def _log_density(law: Law) -> Expr | None:
    if isinstance(law, Density):
        return law.log_density(X)
    if isinstance(law, Mixture):
        parts = [(w, f) for w, part in law.parts if (f := _log_density(part)) is not None]
        return log(Add(*(w * exp(f) for w, f in parts))) if len(parts) == len(law.parts) else None
    return None if law.grid is not None or law.values() is not None else log(law.density(X))


def _ends(law: Law) -> Any:
    """The ends of its support, if all of its parts have the same."""
    if not isinstance(law, Mixture):
        return tuple(law.support)
    ends = {_ends(part) for _, part in law.parts}
    return ends.pop() if len(ends) == 1 else None


__all__ = ["misfit"]
