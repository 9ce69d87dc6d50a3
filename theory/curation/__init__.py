"""Curation by preference (Ferbach et al., 2407.09499): loops and theorems.

K draws from the model are shown, one is picked with probability proportional to its weight f = e^r, and the model is
refitted to infinitely many picks, or to picks and real data, lambda to 1.

Time: model 0 is what the loop is handed, model t is after t fits; the paper's p_t is our model(t).

A module a topic; here are the loops of them all, and the closed forms that are functions.
"""

from .anchors import AnchoredTiltLoop
from .common import CuratedLoop, CuratedWeightsLoop
from .convergence import reward_budget, reward_gap, shrinking_ratio
from .crowds import UserPerRoundLoop
from .families import TwoTossesLoop
from .groups import GaussianGroupsLoop
from .hard import BestOfEachLoop
from .line import CuratedLineLoop
from .mixed import kl_bound, least_gain, published_kl_bound, settled
from .particles import PickedSampleLoop
from .refit import PickedGaussianLoop
from .rounds import last_rate, rounds, tilted_mass
from .speed import PooledPicksLoop
from .tilt import TiltLoop
from .users import UsersLoop

__all__ = [
    "AnchoredTiltLoop",
    "BestOfEachLoop",
    "CuratedLineLoop",
    "CuratedLoop",
    "CuratedWeightsLoop",
    "GaussianGroupsLoop",
    "PickedGaussianLoop",
    "PickedSampleLoop",
    "PooledPicksLoop",
    "TiltLoop",
    "TwoTossesLoop",
    "UserPerRoundLoop",
    "UsersLoop",
    "kl_bound",
    "last_rate",
    "least_gain",
    "published_kl_bound",
    "reward_budget",
    "reward_gap",
    "rounds",
    "settled",
    "shrinking_ratio",
    "tilted_mass",
]
