"""Vectors and matrices in the state: entries against plain NumPy and known moments, false twins, wrong shapes."""

import pickle
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import And, Eq, Le, Matrix, Rational, Symbol, diag, digamma, expand, eye, latex, log, ones, sqrt, zeros
from sympy.core.relational import Relational

from simulate import estimate, sample
from theory import (
    CLOCK,
    PSD,
    BadInput,
    Cov,
    E,
    Integers,
    Limit,
    Loop,
    MatrixLoop,
    MatrixValues,
    Noise,
    Normal,
    Points,
    Prob,
    Reals,
    Var,
    bartlett,
    coordinate,
    matrix,
    normal_vector,
    observable,
    vector,
    wishart,
)
from theory.language.fields import computed
from theory.language.laws import Noise as Draw
from theory.language.moments import Moment
from theory.proof import structures
from theory.proof.arithmetic.programs import to_ball
from theory.proof.methods import enclosed, moment
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise
from theory.proof.symbols.averages import average


class Autoregression(MatrixLoop):
    """w' = A w + z, z of covariance V."""

    d: int
    A: MatrixValues("d", "d")
    V: MatrixValues("d", "d") = computed(lambda given: eye(given.d))
    start: MatrixValues("d") = computed(lambda given: zeros(given.d, 1))

    w = vector("d")
    square = observable(of=lambda loop, now: now["w"].dot(now["w"]))

    @property
    def initial(self):
        return {"w": self.start}

    def step(self, state):
        return {"w": self.A * state["w"] + normal_vector("Z", self.V)}

    def emit(self, state, index):
        return state["w"][0] + Noise(f"X{index}", Normal(0, 1))


class Refitted(MatrixLoop):
    """The covariance of a Gaussian in d dimensions is fitted to n > d draws, again and again."""

    n: Integers(2)
    d: int
    root = matrix("d", "d", form="lower")

    @property
    def initial(self):
        return {"root": eye(self.d)}

    def step(self, state):
        return {"root": state["root"] * bartlett("T", self.n - 1, self.d) / sqrt(self.n - 1)}

    def Sigma(self, t):
        return self.root(t) * self.root(t).T


class Forgetful(MatrixLoop):
    """A matrix that is averaged with fresh scatter matrices, and a scalar beside it."""

    V: MatrixValues(2, 2)
    S = matrix(2, 2, form="symmetric")
    count = coordinate()

    @property
    def initial(self):
        return {"S": eye(2), "count": 0}

    def step(self, state):
        return {"S": (state["S"] + wishart("W", 5, self.V) / 5) / 2, "count": state["count"] + 1}


HALF, THIRD = Rational(1, 2), Rational(1, 3)
ROTATION = Matrix([[HALF, THIRD], [-THIRD, HALF]])


def exact(x):
    """A quantity in moments, by their derived forms."""
    x = standardise(x)
    return x.xreplace({m: moment(m).form for m in x.atoms(Moment)})


def mean(x):
    """The mean of an expression in draws."""
    draws = x.atoms(Draw)
    form, conditions = average(expand(x), draws)
    assert not conditions or all(c.is_positive is not False for c in conditions)
    return form


# ---- noise ----------------------------------------------------------------------------------------------------------

r, dof, a, b = Symbol("r", real=True), Symbol("nu", positive=True), Symbol("a", positive=True), Symbol("b", real=True)
COVARIANCES = {
    "numbers": Matrix([[4, 1, 0], [1, 3, -1], [0, -1, 2]]),
    "a correlation": Matrix([[1, r], [r, 1]]),
    "symbols": Matrix([[a, b], [b, a + b**2]]),
    "singular": Matrix([[1, 2, 0], [2, 4, 0], [0, 0, 5]]),
    "a zero first": Matrix([[0, 0], [0, 3]]),
    "equal correlations": (1 - r) * eye(3) + r * ones(3, 3),
}


