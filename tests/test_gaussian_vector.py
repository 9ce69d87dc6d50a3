"""Gaussians in several dimensions, regression: the catalogue's numbers, the kernels against data."""

from functools import partial

import numpy as np
import pytest
from exact import about
from scipy.stats import ks_2samp
from stated import stated
from sympy import Ge, Le, Rational, S, Sum, Symbol, lambdify, log, sqrt

from reports import verify
from simulate import sample
from simulate.engine.dispatch import estimand
from simulate.engine.streams import generator
from simulate.gaussian import vector
from theory import E, Integers, Loop, MultivariateGaussianLoop, Positive, RegressionLoop, Var, c4, claim, coordinate
from theory.gaussian.talk import eigenvalues, entries, root
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import ChiSquare, Noise
from theory.language.loops import Observable
from theory.language.policies import Accumulate, Replace, Subsample
from theory.proof.enclose import value
from theory.proof.existence import Undefined
from theory.proof.methods import wishart
from theory.proof.relations.prove import prove
from theory.proof.relations.spectra import largest_eigenvalue, row_by_row, smallest_eigenvalue
from theory.proof.standard import standardise
from theory.proof.symbols.averages import Infinite


def test_numbers_of_the_catalogue():
    loop = MultivariateGaussianLoop(12, 3)
    about(E(loop.det(5)), 0.22765945697524, 11)
    about(E(loop.log_det(1)), -0.6081625333422, 11)
    about(Var(loop.log_det(1)), 0.66939044576575, 11)
    about(E(loop.kl(5)), 2.1454063333555, 11)
    for i, drift in enumerate((-0.21313409122891, -0.49350639677569, -0.87980075789558), start=1):
        about(2 * E(MultivariateGaussianLoop(6, 3).log_r(i, 1)), drift, 11)
    about(E(log(loop.along((1, 0, 0), 5))), -0.46827471828337, 11)


def test_numbers_of_the_catalogue_for_regression():
    about(RegressionLoop(9, 3).expected_risk(4), 2.4, 11)
    about(RegressionLoop(100, 10).expected_risk(5), 0.56179775280899, 11)
    about(RegressionLoop(9, 3, Accumulate()).expected_risk(4), 0.77405861801242, 11)
    about(RegressionLoop(9, 3, Accumulate(), reused=True).expected_risk(4), 0.85416666666667, 11)


def test_eigenvalues_of_the_plane_are_those_of_the_matrix():
    loop = MultivariateGaussianLoop(5, 2, (9, Rational(1, 4)))
    factor = np.array([[0.7, 0.0], [-0.4, 0.9]])
    at = {loop.a(i + 1, j + 1, 1): factor[i, j] for i in range(2) for j in range(i + 1)}
    scaled = np.diag([3, 0.5]) @ factor
    found = sorted(float(x.xreplace(at)) for x in eigenvalues(loop, 1))
    assert found == pytest.approx(np.linalg.eigvalsh(scaled @ scaled.T), rel=1e-12)
    entry = {o: Symbol(f"entry_{i}") for i, o in enumerate(at)}
    of_entries = lambdify([*entry.values()], root(loop, 1).xreplace(entry))
    assert of_entries(*at.values()) == pytest.approx(np.sqrt(found).sum(), rel=1e-12)


# ---- kernels against data -------------------------------------------------------------------------------------------


def covariances(rng, n: int, d: int, t: int, size: int, divisor: int) -> tuple[np.ndarray, np.ndarray]:
    """n points are drawn in every generation: fitted means and Cholesky's factors of the covariances after t fits."""
    mean, factor = np.zeros((size, d)), np.tile(np.eye(d), (size, 1, 1))
    for _ in range(t):
        points = mean[:, None] + rng.standard_normal((size, n, d)) @ factor.transpose(0, 2, 1)
        mean = points.mean(axis=1)
        centred = points - mean[:, None]
        factor = np.linalg.cholesky(centred.transpose(0, 2, 1) @ centred / divisor)
    return mean, factor


