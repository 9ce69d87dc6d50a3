"""Laws: the named distributions that loops sample from and step with."""

from __future__ import annotations

from typing import Any

from sympy import (
    Abs,
    Basic,
    Expr,
    Lambda,
    Rational,
    S,
    Tuple,
    atan,
    cosh,
    degree,
    erf,
    exp,
    expand,
    gamma,
    oo,
    pi,
    sign,
    sqrt,
    sympify,
    tanh,
)
from sympy.core.symbol import Str
from sympy.printing.precedence import PRECEDENCE

from .errors import BadInput


class Law(Basic):
    """A distribution on the real line. Subclasses give `density(x)`, `cdf(x)` (if they have one) and `support`.

    Densities and distribution functions are analytic but for `Abs` and `sign` of linear functions.
    """

    support: Any = (-oo, oo)
    is_continuous: Any = False  # whether it is known to have a density, so that no number has a probability

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

    is_continuous = property(lambda self: bool(self.variance.is_positive))

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


class Centred(Law):
    """Centred(variance): a law of mean 0, given all that was drawn before it; of which nothing else is known."""

    @property
    def variance(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]


class ChiSquare(Law):
    """Chi-square with `dof` degrees of freedom (the sum of that many squared standard normals): 0 where that is 0."""

    is_continuous = True

    support = (S.Zero, oo)

    @property
    def dof(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    def density(self, x) -> Expr:
        h = self.dof / 2
        return x ** (h - 1) * exp(-x / 2) / (2**h * gamma(h))


class _LocationScale(Law):
    """A law of the form centre + scale * Y."""

    is_continuous = True

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


class StudentT(_LocationScale):
    """StudentT(dof, center, scale): moments of order below dof only, variance scale^2 dof/(dof - 2)."""

    @property
    def dof(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def center(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]

    @property
    def scale(self) -> Expr:
        return self.args[2]  # type: ignore[return-value]

    def __new__(cls, dof, center=0, scale=1):
        return Law.__new__(cls, dof, center, scale)

    def _unit(self) -> Expr:
        """The density of (X - center)/scale at 0."""
        return gamma((self.dof + 1) / 2) / (sqrt(pi * self.dof) * gamma(self.dof / 2))

    def density(self, x) -> Expr:
        y = (x - self.center) / self.scale
        return self._unit() / self.scale * (1 + y**2 / self.dof) ** (-(self.dof + 1) / 2)

    def cdf(self, x) -> Expr:
        """With y = sqrt(dof) tan(angle) the density becomes a power of cos(angle), integrated by parts."""
        if not (self.dof.is_Integer and self.dof.is_positive):
            raise NotImplementedError(
                f"the distribution function of {self} is closed for whole degrees of freedom only"
            )
        nu, y = int(self.dof), (x - self.center) / self.scale
        radius = sqrt(nu + y**2)
        sine, cosine = y / radius, sqrt(nu) / radius
        weight, powers, start = (S.One, [], 2) if nu % 2 else (S.Zero, [S.One], 3)
        for m in range(start, nu, 2):  # int cos^m = (cos^(m-1) sin + (m - 1) int cos^(m-2))/m
            weight *= Rational(m - 1, m)
            powers = [*(c * Rational(m - 1, m) for c in powers), Rational(1, m)]
        series = S.Zero  # in cos^2
        for c in reversed(powers):
            series = c + nu / (nu + y**2) * series
        area = weight * atan(y / sqrt(nu)) + sine * (cosine if nu % 2 else 1) * series
        return S.Half + self._unit() * sqrt(nu) * area


class Exponential(Law):
    """Exponential(scale): density exp(-x/scale)/scale on x > 0, mean `scale`."""

    is_continuous = True

    support = (S.Zero, oo)

    @property
    def scale(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    def __new__(cls, scale=1):
        return Law.__new__(cls, scale)

    def density(self, x) -> Expr:
        return exp(-x / self.scale) / self.scale

    def cdf(self, x) -> Expr:
        return 1 - exp(-(x + Abs(x)) / (2 * self.scale))

    def _latex(self, printer) -> str:
        return rf"\mathrm{{Exp}}({printer._print(self.scale)})"


class Uniform(Law):
    """Uniform(lo, hi)."""

    is_continuous = True

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
        mul = PRECEDENCE["Mul"]
        return " + ".join(f"{printer.parenthesize(w, mul, strict=True)} {printer._print(law)}" for w, law in self.parts)


class Truncated(Law):
    """Truncated(P, lo, hi): a draw from P, given that it lies in (lo, hi)."""

    is_continuous = property(lambda self: self.law.is_continuous)

    @property
    def law(self) -> Law:
        return self.args[0]  # type: ignore[return-value]

    @property
    def support(self):
        return self.args[1:]

    def __new__(cls, law: Law, lo=-oo, hi=oo):
        return Law.__new__(cls, law, expand(lo), expand(hi))  # in one form: draws of equal laws are the same draw

    def _below(self, x) -> Expr:
        return S.Zero if x == -oo else S.One if x == oo else self.law.cdf(x)

    @property
    def mass(self) -> Expr:
        """The probability of (lo, hi) under P."""
        lo, hi = self.support
        return self._below(hi) - self._below(lo)

    def density(self, x) -> Expr:
        return self.law.density(x) / self.mass

    def cdf(self, x) -> Expr:
        lo, hi = self.support
        x = x if lo == -oo else (x + lo + Abs(x - lo)) / 2
        x = x if hi == oo else (x + hi - Abs(x - hi)) / 2
        return (self.law.cdf(x) - self._below(lo)) / self.mass

    def _latex(self, printer) -> str:
        law, lo, hi = map(printer._print, self.args)
        return rf"{law}|_{{({lo}, {hi})}}"


class Tilted(Law):
    """Tilted(P, w): the law with density proportional to w, a `Lambda`, under P."""

    is_continuous = property(lambda self: self.law.is_continuous)

    def __new__(cls, law: Law, weight: Lambda):
        return Law.__new__(cls, law, weight)

    @property
    def law(self) -> Law:
        return self.args[0]  # type: ignore[return-value]

    @property
    def weight(self) -> Lambda:
        return self.args[1]  # type: ignore[return-value]

    @property
    def support(self):
        return self.law.support

    @property
    def bell(self) -> Normal | None:
        """The Gaussian that a Gaussian tilted by the exponential of a quadratic is (if its variance is positive)."""
        x = self.weight.variables[0]
        weight = self.weight.expr
        if not (isinstance(self.law, Normal) and (isinstance(weight, exp) or weight == 1)):
            return None
        exponent = S.Zero if weight == 1 else expand(weight.args[0])
        if not exponent.is_polynomial(x) or degree(exponent, x) > 2:
            return None
        precision = 1 / self.law.variance - 2 * exponent.coeff(x, 2)
        return Normal((self.law.mean / self.law.variance + exponent.coeff(x, 1)) / precision, 1 / precision)

    def _latex(self, printer) -> str:
        x, w = self.weight.args
        return rf"{printer._print(self.law)} \cdot [{printer._print(x[0])} \mapsto {printer._print(w)}]"


class Binomial(Law):
    """Binomial(n, p): successes in n trials; n and p may depend on the state of the loop that draws it."""

    support = (S.Zero, oo)

    @property
    def n(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def p(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]


class Finite(Law):
    """Finite((p_0, ..., p_k)): atom number i with probability p_i."""

    def __new__(cls, masses):
        return Law.__new__(cls, Tuple(*map(sympify, masses)))

    @property
    def masses(self) -> Tuple:
        return self.args[0]  # type: ignore[return-value]

    def _latex(self, printer) -> str:
        return rf"\mathrm{{Finite}}({', '.join(map(printer._print, self.masses))})"


class Noise(Expr):
    """One independent draw made within a step, `Noise(name, law)`: the symbols in which loops state their step.

    role: where a loop drew it, once its steps are written out: in its start, in a fit, for a fresh draw, with generation
    and index. What was drawn anew is another draw, whatever its name.
    """

    is_extended_real = True

    def __new__(cls, name, law: Law, *role):
        if not isinstance(law, Law):
            raise BadInput(f"Noise({str(name)!r}, {law}): expected a law, such as Noise('Z', Normal(0, 1))")
        role = tuple(Str(x) if isinstance(x, str) else sympify(x) for x in role)
        return Expr.__new__(cls, Str(name) if isinstance(name, str) else name, law, *role)

    @property
    def law(self) -> Law:
        return self.args[1]  # type: ignore[return-value]

    @property
    def role(self) -> tuple:
        return self.args[2:]

    def _eval_is_positive(self):
        # a binomial, a uniform on [0, 1] may be 0
        if isinstance(self.law, ChiSquare) and self.law.dof.is_zero:
            return False
        return True if isinstance(self.law, ChiSquare | Exponential) else None

    def _eval_is_nonnegative(self):
        return True if self.law.support[0].is_nonnegative else None

    def _eval_is_finite(self):
        return True

    def _sympystr(self, printer) -> str:
        where = ", ".join(map(str, self.role))
        return f"{self.args[0]}[{where}]" if where else str(self.args[0])

    def _latex(self, printer, exp=None) -> str:
        return str(self.args[0]) if exp is None else rf"{self.args[0]}^{{{exp}}}"


def drawn(x: Expr, *role) -> Expr:
    """An expression with its draws as those of a role; those that have one keep it."""
    return x.xreplace({z: Noise(z.args[0], drawn(z.law, *role), *role) for z in x.atoms(Noise) if not z.role})
