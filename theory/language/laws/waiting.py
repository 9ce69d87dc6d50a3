"""Laws of how long one waits for successes: trials until the first, failures before some number of them."""

from __future__ import annotations

from typing import Any

from sympy import (
    Add,
    Expr,
    Integer,
    S,
    exp,
    factorial,
    gamma,
    log,
    loggamma,
    oo,
    rf,
)
from sympy.functions.combinatorial.numbers import stirling

from ..errors import BadInput, CannotTell
from .discrete import MOST_COUNTED, Binomial, Poisson
from .law import Law


def _asked_of_chance(law: Law, p: Expr) -> list[tuple[Expr, bool, str]]:
    return [(p, True, f"{law} has no probability above 0"), (1 - p, False, f"{law} has no probability")]


def _chance(p: Any) -> Any:
    """The probability of a success, as a step in floats comes to it. Raises `BadInput` for none."""
    import numpy as np

    if not (np.all(p > 0) and np.all(p <= 1 + 1e-12)):
        raise BadInput(f"the step waits for what has the probability {np.min(p):g} to {np.max(p):g}")
    return np.minimum(p, 1.0)


def _counted(r: Any, p: Any) -> None:
    """Raise `CannotTell` where more trials may be counted than a float tells apart: with more than e^-64 for each success, or at
    the mean."""
    import numpy as np

    if not (np.all(MOST_COUNTED * p >= 64) and np.all(2 * r <= MOST_COUNTED * p)):
        raise CannotTell(f"waiting times of mean {np.max(r / p):.2g} are not drawn")


class Geometric(Law):
    """Geometric(p): trials until the first success, 1, 2, ..., each of them one with probability p; mean 1/p.

    p: a probability above 0. (The number of failures before it is `NegativeBinomial(1, p)`.)
    """

    grid = S.One
    support = (S.One, oo)

    @property
    def p(self) -> Expr:
        """The probability of a success."""
        return self.args[0]

    def log_mass(self, k) -> Expr:
        return log(self.p) + (k - 1) * log(1 - self.p)

    def mass(self, k) -> Expr:
        return self.p * (1 - self.p) ** (k - 1)

    def above(self, k) -> Expr:
        """The probability of more than k trials, k = 0, 1, ...: all of k fail."""
        return (1 - self.p) ** k

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """By falling factorials, E (G)_j = j! (1 - p)^(j - 1)/p^j."""
        power = power + absolute
        if logs or not (power.is_Integer and power > 0):
            return super().moment(power, logs)
        p = self.p
        return Add(
            *(stirling(power, j) * factorial(j) * (1 - p) ** (j - 1) / p**j for j in range(1, int(power) + 1))
        ), S.One

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        left = 1 - (1 - self.p) * exp(rate)
        return self.p * exp(rate) / left, left

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return _asked_of_chance(self, self.p)

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return t, S.One, NegativeBinomial(t, self.p)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        (p,) = parameters
        chance = _chance(p)
        _counted(1, chance)
        return rng.geometric(chance, size).astype(float)


class NegativeBinomial(Law):
    """NegativeBinomial(r, p): failures before the r-th success, 0, 1, ..., a success with probability p; mean r (1 - p)/p.

    r: a number, 0 or more, whole or not: a Poisson count whose mean is `Gamma(r, (1 - p)/p)`; of 0 successes nothing fails.
    p: a probability above 0.
    """

    grid = S.One
    support = (S.Zero, oo)
    near_zero = S.Zero

    @property
    def r(self) -> Expr:
        """The number of successes that end it."""
        return self.args[0]

    @property
    def p(self) -> Expr:
        """The probability of a success."""
        return self.args[1]

    def log_mass(self, k) -> Expr:
        ways = loggamma(self.r + k) - loggamma(self.r) - loggamma(k + 1)
        return ways + self.r * log(self.p) + k * log(1 - self.p)

    def mass(self, k) -> Expr:
        ways = rf(self.r, k) if isinstance(k, Integer) else gamma(self.r + k) / gamma(self.r)
        return ways / factorial(k) * self.p**self.r * (1 - self.p) ** k

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """By falling factorials, E (N)_j = r (r + 1) ... (r + j - 1) ((1 - p)/p)^j."""
        power = power + absolute
        if logs or not (power.is_Integer and power >= 0):
            return super().moment(power, logs)
        odds = (1 - self.p) / self.p
        return Add(*(stirling(power, j) * rf(self.r, j) * odds**j for j in range(int(power) + 1))), S.One

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        left = 1 - (1 - self.p) * exp(rate)
        return (self.p / left) ** self.r, left

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.r, False, f"{self} has a negative number of successes"), *_asked_of_chance(self, self.p)]

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return S.Zero, S.One, NegativeBinomial(self.r * t, self.p)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        r, p = parameters
        import numpy as np

        if not np.all(r >= 0):
            raise BadInput(f"the step waits for {np.min(r):g} successes")
        none, chance = np.equal(r, 0), _chance(p)
        _counted(r, chance)
        return np.where(none, 0.0, rng.negative_binomial(np.where(none, 1.0, r), chance, size))


COUNTS = (Binomial, Poisson, Geometric, NegativeBinomial)  # of which every value has a probability that is written down
