"""The ball witness: a claim's sides as rigorous balls, at points, over enumerated integers, on boxes.

One-step moments come from rigorous integration of the step law's densities, generation t from iterating the recursion
in ball arithmetic; probabilities and quantiles of products from contour integrals (`enclosures.py`). Nothing is shared
with the closed forms of the derivation witness but the step itself (rule 5).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from flint import arb, ctx
from sympy import Abs, Add, Dummy, Expr, Ge, Gt, Integer, Mul, S, Symbol, log, oo, sympify

from ..language.balls import Ball, Guarantee, in_floats
from ..language.claims import Claim, Point
from ..language.errors import BadInput, CannotTell
from ..language.laws import Binomial, Centred, ChiSquare, Law, Noise, Normal, Truncated
from ..language.loops import CLOCK, Loop, Observable, PopulationLoop, ours, positive_of
from ..language.moments import W1, E, Moment, PathMax, Prob, Quantile, Var
from ..language.order import in_order
from ..language.verdicts import STRICT, Decision, Finding, Sides, Told, Verdict, decide, measures, telling, worst
from . import structures
from .alone import alone
from .arithmetic import enclosures, quadrature
from .arithmetic.atoms import AtAtom
from .arithmetic.quadrature import evaluate
from .arithmetic.rings import Balls, compile_expr, good, to_ball
from .derive import Infinite, Key, System, _emitted, _gap, _stepped, _times, followed, noise_terms
from .derive import moment as derived
from .existence import Undefined, decided, place, ranges_at, reason
from .methods import chains, deterministic, gaussian, lineages, pools, roots, tournaments
from .methods.chains import is_chain
from .prepared import Part, ShapePart, enumerable, prepare
from .relations import limits
from .symbols.linear import expectation, raw_moments
from .symbols.normal_forms import expand_over, is_zero
from .tails import diverges

MOST_STEPS = 1_000_000  # generations that are iterated: half a second where nothing is coupled
MOST_CHANGING = 1_000  # where each has a row of its own
MOST_INTEGRATED = 200  # where each has laws of its own: integrals
MOST_LISTED = 1_000  # steps of a shape, of which each is looked at


class Doubtful(Exception):
    """A step has a mean that is none, or infinite, and nobody tells whether that matters."""


# ---- moments --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _law_ball(law: Law, power: Expr, logs: int, absolute: int, bits: int) -> arb:
    if power.is_zero and logs == absolute == 0:
        return arb(1)
    if diverges(law, power, absolute):
        raise Infinite(f"E {law}^({power + absolute}) diverges")
    if isinstance(law, ChiSquare) and law.dof == 0 and power > 0 and not logs:
        return arb(0)
    if isinstance(law, ChiSquare):
        try:
            return enclosures.chi_square_moment(to_ball(law.dof), to_ball(power), logs)
        except ValueError as error:
            raise Infinite(str(error)) from error
    if isinstance(law, Normal) and law == Normal(0, 1) and power.is_Integer and power >= 0 and not logs:
        return enclosures.normal_moment(int(power) + absolute, bool(absolute)) if power % 2 == 0 else arb(0)
    if isinstance(law, Binomial) and power.is_Integer and power >= 0 and not logs and not absolute:
        return chains.binomial_moment(to_ball(law.n), to_ball(law.p), int(power))
    if isinstance(law, Centred) and power in (0, 1, 2) and not logs and not absolute:
        return (arb(1), arb(0), to_ball(law.variance))[int(power)]
    if isinstance(law, Truncated) and not logs and not absolute:
        return roots.with_laws(E(Noise("X", law) ** power), {}) if power else arb(1)
    raise CannotTell(f"no integral for {law}: power {power}, logs {logs}")


def _mean_of(powers: Iterable[tuple[Law, tuple[Expr, int, int]]], bits: int) -> arb:
    """The mean of a product of independent draws; oo where one of it is, nan where it is not known to be a number, or oo."""
    out = arb(1)
    for law, (power, logs, absolute) in powers:
        try:
            out *= _law_ball(law, power, logs, absolute, bits)
        except Infinite:
            signed = logs or not (power.is_even or law.support[0].is_nonnegative)
            out *= arb.nan() if signed else arb.pos_inf()
    return out


# of a monomial after a step: (monomial, coefficient, moments of noise, (n, degree, j) for the coefficient of p^j in the
# moment of a Binomial(n, p) whose p depends on the state)
Moments = tuple[tuple[Law, tuple[Expr, int, int]], ...]
Terms = list[tuple[Key, Expr, Moments, tuple[tuple[Expr, int, int], ...]]]


class _Stepped:
    """One step of a loop's monomials in symbols; where the generations differ, with `CLOCK` in it."""

    def __init__(self, loop: Loop):
        self.system, self.terms = System(loop), {}
        self.step = loop.step(self.system.vars)
        after = [sympify(x) for x in self.step.values()]
        self.changing = any(x.has(CLOCK) for x in after)
        new_laws = any(z.law.has(CLOCK) for x in after for z in x.atoms(Noise))
        self.most = MOST_INTEGRATED if new_laws else MOST_CHANGING if self.changing else MOST_STEPS

    def of(self, key: Key) -> Terms:
        if key not in self.terms:
            s, terms = self.system, []
            after = s.monomial(key, self.step)
            after = expand_over(after, *s.vars.values(), *after.atoms(Noise))
            for rest, powers in noise_terms(after, after.atoms(Noise)):
                pieces, moments = [(rest, ())], []
                for z, p in powers.items():
                    if isinstance(z.law, Binomial) and z.law.p.has(*s.vars.values()):
                        degree = int(p[0])
                        pieces = [
                            (x * z.law.p**j, (*known, (z.law.n, degree, j)))
                            for x, known in pieces
                            for j in range(degree + 1)
                        ]
                    else:
                        moments.append((z.law, p))
                for x, shares in pieces:
                    terms += [(k, c, tuple(moments), shares) for k, c in s.read(x).items()]
            self.terms[key] = terms
        return self.terms[key]


