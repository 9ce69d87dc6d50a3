"""eps of the stability theorem: W1(data, best fit), in balls. Of the model the density is known, and no distribution function.

Of points of a space W1 is not known: eps is an upper bound then, the root of the mean squared distance in a coupling. W1 is
convex, so each part of the data is coupled with the whole model: a Gaussian with a Gaussian as best they can be, which takes
|m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)) (Gelbrich, Math. Nachr. 147, 1990), a point with any law, |x - m|^2 + tr C.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat, ctx
from sympy import Add, Expr, Rational, S, exp, expand_log, log, simplify

from ...language.errors import CannotTell
from ...language.laws import Density, Law, Mixture, MultivariateNormal
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.densities import listed
from ..arithmetic.precision import precision
from ..arithmetic.programs import to_ball
from ..arithmetic.quadrature import Values, evaluate
from ..arithmetic.spaces import Symbols, bell_of, chain_of, coordinates, expected
from .counted import over_numbers
from .fits import best
from .halves import X, over_line, up_to
from .norms import cholesky, eigenvalues
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
    if model.d > 1:
        return coupled(loop.data, model, score.xs, values)
    with precision(bits + SPARE):
        parts = [part for law in (loop.data, model) for _, part in law.components]
        endless = any(part.grid is not None and listed(part, values) is None for part in parts)
        found = (over_numbers if endless else over_line)(loop.data, model, values, bits)
    return found if not found.is_finite() or found >= 0 else up_to(found.upper())


def coupled(data: Law, model: Law, xs: Symbols, values: Values) -> arb:
    """An upper bound on W1 of two laws of points of a space, as a ball. Raises `CannotTell` where no coupling is known."""
    if isinstance(data, Mixture):
        parts = ((evaluate(w, values), coupled(part, model, xs, values)) for w, part in data.parts)
        return sum((w * found for w, found in parts), arb(0))
    mean, covariance = moments(model, xs, values)
    if (atoms := data.values()) is not None:
        trace, total = covariance.trace(), arb(0)
        for point, p in atoms:
            total += evaluate(p, values) * (_gap([evaluate(x, values) for x in point], mean) + trace).sqrt()
        return total
    if bell_of(data) is None or bell_of(model) is None:
        return _coupled_by_noise(data, model, values)
    place, own = moments(data, xs, values)
    half = cholesky(own)  # (C C')^(1/2) has the trace of the root of F' C' F, F F' = C
    roots = map(_root, eigenvalues(half.transpose() * covariance * half))
    return _root(_gap(place, mean) + covariance.trace() + own.trace() - 2 * sum(roots, arb(0)))


def _coupled_by_noise(data: Law, model: Law, values: Values) -> arb:
    """The same of two laws whose coordinates are Gaussian given those before: drawn from the same standard normal numbers."""
    d, zs = model.d, coordinates(model)
    chain = chain_of(model)
    if chain.first is not None:
        raise CannotTell(
            f"an upper bound on W1 of {data} and a model that is not Gaussian in each coordinate given those before"
        )
    pushed = (one.of_noise(zs) for one in (chain, chain_of(data, chain.order)))
    gap = Add(*((a - b) ** 2 for a, b in zip(*pushed, strict=True)))
    noise = MultivariateNormal((0,) * d, [[int(i == j) for j in range(d)] for i in range(d)])
    return _root(expected((gap,), zs, noise, values)[0])


def _gap(a: Sequence[arb], b: Sequence[arb]) -> arb:
    return sum(((x - y) * (x - y) for x, y in zip(a, b, strict=True)), arb(0))


def _root(x: arb) -> arb:
    """Of a number that is not below 0."""
    return x.sqrt() if x > 0 else up_to(x.upper().sqrt())


def moments(law: Law, xs: Symbols, values: Values) -> tuple[list[arb], arb_mat]:
    """The mean and the covariance of a law of points of a space."""
    d = len(xs)
    means = expected((*xs, *(x * y for x in xs for y in xs)), xs, law, values)
    mean = means[:d]
    entries = [means[d + d * i + j] - mean[i] * mean[j] for i in range(d) for j in range(d)]
    return mean, arb_mat(d, d, entries)


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
    xs = (X,) if model.d == 1 else coordinates(model)
    f, g = _log_density(data, xs), _log_density(found, xs)
    if f is None or g is None or data.grid != found.grid or _ends(data) != _ends(found):
        return False
    gap = f - g
    low, high = found.support
    near = to_ball(low + 1 if low.is_finite else high - 1 if high.is_finite else S.Zero)
    places = ([near + arb(step * (k + 1)) / 8 for k in range(len(xs))] for step in (0, 1, 2, 3))
    if not all(evaluate(gap, dict(zip(xs, at, strict=True))).contains(0) for at in places):
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


def _log_density(law: Law, xs: Symbols) -> Expr | None:
    if isinstance(law, Density | MultivariateNormal):
        return law.log_density(*xs)
    if isinstance(law, Mixture):
        parts = [(w, f) for w, part in law.parts if (f := _log_density(part, xs)) is not None]
        return log(Add(*(w * exp(f) for w, f in parts))) if len(parts) == len(law.parts) else None
    return None if law.grid is not None or law.values() is not None else log(law.density(*xs))


def _ends(law: Law) -> Any:
    """The ends of its support, if all of its parts have the same."""
    if not isinstance(law, Mixture):
        return tuple(law.support)
    ends = {_ends(part) for _, part in law.parts}
    return ends.pop() if len(ends) == 1 else None


__all__ = ["coupled", "misfit"]
