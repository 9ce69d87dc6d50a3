"""Charts: a domain as the image of variables of which only the sign is known."""

from __future__ import annotations

from sympy import Add, Expr, Symbol

from ...language.domains import Domain, Integers, Share


class Charted(Symbol):
    """A variable of a chart: no symbol of a claim is equal to it, whatever its name."""


def chart(symbol: Symbol, domain: Domain) -> Expr | None:
    """The domain as the image of a non-negative integer or a positive real: n = lo + k, x = lo + (hi - lo) y/(1 + y).

    A closed interval of two ends has no chart: it is proved end by end.
    """
    if isinstance(domain, Integers):
        if not domain.lo.is_finite:
            return None
        # one symbol for all n with the same start, so that forms can be cached across claims
        return domain.lo + Charted(f"{symbol.name}_", integer=True, nonnegative=True)
    if domain.included:
        y = Charted(f"{symbol.name}_", nonnegative=True)
        return None if domain.bounded else domain.lo + y if domain.lo.is_finite else domain.hi - y
    y = Charted(f"{symbol.name}_", positive=True)
    if isinstance(domain, Share):  # the odds of all its shares against the last probability
        return y / (1 + Add(*(Charted(f"{name}_", positive=True) for name in domain.names)))
    if domain.lo.is_finite and domain.hi.is_finite:
        return domain.lo + (domain.hi - domain.lo) * y / (1 + y)
    if domain.lo.is_finite:
        return domain.lo + y
    return domain.hi - y if domain.hi.is_finite else None
