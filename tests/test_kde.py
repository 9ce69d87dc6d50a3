"""Kernel density loops: numbers of the catalogue, derivation against balls, kernels against laws that they do not use."""

import numpy as np
import pytest
from exact import about, number
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import kstest, norm
from sympy import Eq, Ge, Integer, Rational, Sum, Symbol, oo, pi, sqrt

from reports import verify
from simulate import estimate, sample
from simulate.kde.pools import _paths, _read, estimand_of, pools
from theory import catalogue
from theory.kde import KernelLoop
from theory.kde.bandwidth import asymptotic, roots, scaled
from theory.kde.common import error
from theory.kde.real import mixed_error
from theory.kde.squared_error import exact as closed
from theory.kde.variation import smoothed
from theory.language.claims import claim
from theory.language.domains import Integers, Points
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Normal
from theory.language.loops import CLOCK, Loop, observable
from theory.language.moments import ISE, TV, E, FallsThenRises, PathMax, Tends, Var
from theory.language.policies import FixedReal, FreshReal, Replace, Subsample
from theory.language.structures import Lineage
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose, value
from theory.proof.methods import condition, moment
from theory.proof.relations.lemmas import jensen_distance
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise

half, fifth = Rational(1, 2), Rational(1, 5)
N01 = Normal(0, 1)
k_ = Symbol("k", integer=True, positive=True)


# ---- numbers of the catalogue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "h", "t", "wanted"),
    [
        (20, half, 1, 0.01807882000793759),
        (20, half, 3, 0.04564007552922154),
        (50, Rational(2, 5), 10, 0.0706486131897738),
        (1000, Rational(1, 4), 5, 0.006053698432968244),
    ],
)
def test_the_squared_error(n, h, t, wanted):
    about(error(n, h, t), wanted)


@pytest.mark.parametrize(
    ("n", "m", "h", "t", "wanted"),
    [
        (10, 30, half, 4, 0.02477290085474397),
        (50, 50, Rational(2, 5), 3, 0.008257516251529386),
        (100, 300, Rational(3, 10), 20, 0.006605867110026044),
    ],
)
def test_the_squared_error_beside_real_data(n, m, h, t, wanted):
    about(error(n, h, t - 1, FreshReal(m), "fit"), wanted)
    if t < 10:
        assert float(mixed_error(n, m, h, t)) == pytest.approx(wanted, rel=1e-12)


def test_points_of_a_mixture():
    assert float(mixed_error(10, 30, half, 4, fixed=False)) == pytest.approx(0.0248807, rel=1e-5)


def test_variances():
    about(E(KernelLoop(20, half).variance(3)), 1.5705)
    about(E(KernelLoop(50, Rational(2, 5)).variance(10)), 2.2804903517871735)
    about(Var(KernelLoop(7, half).draw(3)), 1.75)
    about(Var(KernelLoop(25, Rational(3, 10), FreshReal(75), "fit").draw(200)), 1.36)


def test_total_variation_of_the_expected_density():
    about(TV(smoothed(Rational(2, 5), 5), N01), 0.14121293044852)
    about(TV(Normal(0, Rational(1, 4)), N01), 0.3226745688347687)


def test_best_bandwidths():
    assert float(roots(10)) == pytest.approx(5.0209978992927)
    best = {t: (4 * roots(t) / (3 * Integer(t) ** 2)) ** fifth for t in (1, 3, 10)}
    first = asymptotic(best[1], 1, 1)
    for t, times in ((3, 3.00521051543), (10, 9.13339061236)):
        assert float(asymptotic(best[t], t, roots(t)) / first) == pytest.approx(times)
    about(error(10**4, Rational(1695138231, 10**10), 1), 1.807507887e-4, digits=9)


def test_finite_n_against_the_limit():
    for n, ratio in ((10**4, 0.861), (10**6, 0.946), (10**8, 0.9785)):
        best = Rational(4, 3) ** fifth
        assert number(scaled(Integer(n), best, 1)) / float(asymptotic(best, 1, 1)) == pytest.approx(ratio, abs=2e-3)