@pytest.mark.parametrize(("estimator", "divisor"), [("unbiased", 5), ("mle", 6)])
def test_the_kernel_gives_what_fits_to_points_give(estimator, divisor):
    n, d, t, size = 6, 3, 3, 20_000
    loop = MultivariateGaussianLoop(n, d, (4, 1, Rational(1, 4)), estimator)
    drawn = {name: x[:, -1] for name, x in sample(loop, list(loop.state), t=t, replicates=size).items()}
    mean, factor = covariances(np.random.default_rng(2), n, d, t, size, divisor)
    for i in range(d):
        assert ks_2samp(drawn[f"mu{i + 1}"], mean[:, i]).pvalue > 1e-8
        for j in range(i + 1):
            assert ks_2samp(drawn[f"a{i + 1}_{j + 1}"], factor[:, i, j]).pvalue > 1e-8

    def both(f):
        A = np.zeros((size, d, d))
        for i in range(d):
            for j in range(i + 1):
                A[:, i, j] = drawn[f"a{i + 1}_{j + 1}"]
        return f(A, np.column_stack([drawn[f"mu{i + 1}"] for i in range(d)])), f(factor, mean)

    v = np.array([1, 2, 3])
    for f in (
        lambda A, m: ((v @ A) ** 2).sum(axis=-1),
        lambda A, m: (A**2).sum(axis=(1, 2)) * (m**2).sum(axis=1),
        lambda A, m: np.einsum("bi,bij->bj", m, np.linalg.inv(A))[:, 0],
    ):
        assert ks_2samp(*both(f)).pvalue > 1e-8


@pytest.mark.parametrize(("estimator", "divisor"), [("unbiased", 19), ("mle", 20)])
def test_second_moments_of_the_kernel_are_exact(estimator, divisor):
    """E Sigma_t = (19/divisor)^t I, and Cov(mu_t) the sum of those before over n: to six standard errors, a percent or less."""
    n, d, t, size = 20, 3, 4, 100_000
    records = vector._draw(MultivariateGaussianLoop(n, d, estimator=estimator), generator(0, "exact", 0), size, [1, t])
    for s in (1, t):
        A, mu = np.zeros((size, d, d)), np.column_stack([records[f"mu{i + 1}", s] for i in range(d)])
        for i in range(d):
            for j in range(i + 1):
                A[:, i, j] = records[f"a{i + 1}_{j + 1}", s]
        shrunk = [(19 / divisor) ** k for k in range(s + 1)]
        for product, mean in (
            (A @ A.transpose(0, 2, 1), shrunk[s]),
            (mu[:, :, None] * mu[:, None], sum(shrunk[:s]) / n),
        ):
            off = (product.mean(axis=0) - mean * np.eye(d)) / (product.std(axis=0) / size**0.5)
            assert np.abs(off).max() < 6
        if s == 1:  # Bartlett's factor: chi-squares with 19, 18, 17 degrees of freedom, normals below
            squares = (A**2).mean(axis=0) * divisor
            expected = np.tril(np.ones((d, d)), -1) + np.diag([19, 18, 17])
            assert np.abs(squares - expected).max() < 6 * (2 * 19 / size) ** 0.5 + 6 * (2 / size) ** 0.5


def test_the_overlap_is_the_trace_of_a_root():
    loop = MultivariateGaussianLoop(5, 3, (4, 1, Rational(1, 4)))
    records = vector._draw(loop, np.random.default_rng(0), 50, [2])
    root = np.diag([2.0, 1.0, 0.5])
    A = np.zeros((50, 3, 3))
    for i in range(3):
        for j in range(i + 1):
            A[:, i, j] = records[f"a{i + 1}_{j + 1}", 2]
    fitted = root @ A @ A.transpose(0, 2, 1) @ root
    expected = np.sqrt(np.linalg.eigvalsh(root @ fitted @ root)).sum(axis=1)
    (statistic,) = estimand(standardise(E(loop.overlap(2)))).statistics
    assert statistic.values(records) == pytest.approx(expected, rel=1e-9)


