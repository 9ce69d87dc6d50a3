"""The derivation witness: moments at generation t from the loop's step law, by integration and induction in t.

A loop states one step in symbols. Monomials of the state (powers and logarithms of positive coordinates, integer powers
of the others) are closed under the step, triangularly: the expectation of each after one step is a combination of
monomials. The coefficients are integrals against the densities of the step's noise, done by SymPy; the linear
recursions in t are solved by undetermined coefficients, and the solution is checked by induction: value at t = 0, and
step. A claim's own formula is never looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Integral,
    Matrix,
    Mul,
    Piecewise,
    Poly,
    Pow,
    Product,
    S,
    Sum,
    Symbol,
    apart,
    atan,
    binomial,
    cancel,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    expand,
    expand_func,
    expand_power_base,
    factor,
    factor_terms,
    ff,
    integrate,
    limit,
    log,
    oo,
    powdenest,
    powsimp,
    sin,
    sinh,
    sqrt,
    sympify,
    tanh,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.functions.combinatorial.numbers import stirling
from sympy.utilities.iterables import strongly_connected_components

from ..language.errors import CannotTell
from ..language.laws import (
    Binomial,
    Centred,
    ChiSquare,
    Exponential,
    Laplace,
    Law,
    Logistic,
    Mixture,
    Noise,
    Normal,
    Tilted,
    Truncated,
    Uniform,
)
from ..language.loops import CLOCK, FiniteLoop, Loop, Observable, positive_of
from ..language.moments import W1, E, Moment, PathMax, Var
from ..language.order import in_order
from . import structures
from .alone import alone
from .methods import deterministic, deviations, gaussian, lineages
from .methods.method import Derivation
from .symbols.linear import raw_moments
from .symbols.normal_forms import expand_over, is_zero, tidy
from .symbols.recurrences import ExpPoly, factored, solve, solve_block
from .tails import diverges

MOST_RAISED = 8  # by how much the step may raise the degree of a monomial
MOST_WRITTEN = 10**5  # of what is written out in digits
MOST_STEPPED = 2  # generations that are written out where the monomials do not close


class Infinite(Exception):
    """A one-step integral diverges: of a positive quantity the mean is infinite where what multiplies it is not 0.

    factors: of what multiplies it, those that are not known to be other than 0; None where nothing is known of it.
    """

    factors: list[Expr] | None = None


# ---- one-step integrals ---------------------------------------------------------------------------------------------


@cache
def _gamma_integral() -> tuple[Symbol, Expr]:
    """int_0^oo x^(c-1) exp(-x/2) dx for c > 0, by SymPy: (c, form)."""
    x, c = Symbol("x", positive=True), Symbol("c", real=True)
    value = integrate(x ** (c - 1) * exp(-x / 2), (x, 0, oo))
    if not isinstance(value, Piecewise) or value.args[0][1] != (c > 0):
        raise CannotTell(f"SymPy gives {value} for the gamma integral")
    return c, value.args[0][0]


@cache
def _normal_integral(power: int) -> tuple[Symbol, Expr]:
    """An antiderivative of y^power times the standard normal density, by SymPy: (y, form)."""
    y = Symbol("y", real=True)
    return y, integrate(expand(y**power * Normal(0, 1).density(y)), y)


def _between(power: int, lo: Expr, hi: Expr) -> Expr:
    """The integral of y^power times the standard normal density over (lo, hi)."""
    y, form = _normal_integral(power)
    ends = [limit(form, y, e) if e.is_infinite else form.subs(y, e) for e in (lo, hi)]
    return ends[1] - ends[0]


@cache
def law_moment(law: Law, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
    """(E X^power log(X)^logs |X|^absolute, quantity that must be positive for it to exist), by integration.

    A chi-square with 0 degrees of freedom is 0.
    """
    if power.is_zero and logs == absolute == 0:
        return S.One, S.One
    if diverges(law, power, absolute):
        raise Infinite(f"E {law}^({power + absolute}) diverges")
    if isinstance(law, ChiSquare) and law.dof.is_zero and power.is_positive and not logs:
        return S.Zero, S.One
    if isinstance(law, ChiSquare):
        from sympy import gamma

        c, form = _gamma_integral()
        shape = law.dof / 2
        if shape.is_number and abs(shape) > MOST_WRITTEN:
            raise CannotTell(f"the gamma function at {shape} is too large to be written")
        if (power + shape).is_nonpositive:
            raise Infinite(f"E {law}^({power}) diverges")
        # logarithms come down by differentiating under the integral in the exponent
        ratio = expand(diff(form, c, logs) / form).subs(c, power + shape)
        return tidy(form.subs(c, power + shape) / (2**shape * gamma(shape))) * ratio, power + shape
    if isinstance(law, Normal) and power.is_Integer and power >= 0 and logs == 0:
        x = Symbol("x", real=True)
        if absolute and law.mean != 0:
            raise CannotTell(f"absolute moment of {law}, which is not centred")
        if power % 2 and law.mean == 0:
            return S.Zero, S.One  # odd integrand
        y = Symbol("y", positive=True)
        if absolute:
            return 2 * integrate((y ** (power + absolute) * law.density(y)), (y, 0, oo)), S.One
        standard = Normal(0, 1)
        if law != standard:  # X = mean + sd Z
            terms = (
                binomial(power, j)
                * law.mean ** (power - j)
                * law.variance ** (j // 2)
                * law_moment(standard, Integer(j))[0]
                for j in range(0, int(power) + 1, 2)
            )
            return Add(*terms), S.One
        return integrate(x**power * law.density(x), (x, -oo, oo)), S.One
    if (
        isinstance(law, Truncated)
        and isinstance(law.law, Normal)
        and power.is_Integer
        and power >= 0 == logs + absolute
    ):
        mean, sd = law.law.mean, sqrt(law.law.variance)
        ends = [e if e.is_infinite else expand((e - mean) / sd) for e in law.support]
        parts = (binomial(power, j) * mean ** (power - j) * sd**j * _between(j, *ends) for j in range(int(power) + 1))
        return Add(*parts) / _between(0, *ends), S.One
    if isinstance(law, Binomial) and power.is_Integer and power >= 0 and logs == absolute == 0:
        # by falling factorials, E (B)_j = (n)_j p^j
        return Add(*(stirling(power, j) * expand_func(ff(law.n, j)) * law.p**j for j in range(int(power) + 1))), S.One
    if isinstance(law, Centred) and power in (0, 1, 2) and logs == absolute == 0:
        return (S.One, S.Zero, law.variance)[int(power)], S.One
    raise CannotTell(f"no integral for {type(law).__name__}: power {power}, logs {logs}")


@cache
def law_mean(m: E) -> Expr:
    """E f(X), X from a named law, by a substitution that makes it the integral of a rational function."""
    noises = m.variable.atoms(Noise)
    if len(noises) != 1:
        raise CannotTell(f"{m}: an integral over one draw is expected")
    (z,) = noises
    if isinstance(z.law, Tilted):
        return _tilted(m.variable, z)
    if m.variable.is_polynomial(z):
        form, conditions = average(expand_over(m.variable, z), noises)
        if not conditions:
            return form
    u = Symbol("u", positive=True)
    match z.law:
        case Logistic() as law:  # u = F(x) is uniform, and tanh((x - center)/(2 scale)) = 2 u - 1
            return _rational(m.variable.xreplace({z: law.center + law.scale * log(u / (1 - u))}), u)
        case Laplace() as law:  # u = e^(-|x - center|/scale) is uniform, the sign independent of it
            ups, downs = (m.variable.xreplace({z: law.center + s * law.scale * log(u)}) for s in (-1, 1))
            return _rational((ups + downs) / 2, u)
        case Exponential() as law if (form := _against_powers(m.variable, z)) is not None:
            return form
        case Exponential() as law:  # u = e^(-x/scale) is uniform
            return _rational(m.variable.xreplace({z: -law.scale * log(u)}), u)
        case Normal() if (form := gaussian.folded(m.variable, z)) is not None:
            return form
        case Uniform() as law:
            x = Symbol("x", real=True)
            if not _is_smooth(m.variable, z):
                raise CannotTell(f"whether {m.variable} has a pole, or a jump, where it is integrated")
            value = integrate(m.variable.xreplace({z: x}) * law.density(x), (x, *law.args))
            if value.has(Integral):
                raise CannotTell(f"SymPy does not integrate {m}")
            return value
        case _:
            raise CannotTell(f"no integral of {m.variable} under {z.law}")


WHOLE = (exp, Abs, cosh, sinh, tanh, sin, cos, atan, erf, erfc)  # functions that are continuous everywhere


def _is_smooth(f: Expr, z: Noise) -> bool:
    """Whether f is seen to be finite and without jumps on the interval of a uniform draw: an antiderivative is believed there."""
    v = Dummy("v", positive=True)
    low, high = z.law.args
    inside = low + (high - low) * v / (1 + v)  # v > 0: all of the interval
    for part in f.atoms(Function, Pow):
        if not part.has(z) or isinstance(part, WHOLE):
            continue
        if isinstance(part, Pow):
            base, e = part.as_base_exp()
            if (not base.has(z) or (e.is_Integer and e.is_nonnegative)) and not e.has(z):
                continue
        elif isinstance(part, log):
            base, e = part.args[0], S.Half
        else:
            return False
        there = together(base.xreplace({z: inside}))
        if not (there.is_positive or (e.is_Integer and there.is_negative)):
            return False
    return True


def _tilted(f: Expr, z: Noise) -> Expr:
    """E f(X) under a tilted law: of Gaussians by completing the square, else as a ratio of two integrals."""
    if (bell := z.law.bell) is not None:
        if not bell.variance.is_positive:
            raise CannotTell(f"whether {bell.variance} is positive")
        return law_mean(E(f.xreplace({z: Noise("X", bell)})))
    plain = Noise("X", z.law.law)
    weight = z.law.weight(plain)
    return law_mean(E(f.xreplace({z: plain}) * weight)) / law_mean(E(weight))


def _against_powers(f: Expr, z: Noise) -> Expr | None:
    """E f(X), X exponential, for a sum of x^k e^(-b x); None if f is not one."""
    x, c = Symbol("x", positive=True), Symbol("c", positive=True)
    total = S.Zero
    for term in Add.make_args(expand(f.xreplace({z: x}))):
        factor, rest = powsimp(term, combine="exp").as_independent(x, as_Add=False)
        power, rate = S.Zero, 1 / z.law.scale
        for part in Mul.make_args(rest):
            base, e = part.as_base_exp()
            if base == x:
                power += e
            elif isinstance(part, exp) and not (slope := part.args[0].diff(x)).has(x):
                rate, factor = rate - slope, factor * exp(expand(part.args[0] - slope * x))
            elif part != 1:
                return None
        rate = expand(rate)
        if not (power.is_Integer and power >= 0 and rate.is_positive):
            return None
        total += factor * integrate(x**power * exp(-c * x), (x, 0, oo)).subs(c, rate) / z.law.scale
    return total


def integrated(x: Expr) -> Expr:
    """An expression with the expectations over named laws in it worked out."""
    return x.xreplace({m: law_mean(m) for m in sorted(x.atoms(E), key=str) if not m.has(Observable)})


def law_distance(p: Law, q: Law) -> Expr:
    """W1(p, q) = int |F - G|: of mixtures with a common part, and of shifted laws."""
    if isinstance(p, Mixture) and isinstance(q, Mixture) and p.args[:2] == q.args[:2]:
        return (1 - p.args[0]) * W1(p.args[2], q.args[2])  # type: ignore[operator, arg-type]
    if type(p) is type(q) and isinstance(p, Normal | Logistic | Laplace) and p.args[1] == q.args[1]:
        return Abs(p.args[0] - q.args[0])  # type: ignore[operator]
    raise CannotTell(f"no closed form for the distance of {p} and {q}")


def _rational(f: Expr, u: Symbol) -> Expr:
    """The integral of f over [0, 1] if it is a rational function of u once its hyperbolic functions are written out."""
    f = cancel(together(powdenest(expand_power_base(f.rewrite(exp)).simplify(), force=False)))
    if not f.is_rational_function(u):
        raise CannotTell(f"{f} is not rational after the substitution")
    value = integrate(apart(f, u), (u, 0, 1))
    if not value.is_finite or value.has(Integral):
        raise CannotTell(f"the integral of {f} is {value}")
    return value


Powers = dict[Noise, tuple[Expr, int, int]]  # of every noise: (power, power of its log, power of its absolute value)


def noise_terms(x: Expr, noises: Iterable[Noise]) -> list[tuple[Expr, Powers]]:
    """x as a sum of products: (factor free of noise, powers of the noises). Products that are centred are left out."""
    out = []
    noises = in_order(noises)
    if nested := [z for z in noises if z.law.atoms(Noise) & set(noises)]:
        raise CannotTell(f"the law of {nested[0]} depends on another draw")
    for term in Add.make_args(expand_over(x, *noises)) if noises else [x]:
        rest, powers, stuck = [], {z: [S.Zero, 0, 0] for z in noises}, []
        for f in Mul.make_args(term):
            base, e = f.as_base_exp()
            inner = base.args[0] if isinstance(base, log | Abs) else base
            if not noises or not f.has(*noises):
                rest.append(f)
            elif base in powers:
                powers[base][0] += e
            elif isinstance(base, log | Abs) and inner in powers and e.is_Integer and e > 0:
                powers[inner][1 if isinstance(base, log) else 2] += int(e)
            else:
                stuck.append(f)
        if stuck and not any(_centred(z, p) and not Mul(*stuck).has(z) for z, p in powers.items()):
            raise CannotTell(f"cannot integrate {stuck[0]}")
        if not stuck:
            out.append((Mul(*rest), {z: tuple(p) for z, p in powers.items()}))
    return out


def _centred(z: Noise, powers) -> bool:
    """Whether the mean of z^power is 0 by symmetry, or since that of z is."""
    power, logs, absolute = powers
    return logs == absolute == 0 and (
        (isinstance(z.law, Centred) and power == 1)
        or (isinstance(z.law, Normal) and z.law.mean == 0 and power.is_odd is True)
    )


def lost(x: Expr, noises: set[Noise]) -> list[Expr]:
    """What is multiplied by something of mean 0, and vanishes with it if it has a mean itself."""
    last = noises - {y for z in noises for y in z.law.atoms(Noise)}
    return [rest for rest, powers in noise_terms(x, last) if any(_centred(z, p) for z, p in powers.items())]


def divides(x, *state: Symbol) -> bool:
    """Whether there is a power below 0 of something random in it, the state's symbols too: then it may have no mean."""
    random = (Observable, Noise, *state)
    return any(not p.exp.is_nonnegative and p.has(*random) for p in sympify(x).atoms(Pow))


