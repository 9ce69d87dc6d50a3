"""The ball witness: a claim's sides as rigorous balls, at points, over enumerated integers, on boxes.

One-step moments come from rigorous integration of the step law's densities, generation t from iterating the recursion
in ball arithmetic; probabilities and quantiles of products from contour integrals (`gammas.py`). Nothing is shared
with the closed forms of the derivation witness but the step itself (rule 5).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from math import isfinite, log2
from typing import Any

from flint import arb
from sympy import Abs, Add, Dummy, Expr, Integer, Max, Min, Piecewise, Pow, Rational, S, Sum, Symbol, oo, sympify
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.balls import Ball, Guarantee, in_floats
from ..language.claims import Claim, Point
from ..language.errors import NO_BALL, BadInput, CannotTell, Doubtful, NoLimit, OutOfTime, Tie
from ..language.functions import nuclear, unfold
from ..language.laws import Binomial, Noise, Normal
from ..language.likelihood import Constant
from ..language.loops import Loop, Observable, PopulationLoop
from ..language.moments import E, HittingTime, Limit, Moment, Prob, Quantile, Var
from ..language.order import in_order
from ..language.randomness import is_deterministic
from ..language.verdicts import STRICT, Decision, Finding, Sides, Told, Verdict, decide, summed_up, telling, worst
from .arithmetic.atoms import AtAtom
from .arithmetic.monotone import slopes
from .arithmetic.precision import FIRST, precision, refine
from .arithmetic.programs import compile_expr, good, to_ball
from .arithmetic.quadrature import evaluate
from .arithmetic.rings import Balls
from .existence import NO_MEAN, Undefined, decided, defined_at, derived_at, lost_at, place, reason
from .foreign import surely
from .methods import enclosed_by, moment, roughly
from .prepared import Part, ShapePart, at_most, enumerable, is_bounded_alone, prepare
from .relations.limit import limit_resolution
from .relations.turns import MOST_PLACES, along, quantities
from .structures import without_value
from .symbols.averages import Infinite
from .symbols.linear import expectation
from .symbols.normal_forms import is_zero
from .symbols.powersums import in_harmonics

MOST_LISTED = 1_000  # steps of a shape, of which each is looked at


# ---- moments --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def value(m: Moment, bits: int = 40) -> Ball:
    """A rigorous ball for a standard moment with numbers for all parameters. Raises `CannotTell` with the reason."""
    if isinstance(m, Prob) and m.variable in (S.true, S.false):
        return Ball(arb(int(m.variable == S.true)), source="trivial event")
    if strangers := sorted(map(str, m.free_symbols)):
        raise CannotTell(f"{m} has no number for {strangers[0]}")
    if (square := _most(m)) is not None:
        try:
            with precision(128):  # one, whoever asks
                return Ball(arb(0).union(_combined(square).sqrt()), source="a norm, by the mean of its square")
        except Undefined as error:  # which says nothing of the norm's own mean
            raise CannotTell(str(error)) from error
    if is_bounded_alone(m) and (found := roughly(m)).is_finite():
        return Ball(found, source="a bound, and what is on its other side")
    bits = bits // 2 if isinstance(m, Quantile) else bits  # a quantile costs a search: its default width is enough
    unit = int(m.has(PopulationLoop))  # a parameter may be 0, and is then not known better by more bits

    def enough(x: arb) -> bool:
        return good(x, bits) or bool(x.rad() < unit * arb(2) ** -bits)

    how, endless = "", arb.pos_inf()

    def evaluate() -> arb:
        nonlocal how, endless
        found, how = enclosed_by(m)
        if isinstance(m, Constant) and found in (arb.pos_inf(), arb.neg_inf()):
            endless = found
            raise Infinite
        return found

    try:
        found = refine(evaluate, enough, start=FIRST if bits > 8 else FIRST // 2, limit=max(1024, 4 * bits))
        return Ball(found, source=how)
    except Infinite:
        if _is_infinite(m):
            how = "certified to be infinite" if isinstance(m, Constant) else "the one-step integral diverges"
            return Ball(endless, source=how)
        raise Undefined(reason(m, NO_MEAN, "")) from None
    except Doubtful:
        raise Undefined(reason(m, "perhaps undefined, or infinite", "")) from None
    except (NotImplementedError, ArithmeticError) as error:
        raise CannotTell(str(error)) from error


def _is_infinite(m: Moment) -> bool:
    """Whether a moment with a divergent integral is infinite: a mean of what is never negative, or a variance about one
    that is finite."""
    if isinstance(m, Limit | Constant):
        return True
    if isinstance(m, Var):
        try:
            return all(value(e).value.is_finite() for e in expectation(m.variable).atoms(E))
        except (CannotTell, Undefined):
            return False
    if not isinstance(m, E):
        return False
    if m.has(HittingTime):  # a power of what is never negative
        return True
    # that a draw is 0 has probability 0, or makes the mean of its inverse infinite all the same
    random = (o for o in m.variable.atoms(Observable, Noise) if not o.is_positive)
    names = {
        o: Dummy("x", **({"positive": True} if o.is_nonnegative else {"real": True, "zero": False})) for o in random
    }
    return bool(m.variable.xreplace(names).is_nonnegative)


def _most(m: Moment) -> Expr | None:
    """What the square of a mean is at most, on average, where no more is known of it: of the mean of a nuclear norm.

    That is at most sqrt(d) times the norm of Frobenius, for d columns; the mean is at most the root of the mean square.
    """
    if not (isinstance(m, E) and isinstance(m.variable, nuclear)):
        return None
    d, *entries = m.variable.args
    return d * Add(*(x**2 for x in entries))


def _is_bounded(m: Moment) -> bool:
    """Whether no more is known of it than what it lies between."""
    return _most(m) is not None or is_bounded_alone(m)


def _combined(x: Expr) -> arb:
    """E x, term by term."""
    x = expectation(x)
    names = {m: Dummy("e") for m in in_order(x.atoms(E))}
    return compile_expr(x.xreplace(names), tuple(names.values()))(Balls, *(value(m).value for m in names))


# ---- decisions ------------------------------------------------------------------------------------------------------


FINER = (60, 100)  # bits of the moments, where a strict relation is not seen
FINEST = (100, 400, 1600)
OF_FORMS = (*FINEST, 6400)  # of derived forms, whose sides come closer by a factor in each generation
SHARP = 1e-6  # the resolution of an equality that is sought where more bits cost next to nothing
MOST_INTEGRATED = 320  # where the averages over a step are integrals, each of which takes longer with every bit
MOST_BITS = 16_000  # where sides that are far smaller than their terms cancel: 1000 generations of a rate of 1e-5


def moments(part: Part, values, bits: int = 40) -> dict[Symbol, arb]:
    """Balls for the standard moments of a part at a point. Raises `Undefined` for one that is no number, nor infinite."""
    out = {}
    for d, m in part.moments_at(values).items():
        try:
            out[d] = (value(m) if bits == 40 else value(m, bits)).value
        except Undefined:
            named = part.moments[d]
            raise Undefined(reason(named, NO_MEAN, place(named, part.symbols, values))) from None
    return out


EQUAL = "the two sides are equal, by derivation: neither is smaller"
DERIVED = "in balls of the derived forms"  # where those that are enclosed step by step do not tell


def _forms(moments: Mapping[Symbol, Moment]) -> dict[Symbol, Expr] | None:
    """The derived forms of moments without variables; None where one has none, or holds under a condition that does not."""
    try:
        return {d: _form(m) for d, m in moments.items()}
    except (CannotTell, Infinite, BadInput):
        return None


def _form(m: Moment) -> Expr:
    """The derived form, in which there may be constants with forms of their own."""
    found = moment(m)
    if not all(c.is_positive for c in found.positive):
        raise CannotTell(f"{m} may not exist")
    return found.form.xreplace({c: _form(c) for c in found.form.atoms(Constant)})


def _of_forms(moments: Mapping[Symbol, Moment], most: int) -> Iterator[tuple[int, dict[Symbol, arb]]]:
    """Balls of moments from their derived forms, of which many bits cost little, finer and finer; none where one has no form."""
    if not moments or (forms := _forms(moments)) is None:
        return
    for bits in (n for n in OF_FORMS if n <= most):
        with precision(bits):
            balls = {d: to_ball(form) for d, form in forms.items()}
        yield bits, balls


def _refuted_far_out(part: Part, values, asked: float) -> tuple[Decision, arb, arb] | None:
    """Of a conjecture, at generations that are too many to be followed: that it fails there, in balls of the derived forms of all
    generations, where those are closed. A form supports nothing."""
    if part.claim.file is None or not part.moments:
        return None
    at = {s: sympify(values[n]) for n, s in part.symbols.items()}
    balls: dict[Symbol, arb] = {}
    try:
        for d, m in part.moments.items():
            known = moment(m)
            form = in_harmonics(known.form)  # numbers are put in as balls: powers of rational ones get long
            kept = all(c.xreplace(at).is_positive for c in known.positive)
            if not kept or not all(c.xreplace(at).is_nonzero for c in known.nonzero) or form.has(ExprWithLimits):
                return None
            with precision(FINEST[0]):
                balls[d] = evaluate(form, {s: to_ball(x) for s, x in at.items() if s in form.free_symbols})
    except (CannotTell, Infinite, BadInput, ArithmeticError):
        return None
    a, b = (part.side(x, values, balls) for x in (part.a, part.b))
    decision = decide(part.op, a, b, asked)
    if decision.verdict != Verdict.REFUTED:
        return None
    return replace(decision, note=", ".join(filter(None, (decision.note, DERIVED)))), a, b


def same(a: Expr, b: Expr, moments: Mapping[Symbol, Moment]) -> bool:
    """Whether two sides, with numbers for all variables, are proved to be equal: by the derived forms of their moments."""
    forms = _forms({d: m for d, m in moments.items() if (a - b).has(d)})
    if forms is None or _is_away_from_0(gap := (a - b).xreplace(forms)):
        return False
    return _vanishes(gap)


def _is_away_from_0(gap: Expr) -> bool:
    """Whether a number is seen to be other than 0 in balls: a power of a root with many digits is no polynomial to be divided."""
    for bits in () if gap.has(ExprWithLimits) else OF_FORMS:
        try:
            with precision(bits):
                if to_ball(gap) != 0:
                    return True
        except (CannotTell, ArithmeticError, BadInput):
            return False
    return False


@surely
def _vanishes(gap: Expr) -> bool:
    return bool(gap.is_finite) and is_zero(gap)


def decide_part(part: Part, values, asked: float) -> tuple[Decision, arb, arb]:
    """One part at a point, from the moments' balls."""
    defined_at(part, values)
    part = part.unrolled(values)
    try:
        balls = moments(part, values)
    except NoLimit as error:
        if (found := _without_limit(part, values, error)) is None:
            raise
        return found
    except CannotTell:
        if (found := _refuted_far_out(part, values, asked)) is None:
            raise
        return found
    if (found := decided(part, values, balls)) is not None:
        return found, part.side(part.a, values, balls), part.side(part.b, values, balls)
    fallback = None if part.claim.scale is None else to_ball(part.claim.call(part.claim.scale, values))

    def at_balls(balls: Mapping[Symbol, arb], bits: int = 40) -> tuple[Decision, arb, arb]:
        a, b = (part.side(x, values, balls, bits) for x in (part.a, part.b))
        return decide(part.op, a, b, asked, fallback), a, b

    decision, a, b = at_balls(balls)
    if part.moments and any(x.is_nan() for x in (a, b)):
        derived_at(part, values)
    number = not part.moments and not part.symbols  # one pair of numbers: nearly equal is not equal
    if not part.moments and (part.op in STRICT or number):  # functions alone: as many bits as it takes
        for bits in FINEST:
            if decision.verdict == Verdict.UNDECIDED or (number and not _apart(part, decision)):
                decision, a, b = at_balls({}, bits)
    bounded = any(map(_is_bounded, part.moments.values()))  # of which more bits tell no more
    if part.op in STRICT and decision.verdict == Verdict.UNDECIDED:
        at = {s: sympify(values[n]) for n, s in part.symbols.items()}
        if same(part.a.xreplace(at), part.b.xreplace(at), part.moments_at(values)):
            return replace(decision, verdict=Verdict.REFUTED, margin=(0.0, 0.0), note=EQUAL), a, b
        for bits in FINER if part.moments and not bounded else ():
            if decision.verdict == Verdict.UNDECIDED:
                decision, a, b = at_balls(moments(part, values, bits), bits)
        if decision.verdict == Verdict.UNDECIDED:  # the sides may be close to within 1e-100
            integrals = any(x.has(ExprWithLimits) for x in (part.a, part.b))  # of which every bit takes time
            most = FINEST[1] if integrals else OF_FORMS[-1]
            for bits, derived in _of_forms(part.moments_at(values), most):
                decision, a, b = at_balls(derived, bits)
                if decision.verdict != Verdict.UNDECIDED:  # it leans on the derivation, and says so
                    return replace(decision, note=f"{decision.note}, {DERIVED}"), a, b
    elif part.moments and not bounded and _coarse(decision, part.op, SHARP):
        exact = all(map(_without_integrals, {loop for m in part.moments.values() for loop in m.atoms(Loop)}))
        goal, most = (min(asked, SHARP), MOST_BITS) if exact else (asked, MOST_INTEGRATED)
        helps = decision.resolution is not None or _divides_by_moments(part)
        for bits in _lacking(decision.resolution, goal, most) if helps else ():
            if _coarse(decision, part.op, goal):
                decision, a, b = at_balls(moments(part, values, bits), bits)
    if decision.verdict == Verdict.UNDECIDED and bounded:
        bounds = ", ".join(map(str, in_order(filter(_is_bounded, part.moments.values()))))
        raise CannotTell(f"of {bounds} only what it lies between is known, and that does not decide")
    return decision, a, b


