"""Kernel density estimates refitted to draws from each other: moments from the ancestors of one draw, and of two.

A draw from the model is a point of its pool, chosen at random, and kernel noise. So, N = n + m being the size of the pool, two
draws from model t have

- the same point, with probability 1/N: they differ by the noise of two kernels;
- two points from model t - 1, with probability n (n - 1)/N^2: those are two draws from it, and each has its kernel noise;
- a point from model t - 1 and a real one, with probability 2 n m/N^2, or two real ones, m (m - 1)/N^2.

Laws being Gaussian from there on, the law of a draw, and that of the difference of two, is a mixture of Gaussians: of
lineages that end at a real point, or meet, after so many kernels. Integrals of the fitted density and of its square are
values of densities of these mixtures: the density at x is that of a draw; the integral of its square that of a difference at 0.

The derivation follows lineages from model t back, and solves the recursions of second moments; balls follow the weights of all
lineages from model 0 on. Both start from the loop's `pool`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from flint import arb
from sympy import Add, Dummy, Expr, Integer, Mul, Poly, PolynomialError, S, Sum, sympify

from ...language.errors import BadInput, CannotTell
from ...language.laws import Normal
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment
from ...language.order import in_order
from ...language.structures import Lineage
from .. import structures
from ..arithmetic.precision import at_precision
from ..arithmetic.programs import to_ball
from ..symbols.linear import expanded
from ..symbols.normal_forms import is_zero
from ..symbols.recurrences import ExpPoly, factored, solve
from .method import Derivation, Method

MOST_WRITTEN = 60  # generations of lineages that are written out, where no sum over them is known
MOST_FITS, MOST_MIXED = 2_000, 150  # generations of lineages that balls follow: of synthetic data only, with real data
MOST_STEPS = 100_000  # generations of second moments
DEGREES = {"mean": 1, "draw": 1, "variance": 2}


@dataclass(frozen=True)
class _Reading:
    """What is averaged, as a combination of c, E X, E X^2 and E X Y for two draws X and Y, or one density of theirs."""

    loop: Loop
    t: Expr
    constant: Expr = S.Zero
    first: Expr = S.Zero
    square: Expr = S.Zero
    product: Expr = S.Zero
    density: Observable | None = None


def _read(x: Expr) -> _Reading:
    """The mean given the model is that of a draw; the variance is X^2 - X Y on average; a product takes a draw each."""
    seen = x.atoms(Observable)
    models = {(o.loop, o.t) for o in seen}
    if len(models) != 1:
        raise CannotTell("lineages are followed from one model at a time")
    ((loop, t),) = models
    if len(seen) == 1 and x in seen and (o := next(iter(seen))).name in ("density", "ISE"):
        return _Reading(loop, t, density=o)
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


def _polynomial(x: Expr, draws: list[Observable]) -> list[tuple[tuple[int, ...], Expr]]:
    """The terms of a polynomial: powers of the draws (or means of them), and what they are multiplied by."""
    try:
        return Poly(expanded(x), *draws, domain="EX").terms() if draws else [((), x)]
    except PolynomialError as problem:
        raise CannotTell(f"{x} is no polynomial of a draw, or of the mean") from problem


def _truth(loop: Loop) -> Normal:
    truth = getattr(loop, "truth", None)
    if not isinstance(truth, Normal):
        raise CannotTell(f"lineages of {type(loop).__name__} that end in {truth}: a Gaussian truth is expected")
    return truth


def _pool(loop: Loop) -> tuple[Expr, Expr, Expr, Expr]:
    """(n, m, variance, first) of a loop's pool. Raises `BadInput` where another than the variance changes with the fit."""
    found = structures.defined(loop, Lineage)
    assert found is not None
    n, m, variance, first = found.synthetic, found.real, found.variance, found.first
    if any(x is not None and x.has(CLOCK) for x in (n, m, first)):
        raise BadInput(f"{type(loop).__name__}: a lineage is of pools of one size: only its variance may contain CLOCK")
    return n, m, variance, first


