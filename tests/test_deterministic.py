"""Loops in which nothing is random, and chains that end: forms of all times, maps in balls, refusals."""

from fractions import Fraction

import picks
import pytest
from exact import about, fraction_ball, picked
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from picks import THREE, WEIGHTS, rounds
from stated import assert_proved, is_proved
from sympy import Abs, And, Eq, Lambda, Le, Lt, Min, Piecewise, Rational, Symbol, oo, sympify, zoo

from reports.cli import _run
from theory import Binomial, E, Finite, Integers, Noise, Normal, Points, Prob, Probability, Reals
from theory.curation import CuratedLoop, PickedSampleLoop
from theory.language.errors import BadInput, CannotTell
from theory.language.finite_loops import FiniteLoop
from theory.language.loops import CLOCK, Loop, Observable, coordinate, of_draw
from theory.proof.arithmetic.fractions import at_rationals, rational_programs
from theory.proof.enclose import value
from theory.proof.methods import deterministic, moment
from theory.proof.methods.chains import _Chain, is_chain
from theory.proof.standard import over_atoms, standardise

half = Rational(1, 2)
t = Symbol("t", integer=True, nonnegative=True)
LAW = Finite([Rational(p) for p in THREE])


# ---- fresh draws are sums over atoms --------------------------------------------------------------------------------


@settings(max_examples=30)
@given(powers=st.lists(st.tuples(st.integers(-2, 3), st.integers(1, 3), st.integers(0, 1)), min_size=1, max_size=3))
def test_draws_are_summed_over_atoms(powers):
    """Independent draws apart, the same draw together."""
    loop = CuratedLoop(LAW, WEIGHTS, 2)
    laws = {0: THREE, 1: rounds(THREE, WEIGHTS, 2, 1)}
    x, exact = sympify(1), Fraction(1)
    for k, index, T in powers:
        x *= loop.weight(T, index) ** k
    for index, T in {(i, T) for _, i, T in powers}:
        total = sum(k for k, i, s in powers if (i, s) == (index, T))
        exact *= sum(p * Fraction(w) ** total for p, w in zip(laws[T], WEIGHTS, strict=True))
    masses = {Observable(loop, s, 1): Rational(p) for s, p in zip(loop.state, laws[1], strict=True)}
    masses |= {Observable(loop, s, 0): Rational(p) for s, p in zip(loop.state, laws[0], strict=True)}
    assert over_atoms(x).xreplace(masses) == Rational(exact)


def test_a_draw_is_the_number_of_its_atom():
    loop, law = CuratedLoop(LAW, WEIGHTS, 2), rounds(THREE, WEIGHTS, 2, 1)
    assert standardise(E(loop.draw(0) ** 2)) == Rational(1, 3) + 4 * Rational(1, 6)
    about(E(loop.draw(1)), sum(p * i for i, p in enumerate(law)))


def test_probabilities_are_masses():
    loop, law = CuratedLoop(LAW, WEIGHTS, 2), rounds(THREE, WEIGHTS, 2, 1)
    for event, atoms in (
        (loop.weight(1) >= 2, (1, 2)),
        (loop.weight(1) > 2, (2,)),
        (loop.reward(1) <= 0, (0,)),
        (Eq(loop.draw(1), 1), (1,)),
        (And(loop.draw(1) < 2, loop.weight(1) > 1), (1,)),
    ):
        about(Prob(event), sum(law[i] for i in atoms))
    twice = sum(p * q for i, p in enumerate(law) for j, q in enumerate(THREE) if i > j)
    about(Prob(loop.weight(1) > loop.weight(0, 2)), twice)


def test_which_atoms_an_event_is_true_of_may_depend_on_the_claims_variables():
    w = Symbol("w", positive=True)
    loop = CuratedLoop(LAW, (w, 1, 2), 2)
    form = standardise(Prob(loop.weight(1) > 2))
    assert form.has(Piecewise)
    assert form.subs(w, 1) == 0
    assert form.subs(w, 3) == standardise(loop.mass(1, 0)).subs(w, 3)


# ---- forms for all times --------------------------------------------------------------------------------------------


class Hastening(FiniteLoop):
    """Odds that grow by 1 + t in round t, or whose power does: of no form that goes on from one round for all."""

    def __new__(cls, start, raised=False):
        return Loop.__new__(cls, *map(sympify, (start, raised)))

    start = property(lambda self: self.args[0])

    def step(self, state):
        grown = [p ** (1 + CLOCK) if self.args[1] else p * (1 + i * CLOCK) for i, p in enumerate(state.values())]
        return dict(zip(state, [y / sum(grown) for y in grown], strict=True))


