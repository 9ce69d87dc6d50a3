"""Steps with cases, coupled moments of every kind of eigenvalue, events and exponentials of draws: held against enumeration."""

from collections import defaultdict
from fractions import Fraction
from itertools import product

import mpmath
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from runs import examples
from stated import assert_proved, is_proved
from sympy import (
    Abs,
    Eq,
    Ge,
    Integer,
    Lambda,
    Matrix,
    Max,
    Mod,
    Piecewise,
    Rational,
    Symbol,
    exp,
    lambdify,
    oo,
    pi,
    sign,
    sqrt,
    sympify,
)

from theory import E, Integers, Prob
from theory.language.errors import CannotTell
from theory.language.laws import (
    Binomial,
    ChiSquare,
    Exponential,
    Finite,
    Laplace,
    Logistic,
    Noise,
    Normal,
    Tilted,
    Uniform,
)
from theory.language.loops import CLOCK, Loop, Observable, coordinate
from theory.proof import structures
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.standard import standardise

t = Symbol("t", integer=True, nonnegative=True)
half = Rational(1, 2)


def loop_of(start, step):
    """A loop with these values at the start, and this step, a function of the state."""
    body = {name: coordinate() for name in start}
    body |= {"initial": {k: sympify(v) for k, v in start.items()}, "step": lambda self, now: step(now)}
    return type("Made", (Loop,), body)()


def enumerated(loop, times, wanted):
    """E wanted(state) after so many generations, by all values of all draws, in fractions."""
    now = loop.symbols()
    after = {name: sympify(x) for name, x in loop.step(now).items()}
    draws = sorted(set().union(*(x.atoms(Noise) for x in after.values())), key=str)
    law = defaultdict(Fraction)
    law[tuple(loop.initial[s] for s in loop.state)] = Fraction(1)
    for _ in range(times):
        new = defaultdict(Fraction)
        for state, weight in law.items():
            here = dict(zip(now.values(), state, strict=True))
            for case in product(*(range(len(chances(z, here))) for z in draws)):
                share = weight
                for z, i in zip(draws, case, strict=True):
                    share *= chances(z, here)[i]
                if share:
                    put = dict(zip(draws, map(Integer, case), strict=True))
                    new[tuple(x.xreplace(put).xreplace(here) for x in after.values())] += share
        law = new
    total = Fraction(0)
    for state, weight in law.items():
        x = wanted(dict(zip(loop.state, state, strict=True)))
        total += weight * Fraction(int(x.p), int(x.q))
    return total


def chances(z, here):
    """The probabilities of 0, 1, ... of a draw in a state."""
    if isinstance(z.law, Binomial):
        p = z.law.p.xreplace(here)
        return [Fraction(int(q.p), int(q.q)) for q in (1 - p, p)]
    return [Fraction(int(p.p), int(p.q)) for p in z.law.masses]


