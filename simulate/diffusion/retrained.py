"""A score network on the line or in the plane, retrained on its own points: how far models are from truth and mixture.

for fit in fits("fixed", tau=1e4, n=1000, last=20, seed=0, run=3):
    print(fit.tv, fit.error, fit.drawn, fit.tau)

Laws are known (`line`, `plane`), so that no distance is estimated from points: model i, the mixture m_i of truth and models that
its points are drawn from, and what the network makes of endlessly many points of m_i. Weights of the mixtures are those of the
theory's schemes, for which TV(p_i, p_0) <= sum over k of A_(i,k) e_k, with e_k = TV(p_k, m_k).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from sympy import Rational

from theory.language.schemes import Accumulated, Balanced, FullySynthetic, MixingScheme, RealAndLast

from ..engine.streams import apart, generator
from . import line, plane

HALF = RealAndLast(Rational(1, 2))
SCHEMES: dict[str, MixingScheme] = {
    "synthetic": FullySynthetic(),
    "fixed": HALF,
    "fresh": HALF,
    "accumulate": Accumulated(),
    "balanced": Balanced(),
    "growing": FullySynthetic(),
}
SPACES: Mapping[str, Any] = {"line": line, "plane": plane}  # where points are
REAL, SYNTHETIC = 1, 2  # name the streams of a run


@dataclass(frozen=True)
class Fit:
    """tv: of the model from the truth.  error: from its mixture.  drawn: from what endlessly many points of that give.

    tau: for how long it was trained.
    """

    tv: float
    error: float
    drawn: float
    tau: float


def fits(
    scheme: str,
    tau: float | Sequence[float],
    n: int,
    last: int,
    seed: int,
    run: int,
    width: int = line.WIDTH,
    space: str = "line",
) -> Iterator[Fit]:
    """The fits 1, 2, ..., last. The first is to n real points.

    scheme: what the next one is to: "synthetic", n points of the last model; "growing", n k^2 of it for fit k; "fixed", the first
    n/2 of the real points and n/2 of the last model; "fresh", the same with new real points; "balanced", the first n/2 of the
    real points and n/2 of the mean of all models so far; "accumulate", all points so far and n of the last model.
    tau: the training time; of several, that after which the model is nearest to the truth, which nobody knows who trains.
    A run has its layer and its streams, one a generation, whatever scheme and tau are.
    """
    at, where = SPACES[space], "" if space == "line" else f" in the {space}"
    layer = generator(seed, f"layer of a retrained score network{where}, width {width}", run)
    network = at.Network.drawn(layer, width)
    streams = generator(seed, f"points of a retrained score network{where}, n={n}", run)
    real = data = network.real(apart(streams, REAL, 0), n)
    models, laws, nodes = [], [at.shared()], [at.population()]
    for i in range(1, last + 1):
        flow = network.flow(at.masses(data))
        made = [(network.trained(flow, x), x) for x in np.atleast_1d(tau)]
        model, time = min(made, key=lambda x: x[0].tv())
        shares = np.array(SCHEMES[scheme].row(i), float)
        own = model.masses()
        endless = network.trained(network.flow(shares @ nodes), time).masses()
        tv, error, drawn = (line.tv_of_masses(own, x) for x in (laws[0], shares @ laws, endless))
        yield Fit(tv, error, drawn, float(time))
        models.append(model)
        laws.append(own)
        nodes.append(model.nodes())
        synthetic = apart(streams, SYNTHETIC, i)
        match scheme:
            case "synthetic":
                data = model.draw(synthetic, n)
            case "growing":
                data = model.draw(synthetic, n * (i + 1) ** 2)
            case "fixed":
                data = np.concatenate([real[: n // 2], model.draw(synthetic, n // 2)])
            case "fresh":
                data = np.concatenate([network.real(apart(streams, REAL, i), n // 2), model.draw(synthetic, n // 2)])
            case "balanced":
                counts = np.bincount(synthetic.integers(i, size=n // 2), minlength=i)
                data = np.concatenate(
                    [real[: n // 2], *(x.draw(synthetic, m) for x, m in zip(models, counts, strict=True))]
                )
            case "accumulate":
                data = np.concatenate([data, model.draw(synthetic, n)])


@lru_cache(maxsize=8)
def amplification(scheme: str, last: int) -> np.ndarray:
    """A_(i,k): how much of the error of fit k has come into model i, array (last, last), in a row for every model."""
    rows = [SCHEMES[scheme].amplification(i) for i in range(1, last + 1)]
    return np.array([[*map(float, row), *[0.0] * (last - len(row))] for row in rows])


__all__ = ["SCHEMES", "SPACES", "Fit", "amplification", "fits"]
