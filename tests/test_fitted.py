"""Lemmas on the total variation of a fitted density: numbers, what is no instance, and bounds that are too small."""

import numpy as np
import pytest
from exact import number
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import chi2
from sympy import Float, Ge, Integer, Le, Rational, Symbol, cos, sqrt
from test_kde_plane import tabulated

from simulate import estimate
from theory import claim
from theory.kde import AnyKernelLoop, KernelLoop
from theory.kde.below import beside, in_the_pool, lost
from theory.kde.bounds import accumulated, beside_fixed, beside_fresh, bias, gaussian, squared
from theory.kde.common import N01
from theory.kde.kernels import TRUTHS, flat, loop_of
from theory.kde.variation import noise, noise_bound
from theory.language.domains import Integers
from theory.language.errors import BadInput
from theory.language.laws import Laplace, Normal, Uniform
from theory.language.loops import CLOCK
from theory.language.moments import ISE, TV, E
from theory.language.policies import Accumulate, FixedReal, FreshReal, Replace
from theory.proof.relations.fitted import by_a_frequency, by_smoothing_and_noise, on_its_support, within
from theory.proof.relations.lemmas import verified
from theory.proof.relations.prove import prove

half = Rational(1, 2)
WAYS = {
    "replaced": (Replace(), lambda n, m, h, t, d: bias(h, d, t + 1) + noise_bound(n, h, t + 1, d=d)),
    "fresh": (FreshReal(7), beside_fresh),
    "fixed": (FixedReal(7), beside_fixed),
    "kept": (Accumulate(), lambda n, m, h, t, d: accumulated(n, h, t, d)),
}


def distance(loop, t):
    return E(TV(loop.model(t), loop.truth))


def bound_of(lemma, loop, t):
    """The upper bound that a lemma gives."""
    link = lemma(Le(distance(loop, t), 1, evaluate=False))[0]
    assert verified(link).big == link.big
    return link.big


# ---- smoothing and noise --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [1, 2, 3])
def test_what_a_gaussian_kernel_smooths_away(d):
    """TV(N(0, (1 + u) I), N(0, I)) by the radius at which the densities cross."""
    for u in (0.01, 0.3, 4.0):
        cross = d * (1 + u) * np.log1p(u) / u
        exact = chi2.cdf(cross, d) - chi2.cdf(cross / (1 + u), d)
        bound = float(
            bias(sqrt(Rational(str(u))), d).evalf() if d > 1 else TV(Normal(0, 1 + Rational(str(u))), N01).expanded()
        )
        assert exact <= bound + 1e-12
        assert bound < 2.5 * exact if d > 1 else bound == pytest.approx(exact)


@pytest.mark.parametrize("d", [1, 2])
def test_the_noise_of_one_fit_is_the_integral_of_the_root_of_the_variance(d):
    """On the line by quadrature, in the plane over the radius: at most the bound, and not much less."""
    n, h = 50, 0.4

    def root(r):
        bell = lambda v: np.exp(-r * r / (2 * v)) / (2 * np.pi * v) ** (d / 2)  # noqa: E731
        variance = bell(1 + h * h / 2) / (4 * np.pi * h * h) ** (d / 2) - bell(1 + h * h) ** 2
        return np.sqrt(variance / n) * (2 if d == 1 else 2 * np.pi * r)

    found = quad(root, 0, 12)[0] / 2
    bound = float(noise(Integer(n), Rational(2, 5), 0, d=d))
    assert found < bound < 1.25 * found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("d", [1, 2])
def test_bounds_by_way_of_training(way, d):
    """The lemma and the claims' recursions are the same number, further on than is claimed, and above what is sampled."""
    policy, formula = WAYS[way]
    n, m, h = Integer(9), Integer(7), Rational(2, 5)
    loop = gaussian(n, h, policy, "fit", d)
    for t in (0, 1, 5):
        wanted = float(formula(n, m, h, t, d).replace(TV, lambda p, q: TV(p, q).expanded()).evalf())
        found = float(bound_of(by_smoothing_and_noise(), loop, t).replace(TV, lambda p, q: TV(p, q).expanded()).evalf())
        assert found == pytest.approx(wanted, rel=1e-12)
        (ball,) = estimate([distance(loop, t)], 5_000, seed=t)
        assert ball.midpoint + ball.radius < found


SCHEMES = st.sampled_from([lambda m: Replace(), FreshReal, FixedReal, lambda m: Accumulate()])


@settings(max_examples=8, deadline=None)
@given(
    scheme=SCHEMES,
    n=st.integers(1, 60),
    m=st.integers(1, 60),
    h=st.integers(2, 20),
    t=st.integers(0, 4),
    d=st.integers(1, 3),
)
def test_what_is_sampled_is_below_the_bound_of_smoothing(scheme, n, m, h, t, d):
    """Schemes, sizes, bandwidths, generations and dimensions as they come."""
    loop = gaussian(Integer(n), Rational(h, 10), scheme(m), "fit", d)
    bound = bound_of(by_smoothing_and_noise(), loop, t).replace(TV, lambda p, q: TV(p, q).expanded())
    (ball,) = estimate([distance(loop, t)], 2_000, seed=5)
    assert ball.midpoint - ball.radius < float(bound.evalf())


