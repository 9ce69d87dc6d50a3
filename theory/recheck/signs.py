"""Signs of expressions on a claim's domain, by coefficients: variables are written as positive ones, and none of the coefficients
of what is left, over one denominator, has another sign than the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from itertools import count
from math import lcm

from flint import Ordering, fmpz_mpoly_ctx
from sympy import (
    Add,
    And,
    Dummy,
    Eq,
    Expr,
    Function,
    Ge,
    Gt,
    Integer,
    Le,
    Lt,
    Mul,
    Poly,
    PolynomialError,
    Pow,
    Rational,
    S,
    Symbol,
    cancel,
    erf,
    erfc,
    exp,
    expand,
    factor,
    factor_list,
    factor_terms,
    tanh,
    together,
)

from ..language.domains import Domain, Integers, Share
from ..language.errors import CannotTell
from ..language.expansion import multiplied_out
from ..language.lengths import operations
from ..language.loops import Observable
from .fractions import Quotients, by_power
from .lowest import as_expr
from .rising import Rising

Sign = tuple[int, bool]  # 1 or -1, and whether it is never 0; (0, False): identically 0
MOST_TERMS = 4000
MOST_ASKED = 100  # operations of what SymPy is asked of
MOST_SQUARED = 24  # of a quadratic: its discriminant has as many times as many
MOST_PARTS = 60  # operations of what is taken apart under a side condition
MOST_OPERATIONS = 400  # of an expression that is asked for its sign


def charts(symbols: Mapping[str, Symbol], domains: Mapping[str, Domain]) -> dict[Expr, Expr]:
    """Each variable of a domain by a positive or nonnegative one that runs through all of a ray, or by itself."""
    out: dict[Expr, Expr] = {}
    for name, s in symbols.items():
        d = domains[name]
        if isinstance(d, Share):
            continue
        if isinstance(d, Integers):
            k = Dummy(name, integer=True, nonnegative=True)
            if d.lo.is_finite:
                out[s] = d.lo + k
            elif d.hi.is_finite:
                out[s] = d.hi - k
            continue
        u = Dummy(name, **({"nonnegative": True} if getattr(d, "closed", False) else {"positive": True}))
        if d.lo.is_finite and d.hi.is_finite:
            if not getattr(d, "closed", False):
                out[s] = d.lo + (d.hi - d.lo) / (1 + u)
        elif d.lo.is_finite:
            out[s] = d.lo + u
        elif d.hi.is_finite:
            out[s] = d.hi - u
    shares = [(s, d) for name, s in symbols.items() if isinstance(d := domains[name], Share)]
    for names in dict.fromkeys(d.names for _, d in shares):
        weights = {n: Dummy(n, positive=True) for n in names}
        total = 1 + Add(*weights.values())
        out |= {symbols[n]: weights[n] / total for n in names}
    return out


class Signs:
    """What is known of the signs on a domain under a side condition."""

    def __init__(self, symbols: Mapping[str, Symbol], domains: Mapping[str, Domain], where: Expr) -> None:
        self.charts = charts(symbols, domains)
        self.told: list[tuple[Expr, bool]] = []
        self.thorough = True
        for r in And.make_args(where):
            if isinstance(r, Eq):
                self.told += [(r.lhs - r.rhs, False), (r.rhs - r.lhs, False)]
            elif isinstance(r, Ge | Gt | Le | Lt):
                self.told.append((r.gts - r.lts, isinstance(r, Gt | Lt)))

    def supposing(self, charts: Mapping[Expr, Expr], told: Sequence[tuple[Expr, bool]], thorough: bool = True) -> Signs:
        """The same where more variables have charts, and more quantities are at least 0 (above 0: True).

        thorough: whether what an expression is made of is looked at, too, and how it moves.
        """
        more = copy(self)
        more.thorough = self.thorough and thorough
        more.charts = {**self.charts, **{s: x.xreplace(self.charts) for s, x in charts.items()}}
        more.told = [*self.told, *told]
        return more

    def positive(self, x: Expr, strict: bool) -> bool:
        """Whether x > 0 (>= 0) is seen on the whole domain."""
        if (between := _exponents(x)) is not None:
            return self.positive(between, strict)
        if self._told(x, strict):
            return True
        if any(_fits(self.sign(x, put), 1, strict) for put in self.narrowed()) or self._by_squares(x, strict):
            return True
        return self.thorough and (self._by_parts(x, strict) or self._rises(x, strict))

    def _told(self, x: Expr, strict: bool) -> bool:
        """Whether x > 0 (>= 0) is seen by its coefficients, or by those of its difference from what a side condition says."""
        if _fits(self.sign(x), 1, strict):
            return True
        of = x.xreplace(self.charts).free_symbols
        told = [(g, above) for g, above in self.told if of & g.xreplace(self.charts).free_symbols]
        for g, _ in told:
            for c in _multiples(x, g):  # x = c g + rest
                if _fits(self.sign(c), 1, False) and _fits(self.sign(x - c * g), 1, strict):
                    return True
        for g, above in told:
            for times in (S.One, S.Half, 2 * S.One):
                if _fits(self.sign(x - times * g), 1, strict and not above):
                    return True
            if (s := self.sign(_ratio(x, g))) is not None and s[0] == 1 and (not strict or (above and s[1])):
                return True
        return False

    def _by_parts(self, x: Expr, strict: bool, again: bool = True) -> bool:
        """Whether what side conditions say of the terms of x, or of its factors, tells its sign."""
        if not self.told or operations(x) > MOST_PARTS:
            return False

        def seen(y: Expr, strict: bool) -> bool:
            return self._told(y, strict) or self._by_parts(y, strict, again)

        if isinstance(x, Mul):
            if x.args[0] == -1 and len(x.args) == 2:
                y = x.args[1]
                return isinstance(y, Pow) and bool(y.exp.is_odd) and seen(-y.base, True)
            below = [not seen(f, strict) for f in x.args]
            return sum(below) % 2 == 0 and all(seen(-f, strict) for f, b in zip(x.args, below, strict=True) if b)
        if isinstance(x, Pow):
            return bool(x.exp.is_Integer) and seen(x.base, True)
        if not isinstance(x, Add):
            return False
        if all(seen(y, False) for y in x.args) and (not strict or any(seen(y, True) for y in x.args)):
            return True
        whole = factor(together(x)) if again and x.is_rational_function() else x
        return whole != x and (self._told(whole, strict) or self._by_parts(whole, strict, again=False))

    def _rises(self, x: Expr, strict: bool) -> bool:
        if x.has(Observable):  # nothing is known of how a state moves
            return False
        x = x.xreplace(self.charts)
        bound = {s for g, _ in self.told for s in g.xreplace(self.charts).free_symbols}
        try:
            return Rising(self, {s for s in x.free_symbols - bound if s.is_nonnegative}).positive(x, strict)
        except (CannotTell, PolynomialError):
            return False

    def vanishes(self, x: Expr, t: Symbol) -> bool:
        """Whether x -> 0 as t -> oo is seen."""
        return vanishes_along(x, t, self)

    def _by_squares(self, x: Expr, strict: bool) -> bool:
        """Whether a > b (a >= b) is seen of a - b with roots in it, of which neither is below 0, by their squares."""
        if not (isinstance(x, Add) and len(x.args) == 2 and any(not p.exp.is_integer for p in x.atoms(Pow))):
            return False
        for a, b in ((x.args[0], -x.args[1]), (x.args[1], -x.args[0])):
            if _fits(self.sign(a), 1, False) and _fits(self.sign(b), 1, False):
                gap = expand(a**2) - expand(b**2)
                return _fits(self.sign(gap), 1, strict) or (len(Add.make_args(gap)) > 2 and self.positive(gap, strict))
        return False

    def nonzero(self, x: Expr) -> bool:
        """Whether x is seen to be other than 0 on the whole domain."""
        if (s := self.sign(x)) is not None and s[1]:
            return True
        return self.positive(x, True) or self.positive(-x, True)

    def sign(self, x: Expr, put: Mapping[Expr, Expr] | None = None) -> Sign | None:
        """The sign of x, None where it is not seen."""
        return _charted(x.xreplace(dict(put or {})).xreplace(self.charts))

    def narrowed(self) -> Sequence[Mapping[Expr, Expr]]:
        """Variables by others, such that a side condition holds by itself: s = rest + k with k >= 0."""
        out = []
        for g, above in self.told:
            for s in sorted(g.free_symbols, key=str):
                if not g.is_polynomial(s) or Poly(g, s).degree() != 1:
                    continue
                slope, rest = Poly(g, s).all_coeffs()
                if slope not in (1, -1):
                    continue
                whole = bool(g.is_integer)
                k = Dummy(s.name, nonnegative=True, **({"integer": True} if whole else {}))
                k = k + 1 if above and whole else k
                out.append({s: (k - rest) / slope})
        return out


def _within_1(x: Expr) -> Expr:
    """erf and tanh by any numbers between -1 and 1, of the sign that their arguments have."""
    named: dict[Expr, Expr] = {}
    x = x.replace(erfc, lambda a: 1 - erf(a))
    for f in x.atoms(erf, tanh):
        u, s = Dummy("u", positive=True), _of_product(f.args[0])
        if f.is_extended_real:
            named[f] = s[0] / (1 + u) if s is not None and s[1] else (1 - u) / (1 + u)
    return x.xreplace(named)


def _multiples(x: Expr, g: Expr) -> Iterator[Expr]:
    """What g may be multiplied by, so that one symbol of it, in which both are linear, is in x less that no more."""
    for v in sorted(g.free_symbols & x.free_symbols, key=str):
        if not (_may_be_linear(g, v) and _may_be_linear(x, v)):
            continue
        slopes = [together(y.diff(v)) for y in (x, g)]
        if not any(y.has(v) for y in map(cancel, slopes)):
            yield cancel(slopes[0] / slopes[1])


def _may_be_linear(x: Expr, v: Symbol) -> bool:
    """Whether x is linear in v where all else is a number: that is quickly seen, and long products are not multiplied out."""
    if not x.is_rational_function(v):
        return False
    others = sorted(x.free_symbols - {v}, key=str)
    return not cancel(together(x.xreplace({s: Integer(k) for s, k in zip(others, count(2))}))).diff(v).has(v)


def _exponents(x: Expr) -> Expr | None:
    """a - b for exp(a) - exp(b), of which it has the sign; None of anything else."""
    pair = Add.make_args(x)
    signs = [1 if y.could_extract_minus_sign() is False else -1 for y in pair]
    powers = [s * y for s, y in zip(signs, pair, strict=True)]
    if sorted(signs) != [-1, 1] or not all(y == 1 or isinstance(y, exp) for y in powers):
        return None
    return Add(*(s * y.exp for s, y in zip(signs, powers, strict=True) if y != 1))


def _ratio(x: Expr, g: Expr) -> Expr:
    return cancel(together(x / g)) if (x / g).is_rational_function() else x / g


def _fits(s: Sign | None, wanted: int, strict: bool) -> bool:
    return s is not None and (s == (wanted, True) or (not strict and s[0] in (wanted, 0)))


@lru_cache(maxsize=4096)  # each relation needs the same of a loop's laws, and is asked for > 0 and for >= 0
def _charted(x: Expr) -> Sign | None:
    """The sign of an expression of positive numbers, None where it is not seen."""
    try:
        found = _of_product(x)
        return _of_product(_within_1(x)) if found is None and x.has(erf, erfc, tanh) else found
    except (CannotTell, PolynomialError):
        return None


def _of_product(x: Expr) -> Sign | None:
    """The sign of a product by those of its factors, of a power by its base's."""
    if operations(x) <= MOST_ASKED and x.is_positive:  # SymPy looks for the roots of sums, however long
        return 1, True
    if isinstance(x, Mul):
        total: Sign = 1, True
        for f in x.args:
            if (s := _of_product(f)) is None:
                return _sign(x)
            total = total[0] * s[0], total[1] and s[1]
        return total
    if isinstance(x, Pow) and x.exp.is_real:
        s = _of_product(x.base)
        if s is not None and s[1] and (s[0] == 1 or x.exp.is_even):
            return 1, True
        if s is not None and s[0] >= 0 and x.exp.is_positive:
            return s
        if x.exp.is_Integer:
            even = x.exp % 2 == 0
            if x.exp > 0 and ((even and x.base.is_real) or s is not None):
                return (1 if even else s[0]), s is not None and s[1]  # pyrefly: ignore[unsupported-operation]
            return s if s is not None and s[1] else None
    if (found := _sign(x)) is None and isinstance(x, Add):
        return _of_sum([_of_product(y) for y in x.args])
    return found


