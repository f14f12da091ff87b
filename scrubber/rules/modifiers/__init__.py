"""Discipline and assistant modifiers."""
