"""Performative prediction (Perdomo et al., 2002.06673): the model moves the law that it is fitted to.

D(theta) is the law that the model theta induces, eps its W1-Lipschitz constant ("sensitivity"), gamma the strong
convexity of the loss in theta, beta the Lipschitz constant of its gradient in z, kappa = eps beta/gamma. Repeated risk
minimisation (RRM) refits the model to D(theta) of the model before; retraining on one's own output is a case of it.

Time: model t is after t fits.

A module a topic; here are the loops of them all, and the closed forms that are functions.
"""

from .risk import (
    BernoulliRiskLoop,
    LogCoshRiskLoop,
    QuadraticRiskLoop,
    contraction,
    fits,
    parameter_variance,
    stable_real_share,
)
from .shifts import ExponentialRateLoop, HistoryRiskLoop, LocationScaleRiskLoop, VectorRiskLoop

__all__ = [
    "BernoulliRiskLoop",
    "ExponentialRateLoop",
    "HistoryRiskLoop",
    "LocationScaleRiskLoop",
    "LogCoshRiskLoop",
    "QuadraticRiskLoop",
    "VectorRiskLoop",
    "contraction",
    "fits",
    "parameter_variance",
    "stable_real_share",
]
