"""Laws with a density."""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Rational,
    S,
    Symbol,
    asin,
    atan,
    bernoulli,
    binomial,
    cosh,
    erf,
    erfinv,
    exp,
    factor,
    factorial,
    gamma,
    log,
    oo,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from ..errors import BadInput, CannotTell
from ..expansion import kept_whole
from .law import Law, Symmetric

ROUNDING = 1e-9  # by which a variance that is 0 may come out below it


def least(x: Any) -> float:
    """The smallest of the numbers that a step in floats comes to, or the one number. Raises `CannotTell` for one too large."""
    try:
        return float(x if isinstance(x, int | float) else x.min())
    except OverflowError:
        raise CannotTell("a number larger than a float holds") from None


def scale_of(scale: Any, what: str = "a scale") -> Any:
    """A scale as a step in floats comes to it. Raises `BadInput` for one below 0."""
    from numpy import maximum

    if not least(scale) >= -ROUNDING:
        raise BadInput(f"the step draws from a law with {what} of {least(scale):g}")
    return maximum(scale, 0.0)


def _half(power: int) -> Expr:
    """The integral of y^power times the standard normal density over (0, oo)."""
    return 2 ** Rational(power, 2) * gamma(Rational(power + 1, 2)) / (2 * sqrt(pi))


@cache
def integrated_power(power: int, lo: Expr, hi: Expr) -> Expr:
    """The integral of y^power times the standard normal density over (lo, hi), by parts.

    SymPy's integral is the same; its search for one of y^4 takes four seconds.
    """
    if power == 0:
        return (erf(hi / sqrt(2)) - erf(lo / sqrt(2))) / 2
    y = Symbol("y", real=True)
    edge = y ** (power - 1) * Normal(0, 1).density(y)
    low, high = (S.Zero if x.is_infinite else edge.subs(y, x) for x in (lo, hi))
    return low - high + ((power - 1) * integrated_power(power - 2, lo, hi) if power > 1 else 0)


class Normal(Symmetric):
    """Normal(mean, variance): the variance in squared units of a draw; 0 is a number that is no draw at all.

    Where numbers make no law, a negative variance, a claim is refused at that point; so it is with all laws.
    """

    is_continuous = property(lambda self: bool(self.variance.is_positive))
    decay = "normal"

    @property
    def mean(self) -> Expr:
        """In the units of a draw."""
        return self.args[0]

    @property
    def variance(self) -> Expr:
        """In squared units of a draw."""
        return self.args[1]

    def asked_of_density(self) -> list[Expr]:
        return [] if self.variance.is_positive else [self.variance]

    def density(self, x) -> Expr:
        return exp(-((x - self.mean) ** 2) / (2 * self.variance)) / sqrt(2 * pi * self.variance)

    def cdf(self, x) -> Expr:
        return (1 + erf((x - self.mean) / sqrt(2 * self.variance))) / 2

    def quantile(self, q) -> Expr:
        return self.mean + sqrt(2 * self.variance) * erfinv(2 * q - 1)

    def _latex(self, printer) -> str:
        return rf"\mathcal{{N}}({printer._print(self.mean)}, {printer._print(self.variance)})"

    center = property(lambda self: self.mean)
    scale = property(lambda self: sqrt(self.variance))

    def even(self, j: int) -> Expr:
        return 2 * _half(j)

    def absolute(self, j: int) -> Expr:
        return 2 * _half(j)

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        return exp(rate * self.mean + rate**2 * self.variance / 2), S.One

    def tilted(self, rate: Expr, bend: Expr) -> tuple[Expr, Normal, Expr]:
        """(E e^(rate X + bend X^2), the Gaussian whose density is as this one's times that, quantity that must be positive for
        both to exist), by completing the square."""
        m, v = self.args
        q = kept_whole(factor, 1 - 2 * bend * v)
        mass = exp((bend * m**2 + rate * m + rate**2 * v / 2) / q) / sqrt(q)
        return mass, Normal((m + rate * v) / q, v / q), q

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.variance, False, f"{self} has a negative variance")]

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return S.Zero, S.One, Normal(self.mean * t, self.variance * t)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        mean, variance = parameters
        from numpy import maximum

        if not least(variance) >= -ROUNDING:
            raise BadInput(f"the step draws a normal with a variance of {least(variance):g}")
        return mean + maximum(variance, 0.0) ** 0.5 * rng.standard_normal(size)


class Centred(Law):
    """Centred(variance): a law of mean 0, given all that was drawn before it; of which nothing else is known.

    variance: in squared units of a draw. It has no density here, cannot be drawn, and has no moments beyond the second.
    """

    @property
    def variance(self) -> Expr:
        """In squared units of a draw."""
        return self.args[0]

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        if power in (0, 1, 2) and logs == absolute == 0:
            return (S.One, S.Zero, self.variance)[int(power)], S.One
        return super().moment(power, logs, absolute)

    def is_odd(self, power: Expr) -> bool:
        return power == 1

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.variance, False, f"{self} has a negative variance")]


