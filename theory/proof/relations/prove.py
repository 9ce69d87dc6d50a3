"""The derivation witness: a claim's relation, proved from the loop's step law.

Moments are derived (`derive.py`), domains become charts of positive variables, equalities are decided by coefficients
(`normal.py`), inequalities by certificates (`certify.py`), and a claim's `proof=` is checked link by link (`lemmas.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise, product
from math import prod

from sympy import (
    Abs,
    Add,
    And,
    Dummy,
    Eq,
    Expr,
    Ge,
    Gt,
    Integral,
    Le,
    Lt,
    Mul,
    Poly,
    PolynomialError,
    Pow,
    Product,
    S,
    Sum,
    Symbol,
    atan,
    cancel,
    erfc,
    factor,
    fraction,
    gamma,
    log,
    loggamma,
    nan,
    oo,
    polygamma,
    sympify,
    together,
    zoo,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.logic.boolalg import Boolean

from ...language.binders import ranges
from ...language.claims import Claim
from ...language.domains import Integers, Probability, Share
from ...language.errors import BadInput, CannotTell
from ...language.functions import unfold
from ...language.loops import FiniteLoop, Loop, Observable
from ...language.moments import E, Moment, PathMax, Prob
from .. import structures
from ..arithmetic.boxes import BoxReport, IntegerReport, enumerate_integers, prove_positive
from ..arithmetic.quadrature import is_finite
from ..existence import difference, doubtful
from ..methods import condition, moment
from ..methods.recursion import kept
from ..prepared import Part, ShapePart, prepare
from ..standard import _rescaled, required, standardise
from ..symbols import integrals, rational
from ..symbols.normal_forms import equal, is_zero, same_roots
from . import masses, shapes
from .certify import Certificate, _exponentials, chart, positive, same_exponentials
from .infinity import Fails, prove_from
from .lemmas import Link, verified

MOST_OPERATIONS = 800  # of a difference, before its domain is put in
MOST_ROOTS = 10  # different ones in it


@dataclass
class Proof:
    """What the derivation witness says of a claim: proved or not, the reason if not, the certificate."""

    proved: bool
    refuted: bool = False
    reason: str = ""
    steps: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return "derivation" + (f", given {' and '.join(self.given)}" if self.given else "")


class _Refuted(Exception):
    pass


class NoProof(BadInput):
    """A `proof=` that returns no links: a mistake in the file, whatever else can be said of the claim."""


class _Prover:
    def __init__(self, claim: Claim, case):
        self.claim, self.case, self.proof = claim, case, Proof(True)
        self.charts = {}
        self.numbers: dict[Moment, Symbol] = {}
        self.binding: set[Symbol] = set()  # the bound variables of what is being derived
        self.infinite: dict[Moment, Expr] = {}  # moments of the relation under way that are
        for name, s in claim.symbols.items():
            c = chart(s, claim.domain[name])
            if c is not None:
                self.charts[s] = c
        self.where = self._where()

    def _where(self) -> list[tuple[Expr, bool]]:
        """The side condition as quantities that are >= 0 (or > 0: True)."""
        out = []
        for r in And.make_args(self.claim.condition(self.case)):
            if isinstance(r, Eq):
                out += [(self.charted(r.lhs - r.rhs), False), (self.charted(r.rhs - r.lhs), False)]
            elif isinstance(r, Ge | Gt | Le | Lt):
                out.append((self.charted(r.gts - r.lts), r.rel_op in (">", "<")))
        return out

    def charted(self, x: Expr) -> Expr:
        return sympify(x).xreplace(self.charts)

    def discrete(self, x: Expr) -> Expr:
        """Only integers charted: what forms are compared in."""
        return sympify(x).xreplace({s: c for s, c in self.charts.items() if s.is_integer})

    # ---- moments ----

    def derived(self, x: Expr, bounds: bool = False) -> Expr:
        """x with its standard moments derived; with `bounds`, probabilities become unknowns in [0, 1]."""
        x = self.discrete(standardise(sympify(x)))
        self.binding |= {v for b in x.atoms(ExprWithLimits) if not isinstance(b, PathMax) for v in b.variables}
        if isinstance(x, Sum):
            return self._sum(x)
        if (form := _kept(x)) is not None:
            self.proof.steps.append(f"{x} is the same in every generation: the mean of a martingale")
            return form
        out = {}
        for m in sorted(x.atoms(Moment), key=str):
            if bounds and isinstance(m, Prob):
                out[m] = Dummy("P", nonnegative=True)
                continue
            try:
                d = moment(m)
            except CannotTell as error:
                if not m.has(Observable):  # a number under a law: it need not be known where it cancels
                    out[m] = self.unknown(m)
                    continue
                if bounds and isinstance(m, E) and isinstance(m.variable, Observable) and m.variable.is_positive:
                    out[m] = self.numbers.setdefault(m, Dummy("mean", positive=True))
                    self.proof.steps.append(f"of {m} only that it is positive is used")
                    continue
                raise CannotTell(f"no derivation: {error}") from error
            form = self._exists(m, d)
            out[m] = self.derived(form) if form.has(Moment) else form
            if str(m) not in self.proof.forms:
                self.proof.forms[str(m)] = str(d.form)
                self.proof.steps += [f"{m}: {s}" for s in d.steps]
        return self.integrated(x.xreplace(out))

    def integrated(self, x: Expr) -> Expr:
        """x with its integrals in closed form, where they have one on the whole domain."""
        return integrals.closed(x, lambda c: self._implied(c, strict=True))

    def unknown(self, m: Moment) -> Expr:
        """A symbol for a number that has no closed form: of it only the sign is known."""
        if not is_finite(m):
            raise CannotTell(f"{m} has no closed form, and is not known to be finite")
        if m.free_symbols & self.binding:
            raise CannotTell(f"{m} has no closed form, and changes along a sum or a product")
        if m not in self.numbers:
            sign = "positive" if isinstance(m, E) and m.variable.is_positive else "real"
            self.numbers[m] = Dummy("number", **{sign: True})
            self.proof.steps.append(f"{m} is a number of which only that it is {sign} is used")
        return self.numbers[m]

    def _is_nonzero(self, x: Expr) -> bool:
        return self._implied(x, strict=True) or self._implied(-x, strict=True)

    def _exists(self, m: Moment, d) -> Expr:
        """The derived form, or oo where the moment is infinite; its existence conditions must hold on the domain."""
        for c in d.positive:
            if not self._implied(c, strict=True):
                after_a_fit = all(o.t.is_positive for o in m.atoms() | _observables(m) if hasattr(o, "loop"))
                counts = c in d.infinite and all(map(self._is_nonzero, d.infinite[c]))
                if after_a_fit and counts and m.variable.is_positive and self._implied(-c, strict=False):
                    self.infinite[m] = oo
                    self.proof.steps.append(f"{m} is infinite: the one-step integral diverges unless {c} > 0")
                    return oo
                raise CannotTell(f"{m} exists only where {c} > 0")
        for c in d.nonzero:
            if not self._is_nonzero(c):
                raise CannotTell(f"the recursion is resonant where {c} = 0")
        if d.form.is_infinite:
            self.infinite[m] = d.form
        return self.integrated(d.form)

    def real(self, x: Expr) -> Expr:
        return x.xreplace({s: c for s, c in self.charts.items() if not s.is_integer})

    def _implied(self, c: Expr, strict: bool) -> bool:
        """c > 0 (>= 0) on the domain, if need be from the side condition."""
        c = self.real(c)
        if positive(c, Certificate(), strict):
            return True
        for g, is_strict in self.where:
            ratio = cancel(together(c / g)) if g != 0 else S.NaN
            if ratio.is_finite is not False and positive(ratio, Certificate()):
                return is_strict or not strict
            for times in (S.Half, S.One, 2):
                rest = c - times * g
                if rest.is_zero or is_zero(rest):
                    return is_strict or not strict
                if positive(rest, Certificate(), strict and not is_strict):
                    return True
        return False

    def forwards(self, *sides: Expr) -> None:
        """Sums and products run forwards on the whole domain, or are empty by one; endless ones converge."""
        for r in (r for x in map(sympify, sides) for r in ranges(x)):
            if not isinstance(r.binder, Sum | Product | PathMax):
                continue
            if r.high is oo and not isinstance(r.binder, PathMax):
                if not (r.binder.function.has(Moment) or _converges(r.binder)):
                    raise CannotTell(f"{r} is not seen to converge")
                continue
            inner = {o.variable: o.low + Dummy("k", integer=True, nonnegative=True) for o in r.around}
            gap = r.gap
            for _ in r.around:  # the start of an inner range may be the variable of an outer one
                gap = gap.xreplace(inner)
            if not self._implied(self.charted(gap), strict=False):
                raise CannotTell(f"{r} is not seen to run forwards: restrict the domain")

    def _sum(self, x: Sum) -> Expr:
        """A geometric sum of a derived moment, or the same number added up; of several variables one after the other."""
        *inner, outermost = x.limits  # SymPy writes the inner one first
        if len(outermost) != 3:
            raise CannotTell(f"{x} has no two ends")
        s, a, b = outermost
        term = self.derived(Sum(x.function, *inner) if inner else x.function)
        if b is not oo and not (b - a).is_integer:
            raise CannotTell(f"{x} is not seen to run over integers")
        if not term.has(s) and b is not oo:
            return term * (b - a + 1)
        pieces = _exponentials(term, s)
        if pieces is None or len(pieces) != 1 or pieces[0][1].has(s) or a != 0:
            raise CannotTell(f"no closed form for the sum of {term}")
        ((base, c),) = pieces
        cert = Certificate()
        if not positive(1 - base, cert):
            raise CannotTell(f"the ratio {base} is not certified to be below 1")
        if b is oo and not positive(1 + base, cert):
            raise CannotTell(f"the ratio {base} is not certified to be above -1")
        self.proof.steps += cert.steps
        return c / (1 - base) if b is oo else c * (1 - base ** (b + 1)) / (1 - base)

    def divisible(self, *sides: Expr) -> None:
        """Nothing in the sides is divided by zero, and no gamma is at a pole."""
        for side in sides:
            for base in _divisors(unfold(sympify(side))):
                if not self._nonzero(base):
                    raise CannotTell(
                        f"{base} is not seen to be different from 0, or from a pole: {side} may have no value"
                    )

    def means_exist(self, *sides: Expr) -> None:
        """The means that covariances take are finite, those too that have cancelled."""
        for m in sorted({m for x in sides for m in required(self.discrete(x)) if doubtful(m)}, key=str):
            if m.has(Observable):
                self.infinite = {}
                if self._exists(m, moment(m)).is_infinite or self.infinite:
                    raise CannotTell(f"{m} is infinite: the covariance has no value")
            elif not is_finite(m):
                raise CannotTell(f"{m} is not known to be finite: the covariance may have no value")

    def _nonzero(self, x: Expr) -> bool:
        """x != 0 on the whole domain: by its sign, or by the roots of its factors, of which none is such an integer, or in
        balls on a bounded domain."""
        c = self.charted(x)
        if isinstance(x, gamma | loggamma | polygamma):  # its poles are at 0, -1, ...
            return self._implied(c.args[-1], strict=True) or c.args[-1].is_integer is False
        if x.is_nonzero or c.is_nonzero or self._implied(c, strict=True) or self._implied(-c, strict=True):
            return True
        parts = [f.as_base_exp()[0] for f in Mul.make_args(x)]
        if all(p.is_nonzero or (isinstance(p, erfc) and p.args[0].is_extended_real) for p in parts):
            return True
        try:
            factors = [f.as_base_exp()[0] for f in Mul.make_args(rational.factored(c))]
            if all(f.is_number or self._has_no_root(f) for f in factors):
                return True
        except (ValueError, ZeroDivisionError):
            pass
        try:
            return any(self._cover(self.discrete(y), strict=True) for y in (x, -x))
        except (CannotTell, ArithmeticError, ValueError):
            return False

    def _has_no_root(self, f: Expr) -> bool:
        if self._implied(f, strict=True) or self._implied(-f, strict=True):
            return True
        if len(f.free_symbols) != 1 or not (k := next(iter(f.free_symbols))).is_integer:
            return False
        return not any(r.is_integer and not (k.is_nonnegative and r < 0) for r in Poly(f, k).ground_roots())

    # ---- relations ----

    def relation(self, op: str, a: Expr, b: Expr) -> None:
        """Prove a op b, where both have a value, or raise `CannotTell`."""
        self.means_exist(a, b)
        self.related(op, a, b)
        self.divisible(a, b)  # last: a moment that does not exist is the better reason

    def related(self, op: str, a: Expr, b: Expr) -> None:
        if any(isinstance(x, FiniteLoop) for x in (a - b).atoms(Loop)):
            gap = a - b if op in ("==", ">=", ">") else b - a
            domains = {s: self.claim.domain[name] for name, s in self.claim.symbols.items()}
            bounds = (r for r in And.make_args(self.claim.condition(self.case)) if isinstance(r, Ge | Gt | Le | Lt))
            where = [(r.gts - r.lts, r.rel_op in ("<", ">")) for r in bounds]
            why = masses.holds({"<": ">", "<=": ">="}.get(op, op), gap, domains, self.charts, where)
            if why is not None:
                self.proof.steps.append(why)
                return
        self.forwards(a, b)
        bounds, written, self.infinite = op not in ("==",), (sympify(a), sympify(b)), {}
        a, b = (x if x.is_infinite else self.derived(x, bounds) for x in written)
        if self.infinite or any(x.has(oo, -oo, zoo, nan) for x in (a, b)):
            self.unbounded(op, written, (a, b))
            return
        if op == "==":
            a, b = (self.on_simplex(x) if x.has(log) else x for x in (a, b))
            a, b = (x.replace(lambda e: isinstance(e, Abs), lambda e: Abs(factor(e.args[0]))) for x in (a, b))
            if a.has(Product):
                self.product(a, b)
                return
            if a.has(Sum) and b.has(Sum):
                a, b = _without_same_sums(a, b)
                if a == b:
                    self.proof.steps.append("the sums are over the same range, term by term the same")
                    return
            if not (same_roots(a, b) or equal(*(sides := _numbered(a, b))) or same_exponentials(*sides)):
                derived = a.xreplace({number: m for m, number in self.numbers.items()})
                raise CannotTell(f"the derived form {derived} is not seen to equal the claim's")
            self.proof.steps.append("both sides have the same normal form")
            return
        small, big = (a, b) if op in ("<", "<=") else (b, a)
        self.sign(big - small, strict=op in ("<", ">"))

    def unbounded(self, op: str, written: tuple[Expr, Expr], derived: tuple[Expr, Expr]) -> None:
        """A relation with a side that is infinite: a statement only if the other side is `oo` as it was written."""
        told = "".join(f"{m} is infinite: " for m in list(self.infinite)[:1])
        if not any(x.is_infinite for x in written):
            raise CannotTell(f"{told}it has no meaning but beside oo; restrict the domain")
        if any(difference(self.discrete(x), self.infinite) for x in written if not x.is_infinite):
            raise CannotTell(f"{told}a difference or a ratio of infinite quantities has no value")
        ranks = []
        for x, y in zip(written, derived, strict=True):
            if y in (oo, -oo):
                ranks.append(1 if y == oo else -1)
            elif not (y.has(oo, -oo, zoo, nan) or self.infinite) and _is_finite(x):
                ranks.append(0)
            else:
                raise CannotTell(f"whether {x} is finite")
        holds = {"==": int.__eq__, "<=": int.__le__, "<": int.__lt__, ">=": int.__ge__, ">": int.__gt__}[op](*ranks)
        if not holds:
            raise CannotTell(f"{written[0]} {op} {written[1]}: one side is infinite")
        self.proof.steps.append("one side is finite, the other is not" if 0 in ranks else "both sides are infinite")

    def on_simplex(self, x: Expr) -> Expr:
        """Shares and probabilities as ratios of positive numbers, so that logarithms of them are seen to split."""
        shares = {
            s: self.charts[s]
            for name, s in self.claim.symbols.items()
            if isinstance(self.claim.domain[name], Share | Probability)
        }
        if not shares:
            return x

        def factored(e: Expr) -> Expr:
            try:
                return rational.factored(e)
            except (ValueError, ZeroDivisionError):
                return e

        return x.xreplace(shares).replace(lambda e: isinstance(e, log), lambda e: log(factored(e.args[0])))

    def product(self, x: Expr, b: Expr) -> None:
        """A multiple of a product equals a closed form, by induction in its upper end: the empty product, the last factor.

        The upper end is t + c with a variable t = 0, 1, ... of the chart; below low - 1 no product is meant.
        """
        multiple, a = x.as_independent(Product, as_Add=False)
        if not isinstance(a, Product) or len(a.limits) != 1:
            raise CannotTell(f"{x} is no multiple of one product over one variable")
        j, low, top = a.limits[0]
        t = next(iter(top.free_symbols), None)
        if t is None or not (top - t).is_Integer or not (t.is_integer and t.is_nonnegative) or not low.is_Integer:
            raise CannotTell(f"the ends of {a} are no number and a variable")
        other, c = b.as_independent(Product, as_Add=False)
        if (
            isinstance(c, Product)
            and is_zero(other - multiple)
            and len(c.limits) == 1
            and c.limits[0][1:] == (low, top)
        ):
            if not is_zero(a.function - c.function.subs(c.limits[0][0], j)):
                raise CannotTell(f"the factors {a.function} are not seen to equal the claim's")
            self.proof.steps.append("the products are over the same range, factor by factor the same")
            return
        shift = top - t
        if a.function.has(t) or multiple.has(t) or a.function.has(Moment) or shift < low - 1:
            raise CannotTell(f"the factors of {a} change with its upper end, or its domain begins too early")
        if not is_zero(b.subs(t, low - 1 - shift) - multiple):
            raise CannotTell(f"the product is empty at first, and the claim's form is not {multiple} there")
        if not is_zero(b.subs(t, t + 1) - b * a.function.subs(j, top + 1)):
            raise CannotTell(f"{b} does not take the factor {a.function} from one step to the next")
        self.proof.steps.append(f"induction in {t}: the empty product is 1, and the last factor is right")

    def _endless(self, gap: Expr) -> str | None:
        """Why gap > 0 for all integers n from some n on, the only ones in it, and bounded reals; None if it is not seen."""
        domains = {self.charts.get(s, s): self.claim.domain[name] for name, s in self.claim.symbols.items()}
        reals = {s: self.claim.domain[name].box for name, s in self.claim.symbols.items() if s in gap.free_symbols}
        whole = [c for c, d in domains.items() if isinstance(d, Integers) and c.free_symbols & gap.free_symbols]
        if len(whole) != 1 or domains[whole[0]].hi is not oo or None in reals.values():
            return None
        n, low = Dummy("n", positive=True), domains[whole[0]].lo
        (k,) = whole[0].free_symbols
        try:
            return prove_from(gap.xreplace({k: n - low}), n, low, reals)
        except Fails as problem:
            boxes = not any(isinstance(d, Share) for d in self.claim.domain.values())
            if (
                self.claim.proof is None and self.claim.where is None and boxes
            ):  # the claim's own relation, on its own domain
                raise _Refuted(str(problem)) from problem
            return None

    def sign(self, d: Expr, strict: bool) -> None:
        if (text := self._endless(d)) is not None:
            self.proof.steps.append(text)
            return
        roots = {e for e in d.atoms(Pow) if e.exp.is_Rational and not e.exp.is_Integer}
        if len(roots) > MOST_ROOTS:
            raise CannotTell("there are too many different roots for a normal form")
        if d.count_ops() > MOST_OPERATIONS:
            raise CannotTell("the difference is too long to be looked at term by term")
        if d.has(Integral, Product):
            raise CannotTell("an integral or a product without a closed form is left")
        d = self.real(d)
        if strict and is_zero(d):
            raise _Refuted("the two sides are identical, so neither is smaller")
        cert = Certificate()
        rest = _common(d) if strict else _common(_without_squares(d))
        if not (positive(rest, cert, strict) or self._implied(d, strict)):
            raise CannotTell("no certificate for the sign of the difference")
        self.proof.steps += cert.steps or ["the difference has its sign by the signs of its parts"]

    def chain(self, part: Part) -> None:
        """Check the claim's own proof of one part."""
        assert self.claim.proof is not None
        r = part.original
        try:
            links = self.claim.proof(r)
        except (AttributeError, TypeError, ValueError) as error:  # a lemma for another kind of relation
            raise CannotTell(f"proof= does not fit {r}: {error}") from error
        if not isinstance(links, list | tuple) or not links or not all(isinstance(x, Link) for x in links):
            raise NoProof(
                f"proof= returned {links!r}; expected a list of links, as the lemmas make them", self.claim.location
            )
        ends = [links[0].small, links[-1].big]
        if [r.lts, r.gts] != ends or any(x.big != y.small for x, y in pairwise(links)):
            raise CannotTell(f"the links of proof= do not join {r.lts} to {r.gts}")
        if r.rel_op in ("<", ">"):
            raise CannotTell("lemmas give <=, the claim says <")
        for link in links:
            if not link.lemma:
                self.relation("<=", link.small, link.big)
                continue
            by = verified(link)
            for c in by.conditions:
                if isinstance(c, Eq):
                    self.relation("==", c.lhs, c.rhs)
                    continue
                d = c.gts - c.lts
                if not (d.is_nonnegative or _rescaled(d).is_nonnegative):
                    self.relation("<=", c.lts, c.gts)
            if by.drift is not None:
                self.drift(*by.drift)
            if by.name not in self.proof.given:
                self.proof.given.append(by.name)
            self.proof.steps.append(f"{by.small} <= {by.big} by {by.name}, its conditions checked")

    def drift(self, after: Expr, now: Expr, model, exact: bool) -> None:
        """E[after | model] == now (or <= now), from the step law."""
        loop = model.loop
        symbols = self.discrete
        mean = condition(symbols(_rescaled(after)), symbols(structures.standard(loop)), symbols(model.t))
        gap = symbols(_rescaled(now)) - mean
        # for every state: a condition on numbers, of which only the signs of the coordinates are known
        gap = gap.xreplace({o: Dummy(positive=True) if o.is_positive else Dummy(real=True) for o in _observables(gap)})
        if is_zero(gap):
            self.proof.steps.append(f"martingale: the mean of {after} given the model at {model.t} is {now}")
        elif exact:
            raise CannotTell(f"{now} is not a martingale")
        else:
            self.sign(gap, strict=False)

    def vanishing(self, part: Part) -> None:
        if part.rate is None:
            return
        b, t, start, _ = part.rate
        domain = self.claim.domain.get(t.name)
        if domain is None or not self._implied(self.charted(start - domain.lo), False) or domain.hi is not oo:
            raise CannotTell(f"the limit is for all {t} from {start} on, which the domain of {t} does not cover")
        if (cut := self._cut_off(t)) is not None:
            raise CannotTell(f"the limit is for all large {t}, of which where= may leave none: {cut}")
        if not part.rate_vanishes:
            raise CannotTell(f"the rate {b} is not seen to vanish as {t} grows")
        self.proof.steps.append(f"the rate {b} vanishes as {t} -> oo")

    def _cut_off(self, t: Symbol) -> Boolean | None:
        """A part of the side condition that is not seen to hold for all large t; None if there is none."""
        for r in And.make_args(self.claim.condition(self.case)):
            if t not in r.free_symbols:
                continue
            if not isinstance(r, Ge | Gt | Le | Lt):
                return r
            try:  # far out the sign is that of the leading coefficients; t itself drops out, unless the sides cancel
                leading = Mul(*(Poly(p, t).LC() for p in fraction(cancel(together(r.gts - r.lts)))))
            except PolynomialError:
                return r
            if not self._implied(self.charted(leading), strict=True):
                return r
        return None

    def covered(self) -> bool:
        """The whole domain in balls of the derived form, for inequalities that no certificate is found for: integers
        value by value, up to three bounded reals in boxes (closed, hence more than the open domain)."""
        parts = prepare(self.claim, self.case).parts
        touching = {n for at in self.claim.touching for n in at if not isinstance(self.claim.domain[n], Integers)}
        if touching or self.claim.where is not None or any(not isinstance(p, Part) or p.op == "==" for p in parts):
            return False
        texts = []
        try:
            for part in parts:
                assert isinstance(part, Part)
                self.vanishing(part)
                self.means_exist(part.original.lhs, part.original.rhs)
                self.divisible(part.original.lhs, part.original.rhs)
                moments = {d: self.discrete(m) for d, m in part.moments.items()}
                self.infinite = {}
                forms = {d: self._exists(m, moment(m)) for d, m in moments.items()}
                if self.infinite or part.a.is_infinite or part.b.is_infinite:
                    return False
                gap = part.b - part.a if part.op in ("<", "<=") else part.a - part.b
                report = self._cover(_common(self.discrete(gap).xreplace(forms)), part.op in ("<", ">"))
                if not report:
                    return False
                texts.append(report.text)
        except (CannotTell, ArithmeticError, ValueError):
            return False
        self.proof.steps += [f"the derived form in balls: {t}" for t in dict.fromkeys(texts)]
        return True

    def _cover(self, gap: Expr, strict: bool) -> BoxReport | IntegerReport | None:
        """Prove gap > 0 on the finite integers and bounded reals that it depends on; None where they are not such."""
        integers, reals = {}, {}
        for name, s in self.claim.symbols.items():
            domain, (k, *_) = self.claim.domain[name], (*(self.charts.get(s, s).free_symbols), s)
            if s in gap.free_symbols:
                if domain.box is None:
                    return None
                reals[s] = domain.box
            elif k in gap.free_symbols:
                if domain.values is None:
                    return None
                integers[k] = range(len(domain.values))  # the chart n = lo + k
        if prod(map(len, integers.values())) > (60 if reals else 12_000):
            return None
        if not reals:
            if not integers:
                return None
            (first, values), *others = integers.items()
            return enumerate_integers(gap, first, values, strict, dict(others))
        report = None
        for joint in product(*integers.values()):
            report = prove_positive(gap.subs(dict(zip(integers, joint, strict=True))), reals, strict)
            if not report:
                return None
        points = prod(map(len, integers.values()))
        return replace(report, text=f"{report.text}, the last of {points} like it") if report and points > 1 else report

    def shape(self, part: ShapePart) -> None:
        s = part.shape
        self.means_exist(s.function)  # what it is divided by is looked at with its continuity
        f, turn, along, *ends = (self.derived(x) for x in (s.function, s.peak, s.chart, *s.limits[1:]))
        try:
            self.proof.steps.append(
                shapes.certify(f, s.bound, (ends[0], ends[1]), turn, along, s.rises_first, self.real)
            )
        except shapes.Constant as problem:
            raise _Refuted(str(problem)) from problem
        except (CannotTell, PolynomialError, NotImplementedError, ValueError, ArithmeticError) as problem:
            raise CannotTell(f"the turn is not certified: {problem}") from problem

    def part(self, part: Part) -> None:
        self.vanishing(part)
        if part.rate is not None:  # of the values before its start nothing is stated
            self.where.append((self.charted(part.rate[1] - part.rate[2]), False))
        try:
            self.relation(part.op, part.original.lhs, part.original.rhs)
        except CannotTell:
            if self.claim.proof is None:
                raise
            self.chain(part)


