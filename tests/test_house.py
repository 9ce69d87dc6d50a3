"""The house: who imports whom, and how long a function may be."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

import pytest
from sympy.utilities.iterables import strongly_connected_components

from theory.language.errors import NO_BALL, NO_VALUE

pytestmark = pytest.mark.xdist_group("house")  # what is read once for all of them

ROOT = Path(__file__).parents[1]
LAYERS = {"theory": 0, "simulate": 1, "reports": 2}
FILES = {
    ".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): f
    for layer in LAYERS
    for f in sorted((ROOT / layer).rglob("*.py"))
}
LONGEST = 80  # lines of a function
LONGEST_FILE = 660


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


@cache
def of_interest(module: str) -> list[ast.AST]:
    """Its imports, functions and `except`s, in whatever place: gone through once, whatever is asked of them."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ExceptHandler)
    return [node for node in ast.walk(tree(module)) if isinstance(node, kinds)]


@pytest.fixture(scope="module", autouse=True)
def read_once():
    """A million nodes, through which garbage collection would go to the end of the process."""
    yield
    tree.cache_clear()
    of_interest.cache_clear()


@cache
def imported(module: str) -> frozenset[str]:
    """The modules of ours that one imports, in whatever place: in a function, or for a type only, too."""
    package = module.split(".") if FILES[module].name == "__init__.py" else module.split(".")[:-1]
    names = set()
    for node in of_interest(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*above, *filter(None, [node.module])])
            parts = {f"{whole}.{alias.name}" for alias in node.names}
            names |= parts if parts <= FILES.keys() else parts | {whole}
    return frozenset(names & FILES.keys() - {module})


def floor(module: str) -> tuple[int, int]:
    """The layer, and the place in it: words, then what proves or runs, then the families."""
    layer, *rest = module.split(".")
    return LAYERS[layer], {"language": 0, "recheck": 0.5, "proof": 1, "engine": 1}.get(rest[0], 2) if rest else 2


def test_no_import_runs_upward():
    assert not [f"{a} -> {b}" for a in FILES for b in imported(a) if floor(b) > floor(a)]


def test_no_files_import_each_other_in_a_circle():
    """Nor do two folders, one of which is not in the other."""
    edges = {(a, b) for a in FILES for b in imported(a) if b != "theory"}
    folders = defaultdict(set)
    for a, b in edges:
        homes = [m if FILES[m].name == "__init__.py" else m.rpartition(".")[0] for m in (a, b)]
        if not any(f"{x}.".startswith(f"{y}.") for x, y in (homes, homes[::-1])):
            folders[homes[0]].add(homes[1])
    between = {(a, b) for a, found in folders.items() for b in found}
    for pairs in (edges, between):
        nodes = sorted({x for pair in pairs for x in pair})
        assert [c for c in strongly_connected_components((nodes, sorted(pairs))) if len(c) > 1] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_no_function_is_long(layer):
    long = [
        f"{FILES[module].relative_to(ROOT)}:{node.lineno} {node.name}"
        for module in FILES
        if module.split(".")[0] == layer
        for node in of_interest(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST
    ]

    assert not long


def test_no_file_of_the_prover_or_the_engine_is_long():
    """A longer one holds two concepts, as five did."""
    homes = ("theory.proof", "simulate.engine")
    lines = {m: len(f.read_text(encoding="utf-8").splitlines()) for m, f in FILES.items() if m.startswith(homes)}

    assert len(lines) > 300
    assert {m: n for m, n in lines.items() if n > LONGEST_FILE} == {}


def words(layer: str) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef]]:
    """What the stub of a layer exports, with where it is defined."""
    for said in ast.parse((ROOT / layer / "__init__.pyi").read_text(encoding="utf-8")).body:
        names = {alias.name for alias in said.names} if isinstance(said, ast.ImportFrom) else set()
        inside = f"{layer}.{getattr(said, 'module', '')}"
        for module in (m for m in FILES if m == inside or m.startswith(f"{inside}.")):
            for node in tree(module).body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in names:
                    yield module, node


@pytest.mark.parametrize("layer", LAYERS)
def test_public_words_tell_what_they_refuse(layer):
    """What is called raises `BadInput`: so it says, or names the word that says it."""
    silent = []
    for module, node in words(layer):
        called = [f for f in node.body if getattr(f, "name", "") in ("__new__", "__post_init__")]
        raised = {
            getattr(x.exc.func, "id", "")
            for f in (called if isinstance(node, ast.ClassDef) else [node])
            for x in ast.walk(f)
            if isinstance(x, ast.Raise) and isinstance(x.exc, ast.Call)
        }
        said = ast.get_docstring(node) or ""
        if "BadInput" in raised and "BadInput" not in said and "errors as of" not in said:
            silent.append(f"{module} {node.name}")
    assert len(list(words(layer))) > 1
    assert not silent


