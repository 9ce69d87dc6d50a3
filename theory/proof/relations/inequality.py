"""Inequalities, by certificates for the sign of a difference."""

from __future__ import annotations

from contextlib import suppress

from sympy import (
    Add,
    Dummy,
    Expr,
    Integral,
    Mul,
    Pow,
    Product,
    S,
    Sum,
    cos,
    erf,
    erfc,
    exp,
    expand_mul,
    expand_power_base,
    factor_terms,
    gamma,
    lcm_list,
    log,
    oo,
    pi,
    sin,
    sqrt,
    together,
)

from ...language.domains import Integers, Share
from ...language.errors import CannotTell
from ...language.functions import entr
from ...language.lengths import operations
from ..prepared import Part, prepare
from ..signs import Certificate, askable, positive
from ..signs.looks import is_other_than_0
from ..symbols import rational
from ..symbols.asymptotics import in_gammas
from ..symbols.normal_forms import in_generators, is_seen_zero, tidy
from ..symbols.powersums import in_harmonics
from . import bowls, factors, medians, one_quantity, shares, tangents, terms
from .defined import has_values
from .infinity import Fails, prove_from
from .learned import Learned, Refuted
from .limit import vanishes

MOST_OPERATIONS = 800  # of a difference, before its domain is put in
MOST_ROOTS = 10  # different ones in it
MOST_TANGENTS = 2  # one after another
HIGHEST = 4  # power that two terms with roots are raised to
NO_CERTIFICATE = "no certificate for the sign of the difference"
TOO_LONG = "the difference is too long to be looked at term by term"
TOO_MANY_ROOTS = "there are too many different roots for a normal form"
LEFT = "an integral or a product without a closed form is left"


def holds(known: Learned, d: Expr, strict: bool) -> None:
    """d >= 0 (or > 0, if strict) on the whole domain, or `CannotTell` is raised; `Refuted` where it is seen to be false."""
    if (d, strict) in known.asked:  # one way has led back to where it began
        raise CannotTell(NO_CERTIFICATE)
    known.asked.add((d, strict))
    try:
        _in_any_form(known, d, strict)
    finally:
        known.asked.discard((d, strict))


def _in_any_form(known: Learned, d: Expr, strict: bool) -> None:
    try:
        _as_it_is(known, d, strict)
    except CannotTell as reason:  # Gamma(n/2 + 1)/n is Gamma(n/2)/2
        if not strict and _is_nothing(d):
            known.proof.steps.append("nothing is left of the difference")
            return
        if d.has(Product) and _by_sums(known, d, strict):
            return
        if d.has(Sum) and (text := terms.bounded(known, without_positive_factors(d), strict)) is not None:
            known.proof.steps.append(text)  # of sums with a closed form of gammas the terms may say more
            return
        again = Add(*map(tidy, Add.make_args(d))) if d.has(gamma) else d
        if again == d:
            raise
        try:
            _as_it_is(known, again, strict)
        except CannotTell:
            raise reason from None


def _is_nothing(d: Expr) -> bool:
    """Whether it is 0 as a function of its waves, sin(h w), of which there is no normal form."""
    waves = d.atoms(sin, cos)
    return bool(waves) and is_seen_zero(d.xreplace({f: Dummy(real=True) for f in waves}))


def _by_sums(known: Learned, d: Expr, strict: bool) -> bool:
    """Whether it is seen with a sum in the place of a product."""
    if (less := factors.in_sums(known, d)) is None:
        return False
    with known.proof.attempt(Refuted):  # of the bound, that is
        known.proof.steps.append(less[1])
        holds(known, less[0], strict)
        return True
    return False


