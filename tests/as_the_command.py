"""Imported before anything imports SymPy: what SymPy keeps, and how often garbage is looked for, is as the command has it."""

from reports import interpreter

interpreter.prepare()
