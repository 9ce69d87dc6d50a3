"""What the command imports, for processes that are forked from one that has imported this: see `commands`."""

import numba  # noqa: F401
import pandas  # noqa: F401
import scipy.stats  # noqa: F401

import simulate.engine.witness  # noqa: F401
from theory import catalogue

catalogue()
