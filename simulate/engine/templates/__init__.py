"""Text of generated modules: what is the same for all models, after the functions of one of them that it calls.

Numba keeps no machine code of a function that is handed others; so the text of these modules, but for what they import from
`model`, follows in a generated module on that model's own functions (`generated.py`).
"""
