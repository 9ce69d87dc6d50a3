"""Laws: the named distributions that loops sample from and step with."""

from .composed import Mixture, Tilted, Truncated
from .continuous import Cauchy, Centred, Epanechnikov, Laplace, Logistic, Normal, StudentT, Uniform
from .density import Density
from .discrete import AnyLaw, Atoms, Binomial, Count, Empirical, Finite, Multinomial, Poisson
from .gammas import Beta, ChiSquare, Exponential, Gamma
from .law import Law
from .noise import Noise, counts, drawn
from .pieces import Pieces
from .space import MultivariateNormal
from .waiting import Geometric, NegativeBinomial

__all__ = [
    "AnyLaw",
    "Atoms",
    "Beta",
    "Binomial",
    "Cauchy",
    "Centred",
    "ChiSquare",
    "Count",
    "Density",
    "Empirical",
    "Epanechnikov",
    "Exponential",
    "Finite",
    "Gamma",
    "Geometric",
    "Laplace",
    "Law",
    "Logistic",
    "Mixture",
    "Multinomial",
    "MultivariateNormal",
    "NegativeBinomial",
    "Noise",
    "Normal",
    "Pieces",
    "Poisson",
    "StudentT",
    "Tilted",
    "Truncated",
    "Uniform",
    "counts",
    "drawn",
]
