"""Models that are retrained by maximum likelihood: a dozen families, each from its log-density alone, and the data they meet.

The curvature of a full exponential family in its natural parameters does not depend on x: H = I at the best fit whatever the data
are, and J = lam/(1 + lam). That is no test of the stability theorem. The others here have H different from I as soon as the
data are not in the model.
"""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Piecewise, Rational, asinh, besseli, cos, cosh, exp, log, loggamma, pi, sin, sinh, tanh

from ..language.domains import Points, Positive, Reals
from ..language.laws import Binomial, Exponential, Laplace, Logistic, Mixture, Normal, StudentT, Uniform
from ..language.likelihood import LikelihoodLoop
from ..language.supports import Naturals, Parameter, R

half = Rational(1, 2)


class LogisticLocation(LikelihoodLoop):
    """A logistic location of scale 1. L = 1/(3 sqrt 3).

    mu: the location.
    Source: textbook: a logistic law; retrained as in Bertrand et al. 2310.00429.
    """

    mu: Parameter(Reals(), r"\mu")

    def log_density(self, x) -> Expr:
        return -2 * log(cosh((x - self.mu) / 2)) - log(4)


class LogisticModel(LikelihoodLoop):
    """A logistic law: location and scale.

    mu, s: location and scale.
    Source: textbook: a logistic law; retrained as in Bertrand et al. 2310.00429.
    """

    mu: Parameter(Reals(), r"\mu")
    s: Parameter(Positive())

    def log_density(self, x) -> Expr:
        return -2 * log(cosh((x - self.mu) / (2 * self.s))) - log(4 * self.s)


class StudentLocation(LikelihoodLoop):
    """A location of Student's law with dof degrees of freedom and scale 1; with dof = 1 Cauchy's.

    dof: degrees of freedom, given.  mu: the location.
    Source: textbook: Student's law; retrained as in Bertrand et al. 2310.00429.
    """

    dof: Positive

    mu: Parameter(Reals(), r"\mu")

    def log_density(self, x) -> Expr:
        n = self.dof
        return loggamma((n + 1) / 2) - loggamma(n / 2) - log(pi * n) / 2 - (n + 1) / 2 * log(1 + (x - self.mu) ** 2 / n)


class StudentModel(LikelihoodLoop):
    """Student's law with dof degrees of freedom: location and scale.

    dof: degrees of freedom, given.  mu, s: location and scale.
    Source: textbook: Student's law; retrained as in Bertrand et al. 2310.00429.
    """

    dof: Positive

    mu: Parameter(Reals(), r"\mu")
    s: Parameter(Positive())

    def log_density(self, x) -> Expr:
        n, z = self.dof, (x - self.mu) / self.s
        constant = loggamma((n + 1) / 2) - loggamma(n / 2) - log(pi * n) / 2
        return constant - (n + 1) / 2 * log(1 + z**2 / n) - log(self.s)


class LaplaceModel(LikelihoodLoop):
    """A Laplace law: location and scale. Its score jumps: Assumption 1 of the theorem fails at x = mu.

    mu, s: location and scale.
    Source: textbook: a Laplace law; retrained as in Bertrand et al. 2310.00429.
    """

    mu: Parameter(Reals(), r"\mu")
    s: Parameter(Positive())

    def log_density(self, x) -> Expr:
        return -Abs(x - self.mu) / self.s - log(2 * self.s)


class GaussianModel(LikelihoodLoop):
    """A Gaussian: mean and variance. Its Hessian is quadratic in x: L = oo, though the loop is that of `NaturalGaussian`.

    mu, v: mean and variance.
    Source: textbook: a Gaussian; retrained as in Bertrand et al. 2310.00429.
    """

    mu: Parameter(Reals(), r"\mu")
    v: Parameter(Positive())

    def log_density(self, x) -> Expr:
        return -((x - self.mu) ** 2) / (2 * self.v) - log(2 * pi * self.v) / 2


