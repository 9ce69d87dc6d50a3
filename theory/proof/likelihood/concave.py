"""That a likelihood has no other maximum than one that is known, whatever the data are: it is concave in the parameters.

Where log p(x) is concave in the parameters for every x, the likelihood is highest at a root of the expected score: for every x
log p at other parameters is at most what the tangent says, and the mean of that is 0. A location m and a scale s are taken as
m/s and 1/s, too: log p = log g(x/s - m/s) + log(1/s) is concave in these where log g is, and roots stay roots.
Source: Burridge 1981, J. R. Stat. Soc. B 43, for the location and the scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations, permutations

from sympy import Dummy, Expr, Matrix, Symbol, factor

from ...language.errors import CannotTell
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.densities import in_tangents
from ..signs import Certificate, chart, positive
from .score import Score, score_of

MOST_PARAMETERS = 3  # of a matrix whose principal minors are looked at
Put = Mapping[Symbol, Expr]


@lru_cache(maxsize=256)
def is_concave(loop: LikelihoodLoop) -> bool:
    """Whether log p is seen to be concave all over the parameters, at every point of the support, in some coordinates of them."""
    score = score_of(loop)
    if score.d > MOST_PARAMETERS:
        return False
    densities = list(_at_points(score))
    return any(all(_bends_down(f.xreplace(dict(put)), score, names) for f in densities) for put, names in _ways(score))


def _at_points(score: Score) -> Iterator[Expr]:
    """log p at each listed point, or at any."""
    space = score.loop.space
    if space.listed:
        yield from (score.logarithm.xreplace({score.x: v}) for v in space.listed)
    elif space.whole and space.low.is_finite:
        yield score.logarithm.xreplace({score.x: space.low + Dummy("k", integer=True, nonnegative=True)})
    else:
        yield score.logarithm


def _ways(score: Score) -> Iterator[tuple[Put, tuple[Symbol, ...]]]:
    """(the parameters in other coordinates, these): as they are, and any two as a location and a scale."""
    yield {}, score.after
    kinds = dict(zip(score.after, score.loop.parameters.values(), strict=True))
    for m, s in permutations(score.after, 2):
        if not (kinds[m].domain.lo.is_infinite and kinds[m].domain.hi.is_infinite):
            continue
        if kinds[s].domain.lo == 0 and kinds[s].domain.hi.is_infinite:
            yield {m: m / s, s: 1 / s}, score.after  # the new ones have the old ones' ranges


def _bends_down(f: Expr, score: Score, names: tuple[Symbol, ...]) -> bool:
    """Whether the second derivative is negative semidefinite all over the parameters: no principal minor of -f'' is below 0."""
    first = [in_tangents(f.diff(a)) for a in names]
    bend = Matrix(score.d, score.d, lambda i, j: -in_tangents(first[int(min(i, j))].diff(names[int(max(i, j))])))
    ranges: dict[Symbol, Expr] = {}
    for s, p in zip(names, score.loop.parameters.values(), strict=True):
        if (inside := chart(s, p.domain)) is None and (p.domain.lo.is_finite or p.domain.hi.is_finite):
            raise CannotTell(f"the range of {s} has no chart")
        ranges[s] = s if inside is None else inside
    places = (p for k in range(1, score.d + 1) for p in combinations(range(score.d), k))
    minors = (bend.extract(list(p), list(p)).det() for p in places)
    return all(positive(factor(minor).xreplace(ranges), Certificate(), strict=False) for minor in minors)


__all__ = ["is_concave"]
