"""What the stability theorem asks for, of all data of a family at once: in boxes that cover what the variables of the data are.

For all of them in a box there is one root of the expected score in a box of parameters, by Krawczyk's operator with the variables
as intervals, and the likelihood of the data is strictly concave there. Means are finite over a wider box of parameters, so the
map of retraining is smooth there. L is finite, and so is the distance of data and model. That the root is the best fit is certain
of models whose log-density is concave in the parameters; of others nothing is told: where floats find one maximum of the
likelihood at some of the data, there may be a higher one at others.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from flint import arb
from sympy import Rational, Symbol

from ...language.errors import NO_BALL, CannotTell
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.precision import precision
from ..arithmetic.programs import to_ball
from .concave import is_concave
from .fits import BITS, Vector, best, inverse_near, one_root, outside, positive_definite
from .lipschitz import lipschitz_at
from .misfit import coupled
from .score import Score, score_of

MOST = 256  # boxes that are looked at
SMALLEST = Rational(1, 32)  # of the range: what is not cut any more
FEW = 30  # bits, of what is asked over boxes
WIDER = 2.0**-10  # around the best fits, relative to where they are
LEAST = arb(2) ** -20  # the radius of a box of parameters

Ranges = tuple[tuple[Symbol, Rational, Rational], ...]


def certify(loop: LikelihoodLoop, ranges: Ranges) -> list[tuple[Ranges, Vector]]:
    """Boxes that cover all values of the variables of the data, each from low to high, and where the best fits of each are.

    Raises `CannotTell` where it is not seen of all of them.
    """
    found = _covered(loop, ranges)
    if isinstance(found, str):
        raise CannotTell(found)
    return found


@lru_cache(maxsize=64)  # each way to prove a relation asks anew, what is asked in vain too
def _covered(loop: LikelihoodLoop, ranges: Ranges) -> list[tuple[Ranges, Vector]] | str:
    """The boxes, or why there are none."""
    if not is_concave(loop):
        return (
            f"the log-density of {type(loop).__name__} is not seen to be concave in its parameters: the likelihood of some of "
            "these data may have several local maxima, and the best fit may be another one"
        )
    left, looked, out = [ranges], 0, []
    while left:
        box, looked, why = left.pop(), looked + 1, "a box is too wide"
        try:
            if (found := _best_in(loop, box)) is not None:
                out.append((box, found))
                continue
        except NO_BALL as reason:
            why = str(reason)
        cut = max((high - low) / (most - least) for (_, low, high), (_, least, most) in zip(box, ranges, strict=True))
        if looked == MOST or cut < SMALLEST:
            where = ", ".join(f"{s} from {low} to {high}" for s, low, high in box)
            return f"for {where} the best fit is not seen to be one, with finite constants: {why}"
        left += _halves(box)
    return out


def _halves(box: Ranges) -> tuple[Ranges, Ranges]:
    i = max(range(len(box)), key=lambda i: box[i][2] - box[i][1])
    s, low, high = box[i]
    middle = (low + high) / 2
    return tuple((*box[:i], (s, *ends), *box[i + 1 :]) for ends in ((low, middle), (middle, high)))  # pyrefly: ignore


def _best_in(loop: LikelihoodLoop, box: Ranges) -> Vector | None:
    """The best fits of one box, where all is seen of them; `CannotTell` and `ArithmeticError` tell why it may not be."""
    here = loop.xreplace({s: (low + high) / 2 for s, low, high in box})
    with precision(BITS):
        m = [x.mid() for x in best(here)]
        inverse = inverse_near(score_of(here), m, (), arb(0))
    with precision(FEW):
        given = {s: to_ball(low).union(to_ball(high)) for s, low, high in box}
        score = replace(score_of(loop), given=given)
        step = inverse * score.gradient(m, (), arb(0))
        found, around = one_root(m, step, inverse, lambda at: score.hessian(at, (), arb(0)), LEAST)
        seen = positive_definite(-around) and outside(loop, found) is None and _is_smooth(score, found)
        return found if seen and lipschitz_at(score, found).is_finite() and _is_near(score, found) else None


def _is_smooth(score: Score, found: Vector) -> bool:
    """Whether all that the derivative of the map is made of is finite over a box around the best fits."""
    wide = [x + arb(0, WIDER) * (1 + abs(x)) for x in found]
    if outside(score.loop, wide) is not None:
        return False
    asked = (score.hessian(wide, wide, arb(1)), score.pull(wide, wide))
    return all(x.is_finite() for matrix in asked for x in matrix.entries())


def _is_near(score: Score, found: Vector) -> bool:
    """Whether W1 of data and model is finite: both have means; of points of a space there is a coupling."""
    if len(score.xs) == 1:
        means = (score.means((score.x,), law, found, found) for law in (score.loop.data, score.model))
        return all(mean.is_finite() for (mean,) in means)
    model = score.model.xreplace(dict(zip(score.now, score.after, strict=True)))
    values = {**dict(zip(score.after, found, strict=True)), **score.given}
    return bool(coupled(score.loop.data, model, score.xs, values).is_finite())


__all__ = ["certify"]
