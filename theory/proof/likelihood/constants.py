"""The constants of the stability theorem, and of performative prediction, for a model and its data, in balls."""

from __future__ import annotations

from functools import partial
from typing import Any

from flint import acb_mat, arb, arb_mat
from sympy import sympify

from ...language.errors import CannotTell
from ...language.likelihood import Constant, LikelihoodLoop
from ..arithmetic.precision import at_precision
from .contraction import radius
from .convexity import least_curvature, most_synthetic, risk_curvature
from .deviation import deviation
from .fits import best, fixed, one
from .information import curvature, information, relative
from .lipschitz import lipschitz
from .misfit import misfit
from .moved import moved
from .norms import eigenvalues, largest
from .numbers import encloses_constants, number
from .score import score_of


@encloses_constants
def constant(c: Constant) -> arb:
    """A constant, at the current precision. Raises `CannotTell`."""
    if open_ones := c.loop.of_data.free_symbols:
        raise CannotTell(f"{c} depends on {', '.join(sorted(map(str, open_ones)))}")
    return _constant(c.loop, c.name, c.index)


@partial(at_precision, most=2048)
def _constant(loop: LikelihoodLoop, name: str, index: tuple[Any, ...]) -> arb:
    match name:
        case "best":
            return best(loop.of_data)[index[0]]
        case "fixed":
            return fixed(loop)[index[0]]
        case "H":
            return curvature(loop.of_data)[index[0], index[1]]
        case "I":
            return information(loop.of_data)[index[0], index[1]]
        case "J":
            return jacobian(loop)[index[0], index[1]]
        case "alpha":
            return eigenvalues(curvature(loop.of_data))[0]
        case "largest":
            return relative(loop.of_data)[-1]
        case "rate":
            if not loop.is_plain:
                return largest([abs(x) for x in acb_mat(jacobian(loop)).eig(multiple=True)])
            lam, k = number(loop.lam), relative(loop.of_data)[-1]
            return lam * k / (1 + lam * k)
        case "radius":
            return radius(loop, index[0])
        case "deviation":
            return deviation(loop, index[0])
        case "C":
            score = score_of(loop.of_data)
            found = score.means((score.first[index[0]] * score.first[index[1]],), loop.data, best(loop.of_data))
            return found[0]
        case "length":
            v = arb_mat(len(index), 1, [number(sympify(x)) for x in index])
            return (v.transpose() * curvature(loop.of_data) * v)[0, 0].sqrt()
        case "distortion":
            found = eigenvalues(curvature(loop.of_data))
            return (found[-1] / found[0]).sqrt()
        case "L":
            return lipschitz(loop.of_data)
        case "beta":
            return lipschitz(loop.of_data, 1)
        case "gamma":
            return least_curvature(loop.of_data)
        case "movement":
            return moved(loop.of_data)
        case "risk_curvature":
            return risk_curvature(loop)
        case "performative_limit":
            return most_synthetic(loop.of_data)
        case "eps":
            return misfit(loop.of_data)
    raise CannotTell(f"{name} of {loop} is not known")


def jacobian(loop: LikelihoodLoop) -> arb_mat:
    """J = lam (H + lam I)^-1 I; of a loop that is not plain -A^-1 lam C, or what its gradient steps make of it."""
    lam = number(loop.lam)
    if loop.is_plain:
        H, info = (f(loop.of_data) for f in (curvature, information))
        return (H + lam * info).solve(lam * info)
    score, now = score_of(loop), fixed(loop)
    at = [x - number(e) for x, e in zip(now, loop.error, strict=True)] if loop.error else list(now)
    slope, pull = score.hessian(at, now, lam), lam * score.pull(at, now)
    if not loop.steps:
        return slope.solve(-1 * pull)
    step, speed = one(score.d), number(loop.speed)
    for _ in range(int(loop.steps)):
        step = step + speed * (slope * step + pull)
    return step


__all__ = ["constant", "jacobian"]
