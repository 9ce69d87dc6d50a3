# ruff: noqa: RUF012
"""False statements that were once proved, and true ones that were refuted: each in the smallest form that was found."""

from __future__ import annotations

import pytest
from stated import stated
from sympy import Add, Eq, Integer, Le, Lt, Rational, oo, sign

from reports.conjectures import examine
from theory import E, GaussianLoop, Integers, Positive, Probability
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.errors import BadInput
from theory.language.finite_loops import FiniteLoop
from theory.language.laws import Binomial, ChiSquare, Finite, Mixture, Noise, Normal, Uniform
from theory.language.loops import CLOCK, Loop, Observable, observable
from theory.language.moments import Prob
from theory.language.policies import FreshReal
from theory.language.structures import Lineage, Marginal, Symmetry
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.relations.prove import prove

half = Rational(1, 2)
FALSE, TRUE, REFUSED = "false", "true", "refused"


class Own(Loop):
    """A loop of a user's, with x for its state."""

    state = ("x",)
    x = observable()
    initial = {"x": Integer(0)}

    def __new__(cls, *args):
        return Loop.__new__(cls, *args)


# ---- the number of the fit ------------------------------------------------------------------------------------------


class Descended(Own):
    """Its pools grow, which no lineage knows of."""

    definition = Lineage(Integer(0), 2 * CLOCK, Integer(1))
    truth = Normal(0, 1)
    state = ()
    mean = observable()


class LateStart(Own):
    initial = {"x": CLOCK}

    def step(self, now):
        return {"x": now["x"]}


# ---- what is infinite, and multiplied by 0, or reached later --------------------------------------------------------


class Frozen(Own):
    """y is 0 for ever, and x stays 1."""

    state, positive = ("x", "y"), frozenset({"x"})
    y = observable()
    initial = {"x": Integer(1), "y": Integer(0)}

    def step(self, now):
        return {"x": now["x"] + now["y"] ** 2 / Noise("Q", ChiSquare(2)), "y": now["y"]}


class LateInfinite(Own):
    """Nothing diverges in the first fit."""

    positive, initial = frozenset({"x"}), {"x": Integer(1)}

    def step(self, now):
        return {"x": now["x"] * (1 + (CLOCK - 1) / Noise("Q", ChiSquare(2)))}


class Passed(Own):
    """What diverges is in y at generation 1, and in x at generation 2."""

    state, positive = ("x", "y"), frozenset({"x", "y"})
    y = observable()
    initial = {"x": Integer(1), "y": Integer(1)}

    def step(self, now):
        return {"x": now["x"] + now["y"], "y": now["y"] / Noise("Q", ChiSquare(2))}


class Switched(Own):
    """Nothing diverges at n = 1."""

    positive, initial = frozenset({"x"}), {"x": Integer(1)}

    def step(self, now):
        return {"x": now["x"] * (1 + (self.args[0] - 1) / Noise("Q", ChiSquare(2)))}


class NoMean(Own):
    """A martingale but for its mean, which is none from generation 2 on."""

    state = ("x", "y", "w")
    y, w = observable(), observable()
    initial = {"x": Integer(1), "y": Integer(1), "w": Integer(0)}

    def step(self, now):
        return {
            "x": now["x"] + CLOCK * Noise("Z", Normal(0, 1)) / now["y"],
            "y": Noise("Y", Normal(0, 1)),
            "w": now["w"] + CLOCK * Noise("W", Normal(0, 1)),
        }


class Narrowing(Own):
    """Its draws have the variances a - 1, a - 2, ...: there is no third fit at a = 3, say."""

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, self.args[0] - CLOCK))}


class Widening(Own):
    """Its draws have the variances 0, 3, 8, ..."""

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, CLOCK**2 - 1))}


# ---- what a loop says of itself -------------------------------------------------------------------------------------


class Plain(Own):
    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, self.args[0]))}


class Later(Plain):
    """The same, a generation on."""

    @property
    def initial(self):
        return {"x": Noise("Z", Normal(0, self.args[0]))}


class Shifted(Plain):
    """Not the other loop's x of the generation after."""

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, self.args[0]))}

    @property
    def marginals(self):
        return {"x": Marginal(Later(self.args[0]), "x")}


