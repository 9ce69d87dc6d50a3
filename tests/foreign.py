"""The other packages that the command imports, and none of this project: for processes that have a copy of it, see `commands`."""

import sys

from reports import interpreter

interpreter.prepare()  # before SymPy is imported

import flint  # noqa: E402, F401
import numba  # noqa: E402, F401
import pandas  # noqa: E402, F401
import pytest  # noqa: E402, F401
import scipy.stats  # noqa: E402, F401
import sympy  # noqa: E402, F401
import typer  # noqa: E402, F401

for name in [n for n in sys.modules if n.partition(".")[0] in ("reports", "simulate", "theory")]:
    del sys.modules[name]
