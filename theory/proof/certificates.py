"""Certificates of derivations by recursion, and a checker of its own: the start, the step and the induction are verified from
the loop's own step and the moments of its draws.

Nothing of what found them is called: products are multiplied out and averaged anew, and what has to vanish is brought to a
common denominator. Where that leaves something with functions of which no identity is known here, it is evaluated at
rational points to sixty digits, and the result says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import comb, prod

from sympy import (
    Add,
    Basic,
    Expr,
    Integer,
    Matrix,
    Mul,
    Poly,
    Rational,
    S,
    Symbol,
    Tuple,
    cancel,
    expand,
    expand_func,
    gammasimp,
    log,
    sympify,
    together,
)

from ..language.errors import CannotTell
from ..language.laws import Binomial, Count, Noise
from ..language.loops import CLOCK, Loop
from ..language.order import in_order
from .symbols.cases import Event
from .symbols.roots import ROOT, Roots

MOST_CASES = 4096
DIGITS, SMALL = 60, Rational(1, 10**45)
POINTS = (Rational(7, 3), Rational(23, 5), Rational(41, 7))  # of symbols, moved apart by their place


# a sum of base^t times a polynomial of t, coefficients from t^0 on; of base 0 the values at t = 0, 1, ...; of `Roots` polynomials
Terms = tuple[tuple[Basic, tuple[Expr, ...]], ...]


@dataclass(frozen=True)
class Recursion:
    """The means of some monomials of a loop's state, t generations after they were known.

    state: symbols for the coordinates.  monomials: in these.  start: names for their values at the base.
    rows: for each monomial the coefficients, on all of them, of its mean after one step.
    forms: for each its mean t generations later.
    conditions: what has to be positive for the means after a step to exist.
    values: the coordinates that take a few values only, with these; the rows hold there.
    """

    loop: Loop
    state: tuple[tuple[str, Symbol], ...]
    monomials: tuple[Expr, ...]
    start: tuple[Symbol, ...]
    rows: tuple[tuple[Expr, ...], ...]
    forms: tuple[Terms, ...]
    conditions: tuple[Expr, ...] = ()
    values: tuple[tuple[Symbol, tuple[Expr, ...]], ...] = ()


@dataclass(frozen=True)
class Checked:
    """What a checker found.  wrong: what does not hold, in words.  at_points: what was seen to vanish at points only."""

    wrong: tuple[str, ...] = ()
    at_points: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.wrong


def check(certificate: Recursion) -> Checked:
    """Check a certificate. Raises `CannotTell` for a step of which the checker does not know the mean."""
    wrong, at_points = [], []
    for what, gap in _identities(certificate):
        seen = vanishes(gap, certificate.conditions)
        if seen is None:
            at_points.append(what)
        elif not seen:
            wrong.append(what)
    return Checked(tuple(wrong), tuple(at_points))


def _identities(c: Recursion) -> Iterable[tuple[str, Expr]]:
    """Everything that has to vanish, in words."""
    if not len(c.monomials) == len(c.start) == len(c.rows) == len(c.forms):
        yield "as many monomials, values at the start, rows and forms", S.One
        return
    now, few = dict(c.state), dict(c.values)
    after = {name: sympify(x) for name, x in c.loop.step(now).items()}
    for name, symbol in now.items():
        if symbol in few:
            for x in _cases(sympify(c.loop.initial[name]), {}, whole=True):
                yield f"the values of {symbol} at the start", Mul(*(x - v for v in few[symbol]))
            for x in _cases(after[name], few, whole=True):
                yield f"the values of {symbol} after a step", Mul(*(x - v for v in few[symbol]))
    for monomial, row in zip(c.monomials, c.rows, strict=True):
        stepped = mean(monomial.xreplace({now[name]: x for name, x in after.items()}))
        for gap in _cases(stepped - Add(*map(Mul, row, c.monomials)), few):
            yield f"the mean of {monomial} after a step", gap
    for monomial, start, form in zip(c.monomials, c.start, c.forms, strict=True):
        yield f"{monomial} at the start", Add(*(_at_start(b, p[0]) for b, p in form if p)) - start
    for monomial, row, form in zip(c.monomials, c.rows, c.forms, strict=True):
        yield from ((f"the induction of {monomial}", gap) for gap in _induction(form, row, c.forms))


def _cases(x: Expr, few: Mapping[Symbol, tuple[Expr, ...]], whole: bool = False) -> Iterable[Expr]:
    """An expression at all values of the coordinates that take few, and, of the whole of it, of its draws and events."""
    known: dict[Basic, tuple[Expr, ...]] = {v: values for v, values in few.items() if x.has(v)}
    if whole:
        for z in in_order(x.atoms(Noise)):
            if isinstance(z.law, Binomial | Count) and z.law.support[1].is_Integer:
                known[z] = tuple(map(Integer, range(int(z.law.support[1]) + 1)))
            elif (listed := z.law.values()) is not None:
                known[z] = tuple(v for v, _ in listed)
        known |= dict.fromkeys(in_order(x.atoms(Event)), (S.Zero, S.One))
    if prod(map(len, known.values())) > MOST_CASES:
        raise CannotTell(f"more than {MOST_CASES} cases")
    for case in product(*known.values()):
        at = x.xreplace(dict(zip(known, case, strict=True)))
        if whole and (at.has(Noise) or at.free_symbols & set(few)):
            raise CannotTell(f"{x} takes more values than are listed")
        yield at


def _at_start(base: Basic, c: Expr) -> Expr:
    """A term of base^t at t = 0; of `Roots` summed over them, powers of a root by the trace of the companion matrix."""
    if not isinstance(base, Roots):
        return c
    companion = Matrix.companion(Poly(base.polynomial, ROOT))
    return Add(*(w * (companion**k).trace() for (k,), w in Poly(c, ROOT).terms()))


def _induction(form: Terms, row: Sequence[Expr], forms: Sequence[Terms]) -> Iterable[Expr]:
    """f(t + 1) - sum of row times forms at t: for every base b a polynomial of t, each coefficient of which has to vanish."""
    bases: list[Basic] = []

    def place(base: Basic) -> int:
        for i, known in enumerate(bases):
            alike = not (isinstance(base, Roots) or isinstance(known, Roots)) and vanishes(base - known)
            if base == known or alike:
                return i
        bases.append(base)
        return len(bases) - 1

    gaps: dict[int, dict[int, Expr]] = defaultdict(lambda: defaultdict(lambda: S.Zero))
    for base, coefficients in form:
        i = place(base)
        for k, c in enumerate(coefficients):
            if base == 0:  # its coefficients are values, of which those at t + 1 are asked for
                if k:
                    gaps[i][k - 1] += c
                continue
            for j in range(k + 1):  # base (t + 1)^k
                gaps[i][j] += (ROOT if isinstance(base, Roots) else base) * c * comb(k, j)
    for factor, other in zip(row, forms, strict=True):
        for base, coefficients in other if factor != 0 else ():
            for k, c in enumerate(coefficients):
                gaps[place(base)][k] -= factor * c
    for i, polynomial in gaps.items():
        base = bases[i]
        for gap in polynomial.values():
            yield from Poly(base.reduced(gap), ROOT).coeffs() if isinstance(base, Roots) else [gap]


def mean(x: Expr) -> Expr:
    """The mean of an expression over its draws, term by term. Raises `CannotTell` where a law does not know a moment."""
    if x.has(CLOCK):
        raise CannotTell("a step that is another one in every generation")
    total = Add(*map(_term, Add.make_args(expand(x, power_base=True))))
    return mean(total) if total.has(Noise) else total  # of draws in the laws of others


def _term(term: Expr) -> Expr:
    powers: dict[Noise, tuple[Expr, int]] = {}
    rest = []
    draws = term.atoms(Noise)
    now = draws - {y for z in draws for y in z.law.atoms(Noise)}
    for f in Mul.make_args(term):
        base, e = f.as_base_exp()
        if base in now:
            power, logs = powers.get(base, (S.Zero, 0))
            powers[base] = power + e, logs
        elif isinstance(base, log) and base.args[0] in now and e.is_Integer and e > 0:
            power, logs = powers.get(base.args[0], (S.Zero, 0))
            powers[base.args[0]] = power, logs + int(e)
        elif now and f.has(*now):
            raise CannotTell(f"{f} is no power of a draw")
        else:
            rest.append(f)
    means, joint = [], defaultdict(dict)  # counts of one draw are averaged together
    for z, (p, logs) in powers.items():
        if not p and not logs:
            continue
        if isinstance(z.law, Count) and not logs and p.is_Integer and p > 0:
            joint[z.whole][z.law.number] = int(p)
        elif isinstance(z.law, Count):
            raise CannotTell(f"{z}^({p}) of a count")
        else:
            means.append(z.law.moment(p, logs)[0])
    return Mul(*rest, *means, *(whole[1].mixed(js) for whole, js in joint.items()))


@lru_cache(maxsize=4096)
def vanishes(x: Expr, conditions: tuple[Expr, ...] = ()) -> bool | None:
    """Whether an expression is 0 where the conditions are positive: proved (True), not so (False), or so at points to many
    digits, and not proved (None). Raises `CannotTell` where no point meets the conditions."""
    x = sympify(x)
    if x.is_zero:
        return True
    terms = Add.make_args(x)
    if not all(_small(terms, _point(Tuple(*terms, *conditions), j, conditions)) for j in range(len(POINTS))):
        return False
    rational = cancel(together(gammasimp(expand_func(x))))
    return True if rational == 0 or expand(rational) == 0 else None


def _point(said: Tuple, j: int, conditions: tuple[Expr, ...]) -> dict[Symbol, Expr]:
    """The j-th point at which the conditions are positive: the symbols' places are moved apart in this order or that."""
    symbols = in_order(said.free_symbols)
    for order in (symbols, symbols[::-1]):
        at = {s: POINTS[j] + Rational(i + j, 11) + (2 * i if s.is_integer else 0) for i, s in enumerate(order)}
        at = {s: sympify(int(v) + 2) if s.is_integer else v for s, v in at.items()}
        if all(c.xreplace(at).is_positive is not False for c in conditions):
            return at
    raise CannotTell("no point is known where the conditions hold")


def _small(terms: Sequence[Expr], at: Mapping[Symbol, Expr]) -> bool:
    """Whether a sum is 0 at a point, to many digits of its largest term."""
    values = [term.xreplace(at).evalf(DIGITS) for term in terms]
    size = max([S.One, *(abs(v) for v in values if v.is_number)])
    total = abs(Add(*values))
    return bool(total.is_number and total <= SMALL * size)
