"""The families, found in this folder, and the catalogue of their claims."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules, walk_packages
from types import ModuleType

from .language.claims import Claim, claims_of
from .language.errors import BadInput, nearest

PACKAGE = __name__.rpartition(".")[0]
NO_FAMILIES = ("families", "language", "proof", "recheck")


def families() -> list[str]:
    """The names of the families: the modules and folders of `theory` that hold claims."""
    where = import_module(PACKAGE).__path__
    return sorted(m.name for m in iter_modules(where) if m.name not in NO_FAMILIES)


def sources() -> Iterator[tuple[str, Path]]:
    """The modules of all families, with their files; none is imported."""
    for family in families():
        spec = find_spec(name := f"{PACKAGE}.{family}")
        if spec is None or spec.origin is None:
            continue
        whole = Path(spec.origin)
        yield name, whole
        for file in sorted(whole.parent.rglob("*.py")) if spec.submodule_search_locations else ():
            if file != whole:
                inside = file.relative_to(whole.parent).with_suffix("").parts
                yield ".".join([name, *(p for p in inside if p != "__init__")]), file


def modules_of(family: str) -> list[ModuleType]:
    """The modules of a family: its one file, or its folder, then the files in there in the order of their names."""
    whole = import_module(f"{__package__}.{family}")
    inside = walk_packages(getattr(whole, "__path__", ()), f"{whole.__name__}.")
    return [whole, *(import_module(m.name) for m in inside)]


def catalogue(*patterns: str) -> list[Claim]:
    """The claims whose family or id (a glob: "gaussian-log*") matches any of `patterns`; all claims if none is given.

    Raises `BadInput` for a pattern that matches nothing.
    """
    everything = [c for f in families() for m in modules_of(f) for c in claims_of(m)]
    for p in patterns:
        if not any(p == c.family or fnmatchcase(c.id, p) for c in everything):
            if p.endswith(".py"):
                raise BadInput(f"{p} is a file: `selfconsuming check {p}` decides the claims in it")
            raise BadInput(
                f"{p!r} matches no family and no claim{nearest(p.strip('*?'), [*families(), *(c.id for c in everything)])}"
                "; `selfconsuming list` names them all"
            )
    return [c for c in everything if not patterns or any(p == c.family or fnmatchcase(c.id, p) for p in patterns)]
