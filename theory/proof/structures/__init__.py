"""Structures of loops, found from start, step and fresh draws, or declared and verified from these, or not used.

A declaration that is not seen to be true is as good as none: a moment is then derived without it. One that contradicts the
step is bad input. Of the package's own loops what no step tells (their draws are no plain arithmetic) counts as declared; it
is held against samples of raw data in the tests.
"""

from ...language.randomness import is_deterministic
from .at_random import of_draws, of_random_parameters
from .cases import without_cases
from .conserved import without_conserved
from .counters import certain, without_counts
from .counts import Chain, Histogram, Pool, chain, counted, histogram, lost_for_ever, pool
from .deployed import hidden, model_coordinates
from .followed import lost_in_steps
from .grains import drawn, is_count, unit_anew
from .lasting import stays
from .lawful import (
    FAR_OUT,
    conditions,
    divides,
    hides,
    laws_in,
    laws_of,
    of_laws,
    of_masses,
    of_parameters,
    of_value,
    ranges,
    refused_in_a_fit,
    unit,
    unverified,
    without_value,
)
from .marginals import marginal
from .masses import no_law
from .picks import is_tournament
from .programs import in_symbols
from .symmetry import rescaled, same, standard, symmetry
from .untold import untold
from .values import finite
from .written import defined, examine, examine_law

__all__ = [
    "FAR_OUT",
    "Chain",
    "Histogram",
    "Pool",
    "certain",
    "chain",
    "conditions",
    "counted",
    "defined",
    "divides",
    "drawn",
    "examine",
    "examine_law",
    "finite",
    "hidden",
    "hides",
    "histogram",
    "in_symbols",
    "is_count",
    "is_deterministic",
    "is_tournament",
    "laws_in",
    "laws_of",
    "lost_for_ever",
    "lost_in_steps",
    "marginal",
    "model_coordinates",
    "no_law",
    "of_draws",
    "of_laws",
    "of_masses",
    "of_parameters",
    "of_random_parameters",
    "of_value",
    "pool",
    "ranges",
    "refused_in_a_fit",
    "rescaled",
    "same",
    "standard",
    "stays",
    "symmetry",
    "unit",
    "unit_anew",
    "untold",
    "unverified",
    "without_cases",
    "without_conserved",
    "without_counts",
    "without_value",
]