def average(x: Expr, noises: set[Noise]) -> tuple[Expr, list[Expr]]:
    """E of `x` over its `noises`, the rest held fixed: (form, quantities that must be positive).

    Draws are independent, but where the law of one depends on another: that is averaged later.
    """
    total, conditions, left = x, [], set(noises)
    while left:
        now = left - {y for z in left for y in z.law.atoms(Noise)}
        left -= now
        averaged = S.Zero
        for value, powers in noise_terms(total, now):
            for z, p in powers.items():
                try:
                    m, c = law_moment(z.law, *p)
                except Infinite as error:
                    error.factors = _counts(value, powers)
                    raise
                value *= m
                if not (c.is_positive or expand(c).is_positive) and m != 0:
                    if c.has(Noise):
                        raise CannotTell(f"whether a moment of {z} exists depends on another draw")
                    conditions.append(c)
            averaged += value
        total = averaged
    return total, list(dict.fromkeys(conditions))


def _counts(x: Expr, powers: Powers) -> list[Expr] | None:
    """Which factors of a term's coefficient have to be shown to be other than 0, that it be; None where they are random."""
    if not all(z.is_nonnegative or power.is_even or power.is_zero for z, (power, _, _) in powers.items()):
        return None  # a mean of both signs, or of 0
    left = [f for f in Mul.make_args(factor_terms(x)) if not f.is_nonzero]
    return None if any(f.has(CLOCK, Dummy, Observable, Noise) for f in left) else left


