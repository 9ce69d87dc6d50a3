"""Moments by recursion in balls: one step's integrals by rigorous integration, generation t by iterating it.

Nothing is shared with the closed forms of the derivation witness but the step itself (rule 5); of normal draws at thousands of
bits, which only sides that cancel ask for, the textbook's moments.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache, partial
from itertools import product

from flint import arb, ctx
from sympy import Abs, Expr, Integer, Mul, S, factorial2, oo, sympify

from ...language.errors import CannotTell, Doubtful
from ...language.laws import (
    Beta,
    Binomial,
    Centred,
    ChiSquare,
    Exponential,
    Gamma,
    Geometric,
    Law,
    NegativeBinomial,
    Noise,
    Normal,
    Poisson,
    Uniform,
)
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E
from ..arithmetic import binomials, gammas
from ..arithmetic.means import with_laws
from ..arithmetic.precision import at_precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Balls
from ..symbols.averages import Infinite, Powers, degree, in_common, may_diverge, noise_terms
from ..symbols.normal_forms import expand_over
from .closure import Key, System
from .steps import emitted, gap_of, stepped, times_of

MOST_STEPS = 1_000_000  # generations that are iterated: half a second where nothing is coupled
MOST_CHANGING = 1_100  # where each has a row of its own: t = 1000, and some generations more
MOST_BITS = 640  # of an integral over a normal law
MOST_INTEGRATED = 200  # where each has laws of its own: integrals
FEW_TRIALS = 16


@partial(at_precision, most=20_000)
def law_ball(law: Law, power: Expr, logs: int, absolute: int) -> arb:
    """E X^power log(X)^logs |X|^absolute by rigorous integration, at the current precision. Raises `Infinite`."""
    if power.is_zero and logs == absolute == 0:
        return arb(1)
    if law.diverges(power, absolute):
        raise Infinite(f"E {law}^({power + absolute}) diverges")
    match law:
        case ChiSquare() if law.dof == 0 and power > 0 and not logs:
            return arb(0)
        case ChiSquare():
            try:
                return gammas.chi_square_moment(to_ball(law.dof), to_ball(power + absolute), logs)
            except ValueError as error:
                raise Infinite(str(error)) from error
        case Exponential() | Gamma():
            return _of_gamma(law, to_ball(power + absolute), logs)
        case Beta() if logs == 0:
            a, b = map(to_ball, law.args)
            shifted = a + to_ball(power + absolute)
            return arb(1).beta_lower(shifted, b) / arb(1).beta_lower(a, b)
        case Uniform() if law.args[0] == 0 and logs == 0 and not power.is_Integer:
            p, high = to_ball(power + absolute), to_ball(law.args[1])
            return high**p / (1 + p)
        case Centred() if power in (0, 1, 2) and not logs and not absolute:
            return (arb(1), arb(0), to_ball(law.variance))[int(power)]
    if not (power.is_Integer and power >= 0 and not logs):
        raise CannotTell(f"no integral for {law}: power {power}, logs {logs}")
    match law:
        case Normal() if law == Normal(0, 1):
            if power % 2 == 1:
                return arb(0)
            if absolute % 2 == 0 and ctx.prec > MOST_BITS:
                return to_ball(factorial2(power + absolute - 1))  # 1 * 3 * ...: an integral would take minutes
            half = to_ball((power + absolute) / 2)  # the square of a draw is chi-square
            return gammas.chi_square_moment(arb(1), half)
        case Poisson() | Geometric() | NegativeBinomial():
            return to_ball(law.moment(power + absolute)[0])
        case Binomial():
            return binomials.binomial_moment(to_ball(law.n), to_ball(law.p), int(power) + absolute)
        case _:
            x = Noise("X", law)
            return with_laws(E(x**power * Abs(x) ** absolute), {})


def _of_gamma(law: Exponential | Gamma, power: arb, logs: int) -> arb:
    """scale/2 times a chi-square, of two degrees or of twice as many as the shape says."""
    half, dof = to_ball(law.scale) / 2, 2 * to_ball(law.shape) if isinstance(law, Gamma) else arb(2)
    try:
        parts = [gammas.chi_square_moment(dof, power, j) for j in range(logs + 1)]
    except ValueError as error:
        raise Infinite(str(error)) from error
    total = sum((math.comb(logs, j) * half.log() ** (logs - j) * part for j, part in enumerate(parts)), arb(0))
    return half**power * total


def mean_of(powers: Powers) -> arb:
    """The mean of a product of draws; oo where one of it is, nan where it is not known to be a number, or oo."""
    shared, alone = in_common(powers)
    out = arb(1)
    for joint, js in shared:
        n, masses = to_ball(joint.n), [to_ball(joint.masses[i]) for i in js]
        total = arb(0)
        for lower in product(*(range(1, a + 1) for a in js.values())):
            chance = arb(1)
            for p, j in zip(masses, lower, strict=True):
                chance *= p**j
            total += binomials.mixed_weight(n, tuple(js.values()), lower) * chance
        out *= total
    return out * _of_laws(((z.law, p) for z, p in alone.items()))


def _of_laws(powers: Iterable[tuple[Law, tuple[Expr, int, int]]]) -> arb:
    """As `mean_of`, of independent draws by their laws."""
    out = arb(1)
    for law, (power, logs, absolute) in powers:
        try:
            out *= law_ball(law, power, logs, absolute)
        except Infinite:
            signed = logs or not (power.is_even or law.support[0].is_nonnegative)
            out *= arb.nan() if signed else arb.pos_inf()
    return out


# of a monomial after a step: (monomial, coefficient, moments of noise, (n, degrees, js) for the coefficient of prod p_i^(j_i) in
# the mean of counts to these degrees, of n draws whose p_i depend on the state)
Moments = tuple[tuple[Law, tuple[Expr, int, int]], ...]
Shares = tuple[tuple[Expr, tuple[int, ...], tuple[int, ...]], ...]
Terms = list[tuple[Key, Expr, Moments, Shares]]


def _is_cheap(law: Law) -> bool:
    """Whether its moments are sums of a few terms, no integrals."""
    few = isinstance(law, Binomial) and law.n.is_Integer and law.n <= FEW_TRIALS
    return few or isinstance(law, Poisson | Geometric | NegativeBinomial)


class _Stepped:
    """One step of a loop's monomials in symbols; where the generations differ, with `CLOCK` in it."""

    def __init__(self, loop: Loop):
        self.system, self.terms = System(loop), {}
        self.step = loop.step(self.system.vars)
        after = [sympify(x) for x in self.step.values()]
        self.changing = any(x.has(CLOCK) for x in after)
        new_laws = any(z.law.has(CLOCK) and not _is_cheap(z.law) for x in after for z in x.atoms(Noise))
        self.most = MOST_INTEGRATED if new_laws else MOST_CHANGING if self.changing else MOST_STEPS

    def of(self, key: Key) -> Terms:
        if key not in self.terms:
            s, terms = self.system, []
            after = s.monomial(key, self.step)
            after = expand_over(after, *s.vars.values(), *after.atoms(Noise))
            for rest, powers in noise_terms(after, after.atoms(Noise)):
                pieces: list[tuple[Expr, Shares]] = [(rest, ())]
                moments = []
                shared, alone = in_common(powers)
                for joint, js in shared:
                    lists = [range(1, a + 1) for a in js.values()]
                    masses = [joint.masses[i] for i in js]
                    pieces = _in_shares(pieces, joint.n, tuple(js.values()), masses, list(product(*lists)))
                for z, p in alone.items():
                    if isinstance(z.law, Binomial) and z.law.p.has(*s.vars.values()):
                        most = degree(z, p)
                        pieces = _in_shares(pieces, z.law.n, (most,), [z.law.p], [(j,) for j in range(most + 1)])
                    elif isinstance(z.law, Poisson) and z.law.mean.has(*s.vars.values()):
                        pieces = [(x * z.law.moment(Integer(degree(z, p)))[0], shares) for x, shares in pieces]
                    else:
                        moments.append((z.law, p))
                for x, shares in pieces:
                    terms += [(k, c, tuple(moments), shares) for k, c in s.read(x).items()]
            self.terms[key] = terms
        return self.terms[key]


