"""What every loop of the package says of itself: its parameters, its observables, what it refuses, where it comes from."""

import inspect
import pkgutil
import re
from importlib import import_module

import pytest

import theory
from reports.papers import papers
from theory import Loop, catalogue
from theory.language.loops import Named

PAPER = re.compile(r"\b\d{4}\.\d{5}\b")
WORDS = r"(?:\S+\s+){2,}\S+"  # three or more: what, and not just that it is so


def loop_classes() -> list[type[Loop]]:
    """All subclasses of Loop that the package defines, those of the language and of the proofs too."""
    found = set()
    for module in pkgutil.walk_packages(theory.__path__, "theory."):
        for x in vars(import_module(module.name)).values():
            if isinstance(x, type) and issubclass(x, Loop) and x is not Loop and x.__module__.startswith("theory."):
                found.add(x)
    return sorted(found, key=lambda cls: (cls.__module__, cls.__name__))


LOOPS = loop_classes()
every_loop = pytest.mark.parametrize("cls", LOOPS, ids=lambda cls: cls.__name__)


def own(cls: type) -> str:
    """The docstring of the class itself; "" if it has none and `inspect.getdoc` would tell of its base."""
    return inspect.cleandoc(vars(cls).get("__doc__") or "")


def unsourced(said: str) -> str | None:
    """Why a docstring does not tell where a loop comes from; None if it does."""
    _, line, source = said.rpartition("\nSource:")
    source = " ".join(source.split())
    if not line or not source:
        return "it has no line that begins with Source: and goes on"
    if re.fullmatch(rf"(?:ours|textbook): {WORDS}", source) or PAPER.search(source):
        return None
    return f"{source!r} names no paper by its arXiv id, and does not say what is ours or a textbook's"


def undescribed(said: str, names: list[str]) -> list[str]:
    """The names that no list like "n, m: sizes.  s: a scale." explains."""
    return [name for name in names if not re.search(rf"(?<!\w){name}\b(?:,? [^.:]*)?:\s+\S", said)]


@every_loop
def test_a_loop_says_where_it_comes_from(cls):
    assert unsourced(own(cls)) is None


@every_loop
def test_a_loop_describes_its_parameters(cls):
    names = [name for name in cls.fields if name in inspect.get_annotations(cls)]
    assert undescribed(own(cls), names) == []


@every_loop
def test_a_loop_tells_of_its_parameters_and_observables(cls):
    """Or names the loop that does."""
    said = own(cls)
    bases = [base for base in cls.__mro__[1:] if issubclass(base, Loop) and base.__name__ in said]
    said += "".join(map(own, bases))
    fields = [name for base in (cls, *bases) for name in cls.fields if name in inspect.get_annotations(base)]
    named = {name for base in cls.__mro__ for name, x in vars(base).items() if isinstance(x, Named)}
    assert {name for name in {*fields, *named} if not re.search(rf"\b{name}\b", said)} == set()


@every_loop
def test_a_loop_says_what_it_refuses(cls):
    if "refuses" in vars(cls):
        assert re.search(rf"Refuses {WORDS}[^.]* \(`BadInput`\)\.", own(cls))


def test_papers_are_those_of_the_catalogue():
    """A number that is mistyped is none of them."""
    named = {number for cls in LOOPS for number in PAPER.findall(own(cls))}
    assert len(named) > 15
    assert named <= set(papers(catalogue()))


def test_many_loops_are_looked_at():
    names = {cls.__name__ for cls in LOOPS}
    assert {"GaussianLoop", "CuratedLoop", "LikelihoodLoop", "PlaneGaussian", "_PoolBoundLoop", "ReadLoop"} <= names
    assert len(LOOPS) > 110


@pytest.mark.parametrize(
    "said",
    [
        "",
        "A loop.",
        "A loop. Source: within a sentence, ours: of many words.",
        "A loop.\n\nSource:",
        "A loop.\n\nSource:   \n",
        "A loop.\n\nSource: ours",
        "A loop.\n\nSource: ours:",
        "A loop.\n\nSource: ours: ours.",
        "A loop.\n\nSource: textbook: a law.",
        "A loop.\n\nSource: derived: as one may see.",
        "A loop.\n\nSource: Bertrand et al., at length.",
        "A loop.\n\nSource: Bertrand et al. 2310.00429.\nSource: ",
    ],
)
def test_a_source_that_says_nothing_is_none(said):
    assert unsourced(said) is not None


@pytest.mark.parametrize(
    "said",
    [
        "A loop.\n\nSource: Bertrand et al. 2310.00429.",
        "A loop.\n\nSource: ours: a Gaussian in\n    the loop of somebody.",
        "A loop.\n\nn: a size.\nSource: textbook: a law, again and again.",
    ],
)
def test_a_source_that_says_something_is_one(said):
    assert unsourced(said) is None


def test_a_parameter_that_is_only_mentioned_is_not_described():
    assert undescribed("n points. And n again.", ["n"]) == ["n"]
    assert undescribed("n:", ["n"]) == ["n"]
    assert undescribed("mn: a size.", ["n"]) == ["n"]
    assert undescribed("n, m: sizes.  law, called data=: where they are from.", ["n", "m", "law"]) == []