def _as_it_is(known: Learned, d: Expr, strict: bool) -> None:
    d = in_gammas(known.summed(in_harmonics(d)), lambda e: known.implies(known.charted(e), strict=True))
    d = d.xreplace(
        {e: -e.args[0] * log(e.args[0]) for e in d.atoms(entr) if known.implies(known.charted(e.args[0]), True)}
    )
    if (k := _power_of_0(known, d)) is not None:
        holds(known, d.xreplace({k: S.Zero}), strict)
        holds(known, d.xreplace({k: k + 1}), strict)
        return
    if (text := _endless(known, d)) is not None:
        known.proof.steps.append(text)
        return
    if (between := _of_exponents(d)) is not None:
        holds(known, between, strict)
        return
    roots = {e for e in d.atoms(Pow) if e.exp.is_Rational and not e.exp.is_Integer}
    if len(roots) > MOST_ROOTS:
        raise CannotTell(TOO_MANY_ROOTS)
    if operations(d) > MOST_OPERATIONS:
        raise CannotTell(TOO_LONG)
    if (
        text := factors.bounded(known, d, strict) or terms.bounded(known, without_positive_factors(d), strict)
    ) is not None:
        known.proof.steps.append(text)
        return
    if (found := factors.at_the_end(known, d)) is not None:
        end, above = found
        try:
            holds(known, end, strict and not above)
        except Refuted as why:  # of the limit; before it there is more
            raise CannotTell(str(why)) from None
        known.proof.steps.append("the product is on the right side of its limit, to which every factor takes it nearer")
        return
    if d.has(Integral, Product):
        raise CannotTell(LEFT)
    plain, d = d, known.real(expand_power_base(d))  # (x/y)^t beside x^t and y^t
    if strict and not is_other_than_0(d) and is_seen_zero(d):
        raise Refuted("the two sides are identical, so neither is smaller")
    cert = Certificate()
    if known.is_negative_somewhere(d):
        raise CannotTell(NO_CERTIFICATE)
    rest = without_positive_factors(d) if strict else _without_squares(d)
    if not positive(rest, cert, strict):
        if _by_powers(known, d, strict):
            return
        if not known.implies(d, strict):
            if (text := bowls.bounded(known, plain, strict, lambda e: _is_never_negative(known, e))) is not None:
                known.proof.steps.append(text)
                return
            if _symbol_by_symbol(known, plain, strict):
                return
            _otherwise(known, d, strict)
            return
        cert.say("the side condition gives the difference its sign")
    known.proof.steps += cert.steps or ["the difference has its sign by the signs of its parts"]


def _by_powers(known: Learned, d: Expr, strict: bool) -> bool:
    """Whether powers of both terms without roots have the sign: all of it is in them."""
    if (instead := _of_roots(known, d)) is not None:
        with suppress(CannotTell):
            holds(known, instead, strict)
            return True
    return False


def _symbol_by_symbol(known: Learned, d: Expr, strict: bool) -> bool:
    """Whether each of the probabilities of a simplex, with its share of what belongs to none, has the sign by itself."""
    if (parts := shares.one_by_one(known, d)) is None:
        return False
    with known.proof.attempt(Refuted):  # of a part, that is
        known.proof.steps.append("probabilities have the sum 1: the difference is a sum over them, each with the sign")
        for part in parts:
            holds(known, part, strict)
        return True
    return False


def _otherwise(known: Learned, d: Expr, strict: bool) -> None:
    """By what has the sign of d, or is below it."""
    for instead in (one_quantity.named(known, d), _of_logarithms(known, d), _of_quotient(d)):
        if instead is not None:
            with suppress(CannotTell):
                holds(known, instead, strict)
                return
    under: Expr | None = d
    for _ in range(MOST_TANGENTS):  # of a power of a cosine there is a second one
        if (under := tangents.below(known, under)) is None:
            break
        if _is_plain(known, under, strict):
            known.proof.steps.append("functions are on one side of their tangents")
            return
    if (half := medians.below(known, d)) is not None:
        known.proof.steps.append("a gamma law has its median below its mean, by less than a third of its scale")
        holds(known, factor_terms(half[0]), strict and not half[1])
        return
    if (discs := _of_discs(known, d)) is not None:
        with known.proof.attempt(Refuted):  # of the bound, that is
            known.proof.steps.append(
                "erf(z)^2 <= 1 - exp(-4 z^2/pi) for z >= 0 (Polya): a square has less than the disc of its area"
            )
            holds(known, discs, strict)
            return
    if (tails := _of_tails(known, d)) is None:
        raise CannotTell(NO_CERTIFICATE)
    known.proof.steps.append("erfc(z) <= exp(-z^2) for z >= 0")
    holds(known, *_of_multiples(tails, strict))


