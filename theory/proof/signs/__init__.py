"""Signs, certified: that an expression is positive (or non-negative) on a whole domain.

Ways to certify one, one a file, in a table, the cheapest first; every way either certifies or declines, none guesses.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from types import ModuleType

from sympy import Expr, Sum, expand, factor, gamma, together

from ...language.errors import CannotTell
from ...language.functions import unfold
from ...language.lengths import operations
from ..symbols.normal_forms import is_seen_zero
from ..symbols.stand_ins import stand_in
from . import (
    comparison,
    cone,
    grown,
    odd,
    orders,
    parted,
    powers,
    product,
    quadratic,
    roots,
    slope,
    stepwise,
    tangents,
    telescoping,
    termwise,
    times,
)
from .charts import Charted, chart
from .looks import looks, negative_somewhere, positive_somewhere
from .sign import MOST_EXPANDED, MOST_OPERATIONS, Asked, Certificate, adds_up, askable, short, sign_of_sum

WAYS = (
    cone,
    product,
    odd,
    termwise,
    orders,
    quadratic,
    times,
    comparison,
    telescoping,
    powers,
    roots,
    slope,
    parted,
    stepwise,
    tangents,
    grown,
)


MOST_AT_ONCE = (
    20  # operations of what SymPy is asked for its sign before it is looked at in balls, which then is cheaper
)


def positive(x: Expr, cert: Certificate, strict: bool = True, depth: int = 0) -> bool:
    """Certify x > 0 (or x >= 0) for all values of its symbols, which carry their signs as assumptions."""
    steps = _known(x, strict, depth)
    cert.said += steps or ()
    return steps is not None


@lru_cache(maxsize=10_000)  # the ways take a sign into parts of which many are the same
def _known(x: Expr, strict: bool, depth: int) -> tuple[str | Callable[[], str], ...] | None:
    """The steps by which it is certified; None where it is not."""
    cert = Certificate()
    return tuple(cert.said) if _certified(x, cert, strict, depth) else None


def _certified(x: Expr, cert: Certificate, strict: bool, depth: int) -> bool:
    size = operations(x)
    if size > (MOST_OPERATIONS if x.is_rational_function() else MOST_EXPANDED):
        return False
    x = unfold(x).replace(gamma, lambda a: gamma(_argument(a)))
    x = x.xreplace({s: stand_in(s, "sum", **{sign: True}) for s in x.atoms(Sum) if (sign := sign_of_sum(s))})
    if size > MOST_AT_ONCE and negative_somewhere(x):
        return False
    if adds_up(x):
        return True
    asked_of = askable(x)
    if asked_of.is_positive or (not strict and asked_of.is_nonnegative):
        return True  # by the signs of its parts
    if negative_somewhere(x):
        return False
    if not positive_somewhere(x) and is_seen_zero(x):
        return not strict and cert.say("identically zero")
    asked = Asked(x, strict, partial(positive, depth=depth + 1), depth)
    return any(_certifies(way, asked, cert) for way in WAYS)


def _argument(a: Expr) -> Expr:
    """Multiplied out, or as one quotient where that is seen to be positive: 1 + (n - c)/(c + 1)."""
    plain = expand(a)
    if plain.is_positive or not plain.is_rational_function():
        return plain
    one = factor(together(plain))
    return one if one.is_positive else plain


def _certifies(way: ModuleType, asked: Asked, cert: Certificate) -> bool:
    """A way that cannot tell leaves it to the next."""
    try:
        return way.certify(asked, cert)
    except CannotTell:
        return False


__all__ = [
    "MOST_EXPANDED",
    "MOST_OPERATIONS",
    "WAYS",
    "Certificate",
    "Charted",
    "askable",
    "chart",
    "looks",
    "positive",
    "short",
]
