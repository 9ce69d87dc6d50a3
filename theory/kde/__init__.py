"""Kernel density estimates fitted to draws from each other: the loop and its theorems (Fu et al., 2402.11778, and derived).

A draw from a kernel density estimate is one of its n points and Gaussian noise of standard deviation h, the bandwidth. So the
expected density is smoothed once more in every generation; the fitted densities of a history hardly spread, once their variance
is n h^2, and wander instead. The expected squared error is that of kernels whose points have common ancestors.

Time: `loop.model(0)` is what the loop is handed (the truth, N(mu0, sigma0^2)); `loop.model(t)` is after t fits. With start="fit"
model 0 is fitted to real points only, and model t is after t retrainings.

A module a topic; here are the loop, and the closed forms that are functions.
"""

from .bandwidth import best_bandwidth
from .common import KernelLoop
from .density import expected_variance
from .higher import HigherOrderLoop
from .kept import bandwidth_kept
from .kernels import AnyKernelLoop
from .rates import bandwidth_beside_fixed, bandwidth_beside_fresh
from .squared_error import mise

__all__ = [
    "AnyKernelLoop",
    "HigherOrderLoop",
    "KernelLoop",
    "bandwidth_beside_fixed",
    "bandwidth_beside_fresh",
    "bandwidth_kept",
    "best_bandwidth",
    "expected_variance",
    "mise",
]
