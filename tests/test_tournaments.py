"""Tournaments among draws from an interval: balls against SciPy, the catalogue's numbers, and draws from the loop."""

from itertools import product

import numpy as np
import pytest
from exact import about
from flint import arb
from scipy.integrate import nquad
from sympy import (
    Heaviside,
    I,
    Integer,
    Lambda,
    Rational,
    S,
    asin,
    besselj,
    exp,
    floor,
    log,
    loggamma,
    oo,
    sin,
    zeta,
)

from simulate import estimate, sample
from theory.curation import CuratedLineLoop
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Laplace, Law, Normal, Truncated, Uniform
from theory.language.moments import E, Var
from theory.proof.enclose import value
from theory.proof.methods import tournaments
from theory.proof.methods.tournaments import x

half = Rational(1, 2)
FLAT = Lambda(x, x - 1)


def flat(K, lam=oo) -> CuratedLineLoop:
    return CuratedLineLoop(Uniform(0, 1), FLAT, K, lam)


@pytest.mark.parametrize(
    ("K", "t", "missing"),
    [
        (2, 1, 0.4596522007009),
        (2, 10, 0.1968048819950),
        (2, 100, 0.0204600687403),
        (4, 1, 0.4386470197611),
        (4, 10, 0.1342474396905),
    ],
)
def test_numbers_of_the_catalogue(K, t, missing):
    about(E(1 - flat(K).draw(t)), missing)


@pytest.mark.parametrize(
    ("ends", "reward"), [((0, 1), Lambda(x, 3 * x)), ((-1, 2), Lambda(x, -(x**2))), ((1, 3), Lambda(x, sin(x) / 2))]
)
@pytest.mark.parametrize("K", [2, 3])
def test_one_round_by_another_quadrature(K, ends, reward):
    """E X g, g being K e^r(X) over the sum of the candidates' weights."""
    r = [lambda y: np.exp(3 * y), lambda y: np.exp(-(y**2)), lambda y: np.exp(np.sin(y) / 2)][(0, -1, 1).index(ends[0])]

    def integrand(*y):
        return y[0] * K * r(y[0]) / sum(map(r, y)) / (ends[1] - ends[0]) ** K

    wanted = nquad(integrand, [ends] * K, opts={"epsabs": 1e-9})[0]
    found = value(E(CuratedLineLoop(Uniform(*ends), reward, K).draw(1))).value
    assert float(found.rad()) < 1e-9
    assert abs(float(found) - wanted) < 1e-7


@pytest.mark.parametrize(("K", "lam"), [(2, oo), (3, oo), (2, half), (3, Rational(2))])
def test_rounds_on_a_fine_grid(K, lam):
    """In floats: the same loop on 400 midpoints, candidates one by one."""
    n, rounds = (400, 4) if K == 2 else (60, 3)
    at = (np.arange(n) + 0.5) / n
    f, start = np.exp(at - 1), np.full(n, 1 / n)
    law = start
    share = 1.0 if lam is oo else float(lam / (1 + lam))
    for _ in range(rounds):
        total = np.zeros(n)
        if K == 2:
            total = (2 * f[:, None] / (f[:, None] + f[None, :])) @ law
        else:
            for i, j in product(range(n), repeat=2):
                total += law[i] * law[j] * 3 * f / (f + f[i] + f[j])
        law = share * law * total + (1 - share) * start
    found = value(E(flat(K, lam).draw(rounds))).value
    assert float(found) == pytest.approx(float(law @ at), abs=3 / n**2)


def test_more_bits_give_a_smaller_ball():
    wide, narrow = [], []
    for bits, out in ((40, wide), (120, narrow)):
        with tournaments.precision(bits):
            out.append(tournaments.mean(x**2, flat(2), Integer(7)))
    assert wide[0].overlaps(narrow[0])
    assert narrow[0].rad() < wide[0].rad() * arb(2) ** -60


