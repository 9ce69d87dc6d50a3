"""Named functions of the field, each with its definition in elementary and special functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Function,
    Heaviside,
    Matrix,
    Max,
    Min,
    Mod,
    Mul,
    Piecewise,
    Pow,
    S,
    asinh,
    atan,
    beta,
    binomial,
    ceiling,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    factorial,
    floor,
    gamma,
    log,
    loggamma,
    polygamma,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
)

from .lengths import operations

JUMPS = (Piecewise, Mod, Heaviside, sign, floor, ceiling)
CONTINUOUS = (exp, tanh, sinh, cosh, sin, cos, erf, erfc, atan, asinh, Abs, Max, Min)  # for all real arguments
BOUNDED = (tanh, erf, sin, cos, sign)  # at most 1 in size


def jump(f: Expr, x: Expr, positive: Callable[[Expr, bool], bool], nonzero: Callable[[Expr], bool]) -> Expr | None:
    """The first part of f that is not seen to be continuous in x where x may be; None where f is seen to be.

    positive(e, strict): whether e is seen to be above 0 there, or not below where not strict; nonzero(e): to be other than 0.
    """
    if not f.has(x) or f == x:
        return None
    if isinstance(f, (Add, Mul, *CONTINUOUS)):
        known = True
    elif isinstance(f, Pow):
        base, power = f.as_base_exp()
        if power.is_integer and not power.has(x):
            known = bool(power.is_nonnegative) or nonzero(base)
        else:
            known = positive(base, not (power.is_positive and not power.has(x)))
    elif isinstance(f, log | gamma | loggamma):
        known = positive(f.args[0], True)
    elif isinstance(f, polygamma):
        known = not f.args[0].has(x) and positive(f.args[1], True)
    else:
        known = False
    return (
        next((found for part in f.args if (found := jump(part, x, positive, nonzero)) is not None), None)
        if known
        else f
    )


def slope(f: Expr, x: Expr, positive: Callable[[Expr, bool], bool], nonzero: Callable[[Expr], bool]) -> Expr | None:
    """The derivative, of a function that is monotone where it has one sign. None where f is not seen to be continuous: across a
    jump, or a pole, a slope tells nothing."""
    return f.diff(x) if jump(f, x, positive, nonzero) is None else None


def linear(f: Expr, x: Expr) -> tuple[Expr, Expr] | None:
    """(a, b) of f = a x + b. None of others: cases may have one slope, and jump between them."""
    if x.is_Symbol and x not in f.free_symbols and f.has(x):  # it is bound in f
        return None
    a = f.diff(x)
    if a.has(x) or any(e.has(x) for e in f.atoms(Function)):
        return None
    return a, f.xreplace({x: S.Zero})


class Named(Function):
    """A function that is an abbreviation: `definition(*args)` is what it stands for."""

    @staticmethod
    def definition(*args) -> Expr:
        """What it stands for, in functions that SymPy and the rings know."""
        raise NotImplementedError

    def _eval_evalf(self, prec):
        return self.definition(*self.args)._eval_evalf(prec)

    def doit(self, **hints):
        return self.definition(*(a.doit(**hints) for a in self.args))


class c4(Named):
    """c4(n) = sqrt(2/(n-1)) Gamma(n/2) / Gamma((n-1)/2): E of the sample standard deviation of n unit normals."""

    nargs = 1

    @staticmethod
    def definition(n) -> Expr:
        return sqrt(2 / (n - 1)) * gamma(n / 2) / gamma((n - 1) / 2)

    def _eval_is_positive(self):
        return (self.args[0] - 1).is_positive

    def _latex(self, printer, exp=None) -> str:
        body = rf"c_4({printer._print(self.args[0])})"
        return body if exp is None else rf"{body}^{{{exp}}}"


class entr(Function):
    """entr(p) = -p log(p), and 0 at 0: what a symbol of probability p adds to the entropy, in nats."""

    nargs = 1
    is_extended_real = True  # of probabilities

    @classmethod
    def eval(cls, p):
        if p.is_zero:
            return S.Zero
        return -p * log(p) if p.is_Rational else None

    def fdiff(self, argindex=1) -> Expr:
        (p,) = self.args
        return -log(p) - 1

    def _latex(self, printer, exp=None) -> str:
        body = rf"\eta({printer._print(self.args[0])})"
        return body if exp is None else rf"{body}^{{{exp}}}"


class Ein(Function):
    """Ein(z) = int_0^z (1 - e^-s)/s ds, the entire part of the exponential integral: E1(z) = Ein(z) - log(z) - Euler's gamma."""

    nargs = 1

    @classmethod
    def eval(cls, z):
        return S.Zero if z == 0 else None

    def fdiff(self, argindex=1) -> Expr:
        (z,) = self.args
        return (1 - exp(-z)) / z

    def _latex(self, printer, exp=None) -> str:
        body = rf"\operatorname{{Ein}}\left({printer._print(self.args[0])}\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"


