"""Distances of two laws, of one kind or of two: their numbers beside quadrature and sums, and what is proved of them."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from scipy import integrate, stats
from sympy import Abs, Eq, Float, Ge, Integer, Integral, Le, Rational, Symbol, erf, exp, log, oo, pi, sqrt

from simulate import estimate
from simulate.engine.draws import can_be_drawn
from theory import (
    ISE,
    KL,
    TV,
    W1,
    W2,
    Beta,
    Binomial,
    Cauchy,
    ChiSquare,
    E,
    Epanechnikov,
    Exponential,
    Gamma,
    Geometric,
    Integers,
    Laplace,
    Logistic,
    Loop,
    Mixture,
    NegativeBinomial,
    Noise,
    Normal,
    Poisson,
    Positive,
    Probability,
    Reals,
    StudentT,
    Truncated,
    Uniform,
    claim,
    coordinate,
)
from theory.language.errors import CannotTell
from theory.language.functions import exponential_tv
from theory.language.moments import Moment
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.exponentials import exponential_tv as in_balls
from theory.proof.enclose import at_point, value
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise

half, third = Rational(1, 2), Rational(1, 3)
LAWS = {  # as SciPy has them
    Normal(0, 1): stats.norm(),
    Normal(2, 1): stats.norm(2),
    Mixture(third, Normal(0, 1), Normal(2, 1)): None,
    Exponential(1): stats.expon(),
    Exponential(2): stats.expon(scale=2),
    Laplace(0, 1): stats.laplace(),
    Laplace(0, 2): stats.laplace(scale=2),
    Laplace(1, 2): stats.laplace(1, 2),
    Cauchy(0, 1): stats.cauchy(),
    Cauchy(1, 1): stats.cauchy(1),
    Logistic(0, 1): stats.logistic(),
    Logistic(1, 1): stats.logistic(1),
    StudentT(3): stats.t(3),
    StudentT(3, 2, 1): stats.t(3, 2),
    Uniform(0, 1): stats.uniform(),
    Uniform(half, 3): stats.uniform(0.5, 2.5),
    Poisson(2): stats.poisson(2),
    Poisson(3): stats.poisson(3),
    Binomial(5, third): stats.binom(5, 1 / 3),
    Binomial(5, half): stats.binom(5, 0.5),
    Binomial(4, half): stats.binom(4, 0.5),
    Poisson(Rational(5, 3)): stats.poisson(5 / 3),
    Beta(3, 1): stats.beta(3, 1),
    Beta(1, 4): stats.beta(1, 4),
    Beta(2, 1): stats.beta(2, 1),
    Beta(2, 3): stats.beta(2, 3),
    Gamma(2, 1): stats.gamma(2),
    Gamma(2, 3): stats.gamma(2, scale=3),
    Gamma(3, 1): stats.gamma(3),
    Geometric(half): stats.geom(0.5),
    Geometric(third): stats.geom(1 / 3),
    NegativeBinomial(2, half): stats.nbinom(2, 0.5),
    NegativeBinomial(2, third): stats.nbinom(2, 1 / 3),
}
COUNTS = Binomial | Poisson | Geometric | NegativeBinomial


def density(law, x):
    if isinstance(law, Mixture):
        return sum(float(w) * density(part, x) for w, part in law.parts)
    known = LAWS[law]
    return known.pmf(x) if isinstance(law, COUNTS) else known.pdf(x)


def integral(law, f):
    """Of f over all places, or its sum over whole numbers."""
    if isinstance(law, COUNTS):
        return sum(f(k) for k in range(60))
    breaks = [-60, -3, 0, 0.5, 1, 2, 3, 60]
    return sum(integrate.quad(f, a, b, limit=200)[0] for a, b in pairwise(breaks))


def number(x):
    x = standardise(x)
    return float(x.xreplace({m: Float(float(value(m).value.mid())) for m in x.atoms(Moment)}).doit())


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (Exponential(1), Exponential(2)),
        (Laplace(0, 2), Laplace(0, 1)),
        (Cauchy(0, 1), Cauchy(1, 1)),
        (Logistic(1, 1), Logistic(0, 1)),
        (StudentT(3), StudentT(3, 2, 1)),
        (Uniform(0, 1), Uniform(half, 3)),
        (Poisson(2), Poisson(3)),
        (Binomial(5, third), Binomial(5, half)),
        (Binomial(5, third), Binomial(4, half)),
        (Poisson(Rational(5, 3)), Binomial(5, third)),
        (Mixture(third, Normal(0, 1), Normal(2, 1)), Normal(0, 1)),
        (Beta(3, 1), Uniform(0, 1)),
        (Uniform(0, 1), Beta(1, 4)),
        (Beta(2, 1), Beta(2, 3)),
        (Gamma(2, 1), Gamma(2, 3)),
        (Gamma(2, 1), Gamma(3, 1)),
        (Gamma(2, 1), Exponential(1)),
        (Geometric(half), Geometric(third)),
        (NegativeBinomial(2, third), NegativeBinomial(2, half)),
    ],
    ids=str,
)
def test_total_variation(p, q):
    far = 2e-2 if isinstance(p, Cauchy) else 1e-6  # beyond 60
    assert number(TV(p, q)) == pytest.approx(integral(p, lambda x: abs(density(p, x) - density(q, x))) / 2, abs=far)


TWO, THREE = Mixture(half, Normal(-1, 1), Normal(1, 1)), Mixture(third, Normal(0, 1), Normal(3, 2))
UNLIKE = {  # by mpmath with 30 digits: crossings found, integrals between them
    (Normal(0, 1), Laplace(0, 1)): "0.117473677257097809",
    (Normal(0, 1), Cauchy(0, 1)): "0.251164554288851079",
    (Normal(0, 1), Logistic(0, 1)): "0.234804127230058680",
    (TWO, Normal(0, 2)): "0.0557523740322683594",
    (TWO, Laplace(0, 1)): "0.193573302693899083",
    (THREE, Mixture(half, Normal(0, 2), Normal(1, 1))): "0.395932808032994669",
    (Beta(2, 2), Uniform(0, 1)): "0.192450089729875255",
    (Gamma(3, 1), Exponential(2)): "0.342003061833419937",
    (Geometric(half), Poisson(2)): "0.244015825046160177",
    (Mixture(half, Poisson(1), Poisson(5)), Poisson(3)): "0.297343831658198790",
}


@pytest.mark.parametrize(("p", "q"), UNLIKE, ids=str)
def test_total_variation_of_laws_of_two_kinds(p, q):
    known = Decimal(UNLIKE[p, q])
    for pair in ((p, q), (q, p)):
        ball = value(standardise(TV(*pair)), bits=60).value
        assert ball.overlaps(arb(str(known), "1e-17"))
        assert ball.rad() < 1e-16


@pytest.mark.parametrize(
    "p", [Normal(0, 1), TWO, Epanechnikov(0, 1), Truncated(Normal(0, 1), -1, 2), ChiSquare(4)], ids=str
)
@pytest.mark.parametrize(
    "q", [StudentT(3, 1, 2), Uniform(-2, 1), Mixture(half, Uniform(0, 1), Exponential(1))], ids=str
)
def test_total_variation_is_the_mean_of_what_a_law_lacks(p, q):
    """Balls beside draws: TV is the mean of (1 - q/p)^+ under p; and a distance that is a hundredth off is seen."""
    ball = value(standardise(TV(p, q))).value
    assert ball.rad() < 1e-9
    if can_be_drawn(p) and p.support != q.support:
        (drawn,) = estimate([TV(p, q)], replicates=400_000, seed=1)
        assert abs(drawn.value.mid() - ball.mid()) < drawn.value.rad() + ball.rad()


def test_what_densities_with_a_pole_are_apart_is_not_told():
    with pytest.raises(CannotTell, match="has no bound at"):
        value(standardise(TV(Beta(half, half), Uniform(0, 1))))


@claim
def at_least_a_tenth(v=Positive(1, 2)):
    """Normal and Laplace laws of one centre."""
    return Ge(TV(Normal(0, v), Laplace(0, 1)), Rational(11, 100))


@claim
def at_least_an_eighth(v=Positive(1, 2)):
    """Above what it is at v = 1."""
    return Ge(TV(Normal(0, v), Laplace(0, 1)), Rational(1, 8))


def test_claims_on_laws_of_two_kinds_are_decided_at_points():
    for said, verdict in ((at_least_a_tenth, Verdict.SUPPORTED), (at_least_an_eighth, Verdict.REFUTED)):
        there = replace(said.points()[0], values={"v": Integer(1)})
        assert at_point(said, there, 0.01).verdict == verdict


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (Laplace(0, 1), Normal(0, 1)),
        (Normal(0, 1), Laplace(0, 1)),
        (Exponential(1), Normal(0, 1)),
        (Binomial(5, third), Binomial(5, half)),
        (Beta(2, 1), Beta(2, 3)),
        (Uniform(0, 1), Beta(1, 4)),
    ],
    ids=str,
)
def test_divergence(p, q):
    def of(x):
        u, v = density(p, x), density(q, x)
        return u * np.log(u / v) if u > 0 and v > 0 else 0.0

    assert number(KL(p, q)) == pytest.approx(integral(p, of), abs=1e-6)


def test_where_one_law_cannot_be_the_divergence_is_infinite():
    assert standardise(KL(Normal(0, 1), Exponential(1))) == oo
    assert standardise(KL(Uniform(0, 3), Uniform(0, 1))) == oo


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (Poisson(2), Normal(0, 1)),
        (Binomial(3, Rational(1, 2)), Exponential(1)),
        (Exponential(1), Poisson(1)),
        (Exponential(1), Mixture(Rational(1, 2), Poisson(1), Exponential(1))),
        (Poisson(2), Mixture(Rational(1, 2), Normal(0, 1), Normal(1, 1))),
    ],
    ids=str,
)
def test_a_probability_over_a_density_is_no_ratio(p, q):
    """The divergence of atoms from what has a density is infinite; the mean of the logarithm of that quotient is a number."""
    with pytest.raises(NotImplementedError, match="KL between"):
        KL(p, q).expanded()


@claim
def shares_of_real_data(a=Probability(), d=Positive()):
    """What two mixtures have in common does not count."""
    mixed = Mixture(a, Normal(0, 1), Normal(d, 1))
    return Eq(TV(mixed, Normal(0, 1)), (1 - a) * erf(d / sqrt(8)))


@claim
def same_mixture(a=Probability(), d=Positive()):
    """ISE is multiplied by the square of the share."""
    mixed = Mixture(a, Normal(0, 1), Normal(d, 1))
    return Eq(ISE(mixed, Normal(0, 1)), (1 - a) ** 2 * ISE(Normal(d, 1), Normal(0, 1)))


@claim
def two_rates(r=Reals(1, oo)):
    """TV of exponential laws."""
    return Eq(TV(Exponential(1), Exponential(r)), r ** (-1 / (r - 1)) * (r - 1) / r)


@claim(where=lambda a, b: a < b)
def two_widths(a=Positive(), b=Positive()):
    """TV of uniform laws."""
    return Eq(TV(Uniform(0, a), Uniform(0, b)), 1 - a / b)


@claim(where=lambda a, b: a < b)
def width_divergence(a=Positive(), b=Positive()):
    """KL of uniform laws."""
    return Eq(KL(Uniform(0, a), Uniform(0, b)), log(b / a))


@claim
def fitted_normal(b=Positive()):
    """A normal law fitted to Laplace data."""
    return Eq(KL(Laplace(0, b), Normal(0, 2 * b**2)), (log(pi) - 1) / 2)


@claim
def moved_rates(a=Positive(), b=Positive()):
    """W1 of exponential laws."""
    return Eq(W1(Exponential(a), Exponential(b)), Abs(a - b))


@claim
def coupled(a=Reals(), b=Positive(), c=Positive()):
    """W2 of Laplace laws."""
    return Eq(W2(Laplace(0, b), Laplace(a, c)) ** 2, a**2 + 2 * (b - c) ** 2)


@claim
def best_of_several(k=Integers(2)):
    """TV of the largest of k uniform draws from one of them: the densities cross at k^(-1/(k - 1))."""
    return Eq(TV(Beta(k, 1), Uniform(0, 1)), k ** (-1 / (k - 1)) * (1 - 1 / k))


@claim
def best_of_several_divergence(k=Integers(2)):
    """KL of the same."""
    return Eq(KL(Beta(k, 1), Uniform(0, 1)), log(k) - 1 + 1 / k)


@pytest.mark.parametrize(
    "c",
    [
        *(
            shares_of_real_data,
            same_mixture,
            two_rates,
            two_widths,
            width_divergence,
            fitted_normal,
            moved_rates,
            coupled,
        ),
        *(best_of_several, best_of_several_divergence),
    ],
    ids=lambda c: c.id,
)
def test_forms(c):
    assert prove(c).proved


@pytest.mark.parametrize(
    "false",
    [
        lambda k: Eq(TV(Beta(k, 1), Uniform(0, 1)), k ** (-1 / (k - 1)) * (1 - 1 / (k + 1))),
        lambda k: Eq(TV(Beta(1, k), Uniform(0, 1)), k ** (-1 / k) * (1 - 1 / k)),
        lambda k: Eq(KL(Beta(k, 1), Uniform(0, 1)), log(k) - 1 + 1 / (k + 1)),
    ],
)
def test_other_forms_are_refuted(false):
    def stated(k=Integers(2)):
        return false(k)

    stated.__doc__ = "Not so."
    assert prove(claim(stated)).refuted


def test_a_success_that_is_certain_leaves_no_ratio():
    """Then one of two geometric laws is all at 1: the logarithm of the ratio has no value, and the masses are compared."""
    assert value(standardise(TV(Geometric(1), Geometric(third)))).value.overlaps(2 / arb(3))


def test_laws_that_are_one_at_some_numbers():
    v = Symbol("v", positive=True)
    there = [standardise(TV(Laplace(v, 1), Laplace(1, v))).xreplace({v: x}) for x in (Integer(1), Integer(2))]
    same, other = (value(m).value for m in there)
    assert same.overlaps(arb(0))
    assert same.rad() < 1e-9
    assert other > 0.1


@pytest.mark.parametrize(("base", "power"), [(388, Rational(-1, 387)), (590, Rational(588, 589))])
def test_large_whole_numbers_have_roots(base, power):
    """With FLINT's numbers SymPy stumbled over their logarithms."""
    assert float(Integer(base) ** power) == pytest.approx(float(base) ** float(power))


