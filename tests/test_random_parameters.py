"""Laws whose parameters are drawn, or a state: of what is no law for some of these nothing is proved, and no ball is told."""

import pytest
from stated import assert_proved, is_proved, stated
from sympy import Eq, Expr, Integer, Rational, log

from reports.conjectures import examine
from theory import (
    TV,
    Atoms,
    Beta,
    Binomial,
    ChiSquare,
    E,
    Exponential,
    Finite,
    Gamma,
    Integers,
    Laplace,
    Loop,
    Mixture,
    NegativeBinomial,
    Noise,
    Normal,
    Poisson,
    Probability,
    StudentT,
    SymbolLoop,
    Uniform,
    Var,
    coordinate,
)
from theory.filters.common import FilteredLoop
from theory.language.errors import BadInput
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose

half = Rational(1, 2)
N, T = Integers(2), Integers(1)
LINE, BOTH, COUNT = (Noise("V", law) for law in (Normal(0, 1), Uniform(-1, 1), Poisson(1)))
SHARE, SIZE, TOSS = (Noise("V", law) for law in (Uniform(0, 1), Exponential(1), Binomial(1, half)))

NONE = {  # a law, and a function of a draw whose mean would be 0 by its formula
    "a variance": (Normal(0, LINE), lambda x: x**2),
    "a variance of a count": (Normal(0, COUNT - 1), lambda x: x**2),
    "a scale": (Exponential(LINE), lambda x: x),
    "a mean": (Poisson(LINE), lambda x: x),
    "an end": (Uniform(0, LINE), lambda x: x),
    "a scale of two": (Gamma(2, LINE), lambda x: x),
    "a chance": (Binomial(3, BOTH), lambda x: x),
    "a chance of success": (NegativeBinomial(2, BOTH), lambda x: x * BOTH - 2 + 2 * BOTH),
    "a scale about a centre": (Laplace(0, LINE), lambda x: x**2 - 2 * LINE**2),
    "a scale of three": (StudentT(5, 0, LINE), lambda x: x),
    "degrees of freedom": (ChiSquare(COUNT - 1), lambda x: x),
    "a weight": (Mixture(BOTH, Normal(0, 1), Normal(0, 2)), lambda x: x),
    "shapes": (Beta(LINE, LINE), lambda x: x - half),
    "masses": (Atoms((-1, 1), (BOTH / 2, 1 - BOTH / 2)), lambda x: x - 1),
}


@pytest.mark.parametrize("name", NONE)
def test_a_draw_from_what_is_no_law_for_some_parameters_has_no_mean(name):
    """Each was proved, by the formula of the mean."""
    law, f = NONE[name]
    claim = stated(lambda n: Eq(E(f(Noise("X", law))), 0), n=N)
    assert not is_proved(lambda n: Eq(E(f(Noise("X", law))), 0), n=N)
    assert Verdict.SUPPORTED not in {x.verdict for x in enclose(claim, claim.points()[:1])}


ONE = {  # a law, and its mean
    "a variance": (Normal(0, LINE**2), 0),
    "a scale": (Exponential(SIZE), 1),
    "a mean": (Poisson(1 + TOSS), Rational(3, 2)),
    "an end": (Uniform(0, SIZE), half),
    "a chance": (Binomial(3, SHARE), Rational(3, 2)),
    "a chance of two values": (Binomial(2, TOSS / 2 + Rational(1, 4)), 1),
    "trials": (Binomial(Noise("V", Poisson(2)), half), 1),
    "degrees of freedom": (ChiSquare(COUNT + 1), 2),
    "a weight": (Mixture(SHARE, Normal(0, 1), Normal(2, 2)), 1),
    "masses": (Finite((SHARE / 2, 1 - SHARE / 2)), Rational(3, 4)),
}


@pytest.mark.parametrize("name", ONE)
def test_a_draw_from_a_law_whatever_its_parameters_are_has_one(name):
    law, mean = ONE[name]
    assert_proved(lambda n: Eq(E(Noise("X", law)), mean), n=N)
    claim = stated(lambda n: Eq(E(Noise("X", law)), mean), n=N)
    assert {x.verdict for x in enclose(claim, claim.points()[:1])} == {Verdict.SUPPORTED}


class Halving(Loop):
    """From 1/2, half of it, and a toss."""

    x = coordinate()
    initial = property(lambda self: {"x": half})

    def step(self, now):
        return {"x": now["x"] / 2 + Noise("B", Binomial(1, half)) / 2}


class Walk(Loop):
    """From 0, by normal steps."""

    x = coordinate()
    initial = property(lambda self: {"x": Integer(0)})

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1))}


def of_share(p, n, t, slope=1) -> Expr:
    return E(Noise("X", Binomial(3, slope * SymbolLoop(p, n).share(t))))


