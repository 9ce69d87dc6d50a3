"""Laws on the line as a variable of a claim, `Laws(line=2)`: what they are at points, in balls, drawn, and in proofs."""

import numpy as np
import pytest
from exact import about, enclosed
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from stated import is_proved, stated
from sympy import Eq, Ge, Gt, Lambda, Le, Rational, S, Symbol, log, oo

from simulate import estimate, sample
from simulate.engine.draws import drawn
from simulate.engine.search import look_in_balls
from theory.curation import CuratedLineLoop, CuratedLoop, CuratedWeightsLoop
from theory.curation.convergence import growth as growth_of
from theory.language.domains import Integers, Laws, Positive
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import AnyLaw, Atoms, Pieces, Uniform
from theory.language.laws.discrete import AnyLineLaw
from theory.language.moments import E, Limit, Prob, Var
from theory.proof.enclose import value
from theory.proof.relations.picks import near_the_best
from theory.proof.standard import standardise

half, third = Rational(1, 2), Rational(1, 3)
LAW = Pieces(((1, 2), (Rational(1, 4), 1)), (third, 2 * third))
ONE, ROUNDS = Laws(line=2), {"K": Integers(2), "t": Integers(0)}


def weights(data, pieces: int):
    laws = Laws(line=pieces)
    values = [data.draw(d.strategy(), label=n) for n, d in laws.parts("p").items()]
    return laws, values


@settings(max_examples=30)
@given(data=st.data(), pieces=st.integers(1, 4))
def test_a_law_is_its_numbers(data, pieces):
    laws, values = weights(data, pieces)
    if not laws.admits(values):
        return
    law = laws.whole(values)
    assert law.refuses() is None
    assert laws.taken_apart(law) == values
    assert 0 < law.least < law.mean < law.largest == values[pieces - 1]
    assert 0 < law.variance < (law.largest - law.mean) * (law.mean - law.least)
    assert all(laws.parts("p")[n].contains(x) for at in laws.exacting("p") for n, x in at.items())
    assert all(laws.admits([*at.values()]) and list(at) == list(laws.parts("p")) for at in laws.exacting("p"))


@settings(max_examples=30)
@given(data=st.data(), pieces=st.integers(1, 3), u=st.fractions(Rational(1, 50), 3))
def test_what_is_near_the_largest(data, pieces, u):
    """Of what is within 4 u at least that share is within u, and at some u no more."""
    laws, values = weights(data, pieces)
    if not laws.admits(values):
        return
    law = laws.whole(values)

    def share(u):
        return (1 - law.cdf(law.largest - u)) / (1 - law.cdf(law.largest - 4 * u))

    places = [
        law.largest / 10**9,
        *(g / k for ends in law.ends for x in ends if (g := law.largest - x) for k in (1, 4)),
    ]
    assert law.near <= share(Rational(u.numerator, u.denominator))
    assert law.near == min(map(share, places))


def test_a_law_is_drawn_as_it_says():
    x = drawn(LAW, np.random.default_rng(1), 200_000)
    for level in (0.3, 0.6, 1.0, 1.7):
        assert np.mean(x <= level) == pytest.approx(float(LAW.cdf(Rational(str(level)))), abs=5e-3)


@pytest.mark.parametrize(
    ("law", "said"),
    [
        (Pieces(((1, 2), (1, 3)), (half, half)), "reaches highest is expected first"),
        (Pieces(((2, 1),), (1,)), "wrong order"),
        (Pieces(((1, 2),), (half,)), "of sum 1"),
    ],
)
def test_pieces_that_make_no_law_are_refused(law, said):
    assert said in law.refuses()


def test_pieces_need_probabilities():
    with pytest.raises(BadInput, match="as many pieces"):
        Pieces(((1, 2), (1, 2)), (1,))
    with pytest.raises(BadInput, match="as many pieces"):
        Pieces(((1, 2, 3),), (1,))
    assert "not positive" in CuratedLoop(Pieces(((-1, 2),), (1,)), K=2).refuses()


@pytest.mark.parametrize("given", [{"line": 0}, {"line": 2, "atoms": 3}, {"line": 2, "starts": 1}])
def test_a_law_on_the_line_has_pieces_and_nothing_else(given):
    with pytest.raises(ValueError, match="pieces"):
        Laws(**given)


# ---- picks, in balls and drawn ----------------------------------------------------------------------------------------


def density(x: float) -> float:
    return (1 / 3 if 1 < x < 2 else 0) + (2 / 3 / 0.75 if 0.25 < x < 1 else 0)


def gain(x: float) -> float:
    """2 x E 1/(x + Y), by SciPy."""
    return 2 * x * quad(lambda y: density(y) / (x + y), 0.25, 2, points=[1])[0]


