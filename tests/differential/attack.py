"""One example of an attack: what every witness says of a case, held against the oracle."""

from __future__ import annotations

import inspect
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath as mp
import oracle
from flint import arb
from oracle import Infinite, Unsupported
from strategies import Case
from sympy import Dummy, Eq, Expr, Ge, Gt, Le, Lt, Symbol, oo, sympify

from theory.language.claims import Claim, Point
from theory.language.domains import Integers
from theory.language.errors import BadInput, CannotTell
from theory.language.loops import Loop
from theory.language.moments import Moment
from theory.language.summaries import summarise
from theory.language.verdicts import Verdict
from theory.proof import structures
from theory.proof.enclose import decide_part, enclose
from theory.proof.methods import moment
from theory.proof.prepared import prepare
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise

CLOSE = mp.mpf(10) ** -25  # relative, of sixty digits
SECONDS = 30.0  # of processor time for one call, whatever else the machine does
AGAIN = 5.0


class Now(Executor):
    """Runs everything at once, in the caller's thread."""

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Silent(Exception):
    """The witness says that it has nothing to say."""


class Slow(Exception):
    """A call over its time."""


@dataclass(frozen=True)
class Outcome:
    """said: "derived", "enclosed", "proved", ...; "" where no witness had anything to say.  wrong: what is wrong with it."""

    said: tuple[str, ...]
    wrong: tuple[str, ...] = ()


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Processor time, so that a busy machine changes nothing. Raises `Slow`."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def late(*_: Any) -> None:
        raise Slow(f"more than {seconds:g} s")

    before = signal.signal(
        signal.SIGVTALRM, late
    )  # what is raised while something is disposed of is lost: it comes again
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# ---- moments --------------------------------------------------------------------------------------------------------


def truth(x: Expr, values: Mapping[Symbol, Any]) -> Any:
    """The oracle's number; `oo` where the mean does not exist. Raises `Unsupported`."""
    try:
        with limited():
            return _rational(oracle.value(x, dict(values)))
    except Infinite:
        return oo
    except Slow as error:
        raise Unsupported("too slow for the oracle") from error


def _rational(x: Any) -> Any:
    """A number of sixty digits as a fraction, where it is seen to be one."""
    if isinstance(x, Fraction):
        return x
    with mp.workdps(oracle.DIGITS):
        sign, mantissa, exponent, _ = mp.mpf(x)._mpf_
    exact = (-1) ** sign * int(mantissa) * Fraction(2) ** exponent
    near = exact.limit_denominator(10**15)
    return near if abs(exact - near) <= abs(exact) * Fraction(1, 10**45) + Fraction(1, 10**50) else x


def derived(x: Expr, values: Mapping[Symbol, Any]) -> Any:
    """A moment as the derivation has it: in symbols, numbers put in at the end. Raises `Silent`."""
    at = {s: sympify(v) for s, v in values.items()}
    try:
        whole, forms = standardise(x), {}
        # as a claim does: whole numbers of 2 or more, where the value is one
        chart = {
            s: min(v, 2) + Dummy(s.name, integer=True, nonnegative=True)
            for s, v in at.items()
            if s.is_integer and v > 0
        }
        whole = whole.xreplace(chart)
        at |= {(c - min(at[s], 2)): at[s] - min(at[s], 2) for s, c in chart.items()}
        for m in sorted(whole.atoms(Moment), key=str):
            d = moment(m)
            if any(c.xreplace(at).is_positive is not True for c in d.positive):
                raise Silent("it exists elsewhere")
            if any(c.xreplace(at).is_zero is not False for c in d.nonzero):
                raise Silent("resonant")
            forms[m] = d.form
    except (CannotTell, BadInput) as error:
        raise Silent(str(error)) from error
    plain = whole.xreplace(forms).xreplace(at).doit()
    if plain.has(Moment):
        raise Silent(f"left: {plain}")
    if plain.is_infinite:
        return plain
    try:
        return oracle._number(plain)
    except Unsupported as error:
        raise Silent(str(error)) from error


def as_claim(relation: Callable[[Mapping[Symbol, Symbol]], Any], values: Mapping[Symbol, Any]) -> tuple[Claim, dict]:
    """A claim in symbols over a domain that holds the values: `relation` of {old symbol: the claim's symbol}."""
    names = [s for s in values if sympify(values[s]).is_integer and s.is_integer]

    def made_up(**given: Any) -> Any:
        """A relation that was made up."""
        return relation({s: given[s.name] for s in names})

    domains = {s.name: Integers(0 if s.name == "t" else 1, 4) for s in names}
    made_up.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(k, inspect.Parameter.KEYWORD_ONLY, default=d) for k, d in domains.items()]
    )
    return Claim(made_up), {s.name: sympify(values[s]) for s in names}