@lru_cache(maxsize=512)
def _stepped_once(loop: Loop) -> _Stepped:
    return _Stepped(loop)


class _Rows:
    """One step of a loop's monomials, with the noise integrated in balls."""

    def __init__(self, loop: Loop):
        self.stepped, self.rows, self.programs = _stepped_once(loop), {}, {}
        self.diverge = False  # whether a mean that was met is none, or infinite
        self.system = self.stepped.system

    def at(self, key: Key, fit: int) -> dict[Key, arb]:
        """The row of a monomial at fit number `fit`; the same at all of them unless the generations differ."""
        changing = self.stepped.changing
        name = (key, fit if changing else 0)
        if name not in self.rows:
            now = {CLOCK: Integer(fit)} if changing else {}
            row: dict[Key, arb] = {}
            unknown: list[CannotTell] = []
            for k, c, moments, shares in self.stepped.of(key):
                laws = ((law.xreplace(now), (p.xreplace(now), logs, size)) for law, (p, logs, size) in moments)
                try:
                    factor = _mean_of(laws, ctx.prec)
                except CannotTell as error:
                    unknown.append(error)
                    continue
                self.diverge |= not factor.is_finite()
                for draws, degree, j in shares:
                    factor *= chains.moment_polynomial(to_ball(draws.xreplace(now)), degree)[j]
                if factor == 0 and not (self.system.divides or any(power.is_negative for power, _ in k)):
                    continue  # an odd power: what it multiplies need not be followed, unless it may be infinite
                k = tuple((power.xreplace(now), logs) for power, logs in k) if changing else k
                c = self._coefficient(c, fit)
                if not c.is_zero():  # 0 times what has no mean is 0
                    row[k] = row.get(k, arb(0)) + c * factor
            if any(c == arb.pos_inf() and self._is_positive(k) for k, c in row.items()):
                # then what else there is of these draws, of no mean, or of one unknown, does not matter
                row = {k: c for k, c in row.items() if not c.is_nan()}
            elif unknown:
                raise unknown[0]
            if len(self.rows) > (MOST_CHANGING if changing else 1) * 40:
                raise CannotTell("the monomials do not close under the step")
            self.rows[name] = row
        return self.rows[name]

    def _is_positive(self, key: Key) -> bool:
        return all(
            p == 0 or v.is_positive for (p, logs), v in zip(key, self.system.vars.values(), strict=True)
        ) and not any(logs for _, logs in key)

    def _coefficient(self, c: Expr, fit: int) -> arb:
        if not c.has(CLOCK):
            return to_ball(c)
        if c not in self.programs:
            self.programs[c] = compile_expr(c, (CLOCK,))
        return self.programs[c](Balls, arb(fit))

    def back(self, weights: dict[Key, arb], late: int, early: int) -> dict[Key, arb]:
        """The combination of monomials at generation `early` whose mean equals that of `weights` at `late`."""
        if late - early > self.stepped.most:
            what = "with integrals of their own" if self.stepped.most == MOST_INTEGRATED else "one by one"
            raise CannotTell(f"{late - early} generations are not followed {what}: they are too many to iterate")
        for fit in range(late, early, -1):
            earlier: dict[Key, arb] = {}
            for key, w in weights.items():
                for k, c in self.at(key, fit).items():
                    earlier[k] = earlier.get(k, arb(0)) + w * c
            weights = earlier
        return weights