@settings(max_examples=8, deadline=None)
@given(
    scheme=SCHEMES,
    case=st.sampled_from(
        [("Laplace", "Laplace"), ("Gaussian", "mixture"), ("box", "uniform"), ("Epanechnikov", "Beta")]
    ),
    n=st.integers(1, 30),
    m=st.integers(1, 30),
    h=st.integers(1, 8),
    t=st.integers(0, 2),
    d=st.integers(1, 2),
)
def test_what_is_sampled_is_below_the_bounds_by_the_squared_error(scheme, case, n, m, h, t, d):
    """Kernels, truths and reaches, too; on a bounded support that one as well."""
    loop = loop_of(n, case, Rational(h, 10), scheme(m), "fit", d)
    (ball,) = estimate([distance(loop, t)], 2_000, seed=6)
    lemmas = [within(Rational(3)), within(Rational(6))]
    if case[0] in ("box", "Epanechnikov"):
        lemmas.append(on_its_support())
    for lemma in lemmas:
        bound = bound_of(lemma, loop, t)
        assert ball.midpoint - ball.radius < float(bound.xreplace({m: value_of(m) for m in bound.atoms(E)}).evalf())


@settings(max_examples=8, deadline=None)
@given(
    scheme=SCHEMES,
    case=st.sampled_from(
        [("Laplace", "Laplace"), ("Gaussian", "mixture"), ("box", "uniform"), ("Epanechnikov", "Beta")]
    ),
    n=st.integers(1, 30),
    m=st.integers(1, 30),
    h=st.integers(1, 12),
    w=st.integers(1, 30),
    t=st.integers(0, 3),
    d=st.integers(1, 2),
)
def test_what_is_sampled_is_above_what_is_lost_of_a_frequency(scheme, case, n, m, h, w, t, d):
    """Schemes, kernels, truths, bandwidths, frequencies, generations and dimensions as they come."""
    loop = loop_of(n, case, Rational(h, 10), scheme(m), "fit", d)
    link = by_a_frequency(Rational(w, 10))(Ge(distance(loop, t), 0, evaluate=False))[-1]
    assert verified(link).small == link.small
    (ball,) = estimate([distance(loop, t)], 2_000, seed=7)
    low = float(link.small.xreplace({m: value_of(m) for m in link.small.atoms(E)}).evalf())
    assert ball.midpoint + ball.radius > low


@pytest.mark.parametrize("policy", [FreshReal(7), FixedReal(7), Accumulate()], ids=str)
def test_what_is_left_of_a_frequency_by_drawing(policy):
    """Points drawn in NumPy, over all histories, and the share that the claims have."""
    n, t, count, h, w = 5, 3, 40_000, 0.5, 1.3
    rng = np.random.default_rng(8)
    pool = first = rng.standard_normal((count, n))
    for _ in range(t):
        made = n if policy == Accumulate() else 7
        chosen = np.take_along_axis(pool, rng.integers(0, pool.shape[1], (count, made)), 1)
        drawn = chosen + h * rng.standard_normal((count, made))
        real = pool if policy == Accumulate() else first if policy == FixedReal(7) else rng.standard_normal((count, n))
        pool = np.hstack([real, drawn])
    waves = np.cos(w * pool).mean(axis=1)
    K, f = (np.exp(-(x**2) / 2) for x in (h * w, w))
    left = in_the_pool(K, t) if policy == Accumulate() else beside(K, n / 12, t)
    found = K * waves  # of the model, whose draws have a kernel more
    assert abs(found.mean() - float(left) * f) < 6 * found.std() / np.sqrt(count)
    bound = lost(("Gaussian", "Laplace"), Rational(1, 2), Rational(1), lambda K: K)
    assert float(bound) == pytest.approx((1 - np.exp(-1 / 8)) / 4)


def test_what_is_no_instance_of_a_frequency():
    loop = loop_of(9, ("box", "uniform"), half)
    random = cos(loop.draw(1))
    for wrong in (by_a_frequency(random), by_a_frequency(Symbol("w"))):  # not seen to be real
        with pytest.raises(BadInput, match="by_a_frequency"):
            wrong(Ge(distance(loop, 1), 0, evaluate=False))
    with pytest.raises(BadInput, match="by_a_frequency"):
        by_a_frequency(1)(Ge(E(ISE(loop.model(1), loop.truth)), 0, evaluate=False))


