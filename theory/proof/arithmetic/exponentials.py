"""Total variation of two exponential laws, by where their densities cross."""

from __future__ import annotations

from flint import arb

NEAR = 0.5  # to 1: as close the logarithm is a series there


def exponential_tv(r: arb) -> arb:
    """A ball for TV of exponential laws of means r and 1; 1 where r is not positive.

    It is |1 - 1/r| exp(-ln(r)/(r - 1)), and grows as r goes away from 1, on either side.
    """
    if not r > 0:
        return arb(1) if r <= 0 else arb(0.5, 0.5)
    if not r.is_finite():
        return arb(0.5, 0.5)
    ends = [_at(arb(x)) for x in (r.lower(), r.upper())]
    return (ends[0].union(ends[1]).union(arb(0)) if r.contains(1) else ends[0].union(ends[1])).intersection(
        arb(0.5, 0.5)
    )


def _at(r: arb) -> arb:
    z = r - 1
    slope = (-z).hypgeom_2f1(1, 1, 2) if abs(z) < NEAR else r.log() / z
    return abs(z / r) * (-slope).exp()


__all__ = ["exponential_tv"]
