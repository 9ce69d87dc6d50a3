"""Limits along a variable that grows, by leading terms: c Gamma(t)^g b^t t^p log(t)^q, times 1 + o(1).

What is rational is brought to one fraction first, so that what cancels exactly is gone. Where leading terms cancel all the
same, those of powers of 1/t tell (`smooth`); SymPy's `limit` answers log 2 for digamma(x/2) - log(x/2), whose limit is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    KroneckerDelta,
    Mul,
    Pow,
    Product,
    S,
    Sum,
    Symbol,
    asinh,
    atan,
    beta,
    binomial,
    cancel,
    cos,
    erf,
    exp,
    expand,
    expand_log,
    expand_mul,
    factor,
    factorial,
    fraction,
    gamma,
    harmonic,
    log,
    oo,
    pi,
    polygamma,
    sin,
    sinh,
    sqrt,
    tanh,
    together,
)

from ...language.errors import CannotTell
from ...language.functions import CONTINUOUS, unfold
from ...language.lengths import terms_when_expanded
from . import smooth
from .accumulated import multiplied, summed
from .leading import MOST_POWER, Leading, Sign, Terms
from .normal_forms import is_zero
from .stirling import of_logarithm

ONE, LOG = Leading(S.One), Leading(S.One, logs=S.One)
MOST_EXPANDED = 2_000  # terms of what is multiplied out
SLOPES = (sin, sinh, tanh, asinh, atan, erf)  # 0 at 0, where they rise


class Limits(Terms):
    """Limits as t -> oo of expressions whose other symbols are numbers, with signs that `sign` knows."""

    def __init__(self, t: Symbol, sign: Sign):
        super().__init__(t, sign)
        self.ones: set[Expr] = set()  # symbols for what tends to 1

    def of(self, x: Expr) -> Expr:
        """The limit, oo and -oo among them. Raises `CannotTell`."""
        return self._end(self.plain(x))

    def sign_in_the_end(self, x: Expr) -> int:
        """1, -1 or 0: the sign of x for all large t, by its leading term. Raises `CannotTell`."""
        lead = self.leading(x)
        if lead is None:
            return 0
        if not lead.exact or not self.is_positive(lead.base):
            raise CannotTell(f"the sign of {x} as {self.t} grows")
        return self.sign(lead.c)

    def plain(self, x: Expr) -> Expr:
        """x in the words that leading terms are known of: gammas and sums."""
        x = unfold(x).replace(lambda e: isinstance(e, factorial | binomial | beta), lambda e: e.rewrite(gamma))
        x = in_gammas(x, self.is_positive, self.t)
        x = x.replace(lambda e: isinstance(e, harmonic) and len(e.args) == 2, lambda e: _powers(*e.args))
        return x

    def _end(self, x: Expr) -> Expr:
        """The limit by the leading term, or else by the limits of the parts, where all are finite."""
        if x.is_finite and not x.has(self.t, *self.ones):
            return x
        try:
            lead = self.leading(x)
            if lead is None or (growth := self.compared(lead, ONE)) < 0:
                return S.Zero
            if not lead.exact or self.sign(lead.base) < 0:
                raise CannotTell(f"{x} may change again and again as {self.t} grows")
            return lead.c if growth == 0 else oo * self.sign(lead.c)
        except CannotTell:
            if not x.has(*self.ones) and (end := smooth.end(x, self)) is not None:
                return end
            whole = x.is_Pow and not x.exp.has(self.t)
            if not (whole or isinstance(x, (Add, Mul, *CONTINUOUS))):
                raise
            ends = [self._end(a) for a in x.args]
            anywhere = whole and x.exp.is_Integer and x.exp > 0  # such a power is continuous where it is 0, or below
            if any(end.is_infinite for end in ends) or (whole and not anywhere and not self.is_positive(ends[0])):
                raise
            return x.func(*ends)

    def leading(self, x: Expr) -> Leading | None:
        """The leading term; None of what is 0 for all large t."""
        t = self.t
        if x in self.ones:
            return ONE
        if not x.has(t, *self.ones):
            return self._constant(x)
        if x == t:
            return Leading(S.One, power=S.One)
        if isinstance(x, Mul):
            return self.times([self.leading(f) for f in x.args])
        if isinstance(x, Add):
            return self._sum(x)
        if isinstance(x, exp):
            return self._exponential(S.Exp1, x.args[0])
        if isinstance(x, Pow):
            if x.exp.has(t):
                return self._exponential(x.base, x.exp)
            lead = self.leading(x.base)
            if lead is None and self.sign(x.exp) > 0:
                return None
            return self.raised(self._known(lead), x.exp)
        if isinstance(x, Sum | Product):
            return summed(self, x) if isinstance(x, Sum) else multiplied(self, x)
        if isinstance(x, gamma):
            return self._gamma(x.args[0])
        if isinstance(x, log):
            return self._logarithm(x.args[0])
        if isinstance(x, polygamma | harmonic):
            return self._polygamma(x)
        if isinstance(x, Abs):
            lead = self.leading(x.args[0])
            return lead and replace(lead, c=Abs(lead.c), base=Abs(lead.base))
        if isinstance(x, KroneckerDelta) and self.compared(self._known(self.leading(x.args[0] - x.args[1])), ONE) > 0:
            return None
        if isinstance(x, CONTINUOUS) and (lead := self._continuous(x)) is not None:
            return lead
        if isinstance(x, sin | cos) and x.args[0].is_extended_real:
            return Leading(S.One, exact=False)
        raise CannotTell(f"no leading term of {x} as {t} grows")

    def _continuous(self, x: Expr) -> Leading | None:
        """By the limits of its arguments; None where they do not tell it."""
        try:
            ends = [self.of(a) for a in x.args]
            if isinstance(x, SLOPES) and ends == [0]:
                lead = self._known(self.leading(x.args[0]))
                return replace(lead, c=lead.c * (2 / sqrt(pi) if isinstance(x, erf) else S.One))
            value = x.func(*ends)
            return Leading(value) if value.is_finite and not value.has(oo) and self.sign(value) else None
        except CannotTell:
            return None

    def _constant(self, x: Expr) -> Leading | None:
        try:
            return Leading(x) if self.sign(x) else None
        except CannotTell:
            if x.is_finite is False:
                raise
            return Leading(S.One, exact=False)

    @staticmethod
    def _known(lead: Leading | None) -> Leading:
        if lead is None:
            raise CannotTell("0 where a leading term is asked for")
        return lead

    def _sum(self, x: Expr) -> Leading | None:
        try:
            lead = self._largest(x)
            if lead is not None and not lead.exact:
                with suppress(CannotTell):
                    lead = self._largest(self._parted(x))
            return lead
        except CannotTell:
            if not x.has(*self.ones) and (lead := smooth.leading(x, self)) is not None:
                return lead
            if terms_when_expanded(x) > MOST_EXPANDED:
                raise
            above, below = fraction(cancel(together(x)) if x.is_rational_function() else together(x))
            if terms_when_expanded(above) > MOST_EXPANDED:
                raise
            above = self._near_one(expand(above))
            if above == x:
                raise
            top = self._largest(above)
            return top and top.times(self.raised(self._known(self.leading(below)), S.NegativeOne))

    @staticmethod
    def _parted(x: Expr) -> Expr:
        """x with the parts of factors whose sign is not known as terms: of (a - 1) b^t + b^t a b^t is left."""
        return x if terms_when_expanded(x) > MOST_EXPANDED else expand_mul(x)

    def _near_one(self, x: Expr) -> Expr:
        """exp(u) with u -> 0 written as 1 + u times what tends to 1."""
        for e in sorted(x.atoms(exp), key=str):
            u = self.leading(e.args[0]) if e.has(self.t) else ONE
            if u is None or self.compared(u, ONE) < 0:
                one = Dummy("one", positive=True)
                self.ones.add(one)
                x = expand(x.xreplace({e: 1 + e.args[0] * one}))
        return x

    def _largest(self, x: Expr) -> Leading | None:
        """The leading term of a sum, term by term."""
        return self.largest([self.leading(term) for term in Add.make_args(x)], x)

    def _exponential(self, base: Expr, e: Expr) -> Leading:
        """base^e, e a polynomial of degree 1 in t and something that has a limit."""
        t = self.t
        if base.has(t):
            return self._of_itself(base, e) or self._exponential(S.Exp1, e * log(base))
        terms = Add.make_args(expand(e, log=False))
        slope: Any = Add(*(term.coeff(t, 1) for term in terms if term.is_polynomial(t)))
        rest = Add(*(term for term in terms if not term.is_polynomial(t) or term.coeff(t, 1) * t != term))
        if slope.has(t):
            raise CannotTell(f"how {base}^({e}) grows")
        powers = self._logarithmic(rest) if base == S.Exp1 else None
        if powers is not None:
            p, rest = powers
        else:
            p = S.Zero
        end = self.of(rest) if rest.has(t) else rest
        if end == -oo and base == S.Exp1 and slope.is_zero and self.compared(self._known(self.leading(rest)), LOG) > 0:
            return Leading(S.One, power=-MOST_POWER, exact=False)  # below every power
        if end.is_infinite:
            if base != S.Exp1 and self.is_positive(base):
                return self._exponential(S.Exp1, e * log(base))
            raise CannotTell(f"how {base}^({e}) grows")
        if not (base == S.Exp1 or base.is_positive or (slope.is_integer and not rest.has(t)) or self.sign(base) > 0):
            raise CannotTell(f"{base} to a power that is no integer")
        return Leading(base**end, base=base**slope, power=p)

    def _of_itself(self, base: Expr, e: Expr) -> Leading | None:
        """(c t)^(a t + b), by Stirling's formula for Gamma(t)^a; None of what is not of that form."""
        t, c, e = self.t, base / self.t, expand(e)
        a = e.coeff(t, 1)
        b = expand(e - a * t)
        if c.has(t) or a.has(t) or b.has(t) or a.is_zero or not self.is_positive(c):
            return None
        return Leading((2 * pi) ** (-a / 2) * c**b, a, (S.Exp1 * c) ** a, b + a / 2)

    def _logarithmic(self, x: Expr) -> tuple[Expr, Expr] | None:
        """c and the rest of c log(t) + rest."""
        parts = [term for term in Add.make_args(expand_log(x)) if not is_zero(term.coeff(log(self.t), 1))]
        if len(parts) != 1:
            return None
        c = parts[0].coeff(log(self.t), 1)
        if c.has(self.t) or parts[0] != c * log(self.t):
            return None
        return c, x - parts[0]

    def _logarithm(self, x: Expr) -> Leading | None:
        """log(x): of what grows or vanishes its growth, of what has a limit its logarithm, or x - 1 where that is 1."""
        if isinstance(x, gamma):
            return Leading(self._gamma(x.args[0]).gammas, power=S.One, logs=S.One)
        try:
            return self._of_growth(x)
        except CannotTell:
            if not x.has(gamma) or (terms := of_logarithm(x, self.t, self.is_positive)) is None:
                raise
            first = next(((c, p, q) for c, p, q in terms if self.sign(c)), None)
            if first is None:
                raise
            return Leading(first[0], power=S(first[1]), logs=S(first[2]))

    def _of_growth(self, x: Expr) -> Leading | None:
        lead = self._known(self.leading(x))
        if lead.gammas == 0 and lead.exact and self.sign(lead.c) > 0 and self.sign(lead.base) > 0:
            if self.sign(lead.base - 1):
                return Leading(log(lead.base), power=S.One)
            if self.sign(lead.power):
                return Leading(lead.power, logs=S.One)
            if lead.logs == 0:
                return Leading(log(lead.c)) if self.sign(lead.c - 1) else self.leading(together(x - 1))
        raise CannotTell(f"how log({x}) grows")

    def _polygamma(self, x: Expr) -> Leading | None:
        """Digamma and harmonic numbers grow with the logarithm, polygamma(k, z) is (-1)^(k + 1) (k - 1)!/z^k (1 + o(1))."""
        z, k = (x.args[0], S.Zero) if isinstance(x, harmonic) and len(x.args) == 1 else (x.args[-1], x.args[0])
        lead = self._known(self.leading(z))
        if not (lead.exact and self.sign(lead.c) > 0 and self.compared(lead, ONE) > 0 and self.sign(lead.base) > 0):
            raise CannotTell(f"how {x} grows")
        if k == 0:
            return self._logarithm(z)
        if isinstance(x, polygamma) and k.is_Integer and k > 0:
            return Leading((-1) ** (k + 1) * factorial(k - 1)).times(self.raised(lead, -k))
        raise CannotTell(f"how {x} grows")

    def _gamma(self, x: Expr) -> Leading:
        """Gamma(a t + b), by Stirling's formula for it and for Gamma(t)^a."""
        a = expand(x).coeff(self.t, 1)
        b = expand(x - a * self.t)
        if a.has(self.t) or b.has(self.t) or self.sign(a) <= 0:
            raise CannotTell(f"how gamma({x}) grows")
        return Leading((2 * pi) ** ((1 - a) / 2) * a ** (b - S.Half), a, a**a, b + (a - 1) / 2)