@pytest.mark.parametrize("V", COVARIANCES.values(), ids=COVARIANCES)
def test_a_normal_vector_has_its_covariance(V):
    z = normal_vector("Z", V)

    assert all(mean(x) == 0 for x in z)
    assert (z * z.T).applyfunc(mean).applyfunc(expand) == V.applyfunc(expand) or all(
        (mean(z[i] * z[j]) - V[i, j]).simplify() == 0 for i in range(V.rows) for j in range(V.rows)
    )


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", ["a correlation", "symbols", "singular", "a zero first"])
def test_first_and_second_moments_of_a_wishart_matrix(name):
    """E W = nu V, Cov(W_ij, W_kl) = nu (V_ik V_jl + V_il V_jk)."""
    V = COVARIANCES[name]
    W, d = wishart("W", dof, V), range(V.rows)
    for i, j in ((i, j) for i in d for j in d):
        assert (mean(W[i, j]) - dof * V[i, j]).simplify() == 0
        for k, m in ((k, m) for k in d for m in d):
            covariance = mean(W[i, j] * W[k, m]) - mean(W[i, j]) * mean(W[k, m])
            assert (covariance - dof * (V[i, k] * V[j, m] + V[i, m] * V[j, k])).simplify() == 0


def test_a_wishart_matrix_is_a_sum_of_squares_of_normal_vectors():
    """Of a polynomial of degree 3, which its second moments do not tell: the determinant, and E tr W^3."""
    V, n, rng = np.array([[2.0, 0.5], [0.5, 1.0]]), 6, np.random.default_rng(1)
    x = rng.multivariate_normal([0, 0], V, (200_000, n))
    W = np.einsum("rni,rnj->rij", x, x)
    ours = wishart("W", n, Matrix([[2, HALF], [HALF, 1]]))
    for raw, form in (
        (np.linalg.det(W), ours.det()),
        (np.trace(W @ W @ W, axis1=1, axis2=2), (ours**3).trace()),
    ):
        assert abs(raw.mean() - float(mean(form))) < 6 * raw.std() / len(raw) ** 0.5


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: normal_vector("Z", [[1, 2], [2, 1]]), "not positive semidefinite"),
        (lambda: normal_vector("Z", [[0, 1], [1, 1]]), "not positive semidefinite"),
        (lambda: normal_vector("Z", [[1, 2], [3, 9]]), "not symmetric"),
        (lambda: normal_vector("Z", [[1, 2, 3], [2, 1, 3]]), "2 x 3 matrix; expected a square one"),
        (lambda: normal_vector("Z", "large"), "expected a symmetric matrix"),
        (lambda: normal_vector("Z", 0), "expected a symmetric matrix"),
        (lambda: normal_vector("Z", Symbol("d", integer=True, positive=True)), "expected a symmetric matrix"),
        (lambda: wishart("W", 5, [[-1, 0], [0, 1]]), "not positive semidefinite"),
        (lambda: wishart("W", 5, [[b, 0], [0, 1]]), "not seen to be positive"),
        (lambda: matrix(2, 2, form="diagonal"), "form is 'diagonal'"),
        (lambda: matrix(2, 3, form="lower"), "a lower matrix is square"),
    ],
)
def test_what_is_no_covariance_is_refused(make, reason):
    with pytest.raises(BadInput, match=reason):
        make()


# ---- the state ------------------------------------------------------------------------------------------------------


def test_the_step_in_entries_is_the_step_in_matrices():
    """With numbers for state and draws: against NumPy's own matrices."""
    V = [[2, 1], [1, 3]]
    loop, rng = Autoregression(2, ROTATION, V), np.random.default_rng(2)
    state = loop.symbols()
    after = loop.step(state)
    draws = sorted(set().union(*(x.atoms(Draw) for x in after.values())), key=str)
    w, z = rng.standard_normal(2), rng.standard_normal(2)
    numbers = dict(zip(state.values(), w, strict=True)) | dict(zip(draws, z, strict=True))
    lower = np.array([[1, 0], [0.5, 1]])  # V = L diag(2, 5/2) L'

    assert [x.law for x in draws] == [Normal(0, 2), Normal(0, Rational(5, 2))]
    assert np.allclose(lower @ np.diag([2, 2.5]) @ lower.T, V)
    expected = np.array(ROTATION.tolist(), float) @ w + lower @ z
    assert np.allclose([float(after[f"w[{i}]"].xreplace(numbers)) for i in range(2)], expected)