def test_many_dimensions_cost_no_points():
    """d = 64, and a sample that nobody would draw: log det of the first fit, about -d^2/(2n)."""
    loop = MultivariateGaussianLoop(10**6, 64)
    records = vector._draw(loop, np.random.default_rng(0), 20, [1])
    logs = sum(2 * np.log(records[f"a{i}_{i}", 1]) for i in range(1, 65))
    assert logs.mean() == pytest.approx(-64 * 65 / 2 / 10**6, abs=6 * (2 * 64 / 10**6 / 20) ** 0.5)


def test_small_eigenvalues_do_not_drown_in_large_ones():
    """After 300 fits to 4 points the third diagonal entry is e^-400 or so of the first: far beyond 16 digits."""
    records = vector._draw(MultivariateGaussianLoop(4, 3), np.random.default_rng(0), 200, [300])
    gap = np.log(records["a3_3", 300]) - np.log(records["a1_1", 300])
    about_gap = 300 * (
        float(value(E(MultivariateGaussianLoop(4, 3).log_r(3, 1))).value)
        - float(value(E(MultivariateGaussianLoop(4, 3).log_r(1, 1))).value)
    )
    assert gap.mean() == pytest.approx(about_gap, abs=6 * gap.std() / 200**0.5)


def test_it_does_not_matter_how_often_the_factors_are_split(monkeypatch):
    """The state between two splits is well conditioned: split after every generation, all entries are the same."""
    for n, d, t in [(100, 3, 100), (20, 10, 40)]:
        drawn = []
        for rounds in (vector.rounds, lambda n, d: 1):
            monkeypatch.setattr(vector, "rounds", rounds)
            drawn.append(vector._draw(MultivariateGaussianLoop(n, d), generator(0, "split", 0), 200, [t]))
        assert all(drawn[0][key] == pytest.approx(drawn[1][key], rel=1e-8) for key in drawn[1])
        monkeypatch.undo()
        assert vector.rounds(n, d) > 1


def test_a_shorter_run_is_the_beginning_of_a_longer_one():
    """Bit for bit, whatever else is recorded, and for numbers of paths that are no whole groups."""
    loop = MultivariateGaussianLoop(20, 3)
    longer = vector._draw(loop, generator(0, "prefix", 0), 300, [2, 9, 40])
    shorter = vector._draw(loop, generator(0, "prefix", 0), 300, [9])
    assert all((longer[key] == shorter[key]).all() for key in shorter)


def errors(rng, n, d, t, size, accumulate: bool, reused: bool) -> np.ndarray:
    """Inputs and labels are drawn: the first weight's error after t fits by least squares."""
    w = np.zeros((size, d))
    X, inputs, labels = None, np.empty((size, 0, d)), np.empty((size, 0))
    for _ in range(t):
        X = X if reused and X is not None else rng.standard_normal((size, n, d))
        y = np.einsum("bij,bj->bi", X, w) + rng.standard_normal((size, n))
        inputs = np.concatenate([inputs, X], axis=1) if accumulate else X
        labels = np.concatenate([labels, y], axis=1) if accumulate else y
        gram = inputs.transpose(0, 2, 1) @ inputs
        w = np.linalg.solve(gram, np.einsum("bij,bi->bj", inputs, labels)[..., None])[..., 0]
    return w[:, 0]


@pytest.mark.parametrize("policy", [Replace(), Accumulate()], ids=str)
@pytest.mark.parametrize("reused", [False, True], ids=["fresh", "reused"])
def test_regression_against_least_squares(policy, reused):
    loop = RegressionLoop(6, 3, policy, sigma=2, reused=reused)
    drawn = sample(loop, ["error"], t=3, replicates=20_000)["error"][:, -1]
    fitted = 2 * errors(np.random.default_rng(3), 6, 3, 3, 20_000, isinstance(policy, Accumulate), reused)
    assert ks_2samp(drawn, fitted).pvalue > 1e-7


