"""Claims about every law of the weight: the law as a variable, proofs that know nothing else of it, and points of it."""

import pytest
from exact import laws_of_weights, picked
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import Ge, Integer, Le, Rational, S, Symbol, log, oo

from theory import KL, Atoms, BadInput, E, Integers, Laws, Positive, Prob, Var, catalogue
from theory.curation.common import CuratedLoop
from theory.language.errors import CannotTell
from theory.language.laws import AnyLaw
from theory.proof.methods import enclosed, moment
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise

NAMED = [c for c in catalogue("curation") if c.of_any_law is not None and c.expected == "holds"]


# ---- a law as a value -------------------------------------------------------------------------------------------------


def test_atoms_are_sorted_and_joined():
    law = Atoms((1, 5, 1), (Rational(1, 4), Rational(1, 2), Rational(1, 4)))
    assert law == Atoms((5, 1), (Rational(1, 2), Rational(1, 2)))
    assert (law.largest, law.second, law.top) == (5, 1, Rational(1, 2))
    assert (law.mean, law.variance) == (3, 4)
    assert law.moment(Integer(2))[0] == 13


@pytest.mark.parametrize(("points", "masses"), [((1, 2), (1,)), ((), ())])
def test_atoms_need_probabilities(points, masses):
    with pytest.raises(BadInput, match="as many numbers"):
        Atoms(points, masses)


def test_atoms_that_make_no_law_are_refused():
    short = Atoms((2, 1), (Rational(1, 2), Rational(1, 3)))
    assert "of sum 1" in str(short.refuses())
    assert "of sum 1" in str(CuratedLoop(short).refuses())
    u = Symbol("u", positive=True)
    assert "largest number is expected first" in str(Atoms((u, 2 * u), (S.Half, S.Half)).refuses())


@pytest.mark.parametrize("atoms", [1, 2.5])
def test_a_law_has_two_atoms(atoms):
    with pytest.raises(ValueError, match="two atoms"):
        Laws(atoms)


def drawn(data, laws):
    """The numbers of a law."""
    values = [data.draw(d.strategy(), label=n) for n, d in laws.parts("p").items()]
    assume(laws.admits(values))
    return values


@settings(max_examples=30)
@given(data=st.data(), atoms=st.integers(2, 5))
def test_a_law_is_its_numbers(data, atoms):
    laws = Laws(atoms)
    law = laws.whole(values := drawn(data, laws))
    others = {x / law.largest for x in law.points[1:]}
    assert law.largest == values[atoms - 1]
    assert others == set(values[atoms:])
    assert law.refuses() is None
    if len(others) == atoms - 1 and list(law.points) == sorted(law.points, reverse=True):
        again = laws.whole(laws.taken_apart(law))
        assert again == law


@settings(max_examples=40)
@given(
    masses=st.lists(st.integers(1, 40), min_size=2, max_size=6),
    gaps=st.lists(st.integers(1, 60), min_size=6, max_size=6),
    u=st.fractions(0, 100),
)
def test_what_is_near_the_largest(masses, gaps, u):
    """Of what is within 4 u at least that share is within u, and at some u no more."""
    points = [Rational(400 - sum(gaps[:i])) for i in range(len(masses))]
    law = Atoms(points, [Rational(m, sum(masses)) for m in masses])

    def share(u):
        within = [sum(p for x, p in law.values() if 400 - x <= v) for v in (u, 4 * u)]
        return within[0] / within[1]

    assert law.near <= share(Rational(u.numerator, u.denominator))
    assert law.near == min(share((400 - x) / 4) for x in points)


@pytest.mark.parametrize(("atoms", "starts"), [(2, 0), (3, 2), (4, 0), (5, 1)])
def test_laws_that_ask_much_have_two_atoms(atoms, starts):
    laws = Laws(atoms, starts)
    domains = laws.parts("p")
    given = laws.exacting("p")
    assert all(list(values) == list(domains) for values in given)
    assert all(domains[n].contains(x) for values in given for n, x in values.items())
    assert all(laws.admits([*values.values()]) for values in given)
    found = [Laws(atoms).whole([*values.values()][: 2 * atoms - 1]) for values in given]
    assert all(len(law.points) == 2 for law in found)
    assert min(law.top for law in found) == min(law.second / law.largest for law in found) == Rational(1, 1000)


def test_starts_have_the_same_values():
    laws = Laws(atoms=3, starts=2)
    given = [Rational(x) for x in (["1/2", "1/3", "2", "3/4", "1/4", "1/5", "1/5", "3/5", "1/5"])]
    assert list(laws.parts("p")) == [
        "p1",
        "p2",
        "p_max",
        "p_u1",
        "p_u2",
        "p_start1_1",
        "p_start1_2",
        "p_start2_1",
        "p_start2_2",
    ]
    law = laws.whole(given)
    assert laws.taken_apart(law) == given
    assert law.points == law.start(1).points == law.start(2).points == (2, Rational(3, 2), S.Half)
    assert law.start(2).masses == (Rational(3, 5), Rational(1, 5), Rational(1, 5))
    assert laws.admits(given)
    assert not laws.admits([*given[:-1], Rational(1, 2)])
    loop = CuratedLoop(law, K=2, lam=1, start=law.start(2))
    assert E(loop.weight(0)) == E(CuratedLoop(law, K=2, lam=1, start=law.start(2)).weight(0))
    assert standardise(E(loop.weight(0))) == law.start(2).mean
    with pytest.raises(ValueError, match="are expected"):
        Laws(starts=-1)