class NaturalGaussian(LikelihoodLoop):
    """A Gaussian in its natural parameters, mu/v and -1/(2v). L = 0.

    a, b: of x and of x^2 in the logarithm of the density; b is below 0.
    Source: textbook: a Gaussian as an exponential family; retrained as in Bertrand et al. 2310.00429.
    """

    a: Parameter(Reals())
    b: Parameter(Reals(hi=0))

    def statistics(self, x) -> tuple[Expr, ...]:
        return x, x**2

    def log_partition(self) -> Expr:
        return -(self.a**2) / (4 * self.b) + log(-pi / self.b) / 2


class GumbelModel(LikelihoodLoop):
    """A Gumbel law: location and scale.

    mu, s: location and scale.
    Source: textbook: a Gumbel law; retrained as in Bertrand et al. 2310.00429.
    """

    mu: Parameter(Reals(), r"\mu")
    s: Parameter(Positive())

    def log_density(self, x) -> Expr:
        z = (x - self.mu) / self.s
        return -z - exp(-z) - log(self.s)


class GammaModel(LikelihoodLoop):
    """A gamma law: shape and scale. An exponential family, in other coordinates.

    k, s: shape and scale.
    Source: textbook: a gamma law; retrained as in Bertrand et al. 2310.00429.
    """

    k: Parameter(Positive())
    s: Parameter(Positive())
    support = Positive()

    def log_density(self, x) -> Expr:
        return (self.k - 1) * log(x) - x / self.s - loggamma(self.k) - self.k * log(self.s)


class PoissonModel(LikelihoodLoop):
    """A Poisson law in its natural parameter, the logarithm of its mean.

    eta: the logarithm of the mean.
    Source: textbook: a Poisson law as an exponential family; retrained as in Bertrand et al. 2310.00429.
    """

    eta: Parameter(Reals(), r"\eta")
    support = Naturals()

    def statistics(self, x) -> tuple[Expr, ...]:
        return (x,)

    def log_partition(self) -> Expr:
        return exp(self.eta)

    def log_base(self, x) -> Expr:
        return -loggamma(x + 1)


class NegativeBinomialModel(LikelihoodLoop):
    """Failures before success number r, r any positive number, each trial a success with probability p.

    r: the number of successes.  p: their probability.
    Source: textbook: a negative binomial law; retrained as in Bertrand et al. 2310.00429.
    """

    r: Parameter(Positive())
    p: Parameter(Reals(0, 1))
    support = Naturals()

    def log_density(self, x) -> Expr:
        ways = loggamma(x + self.r) - loggamma(self.r) - loggamma(x + 1)
        return ways + self.r * log(self.p) + x * log(1 - self.p)


class VonMisesModel(LikelihoodLoop):
    """A von Mises law on the circle: direction and concentration.

    mu: the direction, in radians.  kappa: the concentration.
    Source: textbook: a von Mises law; retrained as in Bertrand et al. 2310.00429.
    """

    mu: Parameter(Reals(), r"\mu")
    kappa: Parameter(Positive(), r"\kappa")
    support = Reals(-pi, pi)

    def log_density(self, x) -> Expr:
        return self.kappa * cos(x - self.mu) - log(2 * pi * besseli(0, self.kappa))


class Direction(LikelihoodLoop):
    """A von Mises law of known concentration: its direction. The score is bounded, kappa sin(x - mu).

    kappa: the concentration, given.  mu: the direction, in radians.
    Source: textbook: a von Mises law; retrained as in Bertrand et al. 2310.00429.
    """

    kappa: Positive

    mu: Parameter(Reals(), r"\mu")
    support = Reals(-pi, pi)

    def log_density(self, x) -> Expr:
        return self.kappa * cos(x - self.mu) - log(2 * pi * besseli(0, self.kappa))


class MixtureWeight(LikelihoodLoop):
    """w N(-b, 1) + (1 - w) N(b, 1): the weight of two known components.

    b: half the distance of the components, given.  w: the weight of the left one.
    Source: textbook: a mixture of two known laws; retrained as in Bertrand et al. 2310.00429.
    """

    b: Positive

    w: Parameter(Reals(0, 1))

    def log_density(self, x) -> Expr:
        left, right = (exp(-((x + side * self.b) ** 2) / 2) for side in (1, -1))
        return log(self.w * left + (1 - self.w) * right) - log(2 * pi) / 2