def test_a_round_of_two_by_another_quadrature():
    first = CuratedLoop(LAW, K=2).weight(1)

    def of(f, low=0.25):
        return quad(lambda x: f(x) * density(x) * gain(x), low, 2, points=[1, max(low, 0.3)])[0]

    about(E(first), of(lambda x: x), 1e-8)
    about(E(log(first)), of(np.log), 1e-8)
    for level in ("3/5", "1", "3/2"):
        about(Prob(first >= Rational(level)), of(lambda x: 1, float(Rational(level))), 1e-7)
    about(Prob(first <= Rational(3, 5)), 1 - of(lambda x: 1, 0.6), 1e-7)


@pytest.mark.parametrize(("K", "lam"), [(2, oo), (3, oo), (2, half), (3, S(2))])
def test_balls_and_draws_agree(K, lam):
    loop = CuratedLoop(LAW, K=K, lam=lam)
    assert isinstance(loop, CuratedWeightsLoop)
    wanted = [E(loop.weight(2)), E(loop.weight(2) ** 2), E(loop.reward(1))]
    for m, b in zip(wanted, estimate(wanted, 100_000), strict=True):
        assert abs(float(value(m).value) - b.midpoint) <= b.radius
    reached = sample(loop, ["draw"], 2, 40_000)["draw"][:, 2] >= 1
    assert np.mean(reached) == pytest.approx(float(value(Prob(loop.weight(2) >= 1)).value), abs=0.02)


def test_one_piece_is_the_uniform_law():
    x = Symbol("x", real=True)
    law, ends = Pieces(((half, 2), (half, 2)), (third, 2 * third)), Uniform(half, 2)
    other = CuratedLineLoop(ends, Lambda(x, log(x)), 3, S(2)).draw(2)
    assert value(E(CuratedLoop(law, K=3, lam=2).weight(2))).value.overlaps(value(E(other)).value)
    assert value(Prob(other >= 1)).value.overlaps(value(Prob(CuratedLoop(law, K=3, lam=2).weight(2) >= 1)).value)


def test_levels_at_the_ends():
    at = CuratedLoop(LAW, K=2).weight(3)
    assert value(Prob(at >= LAW.largest)).value == 0
    assert value(Prob(at >= LAW.least)).value.contains(1)
    assert value(Prob(at >= 1)).value > value(Prob(at >= Rational(101, 100))).value > 0


def test_narrow_pieces_are_as_atoms():
    """A law on two narrow pieces is near that of two atoms, which is followed in another way."""
    e = Rational(1, 10**6)
    close = Pieces(((2 - e, 2), (1 - e, 1)), (third, 2 * third))
    atoms = Atoms((2, 1), (third, 2 * third))
    for t in (1, 5):
        a, b = (enclosed(E(CuratedLoop(law, K=3).weight(t))) for law in (close, atoms))
        assert 1e-9 < abs(float(a) - float(b)) < 2e-6


# ---- proofs -----------------------------------------------------------------------------------------------------------


def _mean(p, K, t, factor=1):
    w = CuratedLoop(p, K=K).weight
    return Ge(E(w(t + 1)) - E(w(t)), factor * (K - 1) / K * Var(w(t)) / p.largest)


def test_growth_is_proved_of_laws_on_the_line_and_its_false_twin_is_not():
    assert is_proved(_mean, p=ONE, **ROUNDS)
    assert not is_proved(lambda p, K, t: _mean(p, K, t, Rational(11, 10)), p=ONE, **ROUNDS)


def test_levels_are_reached_ever_more():
    def more(p, K, x, t):
        w = CuratedLoop(p, K=K).weight
        return Ge(Prob(w(t + 1) >= x), Prob(w(t) >= x))

    assert is_proved(more, p=ONE, x=Positive(), **ROUNDS)


def test_the_limit_is_the_essential_supremum():
    def to(end):
        return lambda p, K, t: Limit(E(CuratedLoop(p, K=K).weight(t)), (t, oo), end(p))

    assert is_proved(to(lambda p: p.largest), p=ONE, **ROUNDS)
    assert not is_proved(to(lambda p: p.largest * Rational(9, 10)), p=ONE, **ROUNDS)


def test_a_wrong_limit_is_refuted_at_points():
    """Formerly of a law on the line no limit was known at points: the false one was undecided."""

    def violation(end, of=lambda w: w):
        c = stated(lambda p, K, t: Limit(E(of(CuratedLoop(p, K=K).weight(t))), (t, oo), end(p)), p=ONE, **ROUNDS)
        return look_in_balls(c, c.points(3, 0)[0].values).violation

    assert violation(lambda p: p.largest * Rational(95, 100)) > 0
    assert violation(lambda p: p.mean) > 0
    assert violation(lambda p: p.largest) <= 0
    assert violation(lambda p: 1 / p.largest, lambda w: 1 / w) <= 0


def test_beside_real_data_the_limit_is_not_known():
    def relation(p, K, t):
        return Limit(E(CuratedLoop(p, K=K, lam=1).weight(t)), (t, oo), p.largest)

    assert not is_proved(relation, p=ONE, **ROUNDS)
    c = stated(relation, p=ONE, **ROUNDS)
    with pytest.raises(CannotTell):
        look_in_balls(c, c.points(3, 0)[0].values)


