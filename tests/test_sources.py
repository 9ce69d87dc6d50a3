"""Where claims come from: every one of the catalogue says it, and no theorem of a paper is cited without the paper."""

import re

import pytest

from reports.papers import NUMBERED, is_own, papers
from theory.families import catalogue


@pytest.mark.parametrize("family", sorted({c.family for c in catalogue()}))
def test_every_claim_says_where_it_comes_from_or_how_it_was_derived(family):
    bare = [c.id for c in catalogue() if c.family == family and re.fullmatch(r"(derived)?\W*", c.source.strip())]

    assert not bare


def test_what_is_derived_says_how():
    """ "derived: law of total variance", "derived (Doob)": what is beside that it is derived comes after how."""
    told = re.compile(r"derived(, classical)?(: | \(| by )(?!\w+( et al\.)? \d{4}\.\d{5})")

    assert [
        f"{c.id}: {c.source}" for c in catalogue() if c.source.startswith("derived") and not told.match(c.source)
    ] == []


def test_sources_are_short():
    assert [c.id for c in catalogue() if len(c.source) > 140 or "\n" in c.source] == []


def test_a_numbered_theorem_stands_beside_its_paper_and_as_it_is_quoted_or_derived():
    for c in catalogue():
        if NUMBERED.search(c.source):
            assert papers([c]), c.id
            assert re.search("quoted|read|^derived", c.source) or c.expected == "fails", c.id


def test_what_a_paper_states_is_said_to_be_quoted_or_rederived():
    """A claim that stands as a paper's own statement: its source does not begin with "derived"."""
    own = [c for c in catalogue() if any(is_own(c, p) for p in papers([c]))]

    assert 30 <= len(own) <= 80, [f"{c.id}: {c.source}" for c in own]
