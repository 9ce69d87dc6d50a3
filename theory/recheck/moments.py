"""The moments of a claim as numbers: its loops' steps are taken one by one, or by recursions that have been verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Protocol

from sympy import Add, Basic, Dummy, Expr, Integer, Mul, S, Symbol, binomial, factor, oo, sqrt, sympify, together
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.errors import CannotTell
from ..language.finite_loops import FiniteLoop
from ..language.laws import Noise, Normal
from ..language.loops import CLOCK, Loop, Model, Observable, PopulationLoop, State
from ..language.moments import CentralMoment, Cov, Distance, E, Moment, Var
from .averages import Averages, expanded, terms_in
from .gaussian import is_gaussian
from .untold import refuse_untold
from .values import divisors

MOST_STEPS = 12  # generations that are written out one by one
GENERATION = Symbol("_t", integer=True, nonnegative=True)  # in a form: how many steps after the start


class Forms(Protocol):
    """What is known of loops after any number of steps."""

    def mean(self, loop: Loop, monomial: Expr) -> tuple[Expr, Mapping[Symbol, Expr]]:
        """The mean of a monomial of `loop.symbols()` after `GENERATION` steps, in names for means at the start, and of which."""
        ...

    def begun(self, loop: Loop, monomial: Expr) -> Expr:
        """The mean of a monomial at generation `GENERATION` from the loop's start on, where its step changes."""
        ...

    def followed(self, loop: Loop) -> Mapping[str, Expr]:
        """The coordinates of a loop in which nothing is random, at generation `GENERATION`."""
        ...


