"""A diffusion model of time T, sampled by the probability-flow ODE from N(0, 1) in place of the noised data, and retrained."""

from sympy import Eq, exp

from theory import Integers, Loop, Positive, claim, coordinate


class Flow(Loop):
    """v: the variance of the data; the noised ones have v q + 1 - q with q = exp(-2 T), and the ODE is linear."""

    T: Positive
    v0: Positive

    v = coordinate()

    @property
    def initial(self):
        return {"v": self.v0}

    def step(self, now):
        q = exp(-2 * self.T)
        return {"v": now["v"] / (now["v"] * q + 1 - q)}


@claim(source="folklore: the prior mismatch of a finite diffusion time")
def true_variance(T=Positive(), v0=Positive(), t=Integers(0)):
    """1/v - 1 is multiplied by 1 - exp(-2 T) in every generation."""
    q = exp(-2 * T)
    return Eq(Flow(T, v0).v(t), 1 / (1 + (1 - q) ** t * (1 / v0 - 1)))


@claim(source="the same, at the rate of the forward process")
def false_variance(T=Positive(), v0=Positive(), t=Integers(0)):
    """By exp(-2 T), as noise forgets."""
    q = exp(-2 * T)
    return Eq(Flow(T, v0).v(t), 1 / (1 + q**t * (1 / v0 - 1)))
