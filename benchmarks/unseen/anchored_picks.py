"""One round of picks among K candidates by Bradley-Terry and Luce, lam of them for each real point, of any law and any K."""

from sympy import Ge, Gt, Le

from theory import CuratedLoop, E, Integers, Laws, Positive, Var, claim


@claim
def true_gain(p=Laws(), K=Integers(2), lam=Positive()):
    """The mean weight gains at least lam/(1 + lam) (K - 1)/K Var/f*."""
    loop = CuratedLoop(p, K=K, lam=lam)
    return Ge(E(loop.weight(1)), p.mean + lam / (1 + lam) * (K - 1) / K * p.variance / p.largest)


@claim
def false_gain(p=Laws(), K=Integers(2), lam=Positive()):
    """The mean weight gains at least lam/(1 + lam) Var/f*."""
    loop = CuratedLoop(p, K=K, lam=lam)
    return Ge(E(loop.weight(1)), p.mean + lam / (1 + lam) * p.variance / p.largest * K / (K - 1))


@claim
def true_share(p=Laws(), K=Integers(2), lam=Positive()):
    """It stays below the best weight by the share of real data at least: f* - E >= (f* - mean)/(1 + lam)."""
    loop = CuratedLoop(p, K=K, lam=lam)
    return Le(E(loop.weight(1)), (p.mean + lam * p.largest) / (1 + lam))


@claim
def false_share(p=Laws(), K=Integers(2), lam=Positive()):
    """It comes closer than the share of real data allows."""
    loop = CuratedLoop(p, K=K, lam=lam)
    return Gt(E(loop.weight(1)), (p.mean + lam * p.largest) / (1 + lam))


@claim
def true_spread(p=Laws(), K=Integers(2), lam=Positive()):
    """No round has a larger variance than f*^2/4."""
    loop = CuratedLoop(p, K=K, lam=lam)
    return Le(Var(loop.weight(1)), p.largest**2 / 4)