@pytest.mark.parametrize("K", [2, 3, 4])
def test_gains_that_are_not_kept_are_the_same(K, monkeypatch):
    """A few competitors at a time, made anew in every round."""
    loop, count = flat(K, Rational(2)), 6
    pieces = (tournaments._Piece(S.One, tournaments._interval(loop.law.support, FLAT(x)), count, True),)
    kept = tournaments._Nodes(loop, pieces)
    monkeypatch.setattr(tournaments, "MOST_HELD", 5 * count)
    made = tournaments._Nodes(loop, pieces)
    assert kept.held is not None
    assert made.held is None
    for a, b in zip(kept.of(3), made.of(3), strict=True):
        assert a.overlaps(b)
        assert abs(a.mid() - b.mid()) < arb(2) ** -40


def test_the_missed_part_is_not_forgotten(monkeypatch):
    """With few nodes the ball is wide, and contains the value all the same."""
    exact = value(E(flat(2).draw(3))).value
    loop = flat(2)
    interval = tournaments._interval(loop.law.support, FLAT(x))
    for count in (1, 2, 3, 5):
        followed = tournaments._Nodes(loop, (tournaments._Piece(S.One, interval, count, True),))
        total = sum((m * z for m, z in zip(followed.of(3), followed.at, strict=True)), arb(0))
        ball = total + arb(0, interval.missed(interval.largest(x) * 8, count).upper())
        assert ball.contains(exact)
        assert total.mid() != exact.mid()


def test_draws_from_the_loop():
    for loop, t in ((flat(2), 3), (flat(4), 2), (flat(3, half), 4), (flat(2, Rational(3)), 1)):
        found = estimate([E(loop.draw(t)), E(exp(loop.draw(t)))], 100_000)
        for b, m in zip(found, (E(loop.draw(t)), E(exp(loop.draw(t)))), strict=True):
            assert b.value.overlaps(value(m).value)
            assert float(b.value.rad()) < 0.01


def test_paths_are_independent_draws():
    drawn = sample(flat(2), ["draw"], 2, 50_000, seed=3)["draw"]
    assert drawn.shape == (50_000, 3)
    assert ((drawn >= 0) & (drawn <= 1)).all()
    for t in range(3):
        assert drawn[:, t].mean() == pytest.approx(float(value(E(flat(2).draw(t))).value), abs=0.006)
    assert abs(np.corrcoef(drawn[:, 1], drawn[:, 2])[0, 1]) < 0.02
    assert np.corrcoef(drawn[:-1, 2], drawn[1:, 2])[0, 1] == pytest.approx(0, abs=0.02)


def test_variances():
    loop = flat(2)
    about(Var(loop.draw(0)), 1 / 12)
    assert value(Var(loop.draw(5))).value < value(Var(loop.draw(0))).value


@pytest.mark.parametrize(
    ("reward", "said"),
    [
        (Lambda(x, abs(x - half)), "no ellipse"),
        (Lambda(x, log(x)), "no ellipse"),
        (Lambda(x, 1 / (2 * x - 1)), "no ell"),
    ],
)
def test_rewards_that_are_not_analytic(reward, said):
    with pytest.raises(CannotTell, match=said):
        value(E(CuratedLineLoop(Uniform(0, 1), reward, 2).draw(1)))


@pytest.mark.parametrize(
    ("t", "K", "said"), [(301, 2, "0 to 300 rounds"), (oo, 2, "infinite time"), (100, 4, "rounds of 4 candidates")]
)
def test_what_is_not_followed(t, K, said):
    with pytest.raises(CannotTell, match=said):
        value(E(flat(K).draw(t)))


def test_huge_values():
    """The largest value in the ellipse is compared as a ball: as a float it would be infinite, like the others."""
    b = value(E(exp(2000 * flat(2).draw(0)))).value
    with tournaments.precision(128):
        assert b.contains(tournaments.arb(2000).exp() / 2000 - tournaments.arb(1) / 2000)


class AnyLineLoop(CuratedLineLoop):
    """The same loop, on any law."""

    law: Law