class BloodGroups(LikelihoodLoop):
    """The blood groups O, A, B and AB, as 0 to 3: of two genes drawn at random, of which O is recessive. A curved family.

    p, q: the shares of the genes A and B; the rest is O.
    Source: textbook: the blood groups of Bernstein's model; retrained as in Bertrand et al. 2310.00429.
    """

    p: Parameter(Reals(0, 1))
    q: Parameter(Reals(0, 1))
    support = Points(0, 1, 2, 3)

    def log_density(self, x) -> Expr:
        p, q, r = self.p, self.q, 1 - self.p - self.q
        of_a, of_b = log(p * (p + 2 * r)), log(q * (q + 2 * r))
        return Piecewise((2 * log(r), Eq(x, 0)), (of_a, Eq(x, 1)), (of_b, Eq(x, 2)), (log(2 * p * q), True))


class TwoMeans(LikelihoodLoop):
    """Half N(a, 1), half N(b, 1): two unknown means. With its fit its mirror image is one: several fixed points.

    a, b: the two means.
    Source: textbook: a mixture of two laws of one weight; retrained as in Bertrand et al. 2310.00429.
    """

    a: Parameter(Reals())
    b: Parameter(Reals())

    def log_density(self, x) -> Expr:
        return log(exp(-((x - self.a) ** 2) / 2) / 2 + exp(-((x - self.b) ** 2) / 2) / 2) - log(2 * pi) / 2


class CurvedGaussian(LikelihoodLoop):
    """N(theta, theta^2): one parameter for mean and spread, a curved family.

    theta: mean and standard deviation.
    Source: textbook: the usual example of a curved family; retrained as in Bertrand et al. 2310.00429.
    """

    theta: Parameter(Positive(), r"\theta")

    def log_density(self, x) -> Expr:
        return -((x - self.theta) ** 2) / (2 * self.theta**2) - log(2 * pi) / 2 - log(self.theta)


class SinhArcsinhFlow(LikelihoodLoop):
    """A flow of four parameters: sinh(d asinh((x - mu)/s) - e) is standard normal. It is not affine.

    mu, s: location and scale.  e, d: skewness and weight of the tails, 0 and 1 for a Gaussian.
    Source: textbook: the sinh-arcsinh transformation of a normal variable; retrained as in Bertrand et al. 2310.00429.
    """

    mu: Parameter(Reals(), r"\mu")
    s: Parameter(Positive())
    e: Parameter(Reals())
    d: Parameter(Positive())

    def log_density(self, x) -> Expr:
        z = (x - self.mu) / self.s
        u = self.d * asinh(z) - self.e
        return -(sinh(u) ** 2) / 2 + log(cosh(u)) + log(self.d / self.s) - log(1 + z**2) / 2 - log(2 * pi) / 2


class PlaneGaussian(LikelihoodLoop):
    """A Gaussian in the plane: its mean (a, b) and the Cholesky factor ((p, 0), (q, r)) of its covariance. L = oo.

    a, b: the mean.  p, q, r: the Cholesky factor, by rows.
    A full exponential family in other coordinates: J = lam/(1 + lam), whatever the data are.
    Source: textbook: a Gaussian in the plane; retrained as in Bertrand et al. 2310.00429.
    """

    a: Parameter(Reals())
    b: Parameter(Reals())
    p: Parameter(Positive())
    q: Parameter(Reals())
    r: Parameter(Positive())
    support = R(2)

    def log_density(self, x) -> Expr:
        u = (x[0] - self.a) / self.p
        v = (x[1] - self.b - self.q * u) / self.r
        return -(u**2 + v**2) / 2 - log(self.p * self.r) - log(2 * pi)