# ---- derivation and balls -------------------------------------------------------------------------------------------

LOOPS = st.builds(
    lambda n, m, h, start, changing: KernelLoop(
        n,
        h / CLOCK if changing and start == "truth" else h,
        Replace() if m is None else (FixedReal if start == "fit" and m % 2 else FreshReal)(m),
        start,
    ),
    st.integers(1, 5),
    st.none() | st.integers(0, 9),
    st.sampled_from([half, Rational(2, 5), Integer(2)]),
    st.sampled_from(["truth", "fit"]),
    st.booleans(),
)


@settings(max_examples=12, deadline=None)
@given(loop=LOOPS, t=st.integers(0, 5))
def test_lineages_backward_and_forward(loop, t):
    """The derivation goes back from model t, balls forward from model 0."""
    law = Normal(half, 2)
    for m in (
        E(loop.density(t, 1)),
        E(ISE(loop.model(t), law)),
        E(ISE(loop.model(t), loop.truth)),
        E(loop.variance(t)),
        E(loop.mean(t) ** 2),
        E(loop.draw(t) ** 2 + 3 * loop.draw(t) * loop.draw(t, 2)),
    ):
        for part in standardise(m).atoms(E):
            assert float(moment(part).form) == pytest.approx(float(value(part).value), rel=1e-12, abs=1e-15)


def test_location_and_scale():
    loop = KernelLoop(5, 1, sigma0=2, mu0=3)
    about(E(loop.density(2, 4)), norm(3, np.sqrt(6)).pdf(4))
    about(E(ISE(loop.model(2), loop.truth)), number(error(5, half, 2)) / 2)
    about(E(loop.mean(2) ** 2), 9 + 4 * number(Var(KernelLoop(5, half).mean(2))))


def test_given_the_model():
    """The variance of a draw given the model, and the variance of its mean: they add up."""
    loop = KernelLoop(5, half, sigma0=2)
    within = E(Var(loop.draw(3), given=loop.model(3)))
    about(within, number(E(loop.variance(3))))
    about(within + Var(E(loop.draw(3), given=loop.model(3))), number(Var(loop.draw(3))))


def test_the_truth_has_no_error():
    about(error(10, half, 0), 0)
    about(Var(KernelLoop(10, half).mean(0)), 0)


def test_what_has_no_lineages():
    loop = KernelLoop(5, half)
    for m in (
        E(loop.mean(1) ** 3),
        E(loop.variance(1) ** 2),
        E(loop.mean(1) * loop.mean(2)),
        E(TV(loop.model(1), N01)),
    ):
        (m,) = standardise(m).atoms(E)
        with pytest.raises(CannotTell):
            moment(m)
        with pytest.raises(CannotTell):
            value(m)


def test_lineages_end_in_a_truth():
    class Rootless(Loop):
        definition = Lineage(Integer(0), Integer(5), Integer(1))
        mean = observable()

    for m in (E(Rootless().mean(2)), Var(Rootless().mean(2))):
        with pytest.raises(CannotTell, match="a Gaussian truth is expected"):
            moment(m)
        with pytest.raises(CannotTell, match="a Gaussian truth is expected"):
            value(m)


@claim(source="a test")
def narrowing(n=Points(20), t=Points(2, 3)):
    """The kernels' variances add up, whatever they are in a fit."""
    return Eq(Var(KernelLoop(n, 1 / CLOCK).draw(t)), 1 + Sum(1 / k_**2, (k_, 1, t)))


@claim(source="a test")
def narrowing_wrongly(n=Points(20), t=Points(2, 3)):
    """They are those of the first fit."""
    return Eq(Var(KernelLoop(n, 1 / CLOCK).draw(t)), 1 + t)


def test_a_bandwidth_may_change_in_a_users_claim():
    right, wrong = ({f.verdict for f in verify([c], seconds=0.5)} for c in (narrowing, narrowing_wrongly))
    assert Verdict.REFUTED in wrong
    assert Verdict.REFUTED not in right
    assert Verdict.PROVED in right