def _powers(n: Expr, m: Expr) -> Sum:
    j = Dummy("j", integer=True, positive=True)
    return Sum(j**-m, (j, 1, n))


def in_gammas(x: Expr, positive: Callable[[Expr], bool], t: Expr = S.NaN) -> Expr:
    """Products up to some number of a rational function in gamma functions, where its factors are linear and positive at the
    start, which does not move with t."""
    return x.replace(lambda e: isinstance(e, Product), lambda e: _in_gammas(e, positive, t))


def _in_gammas(x: Product, positive: Callable[[Expr], bool], t: Expr) -> Expr:
    j, low, high = x.limits[0]
    if len(x.limits) > 1 or low.has(t) or not x.function.is_rational_function(j):
        return x
    out, count = S.One, high - low + 1
    for f in Mul.make_args(factor(together(x.function))):
        base, e = f.as_base_exp()
        if not base.has(j):
            out *= f**count
            continue
        if base.coeff(j, 1).could_extract_minus_sign():
            base, out = -base, out * S.NegativeOne ** (count * e)
        a, b = base.coeff(j, 1), base.xreplace({j: S.Zero})
        if expand(base - a * j - b) == 0 and not e.has(j) and positive(a) and positive(b / a + low):
            out *= (a**count * gamma(high + 1 + b / a) / gamma(low + b / a)) ** e
        else:
            return x
    return out
