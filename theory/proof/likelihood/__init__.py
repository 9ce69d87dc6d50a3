"""Likelihood loops in balls: the map, its fixed points, the constants of the stability theorem. One concept a file."""
