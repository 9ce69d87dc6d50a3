"""Homogeneous polynomials of a few variables, in each order that the variables may be in."""

from __future__ import annotations

from itertools import accumulate, permutations

from .cone import one_sign
from .sign import Asked, Certificate, short

MOST_VARIABLES, MOST_TERMS, MOST_DEGREE = 4, 60, 10


def certify(asked: Asked, cert: Certificate) -> bool:
    """In the least variable and the steps from each to the next, no coefficient is negative, whatever the order is."""
    held = asked.held
    if held is None or held.parts or not 1 < len(held.symbols) <= MOST_VARIABLES:
        return False
    if not all(s.is_positive for s in held.symbols):
        return False
    top, degrees = held.numerator, {sum(m) for m in held.numerator.monoms()}
    below = one_sign(held.denominator, held.symbols)
    if len(top) > MOST_TERMS or len(degrees) != 1 or max(degrees) > MOST_DEGREE or not below:
        return False
    gens = top.context().gens()
    for order in permutations(range(len(gens))):
        at = dict(zip(order, accumulate(gens[i] for i in order), strict=True))
        grown = top.compose(*(at[i] for i in range(len(gens))))
        least = order[0]
        alone = any(all(e == 0 for i, e in enumerate(m) if i != least) for m in grown.monoms())
        if min(below * c for c in grown.coeffs()) < 0 or (asked.strict and not alone):
            return False
    return cert.say(
        lambda: f"{short(asked.x)}: in every order of its variables no coefficient is negative in their steps"
    )
