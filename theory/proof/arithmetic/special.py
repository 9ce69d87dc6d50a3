"""Special functions of real balls, under SymPy's names and in its conventions. What is not real, or not defined, is nan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb

from .exponentials import exponential_tv
from .normals import fitted_tv, normal_tv

NAN = arb.nan()


def _where(known: bool, value: Callable[[], Any]) -> arb:
    """The value, real where a condition surely holds."""
    return acb(value()).real if known else NAN


def _hyper(above: tuple[arb, ...], below: tuple[arb, ...], x: arb) -> arb:
    """On the cut from 1 to oo of pFq, p = q + 1, there is no real value; beyond p = q + 1 none but of polynomials."""
    ends = any(a.is_integer() and a <= 0 for a in above)
    if any(b <= 0 and b.is_integer() for b in below):
        return NAN
    real = ends or len(above) <= len(below) or (len(above) == len(below) + 1 and bool(x < 1))
    return _where(real, lambda: x.hypgeom(list(above), list(below)))


def _lambert(x: arb, branch: arb | None = None) -> arb:
    if branch is None or branch == 0:
        return x.lambertw()
    return x.lambertw(-1) if branch == -1 else NAN


def _beta_between(regularized: bool) -> Callable[[arb, arb, arb, arb], arb]:
    def between(a: arb, b: arb, low: arb, high: arb) -> arb:
        if not (a > 0 and b > 0 and all(0 <= x <= 1 for x in (low, high))):
            return NAN
        upper, lower = (x.beta_lower(a, b, regularized=int(regularized)) for x in (high, low))
        return upper - lower

    return between


def _delta(i: arb, j: arb) -> arb:
    if i == j:
        return arb(1)
    return arb(0.5, 0.5) if i.overlaps(j) else arb(0)


def _heaviside(x: arb, middle: arb) -> arb:
    if x == 0:
        return middle
    return arb(1) if x > 0 else arb(0) if x < 0 else arb(0).union(arb(1)).union(middle)


SPECIAL: dict[str, Callable[..., arb]] = {
    "Catalan": arb.const_catalan,
    "GoldenRatio": lambda: (1 + arb(5).sqrt()) / 2,
    **{name: getattr(arb, name) for name in ("tan", "cot", "sec", "csc", "coth", "sech", "csch", "sinc")},
    **{name: getattr(arb, name) for name in ("acosh", "atanh", "atan2", "erfi", "erfinv")},
    "erf2": lambda a, b: b.erf() - a.erf(),
    "Ei": arb.ei,
    "expint": lambda s, x: _where(x > 0, lambda: x.expint(s)),
    "li": arb.li,
    "Li": lambda x: x.li(offset=True),
    "Si": arb.si,
    "Ci": arb.ci,
    "Shi": arb.shi,
    "Chi": arb.chi,
    "fresnels": arb.fresnel_s,
    "fresnelc": arb.fresnel_c,
    "LambertW": _lambert,
    "besselj": lambda n, x: x.bessel_j(n),
    "bessely": lambda n, x: x.bessel_y(n),
    "besseli": lambda n, x: x.bessel_i(n),
    "besselk": lambda n, x: x.bessel_k(n),
    "airyai": arb.airy_ai,
    "airybi": arb.airy_bi,
    "airyaiprime": lambda x: x.airy_ai(derivative=1),
    "airybiprime": lambda x: x.airy_bi(derivative=1),
    "elliptic_k": lambda m: _where(m < 1, lambda: acb(m).elliptic_k()),
    "elliptic_e": lambda *a: (
        _where(a[0] < 1, lambda: acb(a[0]).elliptic_e())
        if len(a) == 1
        else _where(a[1] < 1, lambda: acb.elliptic_e_inc(*a))
    ),
    "elliptic_f": lambda z, m: _where(m < 1, lambda: acb.elliptic_f(z, m)),
    "elliptic_pi": lambda n, m: _where(n < 1 and m < 1, lambda: acb.elliptic_pi(n, m)),
    "polylog": lambda s, x: _where(x < 1 or (x == 1 and s > 1), lambda: acb(x).polylog(s)),
    "lerchphi": lambda x, s, a: _where(abs(x) < 1 and a > 0, lambda: acb(x).lerch_phi(s, a)),
    "dirichlet_eta": lambda s: acb(s).dirichlet_eta().real,
    "betainc": _beta_between(regularized=False),
    "betainc_regularized": _beta_between(regularized=True),
    "hyper": _hyper,
    "jacobi": lambda n, a, b, x: x.jacobi_p(n, a, b),
    "gegenbauer": lambda n, a, x: x.gegenbauer_c(n, a),
    "chebyshevt": lambda n, x: x.chebyshev_t(n),
    "chebyshevu": lambda n, x: x.chebyshev_u(n),
    "legendre": lambda n, x: x.legendre_p(n),
    "hermite": lambda n, x: x.hermite_h(n),
    "laguerre": lambda n, x: x.laguerre_l(n),
    "assoc_laguerre": lambda n, a, x: x.laguerre_l(n, a),
    "Heaviside": _heaviside,
    "KroneckerDelta": _delta,
    "frac": lambda x: x - x.floor(),
    "fitted_tv": fitted_tv,
    "normal_tv": normal_tv,
    "exponential_tv": exponential_tv,
}
