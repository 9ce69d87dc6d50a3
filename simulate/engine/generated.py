"""Compiled code from symbols: expressions as source text for numba, in modules that are kept, so that they are compiled once.

Numba keeps machine code beside a source file, and looks at that file alone; so the name of a generated module has the digest of
its text, of the modules it imports from here, and of the libraries that compile it.
"""

from __future__ import annotations

import math
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any

from sympy import Add, Expr, Integer, Mul, Piecewise, Symbol, cse, sympify
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.pycode import PythonCodePrinter

from theory.language.errors import CannotTell

HEADER = """\
import math
from math import inf

from simulate.engine.special import besseli, exponential, part, polygamma, summing
"""
USED = ("newton", "inversion", "special")  # modules beside this one that generated ones import from
_lock = RLock()


# ---- expressions ----------------------------------------------------------------------------------------------------


class _Printer(PythonCodePrinter):
    """Scalars of floats. What is not known to numba or to `special` is refused."""

    def __init__(self):
        super().__init__({"fully_qualified_modules": True, "strict": True, "allow_unknown_functions": False})

    def _print_Integer(self, e) -> str:
        return f"{float(e)!r}"

    def _print_Rational(self, e) -> str:
        return f"({float(e)!r})" if e < 0 else repr(float(e))

    def _print_Float(self, e) -> str:
        return f"({float(e)!r})" if e < 0 else repr(float(e))

    def _print_NumberSymbol(self, e) -> str:
        return repr(float(e))

    def _print_Pi(self, expr) -> str:
        return repr(math.pi)

    def _print_Exp1(self, expr) -> str:
        return repr(math.e)

    def _print_Pow(self, e, rational=False) -> str:
        base, power = e.as_base_exp()
        if power.is_Integer and abs(power) <= 64:
            inside = f"({self._print(base)})**{abs(int(power))}"
            return inside if power > 0 else f"(1.0/{inside})"
        return super()._print_Pow(e, rational=rational)

    def _print_exp(self, e) -> str:
        return f"exponential({self._print(e.exp)})"

    def _print_polygamma(self, e) -> str:
        n, x = e.args
        if not (n.is_Integer and n >= 0):
            raise PrintMethodNotImplementedError(f"{e}")
        return f"polygamma({int(n)}, {self._print(x)})"

    def _print_besseli(self, e) -> str:
        n, x = e.args
        if not n.is_Integer:
            raise PrintMethodNotImplementedError(f"{e}")
        return f"besseli({int(n)}, {self._print(x)})"


def text(e: Expr) -> str:
    """An expression as Python text. Raises `CannotTell` where numba has no such function."""
    try:
        return str(_Printer().doprint(sympify(e)))
    except PrintMethodNotImplementedError as problem:
        raise CannotTell(f"no compiled code for {e}: {problem}") from problem
    except (AttributeError, TypeError, ValueError) as problem:  # of SymPy's printers
        raise CannotTell(f"no compiled code for {e}") from problem


def lines(values: Mapping[str, Expr], prefix: str) -> list[str]:
    """Assignments to these names, common parts first, under names with a prefix."""
    parts, found = cse(list(values.values()), symbols=(Symbol(f"{prefix}{i}") for i in range(10**6)))
    steps = [f"{name} = {text(e)}" for name, e in parts]
    return steps + [f"{name} = {text(e)}" for name, e in zip(values, found, strict=True)]


class Split:
    """Expressions in coordinates x and parameters, taken apart: largest parts in parameters alone, and in x alone, get names.

    of_parameters, of_x: what the names stand for.
    """

    def __init__(
        self, xs: Sequence[Symbol], parameters: Iterable[Symbol], of_parameters: dict[Expr, Symbol] | None = None
    ):
        self.xs, self.parameters = frozenset(xs), frozenset(parameters)
        self.of_parameters: dict[Expr, Symbol] = {} if of_parameters is None else of_parameters
        self.of_x: dict[Expr, Symbol] = {x: Symbol(f"f{k}", real=True) for k, x in enumerate(xs)}

    def named(self, e: Expr) -> Expr:
        """An expression, with names in place of its largest parts in parameters alone, and in x alone."""
        free = e.free_symbols
        if not free or (e.is_Atom and not free & self.xs):
            return e if not free and e.is_Atom else self._name(e, self.of_parameters, "p")
        if e in self.xs:
            return self.of_x[e]
        if not free & self.xs:
            return self._name(e, self.of_parameters, "p")
        if not free & self.parameters:
            return self._name(e, self.of_x, "f")
        if isinstance(e, Add | Mul):
            groups: dict[Any, list[Expr]] = {}
            for a in e.args:
                inside = a.free_symbols
                kind = "mixed" if inside & self.parameters and inside & self.xs else "x" if inside & self.xs else "p"
                groups.setdefault(kind, []).append(a)
            mixed = [self.named(a) for a in groups.pop("mixed", [])]
            return e.func(*(self.named(e.func(*g)) for g in groups.values()), *mixed)
        if isinstance(e, Piecewise):  # its cases speak of x alone: a kink in the parameters is refused
            return Piecewise(*((self.named(value), case.xreplace(self.of_x)) for value, case in e.args))
        return e.func(*(a if isinstance(a, Integer) else self.named(a) for a in e.args))

    def _name(self, e: Expr, known: dict[Expr, Symbol], letter: str) -> Symbol | Expr:
        if e.is_number and e.is_Atom:
            return e
        return known.setdefault(e, Symbol(f"{letter}{len(known)}", real=True))


# ---- modules --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _folder() -> Path:
    """Where generated modules are kept: with numba's own files, if their place is set, else with the user's caches."""
    place = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(place) / "selfconsuming"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:  # for this process only
        return Path(tempfile.mkdtemp(prefix="selfconsuming"))


@lru_cache(maxsize=1)
def _around() -> str:
    """What the machine code of a module depends on besides its text."""
    here = Path(__file__).parent
    texts = [(here / f"{name}.py").read_text(encoding="utf-8") for name in USED]
    return "\n".join([*texts, sys.version, *(version(name) for name in ("numba", "numpy"))])


@lru_cache(maxsize=512)
def module(source: str) -> ModuleType:
    """The module with this text, imported from the file in which it is kept."""
    digest = blake2b(f"{source}\n{_around()}".encode(), digest_size=12).hexdigest()
    name, path = f"selfconsuming_{digest}", _folder() / f"selfconsuming_{digest}.py"
    with _lock:
        if not path.exists() or path.read_text(encoding="utf-8") != source:
            with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as f:
                f.write(source)
            os.replace(f.name, path)
        if name in sys.modules:
            return sys.modules[name]
        spec = spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        made = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(made)
        return made


def template(name: str) -> str:
    """The text of a template, without what it imports of the model."""
    source = (Path(__file__).parent / "templates" / f"{name}.py").read_text(encoding="utf-8")
    return "\n\n" + re.sub(
        r"^from simulate\.engine\.templates\.model import (\([^)]*\)|.*)\n", "", source, flags=re.MULTILINE
    )


def indented(block: Sequence[str], depth: int) -> str:
    """Lines of a function's body."""
    return "\n".join(" " * 4 * depth + line for line in block)


__all__ = ["HEADER", "Split", "indented", "lines", "module", "template", "text"]
