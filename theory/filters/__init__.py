"""Hard filters: a model is retrained on what passes a filter, and on nothing else. Loops and theorems.

Thresholds, top shares and typicality filters, with and without a Gaussian refit; the best of n draws; filters by the
confidence of a classifier, by the model's own likelihood, by an imperfect verifier; guidance away from a worse model.

Time: model 0 is what the loop is handed, model t is after t rounds of filter and fit.

A module a topic; here are the loops of them all, the filters, and the closed forms that are functions.
"""

from .anchored import AnchoredTopLoop
from .best import BestOfLoop
from .common import FilteredLoop
from .gaussian import Above, FilteredGaussianLoop, Top, TopShareLoop, Within
from .guidance import AnchoredGuidanceLoop, GuidedGaussianLoop, GuidedSampleLoop
from .hard import BestGaussianLoop
from .likelihood import LikelihoodGaussianLoop, ReferenceLikelihoodLoop, SelfLikelihoodLoop
from .verifier import ConfidenceLoop, PrunedEstimatorLoop, rounds, verified_accuracy
from .vote import MajorityLoop

__all__ = [
    "Above",
    "AnchoredGuidanceLoop",
    "AnchoredTopLoop",
    "BestGaussianLoop",
    "BestOfLoop",
    "ConfidenceLoop",
    "FilteredGaussianLoop",
    "FilteredLoop",
    "GuidedGaussianLoop",
    "GuidedSampleLoop",
    "LikelihoodGaussianLoop",
    "MajorityLoop",
    "PrunedEstimatorLoop",
    "ReferenceLikelihoodLoop",
    "SelfLikelihoodLoop",
    "Top",
    "TopShareLoop",
    "Within",
    "rounds",
    "verified_accuracy",
]
