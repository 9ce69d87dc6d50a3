"""Each fit makes k gradient steps of size h from the weight before: early stopping slows the drift."""

from sympy import Le, Rational, oo, sqrt

from theory import Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Stopped(Loop):
    n: Integers(1)
    h: Probability
    k: Integers(1)
    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        target = now["w"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)
        left = (1 - self.h) ** self.k
        return {"w": left * now["w"] + (1 - left) * target}


@claim
def true_slow(n=Integers(1), h=Probability(), k=Integers(1), t=Integers(0)):
    """The variance is at most (h k)^2 t/n."""
    return Le(Var(Stopped(n, h, k).w(t)), (h * k) ** 2 * t / n)


@claim
def false_slow(n=Integers(1), h=Probability(), k=Integers(1), t=Integers(0)):
    """The variance is at most 9/10 (h k)^2 t/n."""
    return Le(Var(Stopped(n, h, k).w(t)), Rational(9, 10) * (h * k) ** 2 * t / n)


@claim
def true_long(n=Integers(1), h=Probability(), k=Integers(1), t=Integers(0)):
    """With ever more steps it is t/n."""
    return Limit(Var(Stopped(n, h, k).w(t)), (k, oo), t / n)


@claim
def false_long(n=Integers(1), h=Probability(), k=Integers(1), t=Integers(0)):
    """With ever more steps it is (1 - h) t/n."""
    return Limit(Var(Stopped(n, h, k).w(t)), (k, oo), (1 - h) * t / n)
