"""Every method and every rule, broken by hand: `python benchmarks/mutations.py > benchmarks/mutations.txt`.

One thing at a time is made wrong, in a process that is forked for it: what a method of the table in `theory/proof/methods`
gives is multiplied by 1.001, or a function is compiled with a line changed as `mutated.py` says; no file is written to. Then
the tests of `tests/differential` that call that function are run, the quickest first, until one fails; where none does, the
test files of that part. A row a mutation: red and the test that saw it, elsewhere, or green.

Words choose mutations by part or file, `mutations.py methods: recheck/laws`; `--jobs 2` runs two at a time; `--near` leaves the
other test files out, `--far` the differential tests. Each may take `--seconds` of the processor, and three times as long by the
clock; differential tests are left out that would take more than half of that. Which test calls what is found by running them
once, traced, a few minutes; `--reach FILE` keeps that. A process that a test starts has the mutation, too.

That a test is red says that it sees this mistake, and not that it sees all. Green says less: where several conditions guard the
same, any one of them may be dropped and nothing false is said; where few of the tests were run, another one may see it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from mutated import TESTS
from mutating import ROOT, Mutation, forget, of_lines, of_methods, put

DIFFERENTIAL = "tests/differential/"
PATIENCE = 3  # seconds by the clock for one of the processor
OF_THE_TESTS = "is_seen_when_it_is_wrong"  # tests that break the methods themselves: they say nothing of a broken one

Reach = dict[
    str, tuple[float, frozenset[str]]
]  # of each test: its seconds, and the functions that it calls, "file:line"


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
        late = threading.Timer(PATIENCE * seconds, os.kill, (child, signal.SIGKILL))  # one that waits computes nothing
        late.start()
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        late.cancel()
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
        capture: Any = session.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            words = self.asked.words
            mutations = [
                x for x in (*of_methods(), *of_lines()) if not words or any(w in f"{x} {x.file}" for w in words)
            ]
            run(mutations, items, {} if self.asked.far else self.reach(items), self.asked)
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
                told = second or f"{len(names)} of {len(all_of_them)} tests that call it were run" * (not asked.far)
                if asked.far and not second:
                    told = f"{len(_elsewhere(m, items))} tests were run"
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
    """The tests of the files of its part, those that are named there first."""
    found = {
        name: i
        for x in TESTS[m.part]
        for name, i in items.items()
        if name.partition("[")[0] == x or name.startswith(f"{x}::")
    }
    return list(found.values())


def heading() -> str:
    """Of what, where and when: commit, machine and its load, day."""
    commit = subprocess.check_output(["git", "-C", ROOT, "describe", "--always", "--dirty"], encoding="utf-8").strip()
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    machine = f"{os.cpu_count()} cores, load {load}, Python {platform.python_version()}"
    return f"mutations.py {' '.join(sys.argv[1:])}\ncommit {commit}, {machine}, {time.strftime('%Y-%m-%d')}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="of the mutations that are tried")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--near", action="store_true", help="run no other tests than the differential ones")
    which.add_argument("--far", action="store_true", help="run those of the part's test files alone")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--reach", type=Path, help="where it is kept what calls what")
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    files = sorted({name.split("::")[0] for names in TESTS.values() for name in names})
    named = [*([] if asked.far else [DIFFERENTIAL]), *files]
    sys.exit(pytest.main(["-p", "no:cacheprovider", "-o", "addopts=-q -m 'not long'", *named], [Mutations(asked)]))


if __name__ == "__main__":
    main()
