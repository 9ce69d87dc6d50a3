"""What a loop says of its own step beside the step: believed where it is said, of that step only, and no further."""

import numpy as np
import pytest
from scipy.stats import binom
from sympy import Abs, Ge, Integer, Rational, Symbol, lambdify, sqrt

from simulate.engine.dispatch import estimand
from theory import E, GaussianLoop
from theory.diffusion.loops import MemorisingLoop
from theory.discrete import CategoricalLoop
from theory.gaussian.regression import RegressionLoop
from theory.gaussian.vector import MultivariateGaussianLoop
from theory.kde import KernelLoop
from theory.language.claims import claim
from theory.language.domains import Integers, Simplex
from theory.language.errors import CannotTell
from theory.language.laws import Binomial, Noise, Normal
from theory.language.loops import CLOCK, Loop, Observable, observable
from theory.language.moments import KL, TV, Prob
from theory.language.policies import Accumulate
from theory.language.structures import Lineage
from theory.proof import structures
from theory.proof.enclose import value
from theory.proof.methods import condition, moment
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise

half = Rational(1, 2)


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        (CategoricalLoop((half, half), 3), lambda x: structures.marginal(x.share(0, 2)).loop != x),
        (KernelLoop(5, half), lambda x: structures.defined(x, Lineage) is not None),
        (GaussianLoop(5, 2), lambda x: structures.symmetry(x) is not None),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Loop) else "",
)
def test_what_was_said_of_another_step_is_not_inherited(loop, said):
    class Other(type(loop)):
        def step(self, state):
            return {name: x + 1 for name, x in state.items()}

        @property
        def initial(self):
            return dict.fromkeys(self.state, Integer(1))

    class Same(type(loop)):
        pass

    assert said(loop)
    assert said(Same(*loop.args))
    assert not said(Other(*loop.args))


class Moving(Loop):
    """A count whose chance is halved from fit to fit, by another coordinate or by the number of the fit."""

    state = ("share", "w")
    share = observable()
    initial = {"share": half, "w": Integer(1)}  # noqa: RUF012

    def __new__(cls):
        return Loop.__new__(cls)

    def step(self, state):
        return {"share": Noise("Y", Binomial(4, state["share"] * state["w"])) / 4, "w": state["w"] / 2}


class Clocked(Moving):
    state = ("share",)
    initial = {"share": half}  # noqa: RUF012

    def step(self, state):
        return {"share": Noise("Y", Binomial(4, state["share"] / 2 ** (CLOCK - 1))) / 4}


def test_a_chance_that_changes_is_not_kept_from_one_fit_to_the_next():
    def exact(t, k=2):  # P(a count of k out of four is 0 after t further fits), fit by fit
        law = {k: 1.0}
        for fit in range(t):
            after = dict.fromkeys(range(5), 0.0)
            for count, weight in law.items():
                for j in range(5):
                    after[j] += weight * binom.pmf(j, 4, count / 4 / 2**fit)
            law = after
        return law[0]

    for t in (1, 2, 3):
        ball = value(Prob(Clocked().share(t) > 0)).value
        assert abs(1 - float(ball.mid()) - exact(t)) < 1e-12
    with pytest.raises(CannotTell):
        value(Prob(Moving().share(3) > 0))


class Greedy(CategoricalLoop):
    """Always the first symbol, and where it starts is left unsaid."""

    @property
    def initial(self):
        raise NotImplementedError("no start")

    def step(self, state):
        return {"p0": Integer(1), "p1": Integer(0)}


def test_what_is_left_unsaid_is_told():
    loop = Greedy((half, half), 3)
    for wanted in (E(loop.share(0, 2)), E(CategoricalLoop((half, half), 3).draw(2))):
        with pytest.raises(CannotTell):
            moment(wanted)
        with pytest.raises(CannotTell):
            value(wanted)
        with pytest.raises(CannotTell):
            estimand(wanted)


def test_a_law_is_not_looked_at_outside_of_its_simplex():
    @claim
    def inside(p=Simplex(4), n=Integers(1)):
        """The last mass is no less than 0: in the middle of the box of the others it would be -1/2."""
        return Ge(1 + 1 / sqrt(n) - p[0] - p[1] - p[2], 0)

    assert not prove(inside).refuted


def test_accumulated_inputs_are_shared_by_the_fits():
    """Second moments of the error follow from the step; what depends on how the fits' inputs belong together does not."""
    loop = RegressionLoop(8, 1, Accumulate())
    assert moment(E(loop.error(2) ** 2)).form.doit() == Rational(1, 6) + Rational(1, 28)
    assert moment(E(loop.error(1) * loop.error(2))).form.doit() == Rational(1, 6)
    for x in (loop.error(1) ** 2 * loop.error(2) ** 2, loop.error(2) ** 4, Abs(loop.error(2))):
        with pytest.raises(CannotTell, match="shared by the fits"):
            moment(E(x))
        with pytest.raises(CannotTell, match="shared by the fits"):
            value(E(x))
    with pytest.raises(CannotTell, match="shared by the fits"):
        condition(loop.error(2) ** 2, loop, Integer(1))
    assert condition(loop.error(2), loop, Integer(1)) == loop.error(1)


def test_expected_risk_is_a_number():
    loop = RegressionLoop(9, 3)
    assert not loop.expected_risk(4).has(Noise)
    assert standardise(loop.expected_risk(4)) == 3 * E(loop.error(4) ** 2)


def test_a_pair_of_draws_is_not_followed_nor_the_model():
    loop = MemorisingLoop(5, half, 2)
    with pytest.raises(CannotTell, match="different pairs"):
        moment(E(loop.gap(1) ** 2 * loop.gap(2) ** 2))
    with pytest.raises(CannotTell, match="not all that there is"):
        condition(loop.gap(2), loop, Integer(1))


def test_divergences_have_a_direction(monkeypatch):
    class Named(Loop):
        state = ("x",)
        initial = {"x": Integer(0)}  # noqa: RUF012
        x, far = observable(), observable()

        def __new__(cls):
            return Loop.__new__(cls)

        def step(self, state):
            return {"x": state["x"] + Noise("Z", Normal(0, 1))}

        def distance_from(self, word, t, law):
            return self.far(t)

    loop, law = Named(), Normal(0, 1)
    t = Symbol("t", integer=True, positive=True)
    with pytest.raises(NotImplementedError):  # a user's word is not taken for a distance
        KL(loop.model(t), law).expanded()
    monkeypatch.setattr("theory.language.moments.ours", lambda kind: True)
    assert KL(loop.model(t), law).expanded() == TV(law, loop.model(t)).expanded() == loop.far(t)
    with pytest.raises(NotImplementedError):
        KL(law, loop.model(t)).expanded()


def test_bounds_of_an_observable_are_believed_of_no_user_and_hold_on_every_path():
    class Mine(MultivariateGaussianLoop):
        def between(self, name, t):
            return Integer(0), Integer(0)

    with pytest.raises(CannotTell):
        value(E(Mine(5, 2, (1, 2)).overlap(2)))
    loop = MultivariateGaussianLoop(5, 2, (1, 2))
    low, high = loop.between("overlap", 2)
    names = {o: Symbol(o.name) for o in high.atoms(Observable)}
    (statistic,) = estimand(E(loop.overlap(2))).statistics
    drawn = statistic.simulation.draw(np.random.default_rng(1), 2000, [2])
    most = lambdify(list(names.values()), high.xreplace(names))(*(drawn[o.name, 2] for o in names))
    assert (drawn["overlap", 2] >= float(low)).all()
    assert (drawn["overlap", 2] <= most * (1 + 1e-12)).all()
