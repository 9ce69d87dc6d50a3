"""Curvature and information of a model at its best fit to the data: H and I of the stability theorem, in balls."""

from __future__ import annotations

from functools import partial

from flint import arb, arb_mat

from ...language.likelihood import LikelihoodLoop
from ..arithmetic.precision import at_precision
from .fits import best, positive_definite
from .norms import cholesky, eigenvalues
from .score import score_of


@partial(at_precision, most=256)
def curvature(loop: LikelihoodLoop) -> arb_mat:
    """H = E_data[-d^2 log p] at the best fit; it is positive definite."""
    found = -score_of(loop).curvature(loop.data, best(loop))
    if not positive_definite(found):
        raise ArithmeticError("whether the best fit is a maximum")
    return found


@partial(at_precision, most=256)
def information(loop: LikelihoodLoop) -> arb_mat:
    """I = E_model[-d^2 log p] at the best fit."""
    score, at = score_of(loop), best(loop)
    return -score.curvature(score.model, at, at)


def relative(loop: LikelihoodLoop) -> list[arb]:
    """The eigenvalues of H^-1 I, real since H is positive definite."""
    half = cholesky(curvature(loop)).inv()  # those of a symmetric matrix that is similar
    return eigenvalues(half * information(loop) * half.transpose())
