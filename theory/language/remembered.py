"""What SymPy works out again and again, and is to remember."""

from __future__ import annotations

from functools import lru_cache

from sympy.core import exprtools

# a sum's sign that does not follow from those of its terms: asked for anew for each of positive, negative, not positive and
# not negative, and by every sum above it; a tenth of the time of a derivation
exprtools._monotonic_sign = lru_cache(maxsize=20_000)(exprtools._monotonic_sign)
