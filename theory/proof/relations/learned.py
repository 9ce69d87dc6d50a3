"""The moments of a claim, derived on its whole domain: they exist, nothing is divided by 0, sums run forwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sympy import (
    Dummy,
    Expr,
    Integral,
    Product,
    Sum,
    Symbol,
    factor,
    gamma,
    log,
    loggamma,
    oo,
    polygamma,
    sympify,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.binders import ranges
from ...language.claims import Claim
from ...language.errors import BadInput, CannotTell
from ...language.functions import nuclear, unfold
from ...language.likelihood import Constant
from ...language.loops import Observable
from ...language.moments import E, Limit, Moment, PathMax, Prob, Sensitivity, outermost
from ..arithmetic.quadrature import is_finite
from ..arithmetic.rings import to_ball
from ..finiteness import doubtful
from ..methods import enclosed, moment
from ..standard import required, standardise
from ..symbols import integrals
from ..symbols.asymptotics import Limits
from ..symbols.scaled import like_integral
from .assumptions import Assumptions
from .certify import Certificate, exponentials, positive


@dataclass
class Proof:
    """What the derivation witness says of a claim: proved or not, the reason if not, the certificate.

    forms: the moments that were derived.  differs: whether it is refuted since these are not what is claimed, at one point.
    """

    proved: bool
    refuted: bool = False
    reason: str = ""
    differs: bool = False
    steps: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return "derivation" + (f", given {' and '.join(self.given)}" if self.given else "")


class Refuted(Exception):
    """The relation is false; the message says why."""


class NoProof(BadInput):
    """A `proof=` that returns no links: a mistake in the file, whatever else can be said of the claim."""


class Learned(Assumptions):
    """A claim's moments in symbols, and the steps that led there."""

    def __init__(self, claim: Claim, case):
        super().__init__(claim, case)
        self.proof = Proof(True)
        self.numbers: dict[Moment, Symbol] = {}
        self.binding: set[Symbol] = set()  # the bound variables of what is being derived
        self.infinite: dict[Moment, Expr] = {}  # moments of the relation under way that are

    def derived(self, x: Expr, bounds: bool = False) -> Expr:
        """x with its standard moments derived; with `bounds`, probabilities become unknowns in [0, 1]."""
        self._means_exist(sympify(x))
        x = self.discrete(standardise(sympify(x)))
        self.binding |= {v for b in x.atoms(ExprWithLimits) if not isinstance(b, PathMax) for v in b.variables}
        if isinstance(x, Sum):
            return self._sum(x)
        out = {m: self._learned(m, bounds) for m in sorted(set(outermost(x)), key=str)}
        return self.integrated(x.xreplace(out))

    def _means_exist(self, x: Expr) -> None:
        """The means that covariances take are finite, those too that have cancelled."""
        for m in sorted(filter(doubtful, required(self.discrete(x))), key=str):
            if not m.has(Observable) and not is_finite(m):
                raise CannotTell(f"{m} is not known to be finite: the covariance may have no value")
            if m.has(Observable) and self.exists(m, moment(m)).is_infinite:
                raise CannotTell(f"{m} is infinite: the covariance has no value")

    def _learned(self, m: Moment, bounds: bool) -> Expr:
        """A standard moment, derived; where that fails, a symbol of which only the sign is used, if that may do."""
        if isinstance(m, Limit):
            return self._limit(m)
        if bounds and isinstance(m, Prob):
            return Dummy("P", nonnegative=True)
        try:
            d = moment(m)
        except CannotTell as error:
            if not m.has(Observable):  # a number under a law: it need not be known where it cancels
                return self.unknown(m)
            x = m.variable
            if bounds and isinstance(m, E) and isinstance(x, Observable | nuclear) and x.is_nonnegative:
                sign = "positive" if x.is_positive else "nonnegative"
                self.proof.steps.append(f"of {m} only that it is {sign} is used")
                return self.numbers.setdefault(m, Dummy("mean", **{sign: True}))
            raise CannotTell(f"no derivation: {error}") from error
        form = self.exists(m, d)
        form = self.derived(form) if form.has(Moment) else form
        if (name := str(self.named(m))) not in self.proof.forms:
            self.proof.forms[name] = str(self.named(d.form))
            self.proof.steps += [f"{name}: {s}" for s in d.steps]
        return form

    def _limit(self, m: Limit) -> Expr:
        """The limit of the derived form, by its leading terms."""
        self.binding.add(m.bound)
        x = m.variable
        form = x.func(self.derived(x.function), *x.limits) if isinstance(x, Sum) else self.derived(x)
        end = Limits(m.bound, self.sign).of(form)
        if end.is_infinite:
            self.infinite[m] = end
        self.proof.forms[str(self.named(m))] = str(self.named(end))
        self.proof.steps.append(f"{self.named(m)} = {self.named(end)}: the leading terms of the derived form")
        return end

    def integrated(self, x: Expr) -> Expr:
        """x with its integrals in closed form, where they have one on the whole domain."""
        return integrals.closed(x, lambda c: self.implies(c, strict=True))

    def unknown(self, m: Moment) -> Expr:
        """A symbol for a number that has no closed form: of it only the sign is known."""
        if not (enclosed(m).is_finite() if isinstance(m, Constant) else is_finite(m)):
            raise CannotTell(f"{m} has no closed form, and is not known to be finite")
        if m.free_symbols & self.binding:
            raise CannotTell(f"{m} has no closed form, and changes along a sum or a product")
        if m not in self.numbers:
            signed = m if isinstance(m, Constant) else m.variable if isinstance(m, E) else None
            sign = "real"
            if signed is not None and (signed.is_positive or (m is signed and signed.is_nonnegative)):
                sign = "positive" if signed.is_positive else "nonnegative"
            self.numbers[m] = Dummy("number", **{sign: True})
            self.proof.steps.append(f"{m} is a number of which only that it is {sign} is used")
        return self.numbers[m]

    def exists(self, m: Moment, d) -> Expr:
        """The derived form, or oo where the moment is infinite; its existence conditions must hold on the domain."""
        for c in d.positive:
            if not self.implies(c, strict=True):
                after_a_fit = all(o.t.is_positive for o in m.atoms(Observable))
                counts = c in d.infinite and all(map(self.is_other_than_0, d.infinite[c]))
                if after_a_fit and counts and m.variable.is_positive and self.implies(-c, strict=False):
                    self.infinite[m] = oo
                    self.proof.steps.append(f"{m} is infinite: the one-step integral diverges unless {c} > 0")
                    return oo
                raise CannotTell(f"{m} exists only where {c} > 0")
        for c in d.nonzero:
            if not self.is_other_than_0(c):
                raise CannotTell(f"the recursion is resonant where {c} = 0")
        if d.form.is_infinite:
            self.infinite[m] = d.form
        return self.integrated(d.form)

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
        pieces = exponentials(term, s)
        if pieces is None or len(pieces) != 1 or pieces[0][1].has(s) or a != 0:
            raise CannotTell(f"no closed form for the sum of {term}")
        ((base, c),) = pieces
        cert = Certificate()
        if not (positive(1 - base, cert) or self.implies(self.charted(1 - base), strict=True)):
            raise CannotTell(f"the ratio {base} is not certified to be below 1")
        if b is oo and not (positive(1 + base, cert) or self.implies(self.charted(1 + base), strict=True)):
            raise CannotTell(f"the ratio {base} is not certified to be above -1")
        self.proof.steps += cert.steps
        return c / (1 - base) if b is oo else c * (1 - base ** (b + 1)) / (1 - base)

    def forwards(self, *sides: Expr) -> None:
        """Sums and products run forwards on the whole domain, or are empty by one; endless ones converge."""
        grow = {m.bound for x in map(sympify, sides) for m in x.atoms(Limit) if not x.has(Sensitivity)}
        for r in (r for x in map(sympify, sides) for r in ranges(x)):
            if not isinstance(r.binder, Sum | Product | PathMax):
                continue
            if r.high is oo and not isinstance(r.binder, PathMax):
                if any(self._settles(r.binder, t) for t in grow & r.binder.free_symbols):
                    continue
                if not (r.binder.function.has(Moment) or self._geometric(r.binder) or _converges(r.binder)):
                    raise CannotTell(f"{r} is not seen to converge")
                continue
            inner = {o.variable: o.low + Dummy("k", integer=True, nonnegative=True) for o in r.around}
            gap = r.gap
            for _ in r.around:  # the start of an inner range may be the variable of an outer one
                gap = gap.xreplace(inner)
            if not self.implies(self.charted(gap), strict=False):
                raise CannotTell(f"{r} is not seen to run forwards: restrict the domain")

    def _settles(self, x: Sum | Product, t: Expr) -> bool:
        """Whether an endless sum inside of a limit is seen to converge, and how it grows, for all large t."""
        try:
            return isinstance(x, Sum) and like_integral(Limits(t, self.sign), x) is not None
        except CannotTell:
            return False

    def _geometric(self, x: Sum | Product) -> bool:
        """Whether it is a sum of geometric series with ratios below 1 in size on the whole domain."""
        if not isinstance(x, Sum) or len(x.limits) != 1:
            return False
        pieces = exponentials(x.function, x.limits[0][0])
        return pieces is not None and all(
            not c.has(x.limits[0][0])
            and all(self.implies(self.charted(1 + side * base), strict=True) for side in (1, -1))
            for base, c in pieces
        )

    def has_values(self, *sides: Expr) -> None:
        """Nothing in the sides is divided by zero, no gamma is at a pole, and no root or logarithm is of what has none."""
        for side in map(sympify, sides):
            for x, need in _needs(unfold(side)):
                if not self._meets(x, need):
                    raise CannotTell(f"{x} is not seen to be {need}: {side} may have no value")

    def _meets(self, x: Expr, need: str) -> bool:
        """Whether it is so on the whole domain; of numbers and moments that have no form nothing is said."""
        if not x.has(Moment, Observable):
            return self._is(x, need)
        if not x.has(Observable):  # numbers under a law
            return True
        try:
            form = self.derived(x)
        except CannotTell:
            return True
        return form.has(Moment, Dummy) or bool(form.is_infinite) or self._is(form, need)

    def _is(self, x: Expr, need: str) -> bool:
        if need == OTHER:
            return self.is_never_0(x)
        strict = need == ABOVE
        if x.is_positive or self.implies(self.charted(x), strict):
            return True
        if not strict and (x.is_nonnegative or (x.is_rational_function() and factor(x).is_nonnegative)):
            return True
        try:
            return bool(self.cover(self.discrete(x), strict))
        except (CannotTell, ArithmeticError, ValueError):
            return False