def essential(x: Expr, noises: set[Noise]) -> dict[Expr, list[Expr]]:
    """Of the conditions under which `average` exists those without which a term diverges: with what has to be other than 0."""
    out = {}
    if any(z.law.atoms(Noise) for z in noises):  # one after another: nothing is said of such
        return out
    for value, powers in noise_terms(x, noises):
        for z, p in powers.items():
            c = law_moment(z.law, *p)[1]
            if not c.is_positive and (left := _counts(value, powers)) is not None:
                out[c] = left
    return out


# ---- closure under the step -----------------------------------------------------------------------------------------

Key = tuple[tuple[Expr, int], ...]  # for every state coordinate: (power, power of its logarithm)


class System:
    """The linear recursions that a loop's monomials obey."""

    def __init__(self, loop: Loop):
        self.loop = loop
        signed = positive_of(loop)
        self.vars = {s: Dummy(s, positive=True) if s in signed else Dummy(s, real=True) for s in loop.state}
        self.rows: dict[Key, dict[Key, Expr]] = {}
        self.conditions: list[Expr] = []
        self.essential: dict[Expr, list[Expr]] = {}

    @cached_property
    def after(self) -> dict[str, Expr]:
        """The step, with its expectations worked out: then in monomials of the state, so that roots of it are taken."""
        out = {name: sympify(x) for name, x in self.loop.step(self.vars).items()}
        for name in [name for name, x in out.items() if x.has(E)]:
            terms = self.read(integrated(out[name]))
            out[name] = Add(*(factor_terms(c) * self.monomial(k, self.vars) for k, c in terms.items()))
        return out

    @cached_property
    def divides(self) -> bool:
        """Whether a step divides by something random."""
        return any(divides(x, *self.vars.values()) for x in self.after.values())

    def read(self, x: Expr) -> dict[Key, Expr]:
        """An expression in the state's dummies as {monomial: coefficient}."""
        out: dict[Key, Expr] = {}
        by_var = {v: s for s, v in self.vars.items()}
        for term in Add.make_args(expand_over(x, *by_var)):
            power, logs, rest = dict.fromkeys(self.vars, S.Zero), dict.fromkeys(self.vars, 0), []
            for f in Mul.make_args(term):
                base, e = f.as_base_exp()
                if base in by_var and ((e.is_Integer and e >= 0) or base.is_positive):
                    power[by_var[base]] += e
                elif isinstance(base, log) and base.args[0] in by_var and e.is_Integer and e > 0:
                    logs[by_var[base.args[0]]] += int(e)
                elif f.has(*by_var):
                    raise CannotTell(f"{f} is not a monomial of the state")
                else:
                    rest.append(f)
            key = tuple((power[s], logs[s]) for s in self.vars)
            out[key] = out.get(key, S.Zero) + Mul(*rest)
        return {k: c for k, c in out.items() if c != 0}

    def monomial(self, key: Key, state: dict[str, Expr]) -> Expr:
        exponents = list(zip(self.vars, key, strict=True))
        logs = [log(state[s]) ** j for s, (_, j) in exponents if j != 0]  # SymPy asks much of a logarithm
        return Mul(*(state[s] ** p for s, (p, _) in exponents if p != 0), *logs)

    def close(self, keys: dict[Key, Expr]) -> None:
        """Add the row of each key of a combination, and of all that it leads to."""
        todo = [k for k in keys if k not in self.rows]
        first = {k for k in keys if keys[k].is_nonzero}  # what diverges in these makes the whole infinite
        # where the step has a degree above 1 that of the monomials is multiplied by it, again and again
        most = MOST_RAISED + max((p for k in todo for p, _ in k if p.is_Integer), default=0)
        while todo:
            key = todo.pop()
            if key in self.rows:
                continue
            if len(self.rows) > 40 or sum(p for p, _ in key if p.is_Integer) > most:
                raise CannotTell("the monomials do not close under the step")
            after = self.monomial(key, self.after)
            if any(bound.has(*self.vars.values()) for bound in after.atoms(ExprWithLimits)):
                raise CannotTell("the step has the state inside of a sum, a product or an integral")
            after = expand_over(after, *self.vars.values(), *after.atoms(Noise))
            try:
                mean, conditions = average(after, after.atoms(Noise))
            except Infinite as error:
                if key not in first or error.factors is None:
                    raise CannotTell(f"whether what is infinite is ever reached: {error}") from error
                raise
            if conditions and key in first:
                self.essential |= essential(after, after.atoms(Noise))
            self.conditions += [c for c in conditions if c not in self.conditions]
            self.rows[key] = self.read(mean)
            doubtful = self.divides or divides(after, *self.vars.values())
            unseen = [k for x in lost(after, after.atoms(Noise)) for k in self.read(x)] if doubtful else []
            todo += [k for k in (*self.rows[key], *unseen) if k not in self.rows]

    @property
    def changing(self) -> bool:
        """Whether the generations differ."""
        return any(c.has(CLOCK) for row in self.rows.values() for c in row.values())

    def blocks(self) -> list[list[Key]]:
        """Keys that depend on each other, block by block: each block on itself and on earlier ones only."""
        edges = [(k, j) for k, row in self.rows.items() for j in row]
        return strongly_connected_components((list(self.rows), edges))


