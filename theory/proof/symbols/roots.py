"""Sums over all roots of a polynomial that has none in the field of its coefficients."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    Lambda,
    RootSum,
    S,
    Tuple,
    atan2,
    cos,
    expand,
    factor,
    rem,
    sin,
    sqrt,
    sympify,
)

from .rational import as_product, by_power, cancelled, remainder

ROOT = Dummy("root")


class Roots(Basic):
    """All roots of an irreducible polynomial, of degree 2 or more: Roots((1, p, q)) of z^2 + p z + q, the highest first.

    As a base: a coefficient c(ROOT) stands for the sum over the roots r of c(r) r^t.
    """

    def __new__(cls, coefficients: Sequence[Expr]):
        return Basic.__new__(cls, Tuple(*coefficients))

    @property
    def polynomial(self) -> Expr:
        """The polynomial, in ROOT."""
        highest = len(self.args[0].args) - 1
        return Add(*(c * ROOT ** (highest - k) for k, c in enumerate(self.args[0].args)))

    @property
    def degree(self) -> int:
        """Its degree, the number of roots."""
        return len(self.args[0].args) - 1

    def reduced(self, x: Expr) -> Expr:
        """A polynomial in ROOT, below the degree."""
        try:
            return remainder(x, self.polynomial, ROOT)
        except ValueError:
            return rem(expand(x), self.polynomial, ROOT)

    def sums(self, count: int) -> list[Expr]:
        """The sums of r^k over the roots, k = 0, ..., count - 1, by Newton's identities."""
        _, *a = self.args[0].args
        out: list[Expr] = [sympify(self.degree)]
        for k in range(1, count):
            rest = k * a[k - 1] if k <= self.degree else S.Zero
            known = (a[i - 1] * out[k - i] for i in range(1, min(k - 1, self.degree) + 1))
            out.append(cancelled(-rest - Add(*known)))
        return out

    def summed(self, c: Expr, t: Expr) -> Expr:
        """The sum over the roots of c(r) r^t: in real numbers for a pair of complex ones."""
        if self.degree > 2:
            return RootSum(self.polynomial, Lambda(ROOT, c * ROOT**t), x=ROOT)
        _, p, q = self.args[0].args
        inside = factor(p**2 / 4 - q)
        constant, second = (*by_power(c, ROOT), S.Zero)[:2]
        first = as_product(constant - second * p / 2)
        if inside.is_negative:
            angle = atan2(sqrt(-inside), -p / 2) * t
            return 2 * sqrt(q) ** t * (first * cos(angle) - second * sqrt(-inside) * sin(angle))
        return Add(*((first + s * second) * (s - p / 2) ** t for s in (sqrt(inside), -sqrt(inside))))
