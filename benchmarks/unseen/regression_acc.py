"""With accumulated data the risk is above d/n (1 + 1/4 + ... + 1/t^2)."""

from sympy import Ge, Gt, Lt, Sum, Symbol, pi

from theory import Accumulate, Integers, RegressionLoop, claim

i = Symbol("i", integer=True, positive=True)


@claim(
    source="Gerstgrasser et al. 2404.01413 (accumulation, Gaussian design), from below", where=lambda n, d: n >= d + 2
)
def true_lower_bound(n=Integers(3), d=Integers(1), t=Integers(1)):
    """With accumulated data the risk is above d/n (1 + 1/4 + ... + 1/t^2).

    Fit i adds d/(i (i n - d - 1)) (inverse Wishart mean, weight 1/i), which is above d/(i^2 n).
    """
    return Gt(RegressionLoop(n, d, Accumulate()).expected_risk(t), d / n * Sum(1 / i**2, (i, 1, t)))


@claim(source="the constant of Gerstgrasser et al. 2404.01413 with n for n - d - 1", where=lambda n, d: n >= d + 2)
def false_upper_bound(n=Integers(3), d=Integers(1), t=Integers(1)):
    """The risk is below pi^2/6 d/n. (False: n = 3, d = 1, t = 1: 1 > 0.548.)"""
    return Lt(RegressionLoop(n, d, Accumulate()).expected_risk(t), pi**2 / 6 * d / n)


@claim(
    source="Dohmatob et al. 2402.07712, Gerstgrasser et al. 2404.01413: replacing against accumulating",
    where=lambda n, d: n >= d + 2,
)
def true_replacing_is_worse(n=Integers(3), d=Integers(1), t=Integers(1)):
    """Replacing the data costs more than 6 t/pi^2 times as much as keeping them.

    Replaced: t d/(n-d-1). Kept: at most sum d/(i^2 (n-d-1)) < pi^2/6 d/(n-d-1), as i n - d - 1 >= i (n - d - 1).
    """
    replaced, kept = RegressionLoop(n, d).expected_risk(t), RegressionLoop(n, d, Accumulate()).expected_risk(t)
    return Gt(replaced, 6 * t / pi**2 * kept)


@claim(source="the same, as if keeping cost nothing", where=lambda n, d: n >= d + 2)
def false_replacing_is_worse(n=Integers(3), d=Integers(1), t=Integers(1)):
    """At least t times as much. (False from t = 2 on: kept data cost more than one fit.)"""
    replaced, kept = RegressionLoop(n, d).expected_risk(t), RegressionLoop(n, d, Accumulate()).expected_risk(t)
    return Ge(replaced, t * kept)
