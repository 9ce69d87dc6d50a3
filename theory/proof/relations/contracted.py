"""Distances of a likelihood loop from its best fit, from a start in a certified ball: they shrink like rho^t, or faster.

`loop.radius(rho)` is that of a ball, in the metric of H, in which the derivative of the map has a norm of at most rho < 1: there
every step shortens the distance to rho times what it was, or less. The derivative is continuous, and at the best fit its norm in
that metric is the local rate. So there is such a ball wherever the rate is below rho, and then the distance is less than that
after a fit, unless it was 0; it may be 0 after one. The rate is lam k/(1 + lam k), k the largest eigenvalue of H^-1 I, and
k <= c = 1 + L eps/alpha, since |H - I| <= L eps by the duality of Kantorovich and Rubinstein. Of points of a space eps is no
number that is known, and that is all that is used of k beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import lru_cache

from flint import arb
from sympy import Abs, Dummy, Expr, Mul, Rational, S, Symbol, sympify
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.errors import BadInput, CannotTell
from ...language.likelihood import Constant, LikelihoodLoop
from ...language.loops import Observable
from ...language.moments import Limit
from ...language.order import in_order
from ..likelihood import everywhere
from ..likelihood.contraction import contracts
from ..methods import roughly
from ..standard import standardise
from ..symbols import linear
from .assumptions import Assumptions

Derived = Callable[[Expr], Expr]

TRIED = Rational(
    1, 2
)  # a rate that is certified, so that all means are seen to be finite over a box around the best fit

SEEN = {"alpha": "positive", "L": "nonnegative", "eps": "nonnegative"}  # what `everywhere.certify` tells of constants


def shortened(known: Assumptions, x: Expr, derived: Derived, binding: Collection[Symbol]) -> tuple[Expr, list[str]]:
    """(x with each distance from the best fit as a share of what it is at most, why); as it is where there is none.

    derived: an expression's form.  binding: symbols that are bound around x.
    """
    x, steps = _within_c(known, x)
    runs = in_order({o.loop for o in x.atoms(Observable) if isinstance(o.loop, LikelihoodLoop)})
    x = _alike(x) if runs else x
    for run in runs:
        times = in_order({o.t for o in x.atoms(Observable) if o.loop == run})
        bound = any(b.has(run) for b in x.atoms(ExprWithLimits, Limit)) or any(
            not t.free_symbols.isdisjoint(binding) for t in times
        )
        if bound or not all(t.is_integer and (t == 0 or t.is_positive) for t in times):
            continue
        with suppress(CannotTell, BadInput):
            far, rho = _start(run)
            _is_certified(known, run, rho, far, derived)
            reach = Dummy("radius", positive=True) * far
            for t in times:
                share = (w := Dummy("w", nonnegative=True)) / (
                    1 + w
                )  # it may get to the best fit, as without synthetic data
                most = reach if t == 0 else rho**t * reach * share
                x = _put(x, _alike(known.discrete(standardise(run.distance(t)))), most)
            steps.append(
                f"the local rate is below {known.named(rho)}: in a ball around the best fit each fit shortens the distance so"
            )
    return x, steps


def _within_c(known: Assumptions, x: Expr) -> tuple[Expr, list[str]]:
    """x with the largest eigenvalue of H^-1 I as a share of c, where the relation speaks of eps, which is not known; why."""
    told = known.claim.relation(known.case).atoms(Constant)
    loops = {c.loop.of_data for c in told | {y for c in told for y in c.loop.atoms(Constant)} if c.is_bound}
    rates = [c for c in x.atoms(Constant) if c.name == "rate" and c.loop.is_plain and c.loop.of_data in loops]
    x = x.xreplace({c: c.loop.lam * c.loop.mu_max / (1 + c.loop.lam * c.loop.mu_max) for c in rates})
    most = {k: k.loop.c / (1 + _less(k.loop)) for k in x.atoms(Constant) if k.name == "largest" and k.loop in loops}
    why = [f"{k} of {k.loop} is at most c, by the duality of Kantorovich and Rubinstein" for k in in_order(most)]
    return x.xreplace(most), why


@lru_cache(maxsize=256)
def _less(loop: LikelihoodLoop) -> Dummy:
    """By how much c is above the largest eigenvalue, as a share of that."""
    return Dummy("less", nonnegative=True)


def sign_of(known: Assumptions, c: Constant) -> str:
    """The sign of a constant of a likelihood loop, as SymPy says it, whatever the variables in the law of its data are.

    Raises `CannotTell` where it is not seen to be finite.
    """
    if (loop := c.loop.of_data).free_symbols:
        of_h = c.name == "H" and c.args[2] == c.args[3]  # on its diagonal, at least alpha
        if not of_h and c.name not in SEEN:
            raise CannotTell(f"{c} depends on what the data do")
        everywhere.certify(loop, known.ranges(loop.free_symbols))
        return "positive" if of_h else SEEN[c.name]
    try:
        ball = roughly(c)
    except ArithmeticError as why:
        raise CannotTell(str(why)) from why
    if ball == arb.pos_inf():
        raise CannotTell(f"{c} is infinite: a hypothesis that speaks of it does not hold")
    if not ball.is_finite():
        raise CannotTell(f"{c} is not known to be finite")
    return "positive" if ball > 0 else "nonnegative" if ball >= 0 else "real"


def _alike(x: Expr) -> Expr:
    """x with the loops of its constants written out as those of its observables are."""
    return x.xreplace(
        {c: c.func(linear.expanded(Observable(c.loop, "", 0)).loop, *c.args[1:]) for c in x.atoms(Constant)}
    )


def _start(run: LikelihoodLoop) -> tuple[Expr, Expr]:
    """(the share of the radius, rho) of a loop that begins at a share of `radius(rho)` from the best fit, as `near` says it."""
    lengths, balls = ([c for c in run.offset.atoms(Constant) if c.name == name] for name in ("length", "radius"))
    if not run.is_plain or run.start or len(lengths) != 1 or len(balls) != 1:
        raise CannotTell("it begins in no certified ball")
    (length,), (ball,) = lengths, balls
    if ball.loop != run.at(start=(), offset=()) or length.loop != run.of_data:
        raise CannotTell("it begins in the ball of another loop")
    shares = {x * length / (ball * v) for x, v in zip(run.offset, length.args[2:], strict=True) if v != 0}
    still = all(x == 0 for x, v in zip(run.offset, length.args[2:], strict=True) if v == 0)
    if len(shares) != 1 or not still or (far := shares.pop()).has(ball, length):
        raise CannotTell("it does not begin in one direction")
    return far, sympify(ball.args[2])


def _is_certified(known: Assumptions, run: LikelihoodLoop, rho: Expr, far: Expr, derived: Derived) -> None:
    """Raise `CannotTell` where the start is not seen to be in a ball in which the map contracts by rho < 1."""
    loop = run.of_data
    if loop.free_symbols:
        everywhere.certify(loop, known.ranges(loop.free_symbols))
    else:
        contracts(loop.at(lam=TRIED / (2 * loop.mu_max)), TRIED)

    def holds(c: Expr, strict: bool) -> bool:
        return known.implies(known.charted(c), strict)

    lam, bound, share = (derived(y) for y in (run.lam, rho, far))
    if not (holds(share, False) and holds(1 - share, False) and holds(1 - bound, True)):
        raise CannotTell("the start is not seen to be in the ball")
    if not any(holds(bound - lam * k / (1 + lam * k), True) for k in _most(loop, derived)):
        raise CannotTell("the local rate is not seen to be below rho")


def _most(loop: LikelihoodLoop, derived: Derived) -> Iterator[Expr]:
    """What the largest eigenvalue of H^-1 I is, or at most."""
    with suppress(CannotTell):
        yield derived(loop.mu_max)
    with suppress(CannotTell):
        yield derived(loop.c) / (1 + Dummy("less", nonnegative=True))


def _put(x: Expr, distance: Expr, value: Expr) -> Expr:
    """x with a distance replaced: the root of a quadratic form, in all of its powers; of one parameter its absolute value."""
    if distance.is_Pow and distance.exp == S.Half:
        size = Dummy("distance", positive=True)
        return x.xreplace({distance.base: size**2}).xreplace({size: value})
    gap = next((e for e in Mul.make_args(distance) if isinstance(e, Abs)), None)
    return x if gap is None else x.xreplace({gap: value * gap / distance})


__all__ = ["shortened", "sign_of"]
