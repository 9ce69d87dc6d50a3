"""Fits of a likelihood loop: a local maximum is guessed in floats, and then certified by Krawczyk's operator.

Around the guess m, with Y near the inverse of the derivative A of the expected score F,
    K(box) = m - Y F(m) + (1 - Y A(box)) (box - m).
Where K(box) is inside of the box, there is exactly one root in it, and it is in K(box). Where -A is positive definite all over
the box, the root is a maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import combinations
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx

from ...language.errors import CannotTell
from ...language.likelihood import LikelihoodLoop
from ..arithmetic.precision import at_precision, precision
from ..arithmetic.programs import to_ball
from ..arithmetic.quadrature import evaluate
from ..arithmetic.spaces import total
from .numbers import number
from .score import Score, score_of

MOST_STEPS = 400  # fits that are followed one by one
POLISHED = 12  # steps of Newton's method in balls
WIDER = 6  # boxes that are tried, each 16 times as wide
BITS = 64  # of what does not depend on how many are asked for
FAR_OUT = 100, 1000  # where a density that rises is seen to
LEVEL = 1e-7  # of heights in floats: what is no further apart counts as one
CLOSE = 1e-9  # of the score at a guess, relative to the curvature

Vector = tuple[arb, ...]
Place = tuple[float, tuple[float, ...]]  # a height of the likelihood, and where it is


# ---- guesses --------------------------------------------------------------------------------------------------------


def guess(score: Score, start: np.ndarray, lam: float) -> np.ndarray:
    """A local maximum of the objective, uphill from a start, in floats; synthetic points are from the model at the start."""
    from scipy.optimize import minimize

    x, v = score.data_nodes
    places, weights = [x], [v]
    if lam:
        z, u = score.model_nodes(start)
        places.append(z)
        weights.append(lam * u)
    at, mass = np.concatenate(places, axis=1), np.concatenate(weights)
    chart = Chart(score.loop)
    begin = chart.into(start)

    @lru_cache(maxsize=8)
    def look(u: bytes) -> tuple[float, np.ndarray, np.ndarray]:
        """The objective with its slope and curvature, upside down, in the chart; infinite where floats lose it."""
        theta, first, second = chart.out(np.frombuffer(u))
        sums = score.sums(at, mass, theta)
        if sums is None:
            return np.inf, np.zeros(score.d), np.eye(score.d)
        value, slope, curvature = sums
        return -value, -slope * first, -(first[:, None] * curvature * first + np.diag(slope * second))

    if not np.isfinite(look(begin.tobytes())[0]):
        raise CannotTell(f"the likelihood of the data is not finite at {_told(score.loop, start)}")
    with np.errstate(all="ignore"):  # where a mean is infinite floats overflow
        found = minimize(
            lambda u: look(u.tobytes())[0],
            begin,
            jac=lambda u: look(u.tobytes())[1],
            hess=lambda u: look(u.tobytes())[2],
            method="trust-exact",
            options={"initial_trust_radius": 0.1 if lam else 0.5, "gtol": 1e-13, "maxiter": 300},
        )
    u = np.asarray(found.x, float)
    for _ in range(3):  # as near as floats come
        _, slope, curvature = look(u.tobytes())
        step = np.linalg.lstsq(curvature, -slope, rcond=None)[0]
        if not np.max(np.abs(step)) < 1e-3 * (1 + np.max(np.abs(u))):
            break
        u = u + step
    return chart.out(u)[0]


class Chart:
    """The parameters of a model as any real numbers: logarithms of their distance from an end, or between two."""

    def __init__(self, loop: LikelihoodLoop):
        ends = [(float(p.domain.lo), float(p.domain.hi)) for p in loop.parameters.values()]
        self.low, self.high = (np.array(side) for side in zip(*ends, strict=True))
        self.above, self.below = np.isfinite(self.low), np.isfinite(self.high)

    def into(self, theta: np.ndarray) -> np.ndarray:
        """Parameters, shape (..., parameters), as any real numbers; -inf or oo at an end, nan outside."""
        with np.errstate(all="ignore"):
            up, down = np.log(theta - self.low), np.log(self.high - theta)
            return np.select([self.above & self.below, self.above, self.below], [up - down, up, -down], theta)

    def out(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The parameters, and the first and second derivative of each in its chart."""
        from scipy.special import expit

        low, high = np.where(self.above, self.low, 0.0), np.where(self.below, self.high, 0.0)
        with np.errstate(over="ignore"):
            up, down, share = np.exp(u), np.exp(-u), expit(u)
        both, one = self.above & self.below, np.ones_like(u)
        cases = [both, self.above, self.below]
        bend = (high - low) * share * (1 - share)
        return (
            np.select(cases, [low + (high - low) * share, low + up, high - down], u),
            np.select(cases, [bend, up, down], one),
            np.select(cases, [bend * (1 - 2 * share), up, -down], 0 * one),
        )


