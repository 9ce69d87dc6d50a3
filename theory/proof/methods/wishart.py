"""Powers of a variance along a direction, c'AA'c, where each step multiplies the factor A by Bartlett's of a Wishart matrix.

After a step A is A T, T lower triangular: up to a scale, its entries below the diagonal are standard normal, and the square of
the i-th one on it is chi-square with m + 1 - i degrees of freedom, all independent. Then TT' is Wishart with m degrees of freedom
(Bartlett, Proc. R. Soc. Edinburgh 53, 1933), and for w = A'c, whatever it is, w'TT'w is |w|^2 times a chi-square number with m
degrees of freedom. So every step multiplies the mean of a power by that of the same power of this number.

That a step does so is seen from it: after it the variance is a quadratic form of the draws, and its coefficients are compared.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Dummy, Expr, Poly, PolynomialError, S, expand, gamma, sqrt

from ...language.errors import CannotTell
from ...language.laws import ChiSquare, Noise, Normal
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import Moment
from ...language.signs import is_nonnegative
from .. import structures
from ..arithmetic.programs import to_ball
from ..symbols.normal_forms import is_zero
from .method import Derivation, Method
from .monomials import Monomials
from .steps import loop_of, of_mean, times_of

Pairs = dict[tuple[Noise, Noise], Expr]  # the coefficients of a quadratic form, those of two numbers halved


def _parts(m: Moment) -> tuple[Expr, Expr, Expr]:
    """(c, Q, p) of the mean of c Q^p, Q a sum. Raises `CannotTell` for another one."""
    c, rest = m.variable.as_independent(Observable, as_Add=False)
    base, power = rest.as_base_exp()
    if not base.is_Add or not power.is_Rational:
        raise CannotTell(f"{m} is no mean of a power of a sum of squares")
    return c, base, power


def _pairs(form: Expr, draws: tuple[Noise, ...]) -> Pairs:
    """A quadratic form in normal draws and in roots of chi-square ones. Raises `CannotTell` for what is none."""
    symbols = [Dummy("q", positive=True) for q in draws]
    put: dict[Expr, Expr] = {}
    for q, x in zip(draws, symbols, strict=True):
        put |= {sqrt(q): x, q: x**2} if isinstance(q.law, ChiSquare) else {q: x}
    try:
        found = Poly(expand(form).xreplace(put), *symbols)
    except PolynomialError as error:
        raise CannotTell("after a step it is no polynomial of the draws") from error
    out: Pairs = {}
    for powers, coefficient in found.terms():
        here = [q for q, j in zip(draws, powers, strict=True) for _ in range(j)]
        if len(here) != 2:
            raise CannotTell("after a step it is no quadratic form of the draws")
        a, b = here
        out[a, b] = out[b, a] = coefficient if a == b else coefficient / 2
    return out


def _columns(pairs: Pairs) -> list[list[Noise]]:
    """The columns of T, the longest first, each with its diagonal entry in front, and the rows in the same order in all."""
    chis = sorted({a for a, _ in pairs if isinstance(a.law, ChiSquare)}, key=lambda q: -len(_beside(pairs, q)))
    rows: list[list[Noise]] = []
    for j, q in enumerate(chis):
        normals = _beside(pairs, q)
        if any(z.law != Normal(0, 1) for z in normals) or len(normals) != len(chis) - 1 - j:
            raise CannotTell("the draws of a step are not those of Bartlett's factor")
        column = [q]
        for below in chis[j + 1 :]:  # of the row of another diagonal entry: with the same square
            found = [z for z in normals if is_zero(pairs[z, z] - pairs[below, below])]
            if len(found) != 1:
                raise CannotTell("the rows of Bartlett's factor are not told apart")
            column += found
        rows.append(column)
    return rows


def _beside(pairs: Pairs, q: Noise) -> list[Noise]:
    return [b for a, b in pairs if a == q and b != q]


def _is_bartlett(pairs: Pairs, columns: list[list[Noise]]) -> None:
    """Raise `CannotTell` where the form is not |T'w|^2 with one w for all columns."""
    first, left = columns[0], dict(pairs)
    for j, column in enumerate(columns):
        if not is_zero(column[0].law.dof + j - first[0].law.dof):
            raise CannotTell("the degrees of freedom of a step are not those of Bartlett's factor")
        for a, x in zip(column, first[j:], strict=True):
            for b, y in zip(column, first[j:], strict=True):
                if not is_zero(left.pop((a, b), S.Zero) - pairs[x, y]):
                    raise CannotTell("the columns of a step differ")
    top = first[0]
    one_vector = (pairs[top, a] * pairs[top, b] - pairs[top, top] * pairs[a, b] for a in first for b in first)
    if left or not all(map(is_zero, one_vector)):
        raise CannotTell("a step is no product with Bartlett's factor")


def _multiplied(Q: Expr, loop: Loop) -> tuple[Expr, Expr]:
    """(k, m): after a step a variance Q, in the symbols of the state, is k Q times a chi-square number with m degrees of freedom.

    Raises `CannotTell`.
    """
    state = Monomials(loop).vars
    step = loop.step(state)
    after = Q.xreplace({v: step[name] for name, v in state.items()})
    draws = tuple(sorted(after.atoms(Noise), key=str))
    if any(q.law.has(Noise, *state.values()) for q in draws):
        raise CannotTell("the law of a draw is another one in each generation")
    if after.has(CLOCK) or not draws or any(not isinstance(q.law, ChiSquare) and q.law != Normal(0, 1) for q in draws):
        raise CannotTell("a step draws other numbers than Bartlett's factor has")
    pairs = _pairs(after, draws)
    columns = _columns(pairs)
    _is_bartlett(pairs, columns)
    length = sum((pairs[a, a] for a in columns[0]), S.Zero)
    ratio = (length / Q).simplify()
    if ratio.has(*state.values()):
        raise CannotTell("a step changes the direction")
    return ratio, columns[0][0].law.dof


def derive(m: Moment, learn: Callable[[Moment], Derivation] | None = None) -> Derivation:
    c, Q, p = _parts(m)
    loop, (t,) = loop_of(m), times_of(Q)
    state = Monomials(loop).vars
    if not {o.name for o in Q.atoms(Observable)} <= set(state):
        raise CannotTell("it is of more than the state")
    k, dof = _multiplied(Q.xreplace({Observable(loop, name, t): v for name, v in state.items()}), loop)
    begun = Q.xreplace({Observable(loop, name, t): loop.initial[name] for name in state})
    if begun.has(Noise) or c.has(Noise):
        raise CannotTell("its start is drawn")
    if p > 0 and not is_nonnegative(begun):
        raise CannotTell(f"{begun} is not seen to be 0 or above")
    each = (2 * k) ** p * gamma(dof / 2 + p) / gamma(dof / 2)
    step = f"a step multiplies {Q} by {k} times a chi-square number with {dof} degrees of freedom (Bartlett)"
    positive = [*structures.conditions(loop), k, dof / 2 + p, *([begun] if p < 0 else [])]
    return Derivation(c * begun**p * each**t, positive=positive, steps=[step])


def skip(m: Moment) -> str | None:
    if (problem := of_mean(m)) is not None:
        return problem
    if len(times_of(m.variable)) != 1:
        return "it is of several generations"
    try:
        _parts(m)
    except CannotTell as why:
        return str(why)
    return None


def _enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    d = derive(m)
    if not all(to_ball(c) > 0 for c in d.positive):
        raise CannotTell(f"{m} is not seen to exist")
    return to_ball(d.form)


METHOD = Method("a variance along a direction, by Bartlett's decomposition", skip, derive=derive, enclose=_enclose)
