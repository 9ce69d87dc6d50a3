"""The moments of a claim, derived on its whole domain, where they exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    Piecewise,
    Poly,
    PolynomialError,
    Product,
    S,
    Sum,
    Symbol,
    beta,
    binomial,
    default_sort_key,
    factorial,
    gamma,
    oo,
    sympify,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.claims import Claim
from ...language.errors import Apart, BadInput, CannotTell
from ...language.extrema import ArgMin
from ...language.finite_loops import FiniteLoop
from ...language.functions import nuclear, unfold
from ...language.laws import Law, Noise
from ...language.lengths import operations
from ...language.likelihood import Constant
from ...language.loops import Loop, Model, Observable
from ...language.moments import E, Grows, Limit, Moment, PathMax, Prob, outermost
from .. import structures
from ..finiteness import doubtful, is_finite, refuse_no_number
from ..foreign import telling
from ..methods import Derivation, moment
from ..signs import Certificate, positive
from ..standard import required, standardise
from ..symbols import hypergeometric, integrals
from ..symbols.arguments import KNOWN, NOT_BELOW, OTHER, needs
from ..symbols.asymptotics import Limits
from ..symbols.bound_names import index
from ..symbols.exponentials import exponentials
from ..symbols.logarithms import of_one_writing
from ..symbols.partial_sums import partial_sum
from ..symbols.places import place
from ..symbols.stand_ins import stand_in
from ..undefined import unreal
from . import cases, contracted, inside, many_candidates, markov, settling, tilts
from .assumptions import Assumptions
from .decimals import refuse_computed

MOST_LED = 60  # operations of a form whose leading terms are looked at first
NO_DERIVATION = "no derivation"
FAR = 10  # from here on what grows has left the small values of which less is known


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

    @contextmanager
    def attempt(self, *failures: type[Exception]) -> Iterator[None]:
        """What may fail, with `CannotTell` or one of these: then it is left, and what it has said is taken back."""
        said = len(self.steps)
        try:
            yield
        except (CannotTell, *failures):
            del self.steps[said:]

    @property
    def method(self) -> str:
        """How it was proved, in words, with what was taken as given."""
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
        self.numbers: dict[Expr, Symbol] = {}
        self.sizes: dict[Symbol, Moment] = {}  # those of them that stand for a whole moment, of which the sign is used
        self.binding: set[Symbol] = set()  # the bound variables of what is being derived
        self.growing: set[Symbol] = set()  # those of limits among them
        self.lows: dict[Symbol, Expr] = {}  # of sums and products: from where on they run, if that is known
        self.infinite: dict[Moment, Expr] = {}  # moments of the relation under way that are
        self.asked: set[tuple[Expr, bool]] = (
            set()
        )  # the differences whose sign is being asked for, and whether strictly
        self.called: dict[str, Moment] = {}  # moments that are told of, by what they are called
        self.alike: set[str] = set()  # what more than one of them is called

    def _has_a_value(self, x: Model | Observable) -> None:
        """Of what divides by numbers that are known in every generation, in that which is spoken of."""
        try:
            super()._has_a_value(x)
        except CannotTell:
            if not isinstance(x, Observable) or not self._has_one_there(x):
                raise

    def _has_one_there(self, x: Observable) -> bool:
        """Whether all that a function of the state takes is of coordinates in which nothing is random, and so at its time."""
        said, sure = x.loop.in_state(x), structures.certain(x.loop)
        growing = [s for s in x.t.free_symbols if isinstance(s, Grows)]
        if said is None or not x.t.free_symbols <= {*self.claim.symbols.values(), *growing[:1]}:
            return False
        seen = said.atoms(Observable)
        names = {o: Dummy(o.name, real=True) for o in seen}
        back = {d: E(o) for o, d in names.items()}
        for y, need in needs(said.xreplace(names)):
            told = all(o.name in sure and not o.index for o, d in names.items() if y.has(d))
            y = y.xreplace(back)
            if not told or not (
                self.meets_far_out(y, need, *growing) if growing else self.meets(self.derived(y), need)
            ):
                return False
        return True

    def meets_far_out(self, x: Expr, need: str, t: Symbol) -> bool:
        """Whether it is so for all large t, by the leading term."""
        limits = Limits(t, self.sign)
        try:
            lead = limits.leading(limits.plain(self.derived(x)))
            if lead is None or not lead.exact:
                return lead is None and need == NOT_BELOW
            if need == OTHER:
                return all(map(self.is_other_than_0, (self.charted(lead.c), self.charted(lead.base))))
            return need != KNOWN and self.sign(lead.c) > 0 and self.sign(lead.base) > 0
        except CannotTell:
            return False

    def _laws(self, relation: Basic) -> set[Law]:
        """With the forms of the moments that are parameters of them."""
        return {law.xreplace(self._forms_in(law)) for law in super()._laws(relation)}

    def _forms_in(self, law: Law) -> dict[Expr, Expr]:
        """The moments in a law, which are numbers, with their forms in the claim's own variables."""
        return {m: self.plain(self.derived(m)) for m in outermost(law) if m.given is None}

    def derived(self, x: Expr, bounds: bool = False) -> Expr:
        """x with its standard moments derived; with `bounds`, probabilities become unknowns in [0, 1]."""
        self._means_exist(sympify(x))
        x = self.discrete(self._indicated(cases.decided(self, standardise(sympify(x)))))
        x, steps = contracted.shortened(self, x, self.derived, self.binding)
        self.proof.steps += [step for step in steps if step not in self.proof.steps]
        self._bind(x)
        if isinstance(x, Sum):
            return self._sum(x)
        x = x.xreplace({e: closed for e in _sums(x) if not (closed := self._perhaps_summed(e)).has(Sum)})
        moments = sorted(set(outermost(x)), key=lambda m: (str(m), default_sort_key(m)))
        self.alike |= {name for name, count in Counter(str(self.named(m)) for m in moments).items() if count > 1}
        out = {m: self._learned(m, bounds) for m in moments}
        try:
            x = x.xreplace(out)
        except BadInput as why:  # of an extremum of what may jump, or over an endless range
            raise CannotTell(str(why)) from why
        found = of_one_writing(cases.decided(self, self.integrated(self.placed(x))))
        refuse_computed(found)
        return found

    def _bind(self, x: Expr) -> None:
        """Keep the bound variables of an expression, and where those of sums and products begin."""
        for b in x.atoms(ExprWithLimits):
            self.binding |= set() if isinstance(b, PathMax) else set(b.variables)
            for v, *ends in b.limits:
                self._begins(v, ends[0] if isinstance(b, Sum | Product) and len(ends) == 2 else -oo)

    def _begins(self, v: Symbol, low: Expr) -> None:
        self.lows[v] = low if self.lows.get(v, low) == low else -oo

    def quantity(self, x: Expr) -> Expr:
        """The derived form of a number that is asked for by itself: a number, or infinite. Raises `CannotTell` for none."""
        try:
            form = self.derived(x)
            refuse_no_number(x, form, self.infinite)
        except CannotTell as why:
            raise CannotTell(self.reason_in_variables(str(why))) from why
        return form

    def placed(self, x: Expr) -> Expr:
        """x with the places where the slope of a quotient of polynomials turns, which are seen to lie in the range."""

        def holds(c: Expr, strict: bool) -> bool:
            return self.implies(self.charted(c), strict)

        def differs(c: Expr) -> bool:
            return self.is_other_than_0(self.charted(c))

        found = {e: at for e in x.atoms(ArgMin) if self._is_defined(e) and (at := place(e, holds, differs)) != e}
        self.proof.forms |= {str(self.named(e)): str(self.named(at)) for e, at in found.items()}
        return x.xreplace(found)

    def _is_defined(self, e: ArgMin) -> bool:
        """Whether the ends of the range, and what in the function is without its variable, are numbers on the whole domain. No
        slope tells that: that of x**2 + log(p) is without p. Of what is with the variable the place itself is asked."""
        k, *ends = e.limits[0]
        asked = (need for x in (e.function, *ends) for need in needs(unfold(x)))
        return unreal(e) is None and all(x.has(k) or self.meets(x, need) for x, need in asked)

    def _indicated(self, x: Expr) -> Expr:
        """x with symbols for the indicators of conditions that are open: of them only that they are not negative is used."""
        found = (e for e in cases.of_variables(self, x) if isinstance(e, Piecewise))
        open_ones = {e for e in found if {value for value, _ in e.args} == {S.Zero, S.One}}
        for e in sorted(open_ones - self.numbers.keys(), key=str):
            self.numbers[e] = stand_in(e, "indicator", nonnegative=True)
        return x.xreplace({e: self.numbers[e] for e in open_ones})

    def _means_exist(self, x: Expr) -> None:
        """The means that covariances take are finite, and those that have cancelled."""
        self.are_finite(required(self.discrete(x)))

    def are_finite(self, moments: Iterable[Moment]) -> None:
        """Raise `CannotTell` where standard moments are infinite, or not seen to be finite."""
        for m in sorted(filter(doubtful, moments), key=str):
            if isinstance(m, Constant):
                contracted.sign_of(self, m)
            elif not m.has(Observable) and not is_finite(m):
                raise CannotTell(f"{m} is not known to be finite: a covariance, or a difference, may have no value")
            if m.has(Observable) and self.exists(m, moment(m)).is_infinite:
                raise CannotTell(f"{m} is infinite: a covariance, or a difference, of such has no value")

    def _learned(self, m: Moment, bounds: bool) -> Expr:
        """A standard moment, derived; where that fails, a symbol of which only the sign is used, if that may do."""
        if isinstance(m, Limit):
            return self._limit(m)
        if (found := tilts.of_first_law(self, m)) is not None:
            return self._told(m, found)
        if bounds and isinstance(m, Prob):
            return self.numbers.setdefault(m, stand_in(m, "P", nonnegative=True))
        try:
            d = moment(m)
        except CannotTell as error:
            if not m.has(Observable):
                if (found := inside.derived(m, self.charts)) is None:  # it need not be known where it cancels
                    return self.unknown(m)
                return self._told(m, found)
            x = m.variable
            if (number := self._of_first_law(m)) is not None:
                return number
            if bounds and isinstance(m, E) and isinstance(x, Observable | nuclear) and x.is_nonnegative:
                sign = "positive" if x.is_positive else "nonnegative"
                self.proof.steps.append(f"of {m} only that it is {sign} is used")
                return self.numbers.setdefault(m, stand_in(m, "mean", **{sign: True}))
            raise CannotTell(f"{NO_DERIVATION}: {error}") from error
        return self._told(m, d)

    def _of_first_law(self, m: Moment) -> Expr | None:
        """A mean under a law of which nothing is known, in symbols; None for others. Weights are bounded, and not near 0.

        Of means of powers with exponents s, s + 1 and s + 2 the ratios are a mean and a mean square of the weight under the law
        tilted by f^s: f_max/(1 + a), and between the mean's square and f_max times the mean.
        """
        seen = m.atoms(Observable)
        first = all(isinstance(o.loop, FiniteLoop) and o.loop.any_law is not None and o.t == 0 for o in seen)
        if not (first and isinstance(m, E)) or m.free_symbols & self.binding:
            return None
        if seen and {o.name for o in seen} <= {"weight", "reward"}:
            m = E(tilts.of_weights(self, m))

        def number(x: Expr, sign: str = "positive") -> Symbol:
            return self.numbers.setdefault(x, stand_in(x, "mean", **{sign: True}))

        o, power = m.variable.as_base_exp()
        more, s = power.as_coeff_Add()
        if not isinstance(o, Observable) or o.name != "weight" or more not in (1, 2) or s == 0:
            return number(m, "positive" if m.variable.is_positive else "real")
        largest, (whole, sums, squares) = o.loop.any_law.largest, (E(o ** (s + i)) for i in range(3))
        mean = largest / (1 + number(largest * whole / sums - 1))
        if more == 1:
            return number(whole) * mean
        share = (squares * whole - sums**2) / (
            sums * (largest * whole - sums)
        )  # of the largest variance with that mean
        spread = number(share / (1 - share))
        return number(whole) * (mean**2 + mean * (largest - mean) * spread / (1 + spread))

    def _told(self, m: Moment, d: Derivation) -> Expr:
        """The form of a moment that is derived, which has to exist on the domain."""
        form = self.exists(m, d)
        form = self.derived(form) if form.has(Moment) else form
        if (name := self._name(m)) not in self.proof.forms:
            self.proof.forms[name] = str(self.named(d.form))
            self.proof.steps += [f"{name}: {s}" for s in d.steps]
        return form

    def _name(self, m: Moment) -> str:
        """What a moment is called; with its loops and laws, where another one has the same words."""
        name = str(self.named(m))
        if self.called.setdefault(name, m) == m and name not in self.alike:
            return name
        laws = {f"{z} ~ {self.named(z.law)}" for z in m.atoms(Noise)}
        return f"{name} of {', '.join([*sorted(str(self.named(loop)) for loop in m.atoms(Loop)), *sorted(laws)])}"

    def _limit(self, m: Limit) -> Expr:
        """The limit of the derived form, by its leading terms; else where the state, or its means, are seen to settle."""
        self.binding.add(m.bound)
        self.growing.add(m.bound)
        end, why = self._found_limit(m)
        if end.is_infinite:
            self.infinite[m] = end
        self.proof.forms[str(self.named(m))] = str(self.named(end))
        self.proof.steps.append(f"{self.named(m)} = {self.named(end)}: {why}")
        return end

    def _found_limit(self, m: Limit) -> tuple[Expr, str]:
        """By the form, or where it settles: that first of a long form, of which the leading terms may take minutes."""
        by_form = lambda: (self._of_form(m), "the leading terms of the derived form")  # noqa: E731
        ways = [by_form, lambda: self._known_limit(m)]
        with suppress(CannotTell):
            if not isinstance(m.variable, Sum) and operations(self.derived(m.variable)) > MOST_LED:
                ways.reverse()
        reason = CannotTell("")
        for way in ways:
            try:
                return way()
            except CannotTell as why:
                reason = why if way is by_form else reason
        raise reason

    def _known_limit(self, m: Limit) -> tuple[Expr, str]:
        with suppress(CannotTell):
            end, why = many_candidates.limit(self, m)
            return self.derived(end), why
        with suppress(CannotTell):
            return markov.limit(self, m, self.derived), "Markov's inequality, by a mean that tends to 0"
        with telling():
            return settling.limit(self, m)

    def _of_form(self, m: Limit) -> Expr:
        """The limit by the leading term of the derived form: of all values, or else of those from FAR on, where more is known."""
        try:
            return self._of_form_from(m, m.variable)
        except CannotTell:
            forms, steps = dict(self.proof.forms), len(self.proof.steps)
            try:
                with suppress(CannotTell):
                    return self._of_form_from(m, m.variable.subs(m.bound, m.bound + FAR))
            finally:  # they speak of another variable
                self.proof.forms.clear()
                self.proof.forms.update(forms)
                del self.proof.steps[steps:]
            raise

    def _of_form_from(self, m: Limit, x: Expr) -> Expr:
        form = x.func(self.derived(x.function), *x.limits) if isinstance(x, Sum) else self.derived(x)
        return Limits(m.bound, self._sign_far_out).of(form)

    def integrated(self, x: Expr) -> Expr:
        """x with its integrals in closed form, where they have one on the whole domain."""
        return integrals.closed(x, lambda c: self.implies(c, strict=True))

    def unknown(self, m: Moment) -> Expr:
        """A symbol for a number that has no closed form: of it only the sign is known."""
        if (least := _at_least(m)) is not None and not m.free_symbols & self.binding:
            self.proof.steps.append(f"of {m} only that it is at least {least} is used, by Jensen's inequality")
            return least + self.numbers.setdefault(m, stand_in(m, "excess", nonnegative=True))
        if not isinstance(m, Constant) and not is_finite(m):
            raise CannotTell(f"{m} has no closed form, and is not known to be finite")
        if m.free_symbols & self.binding:
            raise CannotTell(f"{m} has no closed form, and changes along a sum or a product")
        if m not in self.numbers:
            sign = "real"
            if isinstance(m, Constant):  # what it is said to be is not believed: it may be what the claim is about
                sign = contracted.sign_of(self, m)
            elif isinstance(m, E) and m.variable.is_positive:
                sign = "positive"
            elif isinstance(m, Prob):
                sign = "nonnegative"
            self.numbers[m] = number = stand_in(m, "number", **{sign: True})
            self.sizes[number] = m
            self.proof.steps.append(f"{m} is a number of which only that it is {sign} is used")
        return self.numbers[m]

    def exists(self, m: Moment, d) -> Expr:
        """The derived form, or oo where the moment is infinite; its existence conditions must hold on the domain."""
        for c in d.positive:
            if not self._is_so(c, lambda x: self.implies(x, strict=True), positive=True):
                after_a_fit = all(o.t.is_positive for o in m.atoms(Observable))
                counts = c in d.infinite and all(map(self.is_other_than_0, d.infinite[c]))
                if after_a_fit and counts and m.variable.is_positive and self.implies(-c, strict=False):
                    self.infinite[m] = oo
                    self.proof.steps.append(f"{m} is infinite: the one-step integral diverges unless {c} > 0")
                    return oo
                raise CannotTell(f"{self.named(m)} exists only where {self.named(c)} > 0")
        for c in d.nonzero:
            if not self._is_so(c, self.is_other_than_0):
                raise Apart(f"the recursion is resonant where {self.named(c)} = 0", c)
        if d.form.is_infinite:
            self.infinite[m] = d.form
        return self.integrated(d.form)

    def _is_so(self, c: Expr, told: Callable[[Expr], bool], positive: bool = False) -> bool:
        """Whether a condition is met: in each term of the sums around it, and of what grows in a limit in the end."""
        return told(c) or ((later := self._in_terms(c)) != c and told(later)) or self._is_far_out(c, positive)

    def _in_terms(self, c: Expr) -> Expr:
        """c with the indices of sums and products by how far they are from their first values. (No variable of a claim is an
        index: that is refused.)"""
        begun = {v: low for v in c.free_symbols if isinstance(v, Symbol) and (low := self.lows.get(v, -oo)).is_finite}
        return c.xreplace({v: low + Dummy(v.name, integer=True, nonnegative=True) for v, low in begun.items()})

    def _sign_far_out(self, x: Expr) -> int:
        """The sign of x, where something in it grows in a limit around it: in the end. Raises `CannotTell`."""
        bound = x.free_symbols & self.binding
        if len(bound) != 1 or not bound <= self.growing:
            return self.sign(x)
        return Limits(bound.pop(), self.sign).sign_in_the_end(x)

    def _is_far_out(self, c: Expr, positive: bool = False) -> bool:
        """Whether a condition on what grows in a limit is other than 0, or positive, in the end."""
        if c.free_symbols.isdisjoint(self.growing):
            return False
        try:
            sign = self._sign_far_out(c)
            return sign > 0 if positive else sign != 0
        except CannotTell:
            return False

    def _sum(self, x: Sum) -> Expr:
        """A sum of a derived moment; of several variables one after the other."""
        *inner, outermost = x.limits  # SymPy writes the inner one first
        if len(outermost) != 3:
            raise CannotTell(f"{x} has no two ends")
        s, a, b = outermost
        term = Sum(x.function, *inner) if inner else x.function
        if a.is_nonnegative:  # whatever the variable was declared to be
            own = Dummy()
            term = term.xreplace({s: own})
            counter = index(s.name, term, a, b, *self.claim.symbols.values())  # others may be called so
            term, s = term.xreplace({own: counter}), counter
            self.binding.add(s)
        before = self.lows.get(s, -oo)
        self.lows[s] = a
        try:
            term = self.derived(term)
        finally:
            self.lows[s] = before
        if b is not oo and not (b - a).is_integer:
            raise CannotTell(f"{x} is not seen to run over integers")
        if (form := self.of_quotients(term, s, a, b)) is not None:
            return form
        if b is oo:
            return self._endless(term, s, a)
        if (found := partial_sum(term, s, a, b)) is None:
            return Sum(term, (s, a, b))
        form, nonzero = found
        cert = Certificate()
        for c in nonzero:
            if not (positive(-c, cert) or self.is_other_than_0(self.charted(c))):
                raise CannotTell(f"the ratio {c + 1} is not certified to be other than 1")
        self.proof.steps += cert.steps
        return form

    def of_quotients(self, term: Expr, s: Symbol, low: Expr, high: Expr) -> Expr | None:
        """The sum of terms whose neighbours have a rational quotient, as gammas have, in closed form; None of others."""
        if not (high.is_infinite or term.has(gamma, factorial, binomial, beta)):
            return None
        if (found := hypergeometric.closed(term, s, low, high)) is None:
            return None
        form, asked = found
        return form if all(self.implies(self.charted(c), strict=True) for c in asked) else None

    def summed(self, x: Expr) -> Expr:
        """x with its sums in closed form, where they have one on the whole domain."""
        return x.xreplace({e: self._perhaps_summed(e) for e in x.atoms(Sum)}) if x.has(Sum) else x

    def _perhaps_summed(self, x: Sum) -> Expr:
        """A sum of moments inside something else: in closed form, or itself where it has none that is seen."""
        try:
            return self._sum(x)
        except CannotTell:
            return x

    def _endless(self, term: Expr, s: Symbol, low: Expr) -> Expr:
        """A geometric series."""
        pieces = exponentials(term, s)
        if pieces is None or len(pieces) != 1 or pieces[0][1].has(s) or low != 0:
            raise CannotTell(f"no closed form for the sum of {term}")
        ((base, c),) = pieces
        cert = Certificate()
        for side, told in ((1 - base, "below 1"), (1 + base, "above -1")):
            if not (positive(side, cert) or self.implies(self.charted(side), strict=True)):
                raise CannotTell(f"the ratio {base} is not certified to be {told}")
        self.proof.steps += cert.steps
        return c / (1 - base)