class DrawsDiffer(Own):
    """A symmetry that the first draw has, and the others have not."""

    def step(self, now):
        return {"x": now["x"] + self.args[0] * Noise("Z", Normal(0, 1))}

    def emit(self, now, i):
        return now["x"] + (i - 1) * Noise("W", Normal(0, 1)) + self.args[0] * Noise("V", Normal(0, 1))

    @property
    def symmetry(self):
        return Symmetry(self.func(Integer(1)), x=(0, self.args[0]), draw=(0, self.args[0]))


class Mixed(Own):
    """A mixture of two that are equal does not tell its share."""

    state = ("w", "z")
    w, z = observable(), observable()
    initial = {"w": half, "z": Integer(0)}

    def step(self, now):
        return {"w": Noise("B", Binomial(4, half)) / 4, "z": now["w"]}

    def law_at(self, t):
        return Mixture(self.w(t), Normal(0, 1), Normal(0, 1))


class OneDraw(Own):
    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1), "common")}


class Vanishing(Own):
    """0 from the first fit on at n = 1."""

    positive, initial = frozenset({"x"}), {"x": Integer(1)}

    def step(self, now):
        return {"x": now["x"] * Noise("Q", ChiSquare(self.args[0] - 1))}


class Squared(Own):
    """Takes a standard deviation and keeps the variance."""

    def __new__(cls, sd):
        return Loop.__new__(cls, sd**2)

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, self.args[0]))}


class Bigger(GaussianLoop):
    def __new__(cls, n, *rest):
        return super().__new__(cls, n + 1, *rest)


# ---- masses ---------------------------------------------------------------------------------------------------------


class UniformOnSupport(FiniteLoop):
    """Every atom that has any mass has as much as the others: one of mass 0 stays so."""

    def __new__(cls, start):
        return Loop.__new__(cls, start)

    start = property(lambda self: self.args[0])

    def step(self, now):
        total = Add(*(sign(p) for p in now.values()))
        return {k: sign(p) / total for k, p in now.items()}


class Folded(Loop):
    """Two values of the draw at the start are one share."""

    state = ("share",)
    share = observable()
    initial = {"share": (Noise("R", Binomial(2, half)) - 1) ** 2}

    def __new__(cls):
        return Loop.__new__(cls)

    def step(self, now):
        return {"share": Noise("Y", Binomial(4, now["share"])) / 4}


def pooled(n):
    return PooledGaussianLoop(n, sigma0=CLOCK, known_variance=True)


def drifting(n):
    return PooledGaussianLoop(n, FreshReal(4), CLOCK)


