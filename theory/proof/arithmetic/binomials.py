"""Binomial and multinomial laws in balls: their masses and moments."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, factorial

from flint import arb, arb_mat, arb_poly, arb_series, ctx

from ...language.errors import CannotTell
from .precision import whole

MOST_TRIALS = 10_000


def generating(draws: list[tuple[int, arb]]) -> arb_poly:
    """The generating polynomial of a sum of binomial counts: (trials, chance of each).

    Raises `CannotTell` for a chance that is surely none: what a step says there is no law.
    """
    product = arb_poly([1])
    for n, p in draws:
        if not p.is_finite() or p < 0 or p > 1:
            raise CannotTell(f"a chance of {p.str(5, radius=False)} is no probability")
        product *= arb_poly([1 - p, p]) ** n
    return product


def binomial_masses(n: arb, p: arb) -> list[arb]:
    """P(B = k) for B ~ Binomial(n, p), k = 0, ..., n."""
    size = whole(n)
    if size is None or size > MOST_TRIALS:
        raise CannotTell(f"a binomial of {n} trials")
    polynomial = generating([(size, p)])
    return [polynomial[k] for k in range(size + 1)]


def binomial_moment(n: arb, p: arb, power: int) -> arb:
    """E B^power for B ~ Binomial(n, p), term by term."""
    return sum((arb(k) ** power * mass for k, mass in enumerate(binomial_masses(n, p))), arb(0))


def moment_polynomial(n: arb, power: int) -> list[arb]:
    """E B^power for B ~ Binomial(n, p), a polynomial of that degree in p, from its values at degree + 1 places.

    A value is read off the moment generating function (1 - p + p e^s)^n, expanded in s.
    """
    places = [arb(i) / max(power, 1) for i in range(power + 1)]
    trials = whole(n)
    if trials is None:
        raise CannotTell(f"a binomial of {n} trials")
    values, cap = [], ctx.cap
    try:
        ctx.cap = power + 1  # flint cuts longer series off
        for p in places:
            toss = arb_series([1, *(p / factorial(j) for j in range(1, power + 1))], prec=power + 1)
            values.append([(toss**trials)[power] * factorial(power)])
    finally:
        ctx.cap = cap
    system = arb_mat([[p**j if j else arb(1) for j in range(power + 1)] for p in places])
    return system.solve(arb_mat(values)).entries()


def mixed_weight(n: arb, powers: Sequence[int], lower: Sequence[int]) -> arb:
    """The coefficient of prod p_i^(lower_i) in the mean of prod Y_i^(powers_i), Y multinomial of n draws.

    A product of powers counts the choices of draws, with repetition; lower_i of those of symbol i are different ones.
    """
    total = arb(1)
    for i in range(sum(lower)):
        total *= n - i
    for a, j in zip(powers, lower, strict=True):
        onto = sum((-1) ** (j - i) * comb(j, i) * i**a for i in range(j + 1))  # maps of a things onto j
        total *= onto // factorial(j)
    return total
