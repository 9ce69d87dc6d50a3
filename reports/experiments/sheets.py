"""Sheets of samples: a row a scheme, a column a generation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..figures import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .outline import Outcome

CELL = 1.35  # inches
PAGE = 1.9  # of a square of images
REACH = 3.2  # of the plane, from the middle


def pictured(outcome: Outcome, names: Mapping[str, Sequence[str]]) -> dict[str, list[np.ndarray]]:
    """The rows of a sheet from what the first run has kept; without those of schemes whose first run failed."""
    kept = outcome.kept
    return {row: [kept[n] for n in own] for row, own in names.items() if all(n in kept for n in own)}


def sheet(rows: Mapping[str, Sequence[np.ndarray]], columns: Sequence[str]) -> Figure:
    """Points of the plane, arrays (size, 2), in a grid of panels."""

    def scattered(ax: Axes, points: np.ndarray, color: str) -> None:
        ax.plot(*points.T, ".", color=color, markersize=1.6, alpha=0.5, markeredgewidth=0, rasterized=True)
        ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")

    return _grid(rows, columns, CELL, scattered)


def pictures(rows: Mapping[str, Sequence[np.ndarray]], columns: Sequence[str]) -> Figure:
    """Images, bytes (side^2, height, width) or (..., 3), as squares of `side` rows in the order given; dark is ink."""

    def tiled(ax: Axes, images: np.ndarray, color: str) -> None:
        side, gap, colours = math.isqrt(len(images)), max(1, images.shape[1] // 8), images.ndim == 4
        widths: Any = [(0, 0), (gap, 0), (gap, 0), (0, 0)]
        apart = np.pad(images, widths[: images.ndim], constant_values=255 * colours)
        height, width, *depth = apart.shape[1:]
        tiles = apart.reshape(side, side, height, width, *depth).swapaxes(1, 2)
        page = tiles.reshape(side * height, side * width, *depth)
        ax.imshow(page, cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
        ax.set(xlim=(-0.5, side * width + gap - 0.5), ylim=(side * height + gap - 0.5, -0.5))

    return _grid(rows, columns, PAGE, tiled)


def _grid(
    rows: Mapping[str, Sequence[np.ndarray]],
    columns: Sequence[str],
    cell: float,
    draw: Callable[[Axes, np.ndarray, str], None],
) -> Figure:
    """A panel for each sample, `cell` inches wide, drawn by `draw`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fig = Figure(figsize=(cell * len(columns) + 0.3, cell * len(rows) + 0.3), layout="constrained")
    FigureCanvasAgg(fig)
    axes = fig.subplots(len(rows), len(columns), squeeze=False)
    for (label, samples), line, color in zip(rows.items(), axes, PALETTE, strict=False):
        for sample, title, ax in zip(samples, columns, line, strict=True):
            draw(ax, sample, color)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(linewidth=0.5, color="0.7")
            if ax in axes[0]:
                ax.set_title(title, fontsize=7.5)
            if ax is line[0]:
                ax.set_ylabel(label, fontsize=7.5, color=color)
    return fig


__all__ = ["pictured", "pictures", "sheet"]
