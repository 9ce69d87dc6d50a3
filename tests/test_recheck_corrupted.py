"""Every field of certificates of every kind, changed in every way that there is: all of it is refused, but what says the same."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from sympy import And, Eq, Integer, Le, N, Rational, Symbol

from theory import E, GaussianLoop, Integers, Points, Var, claim
from theory.families import catalogue
from theory.language.errors import BadInput, CannotTell
from theory.proof.exported import certificate
from theory.recheck.check import Refused, check
from theory.recheck.text import read


@claim(where=lambda n, k: n > k)
def several(n=Integers(3), k=Points(1, 2), t=Integers(0)):
    """Two relations, for two listed values, under a side condition."""
    mean = GaussianLoop(n).mu(t)
    return And(Eq(Var(mean), t / n), Le(Var(mean) / k, t))


KINDS = {
    "an identity": "gaussian-variance-second-moment",
    "a sign": "sampling-bias-lambda-mean-bounded",
    "a limit": "mix-fresh-real-mean-limit",
    "a turn": "discrete-mixed-fixed-threshold",
    "states": "curation-group-odds",
    "sums": "accumulate-known-variance-pi2-6",
    "places": "",
}
SHORT = ("an identity", "a turn")
EXPRESSIONS = ("form", "after", "start", "monomial")
# what is only told: of one loop what is said twice, or in another order, is the same; each of it is verified
TWICE = {("means",), ("begun",), ("states",), ("begun", "of")}


@cache
def written(kind: str) -> tuple[Any, dict]:
    (own,) = catalogue(KINDS[kind]) if KINDS[kind] else (several,)
    return own, json.loads(certificate(own, "derivation"))


def leaves(x: Any, path: tuple = ()) -> Iterator[tuple[tuple, Any]]:
    """All that stands in a certificate, with the way to it: what is made of others, too."""
    yield path, x
    for key, y in x.items() if isinstance(x, dict) else enumerate(x) if isinstance(x, list) else ():
        yield from leaves(y, (*path, key))


def put(whole: dict, path: tuple, x: Any) -> dict:
    changed = copy.deepcopy(whole)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = x
    return changed


def is_expression(path: tuple) -> bool:
    return path[-1] in EXPRESSIONS or (len(path) > 1 and path[-2] == "form")


def rewritten(text: str) -> Iterator[str]:
    """A number, a sign, an operation, a name, a relation or a bracket after the other is another one."""
    for found in re.finditer(r"\d+|\w+|\*\*|<=|>=|[-+*/<>(),.]", text):
        word, (begin, end) = found[0], found.span()
        if word.isdigit():
            others = [str(int(word) + 1), f"({word}/1001*1000)", "0"]
        elif re.fullmatch(r"\w+", word):
            others = [f"{word}1", f"({word} + 1)", f"(-{word})", "n", "_t", "_0", "_1", "_s0"]
        else:
            others = {
                "-": "+",
                "+": "-",
                "*": "/",
                "/": "*",
                "**": "*",
                "<=": "<",
                "<": "<=",
                ">=": ">",
                ">": ">=",
            }.get(word, "")
            others = [others, word * 2]
        yield from (text[:begin] + other + text[end:] for other in others if other != word)


def says_the_same(own, text: str, other: str) -> bool:
    """Whether two expressions have the same numbers at places of their symbols: of what can be read, by SymPy's numbers."""
    names = {f"_s{i}": Symbol(f"_s{i}", real=True) for i in range(4)} | {
        f"_{i}": Symbol(f"_{i}", real=True) for i in range(9)
    }
    names |= {"_t": Symbol("_t", integer=True, nonnegative=True), **own.symbols}
    try:
        a, b = (read(x, names) for x in (text, other))
    except (BadInput, CannotTell):
        return False
    free = sorted(a.free_symbols | b.free_symbols, key=str)
    for seed in (3, 5):
        at = {s: Integer(seed + i) if s.is_integer else Rational(i + 2, 2 * i + 5 + seed) for i, s in enumerate(free)}
        values = [N(x.xreplace(at).doit(), 40) for x in (a, b)]
        if not abs(values[0] - values[1]) < 10**-30:
            return False
    return True


def corrupted(own, whole: dict) -> Iterator[tuple[str, dict]]:
    last = len(whole["places"]) - 1
    for path, x in list(leaves(whole)):
        if not path or (len(path) > 2 and path[1] != last):  # of what is said of one place after the other the last
            continue
        where = tuple(key for key in path if isinstance(key, str))
        for other in (None, True, 7, "", [], {}, [x], {"of": x}):
            if other != x:
                yield f"{path}: {other!r} for it", put(whole, path, other)
        if isinstance(x, str):
            for text in dict.fromkeys(rewritten(x)):
                if not (is_expression(path) and says_the_same(own, x, text)):
                    yield f"{path}: {text} for {x}", put(whole, path, text)
        if isinstance(x, dict):
            yield f"{path}: one more", put(whole, path, {**x, "more": "1"})
            for key in x:
                yield f"{path}: no {key}", put(whole, path, {k: y for k, y in x.items() if k != key})
                yield (
                    f"{path}: {key} by another name",
                    put(whole, path, {f"{k}{'_' * (k == key)}": y for k, y in x.items()}),
                )
        if isinstance(x, list):
            for i, y in enumerate(x):
                yield f"{path}: no {i}", put(whole, path, x[:i] + x[i + 1 :])
                if where[1:] not in TWICE:
                    yield f"{path}: {i} twice", put(whole, path, [*x[:i], y, *x[i:]])


@pytest.mark.parametrize("kind", [k if k in SHORT else pytest.param(k, marks=pytest.mark.long) for k in KINDS])
def test_whatever_is_changed_is_refused(kind):
    own, whole = written(kind)
    check(own, "derivation", copy.deepcopy(whole))
    accepted, count = [], 0
    for count, (what, changed) in enumerate(corrupted(own, whole), 1):  # noqa: B007
        try:
            check(own, "derivation", changed)
        except (Refused, BadInput, CannotTell):
            continue
        accepted.append(what)
    assert accepted == []
    assert count > 100


@claim
def stays(n=Integers(2), t=Integers(0)):
    """True: the variance keeps its mean."""
    return Eq(E(GaussianLoop(n).sigma(t) ** 2), 1)


@claim
def doubles(n=Integers(2), t=Integers(0)):
    """False from t = 1 on."""
    return Eq(E(GaussianLoop(n).sigma(t) ** 2), 2**t)


def test_a_false_claim_with_a_false_recursion_is_refused():
    """All of it fits together, but for the step."""
    whole = json.loads(certificate(stays, "derivation"))
    (place,) = whole["places"]
    ((row,),) = [means["of"] for means in place["means"]]
    forged = {**whole, "claim": "doubles"}
    place["parts"][0]["says"] = str(doubles.relation({}))
    row["form"] = f"2**_t*({row['form']})"
    with pytest.raises(Refused, match="induction"):
        check(doubles, "derivation", forged)
