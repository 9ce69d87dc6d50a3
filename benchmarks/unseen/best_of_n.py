"""Best of n."""

from sympy import Eq, Integral, Le, Symbol, log

from theory import KL, BestOfLoop, Finite, Integers, Simplex, claim


@claim
def true_continuous(n=Integers(1)):
    """Of a continuous law, the best of n is log n - (n - 1)/n away from it, in KL."""
    u = Symbol("u", positive=True)
    p = n * u ** (n - 1)
    return Eq(Integral(p * log(p), (u, 0, 1)), log(n) - (n - 1) / n)


@claim
def false_continuous(n=Integers(1)):
    """Of a continuous law, the best of n is log n away from it, in KL."""
    u = Symbol("u", positive=True)
    p = n * u ** (n - 1)
    return Eq(Integral(p * log(p), (u, 0, 1)), log(n))


@claim
def true_discrete(p=Simplex(3), t=Integers(0)):
    """Of a discrete law that is an upper bound."""
    loop = BestOfLoop(Finite(p))
    return Le(KL(loop.model(t), loop.model(0)), log(t + 1) - t / (t + 1))


@claim
def false_discrete(p=Simplex(3), t=Integers(0)):
    """Of a discrete law it is half of that at most."""
    loop = BestOfLoop(Finite(p))
    return Le(KL(loop.model(t), loop.model(0)), (log(t + 1) - t / (t + 1)) / 2)
