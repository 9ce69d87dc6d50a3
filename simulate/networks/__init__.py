"""Generative models that are networks, trained by gradient steps: a normalising flow and a diffusion model, and their retraining.

They need JAX, which the extra `networks` installs; `need_jax` says so where it is missing. What stands here, and the truths and
measures of `plane`, need none.
"""

from __future__ import annotations

import os
import sys

from theory.language.errors import BadInput

LAMBDA = {"half": 0.5, "real": 0.0}  # synthetic to real points that a scheme trains on; "synthetic" has no real ones
SCHEMES = ("synthetic", *LAMBDA)
STARTS = ("warm", "scratch")
LIBRARIES = ("jax", "jaxlib", "optax")  # that bits depend on
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def need_jax() -> None:
    """Load JAX, each program of it on one thread: bits depend on how many there are, unless `XLA_FLAGS` says otherwise.

    Raises `BadInput`, naming the extra, where JAX or Optax is not installed.
    """
    if "jax" not in sys.modules:
        os.environ.setdefault("XLA_FLAGS", ONE_THREAD)
    try:
        import jax  # noqa: F401
        import optax  # noqa: F401
    except ImportError as error:
        raise BadInput(
            "trained networks need JAX and Optax, which are not installed: pip install 'selfconsuming[networks]'"
        ) from error


__all__ = ["LAMBDA", "LIBRARIES", "SCHEMES", "STARTS", "need_jax"]
