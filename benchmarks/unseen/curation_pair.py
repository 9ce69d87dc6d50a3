"""Two outputs of weights w and 1: the model is retrained on the preferred one of two draws (Bradley-Terry)."""

from sympy import Le, oo

from theory import Integers, Loop, Positive, Probability, Reals, claim, coordinate


class PairwiseCuration(Loop):
    """Two outputs of weights w and 1: the model is retrained on the preferred one of two draws (Bradley-Terry)."""

    p: Probability()
    w: Positive

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        x = state["x"]
        return {"x": x**2 + 2 * x * (1 - x) * self.w / (1 + self.w)}


@claim(source="Ferbach et al. 2407.09499 (pairwise curation), two outputs")
def true_odds_bound(p=Probability(), w=Reals(1, oo), t=Integers(0)):
    """In t rounds the odds of the better output grow by at most ((w + 1)/2)^t.

    x' = x(1 + g(1-x)), 1 - x' = (1-x)(1 - g x), g = (w-1)/(w+1): the factor is below 1/(1 - g) = (w+1)/2.
    By hand w = 3, p = 1/2: x_1 = 5/8, odds 5/3 <= 2.
    """
    x = PairwiseCuration(p, w).x(t)
    return Le(x / (1 - x), ((w + 1) / 2) ** t * p / (1 - p))


@claim(source="the growth of a rare output, taken for all")
def false_odds_bound(p=Probability(), w=Reals(1, oo), t=Integers(1)):
    """By at most (2w/(w + 1))^t. (False: that is the smallest factor; w = 3, p = 1/2: 5/3 > 3/2.)"""
    x = PairwiseCuration(p, w).x(t)
    return Le(x / (1 - x), (2 * w / (w + 1)) ** t * p / (1 - p))


class CurationBesideReal(Loop):
    """Infinitely many candidates, and lam curated points for each real one."""

    p: Probability()
    w: Positive
    lam: Positive

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        x = state["x"]
        return {"x": (self.p + self.lam * x * self.w / (x * self.w + 1 - x)) / (1 + self.lam)}


@claim(source="Ferbach et al. 2407.09499 (curation with real data keeps the model near)")
def true_drift_bound(p=Probability(), w=Reals(1, oo), lam=Positive(), t=Integers(0)):
    """Curation beside real data moves the share of the better output up by at most lam/(1 + lam) (1 - p).

    x' = (p + lam y)/(1 + lam) with y < 1, so x' - p < lam (1 - p)/(1 + lam), whatever x is.
    """
    return Le(CurationBesideReal(p, w, lam).x(t) - p, lam / (1 + lam) * (1 - p))


@claim(source="the same, p for 1 - p")
def false_drift_bound(p=Probability(), w=Reals(1, oo), lam=Positive(), t=Integers(0)):
    """By at most lam/(1 + lam) p. (False: p = 1/10, w = 100 moves by 0.82 lam/(1 + lam) at once.)"""
    return Le(CurationBesideReal(p, w, lam).x(t) - p, lam / (1 + lam) * p)
