"""Curation, run: tournaments against exact laws, counts of picks against picks one by one."""

from fractions import Fraction
from math import comb, sqrt

import numpy as np
import picks
import pytest
from exact import fraction_ball
from picks import THREE, WEIGHTS, rounds
from sympy import Lambda, Rational, Symbol, exp, oo

from simulate import estimate, sample
from simulate.curation import particles, population
from simulate.engine.fresh import FOREVER, UNKNOWN
from theory import Finite
from theory.curation import CuratedLineLoop, CuratedLoop, PickedSampleLoop
from theory.language.balls import Guarantee
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Uniform
from theory.language.moments import KL, E, Var
from theory.proof.enclose import value

half = Rational(1, 2)
x = Symbol("x", real=True)
N = 100_000
LAW = Finite([Rational(p) for p in THREE])


def near(counted, size, exact):
    """Within five standard deviations of a binomial count; exactly so where nothing is random."""
    p = float(exact)
    assert abs(counted / size - p) <= 5 * sqrt(p * (1 - p) / size)


# ---- tournaments ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lam", [None, Fraction(1, 2), Fraction(3)])
@pytest.mark.parametrize("K", [2, 3, 4])
def test_draws_have_the_exact_law(K, lam):
    start = (Fraction(3, 4), Fraction(0), Fraction(1, 4))
    for handed in (None, start):
        loop = CuratedLoop(
            LAW, WEIGHTS, K, oo if lam is None else Rational(lam), handed and Finite([Rational(p) for p in handed])
        )
        drawn = sample(loop, ["draw", "weight", "reward"], 3, N, seed=K)
        for t in (0, 1, 3):
            law = rounds(THREE, WEIGHTS, K, t, lam, handed)
            for i, p in enumerate(law):
                near((drawn["draw"][:, t] == i).sum(), N, p)
        assert (drawn["weight"] == np.array(WEIGHTS)[drawn["draw"]]).all()
        assert np.allclose(drawn["reward"], np.log(drawn["weight"]))
    if lam is None:
        assert not (drawn["draw"] == 1).any()  # an atom that is not there is never drawn


@pytest.mark.long
@pytest.mark.parametrize("K", [2, pytest.param(4, marks=pytest.mark.long)])
def test_intervals_as_narrow_as_asked(K):
    """0.1 % of E f after a round (1 % for K = 4), 1 % up to five; atoms to 1 % as well, but for those below 0.1."""
    loop = CuratedLoop(LAW, WEIGHTS, K)
    for t in (1, 3, 5):
        law = rounds(THREE, WEIGHTS, K, t)
        exact = {E(loop.weight(t)): picks.mean(law, WEIGHTS)}
        exact |= {E(loop.mass(t, i)): p for i, p in enumerate(law) if p >= Fraction(1, 10) and t == 1 and K == 2}
        for m, wanted in exact.items():
            resolution = 0.001 if t == 1 and K == 2 and m == E(loop.weight(t)) else 0.01
            spread = picks.variance(law, WEIGHTS) if m == E(loop.weight(t)) else wanted * (1 - wanted)
            size = int(240 * float(spread / wanted**2) / resolution**2) + 1000  # an interval at 1e-6, and some more
            (b,) = estimate([m], size, seed=t)
            assert b.value.overlaps(fraction_ball(wanted))
            assert 2 * float(b.value.rad()) < resolution * float(wanted)  # as resolutions are counted everywhere


def test_draws_from_the_limit():
    for K, lam in ((2, 0.5), (3, 0.3), (4, 0.2)):
        exact = rounds([float(p) for p in THREE], WEIGHTS, K, 300, lam)
        loop = CuratedLoop(LAW, WEIGHTS, K, Rational(lam).limit_denominator(10))
        balls = estimate([E(loop.mass(oo, 0)), E(loop.mass(oo, 1, 2)), E(loop.weight(oo))], 50_000, seed=1)
        for b, wanted in zip(balls, (exact[0], exact[1] + exact[2], picks.mean(exact, WEIGHTS)), strict=True):
            assert b.value.contains(wanted)
            assert float(b.value.rad()) < 0.1
            assert b.guarantee <= Guarantee.FINITE_SAMPLE