class CircleMean(LikelihoodLoop):
    """N(m, 1) in the plane, its mean m on the unit circle, in the direction theta: a curved family. L = 1.

    theta: the direction, in radians.
    Source: textbook: a Gaussian whose mean is on a circle, a curved family; retrained as in Bertrand et al. 2310.00429.
    """

    theta: Parameter(Reals(), r"\theta")
    support = R(2)

    def log_density(self, x) -> Expr:
        return -((x[0] - cos(self.theta)) ** 2 + (x[1] - sin(self.theta)) ** 2) / 2 - log(2 * pi)


class AdditiveFlow(LikelihoodLoop):
    """A masked additive coupling flow in the plane: x_1 is N(0, 1), x_2 given x_1 is N(a + b tanh x_1, 1). L is finite.

    a, b: mean of x_2 where x_1 = 0, and how far it moves with tanh x_1.
    Source: ours: the smallest flow of one masked additive coupling; retrained as in Bertrand et al. 2310.00429.
    """

    a: Parameter(Reals())
    b: Parameter(Reals())
    support = R(2)

    def log_density(self, x) -> Expr:
        return -(x[0] ** 2 + (x[1] - self.a - self.b * tanh(x[0])) ** 2) / 2 - log(2 * pi)


class CouplingFlow(LikelihoodLoop):
    """A masked affine coupling flow in the plane: x_1 is N(a, s^2), x_2 given x_1 is N(b tanh x_1, e^(2 c tanh x_1)). L = oo.

    a, s: mean and standard deviation of x_1.  b, c: how mean and logarithm of the scale of x_2 move with tanh x_1.
    Source: ours: the smallest flow of one masked affine coupling; retrained as in Bertrand et al. 2310.00429.
    """

    a: Parameter(Reals())
    s: Parameter(Positive())
    b: Parameter(Reals())
    c: Parameter(Reals())
    support = R(2)

    def log_density(self, x) -> Expr:
        u, bent = (x[0] - self.a) / self.s, tanh(x[0])
        v = (x[1] - self.b * bent) * exp(-self.c * bent)
        return -(u**2 + v**2) / 2 - log(self.s) - self.c * bent - log(2 * pi)


SKEWED = Exponential(1)
TWO = Mixture(half, Normal(-2, 1), Normal(2, 2))


def inside(model: LikelihoodLoop, *values) -> LikelihoodLoop:
    """The loop on data that are in the model, with these parameters."""
    at = dict(zip(model.state, values, strict=True))
    law = model.law_of(at)
    name = f"{type(model).__name__}({', '.join(f'{k}={v}' for k, v in at.items())})"
    return model.at(data=law.func(*law.args[:-1], name))


# H is not I, and L is finite: what the theorem is about
MISFITS = (
    LogisticLocation(Normal(0, 4), 1),
    LogisticLocation(SKEWED, 1),
    StudentLocation(3, Normal(0, 3), 1),
    MixtureWeight(1, Laplace(0, 1), 1),
    LogisticModel(SKEWED, 1),
    StudentModel(3, Laplace(0, 1), 1),
    TwoMeans(TWO, 1),
)
# the data are in the model: eps = 0 and c = 1
INSIDE = (
    inside(LogisticLocation(Normal(0, 1), 1), half),
    inside(LogisticModel(Normal(0, 1), 1), half, 2),
    inside(StudentModel(3, Normal(0, 1), 1), 0, 1),
)
# the Hessian grows with x: the theorem says nothing, the loop is stable all the same
UNBOUNDED = (
    GaussianModel(Laplace(0, 1), 1),
    GumbelModel(Normal(0, 1), 1),
    CurvedGaussian(Uniform(0, 3), 1),
    SinhArcsinhFlow(Logistic(0, 1), 1),
)
# exponential families: H = I whatever the data are
EXPONENTIAL = (
    NaturalGaussian(Laplace(0, 1), 1),
    PoissonModel(Binomial(5, half), 1),
    GammaModel(Uniform(0, 3), 1),
    VonMisesModel(Uniform(-1, 2), 1),
)
HEAVY = (StudentLocation(1, StudentT(2), 1),)
