"""Sheets of samples: a row a scheme, a column a generation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..figures import PALETTE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CELL = 1.35  # inches
REACH = 3.2  # of the plane, from the middle


def sheet(rows: Mapping[str, Sequence[np.ndarray]], columns: Sequence[str]) -> Figure:
    """Points of the plane, arrays (size, 2), in a grid of panels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fig = Figure(figsize=(CELL * len(columns) + 0.3, CELL * len(rows) + 0.3), layout="constrained")
    FigureCanvasAgg(fig)
    axes = fig.subplots(len(rows), len(columns), squeeze=False)
    for (label, panels), line, color in zip(rows.items(), axes, PALETTE, strict=False):
        for points, title, ax in zip(panels, columns, line, strict=True):
            ax.plot(*points.T, ".", color=color, markersize=1.6, alpha=0.5, markeredgewidth=0, rasterized=True)
            ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=[], yticks=[], aspect="equal")
            ax.spines[:].set(linewidth=0.5, color="0.7")
            if ax in axes[0]:
                ax.set_title(title, fontsize=7.5)
            if ax is line[0]:
                ax.set_ylabel(label, fontsize=7.5, color=color)
    return fig


__all__ = ["sheet"]
