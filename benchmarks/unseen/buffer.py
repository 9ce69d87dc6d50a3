"""A replay buffer, a share r of which is overwritten by the newest model's points; the model is fitted to the buffer."""

from sympy import Eq, sqrt

from theory import Cov, Integers, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Replay(Loop):
    """x' = b + Z/sqrt n is the model, b' = (1 - r) b + r x' the mean of the buffer."""

    n: Integers(1)
    r: Probability
    x = coordinate()
    b = coordinate()
    initial = {"x": 0, "b": 0}

    def step(self, now):
        x = now["b"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"x": x, "b": (1 - self.r) * now["b"] + self.r * x}


@claim
def true_drift(n=Integers(1), r=Probability(), t=Integers(1)):
    """The variance of the model is (1 + r^2 (t - 1))/n."""
    return Eq(Var(Replay(n, r).x(t)), (1 + r**2 * (t - 1)) / n)


@claim
def false_drift(n=Integers(1), r=Probability(), t=Integers(1)):
    """The variance of the model is (1 + r (t - 1))/n."""
    return Eq(Var(Replay(n, r).x(t)), (1 + r * (t - 1)) / n)


@claim
def true_covariance(n=Integers(1), r=Probability(), t=Integers(1)):
    """Model and buffer have the covariance r (1 + r (t - 1))/n."""
    loop = Replay(n, r)
    return Eq(Cov(loop.x(t), loop.b(t)), r * (1 + r * (t - 1)) / n)


@claim
def false_covariance(n=Integers(1), r=Probability(), t=Integers(1)):
    """Model and buffer have the covariance r^2 t/n, which is the variance of the buffer."""
    loop = Replay(n, r)
    return Eq(Cov(loop.x(t), loop.b(t)), r**2 * t / n)
