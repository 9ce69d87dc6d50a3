"""Training on a mixture of real and synthetic data, in total variation (Fu et al., 2402.11778): bounds, exact loops.

n real and m synthetic points a generation, N = n + m, b = m/N. A fit to N points costs s(N) = c N^(-a) at most. U_t is what
the triangle inequality makes of that: TV after t retrainings is at most s(N) (1 + b + ... + b^t). It rises with m and then
falls: the phase transition. In the exact Gaussian loop with fixed real data the error does so too, at another place; with
fresh real data it need not.

Time: model 0 is the first fit, model t is after t retrainings. In the loops of `stability.gaussian` with start="fit" that is
the mean of the first real sample.

A module a topic; here are the loop, and the closed forms that are functions.
"""

from .bound import BoundLoop, tv_bound, tv_threshold
from .gaussian import expected_tv, worst_synthetic

__all__ = ["BoundLoop", "expected_tv", "tv_bound", "tv_threshold", "worst_synthetic"]
