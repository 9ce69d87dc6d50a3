"""Names of what sums and products run over: none is called as another one around it, or as a variable beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Basic, Dummy, Expr, Product, Sum, Symbol


def index(name: str, *around: Basic) -> Symbol:
    """What a sum is over, called so as claims call it, unless something around it has that name."""
    k = Symbol(name, integer=True, nonnegative=True)
    return Dummy(name, integer=True, nonnegative=True) if any(x.has(k) for x in around) else k


def named_apart(x: Expr, names: Callable[[], Iterator[str]]) -> Expr:
    """The same with variables of sums and products that have the first of the names that is free: two dummies may have one."""
    if not x.has(Sum, Product):
        return x
    y = x.func(*(named_apart(a, names) if isinstance(a, Expr) else a for a in x.args))
    if not isinstance(y, Sum | Product) or len(y.limits) != 1 or len(y.limits[0]) != 3:
        return y
    k, low, high = y.limits[0]
    taken = {s.name for s in y.function.free_symbols - {k}} | {
        b.limits[0][0].name for b in y.function.atoms(Sum, Product)
    }
    own = Symbol(next(name for name in names() if name not in taken), integer=True)
    return y.func(y.function.xreplace({k: own}), (own, low, high))


def for_people() -> Iterator[str]:
    """j, k, i, l, and then j2, j3, ..."""
    yield from "jkil"
    n = 2
    while True:
        yield f"j{n}"
        n += 1
