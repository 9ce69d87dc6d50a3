"""Loops whose state has vectors and matrices of a fixed size: written in matrices, followed entry by entry.

class Ridge(MatrixLoop):
    d: int
    A: MatrixValues("d", "d")
    w = vector("d")

    @property
    def initial(self):
        return {"w": zeros(self.d, 1)}

    def step(self, state):
        return {"w": self.A * state["w"] + normal_vector("Z", self.d)}

`loop.w(t)` is a matrix of observables, `loop.w(t)[0]` an entry. All witnesses see the entries only: coordinates called w[0],
w[1], of a symmetric matrix S[0,0], S[0,1], S[1,1].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from itertools import combinations
from types import SimpleNamespace
from typing import Any, ClassVar

from sympy import (
    Add,
    And,
    Basic,
    Eq,
    Expr,
    Ge,
    ImmutableMatrix,
    Mul,
    Ne,
    S,
    Tuple,
    cancel,
    expand,
    sqrt,
    sympify,
)
from sympy.logic.boolalg import Boolean

from .errors import BadInput
from .fields import Kind, number
from .laws import ChiSquare, Noise, Normal
from .lengths import operations
from .loops import Coordinate, Loop, Named, Observable

MOST_MINORS = 4  # rows of a matrix whose principal minors are written out
MOST_OPERATIONS = 2000  # of a pivot of a covariance with symbols

FORMS = ("full", "symmetric", "lower")


class NoCovariance(BadInput):
    """Numbers that make no covariance matrix."""


def as_matrix(value: Any) -> ImmutableMatrix:
    """A matrix, or a sequence of numbers or of rows, as a matrix. Raises `ValueError` for anything else."""
    if isinstance(value, str | Mapping) or not hasattr(value, "__len__"):
        raise ValueError(value)
    try:
        matrix = ImmutableMatrix([list(row) if isinstance(row, Tuple) else row for row in value]
                                 if isinstance(value, list | tuple | Tuple) else value)  # fmt: skip
        return ImmutableMatrix(*matrix.shape, [number(x) for x in matrix])
    except Exception as problem:
        raise ValueError(value) from problem


def _shown(rows: Any, columns: Any) -> str:
    return f"{rows} x {columns} matrix"


# ---- the state ------------------------------------------------------------------------------------------------------


class Block(Named):
    """A vector or a matrix of the state, by the name that it has in the body of its class: `loop.w(t)`."""

    def __init__(self, rows: int | str, columns: int | str, form: str, latex: str | None, positive: bool):
        super().__init__(latex, positive, in_state=True)
        if form not in FORMS:
            raise BadInput(f"form is {form!r}; expected one of {', '.join(FORMS)}")
        if form != "full" and rows != columns:
            raise BadInput(f"a {form} matrix is square, not {rows} x {columns}")
        self.rows, self.columns, self.form = rows, columns, form

    def __set_name__(self, owner: type, name: str) -> None:
        def at(loop: Any, t: Any) -> ImmutableMatrix:
            if not isinstance(loop, MatrixLoop):
                raise BadInput(
                    f"{owner.__name__} has a vector or a matrix, {name}: write class {owner.__name__}(MatrixLoop)"
                )
            return self.filled(loop, lambda entry: Observable(loop, entry, t))

        self.name, self.at = name, at
        at.__doc__ = self.__doc__ = f"{name} after t fits, a matrix of observables."
        at.__name__, at.__qualname__ = name, f"{owner.__qualname__}.{name}"

    def shape(self, loop: Loop) -> tuple[int, int]:
        """Its rows and columns. Raises `BadInput` where they are no numbers."""
        return _size(loop, self.name, self.rows), _size(loop, self.name, self.columns)

    def entries(self, loop: Loop) -> dict[tuple[int, int], str]:
        """The coordinates that it is made of, by their places."""
        rows, columns = self.shape(loop)
        kept = {
            "full": lambda i, j: True,
            "symmetric": lambda i, j: i <= j,
            "lower": lambda i, j: i >= j,
        }[self.form]
        flat = self.columns == 1
        places = [(i, j) for i in range(rows) for j in range(columns) if kept(i, j)]
        return {(i, j): f"{self.name}[{i}]" if flat else f"{self.name}[{i},{j}]" for i, j in places}

    def filled(self, loop: Loop, value: Callable[[str], Expr]) -> ImmutableMatrix:
        """The matrix of what its coordinates are."""
        known = {place: value(name) for place, name in self.entries(loop).items()}

        def entry(i: int, j: int) -> Expr:
            return known[j, i] if self.form == "symmetric" and i > j else known.get((i, j), S.Zero)

        return ImmutableMatrix(*self.shape(loop), lambda i, j: entry(int(i), int(j)))

    def taken(self, loop: Loop, value: Any, what: str) -> dict[str, Expr]:
        """A matrix as its coordinates. Raises `BadInput` where it is of another shape or form."""
        shape = self.shape(loop)
        try:
            matrix = as_matrix(value)
        except ValueError:
            raise BadInput(f"`{what}` gives {value!r} for {self.name}; expected a {_shown(*shape)}") from None
        if matrix.shape != shape:
            raise BadInput(f"`{what}` gives a {_shown(*matrix.shape)} for {self.name}; expected a {_shown(*shape)}")
        places = self.entries(loop)
        for i, j in ((i, j) for i in range(shape[0]) for j in range(shape[1]) if (i, j) not in places):
            if self.form == "lower" and expand(matrix[i, j]) != 0:
                raise BadInput(f"`{what}`: {self.name} is lower triangular, but its entry [{i},{j}] is {matrix[i, j]}")
            if self.form == "symmetric" and not _same(matrix[i, j], matrix[j, i]):
                raise BadInput(
                    f"`{what}`: {self.name} is symmetric, but its entry [{j},{i}] is {matrix[j, i]}, and [{i},{j}] is "
                    f"{matrix[i, j]}"
                )
        return {name: matrix[place] for place, name in places.items()}

    def positive_entries(self, loop: Loop) -> set[str]:
        """The coordinates that may be positive: of a symmetric or triangular matrix the diagonal; that they are is verified."""
        square = self.form != "full"
        return {name for (i, j), name in self.entries(loop).items() if self.positive or (square and i == j)}


def _same(x: Expr, y: Expr) -> bool:
    return x == y or expand(x - y) == 0


def _size(loop: Loop, name: str, said: int | str) -> int:
    if isinstance(said, str) and said not in loop.fields:
        raise BadInput(f"{type(loop).__name__}: the size of {name} is {said!r}, which is no parameter")
    size = sympify(getattr(loop, said) if isinstance(said, str) else said)
    if not (size.is_Integer and size > 0):
        hint = f": list its values, {said}=Points(2, 3, 5)" if size.free_symbols else ""
        raise BadInput(
            f"{type(loop).__name__}: {name} has {size} rows or columns; a whole number, 1 or more, is expected{hint}"
        )
    return int(size)


def vector(size: int | str, latex: str | None = None, positive: bool = False) -> Any:
    """A vector of the state, `w = vector("d")` in the body of a `MatrixLoop`: `loop.w(t)` is a column of observables.

    size: a number, or the name of the parameter that it is.  latex, positive: as of `coordinate`, for all entries.
    """
    return Block(size, 1, "full", latex, positive)


def matrix(rows: int | str, columns: int | str, form: str = "full", latex: str | None = None) -> Any:
    """A matrix of the state, `S = matrix("d", "d", form="symmetric")` in the body of a `MatrixLoop`; `loop.S(t)` likewise.

    rows, columns: numbers, or names of parameters.  form: "full", "symmetric", or "lower" (triangular); start and step are held
    to it. Raises `BadInput` for another one.
    """
    return Block(rows, columns, form, latex, False)


class State(dict):
    """The state as a step sees it: vectors and matrices by their names."""


class MatrixLoop(Loop):
    """Base of loops whose state has vectors or matrices, `vector(...)` and `matrix(...)`, beside coordinates.

    `initial` and `step` are written in them, as `emit` and `observable(of=...)` are: state["w"] is a SymPy matrix. Sizes are
    numbers. Raises `BadInput` for a matrix of another shape, or of another form, than is declared.
    Refuses numbers of which a step makes a covariance that is none (`BadInput`).
    Source: ours: a way to state a loop, no model of its own.
    """

    coordinates: ClassVar[tuple[Named, ...]] = ()

    def __new__(cls, *args: Any, **given: Any):
        loop = super().__new__(cls, *args, **given)
        for x in cls.coordinates:
            if isinstance(x, Block):
                x.shape(loop)
        return loop

    @classmethod
    def _declare(cls) -> None:
        super()._declare()
        named = tuple(x for x in vars(cls).values() if isinstance(x, Named) and x.in_state)
        if named:
            cls.coordinates = named
            cls.state = property(lambda self: tuple(name for x in self._kept() for name in _names(x, self)))
            cls.positive = property(  # pyrefly: ignore[bad-assignment]
                lambda self: frozenset().union(*(_positive(x, self) for x in self._kept()))
            )
        for name, result in (("step", cls._unfolded), ("emit", cls._number)):
            if name in vars(cls):
                setattr(cls, name, _in_entries(vars(cls)[name], name, result))
        if "initial" in vars(cls):
            cls.initial = _start(vars(cls)["initial"])  # pyrefly: ignore[bad-assignment]

    def refuses(self) -> str | None:
        """As of every loop; numbers, too, of which a step makes no covariance."""
        if (problem := super().refuses()) is not None or self.free_symbols:
            return problem
        try:
            _ = self.initial, self.step(self.symbols())
        except NoCovariance as problem:
            return str(problem)
        except Exception:  # told where the loop is examined
            pass
        return None

    def _kept(self) -> list[Named]:
        return [x for x in self.coordinates if x.when is None or x.when(self)]

    def folded(self, state: Mapping[str, Expr]) -> State:
        return State(
            (x.name, x.filled(self, state.__getitem__) if isinstance(x, Block) else state[x.name]) for x in self._kept()
        )

    def _unfolded(self, said: Any, what: str) -> dict[str, Expr]:
        """A state that is written in matrices as that of its entries."""
        names = [x.name for x in self._kept()]
        if not isinstance(said, dict) or set(said) != set(names):
            shown = ", ".join(map(str, said)) if isinstance(said, dict) else type(said).__name__
            raise BadInput(f"`{what}` gives {shown}; expected a dictionary of {', '.join(names)}")
        out: dict[str, Expr] = {}
        for x in self._kept():
            value = said[x.name]
            out |= x.taken(self, value, what) if isinstance(x, Block) else {x.name: self._number(value, what)}
        return out

    def _number(self, said: Any, what: str) -> Any:
        return entry(said)


def _names(x: Named, loop: Loop) -> tuple[str, ...]:
    return tuple(x.entries(loop).values()) if isinstance(x, Block) else (x.name,)


def _positive(x: Named, loop: Loop) -> set[str]:
    return x.positive_entries(loop) if isinstance(x, Block) else {x.name} if x.positive else set()


def _start(said: Any) -> property:
    """A start that is written in matrices, a property or a dictionary, as one in entries."""
    start: Any = said.fget if isinstance(said, property) else lambda _: said
    return property(lambda self: self._unfolded(start(self), "initial"), doc=said.__doc__)


def _in_entries(function: Callable, name: str, result: Callable) -> Callable:
    """A step or a draw that is written in matrices as one in entries; called with matrices it is what it was."""

    @wraps(function)
    def whole(self: MatrixLoop, state: Mapping[str, Expr], *more: Any) -> Any:
        if isinstance(state, State):
            return function(self, state, *more)
        return result(self, function(self, self.folded(state), *more), name)

    return whole


# ---- parameters -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MatrixValues(Kind):
    """A matrix of numbers or symbols, row by row; the loop's attribute is a SymPy matrix. One column: a vector.

    rows, columns: numbers, or names of parameters before it.
    """

    rows: int | str
    columns: int | str = 1
    symbolic = False

    @property
    def wanted(self) -> str:
        """The size of the matrix, in words."""
        return f"a {_shown(self.rows, self.columns)}, row by row,"

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        matrix = as_matrix(value)
        for said, found in zip((self.rows, self.columns), matrix.shape, strict=True):
            size = getattr(given, said, None) if isinstance(said, str) else said
            if size is not None and size != found:  # of a default the sizes are not known
                raise BadInput(f"a {_shown(*matrix.shape)} for a {self._shape(given)}")
        return Tuple(*(Tuple(*row) for row in matrix.tolist()))

    def _shape(self, given: SimpleNamespace) -> str:
        return _shown(*(getattr(given, x, x) if isinstance(x, str) else x for x in (self.rows, self.columns)))

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return all(x.is_real for row in value for x in row if not x.free_symbols)

    def shown(self, value: Any) -> Any:
        return as_matrix(value)


# ---- noise ----------------------------------------------------------------------------------------------------------


def _covariance(said: Any, what: str) -> ImmutableMatrix:
    """A symmetric matrix, from one, or from a number of rows for the unit matrix."""
    size = sympify(said) if isinstance(said, int | Expr) else None
    if size is not None and size.is_Integer and size > 0:
        return ImmutableMatrix.eye(int(size))
    try:
        matrix = as_matrix(said)
    except ValueError:
        raise BadInput(
            f"{what} is {said!r}; expected a symmetric matrix, or a number of rows for the unit matrix"
        ) from None
    if matrix.atoms(Coordinate, Noise):
        raise BadInput(
            f"{what} depends on the state, or on noise: draw with the unit matrix, and multiply by a factor B that is in the "
            "state, B*normal_vector(name, d) or B*wishart(name, dof, d)*B.T"
        )
    rows, columns = matrix.shape
    if rows != columns:
        raise BadInput(f"{what} is a {_shown(rows, columns)}; expected a square one")
    for i, j in combinations(range(rows), 2):
        if not _same(matrix[i, j], matrix[j, i]):
            raise BadInput(
                f"{what} is not symmetric: its entry [{i},{j}] is {matrix[i, j]}, [{j},{i}] is {matrix[j, i]}"
            )
    return matrix


def _pivots(matrix: ImmutableMatrix, what: str) -> tuple[ImmutableMatrix, list[Expr]]:
    """L and the diagonal of D, matrix = L D L', L with a unit diagonal: without roots, so that symbols stay rational.

    Raises `BadInput` where a pivot is seen to be negative, and where symbols make it too long.
    """
    d = matrix.rows
    lower, pivots = [[S.One if i == j else S.Zero for j in range(d)] for i in range(d)], []
    for j in range(d):
        rest = [matrix[i, j] - Add(*(lower[i][k] * lower[j][k] * pivots[k] for k in range(j))) for i in range(j, d)]
        rest = [cancel(x) if x.free_symbols or x.args else x for x in rest]
        pivot = expand(rest[0])  # in one form: draws of equal laws are the same draw
        if pivot.is_negative or (pivot == 0 and any(x != 0 for x in rest)):
            raise NoCovariance(f"{what} is {matrix.tolist()}, which is not positive semidefinite")
        if operations(pivot) > MOST_OPERATIONS:
            raise BadInput(
                f"{what} has too many symbols to be factored: write B*normal_vector(name, d) with a factor B of it"
            )
        for i, x in enumerate(rest[1:], j + 1):
            lower[i][j] = S.Zero if x == 0 else cancel(x / pivot)
        pivots.append(pivot)
    return ImmutableMatrix(lower), pivots


def normal_vector(name: str, covariance: Any) -> ImmutableMatrix:
    """Normal noise of mean 0, a column: `normal_vector("Z", self.d)`, or with a covariance matrix.

    covariance: a symmetric matrix of numbers or symbols; a number of entries means the unit matrix. Its draws are called
    Z[0], Z[1], ... Raises `BadInput` for what is no covariance; where symbols leave it open, the points of a claim tell.
    """
    lower, pivots = _pivots(_covariance(covariance, "the covariance"), "the covariance")
    draws = [Noise(f"{name}[{i}]", Normal(0, x)) if x != 0 else S.Zero for i, x in enumerate(pivots)]
    return lower * ImmutableMatrix(draws)


def _triangle(name: str, dof: Any, pivots: list[Expr]) -> ImmutableMatrix:
    def draw(i: int, j: int) -> Expr:
        if i < j or pivots[i] == 0:
            return S.Zero
        if i > j:
            return Noise(f"{name}[{i},{j}]", Normal(0, pivots[i]))
        return sqrt(pivots[i] * Noise(f"{name}[{i},{i}]", ChiSquare(sympify(dof) - i)))

    return ImmutableMatrix(len(pivots), len(pivots), lambda i, j: draw(int(i), int(j)))


def bartlett(name: str, dof: Any, d: int) -> ImmutableMatrix:
    """T, lower triangular, such that T T' is a Wishart matrix with `dof` degrees of freedom and unit scale, d x d.

    Independent normal draws below a diagonal of roots of chi-square draws, with dof, dof - 1, ... degrees of freedom. For any
    B, random or not, that does not depend on T, (B T)(B T)' is a Wishart matrix of scale B B': a covariance that is refitted
    is kept as such a factor, B' = B T/sqrt(n - 1). More than d - 1 degrees of freedom are needed.
    """
    return _triangle(name, dof, [S.One] * _covariance(d, "d").rows)


def wishart(name: str, dof: Any, scale: Any) -> ImmutableMatrix:
    """A Wishart matrix, of mean dof * scale: the sum of z z' over `dof` draws z of a normal vector of that covariance.

    scale: a symmetric matrix, or a number of rows for the unit matrix.  dof: more than its rows less 1, whole or not.
    Raises `BadInput` for what is no covariance.
    """
    lower, pivots = _pivots(_covariance(scale, "the scale"), "the scale")
    if not pivots[0].is_nonnegative:
        raise BadInput(
            f"the scale has {pivots[0]} as its entry [0,0], not seen to be positive: write B*wishart(name, dof, d)*B.T with a "
            "factor B of it"
        )
    root = lower * _triangle(name, dof, pivots)
    return root * root.T


# ---- relations ------------------------------------------------------------------------------------------------------


def entry(x: Any) -> Any:
    """The entry of a 1 x 1 matrix; anything else as it is."""
    return x[0, 0] if getattr(x, "is_Matrix", False) and x.shape == (1, 1) else x


def by_entries(relation: Any) -> Any:
    """A relation with every equation of matrices as the equations of their entries. Raises `BadInput` for other shapes."""
    if isinstance(relation, And):
        return And(*map(by_entries, relation.args))
    if not isinstance(relation, Eq | Ne) or not any(getattr(x, "is_Matrix", False) for x in relation.args):
        if isinstance(relation, Boolean) and relation.atoms(ImmutableMatrix):
            raise BadInput(
                f"{type(relation).__name__} of a matrix: expected numbers, such as the entries m[0, 0], m[0, 1]"
            )
        return relation
    sides = [entry(x) for x in relation.args]
    shapes = [_shown(*x.shape) if getattr(x, "is_Matrix", False) else "number" for x in sides]
    if shapes[0] != shapes[1] or isinstance(relation, Ne):
        raise BadInput(f"{type(relation).__name__} of a {shapes[0]} and a {shapes[1]}: expected Eq of two of one shape")
    if shapes[0] == "number":
        return Eq(*sides)
    return And(*(Eq(x, y) for x, y in zip(*sides, strict=True)))


def PSD(matrix: Any) -> Boolean:
    """That a symmetric matrix of numbers (moments among them) is positive semidefinite; `PSD(B - A)` is A <= B of Loewner.

    It is so if and only if all its principal minors are at least 0: these are the relations that are returned. Raises
    `BadInput` for a matrix that is not symmetric, or has more than 4 rows and is not diagonal.
    """
    m = _covariance(matrix, "the matrix of PSD")
    rows = range(m.rows)
    diagonal = all(m[i, j] == 0 for i, j in combinations(rows, 2))
    if m.rows > MOST_MINORS and not diagonal:
        raise BadInput(f"PSD of a {_shown(*m.shape)}: principal minors are written out for at most {MOST_MINORS} rows")
    chosen = [(i,) for i in rows] if diagonal else [c for k in rows for c in combinations(rows, k + 1)]
    return And(*(_at_least_zero(m.extract(list(c), list(c))) for c in chosen))


def _at_least_zero(m: ImmutableMatrix) -> Boolean:
    """det m >= 0, with terms on both sides: their size is what a violation is compared with."""
    if m.rows == 1:
        terms = Add.make_args(expand(m[0, 0]))
        negative = [x for x in terms if x.could_extract_minus_sign()]
        return Ge(Add(*(x for x in terms if x not in negative)), Add(*(-x for x in negative)))
    whole = Mul(*(m[i, i] for i in range(m.rows)))
    return Ge(whole, expand(whole - m.det(method="berkowitz")))


__all__ = ["PSD", "MatrixLoop", "MatrixValues", "bartlett", "matrix", "normal_vector", "vector", "wishart"]
