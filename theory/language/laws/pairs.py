"""Two laws beside each other: what they have in common, and how one is made of the other."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Abs, Expr, Integer, S, expand, sqrt

from .composed import Mixture
from .continuous import Normal, Uniform, _LocationScale
from .gammas import Exponential, Gamma
from .law import Law


def uncommon(p: Law, q: Law) -> tuple[Expr, Law, Law] | None:
    """(c, P, Q) with p - q = c (P - Q), up to its sign, and c >= 0, without what they share; None if that is nothing."""
    sides: list[dict[Law, Expr]] = [{}, {}]
    for side, whole in zip(sides, (p, q), strict=True):
        for weight, law in _parts(whole):
            side[law] = side.get(law, S.Zero) + weight
    laws = dict.fromkeys((*sides[0], *sides[1]))
    gaps = {law: expand(sides[0].get(law, S.Zero) - sides[1].get(law, S.Zero)) for law in laws}
    left = [law for law, gap in gaps.items() if gap != 0]
    if not left:
        return S.Zero, p, q
    if len(left) != 2 or set(left) == {p, q}:
        return None
    alone = (side[law] for side in sides for law in left if law in side and sum(law in other for other in sides) == 1)
    return next(alone, Abs(gaps[left[0]])), left[0], left[1]


def _parts(law: Law) -> Iterator[tuple[Expr, Law]]:
    if not isinstance(law, Mixture):
        yield S.One, law
        return
    for weight, part in law.parts:
        for w, inner in _parts(part):
            yield weight * w, inner


def stretched(p: Law, q: Law) -> tuple[Expr, Expr, Law] | None:
    """(a, b, law of Y): quantile by quantile q is from p by a + b Y; None where they are not known to be of one shape."""
    first, second = _located(p), _located(q)
    if first is None or second is None or first[2] != second[2]:
        return None
    return first[0] - second[0], first[1] - second[1], first[2]


def _located(law: Law) -> tuple[Expr, Expr, Law] | None:
    """(centre, scale, law of Y): it is that of centre + scale Y, the scale above 0."""
    if isinstance(law, Normal):
        return law.mean, sqrt(law.variance), Normal(0, 1)
    if isinstance(law, Exponential):
        return S.Zero, law.scale, Exponential(1)
    if isinstance(law, Gamma):
        return S.Zero, law.scale, Gamma(law.shape, 1)
    if isinstance(law, Uniform):
        low, high = law.support
        return low, high - low, Uniform(0, 1)
    if isinstance(law, _LocationScale):
        return law.center, law.scale, law.func(*law.args[:-2], Integer(0), Integer(1))
    return None


def are_alike(p: Law, q: Law) -> bool:
    """Whether both have densities, or both probabilities on the same grid: else no ratio of the two is one of the laws."""
    parts = [law for whole in (p, q) for _, law in _parts(whole)]
    return all(law.is_continuous for law in parts) or (
        parts[0].grid is not None and len({law.grid for law in parts}) == 1
    )


def within(p: Law, q: Law) -> bool:
    """Whether the support of p is seen to be within that of q."""
    (a, b), (c, d) = p.support, q.support
    return bool(
        (c == a or c == -S.Infinity or (a - c).is_nonnegative) and (b == d or d == S.Infinity or (d - b).is_nonnegative)
    )


def is_beyond(p: Law, q: Law) -> bool:
    """Whether the support of p is seen to reach farther than that of q."""
    (a, b), (c, d) = p.support, q.support
    return bool((a - c).is_extended_negative or (b - d).is_extended_positive)
