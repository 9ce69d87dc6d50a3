"""Signs of sums whose number of terms is a symbol."""

from time import process_time

from sympy import Sum, Symbol, binomial, oo

from theory.proof.signs import Certificate, positive


def test_a_sum_whose_terms_are_not_negative():
    """Of any number of terms, 0 too; not where the range may run backwards, or a term has no sign."""
    k, t = (Symbol(name, integer=True, nonnegative=True) for name in "kt")
    r, x = Symbol("r", positive=True), Symbol("x", real=True)
    assert positive(1 + Sum(r**k, (k, 0, t - 1)), Certificate())
    assert not positive(Sum(r**k, (k, 0, t - 1)), Certificate())  # 0 at t = 0
    assert positive(Sum(r**k, (k, 0, t)), Certificate())
    assert not positive(Sum(k * r**k, (k, 0, t)), Certificate())  # 0 at t = 0
    assert positive(Sum(r**k, (k, 0, t - 1)), Certificate(), strict=False)
    assert not positive(1 + Sum(r**k, (k, 0, t - 2)), Certificate())
    assert not positive(1 + Sum(x * r**k, (k, 0, t - 1)), Certificate())


def test_a_sum_in_numbers_is_the_sum_of_its_terms():
    """SymPy asked for derivatives of binomial(30, k), for minutes, wherever two sides were compared."""
    j, k = Symbol("j", integer=True), Symbol("k", integer=True)
    start = process_time()
    assert int(Sum(binomial(30, k), (k, 0, 30)).n()) == 2**30
    assert int(Sum(Sum(k * j, (k, 0, 3)), (j, 0, 3)).n()) == 36
    assert process_time() - start < 2
    assert not Sum(1 / k, (k, 1, oo)).n().is_Number