@lru_cache(maxsize=512)
def _rows(loop: Loop, bits: int) -> _Rows:
    return _Rows(loop)


def _expectation(x: Expr, loop: Loop) -> arb:
    """E x for numeric times and parameters, at the current precision."""
    times = _times(x)
    if not all(t.is_Integer and t >= 0 for t in times):
        raise CannotTell(f"generations {times} are not numbers, 0 or later")
    if isinstance(loop, PopulationLoop):
        balls = {o: roots.state(loop, int(o.t)) for o in in_order(x.atoms(Observable))}
        names = {o: Dummy("o", extended_real=True) for o in balls}
        return compile_expr(x.xreplace(names), tuple(names.values()))(Balls, *balls.values())
    x = _emitted(x, loop)
    if any(isinstance(a, Abs) for a in x.atoms(Abs)):
        while gap := _gap(sorted(_times(x))):  # |mu(t+1) - mu(t)| is |noise| times a monomial
            x = expand_over(_stepped(x, loop, gap[0], gap[0] - 1), Observable, Noise)
    rows = _rows(loop, ctx.prec)
    # pieces: what is left to average (an expression in the state at earlier times) times a ball
    total = arb(0)
    stack = [(rest, powers) for rest, powers in noise_terms(x, x.atoms(Noise))]
    todo: list[tuple[Expr, arb]] = []
    for rest, powers in stack:
        factor = _mean_of(((z.law, p) for z, p in powers.items()), ctx.prec)
        rows.diverge |= not factor.is_finite()
        todo.append((rest, factor))
    while todo:
        y, factor = todo.pop()
        times = sorted(_times(y))
        if not times:
            for rest, powers in noise_terms(y, y.atoms(Noise)):  # of a random start
                share = to_ball(rest)
                if not share.is_zero():
                    total += share * _mean_of(((z.law, p) for z, p in powers.items()), ctx.prec) * factor
            continue
        late, early = times[-1], times[-2] if len(times) > 1 else S.Zero
        now = {Observable(loop, s, late): v for s, v in rows.system.vars.items()}
        for key, c in rows.system.read(y.xreplace(now)).items():
            for k, w in rows.back({key: factor}, int(late), int(early)).items():
                state = {s: Observable(loop, s, early) for s in loop.state} if len(times) > 1 else loop.start_at
                todo.append((c * rows.system.monomial(k, state), w))
    if total == arb.pos_inf():
        raise Infinite(f"E {x} diverges")
    if not total.is_finite() and rows.diverge:
        raise Doubtful(f"whether E {x} exists is not known")
    return total


# ---- probabilities --------------------------------------------------------------------------------------------------


