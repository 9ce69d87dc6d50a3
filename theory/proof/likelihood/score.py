"""The expected score of a likelihood loop and its derivatives: symbols, floats for guesses, balls for what is certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from flint import arb, arb_mat
from sympy import (
    Abs,
    Dummy,
    Expr,
    Float,
    Heaviside,
    KroneckerDelta,
    Lambda,
    Max,
    Min,
    Rational,
    S,
    Symbol,
    ceiling,
    floor,
    lambdify,
    sign,
    sympify,
)
from sympy.core.relational import Relational

from ...language.errors import CannotTell
from ...language.laws import Density, Law, Mixture
from ...language.likelihood import LikelihoodLoop, stated
from ..arithmetic.densities import LINE, charts, in_cosh, in_logarithms, in_tangents, listed
from ..arithmetic.programs import to_ball
from ..arithmetic.spaces import bell_of, expected, slice_of

PANELS, ORDER = 96, 12  # of the rule for floats
HERMITE = 20  # nodes of a Gaussian coordinate
LOWEST = -60.0  # of the logarithm of a density, from its peak, where floats stop looking
LOST = 1e-9  # of the weight, at places where floats have no logarithm
MOST_WHOLE = 200_000  # whole numbers that floats add up
LONGEST, DIGITS = 2**53, 17  # of an integer that is a float, and of a float


@dataclass(frozen=True)
class Score:
    """What is known of one model in symbols.

    after: the parameters that are looked for; now: those of the model that the synthetic points are from.
    xs: the coordinates of a point.  logarithm: log p, a function of these and `after`; first, second: its derivatives there.
    given: balls for the variables in the law of the data.
    """

    loop: LikelihoodLoop
    after: tuple[Symbol, ...]
    now: tuple[Symbol, ...]
    xs: tuple[Symbol, ...]
    logarithm: Expr
    model: Law  # with the parameters `now`
    given: Mapping[Symbol, arb] = field(default_factory=dict)

    @property
    def d(self) -> int:
        """The number of parameters."""
        return len(self.after)

    @property
    def x(self) -> Symbol:
        """The point, of a model on the line. Raises `CannotTell`."""
        x, *others = self.xs
        if others:
            raise CannotTell(f"{type(self.loop).__name__} is no model on the line")
        return x

    @property
    def first(self) -> tuple[Expr, ...]:
        """The slopes of `logarithm` in the parameters, in their order."""
        return _derivatives(self.logarithm, self.after)[0]

    @property
    def second(self) -> dict[tuple[int, int], Expr]:
        """The second derivatives of `logarithm` in the parameters i <= j, by (i, j)."""
        return _derivatives(self.logarithm, self.after)[1]

    # ---- balls ----

    def means(self, fs: Sequence[Expr], law: Law, after: Sequence[arb], now: Sequence[arb] = ()) -> list[arb]:
        """E f(X; after), X from a law: the data, or the model at `now`."""
        values = dict(zip((*self.after, *self.now), (*after, *now), strict=False)) | dict(self.given)
        if law != self.model or self.loop.temperature == 1:
            return expected(fs, self.xs, law, values)
        *means, whole = expected((*fs, S.One), self.xs, law, values)  # its density is not normalised
        return [mean / whole for mean in means]

    def gradient(self, after: Sequence[arb], now: Sequence[arb], lam: arb) -> arb_mat:
        """E_data score + lam E_model score, at `after`; lam 0: of the data alone."""
        out = self.means(self.first, self.loop.data, after)
        if lam != 0:
            out = [a + lam * b for a, b in zip(out, self.means(self.first, self.model, after, now), strict=True)]
        return arb_mat(self.d, 1, out)

    def hessian(self, after: Sequence[arb], now: Sequence[arb], lam: arb) -> arb_mat:
        """Its derivative in `after`."""
        data = self.curvature(self.loop.data, after)
        return data if lam == 0 else data + lam * self.curvature(self.model, after, now)

    def curvature(self, law: Law, after: Sequence[arb], now: Sequence[arb] = ()) -> arb_mat:
        """E d^2 log p at `after`, under a law."""
        means = self.means(tuple(self.second.values()), law, after, now)
        entries = dict(zip(self.second, means, strict=True))
        places = [(min(i, j), max(i, j)) for i in range(self.d) for j in range(self.d)]
        return arb_mat(self.d, self.d, [entries[place] for place in places])

    def pull(self, after: Sequence[arb], now: Sequence[arb]) -> arb_mat:
        """The derivative of E_model score at `after` in `now`: the covariance of score(after) and score(now) under the model at
        `now`, over its temperature."""
        at_now = dict(zip(self.after, self.now, strict=True))
        own = tuple(s.xreplace(at_now) for s in self.first)
        products = tuple(a * b for a in self.first for b in own)
        if self.loop.temperature == 1:  # where the score has the mean 0
            return arb_mat(self.d, self.d, self.means(products, self.model, after, now))
        means = self.means((*products, *self.first, *own), self.model, after, now)
        a, b = (
            arb_mat(n, m, part)
            for n, m, part in ((self.d, 1, means[-2 * self.d : -self.d]), (1, self.d, means[-self.d :]))
        )
        return (arb_mat(self.d, self.d, means[: -2 * self.d]) - a * b) / to_ball(self.loop.temperature)

    # ---- floats ----

    @cached_property
    def floats(self) -> Any:
        """(log p, scores, second derivatives) at arrays of points, a row for each coordinate, for parameters as floats."""
        f = _floats(self.logarithm, self.xs, self.after)

        def at(x: np.ndarray, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            x = np.atleast_2d(x)
            with np.errstate(all="ignore"):
                values = [np.broadcast_to(np.asarray(v, float), x.shape[1:]) for v in f(*x, *theta)]
            return (
                values[0],
                np.array(values[1 : 1 + self.d]),
                np.array(values[1 + self.d :]).reshape(self.d, self.d, -1),
            )

        return at

    def sums(self, at: np.ndarray, mass: np.ndarray, theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray] | None:
        """Their sums over nodes with weights; None where they are not finite on more than a trace of the weight."""
        value, first, second = self.floats(at, theta)
        seen = np.isfinite(value) & np.isfinite(first).all(axis=0) & np.isfinite(second).all(axis=(0, 1))
        if mass[~seen].sum() > LOST * mass.sum():
            return None
        kept = mass[seen]
        return float(kept @ value[seen]), first[:, seen] @ kept, second[:, :, seen] @ kept

    @cached_property
    def data_nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and weights of a quadrature of the law of the data, floats."""
        return nodes(self.loop.data)

    def model_nodes(self, now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same of the model at these parameters, array (parameters,); the weights have the sum 1."""
        x, v = nodes(self.model, dict(zip(self.now, map(float, now), strict=True)))
        return x, v / v.sum()


def score_of(loop: LikelihoodLoop) -> Score:
    """What is known of a loop's model, whatever lam, start and fits are. Raises `CannotTell` for a kink in its log-density."""
    return _score_of(loop.at(lam=1, start=(), offset=(), steps=0, speed=1, error=()))


@lru_cache(maxsize=256)
def _score_of(loop: LikelihoodLoop) -> Score:
    symbols, x, told = stated(loop)
    after, logarithm = tuple(symbols.values()), in_logarithms(told)  # of a product the derivatives are quotients
    for kink in logarithm.atoms(Abs, sign, Relational, Max, Min, Heaviside, KroneckerDelta, floor, ceiling):
        if kink.has(*after):
            raise CannotTell(
                f"{type(loop).__name__}: {kink} has a kink in the parameters: the log-density has no second derivative, and "
                "Assumption 1 of the stability theorem does not hold"
            )
    now = tuple(_now(s.name, p.sign) for s, p in zip(after, loop.parameters.values(), strict=True))
    model = loop.law_of(dict(zip(loop.state, now, strict=True)))
    if loop.temperature != 1:
        if not isinstance(model, Density):
            raise CannotTell(f"a temperature of {type(loop).__name__}, which is no law of a density")
        cold = model.log_density
        model = Density(Lambda(cold.variables, cold.expr / loop.temperature), *model.args[1:])
    return Score(loop, after, now, x if isinstance(x, tuple) else (x,), logarithm, model)


# what depends on the model alone: once for all data


@lru_cache(maxsize=1024)
def _now(name: str, sign: str) -> Symbol:
    """The symbol for a parameter of the model that the synthetic points are from."""
    return Dummy(f"{name}_now", **{sign: True})


@lru_cache(maxsize=256)
def _derivatives(logarithm: Expr, after: tuple[Symbol, ...]) -> tuple[tuple[Expr, ...], dict[tuple[int, int], Expr]]:
    """The first and the second derivatives of log p in the parameters, the latter on and above the diagonal."""
    first = tuple(in_tangents(logarithm.diff(p)) for p in after)
    d = len(after)
    return first, {(i, j): in_tangents(first[i].diff(after[j])) for i in range(d) for j in range(i, d)}


@lru_cache(maxsize=256)
def _floats(logarithm: Expr, xs: tuple[Symbol, ...], after: tuple[Symbol, ...]) -> Any:
    """log p, its first derivatives and all second ones, as a function of arrays."""
    for x in xs:  # far out two exponentials are both 0 in floats, their quotient is not
        logarithm = in_cosh(logarithm, x)
    first = [in_tangents(logarithm.diff(p)) for p in after]
    return in_floats((*xs, *after), [logarithm, *first, *(in_tangents(s.diff(p)) for s in first for p in after)])


def in_floats(names: Sequence[Symbol], fs: Sequence[Expr]) -> Any:
    """A function of arrays; of one expression its value. Integers that are too long for NumPy are floats in it."""
    long = {q: Float(q, DIGITS) for f in fs for q in f.atoms(Rational) if max(abs(q.p), q.q) >= LONGEST}
    told = [f.xreplace(long) for f in fs]
    return lambdify(names, told if len(told) > 1 else told[0], "scipy", cse=True)


# ---- nodes ----------------------------------------------------------------------------------------------------------


def nodes(law: Law, values: Mapping[Symbol, float] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Places, a row for each coordinate, and weights at which a mean under a law is a sum, in floats: a guess, no certificate.

    values: of the symbols in the law.
    """
    values = values or {}
    if isinstance(law, Mixture):
        parts = [(float(w), *nodes(part, values)) for w, part in law.parts]
        return np.concatenate([x for _, x, _ in parts], axis=1), np.concatenate([w * v for w, _, v in parts])
    if law.d > 1:
        return _space_nodes(law, values)
    x, v = _line_nodes(law, values)
    return x[None, :], v


def _space_nodes(law: Law, values: Mapping[Symbol, float]) -> tuple[np.ndarray, np.ndarray]:
    if (atoms := law.values()) is not None:
        points = [[float(x) for x in point] for point, _ in atoms]
        return np.array(points).T, np.array([float(p) for _, p in atoms])
    z, u = np.polynomial.hermite_e.hermegauss(HERMITE)
    u = u / u.sum()
    if (bell := bell_of(law)) is not None:
        mean, covariance = bell.balls({s: arb(y) for s, y in values.items()})
        root = np.linalg.cholesky(np.array([[float(x) for x in row] for row in covariance.tolist()]))
        grid = np.array(np.meshgrid(*[z] * law.d)).reshape(law.d, -1)
        weights = np.prod(np.meshgrid(*[u] * law.d), axis=0).ravel()
        return np.array([[float(x)] for x in mean]) + root @ grid, weights
    for k in range(law.d):
        if (one := slice_of(law, k)) is not None:
            x, v = nodes(one.marginal, values)
            given = in_floats((*one.rest, *values), [one.mean, one.variance])
            mean, variance = (np.broadcast_to(m, v.shape) for m in given(*x, *values.values()))
            own = mean[:, None] + np.sqrt(variance)[:, None] * z
            return np.insert(np.repeat(x, len(z), axis=1), k, own.ravel(), axis=0), (v[:, None] * u).ravel()
    raise CannotTell(f"no means under {law}: its log-density is quadratic in no coordinate")


def _line_nodes(law: Law, values: Mapping[Symbol, float]) -> tuple[np.ndarray, np.ndarray]:
    if (atoms := listed(law, {s: arb(y) for s, y in values.items()})) is not None:
        return np.array([float(v) for v, _ in atoms]), np.array([float(p) for _, p in atoms])
    numbers = tuple(values.values())
    if law.grid is not None:
        return _whole_nodes(law, tuple(values), numbers)
    places, weights = [], []
    x, v = np.polynomial.legendre.leggauss(ORDER)
    ends = [float(end.xreplace({s: sympify(y) for s, y in values.items()})) for end in law.support]
    for at, height in _charts_in_floats(law, tuple(values)):
        with np.errstate(all="ignore"):
            grid = _grid(lambda y, f=height: _finite(f(y, *numbers), y))
        half = np.diff(grid) / 2
        y = ((grid[:-1] + half)[:, None] + half[:, None] * x).ravel()
        with np.errstate(all="ignore"):
            weight = (half[:, None] * v).ravel() * np.exp(np.broadcast_to(height(y, *numbers), y.shape))
        where = np.broadcast_to(at(y, *numbers), y.shape)
        kept = (weight > 0) & np.isfinite(weight) & (where != ends[0]) & (where != ends[1])
        places.append(where[kept])
        weights.append(weight[kept])
    if not sum(map(len, places)):
        raise CannotTell(f"floats see nothing of {law}")
    return np.concatenate(places), np.concatenate(weights)


@lru_cache(maxsize=256)
def _charts_in_floats(law: Law, names: tuple[Symbol, ...]) -> list[tuple[Any, Any]]:
    """(the place, the logarithm of the density) of both ends of a law: functions of arrays, and of values for these symbols."""
    return [(in_floats((LINE, *names), [place]), in_floats((LINE, *names), [height])) for place, height in charts(law)]


def _finite(height: Any, y: np.ndarray) -> np.ndarray:
    """The logarithm of a density, lower than all else where floats have none."""
    return np.nan_to_num(np.broadcast_to(height, np.shape(y)), nan=-np.inf, posinf=-np.inf)


def _grid(height: Any) -> np.ndarray:
    """Panels from where a density on y >= 0 is next to nothing, over its peak, to where it is so again: the finer the nearer."""
    from scipy.optimize import minimize_scalar

    y = np.concatenate([np.linspace(0, 64, 2049), np.geomspace(65, 1e12, 2048)])
    k = int(np.argmax(height(y)))
    around = (y[max(k - 1, 0)], y[min(k + 1, len(y) - 1)])
    found: Any = minimize_scalar(lambda z: -float(height(np.array(z))), bounds=around, method="bounded")
    peak = max((float(found.x), float(y[k])), key=lambda z: float(height(np.array(z))))
    top = float(height(np.array(peak)))

    def reach(side: int, fall: float) -> float:
        """How far from the peak a density has fallen so far, or its end."""
        far = 2.0**-20 * (1 + peak)
        while far < 1e13 and peak + side * far > 0 and float(height(np.array(peak + side * far))) > top + fall:
            far *= 2
        return far if side > 0 else min(far, peak)

    unit = min(r for r in (reach(-1, -1), reach(1, -1)) if r > 0)
    low, high = np.arcsinh(-reach(-1, LOWEST) / unit), np.arcsinh(reach(1, LOWEST) / unit)
    return np.unique(np.clip(peak + unit * np.sinh(np.linspace(low, high, PANELS + 1)), 0.0, None))


def _whole_nodes(law: Law, names: tuple[Symbol, ...], numbers: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    logarithm, n = _mass_in_floats(law, names), 256
    low = float(law.support[0])
    while n <= MOST_WHOLE:
        at = low + np.arange(n)
        with np.errstate(all="ignore"):
            heights = np.broadcast_to(logarithm(at, *numbers), at.shape)
        if heights[-1] < np.nanmax(heights) + LOWEST:
            return at, np.exp(heights)
        n *= 4
    raise CannotTell(f"{law} has too many values for floats")


@lru_cache(maxsize=256)
def _mass_in_floats(law: Law, names: tuple[Symbol, ...]) -> Any:
    """The logarithm of the probability of a whole number, as a function of arrays, and of values for these symbols."""
    k = Dummy("k", integer=True, nonnegative=True)
    return in_floats((k, *names), [law.log_mass(k)])


__all__ = ["Score", "nodes", "score_of"]
