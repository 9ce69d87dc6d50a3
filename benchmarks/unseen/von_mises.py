"""Angles: von Mises' law with known concentration, its direction retrained beside data that are uniform near 0."""

from sympy import Eq, Le, besseli, cos, log, pi, sin

from theory import LikelihoodLoop, Parameter, Points, Positive, Reals, Uniform, claim


class VonMises(LikelihoodLoop):
    """The density exp(kappa cos(x - mu))/(2 pi I_0(kappa)) on (-pi, pi)."""

    kappa: Positive
    mu: Parameter(Reals(-pi, pi))
    support = Reals(-pi, pi)

    def log_density(self, x):
        return self.kappa * cos(x - self.mu) - log(2 * pi * besseli(0, self.kappa))


def largest():
    """I/H: kappa A(kappa) over kappa times the mean cosine of the data."""
    return besseli(1, 1) / besseli(0, 1) / sin(1)


@claim
def true_rate(lam=Points(1, 2)):
    """The rate is lam A/(lam A + sin 1), with A = I_1(1)/I_0(1)."""
    return Eq(VonMises(1, Uniform(-1, 1), lam).rate, lam * largest() / (1 + lam * largest()))


@claim
def false_rate(lam=Points(1, 2)):
    """The rate is lam/(1 + lam)."""
    return Eq(VonMises(1, Uniform(-1, 1), lam).rate, lam / (1 + lam))


@claim
def true_faster(lam=Positive()):
    """Data that are more concentrated than the model make it more stable."""
    return Le(VonMises(1, Uniform(-1, 1), lam).rate, lam / (1 + lam))


@claim
def false_faster(lam=Positive()):
    """They halve the rate."""
    return Le(VonMises(1, Uniform(-1, 1), lam).rate, lam / (1 + lam) / 2)