def _in_shares(
    pieces: list[tuple[Expr, Shares]],
    n: Expr,
    degrees: tuple[int, ...],
    masses: list[Expr],
    lowers: list[tuple[int, ...]],
) -> list[tuple[Expr, Shares]]:
    """Each piece times the mean of counts to these degrees, a term for each product of powers of their probabilities."""
    return [
        (x * Mul(*(p**j for p, j in zip(masses, lower, strict=True))), (*known, (n, degrees, lower)))
        for x, known in pieces
        for lower in lowers
    ]


_stepped_once = lru_cache(maxsize=512)(_Stepped)


class _Rows:
    """One step of a loop's monomials, with the noise integrated in balls.

    doubtful: whether what a draw of mean 0 multiplies may have no mean, so that it is followed, too.
    """

    def __init__(self, loop: Loop, doubtful: bool):
        self.doubtful = doubtful
        self.stepped, self.rows, self.programs = _stepped_once(loop), {}, {}
        self.numbers: dict[Key, int] = {}
        self.keys: list[Key] = []
        self.by_number: dict[tuple[int, int], list[tuple[int, arb]]] = {}
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
                    factor = _of_laws(laws)
                except CannotTell as error:
                    unknown.append(error)
                    continue
                self.diverge |= not factor.is_finite()
                for draws, degrees, lower in shares:
                    n = to_ball(draws.xreplace(now))
                    alone = len(degrees) == 1
                    factor *= (
                        binomials.moment_polynomial(n, degrees[0])[lower[0]]
                        if alone
                        else binomials.mixed_weight(n, degrees, lower)
                    )
                if factor == 0 and not (self.doubtful or any(power.is_negative for power, _ in k)):
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
        left = {self._number(key): w for key, w in weights.items()}
        for fit in range(late, early, -1):
            earlier: dict[int, arb] = {}
            for number, w in left.items():
                for k, c in self._numbered(number, fit):
                    earlier[k] = earlier[k] + w * c if k in earlier else w * c
            left = earlier
        return {self.keys[number]: w for number, w in left.items()}

    def _number(self, key: Key) -> int:
        """A monomial by its number: to look up its powers, which are SymPy's, takes as long as all that is done with it."""
        if key not in self.numbers:
            self.numbers[key] = len(self.keys)
            self.keys.append(key)
        return self.numbers[key]

    def _numbered(self, number: int, fit: int) -> list[tuple[int, arb]]:
        """The row of a monomial, by numbers."""
        name = (number, fit if self.stepped.changing else 0)
        if name not in self.by_number:
            self.by_number[name] = [(self._number(k), c) for k, c in self.at(self.keys[number], fit).items()]
        return self.by_number[name]


