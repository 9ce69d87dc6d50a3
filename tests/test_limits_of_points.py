"""The time of one point, in balls: what takes longer there is left out, and nothing else is lost."""

from stated import stated
from sympy import Ge, Integer

from reports import check, clock
from simulate.engine import search
from simulate.engine.search import Screen
from theory import GaussianLoop, Integers, Var
from theory.language.verdicts import Verdict
from theory.proof import enclose as balls

SLOW = 3  # where it takes for ever
C = stated(lambda t: Ge(Var(GaussianLoop(5).mu(t)), 0), t=Integers(1, 6))


def slowed(decide):
    def slow(part, values, *rest):
        while values["t"] == SLOW:
            pass
        return decide(part, values, *rest)

    return slow


def test_a_point_that_takes_too_long_is_left_out(monkeypatch):
    monkeypatch.setattr(balls, "decide_part", slowed(balls.decide_part))
    monkeypatch.setattr(balls, "_whole", lambda *_: None)
    points = C.points()
    found = balls.enclose(C, points, limit=lambda: clock.within(0.2))

    assert SLOW in [p.values["t"] for p in points]
    for f, p in zip(found, points, strict=True):
        there = p.values["t"] == SLOW
        assert f.verdict == (Verdict.LEFT_OUT if there else Verdict.SUPPORTED)
        assert ("takes too long" in f.note) == there


def test_a_look_that_takes_too_long_tells_nothing(monkeypatch):
    monkeypatch.setattr(search, "decision", slowed(search.decision))
    screen = Screen(C, None, lambda: clock.within(0.2))

    assert screen({"t": Integer(SLOW)}) is None
    assert screen({"t": Integer(2)}) is not None


def test_a_check_keeps_what_it_has_found(monkeypatch):
    """Before, the time of all points went by with the slow one, and every finding with it."""
    monkeypatch.setattr(balls, "decide_part", slowed(balls.decide_part))
    monkeypatch.setattr(balls, "_whole", lambda *_: None)
    monkeypatch.setattr(clock, "GRACE", 1.0)
    (found,) = check([C], seconds=1)

    decided = [f for f in found.summary.findings if f.witness == "ball"]
    assert sum(f.verdict == Verdict.SUPPORTED for f in decided) >= 4
    assert [f.point for f in decided if "takes too long" in f.note] == [{"t": str(SLOW)}]
