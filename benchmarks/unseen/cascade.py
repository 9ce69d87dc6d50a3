"""Who sees two more votes for one answer than for the other follows them, whatever he knows (Bikhchandani et al. 1992)."""

from sympy import Abs, Piecewise, oo

from theory import Binomial, Integers, Limit, Loop, Noise, Prob, Probability, claim, coordinate


class Votes(Loop):
    """lead: votes for the right answer less votes for the wrong one; one's own signal is right with probability p."""

    p: Probability()

    lead = coordinate()
    initial = {"lead": 0}

    def step(self, now):
        lead, right = now["lead"], Noise("R", Binomial(1, self.p))
        return {"lead": Piecewise((lead, Abs(lead) >= 2), (lead + 1, right > 0), (lead - 1, True))}


@claim
def true_right(p=Probability(), t=Integers(0)):
    """In the end all are right with probability p^2/(p^2 + (1 - p)^2)."""
    return Limit(Prob(Votes(p).lead(t) >= 2), (t, oo), p**2 / (p**2 + (1 - p) ** 2))


@claim
def false_right(p=Probability(), t=Integers(0)):
    """With probability p^2 (3 - 2 p), as by the majority of three."""
    return Limit(Prob(Votes(p).lead(t) >= 2), (t, oo), p**2 * (3 - 2 * p))
