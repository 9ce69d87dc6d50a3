"""Convex functions of what is a martingale: their means rise, those of concave ones fall; and of what is none nothing is said."""

import pytest
from stated import is_proved, stated
from sympy import Abs, Add, Dummy, Ge, Gt, Integer, Le, Max, Min, Rational, exp, sqrt

from theory import (
    TV,
    Accumulate,
    Binomial,
    CategoricalLoop,
    Cauchy,
    E,
    Finite,
    FreshReal,
    GaussianLoop,
    Integers,
    Loop,
    Noise,
    Normal,
    Poisson,
    Probability,
    Reals,
    Simplex,
    SymbolLoop,
    coordinate,
)
from theory.language.functions import entr
from theory.proof.relations import martingales
from theory.proof.relations.learned import Learned

SHARES: dict = {"p": Probability(), "n": Integers(1), "t": Integers(0)}

# a function of a share and its first value, and whether it is convex
FUNCTIONS = {
    "its distance": (lambda x, p: Abs(x - p), True),
    "what is above": (lambda x, p: Max(x - p / 2, 0), True),
    "what is below": (lambda x, p: Min(x, p), False),
    "a root": (lambda x, p: sqrt(x), False),
    "an entropy": (lambda x, p: entr(x), False),
    "a power": (lambda x, p: x ** Rational(5, 2), True),
    "a sum": (lambda x, p: 3 * Abs(x - p) - 2 * sqrt(x), True),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("later", [1, 4])
def test_the_mean_rises_or_falls(name, later):
    f, convex = FUNCTIONS[name]
    rises, falls = (Ge, Le) if convex else (Le, Ge)

    def said(relation, p, n, t):
        x = SymbolLoop(p, n).share
        return relation(E(f(x(t + later), p)), E(f(x(t), p)))

    assert is_proved(lambda p, n, t: said(rises, p, n, t), **SHARES)
    assert not is_proved(lambda p, n, t: said(falls, p, n, t), **SHARES)
    assert not is_proved(lambda p, n, t: said(Gt, p, n, t) if convex else said(lambda a, b: a < b, p, n, t), **SHARES)


def test_a_parameter_is_not_taken_for_the_share():
    """sqrt(n) is concave, in n; what it multiplies is convex in the share."""
    w = Dummy("w", positive=True)  # as variables of charts may be
    x = SymbolLoop(Rational(1, 3), 5).share
    known = Learned(stated(lambda p: Ge(p, 0), p=Probability()), {})
    later, now = (E(Abs(x(t) - Rational(1, 3)) * sqrt(w)) for t in (3, 2))
    assert not martingales.by_jensen(known, "<=", later, now, None)  # type: ignore[arg-type]
    assert martingales.by_jensen(known, ">=", later, now, None)  # type: ignore[arg-type]


def test_entropy_and_distance_of_categorical_models():
    domain: dict = {"p": Simplex(3), "n": Integers(1), "t": Integers(0)}
    loop = lambda p, n: CategoricalLoop(p, n)  # noqa: E731
    assert is_proved(lambda p, n, t: Le(E(loop(p, n).entropy(t + 1)), E(loop(p, n).entropy(t))), **domain)
    assert not is_proved(lambda p, n, t: Ge(E(loop(p, n).entropy(t + 1)), E(loop(p, n).entropy(t))), **domain)

    def distance(p, n, t):
        return Add(*(E(Abs(loop(p, n).share(i, t) - p[i])) for i in range(3)))

    assert is_proved(lambda p, n, t: Ge(distance(p, n, t + 1), distance(p, n, t)), **domain)
    assert is_proved(
        lambda p, n, t: Ge(E(TV(loop(p, n).model(t + 1), Finite(p))), E(TV(loop(p, n).model(t), Finite(p)))), **domain
    )


def test_pools_are_martingales_and_what_is_drawn_back_is_none():
    def distance(policy):
        def said(p, n, t):
            x = SymbolLoop(p, n, policy=policy(n)).share
            return Ge(E(Abs(x(t + 1) - p)), E(Abs(x(t) - p)))

        return is_proved(said, p=Probability(), n=Integers(1), t=Integers(1))

    assert distance(lambda n: Accumulate())
    assert not distance(lambda n: FreshReal(synthetic=n))


def test_the_mean_of_a_gaussian_model_wanders_off():
    assert is_proved(
        lambda n, t: Ge(E(Abs(GaussianLoop(n).mu(t + 1))), E(Abs(GaussianLoop(n).mu(t)))), n=Integers(2), t=Integers(0)
    )


def walk(step, **start):
    """A loop of such a step."""

    class Walk(Loop):
        x = coordinate()
        y = coordinate()
        initial = {"x": Integer(1), "y": Integer(1), **start}  # type: ignore[assignment]  # noqa: RUF012

        def step(self, now):
            return step(now["x"], now["y"])

    return Walk()


@pytest.mark.parametrize(
    "step",
    [
        lambda x, y: {"x": x + Noise("C", Cauchy(0, 1)), "y": y},
        lambda x, y: {"x": x * (1 + y * Noise("Z", Normal(0, 1))), "y": y + Noise("C", Cauchy(0, 1))},
        lambda x, y: {"x": x + Noise("N", Poisson(exp(x))) - exp(x), "y": y},
        lambda x, y: {"x": x + Noise("Z", Normal(Rational(-1, 100), 1)), "y": y},
        lambda x, y: {"x": x / 2 + Noise("Z", Normal(0, 1)) / 100, "y": y},
    ],
    ids=["no mean", "a factor without a mean", "no mean from t = 3 on", "a drift", "drawn back"],
)
def test_what_is_no_martingale_or_has_no_mean(step):
    loop = walk(step)
    assert not is_proved(lambda t: Ge(E(Abs(loop.x(t + 1))), E(Abs(loop.x(t)))), t=Integers(0))
    assert not is_proved(lambda t: Le(E(Min(loop.x(t + 1), 0)), E(Min(loop.x(t), 0))), t=Integers(0))


def test_the_order_of_generations_has_to_be_known():
    def said(p, n, s, t):
        x = SymbolLoop(p, n).share
        return Ge(E(sqrt(x(s))), E(sqrt(x(t))))

    assert not is_proved(said, s=Integers(0), **SHARES)


class Refitted(Loop):
    """A share from p on, refitted to n draws: a law as long as p is a probability."""

    p: Reals
    n: Integers(1)
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": Noise("B", Binomial(self.n, now["x"])) / self.n}


@pytest.mark.parametrize(
    ("f", "convex"), [(lambda x, p: Abs(x - p), True), (lambda x, p: sqrt(x), False), (lambda x, p: entr(x), False)]
)
def test_loops_of_users_that_are_such_under_conditions(f, convex):
    def said(relation, p, n, t):
        return relation(E(f(Refitted(p, n).x(t + 1), p)), E(f(Refitted(p, n).x(t), p)))

    rises, falls = (Ge, Le) if convex else (Le, Ge)
    assert is_proved(lambda p, n, t: said(rises, p, n, t), **SHARES)
    assert not is_proved(lambda p, n, t: said(falls, p, n, t), **SHARES)
    assert not is_proved(lambda p, n, t: said(rises, p, n, t), **(SHARES | {"p": Reals(0, 2)}))
