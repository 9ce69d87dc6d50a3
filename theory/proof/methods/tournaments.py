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

A first law in pieces has nodes of its own in each, and h is the density relative to the uniform law there: as competitors are on
one of the intervals, all the same holds. A mean over the law misses what the means over the pieces do, each times its share.
The probability to reach a level is the mean of a function that is 1 or 0 on pieces that are cut there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement, islice
from math import ceil, comb, factorial, log, log2, prod
from math import sqrt as sqrt_of

from flint import acb, arb, arb_mat, ctx
from sympy import Abs, And, Expr, Integer, Max, Min, S, Symbol, exp, expand, oo, pi, sign, sqrt, sympify
from sympy import log as log_of

from ...language.errors import CannotTell
from ...language.laws import Noise, Normal, Pieces, Uniform
from ...language.loops import Loop, Observable
from ...language.moments import E, Moment, Prob
from ...language.signs import Inequality
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
x = Symbol("x of a draw", real=True)


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
        rho = next((rho for rho in ELLIPSES if self._allows(reward, rho)), None)
        if rho is None:
            raise CannotTell(f"no ellipse is seen in which {reward} is analytic and its imaginary part at most pi/2")
        self.rho = rho
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
        values = self.values(f, self.rho)
        if not all(v.is_finite() for v in values):
            raise CannotTell(f"{f} is not seen to be analytic around the interval")
        return reduce(arb.max, (abs(v) for v in values)).upper()

    def missed(self, most: arb, nodes: int) -> arb:
        """What a mean over so many nodes may miss of a function that is at most `most` in the ellipse."""
        rho = arb(self.rho)
        return 4 * most * self.most * rho ** (-2 * nodes) / (1 - 1 / rho)


_interval = at_precision(_Interval, 64)


@dataclass(frozen=True)
class _Piece:
    """A part of the first law that is followed at nodes of its own: its share, where it is, and how many they are.

    counts: whether it reaches the level that is asked about.
    """

    share: Expr
    interval: _Interval
    nodes: int
    counts: bool

    def missed(self, most: arb) -> arb:
        """What a mean over the first law misses here at most, of a function that is at most `most` in the ellipse."""
        return to_ball(self.share) * self.interval.missed(most, self.nodes)


def _missed(pieces: tuple[_Piece, ...], most: arb) -> arb:
    return sum((piece.missed(most) for piece in pieces), arb(0))


