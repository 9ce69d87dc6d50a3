"""What is true, and how it is proved: claims about generative models retrained on their own output.

Words are imported on first use, so that `import theory` costs nothing. `__init__.pyi` lists them; families, and their loops, are
found where they are.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

import lazy_loader

_word, _, _WORDS = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name == "__all__":  # asked for by `from theory import *` only
        return _words()
    if name in _WORDS:
        return _word(name)
    if name[:1].islower() and name in _families():
        return import_module(f".{name}", __name__)
    if name[:1].isupper() and name.endswith("Loop"):
        if home := _homes(tuple(__path__)).get(name):
            return getattr(import_module(home), name)
        if name in (loops := _loops()):
            return loops[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _families() -> list[str]:
    from .families import families

    return families()


@cache
def _homes(folders: tuple[str, ...]) -> dict[str, str]:
    """The modules that state the families' loops, by their texts: the others need not be imported for one of them."""
    from .families import sources

    head = re.compile(r"^class (\w+Loop)\b", re.MULTILINE)
    texts = [(module, file.read_text(encoding="utf-8")) for module, file in sources()]
    return {loop: module for module, text in reversed(texts) for loop in head.findall(text)}


def _loops() -> dict[str, Any]:
    """Every family's loops, by name: wherever they are defined."""
    return _loops_in(tuple(__path__))


@cache
def _loops_in(folders: tuple[str, ...]) -> dict[str, Any]:
    """Found once: each of the words of `import *` asks for it."""
    from .families import families, modules_of

    modules = [m for family in families() for m in modules_of(family)]
    found = {k: v for m in modules for k, v in vars(m).items() if k.endswith("Loop") and k != "Loop"}
    return {k: v for k, v in found.items() if k[:1].isupper()}


def _words() -> list[str]:
    return sorted({*_loops(), *_WORDS})


def __dir__() -> list[str]:
    return sorted({*_words(), *_families()})
