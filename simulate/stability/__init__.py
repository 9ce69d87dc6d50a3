"""Retraining on real and synthetic data, run: n real points and m synthetic ones are drawn, pooled and fitted.

Nothing is drawn through a sufficient statistic: the cost is that of n + m points a generation. The kernels go generation
by generation over all replicates, so that a shorter run is the beginning of a longer one, bit for bit.
"""

from . import coin, gaussian, schedule

__all__ = ["coin", "gaussian", "schedule"]
