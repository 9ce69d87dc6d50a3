"""Inequalities for probabilities, and for maxima over a path: Markov's, Ville's and Doob's. What they need is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Abs, Dummy, Expr, Pow, S

from ..language.errors import CannotTell
from ..language.laws import Noise
from ..language.loops import Observable
from ..language.moments import E, Moment, PathMax, Prob
from ..language.signs import Inequality
from .fractions import vanishes
from .moments import Moments

POWERS = (S.One, S.Half, 2 * S.One)  # of what Markov's inequality is about, beside those that are spoken of


def above(m: Moment, beside: Expr, moments: Moments, positive: Callable[[Expr], bool]) -> Iterator[Expr]:
    """Expressions in other moments that are no smaller than a probability, or than the mean of a maximum over a path.

    beside: what it is to be compared with.  positive: whether a number is seen to be above 0.
    """
    if m.given is not None:
        return
    if isinstance(m, Prob) and isinstance(m.variable, Inequality):
        x, level = m.variable.gts, m.variable.lts
        if level.has(Observable, Noise, Moment, PathMax) or not positive(level):
            return
        if isinstance(x, PathMax):
            yield from _of_a_maximum(x, level, moments, positive)
        elif x.is_nonnegative and not x.has(PathMax):  # Markov
            yield from (E(x**p) / level**p for p in _powers(beside, level) if positive(p))
    if isinstance(m, E) and isinstance(m.variable, PathMax):
        y, s, t = _path(m.variable, positive)
        base, e = y.as_base_exp()
        if e.has(s):
            return
        if e == 2 and is_martingale(base, s, moments):  # Doob
            yield 4 * E(y.xreplace({s: t}))
        for k in (1, 2) if y.is_nonnegative else ():  # Ville's, integrated over the level, of base^k
            if positive(e / k) and positive(1 - e / k) and is_martingale(base**k, s, moments):
                yield E(y.xreplace({s: S.Zero})) / (1 - e / k)


def below(m: Moment, moments: Moments) -> Iterator[Expr]:
    """Expressions that are no larger than the mean of a maximum over a path: its last value's, where all have means."""
    if isinstance(m, E) and m.given is None and isinstance(m.variable, PathMax):
        y, s, t = _path(m.variable, lambda x: bool(x.is_positive))
        moments.value(E(y))
        yield E(y.xreplace({s: t}))


def _of_a_maximum(x: PathMax, level: Expr, moments: Moments, positive: Callable[[Expr], bool]) -> Iterator[Expr]:
    y, s, t = _path(x, positive)
    if isinstance(y, Abs) and is_martingale(y.args[0], s, moments):  # Doob, Kolmogorov
        yield E(y.args[0].xreplace({s: t}) ** 2) / level**2
    if y.is_nonnegative and is_martingale(y, s, moments):  # Ville
        yield E(y.xreplace({s: S.Zero})) / level


def _path(x: PathMax, positive: Callable[[Expr], bool]) -> tuple[Expr, Expr, Expr]:
    """(y, s, t) of the maximum of y over s = 0, ..., t, which is 0 or more."""
    s, low, t = x.limits[0]
    if low != 0 or not t.is_integer or not positive(t + 1):
        raise CannotTell("a path that begins later than its loop, or may be empty")
    k = Dummy(s.name, integer=True, nonnegative=True)
    return x.function.xreplace({s: k}), k, t


def is_martingale(y: Expr, s: Expr, moments: Moments) -> bool:
    """Whether a function of the state at s has itself for its mean after another step, whatever the state is."""
    seen = y.atoms(Observable)
    loops = {o.loop for o in seen}
    if len(loops) != 1 or y.has(Noise, Moment, PathMax):
        return False
    (loop,) = loops
    if any(o.t != s or o.index or o.name not in loop.state for o in seen) or any(o.has(s) for o in loops):
        return False
    now = {Observable(loop, name, s): v for name, v in loop.symbols().items()}
    after = moments.conditional(E(y.xreplace({s: s + 1}), loop.model(s)))
    return not (after - y).xreplace(now).has(Observable) and vanishes((after - y).xreplace(now))


def _powers(beside: Expr, level: Expr) -> list[Expr]:
    """Those of Markov's inequality that are tried: what is compared falls with the level like a power of it."""
    spoken_of = {-p.exp for p in beside.atoms(Pow) if p.base.free_symbols & level.free_symbols}
    return [*sorted(spoken_of - {*POWERS}, key=str), *POWERS]