class Moments:
    """Moments in numbers, by the steps of the loops and by what `forms` tells; what has to hold for that is in `averages`."""

    def __init__(self, forms: Forms, least: Callable[[Expr], bool]) -> None:
        self.forms, self.averages = forms, Averages()
        self.least = least  # whether a quantity is seen to be 0 or more
        self.variances: set[Expr] = set()  # that have been worked out: they are 0 or more

    def value(self, x: Expr) -> Expr:
        """An expression without moments, and without the states of loops in which nothing is random. Raises `CannotTell`."""
        x = sympify(x)
        if isinstance(x, Moment):
            return self._moment(x)
        if isinstance(x, Observable | Distance):
            said = self._plain(x)
            loops = {o.loop for o in said.atoms(Observable)}
            if not loops and not said.has(Distance, Noise):  # of laws in numbers
                return said
            if len(loops) != 1 or said.has(Distance) or not is_followed(loop := loops.pop()):
                raise CannotTell("a random quantity that is not averaged")
            return self._followed(said, loop)
        if not x.args or not x.has(Moment, Observable, Distance):
            return x
        if isinstance(x, ExprWithLimits):
            raise CannotTell(f"a {type(x).__name__} of moments")
        return x.func(*map(self.value, x.args))

    def _moment(self, m: Moment) -> Expr:
        if m.given is not None:
            raise CannotTell("a moment given a model that is not averaged")
        match m:
            case Var():
                return self._central([m.variable, m.variable], m)
            case Cov():
                return self._central(list(m.args[:2]), m)
            case CentralMoment():
                return self._central([m.variable] * int(m.order), m)
            case E():
                return self._mean(m.variable)
        raise CannotTell(f"no certificate of a {type(m).__name__}")

    def _central(self, factors: list[Expr], m: Moment) -> Expr:
        """The mean of a product of (x - E x)."""
        factors = [self._plain(x) for x in factors]
        if len(set(factors)) == 1:
            x, k = factors[0], len(factors)
            mean = self._mean(x)
            moments = [S.One, mean, *(self._mean(x**j) for j in range(2, k + 1))]
            return Add(*(binomial(k, j) * moments[j] * (-mean) ** (k - j) for j in range(k + 1)))
        x, y = factors
        return self._mean(x * y) - self._mean(x) * self._mean(y)

    # ---- what is averaged: states only ------------------------------------------------------------------------------

    def _plain(self, x: Expr) -> Expr:
        """Distances written out, moments given a model averaged, other observables as functions of the state."""
        if isinstance(x, Distance):
            return self._plain(x.expanded())
        if isinstance(x, Moment):
            return self.conditional(x) if x.given is not None else self._moment(x)
        if isinstance(x, Observable):
            told = None if x.name in x.loop.state or x.name == "draw" or x.index else x.loop.in_state(x)
            return x if told is None else told
        if not x.args or not x.has(Moment, Distance, Observable):
            return x
        return x.func(*map(self._plain, x.args))

    def conditional(self, m: Moment) -> Expr:
        """A moment given a loop's state at a generation, of what is drawn from it there."""
        given = m.given
        assert given is not None
        if not isinstance(m, E | Var) or not isinstance(given, Model | State):
            raise CannotTell(f"a {type(m).__name__} given a model")
        said = m.variable.xreplace({inner: Dummy("m") for inner in m.variable.atoms(Moment)})
        x = self._plain(m.variable)
        for y in (said, x):  # as it is said, too: written in states it may ask for less
            for loop in {o.loop for o in y.atoms(Observable)}:
                refuse_untold(loop, y if isinstance(m, E) else y * y, given=True)

        def known(y: Expr) -> Expr:
            y = self._without_draws(y)
            while late := sorted((o.t for o in y.atoms(Observable) if o.t != given.t), key=str):
                if not all((t - given.t).is_Integer and 0 < t - given.t <= MOST_STEPS for t in late):
                    raise CannotTell("a moment given a model that is not the one before")
                y = self.averages.mean(self._one_back(y, given.loop, max(late, key=lambda t: int(t - given.t))))
            return y

        return known(x) if isinstance(m, E) else known(expanded(x * x)) - known(x) ** 2

    def _without_draws(self, x: Expr) -> Expr:
        """Fresh draws averaged, given the states that they are from."""
        draws = {o for o in x.atoms(Observable) if o.index or o.name == "draw"}
        finite = {o for o in draws if isinstance(o.loop, FiniteLoop)}
        if finite:
            x = _over_atoms(x, finite)
        put = {}
        for o in draws - finite:
            if o.name != "draw" or o.loop.definition is not None:
                raise CannotTell("a quantity of a draw that no step tells")
            state = {s: Observable(o.loop, s, o.t) for s in o.loop.state}
            put[o] = o.loop.emit_at(state, o.t, o.index[0] if o.index else Integer(1))
        if not put:
            return x
        return self.averages.mean(expanded(x.xreplace(put)))

    def _mean(self, x: Expr) -> Expr:
        said = x.xreplace({m: Dummy("m") for m in x.atoms(Moment)})
        for loop in {o.loop for o in said.atoms(Observable)}:
            refuse_untold(loop, said)  # before draws and other observables are written in what their steps draw
        x = self._without_draws(self._plain(x))
        loops = {o.loop for o in x.atoms(Observable)}
        for o in x.atoms(Observable):
            if o.name not in o.loop.state:
                raise CannotTell("an observable that is no coordinate")
        if len(loops) > 1:  # different loops are independent
            return self._of_several(x, loops)
        if not loops:
            return self.averages.mean(x)
        (loop,) = loops
        return self._of_loop(x, loop)

    def _of_several(self, x: Expr, loops: set[Loop]) -> Expr:
        total = S.Zero
        for term in Add.make_args(expanded(x)):
            parts: dict[Loop | None, Expr] = {}
            for f in Mul.make_args(term):
                of = {o.loop for o in f.atoms(Observable)}
                if len(of) > 1:
                    raise CannotTell("a function of two loops at once")
                key = of.pop() if of else None
                parts[key] = parts.get(key, S.One) * f
            total += Mul(*(y if loop is None else self._of_loop(y, loop) for loop, y in parts.items()))
        return total

    # ---- steps ----------------------------------------------------------------------------------------------------------

    def _of_loop(self, x: Expr, loop: Loop) -> Expr:
        if (
            isinstance(loop, PopulationLoop)
            or loop.definition is not None
            or (isinstance(loop, FiniteLoop) and loop.any_law)
        ):
            raise CannotTell(f"{type(loop).__name__} states no step in symbols")
        if is_followed(loop):
            return self._followed(x, loop)
        refuse_untold(loop, x)
        while times := {o.t for o in x.atoms(Observable)}:
            if times == {S.Zero}:
                return self.averages.mean(x.xreplace({Observable(loop, s, 0): v for s, v in loop.start_at.items()}))
            late = self._last(times)
            base = self._last(times - {late}) if len(times) > 1 else S.Zero
            steps = late - base
            if steps.is_Integer and steps <= MOST_STEPS:
                x = self.averages.mean(self._one_back(x, loop, late))
            else:
                x = self._by_form(x, loop, late, base)
        return self.averages.mean(x)

    def _last(self, times: set[Expr]) -> Expr:
        for late in sorted(times, key=str):
            if late is oo or not (late.is_integer and (late.is_nonnegative or self.least(late))):
                raise CannotTell("a generation that is no whole number")
            if all((late - t).is_nonnegative or self.least(late - t) for t in times):
                return late
        raise CannotTell("generations of which the order is not seen")

    @staticmethod
    def _one_back(x: Expr, loop: Loop, late: Expr) -> Expr:
        before = {s: Observable(loop, s, late - 1) for s in loop.state}
        after = loop.step_at(before, late)
        return expanded(x.xreplace({Observable(loop, s, late): sympify(y) for s, y in after.items()}))

    def _by_form(self, x: Expr, loop: Loop, late: Expr, base: Expr) -> Expr:
        now = loop.symbols()
        x = x.xreplace({Observable(loop, s, late): v for s, v in now.items()})
        begun = (
            loop.start_at
            if base == 0 and not x.atoms(Observable)
            else {s: Observable(loop, s, base) for s in loop.state}
        )
        changes = any(sympify(y).has(CLOCK) for y in loop.step(now).values())
        if changes and (base != 0 or x.atoms(Observable)):
            raise CannotTell("generations that differ, from a later one on")
        try:
            terms = terms_in(x, set(now.values()))
        except CannotTell:
            if base != 0 or x.atoms(Observable):
                raise
            return self._of_gaussian(x, loop, late)
        total = S.Zero
        for c, monomial in terms:
            if monomial == 1:
                total += c
                continue
            if changes:
                total += c * self.forms.begun(loop, monomial).xreplace({GENERATION: late})
                continue
            form, starts = self.forms.mean(loop, monomial)
            put = {d: y.xreplace({now[s]: sympify(v) for s, v in begun.items()}) for d, y in starts.items()}
            total += c * form.xreplace({GENERATION: late - base}).xreplace(put)
        return total

    def _of_gaussian(self, x: Expr, loop: Loop, late: Expr) -> Expr:
        """A function of one Gaussian coordinate, by its mean and its variance."""
        (name, now), *others = [(s, v) for s, v in loop.symbols().items() if x.has(v)]
        if others or not is_gaussian(loop, name):
            raise CannotTell("the state in a function that is no power")
        mean, square = (self.averages.mean(self._by_form(y, loop, late, S.Zero)) for y in (now, now**2))
        variance = square - mean**2
        variance = factor(together(variance)) if variance.is_rational_function() else expanded(variance)
        own, v = Averages(), Dummy("v", nonnegative=True)
        value = own.mean(x.xreplace({now: mean + sqrt(v) * Noise(name, Normal(0, 1))}))
        self.averages.needs |= {(y.xreplace({v: variance}), strictly): None for y, strictly in own.needs}
        self.variances.add(variance)
        return value.xreplace({v: variance})

    def _followed(self, x: Expr, loop: Loop) -> Expr:
        """Of a loop in which nothing is random: its states are numbers."""
        put = {}
        for o in x.atoms(Observable):
            if o.t.is_Integer and o.t <= MOST_STEPS:
                put[o] = orbit(loop, int(o.t), self.averages)[o.name]
            elif o.t.is_integer and (o.t.is_nonnegative or self.least(o.t)):
                put[o] = self.forms.followed(loop)[o.name].xreplace({GENERATION: o.t})
            else:
                raise CannotTell("a generation that is no whole number")
        return self.averages.mean(x.xreplace(put))


