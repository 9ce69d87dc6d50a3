"""Multiplicative weights with two experts: the first never errs, the second always; x is the first one's share."""

from sympy import Eq, Le, Rational, Sum, Symbol, exp, log

from theory import Integers, Loop, Positive, Probability, Reals, claim, coordinate


class Hedge(Loop):
    """Multiplicative weights with two experts: the first never errs, the second always; x is the first one's share."""

    eta: Positive

    x = coordinate()
    initial = {"x": Rational(1, 2)}

    def step(self, state):
        x = state["x"]
        return {"x": x / (x + (1 - x) * exp(-self.eta))}


class Distilled(Loop):
    """Each student is distilled from the teacher's probabilities at the temperature T."""

    T: Positive
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        up, down = state["x"] ** (1 / self.T), (1 - state["x"]) ** (1 / self.T)
        return {"x": up / (up + down)}


@claim(source="Freund and Schapire 1997 (Hedge), a lasting gap")
def true_regret(eta=Positive(), T=Integers(1)):
    """The regret is at most log(2)/eta + 1/2, whatever the number of rounds.

    Round s costs 1/(1 + e^(eta s)); the first 1/2, the others at most the integral, log(2)/eta.
    """
    s = Symbol("s", integer=True, nonnegative=True)
    return Le(Sum(1 - Hedge(eta).x(s), (s, 0, T - 1)), log(2) / eta + Rational(1, 2))


@claim(source="the same without the first round")
def false_regret(eta=Positive(), T=Integers(1)):
    """It is at most log(2)/eta. (False: eta = 1, T = 2: 0.769 > 0.693.)"""
    s = Symbol("s", integer=True, nonnegative=True)
    return Le(Sum(1 - Hedge(eta).x(s), (s, 0, T - 1)), log(2) / eta)


@claim(source="Hinton et al. 1503.02531 (temperature), repeated")
def true_odds(T=Reals(1, 10), p=Probability(), t=Integers(0)):
    """After t students the odds are those of the first teacher to the power T^-t.

    The log-odds are divided by T each time.
    """
    x = Distilled(T, p).x(t)
    return Eq(x / (1 - x), (p / (1 - p)) ** (T**-t))


@claim(source="the same, temperatures added")
def false_odds(T=Reals(1, 10), p=Probability(), t=Integers(1)):
    """They are the odds to the power 1/(t T). (False at t = 2 unless T = 2 or p = 1/2.)"""
    x = Distilled(T, p).x(t)
    return Eq(x / (1 - x), (p / (1 - p)) ** (1 / (t * T)))
