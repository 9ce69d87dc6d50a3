"""What a program sets for its whole process is put back when a user's file has been run: our numbers depend on none of it."""

from __future__ import annotations

import decimal
import locale
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Setting = tuple[Any, Callable[[Any], object]]  # what it is, and what sets it


@contextmanager
def kept() -> Iterator[None]:
    """The settings after this block are those before it."""
    before = list(_settings())
    with warnings.catch_warnings():
        try:
            yield
        finally:
            for value, put in before:
                with suppress(OSError, ValueError, locale.Error):  # a folder that is gone
                    put(value)


def _settings() -> Iterator[Setting]:
    import mpmath
    import numpy as np
    from sympy.core.parameters import global_parameters

    yield dict(sys.modules), sys.modules.update  # what was there is there; what is new stays
    yield list(sys.path), lambda places: sys.path.extend(p for p in places if p not in sys.path)
    with suppress(OSError):
        yield os.getcwd(), os.chdir
    yield sys.getrecursionlimit(), sys.setrecursionlimit
    yield sys.get_int_max_str_digits(), sys.set_int_max_str_digits
    yield locale.setlocale(locale.LC_ALL), lambda name: locale.setlocale(locale.LC_ALL, name)
    yield decimal.getcontext().copy(), decimal.setcontext
    yield np.geterr(), lambda errors: np.seterr(**errors)
    yield mpmath.mp.prec, lambda bits: setattr(mpmath.mp, "prec", bits)
    for name in ("evaluate", "distribute", "exp_is_pow"):
        yield getattr(global_parameters, name), lambda value, name=name: setattr(global_parameters, name, value)


__all__ = ["kept"]
