"""Two arms are each played m times; the better looking one is taken. Source: textbook, explore then commit."""

from sympy import Eq, Le, Lt, erfc, exp, sqrt

from theory import Integers, Loop, Noise, Normal, Positive, Prob, claim, coordinate


class Explored(Loop):
    """The lead of the better arm: d in the mean, variance 2 a round."""

    d: Positive
    lead = coordinate()
    initial = {"lead": 0}

    def step(self, now):
        better = self.d + Noise("X", Normal(0, 1))
        worse = Noise("Y", Normal(0, 1))
        return {"lead": now["lead"] + better - worse}


@claim
def true_wrong(d=Positive(), m=Integers(1)):
    """The wrong arm is taken with probability erfc(d sqrt(m)/2)/2."""
    return Eq(Prob(Explored(d).lead(m) < 0), erfc(d * sqrt(m) / 2) / 2)


@claim
def false_wrong(d=Positive(), m=Integers(1)):
    """With probability erfc(d sqrt(m/2))/2: as if one arm were known."""
    return Eq(Prob(Explored(d).lead(m) < 0), erfc(d * sqrt(m / 2)) / 2)


@claim
def true_chernoff(d=Positive(), m=Integers(1)):
    """At most exp(-m d^2/4)/2."""
    return Le(Prob(Explored(d).lead(m) < 0), exp(-m * d**2 / 4) / 2)


@claim
def false_chernoff(d=Positive(), m=Integers(1)):
    """At most exp(-m d^2/2)."""
    return Le(Prob(Explored(d).lead(m) < 0), exp(-m * d**2 / 2))


@claim
def true_falls(d=Positive(), m=Integers(1)):
    """More rounds, fewer wrong picks."""
    loop = Explored(d)
    return Lt(Prob(loop.lead(m + 1) < 0), Prob(loop.lead(m) < 0))


@claim
def false_falls(d=Positive(), m=Integers(1)):
    """Each round cuts the wrong picks to nine tenths."""
    loop = Explored(d)
    return Le(Prob(loop.lead(m + 1) < 0), 9 * Prob(loop.lead(m) < 0) / 10)
