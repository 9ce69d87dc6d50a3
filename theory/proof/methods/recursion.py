"""Moments by recursion: the state's monomials are closed under the step, triangularly or in blocks.

The expectation of each after one step is a combination of monomials: its coefficients are integrals against the densities of
the step's noise. A claim's own formula is never looked at.
"""

from __future__ import annotations

from functools import cache

from flint import arb
from sympy import Add, Dummy, Expr, Poly, S, oo, sympify

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import Noise
from ...language.loops import Loop, Observable, PopulationLoop
from ...language.moments import E, Moment
from .. import structures
from ..arithmetic.programs import to_ball
from ..symbols.averages import Infinite, average, essential, has_mean, lost, may_diverge, without_cases
from ..symbols.normal_forms import expand_over
from . import iterated
from .closure import Key, System, Unclosed, solved_from, unfolded_from, written_out_from
from .kinds import Kinds
from .method import Derivation, Method
from .monomials import Unread
from .spans import Span, closed_together_only, closing
from .steps import emitted, gap_of, loop_of, of_one_loop, stepped, times_of, unstated

MOST_WRITTEN = 10**5  # of what is written out in digits
MOST_FITS = 10  # generations of which a recursion is written out that differs between them, or is coupled
MOST_STEPPED = 2  # generations that are written out where the monomials do not close


def _unseen(x: Expr, loop: Loop) -> list[Expr]:
    """The conditions under which what is multiplied by a draw of mean 0 has a mean itself."""
    noise = x.atoms(Noise)
    return [c for y in lost(x, noise) for c in _moment(y, loop).positive] if noise else []


@cache
def _moment(x: Expr, loop: Loop) -> Derivation:
    x = emitted(x, loop)
    steps = []
    while gap := gap_of(sorted(times_of(x), key=str)):
        late, _ = gap
        x = expand_over(stepped(x, loop, late, late - 1), Observable, Noise)
        steps.append(f"observables at {late} written by one step from {late - 1}")
    return _Recursion(x, loop, steps).derivation()


class _Recursion:
    """What is left to average, and what has been learnt on the way: one step, or all between two generations, at a time."""

    def __init__(self, x: Expr, loop: Loop, steps: list[str]):
        self.loop, self.system, self.steps = loop, System(loop), steps
        self.positive = list(structures.conditions(loop))
        self.nonzero: list[Expr] = []
        noise = x.atoms(Noise)
        self.infinite = essential(x, noise) if len(x.atoms(Observable)) == 1 else {}
        unseen = _unseen(x, loop) if may_diverge(x) or self.system.doubtful else []
        self.x = self.averaged(x)
        self.positive += unseen
        if noise:
            steps.append(f"averaged over {', '.join(sorted(map(str, noise)))} by integration")

    def averaged(self, x: Expr) -> Expr:
        form, more = average(x, x.atoms(Noise))
        self.positive += more
        return form

    def derivation(self) -> Derivation:
        while times := sorted(times_of(self.x), key=str):
            if times == [S.Zero]:
                self.x = self.x.xreplace({Observable(self.loop, s, 0): v for s, v in self.loop.start_at.items()})
                break
            self.earlier(times)
        if noise := self.x.atoms(Noise):
            self.x = self.averaged(expand_over(self.x, *noise))
            self.steps.append("averaged over the random start")
        return Derivation(
            sympify(self.x),
            list(dict.fromkeys(self.positive + self.system.conditions)),
            list(dict.fromkeys(self.nonzero)),
            self.steps,
            self.infinite | self.system.essential,
        )

    def earlier(self, times: list[Expr]) -> None:
        """What depends on the last of these generations in terms of the one before it, or of the start."""
        late, others = _last(times)
        base = max(others, key=lambda t: sum((t - s).is_nonnegative is True for s in others), default=S.Zero)
        system = self.system
        wanted = system.read(self.x.xreplace({Observable(self.loop, s, late): v for s, v in system.vars.items()}))
        try:
            system.close(wanted)
        except CannotTell as why:
            if others == [] and late.is_Integer and late <= MOST_STEPPED:
                self.one_step(late)
                return
            if not isinstance(why, Unclosed | Unread):
                raise
            system, wanted = self.span(wanted, why)
        self.positive += [c for x in system.begun() for c in has_mean(x)]
        state = {s: Observable(self.loop, s, base) for s in self.loop.state} if others else self.loop.start_at
        if system.coupled and not isinstance(system, Span):
            system = Kinds(system, {k: _mean_at_start(system.monomial(k, state)) for k in system.rows})
            wanted = system.merged(wanted)
        start = {k: Dummy("x0") for k in system.rows}
        few = bool(late.is_Integer and base.is_Integer) and late - base <= MOST_FITS
        forms, how = {}, f"written out from {base} to {late}"
        if system.changing and not few:
            running = unfolded_from(system, start, base)
            self.nonzero += [x for f in running.values() for x in f.nonzero]
            forms, how = {k: f.at(late) for k, f in running.items()}, f"unfolded from {base} to {late}"
        elif not (few and (system.changing or system.coupled)):
            solved, extra = solved_from(system, start)
            if not (few and extra):  # what is written out holds where it is resonant, too
                self.nonzero += extra
                forms = {k: f.at(late - base) for k, f in solved.items()}
                how = f"solved from {base} to {late}; start and step checked by normal form"
        forms = forms or written_out_from(system, start, base, late, wanted)
        begin = {d: system.monomial(k, state) for k, d in start.items()}
        x = Add(*(c * forms[k].xreplace(begin) for k, c in wanted.items()))
        self.x = expand_over(x, Observable) if others else x
        what = (
            "combinations of monomials"
            if isinstance(system, Span)
            else "kinds of monomials"
            if isinstance(system, Kinds)
            else "monomials"
        )
        self.steps.append(f"{len(system.rows)} {what} closed under the step; recursion {how}")

    def span(self, wanted: dict[Key, Expr], why: CannotTell) -> tuple[Span, dict]:
        """The combination that is asked for, closed with what it leads to: the monomials in it are not."""
        try:
            span = Span(System(self.loop), wanted)
        except CannotTell:
            others = closing(System(self.loop))
            raise Unclosed(f"{why}{f'; the mean of {others[0]} is closed' if others else ''}") from why
        self.nonzero += span.nonzero
        self.positive += span.conditions
        return span, {0: S.One}

    def one_step(self, late: Expr) -> None:
        """What does not close, written by one step and averaged."""
        x = expand_over(stepped(self.x, self.loop, late, late - 1), Observable, Noise)
        self.positive += _unseen(x, self.loop)
        self.infinite |= essential(x, x.atoms(Noise))
        self.x = self.averaged(x)
        self.steps.append(f"generation {late} written by one step from {late - 1}, averaged")
        self.system = System(self.loop)


