"""Curation in the population: every tuple of candidates counted by hand, numbers of the catalogue, the limit."""

from collections import Counter
from fractions import Fraction
from itertools import product
from math import exp, lcm, log, prod

import picks
import pytest
from exact import about, fraction_ball, number
from hypothesis import given, settings
from hypothesis import strategies as st
from picks import THREE, WEIGHTS, rounds
from sympy import Lambda, Rational, Symbol, oo
from sympy import exp as Exp

from theory import Finite
from theory.curation import CuratedLoop, TiltLoop
from theory.curation.common import tournament
from theory.curation.mixed import kl_bound, shift
from theory.curation.rounds import groups, odds
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Normal
from theory.language.moments import KL, TV, E, Var
from theory.proof.arithmetic.programs import to_ball
from theory.proof.enclose import value
from theory.proof.methods import moment

half = Rational(1, 2)


def curated(K, lam=oo, law=THREE, weights=WEIGHTS, start=None) -> CuratedLoop:
    laws = [None if p is None else Finite([Rational(Fraction(x)) for x in p]) for p in (law, start)]
    return CuratedLoop(laws[0], weights, K, lam, laws[1])


# ---- every tuple of candidates --------------------------------------------------------------------------------------


@pytest.mark.parametrize("K", [2, 3, 4])
def test_five_rounds_are_exact(K):
    """By both witnesses, against all 3^K ordered tuples in fractions."""
    loop = curated(K)
    for t in range(1, 6):
        law = rounds(THREE, WEIGHTS, K, t)
        assert sum(law) == 1
        for i, p in enumerate(law):
            assert moment(E(loop.mass(t, i))).form == Rational(p)
            ball = value(E(loop.mass(t, i))).value
            assert ball.overlaps(fraction_ball(p))
            assert float(ball.rad()) < 1e-10


@pytest.mark.parametrize(("K", "lam"), [(2, Fraction(1, 2)), (3, Fraction(4)), (4, Fraction(1, 3))])
def test_rounds_with_real_data_are_exact(K, lam):
    start = (Fraction(1, 5), Fraction(0), Fraction(4, 5))
    for handed in (None, start):
        loop = curated(K, Rational(lam), start=handed)
        for t in (1, 2, 4):
            law = rounds(THREE, WEIGHTS, K, t, lam, handed)
            for i, p in enumerate(law):
                assert moment(E(loop.mass(t, i))).form == Rational(p)
                assert value(E(loop.mass(t, i))).value.overlaps(fraction_ball(p))


def test_the_tilted_law_is_exact():
    loop = curated(oo)
    for t in range(6):
        law = rounds(THREE, WEIGHTS, None, t)
        for i, p in enumerate(law):
            assert moment(E(loop.mass(t, i))).form == Rational(p)
    t = Symbol("t", integer=True, nonnegative=True)
    assert moment(E(loop.mass(t, 2))).form.subs(t, 3) == Rational(125, 144)


@settings(max_examples=60)
@given(
    parts=st.lists(st.integers(0, 9), min_size=2, max_size=4).filter(any),
    weights=st.lists(st.integers(1, 30), min_size=4, max_size=4),
    K=st.integers(2, 4),
)
def test_the_law_of_the_pick(parts, weights, K):
    law = [Fraction(n, sum(parts)) for n in parts]
    weights = weights[: len(law)]
    stated = tournament([Rational(p) for p in law], weights, K)
    assert stated == [Rational(p) for p in picks.pick(law, weights, K)]


def counted(law, weights, K) -> list[Fraction]:
    """The law of the pick, all ordered tuples in whole numbers: fractions of so many digits are added once."""
    whole = lcm(*(p.denominator for p in law))
    shares = [int(p * whole) for p in law]
    out = [Counter() for _ in law]
    for candidates in product(range(len(law)), repeat=K):
        ways, total = prod(shares[i] for i in candidates), sum(weights[i] for i in candidates)
        for i in candidates:
            out[i][total] += ways * weights[i]
    return [sum(Fraction(n, total) for total, n in found.items()) / whole**K for found in out]


