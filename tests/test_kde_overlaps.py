"""Densities of sums of draws at 0, of laws that lean to one side, or have no bound at an end: against mpmath's integrals."""

import pytest
from mpmath import mp
from sympy import Ge, Gt, Le, Lt, Rational, Symbol, lambdify

from theory import ISE, Beta, E, Exponential, Gamma, Laplace, Mixture, Normal, Points, Reals, claim
from theory.kde import AnyKernelLoop
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.arithmetic import overlaps
from theory.proof.arithmetic.overlaps import overlap_ball
from theory.proof.arithmetic.precision import precision
from theory.proof.enclose import at_point
from theory.proof.reach import planned
from theory.proof.relations.prove import prove
from theory.proof.symbols.averages import Infinite
from theory.proof.symbols.overlaps import overlap

half, third, quarter = Rational(1, 2), Rational(1, 3), Rational(1, 4)


# ---- balls ----------------------------------------------------------------------------------------------------------


def of_gammas(shape, scale):
    """The density of X - Y, two draws from a gamma law, at u > 0: Bessel's K, by the law of a variance that is a gamma draw."""

    def at(u):
        u = u / scale
        return (u / 2) ** (shape - half_) * mp.besselk(shape - half_, u) / (mp.sqrt(mp.pi) * mp.gamma(shape)) / scale

    half_ = mp.mpf(1) / 2
    return at


def of_cubes(u):
    """That of two draws with the density 3 x^2 on (0, 1)."""
    return mp.quad(lambda x: 9 * x**2 * (x + u) ** 2, [0, 1 - u]) if u < 1 else mp.mpf(0)


LEANING = {
    "exponential": (Exponential(2), of_gammas(mp.mpf(1), 2), [0, 2, 8, 40, 200]),
    "gamma of 3/2": (Gamma(3 * half, 1), of_gammas(mp.mpf(3) / 2, 1), [0, 1, 4, 20, 100]),
    "gamma of 4": (Gamma(4, third), of_gammas(mp.mpf(4), mp.mpf(1) / 3), [0, 1, 4, 20, 100]),
    "beta": (Beta(3, 1), of_cubes, [0, half, 1]),
}


def smoothed(apart, ends, variance):
    """The density at 0 of X - Y and Gaussian noise."""
    bell = lambda u: mp.exp(-u * u / (2 * variance)) / mp.sqrt(2 * mp.pi * variance)  # noqa: E731
    return 2 * mp.quad(lambda u: bell(u) * apart(u), [mp.mpf(e) if isinstance(e, int) else mp.mpf(1) / 2 for e in ends])


def as_mp(ball):
    return mp.mpf(ball.mid().str(30, radius=False))


@pytest.mark.parametrize("kernels", [1, 2])
@pytest.mark.parametrize(("law", "apart", "ends"), LEANING.values(), ids=LEANING)
def test_gaussian_kernels_around_what_leans_to_one_side(law, apart, ends, kernels):
    with mp.workdps(20):
        wanted = smoothed(apart, ends, mp.mpf(kernels) / 4)
        with precision(80):
            ball = overlap_ball(Normal(0, quarter), kernels, law, 1)
        assert abs(as_mp(ball) - wanted) < mp.mpf(10) ** -15
        assert float(ball.rad()) < 1e-20
        with precision(80):
            plane = overlap_ball(Normal(0, quarter), kernels, law, 2)
        assert abs(as_mp(plane) - wanted**2) < mp.mpf(10) ** -15


def test_laplace_kernels_around_two_modes_that_differ():
    """By weight, place and width: against the sum of four integrals of a Laplace density under a bell."""
    parts = [(third, Normal(0, 1)), (1 - third, Normal(2, quarter))]
    with mp.workdps(20):

        def pair(p, x, q, y):
            m, v = mp.mpf(int(x.mean - y.mean)), mp.mpf(float(x.variance + y.variance))
            bell = lambda u: mp.exp(-((u - m) ** 2) / (2 * v)) / mp.sqrt(2 * mp.pi * v)  # noqa: E731
            weight = mp.mpf((p * q).p) / (p * q).q
            return weight * mp.quad(lambda u: mp.exp(-2 * abs(u)) * bell(u), [-30, -8, -2, 0, 2, 8, 30])

        wanted = sum(pair(p, x, q, y) for p, x in parts for q, y in parts)
        with precision(80):
            ball = overlap_ball(Laplace(0, half), 1, Mixture(third, parts[0][1], parts[1][1]), 1)
        assert abs(as_mp(ball) - wanted) < mp.mpf(10) ** -14