def test_the_mean_number_of_leaves():
    """A branch that goes on has K children: (s K)^d nodes at depth d, of which 1 - s end there."""
    for K, lam in ((2, Rational(1, 2)), (3, Rational(1, 4)), (4, Rational(2))):
        loop, s = CuratedLoop(LAW, WEIGHTS, K, lam), float(lam / (1 + lam))
        for t in (1, 2, 5):
            exact = sum((s * K) ** d * (1 - s) for d in range(t)) + (s * K) ** t
            assert population.leaves(loop, t) == pytest.approx(exact)
        exact = (1 - s) / (1 - s * K) if s * K < 1 else np.inf
        assert population.leaves(loop, FOREVER) == pytest.approx(exact)
    assert population.leaves(CuratedLoop(LAW, WEIGHTS, 3), 4) == 81
    assert population.leaves(CuratedLoop(LAW, WEIGHTS, 3), FOREVER) == np.inf


def grown(K: int, s: Fraction, most: int) -> list[Fraction]:
    """The probability of k leaves, k = 0, ..., most, of a tree without end: 1 - s, or s times that of K trees together."""
    sizes = [Fraction(0)] * (most + 1)
    for _ in range(most):
        whole = [Fraction(1)] + [Fraction(0)] * most
        for _ in range(K):
            whole = [sum(whole[i] * sizes[k - i] for i in range(k + 1)) for k in range(most + 1)]
        sizes = [s * p for p in whole]
        sizes[1] += 1 - s
    return sizes


@pytest.mark.parametrize(("K", "lam", "most"), [(2, Fraction(1, 2), 3), (3, Fraction(1), 5), (2, Fraction(4), 8)])
def test_trees_that_are_too_large_stay_unknown(K, lam, most):
    s = lam / (1 + lam)
    start = np.cumsum([float(p) for p in THREE])
    start[-1] = 1.0
    out = np.empty(N, dtype=np.int64)
    weights = np.array(WEIGHTS, dtype=float)
    population.winners(np.random.default_rng(3), start, start, weights, K, -1, float(s), most, 10_000, out)
    near((out == UNKNOWN).sum(), N, 1 - sum(grown(K, s, most)))
    # one leaf, or K leaves that are picked from at once
    population.winners(np.random.default_rng(4), start, start, weights, K, -1, float(s), K, 10_000, out)
    picked = picks.pick(THREE, WEIGHTS, K)
    for i in range(3):
        near((out == i).sum(), N, (1 - s) * THREE[i] + s * (1 - s) ** K * picked[i])
    # no deeper than the root's children
    population.winners(np.random.default_rng(5), start, start, weights, K, -1, float(s), 10**6, 1, out)
    near((out == UNKNOWN).sum(), N, s * (1 - (1 - s) ** K))


def test_unknown_trees_widen_the_ball(monkeypatch):
    """They are not dropped: the winner may have been any atom."""
    lam, K = Fraction(3, 10), 3
    exact = rounds([float(p) for p in THREE], WEIGHTS, K, 300, float(lam))
    loop = CuratedLoop(LAW, WEIGHTS, K, Rational(lam))
    widths = []
    for most in (200_000, 7, 3):
        monkeypatch.setattr(population, "MOST_LEAVES", most)
        (mass,) = estimate([E(loop.mass(oo, 2))], 50_000, seed=2)
        (weight,) = estimate([E(loop.weight(oo))], 50_000, seed=2)
        unknown = float(1 - sum(grown(K, lam / (1 + lam), most))) if most < 10 else 0
        assert mass.value.contains(exact[2])
        assert weight.value.contains(picks.mean(exact, WEIGHTS))
        assert 2 * float(mass.value.rad()) > unknown
        assert 2 * float(weight.value.rad()) > 0.95 * 4 * unknown  # weights lie between 1 and 5
        widths.append(float(mass.value.rad()))
    assert widths == sorted(widths)
    s = float(lam / (1 + lam))
    known = (1 - s) * float(THREE[2]) + s * (1 - s) ** K * float(picks.pick(THREE, WEIGHTS, K)[2])
    low, high = (float(mass.value.mid()) + sign * float(mass.value.rad()) for sign in (-1, 1))
    assert low < known < low + 0.02
    assert high - 0.02 < known + unknown < high


