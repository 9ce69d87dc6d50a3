"""A checker of proofs that never calls what finds them: certificates from a ledger, held against the claims' own statements.

It may use SymPy, the words of `theory.language`, and what a loop says of itself: its start, its step, its fresh draws.
"""
