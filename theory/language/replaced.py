"""What stands in the place of SymPy's own as long as anybody needs it, in whatever thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from .errors import undisturbed


class Replaced:
    """Attributes of classes, each with what is put there: by the first who needs it, and taken away by the last.

    listed: the class, the name, and what is to stand there; called when the first comes. Nobody waits for another to end: a block
    may start a thread that needs the same.
    """

    def __init__(self, listed: Callable[[], Iterable[tuple[type, str, Any]]]) -> None:
        self._listed, self._users, self._lock = listed, 0, RLock()
        self._own: list[tuple[type, str, Any]] = []  # None: the class had none of that name, but what it inherits

    @contextmanager
    @undisturbed
    def __call__(self) -> Iterator[None]:
        """Meanwhile they are in place."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                for kind, name, ours in list(self._listed()):
                    self._own.append((kind, name, vars(kind).get(name)))
                    setattr(kind, name, ours)
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                while not self._users and self._own:
                    kind, name, own = self._own.pop()
                    if own is None:
                        delattr(kind, name)
                    else:
                        setattr(kind, name, own)


__all__ = ["Replaced"]