def _product(x: Expr, loop: Loop) -> tuple[list[enclosures.GammaFactor], arb, arb]:
    """A positive monomial x of the state at t (and one |noise|) as (factors, c, a) with log x = log c + a log(product)."""
    x = _emitted(x, loop)
    values = {Observable(loop, s, t): v for t in _times(x) for s, v in _frozen(loop).items()}
    x = x.xreplace(values)
    times = _times(x) or {S.Zero}
    if len(times) > 1:
        raise CannotTell(f"{x}: the law of the state at several generations together is not enclosed")
    (t,) = times
    constant, exponents, factors, used = arb(1), [], [], set()
    for f in Mul.make_args(x):
        base, e = f.as_base_exp()
        if isinstance(base, Abs) and isinstance(base.args[0], Noise):
            if base.args[0].law != Normal(0, 1):
                raise CannotTell(f"no law for |{base.args[0]}|")
            exponents.append(e / 2)
            factors.append(enclosures.GammaFactor(arb(1) / 2, arb(2), 1))  # Z^2 is chi-square with one degree
        elif isinstance(base, Observable) and base.name in positive_of(loop):
            s, now = base.name, System(loop).vars
            v = now[s]
            ratio = loop.step(now)[s] / v
            q = next(iter(ratio.atoms(Noise))) if len(ratio.atoms(Noise)) == 1 else None
            if q is None or ratio.has(*now.values(), CLOCK) or not isinstance(q.law, ChiSquare) or q in used:
                raise CannotTell(f"{s} is not multiplied by a chi-square factor in each step")
            ((rest, powers),) = noise_terms(ratio, {q})
            a, logs, absolute = powers[q]
            if logs or absolute:
                raise CannotTell("the step is not a power of its noise")
            used.add(q)  # what two coordinates share is no product of independent factors
            constant *= (to_ball(rest) ** int(t) * to_ball(loop.initial[s])) ** to_ball(e)
            if t > 0:
                exponents.append(a * e)
                factors.append(enclosures.GammaFactor(to_ball(q.law.dof) / 2, arb(2), int(t)))
        elif f.is_number and f.is_positive:
            constant *= to_ball(f)
        else:
            raise CannotTell(f"{f} is not a power of a positive coordinate")
    if len(set(exponents)) > 1:
        raise CannotTell("factors with different exponents")
    return factors, constant, to_ball(exponents[0] if exponents else S.One)


def _frozen(loop: Loop) -> dict[str, Expr]:
    """State coordinates that no step moves, with their values."""
    s = System(loop).vars
    after = loop.step(s)
    return {name: loop.initial[name] for name, v in s.items() if after[name] == v}


def _log_of(x: Expr) -> tuple[Expr, Expr, Expr] | None:
    """x = shift + slope * log(y) with constant shift and slope: (shift, slope, y)."""
    shift, slope, y = S.Zero, None, S.One
    for term in Add.make_args(x):
        c, r = term.as_independent(Observable, as_Add=False)
        if r == 1:
            shift += c
        elif isinstance(r, log) and slope in (None, c):
            slope, y = c, y * r.args[0]
        else:
            return None
    return None if slope is None else (shift, slope, y)


def _survival(x: Expr, level: Expr, loop: Loop, strict: bool) -> arb:
    """P(x >= level) (or >, if strict) for x a monomial of the state, |draw|, or affine in its logarithm."""
    if isinstance(x, Abs) and (form := _log_of(x.args[0])):
        shift, slope, y = form
        lo, hi = (-level - shift) / slope, (level - shift) / slope
        lo, hi = (lo, hi) if slope.is_positive else (hi, lo)
        factors, c, a = _product(y, loop)
        if not factors:
            raise CannotTell("nothing random at generation 0")
        up, down = (((to_ball(v) - c.log()) / a).exp() for v in (hi, lo))
        return enclosures.tail_probability(factors, up) + enclosures.tail_probability(factors, down, upper=False)
    if (isinstance(x, Abs) and x.args[0].is_Mul) or (isinstance(x, Abs) and _emitted(x.args[0], loop) != x.args[0]):
        inner = _emitted(x.args[0], loop).xreplace(
            {Observable(loop, s, t): v for t in _times(x) for s, v in _frozen(loop).items()}
        )
        x = Mul(*(Abs(f) for f in Mul.make_args(inner)))
    if form := _log_of(x):
        shift, slope, x = form
        if not slope.is_positive:
            raise CannotTell(f"slope {slope} of the logarithm")
        threshold = ((to_ball(level) - to_ball(shift)) / to_ball(slope)).exp()
    else:
        if (level.is_negative and x.is_nonnegative) or (
            level.is_zero and (x.is_positive or (x.is_nonnegative and not strict))
        ):
            return arb(1)
        threshold = to_ball(level)
    factors, c, a = _product(x, loop)
    z = (threshold / c) if a == 1 or not factors else ((threshold / c).log() / a).exp()
    if not factors:  # deterministic
        if z < 1 or (z == 1 and not strict):
            return arb(1)
        if z > 1 or z == 1:
            return arb(0)
        raise CannotTell("an atom at the threshold")
    return enclosures.tail_probability(factors, z, upper=bool(a > 0))