def test_equal_laws_are_at_the_distance_0():
    for law in (Exponential(2), Poisson(3), Binomial(4, half), Laplace(0, 1)):
        assert standardise(TV(law, law)) == 0
    for p, q in ((Laplace, 2), (Exponential, 3)):
        assert standardise(TV(p(q), p(q))) == 0


@claim
def at_most_the_difference(a=Positive(), b=Positive()):
    """TV of Poisson laws, at equal means, too."""
    return Le(TV(Poisson(a), Poisson(b)), Abs(a - b))


def test_equal_parameters_are_a_point_like_others():
    both = replace(at_most_the_difference.points()[0], values={"a": Integer(2), "b": Integer(2)})
    assert at_point(at_most_the_difference, both, 0.01).verdict == Verdict.SUPPORTED


@claim
def chi_square_divergence(d=Reals()):
    """Of shifted normal laws."""
    x = Symbol("x", real=True)
    ratio = Normal(d, 1).density(x) ** 2 / Normal(0, 1).density(x)
    return Eq(Integral(ratio, (x, -oo, oo)), exp(d**2))


@claim
def affinity(d=Reals()):
    """The root of a product of densities."""
    x = Symbol("x", real=True)
    return Eq(Integral(sqrt(Normal(d, 1).density(x) * Normal(0, 1).density(x)), (x, -oo, oo)), exp(-(d**2) / 8))


