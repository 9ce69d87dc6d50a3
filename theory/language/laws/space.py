"""Laws of points of a space of several dimensions."""

from __future__ import annotations

from typing import Any

from sympy import Expr, ImmutableMatrix, Tuple, log, pi, sympify

from ..errors import BadInput
from .law import Law


class MultivariateNormal(Law):
    """MultivariateNormal((m1, m2), ((v11, v12), (v12, v22))): a Gaussian law with this mean and covariance matrix.

    Of two dimensions or more; the covariance is a table with a row for each. Raises `BadInput` for a matrix that is not
    symmetric, or of another size.
    """

    is_continuous = True

    def __new__(cls, mean, covariance):
        try:
            mean, rows = Tuple(*map(sympify, mean)), Tuple(*(Tuple(*map(sympify, row)) for row in _rows(covariance)))
        except TypeError:
            mean, rows = Tuple(), Tuple()
        d = len(mean)
        if (
            d < 2
            or [len(row) for row in rows] != [d] * d
            or any(rows[i][j] != rows[j][i] for i in range(d) for j in range(i))
        ):
            raise BadInput(
                f"MultivariateNormal({mean}, {rows}): expected a mean of two numbers or more and a symmetric matrix, such as "
                "MultivariateNormal((0, 0), ((1, 0), (0, 1)))"
            )
        return Law.__new__(cls, mean, rows)

    @property
    def mean(self) -> Tuple:
        """The mean, a number for each coordinate."""
        return self.args[0]

    @property
    def covariance(self) -> ImmutableMatrix:
        """The covariance, a d x d matrix in squared units of a draw."""
        return ImmutableMatrix([list(row) for row in self.args[1]])

    @property
    def d(self) -> int:
        return len(self.mean)

    def log_density(self, *x: Expr) -> Expr:
        """The logarithm of the density at a point."""
        away, C = ImmutableMatrix([a - b for a, b in zip(x, self.mean, strict=True)]), self.covariance
        return -(away.T * C.inv() * away)[0, 0] / 2 - log(C.det()) / 2 - self.d * log(2 * pi) / 2

    def demands(self) -> list[tuple[Expr, bool, str]]:
        problem = f"{self} has a covariance matrix that is not positive definite"
        return [(self.covariance[:k, :k].det(), True, problem) for k in range(1, self.d + 1)]

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        """An array with a row for each coordinate."""
        import numpy as np

        mean, covariance = (np.array(p.tolist() if hasattr(p, "tolist") else list(p), dtype=float) for p in parameters)
        root = np.linalg.cholesky(covariance)
        return mean[:, None] + root @ rng.standard_normal((len(mean), size))

    def _latex(self, printer) -> str:
        mean = printer._print(ImmutableMatrix([self.mean]))
        return rf"\mathcal{{N}}\left({mean}, {printer._print(self.covariance)}\right)"


def _rows(covariance: Any) -> Any:
    return covariance.tolist() if hasattr(covariance, "tolist") else covariance


__all__ = ["MultivariateNormal"]
