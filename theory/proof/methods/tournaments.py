"""Tournaments among draws from an interval, in balls: the density is followed at Gauss' nodes, with a bound for the rest.

A round multiplies the density h, relative to the uniform law, by the mean of K f(x)/(f(x) + S) over K - 1 competitors of
weights f = e^r. Let r be analytic, with |Im r| <= pi/2, in an ellipse with foci at the ends of the interval. There

- f(x)/(f(x) + S) is analytic and at most 1 for competitors on the interval: 1 + S/f(x) has a real part of at least 1;
- so it is for x on the interval, in each competitor: f(y) has no negative real part;
- so h grows by the factor K at most, with or without real data, and after t rounds is at most K^t.

N nodes integrate polynomials of degree 2N - 1; of a function that is analytic in the ellipse and at most M there the
coefficients in Chebyshev's polynomials T_k are at most 2 M/rho^k, rho being the sum of the ellipse's semi-axes (the
interval having half-length 1), and a mean of T_k differs from that over the nodes by at most 2. The sum over k >= 2N,

    4 M rho^(-2N)/(1 - 1/rho),

is what a mean over N nodes may miss.

A Gaussian first law is followed between B standard deviations from its mean, where its density is analytic, too: relative to the
uniform law it is at most G in the ellipse, which M is multiplied by. What is outside has the mass e^(-B^2/2) at most, K^t times
that after t rounds: a round in which no competitor from there is looked at misses K (K - 1) times that; a mean of a polynomial
f misses K^t sqrt(e^(-B^2/2) E_0 f^2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import reduce
from itertools import combinations_with_replacement, islice
from math import ceil, comb, factorial, log, log2, prod
from math import sqrt as sqrt_of

from flint import acb, arb, arb_mat, ctx
from sympy import Abs, Expr, Integer, Max, Min, S, Symbol, exp, expand, oo, pi, sign, sqrt

from ...language.errors import CannotTell
from ...language.laws import Law, Noise, Normal, Uniform
from ...language.loops import Loop, Observable
from ...language.moments import E, Moment
from ...language.structures import Picks
from .. import structures
from ..arithmetic.precision import NOT_FINITE, at_precision, precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Balls, ComplexBalls
from ..symbols.averages import average
from .method import Method
from .steps import loop_of

ELLIPSES = (16.0, 12.0, 8.0, 6.0, 4.5, 3.5, 2.8, 2.4, 2.0, 1.8, 1.6, 1.4, 1.2, 1.1, 1.05, 1.02)  # rho
BOXES = 32  # along an axis of the rectangle in which an ellipse is
MOST_ROUNDS = 300
MOST_TUPLES = 3_000_000  # of candidates, over all rounds
MOST_HELD = 150_000  # of them for which their gain is kept from round to round
x = Symbol("x", real=True)


def _picks(loop: Loop) -> Picks:
    found = structures.defined(loop, Picks)
    assert found is not None
    return found


class _Interval:
    """The interval in which the first law is followed, and the largest of some ellipses around it that the reward allows.

    density: of the first law, relative to the uniform one.  outside: a bound of its mass outside.
    """

    def __init__(self, ends: tuple[Expr, Expr], reward: Expr, density: Expr = S.One, outside: Expr = S.Zero):
        self.density, self.outside = density, to_ball(outside)
        low, high = map(to_ball, ends)
        self.middle, self.half = (low + high) / 2, (high - low) / 2
        self.rho = next((rho for rho in ELLIPSES if self._allows(reward, rho)), None)
        if self.rho is None:
            raise CannotTell(f"no ellipse is seen in which {reward} is analytic and its imaginary part at most pi/2")
        self.most = self.largest(density)  # the density's, relative to the uniform law

    def boxes(self, rho: float) -> list[acb]:
        """Boxes that cover the upper half of an ellipse: what is real on the line has conjugate values below."""
        across, up = self.half * (rho + 1 / arb(rho)) / 2, self.half * (rho - 1 / arb(rho)) / 2
        step = arb(0, 1) / BOXES
        real = [self.middle + across * ((arb(2 * i + 1) / BOXES - 1) + step) for i in range(BOXES)]
        imaginary = [up * (arb(2 * j + 1) / BOXES + step) / 2 for j in range(BOXES)]
        return [acb(a, b) for a in real for b in imaginary if not ((a - self.middle) / across) ** 2 + (b / up) ** 2 > 1]

    def values(self, f: Expr, rho: float) -> list[acb]:
        """On the boxes; not finite where f is not seen to be analytic."""
        if f.has(Abs, sign, Max, Min):
            return [NOT_FINITE]
        program = compile_expr(f, (x,))
        return [acb(program(ComplexBalls(analytic=True), z)) for z in self.boxes(rho)]

    def _allows(self, reward: Expr, rho: float) -> bool:
        return all(v.is_finite() and abs(v.imag) <= arb.pi() / 2 for v in self.values(reward, rho))

    def largest(self, f: Expr) -> arb:
        """A bound of |f| in the ellipse."""
        assert self.rho is not None
        values = self.values(f, self.rho)
        if not all(v.is_finite() for v in values):
            raise CannotTell(f"{f} is not seen to be analytic around the interval")
        return reduce(arb.max, (abs(v) for v in values)).upper()

    def missed(self, most: arb, nodes: int) -> arb:
        """What a mean over so many nodes may miss of a function that is at most `most` in the ellipse."""
        rho = arb(self.rho)
        return 4 * most * self.most * rho ** (-2 * nodes) / (1 - 1 / rho)


_interval = at_precision(_Interval, 64)


class _Nodes:
    """The masses h(x_i) w_i at the nodes, round by round; every ball contains the number that the exact density gives."""

    def __init__(self, loop: Loop, interval: _Interval, nodes: int):
        picks = _picks(loop)
        reward, K, lam = picks.reward, picks.K, picks.lam
        self.K, self.interval, self.nodes = int(K), interval, nodes
        self.synthetic = arb(1) if lam is oo else to_ball(lam / (1 + lam))
        pairs = [arb.legendre_p_root(nodes, i, weight=True) for i in range(nodes)]
        self.at = [interval.middle + interval.half * z for z, _ in pairs]
        program = compile_expr(reward(x), (x,))
        self.weights = [program(Balls, z).exp() for z in self.at]
        density = compile_expr(interval.density, (x,))
        self.rounds = [[w / 2 * density(Balls, z) for z, (_, w) in zip(self.at, pairs, strict=True)]]
        rivals = comb(nodes + self.K - 2, self.K - 1)
        self.held = list(self._gains()) if nodes * rivals <= MOST_HELD else None

    def _gains(self) -> Iterator[tuple[list[tuple[int, ...]], arb_mat]]:
        """Some competitors at the nodes, and for every node K f/(f + S) times the orders in which these may come; then others."""
        every = combinations_with_replacement(range(self.nodes), self.K - 1)
        while some := list(islice(every, MOST_HELD // self.nodes)):
            sums = [sum((self.weights[i] for i in rivals), arb(0)) for rivals in some]
            orders = [factorial(self.K - 1) // prod(map(factorial, Counter(rivals).values())) for rivals in some]
            gains = [self.K * n * f / (f + total) for f in self.weights for n, total in zip(orders, sums, strict=True)]
            yield some, arb_mat(self.nodes, len(some), gains)

    def grown(self, masses: list[arb]) -> list[arb]:
        """For every node the mean of K f/(f + S) over competitors at the nodes."""
        out = arb_mat(self.nodes, 1)
        for some, gains in self._gains() if self.held is None else self.held:
            chances = [prod((masses[i] for i in rivals), start=arb(1)) for rivals in some]
            out += gains * arb_mat(len(some), 1, chances)
        return out.entries()

    def of(self, t: int) -> list[arb]:
        while len(self.rounds) <= t:
            masses, most = self.rounds[-1], arb(self.K) ** len(self.rounds)
            # competitor after competitor is moved to the nodes; those that are there already weigh sum(masses) each
            whole, missed = sum(masses, arb(0)), self.interval.missed(most, self.nodes)
            missed = missed * sum((whole**j for j in range(self.K - 1)), arb(0))
            missed = (
                missed + (self.K - 1) * most * self.interval.outside
            ).upper()  # most: K times the density's growth
            picked = [m * (g + arb(0, missed)) for m, g in zip(masses, self.grown(masses), strict=True)]
            real = self.rounds[0]
            s = self.synthetic
            self.rounds.append([s * p + (1 - s) * w for p, w in zip(picked, real, strict=True)])
        return self.rounds[t]


_nodes = at_precision(_Nodes, 64)


def mean(f: Expr, loop: Loop) -> arb:
    """E f(X) for a fresh draw X after t rounds, at the current precision."""
    observables = f.atoms(Observable)
    picks = _picks(loop)
    law, reward, K = picks.law, picks.reward, picks.K
    if not isinstance(law, Uniform | Normal):
        raise CannotTell(f"picks from {law}: of a uniform or Gaussian law the density is followed")
    t = next(iter(observables)).t
    if t is oo:
        raise CannotTell("no enclosure at infinite time")
    if len(observables) != 1 or not (t.is_Integer and 0 <= t <= MOST_ROUNDS):
        raise CannotTell(f"{f}: one fresh draw after 0 to {MOST_ROUNDS} rounds is expected")
    f = f.xreplace(dict.fromkeys(observables, x))
    lost = int(t) * log2(int(K))  # bits: of the bound for the density, and of balls whose radii grow K-fold in a round
    with precision(ctx.prec + ceil(lost) + 8):
        interval = _interval(*_within(law, ceil(ctx.prec + lost), reward(x)))
        assert interval.rho is not None
        nodes = 8 * ceil((ctx.prec + lost) / (16 * log2(interval.rho)))  # so that neighbouring rounds share theirs
        if K > 2 and int(t) * nodes ** int(K) / factorial(int(K) - 1) > MOST_TUPLES:
            raise CannotTell(f"{t} rounds of {K} candidates at {nodes} nodes are not followed")
        followed = _nodes(loop, interval, nodes)
        program = compile_expr(f, (x,))
        total = sum((m * program(Balls, z) for m, z in zip(followed.of(int(t)), followed.at, strict=True)), arb(0))
        missed = interval.missed(interval.largest(f) * arb(int(K)) ** int(t), nodes)
        if isinstance(law, Normal):
            missed += arb(int(K)) ** int(t) * (interval.outside * to_ball(_square(f, law))).sqrt()
        return total + arb(0, missed.upper())


def _within(law: Law, bits: int, reward: Expr) -> tuple[tuple[Expr, Expr], Expr, Expr, Expr]:
    """The interval in which a first law is followed, the reward, the density there relative to the uniform law, and a bound of
    the mass outside."""
    if isinstance(law, Uniform):
        return law.support, reward, S.One, S.Zero
    mean, variance = law.args
    far = Integer(ceil(2 * sqrt_of(bits * log(2))))  # its square's exponential, to the power of -1/4, is 2^-bits
    sd = sqrt(variance)
    density = 2 * far * exp(-((x - mean) ** 2) / (2 * variance)) / sqrt(2 * pi)
    return (mean - far * sd, mean + far * sd), reward, density, exp(-(far**2) / 2)


def _square(f: Expr, law: Law) -> Expr:
    """E f(X)^2 under a Gaussian, for a polynomial f. Raises `CannotTell` for another one."""
    if not f.is_polynomial(x):
        raise CannotTell(f"{f}: of a Gaussian's tournaments the means of polynomials are known")
    z = Noise("X", law)
    return average(expand(f.xreplace({x: z}) ** 2), {z})[0]


def skip(m: Moment) -> str | None:
    picked = isinstance(m, E) and any(structures.defined(o.loop, Picks) for o in m.atoms(Observable))
    return None if picked else "it is no mean under tournaments"


METHOD = Method("the density at Gauss' nodes", skip, enclose=lambda m, learn: mean(m.variable, loop_of(m)))