def _told(loop: LikelihoodLoop, theta: Any) -> str:
    return ", ".join(f"{name} = {float(x):.4g}" for name, x in zip(loop.state, theta, strict=True))


def _starts(loop: LikelihoodLoop, score: Score) -> list[np.ndarray]:
    """Where the search for the best fit begins: parameters such as 0 and 1, and others around the data's place and scale."""
    x, v = score.data_nodes
    x, v = x.ravel(), np.tile(v, len(x)) / len(x)  # of points of a space all coordinates at once
    with np.errstate(over="ignore", invalid="ignore"):
        middle = float(np.sum(x * v))
        spread = float(np.sqrt(np.sum((x - middle) ** 2 * v)))
    if not np.isfinite(middle + spread) or spread == 0 or spread > 1e6:
        order = np.argsort(x)
        at = np.cumsum(v[order])
        middle, low, high = (float(x[order][np.searchsorted(at, q * at[-1])]) for q in (0.5, 0.25, 0.75))
        spread = (high - low) or 1.0
    out = []
    for place, scale in (
        (0.0, 1.0),
        (middle, spread),
        (middle, spread / 2),
        (middle + spread / 2, spread),
        (spread, 1 / spread),
    ):
        start = []
        for p in loop.parameters.values():
            low, high = float(p.domain.lo), float(p.domain.hi)
            if np.isfinite(low) and np.isfinite(high):
                start.append(low + (high - low) * (0.5 if place == 0 else 0.4))
            elif np.isfinite(low):
                start.append(low + scale)
            elif np.isfinite(high):
                start.append(high - scale)
            else:
                start.append(place)
        out.append(np.array(start))
    return out


# ---- certified ------------------------------------------------------------------------------------------------------


def certified(score: Score, near: np.ndarray, now: Vector, lam: arb) -> Vector:
    """The one local maximum near a guess. Raises `CannotTell` where none is seen, `ArithmeticError` for too few bits."""
    loop = score.loop
    m = [arb(float(x)) for x in near]
    inverse = inverse_near(score, m, now, lam)
    step = inverse * score.gradient(m, now, lam)
    first = _largest(step)
    if not first.is_finite():
        raise ArithmeticError(f"the score at {_told(loop, near)} has no finite ball")
    if not first < 2.0**-8 * (1 + max(abs(float(x)) for x in m)):
        raise CannotTell(f"no local maximum is seen near {_told(loop, near)}")
    found, around = krawczyk(
        m, step, inverse, lambda at: score.gradient(at, now, lam), lambda at: score.hessian(at, now, lam)
    )
    if not (positive_definite(-around) or positive_definite(-score.hessian(found, now, lam))):
        raise CannotTell(
            f"{type(loop).__name__}: the stationary point at {_told(loop, m)} is not seen to be a maximum: the second "
            "derivative there is not negative definite"
        )
    if (name := outside(loop, found)) is not None:
        wanted = loop.parameters[name].domain.wanted
        raise CannotTell(f"{type(loop).__name__}: the optimum is at the border of {name}, {wanted}")
    return found


