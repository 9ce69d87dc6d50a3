"""Best of n, retrained: the quantile of a draw in the first model has the law Beta(k, 1), k = n^t."""

from sympy import Eq, log

from theory import KL, TV, Beta, Integers, Loop, Uniform, claim, coordinate


class BestOfRounds(Loop):
    """Best of n, retrained: the quantile of a draw in the first model has the law Beta(k, 1), k = n^t."""

    n: Integers(2)

    k = coordinate()
    initial = {"k": 1}

    def step(self, state):
        return {"k": self.n * state["k"]}


@claim(source="Beirami et al. 2401.01879 (KL of best-of-n), continuous rewards, t rounds")
def true_kl(n=Integers(2), t=Integers(0)):
    """t rounds of best of n cost t log n - 1 + n^(-t) in KL.

    E log(k u^(k-1)) under k u^(k-1) is log k + (k-1) E log u = log k - (k-1)/k, with k = n^t.
    """
    return Eq(KL(Beta(BestOfRounds(n).k(t), 1), Uniform(0, 1)), t * log(n) - 1 + n ** (-t))


@claim(source="the cost of a round, added up")
def false_kl(n=Integers(2), t=Integers(0)):
    """They cost t (log n - 1 + 1/n). (False from t = 2 on: KL is no sum of rounds.)"""
    return Eq(KL(Beta(BestOfRounds(n).k(t), 1), Uniform(0, 1)), t * (log(n) - 1 + 1 / n))


@claim(source="derived: total variation of best-of-n (compare Beirami et al. 2401.01879)")
def true_tv(n=Integers(2), t=Integers(1)):
    """The total variation is k^(-1/(k - 1)) (1 - 1/k), k = n^t.

    k u^(k-1) > 1 above u* = k^(-1/(k-1)); TV = u* - u*^k = u* (1 - 1/k). By hand k = 2: 1/4.
    """
    k = n**t
    return Eq(TV(Beta(BestOfRounds(n).k(t), 1), Uniform(0, 1)), k ** (-1 / (k - 1)) * (1 - 1 / k))


@claim(source="the same, exponent off by one")
def false_tv(n=Integers(2), t=Integers(1)):
    """It is k^(-1/k) (1 - 1/k). (False: k = 2 would have 0.354, not 1/4.)"""
    k = n**t
    return Eq(TV(Beta(BestOfRounds(n).k(t), 1), Uniform(0, 1)), k ** (-1 / k) * (1 - 1 / k))
