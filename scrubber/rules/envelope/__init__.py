"""Envelope, hierarchy and balance."""