def _loop_of(m: Moment) -> Loop:
    loops = {o.loop for o in m.atoms(Observable)}
    if len(loops) != 1:
        raise CannotTell("more than one loop")
    return loops.pop()


def _value(m: Moment) -> arb:
    m = alone(m)
    descended = any(structures.lineage(o.loop) is not None for o in m.atoms(Observable))
    if descended and isinstance(m, E):
        return lineages.mean(m.variable)
    if not descended and not any(tournaments.is_tournament(o.loop) for o in m.atoms(Observable)):
        followed(m)
    if m.has(PathMax):
        raise CannotTell("a maximum over the path has no closed recursion")
    if isinstance(m, E) and all(deterministic.is_followed(o.loop) for o in m.atoms(Observable)) and m.has(Observable):
        return _followed(m.variable)
    if isinstance(m, E | Prob) and m.has(Observable) and pools.in_pool(m):
        return (pools.mean if isinstance(m, E) else pools.probability)(m.variable, _loop_of(m))
    if oo in _times(m) and not (isinstance(m, Var) or (isinstance(m, E) and is_chain(_loop_of(m)))):
        raise CannotTell("no enclosure at infinite time")
    if isinstance(m, W1):
        return quadrature.wasserstein(*m.args)
    if not m.atoms(Observable):
        _has_mean(m)
        return roots.with_laws(m, {}) if m.atoms(Noise) else to_ball(m.variable)  # else a zeroth power
    loop = _loop_of(m)
    match m:
        case E() if tournaments.is_tournament(loop):
            return tournaments.mean(m.variable, loop)
        case E() if is_chain(loop) and len(_times(m)) == 1 and not chains.is_long(m.variable, loop):
            return chains.mean(m.variable, loop)
        case Prob(variable=(Ge() | Gt()) as event) if is_chain(loop):
            return chains.probability(event, loop)
        case E() if (o := gaussian.only_coordinate(m.variable)) is not None:
            return _of_normal(m.variable, o)
        case E():
            return _expectation(m.variable, loop)
        case Var():
            x = raw_moments(m)
            names = {e: Dummy("e") for e in in_order(x.atoms(E))}
            return compile_expr(x.xreplace(names), tuple(names.values()))(Balls, *(_value(e) for e in names))
        case Prob(variable=(Ge() | Gt()) as event):
            return _survival(event.lhs, event.rhs, loop, isinstance(event, Gt))
        case Quantile():
            form = _log_of(m.variable)
            if form is None:
                raise CannotTell("quantiles of logarithms only")
            shift, slope, y = form
            factors, c, a = _product(y, loop)
            return to_ball(shift) + to_ball(slope) * (c.log() + a * enclosures.quantile(factors, to_ball(m.level)))
        case _:
            raise CannotTell(f"no enclosure for {type(m).__name__}")


def _has_mean(m: Moment) -> None:
    """Raise `Infinite` for powers of draws from laws with heavier tails."""
    noises = m.atoms(Noise)
    try:
        terms = noise_terms(m.variable, noises) if isinstance(m, E) else []
    except CannotTell:  # no power
        return
    for _, powers in terms:
        for z, (power, _, absolute) in powers.items():
            if diverges(z.law, power, absolute):
                raise Infinite(f"E {z.law}^({power + absolute}) diverges")


def _of_normal(f: Expr, o: Observable) -> arb:
    """E of a function of a coordinate that is normal: an integral over its law, whose moments are balls."""
    mean = _value(E(o))
    variance = _value(E(o**2)) - mean**2
    if variance == 0:
        return evaluate(f.xreplace({o: (m := Dummy("m", real=True))}), {m: mean})
    if not variance > 0:
        raise ArithmeticError(f"the variance of {o} is not seen to be positive: {variance}")
    m, v = Dummy("m", real=True), Dummy("v", positive=True)
    return roots.with_laws(E(f.xreplace({o: m + Noise("X", Normal(0, v))})), {m: mean, v: variance})


