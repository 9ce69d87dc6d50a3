"""A symmetric beta-binomial law of three tosses is retrained beside binomial counts and beside a table."""

from sympy import Eq, Gt, Le, Rational, binomial, log, loggamma

from theory import Finite, LikelihoodLoop, Parameter, Points, Positive, claim


class BetaBinomial(LikelihoodLoop):
    """Three tosses of a coin whose bias is Beta(a, a)."""

    a: Parameter(Positive())
    support = Points(0, 1, 2, 3)

    def log_density(self, x):
        a = self.a
        return (
            log(binomial(3, x))
            + loggamma(x + a)
            + loggamma(3 - x + a)
            - loggamma(3 + 2 * a)
            + loggamma(2 * a)
            - 2 * loggamma(a)
        )


UNIFORM = Finite((Rational(1, 4),) * 4)


@claim
def true_rate(lam=Points(1, 2)):
    """Uniform counts are the model at a = 1: the rate is lam/(1 + lam)."""
    return Eq(BetaBinomial(UNIFORM, lam).rate, lam / (1 + lam))


@claim
def false_rate(lam=Points(1, 2)):
    """It is lam/(2 + lam)."""
    return Eq(BetaBinomial(UNIFORM, lam).rate, lam / (2 + lam))


@claim
def true_small(lam=Positive()):
    """Less than one synthetic point for each real one: every error is halved at least."""
    return Le(BetaBinomial(UNIFORM, lam / (1 + lam)).rate, Rational(1, 2))


@claim
def false_small(lam=Positive()):
    """It needs more."""
    return Gt(BetaBinomial(UNIFORM, lam / (1 + lam)).rate, Rational(1, 2))