class nuclear(Function):
    """nuclear(d, *entries): the nuclear norm of a matrix of d columns, entries row by row: the sum of its singular values."""

    is_extended_real = True
    is_nonnegative = True

    @classmethod
    def eval(cls, d, *entries):
        places = [(x, i // int(d) == i % int(d)) for i, x in enumerate(entries)]
        return Add(*(Abs(x) for x, _ in places)) if all(x == 0 or diagonal for x, diagonal in places) else None

    @staticmethod
    def _imp_(d: int, *entries) -> Any:
        """In NumPy, of arrays: what SymPy's `lambdify` calls."""
        import numpy as np

        rows = np.stack(np.broadcast_arrays(*entries), axis=-1)
        return np.linalg.svd(rows.reshape(*rows.shape[:-1], -1, d), compute_uv=False).sum(axis=-1)

    def _latex(self, printer, exp=None) -> str:
        d, *entries = self.args
        body = rf"\left\|{printer._print(Matrix(len(entries) // int(d), int(d), entries))}\right\|_*"
        return body if exp is None else rf"{body}^{{{exp}}}"


class normal_tv(Function):
    """normal_tv(m, w): total variation between N(m, w), w the variance, and N(0, 1). It is 1 where w is not positive."""

    nargs = 2
    is_extended_real = True
    is_nonnegative = True

    @classmethod
    def eval(cls, m, w):
        return erf(Abs(m) / (2 * sqrt(2))) if w == 1 else None

    @staticmethod
    def _imp_(m, w) -> Any:
        """In NumPy, of arrays, by where the densities cross: what SymPy's `lambdify` calls."""
        import numpy as np
        from scipy.special import ndtr

        m, w = np.broadcast_arrays(np.abs(m), w)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            root, far = np.sqrt(w), np.log(w)
            r = root * np.sqrt(m * m + (w - 1) * far)
            x, y = (m * m + w * far) / (m + r), -(m + r) / (w - 1)
            apart = np.abs(ndtr(x) - ndtr(y) - ndtr((x - m) / root) + ndtr((y - m) / root))
        return np.where((w == 1) & (m == 0), 0.0, np.where(w > 0, apart, 1.0))

    def _latex(self, printer, exp=None) -> str:
        m, w = map(printer._print, self.args)
        body = rf"\mathrm{{TV}}\left(N({m}, {w}), N(0, 1)\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"


class exponential_tv(Function):
    """exponential_tv(r): total variation between exponential laws of which one has r times the mean of the other, r > 0."""

    nargs = 1
    is_extended_real = True
    is_nonnegative = True

    @classmethod
    def eval(cls, r):
        return S.Zero if r == 1 else None

    @staticmethod
    def _imp_(r) -> Any:
        """In NumPy, of arrays, by where the densities cross, log(r)/(r - 1): what SymPy's `lambdify` calls."""
        import numpy as np

        r = np.asarray(r, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            apart = np.abs(1 - 1 / r) * np.exp(-np.log(r) / (r - 1))
        return np.where(r == 1, 0.0, np.where((r > 0) & (r < np.inf), apart, 1.0))

    def _latex(self, printer, exp=None) -> str:
        body = rf"\mathrm{{TV}}\left(\mathrm{{Exp}}({printer._print(self.args[0])}), \mathrm{{Exp}}(1)\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"


class fitted_tv(Function):
    """fitted_tv(n): total variation between a Gaussian and the one fitted to n = 2, 3, ... of its draws, on average.

    Mean and variance are fitted, by maximum likelihood. It is the same for every Gaussian, and is enclosed by quadrature.
    """

    nargs = 1
    is_extended_real = True
    is_positive = True

    def _latex(self, printer, exp=None) -> str:
        body = rf"\mathrm{{TV}}_{{{printer._print(self.args[0])}}}"
        return body if exp is None else rf"{body}^{{{exp}}}"


def folded(x: Expr) -> Expr:
    """Ratios of gamma functions half apart by the name that the field has for them, c4, where that is shorter."""
    for g in sorted(x.atoms(gamma), key=str):
        n = 2 * g.args[0]
        if x.has(gamma(n / 2 - S.Half)):
            shorter = x.xreplace({g: c4(n) * sqrt(n - 1) / sqrt(2) * gamma(n / 2 - S.Half)})
            x = shorter if operations(shorter) < operations(x) else x
    return x


def unfold(expr):
    """`expr` with every named function replaced by its definition, and what is left over by a division, of real numbers."""
    return expr.replace(lambda e: isinstance(e, Named | Mod), _definition)


def in_log_gammas(x: Expr) -> Expr:
    """Factorials, binomials and beta functions of positive numbers by gamma functions, and logarithms of these by `loggamma`,
    which floats have far out, too."""
    if not x.has(factorial, binomial, beta, gamma):
        return x
    x = x.replace(lambda e: isinstance(e, factorial | binomial | beta), lambda e: e.rewrite(gamma))
    return x.replace(lambda e: isinstance(e, log) and e.has(gamma), _by_factors)


def _by_factors(e: Expr) -> Expr:
    powers = [(f, *f.as_base_exp()) for f in Mul.make_args(e.args[0])]
    gammas = [power for power in powers if isinstance(power[1], gamma)]
    rest = Mul(*(f for f, *_ in powers if f not in {g for g, *_ in gammas}))
    return Add(log(rest), *(k * loggamma(g.args[0]) for _, g, k in gammas))


def _definition(e: Function) -> Expr:
    if isinstance(e, Mod):
        x, y = e.args
        return x - y * floor(x / y)
    return e.definition(*e.args)