def relation_of(x: Expr, y: Expr, op: type, values: Mapping[Symbol, Any]) -> Callable:
    """x op y, with numbers for all symbols but those that the claim has."""

    def relation(symbols: Mapping[Symbol, Any]) -> Any:
        at = {s: symbols.get(s, sympify(v)) for s, v in values.items()}
        return op(x.xreplace(at), sympify(y).xreplace(at), evaluate=False)

    return relation


def enclosed(x: Expr, values: Mapping[Symbol, Any]) -> arb:
    """A moment as the ball witness has it, as a side of a claim at a point. Raises `Silent`."""
    used = {s: v for s, v in values.items() if s in x.free_symbols}
    claim, at = as_claim(relation_of(x, Dummy("y") * 0 + 1, Eq, used), used)
    try:
        (part,) = prepare(claim, at).parts
        return decide_part(part, at, 0.01)[1]
    except (CannotTell, BadInput, ArithmeticError) as error:
        raise Silent(str(error)) from error


def close(x: Any, y: Any) -> bool:
    with mp.workdps(oracle.DIGITS):
        x, y = oracle._float(x), oracle._float(y)
        return bool(abs(x - y) <= CLOSE * max(abs(x), abs(y), mp.mpf(10) ** -20))


def inside(x: Any, ball: arb) -> bool:
    """Whether a ball contains a number, up to the digits of the oracle."""
    with mp.workdps(oracle.DIGITS):
        x = oracle._float(x)
        exact = arb(mp.nstr(x, 50)) + arb(0, float(abs(x)) * 1e-35 + 1e-50)
    return bool(ball.overlaps(exact))


def attack_moment(case: Case, seconds: float = SECONDS) -> Outcome:
    """Derivation and ball of a moment against the oracle's number."""
    try:
        exact = truth(case.truth, case.values)
    except Unsupported:
        return Outcome(("no oracle",))
    said, wrong = [], []
    for name, witness in (("derived", derived), ("enclosed", enclosed)):
        try:
            with limited(seconds):
                got = witness(case.moment, case.values)
        except Silent:
            continue
        except Slow as error:
            wrong.append(f"{name}: {error} of processor time")
            continue
        except Exception as error:
            wrong.append(f"{name}: {type(error).__name__}: {error}")
            continue
        said.append(name)
        if exact is oo:
            finite = got.is_finite() if isinstance(got, arb) else not (isinstance(got, Expr) and got.is_infinite)
            if finite:
                wrong.append(f"{name}: {got}")
        elif isinstance(got, arb):
            if not inside(exact, got):
                wrong.append(f"{name}: {got}")
        elif isinstance(got, Expr) or not close(got, exact):
            wrong.append(f"{name}: {got} = {float(got):.8g}")
    number = "no finite mean" if exact is oo else f"{exact} = {float(exact):.8g}"
    return Outcome(tuple(said), tuple(f"{case}: {w}; it is {number}" for w in wrong))


# ---- relations ------------------------------------------------------------------------------------------------------

HOLDS = {
    Eq: lambda x, y: x == y,
    Le: lambda x, y: x <= y,
    Lt: lambda x, y: x < y,
    Ge: lambda x, y: x >= y,
    Gt: lambda x, y: x > y,
}


def attack_relation(case: Case, op: type, factor: Fraction, how: str, simulate: bool = False) -> Outcome:
    """A relation between a moment and numbers that are right, or wrong by `factor`, by a shifted index, by strictness.

    The claim ranges over values of the loop's whole numbers, two of each; the numbers are interpolated between them.
    """
    wanted = {s: v for s, v in case.values.items() if s in (case.moment.free_symbols | case.truth.free_symbols)}
    free = [s for s in wanted if s.is_integer][:1]
    places = [wanted[s] + d for s in free for d in (0, 1)] or [None]
    table: dict[Any, Any] = {}
    try:
        for v in places:
            at = {**wanted, **({free[0]: v} if free else {})}
            table[v] = truth(case.truth, at)
            if table[v] is oo and op is Eq:
                return Outcome(("no oracle",))
    except Unsupported:
        return Outcome(("no oracle",))
    if not all(x is oo or isinstance(x, Fraction) for x in table.values()):
        return Outcome(("no oracle",))
    infinite = any(x is oo for x in table.values())
    right = {v: Fraction(10**6) if x is oo else x * factor for v, x in table.items()}
    if how == "shifted" and len(places) == 2:
        right[places[0]] = right[places[1]]
    at = {s: sympify(v) for s, v in wanted.items()}
    numbers = {v: oracle._symbolic(x) for v, x in right.items()}

    def side(k: Any) -> Expr:
        if not free:
            return numbers[None]
        low, high = places
        return numbers[low] * (high - k) + numbers[high] * (k - low)

    def made_up(**given: Any) -> Any:
        """A relation that was made up."""
        symbols = {**at, **({free[0]: given["k"]} if free else {})}
        return op(case.moment.xreplace(symbols), sympify(side(given.get("k"))), evaluate=False)

    domain = [inspect.Parameter("k", inspect.Parameter.KEYWORD_ONLY, default=Integers(*places))] if free else []
    made_up.__signature__ = inspect.Signature(domain)  # type: ignore[attr-defined]
    claim = Claim(made_up)
    true_at = {v: table[v] is not oo and HOLDS[op](table[v], right[v]) for v in places}
    return judged(case, claim, true_at, table, right, op, simulate, infinite)


