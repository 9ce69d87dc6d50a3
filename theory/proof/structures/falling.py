"""Population loops of a user's: that their estimating equation has one root, since it falls in the next parameter."""

from __future__ import annotations

from functools import lru_cache

from sympy import Derivative, Dummy, Expr, Pow, Subs, cosh, sympify, tanh

from ...language.functions import jump
from ...language.likelihood import LikelihoodLoop
from ...language.loops import AFTER, NOW, ArgmaxLoop, Loop, PopulationLoop
from ...language.moments import E
from ...language.signs import is_nonnegative, is_positive
from ...language.strangers import AUTOMATIC, PLAIN, ours, strangers

KEPT = {"initial", "law_at", "emit"}  # by which no equation changes


@lru_cache(maxsize=2048)
def falls(loop: Loop) -> bool:
    """Whether the score of a loop is seen to fall strictly; that of one of ours does, and so does one with another start."""
    kind = type(loop)
    if not isinstance(loop, PopulationLoop) or isinstance(loop, ArgmaxLoop | LikelihoodLoop) or ours(kind):
        return True
    said = set().union(*(vars(one) for one in strangers(kind))) - PLAIN - AUTOMATIC
    inherited = kind.estimating is not PopulationLoop.estimating and said <= KEPT
    return inherited or _falls(sympify(loop.estimating(AFTER, NOW)))


def _falls(score: Expr) -> bool:
    seen = lambda x, strict: is_positive(x) if strict else is_nonnegative(x)  # noqa: E731
    own = score.xreplace({m: m.variable for m in score.atoms(E)})  # a mean is continuous where what is averaged is
    return jump(own, AFTER, seen, lambda x: bool(x.is_nonzero)) is None and _is_negative(score.diff(AFTER))


def _is_negative(slope: Expr) -> bool:
    """Of a sum of numbers and of means: each where what is averaged has that sign."""
    if slope.has(Derivative, Subs):
        return False
    signs: dict[Expr, Dummy] = {}
    for m in slope.atoms(E):
        rest = _plain(m.variable)
        sign = next((s for s, holds, x in SIGNS if holds(x * rest)), None)
        signs[m] = Dummy("mean", **({"real": True} if sign is None else {sign: True}))
    return is_positive((-_plain(slope.xreplace(signs))).expand())


SIGNS = (
    ("positive", is_positive, 1),
    ("negative", is_positive, -1),
    ("nonnegative", is_nonnegative, 1),
    ("nonpositive", is_nonnegative, -1),
)


def _plain(x: Expr) -> Expr:
    """1 - tanh(u)^2 as what is seen to be positive."""
    squares = {p: 1 - 1 / cosh(p.base.args[0]) ** 2 for p in x.atoms(Pow) if _is_square(p)}
    return x.xreplace(squares).expand()


def _is_square(p: Pow) -> bool:
    return isinstance(p.base, tanh) and p.exp == 2
