"""Laws that are made of gamma variables: sums of squares, waiting times, shares of two of them."""

from __future__ import annotations

from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    S,
    Symbol,
    binomial,
    diff,
    exp,
    expand,
    factorial,
    gamma,
    log,
    oo,
    rf,
    uppergamma,
)
from sympy import beta as beta_function

from ..errors import BadInput, CannotTell
from .continuous import least, scale_of
from .law import Law

MOST_WRITTEN = 10**5  # of what is written out in digits
MOST_TERMS = 60  # of an incomplete gamma function that is elementary


def _gamma_integral(c: Expr) -> Expr:
    """int_0^oo x^(c-1) exp(-x/2) dx for c > 0."""
    return 2**c * gamma(c)


class ChiSquare(Law):
    """Chi-square with `dof` degrees of freedom (the sum of that many squared standard normals): 0 where that is 0."""

    is_continuous = property(
        lambda self: self.dof.is_zero is not True
    )  # that it is a law with a density is asked of loops

    support = (S.Zero, oo)

    @property
    def dof(self) -> Expr:
        """The degrees of freedom."""
        return self.args[0]

    def asked_of_density(self) -> list[Expr]:
        return [] if self.dof.is_positive else [self.dof]

    def density(self, x) -> Expr:
        h = self.dof / 2
        return x ** (h - 1) * exp(-x / 2) / (2**h * gamma(h))

    def cdf(self, x) -> Expr:
        if self.dof.is_number and self.dof > MOST_TERMS:  # SymPy writes out as many
            raise CannotTell(f"the distribution function of {self} is too long to be written")
        return 1 - uppergamma(self.dof / 2, (x + Abs(x)) / 4) / gamma(self.dof / 2)

    @property
    def near_zero(self) -> Expr:
        return self.dof / 2

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """Logarithms come down by differentiating under the integral in the exponent. With 0 degrees of freedom it is 0."""
        power = power + absolute
        if self.dof.is_zero and power.is_positive and not logs:
            return S.Zero, S.One
        c = Symbol("c", real=True)
        shape = self.dof / 2
        form = _gamma_integral(c)
        if shape.is_number and abs(shape) > MOST_WRITTEN:
            raise CannotTell(f"the gamma function at {shape} is too large to be written")
        ratio = expand(diff(form, c, logs) / form).subs(c, power + shape)
        return form.subs(c, power + shape) / (2**shape * gamma(shape)) * ratio, power + shape

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        return (1 - 2 * rate) ** (-self.dof / 2), 1 - 2 * rate

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.dof, False, f"{self} has negative degrees of freedom")]

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return S.Zero, S.One, ChiSquare(self.dof * t)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        (dof,) = parameters
        if not least(dof) >= 0:
            raise BadInput(f"the step draws a chi-square with {least(dof):g} degrees of freedom")
        if least(dof) > 0:
            return rng.chisquare(dof, size)
        from numpy import where

        none = dof == 0  # of which a path that has come to 0, or to less than a float holds, has as many
        return where(none, 0.0, rng.chisquare(where(none, 1.0, dof), size))


class Gamma(Law):
    """Gamma(shape, scale): density x^(shape - 1) exp(-x/scale)/(Gamma(shape) scale^shape) on x > 0, mean shape*scale.

    shape: a number above 0, whole or not; the sum of that many exponential draws where it is whole.  scale: in the units of a
    draw; one over the rate.
    """

    is_continuous = True
    support = (S.Zero, oo)

    @property
    def shape(self) -> Expr:
        """The shape, a pure number."""
        return self.args[0]

    @property
    def scale(self) -> Expr:
        """In the units of a draw: the mean is shape times scale."""
        return self.args[1]

    def __new__(cls, shape, scale=1):
        return Law.__new__(cls, shape, scale)

    @property
    def near_zero(self) -> Expr:
        return self.shape

    def density(self, x) -> Expr:
        return x ** (self.shape - 1) * exp(-x / self.scale) / (self.scale**self.shape * gamma(self.shape))

    def cdf(self, x) -> Expr:
        if self.shape.is_number and self.shape > MOST_TERMS:  # SymPy writes out as many
            raise CannotTell(f"the distribution function of {self} is too long to be written")
        return 1 - uppergamma(self.shape, (x + Abs(x)) / (2 * self.scale)) / gamma(self.shape)

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """scale/2 times a chi-square of twice as many degrees as the shape says."""
        power, half, unit = power + absolute, self.scale / 2, ChiSquare(2 * self.shape)
        if power.is_Integer and power > 0 and not logs:
            return self.scale**power * rf(self.shape, power), S.One
        parts = [unit.moment(power, j) if power != 0 or j else (S.One, S.One) for j in range(logs + 1)]
        total = Add(*(binomial(logs, j) * log(half) ** (logs - j) * form for j, (form, _) in enumerate(parts)))
        return half**power * total, parts[-1][1]

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        return (1 - rate * self.scale) ** (-self.shape), 1 - rate * self.scale

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [
            (self.shape, True, f"{self} has no positive shape"),
            (self.scale, True, f"{self} has no positive scale"),
        ]

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return S.Zero, S.One, Gamma(self.shape * t, self.scale)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        shape, scale = parameters
        if not least(shape) > 0:
            raise BadInput(f"the step draws a gamma of shape {least(shape):g}")
        return scale_of(scale) * rng.standard_gamma(shape, size)