COIN, DIE = Noise("C", Binomial(1, Rational(1, 3))), Noise("D", Finite((half, Rational(1, 4), Rational(1, 4))))
LOOPS = {
    "a ring": (
        {"x": 1, "y": 1, "n": 2},
        lambda s: {
            "x": Piecewise((COIN, Eq(s["x"], s["y"])), (s["y"], True)),
            "y": Piecewise((0, Eq(DIE, 2)), (s["x"], True)),
            "n": Piecewise((1, Eq(s["x"], s["y"])), (0, True)) + 1,
        },
    ),
    "a walk in phases": (
        {"phase": 0, "x": 1},
        lambda s: {
            "phase": Piecewise((s["phase"] + 1, s["phase"] < 2), (0, True)),
            "x": s["x"] + Piecewise((COIN, Eq(s["phase"], 0)), (-DIE, Eq(s["phase"], 1)), (s["x"] / 2, True)),
        },
    ),
    "until it stops": (
        {"stop": 0, "time": 0, "bet": 1},
        lambda s: {
            "stop": Piecewise((COIN, Eq(s["stop"], 0)), (s["stop"], True)),
            "time": s["time"] + Piecewise((1, Eq(s["stop"], 0)), (0, True)),
            "bet": Piecewise((s["bet"] * Rational(3, 2), Eq(s["stop"], 0)), (s["bet"], True)),
        },
    ),
    "a constant": (
        {"c": Rational(1, 5), "x": 0},
        lambda s: {"c": s["c"], "x": s["c"] * s["x"] + Noise("B", Binomial(1, s["c"])) / (1 + s["c"])},
    ),
    "a chance that depends on a flag": (
        {"wet": 0, "x": 0},
        lambda s: {
            "wet": Noise("W", Binomial(1, Rational(1, 5) + s["wet"] / 2)),
            "x": s["x"] / 2 + Max(DIE - 1, 0) * s["wet"] + Abs(DIE - 1) - sign(1 - DIE),
        },
    ),
    "two draws in one condition": (
        {"x": 0},
        lambda s: {"x": s["x"] / 3 + Piecewise((DIE, Ge(DIE, 2 * COIN)), (-1, True))},
    ),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", LOOPS)
def test_derived_moments_and_balls_are_what_enumeration_gives(name):
    loop = loop_of(*LOOPS[name])
    for wanted in (
        *((lambda s, n=n: s[n]) for n in loop.state),
        lambda s: s[loop.state[-1]] ** 2,
        lambda s: s[loop.state[0]] * s[loop.state[-1]],
    ):
        m = E(wanted({s: Observable(loop, s, t) for s in loop.state}))
        found = moment(m)
        for k in range(4):
            exact = enumerated(loop, k, wanted)
            assert found.form.subs(t, k).doit().equals(Rational(exact.numerator, exact.denominator)), (m, k)
            ball = value(m.xreplace({t: Integer(k)})).value
            assert ball.overlaps(arb(exact.numerator) / exact.denominator)
            assert ball.rad() < 1e-9


TOSSES = st.sampled_from([COIN, DIE, Noise("F", Binomial(1, half))])
NUMBERS = st.integers(-2, 2).map(Integer)


@st.composite
def steps(draw):
    """A random step of a flag, a value of three, and a number."""
    n = lambda: draw(NUMBERS)  # noqa: E731
    first, second, third = draw(TOSSES), draw(TOSSES), draw(TOSSES)
    pick, value_ = draw(st.integers(0, 2)), draw(st.integers(0, 1))
    slopes = [draw(st.sampled_from([Integer(0), Integer(1), half, -half])) for _ in range(2)]
    numbers = [n() for _ in range(4)]

    def step(s):
        condition = Eq(second, value_) if pick == 0 else Eq(s["flag"], value_) if pick == 1 else Eq(s["one"], first)
        return {
            "flag": Piecewise((1 - s["flag"], condition), (Noise("F", Binomial(1, half)), True)),
            "one": Piecewise((Integer(value_), Eq(third, 1)), (s["one"], condition), (s["flag"], True)),
            "x": Piecewise(
                (slopes[0] * s["x"] + numbers[0] * s["one"] + numbers[1], condition),
                (slopes[1] * s["x"] + numbers[2] * s["flag"] + numbers[3] * first, True),
            ),
        }

    return step


@given(steps(), st.integers(0, 3))
@examples(2, 4)
def test_random_steps_with_cases_are_what_enumeration_gives(step, k):
    loop = loop_of({"flag": 0, "one": 1, "x": Integer(2)}, step)
    for wanted in (lambda s: s["x"], lambda s: s["x"] ** 2, lambda s: s["flag"] * s["x"]):
        m = E(wanted({s: Observable(loop, s, t) for s in loop.state}))
        exact = enumerated(loop, k, wanted)
        found = float(moment(m).form.subs(t, k).doit().evalf(30))
        assert found == pytest.approx(float(exact), abs=1e-12)


@given(st.lists(st.integers(-2, 2), min_size=12, max_size=12), st.sampled_from([2, 3]))
@examples(5, 12)
def test_linear_systems_are_what_powers_of_their_matrix_give(entries, n):
    """Nilpotent, repeated, complex and irrational eigenvalues, driven by what moves by itself."""
    A = Matrix(n, n, entries[: n * n])
    names = [f"x{i}" for i in range(n)]

    def step(s):
        x = A * Matrix([s[name] for name in names])
        return {**{name: x[i] + s["clock"] for i, name in enumerate(names)}, "clock": s["clock"] + 1}

    loop = loop_of({**{name: Integer(entries[-1 - i]) for i, name in enumerate(names)}, "clock": Integer(0)}, step)
    state = Matrix([entries[-1 - i] for i in range(n)])
    forms = [moment(E(Observable(loop, name, t))).form for name in names]
    for k in range(7):
        for i in range(n):
            found = forms[i].subs(t, k).doit().evalf(25)
            assert abs(complex(found) - complex(state[i])) < 1e-9 * (1 + abs(float(state[i])))
        state = A * state + Matrix([k] * n)


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    "law",
    [
        Normal(1, 2),
        Laplace(0, Rational(1, 3)),
        Exponential(half),
        Uniform(-1, 2),
        Logistic(0, Rational(1, 4)),
        ChiSquare(3),
    ],
    ids=str,
)
def test_exponential_moments_and_parts_of_moments_are_integrals(law):
    x, rate = Symbol("x", real=True), Rational(1, 5)
    density = law.density(x)
    low, high = (
        float(e) if e.is_finite else (-mpmath.inf if e == -oo else mpmath.inf) for e in map(sympify, law.support)
    )

    def integral(f, low, high):
        g = lambdify(x, f * density, "mpmath")
        return mpmath.quad(g, [low, *(c for c in (-1, 0, 0.5, 1, 3, 10) if low < c < high), high])

    loop = loop_of({"y": 1}, lambda s: {"y": s["y"] * exp(rate * Noise("Z", law))})
    assert float(moment(E(Observable(loop, "y", 1))).form) == pytest.approx(
        float(integral(exp(rate * x), low, high)), rel=1e-10
    )
    part = loop_of({"y": 0}, lambda s: {"y": Piecewise((Noise("Z", law), Noise("Z", law) < half), (0, True))})
    try:
        found = moment(E(Observable(part, "y", 1))).form
    except CannotTell:
        assert isinstance(law, Laplace | Logistic | ChiSquare)
        return
    assert float(found) == pytest.approx(float(integral(x, low, 0.5)), rel=1e-10)


