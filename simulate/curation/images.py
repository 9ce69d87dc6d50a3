"""Curation of images: a Gaussian for every class, fitted anew in each generation to picks among its own images.

for t, generation in enumerate(retrainings("curated", "confidence", load(), n=5000, seed=0, run=3, generations=20)):
    print(t, generation.measured)

Of a collection one half of every class trains a classifier, which rewards; the other half are the real images.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..engine.streams import generator
from .datasets import CLASSES, Images
from .picks import picks

K = 4  # candidates for a pick
FAVOURED = (0, 1, 2)  # classes
REWARDS = {"confidence": 1.0, "preference": float(np.e)}  # with the largest weight e^r that there is
LAMBDA = {"quarter": 1 / 4, "mixed": 1 / 2}  # synthetic to real images
SCHEMES = (*LAMBDA, "curated", "uncurated")

# ---- the model ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Model:
    """A Gaussian for every class.  shares: (classes,).  means: (classes, d).  covariances: (classes, d, d)."""

    shares: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    @classmethod
    def fitted(cls, points: np.ndarray, labels: np.ndarray) -> Model:
        """By maximum likelihood to points (size, d) with labels (size,). A class that has none is lost."""
        d = points.shape[1]
        counts = np.bincount(labels, minlength=CLASSES)
        means, covariances = np.zeros((CLASSES, d)), np.zeros((CLASSES, d, d))
        for c in np.flatnonzero(counts):
            own = points[labels == c]
            means[c] = own.mean(axis=0)
            own = own - means[c]
            covariances[c] = own.T @ own / counts[c]
        return cls(counts / len(points), means, covariances)

    def beside(self, real: Model, lam: float) -> Model:
        """The fit to data of which lam/(1 + lam) are those of this fit, the rest those of `real`: moments are mixed."""
        mine, theirs = lam / (1 + lam) * self.shares, real.shares / (1 + lam)
        shares = mine + theirs
        part = mine / np.where(shares > 0, shares, 1)  # of a class
        wide, away = part[:, None, None], self.means - real.means
        means = part[:, None] * self.means + (1 - part[:, None]) * real.means
        between = wide * (1 - wide) * away[:, :, None] * away[:, None, :]
        return Model(shares, means, wide * self.covariances + (1 - wide) * real.covariances + between)

    def draw(self, rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Points (size, d) and their labels, in random order."""
        labels = rng.permutation(np.repeat(np.arange(CLASSES), rng.multinomial(size, self.shares)))
        points = rng.standard_normal((size, self.means.shape[1]))
        lengths, axes = np.linalg.eigh(self.covariances)  # singular where a class has few points
        for c in range(CLASSES):
            own = labels == c
            points[own] = self.means[c] + points[own] @ (axes[c] * np.sqrt(np.maximum(lengths[c], 0))).T
        return points, labels

    def divergence(self, other: Model) -> float:
        """KL(self || other) of points with their labels; inf where a class of this one is lost or flat in one of them."""
        total = 0.0
        for c in np.flatnonzero(self.shares):
            if not other.shares[c]:
                return np.inf
            try:
                roots = np.linalg.cholesky(np.stack([self.covariances[c], other.covariances[c]]))
            except np.linalg.LinAlgError:
                return np.inf
            scaled = np.linalg.solve(roots[1], np.column_stack([roots[0], self.means[c] - other.means[c]]))
            volumes = 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
            gaussians = ((scaled**2).sum() - len(scaled) + volumes[1] - volumes[0]) / 2
            total += self.shares[c] * (np.log(self.shares[c] / other.shares[c]) + gaussians)
        return float(total)

    @property
    def spread(self) -> float:
        """The variance within the classes, all directions together."""
        return float(self.shares @ np.trace(self.covariances, axis1=1, axis2=2))


