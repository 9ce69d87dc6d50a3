"""What happens: loops are run, data drawn, models fitted, again and again. Depends on `theory` only.

sample(loop, ["sigma"], t=100, replicates=2000)          # paths, dict of arrays of shape (replicates, t + 1)
estimate([E(loop.sigma(50))], replicates=10**6)          # confidence balls
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine.api import estimate as estimate
    from .engine.api import sample as sample


def __getattr__(name: str) -> Any:
    if name in ("estimate", "sample"):
        from .engine import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
