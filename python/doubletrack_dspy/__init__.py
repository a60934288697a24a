"""Compiles Doubletrack's signatures with DSPy, and freezes DSPy programs for use without Python."""

__version__ = "0.1.0"