UNIFORM = UniformOnSupport(Finite((half, half, 0)))
N, T = Integers(2, 5), Integers(1, 5)
X = lambda kind, *args: lambda t: Observable(kind(*args), "x", t)  # noqa: E731
ATTACKS = {
    "a scale that counts fits": (
        FALSE,
        lambda n, t: Eq(E(pooled(n).mu(t) ** 2), t * E(pooled(n).mu(1) ** 2)),
        {"n": N, "t": T},
    ),
    "a drifting truth": (FALSE, lambda n, t: Eq(E(drifting(n).v(t + 1)), E(drifting(n).v(t))), {"n": N, "t": T}),
    "a start that counts fits": (REFUSED, lambda t: Eq(E(X(LateStart)(t)), E(X(LateStart)(1))), {"t": T}),
    "a lineage of pools that grow": (
        FALSE,
        lambda t: Eq(E(Descended().mean(2) ** 2), 3 * E(Descended().mean(1) ** 2) - E(Descended().mean(1) ** 2) ** 2),
        {"t": T},
    ),
    "0 times what is infinite": (FALSE, lambda t: Eq(E(X(Frozen)(t)), oo), {"t": T}),
    "0 times what is infinite, bounded": (TRUE, lambda t: Eq(E(X(Frozen)(t)), 1), {"t": T}),
    "infinite from the second fit on": (FALSE, lambda t: Eq(E(X(LateInfinite)(t)), oo), {"t": T}),
    "finite after the first fit": (TRUE, lambda t: Eq(E(X(LateInfinite)(1)) * t, t), {"t": T}),
    "infinite a generation later": (FALSE, lambda t: Eq(E(X(Passed)(1)) * t, oo), {"t": T}),
    "finite a generation earlier": (TRUE, lambda t: Eq(E(X(Passed)(1)) * t, 2 * t), {"t": T}),
    "infinite but for n = 1": (FALSE, lambda n: Eq(E(X(Switched, n)(1)), oo), {"n": Integers(1, 5)}),
    "a martingale without a mean": (
        FALSE,
        lambda t: Eq(E(X(NoMean)(t)) + E(Observable(NoMean(), "w", t)), 1),
        {"t": Integers(2, 9)},
    ),
    "another generation of another loop": (
        FALSE,
        lambda a, t: Eq(E(X(Shifted, a)(t) ** 2), (t + 1) * a),
        {"a": Positive(), "t": T},
    ),
    "draws that differ": (
        FALSE,
        lambda a, t: Eq(E(DrawsDiffer(a).draw(t, 2) ** 2), a**2 * (t + 2)),
        {"a": Positive(), "t": T},
    ),
    "a mixture of equals": (
        REFUSED,
        lambda t: Eq(E(E(Mixed().z(t + 1), given=Mixed().model(t)) ** 2), Rational(5, 16)),
        {"t": T},
    ),
    "one draw for all fits": (REFUSED, lambda t: Eq(E(X(OneDraw)(t) ** 2), t), {"t": T}),
    "variances that turn negative": (
        FALSE,
        lambda t: Eq(E(X(Narrowing, Integer(2))(t) ** 2), 2 * t - t * (t + 1) / 2),
        {"t": T},
    ),
    "variances that grow from 0": (
        TRUE,
        lambda t: Eq(E(X(Widening)(t) ** 2), t * (t + 1) * (2 * t + 1) / 6 - t),
        {"t": T},
    ),
    "0 at n = 1": (FALSE, lambda n, t: Eq(E(sign(X(Vanishing, n)(t))), 1), {"n": Integers(1, 5), "t": T}),
    "arguments that change": (REFUSED, lambda n, t: Eq(E(X(Squared, n)(t) ** 2), t * n**4), {"n": N, "t": T}),
    "arguments that change, of a subclass": (
        REFUSED,
        lambda n, t: Eq(E(Bigger(n).mu(t) ** 2), t / (n + 2)),
        {"n": N, "t": T},
    ),
    "a pole in symbols": (
        FALSE,
        lambda a: Eq(E(1 / (Noise("U", Uniform(0, 1)) - a) ** 2), 1 / (a * (a - 1))),
        {"a": Probability()},
    ),
    "a square of mean below 0": (
        FALSE,
        lambda a: Lt(E(1 / (Noise("U", Uniform(0, 1)) - a) ** 2), 0),
        {"a": Probability()},
    ),
    "mass where there is none": (FALSE, lambda t: Eq(UNIFORM.mass(t, 2), Rational(1, 3)), {"t": T}),
    "no mass where there is none": (TRUE, lambda t: Eq(UNIFORM.mass(t, 2), 0), {"t": T}),
    "two starts of one share": (TRUE, lambda t: Eq(Prob(Folded().share(t) >= half), half), {"t": T}),
    "two starts of one share, once": (FALSE, lambda t: Eq(E(sign(Folded().share(t))), Rational(1, 4)), {"t": T}),
    "a weight that counts fits": (
        REFUSED,
        lambda n, t: Le(E(PooledGaussianLoop(n, FreshReal(5), known_variance=True, weight=1 / CLOCK).mu(t)), 1),
        {"n": N, "t": T},
    ),
}


def examined(c):
    examine(c)
    return c


@pytest.mark.parametrize("name", ATTACKS)
def test_what_once_came_out_wrong(name):
    """Nothing false is proved, or supported wherever it was looked at; nothing true is refuted."""
    kind, relation, domain = ATTACKS[name]
    c = stated(relation, **domain)
    if kind == REFUSED:
        with pytest.raises(BadInput):
            prove(examined(c))
        return
    proof, balls = prove(c), enclose(c, c.points())
    said = {f.verdict for f in balls}
    if kind == TRUE:
        assert not proof.refuted
        assert Verdict.REFUTED not in said, [f.note for f in balls]
    else:
        assert not proof.proved, proof.steps
        assert Verdict.PROVED not in said
        assert said != {Verdict.SUPPORTED}


@pytest.mark.parametrize("name", ["Subs", "Patch", "Order", "Limit", "Sum"])
def test_a_loop_may_be_called_as_a_class_of_sympy_is(name):
    kind = type(name, (Plain,), {"step": lambda self, now: {"x": now["x"] + Noise("Z", Normal(0, self.args[0]))}})
    c = stated(lambda t: Eq(E(Observable(kind(Integer(2)), "x", t) ** 2), 2 * t), t=T)
    assert str(kind(Integer(2))) == f"{name}(2)"
    assert prove(c).proved
    assert c.latex