def test_a_start_of_other_values_is_refused():
    """At points the loop would have the law's values with the start's probabilities, in proofs the start's values."""
    with pytest.raises(BadInput, match=r"q has other values than p: p.start\(1\)"):
        CuratedLoop(AnyLaw("p"), K=2, lam=1, start=AnyLaw("q"))
    p = AnyLaw("p")
    assert CuratedLoop(p, K=2, lam=1, start=p.start(1)).start.least == p.least


# ---- what is known of any law -----------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(data=st.data(), atoms=st.integers(2, 6))
def test_the_charts_reach_every_law(data, atoms):
    """The numbers of a drawn law are values of the charts, of positive variables (`lower` and `spread`: or 0)."""
    law = Laws(atoms).whole(drawn(data, Laws(atoms)))
    f, top, second, least, mean = law.largest, law.top, law.second, law.least, law.mean
    assert 0 < top < 1
    assert 0 < least <= second < f
    assert 0 < law.near < 1
    assert 0 < law.variance <= (f - mean) * (mean - least)
    known = AnyLaw("p")
    at = {known.largest: f}
    other = (mean - top * f) / (1 - top)
    square = (law.variance + mean**2 - top * f**2) / (1 - top)
    names = {"p_odds": top / (1 - top), "p_below": f / second - 1, "p_lower": second / least - 1}
    names |= {"p_close": law.near / (1 - law.near), "p_rest": S.One, "p_spread": S.Zero}
    if least < second:
        names["p_rest"] = (second - other) / (other - least)
        names["p_spread"] = (second - other) * (other - least) / (square - other**2) - 1
    assert all(x >= 0 if name in ("p_lower", "p_spread") else x > 0 for name, x in names.items())
    for symbol, form in known.charts.items():
        put = {x: names[x.name] for x in form.free_symbols - set(at)} | at
        assert form.xreplace(put) == getattr(law, symbol.name.removeprefix("p_"))


