"""The command `words`: every public name is told of, once, and as its docstring has it."""

import inspect

import pytest
from test_cli import run

import theory
from reports import words
from theory.language.errors import BadInput


def test_every_public_name_is_in_one_chapter():
    names = [name for members in words.chapters().values() for name in members]
    assert sorted(names) == sorted(theory.__all__)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", sorted(theory.__all__))
def test_a_word_is_told_of_with_what_its_docstring_says(name):
    said = words.description(name)
    assert words.summary(name)
    if name != "CLOCK":
        assert inspect.getdoc(getattr(theory, name)) in said


def test_parameters_are_named_and_a_star_is_none():
    assert words.called("SymbolLoop") == "SymbolLoop(p, n, policy=Replace(), kept=0)"
    assert words.called("Gamma").startswith("Gamma(shape, scale")
    assert words.called("Normal") == "Normal"


@pytest.mark.parametrize(("asked", "meant"), [("gamma", "Gamma"), ("Gaussian", "GaussianLoop"), ("Limits", "Limit")])
def test_what_is_no_word_leads_to_one(asked, meant):
    with pytest.raises(BadInput, match=rf"no word of claims is called '{asked}'; did you mean .*\b{meant}\b"):
        words.description(asked)


def test_the_command(tmp_path):
    everything = run(tmp_path / "l", "words").stdout
    assert all(f"\n  {name} " in everything for name in theory.__all__)
    one = run(tmp_path / "l", "words", "Geometric", "CLOCK")
    assert "mean 1/p" in one.stdout
    assert "the number of the fit, 1 for the first" in one.stdout
    wrong = run(tmp_path / "l", "words", "gama")
    assert wrong.returncode == 2
    assert "did you mean Gamma?" in wrong.stderr