@claim
def from_there(a=Positive(), d=Reals()):
    """An exponential integral from a number on."""
    x = Symbol("x", real=True)
    return Eq(Integral(x * exp(-a * x), (x, d, oo)), (d / a + 1 / a**2) * exp(-a * d))


@claim
def may_be_infinite(a=Reals()):
    """With a < 0 there is no such number."""
    x = Symbol("x", real=True)
    return Eq(Integral(exp(-a * x**2), (x, -oo, oo)), sqrt(pi / a))


def test_integrals_to_infinity():
    assert all(prove(c).proved for c in (chi_square_divergence, affinity, from_there))
    assert not prove(may_be_infinite).proved


HALVES = Mixture(half, Uniform(0, half), Uniform(half, 1))


def test_a_sum_of_densities_is_that_of_a_mixture_where_all_parts_are():
    """Of a uniform law that is parted the sum of the densities is 2 everywhere, and the divergence 0 and no -log(2)."""
    assert HALVES.support == (0, 1)
    for p, q in ((Uniform(0, 1), HALVES), (HALVES, Uniform(0, 1)), (Uniform(0, half), HALVES)):
        with pytest.raises(NotImplementedError, match="KL between"):
            KL(p, q).expanded()
    assert KL(Normal(0, 1), HALVES).expanded() == oo  # beyond both parts
    with pytest.raises(NotImplementedError, match="KL between"):
        KL(HALVES, Exponential(1)).expanded()  # a number, since no part reaches below 0
    beyond = Mixture(Symbol("w", nonnegative=True), Uniform(0, 3), Uniform(0, 1))
    with pytest.raises(NotImplementedError, match="KL between"):
        KL(beyond, Uniform(0, 1)).expanded()  # infinite, but for w = 0


