"""Gaussians fitted to pooled data: the catalogue's numbers, the kernels against data, what the shared layers learned."""

import numpy as np
import pytest
from exact import about
from scipy.stats import ks_2samp
from sympy import Eq, Ge, Integer, Product, Rational, Sum, Symbol, sqrt

from reports import verify
from simulate import sample
from theory import W2, BadInput, E, GaussianLoop, Integers, PooledGaussianLoop, claim
from theory.gaussian.policies import best_weight, weighted
from theory.language.errors import CannotTell
from theory.language.laws import Centred, Noise, Normal
from theory.language.loops import CLOCK
from theory.language.policies import Accumulate, FixedReal, FreshReal, Growing, Replace, Subsample, synthetic
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.relations.prove import prove
from theory.proof.symbols.averages import average, law_moment

half = Rational(1, 2)
POLICIES = (Replace(), Accumulate(), Subsample(), FixedReal(5), FreshReal(5), Growing(3 * CLOCK))


def test_numbers_of_the_catalogue():
    all_data = PooledGaussianLoop(4, Accumulate())
    about(E(all_data.v(6)), 0.6615571975708, 11)
    about(E(all_data.mu(6) ** 2), 0.3384428024292, 11)
    about(E(PooledGaussianLoop(10, Accumulate()).v(100)), 0.84427550900047, 11)
    about(E(10 * PooledGaussianLoop(10, Accumulate(), known_variance=True).mu(10) ** 2), 1.5497677311665, 11)
    about(E(PooledGaussianLoop(4, Subsample(), known_variance=True).mu(6) ** 2), 0.73321571350098, 11)
    about(E(PooledGaussianLoop(4, Subsample(), known_variance=True).pool(6) ** 2), 0.47478247748481, 11)
    about(E(weighted(5, 8, Rational(3, 10)).mu(4) ** 2), 0.14643410825, 11)
    about(E(PooledGaussianLoop(10, Growing(10 * CLOCK)).v(100)), 0.59017117463189, 11)
    assert [float(best_weight(Rational(k))) for k in (1, "1/10", 10)] == pytest.approx(
        [0.61803398874989, 0.27015621187164, 0.91607978309962], rel=1e-12
    )