def _divisors(x: Expr, inside: tuple[tuple[Symbol, Expr], ...] = ()) -> Iterator[Expr]:
    """What the parts of an expression outside of its moments are divided by, gammas by the reciprocals that they are.

    A bound variable is an integer from the lower end of its range on, a real number between the ends.
    """
    if isinstance(x, Moment) or not x.free_symbols:
        return
    if isinstance(x, ExprWithLimits):
        for limits in x.limits[::-1]:
            if len(limits) == 3:
                inside = (*inside, (limits[0], _within(x, *limits)))
    if x.is_Pow and not x.exp.is_nonnegative and not x.base.has(Moment, Observable):
        yield _placed(x.base, inside)
    if isinstance(x, gamma | loggamma | polygamma) and not x.has(Moment, Observable):
        yield _placed(x, inside)
    for a in x.args:
        if isinstance(a, Expr):
            yield from _divisors(a, inside)
        elif isinstance(x, ExprWithLimits):
            yield from (d for end in a[1:] for d in _divisors(end, inside[: -len(x.limits)]))


def _within(x: ExprWithLimits, variable: Symbol, low: Expr, high: Expr) -> Expr:
    """A place between the ends, in a variable of its own."""
    if not low.is_finite:
        return variable
    if not isinstance(x, Integral):
        return low + Dummy("k", integer=True, nonnegative=True)
    share = Dummy("s", positive=True)
    return low + share if high is oo else (low + high * share) / (1 + share)


