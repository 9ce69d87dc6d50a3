"""Expressions moved to another generation."""

from __future__ import annotations

from typing import TypeVar

from sympy import Basic, sympify

from ..language.loops import Observable

Form = TypeVar("Form", bound=Basic)


def all_at(x: Form, t: Basic | int) -> Form:
    """An expression, or an event, with all its observables at generation t."""
    return x.xreplace({o: o.func(*o.args[:2], sympify(t), *o.index) for o in x.atoms(Observable)})