class Exponential(Law):
    """Exponential(scale): density exp(-x/scale)/scale on x > 0, mean `scale`."""

    is_continuous = True
    support = (S.Zero, oo)
    near_zero = S.One
    decay = "exponential"

    @property
    def scale(self) -> Expr:
        """In the units of a draw: the mean, and the standard deviation."""
        return self.args[0]

    def __new__(cls, scale=1):
        return Law.__new__(cls, scale)

    def density(self, x) -> Expr:
        return exp(-x / self.scale) / self.scale

    def cdf(self, x) -> Expr:
        return 1 - exp(-(x + Abs(x)) / (2 * self.scale))

    def quantile(self, q) -> Expr:
        return -self.scale * log(1 - q)

    def _latex(self, printer) -> str:
        return rf"\mathrm{{Exp}}({printer._print(self.scale)})"

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        return Gamma(1, self.scale).moment(power, logs, absolute)

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        return 1 / (1 - rate * self.scale), 1 - rate * self.scale

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return S.Zero, self.scale / 2, ChiSquare(2 * t)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        return scale_of(parameters[0]) * rng.standard_exponential(size)

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.scale, True, f"{self} has no positive scale")]


class Beta(Law):
    """Beta(a, b): density x^(a - 1) (1 - x)^(b - 1)/B(a, b) on 0 < x < 1, mean a/(a + b).

    a, b: numbers above 0, whole or not. The share that the first of two gamma draws, of these shapes, has of both; Beta(n, 1) is
    the largest of n uniform draws, Beta(1, n) the smallest.
    """

    is_continuous = True
    support = (S.Zero, S.One)

    @property
    def a(self) -> Expr:
        """The exponent of x in the density, plus 1."""
        return self.args[0]

    @property
    def b(self) -> Expr:
        """The exponent of 1 - x in the density, plus 1."""
        return self.args[1]

    @property
    def near_zero(self) -> Expr:
        return self.a

    def density(self, x) -> Expr:
        return x ** (self.a - 1) * (1 - x) ** (self.b - 1) / _beta_function(self.a, self.b)

    def cdf(self, x) -> Expr:
        """By parts, of one of the two that is a whole number: x^a sum_(j < b) a (a + 1) ... (a + j - 1)/j! (1 - x)^j."""
        inside = (1 + Abs(x) - Abs(x - 1)) / 2  # x between the ends
        if self.b.is_Integer and self.b <= MOST_TERMS:
            return _first_of(inside, 1 - inside, self.a, int(self.b))
        if self.a.is_Integer and self.a <= MOST_TERMS:
            return 1 - _first_of(1 - inside, inside, self.b, int(self.a))
        raise CannotTell(f"the distribution function of {self} is closed where one of the two is a whole number")

    def quantile(self, q) -> Expr:
        """Of the largest, or the smallest, of several uniform draws."""
        if self.b == 1:
            return q ** (1 / self.a)
        if self.a == 1:
            return 1 - (1 - q) ** (1 / self.b)
        return super().quantile(q)

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """B(a + power, b)/B(a, b); logarithms come down by differentiating in the power."""
        power = power + absolute
        if power.is_Integer and power > 0 and not logs:
            return rf(self.a, power) / rf(self.a + self.b, power), S.One
        c = Symbol("c", real=True)
        form = gamma(self.a + c) / gamma(self.a + self.b + c)
        ratio = expand(diff(form, c, logs) / form).subs(c, power) if logs else S.One
        return form.subs(c, power) * gamma(self.a + self.b) / gamma(self.a) * ratio, power + self.a

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(x, True, f"{self} has no positive {name}") for name, x in (("a", self.a), ("b", self.b))]

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        if not min(map(least, parameters)) > 0:
            raise BadInput(f"the step draws a beta with {min(map(least, parameters)):g} for a or b")
        return rng.beta(*parameters, size)


def _beta_function(a: Expr, b: Expr) -> Expr:
    """B(a, b), a fraction where one of the two is a whole number."""
    for one, other in ((a, b), (b, a)):
        if one.is_Integer and one <= MOST_TERMS:
            return factorial(one - 1) / rf(other, one)
    return beta_function(a, b)


def _first_of(x: Expr, rest: Expr, a: Expr, b: int) -> Expr:
    """The chance of at most x = 1 - rest under Beta(a, b)."""
    return x**a * Add(*(rf(a, j) / rf(1, j) * rest**j for j in range(b)))