def test_what_is_beyond_the_end_of_the_integral_is_in_the_ball(monkeypatch):
    """Where the end is near, so that it is more than the rounding."""
    law, apart, ends = LEANING["gamma of 3/2"]
    monkeypatch.setattr(overlaps, "SPARE", -60)
    with mp.workdps(20):
        wanted = smoothed(apart, ends, mp.mpf(1) / 4)
        with precision(80):
            ball = overlap_ball(Normal(0, quarter), 1, law, 1)
        missed = abs(as_mp(ball) - wanted)
        assert mp.mpf(10) ** -12 < missed < mp.mpf(float(ball.rad()))


# ---- squared densities ----------------------------------------------------------------------------------------------

ENDLESS = [Gamma(third, 1), Gamma(half, 2), Beta(quarter, 1), Beta(2, half), Beta(quarter, quarter)]
NARROW = [Gamma(Rational(3, 5), 2), Gamma(3, half), Beta(Rational(3, 5), 2), Beta(4, Rational(3, 4)), Beta(3, 1)]


def error(law, n=5, d=1):
    loop = AnyKernelLoop(n, Normal(0, 1), law, d=d)
    return E(ISE(loop.model(1), loop.truth))


@pytest.mark.parametrize("law", ENDLESS, ids=str)
def test_a_squared_density_with_an_infinite_integral(law):
    for d in (1, 2):
        with pytest.raises(Infinite, match="diverges"):
            overlap(Normal(0, 1), Rational(0), law, 2, Rational(d))


@pytest.mark.parametrize("law", NARROW, ids=str)
def test_a_squared_density_by_quadrature(law):
    """In the tenth root of x, or of 1 - x, in which there is no pole."""
    x = Symbol("x", positive=True)

    def up_to_half(law):
        f = lambdify(x, law.density(x) ** 2, "mpmath")
        return mp.quad(lambda u: f(u**10) * 10 * u**9, [0, mp.mpf(1) / 2 ** (mp.mpf(1) / 10)])

    with mp.workdps(25):
        if isinstance(law, Beta):
            wanted = up_to_half(law) + up_to_half(Beta(law.b, law.a))
        else:
            f = lambdify(x, law.density(x) ** 2, "mpmath")
            wanted = up_to_half(law) + mp.quad(f, [mp.mpf(1) / 2, 2, 8, 32, 128])
        found = mp.mpf(overlap(Normal(0, 1), Rational(0), law, 2).evalf(20))
        assert abs(found / wanted - 1) < 1e-12


def test_shapes_that_are_not_told_have_no_form():
    k, more = Symbol("k", positive=True), half + Symbol("m", positive=True)
    for law in (Gamma(k, 1), Beta(k, 2), Beta(2, k)):
        with pytest.raises(CannotTell, match="is finite"):
            overlap(Normal(0, 1), Rational(0), law, 2)
    for law in (Gamma(more, 1), Beta(more, 1 + more)):
        assert overlap(Normal(0, 1), Rational(0), law, 2).has(Symbol("m", positive=True))


RELATIONS = {
    "below 0": lambda x: Lt(x, 0),
    "below a large number": lambda x: Le(x, 10**9),
    "above 100": lambda x: Gt(x, 100),
    "of more points": lambda x: Gt(x, error(Gamma(third, 1), 10)),
}


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=RELATIONS)
@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("law", [Gamma(third, 1), Beta(quarter, 1)], ids=str)
def test_of_an_infinite_error_nothing_is_said(law, d, relation):
    @claim
    def infinite(c=Points(1)):
        """It is infinite, and no number."""
        return relation(c * error(law, d=d))

    found = at_point(infinite, planned(infinite)[0], 0.01)
    assert found.verdict == Verdict.UNDECIDED
    assert "infinite" in found.note
    assert not prove(infinite).proved
    assert not prove(infinite).refuted


def test_a_domain_with_infinite_errors_in_it_is_not_supported():
    @claim
    def everywhere(k=Reals(0, 2)):
        """Finite above 1/2 only."""
        return Ge(error(Gamma(k, 1)), 0)

    found = {p.values["k"]: at_point(everywhere, p, 0.01) for p in planned(everywhere)}
    assert {f.verdict for k, f in found.items() if k <= half} == {Verdict.UNDECIDED}
    assert {f.verdict for k, f in found.items() if k > half} == {Verdict.SUPPORTED}