def test_the_same_seed_gives_the_same_draws():
    loop = CuratedLoop(LAW, WEIGHTS, 3, half)
    first, again, other = (
        sample(loop, ["draw"], 2, 5000, seed=s, workers=w)["draw"] for s, w in ((7, 1), (7, 2), (8, 2))
    )
    assert (first == again).all()
    assert (first != other).any()
    balls = [estimate([E(loop.mass(2, 1))], 20_000, seed=7, workers=w)[0].value for w in (1, 2)]
    assert balls[0].overlaps(balls[1])
    assert str(balls[0]) == str(balls[1])


def test_estimates_of_fresh_draws():
    for t in (1, 4):
        law = rounds(THREE, WEIGHTS, 2, t, Fraction(2))
        f = CuratedLoop(LAW, WEIGHTS, 2, 2).weight
        quantities = {
            E(f(t)): picks.mean(law, WEIGHTS),
            E(f(t) ** 2): picks.mean(law, [x * x for x in WEIGHTS]),
            Var(f(t)): picks.variance(law, WEIGHTS),
        }
        for b, wanted in zip(estimate(list(quantities), 50_000), quantities.values(), strict=True):
            assert b.value.overlaps(fraction_ball(wanted))
            assert float(b.value.rad()) < 1


def test_an_estimate_of_a_divergence():
    """Its balls come from those of the masses."""
    loop, law = CuratedLoop(LAW, WEIGHTS, 2), [float(p) for p in rounds(THREE, WEIGHTS, 2, 2)]
    (b,) = estimate([KL(loop.model(2), loop.reference)], 100_000)
    assert b.value.contains(sum(q * np.log(q / float(p)) for q, p in zip(law, THREE, strict=True)))
    assert float(b.value.rad()) < 0.1


@pytest.mark.parametrize(
    ("loop", "t", "said"),
    [
        (CuratedLoop(LAW, WEIGHTS, oo), 1, "needs its normaliser"),
        (CuratedLoop(LAW, WEIGHTS, 2), oo, "a tree of inf leaves"),
        (CuratedLoop(LAW, WEIGHTS, 4, half), oo, "a tree of inf leaves"),
        (CuratedLoop(LAW, WEIGHTS, 4), 12, "leaves for a draw from generation 12"),
    ],
)
def test_what_is_not_sampled(loop, t, said):
    with pytest.raises(BadInput, match=said):
        estimate([E(loop.mass(t, 0))], 1000)


def test_what_is_no_observable():
    loop = CuratedLoop(LAW, WEIGHTS, 2)
    with pytest.raises(BadInput, match="no observable 'wieght', did you mean 'weight'"):
        sample(loop, ["wieght"], 1, 10)


# ---- finitely many picks --------------------------------------------------------------------------------------------


def one_by_one(n, K, w, copies, t, size, rng):
    """Shares after t generations: for each of n picks K of the n are drawn, with replacement, and one is chosen."""
    at = np.zeros((size, n), dtype=bool)
    at[:, :copies] = True  # of the first type
    for _ in range(t):
        shown = np.take_along_axis(at, rng.integers(0, n, (size, n * K)), axis=1).reshape(size, n, K)
        scores = np.where(shown, np.log(w), 0.0) + rng.gumbel(size=shown.shape)
        at = np.take_along_axis(shown, scores.argmax(axis=2)[:, :, None], axis=2)[:, :, 0]
    return at.sum(axis=1)


def transition(n, K, w, start=0, picked=Fraction(1)) -> list[list[Fraction]]:
    """picked: the probability that a point is no real one; of the real ones a share `start` is of the first type."""
    rows = []
    for k in range(n + 1):
        sure = 1 - Fraction(n - k, n) ** K
        p = sure if w == np.inf else picks.pick([Fraction(k, n), Fraction(n - k, n)], [w, 1], K)[0]
        p = picked * p + (1 - picked) * start
        rows.append([comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(n + 1)])
    return rows


