"""Independent loops that are compared: as one loop, derived, in balls and simulated; against normal laws and NumPy."""

import numpy as np
import pytest
from stated import assert_proved, is_proved, stated
from sympy import Abs, And, Eq, Ge, Gt, Integer, Max, Min, Rational, S, erf, pi, sqrt

from simulate.engine.blocks import Runner
from simulate.engine.witness import Witness
from theory import (
    BadInput,
    Binomial,
    CategoricalLoop,
    ChiSquare,
    E,
    GaussianLoop,
    Integers,
    Loop,
    Noise,
    Normal,
    Point,
    Positive,
    Prob,
    Quantile,
    SymbolLoop,
    Var,
    coordinate,
)
from theory.language.beside import Beside, beside
from theory.language.errors import CannotTell
from theory.language.strangers import ours
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point
from theory.proof.prepared import prepare
from theory.proof.relations.prove import prove


class Walk(Loop):
    n: Integers(1)
    mu = coordinate()
    initial = {"mu": Integer(0)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


class Coin(Loop):
    """A share of two draws, whose start is drawn, too."""

    x = coordinate(positive=True)
    initial = {"x": Noise("Z", Binomial(2, S.Half)) / 2 + 1}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Binomial(1, Rational(1, 3)))}


def both(n, m):
    return Walk(n), Walk(m).copy(2)


# what is asked of two walks, of n and m points, and its value
ASKED = {
    "above": (lambda x, y: Prob(x > y + 1), lambda n, m, t: (1 - erf(sqrt(n * m / (2 * t * (n + m))))) / 2),
    "apart": (lambda x, y: E(Abs(x - y)), lambda n, m, t: sqrt(2 * t * (n + m) / (pi * n * m))),
    "the larger": (lambda x, y: E(Max(x, y) + 2), lambda n, m, t: 2 + sqrt(t * (n + m) / (2 * pi * n * m))),
    "a quantile": (lambda x, y: Quantile(x - y, S.Half), lambda n, m, t: S.Zero),
    "a product beside": (lambda x, y: E(x**2 * y**2), lambda n, m, t: t**2 / (n * m)),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(("off", "true"), [(0, True), (Rational(1, 100), False)])
def test_what_compares_two_walks_is_derived(name, off, true):
    asked, value = ASKED[name]

    def claimed(n, m, t):
        first, second = both(n, m)
        return Eq(asked(first.mu(t), second.mu(t)), value(n, m, t) + off)

    assert is_proved(claimed, n=Integers(1), m=Integers(1), t=Integers(1)) == true


def test_it_is_in_balls_and_simulated_too():
    """Against NumPy: E Min(x, y - 1) of walks of 2 and 3 points after 4 generations."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, np.sqrt(4 / 2), 10**6), rng.normal(0, np.sqrt(4 / 3), 10**6)
    seen = np.minimum(x, y - 1).mean()
    first, second = both(2, 3)
    for off, verdict in ((0, Verdict.SUPPORTED), (Rational(1, 10), Verdict.REFUTED)):
        level = Rational(round(seen, 2)) + off
        c = stated(
            lambda level=level: And(
                E(Min(first.mu(4), second.mu(4) - 1)) > level - Rational(1, 50),
                E(Min(first.mu(4), second.mu(4) - 1)) < level + Rational(1, 50),
            )
        )
        assert at_point(c, Point(1, {}), 0.01).verdict == verdict
    c = stated(lambda: Prob(first.mu(4) > second.mu(4) + 1) > Rational(1, 5))
    wrong = stated(lambda: Prob(first.mu(4) > second.mu(4) + 1) > Rational(2, 5))
    with Runner(0, 1) as runner:
        for claim, verdict in ((c, Verdict.SUPPORTED), (wrong, Verdict.REFUTED)):
            witness = Witness(runner, 5.0, 0.05)
            (found,) = witness.run(witness.plans([(claim, [Point(1, {})])]))
            assert found.verdict == verdict


def test_draws_of_one_name_are_two():
    """Start and step of both loops draw what is called Z; the sums differ with the probability of two independent ones."""
    loop, other = Coin(), Coin().copy(2)
    assert_proved(lambda: Eq(Var(loop.x(0) - other.x(0)), 2 * Var(loop.x(0))))
    values = {1: Rational(1, 4), Rational(3, 2): S.Half, 2: Rational(1, 4)}
    ahead = sum(p * q for v, p in values.items() for w, q in values.items() if v > w)
    for claimed, verdict in ((ahead, Verdict.SUPPORTED), (ahead + Rational(1, 100), Verdict.REFUTED)):
        c = stated(lambda claimed=claimed: Eq(Prob(loop.x(0) > other.x(0)), claimed))
        assert at_point(c, Point(1, {}), 0.01).verdict == verdict


def test_built_in_loops_are_put_beside_each_other():
    first, second = SymbolLoop(Rational(1, 3), 2), SymbolLoop(Rational(2, 3), 2)
    c = stated(lambda: Prob(second.share(2) > first.share(2)) > Rational(1, 2))
    assert at_point(c, Point(1, {}), 0.01).verdict in (Verdict.SUPPORTED, Verdict.PROVED)
    assert is_proved(
        lambda n, s: Eq(Prob(GaussianLoop(n, s).mu(1) > GaussianLoop(n, 2 * s).copy(2).mu(1)), S.Half),
        n=Integers(2),
        s=Positive(),
    )


class Spread(Loop):
    """A chi-square, of no degrees of freedom perhaps, which is said to be positive."""

    k: Integers(0)
    x = coordinate(positive=True)
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": Noise("Q", ChiSquare(self.k))}


def test_what_a_users_loop_says_is_not_believed_beside_another():
    assert not ours(Beside)
    c = stated(lambda k: Eq(Prob(Spread(k).x(1) + Spread(k).copy(2).x(1) > 0), 1), k=Integers(0, 3))
    assert not prove(c).proved


def test_products_of_one_each_stay_apart():
    first, second = both(2, 3)
    assert not any(
        isinstance(x, Beside)
        for part in prepare(stated(lambda: Ge(E(first.mu(2) ** 2 * second.mu(2) ** 2), 0))).parts
        for x in part.original.atoms(Loop)
    )


def test_what_states_no_step_is_refused_with_the_reason():
    with pytest.raises(CannotTell):
        beside([Walk(2), CategoricalLoop((S.Half, S.Half), 2).at(n=3), _Unstated()])
    with pytest.raises(BadInput, match="takes two loops at once"):
        prepare(stated(lambda: Gt(Prob(Walk(2).mu(1) > _Unstated().x(1)), 0)))


class _Unstated(Loop):
    x = coordinate()
