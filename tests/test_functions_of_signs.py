"""The variable of a `Lambda`: SymPy makes x of |x| by what it is declared to be, wherever the function is asked."""

import pytest
from stated import is_proved, simulated, stated
from sympy import Abs, Eq, Lambda, Le, Mod, Rational, Symbol, exp

from theory import (
    Binomial,
    E,
    Exponential,
    Geometric,
    Integers,
    Iterate,
    IteratedLoop,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Tilted,
    TiltLoop,
    coordinate,
)
from theory.language.errors import BadInput
from theory.language.laws import NegativeBinomial
from theory.language.verdicts import Verdict

x, real = Symbol("x", positive=True), Symbol("x", real=True)

FALSE = {  # each was proved
    "an iteration": lambda v: stated(lambda a, t: Eq(Iterate(Abs(v), (v, -a), t), -a), a=Positive(), t=Integers(1)),
    "a rule": lambda v: stated(lambda a: Eq(IteratedLoop(Lambda(v, Abs(v) / 2), -a).x(3), -a / 8), a=Positive()),
    "a weight": lambda v: stated(lambda: Eq(E(Noise("X", Tilted(Normal(0, 1), Lambda(v, exp(-Abs(v)))))), -1)),
    "a reward": lambda v: stated(
        lambda t: Eq(E(TiltLoop(Normal(0, 1), Lambda(v, -Abs(v))).draw(t)), -t), t=Integers(0)
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_sign_that_arguments_need_not_have_is_refused(name):
    with pytest.raises(BadInput, match="declared positive, which is not seen to hold wherever"):
        FALSE[name](x).relation()
    assert FALSE[name](real).relation() is not None


def test_a_sign_that_all_draws_have_is_taken():
    assert is_proved(lambda t: Eq(E(TiltLoop(Exponential(1), Lambda(x, -x)).draw(t)), 1 / (t + 1)), t=Integers(0))


def counted(law):
    class Counted(Loop):
        n = coordinate()

        @property
        def initial(self):
            return {"n": 0}

        def step(self, now):
            return {"n": now["n"] + Noise("K", law)}

    return Counted().n(1)


@pytest.mark.parametrize(
    "law",
    [Binomial(10**17 + 1, Rational(1, 2)), Geometric(Rational(1, 10**17)), NegativeBinomial(2, Rational(1, 10**19))],
    ids=str,
)
def test_counts_that_floats_do_not_tell_apart_are_not_drawn(law):
    """A float above 2**53 is even: that a count is so with probability at most 0.6 was refuted, under "exact law"."""
    assert simulated(stated(lambda: Le(Prob(Eq(Mod(counted(law), 2), 0)), Rational(6, 10)))) == Verdict.LEFT_OUT


def test_counts_that_floats_do_tell_apart_are_drawn():
    few = Binomial(10**9 + 1, Rational(1, 2))
    assert simulated(stated(lambda: Le(Prob(Eq(Mod(counted(few), 2), 0)), Rational(6, 10)))) == Verdict.SUPPORTED
