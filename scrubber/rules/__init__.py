"""The rules: one file each, listed in ``catalogue.py``."""
