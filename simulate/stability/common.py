"""What several topics of the family cost."""

NORMAL, TOSS = 7.0, 4.0  # nanoseconds for a point
