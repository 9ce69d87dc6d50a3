"""Laws: the named distributions that loops sample from and step with."""

from .composed import Mixture, Tilted, Truncated
from .continuous import Cauchy, Centred, ChiSquare, Exponential, Laplace, Logistic, Normal, StudentT, Uniform
from .discrete import Binomial, Finite
from .law import Law
from .noise import Noise, drawn

__all__ = [
    "Binomial",
    "Cauchy",
    "Centred",
    "ChiSquare",
    "Exponential",
    "Finite",
    "Laplace",
    "Law",
    "Logistic",
    "Mixture",
    "Noise",
    "Normal",
    "StudentT",
    "Tilted",
    "Truncated",
    "Uniform",
    "drawn",
]