def test_a_state_may_be_a_parameter_where_it_keeps_to_its_range():
    domain = {"p": Probability(), "n": N, "t": T}
    assert_proved(lambda p, n, t: Eq(of_share(p, n, t), 3 * p), **domain)
    assert not is_proved(lambda p, n, t: Eq(of_share(p, n, t, 2), 6 * p), **domain)
    assert_proved(lambda t: Eq(E(Noise("X", Binomial(3, Halving().x(t)))), Rational(3, 2)), t=T)
    assert not is_proved(lambda t: Eq(E(Noise("X", Binomial(2, Halving().x(t) + half))), 2), t=T)
    assert not is_proved(lambda t: Eq(E(Noise("X", Poisson(Walk().x(t)))), 0), t=T)


def test_two_states_of_one_loop_are_not_one_number():
    """x(t) - x(t + 1) is not 0."""
    assert not is_proved(lambda t: Eq(E(Noise("X", Normal(0, Halving().x(t) - Halving().x(t + 1))) ** 2), 0), t=T)


class Falling(Loop):
    """Nothing is random in the state, which is halved; a draw has it, less a quarter, for its variance."""

    x = coordinate()
    initial = property(lambda self: {"x": half})

    def step(self, now):
        return {"x": now["x"] / 2}

    def emit(self, now, index):
        return Noise(f"X{index}", Normal(0, now["x"] - Rational(1, 4)))


class Rising(Falling):
    def emit(self, now, index):
        return Noise(f"X{index}", Binomial(4, 1 - now["x"] ** 2))


class TooLikely(Falling):
    def emit(self, now, index):
        return Noise(f"X{index}", Binomial(4, 2 * now["x"] + half))


def test_a_fresh_draw_is_from_a_law_in_the_generation_that_is_asked_for():
    assert not is_proved(lambda t: Eq(Var(Falling().draw(t)), half / 2**t - Rational(1, 4)), t=T)
    assert not is_proved(lambda t: Eq(E(Falling().draw(5) ** 2), half / 2**5 - Rational(1, 4)), t=T)
    assert_proved(lambda t: Eq(E(Falling().draw(0) ** 2), Rational(1, 4)), t=T)
    assert not is_proved(lambda t: Eq(E(TooLikely().draw(0)), 6), t=T)
    assert_proved(lambda t: Eq(E(TooLikely().draw(1)), 4), t=T)
    assert_proved(lambda t: Eq(E(Rising().draw(t)), 4 - 1 / 4**t), t=T)


class Elsewhere(FilteredLoop):
    """Says a law that its masses are not."""

    def law_at(self, t):
        return Finite((half, half))


def test_a_loop_of_masses_says_no_other_law():
    """`TV(model(t), (1/2, 1/2)) = 0` was supported."""
    loop = Elsewhere(Finite((half, half)), (1, half))
    with pytest.raises(BadInput, match="leave it out"):
        examine(stated(lambda t: Eq(TV(loop.model(t), Finite((half, half))), 0), t=T))
    assert_proved(lambda t: Eq(TV(FilteredLoop(*loop.args).model(1), Finite((half, half))), Rational(1, 6)), t=T)


def test_a_chi_square_draw_of_a_count_may_be_0():
    """There is no exponential law of mean 0: with chi-square draws of `Poisson(1)` degrees of freedom its mean was proved."""
    dof = Noise("P", Poisson(1))
    mean = lambda n: E(Noise("Y", Exponential(Noise("Q", ChiSquare(n)))))  # noqa: E731
    assert not is_proved(lambda t: Eq(mean(dof) + t, 1 + t), t=T)
    assert_proved(lambda t: Eq(mean(1 + dof) + t, 2 + t), t=T)


class Counting(Loop):
    """3, 2, 1, 0, ...: where a draw is no number, or of no law, once x is 0."""

    x = coordinate()
    initial = {"x": Integer(3)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - 1}


class Own(Counting):
    def emit(self, now, index):
        return Noise(f"X{index}", Normal(0, 1)) + now["x"] / now["x"]


class Scaled(Counting):
    def emit(self, now, index):
        return Noise(f"X{index}", Normal(0, 1)) / now["x"] * now["x"] + 1


class Rooted(Counting):
    def emit(self, now, index):
        return Noise(f"X{index}", Normal(0, 1)) + 1 + 0 * log(now["x"])


class Vanishing(Counting):
    def emit(self, now, index):
        return Noise(f"X{index}", Normal(0, 1)) + 1 + 0 * Noise(f"Y{index}", Exponential(now["x"]))


@pytest.mark.parametrize("kind", [Own, Scaled, Rooted, Vanishing])
def test_what_has_gone_of_a_fresh_draw_has_a_value(kind):
    """`E(draw(t)) = 1` was proved for all t, the fourth among them."""
    assert not is_proved(lambda t: Eq(E(kind().draw(t)) + t, 1 + t), t=Integers(0))
    assert not is_proved(lambda t: Eq(E(kind().draw(3)) + t, 1 + t), t=T)
    assert_proved(lambda t: Eq(E(kind().draw(2)) + t, 1 + t), t=T)
    upwards = type("Upwards", (kind,), {"step": lambda self, now: {"x": now["x"] + 1}})
    assert_proved(lambda t: Eq(E(upwards().draw(t)) + t, 1 + t), t=Integers(0))