def _of_sum(signs: Sequence[Sign | None]) -> Sign | None:
    """The sign of a sum of which no term has another sign than the others, as it is written: a square stays one."""
    known = [s for s in signs if s is not None]
    own = {s[0] for s in known} - {0}
    if len(known) < len(signs) or len(own) > 1:
        return None
    return (own.pop() if own else 0), any(s[1] for s in known)


@lru_cache(maxsize=4096)
def _sign(x: Expr) -> Sign | None:
    if operations(x) > MOST_OPERATIONS:
        return None
    moving = any(p.exp.free_symbols for p in x.atoms(Pow))
    ways = [(True, _powers_within), (False, _powers_within), (True, _powers_beyond)]
    if not moving:  # then these are one, and a root may be left as it is
        ways = [(False, _powers_within), (False, _as_they_are)]
        ways = ways if any(not p.exp.is_Integer for p in x.atoms(Pow)) else ways[:1]
    for whole, how in ways:
        try:
            if (found := _of_quotient(factor_terms(x) if whole and moving else x, Quotients(whole), how)) is not None:
                return found
        except (CannotTell, PolynomialError):
            pass
    return None


def vanishes_along(x: Expr, t: Symbol, signs: Signs) -> bool:
    """Whether x -> 0 as t -> oo, whatever the other variables: a polynomial of t times a power that falls, or over one of a
    higher degree."""
    k = Dummy("t", positive=True, integer=t.is_integer)
    x = x.xreplace({t: k}).xreplace({s: c for s, c in signs.charts.items() if s != t})
    field = Quotients(whole=True)
    try:
        (form,) = field.of(factor_terms(x))
        top, bottom = field.split(form)
        moving = {name for name, (base, e) in field.meant.items() if base.has(k) or (e is not None and e.has(k))}
        falling = {name for name in moving if _falls(*field.meant[name], k, signs)}
        if moving - falling or any(bottom.has(name) for name in falling):
            return False
        p, q = Poly(top, k, *falling), Poly(bottom, k)
        if (lead := _of_factors(q.LC())) is None or not lead[1]:  # where it is 0 the degree is another one
            return False
        return all(any(powers) or j < q.degree() for (j, *powers), _ in p.terms())
    except (CannotTell, PolynomialError):
        return False