def test_names_and_places():
    loop = Refitted(9, 3)

    assert loop.state == ("root[0,0]", "root[1,0]", "root[1,1]", "root[2,0]", "root[2,1]", "root[2,2]")
    assert loop.root(4)[0, 1] == 0
    assert str(loop.root(4)[2, 1]) == "root[2,1](4)"
    assert latex(loop.root(4)[2, 1]) == r"\mathrm{root}_{4}[2,1]"
    assert Forgetful(eye(2)).S(1)[1, 0] == Forgetful(eye(2)).S(1)[0, 1]
    assert loop.Sigma(2).is_symmetric()
    for made in (loop, Autoregression(2, ROTATION, eye(2)), E(loop.Sigma(2))):
        assert pickle.loads(pickle.dumps(made)) == made
        assert made.func(*made.args) == made
    assert Autoregression(2, a * eye(2)).xreplace({a: HALF}) == Autoregression(2, HALF * eye(2))
    assert Matrix([[0, 1], [1, 0]]) == Autoregression(2, ((0, 1), (1, 0))).A


def test_a_diagonal_is_seen_to_be_positive():
    assert Refitted(9, 2).root(3)[1, 1].is_positive
    assert not Refitted(9, 2).root(3)[1, 0].is_positive
    assert Forgetful(eye(2)).S(3)[0, 0].is_positive


def test_what_is_a_function_of_vectors_is_read_off_the_state():
    loop = Autoregression(2, ROTATION)
    paths = sample(loop, ["square", "w[0]", "w[1]"], t=3, replicates=50)

    assert np.allclose(paths["square"], paths["w[0]"] ** 2 + paths["w[1]"] ** 2)
    assert exact(E(loop.square(2))) == exact(E(loop.w(2).T * loop.w(2)))
    assert exact(Var(loop.draw(2))) == exact(Var(loop.w(2)[0])) + 1


class Extended(Autoregression):
    """With a push in every step."""

    def step(self, state):
        return {"w": super().step(state)["w"] + ones(self.d, 1)}


def test_a_step_builds_on_that_of_its_base():
    loop = Extended(2, HALF * eye(2))

    assert exact(E(loop.w(2))) == Matrix([Rational(3, 2), Rational(3, 2)])


# ---- moments --------------------------------------------------------------------------------------------------------

entries = st.fractions(Fraction(-1), Fraction(1), max_denominator=4)


@settings(max_examples=8)
@given(st.lists(entries, min_size=4, max_size=4), st.lists(entries, min_size=4, max_size=4))
def test_second_moments_follow_the_lyapunov_recursion(values, root):
    A = Matrix(2, 2, [Rational(x.numerator, x.denominator) for x in values])
    B = Matrix(2, 2, [Rational(x.numerator, x.denominator) for x in root])
    loop, P = Autoregression(2, A, B * B.T, [1, 2]), Matrix([[1, 2], [2, 4]])
    for _ in range(3):
        P = A * P * A.T + B * B.T
    w = loop.w(3)
    for i, j in ((0, 0), (0, 1), (1, 1)):
        assert enclosed(E(w[i] * w[j])).contains(to_ball(P[i, j]))
        assert enclosed(E(w[i] * w[j])).rad() < 1e-9


def raw_covariances(rng, n, d, t, size):
    """Covariances that are fitted to points, again and again, without a word of Bartlett's."""
    root = np.broadcast_to(np.eye(d), (size, d, d))
    for _ in range(t):
        x = np.einsum("rij,rnj->rni", root, rng.standard_normal((size, n, d)))
        x = x - x.mean(axis=1, keepdims=True)
        root = np.linalg.cholesky(np.einsum("rni,rnj->rij", x, x) / (n - 1))
    return root @ np.swapaxes(root, 1, 2)