def _is_plain(known: Learned, d: Expr, strict: bool) -> bool:
    """Whether d has its sign by the signs of its parts, or of powers of these."""
    if not is_other_than_0(d) and is_seen_zero(d):
        return not strict
    forms = (d, _of_roots(known, d))
    return any(
        e is not None and (positive(without_positive_factors(e), Certificate(), strict) or known.implies(e, strict))
        for e in forms
    )


def _is_never_negative(known: Learned, e: Expr) -> bool:
    """Whether e >= 0 by the signs of its parts, without what is a square."""
    return positive(_without_squares(known.real(e)), Certificate(), False) or known.implies(e, strict=False)


def _power_of_0(known: Learned, d: Expr) -> Expr | None:
    """A number of the chart, 0, 1, ..., of which 0 is raised to the power: 1 at first, and 0 from then on."""
    powers = {e.exp for e in d.atoms(Pow) if e.base.is_zero} & known.counters
    told = {s for g, _ in known.where for s in g.free_symbols}
    return min(powers - told, key=str, default=None)


def _of_exponents(d: Expr) -> Expr | None:
    """x - y for a positive multiple of exp(x) - exp(y), which has its sign; None of anything else."""
    pair = [term.as_independent(exp) for term in Add.make_args(without_positive_factors(d))]
    if len(pair) != 2 or pair[0][0] + pair[1][0] != 0 or abs(pair[0][0]) != 1:
        return None
    (sign, first), (_, second) = pair
    if not all(e == 1 or isinstance(e, exp) for e in (first, second)):
        return None
    return sign * (_exponent(first) - _exponent(second))


def _exponent(e: Expr) -> Expr:
    return e.exp if isinstance(e, exp) else S.Zero


def _of_roots(known: Learned, d: Expr) -> Expr | None:
    """u^q - v^q for a positive multiple of u - v, which has its sign: q makes whole powers of the roots in both terms, neither
    of which is negative. None of anything else.
    """
    pair = Add.make_args(without_positive_factors(d))
    if len(pair) != 2:
        return None
    factors = [f for term in pair for f in Mul.make_args(term)]
    roots = [f for f in factors if _is_root(f) and f.base.free_symbols]
    q = lcm_list([f.exp.q for f in factors if _is_root(f)])
    if not roots or q > HIGHEST or not all(f.is_Number or _is_not_negative(known, f) for f in factors):
        return None
    (c, u), (k, v) = (
        term.as_coeff_Mul() for term in sorted(pair, key=lambda term: term.as_coeff_Mul()[0], reverse=True)
    )
    return (c * u) ** q - (-k * v) ** q if c.is_positive and k.is_negative else None


def _of_logarithms(known: Learned, d: Expr) -> Expr | None:
    """u - v for a positive multiple of log(u) - log(v), which has its sign, u and v being products of what is above 0; None of
    anything else."""
    terms = [term.as_coeff_Mul() for term in Add.make_args(without_positive_factors(d))]
    if not all(isinstance(f, log) and abs(c) == abs(terms[0][0]) for c, f in terms):
        return None
    if not all(known.implies(f.args[0], strict=True) for _, f in terms):
        return None
    above, below = (Mul(*(f.args[0] for c, f in terms if c * side > 0)) for side in (1, -1))
    return factor_terms(together(above - below))