class _Pool:
    """A loop's pool in symbols."""

    def __init__(self, loop: Loop):
        self.n, self.m, self.variance, self.first = _pool(loop)
        self.truth = _truth(loop)
        self.size = self.n + self.m
        self.share = self.m / self.size  # of real points
        # two points from the model before; in the form in which powers of it are written
        self.apart = 1 - 1 / self.n if self.m == 0 else self.n * (self.n - 1) / self.size**2
        self.given = self.first is not None  # whether model 0 has a pool

    def noise(self, t, k) -> Expr:
        """The variance that the kernels of the last k fits of t give a lineage."""
        if not self.variance.has(CLOCK):
            return k * self.variance
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
        """E f(V), V the variance of a draw from model t along its lineage."""
        real, share = self.truth.variance, self.n / self.size
        start = self.noise(t, t) + (self.variance if self.given else 0)
        if self.m == 0:
            return f(real + start)
        met = self._over(lambda k: self.share * share ** (k - 1) * f(real + self.noise(t, k)), t)
        return met + share**t * f(real + start)

    def two(self, f: Callable[[Expr], Expr], t: Expr) -> Expr:
        """E f(V), V the variance of the difference of two draws from model t along their lineages."""
        real, n, m, size = self.truth.variance, self.n, self.m, self.size

        def ended(k: Expr) -> Expr:
            noise = 2 * self.noise(t, k)
            out = f(noise) / size
            if m != 0:
                out += m * (m - 1) / size**2 * f(noise + 2 * real)
                out += 2 * n * m / size**2 * self.one(lambda v: f(v + real + noise), t - k)
            return self.apart ** (k - 1) * out

        noise = 2 * self.noise(t, t)
        if not self.given:
            start = f(noise + 2 * real)
        else:
            noise += 2 * self.variance
            start = f(noise) / self.first + (1 - 1 / self.first) * f(noise + 2 * real)
        return self._over(ended, t) + self.apart**t * start

    @cached_property
    def _start(self) -> tuple[Expr, Expr]:
        """Variance of a draw from model 0, covariance of two."""
        real = self.truth.variance
        return (real + self.variance, real / self.first) if self.given else (real, S.Zero)

    def seconds(self, t: Expr) -> tuple[Expr, Expr, list[Expr]]:
        """Variance of a draw from model t, covariance of two, and what must not be 0: from their recursions in t."""
        real, size, share = self.truth.variance, self.size, self.n / self.size
        start, common = self._start
        if self.variance.has(CLOCK):
            return self._unfolded(t)
        a, zero = solve(share, start, ExpPoly([(S.One, [self.share * real + self.variance])]))
        forcing = ExpPoly([(b, [share / size * x for x in c]) for b, c in a.terms])
        forcing.add(S.One, [self.share * real / size])
        c, more = solve(self.apart, common, forcing)
        j = Dummy("j", integer=True, nonnegative=True)
        steps = (
            a.at(j + 1) - share * a.at(j) - self.share * real - self.variance,
            c.at(j + 1) - self.apart * c.at(j) - (share * a.at(j) + self.share * real) / size,
        )
        starts = (a.at(S.Zero) - start, c.at(S.Zero) - common)
        if not all(map(is_zero, (*steps, *starts))):
            raise CannotTell("the solution of the recursion does not pass its induction")
        return a.at(t), c.at(t), zero + more

    def _unfolded(self, t: Expr) -> tuple[Expr, Expr, list[Expr]]:
        """The same with kernels that change."""
        real, share = self.truth.variance, self.n / self.size
        if self.m == 0 and not t.is_Integer:
            j = Dummy("j", integer=True, positive=True)
            before = self.apart ** (t - j) * (real + self.noise(j - 1, j - 1)) / self.size
            return real + self.noise(t, t), Sum(before, (j, 1, t)), []
        if not t.is_Integer or t > MOST_WRITTEN:
            raise CannotTell(f"{t} generations, with kernels that change, are not written out")
        a, c = self._start
        for j in range(1, int(t) + 1):
            pooled = share * a + self.share * real
            a, c = pooled + self.variance.xreplace({CLOCK: Integer(j)}), self.apart * c + pooled / self.size
        return factored(a), factored(c), []


def moment(x: Expr) -> Derivation:
    """E x, x a function of one model of a loop with a pool."""
    r = _read(x)
    pool = _Pool(r.loop)
    mean = pool.truth.mean
    if not r.t.is_nonnegative:
        raise CannotTell(f"whether {r.t} is 0 or later is not known")
    if (o := r.density) is None:
        a, c, nonzero = pool.seconds(r.t) if r.square != 0 or r.product != 0 else (S.Zero, S.Zero, [])
        form = r.constant + r.first * mean + r.square * (a + mean**2) + r.product * (c + mean**2)
        steps = [
            "variance and covariance of two draws: recursions over the fits, start and step checked by normal form"
        ]
        return Derivation(form, nonzero=nonzero, steps=steps)
    if o.name == "density":
        form = pool.one(lambda v: Normal(mean, v).density(o.index[0]), r.t)
        return Derivation(form, steps=["the density of a draw: over the real ancestors of its lineage"])
    q = Normal(*o.index)
    square = pool.two(lambda v: Normal(0, v).density(0), r.t)
    across = pool.one(lambda v: Normal(mean, v + q.variance).density(q.mean), r.t)
    form = square - 2 * across + Normal(0, 2 * q.variance).density(0)
    return Derivation(form, steps=["E of the squared density: two draws meet, or have real ancestors of their own"])