@pytest.mark.parametrize("raised", [False, True])
def test_rounds_that_differ_have_no_form_for_all_times(raised):
    loop = Hastening(LAW, raised)
    assert deterministic.projective(loop) is None
    assert deterministic.power(loop) is None
    assert deterministic.at_generation(loop, "p0", Symbol("t", integer=True, positive=True)) is None
    law = list(THREE)
    for t in (1, 2):
        law = [p ** (1 + t) if raised else p * (1 + i * t) for i, p in enumerate(law)]
        law = [p / sum(law) for p in law]
        about(loop.mass(t, 2), law[2])


class Squared(FiniteLoop):
    """p_i^c, brought to sum 1."""

    start: Finite
    c: Reals = 2

    weight = of_draw()

    def step(self, state):
        whole = sum(p**self.c for p in state.values())
        return {name: p**self.c / whole for name, p in state.items()}


class Shifted(Squared):
    """A step that is nearly the tilt: the first atom's factor depends on the law."""

    def step(self, state):
        parts = {name: p * (i + 1) for i, (name, p) in enumerate(state.items())}
        parts["p0"] *= 1 + state["p1"]
        return {name: p / sum(parts.values()) for name, p in parts.items()}


def test_tilts_are_seen():
    loop = CuratedLoop(LAW, WEIGHTS, oo)
    ratios = deterministic.projective(loop)
    assert ratios is not None
    assert [r / ratios["p0"] for r in ratios.values()] == [1, 2, 5]
    assert deterministic.projective(CuratedLoop(LAW, WEIGHTS, 2)) is None
    assert deterministic.projective(CuratedLoop(LAW, WEIGHTS, oo, 1)) is None
    assert deterministic.projective(Shifted(LAW)) is None
    assert deterministic.projective(Squared(LAW)) is None


def test_powers_are_seen():
    assert deterministic.power(Squared(LAW)) == 2
    assert deterministic.power(CuratedLoop(LAW, WEIGHTS, oo)) is None
    assert deterministic.power(Shifted(LAW)) is None
    form = moment(E(Squared(LAW).mass(t, 0))).form
    law = [Fraction(p) for p in THREE]
    for T in range(4):
        assert form.subs(t, T).simplify() == Rational(law[0])
        law = [p**2 / sum(q**2 for q in law) for p in law]


def test_generations_in_balls():
    for T in (0, 1, 7, 40):
        for K in (2, None):
            loop = CuratedLoop(LAW, WEIGHTS, oo if K is None else K)
            law = rounds([float(p) for p in THREE], WEIGHTS, K, T)
            for i, p in enumerate(law):
                about(loop.mass(T, i), p, 9)
    with pytest.raises(CannotTell, match="is not followed"):
        value(E(CuratedLoop(LAW, WEIGHTS, 2).mass(10**6, 0)))


@pytest.mark.parametrize("K", [4, pytest.param(5, marks=pytest.mark.long)])
def test_five_rounds_on_four_atoms_are_exact(K):
    """A denominator of up to 38,000 digits, and a claim of it: formerly no form was known after five rounds of four."""
    masses, weights = [fmpq(k, 7) for k in (1, 2, 3, 1)], [fmpq(5, 3), fmpq(7, 2), fmpq(4), fmpq(11)]
    law, worth = ([Rational(int(x.p), int(x.q)) for x in xs] for xs in (masses, weights))
    for _ in range(5):
        masses = picked(masses, weights, K)
    mean = sum(p * f for p, f in zip(masses, weights, strict=True))
    weight = CuratedLoop(Finite(law), tuple(worth), K).weight
    assert is_proved(lambda t: Eq(E(weight(t)), Rational(int(mean.p), int(mean.q))), t=Points(5))


@pytest.mark.parametrize(
    "step", ["sqrt(2)*x", "pi*x", "x + E(Z**2)", "x + E(Abs(Z))", "x*exp(1)", "x**2/(x + 1)", "x/0.5"]
)
def test_only_what_is_rational_is_stepped_in_fractions(step):
    """What is no rational number, or a float, is written out as before."""
    x, Z = Symbol("x"), Noise("Z", Normal(0, 1))
    f = sympify(step, {"x": x, "Z": Z, "E": E})
    programs = rational_programs([f], [x])
    assert (programs is not None) == (step == "x**2/(x + 1)")
    assert programs is None or at_rationals(programs, [half]) == (Rational(1, 6),)


