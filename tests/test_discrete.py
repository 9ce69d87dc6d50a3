"""Discrete loops: numbers of the catalogue, laws against brute force, both ways to draw counts, what a loop refuses."""

import pickle
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from exact import fraction_ball, number
from flint import arb
from scipy.stats import beta, binom, chisquare, kstest
from sympy import Abs, Eq, Ge, Integer, Rational, S, Symbol, exp, log, oo, sqrt

from simulate import estimate, sample
from simulate.discrete import BINOMIAL, DRAW, SYMBOL, multinomial
from theory.discrete import CategoricalLoop, SymbolLoop
from theory.discrete.real import retrained
from theory.discrete.survival import forgetting, modes
from theory.discrete.urn import deviation, urn
from theory.language.claims import Claim
from theory.language.domains import Integers, Probability
from theory.language.errors import BadInput
from theory.language.functions import entr
from theory.language.loops import CLOCK
from theory.language.moments import TV, E, Prob, Var
from theory.language.policies import Accumulate, FixedReal, FreshReal, Growing, Replace, Subsample
from theory.proof import structures
from theory.proof.arithmetic.binomials import binomial_moment, moment_polynomial
from theory.proof.arithmetic.programs import to_ball
from theory.proof.arithmetic.rings import Balls
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.methods.pools import urn as urn_of
from theory.proof.relations.lemmas import survival
from theory.proof.relations.prove import prove

p = Rational(3, 10)
COIN = (p, 1 - p)
NEUTRAL = CategoricalLoop(COIN, 20)
FIXED, MORE = retrained(COIN, 10, 20), retrained(COIN, 20, 80)
FRESH = CategoricalLoop(COIN, 10, FreshReal(20))
URN = urn(Integer(3), Integer(7))


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("wanted", "exact"),
    [  # the catalogue's
        (E(NEUTRAL.diversity(1)), 0.399),
        (E(NEUTRAL.diversity(10)), 0.25146951448011906),
        (E(NEUTRAL.diversity(50)), 0.03231688961621952),
        (Prob(CategoricalLoop((Rational(1, 50), Rational(49, 50)), 100).share(0, 1) > 0), 0.867380444105),
        (Prob(CategoricalLoop((Rational(1, 50), Rational(49, 50)), 100).share(0, 5) > 0), 0.469837768111),
        (Prob(CategoricalLoop((Rational(1, 50), Rational(49, 50)), 100).share(0, 50) > 0), 0.080825954977),
        (E(modes(50).support(1)), 7.989919254790),
        (E(modes(50).support(5)), 7.006607693509),
        (E(modes(50).support(20)), 3.798324134877),
        (E(modes(100).support(20)), 5.689908870365),
        (E(FIXED.distance(5)), 0.056343376534065),
        (E(MORE.distance(20)), 0.029673016530399),
        (E(TV(FIXED.model(5), FIXED.p)), 0.136119870822),
        (E(TV(MORE.model(20), MORE.p)), 0.098126229827),
        (E(TV(retrained(COIN, 10, 2).model(1), FIXED.p)), 0.125765),
        (E(FRESH.distance(5)), 0.024469206458365),
        (E(TV(FRESH.model(5), FRESH.p)), 0.088345074145),
        (E(CategoricalLoop(COIN, 10, Accumulate()).diversity(10)), 0.42 * 0.85150206294737),
        (E(TV(NEUTRAL.model(10), NEUTRAL.p)), 0.245557595448),
        (E(NEUTRAL.entropy(1)), 0.584947707912),
        (E(NEUTRAL.entropy(10)), 0.374613760052),
        (E(NEUTRAL.entropy(50)), 0.048189443480),
        (E(Abs(URN.share(0, oo) - p)), 0.11206773144),
        (E(Abs(urn(Integer(30), Integer(70)).share(0, oo) - p)), 0.0364492231964398),
        (E(Abs(urn(Integer(1), Integer(1)).share(0, oo) - Rational(1, 2))), 0.25),
        (Var(URN.share(0, 90)), 0.21 / 11 * 0.9),
        (Var(URN.share(0, oo)), 0.21 / 11),
    ],
    ids=str,
)
def test_numbers(wanted, exact):
    assert number(wanted, 1e-12) == pytest.approx(exact, rel=1e-5 if exact == 0.125765 else 1e-10)


def test_how_fast_a_symbol_is_forgotten():
    assert float(forgetting(5)) == pytest.approx(0.31207970997506)
    assert float(deviation(Integer(3), Integer(7))) == pytest.approx(0.11206773144, rel=1e-12)
    assert number(E(Abs(SymbolLoop(p, 10).share(1) - p)), 1e-12) == pytest.approx(0.11206773144, rel=1e-12)  # de Moivre


