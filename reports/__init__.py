"""What people read: suites, tables, figures, the command. Depends on `simulate` and `theory`.

findings = verify(catalogue("gaussian"), seed=0, workers=2)
findings.to_frame(); findings.surprises
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
