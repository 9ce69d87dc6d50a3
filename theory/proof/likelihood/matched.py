"""Where the curvature of the data's likelihood is the information of the model, exactly: H = I.

It is so of data that are a law of the model; and, whatever the data are, of a full exponential family: its log-density is
    sum over k of eta_k(theta) T_k(x), and what depends on x or on theta alone,
with as many T_k as parameters. Second derivatives are then scores, combined, and a constant; and scores have the mean 0 under the
data and under the model at the best fit.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq
from sympy import Add, Expr, Matrix, Rational, S, expand, expand_log, log

from ...language.errors import CannotTell
from ...language.laws import Density, Law
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.quadrature import evaluate
from ..symbols.normal_forms import is_seen_zero
from .fits import best
from .score import Score, score_of

LARGEST = 1000  # of a denominator in a best fit that is guessed to be rational


def why(loop: LikelihoodLoop) -> str:
    """Why H = I at the best fit of a loop's model to its data. Raises `CannotTell` where that is not seen."""
    score, at = score_of(loop), best(loop)
    if _is_full_family(score, at):
        return "the second derivatives of log p are scores, combined, and a constant, as of every full exponential family: H = I"
    if (there := _in_the_model(score, at)) is not None:
        values = ", ".join(f"{name} = {x}" for name, x in zip(loop.state, there, strict=True))
        return f"the data are the law of the model at {values}, which is the best fit: H = I"
    raise CannotTell("it is not seen that the curvature of the likelihood is the information")


def _is_full_family(score: Score, at: tuple[arb, ...]) -> bool:
    natural: dict[Expr, Expr] = {}
    for term in Add.make_args(expand(score.logarithm)):
        eta, statistic = term.as_independent(*score.xs, as_Add=False)
        if statistic.has(*score.after):
            return False
        natural[statistic] = natural.get(statistic, S.Zero) + eta
    etas = [eta for statistic, eta in natural.items() if statistic != 1 and eta.has(*score.after)]
    if len(etas) != score.d:
        return False
    slope = Matrix([[eta.diff(p) for p in score.after] for eta in etas]).det()
    return not evaluate(slope, dict(zip(score.after, at, strict=True))).contains(0)


def _in_the_model(score: Score, at: tuple[arb, ...]) -> list[Expr] | None:
    """The parameters, rational ones that are in the ball of the best fit, at which the model is the law of the data.

    The expected score of the data is 0 there, and the ball has one such place in it.
    """
    near = [Fraction(float(x.mid())).limit_denominator(LARGEST) for x in at]
    if not all(x.contains(fmpq(q.numerator, q.denominator)) for x, q in zip(at, near, strict=True)):
        return None
    there: list[Expr] = [Rational(q.numerator, q.denominator) for q in near]
    logarithm = score.logarithm.xreplace(dict(zip(score.after, there, strict=True)))
    return there if _is_law(score.loop.data, logarithm, score) else None


def _is_law(data: Law, logarithm: Expr, score: Score) -> bool:
    """Whether a log-density, which is normalised, is that of the data wherever these may be: then there is no more of it."""
    where = score.loop.space
    counted = bool(where.whole or where.listed)  # a density is no probability
    try:
        if where.d == 1 and (atoms := data.values()) is not None:
            return counted and all(_are_alike(logarithm.xreplace({score.x: v}), log(p)) for v, p in atoms)
        return counted == (data.grid is not None) and _are_alike(logarithm, _logarithm(data, score))
    except (CannotTell, AttributeError):  # a law without a density, or of points in a space
        return False


def _logarithm(data: Law, score: Score) -> Expr:
    if score.loop.space.d > 1:
        return data.log_density(*score.xs)
    if isinstance(data, Density):
        return data.log_at(score.x)
    return data.log_mass(score.x) if data.grid is not None else log(data.density(score.x))


def _are_alike(a: Expr, b: Expr) -> bool:
    return is_seen_zero(expand(expand_log(a - b, force=True)))