def test_more_than_is_lost_is_not_proved():
    def lower(factor):
        @claim(proof=by_a_frequency(1))
        def bound(n=Integers(1)):
            """Parabolas around points of a parabola."""
            case = ("Epanechnikov", "Beta")
            small = factor * lost(case, half, Integer(1), lambda K: K)
            return Ge(distance(loop_of(n, case, half), 1), small)

        return prove(bound)

    assert lower(1).proved
    assert not lower(Rational(101, 100)).proved


def value_of(m):
    """The number that a mean is, as balls enclose it."""
    return Float(number(m), 16)


def test_bounds_hold_for_estimates_on_a_grid():
    """In the plane, drawn and tabulated without the simulator."""
    rng = np.random.default_rng(2)
    _, distances = tabulated("Gaussian", "Gaussian", FixedReal(7), 9, 7, 0.8, 2, rng)
    assert distances.mean() < float(beside_fixed(Integer(9), Integer(7), Rational(4, 5), 2, 2))


def test_in_units_of_the_truth():
    """Kernels and truth four times as wide: the same bound."""
    small, large = (AnyKernelLoop(9, Normal(0, v / 4), Normal(3, v), FreshReal(4), "fit", 2) for v in (1, 16))
    one, other = (bound_of(by_smoothing_and_noise(), loop, 2) for loop in (small, large))
    assert float(one) == pytest.approx(float(other), rel=1e-12)


def test_a_bound_that_is_too_small_is_not_proved():
    def upper(factor, t=1):
        @claim(proof=by_smoothing_and_noise())
        def bound(n=Integers(1)):
            """E TV in the plane."""
            loop = gaussian(n, half, FreshReal(3), "fit", 2)
            return Le(distance(loop, t), factor * beside_fresh(n, Integer(3), half, t, 2))

        return prove(bound)

    assert upper(1).proved
    assert upper(2).proved
    assert not upper(Rational(99, 100)).proved


def test_what_is_no_instance_of_smoothing_and_noise():
    slowing = KernelLoop(9, half / CLOCK)
    box = loop_of(9, ("box", "uniform"), half)
    others = [distance(slowing, 2), distance(box, 1), E(TV(KernelLoop(9, half).model(1), Normal(0, 2)))]
    others += [distance(AnyKernelLoop(9, Laplace(0, 1), N01), 1), distance(AnyKernelLoop(9, N01, Uniform(0, 1)), 1)]
    others += [distance(KernelLoop(9, half, FreshReal(3)), 1)]  # model 0 is the truth: no pool of real points
    for wrong in others:
        with pytest.raises(BadInput, match="by_smoothing_and_noise"):
            by_smoothing_and_noise()(Le(wrong, 1, evaluate=False))


# ---- by the squared error -------------------------------------------------------------------------------------------


def test_the_support_has_every_kernel():
    """Without one of them the volume would be too small: the bound is not proved."""

    def upper(kernels):
        @claim(proof=on_its_support())
        def bound(n=Integers(2)):
            """Boxes of half the width h = 1/4 around points of (-1, 1), two fits."""
            loop = loop_of(n, ("box", "uniform"), half / 2)
            return Le(distance(loop, 2), sqrt((2 + kernels * half) * flat(n, ("box", "uniform"), half / 2, 2)) / 2)

        return prove(bound)

    assert upper(2).proved
    assert not upper(1).proved


@pytest.mark.parametrize("policy", [FreshReal(3), FixedReal(3), Accumulate()], ids=str)
def test_a_fit_to_real_points_has_a_kernel_too(policy):
    loop = loop_of(4, ("box", "uniform"), half, policy, "fit", 2)
    big = bound_of(on_its_support(), loop, 1)
    assert big == sqrt(16 * squared(loop, 1)) / 2  # a side of 2 + 2 * 2 * 1/2


def test_what_is_no_instance_of_the_others():
    gaussian_kernels = KernelLoop(9, half)
    for wrong in (
        distance(gaussian_kernels, 1),
        distance(loop_of(9, ("Laplace", "Laplace"), half), 1),
        E(N01.variance),
    ):
        with pytest.raises(BadInput, match="on_its_support"):
            on_its_support()(Le(wrong, 1, evaluate=False))
    box = loop_of(9, ("box", "uniform"), half)
    with pytest.raises(BadInput, match="from the truth"):
        on_its_support()(Le(E(TV(box.model(1), TRUTHS["Beta"])), 1, evaluate=False))


def test_a_reach_is_above_0():
    def upper(reach, square):
        @claim(proof=within(reach))
        def bound(n=Integers(1)):
            """Laplace kernels around Laplace points."""
            loop = loop_of(n, ("Laplace", "Laplace"), half)
            return Le(distance(loop, 1), sqrt(6 * squared(loop, 1)) / 2 + (4 + half) / (2 * square))

        return prove(bound)

    assert upper(3, 9).proved
    assert not upper(3, 10).proved
    assert not upper(-3, 9).proved
