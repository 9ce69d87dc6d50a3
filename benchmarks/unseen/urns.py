"""From one white and one black ball: whenever a ball is drawn, one of the other colour is added."""

from sympy import Eq

from theory import CLOCK, Binomial, E, Integers, Loop, Noise, Var, claim, coordinate


class Friedman(Loop):
    """From one white and one black ball: whenever a ball is drawn, one of the other colour is added."""

    white = coordinate()
    initial = {"white": 1}

    def step(self, state):
        return {"white": state["white"] + 1 - Noise("W", Binomial(1, state["white"] / (CLOCK + 1)))}


class Ehrenfest(Loop):
    """N balls, all in the first box: one at random changes its box."""

    N: Integers(1)

    k = coordinate()

    @property
    def initial(self):
        return {"k": self.N}

    def step(self, state):
        return {"k": state["k"] + 1 - 2 * Noise("B", Binomial(1, state["k"] / self.N))}


@claim(source="Friedman 1949 (urns that add the other colour)")
def true_share_variance(t=Integers(1)):
    """The white share has the variance 1/(12 (t + 2)).

    The difference d of colours has E d'^2 = (1 - 2/T) E d^2 + 1, T = t + 2, solved by T/3; the share is 1/2 + d/(2T).
    """
    return Eq(Var(Friedman().white(t) / (t + 2)), 1 / (12 * (t + 2)))


@claim(source="the same, drawn balls counted without the first two")
def false_share_variance(t=Integers(1)):
    """It is 1/(12 (t + 1)). (False: t = 1: shares of 1/3 and 2/3 have 1/36, not 1/24.)"""
    return Eq(Var(Friedman().white(t) / (t + 2)), 1 / (12 * (t + 1)))


@claim(source="Ehrenfest 1907; Kac 1947, second moment")
def true_second_moment(N=Integers(1), t=Integers(0)):
    """E (k_t - N/2)^2 = N/4 + (1 - 4/N)^t N (N - 1)/4.

    d' = d +- 1 with the mean step -2d/N: E d'^2 = (1 - 4/N) d^2 + 1. N = 2, t = 1: one ball in each box, 0.
    """
    return Eq(E((Ehrenfest(N).k(t) - N / 2) ** 2), N / 4 + (1 - 4 / N) ** t * N * (N - 1) / 4)


@claim(source="the same, the square of the mean's rate")
def false_second_moment(N=Integers(1), t=Integers(0)):
    """It is N/4 + (1 - 2/N)^(2t) N (N - 1)/4. (False: N = 2, t = 1: 1/2.)"""
    return Eq(E((Ehrenfest(N).k(t) - N / 2) ** 2), N / 4 + (1 - 2 / N) ** (2 * t) * N * (N - 1) / 4)
