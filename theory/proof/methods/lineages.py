"""Kernel density estimates refitted to draws from each other: moments from the ancestors of one draw, and of two.

A draw from the model is a point of its pool, chosen at random, and kernel noise. So, N = n + m being the size of the pool, two
draws from model t have

- the same point, with probability 1/N: they differ by the noise of two kernels;
- two points from model t - 1, with probability n (n - 1)/N^2: those are two draws from it, and each has its kernel noise;
- a point from model t - 1 and a real one, with probability 2 n m/N^2, or two real ones, m (m - 1)/N^2.

Where all points are kept, the pool of model t has t + 1 batches: its newest is of draws from the model before, the others are
that model's pool. Where the m real points are the same in all pools, two lineages that end at real points in different fits do
so at the same one with probability 1/m.

The law of a draw, and that of the difference of two, is a mixture: of lineages that end at a real point, or meet, after so
many kernels. Integrals of the fitted density and of its square are values of densities of these mixtures: the density at x is
that of a draw; the integral of its square that of a difference at 0. So are its characteristic function at w, the mean of
cos(w X), and the square of that, the mean of cos(w (X - Y)).

Kernels and truth being Gaussian, the noise of a lineage is told by its variance; else by the number of its kernels.

The derivation follows lineages from model t back, and solves the recursions of second moments; balls follow the weights of all
lineages from model 0 on. Both start from the loop's `pool`. Not apart are the weights where all points are kept, and overlaps of
other kernels than Gaussian ones: there the simulation is the witness beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

from flint import arb
from sympy import Add, Dummy, Expr, Integer, Mul, Poly, PolynomialError, S, Sum, cos, exp, sympify

from ...language.errors import BadInput, CannotTell
from ...language.laws import Law, Normal
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment
from ...language.order import in_order
from ...language.structures import Lineage, SignedKernel
from .. import structures
from ..arithmetic.overlaps import overlap_ball
from ..arithmetic.precision import at_precision, whole
from ..arithmetic.programs import to_ball
from ..symbols.linear import expanded
from ..symbols.normal_forms import is_zero
from ..symbols.overlaps import overlap, wave
from ..symbols.recurrences import ExpPoly, factored, solve
from .method import Derivation, Method

MOST_WRITTEN = 60  # generations of lineages that are written out, where no sum over them is known
MOST_FITS, MOST_MIXED = 2_000, 150  # generations of lineages that balls follow: of synthetic data only, with real data
MOST_STEPS = 100_000  # generations of second moments
DEGREES = {"mean": 1, "draw": 1, "variance": 2}


@dataclass(frozen=True)
class _Reading:
    """What is averaged: a combination of c, E X, E X^2 and E X Y for two draws X and Y, or one density of theirs, or
    cos(w X), cos(w (X - Y))."""

    loop: Loop
    t: Expr
    constant: Expr = S.Zero
    first: Expr = S.Zero
    square: Expr = S.Zero
    product: Expr = S.Zero
    density: Observable | None = None
    frequency: Expr | None = None  # w
    apart: bool = False  # whether it is of a difference


def _read(x: Expr) -> _Reading:
    """The mean given the model is that of a draw; the variance is X^2 - X Y on average; a product takes a draw each."""
    seen = x.atoms(Observable)
    models = {(o.loop, o.t) for o in seen}
    if len(models) != 1:
        raise CannotTell("lineages are followed from one model at a time")
    ((loop, t),) = models
    _asked_of_a_law(loop, t, seen)
    if len(seen) == 1 and x in seen and (o := next(iter(seen))).name in ("density", "ISE"):
        return _Reading(loop, t, density=o)
    if isinstance(x, cos) and all(o.name == "draw" for o in seen):
        return _Reading(loop, t, frequency=_frequency(x.args[0], in_order(seen)), apart=len(seen) == 2)
    if unread := [o for o in seen if o.name not in DEGREES]:
        raise CannotTell(f"{unread[0]} is no integral of the fitted density or of its square")
    constant = first = square = product = S.Zero
    draws = in_order(seen)
    for powers, c in _polynomial(x, draws):
        factors = [o for o, power in zip(draws, powers, strict=True) for _ in range(power)]
        match factors:
            case []:
                constant += c
            case [o] if o.name == "variance":
                square, product = square + c, product - c
            case [_]:
                first += c
            case [o, p] if "variance" not in (o.name, p.name):
                if o == p and o.name == "draw":
                    square += c
                else:
                    product += c
            case _:
                raise CannotTell(f"{Mul(*factors)} takes more than two draws from the model")
    return _Reading(loop, t, constant, first, square, product)


def _asked_of_a_law(loop: Loop, t: Expr, seen: set[Observable]) -> None:
    """Raises `BadInput` where something is drawn from an estimate whose kernel is no law."""
    found = structures.defined(loop, Lineage)
    if found and isinstance(found.kernel, SignedKernel) and (t != 0 or any(o.name == "draw" for o in seen)):
        raise BadInput(f"{type(loop).__name__}: its kernel is no law, and nothing is drawn from an estimate with it")


def _frequency(angle: Expr, draws: list[Observable]) -> Expr:
    """w, where the angle is w X, or w (X - Y)."""
    terms = _polynomial(angle, draws)
    if any(sum(powers) != 1 for powers, _ in terms):
        raise CannotTell(f"cos({angle}) is of no multiple of a draw, or of the difference of two")
    slopes = [w for _, w in terms]
    if len(draws) > 2 or (len(draws) == 2 and expanded(Add(*slopes)) != 0):
        raise CannotTell(f"cos({angle}): lineages are followed of one draw, or of the difference of two")
    return slopes[0]


def _polynomial(x: Expr, draws: list[Observable]) -> list[tuple[tuple[int, ...], Expr]]:
    """The terms of a polynomial: powers of the draws (or means of them), and what they are multiplied by."""
    try:
        return Poly(expanded(x), *draws, domain="EX").terms() if draws else [((), x)]
    except PolynomialError as problem:
        raise CannotTell(f"{x} is no polynomial of a draw, or of the mean") from problem


def _truth(loop: Loop, kernel: Law | SignedKernel | None) -> Law:
    truth = getattr(loop, "truth", None)
    if kernel is None and not isinstance(truth, Normal):
        raise CannotTell(f"lineages of {type(loop).__name__} that end in {truth}: a Gaussian truth is expected")
    if not isinstance(truth, Law):
        raise CannotTell(f"lineages of {type(loop).__name__} that end in {truth}: a law is expected")
    return truth


def _pool(loop: Loop) -> Lineage:
    """What a loop says of its pool. Raises `BadInput` where it changes with the fit in another way than it may."""
    found = structures.defined(loop, Lineage)
    assert found is not None
    if any(x is not None and x.has(CLOCK) for x in (found.synthetic, found.real, found.first, found.kernel, found.d)):
        raise BadInput(f"{type(loop).__name__}: a lineage is of pools of one size: only its variance may contain CLOCK")
    if found.kept and (found.variance.has(CLOCK) or found.first is None or found.real != 0):
        raise BadInput(
            f"{type(loop).__name__}: where all points are kept, model 0 has a pool, and kernels stay as they are"
        )
    if found.fixed and found.first != found.real:
        raise BadInput(f"{type(loop).__name__}: real points that stay are those of model 0, too")
    return found


def _mean_of(law: Law) -> Expr:
    return law.mean if isinstance(law, Normal) else _raw_moment(law, 1)


def _variance_of(law: Law) -> Expr:
    return law.variance if isinstance(law, Normal) else _raw_moment(law, 2) - _raw_moment(law, 1) ** 2


def _raw_moment(law: Law, power: int) -> Expr:
    form, exists = law.moment(Integer(power))
    if not exists.is_positive:
        raise CannotTell(f"whether {law} has a moment of order {power}")
    return form


class _Pool:
    """A loop's pool in symbols."""

    def __init__(self, loop: Loop):
        found = _pool(loop)
        self.n, self.m, self.variance, self.first = found.synthetic, found.real, found.variance, found.first
        self.kernel, self.fixed, self.d = found.kernel, found.fixed, found.d
        self.truth = _truth(loop, self.kernel)
        self.mean, self.real = _mean_of(self.truth), _variance_of(self.truth)
        self.size = self.n + self.m
        self.share = self.m / self.size  # of real points
        # two points from the model before; in the form in which powers of it are written
        self.apart = 1 - 1 / self.n if self.m == 0 else self.n * (self.n - 1) / self.size**2
        self.given = self.first is not None  # whether model 0 has a pool
        self.own = self.variance if self.kernel is None else S.One  # what a kernel adds to the noise of a lineage

    def bell(self, place=S.Zero, width=S.Zero) -> Callable[[Expr, int], Expr]:
        """The density at a place, the same in all coordinates, of Gaussian noise, `width` more, and so many real points."""
        return lambda noise, reals: Normal(0, noise + reals * self.real + width).density(place) ** self.d

    def overlap(self, noise: Expr, reals: int) -> Expr:
        """The density at 0 of a difference, after so much noise, of real points (2), or of a point and itself (0)."""
        if self.kernel is None:
            return self.bell()(noise, reals)
        return overlap(self.kernel, noise, self.truth, reals, self.d)

    def wave(self, w: Expr) -> Callable[[Expr, int], Expr]:
        """E cos(w Z): of the noise, of a real point and noise (1), of the difference of two of them and noise (2)."""
        re, im = wave(self.truth, w)

        def of(noise: Expr, reals: int) -> Expr:
            kernels = exp(-(w**2) * noise / 2) if self.kernel is None else wave(self.kernel, w)[0] ** noise
            return kernels * (S.One, re, re**2 + im**2)[reals]

        return of

    def noise(self, t, k) -> Expr:
        """The variance that the kernels of the last k fits of t give a lineage."""
        if not self.own.has(CLOCK):
            return k * self.own
        j = Dummy("j", integer=True, positive=True)
        total = Sum(self.variance.xreplace({CLOCK: j}), (j, t - k + 1, t))
        return total.doit() if sympify(k).is_Integer and sympify(t).is_Integer else total

    def _over(self, term: Callable[[Expr], Expr], t: Expr) -> Expr:
        """The sum of term(k) over how many fits ago something happened, 1, ..., t."""
        if t.is_Integer:
            if t > MOST_WRITTEN:
                raise CannotTell(f"{t} generations are too many to be written out")
            return Add(*(term(Integer(k)) for k in range(1, int(t) + 1)))
        k = Dummy("k", integer=True, positive=True)
        return Sum(term(k), (k, 1, t))

    def one(self, f: Callable[[Expr], Expr], t: Expr) -> Expr:
        """E f(V), V the noise of a draw from model t along its lineage, which ends at a real point."""
        share = self.n / self.size
        start = self.noise(t, t) + (self.own if self.given else 0)
        if self.m == 0:
            return f(start)
        met = self._over(lambda k: self.share * share ** (k - 1) * f(self.noise(t, k)), t)
        return met + share**t * f(start)

    def two(self, f: Callable[[Expr, int], Expr], t: Expr) -> Expr:
        """E f(V, r), V the noise of the difference of two draws from model t, r the number of real points in it: 2, or 0."""
        n, m, size = self.n, self.m, self.size

        def joined(noise: Expr) -> Expr:
            """Of lineages that end at real points, in different fits."""
            return f(noise, 0) / m + (1 - 1 / m) * f(noise, 2) if self.fixed else f(noise, 2)

        def ended(k: Expr) -> Expr:
            noise = 2 * self.noise(t, k)
            out = f(noise, 0) / size
            if m != 0:
                out += m * (m - 1) / size**2 * f(noise, 2)
                out += 2 * n * m / size**2 * self.one(lambda v: joined(v + noise), t - k)
            return self.apart ** (k - 1) * out

        noise = 2 * self.noise(t, t)
        if self.first is None:
            start = f(noise, 2)
        else:
            noise += 2 * self.own
            start = f(noise, 0) / self.first + (1 - 1 / self.first) * f(noise, 2)
        return self._over(ended, t) + self.apart**t * start

    @cached_property
    def _start(self) -> tuple[Expr, Expr]:
        """Variance of a draw from model 0, covariance of two."""
        return (self.real + self.variance, self.real / self.first) if self.given else (self.real, S.Zero)

    @property
    def _shared(self) -> Expr:
        """What two points of a pool have in common, one being real and one drawn: the same real point, if those stay."""
        return 2 * self.n / self.size**2 * self.real if self.fixed else S.Zero

    def seconds(self, t: Expr) -> tuple[Expr, Expr, list[Expr]]:
        """Variance of a draw from model t, covariance of two, and what must not be 0: from their recursions in t."""
        real, size, share = self.real, self.size, self.n / self.size
        start, common = self._start
        if self.variance.has(CLOCK):
            return self._unfolded(t)
        a, zero = solve(share, start, ExpPoly([(S.One, [self.share * real + self.variance])]))
        forcing = ExpPoly([(b, [share / size * x for x in c]) for b, c in a.terms])
        forcing.add(S.One, [self.share * real / size + self._shared])
        c, more = solve(self.apart, common, forcing)
        j = Dummy("j", integer=True, nonnegative=True)
        steps = (
            a.at(j + 1) - share * a.at(j) - self.share * real - self.variance,
            c.at(j + 1) - self.apart * c.at(j) - (share * a.at(j) + self.share * real) / size - self._shared,
        )
        starts = (a.at(S.Zero) - start, c.at(S.Zero) - common)
        if not all(map(is_zero, (*steps, *starts))):
            raise CannotTell("the solution of the recursion does not pass its induction")
        return a.at(t), c.at(t), zero + more

    def _unfolded(self, t: Expr) -> tuple[Expr, Expr, list[Expr]]:
        """The same with kernels that change."""
        real, share = self.real, self.n / self.size
        if self.m == 0 and not t.is_Integer:
            j = Dummy("j", integer=True, positive=True)
            before = self.apart ** (t - j) * (real + self.noise(j - 1, j - 1)) / self.size
            return real + self.noise(t, t), Sum(before, (j, 1, t)), []
        if not t.is_Integer or t > MOST_WRITTEN:
            raise CannotTell(f"{t} generations, with kernels that change, are not written out")
        a, c = self._start
        for j in range(1, int(t) + 1):
            pooled = share * a + self.share * real
            a, c = (
                pooled + self.variance.xreplace({CLOCK: Integer(j)}),
                self.apart * c + pooled / self.size + self._shared,
            )
        return factored(a), factored(c), []


