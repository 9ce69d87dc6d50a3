"""What a generated module has of its own: names and what they mean, for the templates."""

from typing import Any

KIND = 0  # the chart of the support
LOW, HIGH = 0.0, 0.0  # its ends
SHAPED = True  # whether the law that is tabulated depends on the parameters
ROWS = 1  # what `features` reads of a point


def log_density(x, theta) -> Any:
    """The logarithm of the density, or of the probability, that is tabulated."""


def place(z, theta) -> Any:
    """The draw that a draw from the tabulated law stands for."""


def quantile(u, theta) -> Any:
    """The inverse of the distribution function."""


def fill(rng, points, start, theta, memory) -> Any:
    """Fill the rest of an array with draws; False where it cannot."""


def features(points, out) -> None:
    """What `terms` reads of the points: functions of them alone."""


def terms(read, count, theta, g, h) -> Any:
    """The log-likelihood of the points, up to what does not depend on theta; its gradient and second derivatives into g and h."""
