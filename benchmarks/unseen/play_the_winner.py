"""The randomised play-the-winner urn (Wei and Durham): which model the next user gets is decided by what users liked."""

from sympy import Gt, Symbol, oo

from theory import CLOCK, Binomial, E, Integers, Limit, Loop, Noise, Probability, claim, coordinate

t = Symbol("t", integer=True, nonnegative=True)


class PlayTheWinner(Loop):
    """A and B balls, one of each; a liked draw adds its own colour, another one the other: A likes p, B likes q."""

    p: Probability()
    q: Probability()

    A = coordinate()
    initial = {"A": 1}

    def step(self, now):
        share = now["A"] / (1 + CLOCK)
        return {"A": now["A"] + Noise("B", Binomial(1, share * self.p + (1 - share) * (1 - self.q)))}


@claim
def true_limit(p=Probability(), q=Probability()):
    """The share of A is inversely proportional to how often it fails."""
    return Limit(E(PlayTheWinner(p, q).A(t)) / (t + 2), (t, oo), (1 - q) / (2 - p - q))


@claim
def false_limit(p=Probability(), q=Probability()):
    """Proportional to how often it succeeds."""
    return Limit(E(PlayTheWinner(p, q).A(t)) / (t + 2), (t, oo), p / (p + q))


@claim(where=lambda p, q: p > q)
def true_better_arm(p=Probability(), q=Probability(), t=Integers(1)):
    """The better arm gets more than half."""
    return Gt(E(PlayTheWinner(p, q).A(t)), (t + 2) / 2)


@claim(where=lambda p, q: p > q)
def false_better_arm(p=Probability(), q=Probability(), t=Integers(0)):
    """From the start on, where it has just a half."""
    return Gt(E(PlayTheWinner(p, q).A(t)), (t + 2) / 2)