def kept_weights(n, first, t: int, start) -> tuple[dict, dict]:
    """Weights of the lineages of one draw from model t, and of two, where all points are kept: `first`, then n in every fit.

    One: {kernels: weight}; two: {(kernels of both, 0 or 2 real points): weight}. start: the number 1, in which is calculated.
    """
    one, two = {0: start}, {(0, 0): start / first, (0, 2): start - start / first}
    sizes = [first + k * n for k in range(t + 1)]
    for size, total in pairwise(sizes):
        old, new = size / total, n / total
        one = _added((old, one), (new, {k + 1: w for k, w in one.items()}))
        pairs = [{(k + more, r): w for (k, r), w in two.items()} for more in range(3)]
        shares = old * old, 2 * old * new, new * (n - 1) / total
        two = _added(*zip(shares, pairs, strict=True), (new / total, {(0, 0): start}))
    return {k + 1: w for k, w in one.items()}, {(k + 2, r): w for (k, r), w in two.items()}


def _added(*parts: tuple[Any, dict]) -> dict:
    out: dict = {}
    for share, weights in parts:
        for key, w in weights.items():
            out[key] = out.get(key, 0) + share * w
    return out


class _KeptPool(_Pool):
    """Pools that keep all points."""

    def _weights(self, t: Expr) -> tuple[dict, dict]:
        if not t.is_Integer or t > MOST_WRITTEN:
            raise CannotTell(f"{t} generations of pools that keep all points are not written out")
        one, two = kept_weights(self.n, self.first, int(t), S.One)
        return {k: factored(w) for k, w in one.items()}, {key: factored(w) for key, w in two.items()}

    def one(self, f: Callable[[Expr], Expr], t: Expr) -> Expr:
        return Add(*(w * f(k * self.own) for k, w in self._weights(t)[0].items()))

    def two(self, f: Callable[[Expr, int], Expr], t: Expr) -> Expr:
        return Add(*(w * f(k * self.own, reals) for (k, reals), w in self._weights(t)[1].items()))

    def seconds(self, t: Expr) -> tuple[Expr, Expr, list[Expr]]:
        """By the mean square of one draw, and of the difference of two."""
        scale = self.variance / self.own
        square = self.one(lambda v: self.real + v * scale, t)
        return square, square - self.two(lambda v, reals: v * scale + reals * self.real, t) / 2, []