def _without_limit(part: Part, values, error: NoLimit) -> tuple[Decision, arb, arb] | None:
    """That something tends to a number is refuted at one of two places to which it comes back for ever: that is another."""
    limits = [d for d, m in part.moments.items() if isinstance(m, Limit)]
    if part.op != "==" or len(part.moments) != 1 or part.a not in limits or part.b.has(*limits):
        return None
    b = part.side(part.b, values, {})
    for a in error.places:
        if (found := decide(part.op, a, b)).verdict == Verdict.REFUTED:
            return replace(found, note=str(error)), a, b
    return None


def _coarse(decision: Decision, op: str, goal: float) -> bool:
    """Whether more bits may tell more: nothing is decided, or an equality less sharply than is wanted."""
    if decision.verdict == Verdict.UNDECIDED:
        return True
    return op == "==" and decision.verdict == Verdict.SUPPORTED and (decision.resolution or 0) > goal


def _divides_by_moments(part: Part) -> bool:
    """Whether a side divides by moments, which more bits may tell from zero, unlike a number that is zero."""
    return any(
        x.exp.could_extract_minus_sign() and not x.base.free_symbols.isdisjoint(part.moments)
        for side in (part.a, part.b)
        for x in side.atoms(Pow)
    )


def _apart(part: Part, decision: Decision) -> bool:
    """Whether more bits tell no more: an inequality that holds strictly, or what is refuted."""
    if decision.verdict != Verdict.SUPPORTED:
        return True
    return part.op != "==" and decision.margin is not None and decision.margin[0] > 0