# ---- laws -----------------------------------------------------------------------------------------------------------


def binomial_law(n, q):
    return {k: comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)}


def brute_force(start, drawn, beside, t, policy) -> dict:
    """The law of the share after t fits, by all paths: {share: probability}, in fractions.

    drawn: draws from the model.  beside: real points, where the policy has some.
    """
    q = Fraction(int(start.p), int(start.q))
    real = policy in ("fixed", "fresh")
    laws = {(Fraction(k, beside), k): w for k, w in binomial_law(beside, q).items()} if real else {(q, 0): Fraction(1)}
    size = 0
    for fit in range(1, t + 1):
        draws = drawn * fit if policy == "growing" else drawn
        after: dict = {}
        for (share, kept), weight in laws.items():
            new_real = binomial_law(beside, q) if policy == "fresh" else {kept: Fraction(1)}
            for r, v in new_real.items():
                for k, w in binomial_law(draws, share).items():
                    if policy == "accumulate":
                        new = (share * size + k) / (size + draws)
                    else:
                        new = Fraction((r if real else 0) + k, draws + (beside if real else 0))
                    after[new, kept] = after.get((new, kept), 0) + weight * v * w
        laws, size = after, size + draws
    out: dict = {}
    for (share, _), w in laws.items():
        out[share] = out.get(share, 0) + w
    return out


@pytest.mark.parametrize(
    ("name", "n", "policy"),
    [
        ("fixed", 2, FixedReal(3)),
        ("fresh", 2, FreshReal(3)),
        ("accumulate", 3, Accumulate()),
        ("growing", 3, Growing(3 * CLOCK)),
        ("replace", 3, Replace()),
    ],
)
@pytest.mark.parametrize("t", [1, 2, 3])
def test_laws_are_those_of_brute_force(name, n, policy, t):
    law = brute_force(Rational(1, 3), 3, 2, t, name)
    assert sum(law.values()) == 1
    loop = CategoricalLoop((Rational(1, 3), Rational(2, 3)), n, policy)
    x = loop.share(0, t)
    for wanted, f in (
        (E(x), lambda s: s),
        (E(x**2), lambda s: s**2),
        (E(x**3), lambda s: s**3),
        (E(Abs(x - Rational(1, 4))), lambda s: abs(s - Fraction(1, 4))),
        (Prob(x > 0), lambda s: Fraction(s > 0)),
        (Prob(x >= Rational(1, 3)), lambda s: Fraction(s >= Fraction(1, 3))),
    ):
        exact = sum(w * f(s) for s, w in law.items())
        assert value(wanted).value.overlaps(fraction_ball(exact))
        assert value(wanted).radius < 1e-10


def test_moments_of_a_binomial_are_polynomials_of_its_probability():
    for power in range(5):
        form = moment_polynomial(arb(7), power)
        for q in (arb(1) / 3, arb(0), arb(1)):
            there = sum((c * q**j if j else c for j, c in enumerate(form)), arb(0))
            assert there.overlaps(binomial_moment(arb(7), q, power))


def test_symbols_are_followed_alone_or_not_at_all():
    loop = CategoricalLoop((Rational(1, 2), Rational(1, 3), Rational(1, 6)), 5)
    assert structures.marginal(loop.share(2, 4)) == SymbolLoop(Rational(1, 6), 5).share(4)
    assert moment(E(loop.share(1, 3) ** 2)).form == moment(E(SymbolLoop(Rational(1, 3), 5).share(3) ** 2)).form
    with pytest.raises(ValueError, match="of 0"):  # real points stay under another policy
        loop.real(0, 3)


@pytest.mark.thin(2)
@pytest.mark.parametrize("policy", [Replace(), FixedReal(2), FreshReal(2), Accumulate(), Growing(2 * CLOCK)], ids=str)
def test_joint_moments_of_shares_are_those_of_brute_force(policy):
    masses, n = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), 2
    loop = CategoricalLoop(tuple(map(Rational, masses)), n, policy)
    x, y = loop.share(0, 1), loop.share(1, 2)
    paths = list(two_fits(masses, n, policy))
    for wanted, f in (
        (x * y, lambda a, b: a[0] * b[1]),
        (y * loop.share(2, 2) ** 2, lambda a, b: b[1] * b[2] ** 2),
        (x**2 * loop.share(1, 1) * y, lambda a, b: a[0] ** 2 * a[1] * b[1]),
    ):
        exact = sum(w * f(a, b) for a, b, w in paths)
        assert to_ball(moment(E(wanted)).form).overlaps(fraction_ball(exact))
        assert value(E(wanted)).value.overlaps(fraction_ball(exact))
        assert value(E(wanted)).radius < 1e-10