def moment(x: Expr) -> Derivation:
    """E x, x a function of one model of a loop with a pool."""
    r = _read(x)
    pool = (_KeptPool if _pool(r.loop).kept else _Pool)(r.loop)
    mean = pool.mean
    if not r.t.is_nonnegative:
        raise CannotTell(f"whether {r.t} is 0 or later is not known")
    if r.frequency is not None:
        f = pool.wave(r.frequency)
        form = pool.two(f, r.t) if r.apart else pool.one(lambda v: f(v, 1), r.t)
        away = [r.frequency] if pool.kernel is not None else []  # sin(w)/w
        steps = ["characteristic functions: two draws meet, or have real ancestors of their own"]
        return Derivation(form, nonzero=away, steps=steps)
    if (o := r.density) is None:
        a, c, nonzero = pool.seconds(r.t) if r.square != 0 or r.product != 0 else (S.Zero, S.Zero, [])
        form = r.constant + r.first * mean + r.square * (a + mean**2) + r.product * (c + mean**2)
        steps = [
            "variance and covariance of two draws: recursions over the fits, start and step checked by normal form"
        ]
        return Derivation(form, nonzero=nonzero, steps=steps)
    if o.name == "density":
        if pool.d != 1 or pool.kernel is not None:
            raise CannotTell("the density at a point is known of Gaussian kernels on the line")
        f = pool.bell(o.index[0] - mean)
        return Derivation(
            pool.one(lambda v: f(v, 1), r.t), steps=["the density of a draw: over the real ancestors of its lineage"]
        )
    square = pool.two(pool.overlap, r.t)
    if pool.kernel is None:
        q = Normal(*o.index)
        f = pool.bell(q.mean - mean, q.variance)
        form = square - 2 * pool.one(lambda v: f(v, 1), r.t) + Normal(0, 2 * q.variance).density(0) ** pool.d
    else:
        form = square - 2 * pool.one(lambda v: pool.overlap(v, 2), r.t) + pool.overlap(S.Zero, 2)
    return Derivation(form, steps=["E of the squared density: two draws meet, or have real ancestors of their own"])