@pytest.mark.parametrize("lam", [None, Fraction(3, 2)])
@pytest.mark.parametrize("K", [2, 3, 4, 5])
def test_four_atoms_are_exact(K, lam):
    """Rational arithmetic, five rounds, without and with real data, against all ordered tuples: up to 12,000 digits."""
    law, weights = [Fraction(n, 10) for n in (4, 3, 2, 1)], (7, 3, 2, 1)
    loop, now = curated(K, oo if lam is None else Rational(lam), law=law, weights=weights), law
    assert counted(law, weights, K) == picks.pick(law, weights, K)
    for t in range(1, 6):
        now = counted(now, weights, K)
        if lam is not None:
            now = [(p + lam * q) / (1 + lam) for p, q in zip(law, now, strict=True)]
        for i, p in enumerate(now):
            assert moment(E(loop.mass(t, i))).form == Rational(p)
            assert value(E(loop.mass(t, i))).value.overlaps(fraction_ball(p))


@pytest.mark.long
def test_what_is_too_long_to_be_read_is_not_written_out():
    """Sixteen candidates, five rounds: each number would have half a million digits; the balls go on."""
    with pytest.raises(CannotTell, match="no form of the law after 5 rounds"):
        moment(E(curated(16).mass(5, 0)))
    with pytest.raises(CannotTell, match="no form of the law after 7 rounds"):
        moment(E(curated(2).mass(7, 0)))
    with pytest.raises(CannotTell, match="no form of the law after 4 rounds"):  # not in rational numbers
        moment(E(curated(2, weights=(1, 2, Exp(1))).mass(4, 0)))
    assert value(E(curated(16).mass(5, 0))).value.rad() < 1e-10


def test_numbers_of_a_fresh_draw():
    law = rounds(THREE, WEIGHTS, 3, 2)
    loop = curated(3)
    wanted = {
        E(loop.weight(2)): picks.mean(law, WEIGHTS),
        E(1 / loop.weight(2)): picks.mean(law, [Fraction(1, f) for f in WEIGHTS]),
        E(loop.weight(2) * loop.weight(2, 2)): picks.mean(law, WEIGHTS) ** 2,
        E(loop.weight(2) * loop.weight(0)): None,
        Var(loop.weight(2)): picks.variance(law, WEIGHTS),
    }
    wanted[E(loop.weight(2) * loop.weight(0))] = picks.mean(law, WEIGHTS) * 2  # independent draws
    for x, exact in wanted.items():
        about(x, float(exact))
    about(E(loop.reward(2)), float(picks.mean([float(p) for p in law], [log(f) for f in WEIGHTS])))


def test_weights_are_given_in_all_spellings():
    i, law = Symbol("i"), Finite((half, half))
    loops = {
        CuratedLoop(law, (1, Exp(2)), 3),
        CuratedLoop(law, lambda i: Exp(2 * i), 3),
        CuratedLoop(law, Lambda(i, Exp(2 * i)), 3),
        CuratedLoop(law=law, weight=(1, Exp(2)), K=3),
        CuratedLoop(law, reward=(0, 2), K=3),
        CuratedLoop(law, reward=lambda i: 2 * i, K=3),
    }
    assert len(loops) == 1
    with pytest.raises(BadInput, match="weights is given twice"):
        CuratedLoop(law, weight=(1, 2), reward=(0, 1))


# ---- numbers of the catalogue ---------------------------------------------------------------------------------------


def test_hk_lemma():
    for K, law in (
        (2, (Rational(7, 18), Rational(23, 63), Rational(31, 126))),
        (4, (Rational(50293, 157248), Rational(166843, 459459), Rational(9322633, 29405376))),
    ):
        assert tuple(moment(E(curated(K).mass(1, i))).form for i in range(3)) == law
    loop = CuratedLoop(Finite((Rational(1, 100), Rational(99, 100))), (2, 1), 2)
    about(Var(loop.weight(0)), 0.0099)
    about(Var(loop.weight(1)), 0.01312311, 6)


def test_two_point_logistic():
    loop = CuratedLoop(Finite((Rational(1, 10), Rational(9, 10))), (Exp(1), 1))
    about(loop.mass(1, 0), 0.1415905441534009)


