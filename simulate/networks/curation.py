"""A flow of images, given their class, retrained on its own images: on picks, or as they come, with real ones or without.

loop = Loop(load())
for generation in retrainings(loop, "confidence", seed=0, runs=range(6), generations=10):
    ...

Images are coordinates in principal components, each scaled to variance 1. Of a collection one half of every class trains a
classifier, which rewards and measures; of the other half N images are the real ones. A model is the classes' shares in its data,
and a flow for each class's images.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..curation.datasets import CLASSES, DIMENSIONS, Images
from ..curation.images import FAVOURED, Classifier, K
from ..curation.picks import picks
from ..engine.streams import generator
from .flow import Flow
from .images import SCHEMES, N
from .training import RATE, apart, compiled, sampled

BOX = 6.0  # standard deviations: a coordinate of an image that is beyond is moved to its edge
SHARPNESS = 10.0  # of the reward "confidence"
FLOW = Flow(dimension=DIMENSIONS, couplings=4, width=48, classes=CLASSES)


@dataclass(frozen=True)
class Loop:
    """first, steps: of gradient, to train model 0, and every other one.  rate: at which every other one begins."""

    images: Images
    model: Flow = FLOW
    first: int = 1500
    steps: int = 100
    rate: float = 1e-3

    @property
    def scale(self) -> np.ndarray:
        """The standard deviations of the coordinates, by which they are divided."""
        return self.images.points.std(axis=0)


@dataclass(frozen=True)
class Start:
    """Of one run.  classifier: of scaled coordinates.  real, held: points with their labels; held ones trained the classifier."""

    classifier: Classifier
    real: tuple[np.ndarray, np.ndarray]
    held: tuple[np.ndarray, np.ndarray]


def reward(name: str, classes: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """r of images that a classifier takes for these classes: a pick has probability proportional to e^r."""
    match name:
        case "confidence":
            return SHARPNESS * confidence
        case "log":
            return np.log(confidence)
        case "preference":
            return np.isin(classes, FAVOURED).astype(float)
    raise ValueError(name)


@lru_cache(maxsize=8)
def begun(loop: Loop, seed: int, runs: tuple[int, ...]) -> tuple[list[Start], Any, Any]:
    """What all schemes of these runs share: halves and classifiers, keys of random numbers, and the parameters of model 0."""
    images, starts, keys, scaled = loop.images, [], [], loop.images.points / loop.scale
    for run in runs:
        rng = generator(seed, f"networks, {images.name}", run)
        order = rng.permutation(len(scaled))
        kinds = [order[images.labels[order] == c] for c in range(CLASSES)]
        held = np.concatenate([k[: len(k) // 2] for k in kinds])
        real = rng.permutation(np.concatenate([k[len(k) // 2 :] for k in kinds]))[:N]
        classifier = Classifier.trained(scaled[held], images.labels[held])
        starts.append(Start(classifier, *((scaled[x], images.labels[x]) for x in (real, held))))
        keys.append(rng.integers(2**32, dtype=np.uint32))
    of = jax.vmap(jax.random.key)(np.array(keys))
    fresh = jax.vmap(loop.model.drawn)(apart(of, 0, 0))
    parameters, _ = compiled(loop.model, loop.first, RATE)(fresh, *_data([[x.real] for x in starts]), apart(of, 0, 1))
    return starts, of, parameters


@dataclass(frozen=True)
class Generation:
    """Of one run.  points: N of the model's images, labels: the classes that they were asked for; start: the run's."""

    points: np.ndarray
    labels: np.ndarray
    start: Start


def retrainings(
    loop: Loop, scheme: str, seed: int, runs: Sequence[int], generations: int
) -> Iterator[list[Generation]]:
    """A model's generations from 0, which is trained on real images, on; all schemes share real images and generation 0.

    scheme: of `images.SCHEMES`. The next model is trained on N picks, each among K = 4 images of the model, or, without a
    reward, on N of its images; or on the N real ones beside lam N of those. Where a scheme is prompted the K are of one class.
    """
    starts, keys, parameters = begun(loop, seed, tuple(runs))
    kind, model = SCHEMES[scheme], loop.model
    key = f"networks, {loop.images.name}, generation 0"
    streams = [generator(seed, key, run) for run in runs]
    data = [[x.real] for x in starts]
    for t in range(generations + 1):
        if t:
            parameters, _ = compiled(model, loop.steps, loop.rate)(parameters, *_data(data), apart(keys, t, 1))
        labels = np.stack([_labels(rng, own, kind.prompted) for rng, own in zip(streams, data, strict=True)])
        drawn = np.asarray(sampled(model)(parameters, jnp.asarray(labels), apart(keys, t, 2)), float)
        if not np.isfinite(drawn).all():
            raise FloatingPointError(f"images of generation {t} are not finite")
        drawn = np.clip(drawn, -BOX, BOX)
        if t == 0:
            streams = [generator(seed, f"{key}, {scheme}", run) for run in runs]
        yield [Generation(x[::K], y[::K], start) for x, y, start in zip(drawn, labels, starts, strict=True)]
        for i, (rng, start) in enumerate(zip(streams, starts, strict=True)):
            place = np.arange(N) * K
            if kind.reward:
                weights = np.exp(reward(kind.reward, *start.classifier(drawn[i])))
                place = place + picks(rng, weights.reshape(N, K))
            own = drawn[i][place], labels[i][place]
            few = N if kind.lam is None else round(kind.lam * N)
            data[i] = [start.real] * (kind.lam is not None) + [(own[0][:few], own[1][:few])]


def _labels(rng: np.random.Generator, data: list[tuple[np.ndarray, np.ndarray]], prompted: bool) -> np.ndarray:
    """Classes to be asked for, K N of them, as they are in the data; of one pick alike, if prompted."""
    among = np.concatenate([labels for _, labels in data])
    return np.repeat(rng.choice(among, N), K) if prompted else rng.choice(among, K * N)


def _data(runs: Sequence[Sequence[tuple[np.ndarray, np.ndarray]]]) -> tuple[Any, Any, Any]:
    """Points, labels and their number, run by run, of one shape for all schemes, so that one compiled program does for all."""
    room = N + N // 2
    points, labels = np.zeros((len(runs), room, DIMENSIONS), np.float32), np.zeros((len(runs), room), int)
    counts = np.zeros(len(runs), int)
    for i, parts in enumerate(runs):
        x, y = (np.concatenate(z) for z in zip(*parts, strict=True))
        counts[i] = len(x)
        points[i, : len(x)], labels[i, : len(x)] = x, y
    return jnp.asarray(points), jnp.asarray(labels), jnp.asarray(counts)


__all__ = ["Generation", "Loop", "Start", "begun", "retrainings", "reward"]