def test_refitted_covariances_against_raw_points():
    n, d, t = 8, 3, 2
    S = raw_covariances(np.random.default_rng(3), n, d, t, 60_000)
    ours = Refitted(n, d).Sigma(t)
    for raw, form in (
        (S[:, 0, 1] ** 2, ours[0, 1] ** 2),
        (np.linalg.det(S), expand(ours.det())),
        (np.trace(S @ S, axis1=1, axis2=2), (ours * ours).trace()),
    ):
        assert abs(raw.mean() - float(exact(E(form)))) < 6 * raw.std() / len(raw) ** 0.5
    logs = np.log(np.linalg.det(S))
    drift = exact(E(2 * log(Refitted(n, d).root(t).det())))
    assert abs(logs.mean() - float(drift)) < 6 * logs.std() / len(logs) ** 0.5


def test_simulated_entries_agree_with_derived_ones():
    loop = Forgetful(Matrix([[2, 1], [1, 3]]))
    wanted = [E(loop.S(3)[0, 1]), Cov(loop.S(3)[0, 0], loop.S(3)[1, 1]), Var(loop.S(2)[0, 1])]

    for ball, x in zip(estimate(wanted, replicates=50_000), wanted, strict=True):
        assert arb(ball.value).contains(to_ball(exact(x)))


class Alone(Loop):
    """One coordinate of a vector of independent ones."""

    c: Reals
    w = coordinate()
    initial = {"w": 0}  # noqa: RUF012

    def step(self, state):
        return {"w": self.c * state["w"] + Noise("Z", Normal(0, 1))}


@pytest.mark.parametrize("d", [2, 5])
def test_one_of_independent_coordinates_stands_for_all(d):
    """So that a claim may have the size for a variable."""
    square, alone = Autoregression(d, HALF * eye(d)).square(3), Alone(HALF).w(3) ** 2

    assert exact(E(square)) == d * exact(E(alone))
    assert exact(Var(square)) == d * exact(Var(alone))


@pytest.mark.parametrize("what", ["a drawn start", "another step in each generation", "nothing random"])
def test_other_kinds_of_steps(what):
    class Made(MatrixLoop):
        w = vector(2)
        initial = {  # noqa: RUF012
            "w": normal_vector("W", [[1, HALF], [HALF, 1]]) if what == "a drawn start" else zeros(2, 1)
        }

        def step(self, state):
            match what:
                case "a drawn start":
                    return {"w": state["w"] / 2}
                case "another step in each generation":
                    return {"w": state["w"] + normal_vector("Z", 2) / CLOCK}
            return {"w": HALF * state["w"] + ones(2, 1)}

    w = Made().w(2)
    expected = {
        "a drawn start": Matrix([[1, HALF], [HALF, 1]]) / 16,
        "another step in each generation": Rational(5, 4) * eye(2),
        "nothing random": Rational(9, 4) * ones(2, 2),
    }
    assert (w * w.T).applyfunc(lambda x: exact(E(x)).doit()) == expected[what]


# ---- claims ---------------------------------------------------------------------------------------------------------


def lyapunov(c, t, factor=1, late=0):
    A, V = diag(c, THIRD), Matrix([[2, 1], [1, 2]])
    loop = Autoregression(2, A, V)
    w, after = loop.w(t + late), loop.w(t + 1)
    return Eq(Cov(after, after), A * Cov(w, w) * A.T + factor * V)


def spectrum(n, t, factor=1, late=0):
    S = Refitted(n, 2).Sigma(t + late)
    return Eq(E((S * S).trace()), factor * (8 * ((n + 1) / (n - 1)) ** t - 2 * ((n - 2) / (n - 1)) ** t) / 3)


def log_volume(n, t, factor=1, late=0):
    drift = digamma((n - 1) / 2) + digamma((n - 2) / 2) - 2 * log((n - 1) / 2)
    return Eq(E(log(Refitted(n, 2).root(t + late).det())), factor * t * drift / 2)