@pytest.mark.parametrize(
    ("K", "gain"), [(2, Rational(22, 63)), (4, Rational(4640777, 7351344)), (oo, 1)], ids=["2", "4", "oo"]
)
def test_reward_growth(K, gain):
    f = curated(K).weight
    about(E(f(1)) - E(f(0)), float(gain))
    about(Var(f(0)), 2)
    assert float(gain) >= (float(1 - 1 / Rational(K)) if K is not oo else 1) * 2 / 5
    if K is not oo:
        assert gain >= (K - 1) * Rational(2) / (10 + (K - 2) * 2)


def test_growth_without_its_factor():
    f = CuratedLoop(Finite((half, half)), (2, 1), 2).weight
    about(E(f(1)) - E(f(0)), 1 / 12)
    q, w = Rational(999, 1000), Exp(Rational(1, 100))
    for K, ratio in ((2, 0.5025), (4, 0.75187), (8, 0.87610)):  # near the optimum it is the factor (K - 1)/K itself
        grown = moment(E(CuratedLoop(Finite((q, 1 - q)), (w, 1), K).mass(1, 0))).form - q
        assert (grown * w / (q * (1 - q) * (w - 1))).evalf(30) == pytest.approx(ratio, rel=2e-5)


def test_k2_second_moment():
    """E f^2 grows by the variance, to 25: the variances sum to 19; for four candidates to less than their bound of 20."""
    for K, total in ((2, 19), (4, 12.3878970934027)):
        f = curated(K).weight
        about(sum(Var(f(t)) for t in range(120 if K == 2 else 60)), total, 11)
    for K, gain in ((2, 2), (3, Rational(254339, 83160)), (4, Rational(503473, 136136))):
        f = curated(K).weight
        about(E(f(1) ** 2) - E(f(0) ** 2), float(gain))


def test_linear_rate():
    loop = CuratedLoop(Finite((half, half)), (Exp(1), 1))
    for t, off in ((1, 0.384470710684998), (10, 0.00342027714126855), (20, 6.97746514468244e-6)):
        about(loop.mass(t, 1), off)
    about(CuratedLoop(Finite((half, half)), (Exp(1), 1), 4).mass(10, 1), 0.000303391929989328)
    rho = 0.53788284273999024
    about(loop.mass(60, 1) / loop.mass(59, 1), rho)
    about(loop.mass(60, 1), 1.69804611230335 * rho**60)


def test_kl_to_optimum():
    best = Finite((0, 0, 1))
    for K, kls in (
        (2, {1: 1.402294702466, 10: 0.025500954140704, 20: 9.604241997739e-05}),
        (4, {1: 1.148732415243, 10: 0.00176527167469, 20: 9.38168095175e-07}),
    ):
        for t, kl in kls.items():
            about(KL(best, curated(K).model(t)), kl, 9)
            about(TV(best, curated(K).model(t)), 1 - exp(-kl), 7)


def test_mixed_reward():
    """The catalogue's sequences and limits; a loop that starts with the worst atom falls below the real data's mean."""
    f = curated(2, half).weight
    law = [float(p) for p in THREE]
    for t in (1, 2, 3):
        about(E(f(t)), picks.mean(rounds(law, WEIGHTS, 2, t, 0.5), WEIGHTS))
    limits = {half: 2.1989224253715394, 1: 2.449489742783178, 2: 3.0258474894935694}
    for lam, m in limits.items():
        f = curated(2, lam).weight
        about(E(f(oo)), m)
        about((1 - lam) * Var(f(oo)), 6 - m**2, 9) if lam != 1 else None
    for i, p in enumerate((0.3853113475499913, 0.336421622338952, 0.2782670301110564)):
        about(curated(2, 1).mass(oo, i), p)
    about(E(curated(4, 1).weight(oo)), 2.8257302, 8)