def _of_quotient(d: Expr) -> Expr | None:
    """The numerator over one positive denominator, where there are symbolic powers in it: 1/n - p (1 - p)^n has the sign of it;
    None where there is no other denominator than 1."""
    if not any(p.exp.free_symbols for p in d.atoms(Pow)):
        return None
    with suppress(CannotTell):
        form, meant = in_generators(d)
        parts = Mul.make_args(rational.as_product(form))
        below = [f for f in parts if f.is_Pow and f.exp.is_negative]
        if below and all(f.xreplace(meant).is_positive for f in below):
            return without_positive_factors(Mul(*(f for f in parts if f not in below)).xreplace(meant))
    return None


def _of_discs(known: Learned, d: Expr) -> Expr | None:
    """What is below d, with sqrt(1 - exp(-4 z^2/pi)) for erf(z) of a z that is 0 or above, which is taken off; None where there
    is none."""
    out, found = S.Zero, False
    for term in Add.make_args(expand_mul(d)) if d.has(erf) else ():
        of = [f for f in Mul.make_args(term) if isinstance(f, erf)]
        rest = Mul(*(f for f in Mul.make_args(term) if f not in of))  # what is within a function stays there
        if len(of) == 1 and not rest.has(erf) and known.implies(-rest, strict=False):
            (z,) = of[0].args
            if known.implies(z, strict=False):
                term, found = rest * sqrt(1 - exp(-4 * z**2 / pi)), True
        out += term
    return out if found else None


def _of_tails(known: Learned, d: Expr) -> Expr | None:
    """What is below d, with exp(-z^2) for erfc(z) of a z that is 0 or above, which is taken off; None where there is none."""
    out, found = S.Zero, False
    if not d.has(erf, erfc):
        return None
    for term in Add.make_args(expand_mul(d.replace(erf, lambda z: 1 - erfc(z)))):
        of = [f for f in Mul.make_args(term) if isinstance(f, erfc)]
        rest = Mul(*(f for f in Mul.make_args(term) if f not in of))  # what is within a function stays there
        if len(of) == 1 and not rest.has(erfc) and known.implies(-rest, strict=False):
            (z,) = of[0].args
            if known.implies(z, strict=False) or _by_factors(known, z) == 1:
                term, found = rest * exp(-(z**2)), True
        out += term
    return out if found else None


def _by_factors(known: Learned, x: Expr) -> int | None:
    """The sign of a product by those of its factors; of a root what it is taken of has to be above 0. None where one has none."""
    sign = 1
    for f in Mul.make_args(x):
        base, e = f.as_base_exp()
        if isinstance(base, Mul) and base != x:
            own = _by_factors(known, base)
        else:
            own = next((s for s in (1, -1) if known.implies(s * base, strict=True)), None)
        if own is None or not (e.is_Integer or (e.is_Rational and own == 1)):
            return None
        sign *= own if e.is_Integer and e.is_odd else 1
    return sign


def _of_multiples(d: Expr, strict: bool) -> tuple[Expr, bool]:
    """Of a exp(x) - b exp(y) with numbers a >= b > 0 something below: what has the sign of x - y; d itself of anything else."""
    pair = sorted((term.as_coeff_Mul() for term in Add.make_args(without_positive_factors(d))), key=lambda c: -c[0])
    if len(pair) != 2 or not all(e == 1 or isinstance(e, exp) for _, e in pair):
        return d, strict
    (a, first), (b, second) = pair
    if not (b.is_negative and (a + b).is_nonnegative):
        return d, strict
    return _exponent(first) - _exponent(second), strict and a + b == 0


def _is_root(f: Expr) -> bool:
    return bool(f.is_Pow and f.exp.is_Rational and not f.exp.is_Integer)


def _is_not_negative(known: Learned, f: Expr) -> bool:
    """A factor on the whole domain; of a root, what it is taken of."""
    x = f.base if _is_root(f) else f
    return bool(f.is_nonnegative) or known.implies(known.charted(x), strict=bool(_is_root(f) and f.exp.is_negative))


