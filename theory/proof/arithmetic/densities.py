"""Means under laws that are given by a density in symbols alone, in balls; what is far out is bounded from the symbols, too.

Each end of the support is charted by y >= 0: x = y, or -y, towards infinity, x = a + e^-y towards an end a. Two things are seen
for all y >= T at once: |f| <= C y^k e^(c y), and that the density p (in y) has y p'/p + c y + k + 1 + d <= 0, so that
y^(k + 1 + d) e^(c y) p falls. Hence the integral of |f| p beyond any T' >= T is at most C T'^(k + 1) e^(c T') p(T')/d. What is
known of f from how it is made (`sizes`) is tried first, then what it does far out (`far`). On whole numbers the mean is an
endless sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import arb, ctx
from sympy import (
    Add,
    Dummy,
    Expr,
    Pow,
    S,
    Sum,
    Symbol,
    cosh,
    exp,
    expand,
    expand_log,
    log,
    oo,
    powsimp,
    sinh,
    tanh,
)

from ...language.errors import NO_BALL, CannotTell
from ...language.laws import Binomial, Density, Law, Mixture, Pieces
from ...language.order import in_order
from .binomials import binomial_masses
from .far import Far, Growth
from .orders import UNIT, Scale
from .precision import NotIntegrable, precision
from .programs import compile_expr
from .quadrature import CLOSE, Values, all_over_line, evaluate
from .rings import Balls
from .sizes import Size, size

NEARER, FARTHEST = (
    8,
    2**11,
)  # of the logarithm of T, in bits; up to the first, bounds are tried by how a function is made
MORE = 24  # bits, at the least, of means
SPARE = (8, 2, 1, 0.25, 0.03125)  # d
LINE = Symbol("y", nonnegative=True)


def expected(fs: Sequence[Expr], x: Symbol, law: Law, values: Values) -> list[arb]:
    """Balls for E f(X), X from `law`, of several functions of the symbol x and of symbols of which balls are given.

    Raises `CannotTell` where a mean is not seen to be finite.
    """
    if isinstance(law, Mixture | Pieces):
        parts = [(evaluate(w, values), expected(fs, x, part, values)) for w, part in law.parts]
        return [sum((w * means[i] for w, means in parts), arb(0)) for i in range(len(fs))]
    if (atoms := listed(law, values)) is not None:
        return [sum((p * evaluate(f, {**values, x: v}) for v, p in atoms), arb(0)) for f in fs]
    if law.grid is not None:
        return [_over_numbers(f, x, law, values) for f in fs]
    return _over_line(fs, x, law, values)


def listed(law: Law, values: Values) -> list[tuple[arb, arb]] | None:
    """The values of a law on finitely many numbers, with their probabilities; None of any other."""
    if isinstance(law, Binomial):
        masses = binomial_masses(evaluate(law.n, values), evaluate(law.p, values))
        return [(arb(k), p) for k, p in enumerate(masses)]
    atoms = law.values()
    return None if atoms is None else [(evaluate(v, values), evaluate(p, values)) for v, p in atoms]


def total(law: Law, values: Values) -> arb:
    """The integral, or the sum, of what is said to be a density."""
    x = Dummy("x", real=True)
    if (atoms := listed(law, values)) is not None:
        return sum((p for _, p in atoms), arb(0))
    if law.grid is not None:
        return _over_numbers(S.One, x, law, values)
    return _over_line((S.One,), x, law, values)[0]


# ---- on whole numbers -----------------------------------------------------------------------------------------------


def _over_numbers(f: Expr, x: Symbol, law: Law, values: Values) -> arb:
    if law.support[1] is not oo or not law.support[0].is_Integer:
        raise CannotTell(f"no sums over {law}")
    return evaluate(_series(f, x, law), values)


@lru_cache(maxsize=1024)
def _series(f: Expr, x: Symbol, law: Law) -> Expr:
    k = Dummy("k", integer=True, nonnegative=True)
    return Sum(f.xreplace({x: k}) * exp(law.log_mass(k)), (k, law.support[0], oo))


# ---- on the line ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def charts(law: Law) -> tuple[tuple[Expr, Expr], ...]:
    """(the place x, the logarithm of the density in y) as functions of `LINE`, y >= 0, of both ends of a continuous law."""
    low, high = law.support
    if low == -oo and high == oo:
        ends = [(LINE, S.Zero), (-LINE, S.Zero)]
    elif high == oo:
        ends = [(low + 1 + LINE, S.Zero), (low + exp(-LINE), -LINE)]
    elif low == -oo:
        ends = [(high - 1 - LINE, S.Zero), (high - exp(-LINE), -LINE)]
    else:
        half = (high - low) / 2
        ends = [(low + half * exp(-LINE), log(half) - LINE), (high - half * exp(-LINE), log(half) - LINE)]
    out = []
    for place, bent in ends:
        logarithm = law.log_density(place) if isinstance(law, Density) else log(law.density(place))
        out.append((place, in_logarithms(logarithm) + bent))
    return tuple(out)


def in_exponentials(f: Expr, x: Symbol) -> Expr:
    """Powers a^A, x in A only, as exponentials of A log a: what is made of these is seen to cancel, or to fall."""

    def is_power(e: Expr) -> bool:
        return isinstance(e, Pow) and e.exp.has(x) and not e.base.has(x)

    return f.replace(is_power, lambda e: exp(expand(e.exp * log(e.base))))


def in_cosh(f: Expr, x: Symbol) -> Expr:
    """log(a e^A + b e^B) as a logarithm of cosh: its derivatives are of tanh, in which nothing cancels on either side."""

    def bent(e: Expr) -> Expr:
        terms = [term.as_independent(x, as_Add=False) for term in Add.make_args(e.args[0])]
        if len(terms) != 2 or any(not isinstance(g, exp) and g != 1 for _, g in terms):
            return e
        u, v = (expand(log(c) + (g.args[0] if g != 1 else 0)) for c, g in terms)
        return (u + v) / 2 + log(2 * cosh((u - v) / 2))

    return in_exponentials(f, x).replace(lambda e: isinstance(e, log) and e.has(x), bent)


def in_logarithms(f: Expr) -> Expr:
    """Logarithms of products and powers as sums of logarithms. (SymPy's `expand_log` also looks for quotients of logarithms.)"""
    return f.replace(lambda e: isinstance(e, log), lambda e: expand_log(e, deep=False))


def in_tangents(f: Expr) -> Expr:
    """Hyperbolic sines over cosines as tangents, of which a ball is known on a wide box."""
    return f.replace(sinh, lambda u: tanh(u) * cosh(u))


@lru_cache(maxsize=2048)
def forms(f: Expr, x: Symbol) -> tuple[Expr, ...]:
    """A function, and others that are equal to it: e^A + e^B as e^A (1 + e^(B - A)), whichever of them may be the largest."""
    f = in_exponentials(f, x)
    sums = [s for s in in_order(f.atoms(Add)) if len(_exponents(s, x)) > 1 and len(_exponents(s, x)) == len(s.args)]
    if not sums:
        return (f,)
    out = [f]
    for pivot in range(max(len(s.args) for s in sums)):
        put = {}
        for s in sums:
            A, _ = _exponents(s, x)[min(pivot, len(s.args) - 1)]
            put[s] = exp(A) * Add(*(c * exp(expand(B - A)) for B, c in _exponents(s, x)))
        out.append(powsimp(in_logarithms(f.xreplace(put))))
    return tuple(dict.fromkeys(out))


def _exponents(s: Expr, x: Symbol) -> list[tuple[Expr, Expr]]:
    """(A, c) of those terms c e^A of a sum in which x is in A only; g^k, k no number, is e^(k log g), and 1 beside it e^0."""
    out, powers, alone = [], False, []
    for term in s.args:
        c, rest = term.as_independent(x, as_Add=False)
        if isinstance(rest, exp):
            out.append((rest.args[0], c))
        elif isinstance(rest, Pow) and not rest.exp.is_number and not rest.exp.has(x):
            out.append((rest.exp * log(rest.base), c))
            powers = True
        elif rest == 1:
            alone.append((S.Zero, c))
    return out + alone if powers else out


@dataclass(frozen=True)
class Tail:
    """How a density falls for y >= far.start: y p'/p is `slope` there. form: the logarithm of the density."""

    form: Expr
    far: Far
    slope: Growth

    def spare(self, size: Size) -> arb | None:
        """d > 0 with y p'/p + c y + k + 1 + d <= 0 for all y from the start on; None where none is seen."""
        for d in SPARE:
            try:
                if _negative(self.far, self.slope + self.far.variable * size.c + (size.k + 1 + arb(d))):
                    return arb(d)
            except CannotTell:
                continue
        return None


def _negative(far: Far, x: Growth) -> bool:
    """Whether it is at most 0 for all y from the start on."""
    if not x.parts:
        return True
    lead, others = far.leading(x)
    return not lead.scale.turns and bool((lead.box + others).real < 0)


_TAILS: dict[tuple[Expr, tuple[Symbol, ...]], list[Tails]] = {}
WIDE = (2.0**-4, 2.0**-10, 0.0)  # of the boxes around the parameters for which a tail is looked at


@dataclass(frozen=True)
class Bounded:
    """A function towards one end, in the forms of it and of the density that do not cancel there, and what bounds it."""

    tail: Tail
    form: Expr
    size: Size
    spare: arb

    def beyond(self, end: arb, density: arb) -> arb:
        """A bound on the integral of |f| p beyond an end, where p is given."""
        return self.size.C * end ** (self.size.k + 1) * (self.size.c * end).exp() * density / self.spare


def _bounded(logarithm: Expr, g: tuple[Expr, ...], values: Values) -> Bounded:
    """The tail of a density that is enough for a function. The tails are kept, for boxes around the parameters."""
    names = tuple(values)
    known = _TAILS.setdefault((logarithm, names), [])
    made = _as_made(g, values)
    for tails in known:
        covers = all(box.contains(values[s]) for box, s in zip(tails.box, names, strict=True))
        if covers and (found := _fitting(tails, g, made, values)) is not None:
            return found
    for wide in WIDE:
        box = tuple(v + arb(0, wide) * (abs(v) if s.is_positive else 1) for s, v in values.items())
        tails = Tails(logarithm, names, box)
        if (found := _fitting(tails, g, made, values)) is not None:
            known.append(tails)
            return found
    raise CannotTell("how an integrand falls far out is not seen, or it does not fall fast enough to be integrated")


def _fitting(tails: Tails, g: tuple[Expr, ...], made: tuple[Expr, Size] | None, values: Values) -> Bounded | None:
    """A function with a bound and a tail that is enough for it; None where there is none."""
    if made is not None:
        for tail in tails.up_to(NEARER):
            if (spare := tail.spare(made[1])) is not None:
                return Bounded(tail, *made, spare)
    for tail in tails.up_to(FARTHEST):
        for form in g:
            try:
                grown = _as_it_grows(tail.far, form, values)
            except NO_BALL:
                continue
            if (spare := tail.spare(grown)) is not None:
                return Bounded(tail, form, grown, spare)
    return None


def _as_made(g: tuple[Expr, ...], values: Values) -> tuple[Expr, Size] | None:
    """The form that grows least, by how it is made."""
    found = []
    for form in g:
        try:
            found.append((form, size(form, LINE, values)))
        except CannotTell:
            continue
    return min(found, key=lambda pair: (float(pair[1].c), float(pair[1].k)), default=None)


def _as_it_grows(far: Far, form: Expr, values: Values) -> Size:
    """A bound for a function from `far.start` on."""
    x = far.of(compile_expr(form, (LINE, *values))(far, far.variable, *values.values()))
    if not x.parts:
        return Size(arb(0))
    scales = [t.scale for t in x.terms]
    if any(not s.s <= 0 for s in scales):
        raise CannotTell("it grows like a factorial")
    c = max((s.c.upper() for s in scales), key=float).max(arb(0))
    k = max((s.p.upper() for s in scales), key=float).max(arb(0)) + int(any(s.q > 0 for s in scales))
    shifts = [(t.box, t.scale / Scale(c=c, p=k)) for t in x.terms]
    total = sum(
        (abs(box).abs_upper() * (1 if d.same(UNIT) else abs(far.box(d)).abs_upper()) for box, d in shifts), arb(0)
    )
    return Size(total.upper(), k, c)


class Tails:
    """The tail of a density from farther and farther out on, looked at once, for a box around its parameters."""

    def __init__(self, logarithm: Expr, names: tuple[Symbol, ...], box: tuple[arb, ...]):
        self.box, self.bits, self.seen = box, 2, []
        self.programs = [(form, compile_expr(slope, (LINE, *names))) for form, slope in _slopes(logarithm)]

    def up_to(self, bits: int) -> Iterator[Tail]:
        """The tails from 2^b on, b at most `bits`, nearest first; those already seen are not computed again."""
        yield from list(self.seen)
        while self.bits <= bits:
            far = Far(arb(2) ** self.bits)
            self.bits += max(1, self.bits // 4)
            for form, program in self.programs:
                try:
                    self.seen.append(Tail(form, far, far.of(program(far, far.variable, *self.box))))
                except NO_BALL:
                    continue
                yield self.seen[-1]


@lru_cache(maxsize=2048)
def _slopes(logarithm: Expr) -> tuple[tuple[Expr, Expr], ...]:
    """The logarithm of a density in several forms that are equal, each with y p'/p."""
    return tuple((form, in_tangents(LINE * form.diff(LINE).doit())) for form in forms(logarithm, LINE))


@lru_cache(maxsize=1024)
def _charted(fs: tuple[Expr, ...], x: Symbol, law: Law) -> list[tuple[Expr, list[tuple[Expr, ...]]]]:
    """Towards both ends: the logarithm of the density, and each function in its forms."""
    return [
        (logarithm, [tuple(in_logarithms(form.xreplace({x: place})) for form in forms(f, x)) for f in fs])
        for place, logarithm in charts(law)
    ]


@lru_cache(maxsize=1024)
def _integrands(functions: tuple[Expr, ...], densities: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return tuple(f * p for f, p in zip(functions, densities, strict=True))


def _over_line(fs: Sequence[Expr], x: Symbol, law: Law, values: Values) -> list[arb]:
    known = law.free_symbols.union(*(f.free_symbols for f in fs))
    used = {s: v for s, v in values.items() if s in known}
    bits = ctx.prec
    has_end = any(e.is_finite for e in law.support)
    why: Exception = CannotTell(f"too many digits of {law} cancel near an end of its support")
    for spare in (MORE, bits + MORE, 4 * bits, 16 * bits):
        try:
            with precision(bits + spare):
                return _towards_ends(fs, x, law, used, bits)
        except _Cancelled:  # digits of a density, near an end of an interval
            continue
        except NotIntegrable as problem:  # or of a function
            why = problem
            if not has_end:
                break
    raise why


class _Cancelled(Exception):
    """A density has no value far out, at the working precision."""


def _towards_ends(fs: Sequence[Expr], x: Symbol, law: Law, used: Values, bits: int) -> list[arb]:
    """The means, from both ends of the support, with an error of 2^-bits. Raises `_Cancelled`."""
    total = [arb(0)] * len(fs)
    for logarithm, charted in _charted(tuple(fs), x, law):
        goal = arb(2) ** -(bits + CLOSE)
        found = [_bounded(logarithm, g, used) for g in charted]
        densities = [exp(g.tail.form) for g in found]
        end, step = max((g.tail.far.start for g in found), key=float), 1
        while True:
            heights = {p: compile_expr(p, (LINE, *used))(Balls, end, *used.values()) for p in set(densities)}
            missed = [g.beyond(end, heights[p]) for g, p in zip(found, densities, strict=True)]
            if all(m < goal for m in missed):
                break
            end, step = end * (arb(2) if end < 64 else arb(2) ** step), 2 * step if end >= 64 else 1
            if end > bits / 4 and not all(h.is_finite() for h in heights.values()):
                raise _Cancelled
            if step > FARTHEST:
                raise CannotTell(f"{law} falls too slowly")
        integrands = _integrands(tuple(g.form for g in found), tuple(densities))
        inside = all_over_line(integrands, LINE, (arb(0), end), used, bits + CLOSE)
        total = [t + v + arb(0, m.upper()) for t, v, m in zip(total, inside, missed, strict=True)]
    return total


__all__ = ["charts", "expected", "in_logarithms", "in_tangents", "total"]
