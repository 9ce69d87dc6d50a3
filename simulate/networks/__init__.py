"""Generative models that are networks, trained by gradient steps: a normalising flow and a diffusion model, and their retraining.

All of it needs JAX, which the extra `networks` installs; `need_jax` says so where it is missing. Nothing else here is loaded
by an import of the package.
"""

from __future__ import annotations

from theory.language.errors import BadInput


def need_jax() -> None:
    """Raises `BadInput`, naming the extra, where JAX or Optax is not installed."""
    try:
        import jax  # noqa: F401
        import optax  # noqa: F401
    except ImportError as error:
        raise BadInput(
            f"trained networks need JAX and Optax ({error.name or error} is missing): pip install 'selfconsuming[networks]'"
        ) from error


__all__ = ["need_jax"]