def _endless(known: Learned, gap: Expr) -> str | None:
    """Why gap > 0 for all integers n from some n on, the only ones in it, and bounded reals; None if it is not seen."""
    domains = {known.charts.get(s, s): known.claim.domain[name] for name, s in known.claim.symbols.items()}
    reals = {s: known.claim.domain[name].box for name, s in known.claim.symbols.items() if s in gap.free_symbols}
    whole = [c for c, d in domains.items() if isinstance(d, Integers) and c.free_symbols & gap.free_symbols]
    if len(whole) != 1 or domains[whole[0]].hi is not oo or None in reals.values():
        return None
    n, low = Dummy("n", positive=True), domains[whole[0]].lo
    (k,) = whole[0].free_symbols
    try:
        return prove_from(gap.xreplace({k: n - low}), n, low, reals)
    except Fails as problem:
        boxes = not any(isinstance(d, Share) for d in known.claim.domain.values())
        # the claim's own relation, on its own domain
        if known.claim.proof is None and known.claim.where is None and not known.parted and boxes:
            raise Refuted(str(problem)) from problem
        return None


def without_positive_factors(d: Expr) -> Expr:
    """d without its common factors that are positive."""
    d = factor_terms(d)
    return Mul(*(f for f in Mul.make_args(d) if not askable(f).is_positive)) if isinstance(d, Mul) else d


def _without_squares(d: Expr) -> Expr:
    """d without its common factors that are positive, and the even powers among its factors, which are not negative; symbolic
    powers are factors as well."""
    try:
        form, meant = in_generators(d) if any(p.exp.free_symbols for p in d.atoms(Pow)) else (d, {})
    except CannotTell:
        form, meant = d, {}
    factors = Mul.make_args(rational.as_product(form))
    left = [f for f in factors if not (f.is_Pow and f.exp.is_even and f.exp.is_positive)]
    if len(left) == len(factors):
        return without_positive_factors(d)
    if meant:
        return without_positive_factors(Mul(*left).xreplace(meant))
    return Mul(*(f for f in left if not f.is_positive))


def gaps(known: Learned) -> list[tuple[str, Expr]]:
    """Of each part of a claim its sign and its larger side less the smaller one, derived (of "==": one side less the other).
    Raises `CannotTell` where there are none that are finite."""
    found = []
    for part in prepare(known.claim, known.case).parts:
        if not isinstance(part, Part) or _touches(known) or (gap := _gap(known, part)) is None:
            raise CannotTell("it has no gap of finite sides")
        found.append((part.op, gap))
    return found


def _gap(known: Learned, part: Part) -> Expr | None:
    """Derived; None where a side is infinite. Raises `CannotTell` where one has no value."""
    vanishes(known, part)
    has_values(known, part.original.lhs, part.original.rhs)
    known.infinite = {}
    told = part.original
    gap = known.derived(told.lhs - told.rhs if part.op == "==" else told.gts - told.lts)
    return None if known.infinite else gap


def _touches(known: Learned) -> bool:
    """Whether the sides are declared to be equal where real variables have some values."""
    return any(not isinstance(known.claim.domain[n], Integers) for at in known.claim.touching for n in at)


def covered(known: Learned) -> bool:
    """The whole domain in balls of the derived form, for inequalities that no certificate is found for: integers
    value by value, up to three bounded reals in boxes (closed, hence more than the open domain)."""
    parts = prepare(known.claim, known.case).parts
    if _touches(known):
        return False
    texts = []
    try:
        for part in parts:
            if not isinstance(part, Part) or part.op == "==":
                return False
            gap = _gap(known, part)
            report = None if gap is None else known.cover(without_positive_factors(gap), strict=part.op in ("<", ">"))
            if not report:
                return False
            texts.append(report.text)
    except (CannotTell, ArithmeticError, ValueError):
        return False
    known.proof.steps += [f"the derived form in balls: {t}" for t in dict.fromkeys(texts)]
    return True