# ---- solving the recursions -----------------------------------------------------------------------------------------


def _recursion(system: System, start: dict[Key, Expr]) -> tuple[dict[Key, ExpPoly], list[Expr]]:
    solved: dict[Key, ExpPoly] = {}
    nonzero: list[Expr] = []
    for block in system.blocks():
        forcings = []
        for key in block:
            forcing = ExpPoly()
            for k, c in system.rows[key].items():
                if k not in block:
                    for b, p in solved[k].terms:
                        forcing.add(b, [c * x for x in p])
            forcings.append(forcing)
        if len(block) == 1:
            (key,) = block
            solved[key], extra = solve(system.rows[key].get(key, S.Zero), start[key], forcings[0])
        else:
            A = Matrix([[system.rows[i].get(j, S.Zero) for j in block] for i in block])
            found, extra = solve_block(A, [start[k] for k in block], forcings)
            solved |= dict(zip(block, found, strict=True))
        nonzero += extra
    return solved, nonzero


@dataclass(frozen=True)
class Running:
    """x(t) = a(t) x(t - 1) + f(t) from x(base) = start: products and sums over the generations between.

    No closed form is looked for: this is the recursion, unfolded.
    """

    start: Expr
    base: Expr
    factor: Expr  # in CLOCK
    forcing: Expr

    def at(self, t: Expr) -> Expr:
        j = Dummy("j", integer=True, positive=True)
        out = self.start * self._product(self.base + 1, t)
        if self.forcing != 0:
            rest, begun = self.forcing.as_independent(Dummy, as_Add=False)  # what stands for the start comes out
            if begun.has(CLOCK):
                rest, begun = self.forcing, S.One
            out += begun * Sum(rest.xreplace({CLOCK: j}) * self._product(j + 1, t), (j, self.base + 1, t))
        return out

    def _product(self, first: Expr, last: Expr) -> Expr:
        if not self.factor.has(CLOCK):
            return self.factor ** (last - first + 1)
        j = Dummy("j", integer=True, positive=True)
        return Product(self.factor.xreplace({CLOCK: j}), (j, first, last))


