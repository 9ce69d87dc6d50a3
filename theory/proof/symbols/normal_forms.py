"""One canonical form: is an expression identically zero?

Expressions are rational functions of *generators*: symbols, prime numbers and irreducible polynomials to fractional or
symbolic powers, gamma functions, digammas, trigammas and logarithms, each brought to one representative (the constant
part of every gamma argument into (0, 1], powers split by base and by exponent, logarithms of products into sums).
Equality is decided by coefficients. Nothing here simplifies by trial: what has no such form raises `CannotTell`.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from math import ceil, lcm
from operator import mul

from sympy import (
    Abs,
    Add,
    Dummy,
    E,
    Expr,
    Integer,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    binomial,
    cancel,
    ceiling,
    erf,
    erfc,
    exp,
    expand,
    factor_list,
    factorial,
    factorrat,
    floor,
    fraction,
    gamma,
    log,
    loggamma,
    pi,
    polygamma,
    reduced,
    sympify,
    together,
    uppergamma,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.polys.polyerrors import PolynomialError

from ...language.errors import CannotTell
from ...language.functions import unfold
from ...language.histories import Entry
from . import rational

MOST_SHIFTED = 1000  # steps by which the argument of a gamma function is moved, a factor each


def _shift(arg: Expr) -> tuple[Expr, int]:
    """arg = base + m with the constant part of base in (0, 1] and m an integer."""
    plain = expand(arg)
    if plain.is_rational_function() and not plain.is_polynomial():
        whole, rest = _divided(plain)
        plain = whole + rest if whole.is_Rational else plain
    constant = plain.as_coeff_Add()[0]
    if not constant.is_Rational:
        return arg, 0
    m = ceil(constant) - 1
    if abs(m) > MOST_SHIFTED:
        raise CannotTell(f"a gamma function at {arg}, which is {abs(m)} steps from where it is looked at")
    return plain - m, int(m)


def _divided(x: Expr) -> tuple[Expr, Expr]:
    """A quotient of polynomials, its whole part by itself: (n - c)/(c + 1) = -1 + (n + 1)/(c + 1)."""
    above, below = fraction(cancel(together(x)))
    if not below.free_symbols:
        return x, S.Zero
    (whole,), rest = reduced(above, [below], *sorted(x.free_symbols, key=str))
    return whole, rest / below


def _positive(atom: Expr) -> bool:
    return bool(atom.is_positive) or (isinstance(atom, gamma) and bool(atom.args[0].is_positive))


def _require_positive(atom: Expr) -> Expr:
    if not _positive(atom):
        raise CannotTell(f"{atom} is not known to be positive")
    return atom


def _of_logarithm(x: Expr) -> dict[Expr, Expr]:
    """A logarithm as a factor: as that of 1 + what is positive, where it is known to be above 0, or its negative."""
    if x.args[0].is_rational_function():
        for sign, y in ((S.Zero, x.args[0]), (S.One, 1 / x.args[0])):
            gap = expand(cancel(together(y - 1)))
            if gap.is_positive:
                return {log(1 + gap): S.One, S.NegativeOne: sign}
    return {x: S.One}


class _Form:
    """Translation of one expression into generators (dummies), with the algebraic relations among them."""

    def __init__(self):
        self.atoms: dict[Expr, Symbol] = {}  # canonical atom -> generator
        self.powers: dict[tuple[Expr, Expr], Symbol] = {}  # (atom, symbolic exponent or 1) -> generator

    def generator(self, atom: Expr) -> Symbol:
        return self.atoms.setdefault(atom, Dummy("a", positive=True) if _positive(atom) else Dummy("a", real=True))

    def factors(self, x: Expr) -> dict[Expr, Expr]:
        """x as a product of canonical atoms to exponents: {atom: exponent}; atoms are primes, pi, E, symbols,
        irreducible polynomials, gammas, or opaque values."""
        out: dict[Expr, Expr] = {}

        def add(factors: dict[Expr, Expr], times: Expr = S.One) -> None:
            for atom, e in factors.items():
                out[atom] = out.get(atom, S.Zero) + times * e

        if x.is_Rational:
            if x == 0:
                raise CannotTell("a symbolic power of 0")
            if x < 0:
                add({S.NegativeOne: S.One})
            add({Integer(p): Integer(e) for p, e in factorrat(abs(x)).items()})
        elif isinstance(x, Mul):
            for a in x.args:
                add(self.factors(a))
        elif isinstance(x, exp):
            for term in Add.make_args(expand(x.args[0], log=False)):
                logs = [f for f in Mul.make_args(term) if isinstance(f, log)]
                # exp(t log a) = a**t
                add(self.raised(logs[0].args[0], term / logs[0]) if len(logs) == 1 else {E: term})
        elif isinstance(x, Pow) and x.base.is_Integer and x.exp.has(log):
            return self.factors(exp(x.exp * log(x.base), evaluate=False))  # 2**(t*log(a)/log(2)) is a**t
        elif isinstance(x, Pow):
            return self.raised(x.base, x.exp)
        elif isinstance(x, gamma):
            base, m = _shift(x.args[0])
            add({gamma(base): S.One})
            rising = [base + i for i in range(m)] if m >= 0 else [base - i for i in range(1, -m + 1)]
            for f in rising:
                add(self.factors(together(f)), S.One if m >= 0 else S.NegativeOne)
        elif isinstance(x, Add) and not (
            x.atoms(gamma, log, polygamma, exp) or any(not e.exp.is_Integer for e in x.atoms(Pow))
        ):
            divided = any(e.exp.is_negative for e in x.atoms(Pow))  # by a number such as pi, too
            parts = fraction(together(x)) if divided else (x, S.One)
            for part, sign in zip(parts, (S.One, S.NegativeOne), strict=True):
                c, fs = _polynomial_factors(part)
                add(self.factors(c), sign)
                for f, e in fs:
                    if Poly(f).LC() < 0:
                        raise CannotTell(f"sign of {f}")
                    add(self.factors(f) if f.is_Mul or f.is_Symbol else {f: S.One}, sign * e)
        elif isinstance(x, log):
            add(_of_logarithm(x))
        else:
            add({x: S.One})
        return out

    def raised(self, base: Expr, exponent: Expr) -> dict[Expr, Expr]:
        """base**exponent as a product of atoms: exponents are multiplied where no sign is lost by that.

        (y**2)**(1/2) is |y|, not y. A whole exponent goes to every factor, another one to those that are known not to be
        negative; what is left of the base keeps it as one piece.
        """
        out: dict[Expr, Expr] = {}
        left: dict[Expr, Expr] = {}
        for atom, e in self.factors(base).items():
            free = exponent.is_integer or _positive(atom) or (atom.is_nonnegative and e.is_positive)
            (out if free else left)[atom] = expand(e * exponent) if free else e
        if len(left) == 1:
            ((atom, e),) = left.items()
            if e == 1:
                return {**out, atom: exponent}
            if e.is_even and atom.is_extended_real:
                for size, whole in self.factors(abs(atom)).items():
                    out[size] = out.get(size, S.Zero) + expand(whole * e * exponent)
                return out
        return {**out, Mul(*(atom**e for atom, e in left.items())) ** exponent: S.One} if left else out

    def power(self, atom: Expr, exponent: Expr) -> Expr:
        """atom**exponent in generators."""
        result, exponent = S.One, expand(exponent)
        if exponent.is_rational_function() and not exponent.is_polynomial():  # 1/(n - 1) and n/(n - 1) differ by 1
            exponent = Add(*map(expand, _divided(exponent)))
        for term in Add.make_args(exponent):
            c, rest = term.as_coeff_Mul()
            if rest is S.One:
                if not c.is_Rational:
                    raise CannotTell(f"exponent {c}")
                whole, part = divmod(c, 1)
                result *= self.value(atom) ** whole
                if part:
                    _require_positive(atom)
                    result *= self.powers.setdefault((atom, S.One), Dummy("r", positive=True)) ** part
            else:
                if not (rest.is_integer and c.is_Integer):  # (a b)**t splits for integer t whatever the signs
                    _require_positive(atom)
                result *= self.powers.setdefault((atom, rest), Dummy("s", positive=True)) ** c
        return result

    def value(self, atom: Expr) -> Expr:
        """A canonical atom as an expression in generators."""
        if atom.is_Rational or atom.is_Symbol:
            return atom
        if isinstance(atom, Add):
            return Add(*map(self.convert, atom.args))
        return self.generator(atom)

    def convert(self, x: Expr) -> Expr:
        """x as a rational function of generators."""
        if x.is_Rational or x.is_Symbol:
            return x
        if isinstance(x, Add):
            return Add(*map(self.convert, x.args))
        if isinstance(x, Mul):
            return Mul(*map(self.convert, x.args))
        if isinstance(x, Pow) and x.exp.is_Integer:
            return self.convert(x.base) ** x.exp
        if isinstance(x, Pow | exp | gamma):
            return reduce(mul, (self.power(a, e) for a, e in self.factors(x).items()), S.One)
        if isinstance(x, binomial) and all(y.is_nonnegative for y in (*x.args, x.args[0] - x.args[1])):
            return self.convert(x.rewrite(gamma))
        if isinstance(x, factorial):
            return self.convert(gamma(x.args[0] + 1))
        if isinstance(x, loggamma):
            return self.convert(log(gamma(x.args[0])))
        if isinstance(x, log):
            return self.logarithm(x)
        if isinstance(x, polygamma):
            order, (base, m) = x.args[0], _shift(x.args[1])
            if not order.is_Integer:
                raise CannotTell(f"polygamma of order {order}")
            sign = (-1) ** int(order) * gamma(order + 1)
            steps = [base + i for i in range(m)] if m >= 0 else [base - i for i in range(1, -m + 1)]
            shift = Add(*(self.convert(1 / f ** (order + 1)) for f in steps)) * sign
            return self.generator(polygamma(order, base)) + (shift if m >= 0 else -shift)
        if isinstance(x, erf):
            sign, f = erf(expand(x.args[0])).as_coeff_Mul()  # of one sign of what it is asked for
            return sign * self.generator(f) if f is not S.One else sign
        if isinstance(x, uppergamma):
            return self.generator(uppergamma(*map(expand, x.args)))
        if isinstance(x, erfc):
            return 1 - self.convert(erf(x.args[0]))
        if isinstance(x, HyperbolicFunction):
            return self.convert(x.rewrite(exp))
        if x is pi or x is E or x.is_number or isinstance(x, Abs | Entry | floor | ceiling):
            return self.generator(x)
        raise CannotTell(f"{type(x).__name__} in {x}")

    def logarithm(self, x: Expr) -> Expr:
        """A logarithm as those of the factors that are known to be positive, and of all others in one piece: log(1 - a) too."""
        factors = self.factors(x.args[0])
        parts = [
            self.convert(e) * (S.One if a is E else self.generator(log(a))) for a, e in factors.items() if _positive(a)
        ]
        rest = Mul(*(a**e for a, e in factors.items() if not _positive(a)))
        if not rest.free_symbols:
            parts += [] if rest == 1 else [self.generator(log(_require_positive(rest)))]
        else:
            parts.append(self.generator(log(expand(rest) if rest.is_polynomial() else rest)))
        return Add(*parts)

    def numerator(self, x: Expr) -> Expr:
        """The numerator of x over generators, reduced by the relations r**L = atom: zero iff x is."""
        y = self.convert(x)
        relations, roots = [], []
        for (atom, e), g in self.powers.items():
            big = reduce(lcm, (p.exp.q for p in y.atoms(Pow) if p.base == g and p.exp.is_Rational), 1)
            h = Dummy("h", positive=True)
            whole = e is S.One and big == 1  # fractional powers of an atom that met and made it whole
            y = y.subs(g, self.value(atom) if whole else h**big)
            if e is S.One and not whole:
                relations.append(h**big - self.value(atom))
                roots.append(h**big)
        try:
            top = rational.numerator(y)
        except ValueError:
            top = expand(fraction(together(y))[0])
        powers = [(r, p.exp) for r in roots for p in top.atoms(Pow) if p.base == r.base]
        if top == 0 or all(e.is_Integer and e < r.exp for r, e in powers):
            return top  # of too low a degree for any of them
        roots = [r.base for r in roots]
        # roots before all else: the leading powers of the relations are then coprime, and the remainder is canonical
        rest = set().union(*(p.free_symbols for p in (top, *relations))) - set(roots)
        try:
            return expand(reduced(top, relations, *roots[::-1], *sorted(rest, key=str))[1])
        except PolynomialError:  # a relation with negative powers
            return expand(reduced(top, relations)[1])


def in_generators(x: Expr) -> tuple[Expr, dict[Symbol, Expr]]:
    """x in generators, and what they stand for. Raises `CannotTell` where it has no such form."""
    form = _Form()
    y = form.convert(unfold(x))
    return y, {g: atom**e for (atom, e), g in form.powers.items()} | {g: atom for atom, g in form.atoms.items()}


def _polynomial_factors(x: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    """A polynomial as a number times powers of irreducible polynomials."""
    whole = expand(x)
    if whole.is_Rational:  # no polynomial is left of a number
        return whole, []
    try:
        c, factors = Poly(whole).factor_list()  # of an expression it would look for a common denominator first
    except PolynomialError:
        return factor_list(whole)
    return c, [(f.as_expr(), k) for f, k in factors]


@lru_cache(maxsize=4096)
def is_zero(x: Expr) -> bool:
    """Whether x is identically zero. Raises `CannotTell` where that cannot be decided.

    Fractional and symbolic powers and logarithms are split only where the factors are known to be positive.
    """
    x = unfold(sympify(x))
    try:
        return bool(rational.quotient(x)[0].is_zero())
    except ValueError:
        return bool(x.is_zero) or _Form().numerator(x) == 0


def is_seen_zero(x: Expr) -> bool:
    """Whether it is seen to be 0 identically."""
    try:
        return is_zero(x)
    except CannotTell:
        return False


def tidy(x: Expr) -> Expr:
    """A product with its gamma functions shifted to a common representative, powers collected, all cancelled."""
    c, rest = x.as_coeff_Mul()
    try:
        return c * Mul(*(a**e for a, e in _Form().factors(rest).items()))
    except CannotTell:
        return x


def expand_over(x: Expr, *over) -> Expr:
    """Expand products, powers and logarithms in the atoms (or types of atoms) `over`; all else stays in one piece.

    SymPy's `expand` would also multiply out constants such as Q*(n - 1), after which the factors are lost.
    """
    for signed in (False, True):  # signs take long to be found, and only roots and logarithms need them
        y, meant = _in_pieces(x, over, signed)
        roots = {p: Dummy() for p in y.atoms(Pow) if p.base.is_Symbol and p.exp.is_Rational and not p.exp.is_Integer}
        try:
            products = list(rational.terms(y.xreplace(roots)))
        except (ValueError, ZeroDivisionError):
            continue
        meant |= {d: p.xreplace(meant) for p, d in roots.items()}
        return Add(*(Mul(c, *(meant.get(s, s) ** k for s, k in powers)) for c, powers in products))
    return expand(y, power_exp=False).xreplace(meant)


def _in_pieces(x: Expr, over: tuple, signed: bool) -> tuple[Expr, dict[Expr, Expr]]:
    """x with a dummy for each part without `over`, and each of `over`, and what they stand for. signed: a positive one is so."""
    held: dict[Expr, Symbol] = {}
    types = tuple(o for o in over if isinstance(o, type))

    def hold(e: Expr) -> Expr:
        if not e.args or not isinstance(e, Expr):  # a condition, such as those of a `Piecewise`
            return e
        # inside of these nothing is expanded either
        if e in over or isinstance(e, (*types, ExprWithLimits)) or not e.has(*over):
            if e not in held:
                held[e] = Dummy(positive=True) if signed and e.is_positive else Dummy(real=True)
            return held[e]
        return e.func(*map(hold, e.args))

    y = hold(x)
    return y, {d: e for e, d in held.items()}


def equal(a: Expr, b: Expr) -> bool:
    """Whether a and b are identically equal."""
    return is_zero(sympify(a) - sympify(b))


def same_roots(a: Expr, b: Expr) -> bool:
    """Whether a and b are the same rational function of symbols and roots, all roots taken for independent.

    Roots of multiples of a polynomial go by that of the polynomial. Enough for equality, and quick where there are many of them.
    """
    roots: dict[tuple[Expr, int], Symbol] = {}

    def hold(e: Expr) -> Expr:
        if e.is_Pow and e.exp.is_Rational and not e.exp.is_Integer and (e.base.is_positive or e.base.free_symbols):
            content, primitive = expand(e.base).primitive()
            if content != 1 and primitive != 1:
                return hold(content**e.exp) * hold(primitive**e.exp)
            return roots.setdefault((primitive if content == 1 else content, int(e.exp.q)), Dummy("root")) ** int(
                e.exp.p
            )
        return e.func(*map(hold, e.args)) if isinstance(e, Add | Mul | Pow) else e

    x = hold(a - b)
    try:
        return bool(rational.quotient(x.xreplace({pi: Dummy("pi")}))[0].is_zero())
    except (ValueError, ZeroDivisionError):
        return False
