"""A bandit's estimated loss, l/(p + g) where the arm is played, else 0 (Kocak et al. 2014; Neu 2015)."""

from sympy import Eq, Le, exp

from theory import Binomial, E, Integers, Loop, Noise, Positive, Probability, claim, coordinate


class ImplicitExploration(Loop):
    """One of two arms is played with probability p = 1/(1 + exp(eta L)), L being its estimated loss so far."""

    loss: Probability
    eta: Positive
    g: Positive

    L = coordinate()
    initial = {"L": 0}

    def step(self, now):
        p = 1 / (1 + exp(self.eta * now["L"]))
        played = Noise("played", Binomial(1, p))
        return {"L": now["L"] + self.loss * played / (p + self.g)}


@claim
def true_optimistic(loss=Probability(), eta=Positive(), g=Positive(), t=Integers(0)):
    """It is optimistic: in the mean at most the loss itself, t times."""
    return Le(E(ImplicitExploration(loss, eta, g).L(t)), loss * t)


@claim
def false_unbiased(loss=Probability(), eta=Positive(), g=Positive(), t=Integers(0)):
    """It is unbiased, as it were without g."""
    return Eq(E(ImplicitExploration(loss, eta, g).L(t)), loss * t)