def refitted(rng, policy, known: bool, n: int, t: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Every point is drawn, from N(0, 1) first; mean and variance of the model after t fits."""
    mu, v = np.zeros(size), np.ones(size)
    pool, real = np.empty((size, 0)), rng.standard_normal((size, n))
    for g in range(1, t + 1):
        count = int(policy.size.subs(CLOCK, g)) if isinstance(policy, Growing) else int(synthetic(policy)) or n
        new = mu[:, None] + np.sqrt(v)[:, None] * rng.standard_normal((size, count))
        pool = np.hstack([pool, new])
        match policy:
            case Accumulate():
                points = pool
            case Subsample():
                points = np.take_along_axis(pool, rng.integers(pool.shape[1], size=(size, n)), axis=1)
            case FreshReal():
                points = np.hstack([rng.standard_normal((size, n)), new])
            case FixedReal():
                points = np.hstack([real, new])
            case _:
                points = new
        mu = points.mean(axis=1)
        v = v if known else points.var(axis=1)
    return mu, v


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@pytest.mark.parametrize("known", [False, True], ids=["fitted variance", "known variance"])
def test_the_kernels_give_what_fits_to_data_give(policy, known):
    loop = PooledGaussianLoop(4, policy, sigma0=2, mu0=1, known_variance=known)
    drawn = sample(loop, ["mu"] if known else ["mu", "v"], t=4, replicates=20_000)
    mu, v = refitted(np.random.default_rng(1), policy, known, 4, 4, 20_000)

    assert ks_2samp(drawn["mu"][:, -1], 1 + 2 * mu).pvalue > 1e-7
    if not known:
        assert ks_2samp(drawn["v"][:, -1], 4 * v).pvalue > 1e-7
        together = (drawn["mu"][:, -1] - 1) ** 2 * drawn["v"][:, -1]
        assert ks_2samp(together, 16 * mu**2 * v).pvalue > 1e-7


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_a_kernel_follows_every_coordinate_of_the_step(policy):
    loop = PooledGaussianLoop(3, policy, known_variance=True)
    paths = sample(loop, list(loop.state), t=3, replicates=40_000)
    for name in loop.state:
        x = paths[name][:, -1]
        derived = float(value(E(getattr(loop, name)(3))).value)
        assert abs(x.mean() - derived) < 6 * x.std() / 200


def test_second_moments_are_conserved_where_points_are_drawn_from_a_pool():
    """Of such fits no step is stated: here is the simulation."""
    paths = sample(PooledGaussianLoop(4, Subsample()), ["mu", "v"], t=6, replicates=100_000)
    total = paths["v"][:, -1] + paths["mu"][:, -1] ** 2

    assert abs(total.mean() - 1) < 6 * total.std() / 100_000**0.5
    with pytest.raises(CannotTell, match="depends on all of its points"):
        moment(E(PooledGaussianLoop(4, Subsample()).v(6)))


@pytest.mark.parametrize(
    ("loop", "reason"),
    [
        (PooledGaussianLoop(1), "n = 1"),
        (PooledGaussianLoop(4, FixedReal(1)), "synthetic = 1"),
        (PooledGaussianLoop(4, FreshReal(0)), "synthetic = 0"),
        (PooledGaussianLoop(4, FreshReal(0), known_variance=True), None),
        (PooledGaussianLoop(4, FreshReal(0), known_variance=True, weight=half), "synthetic = 0"),
        (PooledGaussianLoop(4, FreshReal(-1), known_variance=True), "synthetic = -1"),
        (PooledGaussianLoop(4, weight=half), "weight = 1/2: Replace()"),
        (PooledGaussianLoop(4, FreshReal(3), weight=1 / CLOCK), "weight = 1/generation"),
        (PooledGaussianLoop(4, start="fit"), "start = fit: Replace()"),
        (PooledGaussianLoop(4, Accumulate(), start="full", known_variance=True), "start = full: Accumulate()"),
        (PooledGaussianLoop(4, FreshReal(3), start="full"), "start = full: where the variance"),
        (PooledGaussianLoop(4, FreshReal(3), start=1), "start = 1: where the variance"),
        (PooledGaussianLoop(4, FreshReal(3), start="full", known_variance=True), None),
        (PooledGaussianLoop(4, temperature=0), "temperature = 0"),
        (PooledGaussianLoop(4, FreshReal(3), weight=2), "weight = 2"),
        (PooledGaussianLoop(4, Growing(CLOCK)), "1 draws in fit number 1"),
        (PooledGaussianLoop(4, Growing(12 - CLOCK)), "1 draws in fit number 11"),
        (PooledGaussianLoop(4, sigma0=-1), "sigma0 = -1"),
        (PooledGaussianLoop(2, Accumulate()), None),
        (PooledGaussianLoop(1, Growing(CLOCK), known_variance=True), None),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(loop, reason):
    assert (loop.refuses() or "").startswith(reason or "")
    assert (loop.refuses() is None) == (reason is None)


def test_a_policy_is_asked_for():
    with pytest.raises(BadInput, match=r"policy is 'replace'; expected Replace, .* or Growing"):
        PooledGaussianLoop(4, "replace")
    with pytest.raises(BadInput, match="4004 points"):
        sample(PooledGaussianLoop(4, Subsample()), ["mu"], t=1001, replicates=10)


# ---- what the shared layers learned ---------------------------------------------------------------------------------


def test_the_number_of_the_fit_is_no_variable_of_a_loop():
    n = Symbol("n")
    assert PooledGaussianLoop(n, Growing(n * CLOCK)).free_symbols == {n}


def test_of_a_centred_law_nothing_but_two_moments_is_known():
    law = Centred(3)
    assert [law_moment(law, Integer(k))[0] for k in (0, 1, 2)] == [1, 0, 3]
    for k in (Integer(3), Integer(4), Rational(1, 2)):
        with pytest.raises(CannotTell):
            law_moment(law, k)


def test_what_an_odd_power_multiplies_need_not_be_integrated():
    z, q, c = Noise("Z", Normal(0, 1)), Noise("Q", Normal(0, 2)), Noise("C", Centred(1))
    root = sqrt(1 + q**2)
    assert average(root * z, {z, q})[0] == 0
    assert average(root * c, {c, q})[0] == 0
    assert average((c * root) ** 2, {c, q})[0] == 3
    for x in (root, root * z**2, root * q, root * c**3):
        with pytest.raises(CannotTell):
            average(x, x.atoms(Noise))


def test_a_martingale_is_proved_by_one_step():
    @claim
    def right(n=Integers(2), t=Integers(1)):
        """Mean square of the error and variance add up to that of the truth."""
        loop = PooledGaussianLoop(n, Accumulate())
        return Eq(E(loop.v(t)) + E(loop.mu(t) ** 2), 1)

    @claim
    def doubled(n=Integers(2), t=Integers(1)):
        """So they do with twice the error."""
        loop = PooledGaussianLoop(n, Accumulate())
        return Eq(E(loop.v(t)) + 2 * E(loop.mu(t) ** 2), 1)

    assert prove(right).proved
    assert not prove(doubled).proved


def test_products_are_compared_with_what_multiplies_them():
    @claim
    def twice(n=Integers(2), t=Integers(1)):
        """A product, and a factor."""
        i = Symbol("i", integer=True, positive=True)
        return Eq(E(2 * PooledGaussianLoop(n, Accumulate()).v(t)), 2 * Product(1 - 1 / (n * i**2), (i, 1, t)))

    @claim
    def thrice(n=Integers(2), t=Integers(1)):
        """Another factor."""
        i = Symbol("i", integer=True, positive=True)
        return Eq(E(2 * PooledGaussianLoop(n, Accumulate()).v(t)), 3 * Product(1 - 1 / (n * i**2), (i, 1, t)))

    assert prove(twice).proved
    assert not prove(thrice).proved


def test_a_start_comes_out_of_a_sum():
    """A random start within a sum over generations: it is averaged outside."""
    from theory import RegressionLoop

    n, t = Symbol("n", integer=True, positive=True) + 4, Symbol("t", integer=True, positive=True)
    form = moment(E(RegressionLoop(n, 2, Accumulate(), reused=True).error(t) ** 2)).form
    assert form.subs({Symbol("n", integer=True, positive=True): 5, t: 2}).doit() == Rational(5, 4) / 6


# ---- conjectures ----------------------------------------------------------------------------------------------------


@claim
def three_halves(n=Integers(2, 100), t=Integers(500, 1000)):
    """The slope of E W2^2 is 3/(2n), as after the first fits."""
    loop = GaussianLoop(n)
    return Ge(E(W2(loop.model(t), loop.truth) ** 2), Rational(3, 2) * t / n)


@claim
def pi_squared(n=Integers(2, 100), t=Integers(2, 100)):
    """The variance fitted as well, the error of the mean is that of known variance."""
    i = Symbol("i", integer=True, positive=True)
    return Eq(E(PooledGaussianLoop(n, Accumulate()).error(t) ** 2), Sum(i**-2, (i, 1, t)) / n)


@pytest.mark.parametrize("conjecture", [three_halves, pi_squared], ids=lambda c: c.id)
def test_what_is_commonly_quoted_is_refuted(conjecture):
    assert [f.verdict for f in verify([conjecture], seconds=0.5)] == ["refuted"]
