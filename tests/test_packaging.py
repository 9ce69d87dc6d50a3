"""The distribution as a whole: metadata, layers, start-up, and what the repository says of itself."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("theory", "simulate", "reports")
SLOW = {
    "sympy",
    "scipy",
    "pandas",
    "matplotlib",
    "numba",
    "hypothesis",
    "flint",
    "dask",
    "distributed",
    "sklearn",
    "jax",
}


def texts() -> dict[str, str]:
    """The text files of the repository by path: what git knows or would add; in a copy without git, all there is."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    skipped = {
        ".git",
        ".venv",
        "__pycache__",
        ".selfconsuming",
        ".hypothesis",
        ".pytest_cache",
        ".ruff_cache",
        "build",
        "dist",
    }
    paths = (
        [p for p in listed.stdout.split("\0") if p]
        if listed.returncode == 0
        else [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if not skipped & set(p.relative_to(ROOT).parts)]
    )
    out = {}
    for p in paths:
        if (ROOT / p).is_file():
            try:
                out[p] = (ROOT / p).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return out


# ---- metadata -------------------------------------------------------------------------------------------------------


def test_every_dependency_has_a_lower_bound_and_no_upper_one():
    """Of what runs the tests one version may be left out, with its reason beside it."""
    extras = PROJECT["optional-dependencies"]
    others = [r for extra in extras.values() for r in extra if not r.startswith("selfconsuming[")]
    assert all(set(r[len("selfconsuming[") : -1].split(",")) <= set(extras) for r in extras["test"] if r not in others)
    for requirement in (*PROJECT["dependencies"], *others):
        upper = r"(,<9\.2)?" if requirement.startswith("pytest>") else ""
        assert re.fullmatch(r"[a-z0-9-]+>=[\d.]+" + upper, requirement), requirement


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, by absolute import."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    whole = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    parts = {n.module for n in nodes if isinstance(n, ast.ImportFrom) and not n.level and n.module}
    return {name.split(".")[0] for name in whole | parts}


def modules(requirements: list[str]) -> set[str]:
    """The modules that distributions bring, by their requirements."""
    names = {
        "python-flint": "flint",
        "lazy-loader": "lazy_loader",
        "markdown-it-py": "markdown_it",
        "scikit-learn": "sklearn",
    }
    return {names.get(name, name) for name in (re.split(r"[>=]", r)[0] for r in requirements)}


def test_what_is_imported_is_a_dependency():
    used = {p: imported(p) for package in PACKAGES for p in (ROOT / package).rglob("*.py")}
    trains = ("__init__", "curation", "denoiser", "flow", "guidance", "layers", "loops", "training")
    where = {"cluster": ["simulate/engine/workers.py"],
             "images": ["simulate/curation/datasets.py", "simulate/curation/images.py", "simulate/networks/images.py"],
             "networks": [f"simulate/networks/{x}.py" for x in trains],
             "test": ["reports/pytest_plugin.py"]}  # fmt: skip
    extras = {extra: modules(PROJECT["optional-dependencies"][extra]) for extra in where}
    needed = set().union(*used.values()) - set(sys.stdlib_module_names) - set(PACKAGES)

    assert needed - set().union(*extras.values()) <= modules(PROJECT["dependencies"])
    for extra, files in where.items():
        assert sorted(p.relative_to(ROOT).as_posix() for p, imports in used.items() if imports & extras[extra]) == files


def test_the_version_stands_in_one_place():
    version = PROJECT["version"]
    elsewhere = [
        p
        for p, text in texts().items()
        if re.search(rf"\bversion\b.*{re.escape(version)}", text) and p != "pyproject.toml"
    ]

    assert not elsewhere
    assert re.search(r"^## \[(.*?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1] == version  # type: ignore[index]


def test_the_licence_is_mit():
    assert PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "license: MIT" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_citation_has_what_its_format_requires():
    keys = re.findall(r"^([a-z-]+):", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)

    assert {"cff-version", "message", "title", "authors"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_the_installed_distribution_says_the_same():
    try:
        installed = distribution("selfconsuming")
    except PackageNotFoundError:
        pytest.skip("not installed; .ci/run installs it")
    (command,) = (e for e in installed.entry_points if e.group == "console_scripts")

    assert (command.name, command.value) == ("selfconsuming", "reports.cli:main")
    assert installed.version == PROJECT["version"]
    assert installed.metadata["Requires-Python"] == PROJECT["requires-python"] == ">=3.11"
    assert installed.metadata["License-Expression"] == "MIT"
    assert set(PROJECT["dependencies"]) <= set(installed.requires or ())


# ---- layers and start-up --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("package", "above"), [("theory", {"simulate", "reports"}), ("simulate", {"reports"})])
def test_a_layer_imports_nothing_from_above(package, above):
    for path in (ROOT / package).rglob("*.py"):
        assert not imported(path) & above, path


def loaded(code: str) -> set[str]:
    """The top-level modules that are there after `code`, in a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("code", ["import theory", "import simulate", "import reports", "import reports.cli"])
def test_importing_a_package_imports_nothing_slow(code):
    assert not loaded(code) & SLOW


def test_the_probe_sees_what_is_imported():
    assert {"sympy", "theory"} <= loaded("from theory import GaussianLoop")


# ---- the repository -------------------------------------------------------------------------------------------------


def test_ci_runs_the_commands_of_the_readme():
    shown = subprocess.run(
        [ROOT / ".ci/run", "--show"], capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout.splitlines()
    fresh = "python3 -m venv .venv && . .venv/bin/activate && pip install "

    assert shown == [fresh + ". && selfconsuming verify", fresh + "-e '.[test]' && python -m pytest -n auto"]
    assert all(f"\n```sh\n{line}\n```\n" in (ROOT / "README.md").read_text(encoding="utf-8") for line in shown)
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "run: .ci/run\n" in (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")


def test_no_file_names_a_folder_of_somebodys_machine():
    machine = re.compile(r"(?<![\w.})\]/:-])/(?:home|root|tmp|mnt|srv|opt|scratch|work\w*|data|Users)/")
    for path, text in texts().items():
        assert not (found := machine.search(text)), f"{path}: {text[found.start() - 20 : found.end() + 20]!r}"


def test_every_document_that_is_spoken_of_is_in_the_repository():
    written = {"report.md", "table.md", "findings.md", "bertrand.md"}  # by `verify --out`, by `run`, by `report --out`
    made = re.compile(r"(\.\./)?(api|papers)/")  # when the site is built, whose test looks for them
    for path, text in texts().items():
        for name in re.findall(r"(?<![\w./*-])(?:[\w.*-]+/)*(?:[A-Z_]+|[a-z_-]+|\*)\.md\b", text):
            there = made.match(name) or any(any(base.glob(name)) for base in (ROOT, (ROOT / path).parent))
            assert name in written or there, f"{path} speaks of {name}"


@pytest.mark.xdist_group("together")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="run in one process")
def test_what_belongs_together_runs_together(request):
    """pytest and pytest-xdist agree on how a group is told: else every claim is worked out in every process."""
    assert request.node.nodeid.endswith("@together")