def won(n, K, w) -> list[Fraction]:
    """The probability that the first type is left in the end, from k = 0, ..., n copies: by elimination."""
    rows, inside = transition(n, K, w), range(1, n)
    system = [[Fraction(int(j == k)) - rows[k][j] for j in inside] + [rows[k][n]] for k in inside]
    for i in range(len(system)):
        system[i] = [x / system[i][i] for x in system[i]]
        for r in range(len(system)):
            if r != i:
                system[r] = [x - system[r][i] * y for x, y in zip(system[r], system[i], strict=True)]
    return [Fraction(0), *(row[-1] for row in system), Fraction(1)]


@pytest.mark.parametrize(("n", "K", "w", "copies"), [(5, 2, 3, 2), (6, 3, 2, 1), (4, 4, 1, 3), (1, 2, 5, 1)])
def test_counts_of_picks(n, K, w, copies):
    loop, size, t = PickedSampleLoop(n, K, w, Rational(copies, n)), 40_000, 3
    law = [Fraction(int(k == copies)) for k in range(n + 1)]
    rows = transition(n, K, Fraction(w))
    for _ in range(t):
        law = [sum(law[k] * rows[k][j] for k in range(n + 1)) for j in range(n + 1)]
    shares = sample(loop, ["theta"], t, size, seed=1)["theta"]
    assert (shares[:, 0] == copies / n).all()
    counted = np.rint(shares[:, t] * n).astype(int)
    plain = one_by_one(n, K, w, copies, t, size, np.random.default_rng(2))
    for k in range(n + 1):
        near((counted == k).sum(), size, law[k])
        near((plain == k).sum(), size, law[k])
    assert value(E(loop.theta(t) ** 2)).value.overlaps(
        fraction_ball(sum(p * Fraction(k, n) ** 2 for k, p in enumerate(law)))
    )


