"""Means under laws that are given by a density in symbols alone, in balls; what is far out is bounded from the symbols, too.

Each end of the support is charted by y >= 0: x = y, or -y, towards infinity, x = a + e^-y towards an end a. Two things are seen
for all y >= T at once: |f| <= C y^k e^(c y), and that the density p (in y) has y p'/p + c y + k + 1 + d <= 0, so that
y^(k + 1 + d) e^(c y) p falls. Hence the integral of |f| p beyond any T' >= T is at most C T'^(k + 1) e^(c T') p(T')/d. What is
known of f from how it is made (`sizes`) is tried first, then what it does far out (`far`). On whole numbers the mean is an
endless sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from flint import arb, ctx
from sympy import (
    Dummy,
    Expr,
    S,
    Sum,
    Symbol,
    cosh,
    exp,
    expand_log,
    log,
    oo,
    sinh,
    tanh,
)

from ...language.errors import CannotTell
from ...language.laws import Binomial, Density, Law, Mixture
from .binomials import binomial_masses
from .enclosures import NotIntegrable, precision
from .far import UNIT, Far, Growth, Scale
from .quadrature import Values, evaluate, mean_under, over_line
from .rings import Balls, compile_expr
from .sizes import Size, size

FARTHEST = 2**11  # of the logarithm of T, in bits
SPARE = (8, 2, 1, 0.25, 0.03125)  # d
LINE = Symbol("y", nonnegative=True)


def expected(f: Expr, x: Symbol, law: Law, values: Values) -> arb:
    """A ball for E f(X), X from `law`, f a function of the symbol x and of symbols of which balls are given.

    Raises `CannotTell` where the mean is not seen to be finite.
    """
    if not f.has(x):
        return evaluate(f, values)
    if isinstance(law, Mixture):
        return sum((evaluate(w, values) * expected(f, x, part, values) for w, part in law.parts), arb(0))
    if (atoms := listed(law, values)) is not None:
        return sum((p * evaluate(f, {**values, x: v}) for v, p in atoms), arb(0))
    if law.grid is not None:
        return _over_numbers(f, x, law, values)
    if not isinstance(law, Density):
        try:
            return mean_under(f, x, law, values)
        except (CannotTell, NotIntegrable):  # it grows in a way that is not known there, or has a pole at an end
            pass
    return _over_line(f, x, law, values)


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
    return (_over_numbers if law.grid is not None else _over_line)(S.One, x, law, values)


# ---- on whole numbers -----------------------------------------------------------------------------------------------


def _over_numbers(f: Expr, x: Symbol, law: Law, values: Values) -> arb:
    if not isinstance(law, Density) or law.support[1] is not oo or not law.support[0].is_Integer:
        raise CannotTell(f"no sums over {law}")
    return evaluate(_series(f, x, law), values)


@lru_cache(maxsize=1024)
def _series(f: Expr, x: Symbol, law: Density) -> Expr:
    k = Dummy("k", integer=True, nonnegative=True)
    return Sum(f.xreplace({x: k}) * exp(law.log_density(k)), (k, law.support[0], oo))


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
        out.append((place, expand_log(logarithm, force=True) + bent))
    return tuple(out)


def in_tangents(f: Expr) -> Expr:
    """Hyperbolic sines over cosines as tangents, of which a ball is known on a wide box."""
    return f.replace(sinh, lambda u: tanh(u) * cosh(u))


@lru_cache(maxsize=2048)
def forms(f: Expr, x: Symbol) -> tuple[Expr, ...]:
    """A function, and others that are equal to it: with e^A/(e^A + e^B) as 1/(1 + e^(B - A))."""
    return (f,)


@dataclass(frozen=True)
class Tail:
    """How a density falls for y >= start, while its parameters are in a box: y p'/p is `slope` there."""

    box: tuple[arb, ...]
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


_TAILS: dict[tuple[Expr, tuple[Symbol, ...]], list[list[Tail]]] = {}
WIDE = (2.0**-4, 2.0**-10, 0.0)  # of the boxes around the parameters for which a tail is looked at