def norm(d, c, t, factor=1, late=0):
    w = Autoregression(d, c * eye(d)).w(t + late)
    return Eq(E(w.T * w), factor * d * (1 - c ** (2 * t)) / (1 - c**2))


T, N = Integers(0), Integers(5)
CLAIMS = {
    "a recursion of matrices": (lyapunov, {"c": Reals(0, 1), "t": T}),
    "a trace": (spectrum, {"n": N, "t": T}),
    "a volume": (log_volume, {"n": N, "t": T}),
    "a norm": (norm, {"d": Points(2, 3), "c": Reals(-1, 1), "t": T}),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", CLAIMS)
def test_claims_in_matrices_are_proved_and_their_twins_refuted(name):
    relation, domains = CLAIMS[name]

    assert is_proved(relation, **domains)
    for twin in ({"factor": Rational(1001, 1000)}, {"late": 1}):
        assert prove(stated(partial(relation, **twin), **domains)).refuted


def growth(r, t, less):
    w = Autoregression(2, eye(2), [[1, r], [r, 1]]).w
    return PSD(Cov(w(t + 1), w(t + 1)) - Cov(w(t), w(t)) - less * eye(2))


def test_loewner_order_of_covariances():
    assert is_proved(lambda r, t: growth(r, t, 0), r=Reals(-1, 1), t=T)
    assert not is_proved(lambda r, t: growth(r, t, Rational(1, 1000)), r=Reals(-1, 1), t=T)


small = st.integers(-2, 2)


@settings(max_examples=40)
@given(st.integers(1, 3).flatmap(lambda d: st.lists(small, min_size=d * d, max_size=d * d)), st.booleans())
def test_psd_says_what_eigenvalues_say(values, square):
    """Of numbers, singular ones too."""
    d = round(len(values) ** 0.5)
    M = Matrix(d, d, values)
    M = M * M.T if square else M + M.T
    eigenvalues = np.linalg.eigvalsh(np.array(M.tolist(), float))
    x = Symbol("x", real=True)
    relation = PSD(M + x * eye(d))

    assert isinstance(relation, And | Relational)
    assert bool(relation.subs(x, 0)) == bool(eigenvalues.min() > -1e-9)


def test_a_matrix_that_is_seen_to_be_definite_at_once_is_a_claim():
    """SymPy decides minors of signs that it knows; it was refused as "True before any value is put in"."""
    ends = Reals(0, 1, closed=True)
    assert is_proved(lambda a: PSD(Matrix([[a, 0], [0, 1]])), a=ends)
    assert is_proved(lambda a: PSD(Matrix([[1, sqrt(a)], [sqrt(a), 1]])), a=ends)
    assert not is_proved(lambda a: PSD(Matrix([[a - 1, 0], [0, 1]])), a=ends)


def test_a_diagonal_of_any_size_is_compared_entry_by_entry():
    assert len(PSD(diag(*(Symbol(f"x{i}", real=True) for i in range(9)))).args) == 9
    with pytest.raises(BadInput, match="at most 4 rows"):
        PSD(ones(5, 5))


def test_an_equation_of_matrices_is_that_of_its_entries():
    loop = Forgetful(eye(2))
    claim = stated(lambda t: Eq(E(loop.S(t)), eye(2)), t=T)

    assert claim.relation() == And(
        Eq(E(loop.S(T.symbol("t"))[0, 0]), 1),
        Eq(E(loop.S(T.symbol("t"))[0, 1]), 0),
        Eq(E(loop.S(T.symbol("t"))[1, 1]), 1),
    )
    assert prove(claim).proved


# ---- what is wrong --------------------------------------------------------------------------------------------------


def loop_of(start, step, **blocks):
    return type("Made", (MatrixLoop,), {"initial": start, "step": lambda self, state: step(state), **blocks})


W = {"w": vector(2)}
WRONG = {
    "a start of another shape": (
        lambda: loop_of({"w": 0}, dict, **W),
        "`initial` gives 0 for w; expected a 2 x 1 matrix",
    ),
    "a step of another shape": (
        lambda: loop_of({"w": [0, 0]}, lambda s: {"w": zeros(3, 1)}, **W),
        "`step` gives a 3 x 1 matrix for w; expected a 2 x 1 matrix",
    ),
    "words": (lambda: loop_of({"w": ["a", None]}, dict, **W), "expected a 2 x 1 matrix"),
    "another name": (
        lambda: loop_of({"w": [0, 0]}, lambda s: {"v": s["w"]}, **W),
        "`step` gives v; expected a dictionary of w",
    ),
    "an asymmetric one": (
        lambda: loop_of({"S": eye(2)}, lambda s: {"S": s["S"] * bartlett("T", 5, 2)}, S=matrix(2, 2, form="symmetric")),
        r"S is symmetric, but its entry \[0,1\] is",
    ),
    "one that is not triangular": (
        lambda: loop_of({"S": ones(2, 2)}, dict, S=matrix(2, 2, form="lower")),
        r"lower triangular, but its entry \[0,1\] is 1",
    ),
    "a covariance of the state": (
        lambda: loop_of({"S": eye(2)}, lambda s: {"S": wishart("W", 5, s["S"])}, S=matrix(2, 2, form="symmetric")),
        "the scale depends on the state",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_matrices_of_other_shapes_and_forms_are_refused(name):
    make, reason = WRONG[name]
    with pytest.raises(BadInput, match=reason):
        structures.examine(make()())


CALLED = {
    "a parameter of another shape": (
        lambda t: E(Autoregression(3, eye(2)).w(t)[0]),
        "A: a 2 x 2 matrix for a 3 x 3 matrix",
    ),
    "a number": (lambda t: E(Autoregression(3, 2).w(t)[0]), "A is 2; expected a d x d matrix"),
    "a size in symbols": (lambda t: E(Autoregression(t, eye(2)).w(t)[0]), "a 2 x 2 matrix for a t x t matrix"),
    "the variance of a vector": (lambda t: Var(Autoregression(2, eye(2)).w(t)), "Var of a 2 x 1 matrix"),
    "an event of a vector": (lambda t: Prob(Autoregression(2, eye(2)).w(t) > 0), "of matrices there are Eq"),
    "an order of matrices": (lambda t: Le(E(Refitted(9, 2).Sigma(t)), eye(2)), "of matrices there are Eq"),
    "other shapes": (lambda t: Eq(E(Refitted(9, 2).Sigma(t)), eye(3)), "expected Eq of two of one shape"),
    "a limit of a matrix": (
        lambda t: Limit(E(Refitted(9, 2).Sigma(Symbol("s", integer=True))), (Symbol("s", integer=True), 9)),
        "Limit over",
    ),
}


@pytest.mark.parametrize("name", CALLED)
def test_what_is_asked_of_matrices_is_refused_with_a_reason(name):
    asked, reason = CALLED[name]

    def relation(t):
        x = asked(t)
        return x if isinstance(x, Relational) or x in (True, False) else Eq(x, 0)

    with pytest.raises(BadInput, match=reason):
        stated(relation, t=Integers(2)).relation()


def test_a_vector_belongs_to_a_matrix_loop():
    class Plain(Loop):
        w = vector(2)

    class Sizeless(MatrixLoop):
        w = vector("k")

    class Symbolic(MatrixLoop):
        k: Integers(1)
        w = vector("k")

    with pytest.raises(BadInput, match=r"write class Plain\(MatrixLoop\)"):
        Plain().w(0)
    with pytest.raises(BadInput, match="'k', which is no parameter"):
        Sizeless()
    with pytest.raises(BadInput, match=r"list its values, k=Points\(2, 3, 5\)"):
        Symbolic(Symbol("k", integer=True, positive=True))


def test_numbers_that_make_no_covariance_are_refused_at_their_point():
    loop = Autoregression(2, eye(2), [[1, r], [r, 1]])

    assert loop.refuses() is None
    assert "not positive semidefinite" in loop.xreplace({r: Rational(3, 2)}).refuses()
    assert loop.xreplace({r: HALF}).refuses() is None
