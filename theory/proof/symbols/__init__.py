"""Symbols: normal forms, recurrences, rational functions, averages."""
