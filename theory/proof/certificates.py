"""Certificates of derivations by recursion, and a checker of its own: the start, the step and the induction are verified from
the loop's own step and the moments of its draws.

Nothing of what found them is called: products are multiplied out and averaged anew, and what has to vanish is brought to a
common denominator. Where that leaves something with functions of which no identity is known here, it is evaluated at
rational points to sixty digits, and the result says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb

from sympy import Add, Expr, Mul, Rational, S, Symbol, cancel, expand, expand_func, gammasimp, log, sympify, together

from ..language.errors import CannotTell
from ..language.laws import Noise
from ..language.loops import CLOCK, Loop
from ..language.order import in_order

DIGITS, SMALL = 60, Rational(1, 10**45)
POINTS = (Rational(7, 3), Rational(23, 5), Rational(41, 7))  # of symbols, moved apart by their place


Terms = tuple[tuple[Expr, tuple[Expr, ...]], ...]  # sum of base^t times a polynomial of t, coefficients from t^0 on


@dataclass(frozen=True)
class Recursion:
    """The means of some monomials of a loop's state, t generations after they were known.

    state: symbols for the coordinates.  monomials: in these.  start: names for their values at the base.
    rows: for each monomial the coefficients, on all of them, of its mean after one step.
    forms: for each its mean t generations later.
    conditions: what has to be positive for the means after a step to exist.
    """

    loop: Loop
    state: tuple[tuple[str, Symbol], ...]
    monomials: tuple[Expr, ...]
    start: tuple[Symbol, ...]
    rows: tuple[tuple[Expr, ...], ...]
    forms: tuple[Terms, ...]
    conditions: tuple[Expr, ...] = ()


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
        seen = vanishes(gap)
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
    now = dict(c.state)
    after = {name: sympify(x) for name, x in c.loop.step(now).items()}
    for monomial, row in zip(c.monomials, c.rows, strict=True):
        stepped = mean(monomial.xreplace({now[name]: x for name, x in after.items()}))
        yield f"the mean of {monomial} after a step", stepped - Add(*map(Mul, row, c.monomials))
    for monomial, start, form in zip(c.monomials, c.start, c.forms, strict=True):
        yield f"{monomial} at the start", Add(*(p[0] for _, p in form if p)) - start
    for monomial, row, form in zip(c.monomials, c.rows, c.forms, strict=True):
        yield from ((f"the induction of {monomial}", gap) for gap in _induction(form, row, c.forms))


def _induction(form: Terms, row: Sequence[Expr], forms: Sequence[Terms]) -> Iterable[Expr]:
    """f(t + 1) - sum of row times forms at t: for every base b a polynomial of t, each coefficient of which has to vanish."""
    bases: list[Expr] = []

    def place(base: Expr) -> int:
        for i, known in enumerate(bases):
            if base == known or vanishes(base - known):
                return i
        bases.append(base)
        return len(bases) - 1

    gaps: dict[int, dict[int, Expr]] = defaultdict(lambda: defaultdict(lambda: S.Zero))
    for base, coefficients in form:
        i = place(base)
        for k, c in enumerate(coefficients):  # base (t + 1)^k
            for j in range(k + 1):
                gaps[i][j] += base * c * comb(k, j)
    for factor, other in zip(row, forms, strict=True):
        for base, coefficients in other if factor != 0 else ():
            for k, c in enumerate(coefficients):
                gaps[place(base)][k] -= factor * c
    for i, polynomial in gaps.items():
        if bases[i] == 0:  # 0^t is 1 at t = 0, and 0 ever after
            yield polynomial[0]
        else:
            yield from polynomial.values()


def mean(x: Expr) -> Expr:
    """The mean of an expression over its draws, term by term. Raises `CannotTell` where a law does not know a moment."""
    if x.has(CLOCK):
        raise CannotTell("a step that is another one in every generation")
    return Add(*map(_term, Add.make_args(expand(x, power_base=True))))


def _term(term: Expr) -> Expr:
    powers: dict[Noise, tuple[Expr, int]] = {}
    rest = []
    for f in Mul.make_args(term):
        base, e = f.as_base_exp()
        if isinstance(base, Noise):
            power, logs = powers.get(base, (S.Zero, 0))
            powers[base] = power + e, logs
        elif isinstance(base, log) and isinstance(base.args[0], Noise) and e.is_Integer and e > 0:
            power, logs = powers.get(base.args[0], (S.Zero, 0))
            powers[base.args[0]] = power, logs + int(e)
        elif f.has(Noise):
            raise CannotTell(f"{f} is no power of a draw")
        else:
            rest.append(f)
    means = (z.law.moment(p, logs)[0] if p != 0 or logs else S.One for z, (p, logs) in powers.items())
    return Mul(*rest, *means)


def vanishes(x: Expr) -> bool | None:
    """Whether an expression is 0: proved (True), not so (False), or so at points to many digits, and not proved (None)."""
    x = sympify(x)
    if x.is_zero:
        return True
    rational = cancel(together(gammasimp(expand_func(x))))
    if rational == 0 or expand(rational) == 0:
        return True
    symbols = in_order(x.free_symbols)
    for j, value in enumerate(POINTS):
        at = {s: value + Rational(i + j, 11) + (i if s.is_integer else 0) for i, s in enumerate(symbols)}
        at = {s: sympify(int(v) + 2) if s.is_integer else v for s, v in at.items()}
        terms = [abs(term.xreplace(at).evalf(DIGITS)) for term in Add.make_args(expand(x))]
        size = max([S.One, *(term for term in terms if term.is_number)])
        value_there = abs(x.xreplace(at).evalf(DIGITS))
        if not value_there.is_number or not value_there <= SMALL * size:
            return False
    return None
