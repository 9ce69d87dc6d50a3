"""Laws: the named distributions that loops sample from and step with."""

from __future__ import annotations

from typing import Any

from sympy import Basic, Expr, exp, gamma, oo, pi, sqrt, sympify
from sympy.core.symbol import Str


class Law(Basic):
    """A distribution on the real line with a density. Subclasses give `density(x)` and `support`."""

    support: tuple[Any, Any] = (-oo, oo)

    def __new__(cls, *args):
        return Basic.__new__(cls, *map(sympify, args))

    def density(self, x) -> Expr:
        raise NotImplementedError


class Normal(Law):
    """Normal(mean, variance)."""

    @property
    def mean(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def variance(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]

    def density(self, x) -> Expr:
        return exp(-((x - self.mean) ** 2) / (2 * self.variance)) / sqrt(2 * pi * self.variance)

    def _latex(self, printer) -> str:
        return rf"\mathcal{{N}}({printer._print(self.mean)}, {printer._print(self.variance)})"


class ChiSquare(Law):
    """Chi-square with `dof` degrees of freedom (the sum of that many squared standard normals)."""

    support = (0, oo)

    @property
    def dof(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    def density(self, x) -> Expr:
        h = self.dof / 2
        return x ** (h - 1) * exp(-x / 2) / (2**h * gamma(h))


class Noise(Expr):
    """One independent draw made within a step, `Noise(name, law)`: the symbols in which loops state their step."""

    is_extended_real = True

    def __new__(cls, name, law: Law):
        return Expr.__new__(cls, Str(name) if isinstance(name, str) else name, law)

    @property
    def law(self) -> Law:
        return self.args[1]  # type: ignore[return-value]

    def _eval_is_positive(self):
        return True if self.law.support[0] == 0 else None

    def _eval_is_finite(self):
        return True

    def _sympystr(self, printer) -> str:
        return str(self.args[0])
