"""Compiles Doubletrack's signatures with DSPy, and freezes DSPy programs for use without Python."""

from . import environment

__all__ = ["environment"]
__version__ = "0.1.0"
