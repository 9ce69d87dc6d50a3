"""What a linear map near the best fit tells: gradient steps in place of a full fit, and norms that depend on the coordinates."""

from __future__ import annotations

from sympy import And, Eq, Expr, Gt, ImmutableMatrix, Le, Lt, Rational, oo

from ..language.claims import claim
from ..language.domains import Integers, Positive, Probability, Reals
from ..language.fields import Nonnegative
from ..language.laws import Logistic, Normal
from ..language.loops import Loop, coordinate
from ..language.moments import Limit
from .location import LocationLoop

SIGNED = "no certificate for powers of a number below 0 in an inequality"
NO_STEP = {"derivation": "its fit is a root: there is no step in symbols"}


class AscentLoop(Loop):
    """Gradient steps on a quadratic retraining objective, the synthetic law frozen at the model before.

    H: curvature of the real log-likelihood at its maximum, 0.  info: the model's information.  lam: synthetic per real data.
    h: the size of a step.  start: the model before, from which the steps set out and which the synthetic data are drawn from.
    Observables: x(t), the parameter after t steps.
    Source: ours: gradient ascent on the objective of Bertrand et al. 2310.00429; one step is the repeated gradient
    descent of Perdomo et al. 2002.06673.
    """

    H: Positive
    info: Nonnegative
    lam: Nonnegative
    h: Positive
    start: Reals = 1

    x = coordinate()

    @property
    def q(self) -> Expr:
        """What a step leaves of the distance to the maximum of the retraining objective."""
        return 1 - self.h * (self.H + self.lam * self.info)

    @property
    def J(self) -> Expr:
        """The map of a full fit: where the maximum is, in units of the model before."""
        return self.lam * self.info / (self.H + self.lam * self.info)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"x": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        x = state["x"]
        return {"x": x + self.h * (-self.H * x + self.lam * self.info * (self.start - x))}


def _fit(K, H, info, lam, h, start) -> Expr:
    return AscentLoop(H, info, lam, h, start).x(K)


# ---- gradient steps -------------------------------------------------------------------------------------------------


@claim(
    source="derived: an affine recursion",
    mutants={
        "the full fit's J": lambda H, info, lam, h, start: AscentLoop(H, info, lam, h).J * start,
        "the frozen law forgotten": lambda K, H, info, lam, h, start: AscentLoop(H, info, lam, h).q ** K * start,
    },
)
def stability_k_gradient_steps(
    K=Integers(1), H=Positive(), info=Positive(), lam=Positive(), h=Positive(), start=Reals(-10, 10)
):
    """K gradient steps a generation multiply the error by q^K + (1 - q^K) J, with q = 1 - h (H + lam I)."""
    loop = AscentLoop(H, info, lam, h, start)
    return Eq(loop.x(K), (loop.q**K + (1 - loop.q**K) * loop.J) * start)


@claim(
    source="derived: the synthetic part of the gradient vanishes at the model that it is drawn from",
    mutants={"a step's own q": lambda H, info, lam, h, start: (1 - h * (H + lam * info)) * start},
)
def stability_k_gradient_steps_single(
    H=Positive(), info=Positive(), lam=Positive(), h=Positive(), start=Reals(-10, 10)
):
    """With one step a generation the multiplier is 1 - h H: synthetic data neither slow nor stabilise the loop."""
    return Eq(AscentLoop(H, info, lam, h, start).x(1), (1 - h * H) * start)


@claim(
    source="derived: an affine recursion",
    where=lambda H, info, lam, h: h * (H + lam * info) < 2,
    mutants={"no synthetic data": lambda start: 0 * start},
)
def stability_k_gradient_steps_many(
    K=Integers(1), H=Positive(), info=Positive(), lam=Positive(), h=Positive(), start=Reals(0, 10)
):
    """Where h (H + lam I) < 2 many steps are a full fit: the multiplier tends to J."""
    loop = AscentLoop(H, info, lam, h, start)
    return Limit(loop.x(K), (K, oo), loop.J * start)


def _of_factor(q, H, info, lam, start) -> AscentLoop:
    """The loop in which a step leaves the factor q of the distance: h (H + lam I) = 1 - q."""
    return AscentLoop(H, info, lam, (1 - q) / (H + lam * info), start)


@claim(
    source="derived: an affine recursion",
    needs=["q"],
    unreached={"derivation": SIGNED},
    mutants={"J is a bound, too": lambda q, H, info, lam, start: {"<": _of_factor(q, H, info, lam, start).J * start}},
)
def stability_k_gradient_steps_stable(
    K=Integers(1), q=Reals(-1, 1), H=Positive(), info=Positive(), lam=Positive(), start=Reals(0, 10)
):
    """Where h (H + lam I) = 1 - q < 2 a generation of K steps brings the parameter closer, whatever K is."""
    after = _of_factor(q, H, info, lam, start).x(K)
    return And(Lt(after, start), Gt(after, -start))


@claim(
    source="derived: an affine recursion",
    needs=["d"],
    mutants={"ten times": lambda start: 10 * start},
)
def stability_k_gradient_steps_even(
    k=Integers(1, 100), d=Positive(), H=Positive(), info=Positive(), lam=Positive(), start=Reals(0, 10)
):
    """A limit on lam of practice: an even number 2k of steps diverges once h (H + lam I) exceeds 2, here 2 + d."""
    return Gt(_of_factor(-1 - d, H, info, lam, start).x(2 * k), start)


def _odd(k, H, info, lam, h, start, times) -> Expr:
    """Where 2 k + 1 steps lead, told by the factor q that a step leaves and by J."""
    loop = AscentLoop(H, info, lam, h, start)
    return start * ((1 - loop.J) * (loop.q ** (2 * k + 1) + 1 + times * lam * info / H) - 1)


