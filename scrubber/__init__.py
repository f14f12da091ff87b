"""Checks and corrects outgoing 837P therapy claims, losslessly."""

from scrubber.version import __version__

__all__ = ["__version__"]
