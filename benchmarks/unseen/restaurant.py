"""The Chinese restaurant: new symbols among t draws."""

from sympy import Eq, Le, digamma, log, polygamma

from theory import CLOCK, Binomial, E, Integers, Loop, Noise, Positive, Var, claim, coordinate


class Restaurant(Loop):
    """Draw number t is new with probability theta/(theta + t - 1)."""

    theta: Positive
    kinds = coordinate()
    initial = {"kinds": 0}

    def step(self, now):
        return {"kinds": now["kinds"] + Noise("new", Binomial(1, self.theta / (self.theta + CLOCK - 1)))}


@claim
def true_mean(theta=Positive(), t=Integers(0)):
    """theta (psi(theta + t) - psi(theta)) kinds are expected."""
    return Eq(E(Restaurant(theta).kinds(t)), theta * (digamma(theta + t) - digamma(theta)))


@claim
def false_mean(theta=Positive(), t=Integers(0)):
    """theta log(1 + t/theta) kinds are expected."""
    return Eq(E(Restaurant(theta).kinds(t)), theta * log(1 + t / theta))


@claim
def true_bound(theta=Positive(), t=Integers(0)):
    """At most 1 + theta log(1 + t/theta) kinds are expected."""
    return Le(E(Restaurant(theta).kinds(t)), 1 + theta * log(1 + t / theta))


@claim
def true_variance(theta=Positive(), t=Integers(0)):
    """The variance is below the mean by theta^2 (psi'(theta) - psi'(theta + t))."""
    k = Restaurant(theta).kinds(t)
    return Eq(E(k) - Var(k), theta**2 * (polygamma(1, theta) - polygamma(1, theta + t)))


@claim
def false_variance(theta=Positive(), t=Integers(0)):
    """The variance is the mean."""
    k = Restaurant(theta).kinds(t)
    return Eq(Var(k), E(k))