def test_events_of_one_draw_are_one_event():
    """A draw and where it lies are not independent."""
    z = Noise("Z", Normal(0, 1))
    both = loop_of({"x": 0}, lambda s: {"x": Piecewise((z, z > 0), (0, True)) * Piecewise((1, z > 0), (2, True))})
    assert moment(E(Observable(both, "x", 1))).form.equals(1 / sqrt(2 * pi))
    assert value(E(Observable(both, "x", 3))).value.overlaps(value(E(Observable(both, "x", 1))).value)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (lambda s: {"x": Piecewise((s["x"] + 1, s["x"] < 5), (s["x"] / 2, True))}, "a condition on the state"),
        (lambda s: {"x": Abs(s["x"] + Noise("Z", Normal(0, 1)))}, "is not a monomial of the state"),
    ],
)
def test_cases_that_depend_on_what_takes_many_values_are_told(step, why):
    loop = loop_of({"x": half}, step)
    with pytest.raises(CannotTell, match=why):
        moment(E(Observable(loop, "x", t)))


def test_what_takes_few_values_is_found():
    assert structures.finite(loop_of(*LOOPS["until it stops"])) == {"stop": (0, 1)}
    assert structures.finite(loop_of(*LOOPS["a walk in phases"])) == {"phase": (0, 1, 2)}
    assert structures.finite(loop_of(*LOOPS["a constant"])) == {"c": (Rational(1, 5),)}


def test_a_system_of_many_monomials_closes():
    """Nine coupons: formerly more than forty monomials were not followed."""
    names = [f"c{i}" for i in range(9)]

    def step(s):
        return {n: s[n] + (1 - s[n]) * Noise(f"B{n}", Binomial(1, half)) for n in names}

    loop = loop_of(dict.fromkeys(names, 0), step)
    total = sum(Observable(loop, n, t) for n in names)
    assert moment(E((total**2).expand())).form.subs(t, 1).equals(9 * half / 2 + 81 * half**2)


def test_which_monomials_do_not_close_is_said():
    loop = loop_of({"x": half}, lambda s: {"x": s["x"] ** 2 + Noise("Z", Normal(0, 1))})
    with pytest.raises(CannotTell, match=r"x needs x\*\*2, which needs x\*\*4"):
        moment(E(Observable(loop, "x", t)))


def test_tilted_laws_have_no_exponential_moments_by_rule():
    x = Symbol("x", real=True)
    with pytest.raises(CannotTell, match="no exponential moments"):
        Tilted(Uniform(0, 1), Lambda(x, x)).exponential_moment(x)