@lru_cache(maxsize=512)
def _without_integrals(loop: Loop) -> bool:
    """Whether the averages over a step are sums and known moments: of normal, binomial and listed draws, or of none."""
    if is_deterministic(loop):
        return True
    try:
        laws = {z.law for x in loop.step(loop.symbols()).values() for z in sympify(x).atoms(Noise)}
    except NotImplementedError:
        return False
    return all(isinstance(law, Normal | Binomial) or law.values() is not None for law in laws)


def _lacking(resolution: float | None, asked: float, most: int) -> tuple[int, ...]:
    """How many bits the moments would need for the resolution that is asked for, and the most."""
    if resolution is None:  # a difference of moments, by which a side divides, is not told from zero
        return (MOST_INTEGRATED, most) if most > MOST_INTEGRATED else (most,)
    bits = 80 + int(log2(resolution / asked)) if isfinite(resolution) else most
    return (bits, most) if bits < most else (most,)


FINE = (200, 2000)  # bits of a function alone, where a step of it is not seen
NEAR_AND_FAR = (1 / 64, 1 / 8, 1 / 2, 3 / 4, 15 / 16, 0.999, 1, 1.001, 17 / 16, 4 / 3, 2, 8, 64)  # times the turn
ALONG = 64  # places on either side of the turn
BESIDE = range(4, 28, 4)  # of a place where something turns: the distance in halvings
DIGITS = 40  # of an end or a turn that is no fraction, more than slopes are known to
CLOSE_AND_OUT = (*(1 + s * 2.0**-k for k in range(6, 20) for s in (-1, 1)), *(2.0 ** (k / 4) for k in range(1, 81)))


