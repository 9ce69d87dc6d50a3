"""Combinations of monomials that are closed under a loop's step where the monomials themselves are not.

With a combination u, its mean after a step is one of the state before, and so on: u, T u, T^2 u, ... Once one of them is a
combination of those before it, these are closed. The step is worked out monomial by monomial; what cancels, cancels exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sympy import Add, Dummy, Expr, Matrix, Mul, Piecewise, S, Symbol, cancel, fraction, simplify, sympify, together
from sympy.polys.matrices import DomainMatrix
from sympy.polys.polyerrors import PolynomialError

from ...language.errors import BadInput, CannotTell
from ...language.laws import Binomial, Centred, Law, Noise, Poisson
from ...language.lengths import operations
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment
from ...language.randomness import is_deterministic
from ..generations import all_at
from ..symbols import rational
from ..symbols.averages import Infinite
from ..symbols.normal_forms import is_zero
from .closure import Key, System, Unclosed, averaged
from .monomials import Unread

MOST_STEPS = 8  # steps after which a combination has to be one of those before
MOST_RAISED = 4  # by how much steps may raise its degree
MOST_TERMS = 60  # of a combination
MOST_OPERATIONS = 500  # of a coefficient
MOST_SHOWN = 3  # combinations that are told of

Terms = dict[Key, Expr]


class Span(System):
    """The combinations u, T u, ..., T^(k-1) u, numbered from 0 on, in place of monomials: their rows are closed.

    Raises `CannotTell` where none is found in a few steps, or where a mean might not exist.
    """

    def __init__(self, system: System, wanted: Terms):
        super().__init__(system.loop)
        self.vars, self.few, self.conditions = system.vars, system.few, system.conditions
        _all_have_means(system)
        if any(x.has(CLOCK) for x in system.after.values()):
            raise CannotTell("the generations differ")
        most = MOST_RAISED + max(map(system.degree, wanted), default=0)
        self.combinations = [wanted]
        self.nonzero: list[Expr] = []
        while (weights := _within(self.combinations)) is None:
            latest = self.combinations[-1]
            if len(self.combinations) > MOST_STEPS or any(system.degree(k) > most for k in latest):
                raise CannotTell("no combination of monomials is closed in a few steps")
            self.combinations.append(_after(system, latest))
        self.combinations.pop()  # it is a combination of the others
        k = len(self.combinations)
        self.rows = {i: {i + 1: S.One} for i in range(k - 1)} | {k - 1: {i: w for i, w in enumerate(weights) if w != 0}}
        self.nonzero = [d for w in weights if (d := fraction(w)[1]).free_symbols]

    def monomial(self, key: Any, state) -> Expr:
        return Add(*(c * super(Span, self).monomial(j, state) for j, c in self.combinations[key].items()))


def _after(system: System, terms: Terms) -> Terms:
    """The mean of a combination after a step, in lowest terms."""
    out = {k: c for k, x in stepped(system, terms).items() if (c := _shortest(x)) != 0}
    if len(out) > MOST_TERMS:
        raise CannotTell(f"a combination of more than {MOST_TERMS} monomials")
    return out


def stepped(system: System, terms: Terms) -> Terms:
    """The mean of a combination after a step. Where kinks in the state may cancel it is averaged as a whole, and read only then.

    Raises `CannotTell`.
    """
    try:
        return system.stepped(terms)
    except Unread:
        _all_have_means(system)
    after = Add(*(weight * system.monomial(key, system.after) for key, weight in terms.items()))
    try:
        _, mean, conditions = averaged(after, tuple(system.vars.values()))
    except Infinite as error:
        raise CannotTell(str(error)) from error
    system.conditions += [c for c in conditions if c not in system.conditions]
    return system.read(mean)


def _shortest(x: Expr) -> Expr:
    """A coefficient in lowest terms. Raises `CannotTell` for one that is too long to be followed."""
    if operations(x) > MOST_OPERATIONS:
        raise CannotTell("a combination with coefficients that are too long")
    try:
        return rational.lowest(x)
    except ValueError:
        return simplify(x)


def _within(combinations: list[Terms]) -> list[Expr] | None:
    """The weights with which the last combination is one of those before it; None where it is none.

    They are found by elimination, for parameters in general, and checked.
    """
    *before, last = combinations
    if not last:
        return [S.Zero] * len(before)
    if not before:
        return None
    keys = list(dict.fromkeys(k for u in combinations for k in u))
    try:
        null = null_space([[u.get(k, S.Zero) for u in combinations] for k in keys])
    except PolynomialError:
        return None
    if not null or is_zero(null[0][-1]):
        return None
    weights = [cancel(together(-c / null[0][-1])) for c in null[0][:-1]]
    gaps = (
        Add(*(w * u.get(k, S.Zero) for w, u in zip(weights, before, strict=True)), -last.get(k, S.Zero)) for k in keys
    )
    return weights if all(map(is_zero, gaps)) else None


def null_space(rows: list[list[Expr]]) -> list[list[Expr]]:
    """A basis of the vectors that a matrix makes 0."""
    return DomainMatrix.from_Matrix(Matrix(rows)).to_field().nullspace().to_Matrix().tolist()


def _all_have_means(system: System) -> None:
    """Raise `CannotTell` unless every polynomial of the state has a mean: what cancels must have had one.

    A step that is a polynomial of the state and of draws of which every power has a mean keeps that so; so does one of several
    polynomials, by cases.
    """
    parts = [*system.after.values(), *map(sympify, system.loop.start_at.values())]
    now = tuple(system.vars.values())
    for x in parts:
        if any(p.args[-1].cond != True for p in x.atoms(Piecewise)):  # noqa: E712  SymPy's
            raise CannotTell("what cancels may have no value: in none of its cases")
        x = x.replace(Piecewise, lambda *pieces: Add(*(Dummy() * y for y, _ in pieces)))  # it is at most their sum
        draws = tuple(x.atoms(Noise))
        if not x.is_polynomial(*now, *draws) or not all(_has_all_powers(z.law, now) for z in draws):
            raise CannotTell("what cancels may have no mean: a step that is no polynomial, or draws of heavy tails")


def _has_all_powers(law: Law, state: tuple[Expr, ...]) -> bool:
    if isinstance(law, Poisson):  # its powers have polynomials in its mean
        return law.mean.is_polynomial(*state) and not law.has(Noise, Centred)
    free = isinstance(law, Binomial) or not law.has(Noise, *state)  # a binomial draw is at most n
    known = law.n if isinstance(law, Binomial) else law
    return free and not known.has(Noise, *state, Centred) and law.far_out is S.Infinity


def closing(system: System) -> list[str]:
    """The linear combinations of coordinates that are closed under the step, those apart that are a single coordinate.

    The largest space of them that the step maps into itself: what it maps outside is cut off, again and again.
    """
    unit = {s: tuple((S.One if v == s else S.Zero, 0) for v in system.vars) for s in system.vars}
    one = tuple((S.Zero, 0) for _ in system.vars)
    kept: list[Terms] = [{k: S.One} for k in (*unit.values(), one)]
    try:
        _all_have_means(system)
        if any(x.has(CLOCK) for x in system.after.values()):
            return []
        images = {k: _after(system, {k: S.One}) for k in (*unit.values(), one)}
        while kept:
            after = [_joined(u, images) for u in kept]
            keys = list(dict.fromkeys(k for u in (*after, *kept) for k in u))
            null = null_space([[u.get(k, S.Zero) for u in (*after, *kept)] for k in keys])
            if len(null) == len(kept):
                break
            kept = [_joined(dict(enumerate(w)), dict(enumerate(kept))) for w in (v[: len(kept)] for v in null)]
    except (CannotTell, PolynomialError):
        return []
    order = [*unit.values(), one]
    basis = Matrix([[u.get(k, S.Zero) for k in order] for u in kept]).rref()[0].tolist() if kept else []
    names = [Symbol(s) for s in unit]
    texts = [str(Add(*map(Mul, row, names))) for row in basis if sum(c != 0 for c in row[:-1]) > 1]
    return texts[:MOST_SHOWN]


def _joined(weights: Mapping, terms: Mapping) -> Terms:
    """A combination of combinations."""
    out: Terms = {}
    for i, w in weights.items():
        for k, c in terms[i].items():
            out[k] = out.get(k, S.Zero) + w * c
    return {k: x for k, c in out.items() if (x := cancel(together(c))) != 0}


# ---- sums of means --------------------------------------------------------------------------------------------------


def closed_together(x: Expr) -> Expr:
    """Sums of means of one loop as one mean where they are closed together, and not one by one; all else as it is."""
    if isinstance(x, Moment) or not x.has(E):
        return x
    if not x.is_Add:
        parts = [closed_together(a) if isinstance(a, Expr) else a for a in x.args]
        return x.func(*parts) if any(a is not b for a, b in zip(parts, x.args, strict=True)) else x
    groups: dict[tuple, list[tuple[Expr, Expr]]] = {}
    for term in x.args:
        weight, m = term.as_independent(E, as_Add=False)
        seen = {(o.loop, o.t) for o in m.atoms(Observable)} if isinstance(m, E) and not weight.has(Moment) else set()
        if len(seen) == 1:
            groups.setdefault(next(iter(seen)), []).append((weight, m))
    for (loop, _), terms in groups.items():
        alone = [(weight, m) for weight, m in terms if len(terms) > 1 and not _closes(loop, all_at(m.variable, S.Zero))]
        whole = Add(*(weight * m.variable for weight, m in alone))
        if len(alone) > 1 and closed_together_only(whole):
            x += E(whole) - Add(*(weight * m for weight, m in alone))
    return x


def closed_together_only(x: Expr) -> bool:
    """Whether the terms of a sum, of one loop at one generation, are closed together and not one by one."""
    seen = {(o.loop, o.t) for o in x.atoms(Observable)}
    if not x.is_Add or len(seen) != 1:
        return False
    ((loop, _),) = seen
    x = all_at(x, S.Zero)  # at whichever generation it is, its monomials are the same
    return not _closes(loop, x) and _closes(loop, x, together=True)


@lru_cache(maxsize=256)
def _grows(loop: Loop) -> bool:
    """Whether the powers of some coordinate may grow from step to step: a fact of the loop, asked for each of its means."""
    return bool(System(loop).cycles)


@lru_cache(maxsize=2048)
def _closes(loop: Loop, x: Expr, together: bool = False) -> bool:
    """Whether the monomials of an expression in the state close, or only its combination of them.

    What is not known for other reasons counts as closed by itself, so that it is left as it is; so does what is not random.
    """
    if is_deterministic(loop):
        return True
    try:
        if not (together or _grows(loop)):
            return True
        system = System(loop)
        wanted = system.read(x.xreplace({o: system.vars[o.name] for o in x.atoms(Observable) if o.name in system.vars}))
        if together:
            Span(system, wanted)
        else:
            system.close(wanted)
    except (Unclosed, Unread):
        return False
    except (CannotTell, BadInput, Infinite):
        return not together
    return True
