"""A walk that is reflected at 0: the time to get to N. Source: textbook."""

from sympy import Abs, Eq, Rational

from theory import Binomial, E, HittingTime, Integers, Loop, Noise, Points, Var, claim, coordinate


class Reflected(Loop):
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": Abs(now["x"] + 2 * Noise("B", Binomial(1, Rational(1, 2))) - 1)}


def time(N):
    loop = Reflected()
    return HittingTime(lambda t: loop.x(t) >= N)


@claim
def true_time(N=Points(2, 3, 5)):
    """N^2 steps in the mean."""
    return Eq(E(time(N)), N**2)


@claim
def false_time(N=Points(2, 3, 5)):
    """N^2 - 1."""
    return Eq(E(time(N)), N**2 - 1)


@claim
def true_spread(N=Points(2, 3, 5)):
    """Variance 2 N^2 (N^2 - 1)/3."""
    return Eq(Var(time(N)), 2 * N**2 * (N**2 - 1) / 3)


@claim
def true_square(t=Integers(0)):
    """The mean square is t."""
    return Eq(E(Reflected().x(t) ** 2), t)


@claim
def false_square(t=Integers(0)):
    """The mean square is t + 1."""
    return Eq(E(Reflected().x(t) ** 2), t + 1)


@claim
def true_growth(t=Integers(0)):
    """The mean is at most sqrt(t)."""
    return E(Reflected().x(t)) <= t ** Rational(1, 2)
