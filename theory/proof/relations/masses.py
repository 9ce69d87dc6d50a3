"""Laws on finitely many atoms before and after a round: relations decided coefficient by coefficient.

After a round of curation the law is a polynomial of degree K in the law before, a sum over the K-tuples of candidates.
So is every mean, and a relation between numbers before and after becomes one between polynomials in the masses,
homogeneous once lower degrees are multiplied by the sum of the masses, which is 1. If no coefficient is negative the
relation holds for every law on these atoms.

Where only means of functions of the weight occur, one coefficient says more, that of d different atoms, d being the
degree: it is a symmetric function of d weights, and every other coefficient is a limit of it, with equal weights. If it is
not negative for weights in increasing order, the relation holds for every law on any atoms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate, permutations, product

from sympy import Add, And, Dummy, Expr, Max, Min, Mul, S, Symbol, Tuple, oo, together

from ...language.domains import Domain
from ...language.errors import CannotTell, Unsaid
from ...language.finite_loops import FiniteLoop
from ...language.laws import Finite
from ...language.loops import Loop, Observable
from ...language.moments import CentralMoment, Cov, E, Moment
from ...language.order import in_order
from ...language.signs import Inequality
from ...language.strangers import ours
from ..foreign import telling
from ..signs import Certificate, positive, short
from ..standard import over_atoms
from ..symbols import rational
from ..symbols.normal_forms import is_zero
from .learned import Learned

Polynomial = dict[tuple[int, ...], Expr]
MOST_TERMS = 40_000
MOST_ATOMS = 8  # in the coefficient that stands for every law


# ---- polynomials in the masses --------------------------------------------------------------------------------------


class _Once(Dummy):
    """A mass of which no power is of interest."""

    def _eval_power(self, e):
        return S.Zero if e.is_Integer and e >= 2 else None


class _Ring:
    """Fractions of polynomials in the masses; `different`: monomials in which an atom occurs twice are left out."""

    def __init__(self, masses: Sequence[Symbol], different: bool):
        self.places, self.different = {s: i for i, s in enumerate(masses)}, different
        self.one: Polynomial = {(0,) * len(masses): S.One}
        self.units: list[Polynomial] = [
            {tuple(int(i == j) for j in range(len(masses))): S.One} for i in range(len(masses))
        ]

    def plus(self, *parts: Polynomial) -> Polynomial:
        out: dict[tuple[int, ...], list[Expr]] = {}
        for part in parts:
            for m, c in part.items():
                out.setdefault(m, []).append(c)
        return {m: Add(*terms) for m, terms in out.items()}

    def times(self, *factors: Polynomial) -> Polynomial:
        out = self.one
        for factor in factors:
            if len(out) * len(factor) > MOST_TERMS:
                raise CannotTell(f"a product of {len(out)} and {len(factor)} terms")
            terms: dict[tuple[int, ...], list[Expr]] = {}
            for (m, c), (n, d) in product(out.items(), factor.items()):
                key = tuple(map(sum, zip(m, n, strict=True)))
                if not self.different or max(key) <= 1:
                    terms.setdefault(key, []).append(c * d)
            out = {m: Add(*cs) for m, cs in terms.items()}
        return out

    def read(self, x: Expr) -> tuple[Polynomial, Polynomial]:
        """Numerator and denominator of an expression."""
        if x in self.places:
            return self.units[self.places[x]], self.one
        if not x.has(*self.places):
            return dict.fromkeys(self.one, x), self.one
        if isinstance(x, Add):
            pairs = [self.read(term) for term in x.args]
            whole, (n, d) = self.plus(*(n for n, d in pairs if d == self.one)), ({}, self.one)
            for m, e in (p for p in pairs if p[1] != self.one):
                n, d = (
                    (self.plus(n, m), d)
                    if e == d
                    else (self.plus(self.times(n, e), self.times(m, d)), self.times(d, e))
                )
            return self.plus(n, self.times(whole, d) if whole else {}), d
        if isinstance(x, Mul):
            pairs = [self.read(f) for f in x.args]
            return self.times(*(n for n, _ in pairs)), self.times(*(d for _, d in pairs))
        if x.is_Pow and x.exp.is_Integer:
            n, d = self.read(x.base) if x.exp > 0 else self.read(x.base)[::-1]
            return self.times(*[n] * abs(int(x.exp))), self.times(*[d] * abs(int(x.exp)))
        raise CannotTell(f"{x} is no polynomial in the masses")

    def homogeneous(self, a: Polynomial) -> Polynomial:
        """Every term brought to one degree by the sum of the masses, 1."""
        degrees = [{m: c for m, c in a.items() if sum(m) == d} for d in range(max(map(sum, a), default=0) + 1)]
        out: Polynomial = degrees[0]
        for same in degrees[1:]:
            out = self.plus(self.times(out, self.plus(*self.units)), same) if out else same
        return out


# ---- one round ------------------------------------------------------------------------------------------------------


def _round(x: Expr) -> tuple[list[FiniteLoop], Expr]:
    """The loops that an expression speaks of, of one start and one weight, and the earlier one of its two generations."""
    observables = x.atoms(Observable)
    loops, times = sorted({o.loop for o in observables}, key=str), {o.t for o in observables}
    if not loops or not all(isinstance(loop, FiniteLoop) and "weight" in loop.tables for loop in loops):
        raise CannotTell("not of loops on finitely many atoms that have weights")
    if len({(Tuple(*loop.initial.values()), loop.tables["weight"]) for loop in loops}) > 1:
        raise CannotTell("the loops have different starts, or weights")
    if times == {S.One}:  # what is said of generation 0 is said in numbers
        return loops, S.Zero
    early = next((t for t in sorted(times, key=str) if all(s - t in (0, 1) for s in times)), None)
    if early is None or not early.is_nonnegative or (len(loops) > 1 and early != 0):
        raise CannotTell("the generations are no round")
    return loops, early


def spelled(x: Expr) -> Expr:
    """Moments as sums over the atoms, in coordinates of the state."""
    if isinstance(x, E | CentralMoment | Cov) and x.given is None:
        return x.in_means(over_atoms)
    if isinstance(x, Moment):
        raise CannotTell(f"{x} is no mean over all histories")
    return x.func(*map(spelled, x.args)) if x.args and x.has(Observable) and not isinstance(x, Observable) else x


def _in_masses(x: Expr, loops: Sequence[FiniteLoop], early: Expr, masses: Sequence[Symbol]) -> Expr:
    """x in terms of the masses at the earlier generation, those at the later one by a step."""
    now = dict(zip(loops[0].state, masses, strict=True))
    after = {loop: loop.step_at(now, early + 1) for loop in loops}
    if other := next((o for o in in_order(x.atoms(Observable)) if o.name not in now), None):
        raise CannotTell(f"{other} is no mass")
    return x.xreplace({o: now[o.name] if o.t == early else after[o.loop][o.name] for o in x.atoms(Observable)})


# ---- every law on these atoms ---------------------------------------------------------------------------------------


def on_these_atoms(
    gap: Expr,
    domains: Mapping[Symbol, Domain],
    charts: Mapping[Symbol, Expr],
    where: Sequence[tuple[Expr, bool]] = (),
) -> Iterator[tuple[list[Expr], list[Expr]]]:
    """The coefficients of numerator and denominator of a gap, for every order of the weights."""
    loops, early = _round(gap)
    loop = loops[0]
    masses = [Dummy(f"P{i}", positive=True) for i in range(len(loop.state))]
    # a coefficient says nothing of laws without the atom, and later laws have it if every round keeps it
    after = (
        [] if early == 0 else [x for one in loops for x in one.step(dict(zip(one.state, masses, strict=True))).values()]
    )
    begun = [loop.initial[name] for name in loop.state]
    if not all(positive(p.xreplace(charts), Certificate()) for p in begun) or not all(x.is_positive for x in after):
        raise CannotTell("an atom may have no mass")
    known = {}
    if early == 0:
        known = dict(zip(begun, masses, strict=True))
        free = sum(p.is_Symbol for p in known)
        if len(known) != len(masses) or free != len(masses) - 1 or (Add(*known) - 1).expand() != 0:
            raise CannotTell("the law at the start is not an arbitrary one")
    x = _in_masses(spelled(gap), loops, early, masses)
    ring = _Ring(masses, different=False)
    for order in _orders(loop, domains, where):
        n, d = ring.read(x.xreplace(order).xreplace(known))
        yield list(ring.homogeneous(n).values()), list(ring.homogeneous(d).values())


def _orders(
    loop: FiniteLoop, domains: Mapping[Symbol, Domain], where: Sequence[tuple[Expr, bool]]
) -> Iterator[dict[Expr, Expr]]:
    """Charts of the weights: one for every order that they can have, in the gaps between them, which are not negative.

    Weights that are no symbols over (0, oo), over (0, 1) beside 1, or over (1, oo) beside 1 keep their own charts.
    """
    weights = list(dict.fromkeys(loop.tables["weight"]))
    symbols, numbers = [w for w in weights if w.is_Symbol], {w for w in weights if not w.is_Symbol}
    kinds = {((S.Zero, oo), False), ((S.Zero, S.One), True), ((S.One, oo), True)}
    ends = {(domains[s].lo, domains[s].hi) for s in symbols}
    if len(symbols) < 2 or len(ends) > 1 or not numbers <= {S.One} or (*ends, bool(numbers)) not in kinds:
        yield {}
        return
    (low, high) = ends.pop()
    first, last = Dummy("s", positive=True), Dummy("top", positive=True)
    gaps = [Dummy(f"s{i}", nonnegative=True) for i in range(1, len(symbols))]
    for order in permutations(symbols):
        sums = list(accumulate([first, *gaps]))
        values = [x / (sums[-1] + last) for x in sums] if high == 1 else [low + x for x in sums]
        chart = dict(zip(order, values, strict=True))
        chart |= {Max(*weights): S.One if high == 1 else values[-1], Min(*weights): S.One if low == 1 else values[0]}
        apart = {}
        for w, strict in where:
            if not w.free_symbols <= set(order):
                continue
            inside = w.xreplace(chart)
            g = _gap_of(inside, gaps)
            if positive(-inside, Certificate(), strict=False):
                if strict:
                    break  # no weights in this order
                apart |= {g: S.Zero} if g is not None else {}
            elif strict and g is not None:
                apart.setdefault(g, Dummy(g.name, positive=True))
        else:
            yield {x: y.xreplace(apart) for x, y in chart.items()}


def _gap_of(x: Expr, gaps: Sequence[Symbol]) -> Symbol | None:
    """The gap between two weights that alone makes up the numerator of x."""
    try:
        n, _, symbols = rational.quotient(x)
    except ValueError:
        return None
    return next((g for g in gaps if g in symbols and str(n) in (f"x{symbols.index(g)}", f"-x{symbols.index(g)}")), None)


# ---- every law ------------------------------------------------------------------------------------------------------


def of_any_atoms(gap: Expr) -> list[Expr]:
    """The coefficients of d different atoms in numerator and denominator of a gap, in positive symbols: it is not negative
    for every law, on any atoms, if they are not."""
    loops, early = _round(gap)
    weights = loops[0].tables["weight"]
    spoken = {o.name for o in gap.atoms(Observable)}
    if not spoken <= {"weight", "reward"}:
        raise CannotTell("of other atoms only the weights are known")
    top, bottom = Dummy("top", positive=True), Dummy("bottom", positive=True)
    ends = {Max(*weights): top, Min(*weights): bottom}
    shape = gap.xreplace({e: s for e, s in ends.items() if isinstance(e, Max | Min)})
    if (
        shape.xreplace(dict.fromkeys(shape.atoms(Observable), S.One)).free_symbols
        & Tuple(*weights, *loops[0].initial.values()).free_symbols
    ):
        raise CannotTell("weights or masses are spoken of one by one")
    if early != 0 and any(_keeps_its_data(loop) for loop in loops):
        raise CannotTell("the law of the real data stays while the model's changes")
    degree = max((sum(m) for part in _on(shape, loops, early, 2, False)[1] for m in part), default=0)
    degree = max(degree, 1)
    if degree > MOST_ATOMS:
        raise CannotTell(f"tuples of {degree}")
    found, parts = _on(shape, loops, early, degree, True)
    low, *gaps = Dummy("s", positive=True), *(Dummy(f"s{i}", nonnegative=True) for i in range(degree + 1))
    values = list(accumulate([low + gaps[0], *gaps[1:-1]]))
    chart = {**dict(zip(found, values, strict=True)), top: values[-1] + gaps[-1], bottom: low}
    # one coefficient for all choices of the atoms: they differ by names only
    return [next((c for m, c in sorted(part.items(), reverse=True)), S.Zero).xreplace(chart) for part in parts]


def _on(
    shape: Expr, loops: Sequence[FiniteLoop], early: Expr, atoms: int, different: bool
) -> tuple[list[Symbol], list[Polynomial]]:
    """Numerator and denominator of a gap for the loops on so many atoms, of any weights; and the symbols of these."""
    masses = [(_Once if different else Dummy)(f"P{i}", positive=True) for i in range(atoms)]
    weights = [Dummy(f"x{i}", positive=True) for i in range(atoms)]
    others = {loop: _moved(loop, Finite(masses), weights) for loop in loops}
    x = _in_masses(spelled(shape.xreplace(others)), list(others.values()), early, masses)
    ring = _Ring(masses, different)
    return weights, [ring.homogeneous(part) for part in ring.read(x)]


def _moved(loop: FiniteLoop, law: Finite, weights: Sequence[Symbol]) -> FiniteLoop:
    """The loop on other atoms, if it says what it is there."""
    if not ours(type(loop)):
        raise CannotTell(f"that {type(loop).__name__} treats all atoms alike, however many, is not seen in its step")
    try:
        other, same = loop.on(law, weights), loop.on(loop.start, loop.tables["weight"])
    except (Unsaid, TypeError, ValueError) as problem:
        raise CannotTell(f"{type(loop).__name__} on other atoms: {problem}") from problem
    if type(other) is not type(loop) or same.step(same.symbols()) != loop.step(loop.symbols()):
        raise CannotTell(f"{type(loop).__name__} is more than its weights and its law")
    return other


def _keeps_its_data(loop: FiniteLoop) -> bool:
    """Whether a step speaks of the law that the loop was handed; seen on two atoms, since it treats all alike."""
    masses = [Dummy(f"P{i}", positive=True) for i in range(2)]
    other = _moved(loop, Finite(masses), [Dummy(f"x{i}", positive=True) for i in range(2)])
    return any(p.has(*masses) for p in other.step(other.symbols()).values())


# ---- certificates ---------------------------------------------------------------------------------------------------


def holds(
    op: str,
    gap: Expr,
    domains: Mapping[Symbol, Domain],
    charts: Mapping[Symbol, Expr],
    where: Sequence[tuple[Expr, bool]] = (),
) -> str | None:
    """Why `gap op 0`, with op one of ==, >= and >, is true of every law; None where its coefficients do not tell.

    where: quantities that are not negative by the side condition, and whether they are positive: orders of the weights
    that contradict it are left out.
    """

    def has(c: Expr, sign: str) -> bool:
        c = c.xreplace(charts)
        return is_zero(together(c)) if sign == "==" else positive(c, Certificate(), strict=sign == ">")

    with suppress(CannotTell), telling():  # a step that is not written out
        n, d = of_any_atoms(gap)
        if op != ">" and has(d, ">") and has(n, op):
            return f"for every law, on any atoms: the coefficient of different atoms, {short(n)}"
    with suppress(CannotTell), telling():
        own = "==" if op == "==" else ">="
        if all(
            all(has(c, own) for c in n)
            and (op != ">" or any(has(c, ">") for c in n))
            and all(has(c, ">=") for c in d)
            and any(has(c, ">") for c in d)
            for n, d in on_these_atoms(gap, domains, charts, where)
        ):
            return "for every law on these atoms: coefficient by coefficient in the masses"
    return None


def of_every_law(known: Learned, op: str, a: Expr, b: Expr) -> bool:
    """Whether a relation of loops on finitely many atoms is seen to hold by its coefficients; the proof then says so."""
    gap = a - b if op in ("==", ">=", ">") else b - a
    if not any(isinstance(x, FiniteLoop) for x in gap.atoms(Loop)):
        return False
    domains = {s: known.claim.domain[name] for name, s in known.claim.symbols.items()}
    bounds = (r for r in And.make_args(known.claim.condition(known.case)) if isinstance(r, Inequality))
    where = [(r.gts - r.lts, r.rel_op in ("<", ">")) for r in bounds]
    why = holds({"<": ">", "<=": ">="}.get(op, op), gap, domains, known.charts, where)
    if why is not None:
        known.proof.steps.append(why)
    return why is not None
