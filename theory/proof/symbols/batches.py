"""Quotients by a count and a whole number, as by a batch of random size 1 + N: by the integral of the generating function."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Dummy, Expr, Poly, Pow, S, cancel, div, exp, factor, together

from ...language.laws import Binomial, Law, Noise, Poisson

MOST_BY_PARTS = 12  # the largest number beside a count


def in_one_piece(x: Expr, noises: Sequence[Noise]) -> Expr:
    """x with what divides it by a count and a number cancelled as far as it goes: of n p/n^2 one n is left."""
    counts = [z for z in noises if isinstance(z.law, Binomial | Poisson)]
    if not counts or not any(_divides(f) and f.base.has(*counts) for f in x.atoms(Pow)):
        return x
    names = {z: Dummy(str(z)) for z in noises}
    form = x.xreplace(names)
    if not form.is_rational_function(*names.values()):
        return x
    return factor(cancel(form), deep=False).xreplace({d: z for z, d in names.items()})


def _divides(f: Pow) -> bool:
    return isinstance(f.base, Add) and bool(f.exp.is_negative)


def divided(f: Expr, z: Noise, power: Expr) -> Expr | None:
    """E Z^power f of a count Z, for f = 1/(c Z + d) with d/c = 1, 2, ...; None of anything else.

    Of a binomial count among n what is left, n - Z, is one, too.
    """
    base, e = f.as_base_exp()
    x = Dummy("x")
    line = base.xreplace({z: x})
    if e != -1 or not (power.is_Integer and power >= 0) or line.has(Noise) or not line.is_polynomial(x):
        return None
    form = Poly(line, x)
    if form.degree() != 1:
        return None
    c, added = form.LC(), cancel(form.coeff_monomial(1) / form.LC())
    if isinstance(z.law, Binomial) and power == 0 and (left := cancel(-added - z.law.n)).is_Integer and left >= 1:
        below = _reciprocal(Binomial(z.law.n, together(1 - z.law.p)), int(left))
        return None if below is None else -below / c
    if not (added.is_Integer and 1 <= added <= MOST_BY_PARTS) or (below := _reciprocal(z.law, int(added))) is None:
        return None
    whole, rest = div(Poly(x**power, x), Poly(x + added, x))
    moments = (a * (z.law.moment(S(j))[0] if j else S.One) for (j,), a in whole.terms())
    return (Add(*moments) + rest.as_expr() * below) / c


def _reciprocal(law: Law, added: int) -> Expr | None:
    """E 1/(N + added): the integral of u^(added - 1) E u^N over (0, 1)."""
    if isinstance(law, Binomial):
        n, p = law.n, law.p
        known = added == 1 and p.is_positive and n.is_nonnegative and not law.has(Noise)
        return (1 - (1 - p) ** (n + 1)) / ((n + 1) * p) if known else None
    if not isinstance(law, Poisson) or not law.mean.is_positive or law.has(Noise):
        return None
    return by_parts(law.mean, added)


def by_parts(mean: Expr, added: int) -> Expr:
    """E 1/(N + added) of a Poisson count of that mean, above 0."""
    found = (1 - exp(-mean)) / mean
    for k in range(1, added):
        found = (1 - k * found) / mean
    return found
