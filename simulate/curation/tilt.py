"""Tilted laws on the line, sampled by rejection: a draw from the first law is kept with the probability of its weight."""

from __future__ import annotations

import numpy as np
from sympy import Lambda, Symbol, exp

from theory.curation.tilt import TiltLoop
from theory.language.errors import CannotTell
from theory.language.laws import Tilted, Uniform
from theory.proof.arithmetic.quadrature import mean_under

from ..engine.draws import drawn
from ..engine.fresh import FreshKernel, of_draws

TRIED = 40.0  # nanoseconds for a draw, kept or not
x = Symbol("x", real=True)


def _law(loop: TiltLoop, t: int) -> Tilted:
    return Tilted(loop.law, Lambda(x, exp(t * loop.reward(x))))


@of_draws(TiltLoop)
def _tilted(loop: TiltLoop, t: int) -> FreshKernel:
    reward = loop.reward(x)
    ends = loop.law.support if isinstance(loop.law, Uniform) and reward.diff(x).is_number else ()
    if not (reward.is_nonpositive or (ends and all(reward.subs(x, end) <= 0 for end in ends))):
        raise CannotTell("no draws: the weight is not known to be at most 1, so none is kept with its probability")
    kept = float(mean_under(exp(t * reward), x, loop.law).mid())
    return FreshKernel(_draw, TRIED / kept)


def _draw(loop: TiltLoop, t: int, rng: np.random.Generator, size: int) -> np.ndarray:
    return drawn(_law(loop, t), rng, size)