def test_what_is_caught_in_many_places_has_a_name():
    """`NO_BALL` and `NO_VALUE` of `theory.language.errors`: they stood there as tuples, 26 times and 6 times."""
    named = [{x.__name__ for x in errors} for errors in (NO_BALL, NO_VALUE)]
    caught = {
        f"{FILES[module].relative_to(ROOT)}:{node.lineno}": {getattr(x, "id", "") for x in node.type.elts}
        for module in FILES
        for node in of_interest(module)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple)
    }

    assert len(caught) > 50
    assert {place: errors for place, errors in caught.items() if errors in named} == {}


PROTOCOL = {"skip", "derive", "enclose", "condition"}  # of a `Method`, which says what they are


def test_whatever_has_no_underscore_says_what_it_is():
    silent = [
        f"{FILES[module].relative_to(ROOT)}:{node.lineno} {node.name}"
        for module in FILES
        for node in tree(module).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
        if not (module.startswith("theory.proof.methods.") and node.name in PROTOCOL)
    ]

    assert not silent


def is_said(base: type, name: str) -> bool:
    """Whether a class says what it calls so: in the docstring there, or in a line of its own docstring, `name: ...`."""
    x, own = vars(base).get(name), cleandoc(vars(base).get("__doc__") or "")
    described = re.search(rf"^(.*[.,;] +)?`?{name}`?(, \w+)*(\(.*\))?: ", own, re.MULTILINE)
    return bool(hasattr(x, "__get__") and x.__doc__) or (name in vars(base) and bool(described))


def silent_methods(body: list[ast.stmt], of: type) -> list[ast.FunctionDef]:
    """Public methods and properties without a docstring, but for those of a base class that says what they are."""
    return [
        node
        for node in body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        if not any(is_said(base, node.name) for base in of.__mro__[1:])
    ]


def test_whatever_a_class_offers_says_what_it_is():
    silent = [
        f"{FILES[module].relative_to(ROOT)}:{method.lineno} {node.name}.{method.name}"
        for module in FILES
        for node in tree(module).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        if any(isinstance(x, ast.FunctionDef) for x in node.body)
        for method in silent_methods(node.body, getattr(import_module(module), node.name))
    ]

    assert silent == []


def test_what_a_base_class_says_is_said_of_its_methods_in_a_subclass_only():
    class Base:
        """Of numbers.

        low, high: the ends.  sign: of a draw.
        """

        low = high = sign = 0

        def read(self):
            """The next number."""

        def unread(self): ...

    methods = "low", "high", "sign", "read", "unread", "written", "_own"
    body = ast.parse("\n".join(f"def {name}(self): ..." for name in methods)).body

    assert [x.name for x in silent_methods(body, type("Of", (Base,), {}))] == ["unread", "written"]
    assert [x.name for x in silent_methods(body, type("Other", (), {}))] == list(methods[:-1])


# names that say nothing of what is in a file, or of what a function gives
MISLEADING = {"alone", "bells", "few", "finished", "had", "seen", "told"}


def test_files_and_functions_are_named_for_what_they_are():
    files = {module for module in FILES if module.split(".")[-1] in MISLEADING}
    functions = {
        f"{module}.{node.name}"
        for module in FILES
        for node in tree(module).body
        if isinstance(node, ast.FunctionDef) and node.name in MISLEADING
    }

    assert files | functions == set()


SEEN = [f for folder in (*LAYERS, "tests", "benchmarks") for f in sorted((ROOT / folder).rglob("*.py"))]
OF_BYTES = {"os", "tarfile", "gzip", "zipfile", "Image"}  # whose `open` is no text's


def reads_as_the_locale_says(call: ast.Call) -> bool:
    """Whether it reads or writes text, of a file or of a process, and names no encoding."""
    named = {k.arg: getattr(k.value, "value", None) for k in call.keywords}
    name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    of = getattr(getattr(call.func, "value", None), "id", "")
    if "encoding" in named or of in OF_BYTES:
        return False
    if name in ("read_text", "write_text"):  # `read_text("name")` is of a distribution
        return len(call.args) == (name == "write_text")
    if name == "open":
        modes = [named.get("mode"), *(getattr(x, "value", "") for x in call.args)]
        return not any(re.fullmatch("[rwxa+]+b[rwxa+]*", str(mode)) for mode in modes)
    return bool(named.get("text"))


def test_text_is_utf_8_whatever_the_locale():
    """Else an ASCII locale ends in a traceback: 32 tests did, and files of a user's."""
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in SEEN
        if re.search(r"_text\(|open\(|text=", text := file.read_text(encoding="utf-8"))
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and reads_as_the_locale_says(call)
    ]
    assert not found
    said = {
        "p.read_text()": 1,
        "open(p)": 1,
        "p.open('w')": 1,
        "run(x, text=True)": 1,
        "p.open('rb')": 0,
        "m.open(p, 'rb')": 0,
    }
    assert {text: reads_as_the_locale_says(ast.parse(text).body[0].value) for text in said} == said
