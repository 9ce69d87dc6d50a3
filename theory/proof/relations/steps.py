"""The supremum of a quotient of products of gamma functions over integers: by the sign of its step's logarithm.

r(n + 1)/r(n), or r(n + 2)/r(n) where half integers are in it, is elementary, so that the sign of its logarithm can be proved by
derivatives. Where it has one sign the quotient is monotone, and largest at the first integers, or at its limit, which Stirling's
formula tells.
"""

from __future__ import annotations

from math import lcm

from sympy import (
    Dummy,
    Expr,
    Mul,
    Poly,
    S,
    Symbol,
    binomial,
    expand,
    expand_log,
    expand_power_base,
    factorial,
    gamma,
    log,
    oo,
    together,
)

from ...language.errors import CannotTell
from ...language.functions import c4
from ..arithmetic.precision import precision
from ..arithmetic.programs import to_ball
from ..foreign import telling
from ..signs.numbers import sign_of
from ..symbols.asymptotics import Limits
from .on_intervals import positive_on
from .suprema import BITS, Supremum, Unbounded

PERIODS = (1, 2)
GAMMAS = (gamma, factorial, binomial, c4)


def supremum_by_steps(ratio: Expr, x: Symbol, low: Expr) -> Supremum:
    """The supremum of a quotient of one sign over the integers low, low + 1, ... Raises `CannotTell`, and `Unbounded`."""
    with telling(f"no sign of the ratio's steps in {x}"):
        if to_ball(ratio.xreplace({x: low})) < 0:  # of -r: -1 over the supremum of 1/r
            return _turned(supremum_by_steps(-1 / ratio, x, low))
        r = ratio.replace(c4, c4.definition).rewrite(gamma).replace(lambda e: e.is_Add, together)
        for d in PERIODS:
            if (step := _step(r, x, d)) is not None:
                return _monotone(ratio, r, step, x, low, d)
    raise CannotTell(f"a step of the ratio in {x} is not elementary")


def _turned(found: Supremum) -> Supremum:
    value = None if found.value is None else -1 / found.value
    words = {"falls": "rises", "rises": "falls"}
    steps = tuple(" ".join(words.get(w, w) for w in step.split(" ")) for step in found.steps)
    return Supremum(value, -1 / found.ball, found.at, found.attained, steps)


def _step(r: Expr, x: Symbol, d: int) -> Expr | None:
    """r(x + d)/r(x) without gamma functions, by gamma(z + 1) = z gamma(z); None where they do not cancel."""
    names = {g: Dummy("g", positive=True) for g in r.atoms(gamma)}
    longer = {}
    for g, name in names.items():
        z = g.args[0]
        more = (z.xreplace({x: x + d}) - z).expand()
        if not (more.is_Integer and more >= 0):
            return None
        longer[name] = name * Mul(*((z + i).together() for i in range(int(more))))
    held = r.xreplace(names)
    step = expand_power_base(held.xreplace({x: x + d}).xreplace(longer) / held)
    return None if step.has(*names.values()) or step.has(gamma) else step


def _monotone(ratio: Expr, r: Expr, step: Expr, x: Symbol, low: Expr, d: int) -> Supremum:
    k = Dummy("k", positive=True)
    grows = _gathered(expand_log(log(step.xreplace({x: low + k}))))
    with precision(BITS):
        first, after = ([to_ball(ratio.xreplace({x: low + i + j})) for i in range(d)] for j in (0, d))
    if not all(b > 0 for b in first):
        raise CannotTell(f"the ratio is not seen to be positive at {x} = {low}")
    if not all(
        to_ball(step.xreplace({x: low + i})).overlaps(b / a) for i, (a, b) in enumerate(zip(first, after, strict=True))
    ):
        raise CannotTell("its step is not what was derived")
    said = "the ratio {} in " + f"{x}, in steps of {d}, by the sign of the step's logarithm"
    if all(b < a for a, b in zip(first, after, strict=True)) and positive_on(-grows, k, S.Zero, oo):
        best = max(range(d), key=lambda i: first[i].lower())
        if any(not first[i] < first[best] for i in range(d) if i != best):
            raise CannotTell("the first ratios are not told apart")
        place = low + best
        return Supremum(ratio.xreplace({x: place}), first[best], place, True, (said.format("falls"),))
    if all(b > a for a, b in zip(first, after, strict=True)) and positive_on(grows, k, S.Zero, oo):
        value = _limit(r, x)
        with precision(BITS):
            steps = (said.format("rises"), "its limit is that of Stirling's formula")
            return Supremum(value, to_ball(value), oo, False, steps)
    raise CannotTell("they are not seen to have one sign")


def _parts(f: Expr) -> tuple[Expr, dict[Expr, Expr]]:
    """A sum as what is left without logarithms, and the coefficient of each logarithm. Raises `CannotTell`."""
    names = {e: Dummy("l") for e in f.atoms(log) if e.free_symbols}
    p = Poly(expand(f.xreplace(names)), *names.values()) if names else Poly(f, Dummy("l"))
    if p.total_degree() > 1:
        raise CannotTell("a product of logarithms")
    return p.coeff_monomial(1), {e: p.coeff_monomial(name) for e, name in names.items()}


def _gathered(f: Expr) -> Expr:
    """Logarithms whose coefficients are rational multiples of each other as one, which vanishes where they cancel far out."""
    rest, of = _parts(f)
    while of:
        c = next(iter(of.values()))
        shares = {other: (d / c).cancel() for other, d in of.items()}
        alike = {other: q for other, q in shares.items() if q.is_Rational}
        m = lcm(*(int(q.q) for q in alike.values()))
        inside = Mul(*(other.args[0] ** int(m * q) for other, q in alike.items()))
        rest += c / m * log(inside)
        of = {other: d for other, d in of.items() if other not in alike}
    return rest


def _limit(r: Expr, x: Symbol) -> Expr:
    """The limit of a product of powers and gamma functions that rises, x -> oo. Raises `CannotTell`, `Unbounded`."""
    t = Dummy("t", positive=True)
    end = Limits(t, sign_of).of(r.xreplace({x: t}))
    if end is oo:
        raise Unbounded(f"the ratio grows beyond all bounds as {x} -> oo")
    if end.is_zero:
        raise CannotTell("a ratio that rises to 0")
    return end
