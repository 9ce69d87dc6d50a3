"""What a generated module has of its own: names and what they mean, for the templates."""

from typing import Any

KIND = 0  # the chart of the support
LOW, HIGH = 0.0, 0.0  # its ends
SHAPED = True  # whether the law that is tabulated depends on the parameters
KNOWN = 1  # how many numbers `prepare` gives
FEATURES = 1  # how many numbers `look` gives
ROWS = 1  # how many numbers `features` gives of a point
GROUPED = False  # whether equal points are put together
AFFINE = False  # whether log-likelihood and derivatives are affine in the features, so that their means are enough


def prepare(theta, known) -> None:
    """What the density asks of the parameters alone."""


def look(gap, seen, k) -> None:
    """What the density asks of a number alone, which is so far from the lower end, if that is finite, into column k."""


def look_down(gap, seen, k) -> None:
    """The same of a number which is so far from the upper end."""


def log_density(seen, k, known) -> Any:
    """The logarithm of the density, or of the probability, that is tabulated, at what was seen as number k."""


def log_density_down(seen, k, known) -> Any:
    """The same at what `look_down` saw."""


def place(z, theta) -> Any:
    """The draw that a draw from the tabulated law stands for."""


def quantile(u, theta) -> Any:
    """The inverse of the distribution function."""


def terms(theta, out) -> None:
    """Into out what a gamma law's log-density is in log x and in x: both factors, and the constant."""


def new_memory() -> Any:
    """What `fill` keeps from one call to the next."""


def fill(rng, points, start, theta, memory) -> Any:
    """Fill the rest of an array with draws; False where it cannot."""


def fill_points(rng, points, start, theta, memory) -> Any:
    """The same of an array of points, a row for each coordinate."""


def features(points, out) -> None:
    """What `likelihood` and `slopes` read of the points: functions of them alone."""


def likelihood(read, weights, theta) -> Any:
    """The log-likelihood of weighted points, but for what does not depend on theta."""


def slopes(read, weights, theta, g, h) -> None:
    """Into g and h its two derivatives."""


def sum_up(theta, memory) -> Any:
    """Add up the probabilities of whole numbers: how many of them hold all; 0 where they do not."""


def climb(read, weights, count, theta, low, high, work) -> Any:
    """Move theta to the local maximum uphill from it; False where none is reached in the interior."""
