"""A quadratic function of one generator that is never 0."""

from __future__ import annotations

from .sign import Asked, Certificate


def certify(asked: Asked, cert: Certificate) -> bool:
    """Its leading coefficient and 4ac - b^2 are positive."""
    held = asked.held
    if held is None:
        return False
    for i, s in enumerate(held.symbols):
        if held.numerator.degrees()[i] != 2 or held.denominator.degrees()[i]:
            continue
        c, b, a = (e.xreplace(held.parts) for e in held.by_power(s))
        own = Certificate()
        if asked.positive(a, own) and asked.positive(4 * a * c - b**2, own, asked.strict):
            cert.said += own.said
            return cert.say(f"quadratic in {held.parts.get(s, s)}: its leading coefficient and 4ac - b^2 are positive")
    return False
