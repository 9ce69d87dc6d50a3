"""A random attacker: loops, moments, events and relations drawn by Hypothesis, held against an oracle of exact numbers.

A few hundred examples here; with `-m long` ten thousand (`benchmarks/attack.py` counts them).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from attack import attack_estimate, attack_moment, attack_relation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from strategies import cases, factors, pairs, subjects
from sympy import Eq, Ge, Gt, Le, Lt

KINDS = [*subjects, "two loops"]
MANY_LAWS = ("user: affine", "user: coupled")  # of most of which no witness has the moments
RELATIONS = ("right", "wrong", "shifted", "strict")
EVERYTHING = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)


def of_kind(kind: str) -> st.SearchStrategy:
    return pairs() if kind == "two loops" else cases(kind)


WORDS = tuple(
    f"theory.language.{name}." for name in ("laws", "loops", "finite_loops", "moments", "errors")
)  # all that the oracle may import


def quick(examples: int) -> settings:
    """The same examples in every run; the first that fails is told as it is, without a search for a smaller one."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=EVERYTHING,
    )


@st.composite
def relations(draw, kind: str):
    """A case, a relation, a factor and how it is wrong."""
    how = draw(st.sampled_from(RELATIONS))
    op = draw(st.sampled_from([Lt, Gt] if how == "strict" else [Eq, Le, Ge, Lt, Gt]))
    return draw(of_kind(kind)), op, 1 if how in ("right", "strict", "shifted") else draw(factors), how


def attacked(strategy, attack, examples: int, decided: set[str], least: float) -> None:
    """No example goes wrong, and in this share of them at least the witnesses said something that could have."""
    tried = told = 0

    @quick(examples)
    @given(strategy)
    def one(drawn):
        nonlocal tried, told
        outcome = attack(drawn)
        assert not outcome.wrong, "\n".join(outcome.wrong)
        tried += 1
        told += not decided.isdisjoint(outcome.said)

    one()
    assert told >= least * tried, f"{told} of {tried} examples were decided by anybody"


def moments_of(kind: str, examples: int) -> None:
    attacked(of_kind(kind), attack_moment, examples, {"derived", "enclosed"}, 0.1 if kind in MANY_LAWS else 0.3)


def relations_of(kind: str, examples: int, simulate: bool = False) -> None:
    attacked(
        relations(kind),
        lambda drawn: attack_relation(*drawn, simulate),
        examples,
        {"proved", "refuted", "supported"},
        0.1 if kind in MANY_LAWS else 0.3,
    )


def estimates_of(kind: str, examples: int) -> None:
    attacked(of_kind(kind), attack_estimate, examples, {"estimated"}, 0.3)


@pytest.mark.parametrize("kind", KINDS)
def test_derivation_and_balls_say_what_the_oracle_does(kind):
    moments_of(kind, 8)


@pytest.mark.parametrize("kind", KINDS)
def test_no_relation_is_judged_against_the_oracle(kind):
    relations_of(kind, 4)


@pytest.mark.parametrize("kind", ["user: share", "user: affine", "pooled", "SymbolLoop", "coin", "two loops"])
def test_simulation_judges_no_relation_against_the_oracle(kind):
    relations_of(kind, 1, simulate=True)


@pytest.mark.parametrize("kind", subjects)  # of two loops which is which is not seen once numbers are in
def test_simulated_estimates_are_where_the_oracle_is(kind):
    estimates_of(kind, 2)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_derivation_and_balls_in_the_long_run(kind):
    moments_of(kind, 500)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_relations_in_the_long_run(kind):
    relations_of(kind, 150)
    relations_of(kind, 20, simulate=True)


@pytest.mark.long
@pytest.mark.parametrize("kind", subjects)
def test_estimates_in_the_long_run(kind):
    estimates_of(kind, 50)


def test_the_oracle_shares_nothing_with_the_witnesses():
    """It imports the words in which loops and moments are written, and no proof, no sampler, no family."""
    text = (Path(__file__).parent / "oracle.py").read_text(encoding="utf-8")
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names |= {f"{node.module}.{a.name}" for a in node.names}
        if isinstance(node, ast.Name):
            assert node.id not in ("__import__", "import_module", "exec", "eval")
    ours = {x for x in names if x.split(".")[0] in ("theory", "simulate", "reports")}
    assert all(x.startswith(WORDS) for x in ours)
    said = {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
    declared = {"symmetry", "definition", "marginals", "told", "in_state"}
    assert not said & (declared | {"positive", "expanded", "step_at"})