def _sums(x: Expr) -> set[Sum]:
    """The sums of moments in an expression that are in no other."""
    if isinstance(x, Sum) and x.has(Moment):
        return {x}
    return set().union(*map(_sums, x.args)) if x.has(Sum) and not isinstance(x, Moment) else set()


def _at_least(m: Moment) -> Expr | None:
    """1/E x, times a number, of m = E(number/x): x is a number above 0 and what is affine in draws and never negative.

    That is all that is asked for the mean to be finite, and for Jensen's inequality.
    """
    if not isinstance(m, E) or m.has(Observable) or not (draws := m.atoms(Noise)):
        return None
    factor, rest = m.variable.as_independent(*draws, as_Add=False)
    if not (rest.is_Pow and rest.exp == -1 and factor.is_positive):
        return None
    try:
        line = Poly(rest.base, *draws)
    except PolynomialError:
        return None
    least, slopes = line.nth(*[0] * len(draws)), [line.coeff_monomial(z) for z in line.gens]
    signed = all(z.is_nonnegative and c.is_nonnegative for z, c in zip(line.gens, slopes, strict=True))
    if line.total_degree() != 1 or not least.is_positive or not signed:
        return None
    try:
        means = [moment(E(z)) for z in line.gens]
    except CannotTell:
        return None
    if any(d.positive or d.nonzero or d.form.has(Noise, Moment) or d.form.is_finite is False for d in means):
        return None
    return factor / (least + Add(*(c * d.form for c, d in zip(slopes, means, strict=True))))
