"""Categorical models (histograms, tokens, modes) refitted to their own samples: the loops and their theorems.

Time: `loop.model(0)` is the truth p, and model 1 the histogram of n real points, in the loops without real data beside the
model. Where real points stay (`FixedReal`, `FreshReal`), model 0 is the histogram of the first n of them: then `t` counts
retrainings. `kept` is the number of real points whose histogram the loop is handed: `Accumulate` keeps them, and has an
urn of Polya for n = 1.

H(p) = 1 - sum p_i^2 is the diversity ("heterozygosity", the probability that two draws differ).

A module a topic; here are the loops, and the closed forms that are functions.
"""

from .common import CategoricalLoop, SymbolLoop
from .diversity import diversity_left, generations, sample_size
from .survival import survival_bound

__all__ = ["CategoricalLoop", "SymbolLoop", "diversity_left", "generations", "sample_size", "survival_bound"]
