"""Standard streams: terminals without Unicode, streams that are closed or hung up, and text that is not ours.

What a user's file, a ledger or a table of data says is shown as text: it cannot move the cursor or change the title of a
window. What a user's file prints goes to standard error, so that standard output holds the result alone.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

DEEPER = 4  # columns, of what a line goes on with
NARROWEST = 30  # columns of a terminal that text is fitted to

_ASCII = {
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "·": "|",
    "×": "x",
    "±": "+-",
    "∞": "oo",
    "→": "->",
    "√": "sqrt",
    "−": "-",
    "–": "-",
    "—": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "…": "...",
    "█": "#",
    "•": "*",
}


def _plain(c: str) -> str:
    """A character in ASCII, as near as it can be."""
    if c in _ASCII:
        return _ASCII[c]
    if "─" <= c <= "╿":  # lines and corners of tables
        name = unicodedata.name(c, "")
        return "-" if "VERTICAL" not in name else "|" if name.endswith("VERTICAL") else "+"
    name = unicodedata.name(c, "").split()
    if name[:1] == ["GREEK"] and len(name) == 4 and name[2] == "LETTER":
        letter = name[3].replace("LAMDA", "LAMBDA")
        return letter.lower() if name[1] == "SMALL" else letter.capitalize()
    return "".join(x for x in unicodedata.normalize("NFKD", c) if " " <= x <= "~") or "?"


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


codecs.register_error("in_words", _spelled)


def prepare() -> None:
    """Make the three streams such that nothing we write can fail for what it says; of a closed one, make a sink."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:  # else the next file that is opened would be taken for it
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # a stream that somebody has put there
            if not _is_unicode(stream):
                stream.reconfigure(errors="in_words")  # pyrefly: ignore[missing-attribute]
            elif stream.errors == "strict":
                stream.reconfigure(errors="backslashreplace")  # pyrefly: ignore[missing-attribute]  # names of files may be no text


def _is_unicode(stream: IO[str]) -> bool:
    return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name.startswith("utf")


def visible(text: str) -> str:
    """Text without what a terminal would obey."""
    try:
        from theory.language.text import visible as plain
    except ImportError:  # a folder of the user's hides our package: what tells that is our own text
        return text
    return plain(text)


def show(text: str) -> None:
    """Print text on standard output, without what a terminal would obey."""
    print(visible(text))


def tell(text: str) -> None:
    """Print text for people: on a terminal, long lines are broken between words, and go on deeper."""
    with suppress(AttributeError, ValueError, OSError):
        if sys.stdout.isatty():
            from shutil import get_terminal_size

            text = folded(visible(text), get_terminal_size().columns)
    show(text)


def folded(text: str, width: int) -> str:
    """Text with no line wider than a terminal, as far as spaces allow; rows of tables, and what has no spaces, stay whole."""
    from textwrap import wrap

    out = []
    for line in text.split("\n"):
        deeper = " " * (len(line) - len(line.lstrip()) + DEEPER)
        if len(line) <= max(width, NARROWEST) or line.lstrip().startswith("|"):
            out.append(line)
        else:
            out += wrap(
                line, max(width, NARROWEST), subsequent_indent=deeper, break_long_words=False, break_on_hyphens=False
            )
    return "\n".join(out)


def show_json(text: str) -> None:
    """Print JSON; where the stream knows less than Unicode, with its escapes."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        from json import dumps, loads

        text = dumps(loads(text), indent=1)
    show(text)


def show_markup(text: str) -> None:
    """Print HTML or Markdown; where the stream knows less than Unicode, with character references."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    show(text.encode(encoding, "xmlcharrefreplace").decode(encoding))


def screen(**options: Any) -> Console:
    """A console of Rich's that shows text as text."""
    from rich.console import Console
    from rich.segment import Segment

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            raise

        def render(self, renderable, options=None):
            for segment in super().render(renderable, options):
                yield (
                    segment
                    if segment.control or segment.text.isprintable()
                    else Segment(visible(segment.text), segment.style)
                )

    return Screen(**options)


@contextmanager
def apart() -> Iterator[None]:
    """What is printed here, by Python or below it, goes to standard error: standard output is for results."""
    real = sys.stdout is sys.__stdout__ and sys.stdout is not None
    mine, sys.stdout, kept = sys.stdout, sys.stderr, -1
    try:
        if real and mine is not None:
            mine.flush()
            kept = os.dup(1)
            os.dup2(2, 1)
        yield
    finally:
        sys.stdout = mine
        if kept >= 0:
            os.dup2(kept, 1)
            os.close(kept)


@contextmanager
def naming(path: os.PathLike[str]) -> Iterator[None]:
    """An error of the disk names the file that is written here: those that come late, of a full one, name none."""
    try:
        yield
    except OSError as error:
        raise type(error)(error.errno, error.strerror or str(error), error.filename or str(path)) from None


def in_words(error: OSError) -> str:
    """What is told of an error of the disk."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def hung_up(error: BaseException) -> bool:
    """Whether an error is that of a terminal that has been closed."""
    return isinstance(error, OSError) and error.errno == errno.EIO and not error.filename and _ON_TERMINAL


def on_terminal() -> bool:
    """Whether a standard stream is a terminal."""
    out = False
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError, OSError):
            out = out or stream.isatty()
    return out


_ON_TERMINAL = on_terminal()  # at the start: a terminal that was closed is none any more


def close() -> None:
    """Leave nothing to be flushed at the end: there is nobody to read it."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)


__all__ = [
    "apart",
    "close",
    "hung_up",
    "in_words",
    "naming",
    "prepare",
    "screen",
    "show",
    "show_json",
    "show_markup",
    "visible",
]
