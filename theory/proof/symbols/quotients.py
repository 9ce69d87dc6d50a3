"""Means of N/D^k over several independent draws as integrals over a line, N being a polynomial, D one that is never negative.

    D^-k = 1/Gamma(k) int_0^oo s^(k - 1) e^(-s D) ds

for D > 0, k > 0. Under the weight e^(-s D) normal draws stay jointly normal, D being quadratic in them, and gamma draws stay
gamma, D being linear in them: the mean of N e^(-s D) has a closed form. Where N, or a monomial of it, is never negative the
order of integration does not matter (Tonelli). Elsewhere it does not if x^(j + 1) + x^(j - 1), or
x^(j + 1) D^(-1/2) + x^(j - 1) D^(1/2), in place of every odd power |x|^j gives finite integrals: either is at least 2 |x|^j.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import ceil

from sympy import (
    Add,
    Dummy,
    Expr,
    Integral,
    Matrix,
    Mul,
    Poly,
    PolynomialError,
    Pow,
    S,
    cancel,
    diag,
    exp,
    expand,
    factor,
    gamma,
    oo,
    sqrt,
    together,
)

from ...language.errors import CannotTell
from ...language.laws import ChiSquare, Exponential, Noise, Normal
from ...language.loops import Observable
from ...language.moments import E
from ...language.order import in_order
from .normal_forms import is_zero

MOST_DRAWS = 24
MOST_TOGETHER = 3  # normal draws whose products are in D
MOST_ODD = 2
s = Dummy("s", positive=True)
Powers = Mapping[Noise, int]


@lru_cache(maxsize=1024)
def mean_of_quotient(m: E) -> tuple[Expr, tuple[tuple[tuple[Expr, ...], ...], ...]]:
    """E f, f a sum of such quotients: (integrals over a line, conditions for them to be it). Of each condition one list of
    integrals has to be finite.

    Raises `CannotTell`.
    """
    total, finite = S.Zero, []
    for numerator, base, k in _terms(m.variable):
        weight = _Weight(base)
        terms = [({z: j for z, j in zip(numerator.gens, js, strict=True) if j}, c) for js, c in numerator.terms()]
        if len(terms) > 1 and is_never_negative(numerator):
            total += weight.integral(terms, k)
            continue
        for js, c in terms:
            total += c * weight.integral([(js, S.One)], k)
            if bounds := list(_bounds(js, k)):
                finite.append(tuple(tuple(weight.integral([(j, S.One)], e) for j, e in bound) for bound in bounds))
    return total, tuple(dict.fromkeys(finite))


def _terms(f: Expr) -> Iterator[tuple[Poly, Poly, Expr]]:
    """f as a sum of N/D^k, k > 0: (N, D, k), both polynomials in all draws."""
    draws = in_order(f.atoms(Noise))
    if len(draws) > MOST_DRAWS or any(z.law.has(Noise) for z in draws) or len({z.whole for z in draws}) < len(draws):
        raise CannotTell(f"a mean over {len(draws)} draws, or over some that are not independent")
    for term in Add.make_args(f):
        numerator, below = S.One, []
        for base, e in term.as_powers_dict().items():
            if not base.has(Noise) or (e.is_Integer and e > 0):
                numerator *= base**e
            elif e.is_Rational:
                whole = max(ceil(e), 0)
                numerator *= base**whole
                below.append((base, whole - e))
            else:
                raise CannotTell(f"no integral of {base**e} over several draws")
        if len(below) != 1:
            raise CannotTell(f"no integral of {term} over several draws")
        (base, k), *_ = below
        try:
            yield Poly(expand(numerator), *draws), Poly(expand(base), *draws), k
        except PolynomialError as problem:
            raise CannotTell(f"no integral of {term} over several draws") from problem


def _bounds(js: Powers, k: Expr) -> Iterator[list[tuple[Powers, Expr]]]:
    """Lists of (monomial that is never negative, power of 1/D), the sum of each list being at least |monomial|/D^k; none where it
    is never negative itself. What is over no power of D has a mean, and is left out."""
    odd = [z for z, j in js.items() if j % 2 and not z.is_nonnegative]
    if len(odd) > MOST_ODD:
        raise CannotTell(f"whether a product of odd powers of {len(odd)} draws has a mean")
    for half in (S.Zero, S.Half) if odd else ():
        steps = list(product((-1, 1), repeat=len(odd)))
        bound = [
            ({**js, **{z: js[z] + i for z, i in zip(odd, step, strict=True)}}, k + half * sum(step)) for step in steps
        ]
        yield [(powers, order) for powers, order in bound if order > 0]


class _Weight:
    """e^(-s D) for a polynomial D >= 0: the draws in groups that it leaves independent, and what of it is constant."""

    def __init__(self, base: Poly):
        self.base, self.constant = base, base.coeff_monomial(1)
        draws = [z for z in base.gens if base.degree(z) > 0]
        for z in draws:
            if base.degree(z) > (2 if isinstance(z.law, Normal) else 1):
                raise CannotTell(f"no integral of powers of {base.as_expr()}")
            if isinstance(z.law, Normal) and not z.law.variance.is_positive:
                raise CannotTell(f"whether {z.law} has a positive variance")
            if not isinstance(z.law, Normal | ChiSquare | Exponential):
                raise CannotTell(f"no integral of powers of what {z.law} is in, over several draws")
        if not is_never_negative(base):
            raise CannotTell(f"{base.as_expr()} is not seen to be positive")
        self.groups: list[list[Noise]] = []
        for z in draws:
            near = {y for y in draws if base.coeff_monomial(y * z) != 0}
            joined = [g for g in self.groups if near & set(g)]
            self.groups = [g for g in self.groups if g not in joined] + [[*(y for g in joined for y in g), z]]
        if any(len(g) > MOST_TOGETHER for g in self.groups):
            raise CannotTell(f"a quadratic function of more than {MOST_TOGETHER} draws with products of them")

    def integral(self, terms: Sequence[tuple[Powers, Expr]], k: Expr) -> Expr:
        """E N/D^k as an integral, N by its monomials and their coefficients."""
        total, exponent, factors = S.Zero, -s * self.constant, S.One
        for js, c in terms:
            for z, j in js.items():
                c *= S.One if any(z in g for g in self.groups) else _moment(z, j)
            parts = [self._mean({z: js.get(z, 0) for z in group}) for group in self.groups]
            total += c * Mul(*(raised for raised, _, _ in parts))
        for group in self.groups:
            _, power, factor_ = self._mean(dict.fromkeys(group, 0))
            exponent, factors = exponent + power, factors * factor_
        if (total := factor(cancel(together(total)))) == 0:
            return S.Zero
        f = s ** (k - 1) * exp(cancel(together(exponent))) * factors * total
        return Integral(f, (s, 0, oo)) / gamma(k)

    def _mean(self, js: Powers) -> tuple[Expr, Expr, Expr]:
        """E of a monomial of a group times its part of e^(-s D), as (p, q, r): p e^q r, of which q and r are the same for all."""
        return self._normal(js) if isinstance(next(iter(js)).law, Normal) else self._gamma(js)

    def _gamma(self, js: Powers) -> tuple[Expr, Expr, Expr]:
        """E z^j e^(-s a z)."""
        ((z, j),) = js.items()
        shape, scale = (z.law.dof / 2, S(2)) if isinstance(z.law, ChiSquare) else (S.One, z.law.scale)
        rate = 1 + s * self.base.coeff_monomial(z) * scale
        return Mul(*((shape + i) * scale / rate for i in range(j))), S.Zero, rate**-shape

    def _normal(self, js: Powers) -> tuple[Expr, Expr, Expr]:
        draws, of = list(js), self.base.coeff_monomial
        laws = tuple((z.law.mean, z.law.variance) for z in draws)
        bend = tuple(tuple(of(y * z) * (1 if y == z else S.Half) for y in draws) for z in draws)
        return _jointly(laws, bend, tuple(map(of, draws)), tuple(js.values()))


Pair = tuple[Expr, Expr]


@lru_cache(maxsize=4096)
def _jointly(
    laws: tuple[Pair, ...], bend: tuple[tuple[Expr, ...], ...], slopes: tuple[Expr, ...], powers: tuple[int, ...]
) -> tuple[Expr, Expr, Expr]:
    """E of a monomial times e^(-s (x'A x + b'x)), x normal: with precision P = 1/V + 2 s A and mean P^-1 (mu/V - s b)."""
    means, spread = Matrix([m for m, _ in laws]), diag(*(v for _, v in laws))
    precision = spread.inv() + 2 * s * Matrix(bend)
    covariance = precision.inv().applyfunc(cancel)
    center = (covariance * (spread.inv() * means - s * Matrix(slopes))).applyfunc(cancel)
    exponent = (center.T * precision * center)[0] / 2 - (means.T * spread.inv() * means)[0] / 2
    raised = cancel(_raised(covariance.as_immutable(), center.as_immutable(), powers))
    return raised, cancel(exponent), 1 / sqrt(factor(cancel((spread * precision).det())))


@lru_cache(maxsize=1024)
def _raised(covariance: Matrix, center: Matrix, powers: tuple[int, ...]) -> Expr:
    """The mean of a monomial of jointly normal numbers: E x_i g = m_i E g + sum_j S_ij E d_j g."""
    i = next((i for i, j in enumerate(powers) if j), None)
    if i is None:
        return S.One
    rest = (*powers[:i], powers[i] - 1, *powers[i + 1 :])
    total = center[i] * _raised(covariance, center, rest)
    for j, power in enumerate(rest):
        if power:
            lower = (*rest[:j], power - 1, *rest[j + 1 :])
            total += covariance[i, j] * power * _raised(covariance, center, lower)
    return total


def _moment(z: Noise, j: int) -> Expr:
    form, exists = z.law.moment(S(j))
    if not exists.is_positive:
        raise CannotTell(f"whether the power {j} of {z} has a mean")
    return form


def is_never_negative(polynomial: Poly) -> bool:
    """Whether a polynomial is seen to be at least 0, square by square completed in normal draws; others are positive."""
    x, draws = polynomial.as_expr(), polynomial.gens
    if polynomial.total_degree() > 2:
        return False
    for z in draws:
        slope, bend = (expand(x).coeff(z, j) for j in (1, 2))
        rest = expand(x).coeff(z, 0)
        if not isinstance(z.law, Normal):
            if not z.is_nonnegative or not is_zero(bend) or slope.has(Noise) or not slope.is_nonnegative:
                return False
            x = rest
        elif is_zero(bend):
            if not is_zero(expand(slope)):
                return False
            x = rest
        elif bend.is_positive and not bend.has(Noise):
            x = expand(rest - slope**2 / (4 * bend))
        else:
            return False
    return is_zero(x) or bool(x.is_nonnegative)


# ---- terms that cancel ----------------------------------------------------------------------------------------------


def reduced(x: Expr) -> Expr | None:
    """A sum over a power of one polynomial of several draws, multiplied out, what divides its numerators being cancelled: one by
    one their terms may have no mean. None of any other expression."""
    if x.has(Observable):
        return None
    below = {p.base for p in x.atoms(Pow) if p.exp.is_negative and len(p.base.atoms(Noise)) > 1}
    if len(below) != 1 or not (base := below.pop()).is_polynomial(*(draws := in_order(x.atoms(Noise)))):
        return None
    # of a base without a sign |1/d| is not 1/d
    d = Dummy("d", **({"positive": True} if is_never_negative(Poly(base, *draws)) else {"real": True}))
    parts: dict[Expr, Expr] = {}
    for term in Add.make_args(expand(x.xreplace({base: d}), power_exp=False)):
        rest, power = term.as_independent(d, as_Add=False)
        parts[power] = parts.get(power, S.Zero) + rest
    out = S.Zero
    for power, rest in parts.items():
        of, e = power.as_base_exp() if power != 1 else (d, S.Zero)
        if of != d:  # |d|, sign(d)
            return None
        while e.is_negative and rest.is_polynomial(*draws):
            quotient, left = Poly(rest, *draws).div(Poly(base, *draws))
            if not left.is_zero:
                break
            rest, e = quotient.as_expr(), e + 1
        rest = expand(rest)
        whole = e.is_negative and rest.is_Add and rest.is_polynomial(*draws) and is_never_negative(Poly(rest, *draws))
        first = Poly(rest, *draws).LC() if whole else S.One
        out += first * expand(rest / first) * d**e if whole else expand(rest * d**e, power_exp=False)
    return out.xreplace({d: expand(base)})
