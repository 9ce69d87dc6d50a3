"""The words of claims: every public name of `theory`, as its docstring tells of it."""

from __future__ import annotations

import inspect
import re
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType

import theory
from theory.families import families, modules_of
from theory.language.errors import BadInput


def chapters() -> dict[str, list[str]]:
    """The names by what their modules are about: the words of claims first, then the loops of each family."""
    homes: dict[str, list[str]] = {}
    for name in theory.__all__:
        if not is_family_loop(name):
            homes.setdefault(home(name), []).append(name)
    out = {first_sentence(import_module(m)): names for m, names in sorted(homes.items())}
    for family in families():
        if names := loops_of(family):
            out[f"Loops. {first_sentence(import_module(f'theory.{family}'))}"] = names
    return out


def loops_of(family: str) -> list[str]:
    """The public loops of a family."""
    modules = {m.__name__ for m in modules_of(family)}
    return [n for n in theory.__all__ if is_family_loop(n) and home(n) in modules]


def home(name: str) -> str:
    """The module that a public name comes from."""
    module = inspect.getmodule(getattr(theory, name))
    return "theory.language.fits" if name == "CLOCK" or module is None else module.__name__


def is_family_loop(name: str) -> bool:
    """Whether a name is that of a family's loop."""
    return name.endswith("Loop") and not home(name).startswith("theory.language")


def first_sentence(module: ModuleType) -> str:
    """What a module is about."""
    return re.split(r"\.\s|\.$|\n\n", inspect.getdoc(module) or "")[0]


def comment(name: str) -> str:
    """What is said of a symbol: it has a comment where others have a docstring."""
    found = re.search(rf"^{name} = .*?# (.*)$", inspect.getsource(import_module(home(name))), re.M)
    assert found is not None, name
    return found[1]


def description(name: str) -> str:
    """Everything that a docstring says of a word, below how it is called; of a loop also what may be asked of it.

    Raises `BadInput` for what is no word, with the names that are close to it.
    """
    if name not in theory.__all__:
        near = [*get_close_matches(name, theory.__all__, 3), *(n for n in theory.__all__ if name.lower() in n.lower())]
        hint = f"; did you mean {', '.join(dict.fromkeys(near))}?" if near else "; `selfconsuming words` lists them"
        raise BadInput(f"no word of claims is called {name!r}{hint}")
    thing = getattr(theory, name)
    if not callable(thing) or name == "CLOCK":
        return f"{name}\n\n{comment(name)}"
    return f"{called(name)}\n\n{inspect.getdoc(thing)}"


def called(name: str) -> str:
    """A name with its parameters, without the types of these, where they say more than the docstring's first line."""
    try:
        signature = inspect.signature(getattr(theory, name))
    except (TypeError, ValueError):
        return name
    parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        return name
    return f"{name}{signature.replace(parameters=parameters, return_annotation=signature.empty)}"


def summary(name: str) -> str:
    """The first sentence of what is said of a word."""
    thing = getattr(theory, name)
    said = inspect.getdoc(thing) if callable(thing) and name != "CLOCK" else comment(name)
    return " ".join(re.split(r"(?<=\.)\s+(?=[A-Z`])|\n\n", said or "")[0].split())
