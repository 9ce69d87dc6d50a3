"""Loops in which nothing is random: their state, followed in symbols, in balls, and to its limit.

What is said of a fresh draw from a law on finitely many atoms is a sum over them, so that only probabilities are left.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, lru_cache, partial, reduce
from itertools import accumulate
from operator import mul

from flint import arb, arb_mat, ctx
from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Max,
    Min,
    Piecewise,
    Pow,
    Symbol,
    cancel,
    ceiling,
    expand,
    floor,
    gamma,
    log,
    loggamma,
    oo,
    sign,
    sympify,
    together,
    zoo,
)

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.functions import CONTINUOUS
from ...language.laws import Noise
from ...language.lengths import operations
from ...language.likelihood import LikelihoodLoop
from ...language.loops import CLOCK, Loop, Observable, PopulationLoop
from ...language.moments import E, Moment
from ...language.order import in_order
from ...language.signs import is_nonnegative, is_positive
from ...language.strangers import ours
from .. import structures
from ..arithmetic.fractions import at_rationals, rational_programs
from ..arithmetic.means import with_laws
from ..arithmetic.precision import at_precision, precision, whole
from ..arithmetic.programs import Program, good, to_ball
from ..arithmetic.rings import Balls
from ..symbols import rational
from ..symbols.law_means import integrated, law_mean
from . import fractional, odds
from .laws import has_mean
from .method import Derivation, Method
from .steps import emitted, loop_of, of_one_loop, times_of, unstated

MOST_COMPOSED = 3  # generations that are written out in symbols
MOST_EXACT, MOST_BITS = 6, 30_000  # generations in rational numbers, of so many bits,
MOST_LAST = 8 * MOST_BITS  # and the last of them of so many
MOST_REDUCED = 300  # operations of what is brought to lowest terms
MOST_OPERATIONS = 12_000_000  # in balls: some seconds
MOST_WORK = 500_000_000  # generations times bits, where each loses some
MOST_KEPT = 4096  # generations whose state is kept, and of those beyond every such one
MOST_SLOPES, MOST_SLOPED = 4, 2_000  # coordinates; operations: of a longer step more bits cost less than its slopes
FIRST_LOOK, LONGEST_LOOK, LONGEST_CYCLE = 16, 2**16, 16  # generations: for a cycle, of it
DIFFERENTIABLE = {*CONTINUOUS, log, gamma, loggamma} - {Abs, Max, Min}  # wherever their balls are finite
MOST_INTEGRATED = 20  # where a step takes integrals, of which each is a little less exact than the last


def is_followed(loop: Loop) -> bool:
    """Whether a loop is a map of its state, stated in symbols."""
    stated = loop.definition is None and not isinstance(loop, PopulationLoop)
    return stated and structures.is_deterministic(loop)


# ---- in symbols -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def composed(loop: Loop, t: int, plain: Callable[[Expr], Expr] = sympify) -> dict[str, Expr]:
    """The state after t generations, written out.  plain: works out the expectations in a step."""
    if t == 0:
        return loop.initial
    before = composed(loop, t - 1, plain)
    if all(sympify(x).is_Rational for x in before.values()) and (exact := _rational_step(loop)):
        after = at_rationals(exact, [before[name] for name in loop.state])
        if zoo not in after:
            return dict(zip(loop.state, after, strict=True))
    state = {name: plain(v) for name, v in loop.step_at(before, t).items()}
    for name, v in state.items():
        if not v.free_symbols or operations(v) < MOST_REDUCED:
            with suppress(ValueError):  # no rational function
                shorter = rational.lowest(v)
                state[name] = shorter if operations(shorter) < operations(v) else v
    return state


@lru_cache(maxsize=512)
def _rational_step(loop: Loop) -> list[Program] | None:
    """The step as programs for rational numbers, where every generation has the same and it has no others."""
    now = loop.symbols()
    after = loop.step(now)
    return rational_programs([sympify(after[name]) for name in loop.state], [now[name] for name in loop.state])


def _is_exact(loop: Loop, t: int, plain: Callable[[Expr], Expr]) -> bool:
    """Whether the first t generations are known in rational numbers, and the last but one in such that are not too long to go
    on with."""

    def known(fit: int, most: int) -> bool:
        return all(
            sympify(x).is_Rational and sympify(x).q.bit_length() <= most for x in composed(loop, fit, plain).values()
        )

    return t <= MOST_EXACT and all(known(fit, MOST_BITS) for fit in range(t)) and known(t, MOST_LAST)


@lru_cache(maxsize=512)
def masses_of(loop: Loop) -> dict[str, Symbol]:
    """Symbols for masses: positive where the start is, and every step leaves them so; a mass that is 0 is no positive number.

    A variable of a claim stands for a positive mass: probabilities of a law are inside of their simplex.
    """

    def positive(x: Expr, *known: Symbol) -> bool:
        return (bool(x.free_symbols - set(known)) and not x.is_zero) or is_positive(x)

    signed = {name for name, x in loop.initial.items() if positive(sympify(x))}
    while True:
        now = {s: Dummy(s, **{"positive" if s in signed else "nonnegative": True}) for s in loop.state}
        after = loop.step(now)
        kept = {name for name in signed if positive(sympify(after[name]), *now.values())}
        if kept == signed:
            break
        signed = kept
    if not ours(type(loop)) and not all(is_nonnegative(sympify(x)) for x in after.values()):
        return {s: Dummy(s, real=True) for s in loop.state}
    return now


def projective(loop: Loop) -> dict[str, Expr] | None:
    """Constants c with step(p)_i = c_i p_i/sum_j c_j p_j, if the step is of that form: then c_i^t p_i/sum_j c_j^t p_j
    is the state after t generations, by induction."""
    state = masses_of(loop)
    after = loop.step(state)
    first = next(name for name in loop.state if after[name] != 0)
    ratios = {name: cancel(together(after[name] * state[first] / (after[first] * state[name]))) for name in loop.state}
    if any(r.has(*state.values(), CLOCK) for r in ratios.values()):
        return None
    whole = cancel(together(Add(*after.values())))
    return ratios if whole == 1 else None


def _is_of_finitely_many(loop: FiniteLoop) -> bool:
    """Whether a step is a tournament of finitely many candidates that do not all weigh the same: it is not projective, nor a
    power, and may be long."""
    finite = ours(type(loop)) and loop.candidates is not None and loop.candidates[0] is not oo
    return finite and len(set(loop.tables.get("weight", ()))) > 1


def power(loop: FiniteLoop) -> Expr | None:
    """A constant c with step(p)_i = p_i^c/sum_j p_j^c, if the step is of that form: then p_i^(c^t)/sum_j p_j^(c^t) is
    the state after t generations, by induction."""
    state = masses_of(loop)
    after = loop.step(state)
    first, *others = loop.state
    ratios = [(after[name] / after[first]).as_powers_dict() for name in others]
    c = ratios[0][state[others[0]]]
    exact = all(
        expand(ratio[state[name]] - c) == expand(ratio[state[first]] + c) == 0 and len(ratio) == 2
        for name, ratio in zip(others, ratios, strict=True)
    )
    return c if exact and not c.has(*state.values(), CLOCK) and cancel(together(Add(*after.values()))) == 1 else None


def at_generation(loop: Loop, name: str, t: Expr, plain: Callable[[Expr], Expr] = sympify) -> Expr | None:
    """A coordinate of the state after t generations; None where no form for it is known."""
    if t.is_Integer and t >= 0 and (t <= MOST_COMPOSED or _is_exact(loop, int(t), plain)):
        return composed(loop, int(t), plain)[name]
    if isinstance(loop, FiniteLoop) and t.is_nonnegative and t is not oo:
        if _is_of_finitely_many(loop):
            return None
        if c := projective(loop):
            parts = {s: c[s] ** t * p for s, p in loop.initial.items()}
        elif c := power(loop):
            parts = {s: p ** (c**t) for s, p in loop.initial.items()}
        else:
            return None
        return parts[name] / Add(*parts.values())
    return None


# ---- in balls -------------------------------------------------------------------------------------------------------


class _Step:
    """The step of a loop with numbers for its parameters, as programs at whatever precision."""

    def __init__(self, loop: Loop, names: tuple[str, ...]):
        symbols = masses_of(loop) if isinstance(loop, FiniteLoop) else loop.symbols()
        stepped = loop.step(symbols)
        self.after = [sympify(stepped[name]) for name in names]
        self.integrated = any(x.has(E) for x in self.after)
        self.same = not any(x.has(CLOCK) for x in self.after)  # every generation the same map
        self.free = (CLOCK, *(symbols[name] for name in names))
        self.programs = [_program(x, self.free) for x in self.after]
        sloped = len(names) * _differentiable(self.after)
        self.cost = sum(operations(x) + 1 for x in self.after) * (2 + sloped)

    @cached_property
    def slopes(self) -> list[list[Callable[..., arb] | None]]:
        """The derivative of every coordinate in every one, None for one that it does not depend on; [] where there are none."""
        if not _differentiable(self.after):
            return []
        try:
            return [[_program(x.diff(s), self.free) if x.has(s) else None for s in self.free[1:]] for x in self.after]
        except CannotTell:
            return []


_step = lru_cache(maxsize=256)(_Step)


class _Map:
    """The step of a loop in balls of one precision; `of` gives the state after t generations.

    A generation is f(box), or f(m) + J(box) (box - m) with m the middle of the box and J the slopes over it where that is
    narrower: the mean value theorem, for a step that is differentiable there (not for the first few generations, which cost
    few digits). So a map that contracts keeps its digits.
    """

    def __init__(self, loop: Loop, names: tuple[str, ...]):
        self.step = _step(loop, names)
        self.states = [[to_ball(loop.initial[name]) for name in names]]
        self.far: dict[int, list[arb]] = {}  # of the generations beyond those, some
        self.vague: int | None = (
            None  # of those that are looked at on every way, the first of which half of the bits are lost
        )
        self.cycle: tuple[int, list[list[arb]]] | None = None

    def of(self, t: int) -> list[arb]:
        """Raises `ArithmeticError` where a state on the way is not enclosed."""
        if t < len(self.states):
            return self.states[t]
        if self.cycle is not None and t >= self.cycle[0]:
            begun, boxes = self.cycle
            return boxes[(t - begun) % len(boxes)]
        begun = max((k for k in self.far if k <= t), default=len(self.states) - 1)
        now = self.far.get(begun) or self.states[begun]
        for fit in range(begun + 1, t + 1):
            now = self.after(now, fit)
            if fit == len(self.states) <= MOST_KEPT:
                self.states.append(now)
            elif fit == t or fit % MOST_KEPT == 0:
                self.far[fit] = now
            if fit == t or fit % FIRST_LOOK == 0:
                if self.vague is None and fit % FIRST_LOOK == 0 and _is_vague(now):
                    self.vague = fit
                if not all(x.is_finite() and x.rad() < arb(2) ** ctx.prec for x in now):
                    raise _Unknown(f"nothing is known of the state after {fit} generations at {ctx.prec} bits")
            if fit >= FIRST_LOOK and fit & (fit - 1) == 0 and self.cycle is None and self.caught(now, fit):
                return self.of(t)
        return now

    def vague_by(self, t: int, found: list[arb] | None) -> int | None:
        """The first generation looked at on the way to t of which half of the bits are lost; None if none is.

        It depends on no other generation that was asked for before.  found: the state after t, None where nothing is known of it.
        """
        if self.vague is not None and self.vague <= t:
            return self.vague
        return t if found is None or _is_vague(found) else None

    def after(self, now: list[arb], fit: int) -> list[arb]:
        """The state after fit number `fit`."""
        clock = arb(fit)
        found = [program(clock, *now) for program in self.step.programs]
        if fit < FIRST_LOOK or not self.step.slopes or all(x.is_exact() for x in now):
            return found
        middle = [x.mid() for x in now]
        gaps = [x - m for x, m in zip(now, middle, strict=True)]
        for i, (program, slopes) in enumerate(zip(self.step.programs, self.step.slopes, strict=True)):
            narrow = program(clock, *middle)
            for slope, gap in zip(slopes, gaps, strict=True):
                narrow += slope(clock, *now) * gap if slope is not None else 0
            if narrow.is_finite() and found[i].is_finite() and narrow.rad() < found[i].rad():
                found[i] = narrow
        return found

    def caught(self, now: list[arb], fit: int) -> bool:
        """Whether a box around the state is mapped into itself by a few generations: no later one leaves these boxes."""
        if not self.step.same or self.step.integrated:
            return False
        wider = [x + arb(0, 8 * x.rad() + abs(x).upper() * arb(2) ** (4 - ctx.prec)) for x in now]
        boxes = [wider]
        for length in range(1, LONGEST_CYCLE + 1):
            boxes.append(self.after(boxes[-1], fit))
            if all(box.contains(x) for box, x in zip(wider, boxes[-1], strict=True)):
                self.cycle = fit, boxes[:length]
                return True
        return False


class _Unknown(ArithmeticError):
    """Nothing is known of a state, at this precision."""


class _Decided(Balls):
    """Balls for a step, of which each condition has a value: 1/x > 0 has none at 0, and no case is to be followed there."""

    @staticmethod
    def compare(op: str, a: arb, b: arb) -> bool | None:
        if a.is_nan() or b.is_nan():
            raise _Unknown("a condition of the step is not seen to have a value there")
        return Balls.compare(op, a, b)


def _is_vague(now: list[arb]) -> bool:
    return not all(good(x, ctx.prec // 2) for x in now)


def _differentiable(after: list[Expr]) -> bool:
    """Whether a step is seen to be differentiable wherever it is finite, in few enough coordinates."""
    functions = {type(f) for x in after for f in x.atoms(Function)}
    if len(after) > MOST_SLOPES or sum(operations(x) for x in after) > MOST_SLOPED:
        return False
    return functions <= DIFFERENTIABLE and not any(x.has(E, Piecewise) for x in after)


def _program(x: Expr, symbols: tuple[Symbol, ...]) -> Callable[..., arb]:
    """An expression as a function of balls; expectations over laws in it are integrated at every call."""
    if x.has(E):
        return lambda *values: with_laws(x, dict(zip(symbols, values, strict=True)))
    return partial(Program(x, symbols), _Decided)


_map = at_precision(_Map)


@lru_cache(maxsize=512)
def _needed(loop: Loop, name: str) -> tuple[str, ...]:
    """The coordinates that one depends on, through whatever others, and itself."""
    now = loop.symbols()
    after, found = loop.step(now), {name}
    while more := {s for s, x in now.items() if s not in found and any(sympify(after[k]).has(x) for k in found)}:
        found |= more
    return tuple(s for s in loop.state if s in found)


def state(loop: Loop, name: str, t: Expr) -> arb:
    """A coordinate of the state after t generations (or in the limit, t = oo) at the current precision."""
    if name not in loop.state:
        raise CannotTell(f"{name} is no coordinate of {loop}")
    names = tuple(loop.state) if isinstance(loop, FiniteLoop) else _needed(loop, name)
    if t is oo and isinstance(loop, FiniteLoop) and _is_selected(loop):
        return _selected(loop)[names.index(name)]
    if t is oo:
        return _limit(loop, names, ctx.prec)[names.index(name)]
    if not t.is_Integer or t < 0:
        raise CannotTell(f"generation {t} is not followed")
    return _after(loop, names, int(t))[names.index(name)]


def _after(loop: Loop, names: tuple[str, ...], t: int) -> list[arb]:
    """Coordinates after t generations, followed with more bits than the current precision where the map loses them."""
    map_ = _map(loop, names)
    most = MOST_INTEGRATED if map_.step.integrated else MOST_OPERATIONS // map_.step.cost
    if map_.step.integrated and t > most:  # no cycle is looked for in it
        raise CannotTell(f"generation {t} is not followed: {most} are where each has an integral of its own")
    looked = t if t <= most else min(most, LONGEST_LOOK)
    try:
        found = map_.of(looked)
    except ArithmeticError as error:
        lost = isinstance(error, _Unknown) or (map_.vague is not None and map_.vague <= looked)
        if map_.step.integrated or not lost:
            raise
        found = None
    vague = map_.vague_by(looked, found)
    if found is not None and (vague is None or map_.step.integrated):
        if t > most and map_.cycle is None:
            raise CannotTell(f"generation {t} is not followed: {most} are, and it is not seen to stay in a cycle")
        return found if t <= most else map_.of(t)
    bits = (
        ctx.prec + 32 + ctx.prec * t * 5 // ((vague or looked) * 8)
    )  # as fast as half of them were lost, and a quarter more
    grain = 1 << max(bits.bit_length() - 3, 0)  # generations that follow one another are followed with the same map
    bits = -(-bits // grain) * grain
    if found and t <= most and t * bits > MOST_WORK:  # what is known, though it is little
        return found
    if t > most or t * bits > MOST_WORK:
        raise CannotTell(f"generation {t} is not followed: about {bits} bits would be lost on the way")
    with precision(bits):
        return _map(loop, names).of(t)


def cycle(loop: Loop, names: tuple[str, ...]) -> list[list[arb]]:
    """Boxes that some coordinates go around for ever, each of them again and again; none where that is not seen."""
    needed = tuple(s for s in loop.state if any(s in _needed(loop, name) for name in names))
    if isinstance(loop, FiniteLoop) or any(sympify(loop.step(loop.symbols())[s]).has(CLOCK, E) for s in needed):
        return []
    boxes = _exact_cycle(loop, needed)
    if not boxes:
        map_ = _map(loop, needed)
        with suppress(ArithmeticError):
            map_.of(min(MOST_OPERATIONS // map_.step.cost, MOST_KEPT))
        boxes = map_.cycle[1] if map_.cycle is not None else []
    places = [needed.index(name) for name in names]
    return [[box[i] for i in places] for box in boxes]


def _exact_cycle(loop: Loop, names: tuple[str, ...]) -> list[list[arb]]:
    """A cycle of rational states, found by following them exactly."""
    seen: list[tuple[Expr, ...]] = []
    symbols = loop.symbols()
    after = {name: sympify(x) for name, x in loop.step(symbols).items()}
    now = tuple(sympify(loop.initial[name]) for name in names)
    while len(seen) <= LONGEST_CYCLE and all(x.is_Rational and x.q.bit_length() <= MOST_BITS for x in now):
        if now in seen:
            return [[to_ball(x) for x in state] for state in seen[seen.index(now) :]]
        seen.append(now)
        now = tuple(after[name].xreplace({symbols[s]: x for s, x in zip(names, now, strict=True)}) for name in names)
    return []


def is_continuous(x: Expr) -> bool:
    """Whether a function of observables is continuous wherever a ball of it is finite."""
    functions = {type(f) for f in x.atoms(Function)}
    powers = (p for p in x.atoms(Pow) if p.exp.has(Observable))
    return functions <= DIFFERENTIABLE | {Abs, Max, Min} and not x.has(Piecewise) and not any(powers)


# ---- the limit ------------------------------------------------------------------------------------------------------


class _Reduced:
    """The step and its Jacobian in some coordinates, on which no other has an effect, at whatever precision; or, of a law, in all
    masses but the last, which is what is left of 1."""

    def __init__(self, loop: Loop, names: tuple[str, ...]):
        if isinstance(loop, FiniteLoop):
            *first, last = loop.state
            names, masses = tuple(first), masses_of(loop)
            symbols = tuple(masses[name] for name in names)
            now = {**dict(zip(names, symbols, strict=True)), last: 1 - Add(*symbols)}
        else:
            now = loop.symbols()
            symbols = tuple(now[name] for name in names)
        stepped = loop.step(now)
        after = {name: sympify(stepped[name]) for name in names}
        if any(x.has(CLOCK, E, *JUMPING) for x in after.values()):
            raise CannotTell(
                f"the limit of {type(loop).__name__} is not enclosed: its step changes, has jumps or integrals"
            )
        self.size = len(names)
        self.initial = [loop.initial[name] for name in names]
        self.step = [Program(after[name], symbols) for name in names]
        self.slopes = [Program(after[name].diff(s), symbols) for name in names for s in symbols]

    @property
    def start(self) -> list[arb]:
        return [to_ball(x) for x in self.initial]

    def after(self, p: list[arb]) -> list[arb]:
        return [program(Balls, *p) for program in self.step]

    def jacobian(self, p: list[arb]) -> arb_mat:
        return arb_mat(self.size, self.size, [program(Balls, *p) for program in self.slopes])

    def moved(self, p: list[arb]) -> list[arb]:
        """A box after one step, by the mean value form: it grows as the map stretches it, no more."""
        middle = [x.mid() for x in p]
        apart = self.jacobian(p) * arb_mat(self.size, 1, [x - y for x, y in zip(p, middle, strict=True)])
        return [x + apart[i, 0] for i, x in enumerate(self.after(middle))]


JUMPING = (floor, ceiling, sign, Piecewise)
_reduced = lru_cache(maxsize=256)(_Reduced)


def _norm(m: arb_mat) -> arb:
    """Of the largest row sum."""
    return reduce(arb.max, (sum((abs(x) for x in row), arb(0)) for row in m.tolist()))


SLOW = 1e-6  # by how little an orbit moves that is left to Newton's method
LONGEST = 10_000  # generations until an orbit is near its limit
NEAR, TOGETHER = (2.0**-12, 2.0**-24, 2.0**-40), 16  # half-widths of where so many steps together contract


@lru_cache(maxsize=256)
def _limit(loop: Loop, names: tuple[str, ...], bits: int) -> list[arb]:
    """The limit of the orbit, in these coordinates: a fixed point by Krawczyk's test; a neighbourhood of it in which the map
    contracts; a generation at which the orbit is so far inside that it cannot leave."""
    map_ = _reduced(loop, names)
    fixed = _fixed_point(map_)
    near, stretch = _contracting(map_, fixed)
    now = map_.start
    for _ in range(LONGEST):
        if all(abs(x - y) * stretch < near for x, y in zip(now, fixed, strict=True)):
            return [*fixed, 1 - sum(fixed, arb(0))] if isinstance(loop, FiniteLoop) else fixed
        now = map_.moved(now)
        if not all(x.is_finite() for x in now):
            raise ArithmeticError("the orbit is lost")
    raise ArithmeticError(f"the orbit is not near its limit after {LONGEST} generations")


def _is_selected(loop: FiniteLoop) -> bool:
    """Whether a loop is curation without real data."""
    return ours(type(loop)) and loop.candidates is not None and loop.candidates[1] is oo and "weight" in loop.tables


def _selected(loop: FiniteLoop) -> list[arb]:
    """The limit of curation without real data: of the atoms that are there the best are left, their masses in proportion."""
    weights, masses = [to_ball(f) for f in loop.tables["weight"]], [to_ball(p) for p in loop.start.masses]
    there = [i for i, p in enumerate(loop.start.masses) if not p.is_zero]
    best = max(there, key=lambda i: float(weights[i]))
    as_good = [i for i in there if loop.tables["weight"][i] == loop.tables["weight"][best]]
    if not all(weights[i] < weights[best] for i in there if i not in as_good):
        raise ArithmeticError("it is not seen which atoms are the best")
    whole = sum((masses[i] for i in as_good), arb(0))
    return [p / whole if i in as_good else arb(0) for i, p in enumerate(masses)]


def _contracting(map_: _Reduced, fixed: list[arb]) -> tuple[float, arb]:
    """The half-width of a neighbourhood of a fixed point in which the map contracts, and by how much it stretches it before."""
    for near in NEAR:
        slope = map_.jacobian([x + arb(0, near) for x in fixed])
        powers: list[arb_mat] = list(accumulate([slope] * TOGETHER, mul))
        if _norm(powers[-1]) < 1:
            return near, reduce(arb.max, (_norm(m) for m in powers), arb(1))
    raise CannotTell("no neighbourhood of the fixed point is seen in which the map contracts")


def _fixed_point(map_: _Reduced) -> list[arb]:
    n, one = map_.size, arb_mat(map_.size, map_.size, [int(i == j) for i in range(map_.size) for j in range(map_.size)])
    middle = [x.mid() for x in map_.start]
    with precision(64):
        before = float("inf")
        for t in range(20_000):  # nothing certified: only a place to look at
            new = [x.mid() for x in map_.after(middle)]
            moved = max(abs(float(x) - float(y)) for x, y in zip(new, middle, strict=True))
            middle = new
            if moved < 1e-12:
                break
            if t % 1000 == 999:
                if not moved < 0.9 * before:
                    raise CannotTell("the orbit is not seen to settle")
                if moved < SLOW:  # Newton's steps, below, go the rest of the way
                    break
                before = moved
        else:
            raise CannotTell("the orbit is not seen to settle")
    for _ in range(8):
        gap = arb_mat(n, 1, [x - y for x, y in zip(middle, map_.after(middle), strict=True)])
        step = (one - map_.jacobian(middle)).solve(gap)
        middle = [(x - step[i, 0]).mid() for i, x in enumerate(middle)]
    radius = arb(2) ** (-ctx.prec * 3 // 4)
    box = [x + arb(0, radius.upper()) for x in middle]
    gap = arb_mat(n, 1, [x - y for x, y in zip(middle, map_.after(middle), strict=True)])
    inverse = (one - map_.jacobian(middle)).inv()
    inverse = arb_mat(n, n, [x.mid() for x in inverse.entries()])
    spread = (one - inverse * (one - map_.jacobian(box))) * arb_mat(n, 1, [arb(0, radius.upper())] * n)
    moved = inverse * gap
    image = [x - moved[i, 0] + spread[i, 0] for i, x in enumerate(middle)]
    if not all(b.contains_interior(x) for x, b in zip(image, box, strict=True)):
        raise ArithmeticError("no fixed point is certified")
    return image


# ---- the method -----------------------------------------------------------------------------------------------------


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    if (problem := of_one_loop(m)) is not None:
        raise CannotTell(problem)
    loop = loop_of(m)
    if any(o.name == "draw" for o in m.atoms(Observable)):
        x = emitted(m.variable, loop)
        states = {o: learn(E(o)) for o in sorted(x.atoms(Observable), key=str)}
        form = law_mean(E(x.xreplace({o: d.form for o, d in states.items()})))
        return Derivation.joined(form, *states.values())
    o = m.variable
    form = at_generation(loop, o.name, o.t, integrated) if isinstance(o, Observable) else None
    if form is None:
        if isinstance(o, Observable) and o.name in loop.state and not isinstance(loop, FiniteLoop) and _is_counted(o.t):
            with suppress(CannotTell):
                return fractional.form(loop, _needed(loop, o.name), o.name, o.t)
            with suppress(CannotTell):
                return odds.form(loop, o.name, o.t)
        what = "law" if isinstance(loop, FiniteLoop) else "state"
        raise CannotTell(f"no form of the {what} after {', '.join(map(str, times_of(m)))} rounds")
    return Derivation(form, steps=[f"{m} from the step, nothing being random"])


def _is_counted(t: Expr) -> bool:
    return t.is_integer is True and t.is_nonnegative is True


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    """Over the laws of fresh draws, in the state at their time."""
    x = m.variable
    for loop in in_order({o.loop for o in x.atoms(Observable)}):
        x = emitted(x, loop)
    balls = {o: state(o.loop, o.name, o.t) for o in in_order(x.atoms(Observable))}
    counts = {o: whole(b) for o, b in balls.items() if b.is_exact()}
    exact = {o: Integer(k) for o, k in counts.items() if k is not None}
    names = {o: Dummy(o.name, real=True) for o in balls}
    states = {names[o]: b for o, b in balls.items()}
    x = x.xreplace({**names, **exact})
    if x.has(Noise):
        has_mean(E(x))
    return with_laws(E(x) if x.has(Noise) else x, states)


def skip(m: Moment) -> str | None:
    if not isinstance(m, E) or not m.has(Observable):
        return "it is no mean in a loop"
    if any(isinstance(o.loop, LikelihoodLoop) for o in m.atoms(Observable)):
        return "its fit is a root: no step in symbols"
    if (problem := unstated(m)) is not None:
        return problem
    return None if all(is_followed(o.loop) for o in m.atoms(Observable)) else "something is random in training"


METHOD = Method("step iterated in balls", skip, derive, enclose)
