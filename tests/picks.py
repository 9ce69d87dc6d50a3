"""Curation by hand: every ordered tuple of candidates, in whatever numbers it is given."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod

THREE, WEIGHTS = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), (1, 2, 5)  # the catalogue's three-point space


def pick(law: Sequence, weights: Sequence, K: int) -> list:
    """The law of the pick."""
    out = [0 * law[0]] * len(law)
    for candidates in product(range(len(law)), repeat=K):
        chance, total = prod(law[i] for i in candidates), sum(weights[i] for i in candidates)
        for i in candidates:
            out[i] += chance * weights[i] / total
    return out


def tilt(law: Sequence, weights: Sequence) -> list:
    whole = sum(p * f for p, f in zip(law, weights, strict=True))
    return [p * f / whole for p, f in zip(law, weights, strict=True)]


def rounds(law: Sequence, weights: Sequence, K, t: int, lam=None, start=None) -> list:
    """The law after t fits; lam: of picks to real data, None for picks only."""
    real, now = list(law), list(start or law)
    for _ in range(t):
        now = tilt(now, weights) if K is None else pick(now, weights, K)
        if lam is not None:
            now = [(p + lam * q) / (1 + lam) for p, q in zip(real, now, strict=True)]
        whole = sum(now)  # 1 but for rounding, which would grow like K^t
        now = [q / whole for q in now]
    return now


def mean(law: Sequence, values: Sequence):
    return sum(p * x for p, x in zip(law, values, strict=True))


def variance(law: Sequence, values: Sequence):
    return mean(law, [x * x for x in values]) - mean(law, values) ** 2
