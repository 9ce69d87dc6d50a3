"""Total variation of a fitted density from its squared error: lemmas for kernel density estimates."""

from __future__ import annotations

from sympy import Add, Expr, Ge, Gt, Integer, cos, log, sqrt

from ...language.errors import BadInput, CannotTell
from ...language.laws import Law, Normal
from ...language.loops import CLOCK, Model, Observable
from ...language.moments import ISE, TV, E
from ...language.structures import Lineage, SignedKernel
from .. import structures
from ..symbols.overlaps import wave
from .lemmas import Instance, lemma


def _fitted(small: Expr, name: str) -> tuple[Model, Law, Lineage]:
    """The model, the law and the pool of E TV(model, law)."""
    if not (isinstance(small, E) and small.given is None and isinstance(small.variable, TV)):
        raise BadInput(f"{name} is about E(TV(model, law)); found {small}")
    model, law = small.variable.args
    pool = structures.defined(model.loop, Lineage) if isinstance(model, Model) else None
    if pool is None or not isinstance(law, Law):
        raise BadInput(f"{name} is about a kernel density estimate and a law; found {small}")
    return model, law, pool


@lemma()
def on_its_support(small: Expr) -> Instance:
    """E TV(model, truth) <= sqrt(V E ISE(model, truth))/2, V the volume of the cube that both are in (Cauchy-Schwarz, Jensen).

    A kernel and the law of a coordinate of the truth have bounded supports; a lineage of model t has a kernel of every fit.
    """
    model, law, pool = _fitted(small, "on_its_support")
    if law != model.loop.truth or pool.kernel is None:
        raise BadInput(f"on_its_support is about a distance from the truth; found {small}")
    (low, high), (left, right) = law.support, pool.kernel.support
    fits = model.t + (0 if pool.first is None else 1)
    side = high - low + fits * (right - left)
    if not side.is_finite:
        raise BadInput(f"on_its_support: {law} and {pool.kernel} have no bounded supports")
    mid = sqrt(side**pool.d * E(ISE(model, law))) / 2
    return Instance(small, mid, "Cauchy-Schwarz", (Ge(model.t, 0, evaluate=False), Ge(side, 0, evaluate=False)))


@lemma()
def within(small: Expr, reach: Expr) -> Instance:
    """E TV(model, law) <= sqrt((2 A)^d E ISE(model, law))/2 + d (E (X - c)^2 + v)/(2 A^2) for every reach A > 0.

    X is a coordinate of a draw from the model, c and v are mean and variance of the law of a coordinate. Within A of c in every
    coordinate by Cauchy-Schwarz and Jensen; what either has beyond by Chebyshev, coordinate by coordinate.
    """
    model, law, pool = _fitted(small, "within")
    if isinstance(pool.kernel, SignedKernel):
        raise BadInput(f"within: what {model} has beyond is no probability")
    try:
        (c, has_mean), (square, has_square) = (law.moment(Integer(power)) for power in (1, 2))
    except CannotTell as why:
        raise BadInput(f"within: {law} has no second moment in closed form: {why}") from why
    beyond = E((Observable(model.loop, "draw", model.t) - c) ** 2) + square - c**2
    mid = sqrt((2 * reach) ** pool.d * E(ISE(model, law))) / 2 + pool.d * beyond / (2 * reach**2)
    conditions = (Gt(reach, 0, evaluate=False), Gt(has_mean, 0, evaluate=False), Gt(has_square, 0, evaluate=False))
    return Instance(small, mid, "Cauchy-Schwarz, Chebyshev", conditions)


@lemma(from_small=False)
def by_a_frequency(big: Expr, frequency: Expr) -> Instance:
    """E TV(model, law) >= (E cos(w X) - E cos(w Y))/2, X a coordinate of a point from the law, Y of one from the model.

    |cos| <= 1, so that the means differ by twice the distance at most (of the coordinate, which is no further than all of them);
    and a distance of which the expectation is taken is at least that of the expected law (Jensen).
    """
    model, law, pool = _fitted(big, "by_a_frequency")
    if isinstance(pool.kernel, SignedKernel):
        raise BadInput(f"by_a_frequency: there are no points from {model}")
    if frequency.has(Observable) or not frequency.is_extended_real:
        raise BadInput(f"by_a_frequency: the frequency {frequency} is no real number")
    try:
        of_law, _ = wave(law, frequency)
    except CannotTell as why:
        raise BadInput(f"by_a_frequency: {why}") from why
    of_model = E(cos(frequency * Observable(model.loop, "draw", model.t)))
    return Instance((of_law - of_model) / 2, big, "a bounded function, and Jensen")


