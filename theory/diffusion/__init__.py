"""Diffusion models retrained on their own output, where everything is known: Gaussian data, linear scores. Loops, theorems.

Where a generation loses or gains variance: the start of the reverse SDE, its discretisation, early stopping, few points,
training that is stopped early. And what bounds over the whole path have to do with the error at its end.

Time: model 0 is what the loop is handed, model t is after t rounds of training and sampling. Noise levels are told by
abar = e^(-2T), the share of the data's variance that is left: see `common`.

A module a topic; here are the loops of them all, and the closed forms that are functions.
"""

from .euler import EulerLoop, EulerRetrainedLoop, euler_variance
from .girsanov import ShrunkScoreLoop
from .loops import EarlyStopLoop, MemorisingLoop
from .sde import TruncatedStartLoop
from .training import GradientFlowLoop, LinearScoreLoop, UndertrainedScoreLoop, linear_score_variance

__all__ = [
    "EarlyStopLoop",
    "EulerLoop",
    "EulerRetrainedLoop",
    "GradientFlowLoop",
    "LinearScoreLoop",
    "MemorisingLoop",
    "ShrunkScoreLoop",
    "TruncatedStartLoop",
    "UndertrainedScoreLoop",
    "euler_variance",
    "linear_score_variance",
]
