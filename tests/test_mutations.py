"""The benchmark of mutations: what it makes wrong is there, once each, and in a function; a mutated function is the wrong one."""

import sys
from pathlib import Path

import pytest
from sympy import Symbol, log

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import mutating
import mutations
from mutated import PATCHES, TESTS


def test_every_line_is_there_once_and_in_a_function():
    found = list(mutating.of_lines())

    assert len({str(m) for m in found}) == len(found) == sum(len(p) for part in PATCHES.values() for p in part.values())
    assert {m.part for m in found} | {"methods"} == set(TESTS)
    named = {name.partition("::")[::2] for names in TESTS.values() for name in names}
    assert all(f"\ndef {test}" in (mutating.ROOT / file).read_text(encoding="utf-8") for file, test in named)


def test_every_act_of_the_table_is_broken():
    from theory.proof.methods import METHODS

    acts = sum(getattr(m, act) is not None for m in METHODS for act in mutating.ACTS)
    assert len(list(mutating.of_methods())) == acts


def test_a_mutation_is_seen_in_its_own_process_only():
    from theory.proof.symbols.arguments import taken

    (m,) = (m for m in mutating.of_lines() if str(m) == "arguments: logarithm")
    asked = log(Symbol("x"))

    def mutated():
        mutating.put(m)
        return len(taken(asked))

    assert mutations.forked(mutated, 20)() == 0
    assert len(taken(asked)) == 1


def test_what_is_not_there_is_told():
    with pytest.raises(SystemExit, match="0 times"):
        mutating._changed("theory/language/text.py", "no such line", "")