@pytest.mark.parametrize(("n", "K", "w"), [(5, 2, 3), (8, 3, 2), (6, 4, 1), (2, 2, 7)])
def test_the_winner(n, K, w):
    """By elimination in fractions, by the chain in balls, by paths that are followed until they end."""
    exact = won(n, K, Fraction(w))
    for copies in {0, 1, n // 2, n}:
        loop = PickedSampleLoop(n, K, w, Rational(copies, n))
        assert value(E(loop.theta(oo))).value.overlaps(fraction_ball(exact[copies]))
        theta = np.full(N // 4, copies / n)
        particles.winners(np.random.default_rng(n), n, particles._chances(loop), theta)
        assert {*theta} <= {0.0, 1.0}
        near(theta.sum(), N // 4, exact[copies])
    if w == 1:
        assert exact == [Fraction(k, n) for k in range(n + 1)]
    (b,) = estimate([E(PickedSampleLoop(n, K, w, half if n % 2 == 0 else Rational(1, n)).theta(oo))], 20_000)
    assert b.value.overlaps(fraction_ball(exact[n // 2 if n % 2 == 0 else 1]))


@pytest.mark.parametrize(
    ("K", "w", "lam"), [(2, oo, oo), (3, oo, oo), (2, 3, 2), (3, Rational(1, 2), 4), (2, oo, 1), (2, 3, 0)]
)
def test_sure_picks_and_real_points_beside_them(K, w, lam):
    """By the chain in fractions: in balls, by the form of a step, and drawn."""
    n, copies, t = 4, 1, 2
    loop, start = PickedSampleLoop(n, K, w, Rational(copies, n), lam), Fraction(copies, n)
    law = [Fraction(int(k == copies)) for k in range(n + 1)]
    weight = np.inf if w is oo else Fraction(int(w.p), int(w.q)) if isinstance(w, Rational) else Fraction(w)
    rows = transition(n, K, weight, start, Fraction(1) if lam is oo else Fraction(lam, 1 + lam))
    for _ in range(t):
        law = [sum(law[k] * rows[k][j] for k in range(n + 1)) for j in range(n + 1)]
    for power in (1, 2):
        exact = fraction_ball(sum(p * Fraction(k, n) ** power for k, p in enumerate(law)))
        assert value(E(loop.theta(t) ** power)).value.overlaps(exact)
    counted = np.rint(sample(loop, ["theta"], t, N, seed=1)["theta"][:, t] * n).astype(int)
    for k in range(n + 1):
        near((counted == k).sum(), N, law[k])


def test_a_start_between_the_states():
    """A share that is no multiple of 1/n is that of the first candidates only: no chain starts there."""
    loop = PickedSampleLoop(5, 2, 3, half)
    p, _ = picks.pick([Fraction(1, 2)] * 2, [Fraction(3), 1], 2)
    assert value(E(loop.theta(1))).value.overlaps(fraction_ball(p))
    with pytest.raises(CannotTell, match="start"):
        value(E(loop.theta(oo)))


def test_numbers_of_the_catalogue():
    for n, d, K, copies, wrong in (
        (10, half, 2, 5, 0.08058987576633792),
        (20, Rational(1, 5), 2, 10, 0.1206678836750644),
        (50, Rational(1, 10), 2, 25, 0.0764889302094731),
        (100, Rational(1, 10), 2, 10, 0.3723124576376103),
        (100, 1, 4, 1, 0.2320124209282094),
    ):
        left = 1 - value(E(PickedSampleLoop(n, K, exp(d), Rational(copies, n)).theta(oo))).value
        assert float(left) == pytest.approx(wrong, rel=1e-12)
    theta = PickedSampleLoop(100, 2, 1, Rational(3, 10)).theta(100)
    kept = value(E(2 * theta * (1 - theta))).value
    assert float(kept) == pytest.approx(0.1537335833347568, rel=1e-12)


@pytest.mark.parametrize(
    ("n", "K", "w", "start"), [(0, 2, 1, 0), (half, 2, 1, 0), (5, 2, 0, 0), (5, 2, -1, 0), (5, 2, -oo, 0), (5, 2, 1, 2)]
)
def test_what_is_no_sample(n, K, w, start):
    assert PickedSampleLoop(n, K, w, start).refuses()
    assert PickedSampleLoop(5, 2, 1, half).refuses() is None
    for candidates in (1, half):
        with pytest.raises(BadInput, match="K: expected a whole number, 2 or more, not"):
            PickedSampleLoop(n, candidates, w, start)


# ---- large rewards --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [0, 1000, -1000])
def test_only_differences_of_rewards_matter(shift):
    """e^1000 is no float; the law of a pick does not change if all rewards do by the same."""
    table = CuratedLoop(Finite((half, half)), (exp(shift), exp(shift + 1)), 2).mass(1, 1)
    line = CuratedLineLoop(Uniform(0, 1), Lambda(x, x + shift), 2).draw(1)
    plain = CuratedLoop(Finite((half, half)), (1, exp(1)), 2).mass(1, 1)
    for b, wanted in zip(
        estimate([E(table), E(line)], 50_000),
        (E(plain), E(CuratedLineLoop(Uniform(0, 1), Lambda(x, x), 2).draw(1))),
        strict=True,
    ):
        assert b.value.overlaps(value(wanted).value)
        assert float(b.value.rad()) < 0.02


def test_steep_rewards():
    """The better candidate is picked for certain; beside the heaviest a weight e^-800 is no float, and nothing is said."""
    (b,) = estimate([E(CuratedLineLoop(Uniform(0, 1), Lambda(x, 10_000 * x), 2).draw(1))], 50_000)
    assert b.value.contains(2 / 3)
    with pytest.raises(BadInput, match=r"differ by the factor e\^800"):
        estimate([E(CuratedLoop(Finite((half, half)), (1, exp(800)), 2).mass(1, 1))], 1000)


@pytest.mark.parametrize("d", [800, -800])
def test_extreme_weights_of_two_types(d):
    loop = PickedSampleLoop(10, 2, exp(d), half)
    for m in (E(loop.theta(1)), E(loop.theta(oo))):
        (b,) = estimate([m], 20_000)
        assert b.value.overlaps(value(m).value)