def _followed(x: Expr) -> arb:
    """E x in loops in which nothing is random but fresh draws: over the laws of these, in the state at their time."""
    for loop in in_order({o.loop for o in x.atoms(Observable)}):
        x = _emitted(x, loop)
    balls = {o: deterministic.state(o.loop, o.name, o.t) for o in in_order(x.atoms(Observable))}
    exact = {o: b.unique_fmpz() for o, b in balls.items() if b.is_exact()}
    whole = {o: Integer(int(k)) for o, k in exact.items() if k is not None}
    names = {o: Dummy(o.name, real=True) for o in balls}
    states = {names[o]: b for o, b in balls.items()}
    x = x.xreplace({**names, **whole})
    if x.has(Noise):
        _has_mean(E(x))
    return roots.with_laws(E(x) if x.has(Noise) else x, states)


@lru_cache(maxsize=20_000)
def value(m: Moment, bits: int = 40) -> Ball:
    """A rigorous ball for a standard moment with numbers for all parameters. Raises `CannotTell` with the reason."""
    if isinstance(m, Prob) and m.variable in (S.true, S.false):
        return Ball(arb(int(m.variable == S.true)), source="trivial event")
    if strangers := sorted(map(str, m.free_symbols)):
        raise CannotTell(f"{m} has no number for {strangers[0]}")
    if (ends := _ends(m)) is not None:
        with enclosures.precision(128):  # one, whoever asks
            low, high = map(_combined, ends)
            return Ball(low.union(high), source="between means of the state")
    source = "integrated step law, iterated" if isinstance(m, E | Var) else "exact law of the product of steps"
    if isinstance(m.variable, Observable) and deterministic.is_followed(m.variable.loop):
        source = "step iterated in balls"
    if not m.has(Loop) or m.has(PopulationLoop):
        source = "rigorous integration over the line"
    bits = bits // 2 if isinstance(m, Quantile) else bits  # a quantile costs a search: its default width is enough
    unit = int(m.has(PopulationLoop))  # a parameter may be 0, and is then not known better by more bits

    def enough(x: arb) -> bool:
        return good(x, bits) or bool(x.rad() < unit * arb(2) ** -bits)

    try:
        return Ball(enclosures.refine(lambda: _value(m), enough, limit=1024), source=source)
    except Infinite:
        if _is_infinite(m):
            return Ball(arb.pos_inf(), source="the one-step integral diverges")
        raise Undefined(reason(m, "undefined, or infinite", "")) from None
    except Doubtful:
        raise Undefined(reason(m, "perhaps undefined, or infinite", "")) from None
    except (NotImplementedError, ArithmeticError) as error:
        raise CannotTell(str(error)) from error


def _is_infinite(m: Moment) -> bool:
    """Whether a moment with a divergent integral is infinite: a mean of what is never negative, or a variance about one
    that is finite."""
    if isinstance(m, Var):
        try:
            return all(value(e).value.is_finite() for e in expectation(m.variable).atoms(E))
        except (CannotTell, Undefined):
            return False
    if not isinstance(m, E):
        return False
    # that a draw is 0 has probability 0, or makes the mean of its inverse infinite all the same
    random = (o for o in m.variable.atoms(Observable, Noise) if not o.is_positive)
    names = {
        o: Dummy("x", **({"positive": True} if o.is_nonnegative else {"real": True, "zero": False})) for o in random
    }
    return bool(m.variable.xreplace(names).is_nonnegative)


def _ends(m: Moment) -> tuple[Expr, Expr] | None:
    """What an observable outside of the state lies between, if that is all that is known of its mean."""
    o = m.variable
    if not (isinstance(m, E) and isinstance(o, Observable)) or not ours(type(o.loop)):
        return None  # a user's word for it proves nothing
    return o.loop.between(o.name, o.t)


def _combined(x: Expr) -> arb:
    """E x, term by term."""
    x = expectation(x)
    names = {m: Dummy("e") for m in in_order(x.atoms(E))}
    return compile_expr(x.xreplace(names), tuple(names.values()))(Balls, *(value(m).value for m in names))


# ---- decisions ------------------------------------------------------------------------------------------------------


FINER = 100  # bits, where a strict relation is not seen
FINEST = (100, 400, 1600)


