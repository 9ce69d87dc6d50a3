"""A share `wrong` of answers is wrong; a verifier passes right ones at the rate a and wrong ones at the rate b."""

from sympy import Abs, Eq, pi, sqrt

from theory import Integers, Loop, Noise, Normal, Positive, Probability, Var, claim, coordinate


class Verified(Loop):
    """A share `wrong` of answers is wrong; a verifier passes right ones at the rate a and wrong ones at the rate b."""

    e: Probability()
    a: Probability()
    b: Probability()

    wrong = coordinate()
    kept = coordinate()  # how much of the compute has passed all verifiers so far

    @property
    def initial(self):
        return {"wrong": self.e, "kept": 1}

    def step(self, state):
        passed = state["wrong"] * self.b + (1 - state["wrong"]) * self.a
        return {"wrong": state["wrong"] * self.b / passed, "kept": state["kept"] * passed}


@claim(source="Feng et al. 2406.07515 (selection by an imperfect verifier), iterated")
def true_compute(e=Probability(), a=Probability(), b=Probability(), t=Integers(0)):
    """The product of all pass rates is e b^t + (1 - e) a^t.

    wrong_t = e b^t/(e b^t + (1-e) a^t), and its pass rate is the quotient of two neighbours: it telescopes.
    """
    return Eq(Verified(e, a, b).kept(t), e * b**t + (1 - e) * a**t)


@claim(source="the first pass rate, taken for all")
def false_compute(e=Probability(), a=Probability(), b=Probability(), t=Integers(0)):
    """It is (e b + (1 - e) a)^t. (False from t = 2 on unless a = b: the mixture improves.)"""
    return Eq(Verified(e, a, b).kept(t), (e * b + (1 - e) * a) ** t)


class NoisyScore(Loop):
    """N(mu, 1); one draw is kept if its score with noise eps is above that of an average draw, and is the next mean."""

    eps: Positive

    mu = coordinate()
    initial = {"mu": 0}

    def step(self, state):
        score, rest = Abs(Noise("A", Normal(0, 1))), Noise("B", Normal(0, 1))
        return {"mu": state["mu"] + (score + self.eps * rest) / sqrt(1 + self.eps**2)}


@claim(source="Feng et al. 2406.07515, Gaussian model: what a noisy verifier leaves")
def true_variance(eps=Positive(), t=Integers(0)):
    """After t selections the mean has the variance t (1 - 2/(pi (1 + eps^2))).

    A kept draw is rho |A| + sqrt(1 - rho^2) B with rho^2 = 1/(1 + eps^2), and Var |A| = 1 - 2/pi.
    """
    return Eq(Var(NoisyScore(eps).mu(t)), t * (1 - 2 / (pi * (1 + eps**2))))


@claim(source="the same, rho for rho^2")
def false_variance(eps=Positive(), t=Integers(0)):
    """It is t (1 - 2/(pi sqrt(1 + eps^2))). (False: correlations are squared in variances.)"""
    return Eq(Var(NoisyScore(eps).mu(t)), t * (1 - 2 / (pi * sqrt(1 + eps**2))))
