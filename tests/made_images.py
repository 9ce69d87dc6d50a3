"""Collections of images that are made up: files as they are distributed, of random colours."""

from pathlib import Path

import numpy as np

from simulate.curation.datasets import CLASSES, FILES, RECORD


def made_cifar(folder: Path) -> Path:
    """CIFAR-10's binary files with ten images each, one of every class, written into a folder."""
    rng = np.random.default_rng(0)
    for name in FILES:
        records = rng.integers(0, 256, (CLASSES, RECORD), dtype=np.uint8)
        records[:, 0] = np.arange(CLASSES)
        records.tofile(folder / name)
    return folder