def condition(x: Expr, loop: Loop, t: Expr) -> Expr:
    """E[x | model(t)], x a polynomial in draws from that model: these are independent, of its mean and variance."""
    if any(o.t != t for o in x.atoms(Observable)):
        raise CannotTell(f"{x} given the model at {t}: only what that model is, and draws from it")
    _asked_of_a_law(loop, t, x.atoms(Observable))
    mean, variance = (Observable(loop, name, t) for name in ("mean", "variance"))
    moments = (S.One, mean, variance + mean**2)
    draws = in_order(o for o in x.atoms(Observable) if o.name == "draw")
    total = S.Zero
    for powers, c in _polynomial(x, draws):
        if max(powers, default=0) > 2:
            raise CannotTell(f"{x} given the model at {t}")
        total += c * Mul(*(moments[power] for power in powers))
    return total


# ---- balls ----------------------------------------------------------------------------------------------------------


class _Lineages:
    """Weights of the lineages of one draw and of two, from model to model, in balls.

    one: by the fit at which the real ancestor came in (0: with model 0).  met: of two draws, by the fit at which they had the
    same point.  two: by the fits of their ancestors, the smaller first.  shared: likewise, of those whose ancestors are one.
    """

    def __init__(self, loop: Loop):
        found = _pool(loop)
        self.kernel, self.truth = found.kernel, _truth(loop, found.kernel)
        self.given, self.real = found.first is not None, to_ball(_variance_of(self.truth))
        self.n, self.m, self.variance = to_ball(found.synthetic), to_ball(found.real), found.variance
        self.d, self.mean, self.dimension = to_ball(found.d), _mean_of(self.truth), found.d
        size = self.n + self.m
        self.shares = 1 / size, self.n * (self.n - 1) / size**2, self.m * (self.m - 1) / size**2
        self.mixed, self.share = 2 * self.n * self.m / size**2, self.m / size
        self.same = 1 / self.m if found.fixed else arb(0)  # real points of different fits
        own = 1 / to_ball(found.first) if self.given else arb(0)
        self.t, self.one = 0, {0: arb(1)}
        self.met, self.two = ({0: own} if self.given else {}), {(0, 0): 1 - own}
        self.shared: dict[tuple[int, int], arb] = {}
        self.kernels = [self._own(0) if self.given else arb(0)]  # what the kernels up to a model add, one by one
        self.sums = [self.kernels[0]]
        self.second, self.common = self.real + (to_ball(self.variance) if self.given else 0), self.real * own

    def _own(self, fit: int) -> arb:
        """What a kernel adds to the noise of a lineage: its variance, or one kernel more."""
        if self.kernel is not None:
            return arb(1)
        return to_ball(self.variance.xreplace({CLOCK: Integer(fit)}) if fit else self.variance)

    def step(self, whole: bool = True) -> None:
        """One fit more; if not whole, of the second moments only."""
        self.t += 1
        same, apart, _ = self.shares
        if whole:
            self._extend(self._own(self.t))
        pooled = (1 - self.share) * self.second + self.share * self.real
        own = to_ball(self.variance.xreplace({CLOCK: Integer(self.t)}))
        self.second = pooled + own
        self.common = apart * self.common + pooled * same + self.mixed * self.same * self.real

    def _extend(self, own: arb) -> None:
        t, (same, apart, real) = self.t, self.shares
        self.met = {i: apart * w for i, w in self.met.items()} | {t: same}
        self.two = {ij: apart * w for ij, w in self.two.items()}
        if self.m != 0:
            self.shared = {ij: apart * w for ij, w in self.shared.items()}
            if self.same != 0:
                self.shared |= {(i, t): self.same * self.mixed * w for i, w in self.one.items()}
            apart_now = (1 - self.same) * self.mixed
            self.two |= {(i, t): apart_now * w for i, w in self.one.items()} | {(t, t): real}
            self.one = {i: (1 - self.share) * w for i, w in self.one.items()} | {t: self.share}
        self.kernels.append(own)
        self.sums.append(self.sums[-1] + own)

    def since(self, i: int) -> arb:
        """The variance from the kernels of a lineage that came in at fit i."""
        return self.sums[self.t] - (self.sums[i] - self.kernels[i])

    def mean_one(self, f: Callable[[arb], arb]) -> arb:
        return sum((w * f(self.since(i)) for i, w in self.one.items()), arb(0))

    def mean_two(self, f: Callable[[arb, int], arb]) -> arb:
        weights = [(w, 2 * self.since(i), 0) for i, w in self.met.items()]
        for pairs, reals in ((self.shared, 0), (self.two, 2)):
            weights += [(w, self.since(i) + self.since(j), reals) for (i, j), w in pairs.items()]
        return sum((w * f(noise, reals) for w, noise, reals in weights), arb(0))

    def bell(self, place: arb, width: arb) -> Callable[[arb, int], arb]:
        """The density at a place, the same in all coordinates, of Gaussian noise, `width` more, and so many real points."""

        def of(noise: arb, reals: int) -> arb:
            v = noise + reals * self.real + width
            return ((-place * place / (2 * v)).exp() / (2 * arb.pi() * v).sqrt()) ** self.d

        return of

    def overlap(self, noise: arb, reals: int) -> arb:
        """The density at 0 of a difference: of real points (2), or of a point and itself (0)."""
        if self.kernel is None:
            return self.bell(arb(0), arb(0))(noise, reals)
        return _overlap_ball(self.kernel, _number(noise), self.truth, reals, self.dimension)

    def wave(self, w: Expr) -> Callable[[arb, int], arb]:
        """E cos(w Z): of the noise, of a real point and noise (1), of the difference of two of them and noise (2)."""
        re, im = map(to_ball, wave(self.truth, w))
        factors, w_ball = (arb(1), re, re * re + im * im), to_ball(w)
        kernel = None if self.kernel is None else to_ball(wave(self.kernel, w)[0])

        def of(noise: arb, reals: int) -> arb:
            smooth = (-w_ball * w_ball * noise / 2).exp() if kernel is None else kernel ** _number(noise)
            return smooth * factors[reals]

        return of