FALSE = {
    "ends at it": lambda p, K, t: Limit(Prob(CuratedLoop(p, K=K).weight(t) >= p.largest), (t, oo), 1),
    "ends below it": lambda p, K, t: Limit(Prob(CuratedLoop(p, K=K).weight(t) < p.largest), (t, oo), 0),
    "has it at first": lambda p: Gt(Prob(CuratedLoop(p, K=2).weight(0) >= p.largest), 0),
    "has it later": lambda p, K, t: Gt(Prob(CuratedLoop(p, K=K).weight(t) >= p.largest), 0),
    "lacks it": lambda p, K, t: Eq(Prob(CuratedLoop(p, K=K).weight(t) >= p.largest), 0),  # false of atoms
    "multiplies it": lambda p, K, t: Gt(
        Prob(CuratedLoop(p, K=K).weight(t + 1) >= p.largest), Prob(CuratedLoop(p, K=K).weight(t) >= p.largest)
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_no_proof_needs_a_best_atom(name):
    """Of `Laws()`, which has one, what is true is proved; on the line the same is false, or not known."""
    relation = FALSE[name]
    names = relation.__code__.co_varnames[: relation.__code__.co_argcount]
    assert not is_proved(relation, **{n: {"p": ONE, **ROUNDS}[n] for n in names})


@pytest.mark.parametrize("name", ["ends at it", "ends below it", "has it at first"])
def test_with_a_best_atom_they_are_proved(name):
    relation = FALSE[name]
    names = relation.__code__.co_varnames[: relation.__code__.co_argcount]
    assert is_proved(relation, **{n: {"p": Laws(), **ROUNDS}[n] for n in names})


@pytest.mark.parametrize("number", ["top", "second"])
def test_a_best_atom_is_not_spoken_of(number):
    for law in (AnyLineLaw("p"), LAW):
        with pytest.raises(BadInput, match=f"p.{number} is of laws whose largest value has a probability"):
            getattr(law, number)
    with pytest.raises(BadInput, match="has a probability"):
        stated(lambda p: Le(getattr(p, number), p.largest), p=ONE).relation()


@settings(max_examples=15)
@given(data=st.data(), pieces=st.integers(1, 3))
def test_the_charts_reach_every_law_on_the_line(data, pieces):
    """Mean and variance of a drawn law are values of the charts, of positive variables (`lower` and `spread`: or 0)."""
    laws, values = weights(data, pieces)
    if not laws.admits(values):
        return
    law, p = laws.whole(values), AnyLineLaw("p")
    charts = p.charts
    assert not {AnyLaw("p").top, AnyLaw("p").second} & set(charts)
    f, least, mean, variance = law.largest, law.least, law.mean, law.variance
    odds = min((f - mean) * (mean - least) - variance, variance, f - mean, mean - least) / (1000 * f**2)
    odds = odds / (1 + f**2)
    for _ in range(200):  # a rarer best value, and a second one nearer to it, until the others fit between
        top = odds / (1 + odds)
        second = f * (1 - odds)
        other = (mean - top * f) / (1 - top)
        square = (variance + mean**2 - top * f**2) / (1 - top)
        room = (second - other) * (other - least)
        if least < other < second and 0 < square - other**2 <= room:
            break
        odds /= 10
    else:
        pytest.fail(f"no chart reaches {law}")
    named = {
        "p_max": f,
        "p_odds": odds,
        "p_below": f / second - 1,
        "p_lower": second / least - 1,
        "p_rest": (second - least) / (other - least) - 1,
        "p_spread": room / (square - other**2) - 1,
    }
    at = {s: named[s.name] for c in charts.values() for s in c.free_symbols if s.name in named}
    told = {str(number): chart.subs(at) for number, chart in charts.items()}
    assert (told["p_mean"] - mean, told["p_variance"] - variance, told["p_least"] - least) == (0, 0, 0)


def test_near_the_best_is_a_lemma_of_laws_on_the_line():
    p = AnyLineLaw("p")
    loop = CuratedLoop(p, K=3)
    t = Symbol("t", integer=True, nonnegative=True)
    relation = Ge(E(loop.weight(t)) - p.largest, -p.largest)
    assert near_the_best(growth_of(loop))(relation)


def test_what_a_first_draw_reaches_is_no_number_of_the_law():
    p = AnyLineLaw("p")
    event = Prob(CuratedLoop(p, K=2).weight(0) >= p.largest)
    assert standardise(event) == event
    assert standardise(Prob(CuratedLoop(AnyLaw("p"), K=2).weight(0) >= AnyLaw("p").largest)) == AnyLaw("p").top


def test_the_highest_piece_has_a_probability():
    """Else the largest value is another one, and with it the limit of the mean weight."""
    assert "is expected to have a probability" in Pieces(((2, 3), (1, 2)), (0, 1)).refuses()
    assert Pieces(((2, 3), (1, 2)), (Rational(1, 100), Rational(99, 100))).refuses() is None