def condition(x: Expr, loop: Loop, t: Expr) -> Expr:
    """E[x | model(t)], x a polynomial in draws from that model: these are independent, of its mean and variance."""
    if any(o.t != t for o in x.atoms(Observable)):
        raise CannotTell(f"{x} given the model at {t}: only what that model is, and draws from it")
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
    same point.  two: by the fits of their ancestors, the smaller first.
    """

    def __init__(self, loop: Loop):
        n, m, variance, first = _pool(loop)
        self.given, self.real = first is not None, to_ball(_truth(loop).variance)
        self.n, self.m, self.variance = to_ball(n), to_ball(m), variance
        size = self.n + self.m
        self.shares = 1 / size, self.n * (self.n - 1) / size**2, self.m * (self.m - 1) / size**2
        self.mixed, self.share = 2 * self.n * self.m / size**2, self.m / size
        own = 1 / to_ball(first) if self.given else arb(0)
        self.t, self.one = 0, {0: arb(1)}
        self.met, self.two = ({0: own} if self.given else {}), {(0, 0): 1 - own}
        self.kernels = [to_ball(variance) if self.given else arb(0)]  # what the kernels up to a model add, one by one
        self.sums = [self.kernels[0]]
        self.second, self.common = self.real + self.kernels[0], self.real * own

    def step(self, whole: bool = True) -> None:
        """One fit more; if not whole, of the second moments only."""
        self.t += 1
        same, apart, _ = self.shares
        own = to_ball(self.variance.xreplace({CLOCK: Integer(self.t)}))
        if whole:
            self._extend(own)
        pooled = (1 - self.share) * self.second + self.share * self.real
        self.second, self.common = pooled + own, apart * self.common + pooled * same

    def _extend(self, own: arb) -> None:
        t, (same, apart, real) = self.t, self.shares
        self.met = {i: apart * w for i, w in self.met.items()} | {t: same}
        self.two = {ij: apart * w for ij, w in self.two.items()}
        if self.m != 0:
            self.two |= {(i, t): self.mixed * w for i, w in self.one.items()} | {(t, t): real}
            self.one = {i: (1 - self.share) * w for i, w in self.one.items()} | {t: self.share}
        self.kernels.append(own)
        self.sums.append(self.sums[-1] + own)

    def since(self, i: int) -> arb:
        """The variance from the kernels of a lineage that came in at fit i."""
        return self.sums[self.t] - (self.sums[i] - self.kernels[i])

    def mean_one(self, f: Callable[[arb], arb]) -> arb:
        return sum((w * f(self.real + self.since(i)) for i, w in self.one.items()), arb(0))

    def mean_two(self, f: Callable[[arb], arb]) -> arb:
        met = sum((w * f(2 * self.since(i)) for i, w in self.met.items()), arb(0))
        return met + sum(
            (w * f(2 * self.real + self.since(i) + self.since(j)) for (i, j), w in self.two.items()), arb(0)
        )


@partial(at_precision, most=64)
def _followed(loop: Loop, t: int, whole: bool) -> _Lineages:
    lineages = _Lineages(loop)
    if t > (MOST_STEPS if not whole else MOST_FITS if lineages.m == 0 else MOST_MIXED):
        raise CannotTell(f"{t} generations are too many to follow")
    for _ in range(t):
        lineages.step(whole)
    return lineages


def _bell(x: arb, variance: arb) -> arb:
    return (-x * x / (2 * variance)).exp() / (2 * arb.pi() * variance).sqrt()


def mean(x: Expr) -> arb:
    """E x, x a function of one model of a loop with a pool and numbers for its parameters."""
    r = _read(x)
    loop = r.loop
    if not (r.t.is_Integer and r.t >= 0):
        raise CannotTell(f"the generation {r.t} is no number, 0 or later")
    lineages = _followed(loop, int(r.t), r.density is not None)
    center = to_ball(_truth(loop).mean)
    if (o := r.density) is None:
        a, c = lineages.second + center**2, lineages.common + center**2
        parts = ((r.constant, arb(1)), (r.first, center), (r.square, a), (r.product, c))
        return sum((to_ball(k) * v for k, v in parts if k != 0), arb(0))
    if o.name == "density":
        place = to_ball(o.index[0]) - center
        return lineages.mean_one(lambda v: _bell(place, v))
    apart, width = to_ball(o.index[0]) - center, to_ball(o.index[1])
    across = lineages.mean_one(lambda v: _bell(apart, v + width))
    return lineages.mean_two(lambda v: _bell(arb(0), v)) - 2 * across + _bell(arb(0), 2 * width)


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