class _LocationScale(Symmetric):
    """A law of the form centre + scale * Y."""

    @property
    def center(self) -> Expr:
        return self.args[0]

    @property
    def scale(self) -> Expr:
        return self.args[1]

    def __new__(cls, center=0, scale=1):
        return Law.__new__(cls, center, scale)

    def _latex(self, printer) -> str:
        return rf"\mathrm{{{type(self).__name__}}}({', '.join(map(printer._print, self.args))})"

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.scale, True, f"{self} has no positive scale")]


class Logistic(_LocationScale):
    """Logistic(center, scale): distribution function 1/(1 + exp(-(x - center)/scale)), variance (pi scale)^2/3."""

    decay = "exponential"

    def density(self, x) -> Expr:
        return 1 / (4 * self.scale * cosh((x - self.center) / (2 * self.scale)) ** 2)

    def cdf(self, x) -> Expr:
        return (1 + tanh((x - self.center) / (2 * self.scale))) / 2

    def quantile(self, q) -> Expr:
        return self.center + self.scale * (log(q) - log(1 - q))

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        angle = pi * rate * self.scale
        return exp(rate * self.center) * angle / sin(angle), 1 - (rate * self.scale) ** 2

    def even(self, j: int) -> Expr:
        """(2^j - 2) pi^j |B_j|: of the series of its density in e^(-y)."""
        return (2**j - 2) * pi**j * Abs(bernoulli(j))

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        center, scale = parameters
        return rng.logistic(center, scale_of(scale), size)


class Laplace(_LocationScale):
    """Laplace(center, scale): density exp(-|x - center|/scale)/(2 scale), variance 2 scale^2."""

    decay, peak = "exponential", S.Half

    def density(self, x) -> Expr:
        return exp(-Abs(x - self.center) / self.scale) / (2 * self.scale)

    def cdf(self, x) -> Expr:
        return S.Half + sign(x - self.center) * (1 - exp(-Abs(x - self.center) / self.scale)) / 2

    def quantile(self, q) -> Expr:
        return self.center - self.scale * sign(q - S.Half) * log(1 - 2 * Abs(q - S.Half))

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        left = 1 - (rate * self.scale) ** 2
        return exp(rate * self.center) / left, left

    def even(self, j: int) -> Expr:
        return self.absolute(j)

    def absolute(self, j: int) -> Expr:
        """|Y| is exponential."""
        return factorial(j)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        center, scale = parameters
        return rng.laplace(center, scale_of(scale), size)


class Epanechnikov(_LocationScale):
    """Epanechnikov(center, scale): density 3/(4 scale) (1 - y^2), y = (x - center)/scale, on |y| < 1; variance scale^2/5.

    Epanechnikov(1/2, 1/2) is Beta(2, 2).
    """

    decay = "bounded"

    @property
    def support(self):
        return self.center - self.scale, self.center + self.scale

    @property
    def near_zero(self) -> Expr:
        """At its ends the density is 0, and rises like |x|."""
        low, high = self.support
        if low.is_negative and high.is_positive:
            return S.One
        return S(2) if low.is_zero or high.is_zero else oo

    def density(self, x) -> Expr:
        return 3 * (1 - ((x - self.center) / self.scale) ** 2) / (4 * self.scale)

    def cdf(self, x) -> Expr:
        y = (x - self.center) / self.scale
        inside = (Abs(y + 1) - Abs(y - 1)) / 2  # y between the ends
        return S.Half + inside * (3 - inside**2) / 4

    def quantile(self, q) -> Expr:
        """The cubic 3 y - y^3 = 2 (2 q - 1) by the sine of a third of an angle."""
        return self.center + 2 * self.scale * sin(asin(2 * q - 1) / 3)

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        z = rate * self.scale
        return 3 * exp(rate * self.center) * (z * cosh(z) - sinh(z)) / z**3, rate**2

    def even(self, j: int) -> Expr:
        return self.absolute(j)

    def absolute(self, j: int) -> Expr:
        return Rational(3, (j + 1) * (j + 3))

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        center, scale = parameters
        return center + scale_of(scale) * (2 * rng.beta(2, 2, size) - 1)