def decide_shape(part: ShapePart) -> Decision:
    """Every step of a range of integers; of a large one, or of real numbers, steps near the turn and far away."""
    t, a, b = part.shape.limits
    if not (at_most(a, part.shape.peak) and at_most(part.shape.peak, b)):
        raise Undefined(f"the turn at {part.shape.peak} is not between {a} and {b}")
    free = part.f.free_symbols - set(part.moments) - {t}
    if free:
        raise CannotTell(f"the shape depends on {free}")
    everything = part.whole and b is not oo and b - a <= MOST_LISTED
    steps = part.steps(list(map(Integer, range(int(a), int(b) + 1))) if everything else part.ladder(NEAR_AND_FAR))
    program, heights, left_out = compile_expr(part.f, (t, *part.moments)), {}, []
    for x in {x for _, *ends in steps for x in ends}:
        try:
            heights[x] = program(Balls, to_ball(x), *(value(m.xreplace({t: x})).value for m in part.moments.values()))
        except (CannotTell, BadInput) as why:  # a range of real numbers is open where a loop has none
            if part.whole or x not in (a, b) or not (isinstance(why, BadInput) or _has_none(part, x)):
                raise
            left_out.append(f"at {t} {'>' if x == a else '<'} {x}")
    steps = [step for step in steps if heights.keys() >= {*step[1:]}]
    if not steps:
        raise CannotTell(f"no two values of {t} on one side of its turn were found")
    decided, wrong = [], []
    for op, early, late in steps:
        x, y = heights[early], heights[late]
        d = decide(op, x, y)
        for bits in () if part.moments else FINE:
            if d.verdict == Verdict.UNDECIDED:
                with precision(bits):
                    x, y = (program(Balls, to_ball(v)) for v in (early, late))
                d = decide(op, x, y)
        decided.append(d)
        if d.verdict != Verdict.SUPPORTED or not ((x < y) if op == "<" else (x > y)):
            wrong_for_sure = d.verdict == Verdict.REFUTED or (
                d.verdict == Verdict.UNDECIDED
                and not any(e.verdict == Verdict.REFUTED for e in wrong)
                and same(*part.heights(early, late))
            )
            verdict = Verdict.REFUTED if wrong_for_sure else Verdict.UNDECIDED
            wrong.append(_wrong_step(verdict, d, op, early, late))
    if part.moments and not (everything or wrong) and (alone := _alone(part)) is not None:
        further = compile_expr(alone.f, (t,))
        seen = [*_further_off(alone, further), *([] if part.whole else _all_along(alone, further))]
        wrong += [d for d in seen if d.verdict == Verdict.REFUTED]  # a doubt about a form is none about its moments
    if not (everything or wrong or part.moments or part.f.has(ExprWithLimits)):
        wrong += _further_off(part, program)
    if not (part.whole or wrong or part.moments):
        wrong += _all_along(part, program)
    if wrong:  # what is told is the step that is wrong by most
        return min(wrong, key=lambda d: (d.verdict != Verdict.REFUTED, d.margin or (0.0, 0.0)))
    if everything:
        note = f"every step of {a}..{b} in balls, {'peak' if part.shape.rises_first else 'valley'} at {part.shape.peak}"
        return Decision(Verdict.PROVED, None, None, "", note)
    resolution = max((d.resolution or 0.0 for d in decided), default=None)
    return Decision(Verdict.SUPPORTED, None, resolution, decided[0].scale, ", ".join(sorted(left_out)))


