"""Two laws beside each other: what they have in common, and how one is made of the other."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Abs, Add, Dummy, Expr, Integer, Ne, S, exp, expand, expand_log, log, oo, sign, sqrt
from sympy.logic.boolalg import Boolean

from ..errors import CannotTell
from .composed import Mixture
from .continuous import Normal, Uniform, _LocationScale
from .gammas import Beta, Exponential, Gamma
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


def on_line(law: Law, x) -> Expr:
    """The density of a law on the whole line, 0 beyond its support; at its ends half of what it is inside."""
    if isinstance(law, Mixture):
        return Add(*(w * on_line(part, x) for w, part in law.parts))
    low, high = law.support
    inside = (1 if low == -oo else (1 + sign(x - low)) / 2) * (1 if high == oo else (1 - sign(x - high)) / 2)
    return inside * law.density(x)


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


def mirror(law: Law) -> Law | None:
    """The law of 1 - X, of a draw X between 0 and 1; None where it is not known."""
    if isinstance(law, Beta):
        return Beta(law.b, law.a)
    return Beta(1, 1) if law == Uniform(0, 1) else None


def are_alike(p: Law, q: Law) -> bool:
    """Whether both have densities, or both probabilities on the same grid: else no ratio of the two is one of the laws."""
    parts = [law for whole in (p, q) for _, law in _parts(whole)]
    return all(law.is_continuous for law in parts) or (
        parts[0].grid is not None and len({law.grid for law in parts}) == 1
    )


def within(p: Law, q: Law) -> bool:
    """Whether the support of p is seen to be within that of q, and that of all parts of mixtures is one: elsewhere a sum of their
    densities is none of the mixture."""
    parts = [law.support for whole in (p, q) for _, law in _parts(whole)]
    if any(isinstance(law, Mixture) for law in (p, q)):
        return len(set(parts)) == 1
    (a, b), (c, d) = p.support, q.support
    return bool(
        (c == a or c == -S.Infinity or (a - c).is_nonnegative) and (b == d or d == S.Infinity or (d - b).is_nonnegative)
    )


def is_beyond(p: Law, q: Law) -> bool:
    """Whether the support of p is seen to reach farther than that of q."""
    c, d = q.support
    return any(
        w.is_positive and ((law.support[0] - c).is_extended_negative or (law.support[1] - d).is_extended_positive)
        for w, law in _parts(p)
    )


def log_ratio(p: Law, q: Law, x: Expr) -> Expr:
    """The logarithm of the density of p at x over that of q, or of the probabilities."""
    if isinstance(p, Mixture):
        return log(Add(*(w * exp(log_ratio(part, q, x)) for w, part in p.parts)))
    one, other = (_log_density(law, x) if law.is_continuous else law.log_mass(x) for law in (p, q))
    return expand(one - other)


def _log_density(law: Law, x: Expr) -> Expr:
    """At a draw of it: what a law on (0, 1) has a power of, 1 - x, is above 0 there."""
    rest = Dummy("rest", positive=True)
    density = law.density(x)
    if isinstance(law, Beta):
        density = density.xreplace({1 - x: rest})
    return expand_log(log(density)).xreplace({rest: 1 - x})


def crossing(p: Law, q: Law, x: Expr) -> tuple[Expr, Boolean] | None:
    """(place, whether they differ): if they do, p over q is above 1 on one side of the place, and below on the other one.

    None where the ratio is not seen to move one way: its logarithm has to be affine in x, in log(x) or in log(1 - x).
    x: a draw of p.
    """
    if p.support != q.support or not are_alike(p, q) or any(isinstance(law, Mixture) for law in (p, q)):
        return None
    try:
        ratio = log_ratio(p, q, x)
    except CannotTell:
        return None
    for f, back in ((x, lambda y: y), (log(x), exp), (log(1 - x), lambda y: 1 - exp(y))):
        slope = ratio.coeff(f)
        rest = expand(ratio - slope * f)
        if slope != 0 and not slope.has(x) and not rest.has(x):
            gap = _differ(p, q)
            return back(-rest / slope), Ne(slope, 0) if gap is None else gap
    return None


def _differ(p: Law, q: Law) -> Boolean | None:
    """Whether two laws of one kind, in which one parameter is another, are two."""
    if p.func != q.func:
        return None
    gaps = [(a, b) for a, b in zip(p.args, q.args, strict=True) if a != b]
    return Ne(*gaps[0]) if len(gaps) == 1 and all(isinstance(x, Expr) for x in gaps[0]) else None