def _tail(logarithm: Expr, g: tuple[Expr, ...], values: Values) -> tuple[arb, Size, arb]:
    """(T, the bound of a function, d): see the module. The tails of a density are kept, for boxes around the parameters."""
    names = tuple(values)
    known = _TAILS.setdefault((logarithm, names), [])
    made = _as_made(g, values)
    for tails in known:
        if all(box.contains(values[s]) for box, s in zip(tails[0].box, names, strict=True)):
            for tail in tails:
                if (found := _fits(tail, g, made, values)) is not None:
                    return found
    for wide in WIDE:
        box = tuple(v + arb(0, wide) * (abs(v) if s.is_positive else 1) for s, v in values.items())
        tails: list[Tail] = []
        for tail in _tails(logarithm, names, box):
            tails.append(tail)
            if (found := _fits(tail, g, made, values)) is not None:
                known.append(tails)
                return found
    raise CannotTell("how an integrand falls far out is not seen, or it does not fall fast enough to be integrated")


def _fits(tail: Tail, g: tuple[Expr, ...], made: Size | None, values: Values) -> tuple[arb, Size, arb] | None:
    """The tail with a bound of the function that it is enough for."""
    if made is not None and (spare := tail.spare(made)) is not None:
        return tail.far.start, made, spare
    for form in g:
        try:
            grown = _as_it_grows(tail.far, form, values)
        except (CannotTell, ArithmeticError):
            continue
        if (spare := tail.spare(grown)) is not None:
            return tail.far.start, grown, spare
    return None


def _as_made(g: tuple[Expr, ...], values: Values) -> Size | None:
    for form in g:
        try:
            return size(form, LINE, values)
        except CannotTell:
            continue
    return None


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


def _tails(logarithm: Expr, names: tuple[Symbol, ...], box: tuple[arb, ...]) -> Iterator[Tail]:
    """The tail from farther and farther out on."""
    programs = [compile_expr(slope, (LINE, *names)) for slope in _slopes(logarithm)]
    bits = 2
    while bits <= FARTHEST:
        for program in programs:
            try:
                far = Far(arb(2) ** bits)
                yield Tail(box, far, far.of(program(far, far.variable, *box)))
            except (CannotTell, ArithmeticError):
                continue
        bits += max(1, bits // 4)


@lru_cache(maxsize=2048)
def _slopes(logarithm: Expr) -> tuple[Expr, ...]:
    """y p'/p, in several forms that are equal."""
    return tuple(in_tangents(LINE * form.diff(LINE).doit()) for form in forms(logarithm, LINE))


def _beyond(end: arb, size: Size, density: arb) -> arb:
    """A bound on the integral of |f| p beyond an end, where p/d is given."""
    return size.C * end ** (size.k + 1) * (size.c * end).exp() * density


def _over_line(f: Expr, x: Symbol, law: Law, values: Values) -> arb:
    used = {s: v for s, v in values.items() if s in f.free_symbols | law.free_symbols}
    bits = ctx.prec
    value = arb(0)
    with precision(bits + 24):
        for place, logarithm in charts(law):
            g = tuple(expand_log(form.xreplace({x: place}), force=True) for form in forms(f, x))
            density = compile_expr(exp(logarithm), (LINE, *used))
            end, bound, spare = _tail(logarithm, g, used)
            goal, step = arb(2) ** -(bits + 8), 1
            while not (missed := _beyond(end, bound, density(Balls, end, *used.values()) / spare)) < goal:
                end, step = end * (arb(2) if end < 64 else arb(2) ** step), 2 * step if end >= 64 else 1
                if step > FARTHEST:
                    raise CannotTell(f"{law} falls too slowly")
            value += over_line(g[0] * exp(logarithm), LINE, (arb(0), end), used) + arb(0, missed.upper())
    return value


__all__ = ["charts", "expected", "in_tangents", "total"]