# ---- the rewards ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Classifier:
    """Logistic regression.  slopes: (d, classes).  intercepts: (classes,)."""

    slopes: np.ndarray
    intercepts: np.ndarray

    @classmethod
    def trained(cls, points: np.ndarray, labels: np.ndarray) -> Classifier:
        """Fitted to points (size, d) and labels (size,), with scikit-learn's default penalty."""
        from sklearn.linear_model import LogisticRegression

        fit = LogisticRegression(max_iter=10_000).fit(points, labels)
        return cls(fit.coef_.T, fit.intercept_)

    def __call__(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The class it takes each point for, and how confident it is: the probability of that class."""
        logits = self.slopes.T @ points.T + self.intercepts[:, None]  # a row a class: reduced in half the time
        logits -= logits.max(axis=0)
        return logits.argmax(axis=0), 1 / np.exp(logits).sum(axis=0)


def weight(reward: str, classes: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """e^r. "confidence": r is its logarithm.  "preference": r = 1 for what is taken for a favoured class, else 0."""
    if reward == "confidence":
        return confidence
    return np.where(np.isin(classes, FAVOURED), REWARDS["preference"], 1.0)


@lru_cache(maxsize=16)
def start(images: Images, seed: int, run: int) -> tuple[Classifier, Model, np.ndarray]:
    """The classifier, the fit to the real images, and the share of them that it takes for each class."""
    rng = generator(seed, f"halves of {images.name}", run)
    kinds = [rng.permutation(np.flatnonzero(images.labels == c)) for c in range(CLASSES)]
    held, real = (np.concatenate(x) for x in zip(*((k[: len(k) // 2], k[len(k) // 2 :]) for k in kinds), strict=True))
    classifier = Classifier.trained(images.points[held], images.labels[held])
    model = Model.fitted(images.points[real], images.labels[real])
    return classifier, model, _shares(classifier(images.points[real])[0])


def _shares(classes: np.ndarray) -> np.ndarray:
    return np.bincount(classes, minlength=CLASSES) / len(classes)


# ---- retraining -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Generation:
    """points: images of a model, candidates K after K.  classes: what the classifier takes them for.

    measured, of these images:
        weight, variance: mean and variance of e^r;  picked: its mean over one pick in K candidates
        preferred: share of the favoured classes;  classes: their effective number, e^entropy
        least: share of a class beside that among the real images, of the class that lost most
        spread: variance within the classes, that of generation 0 being 1
        stays, keeps: e^-KL(model || generation 0) and e^-KL(generation 0 || model)
    """

    points: np.ndarray
    classes: np.ndarray
    measured: dict[str, float]


def retrainings(
    scheme: str, reward: str, images: Images, n: int, seed: int, run: int, generations: int
) -> Iterator[Generation]:
    """A model's generations from 0, which is fitted to real images, on. All schemes of a run share those.

    scheme: what the next model is fitted to: "curated", n picks, each among K images of the model before; "mixed" and
    "quarter", such picks beside the real images, lam = 1/2 and 1/4 of the former to one of the latter, by weights; or
    "uncurated", n images of the model before.
    """
    classifier, real, among = start(images, seed, run)
    key = f"curated {images.name}, {reward}, n={n}"
    rng, model = generator(seed, key, run), real
    for t in range(generations + 1):
        points, labels = model.draw(rng, K * n)
        classes, confidence = classifier(points)
        weights = weight(reward, classes, confidence)
        groups = weights.reshape(n, K)
        place = np.zeros(n, int) if scheme == "uncurated" else picks(rng, groups)
        picked = np.arange(n) * K + place
        shares = _shares(classes)
        seen = shares[shares > 0]
        yield Generation(
            points,
            classes,
            {
                "weight": float(weights.mean()),
                "variance": float(weights.var(ddof=1)),
                "picked": float(weights[picked].mean()),
                "preferred": float(shares[list(FAVOURED)].sum()),
                "classes": float(np.exp(-(seen * np.log(seen)).sum())),
                "least": float((shares[among > 0] / among[among > 0]).min()),
                "spread": model.spread / real.spread,
                "stays": float(np.exp(-model.divergence(real))),
                "keeps": float(np.exp(-real.divergence(model))),
            },
        )
        model = Model.fitted(points[picked], labels[picked])
        if scheme in LAMBDA:
            model = model.beside(real, LAMBDA[scheme])
        if t == 0:
            rng = generator(seed, f"{key}, {scheme}", run)


__all__ = [
    "FAVOURED",
    "LAMBDA",
    "REWARDS",
    "SCHEMES",
    "Classifier",
    "Generation",
    "K",
    "Model",
    "retrainings",
    "start",
    "weight",
]