def multinomial_law(n, masses) -> list:
    """[(counts, probability)] of n draws, in fractions."""
    if len(masses) == 1:
        return [((n,), masses[0] ** n)]
    return [
        ((k, *rest), comb(n, k) * masses[0] ** k * w)
        for k in range(n + 1)
        for rest, w in multinomial_law(n - k, masses[1:])
    ]


def two_fits(masses, n, policy):
    """All paths of two fits: (shares after the first, after the second, probability)."""
    real = policy.synthetic if isinstance(policy, FixedReal | FreshReal) else 0  # n real points beside 2 synthetic ones
    for start, w0 in multinomial_law(n, masses) if real else [(masses, Fraction(1))]:
        first = tuple(Fraction(k, n) for k in start) if real else masses
        for a, w1 in one_fit(first, start, masses, n, policy, 1):
            for b, w2 in one_fit(a, start, masses, n, policy, 2):
                yield a, b, w0 * w1 * w2


def one_fit(now, start, masses, n, policy, fit):
    draws = int(policy.at(fit)) if isinstance(policy, Growing) else n
    beside = {FixedReal: [(start, Fraction(1))], FreshReal: multinomial_law(n, masses)}.get(type(policy))
    if beside is None:
        held = n * (fit - 1) if isinstance(policy, Accumulate) else 0
        beside = [(tuple(held * x for x in now), Fraction(1))]
    for others, v in beside:
        for counts, w in multinomial_law(draws, now):
            total = draws + sum(others)
            yield tuple((x + k) / Fraction(total) for x, k in zip(others, counts, strict=True)), v * w


def test_an_urn_is_told_from_its_step():
    assert urn_of(SymbolLoop(p, 1, Accumulate(), 10)) == (3, 7)
    for other in (
        SymbolLoop(p, 2, Accumulate(), 10),  # two at a time
        SymbolLoop(p, 1, Accumulate(), 9),  # no whole number of balls
        SymbolLoop(p, 1, Accumulate()),
        SymbolLoop(p, 1),
        SymbolLoop(p, 1, FixedReal(10)),
    ):
        assert urn_of(other) is None


def test_entropy_of_a_symbol():
    assert entr(S.Zero) == entr(S.One) == 0
    assert entr(Rational(1, 3)) == log(3) / 3
    assert entr(x := Symbol("x")).diff(x) == -log(x) - 1


def test_entropy_of_a_symbol_in_balls():
    wide = Balls.entr(arb(0.5, 0.25))
    assert all(wide.contains(Balls.entr(arb(p))) for p in (0.25, 0.5, 0.75))
    assert Balls.entr(arb(0)) == 0
    assert not Balls.entr(arb(-1)).is_finite()
    assert abs(float(to_ball(entr(sqrt(2) / 2))) - np.log(2) / np.sqrt(8)) < 1e-15


@pytest.mark.parametrize(
    ("s", "loop", "holds"),
    [
        (lambda k: 1 / k, lambda n: SymbolLoop(p, n), True),
        (lambda k: 1 / (2 * k), lambda n: SymbolLoop(p, n), True),
        (lambda k: 2 / k, lambda n: SymbolLoop(p, n), False),  # s(1) > 1
        (lambda k: 2 / (1 + k), lambda n: SymbolLoop(p, n), False),  # s(2) = 2/3 > 1 - 1/e
        (lambda k: 1 / k, lambda n: SymbolLoop(p, n, FreshReal(3)), False),  # the lemma is about another step
        (lambda k: 1 / k, lambda n: SymbolLoop(p, n, Accumulate(), 3), False),
    ],
)
def test_the_lemma_of_survival_is_given_its_conditions(s, loop, holds):
    def alive(n=Integers(1), k=Integers(1)):
        """A symbol is alive with probability 1 - exp(-n p s(k)) or more."""
        return Ge(Prob(loop(n).share(k) > 0), 1 - exp(-n * p * s(k)))

    assert prove(Claim(alive, proof=survival(s))).proved == holds