def _placed(x: Expr, inside: tuple[tuple[Symbol, Expr], ...]) -> Expr:
    for variable, place in inside[::-1]:  # the ends of an inner range may be in the variable of an outer one
        x = x.xreplace({variable: place})
    return x


def _converges(x: Sum | Product) -> bool:
    """Whether an endless sum (or product) is known to converge, absolutely."""
    try:
        return isinstance(x, Sum) and x.is_absolutely_convergent() == True  # noqa: E712 - SymPy's own truth
    except (NotImplementedError, ValueError, TypeError, AttributeError):
        return False


def _is_finite(x: Expr) -> bool:
    """Whether a side is finite once its moments are."""
    return bool(x.xreplace({m: Dummy("m", real=True) for m in x.atoms(Moment)}).is_finite)


def _without_same_sums(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Both without the multiples of sums over one range that agree term by term."""

    def parts(x: Expr) -> list[tuple[Expr, Expr]]:
        return [t.as_independent(Sum, as_Add=False) for t in Add.make_args(x)]

    a, b = a.expand(deep=False), b.expand(deep=False)
    left = [(d, y) for d, y in parts(b) if isinstance(y, Sum)]
    for c, x in parts(a):
        for d, y in left:
            if isinstance(x, Sum) and len(x.limits) == len(y.limits) == 1:
                (j, *ends), (k, *others) = x.limits[0], y.limits[0]
                if ends == others and is_zero(c * x.function - d * y.function.xreplace({k: j})):
                    left.remove((d, y))
                    a, b = a - c * x, b - d * y
                    break
    return a, b


def _numbered(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Arcus tangents as symbols, one for all whose arguments, positive, have the same square."""
    names: dict[Expr, Dummy] = {}
    for x in sorted(a.atoms(atan) | b.atoms(atan), key=str):
        u = x.args[0]
        known = (y for y in names if _is_root(u) and _is_root(y.args[0]) and is_zero(u**2 - y.args[0] ** 2))
        twin = next(known, x)
        names[x] = names[twin] if twin in names else Dummy("arctan", real=True)
    return a.xreplace(names), b.xreplace(names)


def _is_root(u: Expr) -> bool:
    """Whether u is not negative, or a positive multiple of one square root: then its square tells it."""
    rest = [f for f in Mul.make_args(u) if not f.is_positive]
    return bool(u.is_nonnegative) or (len(rest) == 1 and rest[0].is_Pow and rest[0].exp == S.Half)


def _kept(x: Expr) -> Expr | None:
    """The value of a sum of several means of one changing loop, if together they are the mean of a martingale."""
    split = [t.as_independent(E, as_Add=False) for t in Add.make_args(x)]
    means = [(c, m) for c, m in split if isinstance(m, E)]
    loops = {o.loop for _, m in means for o in m.atoms(Observable)}
    if len(means) < 2 or len(means) < len(split) or len(loops) != 1:
        return None
    common = means[0][0]
    form = kept(Add(*(cancel(c / common) * m.variable for c, m in means)))
    return None if form is None else common * form


def _observables(x) -> set:
    from ...language.loops import Observable

    return x.atoms(Observable)


def _common(d: Expr) -> Expr:
    """d without its common factors that are positive."""
    from sympy import factor_terms

    d = factor_terms(d)
    return Mul(*(f for f in Mul.make_args(d) if not f.is_positive)) if isinstance(d, Mul) else d


def _without_squares(d: Expr) -> Expr:
    """A rational function without the even powers among its factors: they are not negative."""
    try:
        factors = Mul.make_args(rational.factored(d))
    except (ValueError, ZeroDivisionError):
        return d
    squares = [f for f in factors if f.is_Pow and f.exp.is_even and f.exp.is_positive]
    return Mul(*(f for f in factors if f not in squares)) if squares else d


def prove(claim: Claim) -> Proof:
    """Try to prove a claim for all values of its variables."""
    proofs = []
    for case in claim.cases or [{}]:
        prover = _Prover(claim, case)
        try:
            for part in prepare(claim, case).parts:
                if isinstance(part, ShapePart):
                    prover.shape(part)
                else:
                    prover.part(part)
        except _Refuted as error:
            return Proof(False, True, str(error), prover.proof.steps, [], prover.proof.forms)
        except NoProof:
            raise
        except (CannotTell, BadInput) as error:
            if not prover.covered():
                return Proof(False, False, str(error), prover.proof.steps, [], prover.proof.forms)
        proofs.append(prover.proof)
    return reduce(
        lambda p, q: Proof(
            True, False, "", p.steps + q.steps, list(dict.fromkeys(p.given + q.given)), {**p.forms, **q.forms}
        ),
        proofs,
    )


__all__ = ["Proof", "prove"]
