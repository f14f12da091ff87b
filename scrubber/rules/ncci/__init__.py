"""NCCI correct coding: pairs of procedures."""