OTHER, ABOVE, NOT_BELOW = "different from 0, or from a pole", "above 0", "0 or above"


def _needs(x: Expr, inside: tuple[tuple[Symbol, Expr], ...] = ()) -> Iterator[tuple[Expr, str]]:
    """What the parts of an expression outside of its moments take to have a value: divisors, gammas, roots, logarithms.

    A bound variable is an integer from the lower end of its range on, a real number between the ends.
    """
    if isinstance(x, Moment) or not x.free_symbols:
        return
    if isinstance(x, ExprWithLimits):
        for limits in x.limits[::-1]:
            if len(limits) == 3:
                inside = (*inside, (limits[0], _within(x, *limits)))
    if x.is_Pow and not x.exp.is_nonnegative:
        yield _placed(x.base, inside), OTHER
    if x.is_Pow and not x.exp.is_integer:
        yield _placed(x.base, inside), NOT_BELOW
    if isinstance(x, log):
        yield _placed(x.args[0], inside), ABOVE
    if isinstance(x, gamma | loggamma | polygamma) and not x.has(Moment, Observable):
        yield _placed(x, inside), OTHER
    for a in x.args:
        if isinstance(a, Expr):
            yield from _needs(a, inside)
        elif isinstance(x, ExprWithLimits):
            yield from (d for end in a[1:] for d in _needs(end, inside[: -len(x.limits)]))


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
    """Whether an endless sum (or product) is known to converge: one of numbers, since it has a ball."""
    if not x.free_symbols:
        try:
            return bool(to_ball(x).is_finite())
        except (CannotTell, ArithmeticError):
            return False
    try:
        return isinstance(x, Sum) and x.is_absolutely_convergent() == True  # noqa: E712 - SymPy's own truth
    except (NotImplementedError, ValueError, TypeError, AttributeError):
        return False