@claim(
    source="derived: an affine recursion",
    mutants={"1 + lam I/H": lambda k, H, info, lam, h, start: _odd(k, H, info, lam, h, start, 1)},
)
def stability_k_gradient_steps_odd(
    k=Integers(0, 100), H=Positive(), info=Positive(), lam=Positive(), h=Positive(), start=Reals(0, 10)
):
    """With an odd number K of steps it leaves (-start, start), and oscillates, once -q^K exceeds 1 + 2 lam I/H = (1 + J)/(1 - J).

    (x(K) + start)/start is (1 - J) times the difference of the two.
    """
    return Eq(AscentLoop(H, info, lam, h, start).x(2 * k + 1), _odd(k, H, info, lam, h, start, 2))


@claim(
    source="the map of a full fit, taken for that of one step",
    expected="fails",
    corrected="stability-k-gradient-steps-single",
)
def stability_k_gradient_steps_full(H=Positive(), info=Positive(), lam=Positive(), h=Positive(), start=Reals(0, 10)):
    """One gradient step a generation multiplies the error by J = lam I/(H + lam I)."""
    loop = AscentLoop(H, info, lam, h, start)
    return Eq(loop.x(1), loop.J * start)


# ---- norms ----------------------------------------------------------------------------------------------------------


def sheared(k, i, h1, h2) -> tuple[ImmutableMatrix, ImmutableMatrix]:
    """Curvature and information of two independent locations, of curvatures h1, h2 and information i, in the coordinates eta.

    theta = M eta with M = ((1, k), (0, 1)).
    """
    M = ImmutableMatrix([[1, k], [0, 1]])
    return M.T * ImmutableMatrix([[h1, 0], [0, h2]]) * M, i * M.T * M


def shear_jacobian(k, j1, j2) -> ImmutableMatrix:
    """M^-1 diag(j1, j2) M."""
    return ImmutableMatrix([[j1, k * (j1 - j2)], [0, j2]])


@claim(
    source="derived: the Jacobian is conjugated by the change of coordinates",
    mutants={"as if not sheared": lambda i, lam, v: lam * i * v},
)
def stability_operator_norm_shear(
    k=Reals(-10, 10, notable=(5,)),
    i=Positive(),
    h1=Positive(),
    h2=Positive(),
    lam=Positive(),
    u=Reals(),
    v=Reals(),
    p=Reals(),
    q=Reals(),
):
    """Two locations in sheared coordinates: J = (H + lam I)^-1 lam I has the entry k (j1 - j2), which nothing bounds.

    j1 and j2 are lam i/(h + lam i), the rates of the two locations and the eigenvalues of J whatever k is. Stated as
    z' (H + lam I) J w = lam z' I w for the vectors w = (u, v), z = (p, q): any, so that it holds of the matrices.
    """
    H, info = sheared(k, i, h1, h2)
    j1, j2 = (lam * i / (h + lam * i) for h in (h1, h2))
    w, z = ImmutableMatrix([u, v]), ImmutableMatrix([p, q])
    return Eq((z.T * (H + lam * info) * shear_jacobian(k, j1, j2) * w)[0], lam * (z.T * info * w)[0])


@claim(
    source="derived: H^(1/2) J H^(-1/2) is symmetric",
    where=lambda j1, j2: j1 < j2,
    needs=["where"],
    tight={"u": 0, "k": 0},
    mutants={"the Euclidean length": lambda j2, u, v: j2**2 * (u**2 + v**2)},
)
def stability_operator_norm_shear_metric(
    k=Reals(-10, 10), h1=Positive(), h2=Positive(), j1=Probability(), j2=Probability(), u=Reals(), v=Reals()
):
    """In the metric of H the norm of J is its spectral radius j2 < 1, in whatever coordinates."""
    H, _ = sheared(k, 1, h1, h2)
    w = ImmutableMatrix([u, v])
    after = shear_jacobian(k, j1, j2) * w
    return Le((after.T * H * after)[0], j2**2 * (w.T * H * w)[0])


def _two_locations(k, e) -> list[Expr]:
    """eta_1 and eta_2 before and after a retraining: well-specified first location, N(0, 100) data for the second."""
    loops = [
        LocationLoop(Logistic(), data, 1, start=at)
        for data, at in ((Logistic(), (k - Rational(3, 10)) * e), (Normal(0, 100), e))
    ]
    return [x for t in (0, 1) for x in (loops[0].theta(t) - k * loops[1].theta(t), loops[1].theta(t))]


@claim(
    source="derived: singular values of a sheared matrix",
    mutants={"ten times the length": lambda k, e: {">": 10 * e**2 * Rational(109, 100)}},
    unreached=NO_STEP,
)
def stability_operator_norm_shear_growth(k=Reals(2, 10, notable=(5,)), e=Reals(0, 10, notable=(1,))):
    """A loop whose parts both approach the best fit may for a while move away from it in the Euclidean length.

    Two logistic locations at lam = 1 in coordinates eta that are sheared by k: the second on N(0, 100) data, the start
    eta = (-0.3 e, e).
    """
    _, _, first, second = _two_locations(k, e)
    return And(Gt(first**2 + second**2, Rational(109, 100) * e**2), Lt(second, e))


@claim(
    source="operator norm below 1, taken for necessary",
    expected="fails",
    corrected="stability-operator-norm-shear-growth",
)
def stability_operator_norm_shear_necessary(k=Reals(2, 10, notable=(5,)), e=Reals(0, 10, notable=(1,))):
    """Where retraining is stable no step lengthens the Euclidean error."""
    _, _, first, second = _two_locations(k, e)
    return Le(first**2 + second**2, Rational(109, 100) * e**2)
