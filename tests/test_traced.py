"""Every number that the page prints of a claim is that of a finding in the ledger: of its witness, at its point."""

import re

import pytest
from tracing import section, untraced

from reports import verify
from reports.ledger import Ledger
from theory.families import catalogue

CLAIMS = (  # proved, refuted, a bound with a gap
    "gaussian-sigma-mean-c4",
    "gaussian-variance-mean-martingale-shrinks",
    "gaussian-collapse-probability-bound",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """(the page of a short run, its ledger)."""
    path = tmp_path_factory.mktemp("traced") / "l.sqlite"
    with Ledger(path) as book:
        found = verify([c for c in catalogue() if c.id in CLAIMS], seconds=0.1, ledger=book)
    return found.to_html(), path


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_number_is_traced_to_its_witness(run, claim):
    missed, traced = untraced(*run, claim)

    assert not missed
    assert traced > 10


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        (r'(<span class="n">)([^<]*)', "sides"),
        (r"(<b>)(\w+ = \d+)", "point"),
        (r"()(\d[\d.]* k? ?)(?= replicates)", "replicates"),
    ],
)
def test_a_number_of_no_finding_is_seen(run, printed, told):
    html, path = run
    of = section(html, CLAIMS[0])
    at = re.search(printed, of.partition('class="witnesses"')[2])
    assert at
    changed = of.replace(at[0], f"{at[1]}{at[2].replace(at[2].strip(), '77777')}")
    missed, _ = untraced(html.replace(of, changed), path, CLAIMS[0])

    assert any(f" {told} " in text for text in missed)
