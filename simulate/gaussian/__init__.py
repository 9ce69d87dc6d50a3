"""The family's loops, run: kernels on sufficient statistics, tied by tests to kernels on data."""

from .sampler import paths

__all__ = ["paths"]
