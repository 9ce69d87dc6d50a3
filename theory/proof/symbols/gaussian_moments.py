"""Moments of Gaussian vectors, whose means and covariances are symbols or balls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Powers = tuple[int, ...]


class GaussianMoments:
    """E X^power, by Stein: E X_i X^p = m_i E X^p + sum_j C_ij p_j E X^(p - e_j).

    mean: of each coordinate.  covariance: of two, by their numbers.  one: the number 1, of the kind that these are of.
    tidied: how a moment is written.
    """

    def __init__(
        self,
        mean: Sequence[Any],
        covariance: Callable[[int, int], Any],
        one: Any,
        tidied: Callable[[Any], Any] = lambda x: x,
    ):
        self.mean, self.covariance, self.zero, self.tidied = mean, covariance, one - one, tidied
        self.known: dict[Powers, Any] = {(0,) * len(mean): one}

    def of(self, power: Powers) -> Any:
        """The mean of the monomial with these powers of the coordinates."""
        if power not in self.known:
            i = next(k for k, j in enumerate(power) if j)
            less = lowered(power, i)
            others = (self.covariance(i, j) * p * self.of(lowered(less, j)) for j, p in enumerate(less) if p)
            self.known[power] = self.tidied(self.mean[i] * self.of(less) + sum(others, self.zero))
        return self.known[power]


def lowered(power: Powers, i: int) -> Powers:
    """The powers of a monomial that is divided by coordinate number i."""
    return (*power[:i], power[i] - 1, *power[i + 1 :])