@lemma()
def by_smoothing_and_noise(small: Expr) -> Instance:
    """E TV(model, truth) <= what kernels smooth away and the noise of every fit, as far as it lasts; kernels and truth Gaussian.

    For K = N(0, h^2 I) and a mixture g of centred Gaussians of variances up to s, truth N(0, v I) = f:

    - |K^k f - f|/2 <= b(k h^2/v), b(u) = sqrt(2 d) log(1 + u)/4: the integral of |Laplacian of N(0, s I)| is E|chi^2 - d|/s
      (on the line it stands as it is, TV(N(0, v + k h^2), f));
    - M draws from g, smoothed by H of variance in all: the mean of |noise|/2 is at most e(M, s, H) = (2 (s + H/2)/H)^(d/4)/
      (2 sqrt(M)), for its variance at a point is at most that of N(0, H/2 I) g/((4 pi H)^(d/2) M), and the integral of the root
      of a mixture of centred Gaussians of variances up to s at most (8 pi s)^(d/4) (Cauchy-Schwarz with N(0, 2 s I)).

    A draw of fit j has a variance of v + (j - 1) h^2 or less (v + j h^2 where model 0 is a fit). With D_t = E TV(model(t), f):

    - all points new: p_t - f is K^t f - f, and the noise of every fit, smoothed by all kernels since;
    - of N points m synthetic, the others real and new: D_t <= (m/N) D_{t-1} + b + e(N, ., h^2);
    - the real ones those of model 0: D_t <= (1 - m/N) D_0 + (m/N) (D_{t-1} + b + e(m, ., h^2));
    - all points kept: D_t <= D_{t-1} + (m/N_t) (b + e(m, ., h^2)), m the new ones, N_t all; D_0 <= b + e(first, v, h^2).
    """
    model, law, pool = _fitted(small, "by_smoothing_and_noise")
    kernel = Normal(0, pool.variance) if pool.kernel is None else pool.kernel
    centred = isinstance(law, Normal) and law == model.loop.truth and isinstance(kernel, Normal)
    if not centred or not model.t.is_Integer or kernel.variance.has(CLOCK):
        raise BadInput(
            f"by_smoothing_and_noise is about Gaussian kernels, a Gaussian truth and a number t; found {small}"
        )
    t, own, v, d = int(model.t), kernel.variance, law.variance, pool.d
    first, made, size = pool.first, pool.synthetic, pool.synthetic + pool.real

    def smoothed(kernels: int) -> Expr:
        if d == 1:
            return TV(Normal(law.mean, v + kernels * own), law)
        return sqrt(2 * d) * log(1 + kernels * own / v) / 4

    def noise(draws: Expr, fits: int, kernels: int = 1) -> Expr:
        """Of draws that `fits` kernels have been added to, smoothed by so many."""
        spread, width = v + fits * own, kernels * own
        return (2 * spread / width + 1) ** (d / Integer(4)) / (2 * sqrt(draws))

    if pool.real == 0 and not pool.kept:
        before = [] if first is None else [first]
        draws = before + [made] * t
        mid = smoothed(len(draws)) + Add(*(noise(m, j, len(draws) - j) for j, m in enumerate(draws)))
    else:
        if first is None:
            raise BadInput(f"by_smoothing_and_noise: model 0 of {model.loop} is no fit")
        start = smoothed(1) + noise(first, 0)
        mid = start
        for j in range(1, t + 1):
            if pool.kept:
                mid += made / (first + j * made) * (smoothed(1) + noise(made, j))
            elif pool.fixed:
                mid = pool.real / size * start + made / size * (mid + smoothed(1) + noise(made, j))
            else:
                mid = made / size * mid + smoothed(1) + noise(size, j)
    conditions = tuple(Gt(x, 0, evaluate=False) for x in (own, v, made))
    return Instance(small, mid, "a kernel's smoothing and its noise in L1", conditions)


@lemma()
def positive_part(small: Expr) -> Instance:
    """E TV(p+/c, truth) <= E TV(p, truth): p an estimate with a kernel that is no law, p+ its positive part, c >= 1 the integral.

    TV is half the L1 distance. Both integrate to 1 as the truth f does, so it is the integral of the positive part of
    p+/c - f, or of p - f. That of p+/c - f is at most that of p+ - f, and this is that of p - f, as f is not negative.
    """
    x = small.variable if isinstance(small, E) and small.given is None else None
    if not isinstance(x, Observable) or x.name != "projected" or x.index:
        raise BadInput(f"positive_part is about E(projected(t)); found {small}")
    pool = structures.defined(x.loop, Lineage)
    if pool is None or not isinstance(pool.kernel, SignedKernel):
        raise BadInput(f"positive_part: {x.loop} is no estimate with a kernel that is no law")
    return Instance(small, E(TV(x.loop.model(x.t), x.loop.truth)), "the positive part of a density is its own")