def test_what_is_refused():
    with pytest.raises(BadInput, match="expected Replace, FreshReal, FixedReal or Accumulate"):
        KernelLoop(5, half, Subsample())
    with pytest.raises(BadInput, match="one of truth, fit"):
        KernelLoop(5, half, start="fitted")
    assert "n = 0" in KernelLoop(0, half, FreshReal(5), "fit").refuses()
    assert "synthetic = -1" in KernelLoop(5, half, FreshReal(-1)).refuses()
    assert "h = -1/2" in KernelLoop(5, -half).refuses()
    assert "fit number 7" in KernelLoop(5, 7 - CLOCK).refuses()
    with pytest.raises(BadInput, match="fit number 101"):  # farther on than is looked at beforehand
        list(pools(KernelLoop(5, 101 - CLOCK), np.random.default_rng(0), 2, 101))
    assert KernelLoop(5, half, FreshReal(2), "fit").refuses() is None


# ---- users' conjectures ---------------------------------------------------------------------------------------------

c_ = Symbol("c", positive=True)
s_ = Symbol("s", integer=True, nonnegative=True)


def test_a_rounded_constant_is_refuted():
    @claim
    def silverman(n=Points(10**20)):
        """The best bandwidth is 1.06 n^(-1/5)."""
        f = error(Integer(n), c_ * Integer(n) ** -fifth, 1)
        return FallsThenRises(f, (c_, Rational(1, 10), 10), peak=Rational(106, 100))

    assert {f.verdict for f in enclose(silverman, silverman.points())} == {Verdict.REFUTED}


@pytest.mark.parametrize(("factor", "proved"), [(1, True), (Rational(101, 100), False), (Rational(99, 100), False)])
def test_a_limit_is_proved_or_refuted(factor, proved):
    @claim
    def limit(n=Integers(100)):
        """The error with the best bandwidth."""
        c = Rational(4, 3) ** fifth
        best = factor * 5 / (8 * sqrt(pi) * c)
        return Tends(scaled(n, c, 1), (n, 100, oo), best, rate=2 / n**fifth)

    p = prove(limit)
    assert (p.proved, p.refuted) == (proved, not proved)


def test_jensen_needs_the_expected_density():
    def bound(factor):
        @claim(proof=jensen_distance())
        def lower(n=Integers(1), t=Integers(1)):
            """The smoothing of the expected density."""
            return Ge(E(TV(KernelLoop(n, half).model(t), N01)), TV(Normal(0, 1 + factor * t / 4), N01))

        return prove(lower)

    assert bound(1).given == ["Jensen"]
    assert bound(1).proved
    assert not bound(2).proved
    assert not bound(half).proved  # it is true, but no instance of the lemma


def test_squared_error_of_two_gaussians():
    p, q = Normal(0, 1), Normal(1, 4)
    squared, _ = quad(lambda x: (bell(x, 0, 1) - bell(x, 1, 4)) ** 2, -20, 20)
    about(ISE(p, q), squared, digits=8)
    about(ISE(p, p), 0)


def test_sums_of_another_loop_are_not_the_same():
    @claim
    def wrong(n=Integers(2), t=Integers(0)):
        """The error is that with one point more."""
        return Eq(error(n, half, t), closed(n + 1, half, t, 1, lambda k: (1 - 1 / (n + 1)) ** (k - 1) / (n + 1)))

    assert not prove(wrong).proved


# ---- kernels --------------------------------------------------------------------------------------------------------


def test_one_fit():
    x = sample(KernelLoop(5, half, sigma0=2, mu0=1), ["mean", "variance"], 1, 20_000, seed=1)
    assert kstest(x["mean"][:, 1], norm(1, 2 / np.sqrt(5)).cdf).pvalue > 1e-6
    assert (x["variance"][:, 0] == 4).all()
    assert (x["mean"][:, 0] == 1).all()
    spread = (x["variance"][:, 1] - half**2).astype(float)
    assert spread.mean() == pytest.approx(4 * 4 / 5, rel=6 * np.sqrt(0.5 / 20_000))