def _number(noise: arb) -> int:
    """Of kernels, where these are counted."""
    count = whole(noise)
    assert count is not None
    return count


@partial(at_precision, most=4096)
def _overlap_ball(kernel: Law | SignedKernel, kernels: int, truth: Law, reals: int, d: Expr) -> arb:
    try:
        closed = overlap(kernel, Integer(kernels), truth, reals, d)
    except CannotTell as why:
        if isinstance(kernel, SignedKernel) or not reals:
            raise
        with suppress(CannotTell):
            return overlap_ball(kernel, kernels, truth, int(d))
        raise why
    return to_ball(closed)


class _KeptLineages(_Lineages):
    """Lineages of pools that keep all points, of model t."""

    def __init__(self, loop: Loop, t: int):
        super().__init__(loop)
        self.t, self.own = t, self._own(0)
        self.one, self.two = kept_weights(self.n, to_ball(_pool(loop).first), t, arb(1))
        variance = to_ball(self.variance)
        self.second = self.real + sum((w * k * variance for k, w in self.one.items()), arb(0))
        apart = sum((w * (k * variance + r * self.real) for (k, r), w in self.two.items()), arb(0))
        self.common = self.second - apart / 2

    def mean_one(self, f: Callable[[arb], arb]) -> arb:
        return sum((w * f(k * self.own) for k, w in self.one.items()), arb(0))

    def mean_two(self, f: Callable[[arb, int], arb]) -> arb:
        return sum((w * f(k * self.own, reals) for (k, reals), w in self.two.items()), arb(0))