def test_exponential_moments_that_do_not_exist_are_not_given():
    loop = loop_of({"y": 1}, lambda s: {"y": s["y"] * exp(Noise("Z", Exponential(2)))})
    assert moment(E(Observable(loop, "y", 1))).form is oo  # written out, no state multiplies it
    with pytest.raises(CannotTell, match="exists only where"):
        moment(E(Observable(loop, "y", t)))


def test_coupled_means_of_generations_that_differ_are_written_out():
    """Two means that need each other, with shares that change: no form at t, but the numbers of a matrix product at 3."""

    class Pair(Loop):
        x, y = coordinate(), coordinate()

        @property
        def initial(self):
            return {"x": Integer(1), "y": Integer(2)}

        def step(self, state):
            z = Noise("Z", Normal(0, 1))
            return {"x": state["x"] / CLOCK + state["y"] + z, "y": state["x"] - state["y"] / (CLOCK + 1)}

    x, y = Integer(1), Integer(2)
    for k in (1, 2, 3):
        x, y = x / k + y, x - y / (k + 1)
    assert moment(E(Pair().x(3))).form == x
    with pytest.raises(CannotTell, match="coupled"):
        moment(E(Pair().x(Symbol("t", integer=True, positive=True))))


class PoleKeptOut(Loop):
    """A walk whose steps are Z/(k - 1) from fit k = 2 on; in the first fit it stays, or goes where a toss says."""

    x = coordinate()
    tossed: bool = False
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, state):
        z, toss = Noise("Z", Normal(0, 1)), Noise("B", Binomial(1, Rational(1, 2)))
        move = Piecewise((0, Eq(CLOCK, 1)), (z / (CLOCK - 1), True))
        return {"x": state["x"] + (Piecewise((3, Eq(toss, 1)), (move, True)) if self.tossed else move)}


def test_a_case_of_the_number_of_the_fit_has_no_pole_where_it_is_not_taken():
    loop = PoleKeptOut()
    right = 2 + Rational(1, 4) + Rational(1, 9)
    assert moment(E(loop.x(4) ** 2)).form == right
    assert value(E(loop.x(4) ** 2)).value.overlaps(arb(85) / 36)
    tossed = PoleKeptOut(True)
    assert moment(E(tossed.x(3))).form == 1 + Rational(9, 2)
    assert moment(E(tossed.x(2) ** 2)).form == 21
    assert value(E(tossed.x(2) ** 2)).value.overlaps(arb(21))


def test_a_case_that_depends_on_a_parameter_is_each_coefficients_own():
    a = Symbol("a", real=True)
    loop = loop_of({"x": 1}, lambda now: {"x": now["x"] * Piecewise((2, a > 0), (3, True)) + Noise("Z", Normal(0, 1))})
    form = moment(E(loop.x(2))).form
    assert (form.subs(a, 1), form.subs(a, -1)) == (4, 9)


def test_a_form_that_divides_by_zero_is_not_infinite():
    loop = loop_of({"x": 1}, lambda now: {"x": now["x"] + Noise("Z", Normal(0, 1)) / (CLOCK - 1)})
    with pytest.raises(CannotTell, match="divides by zero"):
        moment(E(loop.x(2) ** 2))


class Doubled(Loop):
    """It is doubled, or lost, by the sign of a draw."""

    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": Piecewise((2 * now["x"], Noise("Z", Normal(0, 1)) > 0), (0, True))}


def test_an_event_of_a_case():
    """SymPy takes the set where a step with cases is above 0 apart without an end: its cases are gone through."""
    assert value(standardise(Prob(Doubled().x(1) > 0))).value.overlaps(arb("0.5"))
    assert value(standardise(Prob(Doubled().x(1) > 2))).value.overlaps(arb(0))


class Turned(Loop):
    """A coin beside 0, and 0 beside 1: by the rest of a division."""

    x = coordinate()
    initial = property(lambda self: {"x": Integer(0)})

    def step(self, now):
        return {"x": Mod(now["x"] + 1, 2) * Noise("B", Binomial(1, Rational(1, 2)))}


def test_rests_of_what_takes_few_values_are_polynomials_of_it():
    """E was not known to be finite: "Mod(x + 1, 2) is not a monomial of the state"."""
    mean = lambda t: E(Turned().x(t))  # noqa: E731
    assert_proved(lambda t: Eq(mean(t), (1 - (-Rational(1, 2)) ** t) / 3), t=Integers(0))
    assert not is_proved(lambda t: Eq(mean(t), (1 - Rational(1, 2) ** t) / 3), t=Integers(0))
