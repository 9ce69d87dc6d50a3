"""A score network on the line, retrained on its own points: how far every model is from the truth, and from its own mixture.

for fit in fits("fixed", tau=1e4, n=1000, last=20, seed=0, run=3):
    print(fit.tv, fit.error, fit.drawn, fit.tau)

Laws are known (`line`), so that no distance is estimated from points: model i, the mixture m_i of truth and models that its
points are drawn from, and what the network makes of endlessly many points of m_i. Weights of the mixtures are those of the
theory's schemes, for which TV(p_i, p_0) <= sum over k of A_(i,k) e_k, with e_k = TV(p_k, m_k).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sympy import Rational

from theory.language.schemes import Accumulated, FullySynthetic, MixingScheme, RealAndLast

from ..engine.streams import apart, generator
from . import line

HALF = RealAndLast(Rational(1, 2))
SCHEMES: dict[str, MixingScheme] = {
    "synthetic": FullySynthetic(),
    "fixed": HALF,
    "fresh": HALF,
    "accumulate": Accumulated(),
}
REAL, SYNTHETIC = 1, 2  # name the streams of a run
MANY = 20_000  # quantiles of a law, as many as make no difference


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
    scheme: str, tau: float | Sequence[float], n: int, last: int, seed: int, run: int, width: int = line.WIDTH
) -> Iterator[Fit]:
    """The fits 1, 2, ..., last. The first is to n real points.

    scheme: what the next one is to: "synthetic", n points of the last model; "fixed", the first n/2 of the real points and n/2
    of the last model; "fresh", the same with new real points; "accumulate", all points so far and n of the last model.
    tau: the training time; of several, that after which the model is nearest to the truth, which nobody knows who trains.
    A run has its layer and its streams, one a generation, whatever scheme and tau are.
    """
    network = line.Network.drawn(generator(seed, f"layer of a retrained score network, width {width}", run), width)
    streams = generator(seed, f"points of a retrained score network, n={n}", run)
    real = data = network.real(apart(streams, REAL, 0), n)
    truth, whole = np.diff(line.truth(line.edges())), line.population()
    laws, nodes = [truth], [whole]
    for i in range(1, last + 1):
        flow = network.flow(line.masses(data))
        made = [(network.sampled(flow.weights(x)[:, 0]), x) for x in np.atleast_1d(tau)]
        model, time = min(made, key=lambda x: x[0].tv())
        shares = np.array(SCHEMES[scheme].row(i), float)
        own = model.masses()
        endless = network.sampled(network.flow(shares @ nodes).weights(time)[:, 0]).masses()
        tv, error, drawn = (line.tv_of_masses(own, x) for x in (truth, shares @ laws, endless))
        yield Fit(tv, error, drawn, float(time))
        laws.append(own)
        nodes.append(line.masses(np.interp((np.arange(MANY) + 0.5) / MANY, model.shares, model.points)))
        new = model.draw(apart(streams, SYNTHETIC, i), n)
        match scheme:
            case "synthetic":
                data = new
            case "fixed":
                data = np.concatenate([real[: n // 2], new[: n // 2]])
            case "fresh":
                data = np.concatenate([network.real(apart(streams, REAL, i), n // 2), new[: n // 2]])
            case "accumulate":
                data = np.concatenate([data, new])


@lru_cache(maxsize=8)
def amplification(scheme: str, last: int) -> np.ndarray:
    """A_(i,k): how much of the error of fit k has come into model i, array (last, last), in a row for every model."""
    rows = [SCHEMES[scheme].amplification(i) for i in range(1, last + 1)]
    return np.array([[*map(float, row), *[0.0] * (last - len(row))] for row in rows])


__all__ = ["SCHEMES", "Fit", "amplification", "fits"]