def test_draws_have_the_smoothed_law():
    for loop, t, variance in (
        (KernelLoop(4, half), 3, 1.75),
        (KernelLoop(4, half / CLOCK), 2, 1 + 1 / 4 + 1 / 16),
    ):
        x = _paths(loop, [("draw 1", ("draw", 1.0))], np.random.default_rng(2), 20_000, [t])["draw 1", t]
        assert kstest(x, norm(0, np.sqrt(variance)).cdf).pvalue > 1e-6


def bell(x, mean, variance):
    return np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


def test_readings_of_one_estimate():
    """Integrals of a fitted density, by quadrature."""
    loop = KernelLoop(3, Rational(2, 5), FreshReal(6))
    rng, (mu, v) = np.random.default_rng(3), (0.3, 1.5)
    points, kernel = list(pools(loop, rng, 4, 2))[2]
    assert points.shape == (4, 9, 1)
    h = np.sqrt(kernel.variance)

    def read(*o):
        return _read(o, points, kernel, np.random.default_rng(4), 4)

    for i, row in enumerate(points[:, :, 0]):

        def p(x, row=row):
            return bell(x, row, h * h).mean()

        assert read("density", 0.7)[i] == pytest.approx(p(0.7))
        assert read("mean")[i] == pytest.approx(quad(lambda x, p=p: x * p(x), -9, 9)[0], abs=1e-6)
        second = quad(lambda x, p=p: x * x * p(x), -9, 9)[0]
        assert read("variance")[i] == pytest.approx(second - read("mean")[i] ** 2, rel=1e-5)
        squared = quad(lambda x, p=p: (p(x) - bell(x, mu, v)) ** 2, -12, 12, limit=200)[0]
        assert read("ISE", mu, v)[i] == pytest.approx(squared, rel=1e-5)


def test_total_variation_is_read_without_bias():
    loop = KernelLoop(3, half)
    points, kernel = list(pools(loop, np.random.default_rng(5), 1, 1))[1]
    own = points[0, :, 0], kernel.variance
    distance, _ = quad(lambda x: abs(bell(x, *own).mean() - bell(x, 0, 1)) / 2, -9, 9, limit=400)
    many = np.repeat(points, 4_000, axis=0)
    read = _read(("TV", 0.0, 1.0), many, kernel, np.random.default_rng(6), 4_000)
    assert ((read >= 0) & (read <= 1)).all()
    assert read.mean() == pytest.approx(distance, abs=6 * read.std() / np.sqrt(4_000))


def test_estimates_and_balls():
    loop = KernelLoop(2, half, FreshReal(4), "fit")
    (most,) = estimate([E(PathMax(loop.variance(s_), (s_, 0, 2)))], 2_000, seed=7)
    assert most.value > value(E(loop.variance(2))).value
    wanted = [E(loop.density(2, 0)), E(loop.variance(2)), Var(loop.mean(2)), E(ISE(loop.model(2), loop.truth))]
    for m, ball in zip(wanted, estimate(wanted, 20_000, seed=7), strict=True):
        (exact,) = standardise(m).atoms(E, Var)
        assert ball.value.overlaps(value(exact).value)


def test_large_pools_are_left_out():
    loop = KernelLoop(10**9, half)
    with pytest.raises(CannotTell, match="too large"):
        estimand_of(loop, E(loop.variance(1)))


def test_findings():
    findings = verify(catalogue("kde-mise*", "kde-within-variance-saturates-linear"), seconds=0.2)
    assert not findings.surprises
    assert {s.verdict for s in findings} == {"proved", "refuted"}


def test_what_the_next_fit_draws_is_not_known_from_the_model():
    loop = KernelLoop(5, 1)
    with pytest.raises(CannotTell, match="given the model"):
        condition(loop.mean(3), loop, Integer(2))
    with pytest.raises(CannotTell, match="another loop"):
        condition(KernelLoop(6, 1).mean(2), loop, Integer(2))