def test_a_step_that_divides_by_0_has_no_value():
    class Inverted(Loop):
        deterministic = True
        x, y = coordinate(), coordinate()

        @property
        def initial(self):
            return {"x": Rational(0), "y": half}

        def step(self, state):
            return {"x": 1 / state["x"], "y": state["y"]}

    assert deterministic.composed(Inverted(), 1) == {"x": zoo, "y": half}


class Clocked(Squared):
    """Mixed with the uniform law, less and less."""

    def step(self, state):
        return {name: (p * CLOCK + Rational(1, len(state))) / (CLOCK + 1) for name, p in state.items()}


def test_the_clock_is_read_in_every_step():
    law = list(THREE)
    for g in range(1, 5):
        law = [(p * g + Fraction(1, 3)) / (g + 1) for p in law]
        assert deterministic.composed(Clocked(LAW), g)["p0"] == Rational(law[0])
        assert value(E(Clocked(LAW).mass(g, 0))).value.overlaps(fraction_ball(law[0]))


def test_limits_of_others():
    assert value(E(CuratedLoop(LAW, (1, 1, 1), 3).mass(oo, 0))).value.overlaps(fraction_ball(THREE[0]))

    class Halved(Loop):
        deterministic = True
        x = coordinate()

        @property
        def initial(self):
            return {"x": sympify(1)}

        def step(self, state):
            return {"x": state["x"] / 2}

    assert deterministic.state(Halved(), "x", oo).contains(0)
    assert deterministic.state(Halved(), "x", oo).rad() < 1e-9


# ---- chains that end ------------------------------------------------------------------------------------------------


class Drifting(Loop):
    """n trials, each a success with the probability that a function of the share says."""

    grid = property(lambda self: self.args[0])
    theta = coordinate()

    def __new__(cls, n, start, rule):
        return Loop.__new__(cls, sympify(n), sympify(start), rule)

    @property
    def initial(self):
        return {"theta": self.args[1]}

    def step(self, state):
        p = self.args[2](state["theta"])
        return {"theta": Noise("B", Binomial(self.args[0], p)) / self.args[0]}


SHARE = Symbol("share", real=True)


def test_ends_are_exact():
    loop = PickedSampleLoop(6, 2, 3, half)
    assert is_chain(loop)
    chain = _Chain(loop)
    assert chain.ends == [True, True]
    assert [x.unique_fmpz() for x in chain.matrix.tolist()[0]] == [1, 0, 0, 0, 0, 0, 0]
    assert [x.unique_fmpz() for x in chain.matrix.tolist()[-1]] == [0, 0, 0, 0, 0, 0, 1]
    assert chain.absorbed(arb(0)) == 0
    assert chain.absorbed(arb(1)) == 1
    rows = chain.matrix.tolist()
    for k, row in enumerate(rows):
        p, _ = picks.pick([Fraction(k, 6), 1 - Fraction(k, 6)], [Fraction(3), 1], 2)
        assert abs(sum(row) - 1) < 1e-12
        assert (sum(j * x for j, x in enumerate(row)) - 6 * fraction_ball(p)).contains(0)
    with pytest.raises(CannotTell, match="a start at"):
        chain.absorbed(arb(1) / 4)


@pytest.mark.parametrize("start", [0, half, 1])
@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (SHARE / 2, 0),
        ((1 + SHARE) / 2, 1),
        (SHARE * (1 - Rational(1, 10**30)), 0),  # 1 nearly is: a ball would contain 1
        ((1 + SHARE) / 3, None),
    ],
)
def test_chains_that_do_not_end(start, rule, kept):
    """But where they start at the end that is never left."""
    limit = E(Drifting(4, start, Lambda(SHARE, rule)).theta(oo))
    if start == kept:
        about(limit, kept)
        return
    with pytest.raises(CannotTell, match="not absorbing"):
        value(limit)


def test_neutral_chains_end_as_they_start():
    for k in range(5):
        about(E(Drifting(4, Rational(k, 4), Lambda(SHARE, SHARE)).theta(oo)), k / 4)


def test_what_is_no_chain_of_small_size():
    with pytest.raises(CannotTell, match="too large"):
        value(E(PickedSampleLoop(1000, 2, 3, half).theta(oo)))


# ---- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"weights": (1, 2)}, "2 values for 3 atoms"),
        ({"weights": (1, 2, 3, 4)}, "4 values for 3 atoms"),
        ({}, r"weights: expected one for each atom of Finite\(.*\), which tells none"),
        ({"weight": (1, 2, 3), "reward": (1, 2, 3)}, "weights is given twice"),
    ],
)
def test_arguments(arguments, said):
    with pytest.raises(BadInput, match=said):
        CuratedLoop(LAW, **arguments)


