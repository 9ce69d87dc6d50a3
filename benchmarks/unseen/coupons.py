"""Modes that have not been seen: coupons."""

from sympy import Eq, Le, exp

from theory import Binomial, E, HittingTime, Integers, Loop, Noise, Points, Prob, claim, coordinate


class Coupons(Loop):
    """u of K modes have not been drawn yet."""

    K: Integers(1)
    u = coordinate()

    @property
    def initial(self):
        return {"u": self.K}

    def step(self, now):
        return {"u": now["u"] - Noise("new", Binomial(1, now["u"] / self.K))}


@claim
def true_mean(K=Integers(1), t=Integers(0)):
    """K (1 - 1/K)^t modes are unseen after t draws."""
    return Eq(E(Coupons(K).u(t)), K * (1 - 1 / K) ** t)


@claim
def false_mean(K=Integers(1), t=Integers(0)):
    """K exp(-t/K) modes are unseen after t draws."""
    return Eq(E(Coupons(K).u(t)), K * exp(-t / K))


@claim
def true_bound(K=Integers(1), t=Integers(0)):
    """at most K exp(-t/K)."""
    return Le(E(Coupons(K).u(t)), K * exp(-t / K))


@claim
def true_any(K=Integers(1), t=Integers(0)):
    """Some mode is unseen with probability K exp(-t/K) at most."""
    return Le(Prob(Coupons(K).u(t) > 0), K * exp(-t / K))


@claim
def true_all(K=Points(2, 3, 5)):
    """All have been seen after K (1 + 1/2 + ... + 1/K) draws in the mean."""
    u = Coupons(K).u
    return Eq(E(HittingTime(lambda s: u(s) <= 0)), K * sum(1 / j for j in range(1, K + 1)))


@claim
def false_all(K=Points(2, 3, 5)):
    """All have been seen after K^2 draws in the mean."""
    u = Coupons(K).u
    return Eq(E(HittingTime(lambda s: u(s) <= 0)), K**2)