def judged(case, claim, true_at, table, right, op, simulate, infinite) -> Outcome:
    said: list[str] = []
    wrong: list[str] = []
    findings = []
    everywhere = all(true_at.values())

    def tell(text: str) -> None:
        shown = ", ".join(f"{v}: {table[v]} {op.__name__} {right[v]}" for v in true_at)
        wrong.append(f"{case}: {text} ({shown})")

    try:
        with limited():
            proof = prove(claim)
        if proof.proved:
            said.append("proved")
            if not everywhere:
                tell(f"derivation proves what is false: {proof.method}, {proof.steps[-2:]}")
        if proof.refuted:
            said.append("refuted")
            if everywhere:
                tell(f"derivation refutes what is true: {proof.reason}")
    except BadInput:
        return Outcome(("bad input",))
    except Slow as error:
        tell(f"derivation: {error} of processor time")
    except Exception as error:
        tell(f"derivation: {type(error).__name__}: {error}")
    points = claim.points() if claim.symbols else [Point(1, {})]
    try:
        with limited():
            findings += enclose(claim, points)
    except BadInput:
        return Outcome(("bad input",))
    except Slow as error:
        tell(f"ball: {error} of processor time")
    except Exception as error:
        tell(f"ball: {type(error).__name__}: {error}")
    if simulate:
        try:
            findings += simulated(claim, points)
        except BadInput:
            return Outcome(("bad input",))
        except Exception as error:
            tell(f"simulation: {type(error).__name__}: {error}")
    for f in findings:
        said.append(str(f.verdict))
        where = int(f.point["k"]) if f.point and "k" in f.point else None
        places = list(true_at) if f.point is None or where is None else [where]
        if f.verdict == Verdict.FAILED:
            tell(f"{f.witness} failed: {f.note}")
        if f.verdict == Verdict.REFUTED and all(true_at[v] for v in places):
            tell(f"{f.witness} refutes what is true at {f.point}: {f.note} {f.margin}")
        if f.verdict == Verdict.PROVED and not all(true_at[v] for v in places):
            tell(f"{f.witness} proves what is false at {f.point}: {f.certificate}")
        if f.verdict == Verdict.SUPPORTED:
            for v in places:
                if true_at[v]:
                    continue
                off = (
                    None
                    if table[v] is oo
                    else abs(table[v] - right[v]) / max(abs(table[v]), abs(right[v]), Fraction(1, 10**9))
                )
                if off is None or off == 0 or float(off) > (f.resolution or 0.0) * 1.01:
                    tell(f"{f.witness} supports what is false at {f.point}, resolution {f.resolution}: {f.note}")
    if findings and not infinite:
        summary = summarise("made up", None, findings)
        if summary.contradiction and everywhere:
            tell(f"contradiction: {summary.contradiction}")
    return Outcome(tuple(dict.fromkeys(said)), tuple(wrong))


def simulated(claim: Claim, points: list[Point]) -> list:
    """The simulation witness's findings, in this thread, with a small budget."""
    from simulate.engine.blocks import Runner
    from simulate.engine.witness import Witness

    with Runner(0, executor=Now()) as runner:
        witness = Witness(runner, 0.5, 0.05)
        return list(witness.run(witness.plans([(claim, points)])))


# ---- simulated estimates --------------------------------------------------------------------------------------------


def attack_estimate(case: Case, replicates: int = 40_000) -> Outcome:
    """A simulated estimate, with the interval that goes with it, against the oracle's number."""
    from simulate import estimate

    try:
        exact = truth(case.truth, case.values)
    except Unsupported:
        return Outcome(("no oracle",))
    at = {s: sympify(v) for s, v in case.values.items()}
    if exact is oo or case.subject.kind.startswith("two loops"):  # which is which is not seen once numbers are in
        return Outcome(("no oracle",))
    wanted = case.moment.xreplace(at)
    if any(structures.untold(loop, wanted, False) for loop in wanted.atoms(Loop)):
        return Outcome(("no oracle",))  # its step is another process than its kernel's, alike in one generation only
    try:
        (ball,) = estimate([wanted], replicates, seed=1, executor=Now())
    except (BadInput, CannotTell):
        return Outcome(())
    except Exception as error:
        return Outcome((), (f"{case}: simulation: {type(error).__name__}: {error}",))
    if not inside(exact, arb(float(ball.midpoint), float(ball.radius) * 1.05 + 1e-12)):
        return Outcome(("estimated",), (f"{case}: estimated {ball.midpoint} +/- {ball.radius}; it is {float(exact)}",))
    return Outcome(("estimated",))