def test_a_draw_and_its_mirror_image_stay_one_draw():
    """Only of a sum of their logarithms the means are apart."""
    for p in (Uniform(0, 1), Beta(2, 3)):
        parted, whole = KL(p, Beta(3, 5)).expanded(), KL(p, Mixture(half, Beta(3, 5), Beta(2, 2))).expanded()
        assert (len(parted.atoms(Noise)), len(whole.atoms(Noise))) == (2, 1)


def test_total_variation_at_the_ends_of_a_probability():
    assert number(TV(Binomial(3, 1), Binomial(3, half))) == pytest.approx(7 / 8)
    assert number(TV(Binomial(3, 0), Binomial(3, half))) == pytest.approx(7 / 8)
    cut = [Truncated(Exponential(scale), 0, 1) for scale in (1, 2)]
    one, other = (stats.truncexpon(1 / scale, scale=scale) for scale in (1, 2))
    far = integrate.quad(lambda x: abs(one.pdf(x) - other.pdf(x)), 0, 1)[0] / 2
    assert number(TV(*cut)) == pytest.approx(far, abs=1e-6)


def test_of_a_random_exponential_model():
    """In NumPy, in balls and by quadrature; wide balls have all that is in them."""
    for r in (0.001, 0.5, 0.999, 1.001, 2.0, 30.0):
        cross = np.log(r) * r / (r - 1)
        wanted = abs(np.exp(-cross / r) - np.exp(-cross))
        assert exponential_tv._imp_(r) == pytest.approx(wanted, rel=1e-9)
        assert float(in_balls(arb(r)).mid()) == pytest.approx(wanted, rel=1e-9)
        assert float(in_balls(arb(r)).rad()) < 1e-12
        assert in_balls(arb(r, r / 3)).contains(in_balls(arb(r)))
    assert exponential_tv(1) == 0
    assert float(exponential_tv._imp_(1.0)) == float(in_balls(arb(1)).upper()) == 0
    assert float(exponential_tv._imp_(0.0)) == float(in_balls(arb(-1)).lower()) == 1
    mean = ExponentialRate(5).mean(1)
    assert TV(Exponential(mean), Exponential(2)).expanded() == exponential_tv(mean / 2)


class ExponentialRate(Loop):
    """The mean of an exponential law, fitted to n draws."""

    n: Integers(1)

    mean = coordinate(positive=True)

    @property
    def initial(self):
        return {"mean": 1}

    def step(self, now):
        return {"mean": now["mean"] * Noise("G", Gamma(self.n, 1 / self.n))}

    def law_at(self, t):
        return Exponential(self.mean(t))


def test_of_an_exponential_fit_it_is_sampled():
    """By its own draws: the tails of the expression do not matter, it is never above 1."""
    loop = ExponentialRate(5)
    (ball,) = estimate([E(TV(loop.model(2), Exponential(1)))], 20_000, seed=3)
    mean = np.random.default_rng(4).gamma(5, 1 / 5, (400_000, 2)).prod(axis=1)
    drawn = exponential_tv._imp_(mean)
    assert abs(drawn.mean() - ball.midpoint) < ball.radius + 6 * drawn.std() / np.sqrt(len(drawn))