def test_sequences_with_real_data():
    for K, lam, means in (
        (oo, 1, (5 / 2, 14 / 5, 165 / 56)),
        (oo, 4, (14 / 5,)),
        (2, 1, (2.1746031746031744, 2.2817730266709857)),
        (4, 1, (2.3156413983619863, 2.5225018911933956)),
    ):
        for t, mean in enumerate(means, 1):
            about(E(curated(K, lam).weight(t)), mean)


def test_tilted_laws():
    """What is maximised, and how far the law has gone; a tilt of a Gaussian in closed form."""
    tilted = curated(oo)
    assert [moment(E(tilted.mass(1, i))).form for i in range(3)] == [Rational(1, 4), Rational(1, 3), Rational(5, 12)]
    assert [moment(E(tilted.mass(3, i))).form for i in range(3)] == [
        Rational(1, 48),
        Rational(1, 9),
        Rational(125, 144),
    ]
    for t, best in ((1, log(2)), (3, 1.0593512767826485)):
        reward = E(tilted.reward(t)) - KL(tilted.model(t), tilted.start) / t
        about(reward, best)
    about(KL(tilted.model(3), tilted.start), 1.2442397934691725)
    x = Symbol("x", real=True)
    truth = Normal(half, Rational(9, 4))
    for reward, t, mean, variance in (
        (Rational(7, 10) * x, 3, 5.225, 2.25),
        (-((x - 2) ** 2) / 8, 3, 1.441860465116279, 0.8372093023255814),
        (x**2 / 8, 1, 1.142857142857143, 5.142857142857143),
    ):
        draw = TiltLoop(truth, Lambda(x, reward)).draw(t)
        about(E(draw), mean)
        about(Var(draw), variance)


@pytest.mark.parametrize(
    ("K", "tv", "kl"),
    [
        (2, 43 / 252, 0.07872870465851),
        (4, 0.09962827885622, 0.023737234548514),
        (16, 0.0262752965796, 0.00152113266326),
    ],
)
def test_how_near_finitely_many_candidates_are(K, tv, kl):
    few, tilted = curated(K).model(1), curated(oo).model(1)
    about(TV(few, tilted), tv, 10)
    about(KL(tilted, few), kl, 10)


def test_odds_of_groups():
    low, high = (groups(Rational(3, 10), half, Exp(1), Exp(half), K) for K in (2, oo))
    for loop, t, wanted in (
        (low, 1, 0.52952804),
        (low, 3, 0.79480533),
        (high, 1, 0.7065948303000549),
        (high, 3, 1.9207238872877419),
    ):
        about(odds(loop, t), wanted, 8)


def test_kingman():
    for lam, m in ((half, 2.567187372905475), (1, 3.062442709882287), (4, 4.181400975397333)):
        about(E(curated(oo, lam).weight(oo)), m)
    for i, p in enumerate((0.298781578420437, 0.247476992145322, 0.453741429434241)):
        about(curated(oo, 1).mass(oo, i), p)


@pytest.mark.parametrize(
    ("d", "lam", "q", "end", "kl"),
    [
        (1, half, Rational(1, 10), 0.1253290250731316, 0.00332660983630),
        (1, 2, Rational(1, 10), 0.2904897239765247, None),
        (2, 5, Rational(1, 20), 0.7547890004048801, 1.716710980322600),
    ],
)
def test_two_point_mixed(d, lam, q, end, kl):
    loop = CuratedLoop(Finite((q, 1 - q)), (Exp(d), 1), lam=lam)
    about(loop.mass(oo, 0), end)
    if kl:
        about(KL(loop.model(oo), loop.reference), kl, 9)


def test_sharp_bounds():
    for K, lam, bound in (
        (2, Rational(1, 10), 0.001671690615995),
        (2, half, 0.04522874755778),
        (2, Rational(9, 10), 0.1945661705406),
        (4, Rational(1, 10), 0.007090445032287),
        (4, Rational(3, 10), 0.09881706982293),
        (8, Rational(1, 10), 0.02390328164281),
    ):
        about(kl_bound(K, lam), bound)
    for K, ratio, stretch in (
        (2, Exp(1), 1.462117157260010),
        (4, Exp(2), 2.844938376910375),
        (8, Exp(half), 1.525054369630910),
    ):
        assert float(shift(K, ratio)) == pytest.approx(stretch, rel=1e-13)