# ---- draws ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "weights"), [(3, (5.0, 2.0, 0.0, 1.0)), (400, (5.0, 2.0, 0.0, 1.0)), (7, (2.5, 0.5))])
def test_counts_are_multinomial_either_way(n, weights):
    K = len(weights)
    rng, weights = np.random.Generator(np.random.Philox(5)), np.array(weights)
    counts, spacings, seen = np.empty(K), np.empty(n + 1), np.zeros((20_000, K))
    for row in seen:
        multinomial(rng, n, weights, K, counts, spacings)
        row[:] = counts
    assert (seen.sum(axis=1) == n).all()
    assert (seen[:, weights == 0] == 0).all()
    q = weights / weights.sum()
    for k in np.flatnonzero(weights):  # every count is binomial,
        grid = np.arange(n + 1)
        expected = binom.pmf(grid, n, q[k]) * len(seen)
        cut = np.searchsorted(np.cumsum(expected), np.arange(50, len(seen), len(seen) / 12))  # cells of some size
        cells = np.unique([0, *cut])
        observed = np.bincount(seen[:, k].astype(int), minlength=n + 1)
        assert chisquare(np.add.reduceat(observed, cells), np.add.reduceat(expected, cells)).pvalue > 1e-6
    covariance = np.cov(seen[:, 0], seen[:, 1])[0, 1]  # and they are bound together
    assert covariance == pytest.approx(-n * q[0] * q[1], rel=0.15)


def test_both_ways_are_taken():
    assert 3 * DRAW + 4 * SYMBOL < 3 * BINOMIAL < 400 * DRAW + 4 * SYMBOL


@pytest.mark.parametrize(
    "loop",
    [
        CategoricalLoop((Rational(1, 2), Rational(1, 3), Rational(1, 6)), 6),
        CategoricalLoop(COIN, 5, FixedReal(12)),
        CategoricalLoop(COIN, 5, FreshReal(12)),
        CategoricalLoop(COIN, 5, FixedReal(0)),
        CategoricalLoop(COIN, 5, Accumulate()),
        CategoricalLoop(COIN, 1, Accumulate(), 10),
        CategoricalLoop(COIN, 3, Growing(3 * CLOCK)),
        SymbolLoop(p, 9),
    ],
    ids=str,
)
def test_draws_have_the_moments_of_the_step(loop):
    share = loop.share(0, 3) if isinstance(loop, CategoricalLoop) else loop.share(3)
    wanted = [E(share), E(share**2), Prob(share > 0), E(entr(share))]
    for m, ball in zip(wanted, estimate(wanted, 100_000, seed=2), strict=True):
        assert abs(ball.midpoint - number(m, 1e-12)) <= ball.radius < 0.05


def test_what_is_read_off_paths():
    loop = CategoricalLoop((Rational(1, 2), Rational(1, 3), Rational(1, 6)), 3, FixedReal(6))
    paths = sample(loop, [*loop.state, "diversity", "distance", "support", "entropy"], t=4, replicates=500, seed=1)
    shares, real = (np.array([paths[name] for name in names]) for names in (loop.symbol_names, loop.real_names))
    assert np.allclose(shares.sum(axis=0), 1)
    assert (real == real[:, :, :1]).all()
    assert np.allclose(real[:, :, 0], shares[:, :, 0])
    assert (np.abs(9 * shares[:, :, 1:] % 1 - 0.5) > 0.499).all()
    assert np.allclose(paths["diversity"], 1 - (shares**2).sum(axis=0))
    assert np.allclose(paths["support"], (shares > 0).sum(axis=0))
    assert np.allclose(paths["entropy"], -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=0))
    assert np.allclose(paths["distance"], ((shares - np.array([1 / 2, 1 / 3, 1 / 6])[:, None, None]) ** 2).sum(axis=0))
    dead = shares[:, :, 0] == 0  # what the real points do not have never comes
    assert dead.any()
    assert (shares[dead] == 0).all()


def test_a_shorter_run_is_the_beginning_of_a_longer_one():
    a, b = (sample(NEUTRAL, ["p0"], t, 300, seed=3)["p0"] for t in (2, 5))
    assert (a == b[:, :3]).all()


def test_the_limit_that_is_drawn_is_that_of_the_urn():
    share = sample(SymbolLoop(p, 1, Accumulate(), 10), ["share"], t=2_000, replicates=2_000, seed=4)["share"]
    assert (share[:, 0] == 0.3).all()
    assert kstest(share[:, -1], beta(3, 7).cdf).pvalue > 1e-6
    (ball,) = estimate([E(Abs(URN.share(0, oo) - p))], 100_000)
    assert abs(ball.midpoint - 0.11206773144) <= ball.radius < 0.002


