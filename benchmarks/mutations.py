"""Every method and every rule, broken by hand: `python benchmarks/mutations.py > benchmarks/mutations.txt`.

One thing at a time is made wrong, in a process that is forked for it: what a method of the table in `theory/proof/methods`
gives is multiplied by 1.001, or a function is compiled with a line changed as `mutated.py` says; no file is written to. Then
the tests of `tests/differential` that call that function are run, the quickest first, until one fails; where none does, the
test files of that part. A row a mutation: red and the test that saw it, elsewhere, or green.

Words choose mutations by part or file, `mutations.py methods: recheck/laws`; `--jobs 2` runs two at a time; `--near` leaves the
other test files out. Each may take `--seconds` of the processor, and tests are left out that would take more than half of that.
Which test calls what is found by running them once, traced, a few minutes; `--reach FILE` keeps that.

That a test is red says that it sees this mistake, and not that it sees all. Green says less: where several conditions guard the
same, any one of them may be dropped and nothing false is said; where few of the tests were run, another one may see it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from mutated import PATCHES, TESTS
from sympy import Rational

ROOT = Path(__file__).resolve().parents[1]
DIFFERENTIAL = "tests/differential/"
OF_THE_TESTS = "is_seen_when_it_is_wrong"  # tests that break the methods themselves: they say nothing of a broken one
ACTS = ("derive", "enclose", "condition")
OPTIMIZED = 1  # a flag of the code of functions; that of modules and classes has it not

Reach = dict[
    str, tuple[float, frozenset[str]]
]  # of each test: its seconds, and the functions that it calls, "file:line"


@dataclass(frozen=True)
class Mutation:
    """What is made wrong: `old` becomes `new` in a file; or, where there is no `new`, what an act of a method gives.

    calls: the functions that are changed, "file:line".
    """

    part: str
    what: str
    file: str
    calls: frozenset[str]
    old: str = ""
    new: str | None = None

    def __str__(self) -> str:
        return f"{self.part}: {self.what}"


# ---- what is made wrong ---------------------------------------------------------------------------------------------


def of_methods() -> Iterator[Mutation]:
    """Each way that the table of methods has to learn a moment."""
    from theory.proof.methods import METHODS

    for method in METHODS:
        for act in ACTS:
            if (function := getattr(method, act)) is not None:
                file = Path(function.__code__.co_filename).relative_to(ROOT)
                yield Mutation("methods", f"{file.stem}, {act}", str(file), frozenset([_place(function.__code__)]))


def of_lines() -> Iterator[Mutation]:
    """Each line of the tables in `mutated.py`."""
    for part, files in PATCHES.items():
        for file, patches in files.items():
            for what, old, new in patches:
                changed = [a for a, b in _changed(file, old, new)]
                yield Mutation(part, what, file, frozenset(map(_place, changed)), old, new)


def _changed(file: str, old: str, new: str) -> list[tuple[CodeType, CodeType]]:
    """The code of the functions that a line is in, before and after."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise SystemExit(f"{file} has {text.count(old)} times what should be there once: {old}")
    before, after = (
        list(_functions(compile(x, ROOT / file, "exec", dont_inherit=True))) for x in (text, text.replace(old, new))
    )
    changed = [(a, b) for a, b in zip(before, after, strict=True) if _body(a) != _body(b)]
    if not changed:
        raise SystemExit(f"{file}: no function is changed by {new}")
    return changed