def _has_none(part: ShapePart, x: Expr) -> bool:
    """Whether a loop has surely no value there: at its numbers a start, a step or a draw divides by 0, say."""
    there = (m.xreplace({part.shape.bound: x}) for m in part.moments.values())
    return any(without_value(loop) is not None for m in there for loop in m.atoms(Loop))


def _alone(part: ShapePart) -> ShapePart | None:
    """The part with the forms of its moments put in, a function alone; None where one has none, or has it on a condition."""
    t = part.shape.bound
    try:
        found = {d: moment(m) for d, m in part.moments.items()}
    except NO_BALL:
        return None
    f = part.f.xreplace({d: x.form for d, x in found.items()})
    f = f.xreplace({e: e.doit() for e in f.atoms(Sum) if e.function.is_polynomial(*e.bound_symbols)})
    if any(x.positive or x.nonzero for x in found.values()) or f.free_symbols != {t} or f.has(ExprWithLimits):
        return None
    return replace(part, moments={}, f=f)


def _where_it_turns(part: ShapePart) -> Iterator[Rational]:
    """Places in the range at which something in a function alone turns, such as where a case begins; of real numbers close beside
    them: a fraction is no number of Arb's, so that at the place itself a case is not told."""
    t, a, b = part.shape.limits
    for x in dict.fromkeys(quantities(part.f, {t})):
        for at in islice(along(x, t), MOST_PLACES):
            room = max(abs(at - a), Rational(1))
            beside = [0] if part.whole else [s * room / 2**k for k in BESIDE for s in (1, -1)]
            yield from (at + d for d in beside if a <= at + d <= b)


