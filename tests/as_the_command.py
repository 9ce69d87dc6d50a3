"""Imported before anything imports SymPy and NumPy: what they keep, their threads, and the garbage are as the command has it."""

from reports import interpreter

interpreter.prepare()