def test_a_limit_is_drawn_of_one_share_alone():
    """Two symbols of one probability have one law and not one limit: their product has the mean 1/6, not 1/3."""
    urn = CategoricalLoop((Rational(1, 2), Rational(1, 2)), 1, Accumulate(), 2)
    with pytest.raises(BadInput, match="alone"):
        estimate([E(urn.share(0, oo) * urn.share(1, oo))], 1_000)
    (ball,) = estimate([E(urn.share(0, oo) ** 2)], 100_000)
    assert abs(ball.midpoint - 1 / 3) <= ball.radius < 0.01


def test_a_limit_farther_off_than_a_share_can_be():
    for level, wanted in ((2, 2 - p), (-1, 1 + p), (0, p), (1, 1 - p)):
        assert value(E(Abs(URN.share(0, oo) - level))).value.overlaps(arb(wanted.p) / wanted.q)


def test_a_million_symbols():
    p = 1.0 / np.arange(1, 1_000_001)
    rng, counts = np.random.Generator(np.random.Philox(1)), np.empty(len(p))
    multinomial(rng, 100_000, p, len(p), counts, np.empty(100_001))
    assert counts.sum() == 100_000
    first = p[0] / p.sum() * 100_000
    assert counts[0] == pytest.approx(first, abs=6 * np.sqrt(first))


# ---- loops ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", [NEUTRAL, FIXED, FRESH, URN, SymbolLoop(p, 3, Growing(CLOCK))], ids=str)
def test_loops_are_their_arguments(loop):
    assert loop.func(*loop.args) == loop
    assert pickle.loads(pickle.dumps(loop)) == loop
    assert loop.refuses() is None


def test_what_is_no_loop():
    for loop in (CategoricalLoop(COIN, 3, Replace(), 5), SymbolLoop(p, 3, FreshReal(3), 5)):
        assert "kept is for Accumulate" in str(loop.refuses())
    with pytest.raises(BadInput, match="expected Replace, Growing, Accumulate, FixedReal or FreshReal"):
        CategoricalLoop(COIN, 3, Subsample())
    with pytest.raises(ValueError, match="numbered from 0"):
        NEUTRAL.share(2, 1)
    assert "n = 0" in str(CategoricalLoop(COIN, 0).refuses())
    assert "synthetic = -1" in str(SymbolLoop(p, 3, FixedReal(-1)).refuses())
    assert "3/2 draws in fit number 1" in str(CategoricalLoop(COIN, 3, Growing(3 * CLOCK / 2)).refuses())
    assert "0 draws in fit number 1" in str(SymbolLoop(p, 3, Growing(3 * (CLOCK - 1))).refuses())
    with pytest.raises(BadInput, match="0 draws in fit number 101"):  # farther on than is looked at beforehand
        sample(SymbolLoop(p, 3, Growing(101 - CLOCK)), ["share"], t=101, replicates=2)
    assert "sum 1" in str(CategoricalLoop((p, p), 3).refuses())
    assert "p = 2: a number from 0 to 1" in str(SymbolLoop(2, 3).refuses())


@pytest.mark.parametrize(
    ("size", "holds"),
    [(3 * CLOCK**2, True), (2 * CLOCK - 1, True), (CLOCK + 4, True), ((CLOCK - 301) ** 2, False), (400 - CLOCK, False)],
    ids=str,
)
def test_sizes_that_come_to_0_far_out_leave_nothing_proved(size, holds):
    """Nor is the share a martingale where some fit has no points; the first hundred are looked at beforehand."""
    loop = SymbolLoop(p, 5, Growing(size))
    assert loop.refuses() is None

    def stays(p=Probability(), t=Integers(0)):
        """The mean share stays."""
        return Eq(E(SymbolLoop(p, 5, Growing(size)).share(t)), p)

    found = prove(Claim(stays))
    assert found.proved == holds
    assert holds or "1 draw or more in every fit is expected" in found.reason


def test_high_moments_of_a_binomial():
    """flint cuts power series off at ten terms unless it is told otherwise."""
    coefficients = moment_polynomial(arb(20), 12)
    assert sum(coefficients, arb(0)).overlaps(arb(20) ** 12)  # p = 1: every toss counts


@pytest.mark.parametrize("size", [(CLOCK - 51) ** 2, 50 - CLOCK])
def test_sizes_that_are_no_sample_sizes_later_on_are_refused(size):
    for loop in (
        SymbolLoop(Rational(1, 3), 5, Growing(size)),
        CategoricalLoop((Rational(1, 3), Rational(2, 3)), 5, Growing(size)),
    ):
        assert "draws in fit number" in loop.refuses()