def _wrong_step(verdict: Verdict, d: Decision, op: str, early: Expr, late: Expr) -> Decision:
    note = f"step {early} -> {late} does not {'rise' if op == '<' else 'fall'}"
    return Decision(verdict, d.margin, d.resolution, d.scale, note)


def _further_off(part: ShapePart, program: Callable) -> list[Decision]:
    """Steps of a function alone that are surely wrong: small ones all along the range, down to the turn and far out.

    What these do not decide is no doubt: a function that levels off does so beyond any number of bits.
    """
    _, a, b = part.shape.limits
    along, factors = [k / ALONG for k in range(1, ALONG)], [*CLOSE_AND_OUT]
    left, right = sympify(part.shape.peak - a), b - part.shape.peak
    factors += along if b is oo or left.is_zero else [*along, *(1 + float(right / left) * k for k in along)]
    wrong, reach = [], NEAR_AND_FAR[-1] * float(left)
    for op, early, late in part.steps([*part.ladder(factors), *_where_it_turns(part)]):
        try:
            x, y = (program(Balls, to_ball(v)) for v in (early, late))
        except NO_BALL:
            continue
        d = decide(op, x, y)
        flat = False
        if (
            d.verdict == Verdict.UNDECIDED and x.mid() == y.mid() and late - a <= reach
        ):  # farther out what is exact is long
            low, high, _ = part.heights(early, late)
            flat = low == high
        if d.verdict == Verdict.REFUTED or flat:
            wrong.append(_wrong_step(Verdict.REFUTED, d, op, early, late))
    return wrong


def _all_along(part: ShapePart, program: Callable) -> list[Decision]:
    """The slope of a function alone on every interval of the range; where its sign is not told, the shape is in doubt."""
    _, a, b = part.shape.limits
    low, middle, high = (
        Fraction(str(Rational(x.n(DIGITS)))) for x in (a, part.shape.peak, part.shape.peak if b is oo else b)
    )
    out, derivative = [], _derivative(part)
    for first, last, far, rises in ((low, middle, False, True), (middle, high, b is oo, False)):
        rises = rises == part.shape.rises_first
        if first == last and not far:
            continue
        try:
            found = slopes(program, derivative, first, last, middle, rises, far)
        except CannotTell:  # cases, integrals: they have no slopes here
            return out
        op = "<" if rises else ">"
        doubt = found.left[0] if found.left else None
        for verdict, ends in ((Verdict.REFUTED, found.wrong), (Verdict.UNDECIDED, doubt)):
            if ends is not None:
                early, late = (Rational(x.numerator, x.denominator) for x in ends)
                out.append(_wrong_step(verdict, Decision(verdict, None, None), op, early, late))
    return out


def _derivative(part: ShapePart) -> Callable | None:
    """That of a function alone, compiled; None where it is not smooth."""
    if part.f.has(Max, Min, Abs, Piecewise):
        return None
    try:
        return compile_expr(unfold(part.f).diff(part.shape.bound), (part.shape.bound,))
    except CannotTell:
        return None


def decision(part: Part | ShapePart, values, asked: float) -> Decision:
    """What the balls say of one part at a point."""
    if isinstance(part, ShapePart):
        lost_at(part, values)
        return decide_shape(part.at(values))
    return decide_part(part, values, asked)[0]


Limited = Callable[[], AbstractContextManager[Any]]  # a block that raises `OutOfTime` once its time is over