def outside(loop: LikelihoodLoop, box: Sequence[arb]) -> str | None:
    """The first parameter that is not surely in the interior of its range; None if there is none."""
    for x, (name, p) in zip(box, loop.parameters.items(), strict=True):
        low, high = p.domain.lo, p.domain.hi
        if not ((low.is_infinite or x > to_ball(low)) and (high.is_infinite or x < to_ball(high))):
            return name
    return None


def inverse_near(score: Score, m: list[arb], now: Vector, lam: arb) -> arb_mat:
    """Near the inverse of the derivative of the score, from floats."""
    theta = np.array([float(x) for x in m])
    parts = [(1.0, *score.data_nodes)]
    if lam != 0:
        parts.append((float(lam.mid()), *score.model_nodes(np.array([float(y.mid()) for y in now]))))
    sums = [(w, score.sums(x, v, theta)) for w, x, v in parts]
    matrix = sum((w * s[2] for w, s in sums if s is not None), np.zeros((score.d, score.d)))
    if any(s is None for _, s in sums) or np.linalg.cond(matrix) > 1e12:
        raise CannotTell(
            f"{type(score.loop).__name__} is not identified near {_told(score.loop, m)}: the second derivative of the "
            "likelihood is singular there"
        )
    inverse = np.linalg.inv(matrix)
    return arb_mat(score.d, score.d, [arb(float(y)) for y in inverse.ravel()])


def one(d: int) -> arb_mat:
    """The unit matrix of size d."""
    return arb_mat(d, d, [arb(int(i == j)) for i in range(d) for j in range(d)])


def _largest(column: arb_mat) -> arb:
    out = arb(0)
    for i in range(column.nrows()):
        out = out.max(abs(column[i, 0]).upper())
    return out


def positive_definite(matrix: arb_mat) -> bool:
    """Whether a symmetric matrix is, for certain: its leading minors are positive."""
    d = matrix.nrows()
    minors = (arb_mat(k, k, [matrix[i, j] for i in range(k) for j in range(k)]).det() for k in range(1, d + 1))
    return all(minor > 0 for minor in minors)


# ---- the loop -------------------------------------------------------------------------------------------------------


@partial(at_precision, most=512)
def best(loop: LikelihoodLoop) -> Vector:
    """The best fit to the data alone, the highest of the local maxima that are found.

    Raises `CannotTell` where a search ends higher, at what is seen to be no maximum: it rises to a border, or far out.
    """
    if open_ones := loop.free_symbols:
        raise CannotTell(f"the best fit of {type(loop).__name__} depends on {', '.join(sorted(map(str, open_ones)))}")
    if (problem := loop.refuses()) is not None:
        raise CannotTell(f"{type(loop).__name__}: {problem}")
    score = score_of(loop)
    found, beyond, why = _guesses(loop)
    for height, theta in found:
        try:
            known = certified(score, np.array(theta), (), arb(0))
        except CannotTell as problem:
            why = str(problem)
            beyond = max(beyond or (height, theta), (height, theta))
            continue
        if beyond is not None and beyond[0] > height + LEVEL * (1 + abs(height)):
            raise CannotTell(
                f"{type(loop).__name__}: the likelihood of {loop.data} is higher at {_told(loop, beyond[1])}, which is not "
                f"seen to be a maximum, than at {_told(loop, known)}: it may rise to a border, or without end"
            )
        _is_normalised(score, known)
        if not all(mean.contains(0) for mean in score.means(score.first, score.model, known, known)):
            raise CannotTell(
                f"{type(loop).__name__}: its scores have no mean 0 at {_told(loop, known)}, as those of a density have"
            )
        return known
    raise CannotTell(f"no best fit of {type(loop).__name__} to {loop.data} is found: {why}")