def _unfolded(system: System, start: dict[Key, Expr], base: Expr) -> dict[Key, Running]:
    """The recursions of a loop whose generations differ, from `base` on."""
    solved: dict[Key, Running] = {}
    for block in system.blocks():
        if len(block) > 1:
            raise CannotTell("the moments are coupled, and their recursion changes from one generation to the next")
        (key,) = block
        row = {k: factored(c) for k, c in system.rows[key].items()}
        forcing = Add(*(c * solved[k].at(CLOCK - 1) for k, c in row.items() if k != key))
        solved[key] = Running(start[key], base, row.get(key, S.Zero), forcing)
    return solved


def _induction(system: System, solved: dict[Key, ExpPoly], start: dict[Key, Expr]) -> bool:
    """Check a solution: the start, and the step for a symbolic t, each by normal form."""
    t = Dummy("t", integer=True, nonnegative=True)
    return all(
        is_zero(x.at(S.Zero) - start[k])
        and is_zero(x.at(t + 1) - Add(*(c * solved[j].at(t) for j, c in system.rows[k].items())))
        for k, x in solved.items()
    )


# ---- moments --------------------------------------------------------------------------------------------------------


def _times(x: Expr) -> set[Expr]:
    return {o.t for o in x.atoms(Observable)}


def _stepped(x: Expr, loop: Loop, late: Expr, early: Expr) -> Expr:
    """x with observables at `late` = early + 1 expressed by the state at `early` and noise."""
    after = loop.step_at({s: Observable(loop, s, early) for s in loop.state}, late)
    return x.xreplace({Observable(loop, s, late): v for s, v in after.items()})


