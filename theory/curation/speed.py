"""How many rounds it takes, how curation goes with weak rewards, how it slows if all generations are kept."""

from __future__ import annotations

from sympy import And, Expr, Ge, Le, Lt, Product, Rational, Symbol, exp, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals, Simplex
from ..language.finite_loops import FiniteLoop
from ..language.laws import Finite
from ..language.loops import CLOCK
from ..language.moments import Tends
from .common import CuratedLoop, half, tournament
from .rounds import CANDIDATES, last_rate

# ---- rounds needed --------------------------------------------------------------------------------------------------


def pair(q, w, K) -> CuratedLoop:
    """Two atoms, the better one of mass q at first, w times the weight of the other."""
    return CuratedLoop(Finite((q, 1 - q)), (w, 1), K)


@claim(
    source="derived: the factor of the odds in a round, at its two ends",
    mutants={
        "as for K = oo": lambda q, w, K, t: {">=": w**t},
        "at its lower end": lambda q, w, K, t: {"<=": (K * w / (w + K - 1)) ** t},
    },
)
def curation_time_bracket(
    q=Probability(notable=(Rational(1, 100),)), w=Reals(1, 20), K=CANDIDATES, t=Integers(0, notable=(1, 2, 12))
):
    """Two atoms: after t rounds the odds are between (K w/(w + K - 1))^t and ((1 + (K - 1) w)/K)^t times those at first.

    For every K. With D = logit(1 - eps) - logit(q), 1 - eps is reached after D/log((1 + (K - 1) w)/K) rounds at the earliest, and
    at the latest after D/log(K w/(w + K - 1)), rounded up.
    """
    loop = pair(q, w, K)
    odds = loop.mass(t, 0) / loop.mass(t, 1) * (1 - q) / q
    return And(Ge(odds, (K * w / (w + K - 1)) ** t), Le(odds, last_rate(w, K) ** (-t)))


CASES = (
    (2, exp(1), Rational(1, 100), 20),
    (4, exp(1), Rational(1, 100), 13),
    (4, exp(Rational(3, 10)), Rational(1, 1000), 62),
)


@claim(
    source="derived: the loop followed, round by round",
    mutants={
        "a round earlier": lambda case: {">=": 1 - case[2] + (1 - case[2]) * case[2] / 2},
        "a round later": lambda case: {"<": (1 - case[2]) * (1 - case[2])},
    },
    unreached={"derivation": "too many rounds to be written out"},
)
def curation_time_bracket_rounds(case=Points(*CASES)):
    """From eps to 1 - eps it takes 20 rounds of two candidates, 13 of four (d = 1, eps = .01), 62 of four (d = .3, .001)."""
    K, w, eps, t = case
    loop = pair(eps, w, K)
    return And(Lt(loop.mass(t - 1, 0), 1 - eps), Ge(loop.mass(t, 0), 1 - eps))


@claim(source="the time of K = oo", expected="fails", corrected="curation-time-bracket")
def curation_time_bracket_tilt(K=Points(2, 4)):
    """From .01 to .99 it takes D/d rounds, rounded up, with K candidates: 10 for d = 1."""
    return Ge(pair(Rational(1, 100), exp(1), K).mass(10, 0), Rational(99, 100))


# ---- weak rewards ---------------------------------------------------------------------------------------------------


def weak(p, a, b, n, K) -> CuratedLoop:
    """Three atoms of rewards a/n, b/n and 0."""
    return CuratedLoop(Finite(p), (exp(a / n), exp(b / n), 1), K)


@claim(
    source="derived (the replicator view of Amin et al.): a pick among K, to first order; the rate is Taylor's remainder",
    mutants={"without (K - 1)/K": lambda n, p, a, b, K: p[0] * (a - p[0] * a - p[1] * b)},
    unreached={"derivation": "no certificate for the rate"},
)
def curation_replicator_limit(
    n=Integers(1, notable=(1, 10, 100)), p=Simplex(3), a=Reals(-2, 2), b=Reals(-2, 2), K=Points(2, 3, 4)
):
    """A round of rewards r/n moves n times as much as replicator dynamics of speed (K - 1)/K: (K - 1)/K p (r - E r).

    So n rounds raise the mean of r by about (K - 1)/K Var(r), and t rounds tilt by e^(s r), s = (K - 1)/K t.
    """
    moved = n * (weak(p, a, b, n, K).mass(1, 0) - p[0])
    return Tends(moved, (n, 1, oo), Rational(K - 1, K) * p[0] * (a - p[0] * a - p[1] * b), rate=8 * K / n)


# ---- all generations kept -------------------------------------------------------------------------------------------


class PooledPicksLoop(FiniteLoop):
    """The model is fitted to a pool of as many real points as every generation has brought picks.

    start: `Finite` law of the real data, two atoms.  w: weight of the first one against the second.  K: candidates.
    Observables: mass(t, i, ...), the probability of atoms.
    Source: ours: picks as in Ferbach et al. 2407.09499, where all generations are kept.
    """

    start: Finite
    w: Positive
    K: Integers(2) = 2

    steady = ("K",)

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        masses = [state[name] for name in self.state]
        picked = tournament(masses, (self.w, 1), self.K)
        pool = [(CLOCK * p + new) / (CLOCK + 1) for p, new in zip(masses, picked, strict=True)]
        return dict(zip(self.state, pool, strict=True))


s = Symbol("s", integer=True, positive=True)


def shrunk(c, t) -> Expr:
    """The product of 1 - c/(s + 1) over the first t fits, of the order t^-c."""
    return Product(1 - c / (s + 1), (s, 1, t)).doit()


@claim(
    source="derived: eps_t = eps_(t-1) (1 - c (1 - eps_(t-1))/(t + 1)), eps falling",
    mutants={
        "the exponent 1": lambda q, c, t: {"<=": q / (t + 1)},
        "the upper bound": lambda q, c, t: {">=": q * shrunk(c * (1 - q), t)},
    },
    unreached={"derivation": "no form of the law after t rounds"},
)
def curation_accumulate_polynomial_two_atoms(q=Probability(notable=(half,)), c=Probability(), t=Integers(1, 30)):
    """All picks kept beside the real data, two candidates: the worse atom's mass q falls like a power of t, not geometrically.

    It is at least q prod (1 - c/(s + 1)), s = 1..t, of the order t^-c, c = tanh(d/2), and at most that with c (1 - q) for c.
    Seen from a late round, whose mass is small, the two exponents are as near as one likes.
    """
    worse = PooledPicksLoop(Finite((1 - q, q)), (1 + c) / (1 - c)).mass(t, 1)
    return And(Ge(worse, q * shrunk(c, t)), Le(worse, q * shrunk(c * (1 - q), t)))


@claim(
    source="the rate of a loop that forgets its data",
    expected="fails",
    corrected="curation-accumulate-polynomial-two-atoms",
)
def curation_accumulate_polynomial_geometric(t=Points(10, 20)):
    """All picks kept, two candidates, weights 1 and 3: after t rounds at most (3/4)^t of the worse atom is left."""
    return Le(PooledPicksLoop(Finite((half, half)), 3).mass(t, 1), Rational(3, 4) ** t)