def is_followed(loop: Loop) -> bool:
    """Whether nothing is random in a loop's start and steps: means of draws are not, in which the state is a number."""
    try:
        parts = [*loop.step(loop.symbols()).values(), *loop.initial.values()]
    except NotImplementedError as problem:
        raise CannotTell(f"{type(loop).__name__} states no step in symbols") from problem
    return not any(isinstance(x, Basic) and _without_means(x).has(Noise) for x in parts)


def orbit(loop: Loop, steps: int, averages: Averages) -> dict[str, Expr]:
    """The state of a loop in which nothing is random after so many steps."""
    now = {s: sympify(x) for s, x in loop.initial.items()}
    symbols = loop.symbols()
    after = step_in_numbers(loop, averages)
    for fit in range(1, steps + 1):
        put = {symbols[s]: x for s, x in now.items()}
        at = {s: x.xreplace({CLOCK: Integer(fit)}) for s, x in after.items()}
        for b in {b for x in at.values() for b in divisors(x)}:  # 0/0 is not to be seen in what comes out
            averages.needs[b.xreplace(put) ** 2, True] = None
        now = {s: x.xreplace(put) for s, x in at.items()}
    return now


def step_in_numbers(loop: Loop, averages: Averages) -> dict[str, Expr]:
    """The step of a loop in which nothing is random, by its `symbols()`, with its means of draws averaged."""
    return {s: _averaged(sympify(x), averages) for s, x in loop.step(loop.symbols()).items()}


def _without_means(x: Basic) -> Basic:
    return x.xreplace({m: Dummy("m", real=True) for m in x.atoms(E) if not m.has(Observable)})


def _averaged(x: Expr, averages: Averages) -> Expr:
    if isinstance(x, E):
        if x.given is not None or x.has(Observable):
            raise CannotTell("a step that takes the mean of what is no draw")
        return averages.mean(x.variable)
    return x.func(*(_averaged(a, averages) for a in x.args)) if x.has(E) else x


def _over_atoms(x: Expr, draws: set[Observable]) -> Expr:
    """A sum over the atoms that fresh draws from laws on finitely many of them may be."""
    places = sorted({(o.loop, o.t, o.index) for o in draws}, key=str)
    total = []
    for atoms in product(*(range(len(loop.state)) for loop, _, _ in places)):
        at = dict(zip(places, atoms, strict=True))
        put = {}
        for o in draws:
            values = o.loop.table(o.name)
            if values is None:
                raise CannotTell(f"{o.name} of a draw has no table of values")
            put[o] = sympify(values[at[o.loop, o.t, o.index]])
        weight = Mul(*(Observable(loop, loop.state[i], t) for (loop, t, _), i in at.items()))
        total.append(weight * x.xreplace(put))
    return Add(*total)
