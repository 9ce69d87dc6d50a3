"""Whose a class is: this package's, which is tested here, or a user's, of which nothing is believed."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from sympy import Basic

from .errors import BadInput


def _is_of_package(one: type, package: str) -> bool:
    """Whether a class is what a module of a package has of its name."""
    return one.__module__.startswith(package) and _found(one) is one


def _found(one: type) -> Any:
    return getattr(sys.modules.get(one.__module__), one.__qualname__, None)


def ours(kind: type) -> bool:
    """Whether a class is one of this package's, or adds to one and changes nothing: what it says of itself is tested here.

    What no step can verify (that a symbol's share is a loop of its own, say) is used of these only. One that is made of others,
    which may be anybody's, is none.
    """
    if getattr(kind, "of_others", False):
        return False
    for one in kind.__mro__:
        if _is_of_package(one, "theory."):
            return True
        said = set().union(*(vars(base) for base in one.__mro__[1:]))
        if not said.isdisjoint(set(vars(one)) - PLAIN - AUTOMATIC):
            return False
    return False


def strangers(kind: type) -> list[type]:
    """Those of a class and its bases that are a user's."""
    return [x for x in kind.__mro__ if x is not object and not any(_is_of_package(x, p) for p in ("theory.", "sympy."))]


# by these SymPy tells whether two loops, or schemes, are one, and puts numbers in
IDENTITY = {
    "__eq__",
    "__ne__",
    "__hash__",
    "__class__",
    "__getattribute__",
    "_hashable_content",
    "compare",
    "sort_key",
    "class_key",
}

IDENTITY |= {"args", "_args", "func", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__"}

IDENTITY |= {
    "free_symbols",
    "atoms",
    "has",
    "_has",
    "subs",
    "_subs",
    "_eval_subs",
    "xreplace",
    "_xreplace",
    "replace",
    "doit",
}


@lru_cache(maxsize=512)
def _examine_identity(kind: Any) -> None:
    for one in strangers(kind):
        if said := sorted(IDENTITY & set(vars(one))):
            raise BadInput(
                f"{one.__name__} redefines `{said[0]}`, by which loops, and schemes, are told apart and numbers put in: each is "
                "told by its class and its parameters"
            )


def examine_identity(one: Basic) -> None:
    """Raise `BadInput` for a class of loops, or schemes, that says otherwise than by their parameters which of them are one."""
    kind = type(one)
    if type(kind) is not type(Basic):
        raise BadInput(
            f"{kind.__name__} has a metaclass of its own, {type(kind).__name__}: a class of loops has that of `Loop`"
        )
    _examine_identity(kind)


AUTOMATIC = frozenset(vars(type("Plain", (Basic,), {})))  # what SymPy gives every class

PLAIN = {
    "__module__",
    "__doc__",
    "__dict__",
    "__weakref__",
    "__annotations__",
    "__slots__",
    "joint_points",
    "latex_names",
    "fields",
    "__signature__",
}


__all__ = ["AUTOMATIC", "PLAIN", "examine_identity", "ours", "strangers"]