@lru_cache(maxsize=512)
def _guesses(loop: LikelihoodLoop) -> tuple[list[Place], Place | None, str]:
    """(local maxima in floats, the highest first and of mirror images always one; the highest end of a search that is
    none of them; why there may be none)."""
    score = score_of(loop)
    starts = _starts(loop, score)
    off = (starts[2] + starts[3]) / 2  # the best fit, too, where the data have place 0 and scale 1
    begun = [start for start in (starts[0], off) if score.sums(*score.data_nodes, start) is not None]
    with precision(BITS):
        for start in begun or (starts[0],):  # a formula may be 0/0 at one of them, as (e^a - 1)/a
            _is_normalised(score, tuple(arb(float(x)) for x in start))
    found: list[tuple[float, np.ndarray]] = []
    beyond: Place | None = None
    why = "the likelihood may be highest at the border of the parameters"
    for start in starts:
        try:
            theta = guess(score, start, 0.0)
        except CannotTell as problem:
            why = str(problem)
            continue
        except (ArithmeticError, np.linalg.LinAlgError, ValueError):
            continue
        sums = score.sums(*score.data_nodes, theta)
        if sums is None:
            continue
        if np.all(np.abs(sums[1]) < 1e-5 * (1 + np.abs(theta))):
            found.append((sums[0], theta))
            found.extend(_mirrored(loop, score, sums[0], theta))
        elif beyond is None or sums[0] > beyond[0]:
            beyond = sums[0], tuple(map(float, theta))
    found.sort(key=lambda pair: (-round(pair[0], 7), *np.round(pair[1], 5)))
    return [(height, tuple(map(float, theta))) for height, theta in found], beyond, why


def _mirrored(loop: LikelihoodLoop, score: Score, height: float, theta: np.ndarray) -> list[tuple[float, np.ndarray]]:
    """Maxima that differ by the parameters' order or signs: which of them a search ends at hangs on the machine's rounding."""
    ends = [(float(p.domain.lo), float(p.domain.hi)) for p in loop.parameters.values()]
    signed = [low == -high for low, high in ends]
    orders = [np.arange(len(ends))]
    for i, j in combinations(range(len(ends)), 2):
        if ends[i] == ends[j]:
            orders.append(np.arange(len(ends)))
            orders[-1][[i, j]] = j, i
    turned = [np.ones(len(ends)), np.where(signed, -1.0, 1.0), *(1 - 2 * row for row in np.eye(len(ends))[signed])]
    out = []
    for image in (signs * theta[order] for order in orders for signs in turned):
        sums = None if np.allclose(image, theta, atol=1e-5) else score.sums(*score.data_nodes, image)
        if sums is not None and abs(sums[0] - height) < 1e-9 * (1 + abs(height)):
            out.append((height, image))
    return out


def _is_normalised(score: Score, at: Vector) -> None:
    """Raise `CannotTell` where the model's density does not integrate to 1."""
    name, told = type(score.loop).__name__, _told(score.loop, at)
    try:
        whole = total(score.model, score.xs, dict(zip(score.now, at, strict=True)))
    except CannotTell as problem:
        why = "it rises far out: is a sign wrong?" if _rises(score, at) else problem
        raise CannotTell(f"that the density of {name} integrates to 1 is not seen: {why}") from None
    if not whole.contains(1):
        raise CannotTell(f"{name}: the density integrates to {whole.mid().str(8, radius=False)} at {told}, not to 1")


def _rises(score: Score, at: Vector) -> bool:
    """Whether the logarithm of a density on the line is surely higher, and above 0, farther out towards an infinite end."""
    space, values = score.loop.space, dict(zip(score.after, at, strict=True))
    ends = [side for side, end in ((-1, space.low), (1, space.high)) if end.is_infinite] if space.d == 1 else []
    near, far = ([evaluate(score.logarithm, {**values, score.x: arb(side * x)}) for side in ends] for x in FAR_OUT)
    return any(b > a and b > 0 for a, b in zip(near, far, strict=True))


