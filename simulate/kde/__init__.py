"""Kernel density estimates, fitted to drawn points: a module a kind of loop."""

from . import higher, pools

__all__ = ["higher", "pools"]