def test_refusals():
    assert CuratedLoop(LAW, WEIGHTS, 2).refuses() is None
    assert CuratedLoop(LAW, WEIGHTS, 2, 0).refuses() is None
    assert CuratedLoop(LAW, WEIGHTS, Symbol("K")).refuses() is None
    for K in (1, half):
        assert f"K = {K}: a whole number, 2 or more, or oo is expected" in (
            CuratedLoop(LAW, WEIGHTS, K).refuses() or ""
        )
    assert "lam = -1: a ratio, 0 or more, or oo, is expected" in (CuratedLoop(LAW, WEIGHTS, 2, -1).refuses() or "")
    assert "weights = (1, 0, 2): a sequence, each of it a positive number, is expected" in (
        CuratedLoop(LAW, (1, 0, 2), 2).refuses() or ""
    )
    assert "weights = (1, -1, 2): a sequence, each of it a positive number, is expected" in (
        CuratedLoop(LAW, (1, -1, 2), 2).refuses() or ""
    )
    for masses in ((half, half, half), (1, 1, -1)):
        assert "of sum 1" in (CuratedLoop(Finite(masses), WEIGHTS, 2).refuses() or "")
        assert "of sum 1" in (CuratedLoop(LAW, WEIGHTS, 2, start=Finite(masses)).refuses() or "")


HEAD = (
    "from sympy import *\nfrom theory import *\n\n\n@claim\ndef c(p=Simplex(3), u=Probability(), t=Integers(0, 3)):\n"
)


def conjecture(tmp_path, body, head=HEAD):
    file = tmp_path / "mine.py"
    file.write_text(
        head + '    """Something is so."""\n' + "".join(f"    {line}\n" for line in body.splitlines()), encoding="utf-8"
    )
    return str(file), ["--ledger", str(tmp_path / "l.sqlite"), "--seconds", "30", "--workers", "1"]


