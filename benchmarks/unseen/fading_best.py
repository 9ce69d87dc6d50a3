"""The best sample fades: m' = max(m/2, U)."""

from sympy import Eq, Le, Max, Rational

from theory import E, Integers, Loop, Noise, Uniform, claim, coordinate


class Fading(Loop):
    m = coordinate(nonnegative=True)
    initial = {"m": 0}

    def step(self, now):
        return {"m": Max(now["m"] / 2, Noise("U", Uniform(0, 1)))}


@claim
def true_second():
    """After two fits it is 13/24 in the mean."""
    return Eq(E(Fading().m(2)), Rational(13, 24))


@claim
def false_second():
    """After two fits it is 7/12 in the mean."""
    return Eq(E(Fading().m(2)), Rational(7, 12))


@claim
def true_bound(t=Integers(0)):
    """It stays below 7/12 in the mean."""
    return Le(E(Fading().m(t)), Rational(7, 12))


@claim
def false_bound(t=Integers(0)):
    """It stays below 27/50 in the mean."""
    return Le(E(Fading().m(t)), Rational(27, 50))
