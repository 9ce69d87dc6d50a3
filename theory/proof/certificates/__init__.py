"""Certificates of derivations, and a checker of its own: it never calls what found them."""

from .check import Checked, check
from .recursion import Recursion, Terms

__all__ = ["Checked", "Recursion", "Terms", "check"]
