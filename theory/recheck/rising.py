"""Signs by how an expression moves with one variable: what falls to 0 is above it; what is 0 at first, and rises, too.

It moves as its derivative says, or the difference to its next value. Products are compared by their logarithms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Protocol

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Mul,
    Poly,
    Pow,
    Rational,
    S,
    Sum,
    Symbol,
    atan,
    cancel,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    expand_log,
    factor,
    factor_terms,
    fraction,
    gamma,
    ilcm,
    log,
    loggamma,
    pi,
    polygamma,
    sinh,
    tanh,
    together,
    zeta,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.errors import CannotTell
from ..language.lengths import operations
from .averages import expanded
from .binders import canonical
from .fractions import plain, shifted
from .values import taken

SMOOTH = (exp, log, gamma, loggamma, polygamma, erf, erfc, atan, sinh, cosh, tanh)  # wherever they have a value
GAMMAS = (gamma, loggamma, polygamma)
MOST_DEEP = 3
MOST_OPERATIONS = 160
MOST_RATIONAL = 50  # of a quotient of polynomials, and of what is compared by logarithms
MOST_ASKED = 80  # expressions that are looked at for one


class Signed(Protocol):
    """Signs of expressions in variables that are 0 or more, seen otherwise, and what falls to 0."""

    def sign(self, x: Expr) -> tuple[int, bool] | None:
        """(1 or -1, whether it is never 0), (0, False) of 0, None where it is not seen."""
        ...

    def vanishes(self, x: Expr, t: Symbol) -> bool:
        """Whether x -> 0 as t -> oo is seen."""
        ...


class Rising:
    """Signs by how expressions move along `free`, variables that run through all of a ray from 0 on."""

    def __init__(self, signs: Signed, free: Collection[Symbol]) -> None:
        self.signs, self.free = signs, {*free}
        self.seen: dict[tuple[Expr, bool], bool] = {}

    def positive(self, x: Expr, strict: bool, deep: int = MOST_DEEP) -> bool:
        """Whether x > 0 (>= 0) is seen. Raises `CannotTell`."""
        x = plain(x)
        if (s := self.signs.sign(x)) is not None:
            return s == (1, True) or (not strict and s[0] >= 0)
        if deep == 0 or operations(x) > MOST_OPERATIONS or len(self.seen) > MOST_ASKED:
            return False
        if (x, strict) not in self.seen:
            self.seen[x, strict] = False  # it does not follow from itself
            parts = Mul.make_args(factor_terms(x))
            if sum(not f.is_number for f in parts) > 1:
                self.seen[x, strict] = self._of_factors(parts, strict, deep)
            else:
                ways = (self._over, self._by_logs, self._followed)
                self.seen[x, strict] = any(_sees(way, x, strict, deep) for way in ways)
        return self.seen[x, strict]

    def _of_factors(self, parts: Collection[Expr], strict: bool, deep: int) -> bool:
        """Of a product of factors with a sign, and one that is looked at by itself."""
        signs = [self.signs.sign(f) for f in parts]
        if sum(s is None for s in signs) != 1 or any(s and strict and not s[1] for s in signs):
            return False
        below = sum(s[0] < 0 for s in signs if s) % 2
        (left,) = (f for f, s in zip(parts, signs, strict=True) if s is None)
        return self.positive(-left if below else left, strict, deep)

    def _over(self, x: Expr, strict: bool, deep: int) -> bool:
        """What is linear in one logarithm over the coefficient of that: the derivative is without it."""
        for f in x.atoms(log) if len(x.atoms(log)) == 1 else ():
            c = x.coeff(f)
            if not c.is_number and (s := self.signs.sign(c)) is not None and s[1] and not (x - c * f).has(f):
                return self.positive(s[0] * (f + (x - c * f) / c), strict, deep)
        return False

    def _by_logs(self, x: Expr, strict: bool, deep: int) -> bool:
        """a - b by log a - log b; multiples of logarithms by the product of powers that they are the logarithm of."""
        if (product := self._product(x)) is not None:
            return self.positive(product - 1, strict, deep - 1)
        if isinstance(x.as_coeff_Mul()[1], log):
            apart = expand_log(x)
            return apart != x and self.positive(apart, strict, deep)
        powers = x.has(exp, gamma) or any(f.exp.free_symbols for f in x.atoms(Pow))
        if not isinstance(x, Add) or not powers or operations(x) > MOST_RATIONAL:
            return False
        down = [f for f in x.args if f.could_extract_minus_sign()]
        a, b = Add(*(f for f in x.args if f not in down)), Add(*(-f for f in down))
        if any(self.signs.sign(y) != (1, True) for y in (a, b)):
            return False
        gap = expand_log(log(a)) - expand_log(log(b))
        gap = factor_terms(expand(gap, deep=False))
        if not gap.is_Mul:
            names = {f: Dummy("f", real=True) for f in gap.atoms(log)}  # nothing within them is multiplied out
            whole = factor(gap.xreplace(names))
            gap = whole.xreplace({name: f for f, name in names.items()}) if fraction(whole)[1] == 1 else gap
        return self.positive(gap, strict, deep - 1)

    def _product(self, x: Expr) -> Expr | None:
        """What a sum of rational multiples of logarithms is a multiple of the logarithm of."""
        parts = [f.as_coeff_Mul() for f in Add.make_args(x)]
        if not all(
            c.is_Rational and isinstance(f, log) and not f.has(gamma) and self._above(f.args[0]) for c, f in parts
        ):
            return None
        times = ilcm(1, *(c.q for c, _ in parts))
        return Mul(*(f.args[0] ** (c * times) for c, f in parts))

    def _above(self, x: Expr) -> bool:
        return self.signs.sign(x) == (1, True)

    # ---- along a variable -----------------------------------------------------------------------------------------------

    def _followed(self, x: Expr, strict: bool, deep: int) -> bool:
        return any(_sees(self._along, x, v, strict, deep) for v in sorted(x.free_symbols & {*self.free}, key=str))

    def _along(self, x: Expr, v: Symbol, strict: bool, deep: int) -> bool:
        for step, here, s, move in self._moves(x, v):
            if step < 2 and self.positive(move, False, deep - 1) and (begun := _at_0(here, s)) is not None:
                above = strict and not (v.is_positive and self.positive(move, True, deep - 1))
                if self.positive(begun, above, deep - 1):
                    return True
            if self.positive(-move, strict, deep - 1) and self._falls_to_0(here, s):
                return True
        return False

    def _moves(self, x: Expr, v: Symbol) -> Iterator[tuple[int, Expr, Symbol, Expr]]:
        """(step, x, its variable, what has the sign of how it moves): by the derivative, 0, or to the next values."""
        if not _kept(x, v):
            s = Dummy(v.name, positive=v.is_positive, nonnegative=True)  # a real number, whatever v is
            self.free.add(s)
            here = x.xreplace({v: s})
            move = here.diff(s)
            of, then = (_functions(y, s) for y in (here, move))
            simpler = len(then) < len(of) or all(isinstance(f, log) for f in of)
            if simpler and (of or operations(here) <= MOST_RATIONAL) and self._smooth(here):
                yield 0, here, s, factor_terms(together(move))
        elif (
            v.is_integer
            and not v.is_positive
            and not any(b.function.has(ExprWithLimits) for b in x.atoms(ExprWithLimits))
        ):
            for step in (1, 2):
                parts = canonical(*(plain(x.xreplace({v: v + k})) for k in (0, step)))
                here, after = shifted(list(parts))
                move = expanded(after - here)
                if len(_kept(move, v)) < len(_kept(here, v)):
                    yield step, here, v, move

    def _smooth(self, x: Expr) -> bool:
        """Whether an expression has a value, and is continuous, for all values of its variables."""
        if any(not isinstance(f, SMOOTH) for f in x.atoms(Function)) or x.has(ExprWithLimits):
            return False
        below = [p.base for p in x.atoms(Pow) if not p.exp.is_nonnegative]
        if not all(b.is_positive or ((s := self.signs.sign(b)) and s[1]) for b in below):
            return False
        return all(self.signs.sign(b) in ((1, True), (1, False))[: 2 - strictly] for b, strictly in taken(x))

    def _falls_to_0(self, x: Expr, v: Symbol) -> bool:
        """Whether x -> 0 as v -> oo: sums of powers by zetas, gammas and their kin by Stirling, logarithms by their expansions.

        What is left out vanishes, times its coefficient, too.
        """
        x = expand(x)
        for kinds, far, most in ((Sum, _zeta, 0), (log, _stirling, 0), (polygamma, _polygamma, 1)):
            x = expanded(
                self._replaced(x, {f: y for f in x.atoms(kinds) if f.has(v) and (y := far(f, v)) != f}, v, most)
            )
        name = Dummy("log", real=True)  # of v
        x = expand(self._replaced(x, {f: self._log_far(f.args[0], v, name) for f in x.atoms(log) if f.has(v)}, v, 1))
        slope = cancel(together(x.coeff(name)))
        x = expand(x - x.coeff(name) * name)
        if x.has(name) or (slope != 0 and self._degree(slope, v) >= 0):
            return False
        x = cancel(together(x)) if x.is_rational_function() else x
        return x == 0 or self.signs.vanishes(x, v)

    def _replaced(self, x: Expr, put: Mapping[Expr, Expr], v: Symbol, most: int) -> Expr:
        """x, linear in some functions with coefficients of at most such a degree, with others for these."""
        names = {f: Dummy("f", real=True) for f in put}
        named = x.xreplace(names)
        for name in names.values():
            slope = named.diff(name)
            if slope.has(*names.values()) or self._degree(slope, v) > most:
                raise CannotTell("a function that is not looked at far out")
        return named.xreplace({name: put[f] for f, name in names.items()})

    def _degree(self, x: Expr, v: Symbol) -> int:
        """Of the power of v that a quotient of polynomials grows like at most."""
        top, bottom = fraction(cancel(together(x)))
        if not (x.is_rational_function(v) and (s := self.signs.sign(Poly(bottom, v).LC())) and s[1]):
            raise CannotTell("a coefficient that is not looked at far out")
        return int(Poly(top, v).degree() - Poly(bottom, v).degree()) if top != 0 else -1

    def _log_far(self, x: Expr, v: Symbol, name: Symbol) -> Expr:
        """log x, but for terms like 1/v^2, in a name for log v."""
        self._degree(x, v)
        p, q = (Poly(y, v) for y in fraction(cancel(together(x))))
        lead = cancel(p.LC() / q.LC())
        if not self._above(lead):
            raise CannotTell("a logarithm that is not looked at far out")
        second = [y.coeff_monomial(v ** (y.degree() - 1)) / y.LC() if y.degree() else S.Zero for y in (p, q)]
        return (p.degree() - q.degree()) * name + log(lead) + (second[0] - second[1]) / v


def _sees(way: Callable[..., bool], *asked: object) -> bool:
    try:
        return way(*asked)
    except CannotTell:
        return False


def _kept(x: Expr, v: Symbol) -> set[Expr]:
    """What has no derivative that helps."""
    return {f for f in x.atoms(*GAMMAS, ExprWithLimits) if f.has(v)}


def _functions(x: Expr, v: Symbol) -> set[Expr]:
    """What is no quotient of polynomials of a variable in an expression."""
    return {f for f in x.atoms(Function, Pow) if f.has(v) and not (isinstance(f, Pow) and f.exp.is_Integer)}


def _at_0(x: Expr, v: Symbol) -> Expr | None:
    """x at v = 0, where nothing is divided by 0 there, and no logarithm is of 0."""
    for f in x.atoms(Pow, *SMOOTH):
        if isinstance(f, Pow):
            inside = S.One if f.exp.is_number and f.exp.is_positive else f.base
        else:
            inside = f.args[-1] if isinstance(f, (log, *GAMMAS)) else S.One
        if cancel(inside.xreplace({v: S.Zero})).is_zero is not False:
            return None
    return x.xreplace({v: S.Zero})


def _zeta(b: Sum, v: Symbol) -> Expr:
    """What a sum of 1/(j + 1)^s up to v and more tends to."""
    j, low, high = b.limits[0]
    base, e = factor(b.function).as_base_exp()
    if (
        len(b.limits) > 1
        or low != 0
        or base != j + 1
        or not (e.is_Rational and e < -1)
        or high.coeff(v) != 1
        or (high - v).has(v)
    ):
        raise CannotTell("a sum that is not looked at far out")
    return zeta(-e)


def _stirling(f: Expr, v: Symbol) -> Expr:
    """The logarithm of a gamma but for terms like 1/v."""
    if not isinstance(f.args[0], gamma):
        return f
    z = _linear(f.args[0].args[0], v)
    return (z - Rational(1, 2)) * log(z) - z + log(2 * pi) / 2


def _polygamma(f: Expr, v: Symbol) -> Expr:
    """But for terms like 1/v^2."""
    z = _linear(f.args[1], v)
    if f.args[0] not in (0, 1):
        raise CannotTell("a polygamma that is not looked at far out")
    return log(z) - 1 / (2 * z) if f.args[0] == 0 else 1 / z


def _linear(z: Expr, v: Symbol) -> Expr:
    slope = expand(z).coeff(v)
    if not (slope.is_Rational and slope > 0) or expand(z - slope * v).has(v):
        raise CannotTell("a gamma that is not looked at far out")
    return z