def _falls(base: Expr, e: Expr | None, k: Expr, signs: Signs) -> bool:
    """Whether base^e falls to 0 like a geometric sequence: 0 < base < 1, and e is a positive multiple of k."""
    if (
        e is None
        or base.has(k)
        or not base.is_positive
        or not e.coeff(k).is_positive
        or e.coeff(k).has(k)
        or e != e.coeff(k) * k
    ):
        return False
    return _of_whole(1 - base) == (1, True) or (base.has(Function) and signs.positive(1 - base, True))


Powers = Callable[[Quotients], dict[Expr, Expr]]
Known = dict[tuple[Expr, int], Sign | None]


def _of_quotient(x: Expr, field: Quotients, powers: Powers) -> Sign | None:
    (form,) = field.of(x)
    form = form.xreplace(powers(field))
    top, bottom = field.split(form)
    if top == 0:
        return 0, False
    total: Sign = 1, True
    known: Known = {}
    for part in (top, bottom):
        s = _of_part(part, field, known)
        if s is None or (part is bottom and not s[1]):
            return None
        total = total[0] * s[0], total[1] and s[1]
    return total


def _of_roots(x: Expr, field: Quotients, known: Known) -> Sign | None:
    """The sign of a + b r, with a square root r, by those of a, b and a^2 - b^2 r^2."""
    for (base, part), order in field.orders.items():
        r = field.names[base, part]
        if part != 1 or order != 2 or not r.is_positive or not x.has(r):
            continue
        powers = by_power(x, r)
        a, b = (powers.get(k, S.Zero) for k in (0, 1))
        of_a, of_b = (_of_part(y, field, known) for y in (a, b))
        if a == 0 or of_a is None or of_b is None:
            continue
        (s, own), (other, never) = of_a, of_b
        if s == other:
            return s, own or never
        gap = _of_part(field.reduced(a**2 - b**2 * r**2), field, known)
        if gap is not None:
            return (s if gap[0] > 0 else other if gap[0] < 0 else 0), gap[1]
    return None


