"""The checker of certificates: functions of a state that stays Gaussian, and steps that do not tell the whole law of a path."""

import json

import pytest
from mpmath import mp, quad
from mpmath import mpf as number
from stated import assert_proved, is_proved
from sympy import Abs, Eq, Integer, Le, Rational, atan, erf, exp, lambdify, log, pi, sqrt, symbols

from theory import Integers, Reals, claim
from theory.gaussian.regression import MinimumNormLoop
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import ChiSquare, Laplace, Noise, Normal
from theory.language.loops import CLOCK, Loop, coordinate
from theory.language.moments import E, Var
from theory.language.structures import Told
from theory.proof.exported import certificate
from theory.recheck.averages import Averages
from theory.recheck.check import Refused, check
from theory.recheck.fractions import vanishes
from theory.recheck.gaussian import is_gaussian


class Walk(Loop):
    """x takes steps of variance 1/n, and y is pulled towards it."""

    n: Integers(1)
    pull: Reals(0, 1) = Rational(1, 2)

    x, y = coordinate(), coordinate()

    @property
    def initial(self):
        return {"x": Integer(0), "y": Noise("Y", Normal(1, 1))}

    def step(self, state):
        x = state["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"x": x, "y": (1 - self.pull) * state["y"] + self.pull * state["x"] + Noise("V", Normal(0, 2))}


class Scheduled(Walk):
    def step(self, state):
        return super().step(state) | {"x": state["x"] + Noise("Z", Normal(0, 1)) / CLOCK}


class Rough(Walk):
    def step(self, state):
        return super().step(state) | {"x": state["x"] + Noise("Z", Laplace(0, 1)) / sqrt(self.n)}


class Multiplied(Walk):
    def step(self, state):
        return super().step(state) | {"x": state["x"] * (1 + Noise("Z", Normal(0, 1)) / sqrt(self.n))}


class Wide(Walk):
    """The law of a draw goes by the state."""

    def step(self, state):
        return super().step(state) | {"x": state["x"] + Noise("Z", Normal(0, 1 + state["x"] ** 2))}


class Folded(Walk):
    def step(self, state):
        return super().step(state) | {"x": Abs(state["x"]) + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


class FromChance(Walk):
    """From a start that is no Gaussian."""

    @property
    def initial(self):
        return super().initial | {"x": Noise("Q", ChiSquare(3))}


class Untold(Walk):
    """Whose step says mean and variance alone."""

    told = Told("of the noise only mean and variance are told", degree=2, given=1)


class Beneath(Untold):
    """That takes nothing back."""

    told = None


class Generous(Untold):
    """That says more is told than the class before says."""

    told = Told("of the noise four moments are told", degree=4, given=4)


class Wrong(Walk):
    told = 2


def test_which_coordinates_are_gaussian():
    n = symbols("n", positive=True, integer=True)
    assert is_gaussian(Walk(n), "x")
    assert is_gaussian(Walk(n), "y")
    assert is_gaussian(Scheduled(n), "y")
    for kind in (Rough, Multiplied, Wide, Folded, FromChance):
        assert not is_gaussian(kind(n), "x"), kind
        assert not is_gaussian(kind(n), "y"), kind  # that takes x in
    assert not is_gaussian(Untold(n), "x")
    assert not is_gaussian(Beneath(n), "x")
    with pytest.raises(BadInput, match="Told"):
        is_gaussian(Wrong(n), "x")


X = Noise("X", Normal(1, 4))


@pytest.mark.parametrize(
    "f", [exp(-(X**2) / 8), X**2 * exp(X / 2 - X**2 / 3), exp(X**2 / 16 + X / 5 - 1), X * exp(X / 5)], ids=str
)
def test_means_of_exponentials_of_squares_are_the_integrals(f):
    x = symbols("x", real=True)
    with mp.workdps(30):
        mean = quad(
            lambdify(x, f.xreplace({X: x}) * exp(-((x - 1) ** 2) / 8) / sqrt(8 * pi), "mpmath"), (-mp.inf, mp.inf)
        )
        assert abs(number(str(Averages().mean(f).evalf(30))) - mean) < 1e-18


def test_an_exponential_of_a_square_needs_a_mean():
    a, known = symbols("a", real=True), Averages()
    known.mean(exp(a * X**2))
    assert (1 - 8 * a, True) in known.needs
    for f in (exp(X**2 / 8), exp(X**3), exp(X**2 / 100 + X**3), exp(Noise("Q", ChiSquare(2)) ** 2 / 8)):
        with pytest.raises(CannotTell):
            known.mean(f)


@claim
def angle(n=Integers(1), t=Integers(0)):
    """True."""
    return Eq(E(erf(Abs(Walk(n).x(t)) / 2)), 2 * atan(sqrt(t / (2 * n))) / pi)


@claim
def wider_angle(n=Integers(1), t=Integers(0)):
    """False: that is the angle of the fit after it."""
    return Eq(E(erf(Abs(Walk(n).x(t)) / 2)), 2 * atan(sqrt((t + 1) / (2 * n))) / pi)


@claim
def bell(n=Integers(1), t=Integers(0)):
    """True."""
    return Eq(E(exp(-(Walk(n).x(t) ** 2))), 1 / sqrt(1 + 2 * t / n))


@claim
def narrow_bell(n=Integers(1), t=Integers(0)):
    """False but at t = 0."""
    return Eq(E(exp(-(Walk(n).x(t) ** 2))), 1 / sqrt(1 + t / n))


@claim
def grows(n=Integers(1), t=Integers(0)):
    """True."""
    return Eq(E(exp(Walk(n).x(t) ** 2 / (t + 1) / 4)), 1 / sqrt(1 - t / (t + 1) / (2 * n)))


@claim
def grows_too_far(n=Integers(1), t=Integers(0)):
    """False: from 2 t = n on there is no mean."""
    return Eq(E(exp(Walk(n).x(t) ** 2)), 1 / sqrt(1 - 2 * t / n))


@claim
def followed(n=Integers(1), t=Integers(0)):
    """True: mean and variance are those of the recursion."""
    y = Walk(n).y(t)
    return Eq(E(exp(y)), exp(E(y) + Var(y) / 2))


@claim
def less_spread(n=Integers(1), t=Integers(0)):
    """False."""
    y = Walk(n).y(t)
    return Le(E(exp(y)), exp(E(y) + Var(y) / 3))


@claim
def rough_angle(n=Integers(1), t=Integers(0)):
    """False: the noise is Laplace's."""
    return Eq(E(erf(Abs(Rough(n).x(t)) / 2)), 2 * atan(sqrt(t / n)) / pi)


@claim
def untold_angle(n=Integers(1), t=Integers(0)):
    """What nobody knows of this walk."""
    return Eq(E(erf(Abs(Untold(n).x(t)) / 2)), 2 * atan(sqrt(t / (2 * n))) / pi)


@claim
def untold_square(n=Integers(1), t=Integers(0)):
    """True, and told."""
    return Eq(E(Untold(n).x(t) ** 2), t / n)


@claim
def untold_fourth(n=Integers(1), t=Integers(0)):
    """What nobody knows of this walk."""
    return Eq(E(Untold(n).x(t) ** 4), 3 * t**2 / n**2)


@claim
def generous_fourth(n=Integers(1), t=Integers(0)):
    """What nobody knows of this walk."""
    return Eq(E(Generous(n).x(t) ** 4), 3 * t**2 / n**2)


@claim
def untold_fourth_at_once(n=Integers(1)):
    """What nobody knows of this walk."""
    return Eq(E(Untold(n).x(1) ** 4), 3 / n**2)


@claim
def untold_given(n=Integers(1), t=Integers(0)):
    """Of a known model only the mean is told."""
    loop = Untold(n)
    return Eq(E(E(loop.x(t + 1) ** 2, loop.model(t))), (t + 1) / n)


TRUE = (angle, bell, grows, followed, untold_square)
FALSE = (
    wider_angle,
    narrow_bell,
    grows_too_far,
    less_spread,
    rough_angle,
    untold_angle,
    untold_fourth,
    generous_fourth,
    untold_fourth_at_once,
    untold_given,
)


@pytest.mark.parametrize("c", TRUE, ids=lambda c: c.id)
def test_what_holds_has_a_certificate(c):
    check(c, "derivation", json.loads(certificate(c, "derivation")))


@pytest.mark.parametrize("c", FALSE, ids=lambda c: c.id)
def test_what_does_not_or_is_not_told_has_none(c):
    assert "none" in json.loads(certificate(c, "derivation"))


def _changed(path, put):
    data = json.loads(certificate(angle, "derivation"))
    inside = data
    for key in path[:-1]:
        inside = inside[key]
    assert inside[path[-1]] != put
    inside[path[-1]] = put
    return data


@pytest.mark.parametrize(
    ("path", "put"),
    [
        (("places", 0, "means", 1, "of", 0, "form"), "_0 + 2*_t/n"),  # a coefficient
        (("places", 0, "means", 1, "of", 0, "after"), "_s0**2 + 2/n"),
        (("places", 0, "means", 1, "of", 0, "start"), "1"),
        (("places", 0, "domain", "n"), "integers 2.."),  # a condition
        (("places", 0, "parts", 0, "ends"), "sign"),
        (("method",), "derivation, given Jensen"),
        (("claim",), "wider-angle"),
    ],
    ids=str,
)
def test_a_changed_one_is_refused(path, put):
    with pytest.raises(Refused):
        check(angle, "derivation", _changed(path, put))


@pytest.mark.parametrize("other", [wider_angle, narrow_bell, rough_angle, untold_angle], ids=lambda c: c.id)
def test_nothing_else_is_proved_by_it(other):
    data = json.loads(certificate(angle, "derivation")) | {"claim": other.id}
    for place, row in zip(data["places"], [0], strict=True):
        place["parts"][row]["says"] = str(other.relation({}))
        for entry in place["means"]:
            entry["loop"] = str(next(iter(other.relation({}).atoms(Loop))))
    with pytest.raises((Refused, CannotTell)):
        check(other, "derivation", data)


def test_roots_in_functions_are_the_same_where_what_they_are_of_is():
    a, b, t = symbols("a b t", positive=True)
    one, other = 1 - (a / (a + b)) ** (2 * t), 1 - a ** (2 * t) / (a**2 + 2 * a * b + b**2) ** t
    assert vanishes(atan(sqrt(one)) - atan(sqrt(other)))
    assert vanishes(sqrt(one) - sqrt(other))
    assert not vanishes(atan(sqrt(one)) - atan(sqrt(1 + other)))
    assert not vanishes(atan(sqrt(one)) - erf(sqrt(other)))
    assert not vanishes(sqrt(one) - sqrt(other + 1))
    assert not vanishes(log(1 + sqrt(one)) - log(2 + sqrt(other)))


class Centred(Walk):
    """Whose step says the mean alone."""

    told = Told("of the noise only the mean is told", degree=1, given=1)


def test_an_induction_asks_what_a_step_tells():
    """It took the noise for what stands in the step: a fourth moment, or a variance, that nobody tells."""
    of_noise = {"n": Integers(1), "t": Integers(0)}
    assert not is_proved(lambda n, t: Eq(E(Untold(n).x(t) ** 4), 3 * t**2 / n**2), **of_noise)
    assert not is_proved(lambda n, t: Eq(E(Centred(n).x(t) ** 2), t / n), **of_noise)
    assert not is_proved(lambda n, t: Eq(Var(Centred(n).x(t)), t / n), **of_noise)
    assert_proved(lambda n, t: Eq(E(Untold(n).x(t) ** 2), t / n), **of_noise)
    assert_proved(lambda n, t: Eq(E(Centred(n).x(t)), 0), **of_noise)


def test_the_norm_of_a_fit_of_least_norm_is_not_told_by_its_mean():
    def claimed(n, m, t):
        k = n / (n + 2 + m)
        return k ** (2 * t) + (1 - k ** (2 * t)) / (1 - k**2)

    square = lambda n, m, t: E(MinimumNormLoop(n, n + 2 + m).along(t) ** 2)  # noqa: E731
    sizes = {"n": Integers(1), "m": Integers(0), "t": Integers(0)}
    assert not is_proved(lambda n, m, t: Eq(square(n, m, t), claimed(n, m, t)), **sizes)
