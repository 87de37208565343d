"""Troth: a support desk that runs on the vendor's published support policy."""

__version__ = "0.1.0.dev0"
