"""A uniform law of width 1 is centred at the midrange of three of its own draws. Source: textbook, order statistics."""

from sympy import Eq, Max, Min, Rational

from theory import Integers, Loop, Noise, Uniform, Var, claim, coordinate


class Midrange(Loop):
    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        draws = [Noise(name, Uniform(-Rational(1, 2), Rational(1, 2))) for name in ("U", "V", "W")]
        return {"m": now["m"] + (Max(*draws) + Min(*draws)) / 2}


@claim
def true_variance(t=Integers(0)):
    """The variance grows by 1/40 a fit."""
    return Eq(Var(Midrange().m(t)), t / 40)


@claim
def false_variance(t=Integers(0)):
    """By 1/36, that of the mean."""
    return Eq(Var(Midrange().m(t)), t / 36)
