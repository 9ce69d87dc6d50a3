"""One user for a whole generation: opposed users take turns at random, and the loop locks in what it happened to meet."""

from __future__ import annotations

from sympy import Eq, Expr, Ge, Rational, exp, log, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Between
from ..language.laws import Binomial, Finite, Noise
from ..language.loops import Loop, coordinate
from ..language.moments import E, Tends, Var
from .common import CuratedLoop
from .rounds import last_rate


class UserPerRoundLoop(Loop):
    """Two atoms, K = oo: every generation is curated by one user, who prefers the first one with probability s.

    s: the share of the users who prefer the first atom.
    w: the ratio of the weights, one way or the other.  odds0: of the first atom at first.  Observables: odds(t).
    Source: ours: one user for a whole round, beside one for every pick as in `UsersLoop`.
    """

    s: Between(0, 1)
    w: Positive
    odds0: Positive = 1

    odds = coordinate("o", positive=True)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"odds": self.odds0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """A tilt multiplies the odds by the ratio of the weights."""
        return {"odds": state["odds"] * self.w ** (2 * Noise("U", Binomial(1, self.s)) - 1)}


@claim(
    source="derived: a random walk of the log-odds in steps of log w",
    mutants={"as one user per pick would": lambda s, w, o, t: log(o) + t * log(s * w + (1 - s) / w)},
)
def curation_user_per_generation_walk(s=Probability(), w=Reals(1, 20), o=Positive(), t=Integers(0, 40)):
    """K = oo, one user per generation: the mean log-odds move by (2 s - 1) log w in a generation."""
    return Eq(E(log(UserPerRoundLoop(s, w, o).odds(t))), log(o) + t * (2 * s - 1) * log(w))


@claim(
    source="derived: a random walk of the log-odds in steps of log w",
    mutants={"it settles": lambda s, w, o, t: 4 * s * (1 - s) * log(w) ** 2},
)
def curation_user_per_generation_spread(s=Probability(), w=Reals(1, 20), o=Positive(), t=Integers(2, 40)):
    """Their variance grows by 4 s (1 - s) log(w)^2 a generation: with s = 1/2 nothing is ever decided."""
    return Eq(Var(log(UserPerRoundLoop(s, w, o).odds(t))), 4 * s * (1 - s) * t * log(w) ** 2)


def growth(s, w, K) -> Expr:
    """The mean logarithm of the factor by which a rare atom's mass is multiplied."""
    return s * log(K * w / (w + K - 1)) + (1 - s) * log(last_rate(w, K))


def rare(n, s, w, K) -> Expr:
    """The mean logarithm of n times the mass of an atom after a round of one user, who likes it with probability s: 1/n first."""
    law = Finite((1 / n, 1 - 1 / n))
    liked, disliked = (CuratedLoop(law, weights, K).mass(1, 0) for weights in ((w, 1), (1, w)))
    return s * log(n * liked) + (1 - s) * log(n * disliked)


@claim(
    source="derived: the factors of a rare atom's mass, under the two users",
    mutants={"the logarithm of the mean": lambda n, s, w, K: log(s * K * w / (w + K - 1) + (1 - s) * last_rate(w, K))},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def curation_user_per_generation(n=Integers(2), s=Probability(), w=Reals(1, 20), K=Points(2, 3, 4)):
    """One user per generation: a rare atom grows, in the mean of the logarithm, by s log a + (1 - s) log b.

    a = K w/(w + K - 1), b = K/(1 + (K - 1) w). It comes in if s > -log b/(log a - log b), more than 1/2 for every K: between
    that and the same for the other atom both ends attract, and which one wins is chance, though every sample is infinite.
    """
    return Tends(rare(n, s, w, K), (n, 2, oo), growth(s, w, K), rate=2 * K * w / n)


@claim(
    source="the threshold of one user per pick, taken for that of one user per generation",
    expected="fails",
    corrected="curation-user-per-generation",
)
def curation_user_per_generation_same(K=Points(2, 4), s=Points(Rational(11, 20))):
    """An atom of mass 1/1000 that 55 % of the users like grows, in the mean of the logarithm: rewards 1 apart."""
    return Ge(rare(Rational(1000), s, exp(1), K), 0)
