"""Names that others rely on, in what is written."""

FINDING = {  # of every finding in JSON
    "claim",
    "witness",
    "point",
    "verdict",
    "expected",
    "as_declared",
    "margin",
    "resolution",
    "guarantee",
    "coverage",
    "seed",
    "seconds",
}
