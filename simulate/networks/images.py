"""Schemes by which a model of images is retrained, and what is measured of its images beside real ones. None of it needs JAX."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import sqrtm

from ..curation.datasets import CLASSES
from ..curation.images import FAVOURED, Classifier

N = 880  # real images, images of a model that are measured, and picks
WIDTHS = np.geomspace(0.3, 5, 9)  # of kernels that the feature likelihood chooses from


@dataclass(frozen=True)
class Scheme:
    """reward: of picks, None where nobody picks.  lam: synthetic to real images, None where there are no real ones.

    prompted: whether the candidates for a pick are of one class.
    """

    reward: str | None
    lam: float | None
    prompted: bool = False


SCHEMES = {
    "synthetic": Scheme(None, None),
    "half": Scheme(None, 0.5),
    "real": Scheme(None, 0.0),
    "confidence": Scheme("confidence", None),
    "confidence_half": Scheme("confidence", 0.5),
    "log": Scheme("log", None),
    "log_half": Scheme("log", 0.5),
    "preference": Scheme("preference", None),
    "preference_half": Scheme("preference", 0.5),
    "prompted": Scheme("confidence", None, prompted=True),
}


def measures(
    points: np.ndarray,
    labels: np.ndarray,
    classifier: Classifier,
    real: tuple[np.ndarray, np.ndarray],
    held: tuple[np.ndarray, np.ndarray],
) -> dict[str, float]:
    """Of a model's images (size, d), asked for as these classes, beside real ones, on which it was trained, and held ones."""
    classes, confidence = classifier(points)
    shares = np.bincount(classes, minlength=CLASSES) / len(classes)
    seen = shares[shares > 0]
    mine, theirs, kept = (features(classifier, x) for x in (points, real[0], held[0]))
    return {
        "confidence": float(confidence.mean()),
        "variance": float(confidence.var(ddof=1)),
        "log": float(np.log(confidence).mean()),
        "preferred": float(shares[list(FAVOURED)].sum()),
        "classes": float(np.exp(-(seen * np.log(seen)).sum())),
        "agreed": float((classes == labels).mean()),
        "spread": within(points, labels) / within(*real),
        "frechet": frechet(mine, theirs),
        "likely": feature_likelihood(mine, theirs, kept),
        "taught": taught(points, labels, *held),
    }


def features(classifier: Classifier, points: np.ndarray) -> np.ndarray:
    """The classifier's ten logits, about their mean: array (size, classes)."""
    logits = points @ classifier.slopes + classifier.intercepts
    return logits - logits.mean(axis=1, keepdims=True)


def within(points: np.ndarray, labels: np.ndarray) -> float:
    """The variance within the classes, all directions together."""
    total = sum(((x - x.mean(axis=0)) ** 2).sum() for x in (points[labels == c] for c in np.unique(labels)))
    return float(total / len(points))


def frechet(x: np.ndarray, y: np.ndarray) -> float:
    """W2^2 between Gaussians of the means and covariances of points (size, d) and others (Heusel et al. 1706.08500)."""
    a, b = np.cov(x.T), np.cov(y.T)
    root = np.real(sqrtm(a @ b))
    return float(((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum() + np.trace(a + b - 2 * root))


def feature_likelihood(points: np.ndarray, real: np.ndarray, held: np.ndarray) -> float:
    """The mean log-density of held points under Gaussian kernels about `points`, nats a point.

    After Jiralerspong et al. 2302.04440, who give every kernel a width of its own: here there is one, which suits `real` best.
    """
    d, beside = points.shape[1], _squares(real, points)
    width = max(WIDTHS, key=lambda w: _density(*beside, w, d))
    return _density(*_squares(held, points), width, d)


def _squares(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared distances: of every place x that of the nearest kernel, (places,), and by how much that of each one is larger."""
    squares = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T
    least = squares.min(axis=1)
    return least, (squares - least[:, None]).astype(
        np.float32
    )  # a million exponentials in a third of the time, to 1e-6


def _density(least: np.ndarray, farther: np.ndarray, width: float, d: int) -> float:
    """The mean log-density, in nats, under kernels of that standard deviation, all of one weight."""
    means = np.exp(farther * np.float32(-1 / (2 * width**2))).mean(axis=1, dtype=float)  # each has a term that is 1
    return float((np.log(means) - least / (2 * width**2)).mean() - d / 2 * np.log(2 * np.pi * width**2))


def taught(points: np.ndarray, labels: np.ndarray, held: np.ndarray, truth: np.ndarray) -> float:
    """The accuracy on held images of a logistic regression that is trained on a model's images."""
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(labels)) == 1:
        return float((truth == labels[0]).mean())
    return float(LogisticRegression(max_iter=10_000).fit(points, labels).score(held, truth))


__all__ = ["SCHEMES", "N", "Scheme", "feature_likelihood", "features", "frechet", "measures", "taught", "within"]
