"""What happens: loops are run, data drawn, models fitted, again and again. Depends on `theory` only.

sample(loop, ["sigma"], t=100, replicates=2000)          # paths, dict of arrays of shape (replicates, t + 1)
estimate([E(loop.sigma(50))], replicates=10**6)          # confidence balls
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
