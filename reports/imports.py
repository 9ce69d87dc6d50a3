"""What a module depends on, by what its text imports, however that is written: its syntax tells, and nothing is run."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.util import resolve_name
from pathlib import Path

from theory.families import families
from theory.language.claims import family_of

from .opened import read_by

OURS = {"theory", "simulate", "reports"}  # of which a claim's hash tells by itself, wherever they are
DOTTED = re.compile(r"\b(?:theory|simulate)(?:\.\w+)+")  # in strings: of what is imported, or run, by name


def imported(text: str, package: str) -> set[str]:
    """Dotted names of what is imported, "theory.gaussian.common.GaussianLoop", and of what is taken from what is imported.

    package: in which the module is. A text that cannot be parsed cannot be run, and imports nothing.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return set()
    nodes = list(ast.walk(tree))
    called: dict[str, str] = {}  # what names in the text stand for
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            called |= {
                a.asname or (first := a.name.partition(".")[0]): a.name if a.asname else first for a in node.names
            }
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and (home := _home(node, package)) is not None:
            called |= {a.asname or a.name: f"{home}.{a.name}" for a in node.names}
            found |= {f"{home}.{a.name}" for a in node.names}
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in called:
            found.add(f"{called[node.value.id]}.{node.attr}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {*DOTTED.findall(node.value)}
            found |= imported(node.value, package) if "import" in node.value else set()
    return found


def _home(node: ast.ImportFrom, package: str) -> str | None:
    """The module that names are imported from; None of one above all packages."""
    try:
        return resolve_name("." * node.level + (node.module or ""), package)
    except ImportError:
        return None


def neighbours(file: Path) -> dict[Path, str]:
    """A file of a user's, and those beside it that it imports, and so on, each with the package that it is in."""
    folder, found, left = file.parent, {file: ""}, [file]
    while left:
        home = left.pop()
        more = {}
        for name in sorted(imported(home.read_text(encoding="utf-8", errors="replace"), found[home])):
            if (parts := name.split("."))[0] not in OURS:
                more |= dict(_files(folder, parts))
        left += sorted(more.keys() - found.keys())
        found = more | found
    return found


def _files(folder: Path, parts: list[str]) -> Iterator[tuple[Path, str]]:
    """The modules that a dotted name leads through, if they are in a folder."""
    for i in range(len(parts)):
        whole = folder.joinpath(*parts[: i + 1])
        if (module := whole.with_suffix(".py")).is_file():
            yield module, ".".join(parts[:i])
        if (inside := whole / "__init__.py").is_file():
            yield inside, ".".join(parts[: i + 1])


# ---- families -----------------------------------------------------------------------------------------------------------


def families_needed(modules: Iterable[str]) -> set[str]:
    """The families that modules of users, and of families, are of, or import from."""
    known, found = set(families()), set()
    for module in modules:
        found |= {family_of(module)} & known if module.startswith("theory.") else _of_a_user(module)
    return known if found == known else {f for family in found for f in families_behind(family)}


def _of_a_user(module: str) -> set[str]:
    """Those of a user's module: what it has read that is no Python, data of any size, imports nothing."""
    return _of_texts((file, package) for file, package in own_files(module).items() if file.suffix == ".py")


def own_files(module: str) -> dict[Path, str]:
    """The file of a user's module, if it has one, those beside it that it imports, and what it has read as it ran; in order."""
    file = Path(getattr(sys.modules[module], "__file__", None) or "")
    return dict(sorted((dict.fromkeys(read_by(file), "") | neighbours(file)).items())) if file.is_file() else {}


def _of_texts(files: Iterable[tuple[Path, str]]) -> set[str]:
    """The families that files import from; all of them, where a loop is taken by its name alone, or whatever there is."""
    known, found = set(families()), set()
    for file, package in files:
        for name in imported(texts([file]), package):
            layer, word, *_ = [*name.split("."), "", ""]
            if layer == "theory" and (word == "*" or word.endswith("Loop")):
                return known
            found |= {word} & known if layer in ("theory", "simulate") else set()
    return found


@lru_cache(maxsize=64)
def families_behind(family: str) -> frozenset[str]:
    """A family, and those that it imports from, and so on: two may import from each other."""
    found, left = {family}, [family]
    while left:
        more = _behind_at_once(left.pop()) - found
        found |= more
        left += more
    return frozenset(found)


@lru_cache(maxsize=64)
def _behind_at_once(family: str) -> frozenset[str]:
    return frozenset({family} | _of_texts((file, package) for package, file in files_of(family)))


def files_of(family: str) -> Iterator[tuple[str, Path]]:
    """The modules of a family, of claims and of kernels, each with the package that it is in."""
    import simulate
    import theory

    for layer in (theory, simulate):
        whole = Path(next(iter(layer.__path__))) / family
        if whole.with_suffix(".py").is_file():
            yield layer.__name__, whole.with_suffix(".py")
        for file in sorted(whole.rglob("*.py")):
            yield ".".join((layer.__name__, family, *file.relative_to(whole).parts[:-1])), file


def texts(files: Iterable[Path]) -> str:
    """What files say, one after the other; nothing of those that are no files."""
    return "\n".join(f.read_text(encoding="utf-8", errors="replace") for f in files if f.is_file())
