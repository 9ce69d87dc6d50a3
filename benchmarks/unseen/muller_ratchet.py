"""Deleterious mutations without drift (Haigh 1978): their number in a text is Poisson, and stays so."""

from sympy import exp, oo

from theory import Integers, Limit, Loop, Positive, Probability, claim, coordinate


class Load(Loop):
    """The mean number of errors: each costs the share s of the copies, and U new ones come in every generation."""

    s: Probability
    U: Positive

    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        return {"m": (1 - self.s) * now["m"] + self.U}


@claim
def true_best_class(s=Probability(), U=Positive(), t=Integers(0)):
    """The share of texts without any error tends to exp(-U/s)."""
    return Limit(exp(-Load(s, U).m(t)), (t, oo), exp(-U / s))


@claim
def false_best_class(s=Probability(), U=Positive(), t=Integers(0)):
    """To exp(-U (1 - s)/s), as after selection and before the new errors."""
    return Limit(exp(-Load(s, U).m(t)), (t, oo), exp(-U * (1 - s) / s))