def moments(part: Part, values, bits: int = 40) -> dict[Symbol, arb]:
    """Balls for the standard moments of a part at a point. Raises `Undefined` for one that is no number, nor infinite."""
    out = {}
    for d, m in part.moments_at(values).items():
        try:
            out[d] = (value(m) if bits == 40 else value(m, bits)).value
        except Undefined:
            named = part.moments[d]
            raise Undefined(reason(named, "undefined, or infinite", place(named, part.symbols, values))) from None
    return out


EQUAL = "the two sides are equal, by derivation: neither is smaller"


def same(a: Expr, b: Expr, moments: Mapping[Symbol, Moment]) -> bool:
    """Whether two sides, with numbers for all variables, are proved to be equal: by the derived forms of their moments."""
    try:
        forms = {d: derived(m) for d, m in moments.items() if (a - b).has(d)}
        if not all(c.is_positive for form in forms.values() for c in form.positive):
            return False
        gap = (a - b).xreplace({d: form.form for d, form in forms.items()})
        return bool(gap.is_finite) and is_zero(gap)
    except (CannotTell, Infinite, NotImplementedError, BadInput):
        return False


def decide_part(part: Part, values, asked: float, balls=None) -> tuple[Decision, arb, arb]:
    """One part at a point, from the moments' balls (this witness's own unless given)."""
    ranges_at(part, values)
    own, balls = not balls, balls or moments(part, values)
    if (found := decided(part, values, balls)) is not None:
        return found, part.side(part.a, values, balls), part.side(part.b, values, balls)
    a, b = (part.side(x, values, balls) for x in (part.a, part.b))
    fallback = None
    if part.claim.scale is not None:
        fallback = to_ball(part.claim.call(part.claim.scale, values))
    decision = decide(part.op, a, b, asked, fallback)
    if part.op in STRICT and not part.moments:  # functions alone: as many bits as it takes
        for bits in FINEST:
            if decision.verdict != Verdict.UNDECIDED:
                break
            a, b = (part.side(x, values, {}, bits) for x in (part.a, part.b))
            decision = decide(part.op, a, b, asked, fallback)
    if part.op in STRICT and decision.verdict == Verdict.UNDECIDED:
        at = {s: sympify(values[n]) for n, s in part.symbols.items()}
        if same(part.a.xreplace(at), part.b.xreplace(at), part.moments_at(values)):
            return replace(decision, verdict=Verdict.REFUTED, margin=(0.0, 0.0), note=EQUAL), a, b
        if own and part.moments:
            balls = moments(part, values, FINER)
            a, b = (part.side(x, values, balls) for x in (part.a, part.b))
            decision = decide(part.op, a, b, asked, fallback)
    if decision.verdict == Verdict.UNDECIDED and any(_ends(m) is not None for m in part.moments.values()):
        raise CannotTell("of a mean only what it lies between is known, and that does not decide")
    return decision, a, b


NEAR_AND_FAR = (1 / 64, 1 / 8, 1 / 2, 3 / 4, 15 / 16, 0.999, 1, 1.001, 17 / 16, 4 / 3, 2, 8, 64)  # times the turn


def decide_shape(part: ShapePart) -> Decision:
    """Every step of a range of integers; of a large one, or of real numbers, steps near the turn and far away."""
    t, a, b = part.shape.limits
    if not a <= part.shape.peak <= b:
        raise Undefined(f"the turn at {part.shape.peak} is not between {a} and {b}")
    free = part.f.free_symbols - set(part.moments) - {t}
    if free:
        raise CannotTell(f"the shape depends on {free}")
    everything = part.whole and b is not oo and b - a <= MOST_LISTED
    steps = part.steps(list(map(Integer, range(int(a), int(b) + 1))) if everything else part.ladder(NEAR_AND_FAR))
    program = compile_expr(part.f, (t, *part.moments))
    heights = {
        x: program(Balls, to_ball(x), *(value(m.xreplace({t: x})).value for m in part.moments.values()))
        for x in {x for _, *ends in steps for x in ends}
    }
    decided, wrong = [], []
    for op, early, late in steps:
        x, y = heights[early], heights[late]
        d = decide(op, x, y)
        decided.append(d)
        if d.verdict != Verdict.SUPPORTED or not ((x < y) if op == "<" else (x > y)):
            wrong_for_sure = d.verdict == Verdict.REFUTED or (
                d.verdict == Verdict.UNDECIDED
                and not any(e.verdict == Verdict.REFUTED for e in wrong)
                and same(*part.heights(early, late))
            )
            verdict = Verdict.REFUTED if wrong_for_sure else Verdict.UNDECIDED
            note = f"step {early} -> {late} does not {'rise' if op == '<' else 'fall'}"
            wrong.append(Decision(verdict, d.margin, d.resolution, d.scale, note))
    if wrong:  # what is told is the step that is wrong by most
        return min(wrong, key=lambda d: (d.verdict != Verdict.REFUTED, d.margin or (0.0, 0.0)))
    if everything:
        note = f"every step of {a}..{b} in balls, {'peak' if part.shape.rises_first else 'valley'} at {part.shape.peak}"
        return Decision(Verdict.PROVED, None, None, "", note)
    return Decision(
        Verdict.SUPPORTED, None, max((d.resolution or 0.0 for d in decided), default=None), decided[0].scale
    )


