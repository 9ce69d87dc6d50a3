"""Laws: the named distributions that loops sample from and step with."""

from .composed import Mixture, Tilted, Truncated
from .continuous import Cauchy, Centred, ChiSquare, Exponential, Laplace, Logistic, Normal, StudentT, Uniform
from .density import Density
from .discrete import AnyLaw, Atoms, Binomial, Count, Empirical, Finite, Multinomial, Poisson
from .law import Law
from .noise import Noise, counts, drawn
from .space import MultivariateNormal

__all__ = [
    "AnyLaw",
    "Atoms",
    "Binomial",
    "Cauchy",
    "Centred",
    "ChiSquare",
    "Count",
    "Density",
    "Empirical",
    "Exponential",
    "Finite",
    "Laplace",
    "Law",
    "Logistic",
    "Mixture",
    "Multinomial",
    "MultivariateNormal",
    "Noise",
    "Normal",
    "Poisson",
    "StudentT",
    "Tilted",
    "Truncated",
    "Uniform",
    "counts",
    "drawn",
]