def _of_part(x: Expr, field: Quotients, known: Known) -> Sign | None:
    """The sign of a polynomial.  known: of those that were asked for; roots that are taken apart in another order lead to them
    again."""
    key = x, len(field.orders)
    if key not in known:
        known[key] = (0, False) if x == 0 else _of_factors(x) or _of_roots(x, field, known)
    return known[key]


def _powers_within(field: Quotients) -> dict[Expr, Expr]:
    """Powers b^k with k >= 0, whatever k is, and roots: any number from 0 to 1 where b is one, one from 1 on where b is."""
    out: dict[Expr, Expr] = {}
    for name, (base, e) in field.meant.items():
        if e is None or not e.is_nonnegative or not base.is_positive or base.free_symbols & set(field.meant):
            continue
        above = S.One if base.is_number and base > 1 else None
        s = (1, True) if above else _of_whole(base - 1)
        if s is not None and s[0]:
            u = Dummy("u", **({"positive": True} if s[1] and e.is_positive else {"nonnegative": True}))
            out[name] = 1 + u if s[0] > 0 else 1 / (1 + u)
    return out


def _as_they_are(field: Quotients) -> dict[Expr, Expr]:
    """Roots in which the equation of each stays to be seen."""
    return {}


def _powers_beyond(field: Quotients) -> dict[Expr, Expr]:
    """Powers b^k with whole numbers k >= 0 by Bernoulli's inequality: b^k >= 1 + k (b - 1), and of 1/b where b is below 1."""
    out: dict[Expr, Expr] = {}
    for name, (base, e) in field.meant.items():
        if e is None or e == 1 or field.orders.get((base, e)) != 1 or not (e.is_integer and e.is_nonnegative):
            continue
        if not base.is_positive or not base.is_rational_function() or (s := _of_whole(base - 1)) is None or not s[0]:
            continue
        u = Dummy("u", nonnegative=True)
        out[name] = 1 + e * (base - 1) + u if s[0] > 0 else 1 / (1 + e * (1 / base - 1) + u)
    return out