_rows = at_precision(_Rows, 512)


def expectation_of(x: Expr, loop: Loop) -> arb:
    """E x for numeric times and parameters, at the current precision."""
    times = times_of(x)
    if oo in times:
        raise CannotTell("no enclosure at infinite time")
    if not all(t.is_Integer and t >= 0 for t in times):
        raise CannotTell(f"generations {times} are not numbers, 0 or later")
    x = emitted(x, loop)
    if any(isinstance(a, Abs) for a in x.atoms(Abs)):
        while gap := gap_of(sorted(times_of(x))):  # |mu(t+1) - mu(t)| is |noise| times a monomial
            x = expand_over(stepped(x, loop, gap[0], gap[0] - 1), Observable, Noise)
    rows = _rows(loop, may_diverge(x) or _stepped_once(loop).system.doubtful)
    # pieces: what is left to average (an expression in the state at earlier times) times a ball
    total = arb(0)
    stack = [(rest, powers) for rest, powers in noise_terms(x, x.atoms(Noise))]
    todo: list[tuple[Expr, arb]] = []
    for rest, powers in stack:
        factor = mean_of(powers)
        rows.diverge |= not factor.is_finite()
        todo.append((rest, factor))
    while todo:
        y, factor = todo.pop()
        times = sorted(times_of(y))
        if not times:
            for rest, powers in noise_terms(y, y.atoms(Noise)):  # of a random start
                share = to_ball(rest)
                if not share.is_zero():
                    total += share * mean_of(powers) * factor
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