def enclose(claim: Claim, points: list[Point], asked: float = 0.01) -> list[Finding]:
    """The ball witness's findings: one for the whole domain where it can be enumerated, else one for every point."""
    everything = enumerable(claim)
    if (
        everything
        and len(everything) <= 60
        and (len(everything) > len(points) or all(p.number == i + 1 for i, p in enumerate(points)))
    ):
        start = time.perf_counter()
        found = _whole(claim, everything, asked)
        if found is not None:
            return [Finding(**_base(claim, asked), **found, seconds=time.perf_counter() - start)]
    return [at_point(claim, p, asked) for p in points]


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
                d = (
                    decide_shape(part.at(values))
                    if isinstance(part, ShapePart)
                    else decide_part(part, values, asked)[0]
                )
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


def at_point(claim: Claim, point: Point, asked: float) -> Finding:
    """The ball witness's finding at one point."""
    start = time.perf_counter()
    decisions: list[Decision] = []
    sides: list[Sides | None] = []
    tells: list[Told | None] = []
    note, undefined = "", False
    parts = prepare(claim, point.values).parts
    try:
        for part in parts:
            if isinstance(part, ShapePart):
                decisions.append(decide_shape(part.at(point.values)))
                sides.append(None)
                continue
            d, a, b = decide_part(part, point.values, asked)
            decisions.append(d)
            if part.rate is not None:
                tells.append(limits.told(part, point.values, a, b, moments(part, point.values)))
            sides.append((in_floats(a), in_floats(b)))
        verdict = worst(d.verdict for d in decisions)
        verdict = Verdict.SUPPORTED if verdict == Verdict.PROVED else verdict  # one point is not the domain (rule 3)
    except AtAtom as error:
        verdict, note = Verdict.UNDECIDED, str(error)
    except (CannotTell, BadInput) as error:
        verdict, note = Verdict.LEFT_OUT, f"no ball: {error}"
    except Undefined as error:
        verdict, note, undefined = Verdict.UNDECIDED, str(error), True
    except ArithmeticError as error:
        verdict, note = Verdict.UNDECIDED, f"singular: {error}"
    if verdict == Verdict.UNDECIDED and not undefined and point.origin == "far":  # rule 2: an extra one, for limits
        verdict, note = Verdict.LEFT_OUT, "too far out for these balls"
    part = telling(decisions, verdict)
    shown = decisions[part] if decisions else Decision(verdict)
    margins = [d.margin for d in decisions if d.margin]
    resolution, slack = measures(decisions)
    return Finding(
        **_base(claim, asked),
        verdict=verdict,
        number=point.number,
        point={k: str(v) for k, v in point.values.items()},
        origin=point.origin,
        ends=point.ends,
        margin=shown.margin if verdict == Verdict.REFUTED or not margins else min(margins),
        resolution=resolution,
        slack=slack,
        guarantee=str(Guarantee.RIGOROUS) if verdict != Verdict.LEFT_OUT else "",
        scale=shown.scale,
        sides=tuple(sides),
        part=part,
        told=tuple(filter(None, tells)),
        note=note or shown.note.partition(": about")[0],  # how many replicates more is no question here
        method="ball arithmetic at the point",
        seconds=time.perf_counter() - start,
    )
