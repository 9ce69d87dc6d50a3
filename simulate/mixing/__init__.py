"""Training on real and synthetic points, run for several learners: how far the model is from the truth in total variation."""

from . import distances, learners

__all__ = ["distances", "learners"]