def _of_whole(x: Expr) -> Sign | None:
    field = Quotients()
    top, bottom = field.split(field.of(x)[0])
    a, b = _of_factors(top) if top != 0 else (0, False), _of_factors(bottom)
    return None if a is None or b is None else (a[0] * b[0], a[1] and b[1])


def _of_factors(x: Expr) -> Sign | None:
    direct = _of_coefficients(x)
    if direct is not None:
        return direct
    number, found = _factored(x)
    if number == 0:
        return 0, False
    total: Sign = (1 if number > 0 else -1), True
    for f, k in found:
        s = _of_coefficients(f) or _of_quadratic(f)
        if s is None and k % 2 == 0 and all(v.is_real for v in f.free_symbols):
            s = 1, False
        if s is None:
            return None
        total = total[0] * (s[0] if k % 2 else 1), total[1] and s[1]
    return total


def _factored(x: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    """A polynomial as a number times powers of irreducible ones: by FLINT, where its coefficients are rational numbers."""
    symbols = sorted(x.free_symbols, key=str)
    terms = _terms(x) if symbols else None
    if terms is None:
        return factor_list(x)
    if len(terms) > MOST_TERMS:
        raise CannotTell("a polynomial that is too long to be taken apart")
    below = lcm(*(int(c.q) for _, c in terms))
    ring = fmpz_mpoly_ctx.get([f"x{i}" for i in range(len(symbols))], Ordering.lex)
    summed: dict[tuple[int, ...], int] = {}
    for powers, c in terms:  # in what is written `evaluate=False` there may be two of the same powers
        key = tuple(int(powers.get(s, 0)) for s in symbols)
        summed[key] = summed.get(key, 0) + int(below * c)
    number, found = ring.from_dict(summed).factor()
    return Integer(int(number)) / below, [(as_expr(f, symbols), int(k)) for f, k in found]


def _of_quadratic(x: Expr) -> Sign | None:
    """The sign of a polynomial that is quadratic in a symbol, and has no root in it: 4 a c > b^2, or at most one."""
    terms = _terms(x)
    if terms is None or len(terms) > MOST_SQUARED:
        return None
    for v in sorted(x.free_symbols, key=str):
        if not v.is_real or max(powers.get(v, 0) for powers, _ in terms) != 2:
            continue
        found = by_power(x, v)
        a, b, c = (found.get(k, S.Zero) for k in (2, 1, 0))
        lead, less = (_of_coefficients(multiplied_out(y)) for y in (a, 4 * a * c - b**2))
        if lead is not None and lead[1] and less is not None and less[0] >= 0:
            return lead[0], less[1]
    return None


def _of_coefficients(x: Expr) -> Sign | None:
    """The sign of a polynomial whose coefficients all have one."""
    if not x.free_symbols:
        return (1 if x > 0 else -1, True) if x.is_number and x.is_real and x != 0 else None
    terms = _terms(x)
    if terms is None or len(terms) > MOST_TERMS:
        return None
    sign, never = 0, False
    for powers, c in terms:
        if not all(s.is_nonnegative or (s.is_real and k % 2 == 0) for s, k in powers.items()):
            return None
        own = 1 if c > 0 else -1
        if sign and own != sign:
            return None
        sign, never = own, never or all(s.is_positive for s in powers)
    return sign, never


def _terms(x: Expr) -> list[tuple[dict[Expr, int], Rational]] | None:
    """The terms of a polynomial, (powers of symbols, coefficient); None where a coefficient is no rational number."""
    out = []
    for term in Add.make_args(x):
        c, rest = term.as_coeff_Mul()
        powers = {s: k for s, k in rest.as_powers_dict().items() if s != 1}
        if not c.is_Rational or not all(s.is_Symbol and k.is_Integer and k > 0 for s, k in powers.items()):
            break
        out.append((powers, c))
    else:
        return out
    p = Poly(x, *sorted(x.free_symbols, key=str))
    if not (p.domain.is_ZZ or p.domain.is_QQ):
        return None
    return [({s: k for s, k in zip(p.gens, e, strict=True) if k}, c) for e, c in p.terms()]
