"""Signs, certified: that an expression is positive (or non-negative) on a whole domain.

Order of attack, cheapest first; every method either certifies or declines, none guesses:

1. cone: after charts that map the domain to positive variables, numerator and denominator have no negative coefficient,
   or it is a product of such, or quadratic in one of them and never 0;
2. time: b1**t against b2**t by comparing logarithms; otherwise induction in t, each power b**t with 0 < b <= 1 replaced
   by the end of [0, 1] that is worse;
3. telescoping in n: f(n+2) - f(n) is elementary for gamma ratios and digammas; its sign follows from the sign of its
   rational derivative and its limit 0, and the sign of f from its monotonicity and its limit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flint import arb
from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    expand,
    expand_log,
    gamma,
    log,
    loggamma,
    polygamma,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.domains import Domain, Integers, Share
from ...language.errors import CannotTell
from ...language.functions import unfold
from ..arithmetic.rings import Balls, at_least, compile_expr
from ..symbols import rational
from ..symbols.normal_forms import _Form, is_zero
from ..symbols.rational import Held


@dataclass
class Certificate:
    """Why a sign holds: the steps of the argument, in order; those of long expressions are written when they are read."""

    said: list[str | Callable[[], str]] = field(default_factory=list)

    def say(self, text: str | Callable[[], str]) -> bool:
        self.said.append(text)
        return True

    @property
    def steps(self) -> list[str]:
        return [text if isinstance(text, str) else text() for text in self.said]


class Charted(Symbol):
    """A variable of a chart: no symbol of a claim is equal to it, whatever its name."""


def chart(symbol: Symbol, domain: Domain) -> Expr | None:
    """The domain as the image of a non-negative integer or a positive real: n = lo + k, x = lo + (hi - lo) y/(1 + y).

    A closed interval of two ends has no chart: it is proved end by end.
    """
    if isinstance(domain, Integers):
        if not domain.lo.is_finite:
            return None
        # one symbol for all n with the same start, so that forms can be cached across claims
        return domain.lo + Charted(f"{symbol.name}_", integer=True, nonnegative=True)
    if domain.included:
        y = Charted(f"{symbol.name}_", nonnegative=True)
        return None if domain.bounded else domain.lo + y if domain.lo.is_finite else domain.hi - y
    y = Charted(f"{symbol.name}_", positive=True)
    if isinstance(domain, Share):  # the odds of all its shares against the last probability
        return y / (1 + Add(*(Charted(f"{name}_", positive=True) for name in domain.names)))
    if domain.lo.is_finite and domain.hi.is_finite:
        return domain.lo + (domain.hi - domain.lo) * y / (1 + y)
    if domain.lo.is_finite:
        return domain.lo + y
    return domain.hi - y if domain.hi.is_finite else None


MOST_OPERATIONS = 5_000  # of what is put over one denominator
MOST_EXPANDED = 300  # of what SymPy multiplies out, where it is no rational function
MOST_MULTIPLE = 4  # of a base's powers that are bases themselves
MOST_POWER = 24  # of a sum that it multiplies out
WHOLE = Symbol("n", integer=True, positive=True).assumptions0
LOOKS = ((1.0, 1.5), (40.0, 2.0), (0.375, 0.5), (7.0, 0.25))  # the first value, and the ratio of each to the one before


def positive(x: Expr, cert: Certificate, strict: bool = True) -> bool:
    """Certify x > 0 (or x >= 0) for all values of its symbols, which carry their signs as assumptions."""
    if x.count_ops() > (MOST_OPERATIONS if x.is_rational_function() else MOST_EXPANDED):
        return False
    x = unfold(x).replace(gamma, lambda a: gamma(expand(a)))
    if x.is_positive or (not strict and x.is_nonnegative):
        return True  # by the signs of its parts
    if _negative_somewhere(x):
        return False
    try:
        if is_zero(x):
            return not strict and cert.say("identically zero")
        held = rational.held(x, MOST_OPERATIONS)
        return (
            _cone(x, held, cert, strict)
            or _product(x, held, cert, strict)
            or _quadratic(held, cert, strict)
            or (
                x.count_ops() <= 2 * MOST_EXPANDED
                and (_time(x, cert, strict) or _comparison(x, cert, strict) or _telescope(x, cert, strict))
            )
        )
    except CannotTell:
        return False


@lru_cache(maxsize=4096)
def _negative_somewhere(x: Expr) -> bool:
    """Whether x < 0 in balls at one of a few points: a cheap look before a long search for what is not there."""
    return any(y < 0 for y in looks(x, x.free_symbols))


def looks(x: Expr, among: Collection[Symbol]) -> Iterator[arb]:
    """x in balls at a few points, which all expressions in (some of) these symbols share; nothing where that is slow, or a
    symbol may be no positive integer."""
    places = {s: i for i, s in enumerate(sorted(among, key=str))}
    symbols = [s for s in places if s in x.free_symbols]
    if x.has(ExprWithLimits) or not all(s.assumptions0.items() <= WHOLE.items() for s in symbols):
        return
    try:
        program = compile_expr(x, tuple(symbols))
    except CannotTell:
        return
    for first, ratio in LOOKS:
        values = (arb(first) * arb(ratio) ** places[s] for s in symbols)
        try:
            yield program(Balls, *(v.ceil() if s.is_integer else v for s, v in zip(symbols, values, strict=True)))
        except (CannotTell, ArithmeticError, ValueError):
            yield arb.nan()


def _short(x: Expr) -> str:
    text = str(x)
    return text if len(text) < 90 else text[:87] + "..."


# ---- cone -----------------------------------------------------------------------------------------------------------


def _cone(x: Expr, held: Held | None, cert: Certificate, strict: bool) -> bool:
    """No negative coefficient in numerator and denominator, all generators being positive (or non-negative)."""
    if held is None or any(not s.is_nonnegative for s in held.symbols):
        return False
    parts, signs = (held.numerator, held.denominator), []
    for part in parts:
        coefficients = part.coeffs()
        if not coefficients or min(coefficients) < 0 < max(coefficients):
            return False
        signs.append(1 if coefficients[0] > 0 else -1)
    if signs[0] != signs[1]:
        return False
    if not all(_never_zero(part, held.symbols) for part in (parts if strict else parts[1:])):
        return False
    return cert.say(lambda: f"{_short(x)}: numerator and denominator have no negative coefficient")


def _never_zero(part, symbols: Sequence[Symbol]) -> bool:
    """A polynomial with coefficients of one sign is non-zero if one monomial has only positive variables."""
    return any(all(s.is_positive for s, e in zip(symbols, m, strict=False) if e) for m in part.monoms())


def _product(x: Expr, held: Held | None, cert: Certificate, strict: bool) -> bool:
    """A product, factor by factor."""
    if held is not None and not isinstance(x, Mul):
        if len(held.numerator) > rational.MOST_TERMS:
            return False
        x = held.factored()
    factors = Mul.make_args(x)
    if len([f for f in factors if not f.is_number]) < 2 and not (x.is_Pow and x.exp.is_Integer):
        return False
    own, sign = Certificate(), 1
    for f in factors:
        base, e = f.as_base_exp()
        base, odd = (base, int(e) % 2) if e.is_Integer else (f, 1)
        must = strict or e.is_negative  # a denominator must not vanish
        if positive(base, own, must):
            continue
        if not positive(-base, own, must):
            return False
        sign *= -1 if odd else 1
    if sign < 0:
        return False
    cert.said += own.said
    return True


def _quadratic(held: Held | None, cert: Certificate, strict: bool) -> bool:
    """A quadratic function of one generator: its leading coefficient and 4ac - b^2 are positive."""
    if held is None:
        return False
    for i, s in enumerate(held.symbols):
        if held.numerator.degrees()[i] != 2 or held.denominator.degrees()[i]:
            continue
        c, b, a = (e.xreplace(held.parts) for e in held.by_power(s))
        own = Certificate()
        if positive(a, own) and positive(4 * a * c - b**2, own, strict):
            cert.said += own.said
            return cert.say(f"quadratic in {held.parts.get(s, s)}: its leading coefficient and 4ac - b^2 are positive")
    return False


# ---- time -----------------------------------------------------------------------------------------------------------


def exponentials(x: Expr, t: Symbol) -> list[tuple[Expr, Expr]] | None:
    """x = sum of coefficient(t) * base**t with coefficients polynomial in t: [(base, coefficient)]; None if it is not."""
    sums = [p for p in x.atoms(Pow) if p.base.is_Add]
    if any((p.exp.is_Integer and p.exp > MOST_POWER) or (p.exp.is_negative and p.base.has(t)) for p in sums):
        return None
    whole: dict[Expr, Expr] = {}  # powers left as they are, as symbols: SymPy multiplies them into divisors else
    found = _by_base(expand(x), t, whole)
    return _by_base(expand(_with_whole_powers(x, t, whole)), t, whole) if found is None else found


def _by_base(x: Expr, t: Symbol, whole: Mapping[Expr, Expr]) -> list[tuple[Expr, Expr]] | None:
    out: dict[Expr, Expr] = {}
    for term in Add.make_args(x):
        base, rest = S.One, []
        for f in Mul.make_args(term):
            b, e = f.as_base_exp()
            if b in whole:
                base *= whole[b] ** e
            elif e.has(t):
                slope = e.diff(t)
                if b.has(t) or slope.has(t):
                    return None
                base *= b**slope
                rest.append(b ** expand(e - slope * t))
            elif f.has(*whole) or (f.has(t) and not f.is_polynomial(t)):
                return None
            else:
                rest.append(f)
        out[base] = out.get(base, S.Zero) + Mul(*rest)
    return [(b, c) for b, c in out.items() if not is_zero(c)]


def _with_whole_powers(x: Expr, t: Symbol, whole: dict[Expr, Expr]) -> Expr:
    """x with a symbol for each base**t in it, and in `whole` the bases that they stand for."""
    put = {}
    for p in sorted(x.atoms(Pow), key=str):
        slope = p.exp.diff(t)
        if p.exp.has(t) and not slope.has(t) and not p.base.has(t):
            base = p.base**slope
            s = next((s for s, b in whole.items() if b == base), None) or Dummy("power")
            whole[s] = base
            put[p] = p.base ** expand(p.exp - slope * t) * s
    return x.xreplace(put)


def same_exponentials(a: Expr, b: Expr) -> bool:
    """Whether a and b are the same combination of exponentials base**t, term by term, for an integer t."""
    for t in sorted((s for s in a.free_symbols & b.free_symbols if s.is_integer), key=str):
        terms, others = exponentials(a, t), exponentials(b, t)
        if terms is None or others is None or len(terms) != len(others):
            continue
        for base, c in terms:
            match = next((o for o in others if is_zero(base - o[0]) and is_zero(c - o[1])), None)
            if match is None:
                break
            others.remove(match)
        if not others:
            return True
    return False


def _time(x: Expr, cert: Certificate, strict: bool) -> bool:
    """Signs of sums of exponentials in a time t >= 0."""
    for t in sorted((s for s in x.free_symbols if s.is_integer and s.is_nonnegative), key=str):
        terms = exponentials(x, t)
        if terms is None or len(terms) > 4:
            continue
        if len(terms) == 1 and terms[0][0] != 1:
            base, c = terms[0]
            if base.is_positive and positive(c, cert, strict):
                return True
        if len(terms) == 2 and not any(c.has(t) for _, c in terms):
            (b1, c1), (b2, c2) = terms if positive(terms[0][1], Certificate()) else terms[::-1]
            if positive(c1, Certificate()) and positive(-c2, Certificate()) and b1.is_positive and b2.is_positive:
                start, slope = log(c1) - log(-c2), log(b1) - log(b2)
                own = Certificate()
                if positive(slope, own, strict=False) and positive(start, own, strict):
                    cert.said += own.said
                    return cert.say(
                        "lifted to all t: the logarithm of the ratio is affine in t, with start and slope of "
                        "the right sign"
                    )
        if _induction(x, t, terms, cert, strict) or _any_share(t, terms, cert, strict):
            return True
    return False


def _induction(x: Expr, t: Symbol, terms, cert: Certificate, strict: bool) -> bool:
    """f(0) > 0 and f(t+1) - f(t) >= 0, with every base**t at the worse end of [0, 1] (base <= 1) or at 1 (base >= 1)."""
    own = Certificate()
    if not positive(x.subs(t, 0), own, strict):
        return False
    step = S.Zero
    for base, c in terms:
        if base == 1:
            d = expand(c.subs(t, t + 1) - c)
            if d.has(t):
                return False
            step += d
            continue
        if c.has(t) or not base.is_positive:
            return False
        if positive(base - 1, own, strict=False):  # base**t >= 1: a gain is at least its value at base**t = 1
            if not positive(c, own, strict=False):
                return False
            step += c * (base - 1)
            continue
        if not positive(1 - base, own, strict=False):
            return False
        change = c * (base - 1)  # times base**t
        if not positive(change, Certificate(), strict=False):
            if not positive(-change, own, strict=False):
                return False  # of no certain sign: neither end of [0, 1] is the worse one everywhere
            step += change
    if not positive(step, own, strict=False):
        return False
    cert.said += own.said
    return cert.say(
        f"induction in {t}: f(0) and f({t}+1) - f({t}) have the sign, powers of bases in (0, 1] taken at the "
        "worse end of [0, 1]"
    )


def _any_share(t: Symbol, terms, cert: Certificate, strict: bool) -> bool:
    """Powers of one base in (0, 1] as those of any number in there: base**t = 1/(1 + y), y >= 0."""
    bases = [base for base, _ in terms if base != 1]
    if not bases or any(c.has(t) for _, c in terms):
        return False
    for root in bases:
        powers = {b: next((i for i in range(1, MOST_MULTIPLE + 1) if is_zero(b - root**i)), None) for b in bases}
        if None in powers.values():
            continue
        own, y = Certificate(), Dummy("y", nonnegative=True)
        if not (root.is_positive and positive(1 - root, own, strict=False)):
            return False
        if positive(Add(*(c / (1 + y) ** powers.get(b, 0) for b, c in terms)), own, strict):
            cert.said += own.said
            return cert.say(f"whatever ({root})**{t} is in (0, 1]")
    return False


# ---- one term against another ---------------------------------------------------------------------------------------


def _comparison(x: Expr, cert: Certificate, strict: bool) -> bool:
    """x = A - B, both positive, B or A a product of gammas and roots: compare log A and log B."""
    if x.is_rational_function():
        return False  # the cone knows more of it
    rational, other = [], []
    for term in Add.make_args(expand(x)):
        (rational if term.is_rational_function() else other).append(term)
    if any(g.has(log, polygamma) for g in other) or not 1 <= len(other) <= 2 or (len(other) == 2 and rational):
        return False
    g, r = other[0], Add(*rational) if rational else Add(*other[1:])
    if r == 0:
        return False
    own = Certificate()
    if not positive(g, own):
        g, r = r, g  # then -r is what is positive
    small, big = -r, g
    if not (positive(small, own) and positive(big, own)):
        return False
    if positive(_log(big) - _log(small), own, strict):
        cert.said += own.said
        return cert.say("compared through logarithms")
    return False


def _log(x: Expr) -> Expr:
    return expand_log(log(x)) if x.has(gamma) else log(together(x))


# ---- telescoping in n -----------------------------------------------------------------------------------------------


def _telescope(x: Expr, cert: Certificate, strict: bool) -> bool:
    """The sign of f(k), one integer k >= 0, from the sign of f(k+2) - f(k) and the limit of f."""
    symbols = x.free_symbols
    if len(symbols) != 1 or not x.has(gamma, loggamma, polygamma, log):
        return False
    (k,) = symbols
    if not k.is_nonnegative:
        return False
    difference = _elementary(x.subs(k, k + 2) - x)
    if difference is None:
        return False
    trend = _trend(difference, k)
    if trend is None:
        return False
    if trend[0] < 0:
        end = _limit(x, k)
        if end is None or not end >= 0:
            return False
        return cert.say(f"telescoping: f(n+2) - f(n) < 0 for all n ({trend[1]}), f -> {end}, so f > {end}")
    if k.is_integer and all(at_least(x.subs(k, i), 0, strict) for i in (0, 1)):
        return cert.say(
            f"telescoping: f(n+2) - f(n) > 0 for all n ({trend[1]}), and f {'>' if strict else '>='} 0 at the "
            "first two n, in balls"
        )
    return False


def _elementary(x: Expr) -> Expr | None:
    """x without gammas and polygammas, as sum of c log(p) plus a rational function; None where they do not cancel."""
    form = _Form()
    try:
        y = expand(form.convert(x))
    except CannotTell:
        return None
    names = {g: a for a, g in form.atoms.items()}
    if any(y.has(g) and not isinstance(a, log) for g, a in names.items()) or any(
        y.has(g) for g in form.powers.values()
    ):
        return None
    out = S.Zero
    for g, a in names.items():
        c = y.coeff(g)
        out += together(c) * a
        y = expand(y - c * g)
        if y.has(g) or (c != 0 and isinstance(a.args[0], gamma)):  # not linear, or a log(gamma) that did not cancel
            return None
    out += together(y)
    return None if out.free_symbols & set(names) else out  # a logarithm in a denominator


def _trend(d: Expr, k: Symbol) -> tuple[int, str] | None:
    """The strict sign of an elementary d(k) on k >= 0, with the reason."""
    if sign := _cone_sign(d):
        return sign, "no coefficient of the other sign"
    slope = together(d.diff(k))
    if not slope.is_rational_function(k) or _limit(d, k) != 0:
        return None
    sign = _cone_sign(slope)
    return (-sign, "its derivative has one sign and its limit is 0") if sign else None


def _cone_sign(x: Expr) -> int:
    """1 or -1 for what is seen to be positive, or negative, by its coefficients; 0 for all else."""
    return next((s for s in (1, -1) if _cone(x, rational.held(s * x, MOST_OPERATIONS), Certificate(), True)), 0)


def _limit(x: Expr, k: Symbol) -> Expr | None:
    """The limit at k -> oo of a combination, with constant coefficients, of logarithms of rational functions,
    log-gammas and polygammas of linear functions, plus a rational function; None if it is infinite or x is not of
    this form.

    Every term is replaced by its expansion a k log k + b k + c log k + d + o(1) (Stirling; psi(z) = log z + o(1);
    psi'(z) = o(1)), and the coefficients are added up. (SymPy's own limit of digamma(x/2) - log(x/2) is wrong.) The
    result is checked in balls at two large values.
    """
    from ..arithmetic.rings import close_to

    total = [S.Zero] * 4
    form = _Form()
    try:
        for term in Add.make_args(expand_log(unfold(x))):
            if term.is_rational_function(k):
                parts = [(S.One, term)]
            else:
                c, rest = term.as_independent(k, as_Add=False)
                if isinstance(rest, log):
                    parts = [
                        (c * e, a if isinstance(a, gamma) else log(a)) for a, e in form.factors(rest.args[0]).items()
                    ]
                else:
                    parts = [(c, rest)]
            for c, f in parts:
                if c.has(k):
                    return None  # an error o(1) of the asymptotic form must not be multiplied by what grows
                for i, y in enumerate(_expansion(f, k)):
                    total[i] += c * y
        if not all(is_zero(y) for y in total[:3]):
            return None
    except CannotTell:
        return None
    end = S.Zero if is_zero(total[3]) else total[3]
    return end if close_to(x, k, end) else None


def _expansion(f: Expr, k: Symbol) -> tuple[Expr, Expr, Expr, Expr]:
    """Coefficients of k log k, k, log k and 1 in f(k) as k -> oo, up to o(1); a gamma stands for its logarithm.

    (SymPy's `loggamma` is of no use here: it rewrites itself at half-integers.)
    """
    if f.is_rational_function(k):
        num, den = (Poly(p, k) for p in together(f).as_numer_denom())
        if num.degree() > den.degree() and not num.is_zero:
            raise CannotTell(f"{f} grows")
        same = num.degree() == den.degree()
        return S.Zero, S.Zero, S.Zero, num.LC() / den.LC() if same else S.Zero
    if isinstance(f, log):
        if not f.args[0].has(k):
            return S.Zero, S.Zero, S.Zero, f
        p = Poly(f.args[0], k)
        return S.Zero, S.Zero, S(p.degree()), log(p.LC())
    if isinstance(f, gamma | polygamma) and (p := Poly(f.args[-1], k)).degree() == 1:
        a, b = p.all_coeffs()
        if isinstance(f, gamma):  # (z - 1/2) log z - z + log(2 pi)/2 with z = a k + b
            return a, a * log(a) - a, b - S.Half, (b - S.Half) * log(a) + log(2 * S.Pi) / 2
        return (S.Zero, S.Zero, S.One, log(a)) if f.args[0] == 0 else (S.Zero,) * 4
    raise CannotTell(f"no expansion of {f}")
