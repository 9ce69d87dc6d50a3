"""Signs of sums whose number of terms is a symbol."""

from sympy import Sum, Symbol

from theory.proof.signs import Certificate, positive


def test_a_sum_whose_terms_are_not_negative():
    """Of any number of terms, 0 too; not where the range may run backwards, or a term has no sign."""
    k, t = (Symbol(name, integer=True, nonnegative=True) for name in "kt")
    r, x = Symbol("r", positive=True), Symbol("x", real=True)
    assert positive(1 + Sum(r**k, (k, 0, t - 1)), Certificate())
    assert not positive(Sum(r**k, (k, 0, t - 1)), Certificate())  # 0 at t = 0
    assert positive(Sum(r**k, (k, 0, t - 1)), Certificate(), strict=False)
    assert not positive(1 + Sum(r**k, (k, 0, t - 2)), Certificate())
    assert not positive(1 + Sum(x * r**k, (k, 0, t - 1)), Certificate())
