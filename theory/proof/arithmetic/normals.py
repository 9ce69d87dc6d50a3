"""Total variation of two Gaussians, by where their densities cross; and of a Gaussian and its fit, by certified quadrature.

Of the fit to n draws: in units of the law that they are from it is N(M, W), M ~ N(0, 1/n) and n W ~ chi-square with n - 1 degrees
of freedom, independent. TV(N(m, w), N(0, 1)) grows with |m| by phi(x) - phi(y), where the densities cross at

    x = (m^2 + w ln w)/(m + r),  y = -(m + r)/(w - 1),  r^2 = w (m^2 + (w - 1) ln w),

and at m = 0 it is |erf(c) - erf(c/sqrt w)|, c^2 = w ln w/(2 (w - 1)). So, given W = w, the mean over M is that, and the integral
over m > 0 of P(|M| > m) (phi(x) - phi(y)). It is analytic in w on either side of 1, where it has a kink.
"""

from __future__ import annotations

from functools import lru_cache

from flint import acb, arb

from .precision import precision

BITS = 64  # of the arithmetic, for a result of some eight
TOLERANCE = arb(2) ** -16  # in units of the result, which is of the order n^(-1/2)
FAR = 6  # standard deviations beyond which the probability is bounded
MOST = 600  # evaluations of an inner integral
ASIDE = 3  # how many times as far from 1 as it is wide w has to be
NAN = acb(arb.nan(), arb.nan())


def fitted_tv(n: arb) -> arb:
    """A ball for E TV(N(M, W), N(0, 1)), n = 2, 3, ... draws; what is no such number has none."""
    points = n.unique_fmpz() if n.is_integer() and n >= 2 else None
    return arb.nan() if points is None else _fitted(int(points))


def normal_tv(m: arb, w: arb) -> arb:
    """A ball for TV(N(m, w), N(0, 1)); 1 where w is not positive."""
    if w <= 0:
        return arb(1)
    if not w > 0:
        return arb(0.5, 0.5)
    m, root = abs(m), w.sqrt()
    r = (w * (m * m + abs((w - 1) * w.log()))).sqrt()
    x, y = (m * m + w * w.log()) / (m + r), -(m + r) / (w - 1)
    own, other = (a.erf() - b.erf() for a, b in _halved(((x - m) / root, (y - m) / root), (x, y)))
    best = abs(own - other) / 2
    near = (m / arb(8).sqrt()).erf() + arb(0, (abs(w.log()) / 4).upper())  # w costs |ln w|/4 at most
    found = best if best.rad() < near.rad() else near  # nan is no number below another
    return (
        found
        if 0 <= found <= 1
        else found.intersection(arb(0.5, 0.5))
        if found.overlaps(arb(0.5, 0.5))
        else arb(0.5, 0.5)
    )


def _halved(*pairs: tuple[arb, arb]) -> list[tuple[arb, arb]]:
    return [(a / arb(2).sqrt(), b / arb(2).sqrt()) for a, b in pairs]


@lru_cache(maxsize=256)
def _fitted(n: int) -> arb:
    with precision(BITS):
        half, root = arb(n - 1) / 2, arb(n).sqrt()
        top = FAR / root  # of |M|, and as far above 1, or below, is sqrt(W)
        low, high = max(arb(0), (1 - top).lower()), (1 + top).upper()
        scale = 2 * (half * (arb(n) / 2).log() - half.lgamma() - arb(n - 2) / 2).exp()
        tolerance = TOLERANCE / root

        def part(u: acb, analytic: bool, side: int) -> acb:
            """The density of u = sqrt(W) times the mean over M."""
            w = u * u
            most = u * ((1 - w) / 2).exp()
            density = scale * (_up_to_one(most) if n > 2 else acb(1)) ** (n - 2) * (-w).exp()
            off = abs(w - 1)
            if not ASIDE * off.rad() < off.mid() or w.contains(0):
                return NAN if analytic else density * _near(n, w.real)
            c = (w * w.log() / (w - 1) / 2).sqrt()
            return density * (side * (c.erf() - (c / u).erf()) + _moved(n, w, u, top, tolerance))

        total = arb(0)
        for side, ends in ((-1, (low, arb(1))), (1, (arb(1), high))):
            total += acb.integral(
                lambda u, analytic, side=side: part(u, analytic, side), *ends, rel_tol=TOLERANCE, abs_tol=tolerance
            ).real
        beyond = 2 * (-(arb(FAR) ** 2) / 2).exp() / root  # E (|M| - top)^+ is less, and phi is below 1
        with precision(BITS + 4 * n):  # its series cancels
            below, above = (n * low**2 / 2).gamma_lower(half, 1), (n * high**2 / 2).gamma_upper(half, 1)
        return total + arb(0.5, 0.5) * (below.upper() + above.upper() + beyond)


def _moved(n: int, w: acb, u: acb, top: arb, tolerance: arb) -> acb:
    """The integral over m from 0 to `top` of P(|M| > m) (phi(x) - phi(y))."""
    k, wlog, root, peak = (w - 1) * w.log(), w * w.log(), (arb(n) / 2).sqrt(), 1 / (2 * arb.pi()).sqrt()

    def slope(m: acb, analytic: bool) -> acb:
        s = m + u * (m * m + k).sqrt(analytic=analytic)
        return (m * root).erfc() * peak * (_bell((m * m + wlog) / s) - _bell(s / (w - 1)))

    return acb.integral(slope, 0, top, rel_tol=TOLERANCE, abs_tol=tolerance, eval_limit=MOST)


def _bell(x: acb) -> acb:
    return _up_to_one((-x * x / 2).exp())


def _up_to_one(x: acb) -> acb:
    """A number that is from 0 to 1 where it is real: on a wide box it may come out as a ball that says far less."""
    return acb(arb(0.5, 0.5)) if x.imag.is_zero() and not abs(x.real) < 1.5 else x


def _near(n: int, w: arb) -> arb:
    """The mean over M for real w: with w = 1 it is (2/pi) arctan(1/(2 sqrt n)), and w costs |ln w|/4 at most."""
    if not w > 0:
        return arb(0.5, 0.5)
    return (1 / (2 * arb(n).sqrt())).atan() * 2 / arb.pi() + arb(0, (abs(w.log()) / 4).upper())


__all__ = ["fitted_tv", "normal_tv"]