def _last(times: list[Expr]) -> tuple[Expr, list[Expr]]:
    """The last of some generations, and the others. Raises `CannotTell` where their order is not known."""
    late = max(times, key=lambda t: sum((t - s).is_nonnegative is True for s in times))
    others = [s for s in times if s != late]
    if oo in times:  # no limit of means: masses escape (a martingale's mean stays, its limit may be 0)
        raise CannotTell("a mean at infinite time; the limit of means is another thing: Tends(..., (t, t0, oo), ...)")
    if any(s.is_Integer and s > MOST_WRITTEN for s in times):
        raise CannotTell(f"numbers to the power {max(times)} are too long to be written")
    if not all(s.is_nonnegative for s in times):
        raise CannotTell(f"of the generations {times} some are not known to be 0 or later")
    if not all((late - s).is_nonnegative for s in others):
        raise CannotTell(f"the order of the times {times} is not known")
    return late, others


def _mean_at_start(x: Expr) -> Expr:
    """A monomial at a start that may be drawn: its mean, so that what starts alike is the same; where that fails, as it is."""
    try:
        return average(x, x.atoms(Noise))[0]
    except (CannotTell, Infinite):
        return x


def _is_linear(loop: Loop) -> bool:
    """Whether the next state is linear in the state: only then is a law on atoms followed moment by moment."""
    now = tuple(loop.symbols().values())
    after = map(sympify, loop.step(loop.symbols()).values())
    return all(x.is_polynomial(*now) and (not now or Poly(x, *now).total_degree() <= 1) for x in after)


def condition(x: Expr, loop: Loop, t: Expr) -> Expr:
    """E[x | model(t)] in terms of the state at t: fresh draws and later steps are averaged out."""
    if (problem := unstated(x, given=True)) is not None:
        raise CannotTell(problem)
    if asked := structures.conditions(loop):
        raise CannotTell(f"{type(loop).__name__} draws from laws only where {asked[0]} > 0")
    x = emitted(x, loop)
    later = sorted((s - t for s in times_of(x) if s != t), key=str)
    if not all(d.is_Integer and 0 < d <= 3 for d in later):
        raise CannotTell(f"times {times_of(x)} given the model at {t}")
    for d in range(max(map(int, later), default=0), 0, -1):
        x = stepped(x, loop, t + d, t + d - 1)
    try:
        form, conditions = average(without_cases(x), x.atoms(Noise))
    except Infinite as problem:
        raise CannotTell(f"there is no such mean: {problem}") from problem
    if conditions:
        raise CannotTell(f"exists only where {conditions[0]} > 0")
    return form


def skip(m: Moment) -> str | None:
    if not isinstance(m, E):
        return f"{type(m).__name__} is not a moment of a monomial"
    if (problem := of_one_loop(m)) is not None:
        return problem
    loop = loop_of(m)
    if isinstance(loop, PopulationLoop):
        return "its fit is a root: no step in symbols"
    if isinstance(loop, FiniteLoop) and structures.is_deterministic(loop) and not _is_linear(loop):
        return f"no form of the law after {', '.join(map(str, times_of(m)))} rounds"
    return None


def enclose(m: Moment) -> arb:
    """A ball by its recursion. Raises `CannotTell`."""
    loop = loop_of(m)
    if not all(c.is_positive for c in structures.conditions(loop)):
        raise CannotTell(f"with these parameters {type(loop).__name__} draws from what is no law")
    if not closed_together_only(m.variable):
        return iterated.expectation_of(m.variable, loop)
    d = _moment(m.variable, loop)
    if not all(to_ball(c) > 0 for c in d.positive):
        raise CannotTell(f"{m} is not seen to exist")
    return to_ball(d.form)


METHOD = Method(
    "integrated step law, iterated",
    skip,
    derive=lambda m, learn: _moment(m.variable, loop_of(m)),
    enclose=lambda m, learn: enclose(m),
    condition=condition,
)