@partial(at_precision, most=64)
def _followed(loop: Loop, t: int, whole: bool) -> _Lineages:
    if _pool(loop).kept:
        if t > MOST_FITS:
            raise CannotTell(f"{t} generations are too many to follow")
        return _KeptLineages(loop, t)
    lineages = _Lineages(loop)
    if t > (MOST_STEPS if not whole else MOST_FITS if lineages.m == 0 else MOST_MIXED):
        raise CannotTell(f"{t} generations are too many to follow")
    for _ in range(t):
        lineages.step(whole)
    return lineages


def mean(x: Expr) -> arb:
    """E x, x a function of one model of a loop with a pool and numbers for its parameters."""
    r = _read(x)
    loop = r.loop
    if not (r.t.is_Integer and r.t >= 0):
        raise CannotTell(f"the generation {r.t} is no number, 0 or later")
    lineages = _followed(loop, int(r.t), r.density is not None or r.frequency is not None)
    center = to_ball(lineages.mean)
    if r.frequency is not None:
        f = lineages.wave(r.frequency)
        return lineages.mean_two(f) if r.apart else lineages.mean_one(lambda v: f(v, 1))
    if (o := r.density) is None:
        a, c = lineages.second + center**2, lineages.common + center**2
        parts = ((r.constant, arb(1)), (r.first, center), (r.square, a), (r.product, c))
        return sum((to_ball(k) * v for k, v in parts if k != 0), arb(0))
    if o.name == "density":
        if lineages.d != 1 or lineages.kernel is not None:
            raise CannotTell("the density at a point is known of Gaussian kernels on the line")
        f = lineages.bell(to_ball(o.index[0]) - center, arb(0))
        return lineages.mean_one(lambda v: f(v, 1))
    square = lineages.mean_two(lineages.overlap)
    if lineages.kernel is not None:
        across = lineages.mean_one(lambda v: lineages.overlap(v, 2))
        return square - 2 * across + lineages.overlap(arb(0), 2)
    width = to_ball(o.index[1])
    f = lineages.bell(to_ball(o.index[0]) - center, width)
    across = lineages.mean_one(lambda v: f(v, 1))
    return square - 2 * across + (1 / (4 * arb.pi() * width).sqrt()) ** lineages.d


def skip(m: Moment) -> str | None:
    descended = isinstance(m, E) and any(structures.defined(o.loop, Lineage) for o in m.atoms(Observable))
    return None if descended else "it is no mean under a pool of kernels"


METHOD = Method(
    "lineages of draws",
    skip,
    derive=lambda m, learn: moment(m.variable),
    enclose=lambda m, learn: mean(m.variable),
    condition=condition,
)