def test_the_step_says_no_more_of_accumulated_inputs_than_second_moments():
    """The inputs of a path are dependent: what would need their joint law is not derived."""
    from theory.proof.methods import moment

    t = Symbol("t", integer=True, positive=True)
    loop = RegressionLoop(9, 3, Accumulate())
    assert moment(E(loop.error(t) ** 2)).form.has(Sum)
    for x in (loop.error(t) ** 4, loop.error(1) ** 2 * loop.error(2) ** 2):
        with pytest.raises(CannotTell):
            moment(E(x))


# ---- what makes no sense --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loop", "reason"),
    [
        (MultivariateGaussianLoop(3, 3), "n = 3, d = 3"),
        (MultivariateGaussianLoop(4, 2, (1, 0)), "variances"),
        (RegressionLoop(2, 3), "n = 2, d = 3"),
        (RegressionLoop(5, 3, sigma=0), "sigma = 0"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(loop, reason):
    assert (loop.refuses() or "").startswith(reason)


def test_other_policies_and_shapes():
    with pytest.raises(BadInput, match=r"expected Replace or Accumulate\(...\)"):
        RegressionLoop(5, 3, Subsample())
    with pytest.raises(BadInput, match="variances: 2 values for d = 3"):
        MultivariateGaussianLoop(5, 3, (1, 2))


def test_a_mean_of_which_only_bounds_are_known_refutes_what_they_refute():
    """At t = 200 the simulation is no help: the mean's square is heavy-tailed."""
    from sympy import Ge

    from reports import verify
    from theory import Integers, claim

    @claim
    def slope(n=Integers(4, 20), t=Integers(200, 1000)):
        """E W2^2 keeps the slope 3/(2n), times the trace."""
        return Ge(E(MultivariateGaussianLoop(n, 3).w2_square(t)), Rational(9, 2) * t / n)

    assert [f.verdict for f in verify([slope], seconds=0.2)] == ["refuted"]
    loop = MultivariateGaussianLoop(12, 2, (4, 1))
    wanted = standardise(E(loop.overlap(3)))
    (statistic,) = estimand(wanted).statistics
    mean = statistic.values(vector._draw(loop, np.random.default_rng(5), 2_000, [3])).mean()
    assert float(value(wanted).value.lower()) <= mean <= float(value(wanted).value.upper())


# ---- directions and eigenvalues, proved -----------------------------------------------------------------------------

n, t = Symbol("n", integer=True, positive=True), Symbol("t", integer=True, positive=True)
SLANTED = MultivariateGaussianLoop(n, 2, (1, 4))
OTHER_SQUARES = {
    "no column": lambda a, b, c: a**2 + b**2,
    "two weights": lambda a, b, c: b**2 + 2 * c**2,
    "all entries": lambda a, b, c: a**2 + b**2 + c**2,
    "two directions": lambda a, b, c: (a + b) ** 2 + 4 * c**2,
    "a square more": lambda a, b, c: b**2 + c**2 + 1,
}


@pytest.mark.parametrize("name", OTHER_SQUARES)
def test_only_variances_along_a_direction_are_chi_square(name):
    a, b, c = (SLANTED.a(i, j, t) for i, j in ((1, 1), (2, 1), (2, 2)))
    with pytest.raises(CannotTell):
        wishart.derive(E(sqrt(OTHER_SQUARES[name](a, b, c))))
    assert wishart.derive(E(sqrt((a + b) ** 2 + c**2))).form.subs({n: 5, t: 0}) == sqrt(2)


def test_degrees_of_freedom_are_those_of_the_step():
    class Thinner(MultivariateGaussianLoop):
        """One degree of freedom less on the last diagonal entry."""

        def step(self, state):
            q = [z for z in sum(super().step(state).values()).atoms(Noise) if z.law == ChiSquare(self.n - 2)]
            return {
                k: x.xreplace({z: Noise("Q2", ChiSquare(self.n - 3)) for z in q})
                for k, x in super().step(state).items()
            }

    with pytest.raises(CannotTell, match="degrees of freedom"):
        wishart.derive(E(sqrt(Thinner(n, 2, (1, 4)).along((1, 1), t))))


def axes(relation, swapped=False, smaller=False):
    loop, at = next((o.loop, o.t) for o in relation.atoms(Observable))
    p, q, r = entries(loop, at)
    return largest_eigenvalue(*((r, q, p) if swapped else (p, 2 * q if smaller else q, r)))(relation)


@pytest.mark.parametrize(
    ("proof", "least", "proved"),
    [
        (partial(axes, swapped=True), 4, True),
        (axes, 1, True),
        (axes, 4, False),  # along the shorter axis it is 1
        (partial(axes, swapped=True), Rational(9, 2), False),
        (partial(axes, smaller=True), 1, False),  # another matrix
    ],
)
def test_the_largest_eigenvalue_is_above_an_entry_of_the_diagonal(proof, least, proved):
    @claim(proof=proof)
    def said(n=Integers(4), t=Integers(1)):
        """It is above."""
        return Ge(E(eigenvalues(MultivariateGaussianLoop(n, 2, (1, 4)), t)[0]), least)

    try:
        assert prove(said).proved == proved
    except BadInput:
        assert not proved


def shorter(relation, swapped=False, smaller=False):
    loop, at = next((o.loop, o.t) for o in relation.atoms(Observable))
    p, q, r = entries(loop, at)
    return smallest_eigenvalue(*((r, q, p) if swapped else (p, q / 2 if smaller else q, r)))(relation)


@pytest.mark.parametrize(
    ("proof", "most", "proved"),
    [
        (shorter, 1, True),
        (partial(shorter, swapped=True), 2, True),  # along the longer axis it is 2
        (partial(shorter, swapped=True), 1, False),
        (shorter, Rational(99, 100), False),
        (partial(shorter, smaller=True), 1, False),  # another matrix
    ],
)
def test_the_smallest_eigenvalue_is_below_an_entry_of_the_diagonal(proof, most, proved):
    @claim(proof=proof)
    def said(n=Integers(4), t=Integers(1)):
        """It is below."""
        return Le(E(sqrt(eigenvalues(MultivariateGaussianLoop(n, 2, (1, 4)), t)[1])), most * c4(n) ** t)

    try:
        assert prove(said).proved == proved
    except BadInput:
        assert not proved


@pytest.mark.parametrize(("share", "proved"), [(1, True), (Rational(99, 100), False)])
def test_a_nuclear_norm_is_at_most_the_lengths_of_the_rows(share, proved):
    @claim(proof=row_by_row())
    def said(n=Integers(4), t=Integers(1)):
        """It is at most that."""
        loop = MultivariateGaussianLoop(n, 3, (3, 1, S.Half))
        return Le(E(root(loop, t)), share * c4(n) ** t * sum(map(sqrt, loop.variances)))

    assert prove(said).proved == proved


class Pair(Loop):
    """Two variances, both times one chi-square number."""

    m: Positive()
    x = coordinate()
    y = coordinate()
    initial = {"x": 1, "y": 2}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        q = Noise("Q", ChiSquare(self.m))
        return {"x": now["x"] * q, "y": now["y"] * q}


class Grown(Pair):
    """Its degrees of freedom are the state itself."""

    def step(self, now):
        q = Noise("Q", ChiSquare(now["x"] + now["y"]))
        return {"x": now["x"] * q, "y": now["y"] * q}


def test_a_mean_of_a_power_that_is_infinite_has_no_ball():
    """Gamma has values below 0, too: E 1/(x + y) was -1/3 for one degree of freedom."""
    inverse = lambda m: E(1 / (Pair(m).x(1) + Pair(m).y(1)))  # noqa: E731
    assert abs(value(inverse(3)).value - Rational(1, 3)) < 1e-15
    for m in (1, 2):
        with pytest.raises((CannotTell, Infinite, Undefined)):
            value(inverse(m))
    (bound,) = verify([stated(lambda t: Le(E(1 / (Pair(1).x(t) + Pair(1).y(t))), 1), t=Integers(1, 3))])
    assert bound.verdict not in ("proved", "supported")


def test_a_law_that_the_state_changes_multiplies_no_mean():
    x, y = Grown(1).x(1), Grown(1).y(1)
    with pytest.raises(CannotTell, match="another one in each generation"):
        wishart.derive(E(sqrt(x + y)))