@partial(at_precision, most=4096)
def state(loop: LikelihoodLoop, t: int) -> Vector:
    """The parameters after t fits, at the current precision."""
    if t > MOST_STEPS:
        raise CannotTell(f"{t} generations are too many to follow fit by fit")
    if t == 0:
        return tuple(number(x) for x in loop.initial.values())
    for s in range(t % 50, t, 50):  # the recursion stays shallow
        state(loop, s)
    now = state(loop, t - 1)
    return after(loop, now)


def after(loop: LikelihoodLoop, now: Vector) -> Vector:
    """The next parameters."""
    score, lam = score_of(loop), number(loop.lam)
    if loop.steps:
        new = list(now)
        speed = number(loop.speed)
        for _ in range(int(loop.steps)):
            slope = score.gradient(new, now, lam)
            new = [x + speed * slope[i, 0] for i, x in enumerate(new)]
        found = tuple(new)
    else:
        near = guess(score, np.array([float(x.mid()) for x in now]), float(lam.mid()))
        found = certified(score, near, now, lam)
    return tuple(x + number(e) for x, e in zip(found, loop.error, strict=True)) if loop.error else found


# ---- fixed points ---------------------------------------------------------------------------------------------------


@partial(at_precision, most=256)
def fixed(loop: LikelihoodLoop) -> Vector:
    """A fixed point of the map, near the best fit; it is the only one in a box around it."""
    if loop.is_plain:
        return best(loop.of_data)
    if any(loop.error) and loop.steps:
        raise CannotTell("the fixed point of gradient steps with an error")
    score, lam, d = score_of(loop), number(loop.lam), len(loop.state)
    error = [number(e) for e in loop.error] or [arb(0)] * d

    def value(theta: list[arb]) -> arb_mat:
        return score.gradient([x - e for x, e in zip(theta, error, strict=True)], theta, lam)

    def slope(theta: list[arb]) -> arb_mat:
        at = [x - e for x, e in zip(theta, error, strict=True)]
        return score.hessian(at, theta, lam) + lam * score.pull(at, theta)

    m = [x.mid() for x in best(loop.of_data)]
    for _ in range(60):  # Newton's method, from the best fit
        inverse = arb_mat(d, d, [x.mid() for x in slope(m).inv().entries()])
        step = inverse * value(m)
        m = [(x - step[i, 0]).mid() for i, x in enumerate(m)]
        if _largest(step) < arb(2) ** (-ctx.prec // 3):
            break
    else:
        raise CannotTell(f"no fixed point of {loop} is found near the best fit")
    return krawczyk(m, inverse * value(m), inverse, value, slope)[0]


def krawczyk(m: list[arb], step: arb_mat, inverse: arb_mat, value: Any, slope: Any) -> tuple[Vector, arb_mat]:
    """(The one root near m of a function of several numbers, its slope all over a box around that).

    step: Newton's from m.  inverse: of the slope there, nearly.
    """
    goal = arb(2) ** (-ctx.prec * 7 // 8)
    for _ in range(POLISHED - 1):
        if _largest(step) < goal:
            break
        m = [(x - step[i, 0]).mid() for i, x in enumerate(m)]
        step = inverse * value(m)
    return one_root(m, step, inverse, slope, goal)


def one_root(m: list[arb], step: arb_mat, inverse: arb_mat, slope: Any, least: arb) -> tuple[Vector, arb_mat]:
    """(The one root in a box around m, the slope all over a wider one), of a function or of many; least: of the box's radius."""
    d = len(m)
    radius = (2 * _largest(step) + least).upper()
    for _ in range(WIDER):
        box = [x + arb(0, radius) for x in m]
        around = slope(box)
        shift = (one(d) - inverse * around) * arb_mat(d, 1, [arb(0, radius)] * d)
        new = [x - step[i, 0] + shift[i, 0] for i, x in enumerate(m)]
        if all(b.contains_interior(y) for b, y in zip(box, new, strict=True)):
            return tuple(new), around
        radius = radius * 16
    raise ArithmeticError("no box is seen to hold one root")
