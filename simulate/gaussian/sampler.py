"""From moments of the Gaussian loop to statistics of its paths."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from flint import arb, fmpq
from sympy import Abs, Add, Expr, Float, Gt, Mul, S, Symbol, diff, erfc, exp, expand, log, oo, sqrt
from sympy.core.relational import Relational

from theory.gaussian import GaussianLoop
from theory.language.errors import CannotTell
from theory.language.laws import Noise, Normal
from theory.language.loops import Observable
from theory.language.moments import E, PathMax
from theory.proof.arithmetic.atoms import signum
from theory.proof.symbols.averages import average

from ..engine.blocks import BLOCK, Records, Simulation, Statistic
from ..engine.jumps import Jumping
from ..engine.lattice import NOTHING, Known
from ..engine.registry import Simulator, asked_of, register
from ..engine.samplers import MOVING, ArrayFunction, Combination, Estimand, PathMaximum, array_function, assembled
from ..engine.streams import apart
from .common import log_weight, simulate, trajectories

PLAIN = 1.0  # relative variance of the plain estimator up to which it is not tilted: one simulation serves more claims
HEAVY = 300.0  # relative variance beyond which a pilot of 2,048 paths says nothing
PLAINLY = Fraction(1)  # the tilt of paths that are run as they are
RARE = 8  # multiple of the true variance beyond which a path is tilted to reach it: by Ville 1 in 8 does, at most
FRESH = 7  # names the streams of fresh draws among the spawned ones
SHORT = 3  # generations up to which blocks are larger: what a block costs besides its draws is more than these
LONG = 256  # generations that are read beyond which they are smaller: a maximum over a path keeps all of them
LEAST, LONGEST = 128, 2**14  # replicates of such a block; and generations that a maximum is over at most
HORIZON = 45  # generations per n after which the path's remainder is bounded, not run


def _ball(x: Fraction) -> arb:
    return arb(fmpq(x.numerator, x.denominator))


def _fraction(x: Expr) -> Fraction:
    """A number of a claim as a fraction; 0 for what depends on the path."""
    if not x.is_number:
        return Fraction(0)
    return Fraction(int(x.p), int(x.q)) if x.is_Rational else Fraction(float(x)).limit_denominator(1000)


def _controlled_moments(nu: int, t: int, p: Fraction) -> tuple[float, float, float]:
    """(mean, variance, skewness) of sigma_t^p - (p/2)(S/nu - t), S the sum of the chi-squares, exactly.

    Under the weight sigma_t^q, S is chi-square with t (nu + q) degrees of freedom, so the joint moments are products.
    """
    from math import comb

    from theory.proof.arithmetic.precision import precision

    def joint(q: Fraction, j: int) -> arb:  # E[sigma^q (S/nu - t)^j]
        a, h = _ball(q) / 2, arb(nu) / 2
        mass = (t * (a * (2 / arb(nu)).log() + (h + a).lgamma() - h.lgamma())).exp()
        dof = t * (nu + _ball(q))
        raw = [arb(1), dof / nu, dof * (dof + 2) / nu**2, dof * (dof + 2) * (dof + 4) / nu**3]
        return mass * sum((comb(j, i) * raw[i] * (-arb(t)) ** (j - i) for i in range(j + 1)), arb(0))

    with precision(256):
        b = -_ball(p) / 2
        m1, m2, m3 = (sum((comb(r, j) * b**j * joint(p * (r - j), j) for j in range(r + 1)), arb(0)) for r in (1, 2, 3))
        variance = m2 - m1 * m1
        return float(m1), float(variance), float((m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1) / variance ** (arb(3) / 2))


def _moments(nu: int, t: int, p: Fraction, tilt: Fraction) -> tuple[float, float, float] | None:
    """(mean, relative variance, skewness) of weight * sigma_t^p under a tilt, exactly; None where one is infinite.

    One factor is F = tilt X/nu with weight tilt^(nu/2) exp(-(tilt-1) X/2): a Gamma integral. Used for planning and for the
    gate on skewness (rules 2 and 18) only, never for the estimate. In balls: in floats the skewness cancels to rubbish.
    """
    from theory.proof.arithmetic.precision import precision

    def raw(r: int) -> arb | None:  # E[(w sigma^p)^r] over t steps, under the tilt
        a, b = _ball(p * r / 2), _ball(r * tilt) - r + 1
        h = arb(nu) / 2
        c = _ball(tilt)
        if not (h + a > 0 and b > 0):
            return None
        one = (r * h * c.log() + a * (2 * c / nu).log() + (h + a).lgamma() - h.lgamma() - (h + a) * b.log()).exp()
        return one**t

    with precision(256):
        m1, m2, m3 = (raw(r) for r in (1, 2, 3))
        if m1 is None or m2 is None or m3 is None:
            return None
        variance = m2 - m1 * m1
        if not variance > 0:
            return float(m1), 0.0, 0.0
        skewness = (m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1) / variance ** (arb(3) / 2)
        return float(m1), float(min(variance / (m1 * m1), arb(10) ** 300)), float(min(skewness, arb(10) ** 300))


def draw_paths(
    rng: np.random.Generator,
    size: int,
    times: Sequence[int],
    *,
    n: int,
    nu: int,
    divisor: float,
    lam: float,
    tilt: float,
    with_mean: bool,
    draws: bool,
) -> dict[tuple[str, int], np.ndarray]:
    """A block of paths, recorded at `times`: {(name, t): array of shape (size,)}; with `draws` two points from each model."""
    r = simulate(rng, size, n, nu, divisor, lam, tilt, list(times), with_mean)
    out = {(name, t): a[i] for name, a in r.items() for i, t in enumerate(times)}
    for t in times if draws else ():  # fresh draws come from a stream of their own, for each generation
        fresh = apart(rng, FRESH, t)
        out |= {(f"x{j}", t): fresh.standard_normal(size) for j in (1, 2)}
    return out


@dataclass(frozen=True)
class FirstPassage:
    """The weight of a tilted path when a function of its state first reaches a level; 0 if it never does.

    The weights are a martingale under the tilt, so this has the probability of reaching the level as its mean, and the
    generations after the passage add no noise.
    """

    function: ArrayFunction  # reads the records of the generation it is at, (name, MOVING)
    times: Sequence[int]
    level: float
    strict: bool
    dof: int
    tilt: float

    def __call__(self, records: Records) -> np.ndarray:
        weight, before = None, None
        for t in self.times:
            x = self.function({(name, s): records[name, t] for name, s in self.function.keys})
            if weight is None or before is None:
                weight, before = np.zeros(x.shape), np.ones(x.shape, dtype=bool)
            now = before & (x > self.level if self.strict else x >= self.level)
            weight[now] = np.exp(log_weight(t, records["s", t][now], self.dof, self.tilt))
            before &= ~now
        assert weight is not None
        return weight


def _told_apart(event: Relational, f: Expr, function: ArrayFunction) -> float:
    """A level as a float that the start of the path, sigma = 1 and mu = 0, is on the right side of."""
    start = {o: S.One if o.name == "sigma" else S.Zero for o in f.atoms(Observable)}
    side = signum(f.xreplace(start) - event.rhs, {})
    level, own = float(event.rhs), float(function(dict.fromkeys(function.keys, np.zeros(1)))[0])
    if side == 0:
        return own
    return min(level, float(np.nextafter(own, -np.inf))) if side > 0 else max(level, float(np.nextafter(own, np.inf)))


@dataclass(frozen=True)
class Drifting:
    """A function of paths whose log-variance is that of the paths that are run and `drift` more a generation."""

    function: Callable[[Records], Any]
    times: tuple[int, ...]
    drift: float

    @property
    def decimal(self) -> bool:
        """As of the function itself."""
        return getattr(self.function, "decimal", False)

    def __call__(self, records: Records) -> Any:
        kept = {k: x for k, x in records.items() if k[1] in self.times}
        return self.function({(n, t): x + t * self.drift if n == "log_v" else x for (n, t), x in kept.items()})


class _Sampler:
    """Statistics of one loop with numbers for its parameters (the standard loop: sigma0 = 1, mu0 = 0).

    together: all that is asked for is read off the same paths.
    """

    def __init__(self, loop: GaussianLoop, together: bool = False):
        if not all(x.is_number for x in (loop.n, loop.divisor, loop.sampling_bias, loop.sigma0, loop.mu0)):
            raise CannotTell(f"parameters of {loop} are not numbers")
        self.loop, self.n, self.nu = loop, int(loop.n), int(loop.dof)
        self.divisor, self.lam = float(loop.divisor), float(loop.sampling_bias)
        self.names: dict[Symbol, tuple[str, int]] = {}
        self.together = together

    # ---- simulations ----

    def simulation(self, tilt: Fraction, names: set[str], last: int, many: int) -> tuple[Simulation, float]:
        """What records these names in `many` generations up to `last`; and how much log v drifts away from it in one.

        Divisor, sampling bias and tilt multiply every variance by a number: where nothing but log v and chi-squares is read,
        loops that differ in these alone are one simulation, of the unbiased loop with as many degrees of freedom.
        """
        draws, with_mean = not names.isdisjoint(("x1", "x2")), "m" in names
        drift = math.log(float(tilt) * self.lam * self.nu / self.divisor)
        own = self.together or draws or with_mean or ("a" in names and (drift != 0 or self.lam != 1))
        n, divisor, lam = (self.n, self.divisor, self.lam) if own else (self.nu + 1, float(self.nu), 1.0)
        key = f"gaussian nu={self.nu}"
        if own:
            key += f" n={n} divisor={self.loop.divisor} lam={self.loop.sampling_bias} tilt={tilt}"
            key += " mean" * with_mean + " draws" * draws
        draw = partial(
            draw_paths,
            n=n,
            nu=self.nu,
            divisor=divisor,
            lam=lam,
            tilt=float(tilt) if own else 1.0,
            with_mean=with_mean,
            draws=draws,
        )
        block = BLOCK
        if not self.together and 0 < last <= SHORT:
            key, block = f"{key} short", 4 * BLOCK
        elif not self.together and many > LONG:
            doublings = (many - 1).bit_length()
            key, block = f"{key} long {doublings}", max(LEAST, BLOCK * LONG >> doublings)
        return Simulation(
            key,
            "sufficient statistic" if with_mean or draws else "conditional mean",
            26.0 if with_mean else 20.0,
            draw,
            draws,
            block=block,
        ), 0.0 if own else drift

    def symbol(self, name: str, t: int, **assumptions) -> Symbol:
        s = Symbol(f"{name}_{t}", **assumptions)
        self.names[s] = (name, t)
        return s

    # ---- expressions ----

    def in_state(self, x: Expr, raw: bool) -> Expr:
        """Observables as recorded symbols: log v, and either the mean path (raw) or a normal given the sigma path."""
        out = {}
        for o in x.atoms(Observable):
            if not (o.t.is_Integer and o.t >= 0):
                raise CannotTell(f"{o.name} at generation {o.t}")
            t = int(o.t)
            sigma = exp(self.symbol("log_v", t, real=True) / 2)
            if raw:
                mu = self.symbol("m", t, real=True) if not self.loop.known_mean else S.Zero
                fresh = self.symbol(f"x{o.index[0]}", t, real=True) if o.index else None
            else:
                mu = sqrt(self.symbol("a", t, positive=True) / self.n) * Noise(f"mean_{t}", Normal(0, 1))
                mu = S.Zero if self.loop.known_mean else mu
                fresh = Noise(f"draw_{o.index[0]}_{t}", Normal(0, 1)) if o.index else None
            out[o] = {"sigma": sigma, "mu": mu, "draw": mu + sigma * fresh if fresh is not None else None}[o.name]
        return x.xreplace(out)

    def averaged(self, x: Expr) -> Expr | None:
        """E[x | sigma path] where that is a polynomial in normals at one generation, else None."""
        means = {o.t for o in x.atoms(Observable) if o.name != "sigma"}
        if len(means) > 1:
            return None
        y = self.in_state(x, raw=False)
        noises = y.atoms(Noise)
        if not noises:
            return y
        try:
            y, _ = average(y, noises)
        except CannotTell:
            return None
        # a constant would presuppose what is to be shown; the state at generation 0 and the first path sum are constants
        return y if any(t > 1 or (t == 1 and name != "a") for name, t in self.named(y)) else None

    def weight(self, t: int, tilt: Fraction) -> Expr:
        """log of the weight of a path of t tilted generations."""
        if tilt == 1 or t == 0:
            return S.Zero
        s = self.symbol("s", t, positive=True)
        return Float(t * self.nu / 2 * math.log(tilt)) - Float(float(tilt - 1) / 2) * s

    def order(self, x: Expr) -> tuple[Fraction, bool]:
        """(largest power of sigma that x grows like, whether it is a sum over the path)."""
        powers, path = [Fraction(0)], False
        for term in Add.make_args(expand(x)):
            p = Fraction(0)
            for f in Mul.make_args(term):
                base, e = f.as_base_exp()
                if isinstance(f, exp):  # sigma^p is exp(p log_v / 2)
                    p += sum((2 * _fraction(diff(f.args[0], s)) for s in f.args[0].free_symbols), Fraction(0))
                elif base.is_Symbol and base.name.startswith("a_"):
                    p, path = p + 2 * _fraction(e), True
            powers.append(p)
        return max(powers, key=abs), path

    def tilt_for(self, p: Fraction, path: bool, t: int) -> Fraction:
        """The tilt by scale of rule 21; 1 where the plain estimator is good enough."""
        plain = _moments(self.nu, t, p, PLAINLY)
        if p == 0 or (plain is not None and plain[1] <= PLAIN):
            return PLAINLY
        tilt = 1 + p / ((2 if path else 1) * self.nu)
        return tilt if tilt > Fraction(1, 4) else PLAINLY

    # ---- estimands ----

    def mean(self, x: Expr, name: str) -> Statistic:
        """The statistic whose mean is E x."""
        if x.has(oo):
            raise CannotTell("only probabilities are estimated at infinite time")
        paths = x.atoms(PathMax)
        if paths:
            return self.path_mean(x, name)
        y = self.averaged(x)
        raw = y is None
        y = self.in_state(x, raw=True) if raw else y
        p, path = self.order(
            y
            if not raw
            else self.in_state(
                x.replace(lambda e: isinstance(e, Observable) and e.name != "sigma", lambda e: self.loop.sigma(e.t)),
                raw=True,
            )
        )
        path = path or raw
        t = max((t for _, t in self.named(y)), default=0)
        tilt = self.tilt_for(p, path, t)
        known = _moments(self.nu, t, p, tilt)
        if t and p and (known is None or known[1] > HEAVY):
            size = "infinite" if known is None else f"{known[1]:.2g}"
            raise CannotTell(f"heavy tail: the relative variance of sigma^{p} at t = {t} is {size}, even tilted")
        bare = isinstance(y, exp) and not path and known is not None and t > 0
        y = y * exp(self.weight(t, tilt))
        if bare and known is not None:
            # a power of sigma: the law of its estimator is known. Tilted it is nearly constant, controls would add noise
            scale = (self.lam * self.nu / self.divisor) ** (float(p) * t / 2)
            if tilt != 1:
                return self._statistic(tilt, name, y, variance=known[1] * (known[0] * scale) ** 2, skewness=known[2])
            if p > 0:
                control = Float(scale * float(p) / 2) * (self.symbol("s", t, positive=True) / self.nu - t)
                mean, variance, skewness = _controlled_moments(self.nu, t, p)
                if variance < 1e-6 * known[1] * mean**2:  # sigma_1^2 *is* its control: nothing would be measured
                    control, variance, skewness = S.Zero, known[1] * mean**2, known[2]
                return self._statistic(tilt, name, y - control, variance=variance * scale**2, skewness=skewness)
        return self._statistic(tilt, name, y, controls=self._controls(t, tilt))

    def power(self, x: Expr, k: int, name: str) -> Statistic:
        return self.mean(expand(x**k), name)

    def quantile(self, x: Expr, level: float, name: str) -> Statistic:
        return self._statistic(PLAINLY, name, self.in_state(x, raw=True), kind="quantile", level=level)

    def _controls(self, t: int, tilt: Fraction) -> tuple:
        """Zero-mean functions of a tilted path: weight - 1, and weight * (true chi-squares / nu - t) (rule 21)."""
        if t == 0:
            return ()
        w, s = exp(self.weight(t, tilt)), self.symbol("s", t, positive=True)
        wanted = [w * (Float(float(tilt)) * s / self.nu - t), *([w - 1] if tilt != 1 else [])]
        return tuple(array_function(c, self.named(c)) for c in wanted)

    def named(self, y) -> dict[tuple[str, int], Symbol]:
        """The records that an expression reads, with their symbols."""
        return {self.names[s]: s for s in sorted(y.free_symbols, key=str) if s in self.names}

    def _statistic(self, tilt: Fraction, name: str, y, **options) -> Statistic:
        used = self.named(y)
        cost = 15.0 * max(1, len(y.atoms(exp, log)) + len(used))
        return self._read(tilt, name, array_function(y, used), used, nanoseconds=cost, **options)

    def _read(self, tilt: Fraction, name: str, values, keys: Iterable, controls=(), **options) -> Statistic:
        """The statistic of functions of these records, beside the generations that they read of all paths."""
        times = tuple(sorted({t for _, t in keys})) or (0,)
        simulation, drift = self.simulation(tilt, {n for n, _ in keys}, times[-1], len(times))
        if drift:
            name = f"{name}, log v + {drift} t"
            values, *controls = (Drifting(f, times, drift) for f in (values, *controls))
        return Statistic(simulation, name, times, values, tuple(controls), **options)

    def path_mean(self, x: Expr, name: str, event: Relational | None = None) -> Statistic:
        """E of a maximum over the path, or the indicator of an event about it: raw paths, every generation."""
        (path,) = x.atoms(PathMax)
        if path != x:
            raise CannotTell("a function of a maximum over the path: only the maximum itself, or an event about it")
        f, (s, start, end) = path.function, path.limits[0]
        times = range(int(start), int(end) + 1)
        if len(times) > LONGEST:
            raise CannotTell(f"a maximum over {len(times)} generations: {LONGEST} are recorded at most")
        y = self.in_state(f.subs(s, 1), raw=True)  # the same function of the state at every generation
        if f.xreplace({o: Symbol("o") for o in f.atoms(Observable)}).has(s):
            raise CannotTell("the path function depends on the generation itself")
        with_mean = any(o.name == "mu" for o in f.atoms(Observable)) and not self.loop.known_mean
        p, _ = self.order(
            self.in_state(
                f.replace(
                    lambda e: isinstance(e, Observable) and e.name != "sigma", lambda e: self.loop.sigma(e.t)
                ).subs(s, 1),
                raw=True,
            )
        )
        t = int(end)
        tilt = PLAINLY if event is not None else self.tilt_for(p, True, t)
        weight = self.weight(t, tilt)
        w = array_function(exp(weight), self.named(weight)) if weight != 0 else None

        level, strict = (float(event.rhs), isinstance(event, Gt)) if event is not None else (None, False)
        function = array_function(y, {(name, MOVING): symbol for (name, _), symbol in self.named(y).items()})
        read = [(name, t) for t in times for name, _ in function.keys]
        if event is not None and times[0] == 0 and not any(o.name == "draw" for o in f.atoms(Observable)):
            level = _told_apart(event, f, function)
        if level is not None and t > 0 and not with_mean and p > 0 and level ** (2 / float(p)) >= RARE:
            tilt = 1 + Fraction(2, self.nu)  # that of the martingale sigma^2: paths that rise
            passage = FirstPassage(function, times, level, strict, self.nu, float(tilt))
            return self._read(tilt, name, passage, read + [("s", t) for t in times], nanoseconds=12.0 * len(times))
        weighed = list(w.keys) if w is not None else []
        return self._read(
            tilt,
            name,
            PathMaximum(function, times, w, level, strict),
            read + weighed,
            kind="indicator" if event is not None else "mean",
            bounds=(0.0, 1.0) if event is not None else None,
            nanoseconds=12.0 * len(times),
            controls=() if event is not None else self._controls(t, tilt),
        )

    def probability(self, event, name: str) -> Statistic:
        """The statistic whose mean is P(event): given the sigma path where a normal decides it, else an indicator."""
        x, level = event.lhs, event.rhs
        if x.atoms(PathMax):
            return self.path_mean(x, name, event)
        inner = x.args[0] if isinstance(x, Abs) else x
        if isinstance(inner, Observable) and inner.name in ("mu", "draw") and level.is_number:
            remainder, t = 0.0, inner.t
            if t is oo:
                if inner.name != "mu" or self.loop.known_mean or self.loop.args[3:] != GaussianLoop(2).args[3:]:
                    raise CannotTell("infinite time is supported for the mean of the unbiased loop")
                t = HORIZON * self.n
                remainder = self._remainder(t)
            t = int(t)
            v = exp(self.symbol("log_v", t, real=True)) if inner.name == "draw" else S.Zero
            if not self.loop.known_mean:
                v = v + self.symbol("a", t, positive=True) / self.n
            if v == 0:
                raise CannotTell("nothing random")
            tail = erfc(level / sqrt(2 * v))
            y = tail if isinstance(x, Abs) and level.is_nonnegative else tail / 2
            if t <= 1 and inner.name == "mu":  # given the path its variance is a constant: nothing would be measured
                return self._indicator(event, name)
            return self._statistic(PLAINLY, name, y, bounds=(0.0, 1.0), remainder=remainder)
        return self._indicator(event, name)

    def _indicator(self, event, name: str) -> Statistic:
        y = self.in_state(event.lhs, raw=True)
        places, used = event.func(y, event.rhs), self.named(y)
        places = places.xreplace({s: Symbol(f"x{i}") for i, s in enumerate(used.values())})
        # what the loop is handed is exactly 0, in logarithms; of a mean the digits below those of the largest are rounding
        sums = Known(atoms=True)
        known = tuple(
            Known(value=S.Zero, grid=S.Zero) if t == 0 else sums if kind == "m" else NOTHING for kind, t in used
        )
        values = Jumping(places, tuple(used), known)
        return self._read(PLAINLY, name, values, used, kind="indicator", bounds=(0.0, 1.0))

    def _remainder(self, t: int) -> float:
        """A bound of |P(|mu_oo| > y) - P(|mu_t| > y)| for the unbiased loop, any y.

        Given the path, mu_oo is normal with variance (A_t + sigma_t^2 A')/n, A' an independent copy of A_oo. The tail
        h(a) = erfc(y sqrt(n/(2a))) has a h'(a) <= max z exp(-z^2)/sqrt(pi) < 0.2421, so h(a + b) - h(a) <= 0.2421
        log(1 + b/a) <= 0.2421 sqrt(b/a); A_t >= 1, E sigma_t = c4^t, and E sqrt(A') <= sum of c4^s = 1/(1 - c4).
        """
        from theory.language.functions import c4

        c = float(c4(self.n).evalf(20))
        return 0.2421 * c**t / (1 - c) * 1.0001


def estimand_of(loop: GaussianLoop, wanted, shift: float | None = None) -> Estimand:
    """How a standard moment of the loop is estimated."""
    together = isinstance(wanted, Combination) and not all(isinstance(m, E) for _, m in wanted.terms)
    return assembled(_Sampler(loop, together), wanted, shift)


def paths(loop: GaussianLoop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
    """{name: array of shape (size, t + 1)} for observables "sigma", "mu", "error" of a loop with numbers for parameters."""
    asked_of(loop, observables, ("error", "mu", "sigma"))
    s = _Sampler(loop)
    sigma, mu = trajectories(rng, size, s.n, s.nu, s.divisor, s.lam, t)
    sigma0, mu0 = float(loop.sigma0), float(loop.mu0)
    values = {"sigma": lambda: sigma0 * sigma, "mu": lambda: mu0 + sigma0 * mu, "error": lambda: sigma0 * mu}
    return {name: values[name]() for name in observables}


register(Simulator(estimand_of, paths), GaussianLoop)
