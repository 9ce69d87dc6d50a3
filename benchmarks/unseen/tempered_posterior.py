"""A Bayesian who learns from her own predictions, and counts every one of them h times."""

from sympy import Eq, Gt, Le, oo

from theory import CLOCK, Integers, Loop, Noise, Normal, Positive, Reals, Var, claim, coordinate


class OwnPredictions(Loop):
    """Prior N(0, 1), unit noise; the posterior mean moves by the gain h v_k, with v_k = 1/(1 + h k)."""

    h: Positive

    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        before, after = 1 / (1 + self.h * (CLOCK - 1)), 1 / (1 + self.h * CLOCK)
        return {"m": now["m"] + self.h * after * Noise("Y", Normal(0, 1 + before))}


@claim
def true_counted_once(t=Integers(0)):
    """Counted once, what the mean has wandered is what the posterior has lost of variance."""
    return Eq(Var(OwnPredictions(1).m(t)), 1 - 1 / (1 + t))


@claim
def false_counted_once(t=Integers(0)):
    """One observation late."""
    return Eq(Var(OwnPredictions(1).m(t)), 1 - 1 / (2 + t))


@claim
def true_overcounted(h=Reals(1, oo), t=Integers(1)):
    """Counted more than once, the mean wanders further than the posterior says."""
    return Gt(Var(OwnPredictions(h).m(t)), 1 - 1 / (1 + h * t))


@claim
def false_overcounted(h=Reals(0, 2), t=Integers(1)):
    """It never wanders further than the prior."""
    return Le(Var(OwnPredictions(h).m(t)), 1)
