"""Property-based tests are the same in every run: a failure here is a failure everywhere."""

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")