def enclose(claim: Claim, points: list[Point], asked: float = 0.01, limit: Limited = nullcontext) -> list[Finding]:
    """The ball witness's findings: one for the whole domain where it can be enumerated, else one for every point.

    limit: of the time of one point. What takes longer is left out there, and keeps nothing from being found elsewhere.
    """
    everything = enumerable(claim)
    if (
        everything
        and len(everything) <= 60
        and (len(everything) > len(points) or all(p.number == i + 1 for i, p in enumerate(points)))
    ):
        start, found = time.perf_counter(), None
        with suppress(OutOfTime), limit():
            found = _whole(claim, everything, asked)
        if found is not None:
            return [Finding(**_base(claim, asked), **found, seconds=time.perf_counter() - start)]
    return [at_point(claim, p, asked, limit) for p in points]


def _base(claim: Claim, asked: float) -> dict:
    return {
        "claim": claim.id,
        "family": claim.family,
        "witness": "ball",
        "expected": claim.expected,
        "resolution_asked": asked,
    }


def _whole(claim: Claim, everything: list[dict], asked: float) -> dict | None:
    """The whole domain, value by value: proved if every relation holds strictly, refuted at the first that fails."""
    if any(isinstance(p, Part) and p.rate is not None for p in prepare(claim, everything[0]).parts):
        return None  # a limit is not reached
    for values in everything:
        for part in prepare(claim, values).parts:
            try:
                d = decision(part, values, asked)
            except (CannotTell, BadInput, ArithmeticError):
                return None
            if d.verdict == Verdict.REFUTED:
                return None  # the points tell where
            strictly = d.verdict == Verdict.PROVED or (
                isinstance(part, Part) and part.op != "==" and d.margin is not None and d.margin[0] > 0
            )
            if not strictly:
                return None
    return {
        "verdict": Verdict.PROVED,
        "guarantee": str(Guarantee.RIGOROUS),
        "method": "enumeration in balls",
        "certificate": (f"all {len(everything)} values of the domain, each in ball arithmetic, strictly",),
    }


def at_point(claim: Claim, point: Point, asked: float, limit: Limited = nullcontext) -> Finding:
    """The ball witness's finding at one point; `limit` as of `enclose`."""
    start = time.perf_counter()
    decisions: list[Decision] = []
    sides: list[Sides | None] = []
    tells: list[Told | None] = []
    note, undefined = "", False
    parts = prepare(claim, point.values).parts
    try:
        with limit():
            for part in parts:
                if isinstance(part, ShapePart):
                    decisions.append(decision(part, point.values, asked))
                    sides.append(None)
                    continue
                d, a, b = decide_part(part, point.values, asked)
                decisions.append(d)
                if part.rate is not None:
                    tells.append(limit_resolution(part, point.values, a, b, moments(part, point.values)))
                sides.append((in_floats(a), in_floats(b)))
        verdict = worst(d.verdict for d in decisions)
        verdict = Verdict.SUPPORTED if verdict == Verdict.PROVED else verdict  # one point is not the domain (rule 3)
    except (AtAtom, Tie) as error:
        verdict, note = Verdict.UNDECIDED, str(error)
    except (CannotTell, BadInput) as error:
        verdict, note = Verdict.LEFT_OUT, f"no ball: {error}"
    except OutOfTime:
        verdict, note = Verdict.LEFT_OUT, "no ball: it takes too long at this point"
        decisions, sides, tells = [], [], []
    except Undefined as error:
        verdict, note, undefined = Verdict.UNDECIDED, str(error), True
    except ArithmeticError as error:
        verdict, note = Verdict.UNDECIDED, f"singular: {error}"
    if verdict == Verdict.UNDECIDED and not undefined and point.origin == "far":  # rule 2: an extra one, for limits
        verdict, note = Verdict.LEFT_OUT, "too far out for these balls"
    told = decisions[telling(decisions, verdict)].note if decisions else ""
    return Finding(
        **_base(claim, asked),
        verdict=verdict,
        number=point.number,
        point={k: str(v) for k, v in point.values.items()},
        origin=point.origin,
        ends=point.ends,
        **summed_up(decisions, verdict),
        guarantee=str(Guarantee.RIGOROUS) if verdict != Verdict.LEFT_OUT else "",
        sides=tuple(sides),
        told=tuple(filter(None, tells)),
        note=note or told.partition(": about")[0],  # how many replicates more is no question here
        method="ball arithmetic at the point",
        seconds=time.perf_counter() - start,
    )