def test_the_published_bound_from_another_start():
    q = Rational(1, 10**4)
    loop = CuratedLoop(Finite((q, 1 - q)), (2, 1), 2, half, start=Finite((1, 0)))
    assert number(KL(loop.model(1), loop.reference)) > 2.43 > log(2)


def test_group_odds_fall_later():
    for K, multipliers in (
        (2, {0: 1.050209, 1: 1.048237, 2: 1.043485, 3: 1.033069, 4: 1.013052, 5: 0.982681, 6: 0.956085, 7: 0.966664}),
        (4, {2: 0.999226, 3: 0.951154}),
    ):
        loop = groups(half, Rational(1, 100), Exp(6), Exp(Rational(1, 10)), K)
        for t, m in multipliers.items():
            assert number(odds(loop, t + 1) / odds(loop, t)) == pytest.approx(m, abs=6e-7)
    for K, first, third in ((2, 0.52952804, 0.79480533), (oo, 0.7065948303000549, 1.9207238872877419)):
        loop = groups(Rational(3, 10), half, Exp(1), Exp(half), K)
        assert (number(odds(loop, 1)), number(odds(loop, 3))) == pytest.approx((first, third), rel=2e-8)


# ---- the limit ------------------------------------------------------------------------------------------------------


@pytest.mark.thin(2)
@pytest.mark.parametrize("start", [None, (0.05, 0.05, 0.9), (1.0, 0.0, 0.0)])
@pytest.mark.parametrize(("K", "lam"), [(2, 0.25), (2, 3.0), (3, 1.0), (4, 0.5), (None, 2.0)])
def test_the_limit_is_where_iteration_leads(K, lam, start):
    law = rounds([float(p) for p in THREE], WEIGHTS, K, 400, lam, start)
    handed = None if start is None else [Fraction(x).limit_denominator(100) for x in start]
    loop = curated(oo if K is None else K, Rational(lam), start=handed)
    for i, p in enumerate(law):
        about(loop.mass(oo, i), p)


def test_the_limit_of_a_loop_without_real_data():
    """The best atoms are left, their masses in proportion; equal ones keep theirs, and one that is not there stays away."""
    for weights, masses, limit in (
        ((1, 1, 1), (Rational(1, 2), Rational(1, 3), Rational(1, 6)), (Rational(1, 2), Rational(1, 3), Rational(1, 6))),
        ((1, 3, 3), (Rational(1, 2), Rational(1, 3), Rational(1, 6)), (0, Rational(2, 3), Rational(1, 3))),
        ((1, 2, 5), (Rational(1, 4), Rational(3, 4), 0), (0, 1, 0)),
    ):
        loop = CuratedLoop(Finite(masses), weights, 2)
        masses = [value(E(loop.mass(oo, i))).value for i in range(3)]
        assert all(m.rad() < 1e-12 and m.overlaps(to_ball(Rational(p))) for m, p in zip(masses, limit, strict=True))


def test_a_critical_limit_is_refused():
    """The better atom is missing in the real data: at lam c = 1 its mass falls like 1/t, the slope at 0 is 1."""
    loop = CuratedLoop(Finite((0, 1)), (2, 1), 2, 3, start=Finite((half, half)))
    with pytest.raises(CannotTell, match=r"singular|not seen to settle"):
        value(E(loop.mass(oo, 0)))


def test_two_starts_with_two_limits():
    """Real data without the better atom, lam beyond 1/c: it settles where lam c (1 - q) = 1, unless there is none."""
    for first in (1, half, Rational(1, 100)):
        loop = CuratedLoop(Finite((0, 1)), (3, 1), 2, 6, start=Finite((first, 1 - first)))
        about(loop.mass(oo, 0), 2 / 3)
    nothing = CuratedLoop(Finite((0, 1)), (3, 1), 2, 6, start=Finite((0, 1)))  # a limit, but not a stable one
    with pytest.raises(CannotTell, match="contracts"):
        value(E(nothing.mass(oo, 0)))
