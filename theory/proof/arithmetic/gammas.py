"""Rigorous balls for gamma variables: moments of one by integration, tails and quantiles of products by contour integrals.

Every function returns a python-flint ball that contains the true value, at the precision of `flint.ctx`. A finite window is
integrated (rigorously, for integrands that are analytic wherever they are finite); the docstring proves the bound on what lies
outside. Floats only choose windows and contours: a poor choice costs accuracy, never truth. The closed gamma formulas for
moments are not used: balls from here are a second witness for them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from flint import acb, arb, ctx

from .integration import integral
from .precision import LOG2, NOT_FINITE, precision

J = acb(0, 1)


# Moments


def chi_square_moment(nu, power, logs: int = 0) -> arb:
    """E[Q^power log(Q)^logs] for Q chi-square with nu > 0 degrees of freedom, by integrating the density.

    With a = power + nu/2 > 0, and Q = 2m e^u where m (exact) is the midpoint of a, so that the mode is near 0, it is

        (2m)^power m^(nu/2) e^-m / Gamma(nu/2) int exp(h(u)) y^logs du,    h(u) = a u - m (e^u - 1),   y = log(2m) + u.

    Tails: for K >= max(1, |log 2m|), |y| <= K (1 + |u|/K) <= K e^(|u|/K), so with l = logs/K the integrand is at most
    K^logs e^g, g(u) = h(u) + l |u|. On either side of 0 g is concave, and a concave function lies below its tangents:
    the part beyond u = B > 0 is at most K^logs e^g(B) / -g'(B) if g'(B) < 0, the part beyond -A < 0 is at most
    K^logs e^g(-A) / g'(-A) if g'(-A) > 0. Where these signs are in doubt the answer is not finite. The only gamma value
    used is the density's normaliser. Relatively accurate, unless the moment (odd logs) happens to be nearly 0.
    """
    nu, power = arb(nu), arb(power)
    if not nu > 0:
        raise ValueError(f"degrees of freedom must be surely positive, not {nu}")
    if not power + nu / 2 > 0:
        raise ValueError(f"infinite moment: power + nu/2 = {power + nu / 2} is not surely positive")
    bits = ctx.prec
    with precision(bits + 32 + math.ceil(math.log2(2 + _float(nu) + abs(_float(power))))):
        a = power + nu / 2
        m = a.mid()
        drift, y0, tiny = a - m, (2 * m).log(), arb(2) ** (-bits - 16)
        below, above = _window(float(m), (bits + 8) * LOG2 + 4 * logs)
        K = arb(max(1.0, abs(float(y0)) + 1, 8 * logs / (float(m) * min(below, 1.0))))  # the last one keeps g'(-A) > 0

        def integrand(u: acb, _) -> acb:
            if u.rad() <= tiny:
                bend = u.exp() - 1 - u
            else:  # Taylor with remainder: a plain ball loses the cancellation, and for large m that costs time
                c, d = u.mid(), u - u.mid()
                slope = c.exp() - 1
                bend = slope - c + slope * d + _disc(d.abs_upper() ** 2 / 2 * u.real.upper().exp())
            value = (drift * u - m * bend).exp()
            for _ in range(logs):
                value *= y0 + u
            return value

        def beyond(u: arb, side: int) -> arb:
            slope = side * (m * u.exp() - a) - logs / K
            if not slope > 0:
                return arb.nan()
            return K**logs * (a * u - m * (u.exp() - 1) + logs / K * abs(u)).exp() / slope

        goal = arb(2) ** -bits + 2 * drift.rad()  # ball arguments: more is not to be had
        inside = integral(integrand, -arb(below), arb(above), goal, goal / (1 + m.sqrt()))
        outside = beyond(arb(above), 1) + beyond(-arb(below), -1)
        normaliser = (power * y0 + nu / 2 * m.log() - m - (nu / 2).lgamma()).exp()
        return normaliser * (inside + arb(0, outside.upper()))


def _window(m: float, drop: float) -> tuple[float, float]:
    """A, B > 0 with m (e^u - 1 - u) at least `drop` at u = -A and u = B (floats: not certified).

    With c = s^2/2 = drop/m: e^-(c + s) >= 1 - s, and s >= log(1 + s + c).
    """
    c, s = drop / m, math.sqrt(2 * drop / m)
    return c + s, math.log1p(c + s)


# Products of gamma variables


@dataclass(frozen=True)
class GammaFactor:
    """`times` independent factors scale * G, G ~ Gamma(shape, 1).

    Chi-square/nu: shape nu/2, scale 2/nu. Z^2: shape 1/2, scale 2.
    """

    shape: arb
    scale: arb
    times: int = 1

    def __post_init__(self):
        object.__setattr__(self, "shape", arb(self.shape))
        object.__setattr__(self, "scale", arb(self.scale))
        if not (self.shape > 0 and self.scale > 0 and self.times >= 0):
            raise ValueError(f"a gamma factor needs shape > 0, scale > 0, times >= 0: {self}")


def tail_probability(factors: Sequence[GammaFactor], x, upper: bool = True) -> arb:
    """P(product of all factors >= x), or P(product < x) if not `upper`; x > 0; relatively accurate, however small.

    By Mellin inversion, with M(s) = E product^s and c > 0,

        P(product >= x) = 1/(2 pi i) int_(c - i oo)^(c + i oo) M(s) x^-s ds/s;

    left of the pole at 0 (-min shape < c < 0) the same integral is P - 1 = -P(product < x). The contour runs near the
    saddle point of the smaller of the two. Values at v and -v are conjugate: take 1/pi times the real part over v > 0.

    Rest of the contour: Im digamma(b + iv) = sum_k v / ((b+k)^2 + v^2), so -v d/dv log |Gamma(b + iv)| is
    sum_k v^2 / ((b+k)^2 + v^2), which increases in v. With p the sum of these over all factors at v = V, hence
    |M(c + iv)| <= |M(c + iV)| (V/v)^p for v >= V, and as |c + iv| >= v, what lies beyond V is at most |M(c + iV)| / p.

    Ball arguments: the probability increases with every shape and scale (Gamma(a + b) is Gamma(a) plus an independent
    Gamma(b)) and decreases with x, so it lies between its values at the end points.
    """
    x = arb(x)
    if not x > 0:
        raise ValueError(f"x must be surely positive, not {x}")
    return _tail(factors, x, upper)


def quantile(factors: Sequence[GammaFactor], q, width: float = 1e-10) -> arb:
    """The q-quantile of log(product), 0 < q < 1: a bracket of about `width` standard deviations.

    A secant search in floats for z(P(log product < y)) = z(q), z the normal quantile: nearly a straight line in y, so
    a few steps do. Then P < q surely at one end and P > q surely at the other; P is continuous and strictly increasing,
    so the quantile is between. The bracket is widened until that is certified: if too wide, raise the precision.
    """
    q = arb(q)
    if not (0 < q < 1):
        raise ValueError(f"a quantile needs 0 < q < 1 surely, not {q}")
    factors = [f for f in factors if f.times]
    if not factors:
        return arb(0)
    upper = float(q) > 0.5
    side, goal = (-1, 1 - q) if upper else (1, q)  # the smaller tail, with its own relative accuracy

    def excess(y: arb) -> arb:
        """Has the sign of P(log product < y) - q."""
        return side * (_tail(factors, y, upper, log=True) - goal)

    def score(y: float) -> float:
        with precision(53):
            share = float(_tail(factors, arb(y), upper, log=True))
        return side * NormalDist().inv_cdf(min(max(share, 1e-300), 1 - 1e-16))

    target = side * NormalDist().inv_cdf(max(float(goal), 1e-300))
    mean = float(sum((f.times * (f.shape.digamma() + f.scale.log()) for f in factors), arb(0)))
    sd = math.sqrt(sum(f.times * float(_trigamma(f.shape)) for f in factors))
    y, slope = mean + sd * target, 1 / sd
    here = score(y)
    for _ in range(50):
        step = min(max((target - here) / slope, -4 * sd), 4 * sd)
        there = score(y + step)
        slope = min(max((there - here) / step, 0.02 / sd), 50 / sd) if step else slope
        y, here = y + step, there
        if abs(step) < width / 100 * sd:
            break
    half = max(width / 2 * sd, abs(y) * 2.0**-50)
    for _ in range(24):
        if excess(arb(y - half)) < 0 and excess(arb(y + half)) > 0:
            return arb(y - half).union(arb(y + half))
        half *= 4
    raise ArithmeticError(f"no certified bracket for the {q}-quantile near {y} at {ctx.prec} bits")


def _trigamma(x: arb) -> arb:
    return acb(x).polygamma(acb(1)).real


def _tail(factors: Sequence[GammaFactor], x: arb, upper: bool, log: bool = False) -> arb:
    """`tail_probability`; with `log`, x is the logarithm of the threshold. Reduces ball arguments to exact ones."""
    factors = [f for f in factors if f.times]
    if not factors:
        below = x <= (0 if log else 1)
        above = x > (0 if log else 1)
        return arb(int(below == upper)) if below or above else arb(0.5, 0.5)
    bits = ctx.prec
    size = sum(f.times * (1 + _float(f.shape) * (1 + abs(math.log(_float(f.shape))))) for f in factors)
    with precision(bits + 32 + math.ceil(math.log2(size))):
        level = (x if log else x.log()) - sum((f.times * f.scale.log() for f in factors), arb(0))
        if not level.is_finite():
            raise ValueError(f"not a finite threshold: {x}")
        if all(f.shape.is_exact() for f in factors) and level.rad() < arb(2) ** (-bits - 16):
            return _contour([(f.shape, f.times) for f in factors], level, upper, bits)
        ends = [
            _contour([(f.shape.lower(), f.times) for f in factors], level.upper(), upper, bits),
            _contour([(f.shape.upper(), f.times) for f in factors], level.lower(), upper, bits),
        ]
        return ends[0].union(ends[1])


def _contour(shapes: list[tuple[arb, int]], level: arb, upper: bool, bits: int, c: float | None = None) -> arb:
    """P(sum of times * log Gamma(shape) >= level) or, not `upper`, < level, to about `bits` bits, along Re s = c."""
    if c is None:
        c = _saddle(shapes, level)
    base = [(a + c, (a + c).lgamma(), times) for a, times in shapes]
    if not all(b > 0 for b, _, _ in base) or c == 0:
        raise ArithmeticError(f"the contour Re s = {c} is not inside the strip of convergence, or meets the pole at 0")

    def ratio(v: acb) -> acb:
        """log of M(c + iv) e^(-iv level) / M(c)."""
        return sum((times * ((b + J * v).lgamma() - at_c) for b, at_c, times in base), -J * v * level)

    tiny = arb(2) ** (-bits - 16)

    def integrand(v: acb, _) -> acb:
        exponent = ratio(v) if v.rad() <= tiny else ratio(v.mid()) + _change(base, level, v)
        return exponent.exp() / (c + J * v)

    with precision(53):
        spread = 1 / math.sqrt(sum(times * float(_trigamma(b)) for b, _, times in base) + 1 / c**2)
    goal = arb(2) ** -bits
    V, enough = arb(spread * math.sqrt(2 * LOG2 * bits)), goal * spread / abs(c)
    while True:
        power = V * sum((times * (b + J * V).digamma().imag for b, _, times in base), arb(0))
        beyond = ratio(acb(V)).real.exp() / power
        if not beyond > enough:
            break
        V = (V * 1.2).mid()
    inside = integral(integrand, 0, V, goal, enough)
    pairs = zip(shapes, base, strict=True)
    at_c = sum((times * (lg - a.lgamma()) for (a, times), (_, lg, _) in pairs), -arb(c) * level)
    value = at_c.exp() / arb.pi() * (inside + arb(0, beyond.upper()))
    if upper:
        return value if c > 0 else 1 + value
    return 1 - value if c > 0 else -value


def _change(base: list[tuple[arb, arb, int]], level: arb, v: acb) -> acb:
    """The change of log M(c + iv) - iv level over the box v, from its midpoint; nan unless all b + iv have Re > 0.

    Taylor with remainder: if Re z > 0, |trigamma(z)| <= sum_k 1/|z+k|^2 <= 1/|z|^2 + int_0^oo du/|z+u|^2, where the
    integral is at most 1/max(Re z, 2 |Im z|/pi). (flint's own log gamma is very wide on boxes: 1000 factors of shape
    500 took 100 times longer.)
    """
    d, gradient, bend = J * (v - v.mid()), -level, arb(0)
    for b, _, times in base:
        z = b + J * v
        right, size = z.real.lower(), z.abs_lower()
        if not right > 0:
            return NOT_FINITE
        gradient += times * (b + J * v.mid()).digamma()  # summed before it meets d: it nearly vanishes at the saddle
        bend += times * (1 / (size * size) + 1 / right.max(2 * z.imag.abs_lower() / arb.pi()))
    return gradient * d + _disc(bend * d.abs_upper() ** 2 / 2)


def _saddle(shapes: list[tuple[arb, int]], level: arb) -> float:
    """A float c near the minimum of M(c) e^(-c level) / |c|: c > 0 if the level is above the mean, else c < 0."""
    with precision(53):
        level = level.mid()

        def slope(c: float) -> float:
            return float(sum((times * (a + c).digamma() for a, times in shapes), -level)) - 1 / c

        least = min(float(a.lower()) for a, _ in shapes)
        if float(sum((times * a.digamma() for a, times in shapes), -level)) < 0:
            low, high = 1e-6, 2e-6
            while slope(high) < 0:
                low, high = high, high * 4
            start, unit = 0.0, 1.0
        else:
            low, high = 1e-9, 1 - 1e-9
            start, unit = -least, least
        for _ in range(40):
            if high < 1.02 * low:
                break
            w = math.sqrt(low * high)
            low, high = (w, high) if slope(start + unit * w) < 0 else (low, w)
        return start + unit * low


def _disc(radius: arb) -> acb:
    """A box around all complex numbers of at most this absolute value."""
    return acb(arb(0, radius.upper()), arb(0, radius.upper()))


def _float(ball: arb) -> float:
    return float(ball.mid())