def _emitted(x: Expr, loop: Loop) -> Expr:
    """Fresh draws in terms of the state and noise."""
    out = {}
    for o in x.atoms(Observable):
        if o.name == "draw":
            out[o] = loop.emit_at({s: Observable(loop, s, o.t) for s in loop.state}, o.t, o.index[0])
    return x.xreplace(out)


def followed(x: Expr, given: bool = False) -> None:
    """Raise `CannotTell` for what a loop's step says nothing of, `BadInput` for a step that fails."""
    for loop in {o.loop for o in x.atoms(Observable)}:
        if (problem := structures.untold(loop, x, given)) is not None:
            raise CannotTell(problem)
    for o in sorted(x.atoms(Observable), key=str):
        if (problem := o.loop.unstated(o.name)) is not None:
            raise CannotTell(problem)
        try:
            structures.examine(o.loop)
        except NotImplementedError as error:  # a loop that leaves its step or its start unsaid
            raise CannotTell(str(error)) from error


def condition(x: Expr, loop: Loop, t: Expr) -> Expr:
    """E[x | model(t)] in terms of the state at t: fresh draws and later steps are averaged out."""
    if any(o.loop != loop for o in x.atoms(Observable)):
        raise CannotTell("what another loop does is random, whatever is known of this one's model")
    if structures.lineage(loop) is not None:
        return lineages.condition(x, loop, t)
    followed(x, given=True)
    x = _emitted(x, loop)
    later = sorted((s - t for s in _times(x) if s != t), key=str)
    if not all(d.is_Integer and 0 < d <= 3 for d in later):
        raise CannotTell(f"times {_times(x)} given the model at {t}")
    for d in range(max(map(int, later), default=0), 0, -1):
        x = _stepped(x, loop, t + d, t + d - 1)
    form, conditions = average(x, x.atoms(Noise))
    if conditions:
        raise CannotTell(f"exists only where {conditions[0]} > 0")
    return form