@pytest.mark.thin(4)
@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (
            "f = CuratedLoop(Finite(p), (u, 1, 1), 2).weight\nreturn Eq(E(f(t + 1) ** 2) - E(f(t) ** 2), Var(f(t)))",
            0,
            "proved",
        ),
        ("loop = CuratedLoop(Finite(p), (u, 1, 1), 2)\nreturn Le(loop.mass(t, 0), p[0] / 2)", 1, "refuted"),
        (
            "loop = CuratedLoop(Finite(p), (u, 1, 1), 2, lam=Rational(1, 2))\n"
            "return Le(KL(loop.model(t), loop.reference), log(2))",
            0,
            "supported",
        ),
        (
            "loop = CuratedLoop(Finite(p), (u, 1, 1), 3)\nreturn Le(KL(loop.model(t), loop.reference), Rational(1, 1000))",
            1,
            "refuted",
        ),
    ],
)
def test_conjectures_about_laws(tmp_path, capsys, body, status, said):
    file, options = conjecture(tmp_path, body)
    assert _run(["check", file, *options]) == status
    out, err = capsys.readouterr()
    assert said in out.lower()
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        ("CuratedLoop(Finite(p), (u, 1), 2)", "2 values for 3 atoms"),
        ("CuratedLoop(Finite(p), (u, 1, 1), 1)", "K = 1: a whole number, 2 or more, or oo is expected"),
        ("CuratedLoop(Finite(p), (u, 1, 1), t)", "K = 0: a whole number, 2 or more, or oo is expected at .*t = 0"),
        (
            "PickedSampleLoop(5, t, 2, u)",
            r"K: expected a whole number, 2 or more, not t: list its values, t=Points\(2, 3, 4\)",
        ),
        ("CuratedLoop(Finite(p), (u, 1, 1), reward=(0, 1, 2))", "weights is given twice"),
        ("CuratedLoop(Finite(p))", "expected one for each atom of Finite"),
        ("CuratedLoop(Finite(p), (u, 1, 1), lam=-1)", "lam = -1: a ratio, 0 or more, or oo, is expected"),
        ("CuratedLoop(Finite(p), (u, 1, 1), lam=u - 1)", "lam = .*: a ratio, 0 or more, or oo, is expected"),
        ("CuratedLoop(Finite(p), (u, 0, 1))", "weights = .*: a sequence, each of it a positive number, is expected"),
        (
            "CuratedLoop(Finite(p), (u, u - 1, 1))",
            "weights = .*: a sequence, each of it a positive number, is expected",
        ),
        ("CuratedLoop(Finite((p[0], p[1], u)), (1, 2, 3))", "probabilities, of sum 1, are expected"),
        ("CuratedLoop(Finite((1, 1, -1)), (1, 2, 3))", "probabilities, of sum 1, are expected"),
        (
            "CuratedLoop(Finite((0.5, 0.25, 0.25)), (1, 2, 3))",
            r"sum 1, are expected \(write Rational\(1, 2\) for 0.5\)",
        ),
        ("CuratedLoop(u, (1, 2, 3))", r"law is .*; expected Finite\(...\)"),
        ("CuratedLoop(Finite(p), (1, 2, 3), 2, start=2)", r"start is 2; expected Finite\(...\)"),
        ("CuratedLoop(Finite(p), (1, 2, 3), 2, start=Finite((1, 0)))", "start: 2 atoms, and law has 3"),
        ("PickedSampleLoop(5, 1, 2, u)", "K: expected a whole number, 2 or more, not 1"),
    ],
)
def test_bad_loops(tmp_path, capsys, loop, said):
    import re

    body = f"loop = {loop}\nreturn Le(E(loop.{'theta' if 'Picked' in loop else 'weight'}(t)), 2)"
    file, options = conjecture(tmp_path, body)
    assert _run(["check", file, *options]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1, err
    assert re.search(said, err), err
    assert file in err


@pytest.mark.parametrize("size", ["1", "0", "2.5"])
def test_a_bad_simplex(tmp_path, capsys, size):
    file, options = conjecture(tmp_path, "return Le(p[0], 1)", HEAD.replace("Simplex(3)", f"Simplex({size})"))
    assert _run(["check", file, *options]) == 2
    assert "at least two probabilities are needed" in capsys.readouterr().err


def test_observables_that_a_finite_loop_does_not_have(tmp_path, capsys):
    file, options = conjecture(tmp_path, "loop = CuratedLoop(Finite(p), (u, 1, 1))\nreturn Le(E(loop.wieght(t)), 1)")
    assert _run(["check", file, *options]) == 2
    assert "did you mean 'weight'" in capsys.readouterr().err
    with pytest.raises((ValueError, BadInput, IndexError)):
        CuratedLoop(LAW, WEIGHTS).mass(0, 3)


# ---- cases of states -------------------------------------------------------------------------------------------------


class Pulled(Loop):
    """A number that is pulled from a to c, by the factor r."""

    r: Reals
    c: Reals
    a: Reals

    m = coordinate()

    @property
    def initial(self):
        return {"m": self.a}

    def step(self, now):
        return {"m": self.r * now["m"] + (1 - self.r) * self.c}


def test_cases_of_states_are_parted_by_their_forms():
    """What is greater, or a distance, of a state that has a form: the domain is parted by that."""
    numbers = {"r": Reals(-1, 1), "c": Reals(), "a": Reals(), "t": Integers(0)}

    def distance(r, c, a, t):
        return Abs(Pulled(r, c, a).m(t) - c)

    assert_proved(lambda r, c, a, t: Eq(distance(r, c, a, t), Abs(r) ** t * Abs(a - c)), **numbers)
    assert_proved(lambda r, c, a, t: Le(distance(r, c, a, t), Abs(a - c)), **numbers)
    assert not is_proved(lambda r, c, a, t: Eq(distance(r, c, a, t), r**t * Abs(a - c)), **numbers)
    assert not is_proved(lambda r, c, a, t: Lt(distance(r, c, a, t), Abs(a - c)), **numbers)
    wider = numbers | {"r": Reals(-2, 1)}
    assert not is_proved(lambda r, c, a, t: Le(distance(r, c, a, t), Abs(a - c)), **wider)


def test_the_lesser_of_a_state_and_a_number():
    numbers = {"r": Probability(), "c": Probability(), "a": Probability(), "t": Integers(0)}

    def rejected(r, c, a, t):
        q = Pulled(r, c, a).m(t)
        return 1 - Min(c, q) - Min(1 - c, 1 - q)

    assert_proved(lambda r, c, a, t: Eq(rejected(r, c, a, t), r**t * Abs(c - a)), **numbers)
    assert not is_proved(lambda r, c, a, t: Eq(rejected(r, c, a, t), r**t * (c - a)), **numbers)
    assert not is_proved(lambda r, c, a, t: Eq(rejected(r, c, a, t), 2 * r**t * Abs(c - a)), **numbers)
