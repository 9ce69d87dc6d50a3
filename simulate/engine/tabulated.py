"""Draws from laws that are known by their log-density, as compiled code: by their inverse, if that is known, else by a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator
from sympy import Dummy, Expr, Symbol, oo

from theory.language.errors import CannotTell
from theory.language.laws import Density

from . import inversion
from .gammas import gamma_drawing
from .generated import HEADER, Split, indented, lines, module, template
from .standard import standard

SCALAR = """

@part
def {name}({argument}, theta):
{body}
    return out
"""


def scalar(name: str, argument: Symbol, e: Expr, parameters: Sequence[Symbol]) -> str:
    """The text of a compiled function of a number and the parameters, an array."""
    names = _renamed(argument, parameters)
    _has_numbers(e, names)
    e = e.xreplace(names)
    known = [f"{t} = theta[{i}]" for i, t in enumerate(list(names.values())[1:]) if t in e.free_symbols]
    return SCALAR.format(name=name, argument="x", body=indented([*known, *lines({"out": e}, "c")], 1))


DENSITY = """
KNOWN, FEATURES = {known}, {features}


@part
def prepare(theta, known):
{prepare}
"""
SEEN = """

@part
def look{suffix}(x, seen, k):
{look}


@part
def log_density{suffix}(seen, k, known):
{density}
    return out
"""


def _density(x: Symbol, forms: Mapping[str, Expr], parameters: Sequence[Symbol]) -> str:
    """The text of `prepare`, `look` and `log_density`: a log-density, taken apart; forms: it, by the suffix of the names."""
    names = _renamed(x, parameters)
    of_parameters: dict[Expr, Symbol] = {}
    text, features = "", 1
    for suffix, form in forms.items():
        _has_numbers(form, names)
        split = Split([names[x]], [names[s] for s in parameters], of_parameters)
        inner = split.named(form.xreplace(names))
        features = max(features, len(split.of_x))
        loads = [f"{s} = known[{i}]" for i, s in enumerate(split.of_parameters.values())]
        loads += [f"{s} = seen[{i}, k]" for i, s in enumerate(split.of_x.values())]
        text += SEEN.format(
            suffix=suffix,
            look=indented(lines({f"seen[{i}, k]": e for i, e in enumerate(split.of_x)}, "c"), 1),
            density=indented([*loads, *lines({"out": inner}, "c")], 1),
        )
    known = [f"t{i} = theta[{i}]" for i in range(len(parameters))]
    known += lines({f"known[{i}]": e for i, e in enumerate(of_parameters)}, "c")
    head = DENSITY.format(known=max(1, len(of_parameters)), features=features, prepare=indented([*known, "return"], 1))
    return head + text


def _renamed(x: Symbol, parameters: Sequence[Symbol]) -> dict[Symbol, Symbol]:
    """Names for compiled code: x, and t0, t1, ... for the parameters."""
    return {x: Symbol("x", **x.assumptions0)} | {s: Symbol(f"t{i}", **s.assumptions0) for i, s in enumerate(parameters)}


def _has_numbers(e: Expr, names: Mapping[Symbol, Symbol]) -> None:
    if strangers := e.free_symbols - set(names):
        raise CannotTell(f"{', '.join(sorted(map(str, strangers)))} in a density: no numbers")


def drawing(
    logarithm: Expr, x: Symbol, parameters: Sequence[Symbol], ends: tuple[Expr, Expr], whole: bool
) -> tuple[str, bool]:
    """The text of `fill(rng, points, start, theta, memory)`, which fills an array with draws from the law of a log-density.

    Beside it, whether the law that is tabulated depends on the parameters; where it does not, that is done once.
    """
    low, high = (repr(float(e)) if e.is_finite else str(e).replace("oo", "inf") for e in ends)
    if whole:
        if ends[0] == -oo:
            raise CannotTell("no draws from a law on all whole numbers: it is added up from its lowest one")
        shaped = bool(logarithm.free_symbols & set(parameters))
        facts = f"SHAPED, LOW, HIGH = {shaped}, {low}, {high}\n"
        return facts + _density(x, {"": logarithm}, parameters) + template("sums"), shaped
    law = standard(logarithm, x, tuple(parameters), ends)
    kind = (inversion.OPEN, inversion.RIGHT, inversion.LEFT, inversion.SHUT)[
        2 * bool(ends[1].is_finite) + bool(ends[0].is_finite)
    ]
    shaped = bool(law.logarithm.free_symbols & set(parameters))
    if shaped and (text := gamma_drawing(logarithm, x, parameters, ends)) is not None:
        return text, False
    facts = f"KIND, SHAPED, LOW, HIGH = {kind}, {shaped}, {low}, {high}\n"
    up, down = (
        law.logarithm.xreplace({law.z: e + sign * law.z}) if e.is_finite else law.logarithm
        for e, sign in zip(ends, (1, -1), strict=True)
    )
    forms = {"": up, "_down": down} if kind == inversion.SHUT else {"": down if kind == inversion.LEFT else up}
    text = _density(law.z, forms, parameters) + scalar("place", law.z, law.place, parameters)
    if kind != inversion.SHUT:
        text += "\n\nlook_down, log_density_down = look, log_density\n"
    return facts + text + template("table"), shaped


def inverse(u: Symbol, quantile: Expr, parameters: Sequence[Symbol]) -> str:
    """The text of `fill` for a law whose distribution function has a known inverse."""
    return scalar("quantile", u, quantile, parameters) + template("inverse")


def drawn(law: Density, rng: Generator, size: int) -> np.ndarray:
    """Draws from a law with numbers for its parameters. Raises `CannotTell` where it cannot be tabulated."""
    points = np.empty(size)
    if not _sampler(law)(rng, points):
        raise CannotTell(f"no table of the distribution function of {law} is found; is its density normalised?")
    return points


@lru_cache(maxsize=256)
def _sampler(law: Density) -> Any:
    x: Any = Dummy("x", real=True)
    source = HEADER + drawing(law.log_at(x), x, (), law.support, law.grid is not None)[0] + template("one_law")
    return module(source).sample


__all__ = ["drawing", "drawn", "inverse"]