def moment(m: Moment) -> Derivation:
    """Derive a standard moment, E or Var, of one loop. Raises `CannotTell` with the reason where there is none."""
    m = alone(m)
    if isinstance(m, Var):
        x = raw_moments(m)
        parts = {e: moment(e) for e in sorted(x.atoms(E), key=str)}
        return Derivation(
            x.xreplace({e: d.form for e, d in parts.items()}),
            [c for d in parts.values() for c in d.positive],
            [c for d in parts.values() for c in d.nonzero],
            [step for d in parts.values() for step in d.steps],
            {c: left for d in parts.values() for c, left in d.infinite.items()},
        )
    if isinstance(m, W1):
        return Derivation(law_distance(*m.args), steps=[f"{m} from the difference of the distribution functions"])
    if isinstance(m, E) and not m.has(Observable) and m.variable.has(Noise):
        try:
            return Derivation(law_mean(m), steps=[f"{m} by integration against the density"])
        except Infinite as error:
            return _infinite(m, error)
    if not isinstance(m, E):
        raise CannotTell(f"{type(m).__name__} is not a moment of a monomial")
    if any(structures.lineage(o.loop) is not None for o in m.atoms(Observable)):
        return lineages.moment(m.variable)
    followed(m)
    if m.has(PathMax):
        raise CannotTell("a maximum over the path is not closed under the step")
    loops = {o.loop for o in m.atoms(Observable)}
    if len(loops) != 1:
        raise CannotTell("more than one loop")
    (loop,) = loops
    try:
        if (known := deviations.closed(m.variable, loop)) is not None:
            return Derivation(known[0], steps=[f"{m}: {known[1]}"])
        if deterministic.is_followed(loop):
            if any(o.name == "draw" for o in m.atoms(Observable)):
                return _of_draws(m.variable, loop)
            if isinstance(m.variable, Observable):
                form = deterministic.at_generation(loop, m.variable.name, m.variable.t, integrated)
                if form is not None:
                    return Derivation(form, steps=[f"{m} from the step, nothing being random"])
                if isinstance(loop, FiniteLoop) and not _linear(loop):
                    raise CannotTell(f"no form of the law after {m.variable.t} rounds")
        if (o := gaussian.only_coordinate(m.variable)) is not None:
            return _of_normal(m.variable, o)
        return _moment(m.variable, loop)
    except CannotTell as error:
        raise CannotTell(f"no canonical form: {error}") from error
    except Infinite as error:
        return _infinite(m, error)
    except NotImplementedError as error:  # or its draws
        raise CannotTell(str(error)) from error


def _infinite(m: Moment, error: Infinite) -> Derivation:
    if m.variable.is_positive and all(t.is_positive for t in _times(m.variable)) and error.factors is not None:
        return Derivation(oo, nonzero=error.factors, steps=[f"infinite: {error}, and every factor is positive"])
    raise CannotTell(str(error)) from error


def _unseen(x: Expr, loop: Loop) -> list[Expr]:
    """The conditions under which what is multiplied by a draw of mean 0 has a mean itself."""
    noise = x.atoms(Noise)
    return [c for y in lost(x, noise) for c in _moment(y, loop).positive] if noise else []


@cache
def _moment(x: Expr, loop: Loop) -> Derivation:
    steps = []
    x = _emitted(x, loop)
    times = sorted(_times(x), key=str)
    while len(times) > 1 and (gap := _gap(times)):
        late, _ = gap
        x = expand_over(_stepped(x, loop, late, late - 1), Observable, Noise)
        steps.append(f"observables at {late} written by one step from {late - 1}")
        times = sorted(_times(x), key=str)
    noise = x.atoms(Noise)
    doubtful = divides(x) or System(loop).divides
    unseen = _unseen(x, loop) if doubtful else []
    infinite = essential(x, noise) if len(x.atoms(Observable)) == 1 else {}
    x, positive = average(x, noise)
    positive += unseen
    if noise:
        steps.append(f"averaged over {', '.join(sorted(map(str, noise)))} by integration")
    nonzero: list[Expr] = []
    system = System(loop)
    while times := sorted(_times(x), key=str):
        late = max(times, key=lambda t: sum((t - s).is_nonnegative is True for s in times))
        others = [s for s in times if s != late]
        if oo in times:  # no limit of means: masses escape (a martingale's mean stays, its limit may be 0)
            raise CannotTell(
                "a mean at infinite time; the limit of means is another thing: Tends(..., (t, t0, oo), ...)"
            )
        if any(s.is_Integer and s > MOST_WRITTEN for s in times):
            raise CannotTell(f"numbers to the power {max(times)} are too long to be written")
        if not all(s.is_nonnegative for s in times):
            raise CannotTell(f"of the generations {times} some are not known to be 0 or later")
        if not all((late - s).is_nonnegative for s in others):
            raise CannotTell(f"the order of the times {times} is not known")
        base = max(others, key=lambda t: sum((t - s).is_nonnegative is True for s in others), default=S.Zero)
        now = {Observable(loop, s, late): v for s, v in system.vars.items()}
        if times == [S.Zero]:
            x = x.xreplace({Observable(loop, s, 0): v for s, v in loop.start_at.items()})
            break
        wanted = system.read(x.xreplace(now))
        try:
            system.close(wanted)
        except CannotTell:
            if not (others == [] and late.is_Integer and late <= MOST_STEPPED):
                raise
            x = expand_over(_stepped(x, loop, late, late - 1), Observable, Noise)
            positive += _unseen(x, loop)
            infinite |= essential(x, x.atoms(Noise))
            x, more = average(x, x.atoms(Noise))
            positive += more
            steps.append(f"generation {late} written by one step from {late - 1}, averaged")
            system = System(loop)
            continue
        start = {k: Dummy("x0") for k in system.rows}
        if system.changing:
            forms = {k: x.at(late) for k, x in _unfolded(system, start, base).items()}
        else:
            solved, extra = _recursion(system, start)
            if not _induction(system, solved, start):
                raise CannotTell("the solution of the recursion does not pass its induction")
            nonzero += extra
            forms = {k: x.at(late - base) for k, x in solved.items()}
        state = {s: Observable(loop, s, base) for s in loop.state} if others else loop.start_at
        begin = {d: system.monomial(k, state) for k, d in start.items()}
        x = Add(*(c * forms[k].xreplace(begin) for k, c in wanted.items()))
        x = expand_over(x, Observable) if others else x
        steps.append(
            f"{len(system.rows)} monomials closed under the step; recursion "
            + (
                f"unfolded from {base} to {late}"
                if system.changing
                else f"solved from {base} to {late}; start and step checked by normal form"
            )
        )
    if noise := x.atoms(Noise):
        x, more = average(expand_over(x, *noise), noise)
        positive += more
        steps.append("averaged over the random start")
    return Derivation(
        sympify(x),
        list(dict.fromkeys(positive + system.conditions)),
        list(dict.fromkeys(nonzero)),
        steps,
        infinite | system.essential,
    )