class Cauchy(_LocationScale):
    """Cauchy(center, scale): density 1/(pi scale (1 + ((x - center)/scale)^2)), in the units of a draw; it has no mean."""

    far_out = S.One

    def density(self, x) -> Expr:
        return 1 / (pi * self.scale * (1 + ((x - self.center) / self.scale) ** 2))

    def cdf(self, x) -> Expr:
        return S.Half + atan((x - self.center) / self.scale) / pi

    def quantile(self, q) -> Expr:
        return self.center + self.scale * tan(pi * (q - S.Half))

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return S.Zero, t, self

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        center, scale = parameters
        return center + scale_of(scale) * rng.standard_cauchy(size)


class StudentT(_LocationScale):
    """StudentT(dof, center, scale): moments of order below dof only, variance scale^2 dof/(dof - 2).

    dof: degrees of freedom, above 0, whole or not.  center, scale: in the units of a draw.
    """

    decay = "power"

    @property
    def dof(self) -> Expr:
        """The degrees of freedom."""
        return self.args[0]

    @property
    def center(self) -> Expr:
        """The place of the peak, in the units of a draw."""
        return self.args[1]

    @property
    def scale(self) -> Expr:
        """In the units of a draw."""
        return self.args[2]

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
            raise CannotTell(f"the distribution function of {self} is closed for whole degrees of freedom only")
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

    @property
    def far_out(self) -> Expr:
        return self.dof

    def exists(self, power: Expr) -> Expr:
        return self.dof - power

    def even(self, j: int) -> Expr:
        return self.absolute(j)

    def absolute(self, j: int) -> Expr:
        """A Beta integral: dof^(j/2) Gamma((j + 1)/2) Gamma((dof - j)/2)/(sqrt(pi) Gamma(dof/2))."""
        half = Rational(j, 2)
        return self.dof**half * gamma(half + S.Half) * gamma(self.dof / 2 - half) / (sqrt(pi) * gamma(self.dof / 2))

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.dof, True, f"{self} has no degrees of freedom"), *super().demands()]

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        dof, center, scale = parameters
        if not (dof > 0 if isinstance(dof, int | float) else (dof > 0).all()):
            raise BadInput(f"the step draws a Student t with {least(dof):g} degrees of freedom")
        return center + scale_of(scale) * rng.standard_t(dof, size)


def _of_share(power: Expr, logs: int) -> Expr:
    """The integral of v^power log(v)^logs over (0, 1)."""
    return (-1) ** logs * factorial(logs) / (power + 1) ** (logs + 1)


def _by_parts(power: Expr, logs: int, x: Expr) -> Expr:
    """An antiderivative of x^power log(x)^logs on x > 0."""
    if power == -1:
        return log(x) ** (logs + 1) / (logs + 1)
    rest = logs * _by_parts(power, logs - 1, x) if logs else S.Zero
    return (x ** (power + 1) * log(x) ** logs - rest) / (power + 1)


class Uniform(Law):
    """Uniform(lo, hi): density 1/(hi - lo) between its ends, in the units of a draw."""

    is_continuous = True
    decay = "bounded"

    @property
    def support(self):
        return self.args

    def density(self, x) -> Expr:
        return 1 / (self.args[1] - self.args[0])

    def cdf(self, x) -> Expr:
        lo, hi = self.args
        return S.Half + (Abs(x - lo) - Abs(x - hi)) / (2 * (hi - lo))

    def quantile(self, q) -> Expr:
        lo, hi = self.args
        return lo + q * (hi - lo)

    def _latex(self, printer) -> str:
        return rf"\mathrm{{U}}({', '.join(map(printer._print, self.args))})"

    @property
    def near_zero(self) -> Expr:
        low, high = self.args
        return S.One if low.is_nonpositive and high.is_nonnegative else oo

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        low, high = self.args
        if absolute and not low.is_nonnegative:
            return super().moment(power, logs, absolute)
        power = power + absolute
        if low.is_zero and (logs or not power.is_Integer):  # U = high V: of V^power log(V)^j by parts, j times
            shares = (binomial(logs, j) * log(high) ** (logs - j) * _of_share(power, j) for j in range(logs + 1))
            return high**power * Add(*shares), power + 1
        if logs or not (power.is_Integer and power >= 0):
            if not power.is_number or low.is_nonpositive:
                return super().moment(power, logs, absolute)
            return (_by_parts(power, logs, high) - _by_parts(power, logs, low)) / (high - low), low
        return Add(*(low**i * high ** (power - i) for i in range(int(power) + 1))) / (power + 1), S.One

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        low, high = self.args
        return (exp(rate * high) - exp(rate * low)) / (rate * (high - low)), rate**2

    def is_odd(self, power: Expr) -> bool:
        return bool((self.args[0] + self.args[1]).is_zero) and power.is_odd is True

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        low, high = parameters
        return low + scale_of(high - low, "a range") * rng.random(size)  # as `rng.uniform` has it

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.args[1] - self.args[0], True, f"{self} has its ends in the wrong order")]
