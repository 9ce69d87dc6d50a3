"""When is a variance lost? It is halved with probability p in a generation, else doubled, or kept."""

from sympy import Eq, Rational

from theory import Binomial, E, HittingTime, Integers, Loop, Noise, Prob, Probability, claim, coordinate


class Halved(Loop):
    """v is halved with probability p, else kept."""

    p: Probability
    v = coordinate()
    initial = {"v": 1}

    def step(self, now):
        return {"v": now["v"] * (1 - Noise("B", Binomial(1, self.p)) / 2)}


@claim
def true_mean_time(p=Probability()):
    """The mean first generation with v below 1/5 is 3/p."""
    loop = Halved(p)
    return Eq(E(HittingTime(lambda s: loop.v(s) < Rational(1, 5))), 3 / p)


@claim
def false_mean_time(p=Probability()):
    """It is 2/p."""
    loop = Halved(p)
    return Eq(E(HittingTime(lambda s: loop.v(s) < Rational(1, 5))), 2 / p)


@claim
def true_time_law(p=Probability(), t=Integers(0)):
    """v is above 2/5 up to t with the probability (1 - p)^t + t p (1 - p)^(t - 1)."""
    loop = Halved(p)
    first = HittingTime(lambda s: loop.v(s) < Rational(2, 5))
    return Eq(Prob(first > t), (1 - p) ** t + t * p * (1 - p) ** (t - 1))


@claim
def false_time_law(p=Probability(), t=Integers(0)):
    """With the probability (1 - p)^t."""
    loop = Halved(p)
    first = HittingTime(lambda s: loop.v(s) < Rational(2, 5))
    return Eq(Prob(first > t), (1 - p) ** t)


@claim
def true_mean(p=Probability(), t=Integers(0)):
    """The mean variance is (1 - p/2)^t."""
    return Eq(E(Halved(p).v(t)), (1 - p / 2) ** t)


@claim
def true_event(p=Probability(), t=Integers(0)):
    """Nothing is lost up to t with probability (1 - p)^t."""
    return Eq(Prob(Eq(Halved(p).v(t), 1)), (1 - p) ** t)
