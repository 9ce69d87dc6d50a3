"""Likelihood loops in balls: the map, its fixed points, the constants of the stability theorem. One concept a file."""

from . import constants as constants  # it tells `numbers` who knows the constants
