"""Words that are used rarely, and two features at once that are each fine alone: what was proved of them and is false."""

import pytest
from stated import assert_proved, is_proved, stated
from sympy import Eq, Expr, Integer, Rational, Symbol, exp

from theory import (
    CLOCK,
    BadInput,
    CentralMoment,
    Cov,
    E,
    GaussianLoop,
    Growing,
    Integers,
    Loop,
    Noise,
    Normal,
    PathMax,
    Positive,
    Probability,
    Quantile,
    Reals,
    Var,
    coordinate,
)
from theory.discrete.common import SymbolLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.expansion import multiplied_out
from theory.language.loops import Observable
from theory.proof.standard import standardise
from theory.recheck.check import Checker, Known, places

T = Integers(1)
n, t = Symbol("n", integer=True, positive=True), Symbol("t", integer=True, nonnegative=True)
s = Symbol("s", integer=True, nonnegative=True)


class Drifting(Loop):
    """A walk from 0 with normal steps of this size."""

    size: Reals()
    x = coordinate()
    initial = property(lambda self: {"x": Integer(0)})

    def step(self, now):
        return {"x": now["x"] + self.size * Noise("Z", Normal(0, 1))}


# ---- a parameter that is a product of sums ------------------------------------------------------------------------------


def drifting(a, b) -> Loop:
    return Drifting(a * (b + 1))


def growing(n) -> Loop:
    return PooledGaussianLoop(n + 1, Growing((n + 1) * CLOCK), known_variance=True)


def symbols(p, q, n) -> Loop:
    return SymbolLoop(p * (1 - q), n)


def ahead(x, loop, t, steps=1) -> Expr:
    """The mean of what comes, given the model."""
    return E(x(t + steps), given=loop.model(t))


AB, PQ = {"a": Positive(), "b": Positive(), "t": T}, {"p": Probability(), "q": Probability(), "n": T, "t": T}
GIVEN = {  # a true relation, and one that was proved: with the model as if it were another loop's
    "a walk": (
        lambda a, b, t: E(ahead((x := drifting(a, b)).x, x, t) ** 2),
        lambda a, b, t: (a * (b + 1)) ** 2 * t,
        lambda a, b, t: 0,
        AB,
    ),
    "a share": (
        lambda p, q, n, t: E(ahead((x := symbols(p, q, n)).share, x, t) * x.share(t)),
        lambda p, q, n, t: E(symbols(p, q, n).share(t) ** 2),
        lambda p, q, n, t: (p * (1 - q)) ** 2,
        PQ,
    ),
    "a policy": (
        lambda n, t: Var(ahead((x := growing(n)).mu, x, t, 2)),
        lambda n, t: Var(growing(n).mu(t)),
        lambda n, t: 0,
        {"n": T, "t": T},
    ),
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_model_is_known_however_its_parameters_are_written(name):
    """Multiplied out, the parameters made another loop, which is independent of the model: all that is given was averaged."""
    mean, true, false, domain = GIVEN[name]
    assert_proved(lambda **at: Eq(mean(**at), true(**at)), **domain)
    assert not is_proved(lambda **at: Eq(mean(**at), false(**at)), **domain)


def test_what_has_a_loop_or_a_law_in_it_is_left_as_it_is():
    a, b = Symbol("a", positive=True), Symbol("b", positive=True)
    z, x = Noise("Z", Normal(0, a * (b + 1))), drifting(a, b).x(t)
    whole = multiplied_out((x + a * (z + 1)) ** 2 + E(x * (z + 1)))
    assert whole.atoms(Observable) == {x}
    assert {y for y in whole.args if y.has(E)} == {E(x * (z + 1))}
    assert whole.coeff(x * z) == 2 * a


def test_the_checker_finds_the_steps_of_such_a_loop():
    """It looked for them for ever."""
    c = stated(
        lambda a, b, t: Eq(E(Var((x := drifting(a, b)).x(t + 2), given=x.model(t))), 2 * (a * (b + 1)) ** 2), **AB
    )
    (place,) = places(c)
    (relation,) = place.relations()
    assert Checker(place, place.signs, Known(c.symbols, place.signs.charts)).follows(relation) == "identity"


class Multiplied(Loop):
    """From 1, times the exponential of a draw of this variance, which is a product of sums."""

    a: Reals()
    b: Reals()
    x = coordinate()
    initial = property(lambda self: {"x": Integer(1)})

    def step(self, now):
        return {"x": now["x"] * exp(Noise("Z", Normal(0, (self.a + 1) * (self.b + 1))))}


def test_a_draw_in_an_exponential_is_averaged_however_its_law_is_written():
    """Multiplied out, it was no draw of the step, and stayed: one number in all steps, and the exponent grew as t^2."""
    domain = {"a": Positive(), "b": Positive(), "t": T}
    assert_proved(lambda a, b, t: Eq(E(Multiplied(a, b).x(t)), exp((a + 1) * (b + 1) * t / 2)), **domain)
    assert not is_proved(lambda a, b, t: Eq(E(Multiplied(a, b).x(t)), exp((a + 1) * (b + 1) * t**2 / 2)), **domain)


# ---- what is random in a moment cancels ---------------------------------------------------------------------------------


def cancelled(x) -> Expr:
    """1, written in something random."""
    return (x + 1) ** 2 - x**2 - 2 * x


def test_a_moment_of_what_cancels_is_that_of_a_number():
    """Each was an error of the program."""
    loop = GaussianLoop(n)
    x, y = cancelled(loop.mu(t)), cancelled(Noise("X", Normal(0, n)))
    assert [standardise(m) for m in (Var(x), CentralMoment(x, 3), Var(y), Cov(x, loop.mu(t)))] == [0, 0, 0, 0]
    known = E(loop.sigma(t + 1) ** 2, given=loop.model(t)) - loop.sigma(t) ** 2
    assert standardise(Var(known)) == 0
    assert standardise(E(exp(PathMax(cancelled(loop.mu(s)), (s, 0, t))))) == exp(1)
    with pytest.raises(BadInput, match="nothing random in it"):
        standardise(Quantile(x, Rational(1, 2)))
