"""What is true, and how it is proved: claims about generative models retrained on their own output.

Names are imported on first use, so that `import theory` costs nothing.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .gaussian import GaussianLoop as GaussianLoop
    from .language.claims import Claim as Claim
    from .language.claims import catalogue as catalogue
    from .language.claims import claim as claim
    from .language.domains import (
        Integers as Integers,
    )
    from .language.domains import (
        Laws as Laws,
    )
    from .language.domains import (
        Points as Points,
    )
    from .language.domains import (
        Positive as Positive,
    )
    from .language.domains import (
        Probability as Probability,
    )
    from .language.domains import (
        Reals as Reals,
    )
    from .language.domains import (
        Simplex as Simplex,
    )
    from .language.errors import BadInput as BadInput
    from .language.extrema import ArgMax as ArgMax
    from .language.extrema import ArgMin as ArgMin
    from .language.functions import Ein as Ein
    from .language.functions import c4 as c4
    from .language.functions import entr as entr
    from .language.laws import Atoms as Atoms
    from .language.laws import Binomial as Binomial
    from .language.laws import Cauchy as Cauchy
    from .language.laws import Centred as Centred
    from .language.laws import ChiSquare as ChiSquare
    from .language.laws import Density as Density
    from .language.laws import Empirical as Empirical
    from .language.laws import Exponential as Exponential
    from .language.laws import Finite as Finite
    from .language.laws import Laplace as Laplace
    from .language.laws import Logistic as Logistic
    from .language.laws import Mixture as Mixture
    from .language.laws import Multinomial as Multinomial
    from .language.laws import MultivariateNormal as MultivariateNormal
    from .language.laws import Noise as Noise
    from .language.laws import Normal as Normal
    from .language.laws import StudentT as StudentT
    from .language.laws import Tilted as Tilted
    from .language.laws import Truncated as Truncated
    from .language.laws import Uniform as Uniform
    from .language.laws import counts as counts
    from .language.likelihood import LikelihoodLoop as LikelihoodLoop
    from .language.loops import CLOCK as CLOCK
    from .language.loops import Loop as Loop
    from .language.loops import coordinate as coordinate
    from .language.loops import observable as observable
    from .language.loops import of_draw as of_draw
    from .language.matrices import PSD as PSD
    from .language.matrices import MatrixLoop as MatrixLoop
    from .language.matrices import MatrixValues as MatrixValues
    from .language.matrices import bartlett as bartlett
    from .language.matrices import matrix as matrix
    from .language.matrices import normal_vector as normal_vector
    from .language.matrices import vector as vector
    from .language.matrices import wishart as wishart
    from .language.measured import Measured as Measured
    from .language.moments import (
        ISE as ISE,
    )
    from .language.moments import (
        KL as KL,
    )
    from .language.moments import (
        TV as TV,
    )
    from .language.moments import (
        W1 as W1,
    )
    from .language.moments import (
        W2 as W2,
    )
    from .language.moments import (
        CentralMoment as CentralMoment,
    )
    from .language.moments import (
        Cov as Cov,
    )
    from .language.moments import (
        Cumulant as Cumulant,
    )
    from .language.moments import (
        E as E,
    )
    from .language.moments import (
        FallsThenRises as FallsThenRises,
    )
    from .language.moments import (
        HittingTime as HittingTime,
    )
    from .language.moments import (
        Limit as Limit,
    )
    from .language.moments import (
        PathMax as PathMax,
    )
    from .language.moments import (
        Prob as Prob,
    )
    from .language.moments import (
        Quantile as Quantile,
    )
    from .language.moments import (
        RisesThenFalls as RisesThenFalls,
    )
    from .language.moments import (
        Sensitivity as Sensitivity,
    )
    from .language.moments import (
        Tends as Tends,
    )
    from .language.moments import (
        Var as Var,
    )
    from .language.policies import (
        Accumulate as Accumulate,
    )
    from .language.policies import (
        FixedReal as FixedReal,
    )
    from .language.policies import (
        FreshReal as FreshReal,
    )
    from .language.policies import (
        Growing as Growing,
    )
    from .language.policies import (
        GrowingPool as GrowingPool,
    )
    from .language.policies import (
        Replace as Replace,
    )
    from .language.policies import (
        Subsample as Subsample,
    )
    from .language.programs import ProgramLoop as ProgramLoop
    from .language.schemes import Accumulated as Accumulated
    from .language.schemes import Balanced as Balanced
    from .language.schemes import FullySynthetic as FullySynthetic
    from .language.schemes import MixingScheme as MixingScheme
    from .language.schemes import RealAndLast as RealAndLast
    from .language.schemes import Rows as Rows
    from .language.supports import Naturals as Naturals
    from .language.supports import Parameter as Parameter
    from .language.supports import R as R
    from .language.tails import Cantelli as Cantelli
    from .language.tails import Chebyshev as Chebyshev
    from .language.tails import Markov as Markov

_HOME = {
    "language.claims": ("Claim", "Point", "catalogue", "claim"),
    "language.domains": ("Integers", "Laws", "Points", "Positive", "Probability", "Reals", "Simplex"),
    "language.errors": ("BadInput",),
    "language.extrema": ("ArgMax", "ArgMin"),
    "language.functions": ("Ein", "c4", "entr"),
    "language.laws": (
        "Atoms",
        "Binomial",
        "Cauchy",
        "Centred",
        "ChiSquare",
        "Density",
        "Empirical",
        "Exponential",
        "Finite",
        "Laplace",
        "Logistic",
        "Mixture",
        "Multinomial",
        "MultivariateNormal",
        "Noise",
        "Normal",
        "StudentT",
        "Tilted",
        "Truncated",
        "Uniform",
        "counts",
    ),
    "language.matrices": (
        "PSD",
        "MatrixLoop",
        "MatrixValues",
        "bartlett",
        "matrix",
        "normal_vector",
        "vector",
        "wishart",
    ),
    "language.likelihood": ("LikelihoodLoop",),
    "language.schemes": ("Accumulated", "Balanced", "FullySynthetic", "MixingScheme", "RealAndLast", "Rows"),
    "language.supports": ("Naturals", "Parameter", "R"),
    "language.loops": ("CLOCK", "Loop", "coordinate", "observable", "of_draw"),
    "language.measured": ("Measured",),
    "language.moments": (
        "ISE",
        "KL",
        "TV",
        "W1",
        "W2",
        "CentralMoment",
        "Cov",
        "Cumulant",
        "E",
        "HittingTime",
        "Limit",
        "PathMax",
        "Prob",
        "Quantile",
        "FallsThenRises",
        "RisesThenFalls",
        "Sensitivity",
        "Tends",
        "Var",
    ),
    "language.policies": ("Accumulate", "FixedReal", "FreshReal", "Growing", "GrowingPool", "Replace", "Subsample"),
    "language.programs": ("ProgramLoop",),
    "language.tails": ("Cantelli", "Chebyshev", "Markov"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    if name == "__all__":  # asked for by `from theory import *` only
        return _words()
    if name[:1].islower() and name in _families():
        return import_module(f".{name}", __name__)
    if name[:1].isupper() and name.endswith("Loop") and name in (loops := _loops()):
        return loops[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _families() -> list[str]:
    from .language.claims import families

    return families()


def _loops() -> dict[str, Any]:
    """Every family's loops, by name: wherever they are defined."""
    return _loops_in(tuple(__path__))


@cache
def _loops_in(folders: tuple[str, ...]) -> dict[str, Any]:
    """Found once: each of the words of `import *` asks for it."""
    from .language.claims import families, modules_of

    modules = [m for family in families() for m in modules_of(family)]
    found = {k: v for m in modules for k, v in vars(m).items() if k.endswith("Loop") and k != "Loop"}
    return {k: v for k, v in found.items() if k[:1].isupper()}


def _words() -> list[str]:
    return sorted({*_loops(), *(name for names in _HOME.values() for name in names)})


def __dir__() -> list[str]:
    return sorted({*_words(), *_families()})
