"""Signs, certified: that an expression is positive (or non-negative) on a whole domain.

Ways to certify one, one a file, in a table, the cheapest first; every way either certifies or declines, none guesses.
"""

from __future__ import annotations

from functools import partial
from types import ModuleType

from sympy import Expr, expand, gamma

from ...language.errors import CannotTell
from ...language.functions import unfold
from ...language.lengths import operations
from ..symbols.normal_forms import is_zero
from . import comparison, cone, odd, product, quadratic, slope, tangents, telescoping, times
from .charts import Charted, chart
from .looks import looks, negative_somewhere
from .sign import MOST_EXPANDED, MOST_OPERATIONS, Asked, Certificate, askable, short

WAYS = (cone, product, odd, quadratic, times, comparison, telescoping, slope, tangents)


def positive(x: Expr, cert: Certificate, strict: bool = True, depth: int = 0) -> bool:
    """Certify x > 0 (or x >= 0) for all values of its symbols, which carry their signs as assumptions."""
    if operations(x) > (MOST_OPERATIONS if x.is_rational_function() else MOST_EXPANDED):
        return False
    x = unfold(x).replace(gamma, lambda a: gamma(expand(a)))
    asked_of = askable(x)
    if asked_of.is_positive or (not strict and asked_of.is_nonnegative):
        return True  # by the signs of its parts
    if negative_somewhere(x):
        return False
    if is_seen_zero(x):
        return not strict and cert.say("identically zero")
    asked = Asked(x, strict, partial(positive, depth=depth + 1), depth)
    return any(_certifies(way, asked, cert) for way in WAYS)


def is_seen_zero(x: Expr) -> bool:
    """Whether it is seen to be 0 identically."""
    try:
        return is_zero(x)
    except CannotTell:
        return False


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
    "is_seen_zero",
    "looks",
    "positive",
    "short",
]