class _Nodes:
    """The masses h(x_i) w_i at the nodes, round by round; every ball contains the number that the exact density gives."""

    def __init__(self, loop: Loop, pieces: tuple[_Piece, ...]):
        picks = _picks(loop)
        reward, K, lam = picks.reward, picks.K, picks.lam
        self.K, self.pieces = int(K), pieces
        self.synthetic = arb(1) if lam is oo else to_ball(lam / (1 + lam))
        self.at, first = [], []
        for piece in pieces:
            interval, share = piece.interval, to_ball(piece.share)
            density = compile_expr(interval.density, (x,))
            for i in range(piece.nodes):
                z, w = arb.legendre_p_root(piece.nodes, i, weight=True)
                self.at.append(at := interval.middle + interval.half * z)
                first.append(share * w / 2 * density(Balls, at))
        program = compile_expr(reward(x), (x,))
        self.weights = [program(Balls, z).exp() for z in self.at]
        self.rounds = [first]
        rivals = comb(len(first) + self.K - 2, self.K - 1)
        self.held = list(self._gains()) if len(first) * rivals <= MOST_HELD else None

    def _gains(self) -> Iterator[tuple[list[tuple[int, ...]], arb_mat]]:
        """Some competitors at the nodes, and for every node K f/(f + S) times the orders in which these may come; then others."""
        nodes = len(self.weights)
        every = combinations_with_replacement(range(nodes), self.K - 1)
        while some := list(islice(every, max(1, MOST_HELD // nodes))):
            sums = [sum((self.weights[i] for i in rivals), arb(0)) for rivals in some]
            orders = [factorial(self.K - 1) // prod(map(factorial, Counter(rivals).values())) for rivals in some]
            gains = [self.K * n * f / (f + total) for f in self.weights for n, total in zip(orders, sums, strict=True)]
            yield some, arb_mat(nodes, len(some), gains)

    def grown(self, masses: list[arb]) -> list[arb]:
        """For every node the mean of K f/(f + S) over competitors at the nodes."""
        out = arb_mat(len(masses), 1)
        for some, gains in self._gains() if self.held is None else self.held:
            chances = [prod((masses[i] for i in rivals), start=arb(1)) for rivals in some]
            out += gains * arb_mat(len(some), 1, chances)
        return out.entries()

    def of(self, t: int) -> list[arb]:
        while len(self.rounds) <= t:
            masses, most = self.rounds[-1], arb(self.K) ** len(self.rounds)
            # competitor after competitor is moved to the nodes; those that are there already weigh sum(masses) each
            whole, missed = sum(masses, arb(0)), _missed(self.pieces, most)
            missed = missed * sum((whole**j for j in range(self.K - 1)), arb(0))
            outside = sum((piece.interval.outside for piece in self.pieces), arb(0))
            missed = (missed + (self.K - 1) * most * outside).upper()  # most: K times the density's growth
            picked = [m * (g + arb(0, missed)) for m, g in zip(masses, self.grown(masses), strict=True)]
            real = self.rounds[0]
            s = self.synthetic
            self.rounds.append([s * p + (1 - s) * w for p, w in zip(picked, real, strict=True)])
        return self.rounds[t]


_nodes = at_precision(_Nodes, 64)


def mean(f: Expr, loop: Loop, t: Expr, level: Expr | None = None) -> arb:
    """E f(x) for a fresh draw x after t rounds, at the current precision; with a level that of f where x > level, 0 elsewhere."""
    picks = _picks(loop)
    law, reward, K = picks.law, picks.reward, picks.K
    if not isinstance(law, Uniform | Normal | Pieces):
        raise CannotTell(f"picks from {law}: of a law that is uniform in pieces, or Gaussian, the density is followed")
    if t is oo:
        return _in_the_end(f, picks, level)
    if not (t.is_Integer and 0 <= t <= MOST_ROUNDS):
        raise CannotTell(f"{f}: one fresh draw after 0 to {MOST_ROUNDS} rounds is expected")
    lost = int(t) * log2(int(K))  # bits: of the bound for the density, and of balls whose radii grow K-fold in a round
    with precision(ctx.prec + ceil(lost) + 8):
        pieces = _pieces(law, reward(x), ctx.prec + lost, level)
        nodes = sum(piece.nodes for piece in pieces)
        if K > 2 and int(t) * nodes ** int(K) / factorial(int(K) - 1) > MOST_TUPLES:
            raise CannotTell(f"{t} rounds of {K} candidates at {nodes} nodes are not followed")
        followed = _nodes(loop, pieces)
        program = compile_expr(f, (x,))
        counted = [piece.counts for piece in pieces for _ in range(piece.nodes)]
        masses = zip(followed.of(int(t)), followed.at, counted, strict=True)
        total = sum((m * program(Balls, z) for m, z, counts in masses if counts), arb(0))
        growth = arb(int(K)) ** int(t)
        seen = (piece for piece in pieces if piece.counts)
        missed = sum((piece.missed(piece.interval.largest(f) * growth) for piece in seen), arb(0))
        if isinstance(law, Normal):
            missed += growth * (pieces[0].interval.outside * to_ball(_square(f, law))).sqrt()
        return total + arb(0, missed.upper())


def _in_the_end(f: Expr, picks: Picks, level: Expr | None) -> arb:
    """The limit of E f(x) for picks by the weight itself, without real data: the weight tends to its largest value, as
    `relations.selected` has it for every law. f is continuous, and bounded, on the pieces."""
    w = Symbol("w of a draw", positive=True)
    by_weight = isinstance(picks.law, Pieces) and picks.reward(w) == log_of(w)
    if not by_weight or picks.lam is not oo or level is not None:
        raise CannotTell("no enclosure at infinite time")
    for piece in _pieces(picks.law, picks.reward(x), ctx.prec, None):
        piece.interval.largest(f)
    return compile_expr(f, (x,))(Balls, to_ball(picks.law.largest))


def _pieces(law: Uniform | Normal | Pieces, reward: Expr, bits: float, level: Expr | None) -> tuple[_Piece, ...]:
    """The parts that a first law is followed in, cut at a level; so many bits are wanted."""
    if isinstance(law, Normal):
        intervals = [(S.One, _interval(*_within(law, ceil(bits), reward)), True)]
    else:
        uniform = [(S.One, law)] if isinstance(law, Uniform) else law.parts
        cut = ((p, *part) for p, u in uniform if p != 0 for part in _cut(u.args[0], u.args[1], level))
        intervals = [(p * share, _interval(ends, reward), counts) for p, share, ends, counts in cut]
    # a multiple of 8, so that neighbouring rounds share theirs
    return tuple(_Piece(p, i, 8 * ceil(bits / (16 * log2(i.rho))), counts) for p, i, counts in intervals)


def _cut(low: Expr, high: Expr, level: Expr | None) -> list[tuple[Expr, tuple[Expr, Expr], bool]]:
    """An interval, in two where a level lies inside: of each the share of the length, the ends, and whether it is above."""
    if level is None or sympify(level <= low) == True:  # noqa: E712 - what SymPy cannot compare stays a relation
        return [(S.One, (low, high), True)]
    if sympify(level >= high) == True:  # noqa: E712
        return [(S.One, (low, high), False)]
    if sympify(And(low < level, level < high)) != True:  # noqa: E712
        raise CannotTell(f"whether {level} is between {low} and {high}")
    share = (level - low) / (high - low)
    return [(share, (low, level), False), (1 - share, (level, high), True)]


def _within(law: Normal, bits: int, reward: Expr) -> tuple[tuple[Expr, Expr], Expr, Expr, Expr]:
    """The interval in which a Gaussian is followed, the reward, the density there relative to the uniform law, and a bound of
    the mass outside."""
    mean, variance = law.args
    far = Integer(ceil(2 * sqrt_of(bits * log(2))))  # its square's exponential, to the power of -1/4, is 2^-bits
    sd = sqrt(variance)
    density = 2 * far * exp(-((x - mean) ** 2) / (2 * variance)) / sqrt(2 * pi)
    return (mean - far * sd, mean + far * sd), reward, density, exp(-(far**2) / 2)


def _square(f: Expr, law: Normal) -> Expr:
    """E f(X)^2 under a Gaussian, for a polynomial f. Raises `CannotTell` for another one."""
    if not f.is_polynomial(x):
        raise CannotTell(f"{f}: of a Gaussian's tournaments the means of polynomials are known")
    z = Noise("X", law)
    return average(expand(f.xreplace({x: z}) ** 2), {z})[0]


def _level(m: Moment) -> tuple[Observable, Expr, bool] | None:
    """Of Prob(X >= c) or Prob(X <= c), X a fresh draw from an interval: X, c, and whether it is to be above; else None."""
    r = m.variable if isinstance(m, Prob) and m.given is None else None
    if not isinstance(r, Inequality):
        return None
    for o, c, up in ((r.gts, r.lts, True), (r.lts, r.gts, False)):
        if isinstance(o, Observable) and o.name == "draw" and not c.has(Observable):
            return o, c, up
    return None


def skip(m: Moment) -> str | None:
    picked = any(structures.defined(o.loop, Picks) for o in m.atoms(Observable))
    said = isinstance(m, E) or _level(m) is not None
    return None if picked and said else "it is no mean, or probability to reach a level, under tournaments"


def enclose(m: Moment) -> arb:
    """A mean under tournaments, or the probability of a level."""
    if (told := _level(m)) is None:
        loop, seen = loop_of(m), m.atoms(Observable)
        if len(seen) != 1:
            raise CannotTell(f"{m}: one fresh draw is expected")
        (o,) = seen
        return mean(m.variable.xreplace({o: x}), loop, o.t)
    o, c, up = told
    if isinstance(_picks(o.loop).law, Normal):
        raise CannotTell(f"{m}: of a Gaussian's tournaments means are known")
    reached = mean(S.One, o.loop, o.t, c)
    return reached if up else 1 - reached


METHOD = Method("the density at Gauss' nodes", skip, enclose=lambda m, learn: enclose(m))