def _functions(code: CodeType) -> Iterator[CodeType]:
    """The code of all functions of a module and of its classes; what is within a function is part of it."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & OPTIMIZED:
                yield inner
            else:
                yield from _functions(inner)


def _body(code: CodeType) -> tuple:
    """What code does, wherever it stands."""
    constants = (_body(x) if isinstance(x, CodeType) else (type(x), x) for x in code.co_consts)
    return code.co_code, code.co_names, tuple(constants)


def _place(code: CodeType) -> str:
    return f"{Path(code.co_filename).relative_to(ROOT)}:{code.co_firstlineno}"


def ours() -> list[ModuleType]:
    return [m for name, m in list(sys.modules.items()) if name.split(".")[0] in ("theory", "simulate")]


def forget() -> None:
    """Empty the caches: what is kept in them was made before."""
    for module in ours():
        for x in list(vars(module).values()):
            if hasattr(x, "cache_clear"):
                x.cache_clear()


def put(mutation: Mutation) -> None:
    """Make it wrong, in this process."""
    if mutation.new is None:
        _times(mutation)
    else:
        new = {_place(a): b for a, b in _changed(mutation.file, mutation.old, mutation.new)}
        found = [
            f
            for f in gc.get_objects()
            if isinstance(f, FunctionType) and f.__code__.co_filename == str(ROOT / mutation.file)
        ]
        for f in found:
            if (code := new.get(_place(f.__code__))) is not None and code.co_name == f.__code__.co_name:
                f.__code__ = code
        if mutation.file.startswith("simulate"):
            _compile_anew()
    forget()


def _times(mutation: Mutation) -> None:
    """What a method gives, a form, a ball or a mean, times 1.001."""
    from theory.proof import methods
    from theory.proof.methods.method import Derivation

    def wrong(act: Any) -> Any:
        def other(*given: Any) -> Any:
            found = act(*given)
            if isinstance(found, Derivation):
                return replace(found, form=found.form * Rational(1001, 1000))
            return found * 1001 / 1000

        return other

    act = mutation.what.split(", ")[1]
    methods.METHODS = tuple(
        replace(m, **{act: wrong(getattr(m, act))})
        if getattr(m, act) and _place(getattr(m, act).__code__) in mutation.calls
        else m
        for m in methods.METHODS
    )


def _compile_anew() -> None:
    """Nothing that numba has compiled and kept is used."""
    from numba.core.caching import NullCache
    from numba.core.dispatcher import Dispatcher

    for module in ours():
        for x in vars(module).values():
            if isinstance(x, Dispatcher):
                x._cache = NullCache()


# ---- what is run, each in a process of its own ----------------------------------------------------------------------


def forked(run: Any, seconds: int) -> Any:
    """Computes `run()` in a process of its own. Returns a function that waits for what it gives: None where it takes too long."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        try:
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                json.dump(run(), pipe)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writing)

    def wait() -> Any:
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 1:
            raise SystemExit("an error of this program's own, told above")
        return json.loads(told) if told else None

    return wait


class Mutations:
    """A plugin of pytest that runs the tests that it has collected once for each mutation, not once."""

    def __init__(self, asked: argparse.Namespace):
        self.asked = asked

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {i.nodeid: i for i in session.items if OF_THE_TESTS not in i.nodeid}
        capture = session.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            words = self.asked.words
            mutations = [
                x for x in (*of_methods(), *of_lines()) if not words or any(w in f"{x} {x.file}" for w in words)
            ]
            run(mutations, items, self.reach(items), self.asked)
        return True

    def reach(self, items: dict[str, pytest.Item]) -> Reach:
        kept = self.asked.reach
        found = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.exists() else {}
        new = {name: i for name, i in items.items() if name.startswith(DIFFERENTIAL) and name not in found}
        if new:
            traced = forked(lambda: _traced(new), 7200)()
            if traced is None or (failed := [name for name, (*_, right) in traced.items() if not right]):
                raise SystemExit(f"without any mutation these fail: {failed if traced else 'all of it'}")
            found |= {name: x[:2] for name, x in traced.items()}
        if kept:
            kept.write_text(json.dumps(found), encoding="utf-8")
        return {name: (seconds, frozenset(calls)) for name, (seconds, calls) in found.items() if name in items}


def _passes(item: pytest.Item) -> bool:
    from _pytest.runner import runtestprotocol

    return all(r.outcome != "failed" for r in runtestprotocol(item, log=False, nextitem=None))


