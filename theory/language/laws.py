"""Laws: the named distributions that loops sample from and step with."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Basic, Expr, S, atan, cosh, erf, exp, gamma, oo, pi, sign, sqrt, sympify, tanh
from sympy.core.symbol import Str


class Law(Basic):
    """A distribution on the real line. Subclasses give `density(x)`, `cdf(x)` (if they have one) and `support`.

    Densities and distribution functions are analytic but for `Abs` and `sign` of linear functions.
    """

    support: Any = (-oo, oo)

    def __new__(cls, *args):
        return Basic.__new__(cls, *map(sympify, args))

    def density(self, x) -> Expr:
        raise NotImplementedError(f"{type(self).__name__} has no density here")

    def cdf(self, x) -> Expr:
        raise NotImplementedError(f"{type(self).__name__} has no distribution function here")

    def _sympystr(self, printer) -> str:
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"


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

    def cdf(self, x) -> Expr:
        return (1 + erf((x - self.mean) / sqrt(2 * self.variance))) / 2

    def _latex(self, printer) -> str:
        return rf"\mathcal{{N}}({printer._print(self.mean)}, {printer._print(self.variance)})"


class ChiSquare(Law):
    """Chi-square with `dof` degrees of freedom (the sum of that many squared standard normals)."""

    support = (S.Zero, oo)

    @property
    def dof(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    def density(self, x) -> Expr:
        h = self.dof / 2
        return x ** (h - 1) * exp(-x / 2) / (2**h * gamma(h))


class _LocationScale(Law):
    """A law of the form centre + scale * Y."""

    @property
    def center(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def scale(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]

    def __new__(cls, center=0, scale=1):
        return Law.__new__(cls, center, scale)

    def _latex(self, printer) -> str:
        return rf"\mathrm{{{type(self).__name__}}}({', '.join(map(printer._print, self.args))})"


class Logistic(_LocationScale):
    """Logistic(center, scale): variance (pi scale)^2/3."""

    def density(self, x) -> Expr:
        return 1 / (4 * self.scale * cosh((x - self.center) / (2 * self.scale)) ** 2)

    def cdf(self, x) -> Expr:
        return (1 + tanh((x - self.center) / (2 * self.scale))) / 2


class Laplace(_LocationScale):
    """Laplace(center, scale): density exp(-|x - center|/scale)/(2 scale), variance 2 scale^2."""

    def density(self, x) -> Expr:
        return exp(-Abs(x - self.center) / self.scale) / (2 * self.scale)

    def cdf(self, x) -> Expr:
        return S.Half + sign(x - self.center) * (1 - exp(-Abs(x - self.center) / self.scale)) / 2


class Cauchy(_LocationScale):
    """Cauchy(center, scale)."""

    def density(self, x) -> Expr:
        return 1 / (pi * self.scale * (1 + ((x - self.center) / self.scale) ** 2))

    def cdf(self, x) -> Expr:
        return S.Half + atan((x - self.center) / self.scale) / pi


class Uniform(Law):
    """Uniform(lo, hi)."""

    @property
    def support(self):
        return self.args

    def density(self, x) -> Expr:
        return 1 / (self.args[1] - self.args[0])

    def cdf(self, x) -> Expr:
        lo, hi = self.args
        return S.Half + (Abs(x - lo) - Abs(x - hi)) / (2 * (hi - lo))

    def _latex(self, printer) -> str:
        return rf"\mathrm{{U}}({', '.join(map(printer._print, self.args))})"


class Mixture(Law):
    """Mixture(w, P, Q): a draw is from P with probability w, else from Q."""

    @property
    def parts(self) -> list[tuple[Expr, Law]]:
        """The components with their weights."""
        w, p, q = self.args
        return [(w, p), (1 - w, q)]  # type: ignore[list-item, operator]

    def density(self, x) -> Expr:
        return sum((w * law.density(x) for w, law in self.parts), S.Zero)

    def cdf(self, x) -> Expr:
        return sum((w * law.cdf(x) for w, law in self.parts), S.Zero)

    def _latex(self, printer) -> str:
        return " + ".join(printer._print(w) + printer._print(law) for w, law in self.parts)


class Binomial(Law):
    """Binomial(n, p): successes in n trials; n and p may depend on the state of the loop that draws it."""

    support = (S.Zero, oo)

    @property
    def n(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def p(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]


class Noise(Expr):
    """One independent draw made within a step, `Noise(name, law)`: the symbols in which loops state their step."""

    is_extended_real = True

    def __new__(cls, name, law: Law):
        return Expr.__new__(cls, Str(name) if isinstance(name, str) else name, law)

    @property
    def law(self) -> Law:
        return self.args[1]  # type: ignore[return-value]

    def _eval_is_positive(self):
        # a binomial, a uniform on [0, 1] may be 0
        return True if isinstance(self.law, ChiSquare) else None

    def _eval_is_nonnegative(self):
        return True if self.law.support[0].is_nonnegative else None

    def _eval_is_finite(self):
        return True

    def _sympystr(self, printer) -> str:
        return str(self.args[0])

    def _latex(self, printer, exp=None) -> str:
        return str(self.args[0]) if exp is None else rf"{self.args[0]}^{{{exp}}}"
