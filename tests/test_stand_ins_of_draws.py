"""What stands for a draw, a round or a large number while something is worked out is no variable of a claim."""

import re
from pathlib import Path

import pytest
from stated import assert_proved, is_proved
from sympy import (
    Eq,
    Heaviside,
    Integer,
    KroneckerDelta,
    Le,
    Max,
    Rational,
    S,
    Symbol,
    acot,
    cos,
    exp,
    log,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)

import theory.proof
from theory import (
    Beta,
    Binomial,
    E,
    Exponential,
    HittingTime,
    Integers,
    Logistic,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Reals,
    Uniform,
    coordinate,
)
from theory.proof.methods import totals
from theory.proof.symbols.bound_names import index

U, V = (Noise(name, Uniform(0, 1)) for name in "UV")
Z, Y = (Noise(name, Normal(0, 1)) for name in "ZY")
L = Noise("L", Logistic(0, 1))
NAMES = "w", "x", "u", "c", "z0", "z1", "A", "draw"
MEANS = {  # of a parameter: a mean, what it is, and the number that it was taken for
    "a sine": (lambda x: E(sin(x + U)), lambda x: cos(x) - cos(x + 1), Rational(1, 2) - cos(2) / 2),
    "a larger one": (lambda x: E(Max(U + x, V + x)), lambda x: x + Rational(2, 3), Rational(7, 6)),
    "of normal ones": (
        lambda x: E(Y**2 * Max(Z + x, Y + x)),
        lambda x: x + 3 / (2 * sqrt(pi)),
        3 / (2 * sqrt(pi)),
    ),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", MEANS)
def test_means_are_the_same_whatever_a_variable_is_called(what, name):
    mean, form, wrong = MEANS[what]
    one = lambda **given: Eq(mean(given[name]), form(given[name]))  # noqa: E731
    other = lambda **given: Eq(mean(given[name]), wrong)  # noqa: E731
    assert proved(one, name)
    assert not proved(other, name)


def proved(relation, name):
    return is_proved(relation, **{name: Reals()})


@pytest.mark.parametrize("name", ["u", "v"])
def test_a_logistic_draw(name):
    relation = lambda **given: Eq(E(1 / (given[name] + 2 + tanh(L / 2))), log(4) / 3)  # noqa: E731
    assert not is_proved(relation, **{name: Positive()})


def test_a_level_is_not_taken_for_a_draw():
    assert not is_proved(lambda z0: Eq(Prob(z0 < U + V), 1), z0=Reals())
    assert not is_proved(lambda z0: Eq(Prob(z0 < U + V), 1), z0=Reals(-1, 3))


def test_no_symbol_of_the_prover_has_a_name_that_a_variable_may_have():
    """Made where something is worked out: with assumptions, as variables have them."""
    made = re.compile(r"""\bSymbol\(f?"([^"]*)", """)
    folder = Path(theory.proof.__file__).parent
    numbers = {"arithmetic", "likelihood"}  # there all variables have numbers
    found = [
        (path.name, name)
        for path in sorted(folder.rglob("*.py"))
        if path.parent.name not in numbers
        for name in made.findall(path.read_text(encoding="utf-8"))
        if re.sub(r"{[^}]*}", "0", name).isidentifier() and not name.startswith("_")
    ]
    assert not found


# ---- what does not reach the end of a range -------------------------------------------------------------------------


class Halved(Loop):
    """From 1, where it jumps: to a draw from (0, 1), and later to one from (0, 1/2)."""

    way: Integers(0, 3)
    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(1)}

    def step(self, now):
        x = now["x"]
        jumps = sign(1 - x), Heaviside(1 - x, 0), 1 - KroneckerDelta(x, 1), -2 * acot(x - 1) / pi
        return {"x": Noise("U", Uniform(0, 1)) * (2 - jumps[int(self.way)]) / 2}


@pytest.mark.parametrize("kind", range(4))
def test_a_drift_that_jumps_at_an_end_is_none(kind):
    bound = lambda t: Rational(1, 4) + Rational(3, 4) * Rational(1, 10) ** t  # noqa: E731
    assert not is_proved(lambda t: Le(E(Halved(kind).x(t)), bound(t)), t=Integers(0))


class Beside(Loop):
    """A share that falls from 1, and beside it what has no value in the first fit."""

    way: Integers(0, 1)
    p = coordinate()
    q = coordinate()

    @property
    def initial(self):
        return {"p": Integer(1), "q": Integer(0)}

    def step(self, now):
        p = now["p"]
        jumps = sign(1 - p) if self.way == 0 else Heaviside(1 - p, 0)
        return {"p": p * Noise("U", Uniform(0, 1)), "q": sqrt(jumps - S.Half)}


class Few(Loop):
    """A flag beside a logarithm that has no value for every a."""

    a: Reals()
    p = coordinate()
    q = coordinate()

    @property
    def initial(self):
        return {"p": Integer(1), "q": Integer(0)}

    def step(self, now):
        return {"p": now["p"] * Noise("B", Binomial(1, S.Half)), "q": log(now["p"] + self.a)}


def test_nothing_is_proved_beside_what_has_no_value():
    for kind in (0, 1):
        assert not is_proved(lambda t, kind=kind: Eq(E(Beside(kind).p(t)), 2**-t), t=Integers(0))
    assert not is_proved(lambda a, t: Eq(E(Few(a).p(t)), 2**-t), a=Reals(), t=Integers(0))
    assert_proved(lambda a, t: Eq(E(Few(a).p(t)), 2**-t), a=Positive(), t=Integers(0))


# ---- two draws of one name ------------------------------------------------------------------------------------------


class Twice(Loop):
    """Two draws of one name, which is refused: of a beta law, and of an exponential one."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(1)}

    def step(self, now):
        return {"x": now["x"] * Noise("Z", Beta(2, 1)) * exp(2 * Noise("Z", Exponential(Rational(1, 2))))}


def test_a_first_time_of_a_loop_that_is_refused_is_not_proved():
    assert not is_proved(lambda: Eq(E(HittingTime(lambda s: Twice().x(s) > exp(3))), 7))


def test_what_a_draw_becomes_is_a_draw_of_its_own():
    made = totals.factor(Noise("Z", Beta(2, 1)))
    assert not made.has(Noise("Z", Exponential(S.Half)))
    assert made.has(Noise)


def test_what_a_sum_is_over_is_no_variable_of_the_claim():
    """The bound is a sum over k; here K is called so, too, and the sum over it is another one, and larger."""
    k, j = (Symbol(name, integer=True, nonnegative=True) for name in "kj")
    assert index("k", j + 1) == k
    assert index("k", k + 1) != k
