"""A sum of which no term is negative, as it is written: 1 + a (b - 1)^2, where multiplying out would hide it."""

from __future__ import annotations

from sympy import Add

from .looks import negative_somewhere
from .sign import Asked, Certificate

MOST_TERMS, MOST_DEPTH = 4, 1


def certify(asked: Asked, cert: Certificate) -> bool:
    """All terms are at least 0; and one is positive, where the sum has to be."""
    terms = Add.make_args(asked.x)
    if not 1 < len(terms) <= MOST_TERMS or asked.depth > MOST_DEPTH or any(map(negative_somewhere, terms)):
        return False
    own, above = Certificate(), not asked.strict
    for term in terms:
        if not above and asked.positive(term, own, True):
            above = True
        elif not asked.positive(term, own, False):
            return False
    cert.said += own.said
    return above