def _traced(items: dict[str, pytest.Item]) -> dict[str, tuple[float, list[str], bool]]:
    """Of each test its seconds, the functions that it calls, and whether it passes."""
    own, out = str(ROOT) + os.sep, {}
    for name, item in items.items():
        forget()  # what one test has left there the next one would not ask for
        seen: set[tuple[str, int]] = set()

        def called(frame: Any, event: str, given: Any, seen: set = seen) -> None:
            seen.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

        start = time.process_time()
        sys.settrace(called)
        right = _passes(item)
        sys.settrace(None)
        calls = sorted(f"{file[len(own) :]}:{line}" for file, line in seen if file.startswith(own))
        out[name] = (time.process_time() - start, calls, right)
    return out


def _first_failure(mutation: Mutation, items: Sequence[pytest.Item]) -> str:
    put(mutation)
    return next((item.nodeid for item in items if not _passes(item)), "")


def run(mutations: Sequence[Mutation], items: dict[str, pytest.Item], reach: Reach, asked: argparse.Namespace) -> None:
    """Try them, some at a time, and print the table."""
    print(heading(), flush=True)
    counts = dict.fromkeys(("red", "elsewhere", "green"), 0)
    for i in range(0, len(mutations), asked.jobs):
        some = mutations[i : i + asked.jobs]
        near = [sorted((s, name) for name, (s, calls) in reach.items() if calls & m.calls) for m in some]
        taken = [_within(names, asked.seconds) for names in near]
        start = time.monotonic()
        waiting = [_start(m, [items[name] for name in names], asked) for m, names in zip(some, taken, strict=True)]
        seen = [wait() for wait in waiting]
        others = [
            _start(m, _elsewhere(m, items), asked) if s == "" and not asked.near else None
            for m, s in zip(some, seen, strict=True)
        ]
        for m, all_of_them, names, first, wait in zip(some, near, taken, seen, others, strict=True):
            verdict, told = "red", first
            if not first:
                second = wait() if wait else ""
                verdict = "elsewhere" if second else "green"
                told = second or f"{len(names)} of {len(all_of_them)} tests that call it were run"
                told += ", and it took too long" * (None in (first, second))
            counts[verdict] += 1
            told = told.removeprefix(DIFFERENTIAL)
            print(f"{verdict:9}  {m!s:52}  {time.monotonic() - start:4.0f} s  {told}", flush=True)
    print(f"\n{len(mutations)} mutations: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))


def _within(tests: Sequence[tuple[float, str]], seconds: float) -> list[str]:
    """As many of the tests, the quickest first, as take half of the time together."""
    total, out = 0.0, []
    for s, name in tests:
        total += s
        if total > seconds / 2:
            break
        out.append(name)
    return out


def _start(m: Mutation, items: Sequence[pytest.Item], asked: argparse.Namespace) -> Any:
    return forked(lambda: _first_failure(m, items), asked.seconds)


def _elsewhere(m: Mutation, items: dict[str, pytest.Item]) -> list[pytest.Item]:
    return [item for name, item in items.items() if name.split("::")[0] in TESTS[m.part]]


def heading() -> str:
    """Of what, where and when: commit, machine and its load, day."""
    commit = subprocess.check_output(["git", "-C", ROOT, "describe", "--always", "--dirty"], encoding="utf-8").strip()
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    machine = f"{os.cpu_count()} cores, load {load}, Python {platform.python_version()}"
    return f"mutations.py {' '.join(sys.argv[1:])}\ncommit {commit}, {machine}, {time.strftime('%Y-%m-%d')}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="of the mutations that are tried")
    parser.add_argument("--near", action="store_true", help="run no other tests than the differential ones")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--reach", type=Path, help="where it is kept what calls what")
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    files = sorted({file for names in TESTS.values() for file in names})
    sys.exit(
        pytest.main(
            ["-p", "no:cacheprovider", "-o", "addopts=-q -m 'not long'", DIFFERENTIAL, *files], [Mutations(asked)]
        )
    )


if __name__ == "__main__":
    main()
