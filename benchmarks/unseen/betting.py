"""A bet that texts are no longer right at the rate p: w' = w (1 + b (X - p)), X is 1 with probability q. Source: Kelly, Ville."""

from sympy import Eq, Le, Symbol, log

from theory import ArgMax, Binomial, E, Integers, Loop, Noise, PathMax, Prob, Probability, claim, coordinate

k = Symbol("k", integer=True, nonnegative=True)
x = Symbol("x", positive=True)


class Bet(Loop):
    """w is the wealth of who bets the share b."""

    b: Probability
    p: Probability
    q: Probability
    w = coordinate(positive=True)
    initial = {"w": 1}

    def step(self, now):
        return {"w": now["w"] * (1 + self.b * (Noise("X", Binomial(1, self.q)) - self.p))}


@claim
def true_mean(b=Probability(), p=Probability(), q=Probability(), t=Integers(0)):
    """The mean wealth is (1 + b (q - p))^t."""
    return Eq(E(Bet(b, p, q).w(t)), (1 + b * (q - p)) ** t)


@claim
def true_growth(b=Probability(), p=Probability(), q=Probability(), t=Integers(0)):
    """Its logarithm grows by q log(1 + b (1 - p)) + (1 - q) log(1 - b p)."""
    return Eq(E(log(Bet(b, p, q).w(t))), t * (q * log(1 + b * (1 - p)) + (1 - q) * log(1 - b * p)))


@claim
def false_growth(b=Probability(), p=Probability(), q=Probability(), t=Integers(0)):
    """By log(1 + b (q - p))."""
    return Eq(E(log(Bet(b, p, q).w(t))), t * log(1 + b * (q - p)))


@claim
def true_jensen(b=Probability(), p=Probability(), q=Probability(), t=Integers(0)):
    """By this at most."""
    return Le(E(log(Bet(b, p, q).w(t))), t * log(1 + b * (q - p)))


@claim(where=lambda p, q: p < q)
def true_kelly(p=Probability(), q=Probability()):
    """The best share is (q - p)/(p (1 - p))."""
    growth = q * log(1 + x * (1 - p)) + (1 - q) * log(1 - x * p)
    return Eq(ArgMax(growth, (x, 0, 1 / p)), (q - p) / (p * (1 - p)))


@claim(where=lambda p, q: p < q)
def false_kelly(p=Probability(), q=Probability()):
    """The best share is (q - p)/p."""
    growth = q * log(1 + x * (1 - p)) + (1 - q) * log(1 - x * p)
    return Eq(ArgMax(growth, (x, 0, 1 / p)), (q - p) / p)


@claim
def true_ville(b=Probability(), p=Probability(), a=Probability(), T=Integers(0)):
    """As long as the rate is p the wealth ever gets to 1/a with probability a at most."""
    return Le(Prob(PathMax(Bet(b, p, p).w(k), (k, 0, T)) >= 1 / a), a)


@claim
def false_ville(b=Probability(), p=Probability(), a=Probability(), T=Integers(0)):
    """With probability a^2 at most."""
    return Le(Prob(PathMax(Bet(b, p, p).w(k), (k, 0, T)) >= 1 / a), a**2)