def kept(x: Expr) -> Expr | None:
    """E x where no step changes it: x is a martingale, a polynomial in the state at one generation; None if it is not.

    For loops whose generations differ: of others the recursions are solved.
    """
    loops, times = {o.loop for o in x.atoms(Observable)}, _times(x)
    if len(loops) != 1 or len(times) != 1 or any(o.index for o in x.atoms(Observable)):
        return None
    (loop,), (t,) = loops, times
    if not t.is_nonnegative or t.is_infinite:  # a martingale may lose its mean in the limit
        return None
    try:
        followed(x)
        system = System(loop)
        if not any(sympify(y).has(CLOCK) for y in loop.step(system.vars).values()):
            return None
        wanted = system.read(x.xreplace({Observable(loop, s, t): v for s, v in system.vars.items()}))
        after = Add(*(c * system.monomial(k, system.after) for k, c in wanted.items()))
        after = expand_over(after, *system.vars.values(), *after.atoms(Noise))
        if system.divides or divides(after, *system.vars.values()):  # a draw that is centred may still have no mean
            return None
        mean, conditions = average(after, after.atoms(Noise))
        found = system.read(mean)
        if conditions or not all(is_zero(found.get(k, S.Zero) - wanted.get(k, S.Zero)) for k in {**found, **wanted}):
            return None
        start = x.xreplace({Observable(loop, s, t): v for s, v in loop.start_at.items()})
        form, conditions = average(expand_over(start, *start.atoms(Noise)), start.atoms(Noise))
        return None if conditions else form
    except (CannotTell, Infinite, NotImplementedError):
        return None


def _linear(loop: Loop) -> bool:
    """Whether the next state is linear in the state: only then is a law on atoms followed moment by moment."""
    now = loop.symbols()
    return all(
        x.is_polynomial(*now.values()) and Poly(x, *now.values()).total_degree() <= 1 for x in loop.step(now).values()
    )


def _of_draws(x: Expr, loop: Loop) -> Derivation:
    """E of a function of fresh draws from the models of a loop in which nothing else is random."""
    x = _emitted(x, loop)
    states = {o: moment(E(o)) for o in sorted(x.atoms(Observable), key=str)}
    form = law_mean(E(x.xreplace({o: d.form for o, d in states.items()})))
    found = states.values()
    return Derivation(
        form,
        [c for d in found for c in d.positive],
        [c for d in found for c in d.nonzero],
        [step for d in found for step in d.steps],
    )


def _of_normal(f: Expr, o: Observable) -> Derivation:
    """E of a function of a coordinate that is normal: under the law that its derived mean and variance tell."""
    mean, square = moment(E(o)), moment(E(o**2))
    variance = factor(together(square.form - mean.form**2))
    form = law_mean(E(f.xreplace({o: mean.form + Noise("X", Normal(0, variance))})))
    known = ([*getattr(mean, name), *getattr(square, name)] for name in ("positive", "nonzero", "steps"))
    conditions, nonzero, steps = (list(dict.fromkeys(x)) for x in known)
    return Derivation(
        form, conditions, nonzero, [*steps, f"{o} is normal: the step is linear in it and in normal noise"]
    )


def _gap(times) -> tuple[Expr, Expr] | None:
    """Two times that differ by a small positive integer: (late, early)."""
    for a in times:
        for b in times:
            if (a - b).is_Integer and 0 < a - b <= 3:
                return a, b
    return None
