"""Margins that close at infinity: whether an inequality surely holds for all large values of one variable, the others fixed.

By the leading term of the difference of its sides or, where leading terms cancel, by its first coefficient at infinity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Dummy, Expr, sympify

from ...language.claims import Claim
from ...language.errors import BadInput, CannotTell
from ...language.signs import Inequality
from ..foreign import surely
from ..methods import moment
from ..prepared import Part, prepare
from ..signs.numbers import sign_of
from ..symbols.asymptotics import Limits
from .infinity import Fails, first_coefficient


@surely
def holds_far_out(claim: Claim, values: Mapping[str, Any], name: str, sign: int = 1) -> bool:
    """Whether all inequalities of a claim are seen to hold strictly for all large values of a variable (sign -1: far below 0)."""
    try:
        prepared = prepare(claim, values).parts
    except BadInput:  # it makes no sense there
        return False
    parts = [p for p in prepared if not (isinstance(p, Part) and p.op == "==")]
    return bool(parts) and all(isinstance(p, Part) and _holds(p, values, name, sign) for p in parts)


def _holds(part: Part, values: Mapping[str, Any], name: str, sign: int) -> bool:
    n = Dummy("n", positive=True, integer=part.symbols[name].is_integer)
    at = {s: sympify(values[other]) if other != name else sign * n for other, s in part.symbols.items()}
    limits = Limits(n, sign_of)
    forms: dict[Expr, Expr] = {}
    for d, m in part.moments.items():
        found = moment(m.xreplace(at))
        if not all(_positive(limits, c) for c in found.positive) or any(
            not (_positive(limits, c) or _positive(limits, -c)) for c in found.nonzero
        ):
            return False
        forms[d] = found.form
    if part.rate is not None or not isinstance(part.original, Inequality):
        return False
    gap = (part.b - part.a) if part.op in ("<", "<=") else (part.a - part.b)
    return _positive(limits, gap.xreplace({**at, **forms}))


def _positive(limits: Limits, x: Expr) -> bool:
    """Whether x > 0 for all large values."""
    try:
        lead = limits.leading(limits.plain(x))
        return lead is not None and lead.exact and limits.is_positive(lead.base) and limits.is_positive(lead.c)
    except CannotTell:
        try:
            return first_coefficient(x, limits.t) is not None
        except Fails:
            return False