def gaussian(K, s=1, lam=oo) -> CuratedLineLoop:
    """The reward is Gaussian, of standard deviation s."""
    return CuratedLineLoop(Normal(0, s**2), Lambda(x, x), K, lam)


@pytest.mark.parametrize(
    ("t", "mean"), [(1, 0.3631618460316305), (2, 0.6880584776115), (10, 2.5342461620807)], ids=["1", "2", "10"]
)
def test_a_gaussian_reward_beside_a_grid_that_is_not_ours(t, mean):
    """Rounds of two candidates on a grid of step 1/50 up to 34 standard deviations, done outside the project."""
    b = value(E(gaussian(2).draw(t))).value
    assert b.rad() < 1e-12
    assert float(b.mid()) == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize(("K", "lam"), [(2, oo), (2, Rational(1)), (3, oo)])
def test_draws_of_a_gaussian_reward(K, lam):
    """Shifted, and not of variance 1; three candidates on a trapezoid rule of our own, whose nodes are too many for balls."""
    loop = CuratedLineLoop(Normal(half, Rational(1, 4)), Lambda(x, x), K, lam)
    (found,) = estimate([E(loop.draw(2))], 200_000)
    if K == 2:
        assert found.value.overlaps(value(E(loop.draw(2))).value)
        return
    at = np.linspace(-4, 5, 181)
    start = np.exp(-2 * (at - 0.5) ** 2)
    law = start = start / start.sum()
    f = np.exp(at)
    rivals = f[:, None, None] + f[None, :, None] + f[None, None, :]
    for _ in range(2):
        law = law * (3 * f * np.einsum("ijk,j,k->i", 1 / rivals, law, law))
    assert float(found.value.mid()) == pytest.approx(float(law @ at), abs=6 * 0.5 / np.sqrt(200_000) + 1e-6)


def test_of_a_gaussian_law_only_polynomials_have_a_ball():
    with pytest.raises(CannotTell, match="polynomials"):
        value(E(exp(gaussian(2).draw(1))))


def test_laws_that_are_not_uniform():
    with pytest.raises(CannotTell, match="uniform in pieces, or Gaussian"):
        value(E(AnyLineLoop(Truncated(Normal(0, 1), 0, 3), Lambda(x, x), 2).draw(1)))


@pytest.mark.parametrize("reward", [floor(x), asin(x), zeta(x + 3), besselj(0, x), Heaviside(x), I * x])
def test_rewards_that_no_ring_knows(reward):
    with pytest.raises(CannotTell):
        value(E(CuratedLineLoop(Uniform(0, 1), Lambda(x, reward), 2).draw(1)))


def test_rewards_that_one_ring_knows():
    loop = CuratedLineLoop(Uniform(0, 1), Lambda(x, loggamma(x + 1)), 2)
    (b,) = estimate([E(loop.draw(1))], 50_000)
    assert b.value.overlaps(value(E(loop.draw(1))).value)


def test_functions_that_are_not_analytic():
    with pytest.raises(CannotTell, match="not seen to be analytic"):
        value(E(abs(flat(2).draw(1) - half)))


@pytest.mark.parametrize(("K", "t"), [(2, 20), (4, 9)])
def test_trees_that_are_too_large(K, t):
    with pytest.raises(BadInput, match="s for a draw from generation"):
        estimate([E(flat(K).draw(t))], 1000)


@pytest.mark.parametrize(
    ("law", "K", "lam", "said"),
    [
        (Uniform(1, 0), 2, oo, "Uniform(1, 0)"),
        (Uniform(0, 1), 1, oo, "K = 1: a whole number, 2 or more, is expected"),
        (Uniform(0, 1), 2, -1, "lam = -1: a ratio, 0 or more, or oo, is expected"),
    ],
)
def test_what_is_no_loop(law, K, lam, said):
    assert said in CuratedLineLoop(law, FLAT, K, lam).refuses()
    assert flat(2).refuses() is None
    with pytest.raises(BadInput, match=r"law is Laplace\(0, 1\); expected Uniform or Normal"):
        CuratedLineLoop(Laplace(), FLAT, K, lam)