NUMBERS = {
    "Bhatia and Davis": lambda p, k: Le(p.variance, k * (p.largest - p.mean) * (p.mean - p.least)),
    "Popoviciu": lambda p, k: Le(p.variance, k * (p.largest - p.least) ** 2 / 4),
    "Kantorovich": lambda p, k: Le(p.variance / p.mean**2, k * (p.largest - p.least) ** 2 / (4 * p.largest * p.least)),
    "the mean": lambda p, k: Le(p.least, k * p.mean),
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(("off", "true"), [(S.One, True), (Rational(99, 100), False)])
def test_what_the_numbers_of_any_law_are_bound_by_is_proved(name, off, true):
    assert is_proved(lambda p: NUMBERS[name](p, off), p=Laws()) == true


def test_bounds_that_two_atoms_reach_are_not_strict():
    assert not is_proved(lambda p: p.variance < (p.largest - p.mean) * (p.mean - p.least), p=Laws())


def test_nothing_else_is_known_of_any_law():
    loop = CuratedLoop(AnyLaw("p"), K=3)
    t = Symbol("t", integer=True, nonnegative=True)
    for m in (E(loop.weight(1)), E(loop.weight(t) ** 2), E(loop.reward(0)), E(1 / loop.weight(0))):
        assert standardise(m) == m
        for learn in (moment, enclosed):
            with pytest.raises(CannotTell):
                learn(m)
    with pytest.raises(CannotTell):
        loop.mass(0, 0)
    with pytest.raises(CannotTell):
        loop.initial  # noqa: B018


def test_the_first_law_has_its_numbers():
    law = AnyLaw("p")
    weight = CuratedLoop(law, K=3).weight
    assert standardise(E(weight(0))) == law.mean
    assert standardise(Var(weight(0))).expand() == law.variance
    assert standardise(Prob(weight(0) >= law.largest)) == law.top
    assert standardise(Prob(weight(0) >= 1)) == Prob(weight(0) >= 1)
    assert standardise(E(2 * weight(0) + 3)) == 2 * law.mean + 3


# ---- claims -----------------------------------------------------------------------------------------------------------


@pytest.mark.thin(6)
@pytest.mark.parametrize("c", NAMED, ids=lambda c: c.id)
def test_claims_about_every_law_are_proved(c):
    found = prove(c)
    assert found.proved, found.reason
    assert "it may be any" in found.steps[0]


def test_the_theorem_is_among_them():
    assert {"curation-reward-growth", "curation-reward-convergence", "curation-reward-convergence-variance"} <= {
        c.id for c in NAMED
    }


@settings(max_examples=25)
@given(law=laws_of_weights(7), K=st.integers(2, 4))
def test_what_is_proved_holds_of_drawn_laws(law, K):
    """Growth, its sharper form and the shrinking odds, in rational numbers, of laws of up to seven atoms: by enumeration."""
    points, masses = law
    now, after = (dict(zip(points, x, strict=True)) for x in (masses, picked(masses, points, K)))
    assert sum(after.values()) == 1
    f, second = points[-1], points[-2]
    mean, later = (sum(x * p for x, p in law.items()) for law in (now, after))
    variance = sum(x**2 * p for x, p in now.items()) - mean**2
    assert later - mean >= Rational(K - 1, K) * variance / f
    assert later - mean >= (K - 1) * variance / (2 * f + (K - 2) * mean)
    ratio = 1 - Rational(K - 1, K) * (1 - second / f)
    assert (1 - after[f]) / after[f] <= ratio * (1 - now[f]) / now[f]


def _law(p, K):
    return CuratedLoop(p, K=K).weight


FALSE = {
    "a hundredth more than the lemma": lambda p, K, t: Ge(
        E(_law(p, K)(t + 1)) - E(_law(p, K)(t)), Rational(101, 100) * (K - 1) / K * Var(_law(p, K)(t)) / p.largest
    ),
    "a hundredth more than the sharper one": lambda p, K, t: Ge(
        E(_law(p, K)(t + 1)) - E(_law(p, K)(t)),
        Rational(101, 100) * (K - 1) * Var(_law(p, K)(t)) / (2 * p.largest + (K - 2) * E(_law(p, K)(t))),
    ),
    "over the second": lambda p, K, t: Ge(
        E(_law(p, K)(t + 1)) - E(_law(p, K)(t)), (K - 1) / K * Var(_law(p, K)(t)) / p.second
    ),
    "over the mean": lambda p, K, t: Ge(
        E(_law(p, K)(t + 1)) - E(_law(p, K)(t)), (K - 1) / K * Var(_law(p, K)(t)) / p.mean
    ),
    "the mean falls": lambda p, K, t: Le(E(_law(p, K)(t + 1)), E(_law(p, K)(t))),
    "the square at first": lambda p, K, t: Le(E(_law(p, K)(0) ** 2), p.mean**2),
    "half of it is best": lambda p, K, t: Le(p.largest, 2 * p.mean),
    "the best has half": lambda p, K, t: Ge(p.top, S.Half),
    "by the ratio of the weights": lambda p, K, t: Le(
        (1 - Prob(_law(p, K)(t + 1) >= p.largest)) / Prob(_law(p, K)(t + 1) >= p.largest),
        p.second / p.largest * (1 - Prob(_law(p, K)(t) >= p.largest)) / Prob(_law(p, K)(t) >= p.largest),
    ),
    "a level is reached less": lambda p, K, t: Le(Prob(_law(p, K)(t + 1) >= 1), Prob(_law(p, K)(t) >= 1)),
}


@pytest.mark.parametrize("text", FALSE)
def test_false_statements_are_not_proved(text):
    assert not is_proved(FALSE[text], p=Laws(), K=Integers(2), t=Integers(0))


def test_a_claim_may_speak_of_the_numbers_alone():
    bounds = stated(lambda p: Ge(p.largest * p.mean, p.mean**2 + p.variance), p=Laws())
    assert prove(bounds).proved


def test_two_laws_are_two():
    c = stated(lambda p, q: Le(p.mean * q.mean, p.largest * q.largest), p=Laws(2), q=Laws(3))
    assert prove(c).proved
    assert not is_proved(lambda p, q: Le(p.mean, q.largest), p=Laws(2), q=Laws(3))


def test_at_a_point_the_law_is_written_out():
    (c,) = catalogue("curation-reward-convergence")
    assert c.ranges.keys() == {"p", "K", "t"}
    values = next(p.values for p in c.points() if p.values["K"] == 2)
    law = c.parameters["p"].whole([values[n] for n in c.composed["p"]])
    (loop,) = c(**values).atoms(CuratedLoop)
    assert (loop.law.masses, loop.weights) == (law.masses, law.points)
    assert standardise(E(loop.weight(0))) == law.mean
    assert "p_{mean}" in c.latex


def test_a_law_without_a_proof_is_looked_at(tmp_path):
    tilted = lambda p: CuratedLoop(p, K=oo)  # noqa: E731
    c = stated(lambda p: Le(KL(tilted(p).model(1), tilted(p).model(0)), log(p.largest / p.mean)), p=Laws(3))
    assert not prove(c).proved  # of infinitely many candidates no divergence is known
    assert c.points()


def test_a_mean_of_a_level():
    c = stated(
        lambda p, K, x: Ge(Prob(_law(p, K)(1) >= x), Prob(_law(p, K)(0) >= x)), p=Laws(), K=Integers(2), x=Positive()
    )
    assert prove(c).proved


def test_a_proof_does_not_depend_on_what_was_looked_at_before(monkeypatch):
    """A loop of any law is examined as a loop of its class whose law is written out: it was only where one had been before."""
    from theory.language import examined
    from theory.proof.structures import written

    (claim,) = (c for c in NAMED if c.id == "curation-reward-convergence-essential")
    monkeypatch.setattr(examined, "_EXAMINED", set())
    written._examine.cache_clear()
    assert prove(claim).proved
